//! A message as it is typed: remembered beside the draft while it cannot be, or is not yet, the campaign's own.

use serde::{Deserialize, Serialize};

use crate::{
    console::page::{failure::Failure, frame::Visit},
    domain::{Campaign, NewCampaign},
    queue::Draft,
};

/// What somebody types on the page of the message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Typed {
    pub(crate) message: String,
    pub(crate) preview_url: bool,
    /// Templates of the tags; blank for the file's column of that name.
    pub(crate) refs: [String; 3],
}

impl Typed {
    /// What a campaign has already.
    pub(crate) fn kept(plan: &NewCampaign) -> Self {
        let refs = plan.refs.each_ref().map(|text| text.clone().unwrap_or_default());
        Self { message: plan.message.clone(), preview_url: plan.preview_url, refs }
    }

    /// What was typed last and is not the campaign's yet. What another version has written is no longer known.
    pub(crate) async fn of(visit: &Visit, draft: &Draft) -> Result<Option<Self>, Failure> {
        let typed = visit.queue.typed(draft.campaign).await?;
        Ok(typed.and_then(|json| serde_json::from_str(&json).ok()))
    }

    /// Keeps it beside the draft, unless it is the campaign's already.
    pub(crate) async fn remember(&self, visit: &Visit, campaign: &Campaign) -> Result<(), Failure> {
        let is_kept = self.plan(&campaign.plan) == campaign.plan;
        let json = if is_kept {
            None
        } else {
            Some(serde_json::to_string(self).map_err(|error| Failure::broken(&error))?)
        };
        Ok(visit.queue.keep_typed(campaign.id, json).await?)
    }

    /// The plan with this message.
    pub(crate) fn plan(&self, plan: &NewCampaign) -> NewCampaign {
        let refs = self.refs.each_ref().map(|text| {
            let text = text.trim();
            (!text.is_empty()).then(|| text.to_owned())
        });
        NewCampaign { message: self.message.clone(), preview_url: self.preview_url, refs, ..plan.clone() }
    }
}
