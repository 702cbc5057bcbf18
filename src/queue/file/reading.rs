//! Reading a database that cannot be written: on a disk that is read-only, or in somebody else's folder.

use std::{fs, path::Path, sync::Arc, time::Duration};

use sqlx::{
    ConnectOptions, Connection,
    sqlite::{SqliteConnectOptions, SqlitePoolOptions},
};

use super::opening::FileStore;
use super::{
    lock::DatabaseFile,
    migration::{self, known},
    sentinel::Sentinel,
};
use crate::queue::{Queue, READERS_MAX, Writer, engine::Pool, error::QueueError, handle::Store};

impl Queue {
    /// Opens a file that exists to look at it. Where it cannot be written it is read as it is, and whatever would write
    /// fails with [`QueueError::ReadOnly`].
    pub async fn open_to_read(path: &Path) -> Result<Self, QueueError> {
        let queue = match Self::open(path).await {
            Err(error @ QueueError::Open { .. }) => match Self::open_as_it_is(path).await {
                Ok(queue) => queue,
                Err(QueueError::Open { .. }) => return Err(error),
                Err(error) => return Err(error),
            },
            Err(error) if error.is_storage() && !error.is_busy() => Self::open_as_it_is(path).await?,
            Ok(queue) if is_unwritable(path).await => {
                queue.close().await;
                Self::open_as_it_is(path).await?
            }
            opened => return opened,
        };
        let found = queue.newest_migration().await?;
        if found < known() {
            return Err(QueueError::Outdated { path: path.to_owned(), found, known: known() });
        }
        Ok(queue)
    }

    /// Opens a file that exists, and changes nothing about it. Where a log holds a part of it, a copy of both is read.
    pub(crate) async fn open_as_it_is(path: &Path) -> Result<Self, QueueError> {
        let trouble = |error: std::io::Error| {
            if error.kind() == std::io::ErrorKind::NotFound {
                QueueError::Missing { path: path.to_owned() }
            } else {
                QueueError::Open { path: path.to_owned(), source: Arc::new(error) }
            }
        };
        let file = DatabaseFile::open(path).map_err(trouble)?;
        let sentinel = Sentinel::of(path, &file)?;
        let log = crate::queue::beside(path, "-wal");
        let has_log = fs::metadata(&log).is_ok_and(|found| found.len() > 0);
        let (readers, copy) = if has_log {
            // SQLite would have to write an index of the log beside it.
            let folder = tempfile::tempdir().map_err(trouble)?;
            let copy = folder.path().join("copy.db");
            fs::copy(path, &copy).map_err(trouble)?;
            fs::copy(&log, crate::queue::beside(&copy, "-wal")).map_err(trouble)?;
            (readers(crate::queue::options(&copy).pragma("query_only", "on")), Some(folder))
        } else {
            (readers(SqliteConnectOptions::new().filename(path).read_only(true).immutable(true)), None)
        };
        let store = Store::File(Arc::new(FileStore::to_read(path, sentinel, file, copy)));
        let queue = Self::over(store, readers, Writer::none(path.to_owned()), None);
        let found = queue.newest_migration().await?;
        if found > known() {
            return Err(QueueError::NewerVersion { path: path.to_owned(), found, known: known() });
        }
        Ok(queue)
    }

    async fn newest_migration(&self) -> Result<i64, QueueError> {
        let mut reader = match self.readers.acquire().await {
            Ok(reader) => reader,
            Err(error) => return Err(crate::queue::not_a_database(&self.name(), error)),
        };
        match migration::applied(&self.name(), reader.sqlite()?).await {
            Ok(Some(found)) => Ok(found),
            // Some other program's database has no such table.
            Ok(None) | Err(QueueError::Sqlite(_)) => Err(QueueError::NotADatabase { path: self.name() }),
            Err(error) => Err(error),
        }
    }
}

/// Whether SQLite has opened it, and will refuse to write.
async fn is_unwritable(path: &Path) -> bool {
    let options = crate::queue::options(path).busy_timeout(Duration::ZERO);
    let Ok(mut connection) = options.connect().await else { return false };
    let written = async {
        crate::queue::writer::begin(&mut connection).await?;
        // A transaction is begun there too; only a statement that could write is refused.
        sqlx::query("update origin set n_claims = n_claims where false").execute(&mut connection).await?;
        Ok::<_, QueueError>(())
    };
    let written = written.await;
    crate::queue::writer::rollback(&mut connection).await;
    drop(connection.close().await);
    // Whoever holds the file at this moment writes.
    written.is_err_and(|error| error.is_storage() && !error.is_busy())
}

fn readers(options: SqliteConnectOptions) -> Pool {
    SqlitePoolOptions::new().max_connections(READERS_MAX).min_connections(0).connect_lazy_with(options).into()
}
