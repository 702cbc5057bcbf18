//! How a list is to be read, as the query of an upload says it: the options of `import`, by their names.

use utoipa::IntoParams;

use crate::api::requests::{input::invalid, problem::Problem};
use crate::{
    app::lists::import::{column_option, delimiter_option},
    config::parse_size,
    importer::ReadingOptions,
};

/// What a program has said about a list.
#[derive(Debug)]
pub(crate) struct Reading {
    pub(crate) options: ReadingOptions,
    /// What the file is called.
    pub(crate) file_name: Option<String>,
    /// Whether what was answered for an earlier file with the same header is asked again.
    pub(crate) asks_again: bool,
    /// Whether placeholders of another tool in the message become the columns that they name.
    pub(crate) replaces_tags: bool,
    /// All of it, as it was said.
    pub(crate) told: String,
}

/// The options as they are described; [`Reading`] takes them, as a list of names and values may repeat a name.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "it only describes")]
pub(crate) struct ReadingQuery {
    /// What the file is called.
    file_name: Option<String>,
    /// FIELD=HEADER; can be given several times.
    column: Option<Vec<String>>,
    /// The country of numbers without a country code.
    region: Option<String>,
    delimiter: Option<String>,
    encoding: Option<String>,
    /// The sheet of a workbook.
    sheet: Option<String>,
    /// The file inside a zip.
    member: Option<String>,
    /// `include` or `leave-out`.
    hidden: Option<String>,
    /// This text means that there is no value; can be given several times.
    blank_text: Option<Vec<String>>,
    /// This text is a value whatever it looks like; can be given several times.
    keep_text: Option<Vec<String>>,
    decode_entities: Option<bool>,
    /// `day-first` or `month-first`.
    dates: Option<String>,
    /// `first`, `all` or `reject`.
    numbers: Option<String>,
    /// The largest size of an archive's content, such as `50MB`.
    max_size: Option<String>,
    no_header: Option<bool>,
    ignore_consent: Option<bool>,
    import_unsubscribed: Option<bool>,
    /// Ask again what was answered for an earlier file with the same header.
    ask_again: Option<bool>,
    /// Where the message has placeholders of another tool, such as `{Name}`: `replace` puts the column's value there, `keep` keeps
    /// the text.
    tags: Option<String>,
}

/// The names of the options.
#[cfg(test)]
const NAMES: [&str; 19] = [
    "file_name",
    "column",
    "region",
    "delimiter",
    "encoding",
    "sheet",
    "member",
    "hidden",
    "blank_text",
    "keep_text",
    "decode_entities",
    "dates",
    "numbers",
    "max_size",
    "no_header",
    "ignore_consent",
    "import_unsubscribed",
    "ask_again",
    "tags",
];

impl Reading {
    pub(crate) fn of(params: Vec<(String, String)>) -> Result<Self, Problem> {
        let told = serde_json::to_string(&params).unwrap_or_default();
        let mut reading = Self {
            options: ReadingOptions::default(),
            file_name: None,
            asks_again: false,
            replaces_tags: false,
            told,
        };
        for (name, value) in params {
            let name = name.replace('-', "_");
            reading.take(&name, value).map_err(|reason| invalid(format!("{name}: {reason}")))?;
        }
        Ok(reading)
    }

    /// One option; what it cannot be used for is told in a sentence.
    fn take(&mut self, name: &str, value: String) -> Result<(), Unusable> {
        let options = &mut self.options;
        match name {
            "file_name" => self.file_name = Some(value),
            "ask_again" => self.asks_again = flag(&value)?,
            "column" => options.columns.push(column_option(&value).ok_or(Unusable::Column)?),
            "region" => options.set_region(&value).map_err(Unusable::of)?,
            "delimiter" => options.delimiter = Some(delimiter_option(&value).ok_or(Unusable::Delimiter)?),
            "encoding" => options.encoding = Some(value),
            "sheet" => options.sheet = Some(value),
            "member" => options.member = Some(value),
            "hidden" => options.hidden = Some(value.parse().map_err(Unusable::of)?),
            "blank_text" => options.set_text(&value, true),
            "keep_text" => options.set_text(&value, false),
            "decode_entities" => options.decodes_entities = flag(&value)?,
            "dates" => options.dates = Some(value.parse().map_err(Unusable::of)?),
            "numbers" => options.numbers = value.parse().map_err(Unusable::of)?,
            "max_size" => options.size_max = Some(parse_size(&value).map_err(Unusable::of)?),
            "no_header" => options.has_header = flag(&value)?.then_some(false),
            "ignore_consent" => options.ignores_consent = flag(&value)?,
            "import_unsubscribed" => options.imports_unsubscribed = flag(&value)?,
            "tags" if value == "keep" => options.keep_tags = true,
            "tags" if value == "replace" => self.replaces_tags = true,
            "tags" => return Err(Unusable::Tags),
            _ => return Err(Unusable::Unknown),
        }
        Ok(())
    }
}

/// Why an option cannot be used.
#[derive(Debug, thiserror::Error)]
enum Unusable {
    #[error("give FIELD=HEADER, such as to=Mobile Number")]
    Column,
    #[error("give one ASCII character, or tab")]
    Delimiter,
    #[error("give true or false")]
    Flag,
    #[error("give replace or keep")]
    Tags,
    #[error("import has no such option")]
    Unknown,
    #[error("{0}")]
    Value(String),
}

impl Unusable {
    fn of(error: impl std::fmt::Display) -> Self {
        Self::Value(error.to_string())
    }
}

/// An option without a value is set.
fn flag(value: &str) -> Result<bool, Unusable> {
    match value {
        "" | "true" => Ok(true),
        "false" => Ok(false),
        _ => Err(Unusable::Flag),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_option_that_is_described_is_taken_and_no_other() {
        let described = ReadingQuery::into_params(|| None);
        let described: Vec<_> = described.iter().map(|parameter| parameter.name.as_str()).collect();
        assert_eq!(described, NAMES);
        let says_unknown = |name: &str| {
            let params = vec![(name.to_owned(), "true".to_owned())];
            Reading::of(params).is_err_and(|problem| problem.to_json().contains("no such option"))
        };
        assert!(!NAMES.into_iter().any(says_unknown));
        assert!(says_unknown("colour"));
    }
}
