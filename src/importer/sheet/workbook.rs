//! Workbooks, cell by cell. A whole sheet is never asked for: two cells far apart in a file of five kilobytes would
//! make it half a terabyte.

use std::{cell::Cell, fs::File, io::BufReader, panic};

use calamine::{
    CellErrorType, Data, DataRef, ExcelDateTime, Reader, SheetType, SheetVisible, Xls, Xlsb, Xlsx,
};

use super::{
    biff::{Biff, Styles},
    format::Formats,
    opendocument::OpenDocument,
    visibility::{self, Visibility},
};
use crate::importer::{
    container::{compound, source::Format},
    findings::error::{FileCode, FileError},
    record::Record,
};

/// Columns to the right of this one are not read.
pub(crate) const COLUMNS_MAX: usize = 1_024;

/// 9999-12-31, as spreadsheets count days.
const DAY_LAST: f64 = 2_958_466.0;

/// An opened workbook, and how its cells are shown.
pub(crate) struct Workbook {
    book: Book,
    pub(crate) formats: Formats,
    /// The styles of the cells of an old workbook, with the sheet they are of.
    styles: Option<(String, Styles)>,
}

enum Book {
    Xlsx(Box<Xlsx<BufReader<File>>>),
    Xlsb(Box<Xlsb<BufReader<File>>>),
    Xls(Box<Xls<BufReader<File>>>),
    Ods(OpenDocument),
}

fn damaged() -> FileError {
    let text =
        "this workbook is damaged (an unfinished download?); get it again, or open it and save it anew";
    FileError::refused(FileCode::Corrupt, text)
}

thread_local! {
    static IS_GUARDED: Cell<bool> = const { Cell::new(false) };
}

/// Whether this thread is inside a reader of workbooks whose panic will become a sentence about the file.
pub(crate) fn is_guarded() -> bool {
    IS_GUARDED.get()
}

/// Runs the library's reader, which trusts offsets and sizes that a damaged file may put anything into.
pub(crate) fn guarded<T>(read: impl FnOnce() -> T) -> Result<T, FileError> {
    IS_GUARDED.set(true);
    let result = panic::catch_unwind(panic::AssertUnwindSafe(read));
    IS_GUARDED.set(false);
    result.map_err(|_| damaged())
}

impl Workbook {
    pub(crate) fn open(file: &File, format: Format) -> Result<Self, FileError> {
        let book = Book::open(file, format)?;
        Ok(Self { book, formats: Formats::default(), styles: None })
    }

    /// The sheets that people see, in order.
    pub(crate) fn sheets(&self) -> Vec<String> {
        self.book.sheets()
    }

    /// Which rows of a sheet are hidden; none where none is. An `.xlsb` does not tell.
    pub(crate) fn visibility(&self, file: &File, sheet: &str) -> Result<Option<Visibility>, FileError> {
        match &self.book {
            Book::Xlsx(_) => Ok(visibility::of_xlsx(file, sheet)),
            Book::Xls(book) => {
                let biff = Biff::open(file);
                Ok(place_of(book, sheet).and_then(|place| biff?.visibility(place)))
            }
            Book::Xlsb(_) => Ok(None),
            Book::Ods(book) => book.visibility(sheet),
        }
    }

