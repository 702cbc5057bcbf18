//! What is known of a campaign in the making: how its file is read, what a check of it found.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::passwords::digest;
use crate::{
    domain::{Layout, NewCampaign, Status, Template},
    importer::{Field, FileError, Named, Numbers, Plan, Report},
};

/// What a further list finds in its campaign.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Addition {
    /// Lists that were there before it.
    pub(super) n_imports: usize,
    /// Whether the campaign had been started, so that the new rows are sent without a further word.
    pub(super) begins: bool,
}

/// How the operator wants the file to be read; what is not said is found out. Kept as JSON in the draft.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Choices {
    /// None for the list that a campaign is made with.
    #[serde(default)]
    pub(super) addition: Option<Addition>,
    /// The message and the tags the rows are checked for: another message is another check.
    pub(super) message: String,
    #[serde(default)]
    pub(super) refs: [Option<String>; 3],
    /// `international` where every number includes its country code, else a country's two letters.
    pub(super) region: Option<String>,
    pub(super) delimiter: Option<char>,
    pub(super) encoding: Option<String>,
    pub(super) sheet: Option<String>,
    pub(super) member: Option<String>,
    pub(super) numbers: Option<String>,
    pub(super) has_header: Option<bool>,
    /// Whether an earlier file with the same header was looked for, and whether its mapping was taken up.
    #[serde(default)]
    pub(super) was_looked_up: bool,
    #[serde(default)]
    pub(super) is_remembered: bool,
    /// Fields by the numbers of their columns, from 1.
    #[serde(default)]
    pub(super) columns: BTreeMap<usize, String>,
}

impl Choices {
    /// The choices of a new draft of this campaign.
    pub(super) fn of(plan: &NewCampaign) -> Self {
        Self { message: plan.message.clone(), refs: plan.refs.clone(), ..Self::default() }
    }

    pub(super) fn from_json(json: &str) -> Self {
        serde_json::from_str(json).unwrap_or_default()
    }

    pub(super) fn to_json(&self) -> String {
        serde_json::to_string(self).expect("texts and numbers are always JSON")
    }

    /// The plan for the importer. Words that mean nothing to it are left out: they came from a form of ours.
    pub(super) fn plan(&self, rejects: Option<std::path::PathBuf>) -> Plan {
        let mut columns = Vec::new();
        for (column, field) in &self.columns {
            let field: Field = field.parse().unwrap_or_else(|never| match never {});
            columns.push((field, column.to_string()));
        }
        // `international`, a country, or both, as `--region` takes it.
        let regions = self.region.iter().flat_map(|text| text.split(','));
        let is_international = regions.clone().any(|word| word == "international");
        let region = regions.clone().find(|word| *word != "international");
        let template = |text: &Option<String>| text.as_deref().and_then(|text| Template::parse(text).ok());
        Plan {
            columns,
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
            rejects,
            ..Plan::default()
        }
    }

    /// The options of `catalink import` that say the same.
    pub(super) fn flags(&self, headers: &[String]) -> String {
        let mut flags = String::new();
        let mut add = |name: &str, value: &str| {
            let is_plain = value.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '='));
            let quoted =
                if is_plain { value.to_owned() } else { format!("'{}'", value.replace('\'', r"'\''")) };
            flags.push_str(&format!(" --{name} {quoted}"));
        };
        for (column, field) in &self.columns {
            let header = headers.get(column - 1).cloned().unwrap_or_else(|| column.to_string());
            add("column", &format!("{field}={header}"));
        }
        let delimiter = self.delimiter.map(|c| if c == '\t' { "tab".to_owned() } else { c.to_string() });
        for (name, value) in [
            ("region", &self.region),
            ("delimiter", &delimiter),
            ("encoding", &self.encoding),
            ("sheet", &self.sheet),
            ("member", &self.member),
            ("numbers", &self.numbers),
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

/// What the columns of a header meant: kept for the next file with the same one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Mapping {
    pub(super) columns: BTreeMap<usize, String>,
    pub(super) region: Option<String>,
    pub(super) numbers: Option<String>,
}

