//! What the operator said about a file: everything that would otherwise be guessed, and what the rows are checked for.

use std::{
    convert::Infallible,
    path::{Path, PathBuf},
    str::FromStr,
};

use serde::{Deserialize, Serialize};

use crate::{
    domain::{
        Template,
        days::DayOrder,
        message::{
            TemplateError,
            value::{Values, folded},
        },
    },
    importer::{
        findings::advice::Advice,
        number::{Numbers, Region, RegionError, Rule},
    },
};

use super::moments::Times;

/// The most bytes that may come out of an archive, unless the operator says otherwise.
pub const SIZE_BYTES_MAX: u64 = 2 << 30;

/// How one file is to be read; what is not said is found out. The console keeps it as JSON: an option that is not known
/// here was written by another version, and is an error.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "each is an answer of its own")]
pub struct ReadingOptions {
    /// Columns named by hand; several for [`Field::To`] in order of preference.
    pub columns: Vec<(Field, Column)>,
    /// The country of numbers that are written without a country code.
    pub region: Option<Region>,
    /// The whole column includes the country code, even where there is no plus.
    pub includes_country_code: bool,
    /// The delimiter, an ASCII character.
    pub delimiter: Option<char>,
    /// A label of the WHATWG Encoding Standard, or a code page of DOS or of a Mac.
    pub encoding: Option<String>,
    /// The sheet of a workbook, by its name or its number from 1.
    pub sheet: Option<String>,
    /// The member of an archive, by its path or its last part.
    pub member: Option<String>,
    /// What is done with cells that hold several numbers.
    pub numbers: Numbers,
    /// Whether rows that are hidden in a sheet are read.
    pub hidden: Option<Hidden>,
    /// HTML entities in cells (`&amp;`) become the characters they are for.
    pub decodes_entities: bool,
    /// Texts that may stand for no value, and what they are.
    pub values: Values,
    /// The most bytes that may come out of an archive; none for [`SIZE_BYTES_MAX`].
    pub size_max: Option<u64>,
    /// Whether the first row is a header.
    pub has_header: Option<bool>,
    /// A file of people who left is imported all the same.
    pub imports_unsubscribed: bool,
    /// Brackets in the message that name a column are meant as text.
    pub keep_tags: bool,
    /// Columns that may say who agreed to be messaged are not asked about.
    pub ignores_consent: bool,
    /// Which number is the day in dates whose column does not show it.
    pub dates: Option<DayOrder>,
}

impl ReadingOptions {
    /// Acts on an answer.
    pub fn follow(&mut self, advice: &Advice) {
        match advice {
            Advice::SetRegion { region, includes_country_code } => {
                self.region = *region;
                self.includes_country_code = *includes_country_code;
            }
            Advice::PickColumn { field, columns } => {
                self.pick(field, &columns.iter().map(Column::from).collect::<Vec<_>>());
            }
            Advice::PickSheet { name } => self.set_part(self.member.clone(), Some(name.clone())),
            Advice::PickMember { name } => self.set_part(Some(name.clone()), self.sheet.clone()),
            Advice::SetNumbers { numbers } => self.numbers = *numbers,
            Advice::KeepTags => self.keep_tags = true,
            Advice::ImportUnsubscribed => self.imports_unsubscribed = true,
            Advice::ReplaceTags { .. } | Advice::Suppress => {}
            Advice::LeaveOut { consent, opt_out } => {
                for (field, columns) in [(Field::Consent, consent), (Field::OptOut, opt_out)] {
                    self.pick(&field, &columns.iter().map(Column::from).collect::<Vec<_>>());
                }
            }
            Advice::IgnoreConsent => self.ignores_consent = true,
            Advice::SetDates { order } => self.dates = Some(*order),
            Advice::SetHidden { hidden } => self.hidden = Some(*hidden),
            Advice::SetEncoding { name } => self.encoding = Some(name.clone()),
            Advice::DecodeEntities => self.decodes_entities = true,
            Advice::SetTexts { texts, is_blank } => {
                for text in texts {
                    self.set_text(text, *is_blank);
                }
            }
        }
    }

