-- What the indexes cost in bytes for every recipient, and in time for every settlement, is paid by all; what they are for
-- is asked now and then.

-- Receipts that carry no token are found by the end of their identifier, which is where identifiers differ.
drop index recipient_by_message_id;
create index recipient_by_message_id_end on recipient (substr(message_id, -8)) where message_id is not null;

-- `ref` is the tag that tells recipients apart. The other two say what many have in common: the first of them are found
-- by walking the campaign.
drop index recipient_by_ref1;
drop index recipient_by_ref2;
