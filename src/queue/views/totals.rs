//! Totals read from the rows and their counters, all of one report in one snapshot: a campaign that is being sent
//! meanwhile changes none of its figures.

use std::time::Duration;

use super::results;
use crate::{
    domain::{Campaign, CampaignId, Delivery, Status, Timestamp},
    queue::{
        Queue, campaigns,
        counters::{self, Counts},
        engine::Connection,
        error::QueueError,
        intake::imports,
        rows,
    },
};

/// The width of the slots that rows are grouped by on the way to an hour. Every zone's offset is a multiple of it, so a slot lies in
/// one local hour wherever that is.
pub(super) const SLOT_MS: i64 = 15 * 60 * 1_000;

/// The width of the slots of a chart, in a campaign of whatever length.
const MINUTE_MS: i64 = 60 * 1_000;

/// The leading digits that rows are grouped by on the way to a country: the longest calling code has three, and the
/// rest tells apart countries that share one.
pub(super) const PREFIX_DIGITS: i64 = 7;

/// What the rows of a campaign are grouped by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GroupKey {
    /// A tag: 0 is `ref`, 1 is `ref1`, 2 is `ref2`.
    Tag(u8),
    /// The code, or what was said of a message that was not delivered.
    Code,
    /// A quarter of an hour in which the row was settled, as the instant of its beginning in Unix milliseconds.
    Slot,
    /// The first seven digits of the number, followed by a comma and the smallest such number.
    Prefix,
}

impl GroupKey {
    /// The name in the statements that group by it.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Tag(0) => "ref",
            Self::Tag(1) => "ref1",
            Self::Tag(_) => "ref2",
            Self::Code => "code",
            Self::Slot => "slot",
            Self::Prefix => "prefix",
        }
    }
}

/// The key as it is handed out: beside a prefix stands the smallest number that has it.
pub(super) fn prefix_with_smallest(
    by: Option<GroupKey>,
    key: Option<String>,
    smallest: Option<String>,
) -> Option<String> {
    match (key, smallest) {
        (Some(prefix), Some(smallest)) if by == Some(GroupKey::Prefix) => {
            Some(format!("{prefix},{smallest}"))
        }
        (key, _) => key,
    }
}

/// Rows that have the same key, status and delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tallied {
    /// The key, as [`GroupKey`] says; none for rows that have none.
    pub key: Option<String>,
    pub status: Status,
    pub delivery: Option<Delivery>,
    /// How many.
    pub n: u64,
}

/// The counters, and what the rows say beside them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    pub counts: Counts,
    /// How many rows the imports have.
    pub n_imported: u64,
    /// The failed ones by code, most first.
    pub failures: Vec<Reasoned>,
    /// Accepted, then not delivered, by what was said of them (code and words), most first.
    pub undelivered: Vec<(String, u64)>,
    /// How many of those the provider never handed to Meta, so that they can be sent again.
    pub n_unsent: u64,
    /// The lines of recipients in doubt, in file order, up to a limit.
    pub doubt_lines: Vec<u64>,
}

/// Rows that ended for the same reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reasoned {
    /// The code; empty where there is none.
    pub code: String,
    /// The words of one of them.
    pub example: Option<String>,
    /// How many.
    pub n: u64,
}

/// How many rows something happened to in one slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slot<K> {
    /// The beginning of the slot, a minute long.
    pub from: Timestamp,
    pub kind: K,
    /// How many.
    pub n: u64,
}

/// How long deliveries took, over the recipients for whom both ends are known. A message that was read has only its
/// reading on record, so it is not among them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waits {
    /// How many.
    pub n: u64,
    /// Half of them took no longer.
    pub median: Duration,
    /// Nine in ten took no longer.
    pub p90: Duration,
}

/// Everything that a report on one campaign shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Findings {
    /// The counters and what belongs to them.
    pub tally: Tally,
    /// Unusable rows by code, most first.
    pub rejections: Vec<Reasoned>,
    /// When recipients were accepted, failed or came in doubt.
    pub settled: Vec<Slot<Status>>,
    /// When messages were delivered or read.
    pub arrived: Vec<Slot<Delivery>>,
    /// How long deliveries took; none where nothing is known of that.
    pub waits: Option<Waits>,
}

struct GroupedRow {
    key: Option<String>,
    smallest: Option<String>,
    status: String,
    delivery: Option<String>,
    first: i64,
    n: i64,
}

