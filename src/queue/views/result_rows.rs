//! One statement reads recipients for pages, searches and exports: what it selects, and how it reaches its rows.

use std::{borrow::Cow, fmt};

use serde::Deserialize;

use crate::{
    domain::{CampaignId, Delivery, Status},
    queue::{engine::Text, error::QueueError, rows},
};

/// One recipient, as exports and pages show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResultRow {
    pub recipient_id: i64,
    /// Its line in its file.
    pub line: u64,
    /// Its number, digits only; none for a rejected or duplicate row.
    pub number: Option<u64>,
    /// What was in the file (rejected), or the number with its plus (duplicate).
    pub input_to: Option<String>,
    /// What we know and control of it.
    pub status: Status,
    /// Due not before, in Unix milliseconds; 0 is at once.
    pub due_at: i64,
    pub message_id: Option<String>,
    /// Why it was not accepted, or was rejected.
    pub code: Option<String>,
    /// The words that belong to the code.
    pub error: Option<String>,
    /// Attempts that counted.
    pub attempts: u64,
    /// When it was settled, in Unix milliseconds.
    pub settled_at: Option<i64>,
    pub delivery: Option<Delivery>,
    /// When the delivery was reported, in Unix milliseconds.
    pub delivery_at: Option<i64>,
    /// When it came to the phone, in Unix milliseconds.
    pub delivered_at: Option<i64>,
    /// When it was seen, in Unix milliseconds.
    pub read_at: Option<i64>,
    /// Why it was not delivered.
    pub delivery_error: Option<String>,
    /// When the person's window with the sender closes, in Unix milliseconds.
    pub closes_at: Option<i64>,
    /// When the person first answered, in Unix milliseconds.
    pub replied_at: Option<i64>,
    /// With what the person answered: `text`, `button`, `order` …
    pub reply_kind: Option<String>,
    /// The tags `ref`, `ref1`, `ref2`.
    pub refs: [Option<String>; 3],
    pub cells: Option<Vec<String>>,
}

impl ResultRow {
    /// Where it goes: its number with a plus, or what its file has in place of one.
    pub fn to(&self) -> Option<String> {
        self.number.map(|digits| format!("+{digits}")).or_else(|| self.input_to.clone())
    }
}

/// The columns of a page, in order. The engine builds a whole page as one JSON text: fetching rows one by one costs several times as much.
const PAGE: &str = "
        recipient_id, line, number, input_to, status, due_at, message_id, code, error, attempts, settled_at,
        delivery, delivery_at, delivered_at, read_at, delivery_error, closes_at, replied_at, reply_kind, ";

/// The rest of it, behind the tags.
const PAGE_FROM: &str = ")) from (
    select recipient_id, line, number, input_to, status, due_at, message_id, code, error, attempts, settled_at,
        delivery, delivery_at, delivered_at, read_at, delivery_error, closes_at, replied_at, reply_kind, ref, ref1, ref2, cells from ";

/// A row as its page holds it, by position: in the order of [`PAGE`].
#[derive(Deserialize)]
struct Stored<'a> {
    recipient_id: i64,
    line: u64,
    number: Option<u64>,
    input_to: Option<String>,
    #[serde(borrow)]
    status: Cow<'a, str>,
    due_at: i64,
    message_id: Option<String>,
    code: Option<String>,
    error: Option<String>,
    attempts: u64,
    settled_at: Option<i64>,
    #[serde(borrow)]
    delivery: Option<Cow<'a, str>>,
    delivery_at: Option<i64>,
    delivered_at: Option<i64>,
    read_at: Option<i64>,
    delivery_error: Option<String>,
    closes_at: Option<i64>,
    replied_at: Option<i64>,
    reply_kind: Option<String>,
    refs: [Option<String>; 3],
    cells: Option<Vec<String>>,
}

