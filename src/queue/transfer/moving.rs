//! A queue moved to another database, as a whole or not at all.
//!
//! First the database is marked, while the right to send from it is held: nothing is sent from it any more. Then everything is
//! copied in one transaction of the other database, while nothing can be written here. What has arrived is compared with
//! what has left before that transaction ends, and it ends with a note of where all of it came from. A move that was cut off
//! goes on with the same command: the note says whether anything is left to do but to mark this database as moved.

use sqlx::Executor as _;

use super::{OF_ONE_ROW, TABLES, fill};
use crate::{
    domain::{CampaignId, Timestamp},
    queue::{
        Queue, counters,
        engine::{Connection, Text},
        error::QueueError,
        file::sentinel::Withheld,
        handle::Store,
        rows,
        sending::lease::Recovered,
        server,
        upkeep::{
            audit::{self, AuditEntry},
            verification,
        },
        writer,
    },
    trial,
};

/// What a move came to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Moved {
    /// It was done before: nothing was changed now.
    pub was_done: bool,
    /// How many rows were carried; none where they had arrived before.
    pub n_rows: u64,
    /// How many uploaded lists wait to be added. Their files stay where they are.
    pub n_drafts: u64,
    /// What a dead process had left in flight.
    pub recovered: Recovered,
}

struct AwayRow {
    moved_to: Option<String>,
    moved_at: Option<i64>,
}

struct OriginRow {
    database_id: String,
    moved_from: Option<String>,
    salt: String,
}

/// Why nothing is sent from a database that was moved, or is being moved.
pub(in crate::queue) async fn withheld(connection: &mut Connection) -> Result<Option<Withheld>, QueueError> {
    let row = query_as!(AwayRow, "select moved_to, moved_at from origin").fetch_one(connection).await?;
    Ok(row.moved_to.map(|to| match row.moved_at {
        Some(_) => Withheld::Moved { to },
        None => Withheld::Moving { to },
    }))
}

/// For whoever is about to send.
pub(in crate::queue) async fn refuse_where_moved(queue: &Queue) -> Result<(), QueueError> {
    match withheld(&mut *queue.readers.acquire().await?).await? {
        None => Ok(()),
        Some(source) => Err(QueueError::Restored { path: queue.name(), source }),
    }
}

/// The operator says that the database may send nevertheless.
pub(in crate::queue) async fn forget_move(queue: &Queue) -> Result<(), QueueError> {
    in_commit!(queue, |connection| {
        match withheld(connection).await? {
            Some(_) => mark(connection, None).await,
            None => Ok(()),
        }
    })
}

/// Notes where everything is being moved to.
async fn mark(connection: &mut Connection, to: Option<&str>) -> Result<(), QueueError> {
    query!("update origin set moved_to = $1, moved_at = null", to).execute(connection).await?;
    Ok(())
}

async fn mark_done(connection: &mut Connection, now: Timestamp) -> Result<(), QueueError> {
    query!("update origin set moved_at = $1", now.0).execute(connection).await?;
    Ok(())
}

async fn origin(connection: &mut Connection) -> Result<OriginRow, QueueError> {
    let found = query_as!(OriginRow, "select database_id, moved_from, salt from origin");
    Ok(found.fetch_one(connection).await?)
}

