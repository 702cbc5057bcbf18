//! The suppression list: numbers that no campaign may message.

use super::audit;
use crate::{
    domain::{CampaignId, Phone, RecipientId, Status, Timestamp},
    queue::{Queue, counters::Deltas, engine::Connection, error::QueueError, rows},
};

/// A number that no campaign may message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suppression {
    pub number: Phone,
    /// Why, in the operator's words.
    pub reason: String,
    /// Since when.
    pub added_at: Timestamp,
}

/// What became of numbers that were put on the list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Suppressed {
    /// How many persons were not on it.
    pub n_new: u64,
    /// The campaigns whose queue somebody left, by name, and how many did.
    pub left: Vec<(String, u64)>,
}

struct SuppressionsRow {
    number: i64,
    reason: String,
    added_at: i64,
}

struct SuppressionRow {
    number: i64,
    reason: String,
    added_at: i64,
    source: String,
}

impl Queue {
    /// Those of the recipients whose number is on the list.
    pub(crate) async fn suppressed_of(
        &self,
        recipients: &[RecipientId],
    ) -> Result<Vec<RecipientId>, QueueError> {
        let ids = rows::to_json(&recipients.iter().map(|id| id.0).collect::<Vec<_>>());
        let found = query_scalar!(
            r#"select recipient.recipient_id as "recipient_id!"
            from json_each($1) as asked
            cross join recipient
            where recipient.recipient_id = cast(asked.atom as bigint) and exists (
                select 1 from suppression
                where suppression.canonical = coalesce(recipient.canonical, recipient.number)
            )"#,
            ids
        )
        .fetch_all(&self.readers)
        .await?;
        Ok(found.into_iter().map(RecipientId).collect())
    }

