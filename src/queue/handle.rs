//! The handle to an open queue, whether it lives in a file or in a server.

use std::{path::PathBuf, sync::Arc};

use tokio::task::JoinHandle;

use super::{
    database::Database, engine::Pool, error::QueueError, file::opening::FileStore, server::Server,
    upkeep::audit, writer::Writer,
};

/// How many connections read at once.
pub(super) const READERS_MAX: u32 = 4;

/// The queue: one writer, several readers, one database.
#[derive(Debug, Clone)]
pub struct Queue {
    pub(super) writer: Writer,
    pub(super) readers: Pool,
    pub(super) store: Store,
    /// Who uses it, for the audit trail.
    pub(super) actor: Option<audit::Actor>,
    pub(super) writer_task: Arc<tokio::sync::Mutex<Option<JoinHandle<()>>>>,
}

/// Where a queue lives.
#[derive(Debug, Clone)]
pub(super) enum Store {
    File(Arc<FileStore>),
    Server(Arc<Server>),
}

impl Queue {
    pub(super) fn over(store: Store, readers: Pool, writer: Writer, task: Option<JoinHandle<()>>) -> Self {
        Self { writer, readers, store, actor: None, writer_task: Arc::new(tokio::sync::Mutex::new(task)) }
    }

    /// Opens a database that exists, and brings its schema up to date.
    pub async fn open_database(database: &Database) -> Result<Self, QueueError> {
        match database {
            Database::File(path) => Self::open(path).await,
            Database::Server(address) => Self::open_server(address).await,
        }
    }

    /// Opens a database to look at it: a file also where it cannot be written.
    pub async fn open_database_to_read(database: &Database) -> Result<Self, QueueError> {
        match database {
            Database::File(path) => Self::open_to_read(path).await,
            Database::Server(address) => Self::open_server(address).await,
        }
    }

    /// Opens a database, and makes the file where there is none. A server's database has to be there.
    pub async fn open_or_create_database(database: &Database) -> Result<Self, QueueError> {
        match database {
            Database::File(path) => Self::open_or_create(path).await,
            Database::Server(address) => Self::open_server(address).await,
        }
    }

    /// The database for people's eyes: the path of its file, or the address of its server without what is secret.
    pub fn name(&self) -> PathBuf {
        match &self.store {
            Store::File(store) => store.path.clone(),
            Store::Server(server) => server.name(),
        }
    }

    /// Whether a server keeps it, so that other machines may use it too.
    pub fn is_on_server(&self) -> bool {
        matches!(self.store, Store::Server(_))
    }

    /// Whether this process may send, where a server says who may.
    pub fn holds_lease(&self) -> Option<bool> {
        match &self.store {
            Store::File(_) => None,
            Store::Server(server) => Some(server.is_held()),
        }
    }

    /// What the names of files on this machine begin with that belong to the database.
    pub fn files(&self) -> PathBuf {
        match &self.store {
            Store::File(store) => store.path.clone(),
            Store::Server(server) => server.files().to_owned(),
        }
    }

    /// Where the file lies as it was, if opening it has brought its schema up to date.
    pub fn outdated_copy(&self) -> Option<PathBuf> {
        match &self.store {
            Store::File(store) => store.outdated_copy.clone(),
            Store::Server(_) => None,
        }
    }

    /// The file, for what is done to a file alone.
    pub(super) fn file(&self) -> Result<&Arc<FileStore>, QueueError> {
        match &self.store {
            Store::File(store) => Ok(store),
            Store::Server(_) => Err(QueueError::NotAFile),
        }
    }

    /// Fails where the database's file is no longer the one that was opened.
    pub(super) fn check_place(&self) -> Result<(), QueueError> {
        match &self.store {
            Store::File(store) => store.check_place(),
            Store::Server(_) => Ok(()),
        }
    }

    /// Writes down what is under way and closes the database. Other handles to this queue get [`QueueError::Closed`].
    pub async fn close(self) {
        self.readers.close().await;
        self.writer.close().await;
        if let Some(task) = self.writer_task.lock().await.take() {
            // The task ends by itself once it was told to; a panic in it has been reported by the runtime.
            let _ended = task.await;
            if let Store::File(store) = &self.store {
                store.end_use();
            }
        }
    }
}
