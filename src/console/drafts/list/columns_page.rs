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
    check_result::{Checked, Refused},
    options::Choices,
};
use crate::console::drafts::{
    draft::{draft_or_gone, require_draft},
    steps::{DraftStep, Steps},
};
use crate::{
    app::{
        lists::import,
        wording::{question, shell_quoted},
    },
    config::{SizeError, parse_size},
    console::{
        admin::suppressions_page,
        page::{
            failure::Failure,
            frame::{Frame, Section, Visit, page as render},
            words,
        },
    },
    domain::{Campaign, Layout, NewCampaign, message::layout::fold},
    importer::{Advice, Column as NamedColumn, Field, Heading, ReadingOptions, RegionError, region_text},
    queue::{Draft, ResultRow},
};

/// Sample values of a column.
const SAMPLES: u32 = 3;

/// What a column can be, beside a value of the message.
pub(crate) const FIELDS: [&str; 9] =
    ["to", "country", "consent", "opt_out", "wrote_at", "time_zone", "ref", "ref1", "ref2"];

/// Buttons after which the page is shown again.
const STAY_ON_PAGE: [&str; 2] = ["apply", "advice"];

/// Encodings that are offered; the importer knows more.
const ENCODINGS: [&str; 12] = [
    "utf-8",
    "utf-16le",
    "utf-16be",
    "windows-1252",
    "windows-1250",
    "windows-1251",
    "shift_jis",
    "gbk",
    "cp850",
    "cp852",
    "cp437",
    "macintosh",
];

#[derive(Template)]
#[template(path = "drafts/columns.html", config = ".askama.toml")]
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
    typed: Typed,
}

/// What stands in the fields that take any text.
#[derive(Debug, Default)]
struct Typed {
    region: String,
    size_max: String,
}

impl Typed {
    fn of(reading: &ReadingOptions) -> Self {
        Self {
            region: region_text(reading.region, reading.includes_country_code).unwrap_or_default(),
            size_max: reading.size_max.map(question::size).unwrap_or_default(),
        }
    }
}