    /// Whether nobody may message that number.
    pub async fn is_suppressed(&self, number: Phone) -> Result<bool, QueueError> {
        let digits = rows::person(number);
        let n =
            query_scalar!(r#"select count(*) as "n!: i64" from suppression where canonical = $1"#, digits)
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
        let of = |number| Suppression { number, reason: reason.clone(), added_at: now };
        Ok(self.suppress_all(numbers.into_iter().map(of).collect(), &reason, now).await?.n_new)
    }

    /// The same for numbers that have reasons and times of their own; `reason` is what the audit log says of them all.
    pub async fn suppress_all(
        &self,
        list: Vec<Suppression>,
        reason: &str,
        now: Timestamp,
    ) -> Result<Suppressed, QueueError> {
        let entry = self.audit_entry("suppress", None, "");
        let reason = reason.to_owned();
        in_commit!(self, |connection| {
            let mut deltas = Deltas::default();
            let suppressed = add(connection, &list, now, &mut deltas).await?;
            deltas.write(connection).await?;
            let n_left = suppressed.left.iter().map(|(_, n)| n).sum::<u64>();
            if suppressed.n_new > 0 || n_left > 0 {
                let left = if n_left > 0 {
                    format!(", {} left the queues", audit::n_rows(n_left))
                } else {
                    String::new()
                };
                let detail = format!("{}: {reason}{left}", n_numbers(suppressed.n_new));
                audit::record(connection, &entry.with(detail)).await?;
            }
            Ok(suppressed)
        })
    }

    /// Takes numbers off the list, for a reason if one is given. Recipients that were left out because of them stay left out.
    /// Says how many were on it.
    pub async fn unsuppress(&self, numbers: Vec<Phone>, reason: &str) -> Result<u64, QueueError> {
        let entry = self.audit_entry("unsuppress", None, "");
        let which = masked(&numbers);
        let because = if reason.is_empty() { String::new() } else { format!(": {reason}") };
        in_commit!(self, |connection| {
            let digits = numbers.iter().map(|number| rows::person(*number)).collect::<Vec<_>>();
            let digits = rows::to_json(&digits);
            let removed = query!(
                "delete from suppression where canonical in (select cast(atom as bigint) from json_each($1))",
                digits
            )
            .execute(&mut *connection)
            .await?
            .rows_affected();
            if removed > 0 {
                audit::record(connection, &entry.with(format!("{} ({which}){because}", n_numbers(removed))))
                    .await?;
            }
            Ok(removed)
        })
    }

    /// The entry of a number, and whether the person asked for it: by a word, or by the setting in `WhatsApp`.
    pub async fn suppression(&self, number: Phone) -> Result<Option<(Suppression, bool)>, QueueError> {
        let person = rows::person(number);
        let found = query_as!(
            SuppressionRow,
            "select number, reason, added_at, source from suppression where canonical = $1",
            person
        )
        .fetch_optional(&self.readers)
        .await?;
        let Some(row) = found else { return Ok(None) };
        let has_asked = matches!(row.source.as_str(), "keyword" | "meta");
        Ok(Some((suppression(row.number, row.reason, row.added_at)?, has_asked)))
    }

    /// Puts an entry back that was taken off: with its reason, its time, and whether the person had asked for it.
    pub async fn restore_suppression(&self, entry: Suppression, has_asked: bool) -> Result<(), QueueError> {
        let number = entry.number;
        let reason = format!("{number} put back");
        let added_at = entry.added_at;
        self.suppress_all(vec![entry], &reason, added_at).await?;
        if has_asked {
            let person = rows::person(number);
            in_commit!(self, |connection| {
                query!("update suppression set source = 'keyword' where canonical = $1", person)
                    .execute(connection)
                    .await?;
                Ok(())
            })?;
        }
        Ok(())
    }

    /// The list, in the order of the numbers: at most `limit` after `after`.
    pub async fn suppressions(
        &self,
        after: Option<Phone>,
        limit: u32,
    ) -> Result<Vec<Suppression>, QueueError> {
        let after = after.map_or(0, |phone| rows::stored(phone.digits()));
        let found = query_as!(
            SuppressionsRow,
            "select number, reason, added_at from suppression where number > $1 order by number limit $2",
            after,
            i64::from(limit),
        )
        .fetch_all(&self.readers)
        .await?;
        found.into_iter().map(|row| suppression(row.number, row.reason, row.added_at)).collect()
    }
}

/// The first few numbers, for the audit trail, which names nobody's whole number.
fn masked(numbers: &[Phone]) -> String {
    const SHOWN: usize = 5;
    let mut shown: Vec<_> = numbers.iter().take(SHOWN).map(ToString::to_string).collect();
    if numbers.len() > SHOWN {
        shown.push("…".to_owned());
    }
    shown.join(", ")
}

/// How many, for the audit trail.
fn n_numbers(n: u64) -> String {
    format!("{n} number{}", if n == 1 { "" } else { "s" })
}

/// Puts numbers on the list, and takes them out of every queue.
pub(crate) async fn add(
    connection: &mut Connection,
    list: &[Suppression],
    now: Timestamp,
    deltas: &mut Deltas,
) -> Result<Suppressed, QueueError> {
    let row = |new: &Suppression| {
        (new.number.canonical().digits(), new.number.digits(), new.reason.clone(), new.added_at.0)
    };
    let new = rows::to_json(&list.iter().map(row).collect::<Vec<_>>());
    let n_new = query!(
        "insert into suppression (canonical, number, reason, added_at)
        select cast(value ->> 0 as bigint), cast(value ->> 1 as bigint), value ->> 2, cast(value ->> 3 as bigint)
        from json_each($1) where true
        on conflict (canonical) do nothing",
        new,
    )
    .execute(&mut *connection)
    .await?
    .rows_affected();
    let left = leave_queues(connection, list, now, deltas).await?;
    Ok(Suppressed { n_new, left })
}

struct FindSuppressionsRow {
    number: i64,
    reason: String,
    added_at: i64,
}

impl Queue {
    /// The numbers of the list that begin with these digits, at most `limit`.
    pub async fn find_suppressions(&self, digits: &str, limit: u32) -> Result<Vec<Suppression>, QueueError> {
        let ranges = rows::to_json(&crate::queue::views::searches::ranges_beginning_with(digits));
        let mut found = query_as!(
            FindSuppressionsRow,
            r#"select number as "number!", reason as "reason!", added_at as "added_at!"
            from json_each($1) as range
            cross join suppression
            where number between cast(range.value ->> 0 as bigint) and cast(range.value ->> 1 as bigint)
            limit $2"#,
            ranges,
            i64::from(limit),
        )
        .fetch_all(&self.readers)
        .await?;
        found.sort_unstable_by_key(|row| row.number);
        found.into_iter().map(|row| suppression(row.number, row.reason, row.added_at)).collect()
    }
}

struct LeaveQueuesRow {
    campaign_id: i64,
    name: String,
    n: i64,
}

/// What waits in a queue under one of these numbers leaves it. The claim would refuse it too; this keeps the counters
/// true at once.
async fn leave_queues(
    connection: &mut Connection,
    list: &[Suppression],
    now: Timestamp,
    deltas: &mut Deltas,
) -> Result<Vec<(String, u64)>, QueueError> {
    let numbers = rows::all_spellings(list.iter().map(|new| new.number));
    let found = query_as!(
        LeaveQueuesRow,
        r#"select
            recipient.campaign_id as "campaign_id!",
            (select name from campaign where campaign.campaign_id = recipient.campaign_id) as "name!: String",
            count(*) as "n!: i64"
        from recipient
        where campaign_id in (select campaign_id from campaign)
            and number in (select cast(atom as bigint) from json_each($1))
            and status = 'queued'
        group by campaign_id
        order by campaign_id"#,
        numbers
    )
    .fetch_all(&mut *connection)
    .await?;
    let mut left = Vec::new();
    for row in found {
        let n = rows::count(row.n);
        deltas.shift(CampaignId(row.campaign_id), Status::Queued, Status::Suppressed, n);
        left.push((row.name, n));
    }
    query!(
        "update recipient set status = 'suppressed', settled_at = $2, error = 'on the suppression list: ' || (
            select reason from suppression
            where suppression.canonical = coalesce(recipient.canonical, recipient.number)
        )
        where campaign_id in (select campaign_id from campaign)
            and number in (select cast(atom as bigint) from json_each($1))
            and status = 'queued'",
        numbers,
        now.0,
    )
    .execute(connection)
    .await?;
    Ok(left)
}

/// A row of the list.
fn suppression(number: i64, reason: String, added_at: i64) -> Result<Suppression, QueueError> {
    let number = rows::phone("suppression", number, number)?;
    Ok(Suppression { number, reason, added_at: Timestamp(added_at) })
}
