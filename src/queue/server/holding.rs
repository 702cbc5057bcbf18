//! The right to send from a server's database: who may take it, when, and how it is given up.
//!
//! It is one row, and its holder renews it by every transaction and at least once a second. Whoever wants it watches the
//! row on a connection of its own, and takes over once it has itself seen the same state for a whole term. What the
//! dead one had under way is put in doubt by the same transaction.

use std::{sync::Arc, time::Duration};

use sqlx::PgConnection;
use tokio::time::{Instant, sleep};

use super::{
    Held, Server, origin,
    term::{Moment, Term, ttl},
};
use crate::{
    domain::Timestamp,
    queue::{
        Queue,
        engine::Connection,
        error::QueueError,
        file::sentinel::Withheld,
        reach::windows,
        sending::lease::{Recovered, put_in_order},
        writer::Writer,
    },
    trial,
};

/// How often a holder renews what it holds while it has nothing else to write.
pub(in crate::queue) const RENEWS_EVERY: Duration = Duration::from_secs(1);

/// The time over which a rate is counted, and a little more: what the last holder has sent is older when the next one begins.
const HOLDS_FOR: Duration = Duration::from_millis(1_004);

/// How old the last renewal of a holder may be for it to count as alive in figures. Both times are the server's.
pub(super) const ALIVE_FOR_S: f64 = 15.0;

/// The right to send, given up when it is dropped.
#[derive(Debug)]
pub(in crate::queue) struct Right {
    server: Arc<Server>,
    writer: Writer,
    pub(in crate::queue) epoch: i64,
    pub(in crate::queue) term: Term,
}

impl Drop for Right {
    fn drop(&mut self) {
        self.term.end();
        if self.server.is_held() {
            self.writer.release(self.epoch);
        }
    }
}

/// What the row of the lease says.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Seen {
    epoch: i64,
    n_ticks: i64,
    holder: String,
}

impl Seen {
    fn is_released(&self) -> bool {
        self.holder.is_empty()
    }

    fn refusal(self) -> QueueError {
        QueueError::Leased { holder: self.holder }
    }
}

struct TakenRow {
    epoch: i64,
    n_ticks: i64,
}

impl Queue {
    /// Takes the right: at once where nobody has it, after a term where its holder shows no sign of life. Refuses as soon as
    /// the holder shows one, and where the server may have forgotten what was sent.
    pub(in crate::queue) async fn take_right(
        &self,
        server: &Arc<Server>,
        pid: u32,
        now: Timestamp,
    ) -> Result<(Right, Recovered), QueueError> {
        if let Some(source) = self.withheld().await? {
            return Err(QueueError::Restored { path: server.name(), source });
        }
        let seen = watch(server).await?;
        let (sent_at, is_handed_over) = (Moment::now(), seen.is_released() && seen.epoch > 0);
        let (name, holder) = (server.name(), me(pid));
        let (taken, recovered) = in_commit!(self, |connection| {
            let taken = take_over(connection.postgres()?, &seen, pid, &holder, now).await?;
            let Some(taken) = taken else { return Err(seen.refusal()) };
            take_up(connection.postgres()?, &name).await?;
            let recovered = put_in_order(connection, now).await?;
            trial::crash_point("recovery:commit");
            Ok((taken, recovered))
        })?;
        trial::crash_point("recovery:committed");
        let term = Term::from(sent_at);
        {
            let mut memory = server.memory();
            memory.n_ticks = memory.n_ticks.max(taken.n_ticks);
            memory.held = Some(Held { epoch: taken.epoch, term: term.clone() });
        }
        let right =
            Right { server: Arc::clone(server), writer: self.writer.clone(), epoch: taken.epoch, term };
        if is_handed_over {
            sleep(HOLDS_FOR).await;
        }
        Ok((right, recovered))
    }

    /// Puts in order what a process has left that gave up the right, if nobody has it.
    pub(in crate::queue) async fn recover_released(&self, now: Timestamp) -> Result<(), QueueError> {
        // Asked first, because whoever sends writes all the time, and need not wait for everybody who only looks.
        if is_held(self.readers.acquire().await?.postgres()?).await? {
            return Ok(());
        }
        in_commit!(self, |connection| {
            if !is_held(connection.postgres()?).await? {
                put_in_order(connection, now).await?;
            }
            Ok(())
        })
    }

    /// The process that holds the right and has shown a sign of life lately.
    pub(in crate::queue) async fn holder_pid(&self) -> Result<Option<i64>, QueueError> {
        let mut reader = self.readers.acquire().await?;
        let found = sqlx::query_scalar!(
            "select pid from lease where holder <> '' and extract(epoch from clock_timestamp() - renewed_at) < $1::float8
-- postgres",
            ALIVE_FOR_S,
        );
        Ok(found.fetch_optional(reader.postgres()?).await?)
    }

