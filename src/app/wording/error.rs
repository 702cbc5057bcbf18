//! Errors in words: their kind for programs, what failed and why, and what to do next.

use std::error::Error;

use crate::queue::{QueueError, Withheld};

/// An error as every face tells it; each decides by itself how that ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explained {
    /// What kind of failure it is, for programs; empty where it has no name.
    pub code: &'static str,
    /// What failed, and then each cause.
    pub words: Vec<String>,
    /// What there is to know before something risky is done.
    pub note: Option<String>,
    /// A command that can be pasted, or the next thing to do; never one that can message somebody twice.
    pub hint: Option<String>,
}

impl Explained {
    /// An error and its causes.
    pub fn of(error: &dyn Error) -> Self {
        let mut words = vec![error.to_string()];
        let mut cause = error.source();
        while let Some(error) = cause {
            words.push(error.to_string());
            cause = error.source();
        }
        words.dedup();
        Self { code: "", words, note: None, hint: None }
    }

    /// With the name of its kind.
    #[must_use]
    pub fn code(mut self, code: &'static str) -> Self {
        self.code = code;
        self
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
}

const RESTORED: &str = "who was messaged since the copy was made would be messaged again; sending takes your word \
    (catalink run NAME --restored), also where the database was only moved here and no other copy of it sends";

const MOVED: &str = "where that database is gone for good, sending from here takes your word (catalink run NAME --restored): \
    who was messaged from there would be messaged again";

const RECONCILE: &str =
    "catalink reconcile NAME REPORT.csv takes those out of the queue who were messaged meanwhile";

impl From<&QueueError> for Explained {
    fn from(error: &QueueError) -> Self {
        let explained = Self::of(error).code(kind(error));
        match error {
            QueueError::Missing { .. } => {
                explained.hint("catalink create NAME --message TEXT, or name the file: --db PATH")
            }
            QueueError::UnknownCampaign { near, .. } => explained.hint(unknown(near)),
            QueueError::OtherAccount { .. } => explained
                .note("sending the rest with another account takes your word: --other-account")
                .hint("set KALEYRA_SID and the address back to the account that began it"),
            QueueError::CampaignExists { name } => {
                explained.hint(format!("catalink status {name}, or choose another name"))
            }
            QueueError::Leased { .. } => explained.hint(
                "one process at a time sends from a database, so that the rate holds for the whole account; \
                 wait for it, or stop it with Ctrl-C",
            ),
            QueueError::Restored { source, .. } => of_withheld(explained, source),
            QueueError::NotMoved { .. } => {
                explained.hint("name a new file, or the empty database of a server; this database is as it was")
            }
            QueueError::ForeignLog { .. } => explained.hint(
                "nothing was opened, so nothing is damaged; catalink restore FILE puts a backup in the place of a \
                 database. Where the file is the backup that is wanted, move the log away and keep it",
            ),
            QueueError::InUse { .. } => {
                explained.hint("stop catalink serve, and whatever else has it open, then try again")
            }
            QueueError::Restore { .. } => explained.hint("catalink restore FILE takes a file that catalink backup wrote"),
            QueueError::ReadOnly { .. } => {
                explained.hint("status, export, report, preview and doctor read it; everything else needs a disk that can be written")
            }
            QueueError::Outdated { .. } => explained.hint("copy it to a disk that can be written, and name it there: --db PATH"),
            QueueError::Traces { .. } => explained.hint("free some disk space, or stop the programs that read the database, then purge again"),
            QueueError::NotOver { name, .. } => {
                explained.hint(format!("catalink cancel {name} ends it; who still waits is not messaged then"))
            }
            QueueError::ListInUse { .. } | QueueError::NoSuchList { .. } | QueueError::ListsChanged { .. } | QueueError::OnItsWay { .. } | QueueError::NothingInstead => of_list(explained, error),
            QueueError::Purged { .. } => explained.hint("create another campaign for the list"),
            QueueError::Backup { .. } => explained.hint("name a file that does not exist, on a disk with room"),
            QueueError::Upload { .. } => explained
                .hint("the list that nobody has added holds the same people's data: remove the file, then purge again"),
            QueueError::NewerVersion { .. } => {
                explained.hint("use the newer catalink, or another file: --db PATH")
            }
            QueueError::NotADatabase { .. } => explained.hint("name another file: --db PATH"),
            QueueError::Open { .. } => explained
                .hint("check that the folder exists and can be written, or name another file: --db PATH"),
            QueueError::NoRoom { .. } | QueueError::Vanished { .. } | QueueError::Storage(_) => {
                of_disk(explained, error)
            }
            QueueError::Unreachable(_)
            | QueueError::Unanswered
            | QueueError::Unfit { .. }
            | QueueError::LeaseLost
            | QueueError::NotAFile => of_server(explained, error),
            QueueError::Step { name, .. } => explained.hint(format!("catalink status {name}")),
            QueueError::Inconsistent { .. } => {
                explained.hint("catalink doctor --verify NAME recounts a campaign")
            }
            QueueError::Migrate { .. }
            | QueueError::SqliteTooOld { .. }
            | QueueError::Sqlite(_)
            | QueueError::Campaign(_)
            | QueueError::ImportAbandoned
            | QueueError::NoRandomness { .. }
            | QueueError::Closed
            | QueueError::NotAServer => explained,
        }
    }
}

/// What to do where the disk or the file is at fault.
fn of_disk(explained: Explained, error: &QueueError) -> Explained {
    if let QueueError::NoRoom { .. } = error {
        return explained.hint("free some disk space, then run the same command again; nothing was sent");
    }
    if let QueueError::Vanished { .. } = error {
        return explained.hint(
            "put the file back where it was, with its -wal file, before anything is sent again; \
             catalink status and catalink export show what it holds",
        );
    }
    explained.hint(
        "check the disk's space and the file's permissions, then run the same command again; \
         nothing that was recorded is lost",
    )
}

/// What to do where a server keeps the database.
fn of_server(explained: Explained, error: &QueueError) -> Explained {
    if let QueueError::Unanswered = error {
        return explained.hint("catalink status, or the page that shows it, says whether it was done");
    }
    if let QueueError::Unfit { .. } = error {
        return explained.hint("change that in the server, or keep the database in a file");
    }
    if let QueueError::LeaseLost = error {
        return explained.hint("another process has taken over and goes on; this one has stopped");
    }
    if let QueueError::NotAFile = error {
        return explained
            .hint("the server has its own means: pg_dump and pg_restore, or its archive of the log");
    }
    explained.hint(
        "check that the server runs and can be reached from here; what was recorded is kept, and whoever sends waits for it",
    )
}

/// What to do where nothing is sent from a database.
fn of_withheld(explained: Explained, source: &Withheld) -> Explained {
    let Some(to) = source.destination() else { return explained.note(RESTORED).hint(RECONCILE) };
    let is_done = matches!(source, Withheld::Moved { .. });
    explained.note(MOVED).hint(if is_done {
        format!("use it from now on: --db {to}, or CATALINK_DB")
    } else {
        format!("catalink move --to {to} goes on with it")
    })
}

/// What to do where there is no campaign of a name, and these have names like it.
fn unknown(near: &[String]) -> String {
    if near.is_empty() {
        return "catalink status lists the campaigns".to_owned();
    }
    format!("is it {}?", near.join(" or "))
}

/// What to do where a list cannot be taken out.
fn of_list(explained: Explained, error: &QueueError) -> Explained {
    if let QueueError::ListInUse { name, .. } = error {
        return explained.hint(format!(
            "catalink cancel {name} ends it; the right list goes into another campaign: catalink copy {name} NEW"
        ));
    }
    if let QueueError::OnItsWay { name, .. } = error {
        return explained.hint(format!("catalink pause {name}, then try again"));
    }
    if let QueueError::NoSuchList { name } | QueueError::ListsChanged { name } = error {
        return explained.hint(format!("catalink show {name} names its lists"));
    }
    explained.hint("name a file with rows, or take the last list out: --undo")
}

/// What kind of explained of the queue it is, for programs.
fn kind(error: &QueueError) -> &'static str {
    match error {
        QueueError::UnknownCampaign { .. } => "UNKNOWN_CAMPAIGN",
        QueueError::CampaignExists { .. } => "CAMPAIGN_EXISTS",
        QueueError::Campaign(_) => "INVALID",
        QueueError::Step { .. }
        | QueueError::NotOver { .. }
        | QueueError::Purged { .. }
        | QueueError::ListInUse { .. }
        | QueueError::NoSuchList { .. }
        | QueueError::ListsChanged { .. }
        | QueueError::OnItsWay { .. } => "WRONG_STATE",
        QueueError::NothingInstead => "NO_RECORDS",
        QueueError::OtherAccount { .. } => "OTHER_ACCOUNT",
        QueueError::Restored { source: Withheld::Moving { .. } | Withheld::Moved { .. }, .. } => "MOVED",
        QueueError::Restored { .. } => "RESTORED_COPY",
        QueueError::NotMoved { .. } => "NOT_MOVED",
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
        | QueueError::Outdated { .. }
        | QueueError::Unfit { .. } => "DATABASE",
        QueueError::Unreachable(_) => "UNREACHABLE",
        QueueError::Unanswered => "UNANSWERED",
        QueueError::Storage(_)
        | QueueError::NoRoom { .. }
        | QueueError::Upload { .. }
        | QueueError::ReadOnly { .. }
        | QueueError::Backup { .. }
        | QueueError::Traces { .. } => "STORAGE",
        QueueError::Restore { .. } => "RESTORE",
        QueueError::LeaseLost => "LEASE_LOST",
        QueueError::ImportAbandoned
        | QueueError::NotAFile
        | QueueError::NotAServer
        | QueueError::NoRandomness { .. }
        | QueueError::Closed => "ERROR",
    }
}
