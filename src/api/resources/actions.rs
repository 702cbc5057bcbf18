//! What a program does to a campaign: start, pause, resume, cancel, rate, retry, resolve. Each writes to the queue; the
//! worker of `serve` notices.

use std::sync::Arc;

use axum::{Json, extract::State as Extracted, http::StatusCode};
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::campaigns::facts;
use crate::api::{
    description::{Key, Problems},
    requests::{
        access::Program,
        input::{Body, Line, Place, invalid, named},
        problem::Problem,
    },
    shared::Shared,
};
use crate::{
    app::{
        campaigns::{
            resolving::{self, RetryError},
            start::{self, Said, StartError},
        },
        doctor::NoAccount,
        json::recipients,
        lists::places,
        wording::error::Explained,
    },
    config::parse_number,
    domain::{
        Campaign, PauseCause, State, Status,
        campaign::{Pause, check_rate},
        reach::Reach,
    },
    queue::{Queue, Which},
};

/// A body without anything in it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Nothing {}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Start {
    /// Start although mostly the same people got the same message lately.
    #[serde(default)]
    again: bool,
    /// What becomes of those who cannot be reached: `open`, `wait` or `any`.
    #[schema(pattern = "^(open|wait|any)$")]
    reach: Option<String>,
    #[schema(minimum = 0.01, maximum = 100_000)]
    mps: Option<f64>,
    #[schema(minimum = 1)]
    max_in_flight: Option<u32>,
}

/// Starts a campaign, with the checks of `run`; the worker of `serve` sends it.
#[utoipa::path(
    post,
    path = "/campaigns/{name}/start",
    tag = "sending",
    params(("name" = String, Path, description = "The campaign"), Key),
    request_body = Start,
    responses(
        (status = 200, description = "The campaign, as `GET /campaigns/{name}` has it", body = Value, content_type = "application/json"),
        Problems,
    ),
)]
pub(crate) async fn start(
    Extracted(options): Extracted<Arc<Shared>>,
    program: Program,
    Place(name): Place<String>,
    Body(body): Body<Start>,
) -> Result<Json<Value>, Problem> {
    let queue = &program.queue;
    let reach = body
        .reach
        .map(|text| named("reach", &text, &Reach::ALL.map(|reach| (reach.name(), reach))))
        .transpose()?;
    let overview = queue.overview(&name).await?;
    start::check_startable(&overview)?;
    let account = (options.accounts)(overview.campaign.plan.sender)?;
    let said = Said { again: body.again, reach, mps: checked_rate(body.mps)? };
    let ready = start::check(queue, &overview, account.sender, &said, options.clock.now()).await?;
    let id = overview.campaign.id;
    if let Some(mps) = ready.mps {
        queue.set_rate(id, mps).await?;
    }
    if let Some(reach) = reach {
        queue.set_reach(id, reach).await?;
    }
    if let Some(max) = checked_in_flight(body.max_in_flight)? {
        queue.set_in_flight_max(id, max).await?;
    }
    queue.bind_account(id, &account.identity(), false).await?;
    queue.start(id, options.clock.now()).await?;
    Ok(Json(facts(&program, &name, &options).await?))
}

fn checked_rate(mps: Option<f64>) -> Result<Option<f64>, Problem> {
    mps.map(check_rate).transpose().map_err(|error| invalid(error.to_string()))
}

fn checked_in_flight(max: Option<u32>) -> Result<Option<u32>, Problem> {
    match max {
        Some(0) => Err(invalid("max_in_flight is at least 1")),
        max => Ok(max),
    }
}

#[utoipa::path(
    post,
    path = "/campaigns/{name}/pause",
    tag = "sending",
    params(("name" = String, Path, description = "The campaign"), Key),
    request_body = Nothing,
    responses(
        (status = 200, description = "The campaign, as `GET /campaigns/{name}` has it", body = Value, content_type = "application/json"),
        Problems,
    ),
)]
pub(crate) async fn pause(
    Extracted(options): Extracted<Arc<Shared>>,
    program: Program,
    Place(name): Place<String>,
    Body(Nothing {}): Body<Nothing>,
) -> Result<Json<Value>, Problem> {
    let campaign = program.queue.campaign(&name).await?;
    let detail = Some(format!("paused by the program {}", program.token.name));
    let pause = Pause { cause: PauseCause::Operator, detail, line: None };
    program.queue.pause(campaign.id, pause, options.clock.now()).await?;
    Ok(Json(facts(&program, &name, &options).await?))
}

