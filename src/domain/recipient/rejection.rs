//! Why a row of a recipient list cannot be sent to.

use std::fmt;

use serde::{Deserialize, Serialize};

macro_rules! row_codes {
    ($($(#[$doc:meta])* $variant:ident => $name:literal,)*) => {
        /// The codes of rows, as users script against them.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum RowCode { $($(#[$doc])* #[serde(rename = $name)] $variant,)* }

        impl RowCode {
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The name in JSON and exports.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }
        }
    };
}

row_codes! {
    /// No number in the row.
    PhoneMissing => "PHONE_MISSING",
    /// Scientific notation that lost digits.
    PhoneScientific => "PHONE_SCIENTIFIC",
    /// Valid in two countries, or no country to read it by.
    PhoneAmbiguousCountry => "PHONE_AMBIGUOUS_COUNTRY",
    /// An invented number such as 9999999999.
    PhonePlaceholder => "PHONE_PLACEHOLDER",
    /// Too few digits for a mobile of its country.
    PhoneTooShort => "PHONE_TOO_SHORT",
    /// Too many digits for a mobile of its country.
    PhoneTooLong => "PHONE_TOO_LONG",
    /// Letters in the number.
    PhoneLetters => "PHONE_LETTERS",
    /// No digits at all.
    PhoneNotANumber => "PHONE_NOT_A_NUMBER",
    /// Has an extension, which WhatsApp cannot reach.
    PhoneExtension => "PHONE_EXTENSION",
    /// A control character inside the number.
    PhoneControlChar => "PHONE_CONTROL_CHAR",
    /// Several numbers in a cell, and the policy is to refuse them.
    PhoneMultiple => "PHONE_MULTIPLE",
    /// Premium rate, pager, voicemail and the like.
    PhoneType => "PHONE_TYPE",
    /// No such country code.
    PhoneInvalidCountry => "PHONE_INVALID_COUNTRY",
    /// Not a number of its country's plan.
    PhoneInvalid => "PHONE_INVALID",
    /// The consent column says no.
    NoConsent => "NO_CONSENT",
    /// The message needs a value that the row lacks.
    TemplateValueMissing => "TEMPLATE_VALUE_MISSING",
    /// The message is longer than the provider allows.
    BodyTooLong => "BODY_TOO_LONG",
    /// A tag is longer than the provider keeps.
    RefTooLong => "REF_TOO_LONG",
    /// More fields than the header: the columns have shifted.
    RowExtraFields => "ROW_EXTRA_FIELDS",
    /// A quote that is never closed.
    CsvUnbalancedQuote => "CSV_UNBALANCED_QUOTE",
}

impl fmt::Display for RowCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// One row that cannot be sent to: what was found, where, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejection {
    pub code: RowCode,
    /// The column's header, or its number from 1 in a file without a header; empty when it is the whole row.
    pub column: String,
    /// What was in the cell.
    pub found: String,
    /// What was in the number's cell, for the export's `to`.
    pub to: String,
    /// A sentence: what was found, what was expected, what to do.
    pub text: String,
}
