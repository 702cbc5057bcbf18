//! The rows behind a figure, page by page, and the one row that somebody asks about. Every search uses an index, or
//! reads a bounded number of rows.

use std::collections::BTreeSet;

use super::result_rows::{After, Conditions, ResultPage, ResultRow, RowSource, TextMatch, statement};
use crate::{
    domain::{CampaignId, Delivery, Status, Timestamp},
    queue::{Import, Queue, counters, error::QueueError, rows, upkeep::purge},
};

/// Filter for a page of recipients; all conditions must hold.
#[derive(Debug, Clone, Copy, Default)]
pub struct RowFilter<'a> {
    /// Of this status.
    pub status: Option<Status>,
    /// Of this delivery.
    pub delivery: Option<Delivery>,
    /// Of this code; an empty one stands for rows without.
    pub code: Option<&'a str>,
    /// What the reader looks for.
    pub search: Option<Search<'a>>,
    /// Where the page begins.
    pub after: After,
}

/// What a row is searched by.
#[derive(Debug, Clone, Copy)]
pub enum Search<'a> {
    /// The number begins with these digits.
    Number(&'a str),
    /// One of the tags begins so, a value of the list has it, or, where it is digits, the number ends so.
    Text(&'a str),
}

/// The fewest digits by which numbers are searched from their end.
const END_DIGITS_MIN: usize = 3;

/// One page of recipients.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RowPage {
    /// In the order of sending where they wait, and in file order elsewhere.
    pub rows: Vec<ResultRow>,
    /// Where the next page begins; none at the end.
    pub next: Option<After>,
    /// More rows were found than are here, and no further page can be asked for.
    pub is_cut: bool,
}

impl RowPage {
    /// `rows` are at most one more than a page holds: the one that shows that there is another page.
    fn listed(mut rows: Vec<ResultRow>, limit: u32, after: impl FnOnce(&ResultRow) -> After) -> Self {
        let has_more = rows.len() > limit as usize;
        rows.truncate(limit as usize);
        let next = rows.last().filter(|_| has_more).map(after);
        Self { rows, next, is_cut: false }
    }

    /// The same where there is no place to go on from.
    fn found(mut rows: Vec<ResultRow>, limit: u32) -> Self {
        let is_cut = rows.len() > limit as usize;
        rows.truncate(limit as usize);
        Self { rows, next: None, is_cut }
    }
}

/// At most so many rows are read for one page that no index serves: what takes some hundredths of a second.
const ROWS_WALKED: i64 = 30_000;

/// An attempt that did not simply end in an acceptance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The line of its recipient.
    pub line: u64,
    /// The recipient's number, digits only.
    pub number: Option<i64>,
    pub code: String,
    pub error: String,
    pub at: Timestamp,
}

struct FindLineInRow {
    recipient_id: i64,
    line: i64,
}

impl Queue {
    /// At most `limit` of the rows that a filter lets through. A page may have fewer, or none, and yet a next one: no
    /// index serves accepted rows, deliveries, `ref1` and `ref2`, and a page reads only so many rows.
    pub async fn row_page(
        &self,
        campaign: CampaignId,
        filter: &RowFilter<'_>,
        limit: u32,
    ) -> Result<RowPage, QueueError> {
        let conditions = Conditions {
            statuses: filter.status.as_slice(),
            deliveries: filter.delivery.as_slice(),
            code: filter.code,
            text: None,
        };
        match (filter.search, filter.status) {
            (Some(Search::Number(digits)), _) => {
                let ranges = rows::to_json(&ranges_beginning_with(digits));
                let source = RowSource::Numbers { campaign, ranges: &ranges };
                Ok(RowPage::found(self.read(source, &conditions, limit + 1).await?, limit))
            }
            (Some(Search::Text(text)), _) => {
                self.with_text(campaign, text, &conditions, filter.after, limit).await
            }
            (None, Some(status)) if status != Status::Accepted && filter.delivery.is_none() => {
                let source = RowSource::Status { campaign, status, after: filter.after };
                let of_index = Conditions { statuses: &[], ..conditions };
                let rows = self.read(source, &of_index, limit + 1).await?;
                let due_at = |row: &ResultRow| if status == Status::Queued { row.due_at } else { 0 };
                Ok(RowPage::listed(rows, limit, |row| After(due_at(row), row.recipient_id)))
            }
            (None, _) => self.counted(campaign, filter, &conditions, limit).await,
        }
    }

