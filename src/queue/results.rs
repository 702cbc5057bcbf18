//! Reading recipients back, in file order, for exports, previews and reports.

use serde::Deserialize;

use super::{Queue, error::QueueError, imports::Import, rows};
use crate::domain::{CampaignId, Recipient, RecipientId};

/// One recipient as an export shows it. Field by field what the query below lists, in its order.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct ResultRow {
    /// Its row.
    pub recipient_id: i64,
    /// Its line in its file.
    pub line: u64,
    /// Its number, digits only; none for a rejected or duplicate row.
    pub number: Option<u64>,
    /// What was in the file (rejected), or the number with its plus (duplicate).
    pub input_to: Option<String>,
    /// The name of its status.
    pub status: String,
    /// The provider's id.
    pub message_id: Option<String>,
    /// The code.
    pub code: Option<String>,
    /// The words.
    pub error: Option<String>,
    /// Attempts that counted.
    pub attempts: u64,
    /// When it was settled, in Unix milliseconds.
    pub settled_at: Option<i64>,
    /// The name of its delivery.
    pub delivery: Option<String>,
    /// When the delivery was reported, in Unix milliseconds.
    pub delivery_at: Option<i64>,
    /// Why it was not delivered.
    pub delivery_error: Option<String>,
    /// Its tags.
    pub refs: [Option<String>; 3],
    /// Its kept values.
    pub cells: Option<Vec<String>>,
}

impl Queue {
    /// At most `limit` rows of `import` after the row `after` (0: from the start), in file order.
    ///
    /// SQLite builds the whole page as one JSON text: fetching the rows one by one costs several times as much.
    pub async fn results(
        &self,
        import: &Import,
        after: i64,
        limit: u32,
    ) -> Result<Vec<ResultRow>, QueueError> {
        let first = import.first_recipient_id.max(after + 1);
        let page = sqlx::query_scalar!(
            r#"select json_group_array(json_array(
                recipient_id, line, number, input_to, status, message_id, code, error, attempts, settled_at,
                delivery, delivery_at, delivery_error, json_array(ref, ref1, ref2), json(cells)
            )) as "page!: String"
            from (
                select recipient_id, line, number, input_to, status, message_id, code, error, attempts, settled_at,
                    delivery, delivery_at, delivery_error, ref, ref1, ref2, cells
                from recipient
                where recipient_id between ? and ?
                order by recipient_id
                limit ?
            )"#,
            first,
            import.last_recipient_id,
            limit,
        )
        .fetch_one(&self.readers)
        .await?;
        serde_json::from_str(&page)
            .map_err(|error| rows::inconsistent("recipient", "cells", first, &error.to_string()))
    }

    /// Recipients with a number, in file order: from `line` on where one is given, at most `limit`.
    pub async fn samples(
        &self,
        campaign: CampaignId,
        line: Option<u64>,
        limit: u32,
    ) -> Result<Vec<Recipient>, QueueError> {
        let first_line = line.map_or(0, rows::stored);
        let found = sqlx::query!(
            r#"select recipient_id as "recipient_id!", recipient.line, recipient.import_id, number as "number!",
                ref as ref0, ref1, ref2, cells
            from import
            join recipient on recipient_id between first_recipient_id and last_recipient_id
            where import.campaign_id = ? and number is not null and recipient.line >= ?
            order by recipient_id
            limit ?"#,
            campaign.0,
            first_line,
            limit,
        )
        .fetch_all(&self.readers)
        .await?;
        found
            .into_iter()
            .map(|row| {
                let id = row.recipient_id;
                Ok(Recipient {
                    id: RecipientId(id),
                    line: rows::count(row.line),
                    import_id: row.import_id,
                    to: rows::phone("recipient", id, row.number)?,
                    refs: [row.ref0, row.ref1, row.ref2],
                    cells: rows::cells(id, row.cells.as_deref())?,
                })
            })
            .collect()
    }

    /// How many failed, by code, most first.
    pub async fn failures_by_code(&self, campaign: CampaignId) -> Result<Vec<(String, u64)>, QueueError> {
        let found = sqlx::query!(
            r#"select coalesce(code, '') as "code!: String", count(*) as "n!: i64" from recipient
            where campaign_id = ? and status = 'failed' group by code order by count(*) desc, code"#,
            campaign.0
        )
        .fetch_all(&self.readers)
        .await?;
        Ok(found.into_iter().map(|row| (row.code, rows::count(row.n))).collect())
    }

    /// The lines of recipients in doubt, in file order, at most `limit`.
    pub async fn doubt_lines(&self, campaign: CampaignId, limit: u32) -> Result<Vec<u64>, QueueError> {
        let found = sqlx::query_scalar!(
            "select line from recipient where campaign_id = ? and status = 'in_doubt' order by recipient_id limit ?",
            campaign.0,
            limit,
        )
        .fetch_all(&self.readers)
        .await?;
        Ok(found.into_iter().map(rows::count).collect())
    }
}
