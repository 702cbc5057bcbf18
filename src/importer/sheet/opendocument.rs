//! `OpenDocument` sheets (`LibreOffice`), streamed: a million repeated empty rows must cost nothing.

use std::{
    fs::File,
    io::{BufReader, Read},
};

use quick_xml::{
    Reader,
    events::{BytesStart, Event},
};

use super::{
    format::is_damaging,
    visibility::{self, Visibility},
    workbook::{COLUMNS_MAX, number, truth},
};
use crate::importer::{
    findings::error::{FileCode, FileError},
    record::Record,
};

/// How often a row that holds something may be repeated; Excel's last row.
const ROWS_MAX: u64 = 1 << 20;

/// A workbook in `OpenDocument`.
pub(crate) struct OpenDocument {
    file: File,
    sheets: Vec<String>,
}

fn damaged() -> FileError {
    let text =
        "this workbook is damaged (an unfinished download?); get it again, or open it and save it anew";
    FileError::refused(FileCode::Corrupt, text)
}

impl OpenDocument {
    pub(crate) fn open(file: &File) -> Result<Self, FileError> {
        let file = file.try_clone().map_err(|_| damaged())?;
        let mut hidden_styles = Vec::new();
        let mut style = String::new();
        let mut sheets = Vec::new();
        events::<FileError>(&file, |event| {
            if let Event::Start(tag) | Event::Empty(tag) = event {
                match tag.name().as_ref() {
                    "style:style" => style = attribute(tag, "style:name").unwrap_or_default(),
                    "style:table-properties"
                        if attribute(tag, "table:display").as_deref() == Some("false") =>
                    {
                        hidden_styles.push(style.clone());
                    }
                    "table:table" => {
                        let style = attribute(tag, "table:style-name").unwrap_or_default();
                        if !hidden_styles.contains(&style) {
                            sheets.push(attribute(tag, "table:name").unwrap_or_default());
                        }
                    }
                    _ => {}
                }
            }
            Ok(true)
        })?;
        Ok(Self { file, sheets })
    }

    pub(crate) fn sheets(&self) -> &[String] {
        &self.sheets
    }

    /// Hands out the rows of a sheet until `each` says false.
    pub(crate) fn rows<E: From<FileError>>(
        &self,
        sheet: &str,
        each: &mut dyn FnMut(&Record) -> Result<bool, E>,
    ) -> Result<(), E> {
        let mut table = Table::new(sheet);
        events(&self.file, |event| table.take(event, each))
    }

    /// The rows of a sheet, where some are hidden.
    pub(crate) fn visibility(&self, sheet: &str) -> Result<Option<Visibility>, FileError> {
        let mut archive = zip::ZipArchive::new(&self.file).map_err(|_| damaged())?;
        let content = archive.by_name("content.xml").map_err(|_| damaged())?;
        if !visibility::mentions(content, &["table:visibility="]) {
            return Ok(None);
        }
        let mut table = Table::new(sheet);
        let mut filters = Filters::default();
        let mut is_over = false;
        events::<FileError>(&self.file, |event| {
            filters.take(event, sheet);
            is_over = is_over || !table.take::<FileError>(event, &mut |_| Ok(true))?;
            Ok(true)
        })?;
        let mut visibility = table.visibility;
        visibility.filtered = filters.columns;
        Ok(Some(visibility))
    }
}

