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