/// The key under which a header's mapping is kept.
pub(super) fn header_key(headers: &[String]) -> String {
    digest(&headers.iter().map(|header| crate::domain::layout::fold(header)).collect::<Vec<_>>().join("\n"))
}

/// What a check of the file found. Kept as JSON in the draft.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Checked {
    /// Why the file cannot be used at all.
    pub(super) refused: Option<Refused>,
    pub(super) rows: u64,
    pub(super) queued: u64,
    pub(super) rejected: u64,
    pub(super) duplicate: u64,
    pub(super) suppressed: u64,
    pub(super) ignored: u64,
    pub(super) format: String,
    pub(super) encoding: Option<String>,
    pub(super) delimiter: Option<String>,
    pub(super) header: Option<u64>,
    pub(super) member: Option<String>,
    pub(super) sheet: Option<String>,
    pub(super) layout: Layout,
    /// The fields that were found, and the headers they are read from.
    pub(super) fields: BTreeMap<String, Vec<String>>,
    pub(super) notes: Vec<String>,
    /// Answers that would mend many rows at once.
    #[serde(default)]
    pub(super) offers: Vec<Answer>,
    pub(super) groups: Vec<Group>,
    pub(super) duplicates: Vec<(u64, u64, String)>,
    /// Those among the duplicates whose number an earlier list of the campaign has.
    #[serde(default)]
    pub(super) n_known: u64,
    /// How many of those who will be messaged were messaged in the last days.
    pub(super) n_lately: u64,
    /// How many of them got this very message in the last thirty days.
    #[serde(default)]
    pub(super) n_again: u64,
    /// Whether the mapping of an earlier file was used.
    #[serde(default)]
    pub(super) is_remembered: bool,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Refused {
    pub(super) code: String,
    pub(super) text: String,
    pub(super) choices: Vec<String>,
}

/// An answer to which country numbers without + are of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Answer {
    pub(super) region: String,
    /// None where the numbers include their country codes.
    pub(super) country: Option<String>,
    pub(super) n_valid: u64,
    pub(super) n_refused: u64,
}

/// What the importer says, without the options of the command line: the console has buttons for them.
pub(super) fn without_options(text: &str) -> String {
    let mut text = text.to_owned();
    while let Some(option) = text.find("--") {
        let opens = text[..option].rfind(" (");
        let closes = text[option..].find(')').map(|at| option + at + 1);
        match (opens, closes) {
            (Some(opens), Some(closes)) if !text[opens..option].contains(')') => {
                text.replace_range(opens..closes, "");
            }
            _ => {
                // The rest of the sentence says how to type it.
                let end = text[..option].trim_end().trim_end_matches([':', ';', ',']).len();
                text.truncate(end);
            }
        }
    }
    text
}

/// Problems that are mended in the same way.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Group {
    pub(super) code: String,
    pub(super) count: u64,
    pub(super) what_to_do: String,
    pub(super) examples: Vec<Example>,
}

/// One row with its problem.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Example {
    pub(super) line: u64,
    pub(super) column: String,
    pub(super) value: String,
    pub(super) message: String,
}

/// Examples of each group that are shown in their rows.
const EXAMPLES: usize = 3;

impl Checked {
    pub(super) fn refused(error: &FileError) -> Self {
        let refused = Refused {
            code: error.code().map(|code| code.name().to_owned()).unwrap_or_default(),
            text: without_options(&super::failure::in_words(error)),
            choices: error.choices().to_vec(),
        };
        Self { refused: Some(refused), ..Self::default() }
    }