    /// Says whether a text stands for no value. What was said of it before is forgotten.
    pub fn set_text(&mut self, text: &str, is_blank: bool) {
        let text = folded(text);
        self.values.kept.retain(|known| *known != text);
        self.values.blank.retain(|known| *known != text);
        if is_blank { &mut self.values.blank } else { &mut self.values.kept }.push(text);
    }

    /// Reads a field from these columns and no others. A column is one field, and may give variables beside it.
    pub fn pick(&mut self, field: &Field, columns: &[Column]) {
        let is_variable = |field: &Field| matches!(field, Field::Variable(_));
        if matches!(field, Field::Consent | Field::OptOut) {
            self.ignores_consent = false;
        }
        self.columns.retain(|(known, column)| {
            known != field && (is_variable(known) || is_variable(field) || !columns.contains(column))
        });
        self.columns.extend(columns.iter().map(|column| (field.clone(), column.clone())));
    }

    /// Says which part of the file is the list. What was said about the columns of another part is forgotten.
    pub fn set_part(&mut self, member: Option<String>, sheet: Option<String>) {
        if (&self.member, &self.sheet) != (&member, &sheet) {
            self.columns.clear();
            self.hidden = None;
        }
        (self.member, self.sheet) = (member, sheet);
    }

    /// Takes the operator's word on numbers without a plus: a country (`DE`), `international` where they include the
    /// country code, or both (`DE,international`).
    pub fn set_region(&mut self, text: &str) -> Result<(), RegionError> {
        let (mut region, mut includes_country_code) = (None, false);
        for word in text.split(',') {
            if word.trim().eq_ignore_ascii_case("international") {
                includes_country_code = true;
            } else {
                region = Some(word.parse()?);
            }
        }
        (self.region, self.includes_country_code) = (region, includes_country_code);
        Ok(())
    }

    /// The field that this column was named for, from 1; a variable of the message only where it is nothing else.
    pub fn field_of(&self, number: usize) -> Option<&Field> {
        let mut fields = self
            .columns
            .iter()
            .filter(|(_, column)| *column == Column::Number(number))
            .map(|(field, _)| field);
        fields.clone().find(|field| !matches!(field, Field::Variable(_))).or_else(|| fields.next())
    }

    /// Whether a column is named for that variable of the message.
    pub fn names_variable(&self, variable: &str) -> bool {
        self.columns.iter().any(|(field, _)| matches!(field, Field::Variable(name) if name == variable))
    }

    /// These options without what is true of this file only: kept for the next file with the same header.
    #[must_use]
    pub fn of_header(&self) -> Self {
        Self {
            delimiter: None,
            encoding: None,
            sheet: None,
            member: None,
            hidden: None,
            size_max: None,
            has_header: None,
            keep_tags: false,
            imports_unsubscribed: false,
            // What messages people who may have opted out is said anew for each file.
            ignores_consent: false,
            ..self.clone()
        }
    }

    /// The answers among these options that hold for the next file with the same header although nobody looks at it: which column
    /// is what, and what texts and dates stand for.
    #[must_use]
    pub fn answers(&self) -> Self {
        Self {
            columns: self.columns.clone(),
            values: self.values.clone(),
            dates: self.dates,
            decodes_entities: self.decodes_entities,
            ..Self::default()
        }
    }

    /// This file's own options, with the answers of an earlier file where this one says nothing.
    #[must_use]
    pub fn with_answers(mut self, earlier: &Self) -> Self {
        let is_said = |field: &Field| self.columns.iter().any(|(known, _)| known == field);
        let says_consent = self.ignores_consent || is_said(&Field::Consent) || is_said(&Field::OptOut);
        let is_open = |field: &Field| {
            let is_consent = matches!(field, Field::Consent | Field::OptOut);
            !is_said(field) && (!is_consent || !says_consent)
        };
        let columns: Vec<_> = earlier.columns.iter().filter(|(field, _)| is_open(field)).cloned().collect();
        self.columns.extend(columns);
        let texts = earlier.values.kept.iter().map(|text| (text, false));
        for (text, is_blank) in texts.chain(earlier.values.blank.iter().map(|text| (text, true))) {
            if !self.values.kept.contains(text) && !self.values.blank.contains(text) {
                self.set_text(text, is_blank);
            }
        }
        self.dates = self.dates.or(earlier.dates);
        self.decodes_entities |= earlier.decodes_entities;
        self
    }

