//! What can go wrong with the queue.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use sqlx::{postgres::PgDatabaseError, sqlite::SqliteError};

use super::file::sentinel::Withheld;
use crate::domain::campaign::{CampaignError, IllegalStep};

/// Why the queue could not do what was asked.
#[derive(Debug, Clone, thiserror::Error)]
pub enum QueueError {
    /// Another account has sent a part of the campaign.
    #[error("`{name}` was begun with the account {bound}, and the settings name {account}")]
    OtherAccount {
        name: String,
        /// The account that has sent.
        bound: String,
        /// The account that would send the rest.
        account: String,
    },
    /// There is no file, and this command does not make one.
    #[error("there is no database at `{}`", path.display())]
    Missing {
        /// Where it was looked for.
        path: PathBuf,
    },
    /// The file or its folder cannot be opened or made.
    #[error("cannot open the database `{}`", path.display())]
    Open {
        path: PathBuf,
        /// What the system said.
        #[source]
        source: Arc<std::io::Error>,
    },
    /// The file is something else, or damaged.
    #[error("`{}` is not a catalink database, or it is damaged", path.display())]
    NotADatabase { path: PathBuf },
    /// A newer catalink has changed the file's schema.
    #[error("the database `{}` was written by a newer catalink (schema {found}, this one knows {known})", path.display())]
    NewerVersion {
        path: PathBuf,
        /// The schema of the file.
        found: i64,
        /// The newest schema known here.
        known: i64,
    },
    /// The schema could not be brought up to date.
    #[error("cannot bring the database `{}` up to date", path.display())]
    Migrate {
        path: PathBuf,
        #[source]
        source: Arc<sqlx::migrate::MigrateError>,
    },
    /// SQLite itself is too old to be trusted with commits (its WAL-reset bug, fixed in 3.51.3).
    #[error("this build carries SQLite {found}, and versions before 3.51.3 can lose commits")]
    SqliteTooOld { found: String },
    /// SQLite failed.
    #[error("the database failed")]
    Sqlite(#[source] Arc<sqlx::Error>),
    /// The disk is full, read-only or failing: nothing can be written.
    #[error("the database cannot be written")]
    Storage(#[source] Arc<sqlx::Error>),
    /// There is no room for what would have to be written when the disk is full.
    #[error("there is no room for `{}`, which is kept for the outcomes of requests already sent", path.display())]
    NoRoom {
        /// The file that takes the room.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: Arc<std::io::Error>,
    },
    /// The file was moved, deleted or replaced while it was open.
    #[error("the database `{}` was moved, deleted or replaced while it was in use", path.display())]
    Vanished { path: PathBuf },
    /// An uploaded file cannot be removed.
    #[error("cannot remove the uploaded list `{}`", path.display())]
    Upload {
        path: PathBuf,
        /// What the system said.
        #[source]
        source: Arc<std::io::Error>,
    },
    /// A value in the file makes no sense.
    #[error("the database holds `{found}` in {table}.{column} of row {row}, which makes no sense")]
    Inconsistent { table: &'static str, column: &'static str, row: i64, found: String },
    /// No campaign of that name.
    #[error("there is no campaign `{name}`")]
    UnknownCampaign {
        name: String,
        /// Names that look alike.
        near: Vec<String>,
    },
    /// A campaign of that name exists.
    #[error("a campaign `{name}` exists already")]
    CampaignExists { name: String },
    /// The campaign cannot be created as it is.
    #[error(transparent)]
    Campaign(#[from] CampaignError),
    /// The campaign's state does not allow it.
    #[error("campaign `{name}` does not allow that")]
    Step {
        name: String,
        #[source]
        source: IllegalStep,
    },
    /// Another process sends from this database.
    #[error("another process ({holder}) is sending from this database")]
    Leased {
        /// Which, for people's eyes: its pid, and where several machines may be meant its machine.
        holder: String,
    },
    /// The database is a copy: what waits in it may have been sent since it was made. Or it was moved.
    #[error("{}", withheld(path, source))]
    Restored {
        path: PathBuf,
        /// How it was noticed.
        #[source]
        source: Withheld,
    },
    /// The other database cannot take everything.
    #[error("nothing was moved to `{to}`: {what}")]
    NotMoved {
        to: String,
        /// Why, in words.
        what: String,
    },
    /// SQLite would write a log into the file that is not its own.
    #[error(
        "`{}` lies beside `{}` and does not belong to it: the database was copied into the place of another state",
        log.display(),
        path.display()
    )]
    ForeignLog { path: PathBuf, log: PathBuf },
    /// A backup cannot take the place of the database while somebody uses it.
    #[error("another process has the database `{}` open", path.display())]
    InUse { path: PathBuf },
    /// That file cannot take the place of the database.
    #[error("`{}` cannot be restored: {reason}", path.display())]
    Restore { path: PathBuf, reason: &'static str },
    /// The database can only be read here.
    #[error("the database `{}` can only be read here", path.display())]
    ReadOnly { path: PathBuf },
    /// An older schema that cannot be brought up to date here.
    #[error(
        "the database `{}` cannot be written here, and an older catalink wrote it (schema {found}, this one reads {known})",
        path.display()
    )]
    Outdated {
        path: PathBuf,
        /// The schema of the file.
        found: i64,
        /// The schema that is read here.
        known: i64,
    },
    /// A copy of the database could not be written.
    #[error("cannot write the copy `{}`", path.display())]
    Backup {
        path: PathBuf,
        /// What the system said.
        #[source]
        source: Arc<std::io::Error>,
    },
    /// What was wiped is not in any row any more, and traces of it may remain in the files.
    #[error("the rows are wiped, but traces of them remain in the files of `{}`: {why}", path.display())]
    Traces {
        path: PathBuf,
        /// What stood in the way.
        why: &'static str,
        /// What the system said.
        #[source]
        source: Option<Arc<sqlx::Error>>,
    },
    /// Data of recipients are wiped only where nothing is left to send.
    #[error("`{name}` is {state}, and only what is finished or cancelled can be purged")]
    NotOver { name: String, state: String },
    /// The data of the campaign's recipients were wiped.
    #[error(
        "`{name}` was purged: its recipients cannot be compared with others, so it takes no list any more"
    )]
    Purged { name: String },
    /// A list stays once somebody of it may have been messaged.
    #[error(
        "`{file_name}` stays in `{name}`: {n_asked} of its rows {} sent, or tried, already",
        if *n_asked == 1 { "was" } else { "were" }
    )]
    ListInUse {
        name: String,
        file_name: String,
        /// How many of its rows were handed to the provider, or are about to be.
        n_asked: u64,
    },
    /// The list that was to be taken out is not there, or not the last one any more.
    #[error("`{name}` has no such list at its end any more; nothing was removed")]
    NoSuchList { name: String },
    /// What was read before a change is no longer so.
    #[error("the lists of `{name}` have changed meanwhile; nothing was changed")]
    ListsChanged { name: String },
    /// A campaign that a process may be sending is not deleted, and not all of it is changed.
    #[error("`{name}` is {state}, and that is done only to a campaign that is not being sent")]
    OnItsWay { name: String, state: String },
    /// A list without rows takes nobody's place.
    #[error("the file has no rows, so the campaign keeps the lists it has")]
    NothingInstead,
    /// The lease was lost: another process has taken over, or the file was replaced.
    #[error("this process no longer holds the right to send from this database")]
    LeaseLost,
    /// The importer gave up, and nothing of its file was kept.
    #[error("the import was abandoned")]
    ImportAbandoned,
    /// The system gives no random bytes, so that no key can be made.
    #[error("the system gave no random bytes for the campaign's key: {reason}")]
    NoRandomness {
        /// What the system said.
        reason: String,
    },
    /// What is done to a file alone was asked of a database that lives in a server.
    #[error("that is done to a database in a file; this one is kept by PostgreSQL")]
    NotAFile,
    /// What is done in a server alone was asked of a database in a file.
    #[error("that is done to a database that PostgreSQL keeps; this one is a file")]
    NotAServer,
    /// The server does not answer, or cannot at this moment.
    #[error("the database does not answer")]
    Unreachable(#[source] Arc<sqlx::Error>),
    /// The server went away in the middle of a commit, and cannot say any more whether it came about.
    #[error("the database went away before it said whether this was written: look before you do it again")]
    Unanswered,
    /// The server does not keep what it acknowledges, or cannot keep a queue.
    #[error("nothing is kept in `{}`: {what}", path.display())]
    Unfit { path: PathBuf, what: String },
    /// The writer is gone; the process is ending.
    #[error("the queue is closed")]
    Closed,
}

