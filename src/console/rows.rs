//! The rows behind a figure, and the search for one row.

use std::{borrow::Borrow, time::Duration};

use askama::Template;
use axum::{
    extract::{Path, Query},
    response::Response,
};
use serde::Deserialize;

use super::{
    failure::Failure,
    frame::{Frame, Moment, Section, Visit, page as render},
    words,
};
use crate::{
    domain::{Status, Timestamp},
    queue::{After, Counts, FoundRow},
};

/// Rows on a page.
const ROWS: u32 = 100;

#[derive(Debug, Default, Deserialize)]
pub(super) struct Wanted {
    #[serde(default)]
    q: String,
    status: Option<String>,
    code: Option<String>,
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
}

struct Row {
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
        format!("catalink export {}{only}", self.name)
    }
}

pub(super) async fn page(
    visit: Visit,
    Path(name): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Failure> {
    let queue = &visit.queue;
    let overview = queue.overview(&name).await?;
    let id = overview.campaign.id;
    let status = match wanted.status.as_deref().filter(|name| !name.is_empty()) {
        Some(name) => Some(Status::from_name(name).ok_or(Failure::NotFound)?),
        None => None,
    };
    let q = wanted.q.trim().to_owned();
    let code = wanted.code.clone();
    let mut found = if q.is_empty() {
        // The last one of a status may be far from the end of a million rows: it is not looked for behind itself.
        let n = status.map_or(u64::MAX, |status| overview.counts.of(status));
        let limit = u32::try_from(n).unwrap_or(u32::MAX).min(ROWS + 1);
        queue.browse(id, status, code.as_deref(), after(wanted.after.as_deref()), limit).await?
    } else if let Some(line) = line(&q) {
        queue.find_line(id, line).await?
    } else if let Some(digits) = digits(&q) {
        let mut found = queue.find_number(id, &digits, ROWS + 1).await?;
        if found.is_empty() {
            found = queue.find_tag(id, &q, ROWS + 1).await?;
        }
        found
    } else {
        queue.find_tag(id, &q, ROWS + 1).await?
    };
    let is_cut = found.len() > ROWS as usize;
    found.truncate(ROWS as usize);
    let more = found.last().filter(|_| is_cut && q.is_empty()).map(|row| {
        let due = if status == Some(Status::Queued) { row.due_at } else { 0 };
        format!("{due}-{}", row.recipient_id)
    });
    let f = visit.frame(Section::Campaigns, format!("{name}: {}", words::EN.rows_title));
    let now = visit.desk.clock.now();
    render(&RowsPage {
        rows: found.into_iter().map(|row| Row::of(&f, row, now)).collect(),
        path: visit.campaign_path(&name),
        f,
        name,
        q,
        status,
        code,
        counts: overview.counts,
        more,
        is_first: wanted.after.is_none(),
        is_cut,
    })
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
    let is_number = q.chars().all(|c| c.is_ascii_digit() || matches!(c, '+' | ' ' | '-' | '(' | ')'));
    let digits: String = q.chars().filter(char::is_ascii_digit).collect();
    (is_number && digits.len() >= 3).then_some(digits)
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