/// Lifts a pause, or continues what a person had stopped; the worker of `serve` sends the rest.
#[utoipa::path(
    post,
    path = "/campaigns/{name}/resume",
    tag = "sending",
    params(("name" = String, Path, description = "The campaign"), Key),
    request_body = Nothing,
    responses(
        (status = 200, description = "The campaign, as `GET /campaigns/{name}` has it", body = Value, content_type = "application/json"),
        Problems,
    ),
)]
pub(crate) async fn resume(
    Extracted(options): Extracted<Arc<Shared>>,
    program: Program,
    Place(name): Place<String>,
    Body(Nothing {}): Body<Nothing>,
) -> Result<Json<Value>, Problem> {
    let campaign = program.queue.campaign(&name).await?;
    if campaign.interrupted_at.is_some() {
        program.queue.start(campaign.id, options.clock.now()).await?;
    } else {
        program.queue.resume(campaign.id).await?;
    }
    Ok(Json(facts(&program, &name, &options).await?))
}

/// Ends a campaign; one that is cancelled stays so.
#[utoipa::path(
    post,
    path = "/campaigns/{name}/cancel",
    tag = "sending",
    params(("name" = String, Path, description = "The campaign"), Key),
    request_body = Nothing,
    responses(
        (status = 200, description = "The campaign, as `GET /campaigns/{name}` has it", body = Value, content_type = "application/json"),
        Problems,
    ),
)]
pub(crate) async fn cancel(
    Extracted(options): Extracted<Arc<Shared>>,
    program: Program,
    Place(name): Place<String>,
    Body(Nothing {}): Body<Nothing>,
) -> Result<Json<Value>, Problem> {
    let campaign = program.queue.campaign(&name).await?;
    if campaign.state != State::Cancelled {
        program.queue.cancel(campaign.id, options.clock.now()).await?;
    }
    Ok(Json(facts(&program, &name, &options).await?))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Rate {
    #[schema(minimum = 0.01, maximum = 100_000)]
    mps: f64,
    #[schema(minimum = 1)]
    max_in_flight: Option<u32>,
}

#[utoipa::path(
    post,
    path = "/campaigns/{name}/rate",
    tag = "sending",
    params(("name" = String, Path, description = "The campaign"), Key),
    request_body = Rate,
    responses(
        (status = 200, description = "The campaign, as `GET /campaigns/{name}` has it", body = Value, content_type = "application/json"),
        Problems,
    ),
)]
pub(crate) async fn rate(
    Extracted(options): Extracted<Arc<Shared>>,
    program: Program,
    Place(name): Place<String>,
    Body(body): Body<Rate>,
) -> Result<Json<Value>, Problem> {
    let mps = check_rate(body.mps).map_err(|error| invalid(error.to_string()))?;
    let max = checked_in_flight(body.max_in_flight)?;
    let campaign = program.queue.campaign(&name).await?;
    program.queue.set_rate(campaign.id, mps).await?;
    if let Some(max) = max {
        program.queue.set_in_flight_max(campaign.id, max).await?;
    }
    Ok(Json(facts(&program, &name, &options).await?))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Retry {
    /// Only those that failed with one of these codes.
    #[serde(default)]
    code: Vec<String>,
}

/// Puts failed recipients back into the queue.
#[utoipa::path(
    post,
    path = "/campaigns/{name}/retry",
    tag = "sending",
    params(("name" = String, Path, description = "The campaign"), Key),
    request_body = Retry,
    responses(
        (status = 200, description = "`retry --json`", body = Value, content_type = "application/json"),
        Problems,
    ),
)]
pub(crate) async fn retry(
    program: Program,
    Place(name): Place<String>,
    Body(body): Body<Retry>,
) -> Result<Json<Value>, Problem> {
    let campaign = program.queue.campaign(&name).await?;
    let retry = resolving::to_retry(&program.queue, &campaign, body.code).await?;
    let n_left_out = retry.n_left_out();
    let n = program.queue.retry(campaign.id, retry.which).await?;
    Ok(Json(recipients::requeued(&name, n, n_left_out)))
}

