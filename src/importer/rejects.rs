//! Gives back the refused rows, so that they can be fixed and uploaded again.

use std::{
    io,
    path::{Path, PathBuf},
};

use tempfile::NamedTempFile;

use super::record::Record;
use crate::domain::{RejectedRow, Rejection};

/// The columns added to the file's own; a later import of the file leaves them out.
pub const REJECTS_COLUMNS: [&str; 5] = [LINE, "catalink_code", "catalink_found", "catalink_what_to_do", FILE];

/// The line of the row in its list, and the list's name: by them the row is known when it comes again.
const LINE: &str = "catalink_line";
const FILE: &str = "catalink_file";

/// True for a column that a file of refused rows has added.
pub(super) fn is_own(header: &str) -> bool {
    REJECTS_COLUMNS.contains(&header.trim())
}

/// Where a file of rejected rows says which row is which.
#[derive(Debug, Clone, Copy)]
pub(super) struct OwnColumns {
    line: usize,
    file: Option<usize>,
}

impl OwnColumns {
    /// Those among the headers of a file, if it is a file of rejected rows.
    pub(super) fn find(headers: &[String]) -> Option<Self> {
        let position = |name| headers.iter().position(|header| header.trim() == name);
        Some(Self { line: position(LINE)?, file: position(FILE) })
    }

    /// Which rejected row a record is. None where its line is no number any more.
    pub(super) fn row(self, record: &Record) -> Option<RejectedRow> {
        let cell = |index| record.get(index).unwrap_or_default().trim();
        let file_name = self.file.map(|index| cell(index).to_owned());
        let line = cell(self.line).parse().ok()?;
        Some(RejectedRow { file_name: file_name.filter(|name| !name.is_empty()), line })
    }
}

/// Writes the refused rows beside their target and moves them there when all are written.
pub(super) struct Rejects {
    writer: csv::Writer<NamedTempFile>,
    path: PathBuf,
    /// What the list is called.
    file_name: String,
    may_replace: bool,
    n_rows: u64,
}

impl Rejects {
    /// Begins the file. One that exists is replaced only where the operator has said so.
    pub(super) fn create(
        path: &Path,
        may_replace: bool,
        file_name: String,
        headers: &[String],
    ) -> io::Result<Self> {
        if !may_replace && path.exists() {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        let directory =
            path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let mut writer = csv::Writer::from_writer(NamedTempFile::new_in(directory)?);
        writer.write_record(headers.iter().map(String::as_str).chain(REJECTS_COLUMNS))?;
        Ok(Self { writer, path: path.to_owned(), file_name, may_replace, n_rows: 0 })
    }

    /// Adds a row: the cells as they came, then line, code, what was found, what to do and the list's name.
    pub(super) fn add(&mut self, cells: &[String], line: u64, rejection: &Rejection) -> io::Result<()> {
        for cell in cells {
            self.writer.write_field(cell)?;
        }
        self.n_rows += 1;
        let line = line.to_string();
        self.writer.write_record([
            &line,
            rejection.code.name(),
            &rejection.found,
            &rejection.text,
            &self.file_name,
        ])?;
        Ok(())
    }

    /// Puts the file in its place; where no row was refused, there is none. Says how many rows it holds.
    pub(super) fn finish(self) -> io::Result<u64> {
        if self.n_rows == 0 {
            return Ok(0);
        }
        let file = self.writer.into_inner().map_err(csv::IntoInnerError::into_error)?;
        file.as_file().sync_all()?;
        if self.may_replace {
            file.persist(self.path).map_err(io::Error::from)?;
        } else {
            file.persist_noclobber(self.path).map_err(io::Error::from)?;
        }
        Ok(self.n_rows)
    }
}
