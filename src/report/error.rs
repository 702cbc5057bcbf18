//! What can go wrong with a report.

use std::{io, path::PathBuf};

use crate::queue::QueueError;

/// Why a report could not be written.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// The queue could not be read.
    #[error("cannot read the campaign's recipients")]
    Queue(#[from] QueueError),
    /// The file is there, and nobody said that it may be replaced.
    #[error("`{}` exists already", path.display())]
    Exists { path: PathBuf },
    /// The file cannot be written; what was there before is untouched.
    #[error("cannot write `{}`", path.display())]
    File {
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// The output cannot be written.
    #[error("cannot write the output")]
    Output(#[source] io::Error),
    /// Whoever read the output has stopped reading: no failure, there is only nobody left to write for.
    #[error("the output was closed by its reader")]
    Closed,
    /// The workbook cannot be made.
    #[error("cannot make the workbook")]
    Workbook(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The writing thread died: a defect of this program, or of a library it uses.
    #[error("writing stopped half-way")]
    Broken,
    /// Figures that must be equal are not. Nothing is shown then, because any of them may be the wrong one.
    #[error("the figures do not add up: {what} is {found} where {expected} was expected")]
    DoesNotAddUp {
        what: &'static str,
        /// What it should be.
        expected: u64,
        found: u64,
    },
}

impl ReportError {
    /// What a failed write to something that is not a file of ours means.
    pub(super) fn output(source: io::Error) -> Self {
        if source.kind() == io::ErrorKind::BrokenPipe { Self::Closed } else { Self::Output(source) }
    }

    /// What a failure of the CSV writer means.
    pub(super) fn csv(error: csv::Error) -> Self {
        // The other kinds are of reading, or of rows of unequal length, which one list of columns rules out.
        if let csv::ErrorKind::Io(error) = error.into_kind() {
            Self::output(error)
        } else {
            Self::Output(io::ErrorKind::InvalidData.into())
        }
    }

    /// Says that two figures must be equal.
    pub(super) fn unless_equal(what: &'static str, expected: u64, found: u64) -> Result<(), Self> {
        if expected == found { Ok(()) } else { Err(Self::DoesNotAddUp { what, expected, found }) }
    }
}
