//! What the operator said about a file: everything that would otherwise be guessed, and what the rows are checked for.

use std::{convert::Infallible, path::PathBuf, str::FromStr};

use crate::{
    domain::Template,
    importer::number::{Numbers, Region, RegionError, Rule},
};

/// The most bytes that may come out of an archive, unless the operator says otherwise.
pub const SIZE_BYTES_MAX: u64 = 2 << 30;

/// How one file is to be read.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Columns named by hand, each by its header or by its number from 1; several for [`Field::To`] in order of
    /// preference.
    pub columns: Vec<(Field, String)>,
    /// Every column of numbers counts, not the preferred one alone: so is a list of people who said no.
    pub every_column: bool,
    /// The country of numbers that are written without a country code.
    pub region: Option<Region>,
    /// The whole column includes the country code, even where there is no plus.
    pub includes_country_code: bool,
    /// The delimiter, an ASCII byte.
    pub delimiter: Option<u8>,
    /// A label of the WHATWG Encoding Standard.
    pub encoding: Option<String>,
    /// The sheet of a workbook, by its name or its number from 1.
    pub sheet: Option<String>,
    /// The member of an archive, by its path or its last part.
    pub member: Option<String>,
    /// What is done with cells that hold several numbers.
    pub numbers: Numbers,
    /// The most bytes that may come out of an archive.
    pub size_max: u64,
    /// Whether the first row is a header.
    pub has_header: Option<bool>,
    /// The message, to be rendered for every row.
    pub message: Option<Template>,
    /// The templates of the tags; where there is none, the column of that name is the tag.
    pub refs: [Option<Template>; 3],
    /// Where the refused rows go.
    pub rejects: Option<PathBuf>,
}

impl Default for Plan {
    fn default() -> Self {
        Self {
            columns: Vec::new(),
            every_column: false,
            region: None,
            includes_country_code: false,
            delimiter: None,
            encoding: None,
            sheet: None,
            member: None,
            numbers: Numbers::First,
            size_max: SIZE_BYTES_MAX,
            has_header: None,
            message: None,
            refs: [None, None, None],
            rejects: None,
        }
    }
}

impl Plan {
    /// Takes the operator's word on numbers without a plus: a country (`DE`), `international` where they include the
    /// country code, or both (`DE,international`).
    pub fn set_region(&mut self, text: &str) -> Result<(), RegionError> {
        for word in text.split(',') {
            if word.trim().eq_ignore_ascii_case("international") {
                self.includes_country_code = true;
            } else {
                self.region = Some(word.parse()?);
            }
        }
        Ok(())
    }

    pub(crate) fn rule(&self) -> Rule {
        Rule { includes_country_code: self.includes_country_code, ..Rule::of_region(self.region) }
    }
}

/// What a column can be used for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Field {
    /// The number.
    To,
    /// The country of the number: a code, a name or a calling code.
    Country,
    /// Whether the person agreed to be written to.
    Consent,
    /// A tag: 0 is `ref`, 1 is `ref1`, 2 is `ref2`.
    Ref(usize),
    /// A variable of the message.
    Variable(String),
}

impl FromStr for Field {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(match text.trim() {
            "to" => Self::To,
            "country" => Self::Country,
            "consent" => Self::Consent,
            "ref" => Self::Ref(0),
            "ref1" => Self::Ref(1),
            "ref2" => Self::Ref(2),
            variable => Self::Variable(variable.to_owned()),
        })
    }
}

impl Field {
    /// The name in `--column` and in JSON.
    pub fn name(&self) -> &str {
        match self {
            Self::To => "to",
            Self::Country => "country",
            Self::Consent => "consent",
            Self::Ref(0) => "ref",
            Self::Ref(1) => "ref1",
            Self::Ref(_) => "ref2",
            Self::Variable(name) => name,
        }
    }
}
