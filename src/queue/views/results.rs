//! Reading recipients back, in file order, for exports, previews and reports.

use std::{borrow::Cow, ops::RangeInclusive};

use serde::Deserialize;

use crate::{
    domain::{CampaignId, Delivery, Recipient, RecipientId, Status},
    queue::{Queue, error::QueueError, intake::imports::Import, rows},
};

/// One recipient, as exports and pages show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResultRow {
    /// Its row.
    pub recipient_id: i64,
    /// Its line in its file.
    pub line: u64,
    /// Its number, digits only; none for a rejected or duplicate row.
    pub number: Option<u64>,
    /// What was in the file (rejected), or the number with its plus (duplicate).
    pub input_to: Option<String>,
    /// Its status.
    pub status: Status,
    /// Due not before, in Unix milliseconds; 0 is at once.
    pub due_at: i64,
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
    /// Its delivery.
    pub delivery: Option<Delivery>,
    /// When the delivery was reported, in Unix milliseconds.
    pub delivery_at: Option<i64>,
    /// Why it was not delivered.
    pub delivery_error: Option<String>,
    /// Its tags.
    pub refs: [Option<String>; 3],
    /// Its kept values.
    pub cells: Option<Vec<String>>,
}

impl ResultRow {
    /// Where it goes: its number with a plus, or what stands in its file in place of one.
    pub fn to(&self) -> Option<String> {
        self.number.map(|digits| format!("+{digits}")).or_else(|| self.input_to.clone())
    }
}

/// A row as its page holds it, by position: in the order of the query's list.
#[derive(Deserialize)]
struct Stored<'a> {
    recipient_id: i64,
    line: u64,
    number: Option<u64>,
    input_to: Option<String>,
    #[serde(borrow)]
    status: Cow<'a, str>,
    due_at: i64,
    message_id: Option<String>,
    code: Option<String>,
    error: Option<String>,
    attempts: u64,
    settled_at: Option<i64>,
    #[serde(borrow)]
    delivery: Option<Cow<'a, str>>,
    delivery_at: Option<i64>,
    delivery_error: Option<String>,
    refs: [Option<String>; 3],
    cells: Option<Vec<String>>,
}

impl Stored<'_> {
    fn into_row(self) -> Result<ResultRow, QueueError> {
        let id = self.recipient_id;
        let delivery = self.delivery.map(|found| rows::delivery("recipient", id, &found));
        Ok(ResultRow {
            recipient_id: id,
            line: self.line,
            number: self.number,
            input_to: self.input_to,
            status: rows::status("recipient", id, &self.status)?,
            due_at: self.due_at,
            message_id: self.message_id,
            code: self.code,
            error: self.error,
            attempts: self.attempts,
            settled_at: self.settled_at,
            delivery: delivery.transpose()?,
            delivery_at: self.delivery_at,
            delivery_error: self.delivery_error,
            refs: self.refs,
            cells: self.cells,
        })
    }
}

/// A row that is not sent to, and how many there are like it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unsent {
    /// Its line in its file.
    pub line: u64,
    /// Its file.
    pub import_id: i64,
    /// Its status.
    pub status: Status,
    /// The code.
    pub code: Option<String>,
    /// The words.
    pub error: Option<String>,
    /// How many rows this is said of.
    pub n_rows: u64,
}

/// Which recipients are wanted. Nothing chosen on an axis means every one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// The statuses.
    pub statuses: Vec<Status>,
    /// The deliveries.
    pub deliveries: Vec<Delivery>,
}

impl Filter {
    /// True when it leaves nobody out.
    pub fn is_everyone(&self) -> bool {
        self.statuses.is_empty() && self.deliveries.is_empty()
    }
}

/// Some rows, as the one text in which SQLite hands them over.
#[derive(Debug)]
pub struct ResultPage {
    first_recipient_id: i64,
    json: String,
}

impl ResultPage {
    /// The rows, in file order.
    pub fn rows(&self) -> Result<Vec<ResultRow>, QueueError> {
        let stored: Vec<Stored<'_>> = serde_json::from_str(&self.json).map_err(|error| {
            rows::inconsistent("recipient", "cells", self.first_recipient_id, &error.to_string())
        })?;
        stored.into_iter().map(Stored::into_row).collect()
    }
}

impl Queue {
    /// At most `limit` rows of `import` after the row `after` (0: from the start), in file order.
    pub async fn results(
        &self,
        import: &Import,
        after: i64,
        limit: u32,
    ) -> Result<Vec<ResultRow>, QueueError> {
        let first = import.first_recipient_id.max(after + 1);
        self.result_page(first..=import.last_recipient_id, &Filter::default(), limit).await?.rows()
    }

