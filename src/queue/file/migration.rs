//! The schema, brought up to date: forward only, with a copy of the file made first.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use sqlx::{
    SqliteConnection,
    migrate::{MigrateError, Migrator},
};
use tokio::time::{Instant, sleep};

use super::{
    backup,
    lock::{DatabaseFile, Lock},
};
use crate::{
    queue::{beside, error::QueueError, not_a_database},
    trial,
};

/// The schema of this version. What was released is not edited: a file that has it is refused by its checksum.
pub(crate) static MIGRATOR: Migrator = sqlx::migrate!();

/// The schema of the first release. A file with less of it was cut off while it was made, and holds nothing.
const FIRST_RELEASED: i64 = 7;

/// How long a change of the schema waits for another process.
const PATIENCE: Duration = Duration::from_secs(3);

/// The newest schema that this version knows.
pub(crate) fn known() -> i64 {
    newest(&MIGRATOR)
}

pub(in crate::queue) fn newest(migrator: &Migrator) -> i64 {
    migrator.iter().map(|migration| migration.version).max().unwrap_or_default()
}

/// Applies what the file lacks, under the lock that is held already, if any. A file that holds something is copied first, and
/// nobody may be sending from it; says where the copy is.
pub(crate) async fn bring_up_to_date(
    path: &Path,
    file: &DatabaseFile,
    connection: &mut SqliteConnection,
    migrator: &Migrator,
    held: Option<Lock>,
) -> Result<Option<PathBuf>, QueueError> {
    let is_current = |found: Option<i64>| found.is_some_and(|found| found >= newest(migrator));
    if is_current(applied(path, connection).await?) {
        // It also refuses what is newer, or was edited.
        apply(path, connection, migrator).await?;
        return Ok(None);
    }
    let _lock = match held {
        Some(held) => held,
        None => lock(path, file).await?,
    };
    // Another process may have done it meanwhile.
    let found = applied(path, connection).await?;
    let is_used = found.is_some_and(|found| found >= FIRST_RELEASED) && has_home(connection).await?;
    let copy = (is_used && !is_current(found)).then(|| free_name(path));
    if let Some(copy) = &copy {
        backup::copy(connection, copy).await?;
    }
    apply(path, connection, migrator).await?;
    Ok(copy)
}

/// Keeps everybody else from a file that is empty yet: SQLite does not wait for a process that makes its first page.
pub(crate) async fn lock_new(path: &Path, file: &DatabaseFile) -> Result<Option<Lock>, QueueError> {
    match file.header() {
        Some(_) => Ok(None),
        None => lock(path, file).await.map(Some),
    }
}

/// Keeps senders away, and whoever else would change the schema; waits a little for the latter.
async fn lock(path: &Path, file: &DatabaseFile) -> Result<Lock, QueueError> {
    let until = Instant::now() + PATIENCE;
    loop {
        match file.try_lock() {
            Ok(lock) => return Ok(lock),
            Err(_) if Instant::now() < until => sleep(Duration::from_millis(20)).await,
            Err(_) => return Err(QueueError::InUse { path: path.to_owned() }),
        }
    }
}

/// The newest schema that the file has; none where it has none yet.
pub(crate) async fn applied(
    path: &Path,
    connection: &mut SqliteConnection,
) -> Result<Option<i64>, QueueError> {
    let is_new = "select count(*) = 0 from sqlite_schema where name = '_sqlx_migrations'";
    let asked = async {
        if sqlx::query_scalar(is_new).fetch_one(&mut *connection).await? {
            return Ok(None);
        }
        let newest = sqlx::query_scalar("select coalesce(max(version), 0) from _sqlx_migrations");
        newest.fetch_one(&mut *connection).await.map(Some)
    };
    asked.await.map_err(|error| not_a_database(path, error))
}

/// Whether it was ever opened: one that was cut off while it was made has no home yet.
async fn has_home(connection: &mut SqliteConnection) -> Result<bool, QueueError> {
    Ok(sqlx::query_scalar("select home is not null from origin").fetch_one(connection).await?)
}

/// A name beside the database that says which version wrote what is left behind, and that nothing has.
fn free_name(database: &Path) -> PathBuf {
    let first = beside(database, concat!(".before-", env!("CARGO_PKG_VERSION")));
    let others = (2_u32..).map(|n| beside(&first, &format!("-{n}")));
    std::iter::once(first.clone()).chain(others).find(|name| !name.exists()).unwrap_or(first)
}

