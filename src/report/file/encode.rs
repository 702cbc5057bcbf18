//! One recipient's row as CSV or as a line of JSON.

use std::{
    borrow::Cow,
    io::{self, Write},
};

use super::{cell, workbook::Sheets};
use crate::{
    domain::{Status, Timestamp},
    queue::ResultRow,
    report::{
        error::ReportError,
        figures::reasons::with_advice,
        rows::columns::{Columns, OURS},
    },
};

/// What stands in one cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Value<'a> {
    /// Nothing is known.
    Blank,
    /// A count.
    Number(u64),
    /// An instant.
    Instant(Timestamp),
    /// A text.
    Text(Cow<'a, str>),
}

impl Value<'_> {
    /// The text of the cell where everything is text.
    pub(crate) fn text(&self) -> Cow<'_, str> {
        match self {
            Self::Blank => Cow::Borrowed(""),
            Self::Number(n) => Cow::Owned(n.to_string()),
            Self::Instant(at) => Cow::Owned(at.to_string()),
            Self::Text(text) => Cow::Borrowed(text),
        }
    }
}

/// Turns rows into cells, in the order of the columns.
#[derive(Debug)]
pub(crate) struct Cells<'a> {
    pub(crate) columns: &'a Columns,
    /// Whether text that starts like a formula gets an apostrophe.
    pub(crate) is_safe: bool,
}

impl Cells<'_> {
    pub(crate) fn header(&self) -> impl Iterator<Item = Cow<'_, str>> {
        self.columns.names().iter().map(|name| self.free(name))
    }

    /// The cells of one row of that import.
    pub(crate) fn of<'r>(&'r self, import_id: i64, row: &'r ResultRow) -> impl Iterator<Item = Value<'r>> {
        let cells = row.cells.as_deref().unwrap_or_default();
        let theirs = self.columns.sources(import_id).iter().map(move |source| {
            let found = source.and_then(|source| Some((source, cells.get(source.cell)?)));
            match found {
                None => Value::Blank,
                Some((source, text)) if source.is_number => Value::Text(self.number(text)),
                Some((_, text)) => Value::Text(self.free(text)),
            }
        });
        self.ours(self.columns.file(import_id), row).into_iter().chain(theirs)
    }

    fn ours<'r>(&self, file: Option<&'r str>, row: &'r ResultRow) -> [Value<'r>; OURS.len()] {
        let text = |text: &'r Option<String>| match text {
            None => Value::Blank,
            Some(text) => Value::Text(self.free(text)),
        };
        let to = match (row.number, &row.input_to) {
            (Some(digits), _) => Value::Text(Cow::Owned(format!("+{digits}"))),
            (None, Some(input)) => Value::Text(self.number(input)),
            (None, None) => Value::Blank,
        };
        let accepted_at = row.settled_at.filter(|_| row.status == Status::Accepted);
        let [ref0, ref1, ref2] = &row.refs;
        [
            Value::Number(row.line),
            to,
            Value::Text(Cow::Borrowed(row.status.name())),
            text(&row.message_id),
            text(&row.code),
            text(&row.error),
            Value::Number(row.attempts),
            instant(accepted_at),
            row.delivery.map_or(Value::Blank, |delivery| Value::Text(Cow::Borrowed(delivery.name()))),
            instant(row.delivery_at),
            row.delivery_error.as_deref().map_or(Value::Blank, |said| self.explained(said)),
            text(ref0),
            text(ref1),
            text(ref2),
            file.map_or(Value::Blank, |file| Value::Text(self.free(file))),
            instant(row.delivered_at),
            instant(row.read_at),
            instant(row.closes_at),
            instant(row.replied_at),
            text(&row.reply_kind),
        ]
    }

    fn explained<'t>(&self, said: &'t str) -> Value<'t> {
        Value::Text(match with_advice(said) {
            Cow::Borrowed(said) => self.free(said),
            Cow::Owned(said) => Cow::Owned(self.free(&said).into_owned()),
        })
    }

    fn free<'t>(&self, text: &'t str) -> Cow<'t, str> {
        if self.is_safe { cell::safe(text) } else { Cow::Borrowed(text) }
    }

    fn number<'t>(&self, text: &'t str) -> Cow<'t, str> {
        if self.is_safe { cell::safe_number(text) } else { Cow::Borrowed(text) }
    }
}

