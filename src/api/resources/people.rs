//! People over all campaigns: the suppression list, answers that somebody has to look at, who can be reached.

use std::sync::Arc;

use axum::{Json, extract::State as Extracted, http::StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::campaigns::{bad_cursor, page_size};
use crate::api::{
    description::{Key, Problems},
    requests::{
        access::Program,
        input::{Body, Params, Place, invalid},
        problem::Problem,
    },
    shared::Shared,
};
use crate::{
    app::json::people,
    domain::Phone,
    importer::number::{self, Region},
    queue::Suppression,
};

/// How many are on a page, unless the program says otherwise.
const PAGE: u32 = 100;

/// The most that are on a page.
const PAGE_MAX: u32 = 1_000;

/// The most numbers of one request.
const NUMBERS_MAX: usize = 5_000;

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct SuppressionsQuery {
    /// Where the page begins: `next` of the page before.
    after: Option<String>,
    #[param(minimum = 1, maximum = 1000)]
    limit: Option<u32>,
}

/// A page of the suppression list, in the order of the numbers.
#[utoipa::path(
    get,
    path = "/suppressions",
    tag = "people",
    params(SuppressionsQuery),
    responses(
        (status = 200, description = "A page: `suppressions`, as `suppress list --json`, and `next`", body = Value),
        Problems,
    ),
)]
pub(crate) async fn suppressions(
    program: Program,
    Params(query): Params<SuppressionsQuery>,
) -> Result<Json<Value>, Problem> {
    let after = match query.after {
        Some(text) => Some(Phone::parse(&format!("+{text}")).map_err(|_| bad_cursor(&text))?),
        None => None,
    };
    let limit = page_size(query.limit, PAGE, PAGE_MAX)?;
    let mut found = program.queue.suppressions(after, limit + 1).await?;
    let has_more = found.len() > limit as usize;
    found.truncate(limit as usize);
    let next = found.last().filter(|_| has_more).map(|last| last.number.digits().to_string());
    let page: Vec<_> = found.iter().map(people::suppression).collect();
    Ok(Json(json!({ "suppressions": page, "next": next })))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Suppress {
    /// The numbers, at most 5,000.
    #[schema(min_items = 1, max_items = 5000)]
    to: Vec<String>,
    #[serde(default)]
    reason: String,
    /// The country of numbers without a country code.
    region: Option<String>,
}

/// Puts numbers on the suppression list: no campaign messages them.
#[utoipa::path(
    post,
    path = "/suppressions",
    tag = "people",
    params(Key),
    request_body = Suppress,
    responses((status = 200, description = "`suppress add --json`", body = Value), Problems),
)]
pub(crate) async fn suppress(
    Extracted(options): Extracted<Arc<Shared>>,
    program: Program,
    Body(body): Body<Suppress>,
) -> Result<Json<Value>, Problem> {
    let numbers = numbers(&body.to, body.region.as_deref())?;
    let (n_given, added_at) = (numbers.len() as u64, options.clock.now());
    let new = |number| Suppression { number, reason: body.reason.clone(), added_at };
    let list = numbers.into_iter().map(new).collect();
    let suppressed = program.queue.suppress_all(list, &body.reason, added_at).await?;
    Ok(Json(people::suppressed(n_given, &suppressed)))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Unsuppress {
    #[schema(min_items = 1, max_items = 5000)]
    to: Vec<String>,
    /// Why, for the audit log.
    #[serde(default)]
    reason: String,
    /// The country of numbers without a country code.
    region: Option<String>,
}

/// Takes numbers off the suppression list.
#[utoipa::path(
    post,
    path = "/suppressions/remove",
    tag = "people",
    params(Key),
    request_body = Unsuppress,
    responses((status = 200, description = "`suppress remove --json`", body = Value), Problems),
)]
pub(crate) async fn unsuppress(
    program: Program,
    Body(body): Body<Unsuppress>,
) -> Result<Json<Value>, Problem> {
    let numbers = numbers(&body.to, body.region.as_deref())?;
    Ok(Json(people::unsuppressed(program.queue.unsuppress(numbers, body.reason.trim()).await?)))
}

