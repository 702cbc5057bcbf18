//! Recipient file -> rows for the queue: guesses what it must, shows every guess, and lets each be overridden.

mod asking;
mod container;
mod entities;
mod findings;
mod meaning;
pub mod number;
mod optouts;
mod record;
mod rejects;
mod row;
mod sheet;
mod table;
#[cfg(test)]
mod tests;
mod text;

use std::path::Path;

use serde::{Deserialize, Serialize};

pub use findings::advice::{Advice, ColumnName};
pub use findings::error::{Choice, FileCode, FileError, Heading, Question, ReadError, Refusal, Subject};
pub use findings::note::{Cells, Note, Offer, Unwilling};
pub use findings::report::{Duplicate, DuplicateRow, Group, Named, Problem, Report};
pub use meaning::moments::Times;
pub use meaning::plan::{
    Column, Field, Hidden, HiddenError, Plan, ReadingOptions, SIZE_BYTES_MAX, region_text,
};
use number::{Habit, Survey};
pub use number::{Mark, Numbers, Region, RegionError, Rule};
pub use optouts::{OptOut, OptOutError, OptOuts, Unread, opt_outs};

use crate::domain::{Layout, NewRecipient, Standing};
use container::source::Source;
use findings::report::Collector;
use meaning::columns::Columns;
use record::Record;
pub use rejects::REJECTS_COLUMNS;
use rejects::Rejects;
use row::Rows;
use table::Table;

/// Whether this thread is reading a damaged workbook, whose panic becomes a sentence about the file and is not to be
/// printed.
pub fn is_guarded() -> bool {
    sheet::workbook::is_guarded()
}

/// How many rows are handed over at once.
const BATCH_ROWS: usize = 1_000;

/// After how many bytes a batch is handed over that has fewer rows.
const BATCH_BYTES: usize = 4 << 20;

/// So many rows without a number after a quote that is never closed are said to be likely its text.
const QUOTED_ROWS_MIN: u64 = 20;

/// How many rows at the end of a file may be a footer.
const FOOTER_ROWS_MAX: usize = 50;

/// What a file was found to be.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Detected {
    /// csv, xlsx, xlsb, xls, ods; zip or gz where the table was packed.
    pub format: String,
    /// As the Encoding Standard names it, in lower case; none in a workbook.
    pub encoding: Option<String>,
    /// One character; none in a workbook.
    pub delimiter: Option<String>,
    /// The line of the header; none where there is no header.
    pub header: Option<u64>,
    /// Whether a byte order mark was found.
    pub bom: bool,
    /// What was packed, where the table was packed.
    pub packed: Option<String>,
    /// The member of the archive.
    pub member: Option<String>,
    /// The sheet of the workbook.
    pub sheet: Option<String>,
}

/// What became of a batch of rows.
#[derive(Debug, Clone, Default)]
pub struct Added {
    /// Rows whose number the campaign already has.
    pub duplicates: Vec<Duplicate>,
    /// How many rows are on the suppression list.
    pub n_suppressed: u64,
}

/// A recipient file that was opened and understood.
pub struct RecipientList {
    file_name: String,
    source: Source,
    table: Table,
    header: Option<Record>,
    columns: Columns,
    /// How the columns of numbers are written, as far as the first rows show it.
    surveys: Vec<Survey>,
    detected: Detected,
}

impl std::fmt::Debug for RecipientList {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RecipientList").field("detected", &self.detected).finish_non_exhaustive()
    }
}

impl RecipientList {
    /// Finds out what the file is and which column is what. A file that cannot be used is refused here, before any row
    /// is read.
    pub fn open(path: &Path, plan: &Plan) -> Result<Self, FileError> {
        let source = container::source::open(path, plan)?;
        let (table, sample, mut columns) = table::open(&source, path, plan)?;
        if let Some(question) = asking::leavers::question(path, plan, &columns, sample.body()) {
            return Err(Refusal::NeedsChoice(question).into());
        }
        if let Some(question) = asking::foreign_tags::question(plan, &columns.layout.headers) {
            return Err(Refusal::NeedsChoice(question).into());
        }
        columns.notes.splice(0..0, source.notes.iter().cloned());
        let mut detected = table.detected();
        detected.header = sample.header().map(|header| header.line);
        detected.member.clone_from(&source.member);
        if let Some(archive) = source.archive {
            detected.packed = Some(std::mem::replace(&mut detected.format, archive.to_owned()));
        }
        let mut surveys = vec![Survey::default(); columns.layout.to.len()];
        let rows = Rows::new(&columns, sample.header(), plan);
        sample.body().iter().for_each(|record| rows.survey(record, &mut surveys));
        let file_name = plan.name_of(path);
        Ok(Self { file_name, source, table, header: sample.header().cloned(), columns, surveys, detected })
    }

    /// The columns, as they are kept beside the rows.
    pub fn layout(&self) -> &Layout {
        &self.columns.layout
    }

    /// What the file was found to be.
    pub fn detected(&self) -> &Detected {
        &self.detected
    }

