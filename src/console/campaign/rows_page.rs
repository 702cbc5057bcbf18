//! The rows behind a figure, and the search for one row.

use std::{borrow::Borrow, time::Duration};

use askama::Template;
use axum::{
    extract::{Path, Query},
    response::Response,
};
use serde::Deserialize;

use crate::{
    console::page::{
        failure::Failure,
        frame::{Frame, Moment, Section, Visit, page as render},
        words,
    },
    domain::{CampaignId, Delivery, NewCampaign, Phone, Status, Timestamp},
    importer::number,
    queue::{After, Counts, Queue, QueueError, ResultRow, RowFilter, RowPage, Search},
};

/// Rows on a page.
const ROWS: u32 = 100;

#[derive(Debug, Default, Deserialize)]
pub(crate) struct RowsQuery {
    #[serde(default)]
    q: String,
    status: Option<String>,
    code: Option<String>,
    delivery: Option<String>,
    /// Where the page begins: the two keys of the row before it.
    after: Option<String>,
}

#[derive(Template)]
#[template(path = "campaign/rows.html", config = ".askama.toml")]
struct RowsPage {
    f: Frame,
    name: String,
    path: String,
    q: String,
    status: Option<Status>,
    code: Option<String>,
    counts: Counts,
    rows: Vec<Row>,
    /// Where the next page begins.
    more: Option<String>,
    is_first: bool,
    is_cut: bool,
    delivery: Option<Delivery>,
    searches_on: bool,
}

struct Row {
    id: i64,
    line: u64,
    to: String,
    status: Status,
    attempts: u64,
    tags: Vec<String>,
    code: String,
    what: String,
    at: Option<Moment>,
    due: Option<Moment>,
    delivery: String,
}

impl Row {
    fn of(row: ResultRow, f: &Frame, plan: &NewCampaign, now: Timestamp) -> Self {
        let moment = |at| Moment::of(Timestamp(at), plan);
        let is_due_later = row.status == Status::Queued && now.until(Timestamp(row.due_at)) > Duration::ZERO;
        Self {
            id: row.recipient_id,
            line: row.line,
            to: f.seen(row.to().unwrap_or_default()),
            status: row.status,
            attempts: row.attempts,
            tags: row.refs.into_iter().flatten().map(|tag| f.seen(tag)).collect(),
            code: row.code.unwrap_or_default(),
            what: f.seen(row.error.or(row.message_id).unwrap_or_default()),
            at: row.settled_at.map(moment),
            due: is_due_later.then(|| moment(row.due_at)),
            delivery: match (row.delivery, row.delivery_error) {
                (Some(delivery), Some(error)) => format!("{delivery}: {error}"),
                (Some(delivery), None) => delivery.to_string(),
                (None, _) => String::new(),
            },
        }
    }
}

impl RowsPage {
    fn statuses(&self) -> Vec<(Status, u64)> {
        Status::ALL
            .into_iter()
            .map(|status| (status, self.counts.of(status)))
            .filter(|(status, n)| *n > 0 || self.status == Some(*status))
            .collect()
    }

    fn is_shown(&self, status: impl Borrow<Status>) -> bool {
        self.status == Some(*status.borrow())
    }

    fn deliveries(&self) -> Vec<(Delivery, u64)> {
        let counted = Delivery::ALL.into_iter().map(|delivery| (delivery, self.counts.delivered(delivery)));
        counted.filter(|(delivery, n)| *n > 0 || self.delivery == Some(*delivery)).collect()
    }

    fn is_delivery_shown(&self, delivery: impl Borrow<Delivery>) -> bool {
        self.delivery == Some(*delivery.borrow())
    }

    /// What the addresses of further pages and of downloads have in common.
    fn only(&self) -> String {
        let status = self.status.map(|status| format!("&status={status}")).unwrap_or_default();
        let delivery = self.delivery.map(|delivery| format!("&delivery={delivery}")).unwrap_or_default();
        format!("{status}{delivery}")
    }

    /// Doubts are ended here, one by one.
    fn may_resolve(&self) -> bool {
        self.f.may_send() && self.status == Some(Status::InDoubt)
    }

    fn has_tags(&self) -> bool {
        self.rows.iter().any(|row| !row.tags.is_empty())
    }

    fn has_deliveries(&self) -> bool {
        self.rows.iter().any(|row| !row.delivery.is_empty())
    }

    fn shown(&self) -> u64 {
        self.rows.len() as u64
    }

    fn command(&self) -> String {
        let only = self.status.map(|status| format!(" --status {status}")).unwrap_or_default();
        let uploaded = self.delivery.map(|delivery| format!(" --delivery {delivery}")).unwrap_or_default();
        format!("catalink export {}{only}{uploaded}", self.name)
    }
}

