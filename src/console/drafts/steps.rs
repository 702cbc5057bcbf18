//! The way from a file to the first message, in five steps; and what is shown while the file is being read.

use askama::Template;
use axum::response::Response;

use super::list::options::Choices;
use crate::{
    console::page::{
        failure::Failure,
        frame::{Frame, Section, Visit, page as render},
        words::{self, Phrase, texts},
    },
    queue::Draft,
};

/// A step from a file to the first message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum DraftStep {
    Upload,
    Columns,
    Check,
    Message,
    Start,
}

/// The steps, and the one that is shown.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Steps {
    step: DraftStep,
    /// A further list: the campaign has its message already.
    is_addition: bool,
    /// The lists that are there are taken out.
    is_replacement: bool,
}

impl Steps {
    pub(crate) fn at(step: DraftStep, choices: &Choices) -> Self {
        let is_replacement = choices.addition.is_some_and(|addition| addition.replaces);
        Self { step, is_addition: choices.addition.is_some(), is_replacement }
    }

    pub(crate) fn is_replacement(self) -> bool {
        self.is_replacement
    }

    pub(crate) fn is_addition(self) -> bool {
        self.is_addition
    }

    /// The steps: address, words, and `step` where it is the one that is shown. The upload is behind us and has no
    /// address.
    pub(crate) fn all(self) -> Vec<(&'static str, Phrase, &'static str)> {
        [DraftStep::Upload, DraftStep::Columns, DraftStep::Check, DraftStep::Message, DraftStep::Start]
            .into_iter()
            .filter(|step| !self.is_addition || *step != DraftStep::Message)
            .map(|step| {
                let (page, words) = match step {
                    DraftStep::Upload => ("", texts().step_upload),
                    DraftStep::Columns => ("columns", texts().step_columns),
                    DraftStep::Check => ("check", texts().step_check),
                    DraftStep::Message => ("message", texts().step_message),
                    DraftStep::Start if self.is_addition => ("start", texts().step_add),
                    DraftStep::Start => ("start", texts().step_start),
                };
                (page, words, if step == self.step { "step" } else { "false" })
            })
            .collect()
    }
}

#[derive(Template)]
#[template(path = "drafts/reading.html", config = ".askama.toml")]
struct ReadingPage {
    f: Frame,
    name: String,
    text: String,
    n_bytes: u64,
    n_bytes_max: u64,
}

/// What is shown while a file is being read. It asks again by itself, also without scripts.
pub(crate) fn reading(visit: &Visit, name: &str, draft: &Draft, n_bytes: u64) -> Result<Response, Failure> {
    let text = texts().reading.with2(words::size(n_bytes), words::size(draft.n_bytes));
    let f = visit.frame(Section::Campaigns, name);
    render(&ReadingPage { f, name: name.to_owned(), text, n_bytes, n_bytes_max: draft.n_bytes })
}
