//! Connections and pools of either engine.

use std::ops::{Deref, DerefMut};

use sqlx::{
    Error, PgConnection, PgPool, Postgres, Sqlite, SqliteConnection, SqlitePool, Transaction,
    pool::PoolConnection,
};

use crate::queue::error::QueueError;

/// A connection to the database.
#[derive(Debug)]
pub(in crate::queue) enum Connection {
    Sqlite(Held<Sqlite>),
    Postgres(Held<Postgres>),
}

/// How a connection is held.
#[derive(Debug)]
pub(in crate::queue) enum Held<DB: sqlx::Database> {
    /// For good, as the writer's is.
    Own(Box<DB::Connection>),
    /// Until it goes back to its pool.
    Lent(PoolConnection<DB>),
    /// For one transaction that reads.
    Moment(Transaction<'static, DB>),
}

impl<DB: sqlx::Database> Held<DB> {
    pub(in crate::queue) fn get(&mut self) -> &mut DB::Connection {
        match self {
            Self::Own(connection) => connection,
            Self::Lent(connection) => connection,
            Self::Moment(transaction) => transaction,
        }
    }
}

/// Connections that read.
#[derive(Debug, Clone)]
pub(in crate::queue) enum Pool {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

/// A connection of a pool: while it is held everything is read as of one moment, where it was begun so.
#[derive(Debug)]
pub(in crate::queue) struct Moment(Connection);

impl Pool {
    pub(in crate::queue) async fn acquire(&self) -> Result<Moment, Error> {
        match self {
            Self::Sqlite(pool) => Ok(Moment(Connection::Sqlite(Held::Lent(pool.acquire().await?)))),
            Self::Postgres(pool) => Ok(Moment(Connection::Postgres(Held::Lent(pool.acquire().await?)))),
        }
    }

    /// A transaction that reads.
    pub(in crate::queue) async fn begin(&self) -> Result<Moment, Error> {
        match self {
            Self::Sqlite(pool) => Ok(Moment(Connection::Sqlite(Held::Moment(pool.begin().await?)))),
            Self::Postgres(pool) => {
                let begun = pool.begin_with("begin isolation level repeatable read, read only").await?;
                Ok(Moment(Connection::Postgres(Held::Moment(begun))))
            }
        }
    }

    pub(in crate::queue) async fn close(&self) {
        match self {
            Self::Sqlite(pool) => pool.close().await,
            Self::Postgres(pool) => pool.close().await,
        }
    }
}

impl Moment {
    /// Ends the transaction. (Where it is dropped instead it is rolled back, later.)
    pub(in crate::queue) async fn commit(self) -> Result<(), Error> {
        match self.0 {
            Connection::Sqlite(Held::Moment(transaction)) => transaction.commit().await,
            Connection::Postgres(Held::Moment(transaction)) => transaction.commit().await,
            Connection::Sqlite(Held::Own(_) | Held::Lent(_))
            | Connection::Postgres(Held::Own(_) | Held::Lent(_)) => Ok(()),
        }
    }
}

impl Deref for Moment {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        &self.0
    }
}

impl DerefMut for Moment {
    fn deref_mut(&mut self) -> &mut Connection {
        &mut self.0
    }
}

impl Connection {
    pub(in crate::queue) async fn close(self) -> Result<(), Error> {
        match self {
            Self::Sqlite(Held::Own(connection)) => sqlx::Connection::close(*connection).await,
            Self::Postgres(Held::Own(connection)) => sqlx::Connection::close(*connection).await,
            Self::Sqlite(Held::Lent(_) | Held::Moment(_))
            | Self::Postgres(Held::Lent(_) | Held::Moment(_)) => Ok(()),
        }
    }

    /// SQLite's own connection, for what only a file has.
    pub(in crate::queue) fn sqlite(&mut self) -> Result<&mut SqliteConnection, QueueError> {
        match self {
            Self::Sqlite(held) => Ok(held.get()),
            Self::Postgres(_) => Err(QueueError::NotAFile),
        }
    }
}

impl Connection {
    /// PostgreSQL's own connection, for what only a server has.
    pub(in crate::queue) fn postgres(&mut self) -> Result<&mut PgConnection, QueueError> {
        match self {
            Self::Postgres(held) => Ok(held.get()),
            Self::Sqlite(_) => Err(QueueError::NotAServer),
        }
    }
}

impl From<SqliteConnection> for Connection {
    fn from(connection: SqliteConnection) -> Self {
        Self::Sqlite(Held::Own(Box::new(connection)))
    }
}

impl From<PgConnection> for Connection {
    fn from(connection: PgConnection) -> Self {
        Self::Postgres(Held::Own(Box::new(connection)))
    }
}

impl From<PgPool> for Pool {
    fn from(pool: PgPool) -> Self {
        Self::Postgres(pool)
    }
}

impl From<SqlitePool> for Pool {
    fn from(pool: SqlitePool) -> Self {
        Self::Sqlite(pool)
    }
}

/// Where a statement is carried out.
pub(in crate::queue) enum On<'e> {
    Sqlite(&'e mut SqliteConnection),
    SqlitePool(&'e SqlitePool),
    Postgres(&'e mut PgConnection),
    PostgresPool(&'e PgPool),
}

impl<'e> From<&'e mut Connection> for On<'e> {
    fn from(connection: &'e mut Connection) -> Self {
        match connection {
            Connection::Sqlite(held) => On::Sqlite(held.get()),
            Connection::Postgres(held) => On::Postgres(held.get()),
        }
    }
}

impl<'e> From<&'e mut SqliteConnection> for On<'e> {
    fn from(connection: &'e mut SqliteConnection) -> Self {
        On::Sqlite(connection)
    }
}

impl<'e> From<&'e Pool> for On<'e> {
    fn from(pool: &'e Pool) -> Self {
        match pool {
            Pool::Sqlite(pool) => On::SqlitePool(pool),
            Pool::Postgres(pool) => On::PostgresPool(pool),
        }
    }
}