impl Stored<'_> {
    fn into_row(self) -> Result<ResultRow, QueueError> {
        let id = self.recipient_id;
        let delivery = self.delivery.map(|found| rows::delivery("recipient", id, &found));
        Ok(ResultRow {
            recipient_id: id,
            line: self.line,
            number: self.number,
            input_to: self.input_to,
            status: rows::status("recipient", id, &self.status)?,
            due_at: self.due_at,
            message_id: self.message_id,
            code: self.code,
            error: self.error,
            attempts: self.attempts,
            settled_at: self.settled_at,
            delivery: delivery.transpose()?,
            delivery_at: self.delivery_at,
            delivered_at: self.delivered_at,
            read_at: self.read_at,
            delivery_error: self.delivery_error,
            closes_at: self.closes_at,
            replied_at: self.replied_at,
            reply_kind: self.reply_kind,
            refs: self.refs,
            cells: self.cells,
        })
    }
}

/// Some rows, as the one text in which SQLite hands them over. Whoever writes them elsewhere parses them there.
#[derive(Debug)]
pub struct ResultPage(pub(super) String);

impl ResultPage {
    /// The rows, in the order of the page.
    pub fn rows(&self) -> Result<Vec<ResultRow>, QueueError> {
        let stored: Vec<Stored<'_>> = serde_json::from_str(&self.0).map_err(|error| self.damage(&error))?;
        stored.into_iter().map(Stored::into_row).collect()
    }

    /// Parses row by row, to name the one that is damaged.
    fn damage(&self, error: &serde_json::Error) -> QueueError {
        let rows: Vec<serde_json::Value> = serde_json::from_str(&self.0).unwrap_or_default();
        let damage = |row: &serde_json::Value| {
            let error = serde_json::from_str::<Stored<'_>>(&row.to_string()).err()?;
            Some(rows::inconsistent("recipient", "*", row[0].as_i64()?, &error.to_string()))
        };
        rows.iter()
            .find_map(damage)
            .unwrap_or_else(|| rows::inconsistent("recipient", "*", 0, &error.to_string()))
    }
}

/// Where a page begins: after this row. Both zero is the start. The first part is the row's `due_at` where the rows are
/// in the order of sending, and zero elsewhere.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct After(pub i64, pub i64);

impl fmt::Display for After {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.0, self.1)
    }
}

impl After {
    /// Reads what it shows itself as.
    pub fn parse(text: &str) -> Option<Self> {
        let (due, id) = text.split_once('-')?;
        Some(Self(due.parse().ok()?, id.parse().ok()?))
    }
}

/// How a statement reaches its rows. Each way has an index, so that none of them scans the recipients.
#[derive(Debug, Clone, Copy)]
pub(crate) enum RowSource<'a> {
    /// Row after row, in file order.
    Ids { first: i64, last: i64 },
    /// By the index of that status: those that wait in the order of sending, all others in file order. Accepted rows
    /// have no index.
    Status { campaign: CampaignId, status: Status, after: After },
    /// By ranges of numbers, as JSON, in the order of the ranges: asked for another order, SQLite would gather all of
    /// them first.
    Numbers { campaign: CampaignId, ranges: &'a str },
    /// By the beginning of the tag `ref`.
    Ref { campaign: CampaignId, text: &'a str },
}

/// What holds for every row of a page, however it is reached. Nothing chosen means every row.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Conditions<'a> {
    pub(crate) statuses: &'a [Status],
    pub(crate) deliveries: &'a [Delivery],
    /// Empty for rows without a code.
    pub(crate) code: Option<&'a str>,
    /// What no index finds of a text; rows that the index of `ref` finds are left out.
    pub(crate) text: Option<TextMatch<'a>>,
}

/// A text in a row: `ref1` or `ref2` begins with it, a value of the list has it somewhere, or the number ends so.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TextMatch<'a> {
    pub(crate) text: &'a str,
    /// The digits at the end of a number, as the power of ten and the rest of the division by it.
    pub(crate) end: Option<(i64, i64)>,
}

