//! What is remembered: campaigns, recipients and what became of them, in one SQLite file.
//!
//! The only module that knows SQL. One connection writes (the writer task), many read. Nothing is reported as done
//! before the commit that holds it was synced to disk.

mod attempts;
mod backup;
mod campaigns;
mod counters;
mod error;
#[cfg(test)]
pub(crate) mod filled;
mod imports;
mod lease;
mod mutants;
mod receipts;
mod recipients;
mod resolutions;
mod results;
mod rows;
mod sentinel;
mod suppressions;
#[cfg(test)]
mod tests;
mod totals;
mod verification;
mod writer;

use std::{
    fs::OpenOptions,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use sqlx::{
    SqlitePool,
    migrate::{MigrateError, Migrator},
    sqlite::{
        SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous,
    },
};
use tokio::task::JoinHandle;

use crate::trial;

pub use campaigns::{Overview, Pulse};
pub use counters::Counts;
pub use error::QueueError;
pub use imports::{Added, Import, Importing, NewImport, TakenLine};
pub use lease::{Lease, Recovered};
pub use receipts::{Heard, Merged, Reconciled};
pub use recipients::{Claim, ClaimOrder, Claimed, End, Settlement};
pub use resolutions::Which;
pub use results::{Filter, ResultPage, ResultRow};
pub use sentinel::Withheld;
pub use suppressions::Suppression;
pub use totals::{Findings, GroupKey, Reasoned, Slot, Tallied, Tally, Waits};
pub use writer::Writer;

use sentinel::Sentinel;

static MIGRATOR: Migrator = sqlx::migrate!();

/// How long a write waits for another process's transaction before it is reported as trouble with the storage.
const BUSY_TIMEOUT: Duration = Duration::from_secs(30);

/// How many connections read at once.
const READERS_MAX: u32 = 4;

/// The queue: one writer, several readers, one file.
#[derive(Debug, Clone)]
pub struct Queue {
    writer: Writer,
    readers: SqlitePool,
    path: PathBuf,
    sentinel: Arc<Sentinel>,
    writer_task: Arc<tokio::sync::Mutex<Option<JoinHandle<()>>>>,
}

impl Queue {
    /// Opens the file, or makes it (readable by its owner alone), and brings its schema up to date.
    pub async fn open_or_create(path: &Path) -> Result<Self, QueueError> {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        match options.open(path) {
            Ok(_) => {}
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
            Err(error) => {
                return Err(QueueError::Open { path: path.to_owned(), source: Arc::new(error) });
            }
        }
        Self::open(path).await
    }

    /// Opens a file that exists, and brings its schema up to date.
    pub async fn open(path: &Path) -> Result<Self, QueueError> {
        match std::fs::metadata(path) {
            Ok(_) => {}
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Err(QueueError::Missing { path: path.to_owned() });
            }
            Err(error) => {
                return Err(QueueError::Open { path: path.to_owned(), source: Arc::new(error) });
            }
        }
        let mut connection = connect(path).await?;
        check_sqlite(&mut connection).await?;
        migrate(path, &mut connection).await?;
        let readers = SqlitePoolOptions::new()
            .max_connections(READERS_MAX)
            .min_connections(0)
            .idle_timeout(Duration::from_secs(10))
            .connect_lazy_with(options(path).read_only(true));
        let sentinel = Sentinel::of(path);
        let (writer, task) = Writer::spawn(connection, Arc::clone(&sentinel));
        Ok(Self {
            writer,
            readers,
            path: path.to_owned(),
            sentinel,
            writer_task: Arc::new(tokio::sync::Mutex::new(Some(task))),
        })
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Writes down what is under way and closes the file. Other handles to this queue get [`QueueError::Closed`].
    pub async fn close(self) {
        self.readers.close().await;
        self.writer.close().await;
        if let Some(task) = self.writer_task.lock().await.take() {
            // The task ends by itself once it was told to; a panic in it has been reported by the runtime.
            let _ended = task.await;
        }
    }
}

/// The options of every connection. `synchronous=FULL` syncs each commit: with `NORMAL` a power cut would make the
/// file forget who was messaged.
fn options(path: &Path) -> SqliteConnectOptions {
    let is_weak = trial::mutant("synchronous-normal");
    let synchronous = if is_weak { SqliteSynchronous::Normal } else { SqliteSynchronous::Full };
    SqliteConnectOptions::new()
        .filename(path)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(synchronous)
        .foreign_keys(true)
        .busy_timeout(BUSY_TIMEOUT)
        .statement_cache_capacity(64)
}

async fn connect(path: &Path) -> Result<SqliteConnection, QueueError> {
    use sqlx::ConnectOptions;
    options(path).create_if_missing(false).connect().await.map_err(|error| not_a_database(path, error))
}

/// SQLite's result codes CORRUPT (11) and NOTADB (26) become a sentence about the file.
fn not_a_database(path: &Path, error: sqlx::Error) -> QueueError {
    let code =
        error.as_database_error().and_then(|database| database.code().map(std::borrow::Cow::into_owned));
    match code.as_deref() {
        Some("11" | "26") => QueueError::NotADatabase { path: path.to_owned() },
        Some("8" | "14" | "1032" | "1544") => QueueError::Open {
            path: path.to_owned(),
            source: Arc::new(std::io::Error::other("the file or its folder cannot be written")),
        },
        _ => error.into(),
    }
}

async fn check_sqlite(connection: &mut SqliteConnection) -> Result<(), QueueError> {
    const OLDEST: [u32; 3] = [3, 51, 3];
    let found =
        sqlx::query_scalar!(r#"select sqlite_version() as "version!: String""#).fetch_one(connection).await?;
    let version: Vec<u32> = found.split('.').filter_map(|part| part.parse().ok()).collect();
    if version.as_slice() < OLDEST.as_slice() { Err(QueueError::SqliteTooOld { found }) } else { Ok(()) }
}

async fn migrate(path: &Path, connection: &mut SqliteConnection) -> Result<(), QueueError> {
    let known = MIGRATOR.iter().map(|migration| migration.version).max().unwrap_or_default();
    connection.lock_handle().await?.set_commit_hook(|| {
        trial::crash_point("migration:commit");
        true
    });
    let migrated = MIGRATOR.run(&mut *connection).await;
    connection.lock_handle().await?.remove_commit_hook();
    migrated.map_err(|error| {
        if let MigrateError::VersionMissing(found) | MigrateError::VersionTooNew(found, _) = error {
            return QueueError::NewerVersion { path: path.to_owned(), found, known };
        }
        if let MigrateError::Execute(error) = error {
            return not_a_database(path, error);
        }
        QueueError::Migrate { path: path.to_owned(), source: Arc::new(error) }
    })
}