impl Queue {
    /// A campaign and its tally, at one instant.
    pub async fn standing(&self, name: &str, doubts_max: u32) -> Result<(Campaign, Tally), QueueError> {
        let mut snapshot = self.readers.begin().await?;
        let campaign = campaigns::find(&mut snapshot, name).await?;
        let tally = tally(&mut snapshot, campaign.id, doubts_max).await?;
        Ok((campaign, tally))
    }

    /// All rows of a campaign by key, status and delivery, with the counters of the same instant.
    pub async fn grouped(
        &self,
        campaign: CampaignId,
        key: GroupKey,
    ) -> Result<(Counts, Vec<Tallied>), QueueError> {
        let mut snapshot = self.readers.begin().await?;
        let counts = counters::read(&mut snapshot, campaign).await?;
        let name = key.name();
        let found = query_as!(
            GroupedRow,
            r#"select
                case $2
                    when 'ref' then ref
                    when 'ref1' then ref1
                    when 'ref2' then ref2
                    when 'code' then coalesce(code, delivery_error)
                    when 'slot' then
                        case when status in ('accepted', 'failed', 'in_doubt')
                            then cast(settled_at / cast($3 as bigint) * cast($3 as bigint) as text) end
                    when 'prefix' then
                        substr(coalesce(cast(number as text), case status when 'duplicate' then substr(input_to, 2) end), 1, cast($4 as bigint))
                end as "key: String",
                cast(
                    min(coalesce(number, case status when 'duplicate' then cast(substr(input_to, 2) as bigint) end)) as text
                ) as "smallest?: String",
                recipient.status as "status!: String",
                recipient.delivery as "delivery: String",
                min(recipient_id) as "first!: i64",
                count(*) as "n!: i64"
            from import
            join recipient on recipient_id between first_recipient_id and last_recipient_id
            where import.campaign_id = $1
            group by 1, recipient.status, recipient.delivery"#,
            campaign.0,
            name,
            SLOT_MS,
            PREFIX_DIGITS,
        )
        .fetch_all(&mut *snapshot)
        .await?;
        let mut groups = Vec::with_capacity(found.len());
        for row in found {
            let key = prefix_with_smallest(Some(key), row.key, row.smallest);
            let status = rows::status("recipient", row.first, &row.status)?;
            let delivery =
                row.delivery.map(|name| rows::delivery("recipient", row.first, &name)).transpose()?;
            groups.push(Tallied { key, status, delivery, n: rows::count(row.n) });
        }
        Ok((counts, groups))
    }

    /// Everything that a report on one campaign shows.
    pub async fn findings(&self, campaign: CampaignId, doubts_max: u32) -> Result<Findings, QueueError> {
        let mut snapshot = self.readers.begin().await?;
        Ok(Findings {
            tally: tally(&mut snapshot, campaign, doubts_max).await?,
            rejections: rejections(&mut snapshot, campaign).await?,
            settled: settled(&mut snapshot, campaign).await?,
            arrived: arrived(&mut snapshot, campaign).await?,
            waits: waits(&mut snapshot, campaign).await?,
        })
    }
}

/// A [`Reasoned`] as SQLite counts it.
struct StoredReason {
    code: String,
    example: Option<String>,
    n: i64,
}

impl From<StoredReason> for Reasoned {
    fn from(row: StoredReason) -> Self {
        Self { code: row.code, example: row.example, n: rows::count(row.n) }
    }
}

/// A [`Slot`] as SQLite counts it, with the name of what happened, and the first row that has it.
struct StoredSlot {
    from: i64,
    kind: String,
    first: i64,
    n: i64,
}

