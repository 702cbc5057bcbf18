//! Which of our messages somebody answers: the one that is quoted or whose tags come back, else the last one of 72 hours. An answer
//! to a message proves that it arrived.

use std::time::Duration;

use crate::{
    domain::{
        CampaignId, Event, Inbound, Meaning, Receipt, RecipientId, Said, Timestamp, reach::SkipCode,
        response::Tie,
    },
    queue::{
        counters::Deltas,
        engine::Connection,
        error::QueueError,
        receipts::{self, Heard},
        rows,
    },
};

/// An answer that quotes nothing belongs to the last message of this span.
pub(crate) const AFTER: Duration = Duration::from_hours(72);

/// Ties a message to the row that it answers, and lets it prove that the row's message arrived. Says of which campaign that row is.
pub(super) async fn tie(
    connection: &mut Connection,
    inbound: &Inbound,
    now: Timestamp,
    deltas: &mut Deltas,
) -> Result<Option<CampaignId>, QueueError> {
    let at = inbound.wrote_at(now);
    let proof = Heard {
        receipt: Receipt {
            ids: inbound.quoted.clone(),
            refs: inbound.refs.clone(),
            report: Said::Delivered,
            at,
            code: None,
            error: None,
        },
        meaning: Meaning::Plain,
        at: now,
    };
    let found = match receipts::recipient_of(connection, &proof).await? {
        Some(recipient) => {
            // Whoever answers a message has it.
            receipts::take_in(connection, std::slice::from_ref(&proof), receipts::Origin::Callback, deltas)
                .await?;
            let is_quoted = !inbound.quoted.is_empty();
            Some((recipient, if is_quoted { Tie::Quoted } else { Tie::Tag }))
        }
        None if inbound.event.is_answer() || is_stop(&inbound.event) => {
            last_of(connection, inbound, now).await?
        }
        None => None,
    };
    let Some((recipient, tie)) = found else { return Ok(None) };
    let how = tie.name();
    let identity = inbound.identity();
    query!("update inbound set recipient_id = $1, tie = $2 where identity = $3", recipient.0, how, identity,)
        .execute(&mut *connection)
        .await?;
    if inbound.event.is_reply() && tie != Tie::HeldOut {
        reply(connection, recipient, inbound.event.kind(), at.unwrap_or(now)).await?;
    }
    let campaign = query_scalar!("select campaign_id from recipient where recipient_id = $1", recipient.0)
        .fetch_one(connection)
        .await?;
    Ok((tie != Tie::HeldOut).then_some(CampaignId(campaign)))
}

/// Writes down when and with what the person first answered.
async fn reply(
    connection: &mut Connection,
    recipient: RecipientId,
    kind: &str,
    at: Timestamp,
) -> Result<(), QueueError> {
    query!(
        "update recipient set replied_at = $1, reply_kind = $2
        where recipient_id = $3 and (replied_at is null or $1 < replied_at)",
        at.0,
        kind,
        recipient.0,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Whether the person set in WhatsApp that they want no more.
const fn is_stop(event: &Event) -> bool {
    matches!(event, Event::Preference { is_stop: true })
}

struct LastOfRow {
    id: i64,
    is_held_out: bool,
}

/// The row of the last message that the person got lately, or would have got had they not been left out to compare with; the last
/// campaign wins.
async fn last_of(
    connection: &mut Connection,
    inbound: &Inbound,
    now: Timestamp,
) -> Result<Option<(RecipientId, Tie)>, QueueError> {
    let (Some(person), at) = (inbound.person, inbound.wrote_at(now).unwrap_or(now)) else { return Ok(None) };
    let person = rows::person(person);
    let since = at.minus(AFTER).0;
    // The provider's time is in whole seconds: an answer within the second of the acceptance is one.
    let until = at.plus(Duration::from_millis(999)).0;
    let held_out = SkipCode::HeldOut.name();
    let found = query_as!(
        LastOfRow,
        r#"select recipient_id as "id!: i64", status = 'skipped' as "is_held_out!: bool"
        from (
            select messaged.recipient_id, messaged.status, messaged.settled_at
            from campaign cross join recipient as messaged
            where campaign.started_at is not null and coalesce(campaign.finished_at, $2) >= $2
                and messaged.campaign_id = campaign.campaign_id and messaged.number = $1
                and (messaged.status = 'accepted' or (messaged.status = 'skipped' and messaged.code = $4))
                and messaged.settled_at between $2 and $3
            union all
            select messaged.recipient_id, messaged.status, messaged.settled_at
            from campaign cross join recipient as messaged
            where campaign.started_at is not null and coalesce(campaign.finished_at, $2) >= $2
                and messaged.campaign_id = campaign.campaign_id and messaged.canonical = $1
                and (messaged.status = 'accepted' or (messaged.status = 'skipped' and messaged.code = $4))
                and messaged.settled_at between $2 and $3
        ) as found
        order by settled_at desc, recipient_id desc limit 1"#,
        person,
        since,
        until,
        held_out,
    )
    .fetch_optional(connection)
    .await?;
    let tie = |is_held_out| if is_held_out { Tie::HeldOut } else { Tie::After };
    Ok(found.map(|row| (RecipientId(row.id), tie(row.is_held_out))))
}