pub(crate) async fn page(
    visit: Visit,
    Path(name): Path<String>,
    Query(query): Query<RowsQuery>,
) -> Result<Response, Failure> {
    let queue = &visit.queue;
    let f = visit.frame(Section::Campaigns, format!("{name}: {}", words::texts().rows_title));
    let overview = queue.overview(&name).await?;
    let id = overview.campaign.id;
    let status = match query.status.as_deref().filter(|name| !name.is_empty()) {
        Some(name) => Some(Status::from_name(name).ok_or(Failure::NotFound)?),
        None => None,
    };
    let delivery = match query.delivery.as_deref().filter(|name| !name.is_empty()) {
        Some(name) => Some(Delivery::from_name(name).ok_or(Failure::NotFound)?),
        None => None,
    };
    let q = query.q.trim().to_owned();
    let code = query.code.clone();
    let after = after(query.after.as_deref());
    let found = if q.is_empty() {
        let filter = RowFilter { status, delivery, code: code.as_deref(), search: None, after };
        queue.row_page(id, &filter, ROWS).await?
    } else if let Some(line) = line(&q) {
        RowPage { rows: queue.find_line(id, line).await?, ..RowPage::default() }
    } else {
        let sender = visit.sender(&overview.campaign);
        search(queue, id, Asked { q: &q, sender, is_whole: !f.may_send() }, after).await?
    };
    let now = visit.workspace.clock.now();
    // Nothing so far: the page asks on by itself, and says how far it is.
    let searches_on = found.rows.is_empty() && found.next.is_some() && !q.is_empty();
    render(&RowsPage {
        rows: found.rows.into_iter().map(|row| Row::of(row, &f, &overview.campaign.plan, now)).collect(),
        path: visit.campaign_path(&name),
        f,
        name,
        q,
        status,
        code,
        counts: overview.counts,
        searches_on,
        more: found.next.map(|after| after.to_string()),
        is_first: query.after.is_none(),
        is_cut: found.is_cut,
        delivery,
    })
}

/// What is searched for.
struct Asked<'q> {
    q: &'q str,
    /// Whose country local numbers may be of.
    sender: Option<Phone>,
    /// Numbers are found only if they are whole: whoever sees them masked could find them out by their beginnings.
    is_whole: bool,
}

/// By number where it looks like one, in any spelling; else by tag, by a value of the list, and by the end of the number.
async fn search(
    queue: &Queue,
    campaign: CampaignId,
    asked: Asked<'_>,
    after: After,
) -> Result<RowPage, QueueError> {
    let is_first = after == After::default();
    let by_text = RowFilter { search: Some(Search::Text(asked.q)), after, ..RowFilter::default() };
    let spellings = if is_first { spellings(asked.q, asked.sender) } else { Vec::new() };
    for digits in &spellings {
        let by_number = RowFilter { search: Some(Search::Number(digits)), ..by_text };
        let mut found = queue.row_page(campaign, &by_number, ROWS).await?;
        if asked.is_whole {
            found.rows.retain(|row| row.number.is_some_and(|number| number.to_string() == *digits));
        }
        if !found.rows.is_empty() {
            return Ok(found);
        }
    }
    if asked.is_whole && asked.q.chars().any(|c| c.is_ascii_digit()) {
        return Ok(RowPage::default());
    }
    queue.row_page(campaign, &by_text, ROWS).await
}

fn after(text: Option<&str>) -> After {
    text.and_then(After::parse).unwrap_or_default()
}

/// The line of `line 214` or `#214`.
fn line(q: &str) -> Option<u64> {
    let lower = q.to_lowercase();
    let number = lower.strip_prefix("line").or_else(|| lower.strip_prefix('#'))?;
    number.trim().parse().ok()
}

/// The digits that what looks like a number may begin with, as numbers are kept: as it is, without a 00 in front, and as one of the
/// sender's country.
pub(crate) fn spellings(q: &str, sender: Option<Phone>) -> Vec<String> {
    let digits: String = q.chars().filter(char::is_ascii_digit).collect();
    if !is_number(q) || digits.len() < 3 {
        return Vec::new();
    }
    let mut found = vec![digits.clone()];
    if let Some(rest) = digits.strip_prefix("00").filter(|rest| rest.len() >= 3) {
        found.insert(0, rest.to_owned());
    }
    let region = sender.filter(|_| !q.contains('+')).and_then(number::region_of);
    if let Some(region) = region {
        found.push(format!("{}{}", region.calling_code(), digits.trim_start_matches('0')));
    }
    found
}

/// Nothing but digits, and what people write between them.
pub(crate) fn is_number(q: &str) -> bool {
    q.chars().all(|c| c.is_ascii_digit() || matches!(c, '+' | ' ' | '-' | '(' | ')' | '.' | '/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_searched_for_is_told_by_its_look() {
        assert_eq!(line("line 214"), Some(214));
        assert_eq!(line("#7"), Some(7));
        assert_eq!(line("linen"), None);
        let sender = Phone::parse("+911161197855").ok();
        assert_eq!(spellings("+91 98100-00037", sender), ["919810000037"]);
        let spelt = spellings("0091 98100-00037", sender);
        assert_eq!(spelt, ["919810000037", "00919810000037", "91919810000037"]);
        assert_eq!(spellings("098100 00037", sender), ["09810000037", "919810000037"]);
        assert_eq!(spellings("9810", sender), ["9810", "919810"]);
        assert_eq!(spellings("order-98", sender), [""; 0]);
        assert_eq!(spellings("12", sender), [""; 0]);
    }

    #[test]
    fn a_page_that_begins_nowhere_begins_at_the_start() {
        assert_eq!(after(Some("x")), After::default());
        assert_eq!(after(Some("0-41")), After(0, 41));
    }
}
