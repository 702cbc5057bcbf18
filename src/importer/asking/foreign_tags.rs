//! Whether the message has placeholders of another tool, which would be sent as they stand.

use crate::domain::message::tags::{ForeignTag, foreign_tags};
use crate::importer::{
    Plan,
    findings::{
        advice::Advice,
        error::{Choice, Question, Subject},
    },
};

/// The question about brackets in the message: where they name a column of the file, or can hardly be meant as text.
pub(in crate::importer) fn question(plan: &Plan, headers: &[String]) -> Option<Question> {
    let message = plan.message.as_ref().filter(|_| !plan.options.keep_tags)?;
    let tags: Vec<_> = message.texts().flat_map(foreign_tags).collect();
    let asked: Vec<_> =
        tags.into_iter().filter(|tag| tag.is_certain || tag.header(headers).is_some()).collect();
    if asked.is_empty() {
        return None;
    }
    let replacement =
        |tag: &ForeignTag| Some((tag.found.clone(), format!("{{{{{}}}}}", tag.header(headers)?)));
    let replacements: Vec<_> = asked.iter().filter_map(replacement).collect();
    let mut choices = Vec::new();
    if !replacements.is_empty() {
        choices.push(Choice::new("replace", Advice::ReplaceTags { replacements }));
    }
    choices.push(Choice::new("keep", Advice::KeepTags));
    Some(Question {
        subject: Subject::Tags { found: asked.into_iter().map(|tag| tag.found).collect() },
        choices,
    })
}
