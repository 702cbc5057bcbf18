//! Transactions of the writer: begun by taking the row of the lease, ended by a commit whose answer may not come.

use std::{sync::Arc, time::Duration};

use sqlx::{Executor, PgConnection};
use tokio::time::{Instant, sleep};

use super::{Held, Server, origin, term::Moment};
use crate::{
    queue::{
        engine::{Connection, bounded},
        error::QueueError,
        file::sentinel::Withheld,
    },
    trial,
};

/// How long a transaction waits for a server that does not answer before its askers are told.
const PATIENCE: Duration = Duration::from_secs(30);

/// How long the server may take to begin a transaction or to end one: another writer's may have to end first.
const ANSWERS_IN: Duration = Duration::from_secs(15);

/// How long to wait before a server that did not answer is asked again.
const RETRY: Duration = Duration::from_millis(200);

/// A holder that is stopped in the middle of a transaction does not keep everybody else from theirs.
const BEGIN: &str = "begin; set local idle_in_transaction_session_timeout = '5s'; set local jit = off";

/// The writer's side of a server.
#[derive(Debug)]
pub(in crate::queue) struct Session {
    server: Arc<Server>,
    /// The connection is lost, or nobody knows what it is in the middle of.
    is_broken: bool,
    /// Nothing was asked yet of the server behind this connection.
    is_new: bool,
    under_way: Option<UnderWay>,
}

/// A transaction that has begun.
#[derive(Debug, Clone)]
enum UnderWay {
    /// Of the holder.
    Tick(Tick),
    /// Of anybody else, by its number in the server.
    Plain { xid: String },
}

#[derive(Debug, Clone)]
struct Tick {
    held: Held,
    n: i64,
    sent_at: Moment,
}

struct FenceRow {
    n_ticks: i64,
    xid: String,
}

impl Session {
    pub(in crate::queue) fn new(server: Arc<Server>) -> Self {
        Self { server, is_broken: false, is_new: true, under_way: None }
    }

    pub(in crate::queue) fn server(&self) -> &Arc<Server> {
        &self.server
    }

    /// Begins a transaction, on another connection where this one is lost. Nothing was asked for yet, so a server that does not
    /// answer is waited for.
    pub(in crate::queue) async fn begin(&mut self, connection: &mut Connection) -> Result<(), QueueError> {
        let gives_up_at = Instant::now() + PATIENCE;
        loop {
            match self.try_begin(connection).await {
                Err(error) if error.is_unreachable() => {
                    self.is_broken = true;
                    if Instant::now() >= gives_up_at {
                        return Err(error);
                    }
                    tracing::debug!(%error, "the database does not answer");
                    sleep(RETRY).await;
                }
                begun => return begun,
            }
        }
    }

    async fn try_begin(&mut self, connection: &mut Connection) -> Result<(), QueueError> {
        let server = Arc::clone(&self.server);
        let (is_new, postgres) = self.ready(connection).await?;
        let sent_at = Moment::now();
        within(postgres.execute(BEGIN)).await?;
        self.under_way = Some(match server.held() {
            Some(held) => {
                if let Some(n) = tick(postgres, held.epoch).await? {
                    check(&server, n, &held)?;
                    if is_new {
                        origin::vouch(postgres).await?;
                    }
                    UnderWay::Tick(Tick { held, n, sent_at })
                } else {
                    tracing::warn!("another process has taken over the right to send");
                    server.lose(held.epoch);
                    plain(&server, postgres).await?
                }
            }
            None => plain(&server, postgres).await?,
        });
        Ok(())
    }

