//! The rows behind a figure, page by page, and the one row that somebody asks about. Every search walks an index.

use std::collections::BTreeSet;

use crate::{
    domain::{CampaignId, Delivery, Status, Timestamp},
    queue::{Queue, error::QueueError, rows, upkeep::purge},
};

/// One recipient on a page of the console.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundRow {
    /// Its row.
    pub recipient_id: i64,
    /// Its line in its file.
    pub line: i64,
    /// Its number, digits only; none for a rejected or duplicate row.
    pub number: Option<i64>,
    /// What was in the file (rejected), or the number with its plus (duplicate).
    pub input_to: Option<String>,
    /// The name of its status.
    pub status: String,
    /// Due not before, in Unix milliseconds; 0 is at once.
    pub due_at: i64,
    /// Attempts that counted.
    pub attempts: i64,
    /// The provider's id.
    pub message_id: Option<String>,
    /// The code.
    pub code: Option<String>,
    /// The words.
    pub error: Option<String>,
    /// When it was settled, in Unix milliseconds.
    pub settled_at: Option<i64>,
    /// The name of its delivery.
    pub delivery: Option<String>,
    /// Why it was not delivered.
    pub delivery_error: Option<String>,
    /// The tag `ref`.
    pub ref0: Option<String>,
    /// The tag `ref1`.
    pub ref1: Option<String>,
    /// The tag `ref2`.
    pub ref2: Option<String>,
}

/// Where a page begins: after this row. Both zero is the start. The first part is the row's `due_at` where the rows are
/// in the order of sending, and zero elsewhere.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct After(pub i64, pub i64);

/// What is walked to: every condition that is given.
#[derive(Debug, Clone, Copy, Default)]
pub struct Wanted<'a> {
    /// Of this status.
    pub status: Option<Status>,
    /// Of this delivery.
    pub delivery: Option<Delivery>,
    /// With a `ref1` or `ref2` that begins so, and a `ref` that does not.
    pub tag: Option<&'a str>,
    /// Behind this row.
    pub after: i64,
}

/// What a walk came by.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Walk {
    /// The rows.
    pub rows: Vec<FoundRow>,
    /// Where it goes on; none at the end of the campaign.
    pub goes_on_after: Option<i64>,
}

/// So many rows are walked by for one page: what takes some hundredths of a second.
const ROWS_WALKED: i64 = 30_000;

/// An attempt that did not simply end in an acceptance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The line of its recipient.
    pub line: u64,
    /// The recipient's number, digits only.
    pub number: Option<i64>,
    /// The code.
    pub code: String,
    /// The words.
    pub error: String,
    /// When.
    pub at: Timestamp,
}

macro_rules! found {
    ($self:ident, $from:literal, $($argument:expr),*) => {
        sqlx::query_as!(
            FoundRow,
            r#"select recipient_id as "recipient_id!", recipient.line as "line!",
                number as "number: i64", input_to,
                status as "status!", due_at as "due_at!", attempts as "attempts!", message_id, code, error,
                settled_at, delivery, delivery_error, ref as ref0, ref1, ref2 "# + $from,
            $($argument),*
        )
        .fetch_all(&$self.readers)
        .await?
    };
}

impl Queue {
    /// At most `limit` rows of a campaign that have no index of their own: all of them, or those of a status or a
    /// delivery, in file order. After so many rows without enough of them the walk ends, and says where it goes on.
    pub async fn walk(
        &self,
        campaign: CampaignId,
        wanted: Wanted<'_>,
        limit: u32,
    ) -> Result<Walk, QueueError> {
        let Wanted { status, delivery, tag, after } = wanted;
        let (status, delivery) = (status.map(Status::name), delivery.map(Delivery::name));
        let end = tag.map(|text| format!("{text}\u{10FFFF}"));
        let mut walk = Walk::default();
        let mut n_left = ROWS_WALKED;
        for import in self.imports(campaign).await? {
            let first = import.first_recipient_id.max(after + 1);
            let last = import.last_recipient_id.min(first + n_left - 1);
            if last < first {
                continue;
            }
            let room = limit.saturating_sub(u32::try_from(walk.rows.len()).unwrap_or(u32::MAX));
            walk.rows.extend(found!(
                self,
                "from recipient where recipient_id between ?1 and ?2 and (?3 is null or status = ?3)
                    and (?4 is null or delivery = ?4)
                    and (?5 is null or (ref1 between ?5 and ?6 or ref2 between ?5 and ?6)
                        and (ref is null or ref not between ?5 and ?6))
                order by recipient_id limit ?7",
                first,
                last,
                status,
                delivery,
                tag,
                end,
                room
            ));
            n_left -= last - first + 1;
            if walk.rows.len() >= limit as usize {
                walk.goes_on_after = walk.rows.last().map(|row| row.recipient_id);
                break;
            }
            if last < import.last_recipient_id || n_left == 0 {
                walk.goes_on_after = Some(last);
                break;
            }
        }
        Ok(walk)
    }

