//! The results as a workbook (xlsx) for people: instants are dates of a time zone, counts are numbers, and all that came from a
//! file is text, which no spreadsheet executes or rounds.

use std::{
    borrow::Cow,
    io::{self, Seek, Write},
    path::{Path, PathBuf},
};

use jiff::tz::TimeZone;
use rust_xlsxwriter::{Format, Note, Workbook, Worksheet, XlsxError};

use super::encode::{Cells, Value};
use crate::{
    domain::Timestamp,
    queue::ResultRow,
    report::{error::ReportError, rows::columns::OURS},
};

/// The rows of a sheet, its header included (Excel, specifications and limits).
const ROWS_MAX: u32 = 1_048_576;

/// The UTF-16 code units of a cell (Excel, specifications and limits).
const UNITS_MAX: usize = 32_767;

/// How instants are shown.
const DATE: &str = "yyyy-mm-dd hh:mm:ss";

/// The narrowest and the widest column, in characters.
const WIDTH_MIN: usize = 6;
const WIDTH_MAX: usize = 48;

/// What the button of a filter takes.
const ARROW: usize = 3;

/// What ends a text that was longer.
const MARK: &str = " … [shortened]";

/// A workbook under way. Each row goes to a temporary file at once; a full sheet is followed by another one.
pub(crate) struct Sheets {
    workbook: Workbook,
    n_added: usize,
    next_row: u32,
    rows_max: u32,
    /// Cells whose text was longer than a cell may be.
    n_shortened: u64,
    /// The widest text of each column of the last sheet, in characters.
    widths: Vec<usize>,
    /// In which the instants are told.
    zone: TimeZone,
    date: Format,
    folder: Option<PathBuf>,
}

impl Sheets {
    /// A workbook whose temporary files lie in `folder`, or where the system wants them.
    pub(crate) fn new(folder: Option<&Path>, zone: TimeZone) -> Result<Self, ReportError> {
        Self::with_rows_max(folder, zone, ROWS_MAX)
    }

    /// One whose sheets are full after that many rows, at most Excel's own limit.
    pub(crate) fn with_rows_max(
        folder: Option<&Path>,
        zone: TimeZone,
        rows_max: u32,
    ) -> Result<Self, ReportError> {
        let mut workbook = Workbook::new();
        if let Some(folder) = folder {
            workbook.set_tempdir(folder).map_err(of_xlsx)?;
        }
        Ok(Self {
            workbook,
            n_added: 0,
            next_row: 0,
            rows_max,
            n_shortened: 0,
            widths: Vec::new(),
            zone,
            date: Format::new().set_num_format(DATE),
            folder: folder.map(Path::to_owned),
        })
    }

    /// Adds one row, in a new sheet where the last one is full.
    pub(crate) fn row(
        &mut self,
        cells: &Cells<'_>,
        import_id: i64,
        row: &ResultRow,
    ) -> Result<(), ReportError> {
        if self.next_row >= self.rows_max {
            self.add_sheet(cells)?;
        }
        for (column, value) in (0_u16..).zip(cells.of(import_id, row)) {
            self.cell(column, &value)?;
        }
        self.next_row += 1;
        Ok(())
    }

    fn cell(&mut self, column: u16, value: &Value<'_>) -> Result<(), ReportError> {
        let at = self.next_row;
        let number = match value {
            Value::Blank => return Ok(()),
            // What has more digits than a spreadsheet keeps stays text.
            Value::Number(n) => u32::try_from(*n).ok().map(|n| (f64::from(n), None)),
            Value::Instant(instant) => {
                serial(*instant, &self.zone).map(|serial| (serial, Some(self.date.clone())))
            }
            Value::Text(_) => None,
        };
        let text = if number.is_some() { Cow::Borrowed("") } else { value.text() };
        let n_chars = if number.is_some() { DATE.len() } else { text.chars().take(WIDTH_MAX).count() };
        let short = shortened(&text);
        self.n_shortened += u64::from(short.is_some());
        let sheet = self.last_sheet()?;
        match number {
            Some((number, Some(format))) => sheet.write_number_with_format(at, column, number, &format),
            Some((number, None)) => sheet.write_number(at, column, number),
            None => sheet.write_string(at, column, short.map_or(text, Cow::Owned)),
        }
        .map_err(of_xlsx)?;
        self.widen(column, if matches!(value, Value::Number(_)) { 0 } else { n_chars });
        Ok(())
    }

    fn widen(&mut self, column: u16, n_chars: usize) {
        let width = &mut self.widths[usize::from(column)];
        *width = n_chars.max(*width);
    }

