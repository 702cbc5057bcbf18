//! The way of a statement to the database: one text, checked at compile time against the schema, on a connection or a pool
//! of whichever engine keeps the queue.
//!
//! `query!`, `query_as!` and `query_scalar!` are sqlx's, with the same texts, arguments and types; what they make is
//! carried out [`On`] a connection or a pool.

/// A statement without rows, or whose rows nobody reads.
macro_rules! query {
    ($($statement:tt)*) => {
        $crate::queue::engine::Statement { sqlite: || sqlx::query!($($statement)*) }
    };
}

/// A statement whose rows become values of a type with the columns' names.
macro_rules! query_as {
    ($($statement:tt)*) => {
        $crate::queue::engine::Statement { sqlite: || sqlx::query_as!($($statement)*) }
    };
}

/// A statement whose rows have one column.
macro_rules! query_scalar {
    ($($statement:tt)*) => {
        $crate::queue::engine::Scalar { sqlite: || sqlx::query_scalar!($($statement)*) }
    };
}

mod connection;
mod text;

pub(super) use connection::{Connection, On, Pool};
use sqlx::{
    Error, FromRow, Sqlite,
    query::{Map, Query, QueryScalar},
    sqlite::{SqliteArguments, SqliteRow},
};
pub(super) use text::Text;

/// A checked statement, built when it is carried out.
#[must_use]
pub(super) struct Statement<S> {
    pub(super) sqlite: S,
}

/// A checked statement whose rows have one column.
#[must_use]
pub(super) struct Scalar<S> {
    pub(super) sqlite: S,
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

impl<S> Statement<S> {
    pub(super) async fn execute<'e>(self, on: impl Into<On<'e>> + Send) -> Result<Done, Error>
    where
        S: FnOnce() -> Query<'static, Sqlite, SqliteArguments> + Send,
    {
        let on = on.into();
        let done = match on {
            On::Sqlite(connection) => (self.sqlite)().execute(connection).await?,
            On::SqlitePool(pool) => (self.sqlite)().execute(pool).await?,
        };
        Ok(Done { n_rows: done.rows_affected() })
    }
}

/// How the rows of a statement are asked for.
macro_rules! fetching {
    ($(#[$doc:meta] $name:ident -> $answer:ty;)*) => {
        impl<S> Statement<S> {
            $(
                #[$doc]
                pub(super) async fn $name<'e, T, F>(self, on: impl Into<On<'e>> + Send) -> Result<$answer, Error>
                where
                    T: Send + Unpin,
                    S: FnOnce() -> Map<'static, Sqlite, F, SqliteArguments> + Send,
                    F: FnMut(SqliteRow) -> Result<T, Error> + Send,
                {
                    match on.into() {
                        On::Sqlite(connection) => (self.sqlite)().$name(connection).await,
                        On::SqlitePool(pool) => (self.sqlite)().$name(pool).await,
                    }
                }
            )*
        }

        impl<S> Scalar<S> {
            $(
                #[$doc]
                pub(super) async fn $name<'e, T>(self, on: impl Into<On<'e>> + Send) -> Result<$answer, Error>
                where
                    T: Send + Unpin,
                    (T,): for<'r> FromRow<'r, SqliteRow>,
                    S: FnOnce() -> QueryScalar<'static, Sqlite, T, SqliteArguments> + Send,
                {
                    match on.into() {
                        On::Sqlite(connection) => (self.sqlite)().$name(connection).await,
                        On::SqlitePool(pool) => (self.sqlite)().$name(pool).await,
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
