//! How the operator wants a draft's file to be read, and the options of the command line that say the same.

use std::{collections::BTreeMap, iter};

use serde::{Deserialize, Serialize};

use crate::{
    config::parse_size,
    console::{
        access::passwords::digest,
        page::{
            failure::{Failure, in_words},
            words::EN,
        },
    },
    domain::{NewCampaign, Template, message::layout::fold},
    importer::{Field, Numbers, Plan, Region, SIZE_BYTES_MAX},
};

/// The stored options of a draft are not those of this version.
#[derive(Debug, thiserror::Error)]
#[error("the stored options of this list cannot be read")]
pub(crate) struct UnreadableOptions(#[from] serde_json::Error);

impl From<UnreadableOptions> for Failure {
    fn from(error: UnreadableOptions) -> Self {
        tracing::warn!(error = in_words(&error), "a draft cannot be read");
        Self::Refused(EN.options_unreadable.to_string())
    }
}

/// What a further list finds in its campaign.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Addition {
    /// Lists that were there before it.
    pub(crate) n_imports: usize,
    /// Whether the campaign had been started, so that the new rows are sent without a further word.
    pub(crate) begins: bool,
}

/// How the operator wants the file to be read; what is not said is found out. Kept as JSON in the draft.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Choices {
    /// None for the list that a campaign is made with.
    #[serde(default)]
    pub(crate) addition: Option<Addition>,
    /// The message and the tags the rows are checked for: another message is another check.
    pub(crate) message: String,
    #[serde(default)]
    pub(crate) refs: [Option<String>; 3],
    /// `international` where every number includes its country code, else a country's two letters.
    pub(crate) region: Option<String>,
    pub(crate) delimiter: Option<char>,
    pub(crate) encoding: Option<String>,
    pub(crate) sheet: Option<String>,
    pub(crate) member: Option<String>,
    pub(crate) numbers: Option<String>,
    pub(crate) has_header: Option<bool>,
    /// Whether an earlier file with the same header was looked for, and whether its mapping was taken up.
    #[serde(default)]
    pub(crate) was_looked_up: bool,
    #[serde(default)]
    pub(crate) is_remembered: bool,
    /// Fields by the numbers of their columns, from 1.
    #[serde(default)]
    pub(crate) columns: BTreeMap<usize, String>,
    /// Columns of the number in order of preference; those that are not named here come behind, in the file's order.
    #[serde(default)]
    pub(crate) to_order: Vec<usize>,
    /// Variables of the message that a column of another name gives, with its number from 1.
    #[serde(default)]
    pub(crate) assigned: BTreeMap<String, usize>,
    /// The most that may come out of an archive, as `--max-size` takes it.
    #[serde(default)]
    pub(crate) size_max: Option<String>,
}

impl Choices {
    /// The choices of a new draft of this campaign.
    pub(crate) fn of(plan: &NewCampaign) -> Self {
        Self { message: plan.message.clone(), refs: plan.refs.clone(), ..Self::default() }
    }

    pub(crate) fn from_json(json: &str) -> Result<Self, UnreadableOptions> {
        Ok(serde_json::from_str(json)?)
    }

    pub(crate) fn to_json(&self) -> String {
        serde_json::to_string(self).expect("texts and numbers are always JSON")
    }

    /// The country of numbers without one as the importer takes it; or what is wrong with it, or with the size.
    pub(crate) fn check(&self) -> Result<Option<String>, String> {
        if let Some(text) = &self.size_max {
            parse_size(text)?;
        }
        self.region.as_deref().map(region).transpose()
    }

    /// Takes back what was said of the columns: they are found out anew.
    pub(crate) fn forget_columns(&mut self) {
        self.columns.clear();
        self.to_order.clear();
        self.assigned.clear();
    }

    /// Takes the column that says who agreed to be written to.
    pub(crate) fn consent(&mut self, column: usize) {
        self.columns.retain(|_, field| field != "consent");
        self.columns.insert(column, "consent".to_owned());
    }

    /// The columns with their fields: those of the number first, in order of preference.
    fn fields(&self) -> Vec<(usize, Field)> {
        let field = |text: &str| text.parse::<Field>().unwrap_or_else(|never| match never {});
        let mut fields: Vec<_> = self.columns.iter().map(|(column, name)| (*column, field(name))).collect();
        fields.sort_by_key(|(column, field)| {
            let known = self.to_order.iter().position(|known| known == column);
            (*field != Field::To, known.filter(|_| *field == Field::To).unwrap_or(usize::MAX))
        });
        let variables = self.variables();
        let assigned = self.assigned.iter().filter(|(variable, _)| variables.contains(variable));
        fields.extend(assigned.map(|(variable, column)| (*column, Field::Variable(variable.clone()))));
        fields
    }

    /// The variables of the message and of the tags.
    pub(crate) fn variables(&self) -> Vec<String> {
        variables(&self.message, &self.refs)
    }