    /// At most `limit` of the wanted rows among `recipient_ids`, in file order.
    ///
    /// SQLite builds the whole page as one JSON text: fetching the rows one by one costs several times as much.
    pub async fn result_page(
        &self,
        recipient_ids: RangeInclusive<i64>,
        filter: &Filter,
        limit: u32,
    ) -> Result<ResultPage, QueueError> {
        let (first, last) = recipient_ids.into_inner();
        let statuses = names(filter.statuses.iter().map(|status| status.name()));
        let deliveries = names(filter.deliveries.iter().map(|delivery| delivery.name()));
        let json = sqlx::query_scalar!(
            r#"select json_group_array(json_array(
                recipient_id, line, number, input_to, status, due_at, message_id, code, error,
                attempts, settled_at,
                delivery, delivery_at, delivery_error, json_array(ref, ref1, ref2), json(cells)
            )) as "page!: String"
            from (
                select recipient_id, line, number, input_to, status, due_at, message_id, code, error, attempts,
                    settled_at, delivery, delivery_at, delivery_error, ref, ref1, ref2, cells
                from recipient
                where recipient_id between ?1 and ?2
                    and (?3 is null or status in (select value from json_each(?3)))
                    and (?4 is null or delivery in (select value from json_each(?4)))
                order by recipient_id
                limit ?5
            )"#,
            first,
            last,
            statuses,
            deliveries,
            limit,
        )
        .fetch_one(&self.readers)
        .await?;
        Ok(ResultPage { first_recipient_id: first, json })
    }

    /// Recipients that are or were to be sent to, in file order: those after the row `after`, from `line` on where one is
    /// given, at most `limit`.
    pub async fn samples(
        &self,
        campaign: CampaignId,
        after: i64,
        line: Option<u64>,
        limit: u32,
    ) -> Result<Vec<Recipient>, QueueError> {
        let first_line = line.map_or(0, rows::stored);
        let found = sqlx::query!(
            r#"select recipient_id as "recipient_id!", recipient.line, recipient.import_id, number as "number!",
                ref as ref0, ref1, ref2, cells
            from import
            join recipient on recipient_id between first_recipient_id and last_recipient_id
            where import.campaign_id = ? and recipient_id > ? and number is not null and recipient.line >= ?
                and status <> 'suppressed'
            order by recipient_id
            limit ?"#,
            campaign.0,
            after,
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

    /// The rows of which no message could be made, by what is wrong with them, most first: the first row of each kind.
    pub async fn without_message(&self, campaign: CampaignId) -> Result<Vec<Unsent>, QueueError> {
        let found = sqlx::query!(
            r#"select line as "line!", import_id as "import_id!", code, error,
                min(recipient_id) as "first!: i64", count(*) as "n!: i64"
            from recipient indexed by recipient_without_number
            where campaign_id = ? and number is null and number_hash is null and status = 'rejected'
                and code in ('TEMPLATE_VALUE_MISSING', 'BODY_TOO_LONG')
            group by code, iif(code = 'BODY_TOO_LONG', '', error)
            order by 6 desc, 5"#,
            campaign.0,
        )
        .fetch_all(&self.readers)
        .await?;
        let unsent = found.into_iter().map(|row| Unsent {
            line: rows::count(row.line),
            import_id: row.import_id,
            status: Status::Rejected,
            code: row.code,
            error: row.error,
            n_rows: rows::count(row.n),
        });
        Ok(unsent.collect())
    }

    /// The rows at a line, one in each file at most, that are not sent to.
    pub async fn unsent_at(&self, campaign: CampaignId, line: u64) -> Result<Vec<Unsent>, QueueError> {
        let line = rows::stored(line);
        let found = sqlx::query!(
            r#"select recipient_id as "recipient_id!", recipient.line, recipient.import_id, status, code, error
            from import
            join recipient on recipient_id between first_recipient_id and last_recipient_id
            where import.campaign_id = ? and recipient.line = ?
                and status in ('rejected', 'duplicate', 'suppressed', 'cancelled')"#,
            campaign.0,
            line,
        )
        .fetch_all(&self.readers)
        .await?;
        let unsent = found.into_iter().map(|row| {
            Ok(Unsent {
                line: rows::count(row.line),
                import_id: row.import_id,
                status: rows::status("recipient", row.recipient_id, &row.status)?,
                code: row.code,
                error: row.error,
                n_rows: 1,
            })
        });
        unsent.collect()
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

/// Names as one parameter; none where there are none.
fn names<'a>(names: impl Iterator<Item = &'a str>) -> Option<String> {
    let names: Vec<&str> = names.collect();
    (!names.is_empty()).then(|| rows::to_json(&names))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use crate::{
        domain::{Layout, NewRecipient, Phone, Standing},
        queue::tests::filled::Filled,
    };

    #[tokio::test]
    async fn a_status_or_a_delivery_that_does_not_exist_is_an_error_that_names_its_row() {
        let row = |line| NewRecipient {
            line,
            standing: Standing::Good(Phone::from_digits(919_800_000_000 + line).unwrap()),
            refs: [None, None, None],
            cells: Vec::new(),
        };
        let layout = Layout::new(vec!["to".to_owned()], vec![0], [None, None, None], BTreeMap::new());
        for (sql, expected) in [
            ("update recipient set status = 'gone' where line = 2", "`gone` in recipient.status of row 2"),
            (
                "update recipient set delivery = 'eaten' where line = 1",
                "`eaten` in recipient.delivery of row 1",
            ),
        ] {
            let filled = Filled::empty().await;
            filled.import(layout.clone(), (1..=2).map(row).collect()).await;
            filled.break_rules(sql).await;
            let import = filled.queue.imports(filled.id()).await.unwrap().remove(0);
            let error = filled.queue.results(&import, 0, 9).await.unwrap_err();
            assert_eq!(error.to_string(), format!("the database holds {expected}, which makes no sense"));
        }
    }
}
