//! The rows of a campaign, each as the export in JSON has it.

use axum::Json;
use serde::Deserialize;
use serde_json::{Value, json};

use super::campaigns::{bad_cursor, page_size};
use crate::api::{
    description::Problems,
    requests::{
        access::Program,
        input::{Params, Place, named},
        problem::Problem,
    },
};
use crate::{
    domain::{Delivery, Status},
    queue::{After, RowFilter},
    report::rows::results,
};

/// How many are on a page, unless the program says otherwise.
const PAGE: u32 = 100;

/// The most that are on a page.
const PAGE_MAX: u32 = 1_000;

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListQuery {
    /// Only those of this status.
    status: Option<String>,
    /// Only those of this delivery.
    #[param(pattern = "^(sent|delivered|read|undelivered)$")]
    delivery: Option<String>,
    /// Where the page begins: `next` of the page before.
    after: Option<String>,
    #[param(minimum = 1, maximum = 1000)]
    limit: Option<u32>,
}

/// A page of rows: those that wait in the order of sending, all others in the order of their files.
#[utoipa::path(
    get,
    path = "/campaigns/{name}/recipients",
    tag = "results",
    params(("name" = String, Path, description = "The campaign"), ListQuery),
    responses(
        (status = 200, description = "A page: `recipients`, each as `export --format jsonl`, and `next`", body = Value, content_type = "application/json"),
        Problems,
    ),
)]
pub(crate) async fn list(
    program: Program,
    Place(name): Place<String>,
    Params(query): Params<ListQuery>,
) -> Result<Json<Value>, Problem> {
    let status = query.status.map(|text| named("status", &text, &statuses())).transpose()?;
    let delivery = query.delivery.map(|text| named("delivery", &text, &deliveries())).transpose()?;
    let after = match query.after {
        Some(text) => After::parse(&text).ok_or_else(|| bad_cursor(&text))?,
        None => After::default(),
    };
    let limit = page_size(query.limit, PAGE, PAGE_MAX)?;
    let campaign = program.queue.campaign(&name).await?;
    let imports = program.queue.imports(campaign.id).await?;
    let filter = RowFilter { status, delivery, after, ..RowFilter::default() };
    let page = program.queue.row_page(campaign.id, &filter, limit).await?;
    let rows = results::as_json(&imports, &page.rows)?;
    Ok(Json(json!({ "recipients": rows, "next": page.next.map(|after| after.to_string()) })))
}

/// The row at that line: one of each file that has it.
#[utoipa::path(
    get,
    path = "/campaigns/{name}/recipients/{line}",
    tag = "results",
    params(
        ("name" = String, Path, description = "The campaign"),
        ("line" = u64, Path, description = "The line of the list"),
    ),
    responses(
        (status = 200, description = "The row at that line, of each list that has it", body = Value, content_type = "application/json"),
        Problems,
    ),
)]
pub(crate) async fn at_line(
    program: Program,
    Place((name, line)): Place<(String, u64)>,
) -> Result<Json<Value>, Problem> {
    let campaign = program.queue.campaign(&name).await?;
    let found = program.queue.find_line(campaign.id, line).await?;
    if found.is_empty() {
        return Err(Problem::not_found());
    }
    let imports = program.queue.imports(campaign.id).await?;
    Ok(Json(json!({ "recipients": results::as_json(&imports, &found)? })))
}

pub(crate) fn statuses() -> [(&'static str, Status); Status::ALL.len()] {
    Status::ALL.map(|status| (status.name(), status))
}

pub(crate) fn deliveries() -> [(&'static str, Delivery); Delivery::ALL.len()] {
    Delivery::ALL.map(|delivery| (delivery.name(), delivery))
}
