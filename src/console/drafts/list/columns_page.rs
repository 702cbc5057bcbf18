//! The second step: what was detected, each guess with its change, and which column is what.

use std::collections::BTreeMap;

use askama::Template;
use axum::{
    Form,
    extract::Path,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};

use serde::Deserialize;

use super::{
    check_job::CheckStage,
    check_result::{Asks, Checked, Refused},
    options::{Choices, Mapping, header_key, quoted},
};
use crate::console::drafts::{
    draft::{draft_or_gone, require_draft},
    steps::{DraftStep, Steps},
};
use crate::{
    console::page::{
        failure::Failure,
        frame::{Frame, Section, Visit, page as render},
        words,
    },
    domain::Layout,
    queue::{Draft, ResultRow},
};

/// Sample values of a column.
const SAMPLES: u32 = 3;

/// What a column can be, beside a value of the message.
pub(crate) const FIELDS: [&str; 6] = ["to", "country", "consent", "ref", "ref1", "ref2"];

/// Buttons after which the page is shown again.
const STAY_ON_PAGE: [&str; 5] = ["apply", "answer", "this_sheet", "this_member", "leave_out"];

/// Encodings that are offered; the importer knows more.
const ENCODINGS: [&str; 8] =
    ["utf-8", "utf-16le", "utf-16be", "windows-1252", "windows-1250", "windows-1251", "shift_jis", "gbk"];

#[derive(Template)]
#[template(path = "columns.html", config = ".askama.toml")]
struct ColumnsPage {
    f: Frame,
    name: String,
    path: String,
    steps: Steps,
    draft: Draft,
    choices: Choices,
    checked: Checked,
    columns: Vec<Column>,
    /// Why what was chosen cannot be.
    problem: Option<String>,
}

struct Column {
    /// From 1.
    number: usize,
    header: String,
    samples: Vec<String>,
    meanings: Vec<ColumnMeaning>,
}

/// What a column can be said to be.
struct ColumnMeaning {
    /// The form's word for it.
    word: String,
    label: String,
    is_chosen: bool,
}

impl Column {
    fn is_number(&self) -> bool {
        self.meanings.iter().any(|meaning| meaning.is_chosen && rank(&meaning.word).is_some())
    }
}

impl ColumnsPage {
    fn is_encoding(&self, name: &str) -> bool {
        self.choices.encoding.as_deref() == Some(name)
    }

    fn is_delimiter(&self, word: &str) -> bool {
        self.choices.delimiter.is_some_and(|c| delimiter_word(c) == word)
    }

    fn is_numbers(&self, word: &str) -> bool {
        self.choices.numbers.as_deref() == Some(word)
    }

    /// The question which part of the file is the list, the name of its buttons, and what there is.
    fn parts_asked(&self) -> Option<(words::Phrase, &'static str, &[String])> {
        match self.checked.refused.as_ref()?.asks.as_ref()? {
            Asks::Sheet(names) => Some((words::EN.asks_sheet, "this_sheet", names)),
            Asks::Member(names) => Some((words::EN.asks_member, "this_member", names)),
            Asks::Columns(_) => None,
        }
    }

    /// Nothing that could be said here makes a list of the file, as far as is known.
    fn is_useless(&self) -> bool {
        self.checked.refused.as_ref().is_some_and(|refused| refused.asks.is_none())
    }

    /// There is something to mend in how the file is read.
    fn has_problem(&self) -> bool {
        self.problem.is_some() || self.is_useless()
    }

    fn encodings() -> [&'static str; 8] {
        ENCODINGS
    }

    fn command(&self) -> String {
        let flags = self.choices.flags(&self.checked.layout.headers);
        format!("catalink import {}{flags} --dry-run -- {}", self.name, quoted(&self.draft.file_name))
    }
}

fn delimiter_word(c: char) -> String {
    if c == '\t' { "tab".to_owned() } else { c.to_string() }
}

