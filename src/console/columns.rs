//! The second step: what was detected, each guess with its change, and which column is what.

use std::collections::BTreeMap;

use askama::Template;
use axum::{
    Form,
    extract::Path,
    response::{IntoResponse, Redirect, Response},
};

use serde::Deserialize;

use super::{
    checking::Standing,
    drafting::{Checked, Choices, Mapping, header_key},
    failure::Failure,
    frame::{Frame, Section, Visit, page as render},
    steps::{Step, Way},
    uploads::in_the_making,
    words,
};
use crate::{
    domain::Layout,
    queue::{Draft, ResultRow},
};

/// Sample values of a column.
const SAMPLES: u32 = 3;

/// What a column can be, beside a value of the message.
pub(super) const FIELDS: [&str; 6] = ["to", "country", "consent", "ref", "ref1", "ref2"];

/// Encodings that are offered; the importer knows more.
const ENCODINGS: [&str; 8] =
    ["utf-8", "utf-16le", "utf-16be", "windows-1252", "windows-1250", "windows-1251", "shift_jis", "gbk"];

#[derive(Template)]
#[template(path = "columns.html", config = ".askama.toml")]
struct ColumnsPage {
    f: Frame,
    name: String,
    path: String,
    way: Way,
    draft: Draft,
    choices: Choices,
    checked: Checked,
    columns: Vec<Column>,
}

struct Column {
    /// From 1.
    number: usize,
    header: String,
    samples: Vec<String>,
    field: String,
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

    fn encodings() -> [&'static str; 8] {
        ENCODINGS
    }

    fn command(&self) -> String {
        let flags = self.choices.flags(&self.checked.layout.headers);
        format!("catalink import {}{flags} --dry-run -- {}", self.name, quoted(&self.draft.file_name))
    }
}

/// A text as it is typed in a shell.
pub(super) fn quoted(text: &str) -> String {
    let is_plain = text
        .chars()
        .all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | ':' | '/' | '+' | '=' | ','));
    if is_plain && !text.is_empty() { text.to_owned() } else { format!("'{}'", text.replace('\'', r"'\''")) }
}

fn delimiter_word(c: char) -> String {
    if c == '\t' { "tab".to_owned() } else { c.to_string() }
}

pub(super) async fn page(visit: Visit, Path(name): Path<String>) -> Result<Response, Failure> {
    let (_, draft) = in_the_making(&visit, &name).await?;
    let checked = match visit.desk.checked(&draft).await? {
        Standing::Done(checked) => *checked,
        Standing::Reading(n_bytes) => return super::steps::reading(&visit, &name, &draft, n_bytes),
    };
    let choices = Choices::from_json(&draft.choices);
    let mut columns = Vec::new();
    let samples = match &checked.refused {
        None => samples(&visit, &draft).await?,
        Some(_) => Vec::new(),
    };
    let headers = match &checked.refused {
        None => checked.layout.headers.clone(),
        Some(refused) if refused.code == "NO_PHONE_COLUMN" => refused.choices.clone(),
        Some(_) => Vec::new(),
    };
    for (index, header) in headers.into_iter().enumerate() {
        let chosen = choices.columns.get(&(index + 1)).map(String::as_str);
        columns.push(Column {
            number: index + 1,
            header,
            samples: samples.iter().map(|row| value(&checked.layout, row, index)).collect(),
            field: chosen.or_else(|| checked.field_of(index)).unwrap_or_default().to_owned(),
        });
    }
    render(&ColumnsPage {
        f: visit.frame(Section::Campaigns, format!("{name}: {}", words::EN.step_columns)),
        path: visit.campaign_path(&name),
        way: Way::at(Step::Columns, &choices),
        name,
        draft,
        choices,
        checked,
        columns,
    })
}

async fn samples(visit: &Visit, draft: &Draft) -> Result<Vec<ResultRow>, Failure> {
    let rows = visit.desk.rows_of(draft).await?;
    let campaign = rows.campaign("rows").await?.id;
    match rows.imports(campaign).await?.first() {
        Some(import) => Ok(rows.results(import, 0, SAMPLES).await?),
        None => Ok(Vec::new()),
    }
}

