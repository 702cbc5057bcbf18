//! Files that a visitor takes away: results at any moment, and the report.

use std::io;

use axum::{
    body::{Body, Bytes},
    extract::{Path, Query},
    http::header::{CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE},
    response::{Html, IntoResponse, Response},
};
use data_encoding::BASE64;
use futures_util::{StreamExt, stream};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use tokio::io::AsyncReadExt;

use crate::{
    console::page::{
        failure::Failure,
        frame::{Visit, encoded},
        words::texts,
    },
    domain::{
        Campaign, Delivery, Status,
        time::{TimeError, told_in},
    },
    language::Language,
    queue::Filter,
    report::{
        self,
        rows::{
            results::{self, Format, Order},
            suppressions::Pieces,
        },
    },
};

/// A download is handed over in pieces of this size.
const PIECE_BYTES: usize = 64 * 1024;

/// An answer that a browser saves under this name.
pub(crate) fn attachment(file: std::fs::File, name: &str, kind: &'static str) -> impl IntoResponse + use<> {
    let file = tokio::fs::File::from_std(file);
    let pieces = stream::unfold(file, |mut file| async move {
        let mut piece = vec![0; PIECE_BYTES];
        match file.read(&mut piece).await {
            Ok(0) => None,
            Ok(n) => {
                piece.truncate(n);
                Some((Ok::<_, io::Error>(Bytes::from(piece)), file))
            }
            Err(error) => Some((Err(error), file)),
        }
    });
    download(Body::from_stream(pieces), name, kind)
}

/// By which spreadsheets know that a file of text is UTF-8.
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// An answer that a browser saves under this name; a file for a spreadsheet begins with its mark.
pub(crate) fn download(body: Body, name: &str, kind: &'static str) -> impl IntoResponse + use<> {
    let body = if kind.starts_with("text/csv") {
        let mark = stream::once(async { Ok(Bytes::from_static(BYTE_ORDER_MARK)) });
        Body::from_stream(mark.chain(body.into_data_stream()))
    } else {
        body
    };
    // Names of campaigns hold letters of any script; a header holds ASCII, so the rest goes in RFC 5987's form.
    let ascii: String = name.chars().map(|c| if c.is_ascii() { c } else { '_' }).collect();
    let encoded = encoded(name);
    let disposition = format!("attachment; filename=\"{ascii}\"; filename*=UTF-8''{encoded}");
    ([(CONTENT_TYPE, kind.to_owned()), (CONTENT_DISPOSITION, disposition)], body)
}

/// In which zone hours are told.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct ZoneQuery {
    pub(crate) time_zone: Option<String>,
}

impl ZoneQuery {
    /// What the visitor typed, if anything.
    pub(crate) fn given(&self) -> Option<&str> {
        self.time_zone.as_deref().map(str::trim).filter(|zone| !zone.is_empty())
    }

    /// The zone that is meant; without a word that of the campaign, else UTC.
    pub(crate) fn zone(&self, campaign: &Campaign) -> Result<jiff::tz::TimeZone, NoZone> {
        told_in(self.given(), campaign.plan.time_zone.as_deref()).map_err(|error| match self.given() {
            Some(zone) => NoZone::Typed(zone.to_owned()),
            None => NoZone::OfCampaign(error),
        })
    }
}

/// Why hours cannot be told in a zone.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NoZone {
    #[error("{}", texts().totals_zone_bad.with(.0))]
    Typed(String),
    #[error(transparent)]
    OfCampaign(TimeError),
}

impl From<NoZone> for Failure {
    fn from(error: NoZone) -> Self {
        Self::Refused(error.to_string())
    }
}

#[derive(Debug, Deserialize)]
pub(crate) struct ResultsQuery {
    /// Only the rows of this status.
    status: Option<String>,
    /// Only the rows of this delivery.
    delivery: Option<String>,
}

/// The results as they are now: `results.csv`, `results.xlsx`, `results.jsonl`.
pub(crate) async fn results(
    visit: Visit,
    Path((name, file)): Path<(String, String)>,
    Query(query): Query<ResultsQuery>,
) -> Result<Response, Failure> {
    let format = file.strip_prefix("results.").and_then(Format::from_name).ok_or(Failure::NotFound)?;
    let queue = visit.queue.clone();
    let campaign = queue.campaign(&name).await?;
    let only: Vec<&str> = query.status.iter().chain(&query.delivery).map(String::as_str).collect();
    let only = if only.is_empty() { String::new() } else { format!(", only {}", only.join(" and ")) };
    visit.queue.write_down("download", Some(campaign.id), format!("{file}{only}")).await?;
    // Who downloads here opens the file in a spreadsheet next.
    let status =
        query.status.as_deref().map(|name| Status::from_name(name).ok_or(Failure::NotFound)).transpose()?;
    let statuses: Vec<_> = status.into_iter().collect();
    let delivery = query
        .delivery
        .as_deref()
        .map(|name| Delivery::from_name(name).ok_or(Failure::NotFound))
        .transpose()?;
    let of_status = status.map(|status| format!("-{status}")).unwrap_or_default();
    let of_delivery = delivery.map(|delivery| format!("-{delivery}")).unwrap_or_default();
    let part = format!("{of_status}{of_delivery}");
    let filter = Filter { statuses, deliveries: delivery.into_iter().collect() };
    let order = Order { format, is_excel_safe: true, filter, zone: None };
    let mut received = results::pieces(queue, campaign, order);
    // What fails before the first piece is an error page, and no broken connection after a 200.
    let first = match received.recv().await {
        Some(Err(error)) => return Err(Failure::broken(&error)),
        first => first,
    };
    let rest = stream::poll_fn(move |context| received.poll_recv(context));
    let body = stream::iter(first).chain(rest);
    Ok(download(Body::from_stream(body), &format!("{name}{part}.{}", format.name()), format.kind())
        .into_response())
}

pub(crate) async fn suppressions(visit: Visit) -> Result<Response, Failure> {
    visit.queue.write_down("download", None, "suppressed.csv").await?;
    let pieces = stream::try_unfold(Pieces::of(visit.queue, true), async |mut pieces| {
        let piece = pieces.next().await.map_err(io::Error::other)?;
        Ok::<_, io::Error>(piece.map(|piece| (Bytes::from(piece), pieces)))
    });
    Ok(download(Body::from_stream(pieces), "suppressed.csv", "text/csv; charset=utf-8").into_response())
}

/// The report: one page, to read here or to save and send. Its style sheet is inside it, so it has a policy of its own.
pub(crate) async fn report(
    visit: Visit,
    Path(name): Path<String>,
    Query(zoned): Query<ZoneQuery>,
) -> Result<Response, Failure> {
    let campaign = visit.queue.campaign(&name).await?;
    let zone = zoned.zone(&campaign)?;
    let view = report::page::View {
        zone: &zone,
        now: visit.workspace.clock.now(),
        language: Language::current(),
        advise: &report::advice,
    };
    let html =
        report::page::render(&visit.queue, &campaign, view).await.map_err(|error| Failure::broken(&error))?;
    let hash = BASE64.encode(&Sha256::digest(report::page::STYLE));
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{hash}'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
    );
    Ok(([(CONTENT_SECURITY_POLICY, policy)], Html(html)).into_response())
}
