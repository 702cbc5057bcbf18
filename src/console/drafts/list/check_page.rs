//! The third step: what will be sent and what not, adding up to the rows; problems grouped by what fixes them, the cell
//! marked in its row.

use askama::Template;
use axum::{extract::Path, response::Response};

use super::{check_job::CheckStage, check_result::Checked, columns_page::value, options::Choices};
use crate::console::drafts::{
    draft::require_draft,
    steps::{DraftStep, Steps},
};
use crate::{
    app::wording::{Face, list, question, shell_quoted},
    console::page::{
        bar::{Part, parts},
        failure::Failure,
        frame::{Frame, Section, Visit, page as render},
        words,
    },
    queue::{Draft, Queue, QueueError},
};

/// So many columns of a row are shown around the marked one.
const COLUMNS_SHOWN: usize = 6;

#[derive(Template)]
#[template(path = "drafts/check.html", config = ".askama.toml")]
struct CheckPage {
    f: Frame,
    name: String,
    path: String,
    steps: Steps,
    draft: Draft,
    choices: Choices,
    checked: Checked,
    groups: Vec<ShownGroup>,
}

struct ShownGroup {
    code: &'static str,
    count: u64,
    what_to_do: String,
    headers: Vec<String>,
    rows: Vec<ShownRow>,
}

struct ShownRow {
    line: u64,
    message: String,
    /// Each cell, and whether it is the one that is wrong.
    cells: Vec<(String, bool)>,
}

impl CheckPage {
    fn parts(&self) -> Vec<Part> {
        let c = &self.checked.report;
        parts(&[
            ("good", c.queued),
            ("rejected", c.rejected),
            ("duplicate", c.duplicate),
            ("suppressed", c.suppressed),
        ])
    }

    fn command(&self) -> String {
        let options = question::options(&self.choices.reading(), &self.checked.layout.headers);
        let file = shell_quoted(&self.draft.file_name);
        format!("catalink import {}{options} --dry-run --rejects rejected.csv -- {file}", self.name)
    }
}

pub(crate) async fn page(visit: Visit, Path(name): Path<String>) -> Result<Response, Failure> {
    let (_, draft) = require_draft(&visit, &name).await?;
    let draft = visit.workspace.looked_up(draft).await?;
    let checked = match visit.workspace.checked(&draft).await? {
        CheckStage::Done(checked) => *checked,
        CheckStage::Reading(n_bytes) => {
            return crate::console::drafts::steps::reading(&visit, &name, &draft, n_bytes);
        }
    };
    let groups = match &checked.refused {
        None => groups(&visit.workspace.rows_of(&draft).await?, &checked).await?,
        Some(_) => Vec::new(),
    };
    let choices = Choices::from_json(&draft.choices)?;
    render(&CheckPage {
        f: visit.frame(Section::Campaigns, format!("{name}: {}", words::texts().step_check)),
        path: visit.campaign_path(&name),
        steps: Steps::at(DraftStep::Check, &choices),
        choices,
        name,
        draft,
        checked,
        groups,
    })
}

async fn groups(rows: &Queue, checked: &Checked) -> Result<Vec<ShownGroup>, QueueError> {
    let campaign = rows.campaign("rows").await?.id;
    let mut shown = Vec::new();
    for group in &checked.report.groups {
        let wrong = group.examples.first().map(|example| example.column.clone()).unwrap_or_default();
        let at = checked.layout.headers.iter().position(|header| *header == wrong);
        let columns = around(at, checked.layout.headers.len());
        let mut shown_rows = Vec::new();
        for example in &group.examples {
            let cells = cells(rows, campaign, checked, example.line, &columns, at, &example.value).await?;
            shown_rows.push(ShownRow { line: example.line, message: example.message.clone(), cells });
        }
        shown.push(ShownGroup {
            code: group.code.name(),
            count: group.count,
            what_to_do: list::what_to_do(group, Face::Browser),
            headers: columns.iter().map(|column| checked.layout.headers[*column].clone()).collect(),
            rows: shown_rows,
        });
    }
    Ok(shown)
}

/// The columns that are shown: the marked one and its neighbours.
fn around(at: Option<usize>, n_columns: usize) -> Vec<usize> {
    let first = at.unwrap_or_default().saturating_sub(COLUMNS_SHOWN / 2);
    let first = first.min(n_columns.saturating_sub(COLUMNS_SHOWN));
    (first..n_columns.min(first + COLUMNS_SHOWN)).collect()
}

async fn cells(
    rows: &Queue,
    campaign: crate::domain::CampaignId,
    checked: &Checked,
    line: u64,
    columns: &[usize],
    wrong: Option<usize>,
    found: &str,
) -> Result<Vec<(String, bool)>, QueueError> {
    let row = rows.find_line(campaign, line).await?.into_iter().next();
    let Some(row) = row else { return Ok(vec![(found.to_owned(), true)]) };
    Ok(columns
        .iter()
        .map(|column| {
            let is_wrong = wrong == Some(*column);
            (if is_wrong { found.to_owned() } else { value(&checked.layout, &row, *column) }, is_wrong)
        })
        .collect())
}

impl CheckPage {
    fn n_left_out(&self) -> u64 {
        self.checked.report.rejected + self.checked.report.duplicate + self.checked.report.suppressed
    }

    fn status_words(&self, key: &str) -> String {
        if key == "good" { self.f.w.check_will_be_sent.to_string() } else { self.f.w.status_named(key) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wrong_column_is_among_those_shown() {
        assert_eq!(around(None, 3), [0, 1, 2]);
        assert_eq!(around(Some(0), 20), [0, 1, 2, 3, 4, 5]);
        assert_eq!(around(Some(19), 20), [14, 15, 16, 17, 18, 19]);
        assert_eq!(around(Some(10), 20), [7, 8, 9, 10, 11, 12]);
    }
}