pub(crate) async fn page(visit: Visit, Path(name): Path<String>) -> Result<Response, Failure> {
    let (_, draft) = require_draft(&visit, &name).await?;
    if let Ok(choices) = Choices::from_json(&draft.choices) {
        return show(&visit, name, draft, choices, None).await;
    }
    // Its file is not read with other options than those that were chosen; from here it can be discarded.
    let problem = words::EN.options_unreadable.to_string();
    show(&visit, name, draft, Choices::default(), Some(problem)).await
}

async fn show(
    visit: &Visit,
    name: String,
    draft: Draft,
    choices: Choices,
    problem: Option<String>,
) -> Result<Response, Failure> {
    let checked = match visit.workspace.checked(&draft).await? {
        CheckStage::Done(checked) => *checked,
        CheckStage::Reading(n_bytes) => {
            return crate::console::drafts::steps::reading(visit, &name, &draft, n_bytes);
        }
    };
    let status = if problem.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let headings = match &checked.refused {
        None => headings(&checked.layout, &samples(visit, &draft).await?),
        Some(Refused { asks: Some(Asks::Columns(columns)), .. }) => columns.clone(),
        Some(_) => Vec::new(),
    };
    let columns = columns(headings, &choices, &checked);
    let page = render(&ColumnsPage {
        problem,
        f: visit.frame(Section::Campaigns, format!("{name}: {}", words::EN.step_columns)),
        path: visit.campaign_path(&name),
        steps: Steps::at(DraftStep::Columns, &choices),
        name,
        draft,
        choices,
        checked,
        columns,
    })?;
    Ok((status, page).into_response())
}

/// Each column with its first values, as the rows have them.
fn headings(layout: &Layout, rows: &[ResultRow]) -> Vec<(String, Vec<String>)> {
    let values = |column: usize| rows.iter().map(|row| value(layout, row, column)).collect();
    let headers = layout.headers.iter().cloned().enumerate();
    headers.map(|(column, header)| (header, values(column))).collect()
}

/// The columns, each with what it is and what it could be.
fn columns(headings: Vec<(String, Vec<String>)>, choices: &Choices, checked: &Checked) -> Vec<Column> {
    let fields: Vec<&str> = (0..headings.len())
        .map(|index| {
            let chosen = choices.columns.get(&(index + 1)).map(String::as_str);
            let assigned = choices.assigned.iter().find(|(_, column)| **column == index + 1);
            let assigned = assigned.map(|(variable, _)| variable.as_str());
            chosen.or(assigned).or_else(|| checked.field_of(index)).unwrap_or_default()
        })
        .collect();
    // In order of preference: as they were chosen, or as they were found.
    let mut numbers: Vec<usize> = (0..fields.len()).filter(|index| fields[*index] == "to").collect();
    numbers.sort_by_key(|index| {
        let chosen = choices.to_order.iter().position(|column| *column == index + 1);
        let found = checked.layout.to.iter().position(|column| column == index);
        (chosen.unwrap_or(usize::MAX), found.unwrap_or(usize::MAX))
    });
    let variables = choices.variables();
    let of = |(index, (header, samples)): (usize, (String, Vec<String>))| {
        let rank = numbers.iter().position(|number| *number == index);
        let n_ranks = numbers.len() + usize::from(rank.is_none());
        let meanings = meanings(fields[index], rank, n_ranks, &variables);
        Column { number: index + 1, header, samples, meanings }
    };
    headings.into_iter().enumerate().map(of).collect()
}

