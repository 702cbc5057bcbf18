//! What was guessed, repaired or can be offered about a list: facts, which each face puts into words.

use serde::{Deserialize, Serialize};

use super::advice::{Advice, ColumnName};
use crate::importer::{
    meaning::plan::{Field, Hidden, ReadingOptions},
    number::{Mark, Numbers},
};

/// One thing that the operator should know about a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Note {
    /// The same file was imported before, under this name.
    ImportedBefore { file_name: String },
    /// What was said of an earlier file with these headers holds for this one.
    AnsweredBefore { answers: ReadingOptions, headers: Vec<String> },
    /// Columns that an earlier import has added to a file of rejected rows are left out.
    OwnColumnsLeftOut,
    /// One of several sheets is used, because only it holds numbers.
    OneSheet { n_sheets: usize, sheet: String },
    /// One of several files in an archive is used.
    OneMember { n_members: usize, member: String },
    /// The member's name says that these people must not be written to.
    UnwillingMember { member: String },
    /// Most of the text is UTF-8; so many bytes are not, and were read as windows-1252.
    NotAllUtf8 { n_bytes: u64 },
    /// Quotes inside of quotes have a backslash in front, and were read so.
    BackslashQuotes,
    /// So many cells of a column that the message uses have HTML entities, which would be sent as they are: one of them, and
    /// what it is decoded to.
    Entities { column: String, n: u64, example: String, decoded: String },
    /// Nobody said so.
    EncodingGuessed { encoding: String },
    /// This column is taken for the number, because of what its cells hold.
    NumbersByContent { column: String },
    /// Several columns hold numbers; they are used in this order.
    SeveralNumberColumns { columns: Vec<String> },
    /// Numbers without a country code are read by the country in this column.
    CountryColumn { column: String },
    /// A column that seems to say who agreed to be messaged is not read; another one is.
    Unwilling(Unwilling),
    /// The same, because somebody said that no such column is to be read.
    ConsentIgnored(Unwilling),
    /// A quote that is never closed, and so many rows after it that cannot be used.
    OpenQuote { line: u64, n_rows: u64 },
    /// So many numbers were written otherwise than they are sent to.
    Marked { mark: Mark, n: u64 },
    /// So many cells of a column that the message uses have control characters, such as this one.
    ControlCharacters { column: String, n: u64, example: String },
    /// So many rows have no value for a variable of the message, which has no default for it.
    Lacking { variable: String, column: String, n: u64, n_rows: u64 },
    /// So many cells had NUL characters.
    NulRemoved { n: u64 },
    /// So many rows have a blank consent cell.
    ConsentBlank { n: u64 },
    /// So many tags are empty because a value in them is blank.
    TagsBlank { n: u64 },
    /// So many rows of a sheet have cells to the right of the table.
    CellsBeyond { n: u64 },
    /// So many rows that are hidden in the sheet are left out.
    HiddenLeftOut { n_rows: u64 },
    /// How this cell is shown, and others like it, is not understood.
    FormatUnknown { cell: String, code: String },
    /// A text in columns that the message uses is no value; so many cells have it.
    TakenAsBlank { text: String, n: u64 },
    /// When people wrote is read from this column: so many of them did, so many within the last 24 hours. The zone is that of
    /// times that name none.
    WroteAt { column: String, n: u64, n_open: u64, zone: String },
    /// That is not used, because it is not known to which business number they wrote.
    WroteAtUnused { column: String },
    /// Cells of that column that are no time.
    TimesUnread(Cells),
    /// Cells of that column with a time that is still to come.
    TimesAhead(Cells),
    /// Cells that are no time zone; the number's own counts there.
    NoTimeZone(Cells),
    /// What would make many rejected rows valid.
    Offer(Offer),
    /// So many more recipients if every number of a cell is used.
    FurtherNumbers { n: u64 },
}

impl Note {
    /// What can be said in answer.
    pub fn advice(&self) -> Option<Advice> {
        match self {
            Self::Unwilling(unwilling) | Self::ConsentIgnored(unwilling) => Some(unwilling.advice()),
            Self::Offer(offer) => Some(offer.advice.clone()),
            Self::HiddenLeftOut { .. } => Some(Advice::SetHidden { hidden: Hidden::Include }),
            Self::Entities { .. } => Some(Advice::DecodeEntities),
            Self::TakenAsBlank { text, .. } if text.is_empty() => None,
            Self::TakenAsBlank { text, .. } => {
                Some(Advice::SetTexts { texts: vec![text.clone()], is_blank: false })
            }
            Self::FurtherNumbers { .. } => Some(Advice::SetNumbers { numbers: Numbers::All }),
            Self::ImportedBefore { .. }
            | Self::AnsweredBefore { .. }
            | Self::OwnColumnsLeftOut
            | Self::OneSheet { .. }
            | Self::OneMember { .. }
            | Self::FormatUnknown { .. }
            | Self::UnwillingMember { .. }
            | Self::NotAllUtf8 { .. }
            | Self::BackslashQuotes
            | Self::EncodingGuessed { .. }
            | Self::NumbersByContent { .. }
            | Self::SeveralNumberColumns { .. }
            | Self::CountryColumn { .. }
            | Self::OpenQuote { .. }
            | Self::Marked { .. }
            | Self::ControlCharacters { .. }
            | Self::Lacking { .. }
            | Self::NulRemoved { .. }
            | Self::ConsentBlank { .. }
            | Self::TagsBlank { .. }
            | Self::WroteAt { .. }
            | Self::WroteAtUnused { .. }
            | Self::TimesUnread(_)
            | Self::TimesAhead(_)
            | Self::NoTimeZone(_)
            | Self::CellsBeyond { .. } => None,
        }
    }
}

/// Cells of a column that were not used: how many, and the first of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cells {
    pub column: String,
    pub n: u64,
    pub line: u64,
    pub example: String,
}

/// A column that seems to say who agreed to be messaged, and is not read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unwilling {
    pub column: ColumnName,
    /// How its header is understood: a yes is an opt-out.
    pub is_opt_out: bool,
    /// How many rows would be left out.
    pub n_left_out: u64,
    /// How many rows could be sent to.
    pub n_rows: u64,
    /// The columns that are read in the same way.
    pub beside: Vec<ColumnName>,
}

impl Unwilling {
    /// To leave these people out.
    pub fn advice(&self) -> Advice {
        let field = if self.is_opt_out { Field::OptOut } else { Field::Consent };
        Advice::PickColumn { field, columns: self.beside.iter().chain([&self.column]).cloned().collect() }
    }
}

/// What would become valid if that were said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    pub advice: Advice,
    /// So many of the rejected rows, or at least so many.
    pub n_valid: u64,
    /// The rejected rows that may be a matter of it.
    pub n_refused: u64,
    pub is_at_least: bool,
}