impl From<sqlx::Error> for QueueError {
    fn from(error: sqlx::Error) -> Self {
        if is_storage(&error) {
            Self::Storage(Arc::new(error))
        } else if is_unreachable(&error) {
            Self::Unreachable(Arc::new(error))
        } else {
            Self::Sqlite(Arc::new(error))
        }
    }
}

impl QueueError {
    /// True when the disk or the file is at fault, and the same write may pass later.
    pub fn is_storage(&self) -> bool {
        matches!(self, Self::Storage(_))
    }

    /// True when another program holds the file at this moment.
    pub fn is_busy(&self) -> bool {
        matches!(self, Self::Storage(error) if matches!(code(error), Some(5 | 6)))
    }

    /// True when the server does not answer at this moment.
    pub fn is_unreachable(&self) -> bool {
        matches!(self, Self::Unreachable(_))
    }
}

/// From what nothing is sent.
fn withheld(path: &Path, source: &Withheld) -> String {
    let path = path.display();
    match source.destination() {
        Some(_) => format!("nothing is sent from `{path}`"),
        None => format!("`{path}` looks like a restored copy, so nothing is sent from it"),
    }
}

/// A write that failed because the campaign's name is taken becomes [`QueueError::CampaignExists`].
pub(super) fn name_taken<T>(written: Result<T, sqlx::Error>, name: &str) -> Result<T, QueueError> {
    written.map_err(|error| {
        let is_taken = error.as_database_error().is_some_and(sqlx::error::DatabaseError::is_unique_violation);
        if is_taken { QueueError::CampaignExists { name: name.to_owned() } } else { error.into() }
    })
}