    pub(super) fn of(report: &Report, layout: &Layout) -> Self {
        let groups = report.groups.iter().map(|group| Group {
            code: group.code.to_owned(),
            count: group.count,
            what_to_do: without_options(&group.what_to_do),
            examples: report
                .problems
                .iter()
                .filter(|problem| problem.code == group.code)
                .take(EXAMPLES)
                .map(|problem| Example {
                    line: problem.line,
                    column: problem.column.clone(),
                    value: problem.value.clone(),
                    message: without_options(&problem.message),
                })
                .collect(),
        });
        let fields = report.columns.iter().map(|(field, named)| {
            let headers = match named {
                Named::One(header) => vec![header.clone()],
                Named::Several(headers) => headers.clone(),
            };
            (field.clone(), headers)
        });
        let offers = report.offers.iter().map(|offer| Answer {
            region: offer.region.clone(),
            country: offer.country.clone(),
            n_valid: offer.n_valid,
            n_refused: offer.n_refused,
        });
        let is_offer = |note: &String| report.offers.iter().any(|offer| offer.to_string() == *note);
        let notes = report.notes.iter().filter(|note| !is_offer(note));
        let detected = report.detected.clone();
        Self {
            refused: None,
            rows: report.rows,
            queued: report.queued,
            rejected: report.rejected,
            duplicate: report.duplicate,
            suppressed: report.suppressed,
            ignored: report.ignored,
            format: detected.format,
            encoding: detected.encoding,
            delimiter: detected.delimiter,
            header: detected.header,
            member: detected.member,
            sheet: detected.sheet,
            layout: layout.clone(),
            fields: fields.collect(),
            notes: notes.map(|note| without_options(note)).collect(),
            offers: offers.collect(),
            groups: groups.collect(),
            duplicates: report
                .duplicates
                .iter()
                .take(EXAMPLES)
                .map(|row| (row.line, row.of_line, row.to.clone()))
                .collect(),
            n_known: 0,
            n_lately: 0,
            n_again: 0,
            is_remembered: false,
        }
    }

    /// The same message to mostly the same people has to be confirmed; not for the rest of a campaign's own list.
    pub(super) fn has_to_be_confirmed(&self, choices: &Choices) -> bool {
        choices.addition.is_none() && self.n_again > 0 && self.n_again * 2 >= self.queued
    }

    /// So many of those that could be sent to, or are suppressed, stand in the campaign already.
    pub(super) fn is_known(&mut self, status: Status, n: u64) {
        let of = if status == Status::Queued { &mut self.queued } else { &mut self.suppressed };
        *of -= n;
        self.duplicate += n;
        self.n_known += n;
    }

    pub(super) fn from_json(json: &str) -> Option<Self> {
        serde_json::from_str(json).ok()
    }

    pub(super) fn to_json(&self) -> String {
        serde_json::to_string(self).expect("texts and numbers are always JSON")
    }

    /// The field that a column is read as; none where it is a value of the message.
    pub(super) fn field_of(&self, column: usize) -> Option<&str> {
        if self.layout.to.contains(&column) {
            return Some("to");
        }
        let header = self.layout.headers.get(column)?;
        if let Some(slot) = self.layout.refs.iter().position(|used| *used == Some(column)) {
            return Some(["ref", "ref1", "ref2"][slot]);
        }
        self.fields
            .iter()
            .filter(|(field, _)| matches!(field.as_str(), "country" | "consent"))
            .find(|(_, headers)| headers.contains(header))
            .map(|(field, _)| field.as_str())
    }
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
    fn options_of_the_command_line_are_left_out_of_sentences() {
        let plain = [
            "check the digits and the country (--region)",
            "say which country numbers are of (--region IN), or that they include it (--region international)",
            "name the one that is meant: --column to=HEADER",
            "nothing",
        ]
        .map(without_options);
        assert_eq!(
            plain,
            [
                "check the digits and the country",
                "say which country numbers are of, or that they include it",
                "name the one that is meant",
                "nothing",
            ]
        );
    }

    #[test]
    fn spellings_of_a_header_share_their_mapping() {
        let key = |headers: [&str; 2]| header_key(&headers.map(str::to_owned));
        assert_eq!(key(["Mobile No", "Name"]), key(["mobile_no", "name"]));
        assert_ne!(key(["Mobile", "Name"]), key(["Name", "Mobile"]));
    }
}