    /// This file's own options, with what was kept of an earlier file with the same header. What was said of this one
    /// about its numbers goes first.
    #[must_use]
    pub fn with_earlier(self, earlier: Self) -> Self {
        let mut options = Self {
            delimiter: self.delimiter,
            encoding: self.encoding,
            sheet: self.sheet,
            member: self.member,
            hidden: self.hidden,
            size_max: self.size_max,
            has_header: self.has_header,
            decodes_entities: self.decodes_entities || earlier.decodes_entities,
            dates: self.dates.or(earlier.dates),
            ..earlier
        };
        if self.region.is_some() || self.includes_country_code {
            options.region = self.region;
            options.includes_country_code = self.includes_country_code;
        }
        for (texts, is_blank) in [(&self.values.kept, false), (&self.values.blank, true)] {
            for text in texts {
                options.set_text(text, is_blank);
            }
        }
        if self.numbers != Numbers::default() {
            options.numbers = self.numbers;
        }
        options
    }

    pub(crate) fn rule(&self) -> Rule {
        Rule { includes_country_code: self.includes_country_code, ..Rule::of_region(self.region) }
    }

    pub(crate) fn size_max(&self) -> u64 {
        self.size_max.unwrap_or(SIZE_BYTES_MAX)
    }
}

/// `IN`, `international`, or both, as [`ReadingOptions::set_region`] takes it; none where nothing was said.
pub fn region_text(region: Option<Region>, includes_country_code: bool) -> Option<String> {
    let international = includes_country_code.then(|| "international".to_owned());
    let words: Vec<String> = region.map(Region::code).into_iter().chain(international).collect();
    (!words.is_empty()).then(|| words.join(","))
}

/// How one file is read, and what its rows are checked for.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    /// How the file is to be read.
    pub options: ReadingOptions,
    /// The message, to be rendered for every row.
    pub message: Option<Template>,
    /// The templates of the tags; where there is none, the column of that name is the tag.
    pub refs: [Option<Template>; 3],
    /// Where the refused rows go.
    pub rejects: Option<PathBuf>,
    /// What the file is called, where its path does not say it.
    pub file_name: Option<String>,
    /// Whether a file of that name may be replaced.
    pub rejects_may_replace: bool,
    /// How the times of the list are read; none where they are not.
    pub times: Option<Times>,
    /// Every column of numbers counts, not the preferred one alone: so is a list of people who said no.
    pub every_column: bool,
}

impl Plan {
    /// The plan for a list of a campaign with this message and these tags.
    pub fn new(
        options: ReadingOptions,
        message: &str,
        refs: &[Option<String>; 3],
    ) -> Result<Self, TemplateError> {
        let tag = |slot: usize| refs[slot].as_deref().map(Template::parse).transpose();
        let refs = [tag(0)?, tag(1)?, tag(2)?];
        Ok(Self { message: Some(Template::parse(message)?), refs, ..Self::from(options) })
    }

    /// What the file at `path` is called.
    pub(crate) fn name_of(&self, path: &Path) -> String {
        let of_path = || path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        self.file_name.clone().unwrap_or_else(of_path)
    }
}

/// Rows that are checked for no message.
impl From<ReadingOptions> for Plan {
    fn from(options: ReadingOptions) -> Self {
        Self { options, ..Self::default() }
    }
}

/// What is done with rows that are hidden in a sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Hidden {
    /// They are counted, and not read.
    LeaveOut,
    /// They are read like the others.
    Include,
}

/// That is no answer about hidden rows.
#[derive(Debug, Clone, thiserror::Error)]
#[error("`{0}` is neither include nor leave-out")]
pub struct HiddenError(String);

impl Hidden {
    /// The name in options and in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::LeaveOut => "leave-out",
            Self::Include => "include",
        }
    }
}

impl FromStr for Hidden {
    type Err = HiddenError;

