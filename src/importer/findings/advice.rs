//! What can be said about a list: the answer to a question, or what would make many rejected rows valid at once.

use serde::{Deserialize, Serialize};

use crate::domain::days::DayOrder;

use crate::importer::{
    meaning::plan::{Column, Field, Hidden},
    number::{Numbers, Region},
};

/// One thing that can be said about a list. [`crate::importer::ReadingOptions::follow`] acts on it; each face has its way to say
/// it: an option to paste, or a button.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Advice {
    /// How numbers without a plus are read.
    SetRegion { region: Option<Region>, includes_country_code: bool },
    /// A field is read from these columns, in order of preference.
    PickColumn { field: Field, columns: Vec<ColumnName> },
    /// The sheet of a workbook.
    PickSheet { name: String },
    /// The file inside an archive.
    PickMember { name: String },
    /// What is done with cells that hold several numbers.
    SetNumbers { numbers: Numbers },
    /// Placeholders of another tool in the message become those of a column: each text, and what it becomes. It is the
    /// message that changes, so whoever has it acts on this.
    ReplaceTags { replacements: Vec<(String, String)> },
    /// They are meant as text.
    KeepTags,
    /// The numbers of the file go on the suppression list; nobody in it is messaged. Whoever has the file acts on this.
    Suppress,
    /// A file of people who left is imported all the same.
    ImportUnsubscribed,
    /// Who says no in the first columns is left out, and who says yes in the second.
    LeaveOut { consent: Vec<ColumnName>, opt_out: Vec<ColumnName> },
    /// Columns that may say who agreed to be messaged are not read.
    IgnoreConsent,
    /// Whether rows that are hidden in a sheet are read.
    SetHidden { hidden: Hidden },
    /// The encoding of a text file.
    SetEncoding { name: String },
    /// HTML entities in cells are decoded.
    DecodeEntities,
    /// Which number is the day in dates whose column does not show it.
    SetDates { order: DayOrder },
    /// Whether these texts stand for no value.
    SetTexts { texts: Vec<String>, is_blank: bool },
}

/// A column of a file, as it can be named on each face.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColumnName {
    /// From 1.
    pub number: usize,
    /// Its header; its number where that is blank.
    pub header: String,
}

impl From<&ColumnName> for Column {
    fn from(column: &ColumnName) -> Self {
        Self::Number(column.number)
    }
}
