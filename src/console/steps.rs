//! The way from a file to the first message, in five steps; and what is shown while the file is being read.

use askama::Template;
use axum::response::Response;

use super::{
    failure::Failure,
    frame::{Frame, Section, Visit, page as render},
    words::{self, EN, Phrase},
};
use crate::queue::Draft;

/// A step of the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Step {
    Upload,
    Columns,
    Check,
    Message,
    Start,
}

impl Step {
    const ALL: [Self; 5] = [Self::Upload, Self::Columns, Self::Check, Self::Message, Self::Start];

    /// The steps after the upload, which is behind us: address, words, and `step` where it is the one that is shown.
    pub(super) fn all(self) -> Vec<(&'static str, Phrase, &'static str)> {
        Self::ALL
            .into_iter()
            .map(|step| {
                let (page, words) = match step {
                    Self::Upload => ("", EN.step_upload),
                    Self::Columns => ("columns", EN.step_columns),
                    Self::Check => ("check", EN.step_check),
                    Self::Message => ("message", EN.step_message),
                    Self::Start => ("start", EN.step_start),
                };
                (page, words, if step == self { "step" } else { "false" })
            })
            .collect()
    }
}

#[derive(Template)]
#[template(path = "reading.html", config = ".askama.toml")]
struct ReadingPage {
    f: Frame,
    name: String,
    text: String,
    n_bytes: u64,
    n_bytes_max: u64,
}

/// What is shown while a file is being read. It asks again by itself, also without scripts.
pub(super) fn reading(visit: &Visit, name: &str, draft: &Draft, n_bytes: u64) -> Result<Response, Failure> {
    let text = EN.reading.with2(words::size(n_bytes), words::size(draft.n_bytes));
    let f = visit.frame(Section::Campaigns, name);
    render(&ReadingPage { f, name: name.to_owned(), text, n_bytes, n_bytes_max: draft.n_bytes })
}
