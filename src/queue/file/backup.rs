//! A consistent copy of the whole database, also while it is being written; and a copy in the place of the database.

use std::{
    fs::{self, File, OpenOptions},
    io,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use sqlx::{
    ConnectOptions, Connection as _, SqliteConnection,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteLockingMode},
};

use super::{
    lock::DatabaseFile,
    migration::{self, MIGRATOR},
    sentinel::Sentinel,
    stamps,
};
use crate::queue::{Queue, engine::Connection, error::QueueError, handle::Store, transfer, writer};

/// What [`restore`] did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restoration {
    /// How large the database is now.
    pub n_bytes: u64,
    /// Where the one is that was there before.
    pub replaced: Option<PathBuf>,
}

impl Queue {
    /// Writes a copy to `to`, readable by its owner alone; says how many bytes it has. A file that exists is not
    /// replaced. The copy says that it is one: it sends nothing until it is told to.
    pub async fn backup(&self, to: &Path) -> Result<u64, QueueError> {
        if let Store::File(_) = self.store {
            return copy(self.readers.acquire().await?.sqlite()?, to).await;
        }
        let file = new_file(to)?;
        let mut moment = self.readers.begin().await?;
        let copied = keep_whole(fill(&mut moment, to, &file).await, to);
        moment.commit().await?;
        copied
    }
}

/// Copies what a server keeps, as of the moment of that transaction.
async fn fill(from: &mut Connection, to: &Path, file: &File) -> Result<u64, QueueError> {
    let mut connection = without_log(to).connect().await?;
    migration::apply(to, &mut connection, &MIGRATOR).await?;
    let mut into = Connection::from(connection);
    writer::begin(&mut into).await?;
    transfer::fill_copy(from, &mut into).await?.map_err(|what| trouble(to, io::Error::other(what)))?;
    query!("commit").execute(&mut into).await?;
    into.close().await?;
    finish(to, file).await
}

/// An empty file, readable by its owner alone, where there was none.
fn new_file(to: &Path) -> Result<File, QueueError> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(to).map_err(|error| trouble(to, error))
}

fn trouble(to: &Path, source: io::Error) -> QueueError {
    QueueError::Backup { path: to.to_owned(), source: Arc::new(source) }
}

/// Marks a copy as one, and syncs it.
async fn finish(to: &Path, file: &File) -> Result<u64, QueueError> {
    mark_backup(to).await?;
    file.sync_all().map_err(|error| trouble(to, error))?;
    Ok(file.metadata().map_err(|error| trouble(to, error))?.len())
}

/// Half a copy helps nobody; the error that counts is the one that is told.
fn keep_whole(copied: Result<u64, QueueError>, to: &Path) -> Result<u64, QueueError> {
    if copied.is_err() {
        drop(fs::remove_file(to));
    }
    copied
}

/// What [`Queue::backup`] does, by any connection that is in no transaction.
pub(crate) async fn copy(connection: &mut SqliteConnection, to: &Path) -> Result<u64, QueueError> {
    let text = to.to_str().ok_or_else(|| trouble(to, io::Error::other("its name is not UTF-8")))?;
    let file = new_file(to)?;
    let copied = async {
        // SQLite fills a file that is empty, and would refuse one that is not.
        sqlx::query("vacuum into ?").bind(text).execute(connection).await?;
        finish(to, &file).await
    };
    keep_whole(copied.await, to)
}

/// A connection that keeps no log beside the file.
fn without_log(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new().filename(path).journal_mode(SqliteJournalMode::Delete)
}

async fn mark_backup(path: &Path) -> Result<(), QueueError> {
    let mut connection = without_log(path).connect().await?;
    let database_id =
        sqlx::query_scalar!("update origin set home = '' returning database_id").fetch_one(&mut connection);
    let database_id = database_id.await?;
    stamps::note_backup(&mut connection, &database_id).await?;
    Ok(connection.close().await?)
}

/// Before a backup is used: whatever log lies beside it later is its own.
pub(crate) async fn take_into_use(path: &Path) -> Result<(), QueueError> {
    let mut connection =
        without_log(path).connect().await.map_err(|error| crate::queue::not_a_database(path, error))?;
    let database_id =
        sqlx::query_scalar!("select database_id from origin").fetch_one(&mut connection).await?;
    stamps::note_copy(&mut connection, &database_id).await?;
    Ok(connection.close().await?)
}

