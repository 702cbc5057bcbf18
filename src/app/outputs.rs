//! Which files an output may take the place of: none that exists without the operator's word, and never a database or an
//! imported list.

use std::{
    fs::File,
    io::{self, Read},
    path::{Path, PathBuf},
};

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

use crate::queue::{Queue, QueueError};

/// The first bytes of an SQLite database (<https://www.sqlite.org/fileformat2.html#the_database_header>).
const SQLITE: &[u8] = b"SQLite format 3\0";

/// What follows the name of a database in the names of the files that belong to it.
const COMPANIONS: [&str; 6] = ["-wal", "-shm", "-journal", "-sentinel", "-ballast", "-lock"];

/// Why an output cannot go there. Nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum OutputError {
    /// The file is there, and nobody said that it may be replaced.
    #[error("`{}` exists already", path.display())]
    Exists { path: PathBuf },
    /// The file is a database, or belongs to one.
    #[error("`{}` is a database, or belongs to one; it is never replaced", path.display())]
    Database { path: PathBuf },
    /// The file is a list of recipients.
    #[error("`{}` is a list that was imported into `{campaign}`; it is never replaced", path.display())]
    List {
        path: PathBuf,
        /// A campaign that has its rows.
        campaign: String,
    },
    /// The file cannot be looked into.
    #[error("cannot read `{}`, which would be replaced", path.display())]
    Read {
        path: PathBuf,
        #[source]
        source: io::Error,
    },
    #[error(transparent)]
    Queue(#[from] QueueError),
}

/// Says whether an output may go to `path`. A device or a pipe has nothing to lose.
pub async fn check(queue: &Queue, path: &Path, may_replace: bool) -> Result<(), OutputError> {
    if !path.is_file() {
        return Ok(());
    }
    let path = path.to_owned();
    if !may_replace {
        return Err(OutputError::Exists { path });
    }
    let failed = |source| OutputError::Read { path: path.clone(), source };
    if is_of_database(&path).map_err(failed)? {
        return Err(OutputError::Database { path });
    }
    let sha256 = digest(&path).map_err(failed)?;
    match queue.campaign_with_list(&sha256).await? {
        Some(campaign) => Err(OutputError::List { path, campaign }),
        None => Ok(()),
    }
}

fn is_of_database(path: &Path) -> io::Result<bool> {
    let name = path.to_string_lossy();
    let owner = COMPANIONS.iter().find_map(|ending| name.strip_suffix(ending)).map(PathBuf::from);
    Ok(begins_as_database(path)? || owner.is_some_and(|owner| begins_as_database(&owner).unwrap_or(false)))
}

fn begins_as_database(path: &Path) -> io::Result<bool> {
    let mut start = Vec::new();
    File::open(path)?.take(SQLITE.len() as u64).read_to_end(&mut start)?;
    Ok(start == SQLITE)
}

/// The SHA-256 of a file, in hexadecimal, as an import has it.
fn digest(path: &Path) -> io::Result<String> {
    let mut digest = Sha256::new();
    io::copy(&mut File::open(path)?, &mut digest)?;
    Ok(HEXLOWER.encode(&digest.finalize()))
}
