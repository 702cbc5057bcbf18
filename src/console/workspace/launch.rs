//! Carries out what was said on the start page when its time has come: puts the rows into the queue, and begins.

use std::{sync::Arc, time::Duration};

use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};

use super::{Workspace, session::StartGuard};
use crate::{
    app::lists::import::{self, ListSet},
    clock::Clock,
    console::{
        drafts::{
            list::check_result::Checked,
            list::options::{Choices, ListError},
            start_page::day_and_time,
        },
        page::{
            failure::{Failure, in_words},
            frame::{Frame, Section, Visit, page as render},
            words::texts,
        },
    },
    domain::State,
    importer,
    queue::{Draft, Queue, QueueError, Role},
};

/// A start that could not be carried out for so long is not carried out at all: its hour is gone.
const STALE_AFTER: Duration = Duration::from_mins(5);

#[derive(Template)]
#[template(path = "drafts/starting.html", config = ".askama.toml")]
struct StartingPage {
    f: Frame,
    name: String,
    path: String,
    seconds: u64,
    is_importing: bool,
    /// The rows are kept, and nothing is begun.
    is_kept: bool,
    n: u64,
    message: String,
    /// When it is scheduled for, where that is later.
    later: Option<String>,
}

/// What the page of a campaign in the making shows: the countdown of its start, or the step it is at.
pub(crate) async fn pending_page(visit: &Visit, name: &str, draft: &Draft) -> Result<Response, Failure> {
    let path = visit.campaign_path(name);
    let is_importing = visit.workspace.sessions.is_starting(draft.campaign);
    let wait = match draft.starts_at {
        Some(starts_at) => visit.workspace.clock.now().until(starts_at),
        None if is_importing => Duration::ZERO,
        // The steps are for those who make campaigns.
        None if !visit.visitor.role.includes(Role::Sender) => {
            return Ok(Redirect::to(&format!("{path}/plan")).into_response());
        }
        None => {
            let page = if visit.workspace.sessions.start_failure(draft.campaign).is_some() {
                "start"
            } else {
                "check"
            };
            return Ok(Redirect::to(&format!("{path}/{page}")).into_response());
        }
    };
    let checked = draft.checked.as_deref().and_then(Checked::from_json);
    let plan = visit.queue.campaign(name).await?.plan;
    render(&StartingPage {
        is_kept: draft.starts_at.is_none(),
        n: checked.map_or(0, |checked| checked.report.queued),
        later: plan.start_at.filter(|at| *at > visit.workspace.clock.now()).map(|at| day_and_time(at, &plan)),
        message: plan.message,
        f: visit.frame(Section::Campaigns, name),
        name: name.to_owned(),
        path,
        seconds: wait.as_millis().div_ceil(1_000).try_into().unwrap_or(u64::MAX),
        is_importing,
    })
}

/// Carries out the starts whose time has come; each is a task of its own.
pub(crate) async fn begin_due(workspace: &Arc<Workspace>) -> Result<(), QueueError> {
    let now = workspace.clock.now();
    let drafts = workspace.queue.drafts().await?;
    workspace.forget_strays(&drafts).await;
    for draft in drafts {
        if draft.starts_at.is_none_or(|at| now < at) {
            continue;
        }
        let Some(guard) = workspace.sessions.try_start(draft.campaign) else { continue };
        // Read again: a start that was taken back in this moment is not carried out.
        let Some(draft) = workspace.queue.draft(draft.campaign).await? else { continue };
        let Some(starts_at) = draft.starts_at else { continue };
        if starts_at.until(now) > STALE_AFTER {
            tracing::warn!("a start was missed and is not made up for");
            workspace.sessions.set_start_failure(draft.campaign, Some(texts().start_missed.to_string()));
            workspace.queue.unschedule_draft(draft.campaign).await?;
            continue;
        }
        if workspace.queue.is_on_server() && !workspace.uploads.join(&draft.upload).exists() {
            // Another machine has taken the list, and begins it.
            continue;
        }
        workspace.sessions.set_start_failure(draft.campaign, None);
        let workspace = Arc::clone(workspace);
        drop(tokio::spawn(async move { carry_out(&workspace, draft, guard).await }));
    }
    Ok(())
}