    /// The SHA-256 of the file as it was given, in lower-case hexadecimal digits.
    pub fn sha256(&self) -> String {
        data_encoding::HEXLOWER.encode(&self.source.sha256)
    }

    /// The bytes of the file as it was given.
    pub fn bytes(&self) -> u64 {
        self.source.n_bytes
    }

    /// Reads all rows. `progress` hears how many bytes of the file (of what came out of it, where it was packed) are
    /// read; `add` stores a batch and says which rows were duplicates or suppressed, of this batch or of earlier ones:
    /// the last call has an empty batch, and has to tell all that is left. An error of either ends the reading; nothing
    /// that was added may then be kept.
    pub fn read<E>(
        mut self,
        plan: &Plan,
        progress: &mut dyn FnMut(u64),
        add: &mut dyn FnMut(Vec<NewRecipient>) -> Result<Added, E>,
    ) -> Result<Report, ReadError<E>> {
        let failed = |source| ReadError::Rejects { path: plan.rejects.clone().unwrap_or_default(), source };
        let first_line = self.header.as_ref().map_or(0, |header| header.line);
        let visibility = self.table.take_visibility();
        let is_hidden = |line: u64| visibility.as_ref().is_some_and(|rows| rows.is_hidden(line));
        let mut rows = Rows::new(&self.columns, self.header.as_ref(), plan);
        // The first rows may allow numbers of other countries; all of them have to agree.
        let has_region = plan.options.region.is_some() || self.columns.country.is_some();
        let has_abroad =
            has_region && self.surveys.iter().any(|survey| survey.habit() == Habit::International);
        if has_abroad || rows.moments.has_to_see() {
            self.surveys.fill(Survey::default());
            self.table.rows(&mut |record, _| {
                if first_line < record.line && !is_hidden(record.line) {
                    rows.survey(record, &mut self.surveys);
                    rows.moments.see(record);
                }
                Ok::<bool, ReadError<E>>(true)
            })?;
        }
        if let Some(question) = rows.moments.question() {
            return Err(FileError::from(Refusal::NeedsChoice(question)).into());
        }
        rows.follow(&self.surveys);
        let file_name = self.file_name.clone();
        let rejects = plan.rejects.as_deref().map(|path| {
            Rejects::create(path, plan.rejects_may_replace, file_name, &self.columns.layout.headers)
        });
        let mut reading = Reading {
            rows,
            ignores_consent: plan.options.ignores_consent,
            columns: &self.columns,
            collector: Collector::new(self.detected.clone(), &self.columns, plan),
            rejects: rejects.transpose().map_err(failed)?,
            fresh: Vec::new(),
            batch: Vec::with_capacity(BATCH_ROWS),
            n_batch_bytes: 0,
            footer: Vec::new(),
            has_seen_number: false,
            open_quote: None,
            n_hidden: 0,
            add,
        };
        self.table.rows(&mut |record, n_bytes| {
            if record.line <= first_line {
                return Ok(true);
            }
            if is_hidden(record.line) {
                reading.leave_out(record);
                return Ok(true);
            }
            let is_full = reading.take(record).map_err(|error| error.of(plan))?;
            if is_full {
                progress(n_bytes);
            }
            Ok::<bool, ReadError<E>>(true)
        })?;
        if let Some(note) = self.table.unknown_format() {
            reading.collector.note(note);
        }
        let report = reading.finish().map_err(|error| error.of(plan))?;
        progress(self.table.n_bytes());
        Ok(report)
    }
}

/// A failure while rows are passed on.
enum Failure<E> {
    Add(E),
    File(FileError),
    Rejects(std::io::Error),
}

impl<E> Failure<E> {
    fn of(self, plan: &Plan) -> ReadError<E> {
        match self {
            Self::Add(error) => ReadError::Add(error),
            Self::File(error) => ReadError::File(error),
            Self::Rejects(source) => {
                ReadError::Rejects { path: plan.rejects.clone().unwrap_or_default(), source }
            }
        }
    }
}

/// The rows of one file on their way to the queue.
struct Reading<'r, 'p, E> {
    rows: Rows<'p>,
    ignores_consent: bool,
    columns: &'r Columns,
    collector: Collector,
    rejects: Option<Rejects>,
    fresh: Vec<NewRecipient>,
    batch: Vec<NewRecipient>,
    /// Of the records in the batch.
    n_batch_bytes: usize,
    /// Refused rows that will turn out to be a footer if no row with a number follows.
    footer: Vec<(NewRecipient, Vec<String>)>,
    has_seen_number: bool,
    /// The line of a quote that is never closed, and how many rows without a number have followed.
    open_quote: Option<(u64, u64)>,
    /// Rows that nobody sees in the sheet, and that are left out.
    n_hidden: u64,
    add: &'r mut dyn FnMut(Vec<NewRecipient>) -> Result<Added, E>,
}

