//! Why a file cannot be imported at all.

use std::{fmt, io, path::PathBuf};

/// The codes of files, as users script against them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FileCode {
    /// No byte, or nothing but blanks.
    Empty,
    /// A header and nothing below it.
    NoRecords,
    /// No column holds telephone numbers.
    NoPhoneColumn,
    /// A kind of file that holds no table.
    Unsupported,
    /// Protected by a password.
    Encrypted,
    /// Broken off or damaged.
    Corrupt,
    /// More would come out of an archive than is allowed.
    ZipTooLarge,
    /// Several parts could be meant.
    NeedsChoice,
}

impl FileCode {
    /// The name in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Empty => "FILE_EMPTY",
            Self::NoRecords => "NO_RECORDS",
            Self::NoPhoneColumn => "NO_PHONE_COLUMN",
            Self::Unsupported => "FILE_UNSUPPORTED",
            Self::Encrypted => "FILE_ENCRYPTED",
            Self::Corrupt => "FILE_CORRUPT",
            Self::ZipTooLarge => "ZIP_TOO_LARGE",
            Self::NeedsChoice => "NEEDS_CHOICE",
        }
    }
}

impl fmt::Display for FileCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// What somebody has to say before the file can be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Question {
    /// Which sheet of the workbook.
    Sheet,
    /// Which member of the archive.
    Member,
    /// Which column is the number, or gives a variable of the message: all columns, in the file's order.
    Column(Vec<Heading>),
}

/// A column, before it is known what it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heading {
    /// Its header; its number from 1 where the file has no header.
    pub header: String,
    /// Its first values.
    pub values: Vec<String>,
}

/// Why a file cannot be imported.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// What the file is, and what to do next.
    #[error("{text}")]
    Refused {
        /// The code.
        code: FileCode,
        /// What it is and what to do: a sentence without a full stop.
        text: String,
        /// What can be chosen from: members, sheets or headers; empty where there is no choice.
        choices: Vec<String>,
        /// What is to be chosen.
        question: Option<Question>,
    },
    /// The system does not let us read it.
    #[error("cannot read `{}`", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        #[source]
        source: io::Error,
    },
    /// A `--column` names a header that the file does not have.
    #[error("the file has no column `{name}` (for `{field}`); its columns are {}", listed(choices))]
    NoSuchColumn {
        /// The field it was meant for.
        field: String,
        /// The header as it was given.
        name: String,
        /// The headers, the most similar first.
        choices: Vec<String>,
        /// Always which column.
        question: Option<Question>,
    },
    /// The message names a variable that no column gives.
    #[error(
        "the message uses {{{{{variable}}}}}, and the file has no such column; its columns are {}; \
         add it to the file, or name the one that is meant: --column {}=HEADER",
        listed(choices),
        field_of(variable)
    )]
    NoSuchVariable {
        /// The variable.
        variable: String,
        /// The headers, the most similar first.
        choices: Vec<String>,
        /// Always which column.
        question: Option<Question>,
    },
    /// `--encoding` is not one.
    #[error("`{found}` is not an encoding; examples are utf-8, windows-1252, utf-16le, shift_jis")]
    UnknownEncoding {
        /// The word.
        found: String,
    },
    /// `--delimiter` cannot be one.
    #[error("the delimiter must be one ASCII character other than a quote, a letter or a line end")]
    BadDelimiter,
    /// `--sheet` or `--member` names none.
    #[error("there is no {what} `{found}`; there are {}", listed(choices))]
    NoSuchPart {
        /// `sheet` or `member`.
        what: &'static str,
        /// The name as it was given.
        found: String,
        /// The names there are.
        choices: Vec<String>,
        /// Which of them.
        question: Option<Question>,
    },
}

impl FileError {
    pub(super) fn refused(code: FileCode, text: impl Into<String>) -> Self {
        Self::Refused { code, text: text.into(), choices: Vec::new(), question: None }
    }

    /// The code, for files that were read and refused.
    pub fn code(&self) -> Option<FileCode> {
        match self {
            Self::Refused { code, .. } => Some(*code),
            Self::Unreadable { .. }
            | Self::NoSuchColumn { .. }
            | Self::NoSuchVariable { .. }
            | Self::UnknownEncoding { .. }
            | Self::BadDelimiter
            | Self::NoSuchPart { .. } => None,
        }
    }

    /// What can be chosen from.
    pub fn choices(&self) -> &[String] {
        match self {
            Self::Refused { choices, .. }
            | Self::NoSuchColumn { choices, .. }
            | Self::NoSuchVariable { choices, .. }
            | Self::NoSuchPart { choices, .. } => choices,
            Self::Unreadable { .. } | Self::UnknownEncoding { .. } | Self::BadDelimiter => &[],
        }
    }

    /// What has to be said before the file can be read.
    pub fn question(&self) -> Option<&Question> {
        match self {
            Self::Refused { question, .. }
            | Self::NoSuchColumn { question, .. }
            | Self::NoSuchVariable { question, .. }
            | Self::NoSuchPart { question, .. } => question.as_ref(),
            Self::Unreadable { .. } | Self::UnknownEncoding { .. } | Self::BadDelimiter => None,
        }
    }

    /// The same, about columns of which these are all there are; an error about anything else stays as it is.
    pub(super) fn of_columns(mut self, all: impl FnOnce() -> Vec<Heading>) -> Self {
        match &mut self {
            Self::Refused { code: FileCode::NeedsChoice | FileCode::NoPhoneColumn, question, .. }
            | Self::NoSuchColumn { question, .. }
            | Self::NoSuchVariable { question, .. } => *question = Some(Question::Column(all())),
            Self::Refused { .. }
            | Self::Unreadable { .. }
            | Self::UnknownEncoding { .. }
            | Self::BadDelimiter
            | Self::NoSuchPart { .. } => {}
        }
        self
    }
}

/// Why the rows of an opened file did not all arrive. Nothing of it may be kept.
#[derive(Debug, thiserror::Error)]
pub enum ReadError<E> {
    /// The file.
    #[error(transparent)]
    File(#[from] FileError),
    /// The receiver of the rows.
    #[error("the rows could not be stored")]
    Add(#[source] E),
    /// The file for the refused rows.
    #[error("cannot write the refused rows to `{}`", path.display())]
    Rejects {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        #[source]
        source: io::Error,
    },
}

/// The first few names in backquotes, for a sentence.
pub(super) fn listed(names: &[String]) -> String {
    const NAMES_MAX: usize = 12;
    let shown: Vec<String> = names.iter().take(NAMES_MAX).map(|name| format!("`{name}`")).collect();
    let more = if NAMES_MAX < names.len() { ", …" } else { "" };
    format!("{}{more}", shown.join(", "))
}

/// The variable as it is typed in a shell.
fn field_of(variable: &str) -> String {
    if variable.contains(char::is_whitespace) { format!("\"{variable}\"") } else { variable.to_owned() }
}
