//! Why a file cannot be imported at all, and what is asked before it can.

use std::{fmt, io, path::PathBuf};

use serde::{Deserialize, Serialize};

use super::advice::{Advice, ColumnName};
use crate::importer::meaning::{columns::nearest, plan::Field};

/// The codes of files, as users script against them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
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

/// What somebody has to say before a file can be read. Every face shows it in the same way: the question, and its choices
/// with what speaks for each. How a question is added stands in ARCHITECTURE.md.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    pub subject: Subject,
    /// In the order in which they are shown.
    pub choices: Vec<Choice>,
}

/// What a question is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Subject {
    /// Which sheet of the workbook.
    Sheet,
    /// Which of so many members of the archive.
    Member { n_members: usize },
    /// Which column holds the numbers: all columns, in the file's order.
    NumberColumn { columns: Vec<Heading> },
    /// Which of several columns of one header gives this variable of the message: all columns, in the file's order.
    VariableColumn { variable: String, columns: Vec<Heading> },
    /// Whether brackets in the message are placeholders of another tool.
    Tags { found: Vec<String> },
    /// Whether people who left are to be messaged: by the name of the file, or by its columns.
    Leavers { by_name: Option<String> },
    /// What the yes and the no in these columns mean; so many rows could be sent to.
    Consent { columns: Vec<ColumnName>, n_rows: u64 },
    /// Whether these texts, in columns that the message uses, stand for no value.
    Blanks { texts: Vec<String>, columns: Vec<String> },
    /// Which number is the day in a column of times.
    Dates { column: String },
    /// Which encoding gives the letters that are meant.
    Encoding,
    /// Whether the hidden rows of a sheet belong to the list: how many of its rows, and the headers a filter is set on.
    HiddenRows { n_hidden: u64, n_rows: u64, filtered: Vec<String> },
}

/// One answer to a question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// The name in JSON.
    pub name: String,
    /// What it says about the list.
    pub advice: Advice,
    /// How many of the rows that were looked at it is about, where that was counted.
    pub n_rows: Option<u64>,
    /// How many rows would be left out, where the answer leaves any out.
    pub n_left_out: Option<u64>,
    /// What is found there: the first few values.
    pub samples: Vec<String>,
    /// It would write to people who must not be written to: named with a warning, and never given a button.
    pub is_harmful: bool,
}

impl Choice {
    pub(in crate::importer) fn new(name: impl Into<String>, advice: Advice) -> Self {
        Self {
            name: name.into(),
            advice,
            n_rows: None,
            n_left_out: None,
            samples: Vec::new(),
            is_harmful: false,
        }
    }
}

/// A column, before it is known what it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heading {
    /// Its header; its number from 1 where the file has no header.
    pub header: String,
    pub values: Vec<String>,
}

/// Why a file is not read as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Refusal {
    /// It is no list, or a damaged one.
    Unusable {
        code: FileCode,
        /// What it is and what to do: a sentence without a full stop, the same on every face.
        text: String,
    },
    /// More would come out of it than is allowed.
    TooLarge { bytes_max: u64 },
    /// The only row is taken for a header, and looks like a recipient.
    OnlyAHeader,
    /// No column holds telephone numbers. `columns` are always all of them, in the file's order.
    NoPhoneColumn { columns: Vec<Heading> },
    /// Several things could be meant.
    NeedsChoice(Question),
    /// The column that was named for a field is not there.
    NoSuchColumn { field: Field, name: String, columns: Vec<Heading> },
    /// The message names variables that no column gives. `found` is what was understood of the columns all the same, by their
    /// numbers from 1.
    MissingVariables { variables: Vec<String>, columns: Vec<Heading>, found: Vec<(Field, usize)> },
    /// The sheet or the member that was named is not there.
    NoSuchPart { found: String, question: Question },
    /// That is not an encoding.
    UnknownEncoding { found: String },
    /// That cannot be a delimiter.
    BadDelimiter,
}

impl Refusal {
    /// The code, for files that were read and refused.
    pub fn code(&self) -> Option<FileCode> {
        match self {
            Self::Unusable { code, .. } => Some(*code),
            Self::TooLarge { .. } => Some(FileCode::ZipTooLarge),
            Self::OnlyAHeader => Some(FileCode::NoRecords),
            Self::NoPhoneColumn { .. } => Some(FileCode::NoPhoneColumn),
            Self::NeedsChoice(_) => Some(FileCode::NeedsChoice),
            Self::NoSuchColumn { .. }
            | Self::MissingVariables { .. }
            | Self::NoSuchPart { .. }
            | Self::UnknownEncoding { .. }
            | Self::BadDelimiter => None,
        }
    }

