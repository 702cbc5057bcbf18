//! Opening, making and closing the file of a database, and the options of its connections.

use std::{
    fs::OpenOptions,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use sqlx::sqlite::{
    SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous,
};

use super::{
    lock::DatabaseFile,
    migration::{self, MIGRATOR},
    sentinel::{self, Sentinel},
};
use crate::{
    queue::{
        Queue,
        error::QueueError,
        handle::{READERS_MAX, Store},
        writer::{Base, Writer},
    },
    trial,
};

/// How long a write waits for another process's transaction before it is reported as trouble with the storage.
const BUSY_TIMEOUT: Duration = Duration::from_secs(30);

/// The file that a queue lives in, with what lies beside it.
#[derive(Debug)]
pub(in crate::queue) struct FileStore {
    pub(in crate::queue) path: PathBuf,
    place: Place,
    pub(in crate::queue) sentinel: Arc<Sentinel>,
    pub(in crate::queue) file: Arc<DatabaseFile>,
    /// Where the copy is that was made before its schema was brought up to date just now.
    pub(in crate::queue) outdated_copy: Option<PathBuf>,
    /// The folder of a copy that is read instead, where the file can only be read.
    _copy: Option<tempfile::TempDir>,
}

impl FileStore {
    /// A file that is only read, or a copy of it in a folder of its own.
    pub(super) fn to_read(
        path: &Path,
        sentinel: Arc<Sentinel>,
        file: DatabaseFile,
        copy: Option<tempfile::TempDir>,
    ) -> Self {
        Self {
            path: path.to_owned(),
            place: Place::of(path),
            sentinel,
            file: Arc::new(file),
            outdated_copy: None,
            _copy: copy,
        }
    }

    /// Fails where the file is no longer the one that was opened: what is written then is lost to everybody else.
    pub(in crate::queue) fn check_place(&self) -> Result<(), QueueError> {
        let is_there = Place::of(&self.path) == self.place;
        if is_there { Ok(()) } else { Err(QueueError::Vanished { path: self.path.clone() }) }
    }
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
        let file = Arc::new(open_file(path)?);
        let sentinel = Sentinel::of(path, &file)?;
        if file.header().is_some_and(|header| super::stamps::is_backup(header.application_id)) {
            super::backup::take_into_use(path).await?;
        }
        let held = migration::lock_new(path, &file).await?;
        let mut connection = connect(path).await?;
        check_sqlite(&mut connection).await?;
        let outdated_copy =
            migration::bring_up_to_date(path, &file, &mut connection, &MIGRATOR, held).await?;
        sentinel::settle_in(&mut connection, &file).await?;
        let readers = SqlitePoolOptions::new()
            .max_connections(READERS_MAX)
            .min_connections(0)
            .idle_timeout(Duration::from_secs(10))
            .connect_lazy_with(options(path).read_only(true))
            .into();
        let base = Base::File {
            database: path.to_owned(),
            sentinel: Arc::clone(&sentinel),
            _file: Arc::clone(&file),
        };
        let (writer, task) = Writer::spawn(connection.into(), base);
        let store = FileStore {
            path: path.to_owned(),
            place: Place::of(path),
            sentinel,
            file,
            outdated_copy,
            _copy: None,
        };
        let queue = Self::over(Store::File(Arc::new(store)), readers, writer, Some(task));
        queue.settle_use().await?;
        Ok(queue)
    }
}

fn open_file(path: &Path) -> Result<DatabaseFile, QueueError> {
    DatabaseFile::open(path)
        .map_err(|error| QueueError::Open { path: path.to_owned(), source: Arc::new(error) })
}

/// Syncs the folder of a file that was made or renamed, where the system can.
pub(in crate::queue) fn sync_folder(path: &Path) {
    #[cfg(unix)]
    if let Some(folder) = path.parent()
        && let Err(error) = std::fs::File::open(folder).and_then(|folder| folder.sync_all())
    {
        tracing::debug!(%error, "the folder of the database cannot be synced");
    }
    #[cfg(not(unix))]
    let _ = path;
}

/// Which file a path leads to, where the system can tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::queue) struct Place(Option<(u64, u64)>);

impl Place {
    #[cfg(unix)]
    pub(in crate::queue) fn of(path: &Path) -> Self {
        use std::os::unix::fs::MetadataExt;
        Self(std::fs::metadata(path).ok().map(|found| (found.dev(), found.ino())))
    }

    #[cfg(not(unix))]
    pub(in crate::queue) fn of(path: &Path) -> Self {
        Self(std::fs::metadata(path).ok().map(|_| (0, 0)))
    }
}

/// The options of every connection. `synchronous=FULL` syncs each commit: with `NORMAL` a power cut would make the
/// file forget who was messaged.
pub(in crate::queue) fn options(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        // What is freed is overwritten with zeros: it may be a person's.
        .pragma("secure_delete", "on")
        .busy_timeout(trial::span("busy", BUSY_TIMEOUT))
        .statement_cache_capacity(64)
}

/// The file of that ending beside the database, whichever link led to it: two names of one database share it.
pub(in crate::queue) fn beside(database: &Path, ending: &str) -> PathBuf {
    let found = std::fs::canonicalize(database).unwrap_or_else(|_| database.to_owned());
    let mut name = found.into_os_string();
    name.push(ending);
    name.into()
}

pub(in crate::queue) async fn connect(path: &Path) -> Result<SqliteConnection, QueueError> {
    use sqlx::ConnectOptions;
    options(path).create_if_missing(false).connect().await.map_err(|error| not_a_database(path, error))
}

/// SQLite's result codes CORRUPT (11) and NOTADB (26) become a sentence about the file.
pub(in crate::queue) fn not_a_database(path: &Path, error: sqlx::Error) -> QueueError {
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
