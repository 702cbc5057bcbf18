//! What an operator does to recipients that came to no good end: try again, send again, close.

use super::audit::{self, AuditEntry};
use crate::{
    domain::{CampaignId, Delivery, Phone, Status, Timestamp},
    queue::{Queue, counters::Deltas, engine::Connection, error::QueueError, receipts, rows, states},
};

/// The code of a doubt that somebody has closed without sending.
pub const CLOSED_DOUBT: &str = "IN_DOUBT";

/// Which recipients an operator means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Which {
    /// All that stand there.
    All,
    /// Those whose code is one of these.
    Codes(Vec<String>),
    /// All but those whose code is one of these.
    AllBut(Vec<String>),
    /// These rows, each with what it is called.
    Rows(Vec<(i64, String)>),
    /// Those with these numbers.
    Numbers(Vec<Phone>),
}

impl Which {
    /// For the audit trail, which names nobody's number.
    fn words(&self) -> String {
        match self {
            Self::All => "all".to_owned(),
            Self::Codes(codes) => format!("code {}", codes.join(", ")),
            Self::AllBut(codes) => format!("all but code {}", codes.join(", ")),
            Self::Rows(rows) => {
                let names: Vec<_> = rows.iter().map(|(_, name)| name.as_str()).collect();
                format!("line {}", names.join(", "))
            }
            Self::Numbers(numbers) => {
                format!("number {}", numbers.iter().map(Phone::to_string).collect::<Vec<_>>().join(", "))
            }
        }
    }

    /// Two JSON parameters: what to compare, and the values. SQLite picks the comparison.
    fn parameters(&self) -> (&'static str, String) {
        match self {
            Self::All => ("all", "[]".to_owned()),
            Self::Codes(codes) => ("code", rows::to_json(codes)),
            Self::AllBut(codes) => ("but", rows::to_json(codes)),
            Self::Rows(meant) => ("row", rows::to_json(&meant.iter().map(|(id, _)| id).collect::<Vec<_>>())),
            Self::Numbers(numbers) => ("number", rows::all_spellings(numbers.iter().copied())),
        }
    }
}

struct RetryableRow {
    code: String,
    n: i64,
}

impl Queue {
    /// Puts failed recipients back into the queue, accepted ones whose message the provider never handed to Meta, and skipped
    /// ones where they are named.
    /// Says how many.
    pub async fn retry(&self, campaign: CampaignId, which: Which) -> Result<u64, QueueError> {
        let entry = self.audit_entry("retry", Some(campaign), "");
        in_commit!(self, |connection| {
            let n_unsent = put_back_unsent(connection, campaign, &which).await?;
            let n_skipped = put_back(connection, campaign, Status::Skipped, &which).await?;
            let n = n_unsent + n_skipped + put_back(connection, campaign, Status::Failed, &which).await?;
            record_some(connection, &entry, n, &which.words()).await
        })
    }

    /// How many of those are in doubt.
    pub async fn n_doubts(&self, campaign: CampaignId, which: &Which) -> Result<u64, QueueError> {
        let (by, values) = which.parameters();
        let n = query_scalar!(
            r#"select count(*) as "n!: i64" from recipient
            where campaign_id = $1 and status = 'in_doubt' and (
                $2 = 'all'
                or ($2 = 'code' and code in (select atom from json_each($3)))
                or ($2 = 'row' and recipient_id in (select cast(atom as bigint) from json_each($3)))
                or ($2 = 'number' and number in (select cast(atom as bigint) from json_each($3)))
            )"#,
            campaign.0,
            by,
            values,
        )
        .fetch_one(&self.readers)
        .await?;
        Ok(rows::count(n))
    }

    /// Whom [`Self::retry`] can put back: each code, and how many have it, most first.
    pub async fn retryable(&self, campaign: CampaignId) -> Result<Vec<(String, u64)>, QueueError> {
        let found = query_as!(
            RetryableRow,
            r#"select code as "code!: String", count(*) as "n!: i64" from (
                select coalesce(code, '') as code from recipient
                where campaign_id = $1 and status = 'failed' and number is not null
                union all
                select coalesce(code, '') from recipient
                where campaign_id = $1 and status = 'skipped' and number is not null
                union all
                select substr(delivery_error || ':', 1, instr(delivery_error || ':', ':') - 1) from recipient
                where campaign_id = $1 and is_unsent = 1 and status = 'accepted' and number is not null
            ) as kind group by code order by 2 desc, code"#,
            campaign.0,
        )
        .fetch_all(&self.readers)
        .await?;
        Ok(found.into_iter().map(|row| (row.code, rows::count(row.n))).collect())
    }

    /// Puts recipients in doubt back into the queue, to be sent again at the operator's risk. Says how many.
    pub async fn resend_doubts(&self, campaign: CampaignId, which: Which) -> Result<u64, QueueError> {
        let entry = self.audit_entry("resolve", Some(campaign), "");
        in_commit!(self, |connection| {
            let n = put_back(connection, campaign, Status::InDoubt, &which).await?;
            record_some(connection, &entry, n, &format!("resend {}", which.words())).await
        })
    }

    /// Closes recipients in doubt as failed with the code `IN_DOUBT`, without sending. Says how many.
    pub async fn keep_doubts(
        &self,
        campaign: CampaignId,
        which: Which,
        now: Timestamp,
    ) -> Result<u64, QueueError> {
        let entry = self.audit_entry("resolve", Some(campaign), "");
        in_commit!(self, |connection| {
            let (by, values) = which.parameters();
            let n = query!(
                "update recipient set status = 'failed', code = 'IN_DOUBT', settled_at = $4,
                            error = 'closed by the operator without sending again: ' || coalesce(error, '')
                        where campaign_id = $1 and status = 'in_doubt' and (
                            $2 = 'all'
                            or ($2 = 'code' and code in (select atom from json_each($3)))
                            or ($2 = 'row' and recipient_id in (select cast(atom as bigint) from json_each($3)))
                            or ($2 = 'number' and number in (select cast(atom as bigint) from json_each($3)))
                        )",
                campaign.0,
                by,
                values,
                now.0,
            )
            .execute(&mut *connection)
            .await?
            .rows_affected();
            let mut deltas = Deltas::default();
            deltas.shift(campaign, Status::InDoubt, Status::Failed, n);
            deltas.write(connection).await?;
            record_some(connection, &entry, n, &format!("keep {}", which.words())).await
        })
    }
}

