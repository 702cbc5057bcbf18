//! Campaigns as a whole, for every face: which there are, copied, deleted, their last list taken out. The faces ask first.

use crate::{
    domain::{Campaign, CampaignId, NewCampaign, Timestamp},
    queue::{Import, Queue, QueueError, RemovedList},
};

pub mod creation;
pub mod editing;
pub mod finish;
pub mod outlook;
pub mod reach;
pub mod resolving;
pub mod start;
pub mod test_message;

/// Makes another campaign with the same message and settings, and perhaps the same lists.
pub async fn copy(
    queue: &Queue,
    original: &Campaign,
    name: String,
    with_lists: bool,
    now: Timestamp,
) -> Result<CampaignId, QueueError> {
    // A start that has passed is that of the original.
    let start_at = original.plan.start_at.filter(|at| now < *at);
    let plan = NewCampaign { name, start_at, ..original.plan.clone() };
    if with_lists {
        queue.copy_with_lists(original.id, plan, now).await
    } else {
        queue.create(plan, now).await
    }
}

/// Refuses where somebody of the campaign may have been messaged: it cannot be deleted.
pub async fn check_deletable(queue: &Queue, campaign: &Campaign) -> Result<(), QueueError> {
    let ids: Vec<i64> = queue.imports(campaign.id).await?.iter().map(|import| import.import_id).collect();
    queue.check_unused(campaign.id, &ids).await
}

/// Deletes a campaign of which nobody was messaged, and says how many rows it had.
pub async fn delete(queue: &Queue, campaign: &Campaign) -> Result<u64, QueueError> {
    check_deletable(queue, campaign).await?;
    queue.forget_draft(campaign.id).await?;
    queue.delete(campaign.id).await
}

/// The list that would be taken out: the last one. Refused where somebody of it may have been messaged.
pub async fn removable(queue: &Queue, campaign: &Campaign) -> Result<Option<Import>, QueueError> {
    let last = queue.imports(campaign.id).await?.pop();
    if let Some(last) = &last {
        queue.check_unused(campaign.id, &[last.import_id]).await?;
    }
    Ok(last)
}

/// Takes the last list out, if it still is that one.
pub async fn remove_last(
    queue: &Queue,
    campaign: &Campaign,
    import_id: i64,
) -> Result<RemovedList, QueueError> {
    queue.remove_last_list(campaign.id, import_id).await
}
