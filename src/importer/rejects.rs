//! Gives back the refused rows, so that they can be mended and uploaded again.

use std::{
    io,
    path::{Path, PathBuf},
};

use tempfile::NamedTempFile;

use crate::domain::Rejection;

/// The columns added to the file's own; a later import of the file leaves them out.
pub const REJECTS_COLUMNS: [&str; 4] =
    ["catalink_line", "catalink_code", "catalink_found", "catalink_what_to_do"];

/// True for a column that a file of refused rows has added.
pub(super) fn is_own(header: &str) -> bool {
    REJECTS_COLUMNS.contains(&header.trim())
}

/// Writes the refused rows beside their target and moves them there when all are written.
pub(super) struct Rejects {
    writer: csv::Writer<NamedTempFile>,
    path: PathBuf,
}

impl Rejects {
    pub(super) fn create(path: &Path, headers: &[String]) -> io::Result<Self> {
        let directory =
            path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let mut writer = csv::Writer::from_writer(NamedTempFile::new_in(directory)?);
        writer.write_record(headers.iter().map(String::as_str).chain(REJECTS_COLUMNS))?;
        Ok(Self { writer, path: path.to_owned() })
    }

    /// Adds a row: the cells as they came, then line, code, what was found and what to do.
    pub(super) fn add(&mut self, cells: &[String], line: u64, rejection: &Rejection) -> io::Result<()> {
        for cell in cells {
            self.writer.write_field(cell)?;
        }
        let line = line.to_string();
        self.writer.write_record([&line, rejection.code.name(), &rejection.found, &rejection.text])?;
        Ok(())
    }

    /// Puts the file in its place.
    pub(super) fn finish(self) -> io::Result<()> {
        let file = self.writer.into_inner().map_err(csv::IntoInnerError::into_error)?;
        file.as_file().sync_all()?;
        file.persist(self.path).map_err(io::Error::from)?;
        Ok(())
    }
}
