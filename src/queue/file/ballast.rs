//! Room on the disk that is kept for the outcomes of requests already sent.
//!
//! A file beside the database takes it while somebody sends. When the disk is full the file goes, and what was on the
//! wire can still be written down; nothing further is claimed then.

use std::{
    fs::{self, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
    sync::Arc,
};

use crate::queue::error::QueueError;

/// Four mebibytes: some thousand pages of SQLite's log, while the outcomes of 256 requests touch a few hundred.
const BLOCK_BYTES: usize = 64 * 1024;
const N_BLOCKS: usize = 64;

/// The room, given back when it is dropped.
#[derive(Debug)]
pub(crate) struct Ballast {
    path: PathBuf,
}

impl Ballast {
    /// Takes the room. Fails where there is none, because then there is none for outcomes either.
    pub(crate) fn take(database: &Path) -> Result<Self, QueueError> {
        let path = path(database);
        match fill(&path) {
            Ok(()) => Ok(Self { path }),
            Err(source) => {
                free(database);
                Err(QueueError::NoRoom { path, source: Arc::new(source) })
            }
        }
    }
}

impl Drop for Ballast {
    fn drop(&mut self) {
        remove(&self.path);
    }
}

/// Frees the room, if it is still taken. Says whether it was.
pub(crate) fn free(database: &Path) -> bool {
    remove(&path(database))
}

fn remove(path: &Path) -> bool {
    fs::remove_file(path).is_ok()
}

fn path(database: &Path) -> PathBuf {
    crate::queue::beside(database, "-ballast")
}

fn fill(path: &Path) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    // A file system that compresses would give no room for zeros.
    let mut block = vec![0; BLOCK_BYTES];
    getrandom::fill(&mut block).map_err(|_| io::Error::other("the system gives no random bytes"))?;
    for _ in 0..N_BLOCKS {
        file.write_all(&block)?;
    }
    // Some file systems find out that they are full only when they write.
    file.sync_data()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_takes_its_room_and_gives_it_back() {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("q.db");
        let ballast = Ballast::take(&database).unwrap();
        let taken = fs::metadata(path(&database)).unwrap().len();
        assert_eq!(taken, 4 * 1024 * 1024);
        assert!(free(&database));
        assert!(!free(&database), "it was freed already");
        drop(ballast);
        drop(Ballast::take(&database).unwrap());
        assert!(!path(&database).exists());
    }

    #[test]
    fn a_folder_that_is_gone_has_no_room() {
        let missing = Path::new("/nowhere/q.db");
        assert!(matches!(Ballast::take(missing), Err(QueueError::NoRoom { .. })));
    }
}