    /// Why nothing is sent from a server's database until the operator says so.
    pub(in crate::queue) async fn withheld_server(
        &self,
        server: &Server,
    ) -> Result<Option<Withheld>, QueueError> {
        if server.memory().went_back {
            return Ok(Some(Withheld::WentBack));
        }
        let mut reader = self.readers.begin().await?;
        let postgres = reader.postgres()?;
        let (home, now) = (origin::home(postgres).await?, origin::place(postgres).await?);
        reader.commit().await?;
        Ok(home.filter(|home| *home != now).map(|_| Withheld::Promoted))
    }

    /// The operator says that the server may send, whatever it has forgotten.
    pub(in crate::queue) async fn accept_restored_server(&self, server: &Server) -> Result<(), QueueError> {
        in_commit!(self, |connection| {
            let postgres = connection.postgres()?;
            sqlx::query!(
                "update origin set database_id = replace(gen_random_uuid()::text, '-', '')\n-- postgres"
            )
            .execute(&mut *postgres)
            .await?;
            let now = origin::place(postgres).await?;
            origin::settle(postgres, &now).await?;
            windows::forget_all(connection).await
        })?;
        let mut memory = server.memory();
        (memory.n_ticks, memory.went_back) = (0, false);
        Ok(())
    }
}

/// Whether somebody has the right, alive or dead.
async fn is_held(connection: &mut PgConnection) -> Result<bool, QueueError> {
    let asked = sqlx::query_scalar!(
        r#"select holder <> '' as "is_held!" from lease
-- postgres"#
    );
    Ok(asked.fetch_one(connection).await?)
}

/// Waits until the right may be taken: it was given up, or the same state was there for a whole term of our own clock. A new
/// connection begins anew, so that a holder keeps its right while the server is away.
async fn watch(server: &Server) -> Result<Seen, QueueError> {
    let mut connection = server.connect().await?;
    let first = look(server, &mut connection).await?;
    let seen_at = Instant::now();
    let mut seen = first.clone();
    while !seen.is_released() {
        sleep(RENEWS_EVERY / 2).await;
        let asked_at = Instant::now();
        seen = look(server, &mut connection).await?;
        if (seen.epoch, seen.n_ticks) != (first.epoch, first.n_ticks) && !seen.is_released() {
            return Err(seen.refusal());
        }
        if asked_at.duration_since(seen_at) >= ttl() {
            break;
        }
    }
    Ok(seen)
}

async fn look(server: &Server, connection: &mut PgConnection) -> Result<Seen, QueueError> {
    let asked = sqlx::query_as!(Seen, "select epoch, n_ticks, holder from lease\n-- postgres");
    let seen = super::session::within(asked.fetch_one(connection)).await?;
    server.sees(seen.n_ticks);
    Ok(seen)
}

/// Takes the row over if it is still as it was seen.
async fn take_over(
    connection: &mut PgConnection,
    seen: &Seen,
    pid: u32,
    holder: &str,
    now: Timestamp,
) -> Result<Option<TakenRow>, QueueError> {
    let taken = sqlx::query_as!(
        TakenRow,
        "update lease set epoch = epoch + 1, n_ticks = n_ticks + 1, pid = $3, holder = $4, taken_at = $5,
            renewed_at = clock_timestamp()
        where epoch = $1 and n_ticks = $2 and holder = $6
        returning epoch, n_ticks
-- postgres",
        seen.epoch,
        seen.n_ticks,
        i64::from(pid),
        holder,
        now.0,
        seen.holder,
    );
    Ok(taken.fetch_optional(connection).await?)
}

/// Refuses where the server may have forgotten something; notes where it is from now on.
async fn take_up(connection: &mut PgConnection, name: &std::path::Path) -> Result<(), QueueError> {
    let (home, now) = (origin::home(connection).await?, origin::place(connection).await?);
    match home {
        Some(home) if home == now => {}
        None => origin::settle(connection, &now).await?,
        Some(_) => return Err(QueueError::Restored { path: name.to_owned(), source: Withheld::Promoted }),
    }
    sqlx::query!("update origin set n_leases = n_leases + 1\n-- postgres").execute(connection).await?;
    Ok(())
}

/// Gives the right up, in a transaction of its holder.
pub(in crate::queue) async fn release(connection: &mut Connection, epoch: i64) -> Result<(), QueueError> {
    sqlx::query!("update lease set holder = '' where epoch = $1\n-- postgres", epoch)
        .execute(connection.postgres()?)
        .await?;
    Ok(())
}

/// This process, for people's eyes.
fn me(pid: u32) -> String {
    let machine = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    match machine.trim() {
        "" => format!("pid {pid}"),
        machine => format!("pid {pid} on {machine}"),
    }
}
