//! Keeps a restored backup from sending its old queue again.
//!
//! A small file beside the database says which database last sent from here, and how many commits with a claim it had
//! by then. It is written after such commits, at most once a second, and when the lease is given up. A database that
//! is behind it, or that has sent before and has none beside it, is a copy: rows that wait in it may have been sent
//! since, so it sends nothing until the operator says so. The file need not be synced: after a power cut it is at worst
//! behind the database, which is harmless.

use std::{
    fs::{File, OpenOptions},
    io::{Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use sqlx::SqliteConnection;

use super::{Queue, error::QueueError, lease};

/// How often the file is written at most.
const WRITTEN_EVERY: Duration = Duration::from_secs(1);

/// The first word of the file.
const NAME: &str = "catalink-sentinel-1";

/// Why a database is taken for a copy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Withheld {
    /// The sentinel has seen more claims.
    #[error("a newer state of it has sent from here")]
    Older,
    /// The sentinel belongs to another database.
    #[error("another database has sent from here")]
    Other,
    /// It has sent before, but not from here.
    #[error("it has sent before, but not from here")]
    Elsewhere,
    /// The sentinel is there, and makes no sense.
    #[error("the file beside it that says what was sent cannot be read")]
    Unreadable,
}

/// What a sentinel says.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Seen {
    database_id: String,
    n_claims: i64,
}

/// The file beside the database.
#[derive(Debug)]
pub(super) struct Sentinel {
    path: PathBuf,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    file: Option<File>,
    latest: Option<Seen>,
    written: Option<(Instant, i64)>,
}

impl Sentinel {
    /// The sentinel of that database; nothing is read or written yet.
    pub(super) fn of(database: &Path) -> Arc<Self> {
        Arc::new(Self { path: super::beside(database, "-sentinel"), state: Mutex::default() })
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        // A panic elsewhere leaves whole values behind.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the database may send from here.
    fn check(&self, now: &Seen) -> Result<(), Withheld> {
        match self.read()? {
            None if now.n_claims == 0 => Ok(()),
            None => Err(Withheld::Elsewhere),
            Some(seen) if seen.database_id != now.database_id => Err(Withheld::Other),
            Some(seen) if seen.n_claims > now.n_claims => Err(Withheld::Older),
            Some(_) => Ok(()),
        }
    }

    fn read(&self) -> Result<Option<Seen>, Withheld> {
        let mut text = String::new();
        match File::open(&self.path).and_then(|file| file.take(256).read_to_string(&mut text)) {
            Ok(_) => parse(&text).map(Some).ok_or(Withheld::Unreadable),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(_) => Err(Withheld::Unreadable),
        }
    }

    /// Takes the file up for this database, and writes it at once.
    fn take_up(&self, now: Seen) -> std::io::Result<()> {
        let mut options = OpenOptions::new();
        // Written over in place and never cut, so that a crash leaves no empty file behind.
        options.write(true).create(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&self.path)?;
        write(&mut file, &now)?;
        file.set_len(text(&now).len() as u64)?;
        file.sync_data()?;
        let mut state = self.state();
        state.written = Some((Instant::now(), now.n_claims));
        state.latest = Some(now);
        state.file = Some(file);
        Ok(())
    }

    /// So many commits with a claim there are now, the last of them synced.
    pub(super) fn note(&self, n_claims: i64) {
        let mut state = self.state();
        if let Some(latest) = &mut state.latest {
            latest.n_claims = n_claims;
        }
        if state.written.is_some_and(|(at, _)| at.elapsed() >= WRITTEN_EVERY) {
            state.write();
        }
    }

    /// Writes what was noted last.
    pub(super) fn flush(&self) {
        self.state().write();
    }
}

impl State {
    fn write(&mut self) {
        let Self { file: Some(file), latest: Some(latest), written } = self else { return };
        if written.is_some_and(|(_, n_claims)| n_claims == latest.n_claims) {
            return;
        }
        // A sentinel that stays behind protects less; it must not stop the sending.
        if let Err(error) = write(file, latest) {
            tracing::warn!(%error, "the sentinel beside the database cannot be written");
        }
        *written = Some((Instant::now(), latest.n_claims));
    }
}

fn text(seen: &Seen) -> String {
    format!("{NAME} {} {:020}\n", seen.database_id, seen.n_claims)
}

fn write(file: &mut File, seen: &Seen) -> std::io::Result<()> {
    file.seek(SeekFrom::Start(0))?;
    file.write_all(text(seen).as_bytes())
}

fn parse(text: &str) -> Option<Seen> {
    let mut words = text.split_whitespace();
    let (name, database_id, n_claims) = (words.next()?, words.next()?, words.next()?);
    let n_claims = n_claims.parse().ok()?;
    (name == NAME).then(|| Seen { database_id: database_id.to_owned(), n_claims })
}

async fn seen(connection: &mut SqliteConnection) -> Result<Seen, QueueError> {
    let row = sqlx::query!("select database_id, n_claims from origin").fetch_one(connection).await?;
    Ok(Seen { database_id: row.database_id, n_claims: row.n_claims })
}

/// Counts a commit that holds a claim.
pub(super) async fn count_claim(connection: &mut SqliteConnection) -> Result<i64, QueueError> {
    let n_claims = sqlx::query_scalar!("update origin set n_claims = n_claims + 1 returning n_claims")
        .fetch_one(connection)
        .await?;
    Ok(n_claims)
}

impl Queue {
    /// Refuses to go on in a copy; takes the sentinel up where all is well.
    pub(super) async fn check_sentinel(&self) -> Result<(), QueueError> {
        let mut reader = self.readers.acquire().await?;
        let now = seen(&mut reader).await?;
        drop(reader);
        self.sentinel
            .check(&now)
            .map_err(|source| QueueError::Restored { path: self.path.clone(), source })?;
        self.sentinel
            .take_up(now)
            .map_err(|error| QueueError::Open { path: self.sentinel.path.clone(), source: Arc::new(error) })
    }