impl StoredSlot {
    fn of_kind<K>(
        self,
        kind: fn(&'static str, i64, &str) -> Result<K, QueueError>,
    ) -> Result<Slot<K>, QueueError> {
        let kind = kind("recipient", self.first, &self.kind)?;
        Ok(Slot { from: Timestamp(self.from), kind, n: rows::count(self.n) })
    }
}

async fn tally(
    snapshot: &mut Connection,
    campaign: CampaignId,
    doubts_max: u32,
) -> Result<Tally, QueueError> {
    let counts = counters::read(&mut *snapshot, campaign).await?;
    let n_imported = imports::n_rows(&mut *snapshot, campaign).await?;
    let failures = query_as!(
        StoredReason,
        r#"select coalesce(code, '') as "code!: String", max(error) as "example: String", count(*) as "n!: i64"
        from recipient where campaign_id = $1 and status = 'failed'
        group by coalesce(code, '') order by count(*) desc, coalesce(code, '')"#,
        campaign.0
    )
    .fetch_all(&mut *snapshot)
    .await?;
    let doubt_lines = results::doubt_lines(&mut *snapshot, campaign, doubts_max).await?;
    let n_unsent = query_scalar!(
        r#"select count(*) as "n!: i64" from recipient
        where campaign_id = $1 and is_unsent = 1 and status = 'accepted'"#,
        campaign.0
    )
    .fetch_one(&mut *snapshot)
    .await?;
    Ok(Tally {
        counts,
        undelivered: undelivered(&mut *snapshot, campaign, None).await?,
        n_unsent: rows::count(n_unsent),
        n_imported: rows::count(n_imported),
        failures: failures.into_iter().map(Reasoned::from).collect(),
        doubt_lines,
    })
}

async fn rejections(snapshot: &mut Connection, campaign: CampaignId) -> Result<Vec<Reasoned>, QueueError> {
    let found = query_as!(
        StoredReason,
        r#"select coalesce(code, '') as "code!: String", max(error) as "example: String", count(*) as "n!: i64"
        from import
        join recipient on recipient_id between first_recipient_id and last_recipient_id
        where import.campaign_id = $1 and status = 'rejected'
        group by coalesce(code, '') order by count(*) desc, coalesce(code, '')"#,
        campaign.0
    )
    .fetch_all(snapshot)
    .await?;
    Ok(found.into_iter().map(Reasoned::from).collect())
}

struct UndeliveredRow {
    said: String,
    n: i64,
}

/// What was said of messages that were not delivered, `CODE: words`, and how often; most first, and at most `limit`.
pub(crate) async fn undelivered(
    connection: &mut Connection,
    campaign: CampaignId,
    limit: Option<u32>,
) -> Result<Vec<(String, u64)>, QueueError> {
    let limit = limit.map_or(i64::MAX, i64::from);
    let found = query_as!(
        UndeliveredRow,
        r#"select coalesce(delivery_error, '') as "said!: String", count(*) as "n!: i64"
        from recipient where campaign_id = $1 and delivery = 'undelivered'
        group by delivery_error order by count(*) desc, coalesce(delivery_error, '') limit $2"#,
        campaign.0,
        limit,
    )
    .fetch_all(connection)
    .await?;
    Ok(found.into_iter().map(|row| (row.said, rows::count(row.n))).collect())
}

async fn settled(snapshot: &mut Connection, campaign: CampaignId) -> Result<Vec<Slot<Status>>, QueueError> {
    let found = query_as!(
        StoredSlot,
        r#"select settled_at / $2 * $2 as "from!: i64", status as "kind!: String",
            min(recipient_id) as "first!: i64", count(*) as "n!: i64"
        from import
        join recipient on recipient_id between first_recipient_id and last_recipient_id
        where import.campaign_id = $1 and status in ('accepted', 'failed', 'in_doubt') and settled_at is not null
        group by 1, 2 order by 1, 2"#,
        campaign.0,
        MINUTE_MS,
    )
    .fetch_all(snapshot)
    .await?;
    found.into_iter().map(|slot| slot.of_kind(rows::status)).collect()
}

async fn arrived(snapshot: &mut Connection, campaign: CampaignId) -> Result<Vec<Slot<Delivery>>, QueueError> {
    let found = query_as!(
        StoredSlot,
        r#"select coalesce(delivered_at, read_at) / $2 * $2 as "from!: i64", 'delivered' as "kind!: String",
            min(recipient_id) as "first!: i64", count(*) as "n!: i64"
        from import
        join recipient on recipient_id between first_recipient_id and last_recipient_id
        where import.campaign_id = $1 and coalesce(delivered_at, read_at) is not null
        group by 1 order by 1"#,
        campaign.0,
        MINUTE_MS,
    )
    .fetch_all(snapshot)
    .await?;
    found.into_iter().map(|slot| slot.of_kind(rows::delivery)).collect()
}

struct WaitsRow {
    n: i64,
    median: Option<i64>,
    p90: Option<i64>,
}

/// Percentiles by nearest rank. The two clocks differ, so a delivery that seems to come before its acceptance took no
/// time.
async fn waits(snapshot: &mut Connection, campaign: CampaignId) -> Result<Option<Waits>, QueueError> {
    let found = query_as!(
        WaitsRow,
        r#"with wait as (
            select case when delivered_at > settled_at then delivered_at - settled_at else 0 end as ms
            from import
            join recipient on recipient_id between first_recipient_id and last_recipient_id
            where import.campaign_id = $1 and status = 'accepted' and delivered_at is not null and settled_at is not null
        ),
        ranked as (select ms, row_number() over (order by ms) as nth, count(*) over () as n from wait)
        select
            count(*) as "n!: i64",
            min(case when nth * 2 >= n then ms end) as "median: i64",
            min(case when nth * 10 >= n * 9 then ms end) as "p90: i64"
        from ranked"#,
        campaign.0
    )
    .fetch_one(snapshot)
    .await?;
    let ms = |ms| Duration::from_millis(rows::count(ms));
    Ok(found.median.zip(found.p90).map(|(median, p90)| Waits {
        n: rows::count(found.n),
        median: ms(median),
        p90: ms(p90),
    }))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::{
        domain::{Layout, NewRecipient, Phone, Standing},
        queue::tests::filled::Filled,
    };

