-- One imported file. Its layout says which column became what (JSON; domain::layout::Layout).
create table import (
    import_id integer primary key,
    campaign_id integer not null references campaign,
    file_name text not null,
    sha256 text not null,
    layout text not null,
    -- Its rows are numbered in order, without a gap except where rows were mended.
    first_recipient_id integer not null,
    last_recipient_id integer not null,
    -- How many of its rejected rows came in mended with a later list, and are in `mended` now.
    n_mended integer not null default 0,
    imported_at integer not null
) strict;

create index import_by_campaign on import (campaign_id);

-- One person in one campaign: one row of an imported file. Rows are numbered in the order of the file.
create table recipient (
    recipient_id integer primary key,
    campaign_id integer not null,
    import_id integer not null,
    -- The physical line (in a workbook the sheet's row) where the record starts.
    line integer not null,
    -- E.164 without the plus. Null on rejected and duplicate rows, so that the unique index below holds them apart
    -- without naming the status, which would make every change of status touch that index; and on purged ones.
    number integer,
    -- The one number by which a person is known whose country writes mobiles in two ways (domain::Phone::canonical).
    -- Null in all other countries, where it would be the number.
    canonical integer,
    -- What a purge leaves of the number, salted (origin.salt): whoever was messaged lately is still recognised.
    number_hash integer,
    -- What was in the file's cell (rejected), or the number with its plus (duplicate).
    input_to text,
    -- On a duplicate: the line of the row that has the number.
    duplicate_of_line integer,
    status text not null,
    -- Queued: not before this instant; 0 is at once.
    due_at integer not null default 0,
    -- Queued: what it was found to wait for until due_at when it was about to be claimed, 'hours' or 'cap'; null is nothing, or a
    -- retry.
    held_by text,
    -- The time zone (IANA) that the list gives the person.
    time_zone text,
    -- Sending: since when, and the epoch of the lease under which it was claimed.
    claimed_at integer,
    epoch integer,
    -- Requests whose answer counts; a release does not.
    attempts integer not null default 0,
    -- Attempts from before the operator put the row back: they do not count towards the campaign's maximum.
    attempts_forgiven integer not null default 0,
    message_id text,
    code text,
    error text,
    -- When it was accepted, failed, or came in doubt.
    settled_at integer,
    -- The furthest state that receipts prove, and the earliest instant at which one of them proved it.
    delivery text,
    delivery_at integer,
    -- When it came to the phone, and when it was seen, each where a receipt says so: `read` alone says nothing of the first.
    delivered_at integer,
    read_at integer,
    delivery_error text,
    -- Accepted, but every receipt so far said that the provider never handed the message to Meta: sending it again cannot
    -- reach the person twice.
    is_unsent integer not null default 0,
    ref text,
    ref1 text,
    ref2 text,
    -- When the person's window with the sender closes, as far as is known (contact_window.last_at and 24 hours). Kept in step with
    -- that table in the same commits; every claim judges it anew.
    closes_at integer,
    -- When the person first answered, and with what (inbound.kind).
    replied_at integer,
    reply_kind text,
    -- The values of the import's kept columns, a JSON array of strings; null where there are none.
    cells text,
    constraint recipient_status_is_known check (
        status in (
            'queued', 'sending', 'accepted', 'failed', 'in_doubt',
            'rejected', 'duplicate', 'suppressed', 'cancelled', 'skipped'
        )
    ),
    constraint recipient_held_by_is_known check (held_by in ('hours', 'cap')),
    constraint recipient_delivery_is_known check (delivery in ('sent', 'delivered', 'read', 'undelivered')),
    constraint recipient_number_unless_unusable check (
        (number is null and number_hash is null) = (status in ('rejected', 'duplicate'))
    ),
    constraint recipient_canonical_has_number check (canonical is null or number is not null),
    constraint recipient_number_or_hash check (number is null or number_hash is null),
    constraint recipient_sending_has_epoch check (status <> 'sending' or (epoch is not null and claimed_at is not null)),
    constraint recipient_accepted_has_id_or_note check (
        status <> 'accepted' or message_id is not null or error is not null
    ),
    constraint recipient_attempts_are_not_negative check (attempts >= 0)
) strict;

-- Nobody twice in one campaign.
create unique index recipient_by_number on recipient (campaign_id, number) where number is not null;
create unique index recipient_by_canonical on recipient (campaign_id, canonical) where canonical is not null;

-- The claim: retries that are due (due_at > 0, oldest first), then new rows (due_at = 0) in file order.
create index recipient_queued on recipient (campaign_id, due_at, recipient_id) where status = 'queued';

-- Who can be reached, soonest-closing first.
create index recipient_by_window on recipient (campaign_id, closes_at, recipient_id)
    where status = 'queued' and closes_at is not null;

-- What holds rows back.
create index recipient_held on recipient (campaign_id, held_by, due_at) where status = 'queued' and held_by is not null;

-- What is on the wire; what a recovery puts in doubt.
create index recipient_sending on recipient (campaign_id, recipient_id) where status = 'sending';

-- What the operator has to look at.
create index recipient_in_doubt on recipient (campaign_id, recipient_id) where status = 'in_doubt';
create index recipient_failed on recipient (campaign_id, recipient_id) where status = 'failed';

-- The rows behind each figure of the console.
create index recipient_without_number on recipient (campaign_id, status, recipient_id)
    where number is null and number_hash is null;
create index recipient_suppressed on recipient (campaign_id, recipient_id) where status = 'suppressed';
create index recipient_cancelled on recipient (campaign_id, recipient_id) where status = 'cancelled';
create index recipient_skipped on recipient (campaign_id, recipient_id) where status = 'skipped';
create index recipient_unsent on recipient (campaign_id, recipient_id) where is_unsent = 1;

-- Why messages were not delivered.
create index recipient_undelivered on recipient (campaign_id, delivery_error) where delivery = 'undelivered';

-- Receipts that carry no token are found by the end of their identifier, which is where identifiers differ. What an index
-- costs in bytes for every recipient, and in time for every settlement, is paid by all.
create index recipient_by_message_id_end on recipient (substr(message_id, -8)) where message_id is not null;

-- `ref` is the tag that tells recipients apart. The other two say what many have in common: the first of them are found
-- by walking the campaign.
create index recipient_by_ref on recipient (campaign_id, ref) where ref is not null;

-- Who was messaged by a campaign that has been purged. It holds purged rows alone.
create index recipient_by_number_hash on recipient (campaign_id, number_hash) where number_hash is not null;

-- Rejected rows whose place the row of a later list has taken: in no figure any more, and put back when that list is taken
-- out.
create table mended (
    recipient_id integer primary key,
    campaign_id integer not null,
    import_id integer not null,
    -- The row that took its place.
    by_recipient_id integer not null,
    line integer not null,
    input_to text,
    code text,
    error text,
    ref text,
    ref1 text,
    ref2 text,
    cells text
) strict;

create index mended_by_campaign on mended (campaign_id);
create index mended_by_recipient on mended (by_recipient_id);

-- Requests that did not simply end in an acceptance: what each of them came to. The last one is also in the row.
create table attempt (
    attempt_id integer primary key,
    recipient_id integer not null references recipient,
    -- From 1; null where the attempt does not count (released, or answered after a crash had put the row in doubt).
    number integer,
    ended_at integer not null,
    outcome text not null,
    code text not null,
    error text not null,
    constraint attempt_outcome_is_known check (
        outcome in ('refused', 'account_fault', 'try_again', 'not_taken', 'unanswered', 'late')
    )
) strict;

create index attempt_by_recipient on attempt (recipient_id);
