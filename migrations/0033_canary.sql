-- A campaign whose first messages (campaign.canary so many) have to arrive before the rest is sent.
create table canary (
    campaign_id integer primary key references campaign on delete cascade,
    -- How long to wait for their receipts once they are all out.
    wait_ms integer not null,
    -- The share of them that has to arrive.
    share real not null,
    -- When the wait is over; null until they are all out.
    ends_at integer,
    is_passed integer not null default 0,
    constraint canary_share_is_a_share check (share > 0 and share <= 1)
) strict;

-- Why messages were not delivered.
create index recipient_undelivered on recipient (campaign_id, delivery_error) where delivery = 'undelivered';
