-- Where notices go, as the settings of the process that delivers had it last.
create table notice_channel (
    name text primary key,
    -- 'webhook', 'chat' or 'email'.
    kind text not null,
    -- The kinds of notices that it is told of: a JSON array.
    events text not null,
    -- When something was last sent to it, and what was wrong; null where it was taken.
    last_at integer,
    last_error text,
    -- How many attempts have failed since one came through.
    n_failed integer not null default 0,
    constraint notice_channel_kind_is_known check (kind in ('webhook', 'chat', 'email'))
) strict, without rowid;

-- What happened that an operator is told of, written in the transaction in which it happens. Nothing in it is about a person.
create table notice (
    notice_id integer primary key,
    -- What it is known by where it is delivered, however often it comes there.
    webhook_id text not null,
    kind text not null,
    campaign_id integer,
    -- The campaign's name and state at that time.
    campaign text,
    state text,
    at integer not null,
    -- domain::notice::Happened: JSON.
    facts text not null,
    -- What lasts for a while is told once: equal for as long as it does.
    episode text,
    constraint notice_webhook_id_is_unique unique (webhook_id),
    constraint notice_episode_is_told_once unique (episode),
    constraint notice_kind_is_known check (
        kind in ('paused', 'finished', 'stalled', 'doubts', 'deadline', 'opt_outs', 'quality', 'order', 'backup')
    )
) strict;

create index notice_by_age on notice (at);

-- What is owed to each channel, and what became of it.
create table notice_delivery (
    notice_id integer not null references notice on delete cascade,
    channel text not null,
    n_attempts integer not null default 0,
    -- When the next attempt is due; while one is under way, when it counts as lost. Null once it is over.
    next_at integer,
    delivered_at integer,
    given_up_at integer,
    last_error text,
    constraint notice_delivery_key primary key (notice_id, channel),
    constraint notice_delivery_ends_once check (
        (next_at is not null) + (delivered_at is not null) + (given_up_at is not null) = 1
    )
) strict, without rowid;

create index notice_delivery_due on notice_delivery (channel, next_at) where next_at is not null;
create index notice_delivery_given_up on notice_delivery (channel) where given_up_at is not null;

-- What the watch has to know: when it last saw that the database can be written, and when a backup was last made.
create table watch (
    watch_id integer primary key,
    beat_at integer,
    backed_up_at integer,
    constraint watch_is_one_row check (watch_id = 1)
) strict;

insert into watch (watch_id) values (1);
