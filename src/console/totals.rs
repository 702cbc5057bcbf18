//! Totals by tag, code, hour or country.

use askama::Template;
use axum::{
    extract::{Path, Query},
    http::header::{CONTENT_DISPOSITION, CONTENT_TYPE},
    response::{IntoResponse, Response},
};
use serde::Deserialize;

use super::{
    failure::Failure,
    frame::{Frame, Section, Visit, page as render},
    words::EN,
};
use crate::report::{By, Table};

/// Groups on a page: a tag may be another one for every recipient.
const GROUPS_MAX: usize = 500;

#[derive(Template)]
#[template(path = "totals.html", config = ".askama.toml")]
struct TotalsPage {
    f: Frame,
    name: String,
    path: String,
    by: By,
    head: Vec<String>,
    rows: Vec<Vec<String>>,
    /// There are more groups; the file has them all.
    is_cut: bool,
}

impl TotalsPage {
    fn kinds() -> [By; 6] {
        By::ALL
    }

    fn current(&self, by: By) -> &'static str {
        if self.by == by { "page" } else { "false" }
    }

    fn limit() -> u64 {
        GROUPS_MAX as u64
    }

    fn command(&self) -> String {
        format!("catalink report {} --by {}", self.name, self.by.name())
    }
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Wanted {
    by: Option<String>,
}

async fn table(visit: &Visit, name: &str, wanted: &Wanted) -> Result<(By, Table), Failure> {
    let by = match wanted.by.as_deref() {
        None => By::Ref1,
        Some(name) => By::from_name(name).ok_or(Failure::NotFound)?,
    };
    let campaign = visit.queue.campaign(name).await?;
    let zone = campaign.plan.time_zone.as_deref().and_then(|zone| jiff::tz::TimeZone::get(zone).ok());
    let zone = zone.unwrap_or(jiff::tz::TimeZone::UTC);
    let table = Table::of(&visit.queue, campaign.id, by, &zone).await;
    Ok((by, table.map_err(|error| Failure::broken(&error))?))
}

pub(super) async fn page(
    visit: Visit,
    Path(name): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Failure> {
    let (by, table) = table(&visit, &name, &wanted).await?;
    let mut cells = table.cells();
    let total = cells.pop();
    let is_cut = cells.len() > GROUPS_MAX + 1;
    cells.truncate(GROUPS_MAX + 1);
    cells.extend(total);
    let mut rows = cells.into_iter();
    render(&TotalsPage {
        f: visit.frame(Section::Campaigns, format!("{name}: {}", EN.totals)),
        path: visit.campaign_path(&name),
        name,
        by,
        head: rows.next().unwrap_or_default(),
        rows: rows.collect(),
        is_cut,
    })
}

/// The same as a file.
pub(super) async fn file(
    visit: Visit,
    Path(name): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Failure> {
    let (_, table) = table(&visit, &name, &wanted).await?;
    let mut csv = Vec::new();
    table.write_csv(&mut csv).map_err(|error| Failure::broken(&error))?;
    Ok(([(CONTENT_TYPE, "text/csv; charset=utf-8"), (CONTENT_DISPOSITION, "attachment")], csv)
        .into_response())
}
