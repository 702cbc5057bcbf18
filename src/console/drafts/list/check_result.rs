//! What a check of a draft's file found: the importer's own report, and what the queue knows of its people.

use serde::{Deserialize, Serialize};

use super::options::Choices;
use crate::{
    app::{
        campaigns::{reach::Closings, start::has_to_be_confirmed},
        wording::{Face, list, question},
    },
    domain::{Layout, Status},
    importer::{Advice, Field, FileError, Note, Refusal, Report},
};

/// What a check of the file found. Kept as JSON in the draft.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Checked {
    pub(crate) refused: Option<Refused>,
    pub(crate) report: Report,
    pub(crate) layout: Layout,
    /// Those among the duplicates whose number an earlier list of the campaign has.
    pub(crate) n_known: u64,
    /// How many of those who will be messaged were messaged in the last days.
    pub(crate) n_lately: u64,
    /// How many of them got this very message in the last thirty days.
    pub(crate) n_again: u64,
    /// When the windows of those who will be messaged close.
    #[serde(default)]
    pub(crate) closings: Closings,
    /// Whether the mapping of an earlier file was used.
    pub(crate) is_remembered: bool,
}

/// Why there is no report.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) enum Refused {
    /// The file cannot be used as it is.
    File(Refusal),
    /// The check has failed: why, in words.
    Failed(String),
}

impl Refused {
    pub(crate) fn text(&self) -> String {
        match self {
            Self::File(refusal) => list::refusal(refusal, Face::Browser),
            Self::Failed(text) => text.clone(),
        }
    }

    /// The file can be read once something is said about it.
    pub(crate) fn is_asking(&self) -> bool {
        match self {
            Self::File(refusal) => refusal.question().is_some() || refusal.columns().is_some(),
            Self::Failed(_) => false,
        }
    }
}

impl From<&FileError> for Refused {
    fn from(error: &FileError) -> Self {
        match error {
            FileError::Refused(refusal) => Self::File(refusal.clone()),
            FileError::Unreadable { .. } => Self::Failed(list::file_error(error, Face::Browser).join(": ")),
        }
    }
}

/// Buttons below one heading, each of which says one thing about the list.
#[derive(Debug)]
pub(crate) struct ButtonGroup {
    pub(crate) heading: String,
    pub(crate) buttons: Vec<AdviceButton>,
}

/// A button that says one thing about the list.
#[derive(Debug)]
pub(crate) struct AdviceButton {
    pub(crate) label: String,
    /// What the form sends, as JSON.
    pub(crate) advice: String,
    /// What speaks for it.
    pub(crate) text: String,
}

impl AdviceButton {
    fn new(advice: &Advice, text: String) -> Self {
        let json = serde_json::to_string(advice).expect("texts and numbers are always JSON");
        Self { label: question::label(advice), advice: json, text }
    }
}

/// Duplicates that are shown.
const DUPLICATES_SHOWN: usize = 3;

impl Checked {
    pub(crate) fn refused(refused: impl Into<Refused>) -> Self {
        Self { refused: Some(refused.into()), ..Self::default() }
    }

    /// Each group has its examples, so the rows are not kept a second time.
    pub(crate) fn of(mut report: Report, layout: Layout) -> Self {
        report.problems.clear();
        report.duplicates.truncate(DUPLICATES_SHOWN);
        Self { report, layout, ..Self::default() }
    }

    /// The same message to mostly the same people has to be confirmed; not for the rest of a campaign's own list.
    pub(crate) fn has_to_be_confirmed(&self, choices: &Choices) -> bool {
        choices.addition.is_none() && has_to_be_confirmed(self.n_again, self.report.queued)
    }

    /// So many of those that could be sent to, or are suppressed, stand in the campaign already.
    pub(crate) fn is_known(&mut self, status: Status, n: u64) {
        let report = &mut self.report;
        let of = if status == Status::Queued { &mut report.queued } else { &mut report.suppressed };
        *of -= n;
        report.duplicate += n;
        self.n_known += n;
    }

    pub(crate) fn from_json(json: &str) -> Option<Self> {
        serde_json::from_str(json).ok()
    }

    pub(crate) fn to_json(&self) -> String {
        serde_json::to_string(self).expect("texts and numbers are always JSON")
    }

    /// The notes that are only to be read.
    pub(crate) fn notes(&self) -> Vec<String> {
        let notes = self.report.notes.iter().filter(|note| note.advice().is_none());
        notes.map(|note| list::note(note, Face::Browser)).collect()
    }

    /// The notes about variables of the message that rows lack.
    pub(crate) fn lacking(&self) -> Vec<String> {
        let notes = self.report.notes.iter().filter(|note| matches!(note, Note::Lacking { .. }));
        notes.map(|note| list::note(note, Face::Browser)).collect()
    }

    /// The notes that can be answered by a button.
    pub(crate) fn offers(&self) -> Vec<ButtonGroup> {
        let mut groups: Vec<ButtonGroup> = Vec::new();
        for note in &self.report.notes {
            let Some(advice) = note.advice() else { continue };
            let button = AdviceButton::new(&advice, question::gain(note));
            let heading = question::heading(&advice);
            match groups.iter_mut().find(|group| group.heading == heading) {
                Some(group) => group.buttons.push(button),
                None => groups.push(ButtonGroup { heading, buttons: vec![button] }),
            }
        }
        groups
    }

    /// The question that has to be answered before the file can be read; without the answers that harm.
    pub(crate) fn question(&self) -> Option<ButtonGroup> {
        let Refused::File(refusal) = self.refused.as_ref()? else { return None };
        let asked = refusal.question()?;
        let choices = asked.choices.iter().filter(|choice| !choice.is_harmful);
        let buttons = choices.map(|choice| AdviceButton::new(&choice.advice, question::grounds(choice)));
        Some(ButtonGroup { heading: question::title(asked), buttons: buttons.collect() })
    }

    /// The variables of the message that no column gives.
    pub(crate) fn missing_variables(&self) -> &[String] {
        match &self.refused {
            Some(Refused::File(refusal)) => refusal.missing_variables(),
            Some(Refused::Failed(_)) | None => &[],
        }
    }

    /// The field that a column is read as; none where it is a value of the message.
    pub(crate) fn field_of(&self, column: usize) -> Option<&str> {
        if let Some(Refused::File(refusal)) = &self.refused {
            return refusal.field_of(column).map(Field::name);
        }
        if self.layout.to.contains(&column) {
            return Some("to");
        }
        let header = self.layout.headers.get(column)?;
        if let Some(slot) = self.layout.refs.iter().position(|used| *used == Some(column)) {
            return Some(["ref", "ref1", "ref2"][slot]);
        }
        self.report
            .columns
            .iter()
            .filter(|(field, _)| {
                matches!(field.as_str(), "country" | "consent" | "opt_out" | "wrote_at" | "time_zone")
            })
            .find(|(_, named)| named.headers().contains(header))
            .map(|(field, _)| field.as_str())
    }
}