    /// At most `limit` rows of one status (and of one code, where one is given), by its index. Those that wait come in
    /// the order of sending. Accepted ones have no index: they are walked to.
    pub async fn browse(
        &self,
        campaign: CampaignId,
        status: Status,
        code: Option<&str>,
        after: After,
        limit: u32,
    ) -> Result<Vec<FoundRow>, QueueError> {
        let After(due, id) = after;
        let found = match status {
            Status::Accepted => Vec::new(),
            Status::Queued => found!(
                self,
                "from recipient where campaign_id = ?1 and status = 'queued'
                    and (due_at, recipient_id) > (?2, ?3) order by due_at, recipient_id limit ?4",
                campaign.0,
                due,
                id,
                limit
            ),
            Status::Sending => found!(
                self,
                "from recipient where campaign_id = ?1 and status = 'sending' and recipient_id > ?2
                order by recipient_id limit ?3",
                campaign.0,
                id,
                limit
            ),
            settled @ (Status::Failed
            | Status::InDoubt
            | Status::Rejected
            | Status::Duplicate
            | Status::Suppressed
            | Status::Cancelled) => self.browse_settled(campaign, settled, code, id, limit).await?,
        };
        Ok(found)
    }

    /// The rows of a status in which nothing further happens by itself.
    async fn browse_settled(
        &self,
        campaign: CampaignId,
        status: Status,
        code: Option<&str>,
        id: i64,
        limit: u32,
    ) -> Result<Vec<FoundRow>, QueueError> {
        let found = match status {
            Status::Queued | Status::Sending | Status::Accepted => Vec::new(),
            Status::Failed => found!(
                self,
                "from recipient where campaign_id = ?1 and status = 'failed' and recipient_id > ?2
                    and (?3 is null or coalesce(code, '') = ?3) order by recipient_id limit ?4",
                campaign.0,
                id,
                code,
                limit
            ),
            Status::InDoubt => found!(
                self,
                "from recipient where campaign_id = ?1 and status = 'in_doubt' and recipient_id > ?2
                order by recipient_id limit ?3",
                campaign.0,
                id,
                limit
            ),
            without @ (Status::Rejected | Status::Duplicate) => {
                let without = without.name();
                found!(
                    self,
                    "from recipient where campaign_id = ?1 and status = ?2 and number is null and number_hash is null
                        and recipient_id > ?3
                        and (?4 is null or coalesce(code, '') = ?4) order by recipient_id limit ?5",
                    campaign.0,
                    without,
                    id,
                    code,
                    limit
                )
            }
            Status::Suppressed => found!(
                self,
                "from recipient where campaign_id = ?1 and status = 'suppressed' and recipient_id > ?2
                order by recipient_id limit ?3",
                campaign.0,
                id,
                limit
            ),
            Status::Cancelled => found!(
                self,
                "from recipient where campaign_id = ?1 and status = 'cancelled' and recipient_id > ?2
                order by recipient_id limit ?3",
                campaign.0,
                id,
                limit
            ),
        };
        Ok(found)
    }

    /// Rows whose number begins with these digits, at most `limit`, shorter numbers first. (Ordered by the ranges: asked
    /// for an order, SQLite would gather all of them first.)
    pub async fn find_number(
        &self,
        campaign: CampaignId,
        digits: &str,
        limit: u32,
    ) -> Result<Vec<FoundRow>, QueueError> {
        let ranges = rows::to_json(&ranges_beginning_with(digits));
        Ok(found!(
            self,
            "from json_each(?2) as range
            cross join recipient on campaign_id = ?1 and number between range.value ->> 0 and range.value ->> 1
            where number is not null
            limit ?3",
            campaign.0,
            ranges,
            limit
        ))
    }

    /// Rows whose tag `ref` begins with this text, at most `limit`, by its index. The other tags have none, and are
    /// walked to.
    pub async fn find_ref(
        &self,
        campaign: CampaignId,
        text: &str,
        limit: u32,
    ) -> Result<Vec<FoundRow>, QueueError> {
        let end = format!("{text}\u{10FFFF}");
        Ok(found!(
            self,
            "from recipient where campaign_id = ?1 and ref is not null and ref between ?2 and ?3 limit ?4",
            campaign.0,
            text,
            end,
            limit
        ))
    }

    /// The row of that line in each imported file that has one. Rows are in the order of their lines, so the place is
    /// found by halving.
    pub async fn find_line(&self, campaign: CampaignId, line: u64) -> Result<Vec<FoundRow>, QueueError> {
        let wanted = rows::stored(line);
        let mut found = Vec::new();
        for import in self.imports(campaign).await? {
            let (mut low, mut high) = (import.first_recipient_id, import.last_recipient_id);
            while low < high {
                let middle = low + (high - low + 1) / 2;
                let at = sqlx::query_scalar!("select line from recipient where recipient_id = ?", middle)
                    .fetch_one(&self.readers)
                    .await?;
                if wanted < at { high = middle - 1 } else { low = middle }
            }
            found.extend(found!(self, "from recipient where recipient_id = ?1 and line = ?2", low, wanted));
        }
        Ok(found)
    }

