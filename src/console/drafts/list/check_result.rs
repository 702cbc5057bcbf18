//! What a check of a draft's file found.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::options::Choices;
use crate::{
    app::start::has_to_be_confirmed,
    domain::{Layout, Status},
    importer::{self, FileError, Named, Question, Refusals, Report},
};

/// What a check of the file found. Kept as JSON in the draft.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Checked {
    /// Why the file cannot be used at all.
    pub(crate) refused: Option<Refused>,
    pub(crate) rows: u64,
    pub(crate) queued: u64,
    pub(crate) rejected: u64,
    pub(crate) duplicate: u64,
    pub(crate) suppressed: u64,
    pub(crate) ignored: u64,
    pub(crate) format: String,
    pub(crate) encoding: Option<String>,
    pub(crate) delimiter: Option<String>,
    pub(crate) header: Option<u64>,
    pub(crate) member: Option<String>,
    pub(crate) sheet: Option<String>,
    pub(crate) layout: Layout,
    /// The fields that were found, and the headers they are read from.
    pub(crate) fields: BTreeMap<String, Vec<String>>,
    pub(crate) notes: Vec<String>,
    /// Answers that would mend many rows at once.
    #[serde(default)]
    pub(crate) offers: Vec<Answer>,
    #[serde(default)]
    pub(crate) unwilling: Vec<Unwilling>,
    pub(crate) groups: Vec<Group>,
    pub(crate) duplicates: Vec<(u64, u64, String)>,
    /// Those among the duplicates whose number an earlier list of the campaign has.
    #[serde(default)]
    pub(crate) n_known: u64,
    /// How many of those who will be messaged were messaged in the last days.
    pub(crate) n_lately: u64,
    /// How many of them got this very message in the last thirty days.
    #[serde(default)]
    pub(crate) n_again: u64,
    /// Whether the mapping of an earlier file was used.
    #[serde(default)]
    pub(crate) is_remembered: bool,
}

/// Why a file cannot be used as it is.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Refused {
    pub(crate) text: String,
    /// What has to be said first.
    #[serde(default)]
    pub(crate) asks: Option<Asks>,
}

/// What has to be said before a file can be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Asks {
    /// Which of these sheets.
    Sheet(Vec<String>),
    /// Which of these members; those of people who must not be written to are not among them.
    Member(Vec<String>),
    /// What the columns are, each with its first values.
    Columns(Vec<(String, Vec<String>)>),
}

impl Asks {
    fn of(error: &FileError) -> Option<Self> {
        Some(match error.question()? {
            Question::Sheet => Self::Sheet(error.choices().to_vec()),
            Question::Member => {
                let members = error.choices().iter();
                Self::Member(members.filter(|name| !importer::is_of_unwilling(name)).cloned().collect())
            }
            Question::Column(headings) => {
                let columns = headings.iter().cloned();
                Self::Columns(columns.map(|heading| (heading.header, heading.values)).collect())
            }
        })
    }
}

/// A column that seems to say who agreed to be written to, and says no.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Unwilling {
    /// From 1.
    pub(crate) column: usize,
    pub(crate) header: String,
    /// How many of the rows that were looked at say no.
    pub(crate) n_no: u64,
    pub(crate) n_rows: u64,
}

/// An answer to which country numbers without + are of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Answer {
    pub(crate) region: String,
    /// None where the numbers include their country codes.
    pub(crate) country: Option<String>,
    pub(crate) n_valid: u64,
    pub(crate) n_refused: u64,
}

/// What the importer says, as a page has it: without the options of the command line, for which there are buttons, and
/// with names in quotes instead of backquotes.
pub(crate) fn on_a_page(text: &str) -> String {
    let mut text = text.to_owned();
    while let Some(option) = text.find("--") {
        let opens = text[..option].rfind(" (");
        let closes = text[option..].find(')').map(|at| option + at + 1);
        match (opens, closes) {
            (Some(opens), Some(closes)) if !text[opens..option].contains(')') => {
                text.replace_range(opens..closes, "");
            }
            _ => {
                // The rest of the sentence says how to type it.
                let end = text[..option].trim_end().trim_end_matches([':', ';', ',']).len();
                text.truncate(end);
            }
        }
    }
    let mut parts = text.split('`');
    let mut quoted = parts.next().unwrap_or_default().to_owned();
    while let Some(name) = parts.next() {
        match parts.next() {
            Some(rest) => quoted.push_str(&format!("“{name}”{rest}")),
            // A backquote that stands alone is one.
            None => quoted.push_str(&format!("`{name}")),
        }
    }
    quoted
}

/// The notes that have no button: the others are not said a second time.
fn notes(report: &Report) -> Vec<String> {
    let offers = report.offers.iter().map(ToString::to_string);
    let said: Vec<_> = offers.chain(report.refusals.iter().map(ToString::to_string)).collect();
    report.notes.iter().filter(|note| !said.contains(note)).map(|note| on_a_page(note)).collect()
}