/// SQLite's primary result codes for a file that cannot be written: BUSY, LOCKED, READONLY, IOERR, FULL, CANTOPEN. Of
/// PostgreSQL's: `disk_full`, `io_error`.
fn is_storage(error: &sqlx::Error) -> bool {
    const STORAGE_CODES: [i64; 6] = [5, 6, 8, 10, 13, 14];
    let is_servers = sqlstate(error).is_some_and(|state| matches!(&*state, "53100" | "58030"));
    is_servers || code(error).is_some_and(|code| STORAGE_CODES.contains(&code))
}

/// Whether a server is not there, ends, begins, stands by or has no room for one more, or another transaction was in the way:
/// the same may pass on another connection. (PostgreSQL's documentation, appendix A.)
pub(super) fn is_unreachable(error: &sqlx::Error) -> bool {
    const STATES: [&str; 10] =
        ["57P01", "57P02", "57P03", "57P05", "25006", "25P03", "53300", "40001", "40P01", "55P03"];
    let is_broken = matches!(
        error,
        sqlx::Error::Io(_)
            | sqlx::Error::Protocol(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::WorkerCrashed
    );
    is_broken || sqlstate(error).is_some_and(|state| state.starts_with("08") || STATES.contains(&&*state))
}

fn sqlstate(error: &sqlx::Error) -> Option<String> {
    let error = error.as_database_error()?.try_downcast_ref::<PgDatabaseError>()?;
    Some(error.code().to_owned())
}

/// SQLite's primary result code.
fn code(error: &sqlx::Error) -> Option<i64> {
    let error = error.as_database_error()?;
    error.try_downcast_ref::<SqliteError>()?;
    let extended = error.code()?.parse::<i64>().ok()?;
    Some(extended & 0xff)
}