/// The statement for at most `limit` rows: a [`ResultPage`]'s JSON.
pub(crate) fn statement(source: RowSource<'_>, conditions: &Conditions<'_>, limit: u32) -> Text {
    let mut query = Text::new("select json_group_array(");
    query.push_either("json_array(", "json_build_array(").push(PAGE);
    query.push_either(
        "json_array(ref, ref1, ref2), json(cells)",
        "json_build_array(ref, ref1, ref2), cells::json",
    );
    query.push(PAGE_FROM);
    source.push_source(&mut query);
    conditions.push(&mut query);
    source.push_order(&mut query);
    query.push(" limit ").push_bind(limit).push(") as page");
    query
}

impl RowSource<'_> {
    fn push_source(self, query: &mut Text) {
        match self {
            Self::Ids { first, last } => {
                query.push("recipient where recipient_id between ").push_bind(first);
                query.push(" and ").push_bind(last);
            }
            Self::Status { campaign, status, .. } => {
                // As a literal: a partial index serves no parameter.
                query.push("recipient where campaign_id = ").push_bind(campaign.0);
                query.push(format_args!(" and status = '{}'", status.name()));
                if matches!(status, Status::Rejected | Status::Duplicate) {
                    query.push(" and number is null and number_hash is null");
                }
            }
            Self::Numbers { campaign, ranges } => {
                query.push("json_each(").push_bind(ranges.to_owned());
                query.push(") as range cross join recipient where campaign_id = ").push_bind(campaign.0);
                query.push(
                    " and number between cast(range.value ->> 0 as bigint) and cast(range.value ->> 1 as bigint)
                        and number is not null",
                );
            }
            Self::Ref { campaign, text } => {
                query.push("recipient where campaign_id = ").push_bind(campaign.0);
                query.push(" and ref is not null and ref");
                push_beginning(query, text);
            }
        }
    }

    fn push_order(self, query: &mut Text) {
        match self {
            Self::Status { status: Status::Queued, after: After(due_at, id), .. } => {
                query.push(" and (due_at, recipient_id) > (").push_bind(due_at);
                query.push(", ").push_bind(id).push(") order by due_at, recipient_id");
            }
            Self::Status { after: After(_, id), .. } => {
                query.push(" and recipient_id > ").push_bind(id).push(" order by recipient_id");
            }
            Self::Ids { .. } => {
                query.push(" order by recipient_id");
            }
            Self::Numbers { .. } | Self::Ref { .. } => {}
        }
    }
}

impl Conditions<'_> {
    /// Statuses are parameters here, so that no index of a status is taken for the one that is meant.
    fn push(&self, query: &mut Text) {
        push_names(query, " and status in (", self.statuses.iter().map(|status| status.name()));
        push_names(query, " and delivery in (", self.deliveries.iter().map(|delivery| delivery.name()));
        if let Some(code) = self.code {
            query.push(" and coalesce(code, '') = ").push_bind(code.to_owned());
        }
        if let Some(TextMatch { text, end }) = self.text {
            query.push(" and (ref1");
            push_beginning(query, text);
            query.push(" or ref2");
            push_beginning(query, text);
            query.push(" or instr(lower(cells), ").push_bind(text.to_ascii_lowercase()).push(") > 0");
            if let Some((power, rest)) = end {
                query.push(" or number % ").push_bind(power).push(" = ").push_bind(rest);
            }
            query.push(") and (ref is null or ref not");
            push_beginning(query, text);
            query.push(")");
        }
    }
}

fn push_names(query: &mut Text, opening: &str, names: impl ExactSizeIterator<Item = &'static str>) {
    let mut opening = Some(opening);
    let is_any = names.len() > 0;
    for name in names {
        query.push(opening.take().unwrap_or(", ")).push_bind(name);
    }
    if is_any {
        query.push(")");
    }
}

/// `between` the text and the last text that begins with it.
fn push_beginning(query: &mut Text, text: &str) {
    query.push(" between ").push_bind(text.to_owned());
    query.push(" and ").push_bind(format!("{text}\u{10FFFF}"));
}