    /// Which of these numbers, digits only, a campaign has already.
    pub async fn known_numbers(
        &self,
        campaign: CampaignId,
        numbers: Vec<u64>,
    ) -> Result<BTreeSet<u64>, QueueError> {
        let numbers = rows::to_json(&numbers);
        let known = sqlx::query_scalar!(
            r#"select number as "number!: i64" from json_each(?2) as wanted
            cross join recipient on campaign_id = ?1 and number = wanted.value
            where number is not null"#,
            campaign.0,
            numbers,
        )
        .fetch_all(&self.readers)
        .await?;
        Ok(known.into_iter().map(rows::count).collect())
    }

    /// True when any campaign sent something since that instant.
    pub async fn has_sent_since(&self, since: Timestamp) -> Result<bool, QueueError> {
        let has = sqlx::query_scalar!(
            r#"select exists (
                select 1 from campaign
                where started_at is not null and (finished_at is null or finished_at >= ?)
            ) as "has!: bool""#,
            since.0
        )
        .fetch_one(&self.readers)
        .await?;
        Ok(has)
    }

    /// How many of these numbers, digits only, any campaign has had accepted since that instant; where a message is
    /// given, only campaigns with that one count.
    pub async fn count_sent_since(
        &self,
        numbers: Vec<u64>,
        since: Timestamp,
        message: Option<&str>,
    ) -> Result<u64, QueueError> {
        let salt = self.salt().await?;
        let numbers: Vec<_> = numbers.into_iter().map(rows::stored).collect();
        let traces = purge::traces(&salt, &numbers);
        let n = sqlx::query_scalar!(
            r#"select count(distinct wanted.value ->> 0) as "n!: i64"
            from campaign
            cross join json_each(?1) as wanted
            cross join recipient on recipient.campaign_id = campaign.campaign_id
                and (recipient.number = wanted.value ->> 1 or recipient.number_hash = wanted.value ->> 2)
            where started_at is not null and (finished_at is null or finished_at >= ?2)
                and recipient.status = 'accepted' and recipient.settled_at >= ?2
                and (?3 is null or campaign.message = ?3)"#,
            traces,
            since.0,
            message,
        )
        .fetch_one(&self.readers)
        .await?;
        Ok(rows::count(n))
    }
}

/// The numbers that begin with these digits, as one range for each length a number can have.
pub(crate) fn ranges_beginning_with(digits: &str) -> Vec<(i64, i64)> {
    let Ok(start) = digits.parse::<i64>() else { return Vec::new() };
    let n_digits = u32::try_from(digits.len()).unwrap_or(u32::MAX);
    (n_digits.max(7)..=15)
        .map(|length| 10_i64.pow(length - n_digits))
        .map(|scale| (start * scale, start * scale + scale - 1))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::queue::tests::{World, good};

    #[tokio::test]
    async fn a_walk_ends_after_so_many_rows_and_goes_on_where_it_ended() {
        let n_rows = u64::try_from(ROWS_WALKED).unwrap() + 10;
        let world = World::with(0).await;
        let mut rows: Vec<_> = (0..n_rows).map(|n| good(n + 2, n)).collect();
        rows.last_mut().unwrap().refs[1] = Some("rare".to_owned());
        world.import(rows).await.unwrap();
        let wanted = Wanted { tag: Some("rare"), ..Wanted::default() };
        let walk = world.queue.walk(world.campaign, wanted, 9).await.unwrap();
        assert_eq!((walk.rows.len(), walk.goes_on_after), (0, Some(ROWS_WALKED)));
        let rest = Wanted { after: ROWS_WALKED, ..wanted };
        let walk = world.queue.walk(world.campaign, rest, 9).await.unwrap();
        assert_eq!((walk.rows.len(), walk.goes_on_after), (1, None));
        let all = Wanted::default();
        let walk = world.queue.walk(world.campaign, all, 9).await.unwrap();
        assert_eq!((walk.rows.len(), walk.goes_on_after), (9, Some(9)));
        let accepted = Wanted { status: Some(Status::Accepted), ..Wanted::default() };
        let walk = world.queue.walk(world.campaign, accepted, 9).await.unwrap();
        assert_eq!((walk.rows.len(), walk.goes_on_after), (0, Some(ROWS_WALKED)));
    }

    #[test]
    fn digits_that_are_no_number_find_nothing() {
        assert_eq!(ranges_beginning_with(""), []);
        assert_eq!(ranges_beginning_with("9198000000012345678901"), []);
    }

    #[test]
    fn the_ranges_of_a_beginning_hold_every_length() {
        assert_eq!(ranges_beginning_with("9198000000012345"), []);
        assert_eq!(ranges_beginning_with("919800000001234"), [(919_800_000_001_234, 919_800_000_001_234)]);
        let ranges = ranges_beginning_with("91");
        assert_eq!(ranges.first(), Some(&(9_100_000, 9_199_999)));
        assert_eq!(ranges.last(), Some(&(910_000_000_000_000, 919_999_999_999_999)));
    }
}
