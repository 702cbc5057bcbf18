//! The database's file: which one it is, what its first bytes say, and the lock of whoever sends from it.
//!
//! The lock is on the file itself, so all its names (links, bind mounts) share it. It is one of `flock`, which does not
//! interfere with SQLite's own POSIX locks on Linux; but closing any descriptor of a file drops all POSIX locks that the
//! process has on it. So a process has one descriptor for each database, shared by all that have the database open, and
//! closed when none of them is left. On other systems the two kinds of locks exclude each other, and a file beside the
//! database is locked instead: links in one folder share it there, hard links and bind mounts do not.

use std::{
    collections::HashMap,
    fs::{File, Metadata, TryLockError},
    io::{self, Read, Seek, SeekFrom},
    path::Path,
    sync::{Mutex, MutexGuard, PoisonError},
    time::UNIX_EPOCH,
};

/// Which file it is: it keeps its identity under another name on the same disk, and a copy has another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Identity {
    device: u64,
    inode: u64,
    /// When it was made, in nanoseconds; zero where the file system does not say.
    born_ns: u128,
}

impl Identity {
    pub(crate) fn of(found: &Metadata) -> Self {
        let born = found.created().ok().and_then(|at| at.duration_since(UNIX_EPOCH).ok());
        let (device, inode) = place(found);
        Self { device, inode, born_ns: born.map_or(0, |age| age.as_nanos()) }
    }

    /// Whether a file that had this text's identity when the machine had been started as `boot` is this one.
    pub(crate) fn is(&self, text: &str, boot: Option<&str>) -> bool {
        let Some(then) = Self::parse(text) else { return false };
        // Some systems number their disks anew with each start.
        let may_be_renumbered = self.born_ns != 0 && (boot.is_none() || boot != self::boot().as_deref());
        let is_same_device = self.device == then.device || may_be_renumbered;
        is_same_device && (self.inode, self.born_ns) == (then.inode, then.born_ns)
    }

    fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('-');
        let device = u64::from_str_radix(parts.next()?, 16).ok()?;
        let inode = u64::from_str_radix(parts.next()?, 16).ok()?;
        let born_ns = u128::from_str_radix(parts.next()?, 16).ok()?;
        parts.next().is_none().then_some(Self { device, inode, born_ns })
    }
}

impl std::fmt::Display for Identity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { device, inode, born_ns } = self;
        write!(f, "{device:x}-{inode:x}-{born_ns:x}")
    }
}

#[cfg(unix)]
fn place(found: &Metadata) -> (u64, u64) {
    use std::os::unix::fs::MetadataExt;
    (found.dev(), found.ino())
}

#[cfg(not(unix))]
fn place(_: &Metadata) -> (u64, u64) {
    (0, 0)
}

/// What tells this start of the machine from every other one, where the system says.
pub(crate) fn boot() -> Option<String> {
    let text = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
    Some(text.trim().to_owned()).filter(|id| !id.is_empty() && id.len() <= 36)
}

/// What the first bytes of a SQLite file say. They are read past SQLite and its log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Header {
    /// `pragma user_version`.
    pub(in crate::queue) user_version: u32,
    /// `pragma application_id`.
    pub(crate) application_id: u32,
}

/// The database's file, held open by everything of this process that uses it.
#[derive(Debug)]
pub(crate) struct DatabaseFile(Identity);

/// A file that is open, and by how many.
struct Open {
    database: File,
    /// What is locked, where that is not the database.
    beside: Option<File>,
    /// By this process: a lock does not exclude its own descriptor.
    is_locked: bool,
    n_users: usize,
}

impl Open {
    fn lock(&self) -> &File {
        self.beside.as_ref().unwrap_or(&self.database)
    }
}

/// Whoever opens, closes, reads or locks has this.
static OPEN: Mutex<Option<HashMap<Identity, Open>>> = Mutex::new(None);

fn open_files() -> MutexGuard<'static, Option<HashMap<Identity, Open>>> {
    // A panic elsewhere leaves whole values behind.
    OPEN.lock().unwrap_or_else(PoisonError::into_inner)
}

