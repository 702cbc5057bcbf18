//! Two numbers in the first bytes of the database's file, which can be read past SQLite and without its log: how often
//! the right to send was taken (`user_version`), and whose file it is (`application_id`).

use sqlx::{AssertSqlSafe, SqliteConnection};

use crate::queue::error::QueueError;

/// In the highest byte: the file of a database, that of a backup, and that of a backup that is in use and may not send
/// yet. The other three are the database's own.
const ORIGINAL: u32 = 0x43 << 24;
const BACKUP: u32 = 0x42 << 24;
const COPY: u32 = 0x44 << 24;
const KIND: u32 = 0xff << 24;

/// What is the database's own in its stamp.
fn own(database_id: &str) -> u32 {
    database_id.get(..6).and_then(|digits| u32::from_str_radix(digits, 16).ok()).unwrap_or_default()
}

/// Whether the stamp is that of a backup.
pub(crate) fn is_backup(stamp: u32) -> bool {
    stamp & KIND == BACKUP
}

/// Whether the stamp is that of a database that may send from where it is, if nothing else speaks against it.
pub(crate) fn is_original(stamp: u32) -> bool {
    stamp & KIND == ORIGINAL
}

/// Whether the stamp is that of another database. A file that is not stamped yet tells nothing.
pub(crate) fn is_of_another(stamp: u32, database_id: &str) -> bool {
    is_original(stamp) && stamp & !KIND != own(database_id)
}

/// Stamps the file as that of a database.
pub(crate) async fn note_original(
    connection: &mut SqliteConnection,
    database_id: &str,
) -> Result<(), QueueError> {
    pragma(connection, "application_id", ORIGINAL | own(database_id)).await
}

/// Stamps the file as that of a backup.
pub(crate) async fn note_backup(
    connection: &mut SqliteConnection,
    database_id: &str,
) -> Result<(), QueueError> {
    pragma(connection, "application_id", BACKUP | own(database_id)).await
}

/// Stamps the file as that of a backup that is in use.
pub(crate) async fn note_copy(
    connection: &mut SqliteConnection,
    database_id: &str,
) -> Result<(), QueueError> {
    pragma(connection, "application_id", COPY | own(database_id)).await
}

/// Stamps the file with the number of leases.
pub(crate) async fn note_leases(connection: &mut SqliteConnection, n_leases: i64) -> Result<(), QueueError> {
    // SQLite keeps 31 bits above zero.
    let n_leases = u32::try_from(n_leases).unwrap_or(u32::MAX).min(i32::MAX.unsigned_abs());
    pragma(connection, "user_version", n_leases).await
}

async fn pragma(connection: &mut SqliteConnection, name: &'static str, value: u32) -> Result<(), QueueError> {
    // A pragma takes no parameters; the name is ours and the value a number.
    sqlx::query(AssertSqlSafe(format!("pragma {name} = {value}"))).execute(connection).await?;
    Ok(())
}
