//! What an import came to: counts that add up, every guess, and problems grouped by what fixes them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::domain::{NewRecipient, Phone, Rejection, RowCode, Standing};

use super::{note::Note, offers::Offers};
use crate::importer::{
    Added, Detected,
    meaning::{columns::Columns, plan::Plan},
    number::Mark,
    row::Tally,
};

/// How many problems and duplicates are listed one by one.
const LISTED_MAX: usize = 1_000;

/// How many notes there are before those about repairs and offers.
const NOTES_MAX: usize = 20;

/// How many texts that are no values are named.
const BLANKS_LISTED: usize = 6;

/// How many examples a group of problems has.
const EXAMPLES_MAX: usize = 3;

/// What an import came to.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Report {
    /// `queued` + `rejected` + `duplicate` + `suppressed`.
    pub rows: u64,
    /// Will be sent to.
    pub queued: u64,
    /// Unusable rows.
    pub rejected: u64,
    /// Same number as an earlier row of the campaign.
    pub duplicate: u64,
    /// On the suppression list.
    pub suppressed: u64,
    /// Rows of earlier lists that were rejected, and whose places rows of this one have taken; not among `rows`.
    #[serde(default)]
    pub mended: u64,
    /// Blank rows, repeated headers and footers; not among `rows`.
    pub ignored: u64,
    /// What the file was found to be.
    #[serde(flatten)]
    pub detected: Detected,
    /// What each field is read from.
    pub columns: BTreeMap<String, Named>,
    /// The first 1,000 rejected rows.
    pub problems: Vec<Problem>,
    /// The first 1,000 duplicates.
    pub duplicates: Vec<DuplicateRow>,
    /// Guesses, repairs and offers.
    pub notes: Vec<Note>,
    /// The problems by what fixes them, the most frequent first.
    pub groups: Vec<Group>,
}

/// One header, or several in order of preference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Named {
    /// One header.
    One(String),
    /// Several.
    Several(Vec<String>),
}

impl Named {
    /// The headers, in order of preference.
    pub fn headers(&self) -> &[String] {
        match self {
            Self::One(header) => std::slice::from_ref(header),
            Self::Several(headers) => headers,
        }
    }
}

/// One rejected row.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Problem {
    /// Where the record starts.
    pub line: u64,
    /// The header of the column; empty when it is the whole row.
    pub column: String,
    /// What was in the cell.
    pub value: String,
    pub code: RowCode,
    /// What was found, what to do.
    pub message: String,
}

/// One row whose number an earlier row has.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DuplicateRow {
    pub line: u64,
    /// The row that has the number.
    pub of_line: u64,
    /// The number, in full.
    pub to: String,
}

/// A row that the queue found to be a duplicate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Duplicate {
    pub line: u64,
    /// The row that has the number.
    pub of_line: u64,
    pub to: Phone,
}

/// Problems that are fixed in the same way.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Group {
    pub code: RowCode,
    /// How many rows.
    pub count: u64,
    /// Up to three of them.
    pub examples: Vec<Problem>,
    /// The columns in which the message misses a value.
    pub blank_columns: Vec<String>,
}

/// Collects a report while rows pass by.
pub(in crate::importer) struct Collector {
    report: Report,
    groups: BTreeMap<RowCode, Group>,
    offers: Offers,
}

impl Collector {
    pub(in crate::importer) fn new(detected: Detected, columns: &Columns, plan: &Plan) -> Self {
        let offers = Offers::new(columns, plan);
        let notes = columns.notes.clone();
        let report = Report { detected, columns: named(columns, plan), notes, ..Report::default() };
        Self { report, groups: BTreeMap::new(), offers }
    }

    pub(in crate::importer) fn ignore(&mut self, n_rows: u64) {
        self.report.ignored += n_rows;
    }

    /// Adds a note; of many, the first few.
    pub(in crate::importer) fn note(&mut self, note: Note) {
        if self.report.notes.len() < NOTES_MAX {
            self.report.notes.push(note);
        }
    }

    /// Takes note of rows that are about to be stored.
    pub(in crate::importer) fn take(&mut self, rows: &[NewRecipient]) {
        for row in rows {
            self.report.rows += 1;
            match &row.standing {
                Standing::Good(phone) => {
                    self.report.queued += 1;
                    self.offers.see(*phone);
                }
                Standing::Rejected(rejection) => {
                    self.offers.take(row, rejection);
                    self.reject(row.line, rejection);
                }
            }
        }
    }