impl DatabaseFile {
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        let mut open = open_files();
        let files = open.get_or_insert_default();
        if let Some(file) = files.get_mut(&Identity::of(&std::fs::metadata(path)?)) {
            file.n_users += 1;
            return Ok(Self(Identity::of(&file.database.metadata()?)));
        }
        let database = File::open(path)?;
        let identity = Identity::of(&database.metadata()?);
        let beside = if cfg!(target_os = "linux") { None } else { Some(open_beside(path)?) };
        files.insert(identity, Open { database, beside, is_locked: false, n_users: 1 });
        Ok(Self(identity))
    }

    pub(crate) fn identity(&self) -> Identity {
        self.0
    }

    /// None where it is no SQLite file, or an empty one.
    pub(crate) fn header(&self) -> Option<Header> {
        let mut open = open_files();
        let mut file = &open.as_mut()?.get(&self.0)?.database;
        let mut bytes = [0; 100];
        file.seek(SeekFrom::Start(0)).ok()?;
        file.read_exact(&mut bytes).ok()?;
        let number = |at: usize| u32::from_be_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]);
        bytes
            .starts_with(b"SQLite format 3\0")
            .then(|| Header { user_version: number(60), application_id: number(68) })
    }

    /// Locks it until what this gives is dropped, or the process ends in whatever way.
    pub(crate) fn try_lock(&self) -> Result<Lock, TryLockError> {
        let mut open = open_files();
        let file = open.get_or_insert_default().get_mut(&self.0).ok_or(TryLockError::WouldBlock)?;
        if file.is_locked {
            return Err(TryLockError::WouldBlock);
        }
        file.lock().try_lock()?;
        file.is_locked = true;
        file.n_users += 1;
        Ok(Lock(Self(self.0)))
    }
}

impl Drop for DatabaseFile {
    fn drop(&mut self) {
        let mut open = open_files();
        let files = open.get_or_insert_default();
        if let Some(file) = files.get_mut(&self.0) {
            file.n_users -= 1;
            if file.n_users == 0 {
                // Closed while nobody can open it.
                drop(files.remove(&self.0));
            }
        }
    }
}

fn open_beside(path: &Path) -> io::Result<File> {
    let mut options = File::options();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(crate::queue::beside(path, "-lock"))
}

/// The lock, given up when it is dropped.
#[derive(Debug)]
pub(crate) struct Lock(DatabaseFile);

impl Drop for Lock {
    fn drop(&mut self) {
        if let Some(file) = open_files().get_or_insert_default().get_mut(&self.0.0) {
            // What cannot be given up ends with the process.
            let _given_up = file.lock().unlock();
            file.is_locked = false;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identity_survives_another_name_and_no_copy_has_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        std::fs::write(path("a"), "x").unwrap();
        let identity = |name: &str| Identity::of(&std::fs::metadata(path(name)).unwrap());
        let home = identity("a").to_string();
        std::fs::rename(path("a"), path("b")).unwrap();
        std::fs::copy(path("b"), path("c")).unwrap();
        assert!(identity("b").is(&home, boot().as_deref()));
        assert!(!identity("c").is(&home, boot().as_deref()));
        assert!(!identity("b").is("", None), "a backup has no home");
    }

    #[test]
    fn disks_may_be_numbered_anew_when_the_machine_starts_and_only_then() {
        let now = Identity { device: 1, inode: 2, born_ns: 3 };
        let then = Identity { device: 9, ..now }.to_string();
        assert!(now.is(&then, Some("another start")));
        assert!(now.is(&then, None));
        if let Some(boot) = boot() {
            assert!(!now.is(&then, Some(&boot)));
        }
        let ageless = Identity { born_ns: 0, ..now };
        assert!(!ageless.is(&Identity { device: 9, ..ageless }.to_string(), None));
    }

    #[test]
    fn one_of_a_process_has_the_lock_and_another_name_is_no_way_around_it() {
        let folder = tempfile::tempdir().unwrap();
        let (path, link) = (folder.path().join("q.db"), folder.path().join("link.db"));
        std::fs::write(&path, "x").unwrap();
        std::fs::hard_link(&path, &link).unwrap();
        let (first, second) = (DatabaseFile::open(&path).unwrap(), DatabaseFile::open(&link).unwrap());
        let lock = first.try_lock().unwrap();
        drop(first);
        assert!(matches!(second.try_lock(), Err(TryLockError::WouldBlock)));
        drop(lock);
        drop(second.try_lock().unwrap());
    }
}