/// Puts what `backup` holds in the place of the database, whole or not at all, and keeps what was there. Refuses while
/// a process has the database open, and a file that is damaged or none of ours. Nothing is sent from it until
/// [`Queue::accept_restored`].
pub async fn restore(database: &Path, backup: &Path) -> Result<Restoration, QueueError> {
    let refused = |reason: &'static str| QueueError::Restore { path: backup.to_owned(), reason };
    let from = Queue::open_as_it_is(backup).await?;
    if crate::queue::Place::of(database) == crate::queue::Place::of(backup) {
        return Err(refused("it is the database itself"));
    }
    let found: String = sqlx::query_scalar("pragma quick_check(1)")
        .fetch_one(from.readers.acquire().await?.sqlite()?)
        .await
        .map_err(|error| crate::queue::not_a_database(backup, error))?;
    if found != "ok" {
        return Err(QueueError::NotADatabase { path: backup.to_owned() });
    }
    let ready = crate::queue::beside(database, "-restoring");
    if ready.exists() {
        // A restoration that was cut off.
        drop(fs::remove_file(&ready));
    }
    let n_bytes = from.backup(&ready).await?;
    from.close().await;
    let put = put_in_place(database, &ready).await;
    if put.is_err() {
        drop(fs::remove_file(&ready));
    }
    Ok(Restoration { n_bytes, replaced: put? })
}

async fn put_in_place(database: &Path, ready: &Path) -> Result<Option<PathBuf>, QueueError> {
    let trouble = |error: io::Error| QueueError::Open { path: database.to_owned(), source: Arc::new(error) };
    // Through a link the file that it leads to is replaced.
    let database = &crate::queue::beside(database, "");
    let (log, index) = (crate::queue::beside(database, "-wal"), crate::queue::beside(database, "-shm"));
    let mut replaced = None;
    let held = if database.exists() { Some(take_exclusively(database).await?) } else { None };
    if held.is_some() || log.exists() {
        let kept = free_name(database);
        if held.is_some() {
            keep(database, &kept).map_err(trouble)?;
        }
        if log.exists() {
            keep(&log, &crate::queue::beside(&kept, "-wal")).map_err(trouble)?;
        }
        replaced = Some(kept);
    }
    // From here on the log is that of another file, which is noticed where this is cut off.
    fs::rename(ready, database).map_err(trouble)?;
    for left in [&log, &index] {
        match fs::remove_file(left) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(trouble(error)),
            Ok(()) | Err(_) => {}
        }
    }
    crate::queue::sync_folder(database);
    if let Some((Some(connection), ..)) = held {
        connection.close().await?;
    }
    Ok(replaced)
}

/// Keeps everybody else from the database, and brings its log into it. One that is damaged is only locked.
async fn take_exclusively(
    database: &Path,
) -> Result<(Option<SqliteConnection>, super::lock::Lock), QueueError> {
    let in_use = || QueueError::InUse { path: database.to_owned() };
    let file = DatabaseFile::open(database)
        .map_err(|error| QueueError::Open { path: database.to_owned(), source: Arc::new(error) })?;
    let lock = file.try_lock().map_err(|_| in_use())?;
    if Sentinel::of(database, &file).is_err() {
        return Ok((None, lock));
    }
    let options = without_log(database)
        .locking_mode(SqliteLockingMode::Exclusive)
        .busy_timeout(Duration::from_millis(500));
    let connected = async {
        let mut connection = options.connect().await?;
        // The journal stays a log where somebody else has the file open.
        let mode: String = sqlx::query_scalar("pragma journal_mode").fetch_one(&mut connection).await?;
        sqlx::query("begin exclusive").execute(&mut connection).await?;
        sqlx::query("commit").execute(&mut connection).await?;
        Ok::<_, sqlx::Error>((connection, mode == "delete"))
    };
    match connected.await.map_err(QueueError::from) {
        Ok((connection, true)) => Ok((Some(connection), lock)),
        Ok((_, false)) => Err(in_use()),
        Err(error) if error.is_busy() => Err(in_use()),
        Err(error) if error.is_storage() => Err(error),
        Err(_) => Ok((None, lock)),
    }
}

/// A name beside the database that nothing has.
fn free_name(database: &Path) -> PathBuf {
    let mut names = (1_u32..).map(|n| crate::queue::beside(database, &format!("-replaced-{n}")));
    names.find(|name| !name.exists()).expect("there are more numbers than files in a folder")
}

/// Gives a file another name; the old one stays where the file system lets a file have two.
fn keep(path: &Path, name: &Path) -> io::Result<()> {
    fs::hard_link(path, name).or_else(|_| fs::rename(path, name))
}
