//! The suppression list.

use askama::Template;
use axum::{
    Form,
    extract::Query,
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

use super::{
    failure::Failure,
    frame::{Frame, Moment, Section, Visit, page as render},
    words::HOUSE,
};
use crate::{config::parse_number, domain::Phone, queue::Suppression};

/// Numbers on a page.
const NUMBERS: u32 = 200;

#[derive(Template)]
#[template(path = "suppressions.html", config = ".askama.toml")]
struct ListPage {
    f: Frame,
    list: Vec<Suppression>,
    q: String,
    more: Option<String>,
    notice: Option<String>,
}

impl ListPage {
    fn since(suppression: &Suppression) -> Moment {
        Moment(suppression.added_at)
    }
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Wanted {
    /// A number, or its beginning.
    #[serde(default)]
    q: String,
    after: Option<String>,
    added: Option<u64>,
    removed: Option<u64>,
}

pub(super) async fn page(visit: Visit, Query(wanted): Query<Wanted>) -> Result<Response, Failure> {
    let queue = &visit.queue;
    let digits: String = wanted.q.chars().filter(char::is_ascii_digit).collect();
    let (list, more) = if digits.is_empty() {
        let after = wanted.after.as_deref().and_then(|text| Phone::parse(&format!("+{text}")).ok());
        let mut list = queue.suppressions(after, NUMBERS + 1).await?;
        let is_cut = list.len() > NUMBERS as usize;
        list.truncate(NUMBERS as usize);
        let more = list.last().filter(|_| is_cut).map(|last| last.number.digits().to_string());
        (list, more)
    } else {
        (queue.find_suppressions(&digits, NUMBERS).await?, None)
    };
    let notice = match (wanted.added, wanted.removed) {
        (Some(n), _) => Some(HOUSE.suppress_added.n(n)),
        (None, Some(n)) => Some(HOUSE.suppress_removed.n(n)),
        (None, None) => None,
    };
    let f = visit.frame(Section::Suppressions, HOUSE.suppress_title.to_string());
    render(&ListPage { f, list, q: wanted.q, more, notice })
}

#[derive(Debug, Deserialize)]
pub(super) struct Add {
    numbers: String,
    #[serde(default)]
    reason: String,
}

/// Adds all of them, or none where one of them is no number.
pub(super) async fn add(visit: Visit, Form(form): Form<Add>) -> Result<Response, Failure> {
    let mut numbers = Vec::new();
    for (index, line) in form.numbers.lines().enumerate() {
        let text = line.trim();
        if text.is_empty() {
            continue;
        }
        match parse_number("number", text) {
            Ok(number) => numbers.push(number),
            Err(_) => return Err(Failure::Refused(HOUSE.suppress_bad.with2(index + 1, text))),
        }
    }
    let reason = match form.reason.trim() {
        "" => HOUSE.suppress_default_reason.to_string(),
        reason => reason.chars().take(200).collect(),
    };
    let n = visit.queue.suppress(numbers, reason, visit.desk.clock.now()).await?;
    Ok(Redirect::to(&format!("{}/suppressions?added={n}", visit.desk.base)).into_response())
}

#[derive(Debug, Deserialize)]
pub(super) struct Remove {
    number: String,
}

pub(super) async fn remove(visit: Visit, Form(form): Form<Remove>) -> Result<Response, Failure> {
    let number = parse_number("number", &form.number).map_err(|_| Failure::NotFound)?;
    let n = visit.queue.unsuppress(vec![number]).await?;
    Ok(Redirect::to(&format!("{}/suppressions?removed={n}", visit.desk.base)).into_response())
}