impl Queue {
    /// Moves everything to the database `to`, which has to be empty. From here nothing is sent any more. Done again it goes on
    /// where it was cut off, or says that it is done.
    pub async fn move_to(&self, to: &Self, pid: u32, now: Timestamp) -> Result<Moved, QueueError> {
        let name = to.place_name();
        let mut moved = Moved::default();
        let arrived_before = self.has_arrived_in(to).await?;
        match withheld(&mut *self.readers.acquire().await?).await? {
            Some(Withheld::Moved { .. }) if arrived_before => {
                return Ok(Moved { was_done: true, ..moved });
            }
            Some(Withheld::Moving { to }) if to == name || arrived_before => {}
            Some(source) => return Err(QueueError::Restored { path: self.name(), source }),
            None => moved.recovered = self.leave(to, &name, pid, now).await?,
        }
        trial::crash_point("move:marked");
        let (mut from, mut into) = (self.connect_apart().await?, to.connect_apart().await?);
        let entry = self.audit_entry("move", None, format!("from {} to {name}", self.place_name()));
        let carried = carry_over(&mut from, &mut into, &name, &entry, now).await;
        if carried.is_err() {
            // What was begun is taken back, whatever the error has ended already.
            writer::rollback(&mut from).await;
            writer::rollback(&mut into).await;
        } else if let Connection::Postgres(held) = &mut into
            && let Err(error) = held.get().execute("analyze").await
        {
            tracing::debug!(%error, "the server looks at its tables by itself, later");
        }
        for connection in [from, into] {
            if let Err(error) = connection.close().await {
                tracing::debug!(%error, "a connection did not close cleanly");
            }
        }
        (moved.n_rows, moved.n_drafts) = carried?;
        Ok(moved)
    }

    /// Marks this database, so that nothing is sent from it any more. Refuses while somebody sends from it, and where the other
    /// one cannot take all of it.
    pub(super) async fn leave(
        &self,
        to: &Self,
        name: &str,
        pid: u32,
        now: Timestamp,
    ) -> Result<Recovered, QueueError> {
        check_empty(&mut *to.readers.acquire().await?, &to.place_name()).await?;
        if let Some(source) = to.withheld().await? {
            return Err(QueueError::Restored { path: to.name(), source });
        }
        let own = origin(&mut *self.readers.acquire().await?).await?;
        if origin(&mut *to.readers.acquire().await?).await?.database_id == own.database_id {
            return Err(not_moved(name, "it is the database itself"));
        }
        let (lease, recovered) = self.take_lease(pid, now).await?;
        let name = name.to_owned();
        in_commit!(self, |connection| { mark(connection, Some(&name)).await })?;
        drop(lease);
        // The right is given up before this ends.
        in_commit!(self, |connection| { origin(connection).await })?;
        Ok(recovered)
    }

    async fn has_arrived_in(&self, to: &Self) -> Result<bool, QueueError> {
        let own = origin(&mut *self.readers.acquire().await?).await?;
        let there = origin(&mut *to.readers.acquire().await?).await?;
        Ok(there.moved_from == Some(own.database_id))
    }

    /// A connection for one long transaction.
    async fn connect_apart(&self) -> Result<Connection, QueueError> {
        match &self.store {
            Store::File(store) => Ok(crate::queue::connect(&store.path).await?.into()),
            Store::Server(server) => Ok(server.connect().await?.into()),
        }
    }

    /// What the database is called wherever one stands: by its whole path.
    fn place_name(&self) -> String {
        match &self.store {
            Store::File(store) => crate::queue::beside(&store.path, "").display().to_string(),
            Store::Server(server) => server.name().display().to_string(),
        }
    }
}

/// Carries everything over and commits it there, while nothing else can be written on either side; then this database is marked
/// as moved. Says how many rows there were, and how many drafts. Whoever calls takes back what it has begun where it fails.
async fn carry_over(
    from: &mut Connection,
    into: &mut Connection,
    name: &str,
    entry: &AuditEntry,
    now: Timestamp,
) -> Result<(u64, u64), QueueError> {
    begin_apart(from).await?;
    begin_apart(into).await?;
    let (own, there) = (origin(from).await?, origin(into).await?);
    if withheld(from).await?.is_none() {
        return Err(not_moved(name, "the operator has said meanwhile that this one sends"));
    }
    let n_drafts = count(from, "draft").await?;
    let mut n_rows = 0;
    if there.moved_from.as_ref() != Some(&own.database_id) {
        match carry_all(from, into, name, &own, entry).await {
            Ok(n) => n_rows = n,
            Err(error) => {
                // Nothing is there, and nothing will be: this one stays what it was.
                writer::rollback(&mut *into).await;
                mark(from, None).await?;
                commit(from).await?;
                return Err(error);
            }
        }
        trial::crash_point("move:commit");
        commit(into).await?;
        trial::crash_point("move:committed");
    }
    mark_done(from, now).await?;
    audit::record(from, entry).await?;
    commit(from).await?;
    Ok((n_rows, n_drafts))
}