    /// Rows that no index serves. How many there are is known, so the walk need not go on to the end of the campaign to
    /// find no more of them.
    async fn counted(
        &self,
        campaign: CampaignId,
        filter: &RowFilter<'_>,
        conditions: &Conditions<'_>,
        limit: u32,
    ) -> Result<RowPage, QueueError> {
        let counts = counters::read(&mut *self.readers.acquire().await?, campaign).await?;
        let n = match (filter.delivery, filter.status) {
            (Some(delivery), _) => counts.delivered(delivery),
            (None, Some(status)) => counts.of(status),
            (None, None) => counts.total(),
        };
        let n_wanted = (limit + 1).min(u32::try_from(n).unwrap_or(u32::MAX));
        if n_wanted == 0 {
            return Ok(RowPage::default());
        }
        let (rows, walked_to) = self.walk(campaign, conditions, filter.after, n_wanted).await?;
        let is_all = filter.after == After::default() && rows.len() as u64 == n;
        let mut page = RowPage::listed(rows, limit, |row| After(0, row.recipient_id));
        page.next = page.next.or(walked_to.filter(|_| !is_all));
        Ok(page)
    }

    /// Rows that a text is in: on the first page by the index of `ref`, then by walking.
    async fn with_text(
        &self,
        campaign: CampaignId,
        text: &str,
        conditions: &Conditions<'_>,
        after: After,
        limit: u32,
    ) -> Result<RowPage, QueueError> {
        let mut rows = Vec::new();
        if after == After::default() {
            rows = self.read(RowSource::Ref { campaign, text }, conditions, limit + 1).await?;
        }
        let n_by_ref = rows.len();
        let room = (limit + 1).saturating_sub(u32::try_from(n_by_ref).unwrap_or(u32::MAX));
        if room == 0 {
            return Ok(RowPage::found(rows, limit));
        }
        let text = TextMatch { text, end: end_of_number(text) };
        let others = Conditions { text: Some(text), ..*conditions };
        let (walked, walked_to) = self.walk(campaign, &others, after, room).await?;
        let is_full = walked.len() >= room as usize;
        rows.extend(walked);
        if is_full && n_by_ref > 0 {
            // Rows found in two ways have no common place to go on from.
            return Ok(RowPage::found(rows, limit));
        }
        let mut page = RowPage::listed(rows, limit, |row| After(0, row.recipient_id));
        page.next = page.next.or(walked_to);
        page.rows.sort_unstable_by_key(|row| row.recipient_id);
        Ok(page)
    }

    /// At most `limit` rows of a campaign in file order, and where the walk ended: none at the end of the campaign.
    async fn walk(
        &self,
        campaign: CampaignId,
        conditions: &Conditions<'_>,
        after: After,
        limit: u32,
    ) -> Result<(Vec<ResultRow>, Option<After>), QueueError> {
        let mut rows: Vec<ResultRow> = Vec::new();
        let mut n_left = ROWS_WALKED;
        for import in self.imports(campaign).await? {
            let first = import.first_recipient_id.max(after.1 + 1);
            let last = import.last_recipient_id.min(first + n_left - 1);
            if last < first {
                continue;
            }
            let room = limit.saturating_sub(u32::try_from(rows.len()).unwrap_or(u32::MAX));
            rows.extend(self.read(RowSource::Ids { first, last }, conditions, room).await?);
            n_left -= last - first + 1;
            if rows.len() >= limit as usize {
                let walked_to = rows.last().map(|row| After(0, row.recipient_id));
                return Ok((rows, walked_to));
            }
            if last < import.last_recipient_id || n_left == 0 {
                return Ok((rows, Some(After(0, last))));
            }
        }
        Ok((rows, None))
    }

    async fn read(
        &self,
        source: RowSource<'_>,
        conditions: &Conditions<'_>,
        limit: u32,
    ) -> Result<Vec<ResultRow>, QueueError> {
        self.read_page(source, conditions, limit).await?.rows()
    }

    pub(super) async fn read_page(
        &self,
        source: RowSource<'_>,
        conditions: &Conditions<'_>,
        limit: u32,
    ) -> Result<ResultPage, QueueError> {
        let query = statement(source, conditions, limit);
        Ok(ResultPage(query.fetch_scalar(&self.readers).await?))
    }

    /// The row of that line in each imported file that has one. Rows are in the order of their lines, so the place is
    /// found by halving.
    pub async fn find_line(&self, campaign: CampaignId, line: u64) -> Result<Vec<ResultRow>, QueueError> {
        let mut found = Vec::new();
        for import in self.imports(campaign).await? {
            found.extend(self.find_line_in(&import, line).await?);
        }
        Ok(found)
    }

