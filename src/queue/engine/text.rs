//! A statement that is put together while the program runs.

use std::fmt::{Display, Write as _};

use sqlx::{Arguments as _, AssertSqlSafe, Database, Decode, Encode, Error, Postgres, Sqlite, Type};

use super::{Done, On, READS_IN, WRITES_IN, bounded};

/// A statement in parts. What comes from outside is an argument, never a part of the text.
#[derive(Debug, Default)]
pub(in crate::queue) struct Text {
    sql: String,
    postgres: String,
    arguments: Vec<Argument>,
}

/// A value of a statement.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::queue) enum Argument {
    Integer(Option<i64>),
    Real(Option<f64>),
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

impl From<Option<f64>> for Argument {
    fn from(value: Option<f64>) -> Self {
        Self::Real(value)
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

/// Carries a text out on whichever engine it is, and makes something of what comes of it.
macro_rules! carried_out {
    ($text:expr, $on:expr, $make:ident, $how:ident, |$found:ident| $value:expr) => {{
        let Text { sql, postgres, arguments } = $text;
        let (sql, postgres) = (AssertSqlSafe(sql), AssertSqlSafe(postgres));
        match $on.into() {
            On::Sqlite(connection) => {
                sqlx::$make(sql, bound::<Sqlite>(arguments)?).$how(connection).await.map(|$found| $value)
            }
            On::SqlitePool(pool) => {
                sqlx::$make(sql, bound::<Sqlite>(arguments)?).$how(pool).await.map(|$found| $value)
            }
            On::Postgres(connection) => {
                let asked = sqlx::$make(postgres, bound::<Postgres>(arguments)?);
                bounded(WRITES_IN, asked.$how(connection)).await.map(|$found| $value)
            }
            On::PostgresPool(pool) => {
                let asked = sqlx::$make(postgres, bound::<Postgres>(arguments)?);
                bounded(READS_IN, asked.$how(pool)).await.map(|$found| $value)
            }
        }
    }};
}

impl Text {
    pub(in crate::queue) fn new(sql: impl Into<String>) -> Self {
        let sql = sql.into();
        Self { postgres: sql.clone(), sql, arguments: Vec::new() }
    }

    /// A piece of the text.
    pub(in crate::queue) fn push(&mut self, sql: impl Display) -> &mut Self {
        // A String takes whatever is written.
        let _infallible = (write!(self.sql, "{sql}"), write!(self.postgres, "{sql}"));
        self
    }

    /// A piece that the engines call otherwise.
    pub(in crate::queue) fn push_either(&mut self, sqlite: &str, postgres: &str) -> &mut Self {
        self.sql.push_str(sqlite);
        self.postgres.push_str(postgres);
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
        let n_rows = carried_out!(self, on, query_with, execute, |done| done.rows_affected())?;
        Ok(Done { n_rows })
    }

    /// The one column of its one row.
    pub(in crate::queue) async fn fetch_scalar<'e, T: Column>(
        self,
        on: impl Into<On<'e>> + Send,
    ) -> Result<T, Error> {
        carried_out!(self, on, query_scalar_with, fetch_one, |value| value)
    }

    /// The one column of all of its rows.
    pub(in crate::queue) async fn fetch_scalars<'e, T: Column>(
        self,
        on: impl Into<On<'e>> + Send,
    ) -> Result<Vec<T>, Error> {
        carried_out!(self, on, query_scalar_with, fetch_all, |values| values)
    }
}

/// What either engine reads from a column.
pub(in crate::queue) trait Column:
    for<'r> Decode<'r, Sqlite> + Type<Sqlite> + for<'r> Decode<'r, Postgres> + Type<Postgres> + Send + Unpin
{
}

impl<T> Column for T where
    T: for<'r> Decode<'r, Sqlite>
        + Type<Sqlite>
        + for<'r> Decode<'r, Postgres>
        + Type<Postgres>
        + Send
        + Unpin
{
}

/// The arguments in the order of their places.
fn bound<DB: Database>(arguments: Vec<Argument>) -> Result<DB::Arguments, Error>
where
    Option<i64>: for<'q> Encode<'q, DB> + Type<DB>,
    Option<f64>: for<'q> Encode<'q, DB> + Type<DB>,
    Option<String>: for<'q> Encode<'q, DB> + Type<DB>,
{
    let mut bound = DB::Arguments::default();
    for argument in arguments {
        let added = match argument {
            Argument::Integer(value) => bound.add(value),
            Argument::Real(value) => bound.add(value),
            Argument::Text(value) => bound.add(value),
        };
        added.map_err(Error::Encode)?;
    }
    Ok(bound)
}
