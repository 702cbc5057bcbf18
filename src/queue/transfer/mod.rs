//! Rows carried from one database to another, whichever engine either is: table by table in the order of the keys, a page
//! at a time, as one JSON text that one database writes and the other reads.

mod moving;
mod page;
#[cfg(test)]
mod tests;

use std::path::Path;

pub use self::moving::Moved;
pub(super) use self::moving::{forget_move, refuse_where_moved, withheld};
use self::page::{Page, Weight};
use super::{
    engine::{Argument, Connection, Text},
    error::QueueError,
};
use crate::domain::CampaignId;

/// A table, and the columns by which its rows are in order.
#[derive(Debug, Clone, Copy)]
pub(in crate::queue) struct Table {
    pub(in crate::queue) name: &'static str,
    key: &'static [&'static str],
}

const fn table(name: &'static str, key: &'static [&'static str]) -> Table {
    Table { name, key }
}

pub(in crate::queue) const CAMPAIGN: Table = table("campaign", &["campaign_id"]);
pub(in crate::queue) const COUNTER: Table = table("counter", &["campaign_id", "axis", "value"]);
pub(in crate::queue) const IMPORT: Table = table("import", &["import_id"]);
pub(in crate::queue) const RECIPIENT: Table = table("recipient", &["recipient_id"]);
pub(in crate::queue) const SUPPRESSION: Table = table("suppression", &["canonical"]);
const ORIGIN: Table = table("origin", &["origin_id"]);

/// All tables but `lease` and `origin`, which say which database it is; those that others refer to first.
const TABLES: [Table; 26] = [
    CAMPAIGN,
    COUNTER,
    table("pace", &["campaign_id", "minute"]),
    table("audit", &["audit_id"]),
    table("account", &["account_id"]),
    IMPORT,
    RECIPIENT,
    table("mended", &["recipient_id"]),
    table("attempt", &["attempt_id"]),
    table("receipt", &["receipt_id"]),
    table("receipt_name", &["name", "receipt_id"]),
    table("alias", &["name"]),
    table("verdict_run", &["campaign_id"]),
    SUPPRESSION,
    table("console_user", &["user_id"]),
    table("console_session", &["token_sha256"]),
    table("api_token", &["token_sha256"]),
    table("api_answer", &["owner", "answer_key"]),
    table("draft", &["campaign_id"]),
    table("column_mapping", &["header_sha256"]),
    table("contact_window", &["sender", "person"]),
    table("inbound", &["inbound_id"]),
    table("notice_channel", &["name"]),
    table("notice", &["notice_id"]),
    table("notice_delivery", &["notice_id", "channel"]),
    table("watch", &["watch_id"]),
];

/// Those of one row, which a new database has too.
const OF_ONE_ROW: [&str; 2] = ["account", "watch"];

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Integer,
    Text,
    Real,
}

impl Kind {
    /// By what either engine calls it.
    fn of(name: &str) -> Option<Self> {
        match name {
            "integer" | "bigint" => Some(Self::Integer),
            "text" => Some(Self::Text),
            "real" | "double precision" => Some(Self::Real),
            _ => None,
        }
    }