    /// Hands out the rows of a sheet until `each` says false.
    pub(crate) fn rows<E: From<FileError>>(
        &mut self,
        file: &File,
        sheet: &str,
        each: &mut dyn FnMut(&Record) -> Result<bool, E>,
    ) -> Result<(), E> {
        let Self { book, formats, styles } = self;
        let mut row = Row::new(each);
        match book {
            Book::Xlsx(book) => {
                let is_1904 = book.has_1904_epoch();
                let mut cells = guarded(|| book.worksheet_cells_reader(sheet))?.map_err(|_| damaged())?;
                formats.set(cells.styles().iter().map(code_of), is_1904);
                loop {
                    let (cell, style) = match guarded(|| cells.next_cell_with_style_id())? {
                        Ok(Some(cell)) => cell,
                        Ok(None) => break,
                        // An error of a formula that the reader does not know is no value.
                        Err(calamine::XlsxError::CellError(_)) => continue,
                        Err(_) => return Err(damaged().into()),
                    };
                    let at = cell.get_position();
                    if !row.add(at, |text| write_ref(cell.get_value(), formats, style, at, text))? {
                        return Ok(());
                    }
                }
            }
            Book::Xlsb(book) => {
                let mut cells = guarded(|| book.worksheet_cells_reader(sheet))?.map_err(|_| damaged())?;
                while let Some(cell) = guarded(|| cells.next_cell())?.map_err(|_| damaged())? {
                    if !row.add(cell.get_position(), |text| write_plain(cell.get_value(), text))? {
                        return Ok(());
                    }
                }
            }
            Book::Xls(book) => {
                if styles.as_ref().is_none_or(|(known, _)| known != sheet) {
                    let biff = Biff::open(file);
                    let codes = biff.as_ref().map(Biff::formats).unwrap_or_default();
                    formats.set(codes, book.has_1904_epoch());
                    let of_sheet = place_of(book, sheet).zip(biff).map(|(place, biff)| biff.styles(place));
                    *styles = Some((sheet.to_owned(), of_sheet.unwrap_or_default()));
                }
                let range = guarded(|| book.worksheet_range(sheet))?.map_err(|_| damaged())?;
                let (first_row, first_column) = range.start().unwrap_or_default();
                for (down, right, value) in range.used_cells() {
                    let at =
                        |first: u32, offset: usize| first + u32::try_from(offset).unwrap_or(u32::MAX - first);
                    let position = (at(first_row, down), at(first_column, right));
                    let style =
                        styles.as_ref().and_then(|(_, styles)| styles.of(position)).unwrap_or(usize::MAX);
                    if !row.add(position, |text| write(value, formats, style, position, text))? {
                        return Ok(());
                    }
                }
            }
            Book::Ods(book) => return book.rows(sheet, row.each),
        }
        row.finish()
    }
}

/// Which of all sheets one is, from 0.
fn place_of(book: &Xls<BufReader<File>>, sheet: &str) -> Option<usize> {
    book.sheets_metadata().iter().position(|known| known.name == sheet)
}

impl Book {
    fn open(file: &File, format: Format) -> Result<Self, FileError> {
        let reader = || file.try_clone().map(BufReader::new).map_err(|_| damaged());
        match format {
            Format::Xlsx => {
                let reader = reader()?;
                match guarded(|| Xlsx::new(reader))? {
                    Ok(book) => Ok(Self::Xlsx(Box::new(book))),
                    Err(calamine::XlsxError::Password) => Err(FileError::protected_workbook()),
                    Err(_) => Err(damaged()),
                }
            }
            Format::Xlsb => {
                let reader = reader()?;
                match guarded(|| Xlsb::new(reader))? {
                    Ok(book) => Ok(Self::Xlsb(Box::new(book))),
                    Err(calamine::XlsbError::Password) => Err(FileError::protected_workbook()),
                    Err(_) => Err(damaged()),
                }
            }
            Format::Xls => {
                // The reader would follow a ring until the memory is used up, which no guard catches.
                if compound::has_ring(file).unwrap_or(true) {
                    return Err(damaged());
                }
                let reader = reader()?;
                match guarded(|| Xls::new(reader))? {
                    Ok(book) => Ok(Self::Xls(Box::new(book))),
                    Err(calamine::XlsError::Password) => Err(FileError::protected_workbook()),
                    Err(_) => Err(damaged()),
                }
            }
            Format::Ods => OpenDocument::open(file).map(Self::Ods),
            Format::Text => unreachable!("a text file is not a workbook"),
        }
    }

    /// The sheets that people see, in order.
    pub(crate) fn sheets(&self) -> Vec<String> {
        let metadata = match self {
            Self::Xlsx(book) => book.sheets_metadata(),
            Self::Xlsb(book) => book.sheets_metadata(),
            Self::Xls(book) => book.sheets_metadata(),
            Self::Ods(book) => return book.sheets().to_vec(),
        };
        let is_seen = |sheet: &&calamine::Sheet| {
            sheet.visible == SheetVisible::Visible && matches!(sheet.typ, SheetType::WorkSheet)
        };
        metadata.iter().filter(is_seen).map(|sheet| sheet.name.clone()).collect()
    }
}

/// Gathers cells into rows.
struct Row<'e, E> {
    each: &'e mut dyn FnMut(&Record) -> Result<bool, E>,
    record: Record,
    text: String,
    /// The row that is being gathered, from 0.
    at: Option<u32>,
}

impl<'e, E> Row<'e, E> {
    fn new(each: &'e mut dyn FnMut(&Record) -> Result<bool, E>) -> Self {
        let record = Record::of_sheet();
        Self { each, record, text: String::new(), at: None }
    }