fn instant(ms: Option<i64>) -> Value<'static> {
    ms.map_or(Value::Blank, |ms| Value::Instant(Timestamp(ms)))
}

/// Writes rows in one of the formats.
pub(crate) enum Encoder<W: Write> {
    Csv(Box<csv::Writer<W>>),
    /// With each column's name as it stands before its value.
    Jsonl(io::BufWriter<W>, Vec<String>),
    Xlsx(Box<Sheets>, W),
}

impl<W: Write + Send> Encoder<W> {
    /// CSV as RFC 4180 has it, with CR LF at the end of each line.
    pub(crate) fn csv(out: W, cells: &Cells<'_>) -> Result<Self, ReportError> {
        let mut writer = csv::WriterBuilder::new()
            .terminator(csv::Terminator::CRLF)
            .buffer_capacity(1 << 16)
            .from_writer(out);
        for name in cells.header() {
            writer.write_field(name.as_bytes()).map_err(ReportError::csv)?;
        }
        writer.write_record(None::<&[u8]>).map_err(ReportError::csv)?;
        Ok(Self::Csv(Box::new(writer)))
    }

    /// One object a line, with the columns as its members. What is not known is null.
    pub(crate) fn jsonl(out: W, columns: &Columns) -> Self {
        let names = columns.names().iter().enumerate();
        let names = names
            .map(|(index, name)| {
                let name = serde_json::Value::from(name.as_str());
                format!("{}{name}:", if index == 0 { '{' } else { ',' })
            })
            .collect();
        Self::Jsonl(io::BufWriter::with_capacity(1 << 16, out), names)
    }

    pub(crate) fn row(
        &mut self,
        cells: &Cells<'_>,
        import_id: i64,
        row: &ResultRow,
    ) -> Result<(), ReportError> {
        match self {
            Self::Csv(writer) => {
                for value in cells.of(import_id, row) {
                    writer.write_field(value.text().as_bytes()).map_err(ReportError::csv)?;
                }
                writer.write_record(None::<&[u8]>).map_err(ReportError::csv)
            }
            Self::Jsonl(out, names) => {
                for (name, value) in names.iter().zip(cells.of(import_id, row)) {
                    write_member(out, name, &value).map_err(ReportError::output)?;
                }
                out.write_all(b"}\n").map_err(ReportError::output)
            }
            Self::Xlsx(sheets, _) => sheets.row(cells, import_id, row),
        }
    }

    /// How many cells were shortened so far.
    pub(crate) fn n_shortened(&self) -> u64 {
        match self {
            Self::Csv(_) | Self::Jsonl(..) => 0,
            Self::Xlsx(sheets, _) => sheets.n_shortened(),
        }
    }

    /// Writes what is still held back, and gives the output back.
    pub(crate) fn finish(self) -> Result<W, ReportError> {
        match self {
            Self::Csv(writer) => {
                let mut out = writer
                    .into_inner()
                    .map_err(|error| ReportError::output(io::Error::from(error.error().kind())))?;
                out.flush().map_err(ReportError::output)?;
                Ok(out)
            }
            Self::Jsonl(out, _) => {
                let mut out = out.into_inner().map_err(|error| ReportError::output(error.into_error()))?;
                out.flush().map_err(ReportError::output)?;
                Ok(out)
            }
            Self::Xlsx(sheets, out) => sheets.save(out),
        }
    }
}

fn write_member(out: &mut impl Write, name: &str, value: &Value<'_>) -> io::Result<()> {
    out.write_all(name.as_bytes())?;
    match value {
        Value::Blank => out.write_all(b"null"),
        Value::Number(n) => write!(out, "{n}"),
        Value::Instant(at) => write!(out, "\"{at}\""),
        Value::Text(text) => Ok(serde_json::to_writer(out, text)?),
    }
}
