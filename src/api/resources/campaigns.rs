//! Campaigns: which there are, where one stands, and a new one.

use std::sync::Arc;

use axum::{
    Json,
    extract::State as Extracted,
    http::{StatusCode, header::LOCATION},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::creation::Wanted;
use crate::api::{
    description::{Key, Problems},
    requests::{
        access::Program,
        input::{Body, Params, Place, invalid, named},
        problem::Problem,
    },
    routes::ROOT,
    shared::Shared,
};
use crate::{
    app::{
        campaigns::{creation, outlook::Outlook},
        json::campaign::{settings, status},
    },
    domain::{CampaignId, State},
    queue::{CampaignFilter, Overview},
};

/// How many are on a page, unless the program says otherwise.
const PAGE: u32 = 20;

/// The most that are on a page.
const PAGE_MAX: u32 = 100;

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListQuery {
    /// Only those in this state.
    state: Option<String>,
    /// Where the page begins: `next` of the page before.
    after: Option<String>,
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
}

/// The campaigns, newest first, each as `status --json` has it.
#[utoipa::path(
    get,
    path = "/campaigns",
    tag = "campaigns",
    params(ListQuery),
    responses(
        (status = 200, description = "A page: `campaigns`, each as `status --json`, and `next`", body = Value, content_type = "application/json"),
        Problems,
    ),
)]
pub(crate) async fn list(
    Extracted(options): Extracted<Arc<Shared>>,
    program: Program,
    Params(query): Params<ListQuery>,
) -> Result<Json<Value>, Problem> {
    let state = query
        .state
        .map(|text| named("state", &text, &State::ALL.map(|state| (state.name(), state))))
        .transpose()?;
    let before =
        query.after.map(|text| text.parse().map(CampaignId).map_err(|_| bad_cursor(&text))).transpose()?;
    let limit = page_size(query.limit, PAGE, PAGE_MAX)?;
    let now = options.clock.now();
    let filter = CampaignFilter { states: state.into_iter().collect(), before, ..CampaignFilter::default() };
    let mut found = program.queue.newest_overviews(&filter, limit + 1).await?;
    let has_more = found.len() > limit as usize;
    found.truncate(limit as usize);
    let next = found.last().filter(|_| has_more).map(|last| last.campaign.id.0.to_string());
    let mut listed = Vec::with_capacity(found.len());
    for overview in &found {
        let outlook = outlook(&program, overview, &options).await?;
        listed.push(status(overview, &outlook, now));
    }
    Ok(Json(json!({ "campaigns": listed, "next": next })))
}

/// How many are on a page.
pub(crate) fn page_size(asked_for: Option<u32>, usual: u32, max: u32) -> Result<u32, Problem> {
    match asked_for {
        None => Ok(usual),
        Some(n) if (1..=max).contains(&n) => Ok(n),
        Some(n) => Err(invalid(format!("`{n}` is not a limit: give a whole number from 1 to {max}"))),
    }
}

/// A page that begins nowhere.
pub(crate) fn bad_cursor(text: &str) -> Problem {
    invalid(format!("no page begins after `{text}`")).hint("give `next` of the page before, or leave it out")
}

async fn outlook(program: &Program, overview: &Overview, options: &Shared) -> Result<Outlook, Problem> {
    let Overview { campaign, counts } = overview;
    let outlook = Outlook::of(&program.queue, campaign, counts, options.clock.now()).await;
    outlook.map_err(|error| Problem::broken(&error))
}

/// What `status --json` says of a campaign, and its settings as `show --json` has them.
#[utoipa::path(
    get,
    path = "/campaigns/{name}",
    tag = "campaigns",
    params(("name" = String, Path, description = "The campaign")),
    responses(
        (status = 200, description = "`status --json`, and `show --json` in `settings`", body = Value, content_type = "application/json"),
        Problems,
    ),
)]
pub(crate) async fn one(
    Extracted(options): Extracted<Arc<Shared>>,
    program: Program,
    Place(name): Place<String>,
) -> Result<Json<Value>, Problem> {
    Ok(Json(facts(&program, &name, &options).await?))
}

pub(crate) async fn facts(program: &Program, name: &str, options: &Shared) -> Result<Value, Problem> {
    let overview = program.queue.overview(name).await?;
    let outlook = outlook(program, &overview, options).await?;
    let lists = program.queue.imports(overview.campaign.id).await?;
    let mut facts = status(&overview, &outlook, options.clock.now());
    facts["settings"] = settings(&overview, &outlook, &lists);
    Ok(facts)
}

/// Makes a campaign, as `create` does.
#[utoipa::path(
    post,
    path = "/campaigns",
    tag = "campaigns",
    params(Key),
    request_body = Wanted,
    responses(
        (status = 201, description = "The campaign", body = Value, content_type = "application/json"),
        Problems,
    ),
)]
pub(crate) async fn create(
    Extracted(options): Extracted<Arc<Shared>>,
    program: Program,
    Body(wanted): Body<Wanted>,
) -> Result<Response, Problem> {
    let has_catalogue = wanted.catalogue;
    let planned = creation::complete(wanted.plan()?, has_catalogue, &options.defaults)?;
    let name = planned.plan.name.clone();
    program.queue.create(planned.plan, options.clock.now()).await?;
    let mut facts = facts(&program, &name, &options).await?;
    facts["notes"] = planned.findings.iter().map(ToString::to_string).collect();
    let place = format!("{ROOT}/campaigns/{}", encoded(&name));
    Ok((StatusCode::CREATED, [(LOCATION, place)], Json(facts)).into_response())
}

/// A campaign's name as a part of an address: names hold letters of any script.
pub(crate) fn encoded(name: &str) -> String {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
    name.bytes()
        .map(|byte| if plain(&byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}
