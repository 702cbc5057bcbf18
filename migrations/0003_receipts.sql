-- Receipts that could not simply be merged into their recipient's row: those whose recipient is not known (yet), or is
-- on the wire; those with a status that is not known; and those that say `not sent`, because their repetition must not
-- be taken for news once the recipient was sent to again.
create table receipt (
    receipt_id integer primary key,
    recipient_id integer,
    -- Still to be merged.
    is_open integer not null,
    -- The status, as it came.
    said text not null,
    -- The whole receipt: JSON.
    content text not null,
    -- Equal in a receipt and its repetition.
    identity text not null,
    received_at integer not null,
    constraint receipt_identity_is_unique unique (identity)
) strict;

create index receipt_waiting on receipt (recipient_id) where is_open = 1 and recipient_id is not null;
create index receipt_open_by_age on receipt (received_at) where is_open = 1;
create index receipt_by_recipient on receipt (recipient_id) where recipient_id is not null;

-- The identifiers of open receipts whose recipient is not known.
create table receipt_name (
    name text not null,
    receipt_id integer not null references receipt on delete cascade,
    constraint receipt_name_key primary key (name, receipt_id)
) strict, without rowid;

create index receipt_name_by_receipt on receipt_name (receipt_id);

-- Identifiers by which receipts speak of a recipient without using the one of the provider's answer. Null where two
-- recipients were spoken of by the same one: it tells nothing then.
create table alias (
    name text not null,
    recipient_id integer,
    constraint alias_key primary key (name)
) strict, without rowid;

create index alias_by_recipient on alias (recipient_id) where recipient_id is not null;

-- The last verdicts of receipts on a campaign's messages, one letter each (domain::verdict::Verdicts).
create table verdict_run (
    campaign_id integer primary key references campaign,
    verdicts text not null,
    -- Messages settled before this instant do not count: the pause that they brought about has been resumed.
    counts_from integer not null
) strict;

-- Numbers that no campaign may message.
create table suppression (
    -- The one number by which the person is known, however a list writes it (domain::Phone::canonical).
    canonical integer primary key,
    -- As it was given.
    number integer not null,
    reason text not null,
    added_at integer not null,
    -- Who put it there: 'manual' (also a list or the provider's receipt), 'keyword' (the person wrote a word to stop), 'meta' (the
    -- person's setting in WhatsApp), 'maybe' (the person may have asked; somebody has to decide).
    source text not null default 'manual',
    word text,
    constraint suppression_source_is_known check (source in ('manual', 'keyword', 'meta', 'maybe'))
) strict;

-- What somebody has to decide, and what people put there themselves.
create index suppression_by_source on suppression (source, added_at);

-- The list in the order of its numbers, and those that begin with some digits.
create index suppression_by_number on suppression (number);
