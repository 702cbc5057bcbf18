//! A further list for a campaign that has its message: another file, or the fixed rows of the first one.

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{Multipart, Path, Query, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};

use serde::Deserialize;

use super::{
    check_result::Checked,
    options::{Addition, Choices},
    upload_page::{put_draft, read_form},
};
use crate::console::drafts::draft::{draft_of, draft_or_gone};
use crate::{
    app::campaigns,
    console::{
        page::{
            failure::{Failure, in_words},
            frame::{Frame, Section, Visit, page as render},
            words::{self, texts},
        },
        shared::Shared,
        workspace::launch,
    },
    domain::{Campaign, State as CampaignState, Status, campaign::Step},
};

#[derive(Template)]
#[template(path = "drafts/add.html", config = ".askama.toml")]
struct AddPage {
    f: Frame,
    name: String,
    path: String,
    limit: String,
    n_rejected: u64,
    problem: Option<String>,
}

impl AddPage {
    fn command(&self) -> String {
        format!("catalink import {} FILE", self.name)
    }
}

pub(crate) async fn page(
    State(shared): State<Arc<Shared>>,
    visit: Visit,
    Path(name): Path<String>,
) -> Result<Response, Failure> {
    let (campaign, draft) = draft_of(&visit, &name).await?;
    if let Some(draft) = draft {
        if visit.workspace.sessions.is_starting(draft.campaign) {
            return launch::pending_page(&visit, &name, &draft).await;
        }
        // One list at a time: the one that is being looked at comes first.
        return Ok(Redirect::to(&format!("{}/check", visit.campaign_path(&name))).into_response());
    }
    refuse_ended(&campaign)?;
    visit.queue.refuse_purged(campaign.id).await?;
    show(&shared, &visit, &campaign, None).await
}

async fn show(
    shared: &Shared,
    visit: &Visit,
    campaign: &Campaign,
    problem: Option<String>,
) -> Result<Response, Failure> {
    let name = campaign.plan.name.as_str();
    let status = if problem.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let page = AddPage {
        f: visit.frame(Section::Campaigns, format!("{name}: {}", texts().add_title)),
        name: name.to_owned(),
        path: visit.campaign_path(name),
        limit: words::size(shared.options.upload_bytes_max),
        n_rejected: visit.queue.counts(campaign.id).await?.of(Status::Rejected),
        problem,
    };
    Ok((status, render(&page)?).into_response())
}

#[derive(Debug, Deserialize)]
pub(crate) struct UploadQuery {
    /// The lists that are there are taken out when this one is added.
    replace: Option<String>,
}

pub(crate) async fn upload(
    State(shared): State<Arc<Shared>>,
    visit: Visit,
    Path(name): Path<String>,
    Query(query): Query<UploadQuery>,
    mut form: Multipart,
) -> Result<Response, Failure> {
    let (campaign, draft) = draft_of(&visit, &name).await?;
    refuse_ended(&campaign)?;
    visit.queue.refuse_purged(campaign.id).await?;
    if draft.is_some() {
        return Err(Failure::Refused(texts().add_busy.to_string()));
    }
    let replaces = query.replace.is_some();
    if replaces {
        campaigns::check_deletable(&visit.queue, &campaign).await?;
    }
    let uploaded = match read_form(&shared, &visit, &mut form).await?.file() {
        Ok(uploaded) => uploaded,
        Err(problem) => return show(&shared, &visit, &campaign, Some(problem.to_string())).await,
    };
    let n_imports = visit.queue.imports(campaign.id).await?.len();
    let addition = Addition { n_imports, begins: campaign.state != CampaignState::Draft, replaces };
    let choices = Choices { addition: Some(addition), ..Choices::of(&campaign.plan) };
    put_draft(&visit, campaign.id, choices, uploaded).await?;
    Ok(Redirect::to(&format!("{}/columns", visit.campaign_path(&name))).into_response())
}

/// Says so before anything is uploaded; the queue would refuse it too.
fn refuse_ended(campaign: &Campaign) -> Result<(), Failure> {
    campaign.state.after(Step::AddRecipients).map(|_| ()).map_err(|error| Failure::Refused(in_words(&error)))
}

/// Puts the rows of the list that is being looked at into the queue, sends nothing, and asks for another list.
pub(crate) async fn another(visit: Visit, Path(name): Path<String>) -> Result<Response, Failure> {
    let (_, draft) = draft_or_gone(&visit, &name).await?;
    let checked = draft.checked.as_deref().and_then(Checked::from_json);
    if checked.is_none_or(|checked| checked.refused.is_some() || checked.report.queued == 0) {
        return Err(Failure::Refused(texts().start_changed.to_string()));
    }
    if Choices::from_json(&draft.choices)?.addition.is_some() {
        return Err(Failure::Refused(texts().add_busy.to_string()));
    }
    let back = Redirect::to(&format!("{}/add", visit.campaign_path(&name))).into_response();
    let Some(guard) = visit.workspace.sessions.try_start(draft.campaign) else { return Ok(back) };
    visit.workspace.sessions.set_start_failure(draft.campaign, None);
    // A start that is under way would begin to send what is only to be kept.
    visit.queue.unschedule_draft(draft.campaign).await?;
    let (workspace, queue) = (Arc::clone(&visit.workspace), visit.queue.clone());
    drop(tokio::spawn(async move { launch::import_only(&workspace, &queue, draft, guard).await }));
    Ok(back)
}
