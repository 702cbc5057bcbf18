//! The database in a PostgreSQL server: connecting, its schema, the right to send while others watch, and what a commit
//! without an answer came to.
//!
//! The one row of `lease` is the writer: every transaction that changes the queue takes it first, so that they come one
//! after the other as those on a file do. Its holder counts each of its transactions in it (`n_ticks`): that fences off a
//! holder that was replaced, renews its term, tells what became of a commit that was not answered, and shows when a
//! server has forgotten commits.

pub(super) mod holding;
mod opening;
mod origin;
pub(super) mod report;
mod session;
pub(super) mod term;
#[cfg(test)]
pub(super) mod tests;

use std::{
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use sqlx::{ConnectOptions, PgConnection, postgres::PgConnectOptions};

use self::term::Term;
pub(super) use self::{
    holding::Right,
    session::{Session, lock},
};
use super::{database::ServerAddress, engine::bounded, error::QueueError};

/// How long a connection may take to come about.
const CONNECTS_IN: Duration = Duration::from_secs(10);

/// A server's database, and what this process remembers of it.
pub(super) struct Server {
    options: PgConnectOptions,
    name: PathBuf,
    /// What the names of files on this machine begin with.
    files: PathBuf,
    exposure: Option<&'static str>,
    memory: Mutex<Memory>,
}

/// What a process remembers, and a server has to know too.
#[derive(Debug, Default)]
struct Memory {
    /// The highest count of ticks that was seen.
    n_ticks: i64,
    /// The server has shown less than that.
    went_back: bool,
    held: Option<Held>,
}

/// The right to send, as its holder knows it.
#[derive(Debug, Clone)]
struct Held {
    epoch: i64,
    term: Term,
}

impl Server {
    fn new(address: &ServerAddress, database_id: &str) -> Self {
        let id = database_id.get(..8).unwrap_or(database_id);
        Self {
            options: address.options.clone(),
            name: PathBuf::from(address.to_string()),
            files: address.folder.join(format!("catalink-{id}")),
            exposure: address.exposure(),
            memory: Mutex::default(),
        }
    }

    /// For people's eyes.
    pub(super) fn name(&self) -> PathBuf {
        self.name.clone()
    }

    pub(super) fn files(&self) -> &Path {
        &self.files
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        // A panic elsewhere leaves whole values behind.
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) async fn connect(&self) -> Result<PgConnection, QueueError> {
        connect(&self.options).await
    }

    /// Frees the room of what was changed or deleted, as far as the role may.
    pub(super) async fn free_room(&self) -> Result<(), QueueError> {
        let mut connection = self.connect().await?;
        sqlx::query("vacuum").execute(&mut connection).await?;
        Ok(())
    }

    /// Takes note of a count of ticks that is committed.
    fn sees(&self, n_ticks: i64) {
        let mut memory = self.memory();
        memory.went_back |= n_ticks < memory.n_ticks;
        memory.n_ticks = memory.n_ticks.max(n_ticks);
    }

    /// Whether a tick that is about to be counted was there before.
    fn counts_again(&self, n_ticks: i64) -> bool {
        let mut memory = self.memory();
        memory.went_back |= n_ticks <= memory.n_ticks;
        memory.went_back
    }

    /// Whether this process holds the right to send.
    pub(super) fn is_held(&self) -> bool {
        self.memory().held.is_some()
    }

    fn held(&self) -> Option<Held> {
        self.memory().held.clone()
    }

    /// The right of that epoch is not ours any more.
    pub(super) fn lose(&self, epoch: i64) {
        let mut memory = self.memory();
        if let Some(held) = memory.held.take_if(|held| held.epoch == epoch) {
            held.term.end();
        }
    }
}

/// Its address alone: what is needed to get in is nobody's business.
impl std::fmt::Debug for Server {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.name.fmt(f)
    }
}

async fn connect(options: &PgConnectOptions) -> Result<PgConnection, QueueError> {
    Ok(bounded(CONNECTS_IN, options.connect()).await?)
}
