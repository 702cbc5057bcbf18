//! Carries out what was said on the start page when its time has come: puts the rows into the queue, and begins.

use std::{sync::Arc, time::Duration};

use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};

use super::desk::Desk;
use crate::{
    console::{
        access::passwords::hex,
        drafts::{
            check_job::{Progress, read_into},
            check_result::Checked,
            options::Choices,
        },
        page::{
            failure::{Failure, in_words},
            frame::{Frame, Section, Visit, page as render},
            words::EN,
        },
    },
    domain::{Campaign, State, Timestamp},
    importer::RecipientList,
    queue::{Draft, Queue, QueueError},
};

/// A start that could not be carried out for so long is not carried out at all: its hour is gone.
const STALE_AFTER: Duration = Duration::from_mins(5);

#[derive(Template)]
#[template(path = "starting.html", config = ".askama.toml")]
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
}

/// What the page of a campaign in the making shows: the countdown of its start, or the step it is at.
pub(crate) async fn in_between(visit: &Visit, name: &str, draft: &Draft) -> Result<Response, Failure> {
    let path = visit.campaign_path(name);
    let is_importing = visit.desk.starting.lock().await.contains(&draft.campaign);
    let wait = match draft.starts_at {
        Some(starts_at) => visit.desk.clock.now().until(starts_at),
        None if is_importing => Duration::ZERO,
        None => {
            let page = if visit.desk.live.missed(draft.campaign).is_some() { "start" } else { "check" };
            return Ok(Redirect::to(&format!("{path}/{page}")).into_response());
        }
    };
    let checked = draft.checked.as_deref().and_then(Checked::from_json);
    render(&StartingPage {
        is_kept: draft.starts_at.is_none(),
        n: checked.map_or(0, |checked| checked.queued),
        message: visit.queue.campaign(name).await?.plan.message,
        f: visit.frame(Section::Campaigns, name),
        name: name.to_owned(),
        path,
        seconds: wait.as_millis().div_ceil(1_000).try_into().unwrap_or(u64::MAX),
        is_importing,
    })
}

/// Carries out the starts whose time has come; each is a task of its own.
pub(crate) async fn begin_due(desk: &Arc<Desk>) -> Result<(), QueueError> {
    let now = desk.clock.now();
    let drafts = desk.queue.drafts().await?;
    desk.forget_strays(&drafts).await;
    for draft in drafts {
        if draft.starts_at.is_none_or(|at| now < at) {
            continue;
        }
        let mut starting = desk.starting.lock().await;
        // Read again under the lock: a start that is taken back in this moment is not carried out.
        let Some(draft) = desk.queue.draft(draft.campaign).await? else { continue };
        let Some(starts_at) = draft.starts_at else { continue };
        if starts_at.until(now) > STALE_AFTER {
            tracing::warn!("a start was missed and is not made up for");
            desk.live.set_missed(draft.campaign, Some(EN.start_missed.to_string()));
            desk.queue.begin_draft_at(draft.campaign, None).await?;
            continue;
        }
        if starting.insert(draft.campaign) {
            desk.live.set_missed(draft.campaign, None);
            let desk = Arc::clone(desk);
            drop(tokio::spawn(async move { carry_out(&desk, draft).await }));
        }
    }
    Ok(())
}

async fn carry_out(desk: &Desk, draft: Draft) {
    let id = draft.campaign;
    let starter = desk.starters.lock().await.remove(&id);
    let queue = starter.unwrap_or_else(|| desk.queue.clone());
    let began = match put_in(desk, &queue, &draft).await {
        Ok(()) => begin_if_meant(desk, &queue, &draft).await,
        Err(text) => Err(text),
    };
    close(desk, &draft, began).await;
}

/// Puts the rows of a draft into the queue and begins nothing.
pub(crate) async fn keep(desk: &Desk, queue: &Queue, draft: Draft) {
    let put = put_in(desk, queue, &draft).await;
    close(desk, &draft, put).await;
}

/// Ends the draft whose rows are in the queue; one that has failed is as it was before, and says why.
async fn close(desk: &Desk, draft: &Draft, ended: Result<(), String>) {
    let id = draft.campaign;
    let closed = match ended {
        Ok(()) => {
            let closed = desk.queue.close_draft(id).await;
            if closed.is_ok() {
                desk.forget_upload(draft).await;
            }
            closed
        }
        Err(text) => {
            tracing::error!(text, "a list could not be put into the queue");
            desk.live.set_missed(id, Some(text));
            desk.queue.begin_draft_at(id, None).await.map(|_| ())
        }
    };
    if let Err(error) = closed {
        tracing::error!(%error, "a draft could not be ended");
    }
    desk.starting.lock().await.remove(&id);
}

async fn put_in(desk: &Desk, queue: &Queue, draft: &Draft) -> Result<(), String> {
    let words = |error: QueueError| in_words(&error);
    let choices = Choices::from_json(&draft.choices);
    let (path, plan) = (desk.upload_path(draft), choices.plan(None));
    let opening = tokio::task::spawn_blocking(move || RecipientList::open(&path, &plan));
    let list = opening.await.map_err(|error| in_words(&error))?.map_err(|error| in_words(&error))?;
    // A crash between the import and the end of the draft leaves both: the rows are not read a second time.
    let sha256 = hex(&list.sha256());
    let n_before = choices.addition.map_or(0, |addition| addition.n_imports);
    let imports = queue.imports(draft.campaign).await.map_err(words)?;
    if imports.iter().skip(n_before).any(|import| import.sha256 == sha256) {
        return Ok(());
    }
    let now = desk.clock.now();
    read_into(queue, draft.campaign, list, &draft.file_name, choices, &Progress::unseen(), now)
        .await
        .map_err(|error| in_words(&error))?;
    Ok(())
}

/// Begins the campaign whose rows were put in. Where it is on its way already there is nothing to begin, and where it
/// waited for its first start it goes on waiting.
async fn begin_if_meant(desk: &Desk, queue: &Queue, draft: &Draft) -> Result<(), String> {
    let words = |error: QueueError| in_words(&error);
    let campaign = desk.queue.campaign_by_id(draft.campaign).await.map_err(words)?;
    let is_meant = Choices::from_json(&draft.choices).addition.is_none_or(|addition| addition.begins);
    if is_meant && campaign.state == State::Draft {
        begin(queue, &campaign, desk.clock.now()).await.map_err(words)?;
    }
    Ok(())
}

/// Starts a campaign whose rows are in the queue, now or at its set time.
pub(crate) async fn begin(queue: &Queue, campaign: &Campaign, now: Timestamp) -> Result<(), QueueError> {
    queue.start(campaign.id, now).await?;
    Ok(())
}