/// Problems that are mended in the same way.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Group {
    pub(crate) code: String,
    pub(crate) count: u64,
    pub(crate) what_to_do: String,
    pub(crate) examples: Vec<Example>,
}

/// One row with its problem.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Example {
    pub(crate) line: u64,
    pub(crate) column: String,
    pub(crate) value: String,
    pub(crate) message: String,
}

/// Examples of each group that are shown in their rows.
const EXAMPLES: usize = 3;

impl Checked {
    pub(crate) fn refused(error: &FileError) -> Self {
        let refused = Refused {
            text: on_a_page(&crate::console::page::failure::in_words(error)),
            asks: Asks::of(error),
        };
        Self { refused: Some(refused), ..Self::default() }
    }

    pub(crate) fn of(report: &Report, layout: &Layout) -> Self {
        let groups = report.groups.iter().map(|group| Group {
            code: group.code.to_owned(),
            count: group.count,
            what_to_do: on_a_page(&group.what_to_do),
            examples: report
                .problems
                .iter()
                .filter(|problem| problem.code == group.code)
                .take(EXAMPLES)
                .map(|problem| Example {
                    line: problem.line,
                    column: problem.column.clone(),
                    value: problem.value.clone(),
                    message: on_a_page(&problem.message),
                })
                .collect(),
        });
        let fields = report.columns.iter().map(|(field, named)| {
            let headers = match named {
                Named::One(header) => vec![header.clone()],
                Named::Several(headers) => headers.clone(),
            };
            (field.clone(), headers)
        });
        let offers = report.offers.iter().map(|offer| Answer {
            region: offer.region.clone(),
            country: offer.country.clone(),
            n_valid: offer.n_valid,
            n_refused: offer.n_refused,
        });
        let unwilling = report.refusals.iter().map(|Refusals { column, header, n_no, n_rows }| Unwilling {
            column: *column,
            header: header.clone(),
            n_no: *n_no as u64,
            n_rows: *n_rows as u64,
        });
        let detected = report.detected.clone();
        Self {
            refused: None,
            rows: report.rows,
            queued: report.queued,
            rejected: report.rejected,
            duplicate: report.duplicate,
            suppressed: report.suppressed,
            ignored: report.ignored,
            format: detected.format,
            encoding: detected.encoding,
            delimiter: detected.delimiter,
            header: detected.header,
            member: detected.member,
            sheet: detected.sheet,
            layout: layout.clone(),
            fields: fields.collect(),
            notes: notes(report),
            offers: offers.collect(),
            unwilling: unwilling.collect(),
            groups: groups.collect(),
            duplicates: report
                .duplicates
                .iter()
                .take(EXAMPLES)
                .map(|row| (row.line, row.of_line, row.to.clone()))
                .collect(),
            n_known: 0,
            n_lately: 0,
            n_again: 0,
            is_remembered: false,
        }
    }

    /// The same message to mostly the same people has to be confirmed; not for the rest of a campaign's own list.
    pub(crate) fn has_to_be_confirmed(&self, choices: &Choices) -> bool {
        choices.addition.is_none() && has_to_be_confirmed(self.n_again, self.queued)
    }

    /// So many of those that could be sent to, or are suppressed, stand in the campaign already.
    pub(crate) fn is_known(&mut self, status: Status, n: u64) {
        let of = if status == Status::Queued { &mut self.queued } else { &mut self.suppressed };
        *of -= n;
        self.duplicate += n;
        self.n_known += n;
    }

    pub(crate) fn from_json(json: &str) -> Option<Self> {
        serde_json::from_str(json).ok()
    }

    pub(crate) fn to_json(&self) -> String {
        serde_json::to_string(self).expect("texts and numbers are always JSON")
    }

    /// The field that a column is read as; none where it is a value of the message.
    pub(crate) fn field_of(&self, column: usize) -> Option<&str> {
        if self.layout.to.contains(&column) {
            return Some("to");
        }
        let header = self.layout.headers.get(column)?;
        if let Some(slot) = self.layout.refs.iter().position(|used| *used == Some(column)) {
            return Some(["ref", "ref1", "ref2"][slot]);
        }
        self.fields
            .iter()
            .filter(|(field, _)| matches!(field.as_str(), "country" | "consent"))
            .find(|(_, headers)| headers.contains(header))
            .map(|(field, _)| field.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_of_the_command_line_are_left_out_of_sentences() {
        let plain = [
            "check the digits and the country (--region)",
            "say which country numbers are of (--region IN), or that they include it (--region international)",
            "name the one that is meant: --column to=HEADER",
            "its columns are `Name`, `Email`. If one does, name it: --column to=HEADER",
            "5` and more",
        ]
        .map(on_a_page);
        assert_eq!(
            plain,
            [
                "check the digits and the country",
                "say which country numbers are of, or that they include it",
                "name the one that is meant",
                "its columns are “Name”, “Email”. If one does, name it",
                "5` and more",
            ]
        );
    }
}
