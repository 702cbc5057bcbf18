//! What an operator does to a campaign: pause, resume, cancel, rate, retry, resolve. Each writes to the queue; the
//! sender notices.

use std::num::NonZeroU32;

use axum::{
    Form,
    extract::Path,
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

use crate::{
    config::parse_number,
    console::page::{failure::Failure, frame::Visit, words::texts},
    domain::{
        Campaign, PauseCause, State,
        campaign::{Pause, Step, check_rate},
    },
    queue::{CLOSED_DOUBT, Which},
};

fn back(visit: &Visit, name: &str) -> Response {
    Redirect::to(&visit.campaign_path(name)).into_response()
}

async fn found(visit: &Visit, name: &str) -> Result<Campaign, Failure> {
    Ok(visit.queue.campaign(name).await?)
}

pub(crate) async fn pause(visit: Visit, Path(name): Path<String>) -> Result<Response, Failure> {
    let campaign = found(&visit, &name).await?;
    if campaign.state == State::Paused {
        // Somebody else was faster.
        return Ok(back(&visit, &name));
    }
    let detail = visit.visitor.name.clone().map(|user| format!("paused by {user}"));
    let pause = Pause { cause: PauseCause::Operator, detail, line: None };
    visit.queue.pause(campaign.id, pause, visit.workspace.clock.now()).await?;
    Ok(back(&visit, &name))
}

pub(crate) async fn resume(visit: Visit, Path(name): Path<String>) -> Result<Response, Failure> {
    let campaign = found(&visit, &name).await?;
    if campaign.interrupted_at.is_some() {
        visit.queue.start(campaign.id, visit.workspace.clock.now()).await?;
    } else if campaign.state == State::Running {
        // Somebody else was faster.
    } else {
        if visit.workspace.is_rehearsal {
            visit.workspace.top_up().await;
        }
        visit.queue.resume(campaign.id).await?;
    }
    Ok(back(&visit, &name))
}

pub(crate) async fn cancel(visit: Visit, Path(name): Path<String>) -> Result<Response, Failure> {
    let campaign = found(&visit, &name).await?;
    if campaign.state == State::Cancelled {
        return Ok(back(&visit, &name));
    }
    visit.queue.cancel(campaign.id, visit.workspace.clock.now()).await?;
    Ok(back(&visit, &name))
}

#[derive(Debug, Deserialize)]
pub(crate) struct RateForm {
    mps: f64,
    /// Requests at once; what is not said stays.
    in_flight_max: Option<NonZeroU32>,
}

pub(crate) async fn rate(
    visit: Visit,
    Path(name): Path<String>,
    Form(form): Form<RateForm>,
) -> Result<Response, Failure> {
    let campaign = found(&visit, &name).await?;
    let mps = check_rate(form.mps).map_err(|error| Failure::Refused(error.to_string()))?;
    visit.queue.set_rate(campaign.id, mps).await?;
    if let Some(max) = form.in_flight_max {
        visit.queue.set_in_flight_max(campaign.id, max.get()).await?;
    }
    Ok(back(&visit, &name))
}

/// Lets a database that looks like a restored copy send.
pub(crate) async fn restored(visit: Visit, Path(name): Path<String>) -> Result<Response, Failure> {
    let campaign = found(&visit, &name).await?;
    visit.queue.accept_restored().await?;
    visit.queue.write_down("restored", Some(campaign.id), "").await?;
    Ok(back(&visit, &name))
}

#[derive(Debug, Deserialize)]
pub(crate) struct RetryForm {
    /// The code whose failures are retried; all where there is none.
    code: Option<String>,
    /// All but those with this code.
    but: Option<String>,
}

/// Puts failures back into the queue, and goes on where the campaign had ended.
pub(crate) async fn retry(
    visit: Visit,
    Path(name): Path<String>,
    Form(form): Form<RetryForm>,
) -> Result<Response, Failure> {
    let campaign = found(&visit, &name).await?;
    refuse_cancelled(&campaign)?;
    let which = match (form.code, form.but) {
        (Some(code), _) => Which::Codes(vec![code]),
        (None, Some(code)) => Which::AllBut(vec![code]),
        // Whoever was in doubt may have the message already.
        (None, None) => Which::AllBut(vec![CLOSED_DOUBT.to_owned()]),
    };
    visit.queue.retry(campaign.id, which).await?;
    Ok(back(&visit, &name))
}

#[derive(Debug, Deserialize)]
pub(crate) struct ResolveForm {
    how: Resolution,
    /// Only this number; all that are in doubt where there is none.
    to: Option<String>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Resolution {
    Resend,
    Keep,
}

/// Settles what is in doubt: sends again, or closes it.
pub(crate) async fn resolve(
    visit: Visit,
    Path(name): Path<String>,
    Form(form): Form<ResolveForm>,
) -> Result<Response, Failure> {
    let campaign = found(&visit, &name).await?;
    let which = match &form.to {
        None => Which::All,
        Some(to) => Which::Numbers(vec![parse_number("number", to).map_err(|_| Failure::NotFound)?]),
    };
    let n = match form.how {
        Resolution::Resend => {
            refuse_cancelled(&campaign)?;
            visit.queue.resend_doubts(campaign.id, which).await?
        }
        Resolution::Keep => visit.queue.keep_doubts(campaign.id, which, visit.workspace.clock.now()).await?,
    };
    match form.to {
        None => Ok(back(&visit, &name)),
        Some(to) if n == 0 => Err(Failure::Refused(texts().doubt_none.with(to))),
        Some(_) => {
            let rows = format!("{}/rows?status=in_doubt", visit.campaign_path(&name));
            Ok(Redirect::to(&rows).into_response())
        }
    }
}

/// Says so before anything is written; the queue would refuse it too.
fn refuse_cancelled(campaign: &Campaign) -> Result<(), Failure> {
    match campaign.state.after(Step::Reopen) {
        Ok(State::Draft | State::Scheduled | State::Running | State::Paused | State::Finished) => Ok(()),
        Ok(State::Cancelled) | Err(_) => Err(Failure::Refused(texts().watch_cancelled.to_string())),
    }
}
