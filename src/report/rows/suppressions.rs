//! The suppression list as CSV.

use std::{io::Write, path::Path};

use crate::{
    domain::Phone,
    queue::{Queue, Suppression},
    report::{
        error::ReportError,
        file::{cell, output::NewFile},
    },
};

/// How many numbers are read from the list at once.
const PAGE: u32 = 1_000;

/// The list, piece by piece: the header first, then so many numbers at a time.
#[derive(Debug)]
pub struct Pieces {
    queue: Queue,
    is_excel_safe: bool,
    stands: Stands,
}

#[derive(Debug, Clone, Copy)]
enum Stands {
    AtStart,
    After(Option<Phone>),
    AtEnd,
}

impl Pieces {
    /// The list of that queue; with reasons that a spreadsheet will not execute, where it is opened in one.
    pub fn of(queue: Queue, is_excel_safe: bool) -> Self {
        Self { queue, is_excel_safe, stands: Stands::AtStart }
    }

    /// The next piece; none at the end.
    pub async fn next(&mut self) -> Result<Option<Vec<u8>>, ReportError> {
        let mut writer = csv::Writer::from_writer(Vec::new());
        match self.stands {
            Stands::AtStart => {
                writer.write_record(["to", "reason", "added_at"]).map_err(ReportError::csv)?;
                self.stands = Stands::After(None);
            }
            Stands::After(number) => {
                let page = self.queue.suppressions(number, PAGE).await?;
                self.stands = page.last().map_or(Stands::AtEnd, |last| Stands::After(Some(last.number)));
                for row in &page {
                    self.write(&mut writer, row)?;
                }
                if page.is_empty() {
                    return Ok(None);
                }
            }
            Stands::AtEnd => return Ok(None),
        }
        let piece = writer.into_inner().map_err(|error| ReportError::output(error.into_error()))?;
        Ok(Some(piece))
    }

    fn write(&self, writer: &mut csv::Writer<Vec<u8>>, row: &Suppression) -> Result<(), ReportError> {
        let (to, at) = (row.number.e164(), row.added_at.to_string());
        let reason = if self.is_excel_safe { cell::safe(&row.reason) } else { row.reason.as_str().into() };
        writer.write_record([to.as_str(), reason.as_ref(), at.as_str()]).map_err(ReportError::csv)
    }
}

/// Writes the list to `out`. [`ReportError::Closed`] when its reader went away.
pub async fn write(queue: &Queue, out: &mut impl Write) -> Result<(), ReportError> {
    let mut pieces = Pieces::of(queue.clone(), false);
    while let Some(piece) = pieces.next().await? {
        out.write_all(&piece).map_err(ReportError::output)?;
    }
    out.flush().map_err(ReportError::output)
}

/// Writes the list to a new file, which appears whole or not at all.
pub async fn write_file(queue: &Queue, path: &Path, overwrite: bool) -> Result<(), ReportError> {
    let mut file = NewFile::begin(path, overwrite)?;
    write(queue, &mut file).await.map_err(|error| NewFile::failed(path, error))?;
    file.keep()
}