/// Hands out the events of the content until `each` says false.
fn events<E: From<FileError>>(
    file: &File,
    mut each: impl FnMut(&Event<'_>) -> Result<bool, E>,
) -> Result<(), E> {
    let mut archive = zip::ZipArchive::new(file).map_err(|_| damaged())?;
    let content = archive.by_name("content.xml").map_err(|_| damaged())?;
    let mut reader = Reader::from_reader(BufReader::new(content as zip::read::ZipFile<'_, _>).take(u64::MAX));
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        let event = reader.read_event_into(&mut buffer).map_err(|_| damaged())?;
        let is_last = matches!(event, Event::Eof);
        if is_last || !each(&event)? {
            return Ok(());
        }
    }
}

fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let found = tag.try_get_attribute(name).ok()??;
    found.normalized_value(quick_xml::XmlVersion::Explicit1_0).ok().map(std::borrow::Cow::into_owned)
}

/// The filters of a sheet, which stand behind all sheets.
#[derive(Default)]
struct Filters {
    /// The first column of the range that is filtered; none in ranges of other sheets.
    first_column: Option<usize>,
    columns: Vec<usize>,
}

impl Filters {
    fn take(&mut self, event: &Event<'_>, sheet: &str) {
        let (Event::Start(tag) | Event::Empty(tag)) = event else { return };
        match tag.name().as_ref() {
            "table:database-range" => {
                // `'My Sheet'.A1:'My Sheet'.C5`, in which a quote is doubled.
                let range =
                    attribute(tag, "table:target-range-address").unwrap_or_default().replace("''", "'");
                let range = range.trim_start_matches('$').trim_start_matches('\'');
                let address = range.strip_prefix(sheet).map(|rest| rest.trim_start_matches(['\'', '.']));
                self.first_column = address.map(visibility::column_of);
            }
            "table:filter-condition" => {
                let number = attribute(tag, "table:field-number").and_then(|text| text.parse::<usize>().ok());
                self.columns.extend(self.first_column.zip(number).map(|(first, number)| first + number));
            }
            _ => {}
        }
    }
}

/// The sheet that is being read.
struct Table<'s> {
    sheet: &'s str,
    is_inside: bool,
    record: Record,
    /// Blank cells that are written only when another cell follows.
    n_blank_cells: usize,
    n_blank_rows: u64,
    /// The next row, from 1.
    line: u64,
    n_row_repeats: u64,
    n_cell_repeats: usize,
    /// The value that the cell's tag gives: what a number is without its format.
    value: Option<String>,
    text: String,
    is_in_text: bool,
    /// How deep we are in a comment, which belongs to a cell but is not its text.
    depth_of_note: usize,
    is_row_hidden: bool,
    visibility: Visibility,
}

impl<'s> Table<'s> {
    fn new(sheet: &'s str) -> Self {
        Self {
            sheet,
            is_inside: false,
            record: Record::of_sheet(),
            n_blank_cells: 0,
            n_blank_rows: 0,
            line: 1,
            n_row_repeats: 1,
            n_cell_repeats: 1,
            value: None,
            text: String::new(),
            is_in_text: false,
            depth_of_note: 0,
            is_row_hidden: false,
            visibility: Visibility::default(),
        }
    }

