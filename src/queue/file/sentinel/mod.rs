//! Keeps a copy of the database from sending what the database has sent.
//!
//! The database says which file it lives in, so a copy of it notices that it lives in another one. A small file beside
//! it, the sentinel, says which database sends from here, how often the right to send was taken, and how many commits
//! with a claim there were: a database that is behind it is an older state, put in its place or left without its log.
//! A sentinel is synced before the first claim of a lease and written, without a sync, before a claim is handed out, so
//! it is never behind what was sent as long as the machine runs. A power cut can undo those writes. So it also says
//! whether the database is in use and since which start of the machine: after another start the log has to be there.
//!
//! What cannot be noticed: all files put back in place, byte by byte into the same files, as they were at one earlier
//! moment; a disk or a virtual machine that is set back as a whole.

use std::{
    fs::{File, OpenOptions},
    io::{self, Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use sqlx::SqliteConnection;

use super::opening::FileStore;
use super::{
    lock::{self, DatabaseFile, Header},
    stamps,
};
use crate::queue::{Queue, error::QueueError, reach::windows, sending::lease};

/// The first word of the file.
const NAME: &str = "catalink-sentinel-2";

/// A log shorter than its header holds nothing.
const LOG_HEADER_BYTES: u64 = 32;

/// Why nothing is sent from a database: it is taken for a copy, or was moved.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Withheld {
    /// The sentinel has seen more.
    #[error("a newer state of it has sent from here; it is an older copy, or its `-wal` file was removed")]
    Older,
    /// The sentinel belongs to another database.
    #[error("another database has sent from here")]
    Other,
    /// It has sent before, but not from here.
    #[error("it has sent before, but not from here")]
    Elsewhere,
    /// It lives in another file than it did.
    #[error("it is a copy, or it was moved here from another disk or another machine")]
    Copy,
    /// The machine went down while it was in use, and the log is not there.
    #[error(
        "the machine went down while it was in use, and its `-wal` file is gone, so the last messages may be missing"
    )]
    LogMissing,
    /// The server has fewer ticks than a process of ours has seen.
    #[error(
        "the server has lost commits that it had acknowledged: it was restored, or a standby took over that had not received them"
    )]
    WentBack,
    /// The server is another one than it was, or was restored or promoted, and nobody who sent is left to say that nothing is missing.
    #[error(
        "since something was sent last the server was replaced, restored, or a standby took over, and no process is left that knows whether commits are missing"
    )]
    Promoted,
    /// The sentinel is there, and makes no sense.
    #[error("the file beside it that says what was sent cannot be read")]
    Unreadable,
    /// Everything is being moved to another database, or that was cut off.
    #[error("it is being moved to `{to}`, or that was cut off")]
    Moving { to: String },
    /// Everything is in another database now.
    #[error("all of it was moved to `{to}`, which sends from now on")]
    Moved { to: String },
}

impl Withheld {
    /// Where everything is now, or is on its way to; none where the database is taken for a copy.
    pub fn destination(&self) -> Option<&str> {
        match self {
            Self::Moving { to } | Self::Moved { to } => Some(to),
            Self::Older
            | Self::Other
            | Self::Elsewhere
            | Self::Copy
            | Self::LogMissing
            | Self::WentBack
            | Self::Promoted
            | Self::Unreadable => None,
        }
    }
}

/// What the sentinel says of the use of its database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Use {
    /// The right to send is being taken; nothing was claimed under it yet.
    Begun,
    /// Somebody sends, or was cut off: the log holds what the database's file does not.
    Sending,
    /// All that was sent is in the database's file.
    Left,
}

impl Use {
    const ALL: [Self; 3] = [Self::Begun, Self::Sending, Self::Left];

    fn name(self) -> &'static str {
        match self {
            Self::Begun => "begun",
            Self::Sending => "used",
            Self::Left => "left",
        }
    }
}

/// What a sentinel says.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Contents {
    database_id: String,
    n_leases: i64,
    n_claims: i64,
    /// How many leases the database's own file knew of, without its log.
    n_leases_in_file: u32,
    /// The start of the machine.
    boot: Option<String>,
    is: Use,
}

/// What the database says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Origin {
    pub(crate) database_id: String,
    pub(crate) n_leases: i64,
    pub(crate) n_claims: i64,
    home: Option<String>,
    home_boot: Option<String>,
}

