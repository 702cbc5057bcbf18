//! Campaigns of whose recipients too many ask to stop.

use std::collections::BTreeSet;

use crate::{
    domain::{CampaignId, PauseCause, Timestamp, campaign::Pause, inbound::intake::StopLimit},
    queue::{counters, engine::Connection, error::QueueError, rows, states},
};

struct JudgeRow {
    stops: i64,
    delivered: i64,
}

/// Pauses those of the campaigns that are on their way and whose limit is reached.
pub(super) async fn judge(
    connection: &mut Connection,
    campaigns: &BTreeSet<CampaignId>,
    limit: StopLimit,
    now: Timestamp,
) -> Result<(), QueueError> {
    for campaign in campaigns {
        let before = query_as!(
            JudgeRow,
            r#"select stops_before as "stops!: i64", delivered_before as "delivered!: i64" from campaign
            where campaign_id = $1 and state = 'running'"#,
            campaign.0,
        )
        .fetch_optional(&mut *connection)
        .await?;
        let Some(before) = before else { continue };
        let n_delivered =
            delivered(connection, *campaign).await?.saturating_sub(rows::count(before.delivered));
        let n_asked = asked(connection, *campaign).await?.saturating_sub(rows::count(before.stops));
        if limit.is_reached(n_asked, n_delivered) {
            let since = if before.delivered > 0 { " since it was resumed" } else { "" };
            let detail = format!("of {n_delivered} who got the message {n_asked} asked to stop{since}");
            let pause = Pause { cause: PauseCause::OptOuts, detail: Some(detail), line: None };
            states::pause(connection, *campaign, &pause, None, now).await?;
        }
    }
    Ok(())
}

async fn delivered(connection: &mut Connection, campaign: CampaignId) -> Result<u64, QueueError> {
    Ok(counters::read(connection, campaign).await?.funnel().delivered)
}

/// How many of a campaign's recipients asked to stop.
async fn asked(connection: &mut Connection, campaign: CampaignId) -> Result<u64, QueueError> {
    let n = query_scalar!(
        r#"select cast(coalesce(sum((
            select count(distinct inbound.recipient_id) from inbound
            where inbound.recipient_id between import.first_recipient_id and import.last_recipient_id
                and inbound.verdict = 'asked'
        )), 0) as bigint) as "n!: i64" from import where import.campaign_id = $1"#,
        campaign.0,
    )
    .fetch_one(connection)
    .await?;
    Ok(rows::count(n))
}

/// Who resumes a campaign that paused for that has seen how many there were: from here on others count.
pub(crate) async fn resumed(connection: &mut Connection, campaign: CampaignId) -> Result<(), QueueError> {
    let is_paused_for_it = query_scalar!(
        r#"select exists (
            select 1 from campaign where campaign_id = $1 and state = 'paused' and pause_cause = 'opt_outs'
        ) as "is!: bool""#,
        campaign.0,
    )
    .fetch_one(&mut *connection)
    .await?;
    if !is_paused_for_it {
        return Ok(());
    }
    let (stops, delivered) = (asked(connection, campaign).await?, delivered(connection, campaign).await?);
    let (stops, delivered) = (rows::stored(stops), rows::stored(delivered));
    query!(
        "update campaign set stops_before = $1, delivered_before = $2 where campaign_id = $3",
        stops,
        delivered,
        campaign.0,
    )
    .execute(connection)
    .await?;
    Ok(())
}