/// Brings a schema up to date of which nothing has to be kept as it was.
pub(super) async fn apply(
    path: &Path,
    connection: &mut SqliteConnection,
    migrator: &Migrator,
) -> Result<(), QueueError> {
    let known = newest(migrator);
    connection.lock_handle().await?.set_commit_hook(|| {
        trial::crash_point("migration:commit");
        true
    });
    // Not `run`, whose future cannot be shown to be `Send`: the console opens queues on threads of the runtime.
    let migrated = migrator.run_direct(None, connection, false).await;
    connection.lock_handle().await?.remove_commit_hook();
    migrated.map_err(|error| {
        if let MigrateError::VersionMissing(found) | MigrateError::VersionTooNew(found, _) = error {
            return QueueError::NewerVersion { path: path.to_owned(), found, known };
        }
        if let MigrateError::Execute(error) = error {
            return not_a_database(path, error);
        }
        QueueError::Migrate { path: path.to_owned(), source: error.into() }
    })
}

#[cfg(test)]
mod tests {
    use std::fs;

    use sqlx::{SqlStr, migrate::Migration, migrate::MigrationType};

    use super::*;
    use crate::queue::{
        Queue, connect,
        tests::{NOW, World},
    };

    /// A later version, whose schema has one thing more.
    fn later(sql: &'static str) -> Migrator {
        let mut all: Vec<_> = MIGRATOR.iter().cloned().collect();
        let sql = SqlStr::from_static(sql);
        all.push(Migration::new(9_000, "later".into(), MigrationType::Simple, sql, false));
        Migrator::with_migrations(all)
    }

    async fn bring(world: &World, migrator: &Migrator) -> Result<Option<PathBuf>, QueueError> {
        let path = world.folder.path().join("q.db");
        let file = DatabaseFile::open(&path).unwrap();
        let mut connection = connect(&path).await.unwrap();
        bring_up_to_date(&path, &file, &mut connection, migrator, None).await
    }

    fn copies(world: &World) -> usize {
        let names = fs::read_dir(world.folder.path()).unwrap();
        names
            .filter(|entry| entry.as_ref().unwrap().file_name().to_string_lossy().contains(".before-"))
            .count()
    }

    #[tokio::test]
    async fn a_file_is_copied_before_its_schema_changes_and_the_copy_is_a_backup_of_this_version() {
        let world = World::with(3).await;
        let copy = bring(&world, &later("alter table campaign add column colour text")).await.unwrap();
        let copy = copy.unwrap();
        assert_eq!(copy, world.folder.path().join(concat!("q.db.before-", env!("CARGO_PKG_VERSION"))));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(fs::metadata(&copy).unwrap().permissions().mode() & 0o777, 0o600);
        }
        let before = Queue::open(&copy).await.unwrap();
        assert_eq!(before.overview("spring").await.unwrap().counts.total(), 3);
        let withheld = before.take_lease(1, NOW).await.unwrap_err();
        assert!(matches!(withheld, QueueError::Restored { .. }), "{withheld:?}");
        before.close().await;

        let refused = Queue::open(&world.folder.path().join("q.db")).await.unwrap_err();
        assert!(matches!(refused, QueueError::NewerVersion { found: 9_000, .. }), "{refused:?}");
        let again = bring(&world, &later("alter table campaign add column colour text")).await.unwrap();
        assert_eq!((again, copies(&world)), (None, 1), "what is up to date is not copied");
    }

    #[tokio::test]
    async fn the_schema_does_not_change_under_whoever_is_sending() {
        let world = World::with(1).await;
        let _lease = world.queue.take_lease(1, NOW.plus(Duration::from_secs(1))).await.unwrap();
        let error = bring(&world, &later("alter table campaign add column colour text")).await.unwrap_err();
        assert!(matches!(error, QueueError::InUse { .. }), "{error:?}");
        assert_eq!(copies(&world), 0);
    }

    #[tokio::test]
    async fn a_migration_that_fails_leaves_the_file_usable_and_no_copy_is_overwritten() {
        let world = World::with(2).await;
        for n in 1..=2 {
            let failed = bring(&world, &later("alter table nothing add column colour text")).await;
            assert!(matches!(failed, Err(QueueError::Migrate { .. } | QueueError::Sqlite(_))), "{failed:?}");
            assert_eq!(copies(&world), n);
        }
        let queue = Queue::open(&world.folder.path().join("q.db")).await.unwrap();
        assert_eq!(queue.overview("spring").await.unwrap().counts.total(), 2);
    }
}
