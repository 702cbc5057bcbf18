//! What people did after a campaign's messages, and those who were left out without one.

use super::totals::{GroupKey, PREFIX_DIGITS, SLOT_MS, prefix_with_smallest};
use crate::{
    domain::{
        CampaignId,
        inbound::OrderItem,
        reach::SkipCode,
        response::{Responders, Tie},
    },
    queue::{
        Queue,
        counters::{self, Counts},
        engine::Connection,
        error::QueueError,
        inbound::{AFTER, order_items},
        rows,
    },
};

/// What is known of one group of a campaign, or of all of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Responded {
    pub counts: Counts,
    /// People who did the same, with the key of their group.
    pub responders: Vec<(Option<String>, Responders)>,
    /// The lines of each order, with the key of its group.
    pub orders: Vec<(Option<String>, Vec<OrderItem>)>,
    /// How many were left out to compare with.
    pub n_held_out: u64,
}

impl Queue {
    /// What came of a campaign's messages, by a key of its rows where one is named; all at one instant.
    pub async fn responded(
        &self,
        campaign: CampaignId,
        key: Option<GroupKey>,
    ) -> Result<Responded, QueueError> {
        let mut snapshot = self.readers.begin().await?;
        Ok(Responded {
            counts: counters::read(&mut snapshot, campaign).await?,
            responders: people(&mut snapshot, campaign, key).await?,
            orders: orders(&mut snapshot, campaign, key).await?,
            n_held_out: held_out(&mut snapshot, campaign).await?,
        })
    }
}

#[expect(clippy::struct_excessive_bools, reason = "one for each column")]
struct PeopleRow {
    key: Option<String>,
    smallest: Option<String>,
    tie: i64,
    delivery: Option<String>,
    replied: bool,
    product: bool,
    ordered: bool,
    opted_out: bool,
    answered: bool,
    first: i64,
    n: i64,
}

/// People who did the same.
async fn people(
    snapshot: &mut Connection,
    campaign: CampaignId,
    key: Option<GroupKey>,
) -> Result<Vec<(Option<String>, Responders)>, QueueError> {
    let name = key.map(GroupKey::name).unwrap_or_default();
    let after_ms = rows::ms(AFTER);
    let found = query_as!(
        PeopleRow,
        r#"select key as "key?: String", cast(min(smallest) as text) as "smallest?: String", tie as "tie!: i64",
            delivery as "delivery?: String", replied as "replied!: bool", product as "product!: bool",
            ordered as "ordered!: bool", opted_out as "opted_out!: bool", answered as "answered!: bool",
            min(recipient_id) as "first!: i64", count(*) as "n!: i64"
        from (
            select
                case $2
                    when 'ref' then ref
                    when 'ref1' then ref1
                    when 'ref2' then ref2
                    when 'code' then coalesce(code, delivery_error)
                    when 'slot' then cast(recipient.settled_at / cast($3 as bigint) * cast($3 as bigint) as text)
                    when 'prefix' then substr(cast(recipient.number as text), 1, cast($4 as bigint))
                end as key,
                recipient.number as smallest,
                recipient.recipient_id,
                recipient.delivery,
                recipient.replied_at is not null as replied,
                cast(min(case tie when 'quoted' then 0 when 'tag' then 1 when 'after' then 2 else 3 end) as bigint) as tie,
                max(case when is_reply = 1 and product is not null then 1 else 0 end) = 1 as product,
                max(case when inbound.kind = 'order' then 1 else 0 end) = 1 as ordered,
                max(case when verdict = 'asked' then 1 else 0 end) = 1 as opted_out,
                max(
                    case when is_reply = 1 and verdict <> 'asked' and coalesce(inbound.at, received_at) <= settled_at + $5
                        then 1 else 0 end
                ) = 1 as answered
            from import
            cross join inbound
            cross join recipient
            where import.campaign_id = $1 and inbound.recipient_id between first_recipient_id and last_recipient_id
                and recipient.recipient_id = inbound.recipient_id
                and ((status = 'accepted' and tie <> 'held_out') or (status = 'skipped' and tie = 'held_out'))
            group by recipient.recipient_id
        ) as person
        group by key, tie, delivery, replied, product, ordered, opted_out, answered"#,
        campaign.0,
        name,
        SLOT_MS,
        PREFIX_DIGITS,
        after_ms,
    )
    .fetch_all(snapshot)
    .await?;
    let mut responders = Vec::with_capacity(found.len());
    for row in found {
        let delivery = row.delivery.map(|name| rows::delivery("recipient", row.first, &name)).transpose()?;
        let tie = usize::try_from(row.tie).ok().and_then(|at| Tie::ALL.get(at).copied());
        let one = Responders {
            n: rows::count(row.n),
            tie: tie.unwrap_or(Tie::After),
            delivery,
            replied: row.replied,
            asked_about_product: row.product,
            ordered: row.ordered,
            opted_out: row.opted_out,
            answered: row.answered,
        };
        responders.push((prefix_with_smallest(key, row.key, row.smallest), one));
    }
    Ok(responders)
}

struct OrdersRow {
    key: Option<String>,
    smallest: Option<String>,
    items: String,
    id: i64,
}

/// The lines of each order.
async fn orders(
    snapshot: &mut Connection,
    campaign: CampaignId,
    key: Option<GroupKey>,
) -> Result<Vec<(Option<String>, Vec<OrderItem>)>, QueueError> {
    let name = key.map(GroupKey::name).unwrap_or_default();
    let found = query_as!(
        OrdersRow,
        r#"select
            case $2
                when 'ref' then ref
                when 'ref1' then ref1
                when 'ref2' then ref2
                when 'code' then coalesce(code, delivery_error)
                when 'slot' then cast(recipient.settled_at / cast($3 as bigint) * cast($3 as bigint) as text)
                when 'prefix' then substr(cast(recipient.number as text), 1, cast($4 as bigint))
            end as "key?: String",
            cast(recipient.number as text) as "smallest?: String",
            items as "items!: String", recipient.recipient_id as "id!: i64"
        from import
        cross join inbound
        cross join recipient
        where import.campaign_id = $1 and inbound.recipient_id between first_recipient_id and last_recipient_id
            and recipient.recipient_id = inbound.recipient_id and status = 'accepted' and tie <> 'held_out' and items is not null"#,
        campaign.0,
        name,
        SLOT_MS,
        PREFIX_DIGITS,
    )
    .fetch_all(snapshot)
    .await?;
    let mut orders = Vec::with_capacity(found.len());
    for row in found {
        let key = prefix_with_smallest(key, row.key, row.smallest);
        orders.push((key, order_items(row.id, &row.items)?));
    }
    Ok(orders)
}

/// How many were left out to compare with.
async fn held_out(snapshot: &mut Connection, campaign: CampaignId) -> Result<u64, QueueError> {
    let held_out = SkipCode::HeldOut.name();
    let n_held_out = query_scalar!(
        r#"select count(*) as "n!: i64" from recipient
        where campaign_id = $1 and status = 'skipped' and code = $2"#,
        campaign.0,
        held_out,
    )
    .fetch_one(snapshot)
    .await?;
    Ok(rows::count(n_held_out))
}