#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum Resolution {
    Resend,
    Keep,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Resolve {
    how: Resolution,
    /// Only the recipients on these lines.
    #[serde(default)]
    line: Vec<Line>,
    /// Only these numbers.
    #[serde(default)]
    to: Vec<String>,
}

/// Settles what is in doubt: sends again, or closes it.
#[utoipa::path(
    post,
    path = "/campaigns/{name}/resolve",
    tag = "sending",
    params(("name" = String, Path, description = "The campaign"), Key),
    request_body = Resolve,
    responses(
        (status = 200, description = "`resolve --json`", body = Value, content_type = "application/json"),
        Problems,
    ),
)]
pub(crate) async fn resolve(
    Extracted(options): Extracted<Arc<Shared>>,
    program: Program,
    Place(name): Place<String>,
    Body(body): Body<Resolve>,
) -> Result<Json<Value>, Problem> {
    let queue = &program.queue;
    let campaign = queue.campaign(&name).await?;
    let which = which(queue, &campaign, &body.line, &body.to).await?;
    let are_all_meant = which == Which::All;
    let n = match body.how {
        Resolution::Resend => queue.resend_doubts(campaign.id, which).await?,
        Resolution::Keep => queue.keep_doubts(campaign.id, which, options.clock.now()).await?,
    };
    let n_left = queue.counts(campaign.id).await?.of(Status::InDoubt);
    if n == 0 && !are_all_meant && n_left > 0 {
        return Err(invalid("none of those is in doubt; nothing was changed"));
    }
    Ok(Json(match body.how {
        Resolution::Resend => recipients::resent(&name, n, n_left),
        Resolution::Keep => recipients::closed(&name, n, n_left),
    }))
}

async fn which(
    queue: &Queue,
    campaign: &Campaign,
    lines: &[Line],
    numbers: &[String],
) -> Result<Which, Problem> {
    match (lines, numbers) {
        ([], []) => Ok(Which::All),
        (lines, []) => {
            let mut rows = Vec::new();
            for line in lines {
                let found = places::rows_at(queue, campaign, &line.place()?).await?;
                rows.extend(found.into_iter().map(|(row, place)| (row.recipient_id, place.to_string())));
            }
            Ok(Which::Rows(rows))
        }
        ([], numbers) => {
            let read = numbers.iter().map(|text| parse_number("to", text));
            read.collect::<Result<_, _>>().map(Which::Numbers).map_err(|error| invalid(error.to_string()))
        }
        _ => Err(invalid("line and to do not go together")),
    }
}

impl From<RetryError> for Problem {
    fn from(error: RetryError) -> Self {
        match error {
            RetryError::Queue(error) => error.into(),
            error @ RetryError::UnknownCode { .. } => {
                Self::explained(StatusCode::UNPROCESSABLE_ENTITY, "INVALID", Explained::from(&error))
            }
        }
    }
}

impl From<NoAccount> for Problem {
    fn from(error: NoAccount) -> Self {
        Self::new(StatusCode::CONFLICT, "SETTINGS", error.0)
    }
}

impl From<StartError> for Problem {
    fn from(error: StartError) -> Self {
        match error {
            StartError::Queue(error) => error.into(),
            error @ (StartError::Paused { .. }
            | StartError::Cancelled { .. }
            | StartError::NoRecipients { .. }
            | StartError::NobodyLeft { .. }
            | StartError::Repeated { .. }
            | StartError::Finish(_)
            | StartError::ReachNotChosen { .. }
            | StartError::NobodyReachable { .. }) => {
                Self::explained(StatusCode::CONFLICT, "WRONG_STATE", Explained::from(&error))
            }
        }
    }
}