/// The file beside the database.
#[derive(Debug)]
pub(crate) struct Sentinel {
    path: PathBuf,
    /// Whether there was no log when the database was opened.
    was_without_log: bool,
    state: Mutex<Option<(File, Contents)>>,
}

impl Sentinel {
    /// The sentinel of that database, before SQLite opens it. Fails where the log beside the database belongs to another
    /// file: SQLite would write it into this one.
    pub(crate) fn of(database: &Path, file: &DatabaseFile) -> Result<Arc<Self>, QueueError> {
        let log = crate::queue::beside(database, "-wal");
        let has_log = std::fs::metadata(&log).is_ok_and(|found| found.len() > LOG_HEADER_BYTES);
        let sentinel = Self {
            path: crate::queue::beside(database, "-sentinel"),
            was_without_log: !has_log,
            state: Mutex::default(),
        };
        let seen = sentinel.read().ok().flatten();
        if has_log && file.header().is_some_and(|header| is_foreign(header, seen.as_ref())) {
            return Err(QueueError::ForeignLog { path: database.to_owned(), log });
        }
        Ok(Arc::new(sentinel))
    }

    fn state(&self) -> std::sync::MutexGuard<'_, Option<(File, Contents)>> {
        // A panic elsewhere leaves whole values behind.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the database may send from here.
    fn check(&self, now: &Origin, file: &DatabaseFile) -> Result<(), Withheld> {
        match self.read()? {
            None if now.n_claims == 0 && now.n_leases == 0 => {}
            None => return Err(Withheld::Elsewhere),
            Some(seen) if seen.database_id != now.database_id => return Err(Withheld::Other),
            // The commit of the last lease may not have come about.
            Some(seen) if seen.n_claims > now.n_claims || seen.n_leases > now.n_leases + 1 => {
                return Err(Withheld::Older);
            }
            Some(seen) if seen.n_leases < now.n_leases => return Err(Withheld::Elsewhere),
            Some(seen) if self.was_without_log && seen.may_have_lost() => return Err(Withheld::LogMissing),
            Some(_) => {}
        }
        let is_home = |home: &str| file.identity().is(home, now.home_boot.as_deref());
        if now.home.as_deref().is_none_or(is_home) { Ok(()) } else { Err(Withheld::Copy) }
    }

    fn read(&self) -> Result<Option<Contents>, Withheld> {
        let mut text = String::new();
        match File::open(&self.path).and_then(|file| file.take(512).read_to_string(&mut text)) {
            // It is synced before the first claim, so this is what a power cut before it left: nothing was sent.
            Ok(_) if text.bytes().all(|byte| byte == 0) => Ok(None),
            Ok(_) => Contents::parse(&text).map(Some).ok_or(Withheld::Unreadable),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(_) => Err(Withheld::Unreadable),
        }
    }

    /// Writes the file, and syncs it.
    fn take_up(&self, now: Contents) -> io::Result<()> {
        let mut options = OpenOptions::new();
        // Written over in place and never cut, so that a crash leaves no empty file behind.
        options.write(true).create(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&self.path)?;
        write(&mut file, &now)?;
        file.set_len(now.text().len() as u64)?;
        file.sync_data()?;
        crate::queue::sync_folder(&self.path);
        *self.state() = Some((file, now));
        Ok(())
    }

    /// So many commits with a claim there are now, the last of them synced. Called before any of the claims is handed
    /// out.
    pub(crate) fn note(&self, n_claims: i64) {
        if let Some((file, seen)) = &mut *self.state() {
            seen.n_claims = n_claims;
            // A sentinel that stays behind protects less; it must not stop the sending.
            if let Err(error) = write(file, seen) {
                tracing::warn!(%error, "the sentinel beside the database cannot be written");
            }
        }
    }

    fn trouble(&self, error: io::Error) -> QueueError {
        QueueError::Open { path: self.path.clone(), source: Arc::new(error) }
    }
}

/// Whether the log beside a file with that header is the log of another file: of a database that a backup was put in
/// the place of, or of a later state. An older state that was copied into the file since the lease was taken is not
/// told from it, nor a backup that was used before.
fn is_foreign(header: Header, seen: Option<&Contents>) -> bool {
    let is_other = |seen: &Contents| {
        stamps::is_of_another(header.application_id, &seen.database_id)
            || (stamps::is_original(header.application_id) && header.user_version < seen.n_leases_in_file)
    };
    // A backup has no log: it is stamped anew before it is used.
    stamps::is_backup(header.application_id) || seen.is_some_and(is_other)
}

