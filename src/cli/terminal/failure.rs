//! Any error becomes words, causes, at most one hint, and an exit code. The only place where that is decided.

use std::error::Error;

use serde_json::{Value, json};

use super::exit::Exit;
use crate::{
    app::{
        lists::places::PlaceError,
        wording::{error::Explained, shell_quoted},
    },
    config::ConfigError,
    domain::{campaign::CampaignError, message::TemplateError, time::TimeError},
    provider::ProviderError,
    queue::QueueError,
    report::RatesError,
    sender::SenderError,
};

/// What a user is told when a command cannot do its work.
#[derive(Debug)]
pub struct Failure {
    /// The exit code.
    pub exit: Exit,
    /// What kind of failure it is, for programs.
    pub code: &'static str,
    /// What failed, and then each cause.
    pub words: Vec<String>,
    /// What there is to know before something risky is done.
    pub note: Option<String>,
    /// A command that can be pasted, or the next thing to do; never one that can message somebody twice.
    pub hint: Option<String>,
}

impl Failure {
    /// A failure in our own words.
    pub fn new(words: impl Into<String>) -> Self {
        Self { exit: Exit::Error, code: "", words: vec![words.into()], note: None, hint: None }
    }

    /// With what to do next.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// With what there is to know before something risky is done.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.note = Some(note.into());
        self
    }

    /// With the name of its kind.
    #[must_use]
    pub fn code(mut self, code: &'static str) -> Self {
        self.code = code;
        self
    }

    /// What a program reads: the kind, the message with its causes, what to do next, and the exit code.
    pub(crate) fn to_json(&self) -> Value {
        let code = match (self.code, self.exit) {
            ("", Exit::Usage) => "USAGE",
            ("", _) => "ERROR",
            (code, _) => code,
        };
        json!({ "error": {
            "code": code,
            "message": self.words.join(": "),
            "note": self.note,
            "hint": self.hint,
            "exit": self.exit.code(),
        }})
    }

    /// With an exit code of its own.
    #[must_use]
    pub fn exit(mut self, exit: Exit) -> Self {
        self.exit = exit;
        self
    }

    /// With what was being done in front.
    #[must_use]
    pub fn while_doing(mut self, what: impl Into<String>) -> Self {
        self.words.insert(0, what.into());
        self
    }

    /// An error and its causes.
    pub(crate) fn of(error: &dyn Error) -> Self {
        Self::from(Explained::of(error))
    }
}

impl From<RatesError> for Failure {
    fn from(error: RatesError) -> Self {
        Self::of(&error).code("RATES").exit(Exit::Usage)
    }
}

impl From<PlaceError> for Failure {
    fn from(error: PlaceError) -> Self {
        match error {
            PlaceError::Queue(error) => error.into(),
            PlaceError::Ambiguous { ref places, .. } => {
                let hint = format!("name the list: --line {}", shell_quoted(&places[0].to_string()));
                Self::of(&error).code("AMBIGUOUS_LINE").hint(hint).exit(Exit::Usage)
            }
            error @ PlaceError::NoList { .. } => Self::of(&error).exit(Exit::Usage),
        }
    }
}

impl From<Explained> for Failure {
    fn from(explained: Explained) -> Self {
        let Explained { code, words, note, hint } = explained;
        Self { exit: Exit::Error, code, words, note, hint }
    }
}

impl From<QueueError> for Failure {
    fn from(error: QueueError) -> Self {
        if let QueueError::Campaign(error) = error {
            return error.into();
        }
        let is_taken = matches!(error, QueueError::Leased { .. } | QueueError::InUse { .. });
        let failure = Self::from(Explained::from(&error));
        if is_taken { failure.exit(Exit::Taken) } else { failure }
    }
}

impl From<ConfigError> for Failure {
    fn from(error: ConfigError) -> Self {
        let failure = Self::of(&error).code("SETTINGS");
        match error {
            ConfigError::Unset { hint, .. } => failure.hint(hint),
            ConfigError::KeyInFile { path } => failure.hint(format!(
                "take it out of {} and use the variable KALEYRA_API_KEY, or api_key_file = \"PATH\"",
                path.display()
            )),
            ConfigError::KeyFileOpen { path, .. } => failure.hint(format!("chmod 600 {}", path.display())),
            ConfigError::Keep { .. } => {
                failure.hint("at least 1h; without the setting, data are kept until catalink purge")
            }
            ConfigError::SecretInFile { key, .. } => failure.hint(format!("{key}_file = \"PATH\"")),
            ConfigError::Notice { .. }
            | ConfigError::NoticeVariable { .. }
            | ConfigError::Read { .. }
            | ConfigError::Parse { .. }
            | ConfigError::Phone { .. }
            | ConfigError::StopShare(_)
            | ConfigError::Database(_)
            | ConfigError::Address { .. } => failure,
        }
    }
}

impl From<SenderError> for Failure {
    fn from(error: SenderError) -> Self {
        match error {
            SenderError::Queue(error) => Self::from(error),
            error @ (SenderError::Template(_) | SenderError::Zone(_) | SenderError::NotRunning { .. }) => {
                Self::of(&error)
            }
        }
    }
}

/// What a campaign is made of is what somebody has typed; a message is a text of its own.
impl From<CampaignError> for Failure {
    fn from(error: CampaignError) -> Self {
        let failure = Self::of(&error);
        if matches!(error, CampaignError::Template { .. }) { failure } else { failure.exit(Exit::Usage) }
    }
}

macro_rules! plain {
    ($($error:ty),*) => {
        $(impl From<$error> for Failure {
            fn from(error: $error) -> Self {
                Self::of(&error)
            }
        })*
    };
}

plain!(TemplateError, TimeError, ProviderError, std::io::Error);
