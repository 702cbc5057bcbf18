//! The end of a cancelled campaign: nothing waits in it, also when the process that sent it was killed meanwhile.

use std::collections::BTreeMap;

use crate::{
    domain::{CampaignId, Status, Timestamp},
    queue::{counters::Deltas, engine::Connection, error::QueueError},
};

/// Cancels what waits in campaigns that are cancelled: nothing may wait there, whoever left it.
pub(crate) async fn end_cancellations(connection: &mut Connection, now: Timestamp) -> Result<(), QueueError> {
    let left = query_scalar!(
        r#"select campaign.campaign_id from campaign cross join counter
        where counter.campaign_id = campaign.campaign_id and state = 'cancelled' and axis = 'status' and value = 'queued' and n > 0
        order by campaign.campaign_id"#
    )
    .fetch_all(&mut *connection)
    .await?;
    let mut deltas = Deltas::default();
    for campaign in left {
        cancel_waiting(connection, CampaignId(campaign), now, &mut deltas).await?;
    }
    deltas.write(connection).await
}

/// Cancels what has come back to the queue of campaigns that were cancelled meanwhile, in the commit that brings it back:
/// nothing waits in them, however the process ends.
pub(crate) async fn cancel_returned(
    connection: &mut Connection,
    returned: impl Iterator<Item = (CampaignId, Timestamp)>,
    deltas: &mut Deltas,
) -> Result<(), QueueError> {
    let returned: BTreeMap<CampaignId, Timestamp> = returned.collect();
    for (campaign, at) in returned {
        cancel_waiting(connection, campaign, at, deltas).await?;
    }
    Ok(())
}

/// Cancels everything that waits in a campaign, where the campaign itself is cancelled.
pub(crate) async fn cancel_waiting(
    connection: &mut Connection,
    campaign: CampaignId,
    now: Timestamp,
    deltas: &mut Deltas,
) -> Result<(), QueueError> {
    let n = query!(
        "update recipient set status = 'cancelled', settled_at = $2, due_at = 0
        where campaign_id = $1 and status = 'queued'
            and exists (select 1 from campaign where campaign_id = $1 and state = 'cancelled')",
        campaign.0,
        now.0,
    )
    .execute(connection)
    .await?
    .rows_affected();
    deltas.shift(campaign, Status::Queued, Status::Cancelled, n);
    Ok(())
}