/// The numbers that a program names: some, and not too many.
fn numbers(texts: &[String], region: Option<&str>) -> Result<Vec<Phone>, Problem> {
    if texts.is_empty() || texts.len() > NUMBERS_MAX {
        return Err(invalid(format!("`to` has {} numbers: give 1 to {NUMBERS_MAX}", texts.len())));
    }
    let region = region.map(str::parse::<Region>).transpose();
    let region = region.map_err(|error| invalid(format!("region: {error}")))?;
    let read = |text: &String| {
        let read = number::read_alone(text, region).map(|number| number.phone);
        read.map_err(|refusal| invalid(format!("to `{text}`: {}", refusal.text)))
    };
    texts.iter().map(read).collect()
}

/// Who may have asked to be left alone: not messaged until somebody decides.
#[utoipa::path(
    get,
    path = "/optouts",
    tag = "people",
    responses((status = 200, description = "`optouts`, as `optouts --json`", body = Value), Problems),
)]
pub(crate) async fn opt_outs(program: Program) -> Result<Json<Value>, Problem> {
    let open = program.queue.open_questions().await?;
    Ok(Json(json!({ "optouts": open.iter().map(people::open_question).collect::<Vec<_>>() })))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Decision {
    #[schema(min_items = 1, max_items = 5000)]
    to: Vec<String>,
    /// Whether they have asked to be left alone.
    asked: bool,
}

/// Decides about people who may have asked to be left alone.
#[utoipa::path(
    post,
    path = "/optouts",
    tag = "people",
    params(Key),
    request_body = Decision,
    responses((status = 200, description = "`optouts --asked --json`", body = Value), Problems),
)]
pub(crate) async fn decide(program: Program, Body(body): Body<Decision>) -> Result<Json<Value>, Problem> {
    let n = program.queue.decide(numbers(&body.to, None)?, body.asked).await?;
    if n == 0 {
        let detail = "nobody has to decide about these numbers";
        return Err(Problem::new(StatusCode::CONFLICT, "WRONG_STATE", detail)
            .hint("catalink optouts lists the open ones"));
    }
    Ok(Json(people::decided(n, body.asked)))
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct InboundQuery {
    /// Where the page begins: `next` of the page before, also of the last one: what arrived since.
    after: Option<i64>,
    #[param(minimum = 1, maximum = 1000)]
    limit: Option<u32>,
}

/// A page of what people wrote, in the order in which it arrived.
#[utoipa::path(
    get,
    path = "/inbound",
    tag = "people",
    params(InboundQuery),
    responses(
        (status = 200, description = "`inbound`: `from`, `sender`, `kind`, `at`, `answers` (campaign, line, tags), `opt_out`, `items`, `text` where it is kept; and `next`, to go on from", body = Value),
        Problems,
    ),
)]
pub(crate) async fn inbound(
    program: Program,
    Params(query): Params<InboundQuery>,
) -> Result<Json<Value>, Problem> {
    let after = query.after.unwrap_or_default();
    let found = program.queue.inbound(after, page_size(query.limit, PAGE, PAGE_MAX)?).await?;
    let next = found.last().map_or(after, |last| last.inbound_id);
    Ok(Json(json!({ "inbound": found.iter().map(people::inbound).collect::<Vec<_>>(), "next": next })))
}

/// How many can be reached from each business number.
#[utoipa::path(
    get,
    path = "/windows",
    tag = "people",
    responses((status = 200, description = "`windows`, as `windows --json`", body = Value), Problems),
)]
pub(crate) async fn windows(
    Extracted(options): Extracted<Arc<Shared>>,
    program: Program,
) -> Result<Json<Value>, Problem> {
    let counts = program.queue.window_counts(options.clock.now()).await?;
    Ok(Json(json!({ "windows": counts.iter().map(people::window_counts).collect::<Vec<_>>() })))
}

/// Whether one person can be reached, by business number.
#[utoipa::path(
    get,
    path = "/windows/{number}",
    tag = "people",
    params(("number" = String, Path, description = "The person's number, with its plus (%2B)")),
    responses((status = 200, description = "`windows`, as `windows show --json`", body = Value), Problems),
)]
pub(crate) async fn windows_of(
    Extracted(options): Extracted<Arc<Shared>>,
    program: Program,
    Place(number): Place<String>,
) -> Result<Json<Value>, Problem> {
    let person = number::read_alone(&number, None).map_err(|refusal| invalid(refusal.text))?.phone;
    let (known, now) = (program.queue.windows_of(person).await?, options.clock.now());
    let windows: Vec<_> = known.iter().map(|(sender, window)| people::window(*sender, window, now)).collect();
    Ok(Json(json!({ "windows": windows })))
}
