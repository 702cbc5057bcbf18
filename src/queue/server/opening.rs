//! Opening a server's database: what it has to promise, and its schema.

use std::{path::Path, sync::Arc, time::Duration};

use sqlx::{Connection as _, PgConnection, migrate::Migrator, postgres::PgPoolOptions};

use super::{Server, Session, connect, holding::ALIVE_FOR_S};
use crate::queue::{
    Queue,
    database::ServerAddress,
    error::QueueError,
    file::migration::newest,
    handle::{READERS_MAX, Store},
    writer::{Base, Writer},
};

/// The same schema as that of a file, step by step.
static MIGRATOR: Migrator = sqlx::migrate!("migrations/postgres");

/// Whoever changes the schema has this lock (of a transaction, so that it works behind a pooler too).
const MIGRATES: i64 = 0x6361_7461_6c69;

/// What a server says of itself.
#[derive(Debug)]
struct ServerRow {
    version: i32,
    fsync: String,
    full_page_writes: String,
    synchronous_commit: String,
    is_in_recovery: bool,
    encoding: String,
}

impl Queue {
    /// Opens a server's database, and brings its schema up to date where it may. Refuses a server that does not keep
    /// what it acknowledges.
    pub async fn open_server(address: &ServerAddress) -> Result<Self, QueueError> {
        let name = address.to_string();
        let mut connection = connect(&address.options).await?;
        check_promises(&mut connection, Path::new(&name)).await?;
        bring_up_to_date(&mut connection, Path::new(&name)).await?;
        let database_id = sqlx::query_scalar!("select database_id from origin\n-- postgres");
        let server = Arc::new(Server::new(address, &database_id.fetch_one(&mut connection).await?));
        let readers = PgPoolOptions::new()
            .max_connections(READERS_MAX)
            .min_connections(0)
            .acquire_timeout(Duration::from_secs(20))
            .idle_timeout(Duration::from_mins(1))
            .connect_lazy_with(address.options.clone())
            .into();
        let base = Base::Server(Session::new(Arc::clone(&server)));
        let (writer, task) = Writer::spawn(connection.into(), base);
        Ok(Self::over(Store::Server(server), readers, writer, Some(task)))
    }
}

/// What is acknowledged has to be on the disk, or somebody is messaged twice.
async fn check_promises(connection: &mut PgConnection, name: &Path) -> Result<(), QueueError> {
    let said = sqlx::query_as!(
        ServerRow,
        r#"select current_setting('server_version_num')::integer as "version!", current_setting('fsync') as "fsync!",
            current_setting('full_page_writes') as "full_page_writes!",
            current_setting('synchronous_commit') as "synchronous_commit!",
            pg_is_in_recovery() as "is_in_recovery!", current_setting('server_encoding') as "encoding!"
-- postgres"#
    )
    .fetch_one(connection)
    .await?;
    match said.complaint() {
        None => Ok(()),
        Some(what) => Err(QueueError::Unfit { path: name.to_owned(), what }),
    }
}

impl ServerRow {
    fn complaint(&self) -> Option<String> {
        const OLDEST: i32 = 14;
        let Self { version, fsync, full_page_writes, synchronous_commit, is_in_recovery, encoding } = self;
        if *version < OLDEST * 10_000 {
            return Some(format!(
                "it is PostgreSQL {}, and {OLDEST} or a later one is needed",
                version / 10_000
            ));
        }
        if *is_in_recovery {
            return Some(
                "it is a standby, which only reads: name the primary, or let the address find it".to_owned(),
            );
        }
        let off = [("fsync", fsync), ("full_page_writes", full_page_writes)];
        if let Some((setting, _)) = off.into_iter().find(|(_, value)| *value != "on") {
            return Some(format!(
                "`{setting}` is off there, so it forgets in a crash what it has acknowledged"
            ));
        }
        if matches!(synchronous_commit.as_str(), "off" | "local") {
            return Some(format!(
                "`synchronous_commit` is {synchronous_commit} there, so it acknowledges what it may forget: \
                 alter role … set synchronous_commit = on"
            ));
        }
        (encoding != "UTF8")
            .then(|| format!("its encoding is {encoding}: create the database with encoding UTF8"))
    }
}

/// Applies what the schema lacks, in one transaction. Where nothing lacks nothing is needed but to read.
async fn bring_up_to_date(connection: &mut PgConnection, name: &Path) -> Result<(), QueueError> {
    if is_current(connection, name).await? {
        return Ok(());
    }
    let migrate = |source: sqlx::migrate::MigrateError| QueueError::Migrate {
        path: name.to_owned(),
        source: Arc::new(source),
    };
    let mut changing = connection.begin().await?;
    sqlx::query("select pg_advisory_xact_lock($1)").bind(MIGRATES).execute(&mut *changing).await?;
    // Another process may have done it meanwhile.
    if is_current(&mut changing, name).await? {
        return Ok(changing.commit().await?);
    }
    check_nobody_sends(&mut changing, name).await?;
    let mut migrator = Migrator::with_migrations(MIGRATOR.iter().cloned().collect());
    // Its own lock is one of the session, which a pooler gives to somebody else.
    migrator.set_locking(false);
    migrator.run_direct(None, &mut *changing, false).await.map_err(migrate)?;
    Ok(changing.commit().await?)
}

/// Whether the database has the schema of this version. Refuses one of a newer version, or one that was edited.
async fn is_current(connection: &mut PgConnection, name: &Path) -> Result<bool, QueueError> {
    let is_there: bool = sqlx::query_scalar("select to_regclass('_sqlx_migrations') is not null")
        .fetch_one(&mut *connection)
        .await?;
    if !is_there {
        return Ok(false);
    }
    let applied = sqlx::query_as::<_, (i64, Vec<u8>)>(
        "select version, checksum from _sqlx_migrations where success order by version",
    );
    let applied = applied.fetch_all(connection).await?;
    for (version, checksum) in &applied {
        match MIGRATOR.iter().find(|migration| migration.version == *version) {
            Some(migration) if *migration.checksum == *checksum => {}
            Some(_) => {
                let source = Arc::new(sqlx::migrate::MigrateError::VersionMismatch(*version));
                return Err(QueueError::Migrate { path: name.to_owned(), source });
            }
            None => {
                let (found, known) = (*version, newest(&MIGRATOR));
                return Err(QueueError::NewerVersion { path: name.to_owned(), found, known });
            }
        }
    }
    Ok(applied.len() == MIGRATOR.iter().count())
}

/// The schema does not change under whoever is sending.
async fn check_nobody_sends(connection: &mut PgConnection, name: &Path) -> Result<(), QueueError> {
    let is_there: bool =
        sqlx::query_scalar("select to_regclass('lease') is not null").fetch_one(&mut *connection).await?;
    if !is_there {
        return Ok(());
    }
    let is_held = "select exists (select 1 from lease where holder <> ''
        and extract(epoch from clock_timestamp() - renewed_at) < $1)";
    let is_held: bool = sqlx::query_scalar(is_held).bind(ALIVE_FOR_S).fetch_one(&mut *connection).await?;
    if is_held { Err(QueueError::InUse { path: name.to_owned() }) } else { Ok(()) }
}
