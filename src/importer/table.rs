//! The table in a file: opened, its rows handed out one by one.

use std::{fs::File, io::Seek, path::Path};

use super::{
    Detected,
    container::source::{Format, Source},
    findings::{
        advice::Advice,
        error::{Choice, FileCode, FileError, Question, Refusal, Subject},
        note::Note,
    },
    meaning::{
        columns::{self, Columns},
        header,
        plan::{Hidden, Plan},
    },
    record::Record,
    sheet::{visibility::Visibility, workbook::Workbook},
    text::{
        decode::{self, Charset, Coding, FindError, Text},
        dialect,
        plausible::Reading,
        records::{Dialect, Records},
    },
};

/// How many rows are read to see what the columns are.
const SAMPLE_ROWS: usize = 1_000;

/// After how many bytes no more rows are read for that.
const SAMPLE_ROWS_BYTES: usize = 4 << 20;

/// How much text is looked at to find the delimiter.
const SAMPLE_BYTES: usize = 256 << 10;

/// After how many rows of a sheet it is looked at how far the file is read.
const PROGRESS_ROWS: u64 = 500;

/// A table that can be read from its start, more than once.
pub(super) enum Table {
    Text {
        file: File,
        coding: Coding,
        dialect: Dialect,
        n_bytes: u64,
    },
    Sheet {
        workbook: Box<Workbook>,
        format: Format,
        sheet: String,
        file: File,
        n_bytes: u64,
        /// The rows, where hidden ones are left out.
        visibility: Option<Visibility>,
    },
}

/// The first rows of a table and which of them is the header.
pub(super) struct Sample {
    rows: Vec<Record>,
    header: Option<usize>,
}

impl Sample {
    pub(super) fn header(&self) -> Option<&Record> {
        self.header.map(|index| &self.rows[index])
    }

    /// The rows below the header.
    pub(super) fn body(&self) -> &[Record] {
        &self.rows[self.header.map_or(0, |index| index + 1)..]
    }
}

/// Opens the table in a source and finds its header and columns.
pub(super) fn open(source: &Source, path: &Path, plan: &Plan) -> Result<(Table, Sample, Columns), FileError> {
    if source.format == Format::Text {
        return open_text(source, path, plan);
    }
    let mut workbook = Workbook::open(&source.file, source.format)?;
    let sheets = workbook.sheets();
    let wanted: Vec<String> = match &plan.options.sheet {
        None => sheets.clone(),
        Some(name) => vec![named_sheet(&sheets, name)?],
    };
    let mut found = Vec::new();
    let mut refusal = None;
    for sheet in wanted {
        match sample_of(&mut workbook, &source.file, &sheet).and_then(|rows| understand(rows, None, plan)) {
            Ok((sample, columns)) => found.push((sheet, sample, columns)),
            // A sheet without any row says less than one whose columns are not numbers.
            Err(error) => {
                let is_emptiness = error.code() == Some(FileCode::Empty);
                if refusal.is_none() || !is_emptiness {
                    refusal = Some(error);
                }
            }
        }
    }
    if 1 < found.len() {
        let sheets = found.iter().map(|(sheet, ..)| sheet.as_str());
        return Err(Refusal::NeedsChoice(which_sheet(sheets)).into());
    }
    let Some((sheet, sample, mut columns)) = found.pop() else {
        return Err(refusal.unwrap_or_else(|| empty("the workbook has no visible sheet")));
    };
    let visibility = workbook.visibility(&source.file, &sheet)?;
    let visibility = visibility.filter(|_| plan.options.hidden != Some(Hidden::Include));
    if let Some(visibility) = &visibility
        && plan.options.hidden.is_none()
    {
        ask_about_hidden(visibility, &sample, &columns)?;
    }
    if 1 < sheets.len() && plan.options.sheet.is_none() {
        columns.notes.push(Note::OneSheet { n_sheets: sheets.len(), sheet: sheet.clone() });
    }
    let file =
        source.file.try_clone().map_err(|source| FileError::Unreadable { path: path.to_owned(), source })?;
    let workbook = Box::new(workbook);
    let table = Table::Sheet { workbook, format: source.format, sheet, file, n_bytes: 0, visibility };
    Ok((table, sample, columns))
}