    /// The row of that line in an imported file, if it has one.
    pub async fn find_line_in(&self, import: &Import, line: u64) -> Result<Option<ResultRow>, QueueError> {
        let line = rows::stored(line);
        let (mut low, mut high) = (import.first_recipient_id, import.last_recipient_id);
        while low < high {
            let middle = low + (high - low + 1) / 2;
            // Where a row was mended by a later list, there is none of that number.
            let at = query_as!(
                FindLineInRow,
                "select recipient_id, line from recipient where recipient_id between $1 and $2
                    order by recipient_id limit 1",
                middle,
                high,
            )
            .fetch_optional(&self.readers)
            .await?;
            match at {
                Some(at) if at.line <= line => low = at.recipient_id,
                Some(_) | None => high = middle - 1,
            }
        }
        let nearest = RowSource::Ids { first: low, last: low };
        let nearest = self.read(nearest, &Conditions::default(), 1).await?;
        Ok(nearest.into_iter().find(|row| rows::stored(row.line) == line))
    }

    /// Which of these numbers, digits only, a campaign has already.
    pub async fn known_numbers(
        &self,
        campaign: CampaignId,
        numbers: Vec<u64>,
    ) -> Result<BTreeSet<u64>, QueueError> {
        let numbers = rows::to_json(&numbers);
        let known = query_scalar!(
            r#"select number as "number!: i64" from json_each($2) as wanted
            cross join recipient
            where campaign_id = $1 and number = cast(wanted.atom as bigint) and number is not null"#,
            campaign.0,
            numbers,
        )
        .fetch_all(&self.readers)
        .await?;
        Ok(known.into_iter().map(rows::count).collect())
    }

    /// True when any campaign sent something since that instant.
    pub async fn has_sent_since(&self, since: Timestamp) -> Result<bool, QueueError> {
        let has = query_scalar!(
            r#"select exists (
                select 1 from campaign
                where started_at is not null and (finished_at is null or finished_at >= $1)
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
        let n = query_scalar!(
            r#"select count(distinct nth) as "n!: i64" from (
                select wanted.value ->> 0 as nth
                from campaign cross join json_each($1) as wanted cross join recipient
                where recipient.campaign_id = campaign.campaign_id
                    and recipient.number = cast(wanted.value ->> 1 as bigint)
                    and started_at is not null and (finished_at is null or finished_at >= $2)
                    and recipient.status = 'accepted' and recipient.settled_at >= $2
                    and (cast($3 as text) is null or campaign.message = $3)
                union all
                select wanted.value ->> 0
                from campaign cross join json_each($1) as wanted cross join recipient
                where recipient.campaign_id = campaign.campaign_id
                    and recipient.number_hash = cast(wanted.value ->> 2 as bigint)
                    and started_at is not null and (finished_at is null or finished_at >= $2)
                    and recipient.status = 'accepted' and recipient.settled_at >= $2
                    and (cast($3 as text) is null or campaign.message = $3)
            ) as found"#,
            traces,
            since.0,
            message,
        )
        .fetch_one(&self.readers)
        .await?;
        Ok(rows::count(n))
    }
}

