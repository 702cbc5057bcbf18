//! Totals by tag, code, hour or country.

use askama::Template;
use axum::{
    body::Body,
    extract::{Path, Query},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use jiff::tz::TimeZone;
use serde::Deserialize;

use super::downloads::{ZoneQuery, download};
use crate::{
    console::{
        drafts::start_page::ZONES,
        page::{
            failure::Failure,
            frame::{Frame, Section, Visit, page as render},
            words::texts,
        },
    },
    domain::Campaign,
    report::{By, Table},
};

/// Groups on a page: a tag may be another one for every recipient.
const GROUPS_MAX: usize = 500;

#[derive(Template)]
#[template(path = "campaign/totals.html", config = ".askama.toml")]
struct TotalsPage {
    f: Frame,
    name: String,
    path: String,
    by: By,
    /// The zone in which hours are told; as it was typed where there is none of that name.
    zone: String,
    /// The zone where somebody has asked for one.
    zone_given: Option<String>,
    problem: Option<String>,
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
        let zone = self.zone_given.as_ref().map(|zone| format!(" --time-zone {zone}")).unwrap_or_default();
        format!("catalink report {} --by {}{zone}", self.name, self.by.name())
    }

    fn is_by_hour(&self) -> bool {
        self.by == By::Hour
    }

    fn zones() -> [&'static str; 24] {
        ZONES
    }

    /// What an address says of the zone, where somebody has asked for one.
    fn zone_part(&self, before: &str) -> String {
        let zone = self.zone_given.as_ref();
        zone.map(|zone| format!("{before}time_zone={zone}")).unwrap_or_default()
    }
}

#[derive(Debug, Default, Deserialize)]
pub(crate) struct TotalsQuery {
    by: Option<String>,
    time_zone: Option<String>,
}

fn by_of(query: &TotalsQuery) -> Result<By, Failure> {
    query.by.as_deref().map_or(Ok(By::Ref1), |name| By::from_name(name).ok_or(Failure::NotFound))
}

async fn table(visit: &Visit, campaign: &Campaign, by: By, zone: &TimeZone) -> Result<Table, Failure> {
    Table::of(&visit.queue, campaign.id, by, zone).await.map_err(|error| Failure::broken(&error))
}

pub(crate) async fn page(
    visit: Visit,
    Path(name): Path<String>,
    Query(query): Query<TotalsQuery>,
) -> Result<Response, Failure> {
    let by = by_of(&query)?;
    let zone_query = ZoneQuery { time_zone: query.time_zone };
    let campaign = visit.queue.campaign(&name).await?;
    let mut page = TotalsPage {
        f: visit.frame(Section::Campaigns, format!("{name}: {}", texts().totals)),
        path: visit.campaign_path(&name),
        name,
        by,
        zone: zone_query.given().unwrap_or_default().to_owned(),
        zone_given: None,
        problem: None,
        head: Vec::new(),
        rows: Vec::new(),
        is_cut: false,
    };
    let zone = match zone_query.zone(&campaign) {
        Ok(zone) => zone,
        Err(problem) => {
            page.problem = Some(problem.to_string());
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, render(&page)?).into_response());
        }
    };
    zone.iana_name().unwrap_or("UTC").clone_into(&mut page.zone);
    page.zone_given = zone_query.given().map(|_| page.zone.clone());
    let mut cells = table(&visit, &campaign, by, &zone).await?.cells();
    let total = cells.pop();
    page.is_cut = cells.len() > GROUPS_MAX + 1;
    cells.truncate(GROUPS_MAX + 1);
    cells.extend(total);
    let mut rows = cells.into_iter();
    page.head = rows.next().unwrap_or_default();
    page.rows = rows.collect();
    render(&page)
}

/// The same as a file.
pub(crate) async fn file(
    visit: Visit,
    Path(name): Path<String>,
    Query(query): Query<TotalsQuery>,
) -> Result<Response, Failure> {
    let by = by_of(&query)?;
    let campaign = visit.queue.campaign(&name).await?;
    let zone = ZoneQuery { time_zone: query.time_zone }.zone(&campaign)?;
    let mut csv = Vec::new();
    let table = table(&visit, &campaign, by, &zone).await?;
    table.write_csv(&mut csv).map_err(|error| Failure::broken(&error))?;
    let file_name = format!("{name}-{}.csv", by.name());
    Ok(download(Body::from(csv), &file_name, "text/csv; charset=utf-8").into_response())
}