impl<E> Reading<'_, '_, E> {
    /// Takes a record; true when a batch was handed over.
    fn take(&mut self, record: &Record) -> Result<bool, Failure<E>> {
        self.collector.ignore(record.n_skipped);
        if self.rows.is_ignored(record) {
            self.collector.ignore(1);
            return Ok(false);
        }
        self.rows.read(record, &mut self.fresh);
        let is_without_number = self.fresh.iter().all(|row| match &row.standing {
            Standing::Good(_) => false,
            Standing::Rejected(rejection) => row::has_no_number(rejection),
        });
        if is_without_number
            && self.has_seen_number
            && self.footer.len() < FOOTER_ROWS_MAX
            && self.columns.is_footer_like(record)
        {
            let cells = self.cells(record);
            self.footer.extend(self.fresh.drain(..).map(|row| (row, cells.clone())));
            return Ok(false);
        }
        self.has_seen_number |= !is_without_number;
        self.follow_quote(record, is_without_number);
        for (row, cells) in std::mem::take(&mut self.footer) {
            self.pass(row, &cells)?;
        }
        for row in std::mem::take(&mut self.fresh) {
            let is_refused = matches!(row.standing, Standing::Rejected(_));
            let cells = if is_refused { self.cells(record) } else { Vec::new() };
            self.pass(row, &cells)?;
        }
        self.n_batch_bytes += record.n_bytes();
        if self.batch.len() < BATCH_ROWS && self.n_batch_bytes < BATCH_BYTES {
            return Ok(false);
        }
        self.hand_over().map(|()| true)
    }

    /// Leaves out a row that nobody sees in the sheet: it is counted beside the rows, as a blank one is.
    fn leave_out(&mut self, record: &Record) {
        self.collector.ignore(record.n_skipped + 1);
        self.n_hidden += u64::from(!record.is_blank());
    }

    /// Counts the rows without a number after a quote that is never closed. They may be rows of their own, so each is
    /// refused by itself; where there are many, the quote is the likely reason, and that is said once.
    fn follow_quote(&mut self, record: &Record, is_without_number: bool) {
        let is_refused = |row: &NewRecipient| matches!(row.standing, Standing::Rejected(_));
        if record.is_unbalanced {
            self.tell_of_quote();
            self.open_quote = (!record.has_backslash_quote).then_some((record.line, 0));
        } else if let Some((_, n_rows)) = &mut self.open_quote {
            if is_without_number || self.fresh.iter().all(is_refused) {
                *n_rows += 1;
            } else {
                self.tell_of_quote();
            }
        }
    }

    fn tell_of_quote(&mut self) {
        if let Some((line, n_rows)) = self.open_quote.take().filter(|(_, n_rows)| QUOTED_ROWS_MIN <= *n_rows)
        {
            self.collector.note(Note::OpenQuote { line, n_rows });
        }
    }

    /// The cells of a record as they came, where refused rows are written.
    fn cells(&self, record: &Record) -> Vec<String> {
        let wanted = if self.rejects.is_some() { self.columns.physical.as_slice() } else { &[] };
        wanted.iter().map(|index| record.get(*index).unwrap_or_default().to_owned()).collect()
    }

    fn pass(&mut self, row: NewRecipient, cells: &[String]) -> Result<(), Failure<E>> {
        if let (Some(rejects), Standing::Rejected(rejection)) = (&mut self.rejects, &row.standing) {
            rejects.add(cells, row.line, rejection).map_err(Failure::Rejects)?;
        }
        self.batch.push(row);
        Ok(())
    }

    fn hand_over(&mut self) -> Result<(), Failure<E>> {
        self.n_batch_bytes = 0;
        let batch = std::mem::replace(&mut self.batch, Vec::with_capacity(BATCH_ROWS));
        self.collector.take(&batch);
        let added = (self.add)(batch).map_err(Failure::Add)?;
        self.collector.settle(added);
        Ok(())
    }

    fn finish(mut self) -> Result<Report, Failure<E>> {
        self.collector.ignore(self.footer.len() as u64);
        self.tell_of_quote();
        let (open, notes) = asking::willing::open(&self.rows.may_say, self.columns, self.ignores_consent);
        if let Some(question) = open {
            return Err(Failure::File(Refusal::NeedsChoice(question).into()));
        }
        for note in notes {
            self.collector.note(note);
        }
        let of_rows = self.rows.lacking().into_iter().chain(self.rows.left_over());
        for note in of_rows.chain(self.rows.moments.notes()) {
            self.collector.note(note);
        }
        if 0 < self.n_hidden {
            self.collector.note(Note::HiddenLeftOut { n_rows: self.n_hidden });
        }
        if !self.batch.is_empty() {
            self.hand_over()?;
        }
        if let Some(question) = self.rows.question() {
            return Err(Failure::File(Refusal::NeedsChoice(question).into()));
        }
        // An empty batch asks for what became of those that were handed over before.
        self.hand_over()?;
        if let Some(rejects) = self.rejects {
            rejects.finish().map_err(Failure::Rejects)?;
        }
        Ok(self.collector.finish(&self.rows.tally))
    }
}
