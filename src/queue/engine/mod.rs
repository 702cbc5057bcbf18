//! The way of a statement to the database: one text, checked at compile time against the schema of both engines, on a
//! connection or a pool of whichever keeps the queue.
//!
//! `query!`, `query_as!` and `query_scalar!` are sqlx's, with the same arguments and types; what they make is carried out
//! [`On`] a connection or a pool. Where the engines call a thing otherwise both words stand side by side:
//! `"select " ["json_array" | "json_build_array"] "(line, number) from recipient"` has SQLite's first. The text of
//! the second engine ends with a comment, so that its entry in `.sqlx`, which is found by the text alone, is another one.

/// A statement without rows, or whose rows nobody reads.
macro_rules! query {
    ($text:literal $(+ $more:literal)* $([$sqlite:literal | $postgres:literal] $then:literal)* $(, $($arg:expr),* $(,)?)?) => {
        $crate::queue::engine::Statement {
            sqlite: || sqlx::query!($text $(+ $more)* $(+ $sqlite + $then)* $($(, $arg)*)?),
            postgres: || {
                sqlx::query!($text $(+ $more)* $(+ $postgres + $then)* + "\n-- postgres" $($(, $arg)*)?)
            },
        }
    };
}

/// A statement whose rows become values of a type with the columns' names.
macro_rules! query_as {
    ($row:ty, $text:literal $(+ $more:literal)* $([$sqlite:literal | $postgres:literal] $then:literal)* $(, $($arg:expr),* $(,)?)?) => {
        $crate::queue::engine::Statement {
            sqlite: || sqlx::query_as!($row, $text $(+ $more)* $(+ $sqlite + $then)* $($(, $arg)*)?),
            postgres: || {
                sqlx::query_as!($row, $text $(+ $more)* $(+ $postgres + $then)* + "\n-- postgres" $($(, $arg)*)?)
            },
        }
    };
}

/// A statement whose rows have one column.
macro_rules! query_scalar {
    ($text:literal $(+ $more:literal)* $([$sqlite:literal | $postgres:literal] $then:literal)* $(, $($arg:expr),* $(,)?)?) => {
        $crate::queue::engine::Scalar {
            sqlite: || sqlx::query_scalar!($text $(+ $more)* $(+ $sqlite + $then)* $($(, $arg)*)?),
            postgres: || {
                sqlx::query_scalar!($text $(+ $more)* $(+ $postgres + $then)* + "\n-- postgres" $($(, $arg)*)?)
            },
        }
    };
}

mod connection;
mod text;

use std::{io, time::Duration};

pub(super) use connection::{Connection, On, Pool};
use sqlx::{
    Error, FromRow, Postgres, Sqlite,
    postgres::{PgArguments, PgRow},
    query::{Map, Query, QueryScalar},
    sqlite::{SqliteArguments, SqliteRow},
};
pub(super) use text::{Argument, Text};
use tokio::time::timeout;

/// A checked statement, built when it is carried out.
#[must_use]
pub(super) struct Statement<S, P> {
    pub(super) sqlite: S,
    pub(super) postgres: P,
}

/// A checked statement whose rows have one column.
#[must_use]
pub(super) struct Scalar<S, P> {
    pub(super) sqlite: S,
    pub(super) postgres: P,
}

/// What a statement has changed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Done {
    n_rows: u64,
}

impl Done {
    pub(super) fn rows_affected(self) -> u64 {
        self.n_rows
    }
}

impl<S, P> Statement<S, P> {
    pub(super) async fn execute<'e>(self, on: impl Into<On<'e>> + Send) -> Result<Done, Error>
    where
        S: FnOnce() -> Query<'static, Sqlite, SqliteArguments> + Send,
        P: FnOnce() -> Query<'static, Postgres, PgArguments> + Send,
    {
        let n_rows = match on.into() {
            On::Sqlite(connection) => (self.sqlite)().execute(connection).await?.rows_affected(),
            On::SqlitePool(pool) => (self.sqlite)().execute(pool).await?.rows_affected(),
            On::Postgres(connection) => {
                bounded(WRITES_IN, (self.postgres)().execute(connection)).await?.rows_affected()
            }
            On::PostgresPool(pool) => {
                bounded(READS_IN, (self.postgres)().execute(pool)).await?.rows_affected()
            }
        };
        Ok(Done { n_rows })
    }
}

/// How long a server may take for a statement on a connection that is held, and for one that only reads on whichever is free. A
/// server that went away without a word is noticed by nothing else.
const WRITES_IN: Duration = Duration::from_mins(5);
const READS_IN: Duration = Duration::from_secs(30);

/// What a server says in time.
pub(super) async fn bounded<T>(
    within: Duration,
    asked: impl Future<Output = Result<T, Error>>,
) -> Result<T, Error> {
    timeout(within, asked).await.unwrap_or_else(|_| Err(Error::Io(io::ErrorKind::TimedOut.into())))
}

/// How the rows of a statement are asked for.
macro_rules! fetching {
    ($(#[$doc:meta] $name:ident -> $answer:ty;)*) => {
        impl<S, P> Statement<S, P> {
            $(
                #[$doc]
                pub(super) async fn $name<'e, T, F, G>(self, on: impl Into<On<'e>> + Send) -> Result<$answer, Error>
                where
                    T: Send + Unpin,
                    S: FnOnce() -> Map<'static, Sqlite, F, SqliteArguments> + Send,
                    F: FnMut(SqliteRow) -> Result<T, Error> + Send,
                    P: FnOnce() -> Map<'static, Postgres, G, PgArguments> + Send,
                    G: FnMut(PgRow) -> Result<T, Error> + Send,
                {
                    match on.into() {
                        On::Sqlite(connection) => (self.sqlite)().$name(connection).await,
                        On::SqlitePool(pool) => (self.sqlite)().$name(pool).await,
                        On::Postgres(connection) => {
                            bounded(WRITES_IN, (self.postgres)().$name(connection)).await
                        }
                        On::PostgresPool(pool) => bounded(READS_IN, (self.postgres)().$name(pool)).await,
                    }
                }
            )*
        }

        impl<S, P> Scalar<S, P> {
            $(
                #[$doc]
                pub(super) async fn $name<'e, T>(self, on: impl Into<On<'e>> + Send) -> Result<$answer, Error>
                where
                    T: Send + Unpin,
                    (T,): for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow>,
                    S: FnOnce() -> QueryScalar<'static, Sqlite, T, SqliteArguments> + Send,
                    P: FnOnce() -> QueryScalar<'static, Postgres, T, PgArguments> + Send,
                {
                    match on.into() {
                        On::Sqlite(connection) => (self.sqlite)().$name(connection).await,
                        On::SqlitePool(pool) => (self.sqlite)().$name(pool).await,
                        On::Postgres(connection) => {
                            bounded(WRITES_IN, (self.postgres)().$name(connection)).await
                        }
                        On::PostgresPool(pool) => bounded(READS_IN, (self.postgres)().$name(pool)).await,
                    }
                }
            )*
        }
    };
}

fetching! {
    /// Its one row; an error where there is none.
    fetch_one -> T;
    /// Its row, where there is one.
    fetch_optional -> Option<T>;
    /// All of its rows.
    fetch_all -> Vec<T>;
}