    /// The operator says that this copy may send: from now on it is the one that sends from here.
    pub async fn accept_restored(&self) -> Result<(), QueueError> {
        let _lock = lease::lock_or_refuse(self).await?;
        let seen_before = self.sentinel.read().ok().flatten().map_or(0, |seen| seen.n_claims);
        let now = self
            .writer
            .command(move |connection| {
                Box::pin(async move {
                    sqlx::query!("update origin set n_claims = max(n_claims, ?) + 1", seen_before)
                        .execute(&mut *connection)
                        .await?;
                    seen(connection).await
                })
            })
            .await?;
        self.sentinel
            .take_up(now)
            .map_err(|error| QueueError::Open { path: self.sentinel.path.clone(), source: Arc::new(error) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::queue::tests::{NOW, World, accepted, settled};

    impl World {
        /// Sends one message, and gives the lease up.
        async fn send_one(&self) {
            let lease = self.start().await;
            let claim = self.claim(&lease, 1).await.claims.pop().unwrap();
            self.queue.settle(vec![settled(claim, accepted())]).await.unwrap();
        }

        async fn put_in_place(&self, copy: &Path) -> Queue {
            let path = self.folder.path().join("q.db");
            self.queue.clone().close().await;
            std::fs::copy(copy, &path).unwrap();
            Queue::open(&path).await.unwrap()
        }
    }

    async fn withheld(queue: &Queue) -> Option<Withheld> {
        match queue.take_lease(1, NOW).await {
            Ok(_) => None,
            Err(QueueError::Restored { source, .. }) => Some(source),
            Err(error) => panic!("{error}"),
        }
    }

    #[tokio::test]
    async fn a_database_that_goes_on_is_not_taken_for_a_copy() {
        let world = World::with(3).await;
        world.send_one().await;
        world.send_one().await;
        world.queue.clone().close().await;
        let again = Queue::open(&world.folder.path().join("q.db")).await.unwrap();
        assert_eq!(withheld(&again).await, None);
    }

    #[tokio::test]
    async fn a_backup_that_is_put_back_sends_nothing_until_the_operator_says_so() {
        let world = World::with(3).await;
        world.send_one().await;
        let copy = world.folder.path().join("copy.db");
        world.queue.backup(&copy).await.unwrap();
        world.send_one().await;
        let restored = world.put_in_place(&copy).await;
        assert_eq!(withheld(&restored).await, Some(Withheld::Older));
        restored.recover(1, NOW).await.unwrap();
        restored.accept_restored().await.unwrap();
        assert_eq!(withheld(&restored).await, None);
        assert_eq!(withheld(&restored).await, None);
    }

    #[tokio::test]
    async fn a_copy_at_another_place_sends_nothing_if_it_has_sent_before() {
        let world = World::with(3).await;
        let (early, late) = (world.folder.path().join("early.db"), world.folder.path().join("late.db"));
        world.queue.backup(&early).await.unwrap();
        world.send_one().await;
        world.queue.backup(&late).await.unwrap();
        assert_eq!(withheld(&Queue::open(&early).await.unwrap()).await, None, "it never sent");
        assert_eq!(withheld(&Queue::open(&late).await.unwrap()).await, Some(Withheld::Elsewhere));
    }

    #[tokio::test]
    async fn another_database_in_the_same_place_sends_nothing() {
        let world = World::with(1).await;
        world.send_one().await;
        let other = World::with(1).await;
        let copy = other.folder.path().join("copy.db");
        other.queue.backup(&copy).await.unwrap();
        let put = world.put_in_place(&copy).await;
        assert_eq!(withheld(&put).await, Some(Withheld::Other));
    }

    #[tokio::test]
    async fn a_sentinel_that_makes_no_sense_withholds() {
        let world = World::with(1).await;
        std::fs::write(&world.queue.sentinel.path, "something else").unwrap();
        assert_eq!(withheld(&world.queue).await, Some(Withheld::Unreadable));
    }

    #[tokio::test]
    async fn a_crash_leaves_a_sentinel_that_is_at_most_a_second_behind() {
        let world = World::with(3).await;
        let lease = world.start().await;
        let _claim = world.claim(&lease, 1).await;
        let written = || world.queue.sentinel.read().unwrap().unwrap().n_claims;
        assert_eq!(written(), 0);
        let long_ago = Instant::now().checked_sub(WRITTEN_EVERY).unwrap();
        world.queue.sentinel.state().written = Some((long_ago, 0));
        let _claim = world.claim(&lease, 1).await;
        assert_eq!(written(), 2);
    }

    #[tokio::test]
    async fn a_backup_replaces_nothing_and_is_private() {
        let world = World::with(3).await;
        let copy = world.folder.path().join("copy.db");
        std::fs::write(&copy, "mine").unwrap();
        assert!(matches!(world.queue.backup(&copy).await, Err(QueueError::Backup { .. })));
        assert_eq!(std::fs::read_to_string(&copy).unwrap(), "mine");
        std::fs::remove_file(&copy).unwrap();
        let n_bytes = world.queue.backup(&copy).await.unwrap();
        let metadata = std::fs::metadata(&copy).unwrap();
        assert_eq!(metadata.len(), n_bytes);
        #[cfg(unix)]
        assert_eq!(std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()) & 0o777, 0o600);
    }
}