    /// What both engines call it.
    fn name(self) -> &'static str {
        match self {
            Self::Integer => "bigint",
            Self::Text => "text",
            Self::Real => "double precision",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Column {
    name: String,
    kind: Kind,
}

/// What is carried, and what becomes of it on the way.
#[derive(Debug, Default)]
pub(in crate::queue) struct Load<'l> {
    /// The rows of that campaign alone.
    pub(in crate::queue) only: Option<CampaignId>,
    /// Columns whose value is another one: an expression in the columns of the same row and in the arguments, from `$2` on.
    pub(in crate::queue) replaced: &'l [(&'l str, &'l str)],
    pub(in crate::queue) arguments: &'l [Argument],
    /// What the statement ends with, behind its `where`.
    pub(in crate::queue) ending: &'l str,
}

/// Carries the rows of a table; says what they were.
pub(in crate::queue) async fn carry(
    from: &mut Connection,
    into: &mut Connection,
    table: Table,
    load: &Load<'_>,
) -> Result<Weight, QueueError> {
    let columns = shared_columns(from, into, table).await?;
    let statement = insertion(table, &columns, load, &format!("{} where true", page_of(into, &columns)));
    let (mut weight, mut after) = (Weight::default(), None);
    loop {
        let mut page = Page::read(from, table, &columns, load.only, after.as_deref()).await?;
        if page.is_empty() {
            return Ok(weight);
        }
        after = page.last_key(table, &columns);
        if matches!(into, Connection::Postgres(_)) {
            page.forget_nul();
        }
        weight.add(&page, &columns);
        let mut insert = Text::new(statement.as_str()).bind(page.into_text());
        for argument in load.arguments {
            insert = insert.bind(argument.clone());
        }
        insert.execute(&mut *into).await?;
    }
}

/// Fills an empty database, and compares what is there then with what it came from. Says how many rows there were, or else what
/// is not the same.
pub(in crate::queue) async fn fill(
    from: &mut Connection,
    into: &mut Connection,
) -> Result<Result<u64, String>, QueueError> {
    for table in OF_ONE_ROW {
        Text::new(format!("delete from {table}")).execute(&mut *into).await?;
    }
    let mut weights = Vec::with_capacity(TABLES.len());
    for table in TABLES {
        weights.push(carry(from, into, table, &Load::default()).await?);
    }
    carry_epoch(from, into).await?;
    for (table, left) in TABLES.into_iter().zip(&weights) {
        let arrived = weigh(into, from, table).await?;
        if arrived != *left {
            let (table, left, arrived) = (table.name, left.n_rows, arrived.n_rows);
            return Ok(Err(format!(
                "of {table} {left} rows left and {arrived} arrived, or they are not the same"
            )));
        }
    }
    Ok(Ok(weights.iter().map(|weight| weight.n_rows).sum()))
}

/// What [`fill`] does for a copy, which is the same database.
pub(in crate::queue) async fn fill_copy(
    from: &mut Connection,
    into: &mut Connection,
) -> Result<Result<u64, String>, QueueError> {
    Text::new("delete from origin").execute(&mut *into).await?;
    carry(from, into, ORIGIN, &Load::default()).await?;
    fill(from, into).await
}

/// What was begun under a lease here is not taken for what is begun under one there.
async fn carry_epoch(from: &mut Connection, into: &mut Connection) -> Result<(), QueueError> {
    let highest = Text::new("select coalesce(max(epoch), 0) from lease");
    let epoch: i64 = highest.fetch_scalar(from).await?;
    query!(
        "insert into lease (lease_id, epoch, pid, taken_at) values (1, $1, 0, 0)
        on conflict (lease_id) do update set epoch = " ["max" | "greatest"] "(lease.epoch, $1)",
        epoch
    )
    .execute(into)
    .await?;
    Ok(())
}

/// Lets a connection to a file read another file, for [`carry_attached`].
pub(in crate::queue) async fn attach(into: &mut Connection, from: &Path) -> Result<(), QueueError> {
    let path = from.to_string_lossy().into_owned();
    sqlx::query("attach database ? as original").bind(path).execute(into.sqlite()?).await?;
    Ok(())
}

/// What [`carry`] does, from the file that is attached.
pub(in crate::queue) async fn carry_attached(
    into: &mut Connection,
    table: Table,
    load: &Load<'_>,
) -> Result<(), QueueError> {
    let columns = columns(into, table).await?;
    let which = if load.only.is_some() { "campaign_id = $1" } else { "$1 is null" };
    let rows = format!("original.{} where {which}", table.name);
    let mut insert = Text::new(insertion(table, &columns, load, &rows)).bind(load.only.map(|id| id.0));
    for argument in load.arguments {
        insert = insert.bind(argument.clone());
    }
    insert.execute(into).await?;
    Ok(())
}

/// What the rows of a table are, in the columns that the other database has too.
async fn weigh(of: &mut Connection, other: &mut Connection, table: Table) -> Result<Weight, QueueError> {
    let columns = shared_columns(other, of, table).await?;
    let (mut weight, mut after) = (Weight::default(), None);
    loop {
        let page = Page::read(of, table, &columns, None, after.as_deref()).await?;
        if page.is_empty() {
            return Ok(weight);
        }
        after = page.last_key(table, &columns);
        weight.add(&page, &columns);
    }
}

/// The columns that both have.
async fn shared_columns(
    from: &mut Connection,
    into: &mut Connection,
    table: Table,
) -> Result<Vec<Column>, QueueError> {
    let (there, mut here) = (columns(from, table).await?, columns(into, table).await?);
    here.retain(|column| there.contains(column));
    Ok(here)
}

async fn columns(connection: &mut Connection, table: Table) -> Result<Vec<Column>, QueueError> {
    let mut text = Text::default();
    text.push_either(
        "select name || ' ' || lower(type) from pragma_table_info($1) order by cid",
        "select column_name || ' ' || data_type from information_schema.columns
        where table_schema = current_schema() and table_name = $1 order by ordinal_position",
    );
    let found: Vec<String> = text.bind(table.name).fetch_scalars(connection).await?;
    let column = |said: &String| {
        let (name, kind) = said.split_once(' ')?;
        Some(Column { name: name.to_owned(), kind: Kind::of(kind)? })
    };
    Ok(found.iter().filter_map(column).collect())
}

/// `insert into TABLE (…) select …` from these rows.
fn insertion(table: Table, columns: &[Column], load: &Load<'_>, rows: &str) -> String {
    let names: Vec<_> = columns.iter().map(|column| column.name.as_str()).collect();
    let mut values = names.clone();
    for value in &mut values {
        if let Some((_, other)) = load.replaced.iter().find(|(name, _)| name == value) {
            *value = other;
        }
    }
    let (names, values) = (names.join(", "), values.join(", "));
    format!("insert into {} ({names}) select {values} from {rows} {}", table.name, load.ending)
}

/// The rows of a page, the first argument of a statement.
fn page_of(into: &Connection, columns: &[Column]) -> String {
    let read = columns
        .iter()
        .enumerate()
        .map(|(n, Column { name, kind })| format!("cast(value ->> {n} as {}) as {name}", kind.name()));
    let elements = match into {
        Connection::Sqlite(_) => "json_each($1)",
        Connection::Postgres(_) => "jsonb_array_elements($1::jsonb) as it (value)",
    };
    format!("(select {} from {elements}) as page", read.collect::<Vec<_>>().join(", "))
}