impl Contents {
    fn new(origin: Origin, n_leases_in_file: u32, is: Use) -> Self {
        let Origin { database_id, n_leases, n_claims, .. } = origin;
        Self { database_id, n_leases, n_claims, n_leases_in_file, boot: lock::boot(), is }
    }

    /// Whether a power cut may have undone what it said last.
    fn may_have_lost(&self) -> bool {
        self.is == Use::Sending && (self.boot.is_none() || self.boot != lock::boot())
    }

    /// Of the same length whatever it says.
    fn text(&self) -> String {
        let Self { database_id, n_leases, n_claims, n_leases_in_file, boot, is } = self;
        let (boot, is) = (boot.as_deref().unwrap_or("-"), is.name());
        format!(
            "{NAME} {database_id} {n_leases:020} {n_claims:020} {n_leases_in_file:010} {boot:<36} {is:<5}\n"
        )
    }

    fn parse(text: &str) -> Option<Self> {
        let mut words = text.split_whitespace();
        if words.next()? != NAME {
            return None;
        }
        let database_id = words.next()?.to_owned();
        let (n_leases, n_claims) = (words.next()?.parse().ok()?, words.next()?.parse().ok()?);
        let n_leases_in_file = words.next()?.parse().ok()?;
        let boot = Some(words.next()?).filter(|boot| *boot != "-").map(str::to_owned);
        let is = words.next()?;
        let is = Use::ALL.into_iter().find(|known| known.name() == is)?;
        Some(Self { database_id, n_leases, n_claims, n_leases_in_file, boot, is })
    }
}

fn write(file: &mut File, seen: &Contents) -> io::Result<()> {
    file.seek(SeekFrom::Start(0))?;
    file.write_all(seen.text().as_bytes())
}

/// What the database says of itself.
pub(crate) async fn origin(connection: &mut SqliteConnection) -> Result<Origin, QueueError> {
    Ok(sqlx::query_as!(Origin, "select database_id, n_leases, n_claims, home, home_boot from origin")
        .fetch_one(connection)
        .await?)
}

/// Counts a commit that holds a claim.
pub(crate) async fn count_claim(connection: &mut SqliteConnection) -> Result<i64, QueueError> {
    let n_claims = sqlx::query_scalar!("update origin set n_claims = n_claims + 1 returning n_claims")
        .fetch_one(connection)
        .await?;
    Ok(n_claims)
}

/// Counts a lease, and notes where the database lives.
pub(crate) async fn count_lease(connection: &mut SqliteConnection, home: &str) -> Result<(), QueueError> {
    let boot = lock::boot();
    let n_leases = sqlx::query_scalar!(
        "update origin set n_leases = n_leases + 1, home = $1, home_boot = $2 returning n_leases",
        home,
        boot,
    )
    .fetch_one(&mut *connection)
    .await?;
    stamps::note_leases(connection, n_leases).await
}

impl Queue {
    /// Why nothing is sent from this file until the operator says so.
    pub(in crate::queue) async fn withheld_file(
        &self,
        store: &FileStore,
    ) -> Result<Option<Withheld>, QueueError> {
        let now = origin(self.readers.acquire().await?.sqlite()?).await?;
        Ok(store.sentinel.check(&now, &store.file).err())
    }

    /// Refuses to go on in a copy; takes the sentinel up where all is well. For the holder of the lock.
    pub(in crate::queue) async fn begin_use(&self, store: &FileStore) -> Result<(), QueueError> {
        let mut now = origin(self.readers.acquire().await?.sqlite()?).await?;
        store
            .sentinel
            .check(&now, &store.file)
            .map_err(|source| QueueError::Restored { path: store.path.clone(), source })?;
        now.n_leases += 1;
        // What a process that was cut off has left in the log is still there alone.
        let was_cut_off = store.sentinel.read().ok().flatten().is_some_and(|seen| seen.is == Use::Sending);
        let is = if was_cut_off { Use::Sending } else { Use::Begun };
        store.take_up(now, is)
    }

    /// The lease is taken, and its commit synced: from here on something may be claimed.
    pub(in crate::queue) async fn go_on_with_use(&self, store: &FileStore) -> Result<(), QueueError> {
        store.bring_into_file().await?;
        let now = origin(self.readers.acquire().await?.sqlite()?).await?;
        store.take_up(now, Use::Sending)
    }