/// Why what the form says cannot be.
#[derive(Debug, thiserror::Error)]
enum Unreadable {
    #[error(transparent)]
    Region(#[from] RegionError),
    #[error(transparent)]
    Size(#[from] SizeError),
    /// A button of another version's page.
    #[error("{}", words::texts().answer_unknown)]
    Advice(#[from] serde_json::Error),
    #[error("{}", words::texts().columns_no_number)]
    NoNumber,
    #[error("{}", words::texts().columns_twice.with(.0.name()))]
    Twice(Field),
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
        self.choices.reading.encoding.as_deref() == Some(name)
    }

    fn is_delimiter(&self, word: &str) -> bool {
        self.choices.reading.delimiter.is_some_and(|c| delimiter_word(c) == word)
    }

    fn is_numbers(&self, word: &str) -> bool {
        self.choices.reading.numbers.name() == word
    }

    /// Nothing that could be said here makes a list of the file, as far as is known.
    fn is_useless(&self) -> bool {
        self.checked.refused.as_ref().is_some_and(|refused| !refused.is_asking())
    }

    fn has_number(&self) -> bool {
        self.columns.iter().any(Column::is_number)
    }

    /// Columns that are something, or that the message names; the number's stand above them.
    fn used(&self) -> Vec<&Column> {
        self.columns.iter().filter(|column| !column.is_number() && self.is_used(column)).collect()
    }

    /// The others: at hand for the message, and out of the way.
    fn unused(&self) -> Vec<&Column> {
        self.columns.iter().filter(|column| !column.is_number() && !self.is_used(column)).collect()
    }

    /// A few columns are all shown; so are all while the number is not chosen.
    fn is_used(&self, column: &Column) -> bool {
        const FEW: usize = 6;
        let is_something =
            column.meanings.iter().any(|meaning| meaning.is_chosen && !meaning.word.is_empty());
        let variables = self.choices.variables();
        let is_named = variables.iter().any(|variable| fold(variable) == fold(&column.header));
        self.columns.len() <= FEW || !self.has_number() || is_something || is_named
    }

    /// There is something to fix in how the file is read.
    fn has_problem(&self) -> bool {
        self.problem.is_some() || self.is_useless()
    }

    /// The variables that no column gives, with the number of their field.
    fn missing(&self) -> Vec<(usize, &String)> {
        let variables = self.choices.variables();
        let number = |missing: &String| variables.iter().position(|variable| variable == missing);
        let missing = self.checked.missing_variables().iter();
        missing.filter_map(|variable| Some((number(variable)? + 1, variable))).collect()
    }

    fn encodings() -> [&'static str; 12] {
        ENCODINGS
    }

    fn command(&self) -> String {
        let options = question::options(&self.choices.reading(), &self.checked.layout.headers);
        format!("catalink import {}{options} --dry-run -- {}", self.name, shell_quoted(&self.draft.file_name))
    }
}

fn delimiter_word(c: char) -> String {
    if c == '\t' { "tab".to_owned() } else { c.to_string() }
}

pub(crate) async fn page(visit: Visit, Path(name): Path<String>) -> Result<Response, Failure> {
    let (_, draft) = require_draft(&visit, &name).await?;
    let draft = visit.workspace.looked_up(draft).await?;
    if let Ok(choices) = Choices::from_json(&draft.choices) {
        let typed = Typed::of(&choices.reading);
        return show(&visit, name, draft, choices, typed, None).await;
    }
    // Its file is not read with other options than those that were chosen; from here it can be discarded.
    let problem = words::texts().options_unreadable.to_string();
    show(&visit, name, draft, Choices::default(), Typed::default(), Some(problem)).await
}

async fn show(
    visit: &Visit,
    name: String,
    draft: Draft,
    choices: Choices,
    typed: Typed,
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
        Some(Refused::File(refusal)) => refusal.columns().unwrap_or_default().to_vec(),
        Some(Refused::Failed(_)) => Vec::new(),
    };
    let columns = columns(headings, &choices, &checked);
    let page = render(&ColumnsPage {
        problem,
        typed,
        f: visit.frame(Section::Campaigns, format!("{name}: {}", words::texts().step_columns)),
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
fn headings(layout: &Layout, rows: &[ResultRow]) -> Vec<Heading> {
    let values = |column: usize| rows.iter().map(|row| value(layout, row, column)).collect();
    let headers = layout.headers.iter().cloned().enumerate();
    headers.map(|(column, header)| Heading { header, values: values(column) }).collect()
}

/// The columns, each with what it is and what it could be.
fn columns(headings: Vec<Heading>, choices: &Choices, checked: &Checked) -> Vec<Column> {
    let fields: Vec<&str> = (0..headings.len())
        .map(|index| {
            let chosen = choices.reading.field_of(index + 1).map(Field::name);
            chosen.or_else(|| checked.field_of(index)).unwrap_or_default()
        })
        .collect();
    // In order of preference: as they were chosen, or as they were found.
    let mut numbers: Vec<usize> = (0..fields.len()).filter(|index| fields[*index] == "to").collect();
    numbers.sort_by_key(|index| {
        let mut named = choices.reading.columns.iter().filter(|(field, _)| *field == Field::To);
        let chosen = named.position(|(_, column)| *column == NamedColumn::Number(*index + 1));
        let found = checked.layout.to.iter().position(|column| column == index);
        (chosen.unwrap_or(usize::MAX), found.unwrap_or(usize::MAX))
    });
    let variables = choices.variables();
    let of = |(index, Heading { header, values: samples }): (usize, Heading)| {
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
    let w = words::texts();
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
        ("opt_out", w.field_opt_out),
        ("wrote_at", w.field_wrote_at),
        ("time_zone", w.field_time_zone),
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
    choices.was_looked_up = true;
    let variables = choices.variables();
    if let Err(problem) = read_form(&mut choices.reading, &form, &variables) {
        let typed = |key: &str| form.get(key).cloned().unwrap_or_default();
        let typed = Typed { region: typed("region"), size_max: typed("size_max") };
        return show(&visit, name, draft, choices, typed, Some(problem.to_string())).await;
    }
    let advice = form.get("advice").and_then(|text| serde_json::from_str(text).ok());
    if let Some(done) = act_on(&visit, &campaign, &draft, &mut choices, advice.as_ref()).await? {
        return Ok(done);
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

/// Takes what the form says. A button that says one thing about the list stands above what is in the fields.
fn read_form(
    reading: &mut ReadingOptions,
    form: &BTreeMap<String, String>,
    variables: &[String],
) -> Result<(), Unreadable> {
    let filled = |key: &str| form.get(key).map(|text| text.trim()).filter(|text| !text.is_empty());
    let text = |key: &str| filled(key).map(str::to_owned);
    let advice: Option<Advice> = filled("advice").map(serde_json::from_str).transpose()?;
    let delimiter = reading.delimiter;
    reading.delimiter = match filled("delimiter") {
        Some("tab") => Some('\t'),
        Some(word) => word.chars().next(),
        None => None,
    };
    let part = (reading.member.clone(), reading.sheet.clone());
    reading.set_part(text("member"), text("sheet"));
    if delimiter != reading.delimiter {
        // What was said is about the columns of something else.
        reading.columns.clear();
    }
    let is_same = part == (reading.member.clone(), reading.sheet.clone()) && delimiter == reading.delimiter;
    reading.encoding = text("encoding");
    reading.numbers = filled("numbers").and_then(|word| word.parse().ok()).unwrap_or_default();
    reading.has_header = match filled("has_header") {
        Some("yes") => Some(true),
        Some("no") => Some(false),
        _ => None,
    };
    let has_columns = is_same && read_columns(reading, form, variables);
    if let Some(advice) = &advice {
        reading.follow(advice);
    }
    if has_columns {
        check_columns(reading)?;
    }
    reading.size_max = filled("size_max").map(parse_size).transpose()?;
    if !matches!(advice, Some(Advice::SetRegion { .. })) {
        (reading.region, reading.includes_country_code) = (None, false);
        if let Some(text) = filled("region") {
            reading.set_region(text)?;
        }
    }
    Ok(())
}

/// Takes what the form says of the columns; false for one that shows none and says nothing.
fn read_columns(reading: &mut ReadingOptions, form: &BTreeMap<String, String>, variables: &[String]) -> bool {
    let column = |key: &str| key.strip_prefix('c')?.parse::<usize>().ok().filter(|column| *column > 0);
    let mut chosen: Vec<(usize, &str)> =
        form.iter().filter_map(|(key, word)| Some((column(key)?, word.as_str()))).collect();
    if chosen.is_empty() {
        return false;
    }
    chosen.sort_unstable();
    let mut numbers = Vec::new();
    let mut fields = missing_values(form, variables);
    for (column, word) in chosen {
        let column = NamedColumn::Number(column);
        let variable = word.strip_prefix("{{").and_then(|word| word.strip_suffix("}}"));
        if let Some(rank) = rank(word) {
            numbers.push((rank, column));
        } else if FIELDS.contains(&word) {
            fields.push((Field::from(word), column));
        } else if let Some(variable) = variable.filter(|name| variables.iter().any(|known| known == name)) {
            let field = Field::Variable(variable.to_owned());
            fields.retain(|(known, _)| *known != field);
            reading.columns.retain(|(known, _)| *known != field);
            fields.push((field, column));
        } else {
            reading.columns.retain(|(_, known)| *known != column);
        }
    }
    // A column may give a variable beside what the form shows of it.
    reading.columns.retain(|(field, _)| matches!(field, Field::Variable(_)));
    if fields.iter().any(|(field, _)| matches!(field, Field::Consent | Field::OptOut)) {
        reading.ignores_consent = false;
    }
    numbers.sort_by_key(|(rank, _)| *rank);
    let numbers = numbers.into_iter().map(|(_, column)| (Field::To, column));
    reading.columns = numbers.chain(fields).chain(std::mem::take(&mut reading.columns)).collect();
    true
}

/// The columns that were chosen for variables without one: the form's `v1`, `v2` … by the message's order.
fn missing_values(form: &BTreeMap<String, String>, variables: &[String]) -> Vec<(Field, NamedColumn)> {
    let chosen = |(index, variable): (usize, &String)| {
        let number: usize =
            form.get(&format!("v{}", index + 1))?.parse().ok().filter(|number| *number > 0)?;
        Some((Field::Variable(variable.clone()), NamedColumn::Number(number)))
    };
    variables.iter().enumerate().filter_map(chosen).collect()
}

/// What several columns can be.
const SEVERAL: [Field; 3] = [Field::To, Field::Consent, Field::OptOut];

/// There is a column of numbers, and what can be read from one column only is not read from two.
fn check_columns(reading: &ReadingOptions) -> Result<(), Unreadable> {
    let n_of = |field: &Field| reading.columns.iter().filter(|(known, _)| known == field).count();
    if n_of(&Field::To) == 0 {
        return Err(Unreadable::NoNumber);
    }
    let once = FIELDS.map(Field::from).into_iter().filter(|field| !SEVERAL.contains(field));
    match once.into_iter().find(|field| n_of(field) > 1) {
        Some(field) => Err(Unreadable::Twice(field)),
        None => Ok(()),
    }
}

/// A button of the check's page: one answer for all rows.
#[derive(Debug, Deserialize)]
pub(crate) struct AnswerForm {
    /// As JSON.
    advice: String,
}

/// Takes such an answer: everything else stays as it was chosen.
pub(crate) async fn answer(
    visit: Visit,
    Path(name): Path<String>,
    Form(form): Form<AnswerForm>,
) -> Result<Response, Failure> {
    let (campaign, draft) = draft_or_gone(&visit, &name).await?;
    let mut choices = Choices::from_json(&draft.choices)?;
    let advice: Advice = serde_json::from_str(&form.advice)
        .map_err(|_| Failure::Refused(words::texts().answer_unknown.to_string()))?;
    choices.reading.follow(&advice);
    if let Some(done) = act_on(&visit, &campaign, &draft, &mut choices, Some(&advice)).await? {
        return Ok(done);
    }
    visit.queue.choose(campaign.id, choices.to_json()).await?;
    remember(&visit, &draft, &choices).await?;
    Ok(Redirect::to(&format!("{}/check", visit.campaign_path(&name))).into_response())
}

/// Acts on an answer that is about more than how the list is read: the message, or where its numbers belong. The page
/// that ends the draft, where it does.
async fn act_on(
    visit: &Visit,
    campaign: &Campaign,
    draft: &Draft,
    choices: &mut Choices,
    advice: Option<&Advice>,
) -> Result<Option<Response>, Failure> {
    if advice == Some(&Advice::Suppress) {
        let plan = choices.plan().map_err(|error| Failure::broken(&error))?;
        return suppressions_page::suppress_draft(visit, draft, plan).await.map(Some);
    }
    if let Some(Advice::ReplaceTags { replacements }) = advice {
        let message = import::with_replaced_tags(&campaign.plan.message, replacements);
        choices.message.clone_from(&message);
        let plan = NewCampaign { message, ..campaign.plan.clone() };
        if !visit.queue.replace_plan(campaign.id, plan).await? {
            return Err(Failure::Refused(words::texts().message_is_used.to_string()));
        }
    }
    Ok(None)
}

/// Keeps what was said about the list for the next file with the same header.
async fn remember(visit: &Visit, draft: &Draft, choices: &Choices) -> Result<(), Failure> {
    let Some(checked) = draft.checked.as_deref().and_then(Checked::from_json) else { return Ok(()) };
    let kept = choices.reading.of_header();
    if checked.refused.is_some() || kept == ReadingOptions::default() {
        return Ok(());
    }
    let now = visit.workspace.clock.now();
    Ok(import::remember(&visit.queue, &checked.layout.headers, &kept, now).await?)
}