/// Fills the other database, and compares what is there then with what is here.
async fn carry_all(
    from: &mut Connection,
    into: &mut Connection,
    name: &str,
    own: &OriginRow,
    entry: &AuditEntry,
) -> Result<u64, QueueError> {
    check_empty(into, name).await?;
    let n_rows = fill(from, into).await?.map_err(|what| not_moved(name, what))?;
    check_counters(into, name).await?;
    if let Connection::Postgres(_) = into {
        set_sequences(into).await?;
    }
    settle(into, own).await?;
    audit::record(into, entry).await?;
    Ok(n_rows)
}

/// Notes where everything came from. It keeps the salt, by which purged numbers are known; a server is at home where it is.
async fn settle(into: &mut Connection, own: &OriginRow) -> Result<(), QueueError> {
    query!("update origin set moved_from = $1, salt = $2", own.database_id, own.salt)
        .execute(&mut *into)
        .await?;
    if let Connection::Postgres(_) = into {
        Text::new("update origin set home = null, home_boot = null").execute(into).await?;
    }
    Ok(())
}

/// The ids that a server gives from now on come after those that it was given.
async fn set_sequences(into: &mut Connection) -> Result<(), QueueError> {
    for table in TABLES {
        let [key] = table.key else { continue };
        let name = table.name;
        let serial = format!("select pg_get_serial_sequence('{name}', '{key}')");
        if Text::new(serial).fetch_scalar::<Option<String>>(&mut *into).await?.is_some() {
            let set = format!(
                "select setval(pg_get_serial_sequence('{name}', '{key}'), max({key})) from {name} having max({key}) > 0"
            );
            Text::new(set).execute(&mut *into).await?;
        }
    }
    Ok(())
}

async fn check_counters(into: &mut Connection, name: &str) -> Result<(), QueueError> {
    let ids: Vec<i64> =
        Text::new("select campaign_id from campaign order by campaign_id").fetch_scalars(&mut *into).await?;
    for id in ids.into_iter().map(CampaignId) {
        let (kept, counted) = (counters::read(into, id).await?, counters::recount(into, id).await?);
        if !verification::differences(&kept, &counted).is_empty() {
            let campaign = Text::new("select name from campaign where campaign_id = $1").bind(id.0);
            let campaign: String = campaign.fetch_scalar(&mut *into).await?;
            let what = format!("the figures of `{campaign}` do not agree with its rows, also not here");
            return Err(not_moved(name, what));
        }
    }
    Ok(())
}

/// Refuses a database that holds anything.
async fn check_empty(into: &mut Connection, name: &str) -> Result<(), QueueError> {
    for table in TABLES.iter().map(|table| table.name).filter(|table| !OF_ONE_ROW.contains(table)) {
        if count(into, table).await? > 0 {
            return Err(not_moved(name, format!("it is not empty: it has rows of {table}")));
        }
    }
    Ok(())
}

async fn count(connection: &mut Connection, table: &str) -> Result<u64, QueueError> {
    let counted = Text::new(format!("select count(*) from {table}"));
    Ok(rows::count(counted.fetch_scalar(connection).await?))
}

fn not_moved(name: &str, what: impl Into<String>) -> QueueError {
    QueueError::NotMoved { to: name.into(), what: what.into() }
}

/// Begins a transaction beside which nobody writes, however long it takes.
async fn begin_apart(connection: &mut Connection) -> Result<(), QueueError> {
    match connection {
        Connection::Sqlite(held) => writer::begin(held.get()).await,
        Connection::Postgres(held) => {
            let patient = "begin; set local idle_in_transaction_session_timeout = 0;
                set local statement_timeout = 0; set local lock_timeout = '15s'; set local jit = off";
            held.get().execute(patient).await?;
            server::lock(connection).await
        }
    }
}

async fn commit(connection: &mut Connection) -> Result<(), QueueError> {
    query!("commit").execute(connection).await?;
    Ok(())
}