/// The value of a row in that column of its file.
pub(super) fn value(layout: &Layout, row: &ResultRow, column: usize) -> String {
    if let Some(at) = layout.cells.iter().position(|kept| *kept == column) {
        return row.cells.as_ref().and_then(|cells| cells.get(at)).cloned().unwrap_or_default();
    }
    if let Some(slot) = layout.refs.iter().position(|used| *used == Some(column)) {
        return row.refs[slot].clone().unwrap_or_default();
    }
    if layout.to.contains(&column) {
        return match (row.number, &row.input_to) {
            (Some(digits), _) => format!("+{digits}"),
            (None, Some(text)) => text.clone(),
            (None, None) => String::new(),
        };
    }
    String::new()
}

/// Takes the form of this page. Its fields are the ones it shows, and those named `c1`, `c2`… for the columns.
pub(super) async fn choose(
    visit: Visit,
    Path(name): Path<String>,
    Form(form): Form<BTreeMap<String, String>>,
) -> Result<Response, Failure> {
    let (campaign, draft) = in_the_making(&visit, &name).await?;
    let mut choices = Choices::from_json(&draft.choices);
    let said = |key: &str| form.get(key).map(|text| text.trim()).filter(|text| !text.is_empty());
    let text = |key: &str| said(key).map(str::to_owned);
    // A button that answers for the whole column stands above what is in the field.
    choices.region = said("answer").or_else(|| said("region")).map(region).transpose()?;
    choices.encoding = text("encoding");
    choices.delimiter = match said("delimiter") {
        Some("tab") => Some('\t'),
        Some(word) => word.chars().next(),
        None => None,
    };
    choices.sheet = text("sheet");
    choices.member = text("member");
    choices.numbers = text("numbers");
    choices.has_header = match said("has_header") {
        Some("yes") => Some(true),
        Some("no") => Some(false),
        _ => None,
    };
    let fields = form.iter().filter_map(|(key, field)| {
        let column: usize = key.strip_prefix('c')?.parse().ok().filter(|column| *column > 0)?;
        FIELDS.contains(&field.as_str()).then(|| (column, field.clone()))
    });
    choices.columns = fields.collect();
    choices.was_looked_up = true;
    let json = choices.to_json();
    if json != draft.choices {
        visit.queue.choose(campaign.id, json).await?;
    }
    let path = visit.campaign_path(&name);
    if form.contains_key("apply") || form.contains_key("answer") {
        return Ok(Redirect::to(&format!("{path}/columns")).into_response());
    }
    remember(&visit, &draft, &choices).await?;
    Ok(Redirect::to(&format!("{path}/check")).into_response())
}

/// A country, `international`, or both.
fn region(text: &str) -> Result<String, Failure> {
    let mut words = Vec::new();
    for word in text.split(',').map(str::trim) {
        words.push(if word.eq_ignore_ascii_case("international") {
            "international".to_owned()
        } else {
            let region = word.parse::<crate::importer::Region>();
            region.map_err(|error| Failure::Refused(error.to_string()))?.code()
        });
    }
    Ok(words.join(","))
}

#[derive(Debug, Deserialize)]
pub(super) struct Answered {
    region: String,
}

/// Takes the answer of a button on the check's page: everything else stays as it was chosen.
pub(super) async fn answer(
    visit: Visit,
    Path(name): Path<String>,
    Form(answered): Form<Answered>,
) -> Result<Response, Failure> {
    let (campaign, draft) = in_the_making(&visit, &name).await?;
    let mut choices = Choices::from_json(&draft.choices);
    choices.region = Some(region(&answered.region)?);
    visit.queue.choose(campaign.id, choices.to_json()).await?;
    Ok(Redirect::to(&format!("{}/check", visit.campaign_path(&name))).into_response())
}

/// Keeps what was said about the columns for the next file with the same header.
async fn remember(visit: &Visit, draft: &Draft, choices: &Choices) -> Result<(), Failure> {
    let Some(checked) = draft.checked.as_deref().and_then(Checked::from_json) else { return Ok(()) };
    if checked.refused.is_some() || choices.columns.is_empty() {
        return Ok(());
    }
    let mapping = Mapping {
        columns: choices.columns.clone(),
        region: choices.region.clone(),
        numbers: choices.numbers.clone(),
    };
    let json = serde_json::to_string(&mapping).unwrap_or_default();
    let key = header_key(&checked.layout.headers);
    Ok(visit.queue.remember_columns(key, json, visit.desk.clock.now()).await?)
}
