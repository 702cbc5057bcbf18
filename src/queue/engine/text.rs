//! A statement that is put together while the program runs.

use std::fmt::{Display, Write as _};

use sqlx::{
    Arguments as _, AssertSqlSafe, Decode, Error, Postgres, Sqlite, Type, postgres::PgArguments,
    sqlite::SqliteArguments,
};

use super::{Done, On};

/// A statement in parts. What comes from outside is an argument, never a part of the text.
#[derive(Debug, Default)]
pub(in crate::queue) struct Text {
    sql: String,
    arguments: Vec<Argument>,
}

/// A value of a statement.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::queue) enum Argument {
    Integer(Option<i64>),
    Text(Option<String>),
}

impl From<i64> for Argument {
    fn from(value: i64) -> Self {
        Self::Integer(Some(value))
    }
}

impl From<u32> for Argument {
    fn from(value: u32) -> Self {
        Self::Integer(Some(value.into()))
    }
}

impl From<Option<i64>> for Argument {
    fn from(value: Option<i64>) -> Self {
        Self::Integer(value)
    }
}

impl From<&str> for Argument {
    fn from(value: &str) -> Self {
        Self::Text(Some(value.to_owned()))
    }
}

impl From<String> for Argument {
    fn from(value: String) -> Self {
        Self::Text(Some(value))
    }
}

impl From<Option<&str>> for Argument {
    fn from(value: Option<&str>) -> Self {
        Self::Text(value.map(str::to_owned))
    }
}

impl Text {
    pub(in crate::queue) fn new(sql: impl Into<String>) -> Self {
        Self { sql: sql.into(), arguments: Vec::new() }
    }

    /// A piece of the text.
    pub(in crate::queue) fn push(&mut self, sql: impl Display) -> &mut Self {
        // A String takes whatever is written.
        let _infallible = write!(self.sql, "{sql}");
        self
    }

    /// The place of an argument, and its value.
    pub(in crate::queue) fn push_bind(&mut self, value: impl Into<Argument>) -> &mut Self {
        self.arguments.push(value.into());
        let n = self.arguments.len();
        self.push(format_args!("${n}"))
    }

    #[cfg(test)]
    pub(in crate::queue) fn sql(&self) -> &str {
        &self.sql
    }

    /// The value of the next place that the text has already.
    pub(in crate::queue) fn bind(mut self, value: impl Into<Argument>) -> Self {
        self.arguments.push(value.into());
        self
    }

    pub(in crate::queue) async fn execute<'e>(self, on: impl Into<On<'e>> + Send) -> Result<Done, Error> {
        let Self { sql, arguments } = self;
        let sql = AssertSqlSafe(sql);
        let n_rows = match on.into() {
            On::Sqlite(connection) => {
                sqlx::query_with(sql, sqlite(arguments)?).execute(connection).await?.rows_affected()
            }
            On::SqlitePool(pool) => {
                sqlx::query_with(sql, sqlite(arguments)?).execute(pool).await?.rows_affected()
            }
            On::Postgres(connection) => {
                sqlx::query_with(sql, postgres(arguments)?).execute(connection).await?.rows_affected()
            }
            On::PostgresPool(pool) => {
                sqlx::query_with(sql, postgres(arguments)?).execute(pool).await?.rows_affected()
            }
        };
        Ok(Done { n_rows })
    }

    /// The one column of its one row.
    pub(in crate::queue) async fn fetch_scalar<'e, T>(self, on: impl Into<On<'e>> + Send) -> Result<T, Error>
    where
        T: for<'r> Decode<'r, Sqlite>
            + Type<Sqlite>
            + for<'r> Decode<'r, Postgres>
            + Type<Postgres>
            + Send
            + Unpin,
    {
        let Self { sql, arguments } = self;
        let sql = AssertSqlSafe(sql);
        match on.into() {
            On::Sqlite(connection) => {
                sqlx::query_scalar_with(sql, sqlite(arguments)?).fetch_one(connection).await
            }
            On::SqlitePool(pool) => sqlx::query_scalar_with(sql, sqlite(arguments)?).fetch_one(pool).await,
            On::Postgres(connection) => {
                sqlx::query_scalar_with(sql, postgres(arguments)?).fetch_one(connection).await
            }
            On::PostgresPool(pool) => {
                sqlx::query_scalar_with(sql, postgres(arguments)?).fetch_one(pool).await
            }
        }
    }

    /// The one column of all of its rows.
    #[cfg(test)]
    pub(in crate::queue) async fn fetch_scalars<'e, T>(
        self,
        on: impl Into<On<'e>> + Send,
    ) -> Result<Vec<T>, Error>
    where
        T: for<'r> Decode<'r, Sqlite>
            + Type<Sqlite>
            + for<'r> Decode<'r, Postgres>
            + Type<Postgres>
            + Send
            + Unpin,
    {
        let Self { sql, arguments } = self;
        let sql = AssertSqlSafe(sql);
        match on.into() {
            On::Sqlite(connection) => {
                sqlx::query_scalar_with(sql, sqlite(arguments)?).fetch_all(connection).await
            }
            On::SqlitePool(pool) => sqlx::query_scalar_with(sql, sqlite(arguments)?).fetch_all(pool).await,
            On::Postgres(connection) => {
                sqlx::query_scalar_with(sql, postgres(arguments)?).fetch_all(connection).await
            }
            On::PostgresPool(pool) => {
                sqlx::query_scalar_with(sql, postgres(arguments)?).fetch_all(pool).await
            }
        }
    }
}

fn postgres(arguments: Vec<Argument>) -> Result<PgArguments, Error> {
    let mut bound = PgArguments::default();
    for argument in arguments {
        let added = match argument {
            Argument::Integer(value) => bound.add(value),
            Argument::Text(value) => bound.add(value),
        };
        added.map_err(Error::Encode)?;
    }
    Ok(bound)
}

fn sqlite(arguments: Vec<Argument>) -> Result<SqliteArguments, Error> {
    let mut bound = SqliteArguments::default();
    for argument in arguments {
        let added = match argument {
            Argument::Integer(value) => bound.add(value),
            Argument::Text(value) => bound.add(value),
        };
        added.map_err(Error::Encode)?;
    }
    Ok(bound)
}