/// What a number that ends with these digits leaves when it is divided. National numbers have a zero in front that the
/// international ones lack, and people write blanks and dashes.
fn end_of_number(text: &str) -> Option<(i64, i64)> {
    let is_number =
        text.chars().all(|c| c.is_ascii_digit() || matches!(c, '+' | ' ' | '-' | '(' | ')' | '.' | '/'));
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let digits = if digits.len() > 6 { digits.trim_start_matches('0') } else { &digits };
    if !is_number || !(END_DIGITS_MIN..=15).contains(&digits.len()) {
        return None;
    }
    let power = 10_i64.checked_pow(u32::try_from(digits.len()).ok()?)?;
    Some((power, digits.parse().ok()?))
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
    use std::time::Duration;

    use crate::queue::{
        End,
        tests::{NOW, World, accepted as accepted_end, good, reason, settled},
    };

    #[tokio::test]
    async fn a_walk_ends_after_so_many_rows_and_goes_on_where_it_ended() {
        let n_rows = u64::try_from(ROWS_WALKED).unwrap() + 10;
        let world = World::with(0).await;
        let mut rows: Vec<_> = (0..n_rows).map(|n| good(n + 2, n)).collect();
        rows.last_mut().unwrap().refs[1] = Some("rare".to_owned());
        world.import(rows).await.unwrap();
        let after = |id| Some(After(0, id));
        let page = async |filter: RowFilter<'static>| {
            let page = world.queue.row_page(world.campaign, &filter, 9).await.unwrap();
            (page.rows.len(), page.next)
        };
        let rare = RowFilter { search: Some(Search::Text("rare")), ..RowFilter::default() };
        assert_eq!(page(rare).await, (0, after(ROWS_WALKED)));
        assert_eq!(page(RowFilter { after: After(0, ROWS_WALKED), ..rare }).await, (1, None));
        assert_eq!(page(RowFilter::default()).await, (9, after(9)));
        let accepted = RowFilter { status: Some(Status::Accepted), ..RowFilter::default() };
        assert_eq!(page(accepted).await, (0, None), "the counter says that there are none");
        let lease = world.start().await;
        let claim = world.claim(&lease, 1).await.claims.pop().unwrap();
        world.queue.settle(vec![settled(claim, accepted_end())]).await.unwrap();
        assert_eq!(page(accepted).await, (1, None), "the counter says that there is one");
        let coded = RowFilter { code: Some("WA1"), ..accepted };
        assert_eq!(page(coded).await, (0, after(ROWS_WALKED)));
    }

    /// The lines of all pages, one after the other.
    async fn lines(world: &World, filter: RowFilter<'_>) -> Vec<u64> {
        let (mut lines, mut next) = (Vec::new(), Some(After::default()));
        while let Some(after) = next {
            let filter = RowFilter { after, ..filter };
            let page = world.queue.row_page(world.campaign, &filter, 4).await.unwrap();
            assert!(page.rows.len() <= 4);
            lines.extend(page.rows.iter().map(|row| row.line));
            next = page.next;
        }
        lines
    }

    #[tokio::test]
    async fn the_pages_of_a_filter_hold_each_of_its_rows_once() {
        let world = World::with(12).await;
        let lease = world.start().await;
        for (n, claim) in (0..).zip(world.claim(&lease, 6).await.claims) {
            let end = match n {
                0 => End::Retried { reason: reason(), due_at: NOW.plus(Duration::from_secs(9)) },
                _ => End::Failed(reason()),
            };
            world.queue.settle(vec![settled(claim, end)]).await.unwrap();
        }
        let of = |status| RowFilter { status: Some(status), ..RowFilter::default() };
        assert_eq!(lines(&world, RowFilter::default()).await, (2..14).collect::<Vec<_>>());
        assert_eq!(lines(&world, of(Status::Failed)).await, (3..8).collect::<Vec<_>>());
        let in_the_order_of_sending: Vec<u64> = (8..14).chain([2]).collect();
        assert_eq!(lines(&world, of(Status::Queued)).await, in_the_order_of_sending);
        let code = reason().code;
        assert_eq!(lines(&world, RowFilter { code: Some(&code), ..of(Status::Failed) }).await.len(), 5);
        assert!(lines(&world, RowFilter { code: Some(""), ..of(Status::Failed) }).await.is_empty());
    }

    #[tokio::test]
    async fn a_page_of_rows_found_by_ref_and_by_another_tag_says_that_it_is_cut() {
        let world = World::with(0).await;
        let mut rows: Vec<_> = (0..8).map(|n| good(n + 2, n)).collect();
        for (n, row) in rows.iter_mut().enumerate() {
            row.refs = [None, None, None];
            row.refs[usize::from(n > 0)] = Some(format!("shop-{n}"));
        }
        world.import(rows).await.unwrap();
        let filter = RowFilter { search: Some(Search::Text("shop")), ..RowFilter::default() };
        let page = world.queue.row_page(world.campaign, &filter, 4).await.unwrap();
        assert_eq!((page.rows.len(), page.next, page.is_cut), (4, None, true));
        let page = world.queue.row_page(world.campaign, &filter, 20).await.unwrap();
        assert_eq!((page.rows.len(), page.next, page.is_cut), (8, None, false));
        let by_number = RowFilter { search: Some(Search::Number("9198000")), ..filter };
        let page = world.queue.row_page(world.campaign, &by_number, 4).await.unwrap();
        assert_eq!((page.rows.len(), page.next, page.is_cut), (4, None, true));
    }

    #[tokio::test]
    async fn a_person_is_found_by_a_name_in_the_list_and_by_the_end_of_the_number() {
        let world = World::with(0).await;
        let mut rows: Vec<_> = (0..5).map(|n| good(n + 2, n)).collect();
        rows[3].cells = vec!["Asha Rao".to_owned(), "Pune".to_owned()];
        world.import(rows).await.unwrap();
        let find = async |text: &'static str| {
            let filter = RowFilter { search: Some(Search::Text(text)), ..RowFilter::default() };
            let page = world.queue.row_page(world.campaign, &filter, 4).await.unwrap();
            page.rows.iter().map(|row| row.line).collect::<Vec<_>>()
        };
        assert_eq!(find("asha").await, [5]);
        assert_eq!(find("nobody").await, [0_u64; 0]);
        let number =
            world.queue.row_page(world.campaign, &RowFilter::default(), 9).await.unwrap().rows[2].number;
        let number = number.unwrap().to_string();
        let local: &'static str = format!("0{} {}", &number[2..5], &number[5..]).leak();
        assert_eq!(find(local).await, [4]);
        let end: &'static str = number[number.len() - 4..].to_owned().leak();
        assert_eq!(find(end).await, [4]);
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
