//! The suppression list.

use std::sync::Arc;

use askama::Template;
use axum::{
    Form,
    extract::{Multipart, Query, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

use crate::{
    app::{
        lists::opt_outs::suppressions,
        wording::{Face, list},
    },
    config::parse_number,
    console::{
        campaign::rows_page::is_number,
        drafts::list::upload_page::read_form,
        page::{
            failure::Failure,
            frame::{Frame, Moment, Section, Visit, page as render},
            words::admin_texts,
        },
        shared::Shared,
    },
    domain::{Phone, Timestamp},
    importer::{
        Column, Field, Hidden, OptOutError, OptOuts, Plan, ReadingOptions, RegionError, Rule, Unread, number,
        opt_outs,
    },
    queue::{Draft, Queue, Role, Suppressed, Suppression},
};

/// Numbers on a page.
const NUMBERS: u32 = 200;

/// So many numbers are search by for the end of a number, or a reason.
const NUMBERS_WALKED: u32 = 50_000;

/// The longest reason.
const REASON_CHARS_MAX: usize = 200;

/// How many rows of a file that could not be read are named.
const UNREAD_SHOWN: usize = 20;

#[derive(Template)]
#[template(path = "admin/suppressions.html", config = ".askama.toml")]
struct ListPage {
    f: Frame,
    list: Vec<Suppression>,
    q: String,
    more: Option<String>,
    notice: Option<String>,
    /// What else there is to say of a file.
    details: Vec<String>,
    rejected: RejectedAdd,
    removed: Option<Removed>,
}

/// What was just taken off, for whoever did not mean it.
#[derive(Debug)]
struct Removed {
    entry: Suppression,
    has_asked: bool,
}

impl ListPage {
    fn command() -> &'static str {
        "catalink suppress add +NUMBER --reason TEXT\ncatalink suppress import FILE --reason TEXT\ncatalink suppress export -o suppressed.csv"
    }

    fn since(suppression: &Suppression) -> Moment {
        Moment::new(suppression.added_at)
    }
}

#[derive(Debug, Default, Deserialize)]
pub(crate) struct SuppressionsQuery {
    /// A number, or its beginning.
    #[serde(default)]
    q: String,
    after: Option<String>,
    added: Option<u64>,
    removed: Option<u64>,
}

pub(crate) async fn page(visit: Visit, Query(query): Query<SuppressionsQuery>) -> Result<Response, Failure> {
    let notice = match (query.added, query.removed) {
        (Some(n), _) => Some(admin_texts().suppress_added.n(n)),
        (None, Some(n)) => Some(admin_texts().suppress_removed.n(n)),
        (None, None) => None,
    };
    let said = Answer { notice, ..Answer::default() };
    show(&visit, query, said).await
}

/// What the page says of what was just done, or could not be done.
#[derive(Debug, Default)]
struct Answer {
    notice: Option<String>,
    details: Vec<String>,
    rejected: RejectedAdd,
    removed: Option<Removed>,
}

impl From<RejectedAdd> for Answer {
    fn from(rejected: RejectedAdd) -> Self {
        Self { rejected, ..Self::default() }
    }
}

/// What somebody tried to put on the list, and why it was not put there.
#[derive(Debug, Default)]
struct RejectedAdd {
    numbers: String,
    reason: String,
    problem: Option<String>,
}

async fn show(visit: &Visit, query: SuppressionsQuery, answer: Answer) -> Result<Response, Failure> {
    let Answer { notice, details, rejected, removed } = answer;
    let queue = &visit.queue;
    let is_number = is_number(&query.q);
    let digits: String = query.q.chars().filter(|c| is_number && c.is_ascii_digit()).collect();
    let (list, more) = if query.q.trim().is_empty() {
        let after = query.after.as_deref().and_then(|text| Phone::parse(&format!("+{text}")).ok());
        let mut list = queue.suppressions(after, NUMBERS + 1).await?;
        let is_cut = list.len() > NUMBERS as usize;
        list.truncate(NUMBERS as usize);
        let more = list.last().filter(|_| is_cut).map(|last| last.number.digits().to_string());
        (list, more)
    } else if !visit.visitor.role.includes(Role::Sender) {
        // Whoever sees numbers masked finds one only by the whole of it.
        let number = parse_number("number", &query.q).ok();
        let found = match number {
            Some(number) => queue.suppression(number).await?.map(|(entry, _)| entry),
            None => None,
        };
        (found.into_iter().collect(), None)
    } else {
        let mut found = Vec::new();
        if !digits.is_empty() {
            found = queue.find_suppressions(&digits, NUMBERS).await?;
        }
        if found.is_empty() {
            found = search(queue, &query.q, &digits).await?;
        }
        (found, None)
    };
    let status = if rejected.problem.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let f = visit.frame(Section::Suppressions, admin_texts().suppress_title.to_string());
    Ok((status, render(&ListPage { f, list, q: query.q, more, notice, details, rejected, removed })?)
        .into_response())
}

/// Numbers that end so, or were put on the list for such a reason, among the first ones of the list.
async fn search(queue: &Queue, q: &str, digits: &str) -> Result<Vec<Suppression>, Failure> {
    let text = q.trim().to_lowercase();
    let (mut found, mut after, mut n_seen) = (Vec::new(), None, 0);
    while n_seen < NUMBERS_WALKED && found.len() < NUMBERS as usize {
        let page = queue.suppressions(after, NUMBERS_WALKED / 10).await?;
        let Some(last) = page.last() else { break };
        after = Some(last.number);
        n_seen += u32::try_from(page.len()).unwrap_or(u32::MAX);
        found.extend(page.into_iter().filter(|one| {
            let is_end = !digits.is_empty() && one.number.digits().to_string().ends_with(digits);
            is_end || one.reason.to_lowercase().contains(&text)
        }));
    }
    found.truncate(NUMBERS as usize);
    Ok(found)
}

#[derive(Debug, Deserialize)]
pub(crate) struct AddForm {
    numbers: String,
    #[serde(default)]
    reason: String,
    #[serde(default)]
    region: String,
}

/// Adds all of them, or none where one of them is no number.
pub(crate) async fn add(visit: Visit, Form(form): Form<AddForm>) -> Result<Response, Failure> {
    match numbers_of(&form) {
        Ok(numbers) => save(&visit, numbers, &form.reason).await,
        Err(problem) => {
            let problem = Some(problem.to_string());
            let rejected = RejectedAdd { numbers: form.numbers, reason: form.reason, problem };
            show(&visit, SuppressionsQuery::default(), rejected.into()).await
        }
    }
}

/// Why nothing was put on the list.
#[derive(Debug, thiserror::Error)]
enum NotAdded {
    #[error(transparent)]
    Region(#[from] RegionError),
    #[error("{}", admin_texts().suppress_bad.with2(.line, .reason))]
    Number { line: usize, reason: String },
}

fn numbers_of(form: &AddForm) -> Result<Vec<Phone>, NotAdded> {
    let mut reading = ReadingOptions::default();
    set_region(&mut reading, &form.region)?;
    let rule =
        Rule { includes_country_code: reading.includes_country_code, ..Rule::of_region(reading.region) };
    let lines = form.numbers.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    lines
        .map(|(index, line)| {
            number::read(line.trim(), rule)
                .map(|number| number.phone)
                .map_err(|refusal| NotAdded::Number { line: index + 1, reason: refusal.text })
        })
        .collect()
}

fn set_region(reading: &mut ReadingOptions, text: &str) -> Result<(), RegionError> {
    if text.trim().is_empty() { Ok(()) } else { reading.set_region(text.trim()) }
}

fn reason_of(text: &str) -> String {
    match text.trim() {
        "" => admin_texts().suppress_default_reason.to_string(),
        reason => reason.chars().take(REASON_CHARS_MAX).collect(),
    }
}

async fn save(visit: &Visit, numbers: Vec<Phone>, reason: &str) -> Result<Response, Failure> {
    let n = visit.queue.suppress(numbers, reason_of(reason), visit.workspace.clock.now()).await?;
    Ok(Redirect::to(&format!("{}/suppressions?added={n}", visit.workspace.base)).into_response())
}

/// Adds every number of a file, and says what became of it and which rows could not be read.
pub(crate) async fn import(
    State(shared): State<Arc<Shared>>,
    visit: Visit,
    mut form: Multipart,
) -> Result<Response, Failure> {
    let mut form = read_form(&shared, &visit, &mut form).await?;
    let (column, region, reason) = (form.take("column"), form.take("region"), form.take("reason"));
    let filled = |text: String| Some(text).filter(|text| !text.is_empty());
    let (sheet, member) = (filled(form.take("sheet")), filled(form.take("member")));
    let uploaded = match form.file() {
        Ok(uploaded) => uploaded,
        Err(problem) => return refuse(&visit, reason, problem.to_string()).await,
    };
    let columns = if column.is_empty() { Vec::new() } else { vec![(Field::To, Column::Named(column))] };
    let mut reading = ReadingOptions {
        columns,
        sheet,
        member,
        // Whoever asked not to be messaged did so, whether or not the row is shown.
        hidden: Some(Hidden::Include),
        ..ReadingOptions::default()
    };
    if let Err(problem) = set_region(&mut reading, &region) {
        return refuse(&visit, reason, problem.to_string()).await;
    }
    let plan = Plan::from(reading);
    let reading = tokio::task::spawn_blocking(move || opt_outs(uploaded.file.path(), &plan)).await;
    match reading.map_err(|error| Failure::broken(&error))? {
        Ok(found) => save_file(&visit, &found, &reason_of(&reason)).await,
        Err(error) => {
            let text = list::opt_out_error(&error, Face::Browser).join(": ");
            let problem = match error {
                OptOutError::Rows { .. } => admin_texts().suppress_unread.with(text),
                OptOutError::File(_) => text,
            };
            refuse(&visit, reason, problem).await
        }
    }
}

/// Puts the numbers of a draft's file on the list, and forgets the draft where its campaign has no other recipients.
pub(crate) async fn suppress_draft(visit: &Visit, draft: &Draft, plan: Plan) -> Result<Response, Failure> {
    let path = visit.workspace.upload_path(draft);
    let plan = Plan { file_name: Some(draft.file_name.clone()), ..plan };
    let reading = tokio::task::spawn_blocking(move || opt_outs(&path, &plan)).await;
    let found = reading
        .map_err(|error| Failure::broken(&error))?
        .map_err(|error| Failure::Refused(list::opt_out_error(&error, Face::Browser).join(": ")))?;
    let page = save_file(visit, &found, &reason_of("")).await?;
    if visit.queue.discard(draft.campaign).await? {
        visit.workspace.forget_upload(draft).await;
    }
    Ok(page)
}

async fn save_file(visit: &Visit, found: &OptOuts, reason: &str) -> Result<Response, Failure> {
    let now = visit.workspace.clock.now();
    let list = suppressions(found, reason, now);
    let n_given = list.len() as u64;
    let Suppressed { n_new, left } = visit.queue.suppress_all(list, reason, now).await?;
    let mut details = vec![
        admin_texts().suppress_read.with2(found.n_rows, n_given),
        admin_texts().suppress_known.n(n_given.saturating_sub(n_new)),
    ];
    details.extend(left.iter().map(|(name, n)| admin_texts().suppress_left.with2(n, name)));
    if 0 < found.n_unread {
        details.push(admin_texts().suppress_not_read.n(found.n_unread));
        details.extend(found.unread.iter().take(UNREAD_SHOWN).map(unread_line));
    }
    let answer = Answer { notice: Some(admin_texts().suppress_added.n(n_new)), details, ..Answer::default() };
    show(visit, SuppressionsQuery::default(), answer).await
}

fn unread_line(unread: &Unread) -> String {
    let text = &unread.text;
    let cell = if unread.found.is_empty() { String::new() } else { format!("“{}”: ", unread.found) };
    admin_texts().suppress_line.with2(unread.line, format!("{cell}{text}"))
}

async fn refuse(visit: &Visit, reason: String, problem: String) -> Result<Response, Failure> {
    let rejected = RejectedAdd { reason, problem: Some(problem), ..RejectedAdd::default() };
    show(visit, SuppressionsQuery::default(), rejected.into()).await
}

#[derive(Debug, Deserialize)]
pub(crate) struct RemovalQuery {
    number: String,
}

/// The question before a number is taken off the list.
#[derive(Template)]
#[template(path = "admin/suppression-removal.html", config = ".askama.toml")]
struct RemovalPage {
    f: Frame,
    entry: Suppression,
    /// The person asked for it, so that it takes an admin.
    has_asked: bool,
    problem: Option<String>,
}

impl RemovalPage {
    fn since(&self) -> Moment {
        Moment::new(self.entry.added_at)
    }

    fn may_remove(&self) -> bool {
        !self.has_asked || self.f.may_admin()
    }
}

async fn entry(visit: &Visit, number: &str) -> Result<(Suppression, bool), Failure> {
    let number = parse_number("number", number).map_err(|_| Failure::NotFound)?;
    visit
        .queue
        .suppression(number)
        .await?
        .ok_or_else(|| Failure::Refused(admin_texts().suppress_gone.to_string()))
}

fn removal(
    visit: &Visit,
    (entry, has_asked): (Suppression, bool),
    problem: Option<String>,
) -> Result<Response, Failure> {
    let status = if problem.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let f = visit.frame(Section::Suppressions, admin_texts().suppress_removal.to_string());
    Ok((status, render(&RemovalPage { f, entry, has_asked, problem })?).into_response())
}

pub(crate) async fn ask(visit: Visit, Query(query): Query<RemovalQuery>) -> Result<Response, Failure> {
    removal(&visit, entry(&visit, &query.number).await?, None)
}

#[derive(Debug, Deserialize)]
pub(crate) struct RemoveForm {
    number: String,
    #[serde(default)]
    reason: String,
}

/// Takes a number off the list, for a reason; what a person asked for themselves only an admin takes back.
pub(crate) async fn remove(visit: Visit, Form(form): Form<RemoveForm>) -> Result<Response, Failure> {
    let (entry, has_asked) = entry(&visit, &form.number).await?;
    if has_asked && !visit.visitor.role.includes(Role::Admin) {
        return Err(Failure::Forbidden);
    }
    let reason: String = form.reason.trim().chars().take(REASON_CHARS_MAX).collect();
    if reason.is_empty() {
        return removal(&visit, (entry, has_asked), Some(admin_texts().suppress_why_missing.to_string()));
    }
    let n = visit.queue.unsuppress(vec![entry.number], &reason).await?;
    let notice = Some(admin_texts().suppress_removed.n(n));
    let removed = Some(Removed { entry, has_asked });
    show(&visit, SuppressionsQuery::default(), Answer { notice, removed, ..Answer::default() }).await
}

#[derive(Debug, Deserialize)]
pub(crate) struct RestoreForm {
    number: String,
    reason: String,
    added_at: i64,
    has_asked: Option<String>,
}

/// Puts a number back that was just taken off, as it was.
pub(crate) async fn restore(visit: Visit, Form(form): Form<RestoreForm>) -> Result<Response, Failure> {
    let number = parse_number("number", &form.number).map_err(|_| Failure::NotFound)?;
    let reason = form.reason.chars().take(REASON_CHARS_MAX).collect();
    let added_at = Timestamp(form.added_at).min(visit.workspace.clock.now());
    let entry = Suppression { number, reason, added_at };
    visit.queue.restore_suppression(entry, form.has_asked.is_some()).await?;
    Ok(Redirect::to(&format!("{}/suppressions?added=1", visit.workspace.base)).into_response())
}