    /// Gives the last sheet its widths, and a filter over its header.
    fn end_sheet(&mut self) -> Result<(), ReportError> {
        let Some(last_row) = self.next_row.checked_sub(1) else { return Ok(()) };
        let widths = std::mem::take(&mut self.widths);
        let last_column = u16::try_from(widths.len().saturating_sub(1)).unwrap_or(u16::MAX);
        let sheet = self.last_sheet()?;
        for (column, width) in (0_u16..).zip(&widths) {
            let width =
                u16::try_from(width.clamp(&WIDTH_MIN, &WIDTH_MAX).saturating_add(ARROW)).unwrap_or(u16::MAX);
            sheet.set_column_width(column, width).map_err(of_xlsx)?;
        }
        sheet.autofilter(0, 0, last_row, last_column).map_err(of_xlsx)?;
        Ok(())
    }

    /// How many cells held more text than fits, and were shortened.
    pub(crate) fn n_shortened(&self) -> u64 {
        self.n_shortened
    }

    /// Adds a sheet with a header that stays in sight.
    pub(crate) fn add_sheet(&mut self, cells: &Cells<'_>) -> Result<(), ReportError> {
        if self.n_added > 0 {
            self.end_sheet()?;
        }
        self.n_added += 1;
        let name = match self.n_added {
            1 => "results".to_owned(),
            n => format!("results {n}"),
        };
        let zone = format!("Times are in {}.", self.zone.iana_name().unwrap_or("UTC"));
        let bold = Format::new().set_bold();
        let sheet = self.workbook.add_worksheet_with_constant_memory().map_err(of_xlsx)?;
        sheet.set_name(name).map_err(of_xlsx)?;
        sheet.set_freeze_panes(1, 0).map_err(of_xlsx)?;
        let mut widths = Vec::new();
        for (column, name) in (0_u16..).zip(cells.header()) {
            widths.push(name.chars().take(WIDTH_MAX).count());
            if is_instant(&name) && usize::from(column) < OURS.len() {
                sheet.insert_note(0, column, &Note::new(&zone).add_author_prefix(false)).map_err(of_xlsx)?;
            }
            sheet.write_string_with_format(0, column, name, &bold).map_err(of_xlsx)?;
        }
        self.widths = widths;
        self.next_row = 1;
        Ok(())
    }

    /// Writes the whole workbook and gives the output back. By way of a temporary file: the archive's writer cannot be
    /// told that its reader went away, and would say so on standard error.
    pub(crate) fn save<W: Write>(mut self, mut out: W) -> Result<W, ReportError> {
        self.end_sheet()?;
        let mut file = match &self.folder {
            Some(folder) => tempfile::tempfile_in(folder),
            None => tempfile::tempfile(),
        }
        .map_err(ReportError::Output)?;
        self.workbook.save_to_writer(&file).map_err(of_xlsx)?;
        file.rewind().map_err(ReportError::Output)?;
        io::copy(&mut file, &mut out).map_err(ReportError::output)?;
        out.flush().map_err(ReportError::output)?;
        Ok(out)
    }

    fn last_sheet(&mut self) -> Result<&mut Worksheet, ReportError> {
        self.workbook.worksheet_from_index(self.n_added - 1).map_err(of_xlsx)
    }
}

/// The column is one of instants.
fn is_instant(name: &str) -> bool {
    name.ends_with("_at") || name == "window_until"
}

/// An instant as a spreadsheet counts it: days since 1899-12-30, on the clocks of a zone. None where a spreadsheet knows no
/// such day.
fn serial(at: Timestamp, zone: &TimeZone) -> Option<f64> {
    const DAY_MS: f64 = 86_400_000.0;
    const OF_1970: f64 = 25_569.0;
    let instant = jiff::Timestamp::from_millisecond(at.0).ok()?;
    // Programs do not agree on how a part of a second is shown.
    let seconds_ms = at.0.div_euclid(1_000) * 1_000;
    let offset_ms = i64::from(zone.to_offset(instant).seconds()) * 1_000;
    #[expect(clippy::cast_precision_loss, reason = "milliseconds of all days that have a date are exact")]
    let days = (seconds_ms.checked_add(offset_ms)? as f64) / DAY_MS + OF_1970;
    // Before March 1900 spreadsheets do not agree on the day, and after 9999 they know none.
    (61.0..2_958_466.0).contains(&days).then_some(days)
}

/// A text that is too long for a cell, cut and marked; none where it fits.
fn shortened(text: &str) -> Option<String> {
    // No text has more UTF-16 code units than bytes.
    if text.len() <= UNITS_MAX || text.encode_utf16().count() <= UNITS_MAX {
        return None;
    }
    let mut n_units = MARK.encode_utf16().count();
    let fits = |c: &char| {
        n_units += c.len_utf16();
        n_units <= UNITS_MAX
    };
    let mut short: String = text.chars().take_while(fits).collect();
    short.push_str(MARK);
    Some(short)
}

fn of_xlsx(error: XlsxError) -> ReportError {
    if let XlsxError::IoError(error) = error {
        ReportError::Output(error)
    } else {
        ReportError::Workbook(Box::new(error))
    }
}