/// Asks whether the rows that nobody sees in the sheet belong to the list, where there are any below the header.
fn ask_about_hidden(visibility: &Visibility, sample: &Sample, columns: &Columns) -> Result<(), FileError> {
    let first_line = sample.header().map_or(0, |header| header.line);
    let (n_rows, n_hidden) = visibility.count_below(first_line);
    if n_hidden == 0 {
        return Ok(());
    }
    let answer = |hidden: Hidden, n_rows| Choice {
        n_rows: Some(n_rows),
        ..Choice::new(hidden.name(), Advice::SetHidden { hidden })
    };
    let filtered = visibility.filtered.iter().filter_map(|column| columns.header_of(*column));
    let subject = Subject::HiddenRows { n_hidden, n_rows, filtered: filtered.collect() };
    let choices = vec![answer(Hidden::LeaveOut, n_rows - n_hidden), answer(Hidden::Include, n_rows)];
    Err(Refusal::NeedsChoice(Question { subject, choices }).into())
}

fn empty(text: &str) -> FileError {
    FileError::refused(FileCode::Empty, text)
}

fn named_sheet(sheets: &[String], name: &str) -> Result<String, FileError> {
    let by_name = sheets.iter().find(|sheet| sheet.trim().to_lowercase() == name.trim().to_lowercase());
    let by_number = || sheets.get(name.trim().parse::<usize>().ok()?.checked_sub(1)?);
    by_name.or_else(by_number).cloned().ok_or_else(|| {
        let question = which_sheet(sheets.iter().map(String::as_str));
        Refusal::NoSuchPart { found: name.to_owned(), question }.into()
    })
}

fn which_sheet<'s>(sheets: impl Iterator<Item = &'s str>) -> Question {
    let choice = |name: &str| Choice::new(name, Advice::PickSheet { name: name.to_owned() });
    Question { subject: Subject::Sheet, choices: sheets.map(choice).collect() }
}

fn sample_of(workbook: &mut Workbook, file: &File, sheet: &str) -> Result<Vec<Record>, FileError> {
    let mut rows = Vec::new();
    let mut n_bytes = 0;
    workbook.rows::<FileError>(file, sheet, &mut |record| {
        n_bytes += record.n_bytes();
        rows.push(record.clone());
        Ok(rows.len() < SAMPLE_ROWS && n_bytes < SAMPLE_ROWS_BYTES)
    })?;
    Ok(rows)
}

fn open_text(source: &Source, path: &Path, plan: &Plan) -> Result<(Table, Sample, Columns), FileError> {
    let unreadable = |source| FileError::Unreadable { path: path.to_owned(), source };
    let mut file = source.file.try_clone().map_err(unreadable)?;
    let (coding, readings) = decode::find(&mut file, plan.options.encoding.as_deref(), plan.options.region)
        .map_err(|error| match error {
        FindError::Io(error) => unreadable(error),
        FindError::Unknown(found) => Refusal::UnknownEncoding { found }.into(),
    })?;
    let mut text = String::new();
    let mut decoded = Text::open(&file, coding).map_err(unreadable)?;
    let mut is_more = true;
    while is_more && text.len() < SAMPLE_BYTES {
        is_more = decoded.append(&mut text).map_err(unreadable)?;
    }
    let dialect = match plan.options.delimiter.map(u8::try_from) {
        None => dialect::find(&text, !is_more),
        Some(Err(_) | Ok(b'"' | b'\n' | b'\r' | b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | 128..)) => {
            return Err(Refusal::BadDelimiter.into());
        }
        Some(Ok(delimiter)) => dialect::with(&text, !is_more, delimiter),
    };
    drop(text);
    let mut rows = Vec::new();
    let mut records = Records::open(&file, coding, dialect).map_err(unreadable)?;
    let mut record = Record::default();
    let mut n_bytes = 0;
    while rows.len() < SAMPLE_ROWS
        && n_bytes < SAMPLE_ROWS_BYTES
        && records.next(&mut record).map_err(unreadable)?
    {
        n_bytes += record.n_bytes();
        rows.push(record.clone());
    }
    let (sample, mut columns) = understand(rows, dialect.n_fields, plan)?;
    ask_about_encoding(&readings, &sample, &columns, plan)?;
    if coding.n_bad_bytes > 0 {
        columns.notes.push(Note::NotAllUtf8 { n_bytes: coding.n_bad_bytes });
    } else if coding.is_guess && coding.charset != Charset::Standard(encoding_rs::UTF_8) {
        columns.notes.push(Note::EncodingGuessed { encoding: coding.charset.name() });
    }
    if dialect.is_backslash {
        columns.notes.push(Note::BackslashQuotes);
    }
    let dialect = Dialect { n_fields: sample.header().map(Record::len).or(dialect.n_fields), ..dialect };
    Ok((Table::Text { file, coding, dialect, n_bytes: 0 }, sample, columns))
}