/// What a column can be said to be: nothing of its own, one of the columns of the number, another field, a variable of
/// the message.
fn meanings(field: &str, rank: Option<usize>, n_ranks: usize, variables: &[String]) -> Vec<ColumnMeaning> {
    let w = &words::EN;
    let mut meanings = vec![ColumnMeaning {
        word: String::new(),
        label: w.field_none.to_string(),
        is_chosen: field.is_empty(),
    }];
    for of_rank in 0..n_ranks {
        let n = of_rank + 1;
        let label = if of_rank == 0 { w.field_to.to_string() } else { w.field_to_next.with(n) };
        let word = if of_rank == 0 { "to".to_owned() } else { format!("to {n}") };
        meanings.push(ColumnMeaning { word, label, is_chosen: rank == Some(of_rank) });
    }
    for (name, label) in [
        ("country", w.field_country),
        ("consent", w.field_consent),
        ("ref", w.field_ref),
        ("ref1", w.field_ref1),
        ("ref2", w.field_ref2),
    ] {
        meanings.push(ColumnMeaning {
            word: name.to_owned(),
            label: label.to_string(),
            is_chosen: field == name,
        });
    }
    for variable in variables.iter().filter(|variable| !FIELDS.contains(&variable.as_str())) {
        let word = format!("{{{{{variable}}}}}");
        let label = w.field_variable.with(&word);
        meanings.push(ColumnMeaning { word, label, is_chosen: field == variable });
    }
    meanings
}

/// Where a column stands among those of the number, from 1, if the form's word says so.
fn rank(word: &str) -> Option<usize> {
    if word == "to" { Some(1) } else { word.strip_prefix("to ")?.parse().ok() }
}

async fn samples(visit: &Visit, draft: &Draft) -> Result<Vec<ResultRow>, Failure> {
    let rows = visit.workspace.rows_of(draft).await?;
    let campaign = rows.campaign("rows").await?.id;
    match rows.imports(campaign).await?.first() {
        Some(import) => Ok(rows.results(import, 0, SAMPLES).await?),
        None => Ok(Vec::new()),
    }
}

/// The value of a row in that column of its file.
pub(crate) fn value(layout: &Layout, row: &ResultRow, column: usize) -> String {
    if let Some(at) = layout.cells.iter().position(|kept| *kept == column) {
        return row.cells.as_ref().and_then(|cells| cells.get(at)).cloned().unwrap_or_default();
    }
    if let Some(slot) = layout.refs.iter().position(|used| *used == Some(column)) {
        return row.refs[slot].clone().unwrap_or_default();
    }
    if layout.to.contains(&column) {
        return row.to().unwrap_or_default();
    }
    String::new()
}

/// Takes the form of this page. Its fields are the ones it shows, and those named `c1`, `c2`… for the columns.
pub(crate) async fn choose(
    visit: Visit,
    Path(name): Path<String>,
    Form(form): Form<BTreeMap<String, String>>,
) -> Result<Response, Failure> {
    let (campaign, draft) = draft_or_gone(&visit, &name).await?;
    let mut choices = Choices::from_json(&draft.choices)?;
    let filled = |key: &str| form.get(key).map(|text| text.trim()).filter(|text| !text.is_empty());
    let text = |key: &str| filled(key).map(str::to_owned);
    // A button that answers for the whole column stands above what is in the field.
    choices.region = filled("answer").or_else(|| filled("region")).map(str::to_owned);
    choices.encoding = text("encoding");
    let part = (choices.delimiter, choices.sheet.clone(), choices.member.clone());
    choices.delimiter = match filled("delimiter") {
        Some("tab") => Some('\t'),
        Some(word) => word.chars().next(),
        None => None,
    };
    choices.sheet = text("this_sheet").or_else(|| text("sheet"));
    choices.member = text("this_member").or_else(|| text("member"));
    choices.size_max = text("size_max");
    choices.numbers = text("numbers");
    choices.has_header = match filled("has_header") {
        Some("yes") => Some(true),
        Some("no") => Some(false),
        _ => None,
    };
    let mut columns_result = Ok(());
    if part == (choices.delimiter, choices.sheet.clone(), choices.member.clone()) {
        columns_result = read_columns(&mut choices, &form);
    } else {
        // What was said is about the columns of something else.
        choices.forget_columns();
    }
    if let Some(column) = filled("leave_out").and_then(|text| text.parse().ok()) {
        choices.consent(column);
    }
    choices.was_looked_up = true;
    match columns_result.and_then(|()| choices.check()) {
        Ok(region) => choices.region = region,
        Err(problem) => return show(&visit, name, draft, choices, Some(problem)).await,
    }
    let json = choices.to_json();
    if json != draft.choices {
        visit.queue.choose(campaign.id, json).await?;
    }
    let path = visit.campaign_path(&name);
    if STAY_ON_PAGE.iter().any(|button| form.contains_key(*button)) {
        return Ok(Redirect::to(&format!("{path}/columns")).into_response());
    }
    remember(&visit, &draft, &choices).await?;
    Ok(Redirect::to(&format!("{path}/check")).into_response())
}