    /// The connection, made anew where it is lost. Says whether nothing was asked of it yet.
    async fn ready<'c>(
        &mut self,
        connection: &'c mut Connection,
    ) -> Result<(bool, &'c mut PgConnection), QueueError> {
        if self.is_broken {
            // The old one is dropped, and not asked whether it minds.
            *connection = self.server.connect().await?.into();
            (self.is_broken, self.is_new) = (false, true);
        }
        Ok((std::mem::take(&mut self.is_new), connection.postgres()?))
    }

    /// Ends the transaction. Where the server does not say what became of it, that is found out, and nothing that was claimed is
    /// handed out before a later commit of the same holder was acknowledged.
    pub(in crate::queue) async fn commit(&mut self, connection: &mut Connection) -> Result<(), QueueError> {
        let under_way = self.under_way.take();
        let committed = within(connection.postgres()?.execute("commit")).await;
        match (committed, under_way) {
            (Ok(_), Some(UnderWay::Tick(tick))) => {
                self.server.sees(tick.n);
                tick.held.term.extend(tick.sent_at);
                Ok(())
            }
            (Ok(_), _) => Ok(()),
            (Err(error), under_way) if error.is_unreachable() => {
                self.is_broken = true;
                tracing::warn!(%error, "the database did not say whether it has committed");
                match under_way {
                    Some(UnderWay::Tick(tick)) => self.decide_by_tick(connection, tick).await,
                    Some(UnderWay::Plain { xid }) => self.decide_by_number(connection, &xid).await,
                    None => Err(QueueError::Unanswered),
                }
            }
            (Err(error), _) => Err(error),
        }
    }

    /// What the next tick finds decides: it has counted the one in question, or it has not. It asks for as long as it takes.
    async fn decide_by_tick(
        &mut self,
        connection: &mut Connection,
        unanswered: Tick,
    ) -> Result<(), QueueError> {
        let mut was_committed = None;
        loop {
            sleep(RETRY).await;
            match self.tick_again(connection, &unanswered, &mut was_committed).await {
                Ok(()) if was_committed == Some(true) => return Ok(()),
                Ok(()) => return Err(rolled_back()),
                Err(error) if error.is_unreachable() => self.is_broken = true,
                Err(error) => {
                    self.is_broken = true;
                    return Err(error);
                }
            }
        }
    }

    async fn tick_again(
        &mut self,
        connection: &mut Connection,
        unanswered: &Tick,
        was_committed: &mut Option<bool>,
    ) -> Result<(), QueueError> {
        let server = Arc::clone(&self.server);
        let Tick { held, n, .. } = unanswered;
        let (_, postgres) = self.ready(connection).await?;
        let sent_at = Moment::now();
        within(postgres.execute(BEGIN)).await?;
        let Some(found) = tick(postgres, held.epoch).await? else {
            server.lose(held.epoch);
            return Err(QueueError::LeaseLost);
        };
        check(&server, found, held)?;
        was_committed.get_or_insert(found > *n);
        origin::vouch(postgres).await?;
        within(postgres.execute("commit")).await?;
        server.sees(found);
        held.term.extend(sent_at);
        Ok(())
    }

    /// The server knows what became of a transaction, by its number.
    async fn decide_by_number(&mut self, connection: &mut Connection, xid: &str) -> Result<(), QueueError> {
        let gives_up_at = Instant::now() + PATIENCE;
        while Instant::now() < gives_up_at {
            sleep(RETRY).await;
            match self.fate(connection, xid).await {
                Ok(Fate::Committed) => return Ok(()),
                Ok(Fate::RolledBack) => return Err(rolled_back()),
                Ok(Fate::UnderWay) => {}
                Ok(Fate::Unknown) => break,
                Err(error) if error.is_unreachable() => self.is_broken = true,
                Err(error) => {
                    tracing::debug!(%error, "the server does not know the transaction");
                    break;
                }
            }
        }
        Err(QueueError::Unanswered)
    }

    async fn fate(&mut self, connection: &mut Connection, xid: &str) -> Result<Fate, QueueError> {
        let (_, postgres) = self.ready(connection).await?;
        let asked = sqlx::query_scalar::<_, Option<String>>("select pg_xact_status($1::xid8)").bind(xid);
        Ok(match within(asked.fetch_one(postgres)).await?.as_deref() {
            Some("committed") => Fate::Committed,
            Some("aborted") => Fate::RolledBack,
            Some("in progress") => Fate::UnderWay,
            Some(_) | None => Fate::Unknown,
        })
    }

    /// Takes back what has begun. Whatever a lost connection has begun is taken back by the server.
    pub(in crate::queue) async fn rollback(&mut self, connection: &mut Connection, error: &QueueError) {
        self.under_way = None;
        if self.is_broken || error.is_unreachable() {
            self.is_broken = true;
            return;
        }
        let Ok(postgres) = connection.postgres() else { return };
        if let Err(error) = within(postgres.execute("rollback")).await {
            tracing::debug!(%error, "nothing to roll back");
            self.is_broken = true;
        }
    }
}

enum Fate {
    Committed,
    RolledBack,
    UnderWay,
    Unknown,
}

/// A server that is asked for something that takes a moment.
pub(super) async fn within<T>(asked: impl Future<Output = Result<T, sqlx::Error>>) -> Result<T, QueueError> {
    Ok(bounded(trial::span("answers", ANSWERS_IN), asked).await?)
}

/// A commit that did not come about: what it held may be tried again.
fn rolled_back() -> QueueError {
    sqlx::Error::Io(std::io::ErrorKind::ConnectionAborted.into()).into()
}

/// Counts a transaction of the holder, if it is still the holder. By writing: what only reads the epoch does not keep a
/// take-over from coming between it and the commit.
async fn tick(connection: &mut PgConnection, epoch: i64) -> Result<Option<i64>, QueueError> {
    let counted = sqlx::query_scalar!(
        "update lease set n_ticks = n_ticks + 1, renewed_at = clock_timestamp() where epoch = $1 returning n_ticks
-- postgres",
        epoch,
    );
    within(counted.fetch_optional(connection)).await
}

/// A server that counts one that was acknowledged before has forgotten that one.
fn check(server: &Server, n_ticks: i64, held: &Held) -> Result<(), QueueError> {
    if server.counts_again(n_ticks) {
        server.lose(held.epoch);
        return Err(QueueError::Restored { path: server.name(), source: Withheld::WentBack });
    }
    Ok(())
}

/// Takes the row of the lease for a transaction of somebody who does not hold the right.
async fn plain(server: &Server, connection: &mut PgConnection) -> Result<UnderWay, QueueError> {
    let taken = sqlx::query_as!(
        FenceRow,
        r#"select n_ticks, pg_current_xact_id()::text as "xid!" from lease for update
-- postgres"#,
    );
    let row = within(taken.fetch_one(connection)).await?;
    server.sees(row.n_ticks);
    Ok(UnderWay::Plain { xid: row.xid })
}

/// Takes the row of the lease where the database has one to take: whatever changes what others change too comes after it.
pub(in crate::queue) async fn lock(connection: &mut Connection) -> Result<(), QueueError> {
    if let Connection::Postgres(held) = connection {
        sqlx::query!("select lease_id from lease for update\n-- postgres").fetch_one(held.get()).await?;
    }
    Ok(())
}