    fn reject(&mut self, line: u64, rejection: &Rejection) {
        self.report.rejected += 1;
        let group = self.groups.entry(rejection.code).or_insert_with(|| Group {
            code: rejection.code,
            count: 0,
            examples: Vec::new(),
            blank_columns: Vec::new(),
        });
        group.count += 1;
        let is_blank_cell = rejection.code == RowCode::TemplateValueMissing && !rejection.column.is_empty();
        if is_blank_cell && !group.blank_columns.contains(&rejection.column) {
            group.blank_columns.push(rejection.column.clone());
        }
        let is_example = group.examples.len() < EXAMPLES_MAX;
        if !is_example && LISTED_MAX <= self.report.problems.len() {
            return;
        }
        let value = if rejection.found.is_empty() { &rejection.to } else { &rejection.found };
        let problem = Problem {
            line,
            column: rejection.column.clone(),
            value: value.clone(),
            code: rejection.code,
            message: rejection.text.clone(),
        };
        if is_example {
            group.examples.push(problem.clone());
        }
        if self.report.problems.len() < LISTED_MAX {
            self.report.problems.push(problem);
        }
    }

    /// Takes note of what the queue found.
    pub(in crate::importer) fn settle(&mut self, added: Added) {
        let report = &mut self.report;
        let n_duplicates = added.duplicates.len() as u64;
        report.duplicate += n_duplicates;
        report.suppressed += added.n_suppressed;
        report.queued = report.queued.saturating_sub(n_duplicates + added.n_suppressed);
        let room = LISTED_MAX.saturating_sub(report.duplicates.len());
        report.duplicates.extend(added.duplicates.into_iter().take(room).map(|found| DuplicateRow {
            line: found.line,
            of_line: found.of_line,
            to: found.to.e164(),
        }));
    }

    pub(in crate::importer) fn finish(mut self, tally: &Tally) -> Report {
        self.report.notes.extend(repairs(tally));
        self.report.notes.extend(self.offers.notes(tally));
        self.report.groups = self.groups.into_values().collect();
        self.report.groups.sort_by_key(|group| std::cmp::Reverse(group.count));
        self.report
    }
}

/// The fields and the headers they are read from.
fn named(columns: &Columns, plan: &Plan) -> BTreeMap<String, Named> {
    let shown = |column: usize| columns.shown(column);
    let mut fields = BTreeMap::new();
    let to: Vec<String> = columns.layout.to.iter().map(|column| shown(*column)).collect();
    let to = if to.len() == 1 { Named::One(to[0].clone()) } else { Named::Several(to) };
    fields.insert("to".to_owned(), to);
    for (name, is_opt_out) in [("consent", false), ("opt_out", true)] {
        let read = columns.willingness.iter().filter(|known| known.is_opt_out == is_opt_out);
        let mut headers: Vec<String> = read.map(|known| shown(known.column)).collect();
        let named = if headers.len() == 1 { headers.pop().map(Named::One) } else { None };
        if let Some(named) = named.or((!headers.is_empty()).then_some(Named::Several(headers))) {
            fields.insert(name.to_owned(), named);
        }
    }
    let mut add = |name: &str, column: Option<usize>| {
        if let Some(column) = column {
            fields.insert(name.to_owned(), Named::One(shown(column)));
        }
    };
    add("country", columns.country);
    add("wrote_at", columns.wrote_at);
    add("time_zone", columns.time_zone);
    for (slot, name) in ["ref", "ref1", "ref2"].into_iter().enumerate() {
        add(name, columns.layout.refs[slot]);
    }
    for variable in plan.message.iter().flat_map(crate::domain::message::Template::variables) {
        if variable != "to" {
            add(variable, columns.layout.column_of(variable));
        }
    }
    fields
}

/// The most frequent texts that are no values, and how many cells hold another one.
fn blanks(tally: &Tally) -> Vec<Note> {
    let mut texts: Vec<(&String, u64)> = tally.missing.iter().map(|(text, n)| (text, *n)).collect();
    texts.sort_by_key(|(text, n)| (text.is_empty(), std::cmp::Reverse(*n)));
    let n_others = texts.iter().skip(BLANKS_LISTED).map(|(_, n)| n).sum();
    let listed =
        texts.iter().take(BLANKS_LISTED).map(|(text, n)| Note::TakenAsBlank { text: (*text).clone(), n: *n });
    let others = (0 < n_others).then_some(Note::TakenAsBlank { text: String::new(), n: n_others });
    listed.chain(others).collect()
}

/// What was repaired or assumed.
fn repairs(tally: &Tally) -> impl Iterator<Item = Note> {
    let marked = Mark::ALL.into_iter().zip(tally.marks);
    let marked = marked.filter(|(mark, n)| *mark != Mark::None && 0 < *n);
    let others = [
        (tally.n_nul_removed, Note::NulRemoved { n: tally.n_nul_removed }),
        (tally.n_consent_blank, Note::ConsentBlank { n: tally.n_consent_blank }),
        (tally.n_refs_missing, Note::TagsBlank { n: tally.n_refs_missing }),
        (tally.n_cells_beyond, Note::CellsBeyond { n: tally.n_cells_beyond }),
    ];
    let others = others.into_iter().filter(|(n, _)| 0 < *n).map(|(_, note)| note);
    marked.map(|(mark, n)| Note::Marked { mark, n }).chain(others).chain(blanks(tally))
}
