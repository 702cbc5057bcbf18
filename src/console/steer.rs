//! What an operator does to a campaign: pause, resume, cancel, rate, retry, resolve. Each writes to the queue; the
//! sender notices.

use axum::{
    Form,
    extract::Path,
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

use super::{failure::Failure, frame::Visit};
use crate::{
    domain::{
        Campaign, PauseCause, State,
        campaign::{Pause, Step, check_rate},
    },
    queue::Which,
};

fn back(visit: &Visit, name: &str) -> Response {
    Redirect::to(&visit.campaign_path(name)).into_response()
}

async fn found(visit: &Visit, name: &str) -> Result<Campaign, Failure> {
    Ok(visit.queue.campaign(name).await?)
}

pub(super) async fn pause(visit: Visit, Path(name): Path<String>) -> Result<Response, Failure> {
    let campaign = found(&visit, &name).await?;
    let detail = visit.visitor.name.clone().map(|user| format!("paused by {user}"));
    let pause = Pause { cause: PauseCause::Operator, detail, line: None };
    visit.queue.pause(campaign.id, pause).await?;
    Ok(back(&visit, &name))
}

pub(super) async fn resume(visit: Visit, Path(name): Path<String>) -> Result<Response, Failure> {
    let campaign = found(&visit, &name).await?;
    visit.queue.resume(campaign.id).await?;
    Ok(back(&visit, &name))
}

pub(super) async fn cancel(visit: Visit, Path(name): Path<String>) -> Result<Response, Failure> {
    let campaign = found(&visit, &name).await?;
    visit.queue.step(campaign.id, Step::Cancel, visit.desk.clock.now()).await?;
    Ok(back(&visit, &name))
}

#[derive(Debug, Deserialize)]
pub(super) struct RateForm {
    mps: f64,
}

pub(super) async fn rate(
    visit: Visit,
    Path(name): Path<String>,
    Form(form): Form<RateForm>,
) -> Result<Response, Failure> {
    let campaign = found(&visit, &name).await?;
    let mps = check_rate(form.mps).map_err(|error| Failure::Refused(error.to_string()))?;
    visit.queue.set_rate(campaign.id, mps).await?;
    Ok(back(&visit, &name))
}

#[derive(Debug, Deserialize)]
pub(super) struct RetryForm {
    /// The code whose failures are retried; all where there is none.
    code: Option<String>,
}

/// Puts failures back into the queue, and goes on where the campaign had ended.
pub(super) async fn retry(
    visit: Visit,
    Path(name): Path<String>,
    Form(form): Form<RetryForm>,
) -> Result<Response, Failure> {
    let campaign = found(&visit, &name).await?;
    refuse_cancelled(&campaign)?;
    let which = form.code.map_or(Which::All, |code| Which::Codes(vec![code]));
    visit.queue.retry(campaign.id, which).await?;
    Ok(back(&visit, &name))
}

#[derive(Debug, Deserialize)]
pub(super) struct ResolveForm {
    how: How,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum How {
    Resend,
    Keep,
}

/// Settles what is in doubt: sends again, or closes it.
pub(super) async fn resolve(
    visit: Visit,
    Path(name): Path<String>,
    Form(form): Form<ResolveForm>,
) -> Result<Response, Failure> {
    let campaign = found(&visit, &name).await?;
    match form.how {
        How::Resend => {
            refuse_cancelled(&campaign)?;
            visit.queue.resend_doubts(campaign.id, Which::All).await?;
        }
        How::Keep => {
            let now = visit.desk.clock.now();
            visit.queue.keep_doubts(campaign.id, Which::All, now).await?;
        }
    }
    Ok(back(&visit, &name))
}

/// Says so before anything is written; the queue would refuse it too.
fn refuse_cancelled(campaign: &Campaign) -> Result<(), Failure> {
    match campaign.state.after(Step::Reopen) {
        Ok(State::Draft | State::Scheduled | State::Running | State::Paused | State::Finished) => Ok(()),
        Ok(State::Cancelled) | Err(_) => Err(Failure::Refused(super::words::EN.watch_cancelled.to_string())),
    }
}
