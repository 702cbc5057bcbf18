-- What people write to the business's numbers. Text is not kept unless the settings say for how long: its kind, its length and the
-- word that was recognised are.
create table inbound (
    inbound_id integer primary key,
    -- A hash of the provider's id, or of what it says (domain::Inbound::identity): equal in a message and its repetition.
    identity text not null,
    -- Canonical numbers, digits only; null where it is not said.
    business integer,
    person integer,
    kind text not null,
    -- Whether it is a reply where it is tied to a message (domain::Event::is_reply).
    is_reply integer not null,
    -- The provider's time, never later than its arrival; null where it gave none.
    at integer,
    received_at integer not null,
    -- The row that it answers, and how that is known: it quotes the message, carries its tags, or came within 72 hours after it; or
    -- the row of a person who was left out to compare with, and wrote within 72 hours after that.
    recipient_id integer,
    tie text,
    -- Whether it asks to be left alone: 'asked', 'maybe', 'start' or 'no', and by which word.
    verdict text not null,
    word text,
    n_characters integer not null,
    -- The lines of an order, JSON; null where it is none.
    items text,
    -- The product on whose page it was asked.
    product text,
    -- What was written, and until when it is kept.
    text text,
    text_until integer,
    constraint inbound_identity_is_unique unique (identity),
    constraint inbound_text_ends check ((text is null) = (text_until is null)),
    constraint inbound_tie_is_known check (tie in ('quoted', 'tag', 'after', 'held_out')),
    constraint inbound_tie_has_recipient check ((tie is null) = (recipient_id is null)),
    constraint inbound_verdict_is_known check (verdict in ('asked', 'maybe', 'start', 'no'))
) strict;

create index inbound_by_recipient on inbound (recipient_id) where recipient_id is not null;

-- Who of a campaign asked to stop.
create index inbound_asked on inbound (recipient_id) where verdict = 'asked' and recipient_id is not null;

-- What somebody decides of a person's message, and what a flood of forged ones is undone by.
create index inbound_to_stop on inbound (person, received_at) where verdict in ('asked', 'maybe');

-- Texts that are kept, by their end and by whose they are.
create index inbound_text_by_end on inbound (text_until) where text_until is not null;
create index inbound_text_by_person on inbound (person) where text_until is not null;