    /// What can be chosen from, by name; the most similar to a wrong name first.
    pub fn choices(&self) -> Vec<String> {
        let headers = |columns: &[Heading]| -> Vec<String> {
            columns.iter().map(|column| column.header.clone()).collect()
        };
        match self {
            Self::NeedsChoice(question) | Self::NoSuchPart { question, .. } => {
                question.choices.iter().map(|choice| choice.name.clone()).collect()
            }
            Self::NoPhoneColumn { columns } => headers(columns),
            Self::NoSuchColumn { name, columns, .. } => nearest(&headers(columns), name),
            Self::MissingVariables { variables, columns, .. } => {
                nearest(&headers(columns), variables.first().map_or("", String::as_str))
            }
            Self::Unusable { .. }
            | Self::TooLarge { .. }
            | Self::OnlyAHeader
            | Self::UnknownEncoding { .. }
            | Self::BadDelimiter => Vec::new(),
        }
    }

    /// What has to be answered before the file can be read.
    pub fn question(&self) -> Option<&Question> {
        match self {
            Self::NeedsChoice(question) | Self::NoSuchPart { question, .. } => Some(question),
            Self::Unusable { .. }
            | Self::TooLarge { .. }
            | Self::OnlyAHeader
            | Self::NoPhoneColumn { .. }
            | Self::NoSuchColumn { .. }
            | Self::MissingVariables { .. }
            | Self::UnknownEncoding { .. }
            | Self::BadDelimiter => None,
        }
    }

    /// The variables of the message that no column gives.
    pub fn missing_variables(&self) -> &[String] {
        match self {
            Self::MissingVariables { variables, .. } => variables,
            Self::Unusable { .. }
            | Self::TooLarge { .. }
            | Self::OnlyAHeader
            | Self::NoPhoneColumn { .. }
            | Self::NeedsChoice(_)
            | Self::NoSuchColumn { .. }
            | Self::NoSuchPart { .. }
            | Self::UnknownEncoding { .. }
            | Self::BadDelimiter => &[],
        }
    }

    /// What was understood of a column all the same.
    pub fn field_of(&self, column: usize) -> Option<&Field> {
        let Self::MissingVariables { found, .. } = self else { return None };
        found.iter().find(|(_, number)| *number == column + 1).map(|(field, _)| field)
    }

    /// All columns, where it has to be said what they are.
    pub fn columns(&self) -> Option<&[Heading]> {
        match self {
            Self::NoPhoneColumn { columns }
            | Self::NoSuchColumn { columns, .. }
            | Self::MissingVariables { columns, .. }
            | Self::NeedsChoice(Question {
                subject: Subject::NumberColumn { columns } | Subject::VariableColumn { columns, .. },
                ..
            }) => Some(columns),
            Self::Unusable { .. }
            | Self::TooLarge { .. }
            | Self::OnlyAHeader
            | Self::NeedsChoice(_)
            | Self::NoSuchPart { .. }
            | Self::UnknownEncoding { .. }
            | Self::BadDelimiter => None,
        }
    }
}

/// Why a file cannot be imported. What a refusal means is for the faces to say.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// It was read, and is not used as it is.
    #[error("the file is refused{}", .0.code().map(|code| format!(" ({code})")).unwrap_or_default())]
    Refused(Refusal),
    /// The system does not let us read it.
    #[error("cannot read `{}`", path.display())]
    Unreadable {
        path: PathBuf,
        #[source]
        source: io::Error,
    },
}

impl From<Refusal> for FileError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl FileError {
    pub(in crate::importer) fn refused(code: FileCode, text: impl Into<String>) -> Self {
        Self::Refused(Refusal::Unusable { code, text: text.into() })
    }

    pub(in crate::importer) fn protected_workbook() -> Self {
        let text = "this workbook is protected by a password; open it, remove the password and save it again";
        Self::refused(FileCode::Encrypted, text)
    }

    /// The code, for files that were read and refused.
    pub fn code(&self) -> Option<FileCode> {
        match self {
            Self::Refused(refusal) => refusal.code(),
            Self::Unreadable { .. } => None,
        }
    }

    /// What has to be answered before the file can be read.
    pub fn question(&self) -> Option<&Question> {
        match self {
            Self::Refused(refusal) => refusal.question(),
            Self::Unreadable { .. } => None,
        }
    }

    /// What can be chosen from.
    pub fn choices(&self) -> Vec<String> {
        match self {
            Self::Refused(refusal) => refusal.choices(),
            Self::Unreadable { .. } => Vec::new(),
        }
    }
}

/// Why the rows of an opened file did not all arrive. Nothing of it may be kept.
#[derive(Debug, thiserror::Error)]
pub enum ReadError<E> {
    #[error(transparent)]
    File(#[from] FileError),
    /// The receiver of the rows.
    #[error("the rows could not be stored")]
    Add(#[source] E),
    /// The file for the refused rows.
    #[error("cannot write the refused rows to `{}`", path.display())]
    Rejects {
        path: PathBuf,
        #[source]
        source: io::Error,
    },
}
