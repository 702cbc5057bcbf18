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
    -- How many messages go first, and have to arrive before the rest is sent; none where null.
    canary integer,
    -- How long to wait for their receipts once they are all out, and the share of them that has to arrive.
    canary_wait_ms integer not null,
    canary_share real not null,
    -- When the wait is over; null until they are all out.
    canary_ends_at integer,
    canary_is_passed integer not null default 0,
    -- People who had asked to stop, and messages that had been delivered, when somebody last resumed it after too many had asked: they
    -- count no more.
    stops_before integer not null default 0,
    delivered_before integer not null default 0,
    -- Whom it is sent to: 'any'body, those with an 'open' window, or everybody as soon as theirs opens ('wait'). Null where
    -- nobody has chosen: anybody.
    reach text,
    -- So long before it closes a window counts as closed.
    window_margin_ms integer not null default 300000,
    -- Rows that are not sent by then are skipped.
    not_after integer,
    -- The hours (HH:MM-HH:MM) and days (mon,tue …) in which people are messaged, in the zone of the 'recipient' or of the
    -- 'campaign'.
    local_hours text,
    local_days text,
    hours_zone text not null default 'recipient',
    -- At most cap_n messages to a person within cap_within_ms, over all campaigns.
    cap_n integer,
    cap_within_ms integer,
    -- By when it has to be done: the rate is computed from it at the start.
    finish_by integer,
    -- The share of the list that is left out to compare with.
    hold_out real,
    with_token integer not null,
    -- The part of the row tokens that is unique to this campaign, in any database.
    token_key text not null,
    -- The account of the first request: SID and host. Another one sends nothing of it unless the operator says so.
    account text,
    -- When a person stopped the process that sent it; null once a person has started it again. It stays `running`.
    interrupted_at integer,
    -- The lease (its epoch) under which it was sent last; while that lease is held, it is being sent.
    sent_under integer,
    -- The business number that it is sent from: the campaign's own, or that of the settings when it was sent last; digits only.
    sent_from integer,
    created_at integer not null,
    -- Who created it, whatever it is called since; null where nobody said who uses the queue.
    created_by text,
    started_at integer,
    finished_at integer,
    -- The last test message: when, the last two digits of the phone it went to, and the digest of the message.
    tested_at integer,
    tested_to text,
    tested_message text,
    -- When somebody put it out of sight; null while it is listed.
    archived_at integer,
    -- When the wiping of the recipients' data was begun, and when it was done. It takes many commits: from the first one
    -- on there are people in the campaign whom no list can be compared with.
    purge_began_at integer,
    purged_at integer,
    constraint campaign_name_is_unique unique (name),
    constraint campaign_token_key_is_unique unique (token_key),
    constraint campaign_state_is_known check (
        state in ('draft', 'scheduled', 'running', 'paused', 'finished', 'cancelled')
    ),
    constraint campaign_pause_cause_is_known check (
        pause_cause in (
            'operator', 'low_balance', 'credentials', 'sender', 'account', 'daily_limit',
            'refusals', 'outage', 'canary', 'storage', 'opt_outs'
        )
    ),
    constraint campaign_paused_has_cause check ((state = 'paused') = (pause_cause is not null)),
    constraint campaign_hours_zone_is_known check (hours_zone in ('recipient', 'campaign')),
    constraint campaign_cap_is_whole check ((cap_n is null) = (cap_within_ms is null)),
    constraint campaign_reach_is_known check (reach in ('any', 'open', 'wait')),
    constraint campaign_on_unknown_is_known check (on_unknown in ('hold', 'resend')),
    constraint campaign_rate_is_positive check (mps > 0),
    constraint campaign_canary_share_is_a_share check (canary_share > 0 and canary_share <= 1)
) strict;

-- The campaigns that are not over, without reading those that are.
create index campaign_by_state on campaign (state);

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

-- How many recipients were settled in a minute, for the chart of a campaign's rate.
create table pace (
    campaign_id integer not null references campaign,
    minute integer not null,
    n_accepted integer not null,
    n_settled integer not null,
    constraint pace_key primary key (campaign_id, minute)
) strict, without rowid;

-- Who did what. Written in the transaction that does it; never changed, never shortened.
create table audit (
    audit_id integer primary key,
    at integer not null,
    -- The user of the operating system with the process, or the user of the console.
    who text not null,
    command text not null,
    -- The campaign's name at that time; null where the command is about none.
    campaign text,
    detail text not null
) strict;

create trigger audit_is_never_changed before update on audit
begin
    select raise(abort, 'the audit trail is never changed');
end;

create trigger audit_is_never_shortened before delete on audit
begin
    select raise(abort, 'the audit trail is never shortened');
end;

-- What the rate of the account has to know of earlier processes. See queue/sending/account_log.rs.
create table account (
    account_id integer primary key,
    -- When the last request left; 0 before the first one, null while a process is sending and after one that died.
    last_sent_at integer default 0,
    -- The silence that the provider asked for last (Retry-After): from when, until when.
    silent_from integer not null default 0,
    silent_until integer not null default 0,
    constraint account_is_one_row check (account_id = 1)
) strict;

insert into account (account_id) values (1);

-- Which database this is, so that a copy of it is not taken for it. See queue/file/sentinel.rs.
create table origin (
    origin_id integer primary key,
    database_id text not null,
    -- Commits that held a claim: a copy that has fewer of them than the sentinel beside it would send again.
    n_claims integer not null default 0,
    -- How often the right to send was taken. See queue/file/sentinel.rs.
    n_leases integer not null default 0,
    -- Which file the database lives in (queue/file/lock.rs), as of which start of the machine: a copy of it is another
    -- file. An empty home is that of a backup; null until it is opened for the first time.
    home text,
    home_boot text,
    -- Makes the hashes of purged numbers worthless in another database.
    salt text not null,
    constraint origin_is_one_row check (origin_id = 1)
) strict;

insert into origin (origin_id, database_id, salt) values (1, lower(hex(randomblob(16))), lower(hex(randomblob(16))));
