//! What came of a campaign: totals, and the result of every row.

use axum::{
    Json,
    body::Body,
    http::header::CONTENT_TYPE,
    response::{IntoResponse, Response},
};
use futures_util::{StreamExt, stream};
use serde::Deserialize;
use serde_json::{Value, json};

use super::recipients::{deliveries, statuses};
use crate::api::{
    description::Problems,
    requests::{
        access::Program,
        input::{Params, Place, invalid, named},
        problem::Problem,
    },
};
use crate::{
    app::json::report::totals,
    domain::time::told_in,
    queue::{Filter, Findings},
    report::{
        figures::{
            responses::Outcome,
            summary::{DOUBT_LINES_MAX, Summary},
            totals::{By, Table},
        },
        rows::results::{self, Format, Order},
    },
};

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ReportQuery {
    /// Totals by `ref`, `ref1`, `ref2`, `code`, `hour` or `country`.
    #[param(pattern = "^(ref|ref1|ref2|code|hour|country)$")]
    by: Option<String>,
    /// The time zone of hours; that of the campaign where there is none, else UTC.
    time_zone: Option<String>,
}

/// What `report --json` prints.
#[utoipa::path(
    get,
    path = "/campaigns/{name}/report",
    tag = "results",
    params(("name" = String, Path, description = "The campaign"), ReportQuery),
    responses(
        (status = 200, description = "`report --json`", body = Value, content_type = "application/json"),
        Problems,
    ),
)]
pub(crate) async fn report(
    program: Program,
    Place(name): Place<String>,
    Params(query): Params<ReportQuery>,
) -> Result<Json<Value>, Problem> {
    let queue = &program.queue;
    let by = query
        .by
        .map(|text| named("column to count by", &text, &By::ALL.map(|by| (by.name(), by))))
        .transpose()?;
    let campaign = queue.campaign(&name).await?;
    let zone = told_in(query.time_zone.as_deref(), campaign.plan.time_zone.as_deref())
        .map_err(|error| invalid(error.to_string()))?;
    if let Some(by) = by {
        return Ok(Json(json!(Table::of(queue, campaign.id, by, &zone).await?)));
    }
    let Findings { tally, waits, .. } = queue.findings(campaign.id, DOUBT_LINES_MAX).await?;
    let outcome = Outcome::of(queue, campaign.id).await?;
    Ok(Json(totals(&name, &Summary::checked(tally)?, &outcome, waits)))
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ExportQuery {
    /// `csv`, `xlsx` or `jsonl`.
    #[param(pattern = "^(csv|xlsx|jsonl)$")]
    format: Option<String>,
    /// Only these statuses, with commas between them.
    status: Option<String>,
    /// Only these deliveries, with commas between them.
    #[param(pattern = "^(sent|delivered|read|undelivered)$")]
    delivery: Option<String>,
    /// Whether text that a spreadsheet would run as a formula gets an apostrophe.
    #[serde(default)]
    excel_safe: bool,
}

/// What `export` writes, while it is written.
#[utoipa::path(
    get,
    path = "/campaigns/{name}/export",
    tag = "results",
    params(("name" = String, Path, description = "The campaign"), ExportQuery),
    responses(
        (status = 200, description = "What `export` writes", content(
            (String = "text/csv"),
            (String = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
            (String = "application/jsonl"),
        )),
        Problems,
    ),
)]
pub(crate) async fn export(
    program: Program,
    Place(name): Place<String>,
    Params(query): Params<ExportQuery>,
) -> Result<Response, Problem> {
    let format = query
        .format
        .as_deref()
        .map(|text| named("format", text, &Format::ALL.map(|format| (format.name(), format))))
        .transpose()?
        .unwrap_or_default();
    let filter = Filter {
        statuses: all_named("status", query.status.as_deref(), &statuses())?,
        deliveries: all_named("delivery", query.delivery.as_deref(), &deliveries())?,
    };
    let campaign = program.queue.campaign(&name).await?;
    let only: Vec<&str> = query.status.iter().chain(&query.delivery).map(String::as_str).collect();
    let only = if only.is_empty() { String::new() } else { format!(", only {}", only.join(" and ")) };
    let detail = format!("results.{}{only}", format.name());
    program.queue.write_down("download", Some(campaign.id), detail).await?;
    let order = Order { filter, format, is_excel_safe: query.excel_safe, zone: None };
    let mut pieces = results::pieces(program.queue, campaign, order);
    // What fails before the first piece is a problem, and no broken connection after a 200.
    let first = match pieces.recv().await {
        Some(Err(error)) => return Err(Problem::broken(&error)),
        first => first,
    };
    let rest = stream::poll_fn(move |context| pieces.poll_recv(context));
    let body = Body::from_stream(stream::iter(first).chain(rest));
    Ok(([(CONTENT_TYPE, format.kind())], body).into_response())
}

fn all_named<T: Copy>(what: &str, text: Option<&str>, all: &[(&'static str, T)]) -> Result<Vec<T>, Problem> {
    text.into_iter().flat_map(|text| text.split(',')).map(|name| named(what, name, all)).collect()
}
