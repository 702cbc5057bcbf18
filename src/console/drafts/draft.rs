//! The draft of a campaign: the file that is being made into it, or added to it.

use crate::{
    console::page::{failure::Failure, frame::Visit, words::texts},
    domain::Campaign,
    queue::Draft,
};

/// The campaign of a draft, and the draft; none where its rows are in the queue.
pub(crate) async fn draft_of(visit: &Visit, name: &str) -> Result<(Campaign, Option<Draft>), Failure> {
    let campaign = visit.queue.campaign(name).await?;
    let draft = visit.queue.draft(campaign.id).await?;
    Ok((campaign, draft))
}

/// The campaign of a draft, and the draft, which has to be there.
pub(crate) async fn draft_or_gone(visit: &Visit, name: &str) -> Result<(Campaign, Draft), Failure> {
    match draft_of(visit, name).await? {
        (campaign, Some(draft)) => Ok((campaign, draft)),
        (_, None) => Err(Failure::Refused(texts().no_draft.to_string())),
    }
}

/// The same for a page: whoever comes back to it later finds what has become of the draft.
pub(crate) async fn require_draft(visit: &Visit, name: &str) -> Result<(Campaign, Draft), Failure> {
    match draft_of(visit, name).await? {
        (campaign, Some(draft)) => Ok((campaign, draft)),
        (_, None) => Err(Failure::Elsewhere(visit.campaign_path(name))),
    }
}
