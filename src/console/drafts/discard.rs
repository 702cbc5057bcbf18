//! Throws a draft away.

use axum::{
    extract::{Path, Query},
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

use super::{draft::draft_or_gone, list::options::Choices};
use crate::{
    console::page::{failure::Failure, frame::Visit, words::texts},
    queue::Draft,
};

#[derive(Debug, Deserialize)]
pub(crate) struct DiscardQuery {
    /// Another file is to take its place.
    another: Option<String>,
}

/// Throws a draft away, file and all.
pub(crate) async fn discard(
    visit: Visit,
    Path(name): Path<String>,
    Query(query): Query<DiscardQuery>,
) -> Result<Response, Failure> {
    let (campaign, draft) = draft_or_gone(&visit, &name).await?;
    let is_addition = match Choices::from_json(&draft.choices) {
        Ok(choices) => choices.addition.is_some(),
        // A draft that cannot be read must not stay for ever.
        Err(_) => !visit.queue.imports(campaign.id).await?.is_empty(),
    };
    if is_addition {
        forget(&visit, &draft).await?;
        let path = visit.campaign_path(&name);
        let next = if query.another.is_some() { format!("{path}/add") } else { path };
        return Ok(Redirect::to(&next).into_response());
    }
    if visit.queue.discard(campaign.id).await? {
        visit.workspace.forget_upload(&draft).await;
    }
    // Nothing in the name of a campaign has to be escaped.
    let next = if query.another.is_some() { format!("new?name={name}") } else { String::new() };
    Ok(Redirect::to(&format!("{}/{next}", visit.workspace.base)).into_response())
}

/// Throws a further list away; its campaign stays as it is.
async fn forget(visit: &Visit, draft: &Draft) -> Result<(), Failure> {
    let Some(_guard) = visit.workspace.sessions.try_start(draft.campaign) else {
        return Err(Failure::Refused(texts().undo_late.to_string()));
    };
    visit.queue.close_draft(draft.campaign).await?;
    visit.workspace.forget_upload(draft).await;
    Ok(())
}
