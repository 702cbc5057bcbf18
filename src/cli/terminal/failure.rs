//! Any error becomes words, causes, at most one hint, and an exit code. The only place where that is decided.

use std::error::Error;

use serde_json::{Value, json};

use super::exit::Exit;
use crate::{
    app::{places::PlaceError, wording::shell_quoted},
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
        let mut words = vec![error.to_string()];
        let mut cause = error.source();
        while let Some(error) = cause {
            words.push(error.to_string());
            cause = error.source();
        }
        words.dedup();
        Self { exit: Exit::Error, code: "", words, note: None, hint: None }
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

const RESTORED: &str = "who was messaged since the copy was made would be messaged again; sending takes your word \
    (catalink run NAME --restored), also where the database was only moved here and no other copy of it sends";

const RECONCILE: &str =
    "catalink reconcile NAME REPORT.csv takes those out of the queue who were messaged meanwhile";

impl From<QueueError> for Failure {
    fn from(error: QueueError) -> Self {
        let failure = Self::of(&error).code(kind(&error));
        match &error {
            QueueError::Missing { .. } => {
                failure.hint("catalink create NAME --message TEXT, or name the file: --db PATH")
            }
            QueueError::UnknownCampaign { near, .. } if near.is_empty() => {
                failure.hint("catalink status lists the campaigns")
            }
            QueueError::UnknownCampaign { near, .. } => failure.hint(format!("is it {}?", near.join(" or "))),
            QueueError::OtherAccount { .. } => failure
                .note("sending the rest with another account takes your word: --other-account")
                .hint("set KALEYRA_SID and the address back to the account that began it"),
            QueueError::CampaignExists { name } => {
                failure.hint(format!("catalink status {name}, or choose another name"))
            }
            QueueError::Leased { .. } => failure.exit(Exit::Taken).hint(
                "one process at a time sends from a database, so that the rate holds for the whole account; \
                 wait for it, or stop it with Ctrl-C",
            ),
            QueueError::Restored { .. } => failure.note(RESTORED).hint(RECONCILE),
            QueueError::ForeignLog { .. } => failure.hint(
                "nothing was opened, so nothing is damaged; catalink restore FILE puts a backup in the place of a \
                 database. Where the file is the backup that is wanted, move the log away and keep it",
            ),
            QueueError::InUse { .. } => {
                failure.exit(Exit::Taken).hint("stop catalink serve, and whatever else has it open, then try again")
            }
            QueueError::Restore { .. } => failure.hint("catalink restore FILE takes a file that catalink backup wrote"),
            QueueError::ReadOnly { .. } => {
                failure.hint("status, export, report, preview and doctor read it; everything else needs a disk that can be written")
            }
            QueueError::Outdated { .. } => failure.hint("copy it to a disk that can be written, and name it there: --db PATH"),
            QueueError::Traces { .. } => failure.hint("free some disk space, or stop the programs that read the database, then purge again"),
            QueueError::NotOver { name, .. } => {
                failure.hint(format!("catalink cancel {name} ends it; who still waits is not messaged then"))
            }
            QueueError::ListInUse { .. } | QueueError::NoSuchList { .. } | QueueError::ListsChanged { .. } | QueueError::OnItsWay { .. } | QueueError::NothingInstead => of_list(failure, &error),
            QueueError::Purged { .. } => failure.hint("create another campaign for the list"),
            QueueError::Backup { .. } => failure.hint("name a file that does not exist, on a disk with room"),
            QueueError::Upload { .. } => failure
                .hint("the list that nobody has added holds the same people's data: remove the file, then purge again"),
            QueueError::NewerVersion { .. } => {
                failure.hint("use the newer catalink, or another file: --db PATH")
            }
            QueueError::NotADatabase { .. } => failure.hint("name another file: --db PATH"),
            QueueError::Open { .. } => failure
                .hint("check that the folder exists and can be written, or name another file: --db PATH"),
            QueueError::NoRoom { .. } => {
                failure.hint("free some disk space, then run the same command again; nothing was sent")
            }
            QueueError::Vanished { .. } => failure.hint(
                "put the file back where it was, with its -wal file, before anything is sent again; \
                 catalink status and catalink export show what it holds",
            ),
            QueueError::Storage(_) => failure.hint(
                "check the disk's space and the file's permissions, then run the same command again; \
                 nothing that was recorded is lost",
            ),
            QueueError::Campaign(error) => Self::from(error.clone()),
            QueueError::Step { name, .. } => failure.hint(format!("catalink status {name}")),
            QueueError::Inconsistent { .. } => {
                failure.hint("catalink doctor --verify NAME recounts a campaign")
            }
            QueueError::Migrate { .. }
            | QueueError::SqliteTooOld { .. }
            | QueueError::Sqlite(_)
            | QueueError::LeaseLost
            | QueueError::ImportAbandoned
            | QueueError::NoRandomness { .. } | QueueError::Closed => failure,
        }
    }
}

/// What to do where a list cannot be taken out.
fn of_list(failure: Failure, error: &QueueError) -> Failure {
    if let QueueError::ListInUse { name, .. } = error {
        return failure.hint(format!(
            "catalink cancel {name} ends it; the right list goes into another campaign: catalink copy {name} NEW"
        ));
    }
    if let QueueError::OnItsWay { name, .. } = error {
        return failure.hint(format!("catalink pause {name}, then try again"));
    }
    if let QueueError::NoSuchList { name } | QueueError::ListsChanged { name } = error {
        return failure.hint(format!("catalink show {name} names its lists"));
    }
    failure.hint("name a file with rows, or take the last list out: --undo")
}

/// What kind of failure of the queue it is, for programs.
fn kind(error: &QueueError) -> &'static str {
    match error {
        QueueError::UnknownCampaign { .. } => "UNKNOWN_CAMPAIGN",
        QueueError::CampaignExists { .. } => "CAMPAIGN_EXISTS",
        QueueError::Campaign(_) => "USAGE",
        QueueError::Step { .. }
        | QueueError::NotOver { .. }
        | QueueError::Purged { .. }
        | QueueError::ListInUse { .. }
        | QueueError::NoSuchList { .. }
        | QueueError::ListsChanged { .. }
        | QueueError::OnItsWay { .. } => "WRONG_STATE",
        QueueError::NothingInstead => "NO_RECORDS",
        QueueError::OtherAccount { .. } => "OTHER_ACCOUNT",
        QueueError::Restored { .. } => "RESTORED_COPY",
        QueueError::Leased { .. } | QueueError::InUse { .. } => "IN_USE",
        QueueError::Missing { .. } => "NO_DATABASE",
        QueueError::Open { .. }
        | QueueError::NotADatabase { .. }
        | QueueError::NewerVersion { .. }
        | QueueError::Migrate { .. }
        | QueueError::SqliteTooOld { .. }
        | QueueError::Sqlite(_)
        | QueueError::Vanished { .. }
        | QueueError::Inconsistent { .. }
        | QueueError::ForeignLog { .. }
        | QueueError::Outdated { .. } => "DATABASE",
        QueueError::Storage(_)
        | QueueError::NoRoom { .. }
        | QueueError::Upload { .. }
        | QueueError::ReadOnly { .. }
        | QueueError::Backup { .. }
        | QueueError::Traces { .. } => "STORAGE",
        QueueError::Restore { .. } => "RESTORE",
        QueueError::LeaseLost => "LEASE_LOST",
        QueueError::ImportAbandoned | QueueError::NoRandomness { .. } | QueueError::Closed => "ERROR",
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
            ConfigError::Read { .. }
            | ConfigError::Parse { .. }
            | ConfigError::Phone { .. }
            | ConfigError::StopShare(_)
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
