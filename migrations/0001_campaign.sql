-- One message to one recipient list, with its own limits and state. Instants are Unix milliseconds, UTC.
create table campaign (
    campaign_id integer primary key,
    name text not null,
    state text not null default 'draft',
    -- Why it is paused: set exactly while it is.
    pause_cause text,
    pause_detail text,
    pause_line integer,
    -- From a resume until the first acceptance, one message at a time.
    is_probing integer not null default 0,
    message text not null,
    preview_url integer not null,
    -- The sender's own business number, digits only; none means the one of the settings.
    sender integer,
    mps real not null,
    in_flight_max integer not null,
    attempts_max integer not null,
    retry_initial_ms integer not null,
    retry_interval_max_ms integer not null,
    on_unknown text not null,
    wa_source text not null,
    -- Templates of the tags; none means the file's column of that name.
    ref_template text,
    ref1_template text,
    ref2_template text,
    start_at integer,
    -- HH:MM-HH:MM in time_zone (IANA; UTC where none).
    sending_hours text,
    time_zone text,
    canary integer,
    with_token integer not null,
    -- The part of the row tokens that is unique to this campaign, in any database.
    token_key text not null,
    created_at integer not null,
    started_at integer,
    finished_at integer,
    constraint campaign_name_is_unique unique (name),
    constraint campaign_token_key_is_unique unique (token_key),
    constraint campaign_state_is_known check (
        state in ('draft', 'scheduled', 'running', 'paused', 'finished', 'cancelled')
    ),
    constraint campaign_pause_cause_is_known check (
        pause_cause in (
            'operator', 'low_balance', 'credentials', 'sender', 'account', 'daily_limit',
            'refusals', 'outage', 'canary', 'storage'
        )
    ),
    constraint campaign_paused_has_cause check ((state = 'paused') = (pause_cause is not null)),
    constraint campaign_on_unknown_is_known check (on_unknown in ('hold', 'resend')),
    constraint campaign_rate_is_positive check (mps > 0)
) strict;

-- One imported file. Its layout says which column became what (JSON; domain::layout::Layout).
create table import (
    import_id integer primary key,
    campaign_id integer not null references campaign,
    file_name text not null,
    sha256 text not null,
    layout text not null,
    -- Its rows are numbered without a gap.
    first_recipient_id integer not null,
    last_recipient_id integer not null,
    imported_at integer not null
) strict;

create index import_by_campaign on import (campaign_id);

-- Kept beside the rows and changed in the same transactions, because counting ten million rows takes seconds.
-- axis is 'status' (of recipients) or 'delivery' (of accepted ones).
create table counter (
    campaign_id integer not null references campaign,
    axis text not null,
    value text not null,
    n integer not null,
    constraint counter_key primary key (campaign_id, axis, value),
    constraint counter_axis_is_known check (axis in ('status', 'delivery')),
    constraint counter_is_not_negative check (n >= 0)
) strict, without rowid;

-- The right of one process to send. The file lock beside the database says whether it lives; this row says who it is
-- and, by its epoch, which claims are its own.
create table lease (
    lease_id integer primary key,
    epoch integer not null,
    pid integer not null,
    taken_at integer not null,
    constraint lease_is_one_row check (lease_id = 1)
) strict;
