//! What an import came to: counts that add up, every guess, and problems grouped by what mends them.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::domain::{NewRecipient, Phone, Rejection, RowCode, Standing};

use super::{
    Added, Detected,
    error::listed,
    meaning::{
        columns::{Columns, Refusals},
        plan::Plan,
    },
    number::Mark,
    offers::{Offer, Offers},
    row::Tally,
};

/// How many problems and duplicates are listed one by one.
const LISTED_MAX: usize = 1_000;

/// How many sentences there are before those about repairs and offers.
const NOTES_MAX: usize = 20;

/// How many examples a group of problems has.
const EXAMPLES_MAX: usize = 3;

/// What an import came to; the object that `import --json` prints.
#[derive(Debug, Clone, Default, Serialize)]
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
    /// Guesses, repairs and offers, as sentences.
    pub notes: Vec<String>,
    /// The problems by what mends them, the most frequent first.
    pub groups: Vec<Group>,
    /// Answers that would mend many of the refused numbers; they are among the notes too, as sentences.
    #[serde(skip)]
    pub offers: Vec<Offer>,
    /// Columns that say who does not want to be written to, while nobody has said so; among the notes too.
    #[serde(skip)]
    pub refusals: Vec<Refusals>,
}

/// One header, or several in order of preference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Named {
    /// One header.
    One(String),
    /// Several.
    Several(Vec<String>),
}

/// One rejected row.
#[derive(Debug, Clone, Serialize)]
pub struct Problem {
    /// Where the record starts.
    pub line: u64,
    /// The header of the column; empty when it is the whole row.
    pub column: String,
    /// What was in the cell.
    pub value: String,
    /// The row code.
    pub code: &'static str,
    /// What was found, what to do.
    pub message: String,
}

/// One row whose number an earlier row has.
#[derive(Debug, Clone, Serialize)]
pub struct DuplicateRow {
    /// The row.
    pub line: u64,
    /// The row that has the number.
    pub of_line: u64,
    /// The number, in full.
    pub to: String,
}

/// A row that the queue found to be a duplicate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Duplicate {
    /// The row.
    pub line: u64,
    /// The row that has the number.
    pub of_line: u64,
    /// The number.
    pub to: Phone,
}

/// Problems that are mended in the same way.
#[derive(Debug, Clone, Serialize)]
pub struct Group {
    /// The row code.
    pub code: &'static str,
    /// How many rows.
    pub count: u64,
    /// Up to three of them.
    pub examples: Vec<Example>,
    /// What to do about all of them.
    pub what_to_do: String,
}

/// One row of a group.
#[derive(Debug, Clone, Serialize)]
pub struct Example {
    /// Where the record starts.
    pub line: u64,
    /// What was in the cell.
    pub value: String,
}

/// Collects a report while rows pass by.
pub(super) struct Collector {
    report: Report,
    groups: BTreeMap<RowCode, Group>,
    /// The columns in which the message misses a value.
    blank_columns: Vec<String>,
    offers: Offers,
}

impl Collector {
    pub(super) fn new(detected: Detected, columns: &Columns, plan: &Plan) -> Self {
        let offers = Offers::new(columns, plan);
        let notes = columns.notes.clone();
        let refusals = columns.refusals.clone();
        let report = Report { detected, columns: named(columns, plan), notes, refusals, ..Report::default() };
        Self { report, groups: BTreeMap::new(), blank_columns: Vec::new(), offers }
    }

    pub(super) fn ignore(&mut self, n_rows: u64) {
        self.report.ignored += n_rows;
    }

    /// Adds a sentence; of many, the first few.
    pub(super) fn note(&mut self, sentence: String) {
        if self.report.notes.len() < NOTES_MAX {
            self.report.notes.push(sentence);
        }
    }