/// Takes what the form says of the columns; one that shows none says nothing.
fn read_columns(choices: &mut Choices, form: &BTreeMap<String, String>) -> Result<(), String> {
    let column = |key: &str| key.strip_prefix('c')?.parse().ok().filter(|column| *column > 0);
    let chosen: Vec<(usize, &str)> =
        form.iter().filter_map(|(key, word)| Some((column(key)?, word.as_str()))).collect();
    if chosen.is_empty() {
        return Ok(());
    }
    let variables = choices.variables();
    let mut numbers = Vec::new();
    choices.columns.clear();
    for (column, word) in chosen {
        let variable = word.strip_prefix("{{").and_then(|word| word.strip_suffix("}}"));
        if let Some(rank) = rank(word) {
            numbers.push((rank, column));
            choices.columns.insert(column, "to".to_owned());
        } else if FIELDS.contains(&word) {
            choices.columns.insert(column, word.to_owned());
        } else if let Some(variable) = variable.filter(|name| variables.iter().any(|known| known == name)) {
            choices.assigned.insert(variable.to_owned(), column);
        } else {
            choices.assigned.retain(|_, assigned| *assigned != column);
        }
    }
    numbers.sort_unstable();
    choices.to_order = numbers.into_iter().map(|(_, column)| column).collect();
    if choices.to_order.is_empty() {
        return Err(words::EN.columns_no_number.to_string());
    }
    let is_twice = |field: &&&str| choices.columns.values().filter(|known| known == *field).count() > 1;
    match FIELDS.iter().filter(|field| **field != "to").find(is_twice) {
        Some(field) => Err(words::EN.columns_twice.with(field)),
        None => Ok(()),
    }
}

/// A button of the check's page: one answer for all rows.
#[derive(Debug, Deserialize)]
pub(crate) struct AnswerForm {
    region: Option<String>,
    /// The column that says who agreed, from 1.
    leave_out: Option<usize>,
}

/// Takes such an answer: everything else stays as it was chosen.
pub(crate) async fn answer(
    visit: Visit,
    Path(name): Path<String>,
    Form(form): Form<AnswerForm>,
) -> Result<Response, Failure> {
    let (campaign, draft) = draft_or_gone(&visit, &name).await?;
    let mut choices = Choices::from_json(&draft.choices)?;
    if form.region.is_some() {
        choices.region = form.region;
        choices.region = choices.check().map_err(Failure::Refused)?;
    }
    if let Some(column) = form.leave_out {
        choices.consent(column);
    }
    visit.queue.choose(campaign.id, choices.to_json()).await?;
    Ok(Redirect::to(&format!("{}/check", visit.campaign_path(&name))).into_response())
}

/// Keeps what was said about the columns for the next file with the same header.
async fn remember(visit: &Visit, draft: &Draft, choices: &Choices) -> Result<(), Failure> {
    let Some(checked) = draft.checked.as_deref().and_then(Checked::from_json) else { return Ok(()) };
    if checked.refused.is_some() || choices.columns.is_empty() && choices.assigned.is_empty() {
        return Ok(());
    }
    let mapping = Mapping {
        columns: choices.columns.clone(),
        to_order: choices.to_order.clone(),
        assigned: choices.assigned.clone(),
        region: choices.region.clone(),
        numbers: choices.numbers.clone(),
    };
    let json = serde_json::to_string(&mapping).unwrap_or_default();
    let key = header_key(&checked.layout.headers);
    Ok(visit.queue.remember_columns(key, json, visit.workspace.clock.now()).await?)
}