/// Writes down how many of which rows were changed, where there were any. Gives the number back.
async fn record_some(
    connection: &mut Connection,
    entry: &AuditEntry,
    n: u64,
    which: &str,
) -> Result<u64, QueueError> {
    if n > 0 {
        audit::record(connection, &entry.with(format!("{which}: {}", audit::n_rows(n)))).await?;
    }
    Ok(n)
}

/// Puts failed recipients, or those in doubt, back into the queue. Says how many.
async fn put_back(
    connection: &mut Connection,
    campaign: CampaignId,
    from: Status,
    which: &Which,
) -> Result<u64, QueueError> {
    let ((by, values), status) = (which.parameters(), from.name());
    // Each status stands here as a word, so that its own index finds the few rows that have it.
    let n = query!(
        "update recipient set status = 'queued', due_at = 0, held_by = null, attempts_forgiven = attempts,
            code = null, error = null, settled_at = null
        where recipient_id in (
                select recipient_id from recipient where campaign_id = $1 and status = 'failed' and $4 = 'failed'
                union all
                select recipient_id from recipient where campaign_id = $1 and status = 'in_doubt' and $4 = 'in_doubt'
                union all
                select recipient_id from recipient where campaign_id = $1 and status = 'skipped' and $4 = 'skipped'
                    and $2 <> 'but'
            )
            and number is not null
            and (
                $2 = 'all'
                or ($2 = 'code' and code in (select atom from json_each($3)))
                or ($2 = 'but' and coalesce(code, '') not in (select atom from json_each($3)))
                or ($2 = 'row' and recipient_id in (select cast(atom as bigint) from json_each($3)))
                or ($2 = 'number' and number in (select cast(atom as bigint) from json_each($3)))
            )",
        campaign.0,
        by,
        values,
        status,
    )
    .execute(&mut *connection)
    .await?
    .rows_affected();
    reopen(connection, campaign, from, n).await
}

struct PutBackUnsentRow {
    recipient_id: i64,
    message_id: Option<String>,
}

/// Puts accepted recipients back whose message never left the provider. The id of that message stays known, so that a
/// late receipt of it still finds them.
async fn put_back_unsent(
    connection: &mut Connection,
    campaign: CampaignId,
    which: &Which,
) -> Result<u64, QueueError> {
    let (by, values) = which.parameters();
    let found = query_as!(
        PutBackUnsentRow,
        r#"select recipient_id as "recipient_id!", message_id from recipient
        where campaign_id = $1 and is_unsent = 1 and status = 'accepted' and number is not null and (
            $2 in ('all', 'but')
            or ($2 = 'code' and substr(delivery_error || ':', 1, instr(delivery_error || ':', ':') - 1)
                in (select atom from json_each($3)))
            or ($2 = 'row' and recipient_id in (select cast(atom as bigint) from json_each($3)))
            or ($2 = 'number' and number in (select cast(atom as bigint) from json_each($3)))
        )"#,
        campaign.0,
        by,
        values,
    )
    .fetch_all(&mut *connection)
    .await?;
    if found.is_empty() {
        return Ok(0);
    }
    let ids = rows::to_json(&found.iter().map(|row| row.recipient_id).collect::<Vec<_>>());
    let aliases: Vec<_> =
        found.into_iter().filter_map(|row| Some((row.message_id?, row.recipient_id))).collect();
    receipts::learn_aliases(connection, &aliases).await?;
    let n = query!(
        "update recipient set status = 'queued', due_at = 0, attempts_forgiven = attempts, message_id = null,
            code = null, error = null, settled_at = null, delivery = null, delivery_at = null, delivered_at = null,
            read_at = null, delivery_error = null, is_unsent = 0
        where status = 'accepted' and is_unsent = 1 and recipient_id in (select cast(atom as bigint) from json_each($1))",
        ids,
    )
    .execute(&mut *connection)
    .await?
    .rows_affected();
    let mut deltas = Deltas::default();
    deltas.shift_delivery(campaign, Some(Delivery::Undelivered), None, n);
    deltas.write(connection).await?;
    reopen(connection, campaign, Status::Accepted, n).await
}

/// Counts what was put back, and opens the campaign again where it was finished.
async fn reopen(
    connection: &mut Connection,
    campaign: CampaignId,
    from: Status,
    n: u64,
) -> Result<u64, QueueError> {
    let mut deltas = Deltas::default();
    deltas.shift(campaign, from, Status::Queued, n);
    deltas.write(connection).await?;
    if n > 0 {
        states::reopen(connection, campaign).await?;
    }
    Ok(n)
}
