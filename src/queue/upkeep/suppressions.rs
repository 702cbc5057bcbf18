//! The suppression list: numbers that no campaign may message.

use sqlx::SqliteConnection;

use super::audit;
use crate::{
    domain::{CampaignId, Phone, RecipientId, Status, Timestamp},
    queue::{Queue, counters::Deltas, error::QueueError, rows},
};

/// A number that no campaign may message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suppression {
    /// The number.
    pub number: Phone,
    /// Why, in the operator's words.
    pub reason: String,
    /// Since when.
    pub added_at: Timestamp,
}

impl Queue {
    /// Those of the recipients whose number is on the list.
    pub(crate) async fn suppressed_of(
        &self,
        recipients: &[RecipientId],
    ) -> Result<Vec<RecipientId>, QueueError> {
        let ids = rows::to_json(&recipients.iter().map(|id| id.0).collect::<Vec<_>>());
        let found = sqlx::query_scalar!(
            r#"select recipient.recipient_id as "recipient_id!"
            from json_each(?) as asked
            cross join recipient on recipient.recipient_id = asked.value
            where exists (select 1 from suppression where suppression.number = recipient.number)"#,
            ids
        )
        .fetch_all(&self.readers)
        .await?;
        Ok(found.into_iter().map(RecipientId).collect())
    }

    /// Whether nobody may message that number.
    pub async fn is_suppressed(&self, number: Phone) -> Result<bool, QueueError> {
        let digits = rows::stored(number.digits());
        let n = sqlx::query_scalar!("select count(*) from suppression where number = ?", digits)
            .fetch_one(&self.readers)
            .await?;
        Ok(n > 0)
    }

    /// Puts numbers on the list, and takes them out of every queue at once. A number that is there already keeps its
    /// first reason. Says how many are new.
    pub async fn suppress(
        &self,
        numbers: Vec<Phone>,
        reason: String,
        now: Timestamp,
    ) -> Result<u64, QueueError> {
        let entry = self.audit_entry("suppress", None, format!("{}: {reason}", n_numbers(&numbers)));
        in_commit!(self, |connection| {
            audit::record(connection, &entry).await?;
            let mut deltas = Deltas::default();
            let n_new = add(connection, &numbers, &reason, now, &mut deltas).await?;
            deltas.write(connection).await?;
            Ok(n_new)
        })
    }

    /// Takes numbers off the list. Recipients that were left out because of them stay left out. Says how many were on
    /// it.
    pub async fn unsuppress(&self, numbers: Vec<Phone>) -> Result<u64, QueueError> {
        let entry = self.audit_entry("unsuppress", None, n_numbers(&numbers));
        in_commit!(self, |connection| {
            audit::record(connection, &entry).await?;
            let digits = rows::to_json(&numbers.iter().map(|number| number.digits()).collect::<Vec<_>>());
            let removed = sqlx::query!(
                "delete from suppression where number in (select value from json_each(?))",
                digits
            )
            .execute(connection)
            .await?;
            Ok(removed.rows_affected())
        })
    }

    /// The list, in the order of the numbers: at most `limit` after `after`.
    pub async fn suppressions(
        &self,
        after: Option<Phone>,
        limit: u32,
    ) -> Result<Vec<Suppression>, QueueError> {
        let after = after.map_or(0, |phone| rows::stored(phone.digits()));
        let found = sqlx::query!(
            "select number, reason, added_at from suppression where number > ? order by number limit ?",
            after,
            limit,
        )
        .fetch_all(&self.readers)
        .await?;
        found.into_iter().map(|row| suppression(row.number, row.reason, row.added_at)).collect()
    }
}

/// How many, for the audit trail, which names nobody's number.
fn n_numbers(numbers: &[Phone]) -> String {
    format!("{} number{}", numbers.len(), if numbers.len() == 1 { "" } else { "s" })
}

/// Puts numbers on the list, and takes them out of every queue. Says how many are new.
pub(crate) async fn add(
    connection: &mut SqliteConnection,
    numbers: &[Phone],
    reason: &str,
    now: Timestamp,
    deltas: &mut Deltas,
) -> Result<u64, QueueError> {
    let digits = rows::to_json(&numbers.iter().map(|number| number.digits()).collect::<Vec<_>>());
    let n_new = sqlx::query!(
        "insert into suppression (number, reason, added_at)
        select value, ?2, ?3 from json_each(?1) where true
        on conflict (number) do nothing",
        digits,
        reason,
        now.0,
    )
    .execute(&mut *connection)
    .await?
    .rows_affected();
    leave_queues(connection, &digits, reason, now, deltas).await?;
    Ok(n_new)
}

impl Queue {
    /// The numbers of the list that begin with these digits, at most `limit`.
    pub async fn find_suppressions(&self, digits: &str, limit: u32) -> Result<Vec<Suppression>, QueueError> {
        let ranges = rows::to_json(&crate::queue::views::searches::ranges_beginning_with(digits));
        let found = sqlx::query!(
            r#"select number as "number!", reason as "reason!", added_at as "added_at!"
            from json_each(?1) as range
            cross join suppression on number between range.value ->> 0 and range.value ->> 1
            limit ?2"#,
            ranges,
            limit,
        )
        .fetch_all(&self.readers)
        .await?;
        found.into_iter().map(|row| suppression(row.number, row.reason, row.added_at)).collect()
    }
}

/// What waits in a queue under one of these numbers leaves it. The claim would refuse it too; this keeps the counters
/// true at once.
async fn leave_queues(
    connection: &mut SqliteConnection,
    digits: &str,
    reason: &str,
    now: Timestamp,
    deltas: &mut Deltas,
) -> Result<(), QueueError> {
    let found = sqlx::query!(
        r#"select campaign_id as "campaign_id!", count(*) as "n!: i64" from recipient
        where campaign_id in (select campaign_id from campaign)
            and number in (select value from json_each(?))
            and status = 'queued'
        group by campaign_id"#,
        digits
    )
    .fetch_all(&mut *connection)
    .await?;
    for row in found {
        deltas.shift(CampaignId(row.campaign_id), Status::Queued, Status::Suppressed, rows::count(row.n));
    }
    sqlx::query!(
        "update recipient set status = 'suppressed', settled_at = ?3, error = 'on the suppression list: ' || ?2
        where campaign_id in (select campaign_id from campaign)
            and number in (select value from json_each(?1))
            and status = 'queued'",
        digits,
        reason,
        now.0,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// A row of the list.
fn suppression(number: i64, reason: String, added_at: i64) -> Result<Suppression, QueueError> {
    let number = rows::phone("suppression", number, number)?;
    Ok(Suppression { number, reason, added_at: Timestamp(added_at) })
}