    /// After a power cut, while the log was there: what the database says is all that was sent.
    pub(crate) async fn settle_use(&self) -> Result<(), QueueError> {
        let store = self.file()?;
        let sentinel = &store.sentinel;
        let Some(seen) = sentinel.read().ok().flatten() else { return Ok(()) };
        if sentinel.was_without_log || !seen.may_have_lost() {
            return Ok(());
        }
        let Ok(_lock) = store.file.try_lock() else { return Ok(()) };
        let now = origin(self.readers.acquire().await?.sqlite()?).await?;
        if sentinel.check(&now, &store.file).is_ok() {
            let seen = Contents::new(now, seen.n_leases_in_file, Use::Sending);
            sentinel.take_up(seen).map_err(|error| sentinel.trouble(error))?;
        }
        Ok(())
    }

    /// The operator says that this copy may send: from now on it is a database of its own, which lives here.
    pub(in crate::queue) async fn accept_restored_file(&self, store: &FileStore) -> Result<(), QueueError> {
        let _lock = lease::lock_or_refuse(self, store).await?;
        let seen = store.sentinel.read().ok().flatten();
        let (claims_before, leases_before) = seen.map_or((0, 0), |seen| (seen.n_claims, seen.n_leases));
        let (home, boot) = (store.file.identity().to_string(), lock::boot());
        self.writer
            .command(move |connection| {
                Box::pin(async move {
                    sqlx::query!(
                        "update origin set database_id = lower(hex(randomblob(16))), home = $1, home_boot = $2,
                            n_claims = max(n_claims, $3) + 1, n_leases = max(n_leases, $4) + 1",
                        home,
                        boot,
                        claims_before,
                        leases_before,
                    )
                    .execute(connection.sqlite()?)
                    .await?;
                    windows::forget_all(connection).await?;
                    let connection = connection.sqlite()?;
                    let now = origin(connection).await?;
                    stamps::note_leases(connection, now.n_leases).await?;
                    stamps::note_original(connection, &now.database_id).await
                })
            })
            .await?;
        self.go_on_with_use(store).await
    }
}

impl FileStore {
    fn take_up(&self, now: Origin, is: Use) -> Result<(), QueueError> {
        let seen = Contents::new(now, self.n_leases_in_file(), is);
        self.sentinel.take_up(seen).map_err(|error| self.sentinel.trouble(error))
    }

    fn n_leases_in_file(&self) -> u32 {
        self.file.header().map_or(0, |header| header.user_version)
    }

    /// Brings the log into the database's file, as far as its readers let it.
    async fn bring_into_file(&self) -> Result<(), QueueError> {
        let mut connection = crate::queue::connect(&self.path).await?;
        sqlx::query("pragma wal_checkpoint(passive)").execute(&mut connection).await?;
        sqlx::Connection::close(connection).await?;
        Ok(())
    }

    /// The database was closed: where that brought its log into the file, the log may be missing from now on.
    pub(in crate::queue) fn end_use(&self) {
        let has_log =
            std::fs::metadata(crate::queue::beside(&self.path, "-wal")).is_ok_and(|found| found.len() > 0);
        let Some(seen) = self.sentinel.read().ok().flatten() else { return };
        if has_log || seen.is != Use::Sending || seen.may_have_lost() {
            return;
        }
        if let Ok(_lock) = self.file.try_lock()
            && let Err(error) = self.sentinel.take_up(Contents { is: Use::Left, ..seen })
        {
            tracing::warn!(%error, "the sentinel beside the database cannot be written");
        }
    }
}

/// Notes in a database that has no home yet that it lives in this file.
pub(crate) async fn settle_in(
    connection: &mut SqliteConnection,
    file: &DatabaseFile,
) -> Result<(), QueueError> {
    // Nobody waits for another process's transaction, or writes, to look at a database.
    if origin(connection).await?.home.is_some() {
        return Ok(());
    }
    let (home, boot) = (file.identity().to_string(), lock::boot());
    crate::queue::writer::begin(&mut *connection).await?;
    let settled = async {
        let is_new =
            sqlx::query!("update origin set home = $1, home_boot = $2 where home is null", home, boot)
                .execute(&mut *connection)
                .await?
                .rows_affected();
        if is_new > 0 {
            let now = origin(connection).await?;
            stamps::note_original(connection, &now.database_id).await?;
        }
        sqlx::query!("commit").execute(&mut *connection).await?;
        Ok(())
    };
    let settled = settled.await;
    if settled.is_err() {
        crate::queue::writer::rollback(connection).await;
    }
    settled
}

#[cfg(test)]
mod tests;
