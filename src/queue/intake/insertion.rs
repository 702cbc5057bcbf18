//! Putting the rows of a list into the table, many with one statement.

use std::{borrow::Cow, sync::Arc};

use sqlx::{AssertSqlSafe, PgConnection, SqliteConnection};

use crate::{
    domain::{CampaignId, NewRecipient, Standing, Status},
    queue::{engine::Connection, error::QueueError, rows},
};

/// How many rows one statement inserts into a file: that costs a third of what one statement over JSON costs, and a tenth of one
/// statement a row.
const ROWS_PER_STATEMENT: usize = 250;

/// How the rows of one list are inserted.
#[derive(Debug)]
pub(super) struct Insertion {
    campaign: CampaignId,
    import_id: i64,
    /// The statement for a full part of a batch, whose text is the key under which it is kept prepared.
    full_statement: Arc<str>,
}

/// A row as it is stored, beside its number and its list.
struct Stored<'r> {
    line: i64,
    number: Option<i64>,
    canonical: Option<i64>,
    input_to: Option<&'r str>,
    status: &'static str,
    code: Option<&'static str>,
    error: Option<&'r str>,
    refs: [Option<&'r str>; 3],
    cells: Option<String>,
    time_zone: Option<&'r str>,
}

impl<'r> From<&'r NewRecipient> for Stored<'r> {
    fn from(row: &'r NewRecipient) -> Self {
        let (number, canonical, rejection) = match &row.standing {
            Standing::Good(phone) => (Some(rows::stored(phone.digits())), rows::canonical(*phone), None),
            Standing::Rejected(rejection) => (None, None, Some(rejection)),
        };
        let status = if rejection.is_some() { Status::Rejected } else { Status::Queued };
        Self {
            line: rows::stored(row.line),
            number,
            canonical,
            input_to: rejection.map(|it| it.to.as_str()),
            status: status.name(),
            code: rejection.map(|it| it.code.name()),
            error: rejection.map(|it| it.text.as_str()),
            refs: [0, 1, 2].map(|n| row.refs[n].as_deref()),
            cells: cells(row),
            time_zone: row.time_zone.as_deref(),
        }
    }
}

/// With U+FFFD for U+0000, which PostgreSQL has in no text.
fn clean(text: &str) -> Cow<'_, str> {
    if text.contains('\0') { Cow::Owned(text.replace('\0', "\u{fffd}")) } else { Cow::Borrowed(text) }
}

/// The kept values as they are stored; none where there are none.
pub(super) fn cells(row: &NewRecipient) -> Option<String> {
    (!row.cells.is_empty()).then(|| rows::to_json(&row.cells))
}

impl Insertion {
    pub(super) fn of(campaign: CampaignId, import_id: i64) -> Self {
        Self { campaign, import_id, full_statement: insert_statement(ROWS_PER_STATEMENT) }
    }

    /// Inserts a batch, the first row of it under that number. Says how many the unique indexes let in.
    pub(super) async fn insert(
        &self,
        connection: &mut Connection,
        first_id: i64,
        batch: &[NewRecipient],
    ) -> Result<u64, QueueError> {
        match connection {
            Connection::Sqlite(held) => self.insert_into_file(held.get(), first_id, batch).await,
            Connection::Postgres(held) => self.insert_into_server(held.get(), first_id, batch).await,
        }
    }

    async fn insert_into_file(
        &self,
        connection: &mut SqliteConnection,
        first_id: i64,
        batch: &[NewRecipient],
    ) -> Result<u64, QueueError> {
        let mut n_inserted = 0;
        for (index, part) in batch.chunks(ROWS_PER_STATEMENT).enumerate() {
            let statement = if part.len() == ROWS_PER_STATEMENT {
                Arc::clone(&self.full_statement)
            } else {
                insert_statement(part.len())
            };
            let mut insert = sqlx::query(AssertSqlSafe(statement));
            let part_id = first_id + rows::stored((index * ROWS_PER_STATEMENT) as u64);
            for (id, row) in (part_id..).zip(part) {
                let row = Stored::from(row);
                insert = insert
                    .bind(id)
                    .bind(self.campaign.0)
                    .bind(self.import_id)
                    .bind(row.line)
                    .bind(row.number)
                    .bind(row.canonical)
                    .bind(row.input_to)
                    .bind(row.status)
                    .bind(row.code)
                    .bind(row.error)
                    .bind(row.refs[0])
                    .bind(row.refs[1])
                    .bind(row.refs[2])
                    .bind(row.cells)
                    .bind(row.time_zone);
            }
            n_inserted += insert.execute(&mut *connection).await?.rows_affected();
        }
        Ok(n_inserted)
    }

    /// A column at a time: one statement for the whole batch, whose text is always the same.
    async fn insert_into_server(
        &self,
        connection: &mut PgConnection,
        first_id: i64,
        batch: &[NewRecipient],
    ) -> Result<u64, QueueError> {
        fn column<'r, T>(batch: &[Stored<'r>], value: impl Fn(&Stored<'r>) -> T) -> Vec<T> {
            batch.iter().map(value).collect()
        }
        let batch: Vec<Stored<'_>> = batch.iter().map(Stored::from).collect();
        let ids: Vec<i64> = (first_id..).take(batch.len()).collect();
        let inserted = sqlx::query(
            "insert into recipient (
                recipient_id, line, number, canonical, input_to, status, code, error, ref, ref1, ref2, cells, time_zone,
                campaign_id, import_id
            )
            select new.*, $14, $15 from unnest(
                $1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::text[], $6::text[], $7::text[], $8::text[],
                $9::text[], $10::text[], $11::text[], $12::text[], $13::text[]
            ) as new
            on conflict do nothing",
        )
        .bind(ids)
        .bind(column(&batch, |row| row.line))
        .bind(column(&batch, |row| row.number))
        .bind(column(&batch, |row| row.canonical))
        .bind(column(&batch, |row| row.input_to.map(clean)))
        .bind(column(&batch, |row| row.status))
        .bind(column(&batch, |row| row.code))
        .bind(column(&batch, |row| row.error.map(clean)))
        .bind(column(&batch, |row| row.refs[0].map(clean)))
        .bind(column(&batch, |row| row.refs[1].map(clean)))
        .bind(column(&batch, |row| row.refs[2].map(clean)))
        .bind(column(&batch, |row| row.cells.clone()))
        .bind(column(&batch, |row| row.time_zone))
        .bind(self.campaign.0)
        .bind(self.import_id);
        Ok(inserted.execute(connection).await?.rows_affected())
    }
}

/// The statement that inserts so many rows. The one place where SQL is put together, and of constants alone. Its
/// parameters have no numbers: SQLite looks numbered ones up one by one, for each of them. `or fail`: an error takes the
/// whole import back anyway, and without it SQLite would copy every page that a statement touches, to undo it alone.
fn insert_statement(n_rows: usize) -> Arc<str> {
    const ROW: &str = "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    format!(
        "insert or fail into recipient (
            recipient_id, campaign_id, import_id, line, number, canonical, input_to, status, code, error, ref, ref1, ref2,
            cells, time_zone
        ) values {}
        on conflict (campaign_id, number) where number is not null do nothing
        on conflict (campaign_id, canonical) where canonical is not null do nothing",
        vec![ROW; n_rows].join(", ")
    )
    .into()
}
