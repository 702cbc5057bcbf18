//! Reading recipients back, in file order, for exports, previews and reports.

use std::ops::RangeInclusive;

use super::result_rows::{Conditions, ResultPage, ResultRow, RowSource};
use crate::{
    domain::{CampaignId, Delivery, Recipient, RecipientId, Status},
    queue::{Queue, engine::Connection, error::QueueError, intake::imports::Import, rows},
};

/// A row that is not sent to, and how many there are like it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unsent {
    /// Its line in its file.
    pub line: u64,
    pub import_id: i64,
    pub status: Status,
    pub code: Option<String>,
    pub error: Option<String>,
    /// How many rows this is said of.
    pub n_rows: u64,
}

/// Which recipients are wanted. Nothing chosen on an axis means every one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    pub statuses: Vec<Status>,
    pub deliveries: Vec<Delivery>,
}

impl Filter {
    /// True when it leaves nobody out.
    pub fn is_everyone(&self) -> bool {
        self.statuses.is_empty() && self.deliveries.is_empty()
    }
}

struct UnsentAtRow {
    recipient_id: i64,
    line: i64,
    import_id: i64,
    status: String,
    code: Option<String>,
    error: Option<String>,
}

struct WithoutMessageRow {
    line: i64,
    import_id: i64,
    code: Option<String>,
    error: Option<String>,
    n: i64,
}

struct SamplesRow {
    recipient_id: i64,
    line: i64,
    import_id: i64,
    number: i64,
    ref0: Option<String>,
    ref1: Option<String>,
    ref2: Option<String>,
    cells: Option<String>,
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
    pub async fn result_page(
        &self,
        recipient_ids: RangeInclusive<i64>,
        filter: &Filter,
        limit: u32,
    ) -> Result<ResultPage, QueueError> {
        let (first, last) = recipient_ids.into_inner();
        let (statuses, deliveries) = (&filter.statuses, &filter.deliveries);
        let conditions = Conditions { statuses, deliveries, ..Conditions::default() };
        self.read_page(RowSource::Ids { first, last }, &conditions, limit).await
    }

    /// Recipients that are or were to be sent to, in file order: those after the row `after`, and from a line of a list
    /// on where one is given, at most `limit`.
    pub async fn samples(
        &self,
        campaign: CampaignId,
        after: i64,
        from: Option<(&Import, u64)>,
        limit: u32,
    ) -> Result<Vec<Recipient>, QueueError> {
        let (list, line) = from.map_or((0, 0), |(list, line)| (list.import_id, rows::stored(line)));
        let found = query_as!(
            SamplesRow,
            r#"select recipient_id as "recipient_id!", recipient.line, recipient.import_id, number as "number!",
                ref as ref0, ref1, ref2, cells
            from import
            join recipient on recipient_id between first_recipient_id and last_recipient_id
            where import.campaign_id = $1 and recipient_id > $2 and number is not null and status <> 'suppressed'
                and (recipient.import_id > $3 or (recipient.import_id = $4 and recipient.line >= $5))
            order by recipient_id
            limit $6"#,
            campaign.0,
            after,
            list,
            list,
            line,
            i64::from(limit),
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

    /// How many recipients [`Self::samples`] gives in all.
    pub async fn n_sendable(&self, campaign: CampaignId) -> Result<u64, QueueError> {
        let counts = self.counts(campaign).await?;
        let left_out = [Status::Rejected, Status::Duplicate, Status::Suppressed];
        Ok(counts.total() - left_out.into_iter().map(|status| counts.of(status)).sum::<u64>())
    }

    /// The rows of which no message could be made, by what is wrong with them, most first: the first row of each kind.
    pub async fn without_message(&self, campaign: CampaignId) -> Result<Vec<Unsent>, QueueError> {
        let found = query_as!(
            WithoutMessageRow,
            r#"select line as "line!", import_id as "import_id!", code, error, kind.n as "n!: i64"
            from (
                select min(recipient_id) as first, count(*) as n
                from recipient"# [" indexed by recipient_without_number" | ""] r#"
                where campaign_id = $1 and number is null and number_hash is null and status = 'rejected'
                    and code in ('TEMPLATE_VALUE_MISSING', 'BODY_TOO_LONG')
                group by code, case when code = 'BODY_TOO_LONG' then '' else error end
            ) as kind
            join recipient on recipient_id = kind.first
            order by kind.n desc, kind.first"#,
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

    /// The rows at a line of a list that are not sent to.
    pub async fn unsent_at(&self, list: &Import, line: u64) -> Result<Vec<Unsent>, QueueError> {
        let line = rows::stored(line);
        let found = query_as!(
            UnsentAtRow,
            r#"select recipient_id as "recipient_id!", recipient.line, recipient.import_id, status, code, error
            from import
            join recipient on recipient_id between first_recipient_id and last_recipient_id
            where import.import_id = $1 and recipient.line = $2
                and status in ('rejected', 'duplicate', 'suppressed', 'cancelled', 'skipped')"#,
            list.import_id,
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
        doubt_lines(&mut *self.readers.acquire().await?, campaign, limit).await
    }
}

pub(super) async fn doubt_lines(
    connection: &mut Connection,
    campaign: CampaignId,
    limit: u32,
) -> Result<Vec<u64>, QueueError> {
    let found = query_scalar!(
        "select line from recipient where campaign_id = $1 and status = 'in_doubt' order by recipient_id limit $2",
        campaign.0,
        i64::from(limit),
    )
    .fetch_all(connection)
    .await?;
    Ok(found.into_iter().map(rows::count).collect())
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
            wrote_at: None,
            time_zone: None,
            mends: None,
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
            if !filled.break_rules(sql).await {
                return;
            }
            let import = filled.queue.imports(filled.id()).await.unwrap().remove(0);
            let error = filled.queue.results(&import, 0, 9).await.unwrap_err();
            assert_eq!(error.to_string(), format!("the database holds {expected}, which makes no sense"));
        }
    }
}