    /// False when no more rows are wanted.
    fn add(
        &mut self,
        (row, column): (u32, u32),
        write: impl FnOnce(&mut String) -> Option<String>,
    ) -> Result<bool, E> {
        match self.at {
            Some(at) if row < at => return Ok(true),
            Some(at) if at < row => {
                if !(self.each)(&self.record)? {
                    return Ok(false);
                }
                self.record.clear();
                self.record.n_skipped = u64::from(row - at - 1);
            }
            Some(_) => {}
            None => self.record.clear(),
        }
        self.at = Some(row);
        self.record.line = u64::from(row) + 1;
        let column = column as usize;
        if COLUMNS_MAX <= column || column < self.record.len() {
            return Ok(true);
        }
        while self.record.len() < column {
            self.record.end_field();
        }
        self.text.clear();
        if let Some(plain) = write(&mut self.text) {
            self.record.set_plain(plain);
        }
        self.record.push_str(&self.text);
        self.record.end_field();
        Ok(true)
    }

    fn finish(self) -> Result<(), E> {
        if self.at.is_some() {
            (self.each)(&self.record)?;
        }
        Ok(())
    }
}

/// The format of a style, by its number and its code.
fn code_of(style: &calamine::Style) -> (Option<u32>, String) {
    style
        .number_format
        .as_ref()
        .map_or((Some(0), String::new()), |format| (format.format_id, format.format_code.clone()))
}

/// Writes a value as it is shown; returns the plain number where that is another text.
fn write_ref(
    value: &DataRef<'_>,
    formats: &mut Formats,
    style: usize,
    at: (u32, u32),
    text: &mut String,
) -> Option<String> {
    #[expect(clippy::cast_precision_loss, reason = "sheets have no integers beyond 2^53")]
    match value {
        DataRef::Int(found) => formats.write(*found as f64, style, at, text),
        DataRef::Float(found) => formats.write(*found, style, at, text),
        DataRef::DateTime(found) => formats.write(found.as_f64(), style, at, text),
        DataRef::String(_)
        | DataRef::DateTimeIso(_)
        | DataRef::DurationIso(_)
        | DataRef::SharedString(_)
        | DataRef::Bool(_)
        | DataRef::Error(_)
        | DataRef::Empty => write_plain(value, text),
    }
}

/// Writes a value without its format.
fn write_plain(value: &DataRef<'_>, text: &mut String) -> Option<String> {
    match value {
        DataRef::String(found) | DataRef::DateTimeIso(found) | DataRef::DurationIso(found) => {
            text.push_str(found);
        }
        DataRef::SharedString(found) => text.push_str(found),
        DataRef::Int(found) => text.push_str(&found.to_string()),
        DataRef::Float(found) => text.push_str(&number(*found)),
        DataRef::Bool(found) => text.push_str(truth(*found)),
        DataRef::DateTime(found) => text.push_str(&date(found)),
        DataRef::Error(found) => text.push_str(&error(found)),
        DataRef::Empty => {}
    }
    None
}

fn write(
    value: &Data,
    formats: &mut Formats,
    style: usize,
    at: (u32, u32),
    text: &mut String,
) -> Option<String> {
    #[expect(clippy::cast_precision_loss, reason = "sheets have no integers beyond 2^53")]
    match value {
        Data::String(found) | Data::DateTimeIso(found) | Data::DurationIso(found) => text.push_str(found),
        Data::Int(found) => return formats.write(*found as f64, style, at, text),
        Data::Float(found) => return formats.write(*found, style, at, text),
        Data::Bool(found) => text.push_str(truth(*found)),
        Data::DateTime(found) => return formats.write(found.as_f64(), style, at, text),
        Data::Error(found) => text.push_str(&error(found)),
        Data::Empty => {}
    }
    None
}

/// A number with all its digits and never an exponent; exact up to 2^53, which no telephone number reaches.
pub(crate) fn number(value: f64) -> String {
    format!("{value}")
}

pub(crate) fn truth(value: bool) -> &'static str {
    if value { "TRUE" } else { "FALSE" }
}

fn error(value: &CellErrorType) -> String {
    value.to_string()
}

/// `2026-11-22`, with the time where there is one.
fn date(value: &ExcelDateTime) -> String {
    // A telephone number in a column of dates lies beyond the last day that there is.
    if !value.is_datetime() || DAY_LAST < value.as_f64() {
        return number(value.as_f64());
    }
    let (year, month, day, hour, minute, second, _) = value.to_ymd_hms_milli();
    let date = format!("{year:04}-{month:02}-{day:02}");
    if (hour, minute, second) == (0, 0, 0) {
        date
    } else {
        format!("{date} {hour:02}:{minute:02}:{second:02}")
    }
}
