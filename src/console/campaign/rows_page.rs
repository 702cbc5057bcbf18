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
    domain::{CampaignId, Delivery, Status, Timestamp},
    queue::{self, After, Counts, FoundRow, Queue, QueueError, Walk},
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
#[template(path = "rows.html", config = ".askama.toml")]
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
}

struct Row {
    id: i64,
    line: i64,
    to: String,
    status: String,
    status_words: String,
    attempts: i64,
    tags: Vec<String>,
    code: String,
    what: String,
    at: Option<Moment>,
    due: Option<Moment>,
    delivery: String,
}

impl Row {
    fn of(f: &Frame, row: FoundRow, now: Timestamp) -> Self {
        let to = match (row.number, row.input_to) {
            (Some(digits), _) => format!("+{digits}"),
            (None, text) => text.unwrap_or_default(),
        };
        let is_due_later =
            row.status == Status::Queued.name() && now.until(Timestamp(row.due_at)) > Duration::ZERO;
        Self {
            id: row.recipient_id,
            line: row.line,
            to,
            status_words: f.w.status_named(&row.status),
            status: row.status,
            attempts: row.attempts,
            tags: [row.ref0, row.ref1, row.ref2].into_iter().flatten().collect(),
            code: row.code.unwrap_or_default(),
            what: row.error.or(row.message_id).unwrap_or_default(),
            at: row.settled_at.map(|at| Moment(Timestamp(at))),
            due: is_due_later.then_some(Moment(Timestamp(row.due_at))),
            delivery: match (row.delivery, row.delivery_error) {
                (Some(delivery), Some(error)) => format!("{delivery}: {error}"),
                (Some(delivery), None) => delivery,
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
    let n = match (status, delivery) {
        (Some(status), None) => overview.counts.of(status),
        (_, Some(delivery)) => overview.counts.delivered(delivery),
        (None, None) => overview.counts.total(),
    };
    let limit = (ROWS + 1).min(u32::try_from(n).unwrap_or(u32::MAX));
    let after = after(query.after.as_deref());
    let found = if q.is_empty() {
        match status {
            _ if n == 0 => Found::default(),
            Some(status) if status != Status::Accepted && delivery.is_none() => {
                Found::listed(queue.browse(id, status, code.as_deref(), after, limit).await?, status)
            }
            status => {
                let walked = queue::Wanted { status, delivery, tag: None, after: after.1 };
                let mut found = Found::walked(queue.walk(id, walked, limit).await?);
                if query.after.is_none() && found.rows.len() as u64 == n {
                    found.more = None;
                }
                found
            }
        }
    } else if let Some(line) = line(&q) {
        Found::searched(queue.find_line(id, line).await?)
    } else {
        search(queue, id, &q, after.1).await?
    };
    let f = visit.frame(Section::Campaigns, format!("{name}: {}", words::EN.rows_title));
    let now = visit.workspace.clock.now();
    render(&RowsPage {
        rows: found.rows.into_iter().map(|row| Row::of(&f, row, now)).collect(),
        path: visit.campaign_path(&name),
        f,
        name,
        q,
        status,
        code,
        counts: overview.counts,
        more: found.more,
        is_first: query.after.is_none(),
        is_cut: found.is_cut,
        delivery,
    })
}

/// What is on a page, and where the next one begins.
#[derive(Default)]
struct Found {
    rows: Vec<FoundRow>,
    more: Option<String>,
    /// A search that found more than is shown.
    is_cut: bool,
}

impl Found {
    /// Of the rows of a status, one more than is shown.
    fn listed(mut rows: Vec<FoundRow>, status: Status) -> Self {
        let is_cut = rows.len() > ROWS as usize;
        rows.truncate(ROWS as usize);
        let more = rows.last().filter(|_| is_cut).map(|row| {
            let due = if status == Status::Queued { row.due_at } else { 0 };
            format!("{due}-{}", row.recipient_id)
        });
        Self { rows, more, is_cut }
    }

    /// What a walk came by, one more than is shown.
    fn walked(mut walk: Walk) -> Self {
        let is_cut = walk.rows.len() > ROWS as usize;
        walk.rows.truncate(ROWS as usize);
        let goes_on_after =
            if is_cut { walk.rows.last().map(|row| row.recipient_id) } else { walk.goes_on_after };
        Self { rows: walk.rows, more: goes_on_after.map(|id| format!("0-{id}")), is_cut: false }
    }

    /// What a search has found, one more than is shown.
    fn searched(mut rows: Vec<FoundRow>) -> Self {
        let is_cut = rows.len() > ROWS as usize;
        rows.truncate(ROWS as usize);
        Self { rows, more: None, is_cut }
    }
}

/// By number where it looks like one, else by tag: `ref` by its index, then the others by walking.
async fn search(queue: &Queue, campaign: CampaignId, q: &str, after: i64) -> Result<Found, QueueError> {
    let mut indexed = Vec::new();
    if after == 0 {
        if let Some(digits) = digits(q) {
            indexed = queue.find_number(campaign, &digits, ROWS + 1).await?;
        }
        if indexed.is_empty() {
            indexed = queue.find_ref(campaign, q, ROWS + 1).await?;
        } else {
            return Ok(Found::searched(indexed));
        }
    }
    let room = (ROWS + 1).saturating_sub(u32::try_from(indexed.len()).unwrap_or(u32::MAX));
    if room == 0 {
        return Ok(Found::searched(indexed));
    }
    let wanted = queue::Wanted { tag: Some(q), after, ..queue::Wanted::default() };
    let walk = queue.walk(campaign, wanted, room).await?;
    if !indexed.is_empty() && walk.rows.len() >= room as usize {
        // Two kinds of finds on one page have no common place to go on from.
        indexed.extend(walk.rows);
        return Ok(Found::searched(indexed));
    }
    let mut found = Found::walked(walk);
    found.rows.extend(indexed);
    found.rows.sort_unstable_by_key(|row| row.recipient_id);
    Ok(found)
}

fn after(text: Option<&str>) -> After {
    text.and_then(|text| text.split_once('-'))
        .and_then(|(due, id)| Some(After(due.parse().ok()?, id.parse().ok()?)))
        .unwrap_or_default()
}

/// The line of `line 214` or `#214`.
fn line(q: &str) -> Option<u64> {
    let lower = q.to_lowercase();
    let number = lower.strip_prefix("line").or_else(|| lower.strip_prefix('#'))?;
    number.trim().parse().ok()
}

/// The digits of what looks like a number.
fn digits(q: &str) -> Option<String> {
    let digits: String = q.chars().filter(char::is_ascii_digit).collect();
    (is_number(q) && digits.len() >= 3).then_some(digits)
}

/// Nothing but digits, and what people write between them.
pub(crate) fn is_number(q: &str) -> bool {
    q.chars().all(|c| c.is_ascii_digit() || matches!(c, '+' | ' ' | '-' | '(' | ')'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_searched_for_is_told_by_its_look() {
        assert_eq!(line("line 214"), Some(214));
        assert_eq!(line("#7"), Some(7));
        assert_eq!(line("linen"), None);
        assert_eq!(digits("+91 98000-00001").as_deref(), Some("919800000001"));
        assert_eq!(digits("order-98"), None);
        assert_eq!(digits("12"), None);
    }

    #[test]
    fn a_page_that_begins_nowhere_begins_at_the_start() {
        assert_eq!(after(Some("x")), After::default());
        assert_eq!(after(Some("0-41")), After(0, 41));
    }
}
