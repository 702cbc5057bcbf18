//! A file of people who said no: every number of every row, with the reason and the time that the file gives.

use std::{collections::BTreeSet, path::Path};

use super::{
    FileError, Plan, ReadError, ReadingOptions, RecipientList,
    meaning::{columns::unescaped, lexicon},
    record::Record,
    row::Rows,
};
use crate::domain::{Phone, Timestamp, days::Days};

/// The most characters of a reason.
const REASON_CHARS_MAX: usize = 200;

/// How many rows are named that could not be read.
const REFUSED_MAX: usize = 1_000;

/// Why the numbers of a file cannot be taken.
#[derive(Debug, thiserror::Error)]
pub enum OptOutError {
    /// The file cannot be read.
    #[error(transparent)]
    File(#[from] FileError),
    /// No row has a number that can be used.
    #[error(
        "none of the {n} row{} has a number that can be used; line {line}: {text}", if *n == 1 { "" } else { "s" }
    )]
    Rows {
        /// How many.
        n: u64,
        /// The line of the first one.
        line: u64,
        /// What is wrong with it.
        text: String,
    },
}

/// One number of a file of people who said no.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OptOut {
    pub number: Phone,
    /// Why, in the words of the file.
    pub reason: Option<String>,
    /// Since when, as the file says.
    pub at: Option<Timestamp>,
}

/// A row, or a cell of one, whose number could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unread {
    pub line: u64,
    /// The header of the column; empty where no column of the row holds a number.
    pub column: String,
    /// What was in the cell.
    pub found: String,
    /// What is wrong with it.
    pub text: String,
}

/// What a file of people who said no holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OptOuts {
    /// The columns of numbers, by header.
    pub columns: Vec<String>,
    /// How many rows have a number.
    pub n_rows: u64,
    /// Each person once.
    pub numbers: Vec<OptOut>,
    /// How many cells and rows could not be read.
    pub n_unread: u64,
    /// The first thousand of them.
    pub unread: Vec<Unread>,
}

impl OptOuts {
    fn refuse(&mut self, unread: Unread) {
        self.n_unread += 1;
        if self.unread.len() < REFUSED_MAX {
            self.unread.push(unread);
        }
    }
}

/// Every number of every column and cell of a file. A row that cannot be read costs that row alone.
pub fn opt_outs(path: &Path, plan: &Plan) -> Result<OptOuts, OptOutError> {
    // Who is to be kept off every list is not asked about consent.
    let options = ReadingOptions { ignores_consent: true, ..plan.options.clone() };
    let plan = &Plan { options, every_column: true, ..plan.clone() };
    let mut list = RecipientList::open(path, plan)?;
    let mut rows = Rows::new(&list.columns, list.header.as_ref(), plan);
    rows.follow(&list.surveys);
    let said = Said::of(&list);
    let mut found = OptOuts {
        columns: list.columns.layout.to.iter().map(|column| list.columns.shown(*column)).collect(),
        ..OptOuts::default()
    };
    let mut raw = Vec::new();
    let mut known = BTreeSet::new();
    let mut days = Days::default();
    let first_line = list.header.as_ref().map_or(0, |header| header.line);
    let done = list.table.rows(&mut |record, _| {
        if first_line < record.line && !rows.is_ignored(record) {
            let (reason, at) = (said.reason(record), said.at(record));
            if let Some(at) = &at {
                days.see(at);
            }
            for number in numbers(&rows, record, &mut found) {
                if known.insert(number.canonical()) {
                    raw.push((number, reason.clone(), at.clone()));
                }
            }
        }
        Ok::<bool, ReadError<std::convert::Infallible>>(true)
    });
    match done {
        Ok(()) => {}
        Err(ReadError::File(error)) => return Err(OptOutError::File(error)),
        Err(ReadError::Add(never)) => match never {},
        // No file of refused rows was asked for.
        Err(ReadError::Rejects { path, source }) => {
            return Err(OptOutError::File(FileError::Unreadable { path, source }));
        }
    }
    found.numbers = raw.into_iter().map(|(number, reason, at)| opt_out(number, reason, at, days)).collect();
    match found.unread.first() {
        Some(first) if found.numbers.is_empty() => {
            Err(OptOutError::Rows { n: found.n_unread, line: first.line, text: first.text.clone() })
        }
        _ => Ok(found),
    }
}

/// The numbers of a record; what cannot be read is noted.
fn numbers(rows: &Rows, record: &Record, found: &mut OptOuts) -> Vec<Phone> {
    let line = record.line;
    if record.is_unbalanced {
        let text = "a quote opens here and is never closed; remove it or close it".to_owned();
        found.refuse(Unread { line, column: String::new(), found: String::new(), text });
        return Vec::new();
    }
    let mut numbers = Vec::new();
    let rejections = rows.every_number(record, &mut numbers);
    if numbers.is_empty() && rejections.is_empty() {
        let text = "there is no number".to_owned();
        found.refuse(Unread { line, column: String::new(), found: String::new(), text });
    }
    for rejection in rejections {
        let (column, cell) = (rejection.column, rejection.found);
        found.refuse(Unread { line, column, found: cell, text: rejection.text });
    }
    found.n_rows += u64::from(!numbers.is_empty());
    numbers.into_iter().map(|number| number.phone).collect()
}

/// A time that cannot be read for certain is kept as text, behind the reason.
fn opt_out(number: Phone, reason: Option<String>, at: Option<String>, days: Days) -> OptOut {
    let time = at.as_deref().and_then(|text| days.parse(text));
    let unread = at.filter(|_| time.is_none());
    let reason = match (reason, unread) {
        (Some(reason), Some(at)) => Some(format!("{reason} ({at})")),
        (reason, at) => reason.or(at),
    };
    let reason = reason.map(|text| text.chars().take(REASON_CHARS_MAX).collect());
    OptOut { number, reason, at: time }
}

/// Where the file says why, and since when.
struct Said {
    reason: Option<usize>,
    at: Option<usize>,
}

impl Said {
    fn of(list: &RecipientList) -> Self {
        let layout = &list.columns.layout;
        let best = |rank: fn(&str) -> u8| {
            let others = (0..layout.headers.len()).filter(|column| !layout.to.contains(column));
            let ranked =
                others.map(|column| (rank(&layout.headers[column]), column)).filter(|(rank, _)| 0 < *rank);
            let best = ranked.max_by_key(|(rank, column)| (*rank, std::cmp::Reverse(*column)));
            best.map(|(_, column)| list.columns.physical[column])
        };
        Self { reason: best(lexicon::rank_of_reason), at: best(lexicon::rank_of_opt_out_time) }
    }

    fn reason(&self, record: &Record) -> Option<String> {
        text(record, self.reason)
    }

    fn at(&self, record: &Record) -> Option<String> {
        text(record, self.at)
    }
}

fn text(record: &Record, column: Option<usize>) -> Option<String> {
    let text = unescaped(record.get(column?)?.trim());
    let is_there = !text.is_empty() && !super::number::is_missing(text);
    is_there.then(|| text.replace('\0', ""))
}