    /// The plan for the importer. Words that mean nothing to it are left out: they came from a form of ours.
    pub(crate) fn plan(&self, rejects: Option<std::path::PathBuf>) -> Plan {
        // `international`, a country, or both, as `--region` takes it.
        let regions = self.region.iter().flat_map(|text| text.split(','));
        let is_international = regions.clone().any(|word| word == "international");
        let region = regions.clone().find(|word| *word != "international");
        let template = |text: &Option<String>| text.as_deref().and_then(|text| Template::parse(text).ok());
        Plan {
            every_column: false,
            columns: self.fields().into_iter().map(|(column, field)| (field, column.to_string())).collect(),
            region: region.and_then(|text| text.parse().ok()),
            includes_country_code: is_international,
            delimiter: self.delimiter.and_then(|c| u8::try_from(c).ok()),
            encoding: self.encoding.clone(),
            sheet: self.sheet.clone(),
            member: self.member.clone(),
            numbers: self
                .numbers
                .as_deref()
                .and_then(|word| word.parse::<Numbers>().ok())
                .unwrap_or_default(),
            has_header: self.has_header,
            message: Template::parse(&self.message).ok(),
            refs: self.refs.each_ref().map(template),
            size_max: self
                .size_max
                .as_deref()
                .and_then(|text| parse_size(text).ok())
                .unwrap_or(SIZE_BYTES_MAX),
            rejects,
        }
    }

    /// The options of `catalink import` that say the same.
    pub(crate) fn flags(&self, headers: &[String]) -> String {
        let mut flags = String::new();
        let mut add = |name: &str, value: &str| {
            flags.push_str(&format!(" --{name} {}", quoted(value)));
        };
        for (column, field) in self.fields() {
            let header = headers.get(column - 1).cloned().unwrap_or_else(|| column.to_string());
            add("column", &format!("{}={header}", field.name()));
        }
        let delimiter = self.delimiter.map(|c| if c == '\t' { "tab".to_owned() } else { c.to_string() });
        for (name, value) in [
            ("region", &self.region),
            ("delimiter", &delimiter),
            ("encoding", &self.encoding),
            ("sheet", &self.sheet),
            ("member", &self.member),
            ("numbers", &self.numbers),
            ("max-size", &self.size_max),
        ] {
            if let Some(value) = value {
                add(name, value);
            }
        }
        if self.has_header == Some(false) {
            flags.push_str(" --no-header");
        }
        flags
    }
}

/// A country, `international`, or both.
fn region(text: &str) -> Result<String, String> {
    let mut words = Vec::new();
    for word in text.split(',').map(str::trim) {
        words.push(if word.eq_ignore_ascii_case("international") {
            "international".to_owned()
        } else {
            word.parse::<Region>().map_err(|error| error.to_string())?.code()
        });
    }
    Ok(words.join(","))
}

/// The variables of a message and of its tags, each once; a text that is no template has none.
pub(crate) fn variables(message: &str, refs: &[Option<String>; 3]) -> Vec<String> {
    let texts = iter::once(message).chain(refs.iter().flatten().map(String::as_str));
    let mut variables = Vec::new();
    for template in texts.filter_map(|text| Template::parse(text).ok()) {
        for variable in template.variables() {
            if !variables.contains(variable) {
                variables.push(variable.clone());
            }
        }
    }
    variables
}

/// What the columns of a header mean: kept for the next file with the same one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Mapping {
    pub(crate) columns: BTreeMap<usize, String>,
    #[serde(default)]
    pub(crate) to_order: Vec<usize>,
    #[serde(default)]
    pub(crate) assigned: BTreeMap<String, usize>,
    pub(crate) region: Option<String>,
    pub(crate) numbers: Option<String>,
}

/// The key under which a header's mapping is kept.
pub(crate) fn header_key(headers: &[String]) -> String {
    digest(&headers.iter().map(|header| fold(header)).collect::<Vec<_>>().join("\n"))
}

/// A text as it is typed in a shell.
pub(crate) fn quoted(text: &str) -> String {
    let is_plain = text
        .chars()
        .all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | ':' | '/' | '+' | '=' | ','));
    if is_plain && !text.is_empty() { text.to_owned() } else { format!("'{}'", text.replace('\'', r"'\''")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_are_safe_in_a_shell() {
        let choices = Choices {
            columns: [(1, "to".to_owned())].into(),
            delimiter: Some(';'),
            region: Some("IN".to_owned()),
            ..Choices::default()
        };
        let headers = ["it's; rm -rf".to_owned()];
        assert_eq!(choices.flags(&headers), r" --column 'to=it'\''s; rm -rf' --region IN --delimiter ';'");
    }

    #[test]
    fn spellings_of_a_header_share_their_mapping() {
        let key = |headers: [&str; 2]| header_key(&headers.map(str::to_owned));
        assert_eq!(key(["Mobile No", "Name"]), key(["mobile_no", "name"]));
        assert_ne!(key(["Mobile", "Name"]), key(["Name", "Mobile"]));
    }
}