/// Asks which of several readings is meant, where the message uses what they read differently.
fn ask_about_encoding(
    readings: &[Reading],
    sample: &Sample,
    columns: &Columns,
    plan: &Plan,
) -> Result<(), FileError> {
    let variables = plan.message.iter().flat_map(crate::domain::Template::variables);
    let used: Vec<usize> = variables
        .filter_map(|variable| columns.layout.column_of(variable))
        .map(|column| columns.physical[column])
        .collect();
    let is_told =
        |record: &Record| used.iter().any(|at| record.get(*at).is_some_and(|cell| !cell.is_ascii()));
    if readings.is_empty() || !sample.body().iter().any(is_told) {
        return Ok(());
    }
    let answer = |reading: &Reading| {
        let name = reading.charset.name();
        let advice = Advice::SetEncoding { name: name.clone() };
        Choice { samples: reading.samples.clone(), ..Choice::new(name, advice) }
    };
    let choices = readings.iter().map(answer).collect();
    Err(Refusal::NeedsChoice(Question { subject: Subject::Encoding, choices }).into())
}

/// Finds header and columns in the first rows of a table.
fn understand(
    rows: Vec<Record>,
    n_fields: Option<usize>,
    plan: &Plan,
) -> Result<(Sample, Columns), FileError> {
    if rows.iter().all(Record::is_blank) {
        return Err(empty("the file holds nothing but blanks"));
    }
    let header = match plan.options.has_header {
        None => header::find(&rows),
        Some(true) => rows.iter().position(|row| !row.is_blank()),
        Some(false) => None,
    };
    let sample = Sample { rows, header };
    let (rows, body) = (&sample.rows, sample.body());
    let widest = body.iter().map(Record::len).max().unwrap_or_default();
    let n_fields = match (header, n_fields) {
        // The header of a text file says how many fields there are; in a sheet, columns may lack a header.
        (Some(_), Some(_)) => 0,
        (None, Some(n_fields)) => n_fields,
        (_, None) => widest,
    };
    if body.iter().all(Record::is_blank) {
        let has_numbers = header.is_some_and(|index| rows[index].iter().any(header::looks_like_number));
        if has_numbers {
            return Err(Refusal::OnlyAHeader.into());
        }
        return Err(FileError::refused(FileCode::NoRecords, "there is a header and no row below it"));
    }
    let columns = columns::find(sample.header(), body, n_fields, plan)?;
    Ok((sample, columns))
}

impl Table {
    pub(super) fn detected(&self) -> Detected {
        match self {
            Self::Text { coding, dialect, .. } => Detected {
                format: Format::Text.name().to_owned(),
                encoding: Some(coding.charset.name()),
                delimiter: Some(char::from(dialect.delimiter).to_string()),
                bom: 0 < coding.bom_bytes,
                ..Detected::default()
            },
            Self::Sheet { format, sheet, .. } => Detected {
                format: format.name().to_owned(),
                sheet: Some(sheet.clone()),
                ..Detected::default()
            },
        }
    }

    /// How many bytes have been read.
    pub(super) fn n_bytes(&self) -> u64 {
        match self {
            Self::Text { n_bytes, .. } | Self::Sheet { n_bytes, .. } => *n_bytes,
        }
    }

    /// Takes out which rows are to be left out because nobody sees them.
    pub(super) fn take_visibility(&mut self) -> Option<Visibility> {
        match self {
            Self::Text { .. } => None,
            Self::Sheet { visibility, .. } => visibility.take(),
        }
    }

    /// The first cell whose format is not understood, and its code.
    pub(super) fn unknown_format(&self) -> Option<Note> {
        match self {
            Self::Text { .. } => None,
            Self::Sheet { workbook, .. } => {
                let (cell, code) = workbook.formats.unknown.clone()?;
                Some(Note::FormatUnknown { cell, code })
            }
        }
    }

    /// Hands out the rows, with how many bytes have been read, until `each` says false.
    pub(super) fn rows<E: From<FileError>>(
        &mut self,
        each: &mut dyn FnMut(&Record, u64) -> Result<bool, E>,
    ) -> Result<(), E> {
        match self {
            Self::Text { file, coding, dialect, n_bytes } => {
                let broken = |source| FileError::Unreadable { path: "the file".into(), source };
                let mut records = Records::open(file, *coding, *dialect).map_err(broken)?;
                let mut record = Record::default();
                while records.next(&mut record).map_err(broken)? {
                    *n_bytes = records.n_bytes_read();
                    if !each(&record, *n_bytes)? {
                        break;
                    }
                }
                Ok(())
            }
            Self::Sheet { workbook, sheet, file, n_bytes, .. } => workbook.rows(file, sheet, &mut |record| {
                // The workbook reads through the same offset, so that tells how far it is.
                if record.line.is_multiple_of(PROGRESS_ROWS) {
                    *n_bytes = (&*file).stream_position().unwrap_or(*n_bytes).max(*n_bytes);
                }
                each(record, *n_bytes)
            }),
        }
    }
}
