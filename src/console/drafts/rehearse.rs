//! Copies a campaign, or the draft of one, into the rehearsal, with the faults that were chosen.

use std::sync::Arc;

use axum::{
    Form,
    extract::{Path, State as Extract},
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

use super::{draft::draft_of, list::check_result::Checked};
use crate::{
    console::{
        access::passwords::new_token,
        page::{failure::Failure, frame::Visit, words::texts},
        shared::Shared,
        workspace::{Faulty, Workspace},
    },
    domain::{Campaign, NewCampaign, Status},
    queue::Draft,
};

#[derive(Debug, Deserialize)]
pub(crate) struct RehearseForm {
    faults: Faulty,
}

/// Puts the copy into the rehearsal and goes there. The campaign itself stays as it is.
pub(crate) async fn rehearse(
    Extract(shared): Extract<Arc<Shared>>,
    visit: Visit,
    Path(name): Path<String>,
    Form(form): Form<RehearseForm>,
) -> Result<Response, Failure> {
    if visit.workspace.is_rehearsal {
        return Err(Failure::NotFound);
    }
    let (campaign, draft) = draft_of(&visit, &name).await?;
    let rehearsal = shared.rehearsal().await.map_err(|error| Failure::broken(&error))?;
    let n_queued = match &draft {
        Some(draft) => n_checked(draft),
        None => visit.queue.counts(campaign.id).await?.of(Status::Queued),
    };
    if n_queued == 0 {
        return Err(Failure::Refused(texts().start_nobody.to_string()));
    }
    rehearsal.choose_faults(form.faults, n_queued).await.map_err(|error| Failure::broken(&error))?;
    let copy = if let Some(draft) = draft {
        copy_draft(&visit, &campaign, draft, &rehearsal).await?
    } else {
        let id = visit.queue.copy_to_rehearse(campaign.id, &rehearsal.queue, None, None).await?;
        rehearsal.queue.campaign_by_id(id).await?.plan.name
    };
    Ok(Redirect::to(&format!("{}/campaigns/{copy}/start", rehearsal.base)).into_response())
}

/// How many recipients the last check of a draft has found.
fn n_checked(draft: &Draft) -> u64 {
    let checked = draft.checked.as_deref().and_then(Checked::from_json);
    checked.map_or(0, |checked| checked.report.queued)
}

/// A draft is its plan, its file and what was answered about it.
async fn copy_draft(
    visit: &Visit,
    campaign: &Campaign,
    draft: Draft,
    rehearsal: &Workspace,
) -> Result<String, Failure> {
    let broken = |error: std::io::Error| Failure::broken(&error);
    let taken = rehearsal.queue.campaign_names().await?;
    let numbered = (2_u32..).map(|n| format!("{}-{n}", campaign.plan.name));
    let mut names = std::iter::once(campaign.plan.name.clone()).chain(numbered);
    let name = names.find(|name| !taken.contains(name)).unwrap_or_else(|| campaign.plan.name.clone());
    // It is rehearsed now, at any hour.
    let plan = NewCampaign { name: name.clone(), start_at: None, hours: None, ..campaign.plan.clone() };
    let upload = new_token().ok_or_else(|| Failure::Broken("no randomness for a file's name".to_owned()))?;
    tokio::fs::copy(visit.workspace.upload_path(&draft), rehearsal.uploads.join(&upload))
        .await
        .map_err(broken)?;
    let id = rehearsal.queue.create(plan, rehearsal.clock.now()).await?;
    let draft = Draft { campaign: id, upload, checked: None, starts_at: None, pressed_by: None, ..draft };
    rehearsal.queue.put_draft(draft).await?;
    Ok(name)
}
