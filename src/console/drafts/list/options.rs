//! What is kept of a draft's list beside its file: how it is to be read, and what its rows are checked for.

use std::iter;

use serde::{Deserialize, Serialize};

use crate::{
    app::{
        lists::import::ImportError,
        wording::{Face, list},
    },
    console::page::{
        failure::{Failure, in_words},
        words::texts,
    },
    domain::{NewCampaign, Template, message::TemplateError},
    importer::{Field, FileError, Plan, ReadingOptions, Refusal},
    queue::QueueError,
};

/// The stored options of a draft are not those of this version.
#[derive(Debug, thiserror::Error)]
#[error("the stored options of this list cannot be read")]
pub(crate) struct UnreadableOptions(#[from] serde_json::Error);

impl From<UnreadableOptions> for Failure {
    fn from(error: UnreadableOptions) -> Self {
        tracing::warn!(error = in_words(&error), "a draft cannot be read");
        Self::Refused(texts().options_unreadable.to_string())
    }
}

/// Why a draft's list could not be read into a queue.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ListError {
    #[error(transparent)]
    Options(#[from] UnreadableOptions),
    #[error(transparent)]
    Message(#[from] TemplateError),
    /// The file was read, and is not used as it is.
    #[error("{}", list::refusal(.0, Face::Browser))]
    File(Refusal),
    #[error(transparent)]
    Import(ImportError),
    #[error(transparent)]
    Queue(#[from] QueueError),
}

impl From<ImportError> for ListError {
    fn from(error: ImportError) -> Self {
        if let ImportError::File(FileError::Refused(refusal)) = error {
            Self::File(refusal)
        } else {
            Self::Import(error)
        }
    }
}

/// What a further list finds in its campaign.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Addition {
    /// Lists that were there before it.
    pub(crate) n_imports: usize,
    /// Whether the campaign had been started, so that the new rows are sent without a further word.
    pub(crate) begins: bool,
    /// Whether it takes the place of those that were there.
    #[serde(default)]
    pub(crate) replaces: bool,
}

/// How the operator wants the file to be read, and what its rows are checked for. Kept as JSON in the draft.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Choices {
    /// None for the list that a campaign is made with.
    #[serde(default)]
    pub(crate) addition: Option<Addition>,
    /// The message and the tags the rows are checked for: another message is another check.
    pub(crate) message: String,
    pub(crate) refs: [Option<String>; 3],
    pub(crate) reading: ReadingOptions,
    /// Whether an earlier file with the same header was looked for, and whether its mapping was taken up.
    #[serde(default)]
    pub(crate) was_looked_up: bool,
    #[serde(default)]
    pub(crate) is_remembered: bool,
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

    /// The variables of the message and of the tags.
    pub(crate) fn variables(&self) -> Vec<String> {
        variables(&self.message, &self.refs)
    }

    /// The options without columns of variables that the message has no more.
    pub(crate) fn reading(&self) -> ReadingOptions {
        let variables = self.variables();
        let mut reading = self.reading.clone();
        reading.columns.retain(|(field, _)| match field {
            Field::Variable(name) => variables.contains(name),
            Field::To
            | Field::Country
            | Field::Consent
            | Field::OptOut
            | Field::WroteAt
            | Field::TimeZone
            | Field::Ref(_) => true,
        });
        reading
    }

    /// The plan for the importer.
    pub(crate) fn plan(&self) -> Result<Plan, TemplateError> {
        Plan::new(self.reading(), &self.message, &self.refs)
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_of_another_version_are_an_error() {
        let earlier = r#"{"message":"Hi","refs":[null,null,null],"region":"IN","columns":{"2":"to"}}"#;
        assert!(Choices::from_json(earlier).is_err());
        let kept = Choices { message: "Hi".to_owned(), ..Choices::default() }.to_json();
        assert!(Choices::from_json(&kept).is_ok());
    }
}