    /// Takes note of rows that are about to be stored.
    pub(super) fn take(&mut self, rows: &[NewRecipient]) {
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
            code: rejection.code.name(),
            count: 0,
            examples: Vec::new(),
            what_to_do: what_to_do(rejection.code).to_owned(),
        });
        group.count += 1;
        let is_blank_cell = rejection.code == RowCode::TemplateValueMissing && !rejection.column.is_empty();
        if is_blank_cell && !self.blank_columns.contains(&rejection.column) {
            self.blank_columns.push(rejection.column.clone());
        }
        let value = if rejection.found.is_empty() { &rejection.to } else { &rejection.found };
        if group.examples.len() < EXAMPLES_MAX {
            group.examples.push(Example { line, value: value.clone() });
        }
        if self.report.problems.len() < LISTED_MAX {
            self.report.problems.push(Problem {
                line,
                column: rejection.column.clone(),
                value: value.clone(),
                code: rejection.code.name(),
                message: rejection.text.clone(),
            });
        }
    }

    /// Takes note of what the queue found.
    pub(super) fn settle(&mut self, added: Added) {
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

    pub(super) fn finish(mut self, tally: &Tally) -> Report {
        let notes = &mut self.report.notes;
        notes.extend(repairs(tally));
        self.report.offers = self.offers.of_country();
        notes.extend(self.report.offers.iter().map(ToString::to_string));
        notes.extend(self.offers.others(tally));
        if let Some(group) = self.groups.get_mut(&RowCode::TemplateValueMissing)
            && !self.blank_columns.is_empty()
        {
            let columns = listed(&self.blank_columns);
            group.what_to_do = format!(
                "fill the blank cells of column {columns}, or give the variable a default in the message"
            );
        }
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
    let mut add = |name: &str, column: Option<usize>| {
        if let Some(column) = column {
            fields.insert(name.to_owned(), Named::One(shown(column)));
        }
    };
    add("country", columns.country);
    add("consent", columns.consent);
    for (slot, name) in ["ref", "ref1", "ref2"].into_iter().enumerate() {
        add(name, columns.layout.refs[slot]);
    }
    for variable in plan.message.iter().flat_map(super::super::domain::message::Template::variables) {
        if variable != "to" {
            add(variable, columns.layout.column_of(variable));
        }
    }
    fields
}

/// What was repaired or assumed, with counts.
fn repairs(tally: &Tally) -> Vec<String> {
    let marked = Mark::ALL.into_iter().zip(tally.marks).filter_map(|(mark, count)| {
        let what = match mark {
            Mark::None => return None,
            Mark::FromScientific => "written in scientific notation without losing a digit",
            Mark::FromFloat => "written as a decimal (…0.0), read as whole",
            Mark::FromGrouped => "written with thousands separators",
            Mark::AssumedInternational => "without +, valid only with the country code in front, read so",
            Mark::RepairedMexico => "with the former 1 after +52, which was dropped",
            Mark::RepairedBrazil => "without the ninth digit of Brazilian mobiles, which was added",
            Mark::Renumbered => "from before a change of the country's numbering plan, which were completed",
            Mark::NotMobile => "not of mobile phones; WhatsApp Business may still be in use there",
            Mark::Multiple => "from a cell with several numbers",
        };
        (0 < count).then(|| format!("{} {what}", counted(count, "number", "numbers")))
    });
    let others = [
        (tally.n_nul_removed, "cell", "cells", "with NUL characters, which were removed"),
        (tally.n_consent_blank, "row", "rows", "with a blank consent cell, which were not left out"),
        (tally.n_refs_missing, "tag", "tags", "left empty, because a value in it is blank"),
        (tally.n_cells_beyond, "row", "rows", "with cells to the right of the table, which were left out"),
    ];
    let others = others
        .into_iter()
        .filter(|(count, ..)| 0 < *count)
        .map(|(count, one, several, what)| format!("{} {what}", counted(count, one, several)));
    marked.chain(others).collect()
}

fn counted(count: u64, one: &str, several: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { several })
}

/// What mends all rows with a code.
fn what_to_do(code: RowCode) -> &'static str {
    match code {
        RowCode::PhoneMissing => "add the numbers, or leave the rows out",
        RowCode::PhoneScientific => {
            "digits were lost and cannot be recovered: export again with the column formatted as text, or import the \
             original workbook"
        }
        RowCode::PhoneAmbiguousCountry => {
            "check the digits and write numbers of other countries with +; or say once which country numbers without + \
             are of (--region IN)"
        }
        RowCode::PhonePlaceholder => "replace invented numbers with real ones",
        RowCode::PhoneTooShort | RowCode::PhoneTooLong | RowCode::PhoneInvalid => {
            "check the digits and the country (--region)"
        }
        RowCode::PhoneLetters => "write the numbers in digits only",
        RowCode::PhoneNotANumber => {
            "these cells are not phone numbers; is it the right column (--column to=HEADER)?"
        }
        RowCode::PhoneExtension => "give numbers without an extension",
        RowCode::PhoneControlChar => "type these numbers again; they contain invisible characters",
        RowCode::PhoneMultiple => {
            "keep one number per cell, or use the first or all of them (--numbers first)"
        }
        RowCode::PhoneType => "give a mobile number instead",
        RowCode::PhoneInvalidCountry => "correct the country code or the country column",
        RowCode::NoConsent => "nothing: these people did not agree to be messaged",
        RowCode::TemplateValueMissing => "fill these cells, or give the variable a default in the message",
        RowCode::BodyTooLong => "shorten the message or the values in it",
        RowCode::RefTooLong => "shorten the tags; the provider would cut them",
        RowCode::RowExtraFields => "put quotes around cells that contain the delimiter",
        RowCode::CsvUnbalancedQuote => "remove the stray quote, or close it",
    }
}
