//! The results as a workbook (xlsx) of text cells, which no spreadsheet executes or rounds.

use std::{
    borrow::Cow,
    io::{self, Seek, Write},
    path::{Path, PathBuf},
};

use rust_xlsxwriter::{Format, Workbook, Worksheet, XlsxError};

use super::encode::{Cells, Value};
use crate::{queue::ResultRow, report::error::ReportError};

/// The rows of a sheet, its header included (Excel, specifications and limits).
const ROWS_MAX: u32 = 1_048_576;

/// The UTF-16 code units of a cell (Excel, specifications and limits).
const UNITS_MAX: usize = 32_767;

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
    folder: Option<PathBuf>,
}

impl Sheets {
    /// A workbook whose temporary files lie in `folder`, or where the system wants them.
    pub(crate) fn new(folder: Option<&Path>) -> Result<Self, ReportError> {
        Self::with_rows_max(folder, ROWS_MAX)
    }

    /// One whose sheets are full after that many rows, at most Excel's own limit.
    pub(crate) fn with_rows_max(folder: Option<&Path>, rows_max: u32) -> Result<Self, ReportError> {
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
        let at = self.next_row;
        let mut n_shortened = 0;
        let sheet = self.last_sheet()?;
        for (column, value) in (0_u16..).zip(cells.of(import_id, row)) {
            if value == Value::Blank {
                continue;
            }
            let text = value.text();
            let text = match shortened(&text) {
                None => text,
                Some(short) => {
                    n_shortened += 1;
                    Cow::Owned(short)
                }
            };
            sheet.write_string(at, column, text).map_err(of_xlsx)?;
        }
        self.n_shortened += n_shortened;
        self.next_row += 1;
        Ok(())
    }

    /// How many cells held more text than fits, and were shortened.
    pub(crate) fn n_shortened(&self) -> u64 {
        self.n_shortened
    }

    /// Adds a sheet with a header that stays in sight.
    pub(crate) fn add_sheet(&mut self, cells: &Cells<'_>) -> Result<(), ReportError> {
        self.n_added += 1;
        let name = match self.n_added {
            1 => "results".to_owned(),
            n => format!("results {n}"),
        };
        let bold = Format::new().set_bold();
        let sheet = self.workbook.add_worksheet_with_constant_memory().map_err(of_xlsx)?;
        sheet.set_name(name).map_err(of_xlsx)?;
        sheet.set_freeze_panes(1, 0).map_err(of_xlsx)?;
        for (column, name) in (0_u16..).zip(cells.header()) {
            sheet.write_string_with_format(0, column, name, &bold).map_err(of_xlsx)?;
        }
        self.next_row = 1;
        Ok(())
    }

    /// Writes the whole workbook and gives the output back. By way of a temporary file: the archive's writer cannot be
    /// told that its reader went away, and would say so on standard error.
    pub(crate) fn save<W: Write>(mut self, mut out: W) -> Result<W, ReportError> {
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