    async fn of_rows(n: u64) -> Filled {
        let filled = Filled::empty().await;
        let layout = Layout::new(vec!["to".to_owned()], vec![0], [None, None, None], BTreeMap::new());
        let row = |line| NewRecipient {
            line,
            standing: Standing::Good(Phone::from_digits(919_800_000_000 + line).unwrap()),
            refs: [Some(format!("shop-{}", line % 2)), None, None],
            cells: Vec::new(),
            wrote_at: None,
            time_zone: None,
            mends: None,
        };
        filled.import(layout, (1..=n).map(row).collect()).await;
        filled
    }

    #[tokio::test]
    async fn a_campaign_without_rows_has_no_figures_and_no_error() {
        let filled = Filled::empty().await;
        let findings = filled.queue.findings(filled.id(), 10).await.unwrap();
        assert_eq!(findings.tally.n_imported, 0);
        assert_eq!(findings.waits, None);
    }

    #[tokio::test]
    async fn rows_are_grouped_by_tag_with_nobody_left_out() {
        let filled = of_rows(5).await;
        let (counts, groups) = filled.queue.grouped(filled.id(), GroupKey::Tag(0)).await.unwrap();
        let found: Vec<_> = groups.iter().map(|group| (group.key.as_deref().unwrap(), group.n)).collect();
        assert_eq!(found, [("shop-0", 2), ("shop-1", 3)]);
        assert_eq!(counts.total(), 5);
        let (_, groups) = filled.queue.grouped(filled.id(), GroupKey::Tag(2)).await.unwrap();
        assert_eq!(groups.iter().map(|group| (group.key.clone(), group.n)).collect::<Vec<_>>(), [(None, 5)]);
    }

    #[tokio::test]
    async fn the_time_to_deliver_is_that_of_the_middle_one_and_of_nine_in_ten() {
        let filled = of_rows(11).await;
        filled
            .alter(
                "update recipient set status = 'accepted', message_id = 'M', settled_at = 1790000000000,
                    delivery = 'delivered', delivered_at = 1790000000000 + line * 1000;
                update recipient set delivery = 'read', read_at = 1790009000000 where line >= 10;
                update recipient set delivered_at = null where line = 11;
                update recipient set delivered_at = 1789999999000 where line = 1;",
            )
            .await;
        let waits = filled.queue.findings(filled.id(), 10).await.unwrap().waits;
        let seconds = Duration::from_secs;
        assert_eq!(waits, Some(Waits { n: 10, median: seconds(5), p90: seconds(9) }));
    }

    #[tokio::test]
    async fn instants_are_counted_by_minute() {
        let filled = of_rows(3).await;
        filled
            .alter(
                "update recipient set status = 'failed', code = 'WA400', settled_at = 1790000100000 where line < 3;
                update recipient set status = 'accepted', message_id = 'M', settled_at = 1790001000000 where line = 3;",
            )
            .await;
        let settled = filled.queue.findings(filled.id(), 10).await.unwrap().settled;
        let slot = |from, kind, n| Slot { from: Timestamp(from), kind, n };
        assert_eq!(
            settled,
            [slot(1_790_000_100_000, Status::Failed, 2), slot(1_790_001_000_000, Status::Accepted, 1)]
        );
    }
}