/// Imports the rows and starts the campaign, in the name of whoever pressed the button.
async fn carry_out(workspace: &Workspace, draft: Draft, _guard: StartGuard) {
    let queue = match &draft.pressed_by {
        Some(user) => workspace.queue.acting_as(user.as_str(), || Clock.now()),
        None => workspace.queue.clone(),
    };
    let began = match import_rows(workspace, &queue, &draft).await {
        Ok(()) => begin_if_requested(workspace, &queue, &draft).await,
        Err(error) => Err(error),
    };
    close(workspace, &draft, began).await;
}

/// Puts the rows of a draft into the queue and begins nothing.
pub(crate) async fn import_only(workspace: &Workspace, queue: &Queue, draft: Draft, _guard: StartGuard) {
    let put = import_rows(workspace, queue, &draft).await;
    close(workspace, &draft, put).await;
}

/// Ends the draft whose rows are in the queue; one that has failed is as it was before, and says why.
async fn close(workspace: &Workspace, draft: &Draft, ended: Result<(), ListError>) {
    let id = draft.campaign;
    let closed = match ended {
        Ok(()) => {
            let closed = workspace.queue.close_draft(id).await;
            if closed.is_ok() {
                workspace.forget_upload(draft).await;
            }
            closed
        }
        Err(error) => {
            let text = in_words(&error);
            tracing::error!(text, "a list could not be put into the queue");
            workspace.sessions.set_start_failure(id, Some(text));
            workspace.queue.unschedule_draft(id).await.map(|_| ())
        }
    };
    if let Err(error) = closed {
        tracing::error!(%error, "a draft could not be ended");
    }
}

async fn import_rows(workspace: &Workspace, queue: &Queue, draft: &Draft) -> Result<(), ListError> {
    let choices = Choices::from_json(&draft.choices)?;
    let of_campaign = queue.campaign_by_id(draft.campaign).await?.plan;
    let sender = (workspace.accounts)(of_campaign.sender).ok().map(|account| account.sender);
    let now = workspace.clock.now();
    let plan = Arc::new(importer::Plan {
        file_name: Some(draft.file_name.clone()),
        times: Some(import::times(&of_campaign, sender, now)),
        ..choices.plan()?
    });
    let list = import::open(workspace.upload_path(draft), Arc::clone(&plan)).await?;
    // A crash between the import and the end of the draft leaves both: the rows are not read a second time.
    let n_before = choices.addition.map_or(0, |addition| addition.n_imports);
    if import::earlier(queue, draft.campaign, &list, n_before).await?.is_some() {
        return Ok(());
    }
    let file_name = draft.file_name.clone();
    let into = import::Into { campaign: draft.campaign, file_name, sender, is_dry_run: false };
    let replaces = choices.addition.is_some_and(|addition| addition.replaces);
    let mut lists = if replaces { ListSet::replacing() } else { ListSet::adding() };
    lists.read(queue, into, list, plan, |_| {}, now).await?;
    Ok(lists.finish(queue, now).await?)
}

/// Begins the campaign whose rows were put in. Where it is on its way already there is nothing to begin, and where it
/// waited for its first start it goes on waiting.
async fn begin_if_requested(workspace: &Workspace, queue: &Queue, draft: &Draft) -> Result<(), ListError> {
    let campaign = workspace.queue.campaign_by_id(draft.campaign).await?;
    let choices = Choices::from_json(&draft.choices)?;
    let is_requested = choices.addition.is_none_or(|addition| addition.begins);
    if is_requested && campaign.state == State::Draft {
        queue.start(campaign.id, workspace.clock.now()).await?;
    }
    Ok(())
}