    fn take<E>(
        &mut self,
        event: &Event<'_>,
        each: &mut dyn FnMut(&Record) -> Result<bool, E>,
    ) -> Result<bool, E> {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::Empty(tag) => {
                self.start(tag);
                return self.end(tag.name().as_ref(), each);
            }
            Event::End(tag) => return self.end(tag.name().as_ref(), each),
            Event::Text(text) if self.is_in_text && self.depth_of_note == 0 => self.text.push_str(text),
            Event::GeneralRef(reference) if self.is_in_text && self.depth_of_note == 0 => {
                self.text.push_str(&resolved(reference));
            }
            Event::CData(text) if self.is_in_text && self.depth_of_note == 0 => self.text.push_str(text),
            Event::Text(_)
            | Event::GeneralRef(_)
            | Event::CData(_)
            | Event::Comment(_)
            | Event::Decl(_)
            | Event::PI(_)
            | Event::DocType(_)
            | Event::Eof => {}
        }
        Ok(true)
    }

    fn start(&mut self, tag: &BytesStart<'_>) {
        let name = tag.name();
        let name = name.as_ref();
        if name == "table:table" {
            self.is_inside = attribute(tag, "table:name").as_deref() == Some(self.sheet);
        }
        if !self.is_inside {
            return;
        }
        let repeats = |name| attribute(tag, name).and_then(|n| n.parse::<u64>().ok()).unwrap_or(1).max(1);
        match name {
            "office:annotation" => self.depth_of_note += 1,
            "table:table-row" => {
                self.n_row_repeats = repeats("table:number-rows-repeated");
                self.n_blank_cells = 0;
                self.is_row_hidden = attribute(tag, "table:visibility")
                    .is_some_and(|text| matches!(text.as_str(), "collapse" | "filter"));
                self.record.clear();
            }
            "table:table-cell" | "table:covered-table-cell" => {
                let n = repeats("table:number-columns-repeated");
                self.n_cell_repeats = usize::try_from(n).unwrap_or(usize::MAX).min(COLUMNS_MAX);
                self.text.clear();
                self.value = value(tag);
            }
            "text:p" if self.depth_of_note == 0 => {
                if !self.text.is_empty() {
                    self.text.push('\n');
                }
                self.is_in_text = true;
            }
            "text:s" if self.depth_of_note == 0 => {
                let n = usize::try_from(repeats("text:c")).unwrap_or(1).min(COLUMNS_MAX);
                self.text.extend(std::iter::repeat_n(' ', n));
            }
            "text:tab" if self.depth_of_note == 0 => self.text.push('\t'),
            "text:line-break" if self.depth_of_note == 0 => self.text.push('\n'),
            _ => {}
        }
    }

    fn end<E>(&mut self, name: &str, each: &mut dyn FnMut(&Record) -> Result<bool, E>) -> Result<bool, E> {
        if !self.is_inside {
            return Ok(true);
        }
        match name {
            "table:table" => return Ok(false),
            "office:annotation" => self.depth_of_note = self.depth_of_note.saturating_sub(1),
            "text:p" => self.is_in_text = false,
            "table:table-cell" | "table:covered-table-cell" => self.end_cell(),
            "table:table-row" => return self.end_row(each),
            _ => {}
        }
        Ok(true)
    }

    fn end_cell(&mut self) {
        let value = self.value.take();
        // What is shown is stored; an exponent would damage a telephone number.
        let is_number = |value: &&str| value.parse().is_ok_and(|number| is_damaging(&self.text, number));
        let text = match value.as_deref() {
            Some(value) if self.text.is_empty() => value,
            plain => plain.filter(is_number).unwrap_or(&self.text),
        };
        let plain = value.as_deref().filter(|value| *value != text && value.parse::<f64>().is_ok());
        if text.is_empty() {
            self.n_blank_cells = self.n_blank_cells.saturating_add(self.n_cell_repeats);
            return;
        }
        for _ in 0..self.n_blank_cells.min(COLUMNS_MAX.saturating_sub(self.record.len())) {
            self.record.end_field();
        }
        self.n_blank_cells = 0;
        for _ in 0..self.n_cell_repeats.min(COLUMNS_MAX.saturating_sub(self.record.len())) {
            if let Some(plain) = plain {
                self.record.set_plain(plain.to_owned());
            }
            self.record.push_str(text);
            self.record.end_field();
        }
    }

    fn end_row<E>(&mut self, each: &mut dyn FnMut(&Record) -> Result<bool, E>) -> Result<bool, E> {
        let n_repeats = self.n_row_repeats;
        if self.record.len() == 0 {
            self.n_blank_rows = self.n_blank_rows.saturating_add(n_repeats);
            self.line = self.line.saturating_add(n_repeats);
            return Ok(true);
        }
        for _ in 0..n_repeats.min(ROWS_MAX.saturating_sub(self.line - 1)) {
            self.record.line = self.line;
            self.visibility.mark(self.line, self.is_row_hidden, true);
            self.record.n_skipped = std::mem::take(&mut self.n_blank_rows);
            self.line += 1;
            if !each(&self.record)? {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// The value in a cell's tag: numbers in full, dates and truth values; texts have none.
fn value(tag: &BytesStart<'_>) -> Option<String> {
    let kind = attribute(tag, "office:value-type")?;
    match kind.as_str() {
        "float" | "percentage" | "currency" => {
            let text = attribute(tag, "office:value")?;
            Some(text.parse().map_or(text, number))
        }
        "date" => attribute(tag, "office:date-value"),
        "time" => attribute(tag, "office:time-value"),
        "boolean" => attribute(tag, "office:boolean-value").map(|text| truth(text == "true").to_owned()),
        _ => None,
    }
}

/// `&amp;`, `&#10;` and the like.
fn resolved(reference: &quick_xml::events::BytesRef<'_>) -> String {
    if let Ok(Some(c)) = reference.resolve_char_ref() {
        return c.to_string();
    }
    quick_xml::escape::resolve_predefined_entity(reference).unwrap_or_default().to_owned()
}