    fn from_str(text: &str) -> Result<Self, HiddenError> {
        let known = [Self::LeaveOut, Self::Include].into_iter().find(|hidden| hidden.name() == text);
        known.ok_or_else(|| HiddenError(text.to_owned()))
    }
}

/// A column as the operator names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Column {
    /// By its number from 1.
    Number(usize),
    /// By its header in any spelling, or by its number where no header is written so.
    Named(String),
}

/// What a column can be used for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum Field {
    To,
    /// The country of the number: a code, a name or a calling code.
    Country,
    /// Whether the person agreed to be messaged: a no rejects the row.
    Consent,
    /// Whether the person asked not to be messaged: a yes rejects the row.
    OptOut,
    /// When the person wrote last.
    WroteAt,
    /// The person's time zone, by its IANA name.
    TimeZone,
    /// A tag: 0 is `ref`, 1 is `ref1`, 2 is `ref2`.
    Ref(usize),
    /// A variable of the message.
    Variable(String),
}

impl From<&str> for Field {
    fn from(text: &str) -> Self {
        match text.trim() {
            "to" => Self::To,
            "country" => Self::Country,
            "consent" => Self::Consent,
            "opt_out" => Self::OptOut,
            "wrote_at" => Self::WroteAt,
            "time_zone" => Self::TimeZone,
            "ref" => Self::Ref(0),
            "ref1" => Self::Ref(1),
            "ref2" => Self::Ref(2),
            variable => Self::Variable(variable.to_owned()),
        }
    }
}

impl From<String> for Field {
    fn from(text: String) -> Self {
        Self::from(text.as_str())
    }
}

impl From<Field> for String {
    fn from(field: Field) -> Self {
        field.name().to_owned()
    }
}

impl FromStr for Field {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(Self::from(text))
    }
}

impl Field {
    /// The name in options and in JSON.
    pub fn name(&self) -> &str {
        match self {
            Self::To => "to",
            Self::Country => "country",
            Self::Consent => "consent",
            Self::OptOut => "opt_out",
            Self::WroteAt => "wrote_at",
            Self::TimeZone => "time_zone",
            Self::Ref(0) => "ref",
            Self::Ref(1) => "ref1",
            Self::Ref(_) => "ref2",
            Self::Variable(name) => name,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::importer::ColumnName;

    #[test]
    fn options_of_another_version_are_not_read() {
        let unknown = r#"{"columns":[["to",2]],"language":"de"}"#;
        assert!(serde_json::from_str::<ReadingOptions>(unknown).is_err());
        let known: ReadingOptions = serde_json::from_str(r#"{"columns":[["to",2]],"region":"IN"}"#).unwrap();
        assert_eq!(known.columns, [(Field::To, Column::Number(2))]);
        let kept = serde_json::to_string(&known).unwrap();
        assert_eq!(serde_json::from_str::<ReadingOptions>(&kept).unwrap(), known);
        assert!(serde_json::from_str::<ReadingOptions>(r#"{"region":"Germania"}"#).is_err());
    }

    #[test]
    fn a_column_that_is_picked_is_nothing_else() {
        let mut options = ReadingOptions::default();
        options.pick(&Field::To, &[Column::Number(2), Column::Number(3)]);
        options.pick(&Field::Variable("name".to_owned()), &[Column::Number(3)]);
        let columns = vec![ColumnName { number: 3, header: "Agreed".to_owned() }];
        options.follow(&Advice::PickColumn { field: Field::Consent, columns });
        assert_eq!(options.field_of(2), Some(&Field::To));
        assert_eq!(options.field_of(3), Some(&Field::Consent));
        assert_eq!(options.columns.len(), 3, "it still gives the variable: {options:?}");
    }

    #[test]
    fn what_was_said_of_another_sheets_columns_is_forgotten() {
        let mut options = ReadingOptions::default();
        options.pick(&Field::To, &[Column::Number(2)]);
        options.follow(&Advice::PickSheet { name: "May".to_owned() });
        assert!(options.columns.is_empty());
        options.pick(&Field::To, &[Column::Number(1)]);
        options.follow(&Advice::PickSheet { name: "May".to_owned() });
        assert_eq!(options.columns.len(), 1, "it is the same sheet");
    }
}
