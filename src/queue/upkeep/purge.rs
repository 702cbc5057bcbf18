//! Wipes what is personal in a campaign that is over; its counts, codes and times stay.
//!
//! A number is replaced by a salted hash in a column of its own, so that whoever was messaged lately is still recognised. The salt lies in the same file: this keeps numbers from being read, not from
//! being guessed one by one by somebody who has the file.

use std::time::Duration;

use sha2::{Digest, Sha256};

use super::audit;
use crate::{
    domain::{CampaignId, Phone, State, Timestamp},
    queue::{Queue, counters, engine::Connection, error::QueueError, rows},
};

/// How many rows are wiped in one commit, so that a sender is not held up, and how many numbers are looked up at once.
const PAGE: i64 = 5_000;

/// What was wiped because it had grown old.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outdated {
    /// Receipts that found nobody.
    pub n_receipts: u64,
    /// Each campaign, and how many rows it had.
    pub campaigns: Vec<(String, u64)>,
}

/// How far the purge of a campaign is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wiped {
    /// There was none.
    Nothing,
    /// One has begun, and goes on or was cut off: it can be asked for again.
    Partly,
    /// It is done.
    Everything,
}

struct WipedRow {
    purge_began_at: Option<i64>,
    purged_at: Option<i64>,
}

impl Queue {
    /// How far the purge of a campaign is.
    pub async fn wiped(&self, campaign: CampaignId) -> Result<Wiped, QueueError> {
        let row = query_as!(
            WipedRow,
            "select purge_began_at, purged_at from campaign where campaign_id = $1",
            campaign.0
        )
        .fetch_one(&self.readers)
        .await?;
        Ok(match (row.purge_began_at, row.purged_at) {
            (_, Some(_)) => Wiped::Everything,
            (Some(_), None) => Wiped::Partly,
            (None, None) => Wiped::Nothing,
        })
    }

    /// What [`Self::purge_older_than`] would wipe.
    pub async fn outdated(&self, age: Duration, now: Timestamp) -> Result<Outdated, QueueError> {
        let before = now.minus(age);
        let mut outdated = Outdated { n_receipts: self.count_receipts(before).await?, campaigns: Vec::new() };
        for name in self.purgeable(before).await? {
            let campaign = self.campaign(&name).await?;
            match check_over(&mut *self.readers.acquire().await?, campaign.id).await {
                Ok(()) => outdated.campaigns.push((name, self.counts(campaign.id).await?.total())),
                Err(QueueError::NotOver { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(outdated)
    }

    /// Wipes what is older than `age`: campaigns that have been over for so long, and receipts that found nobody.
    pub async fn purge_older_than(&self, age: Duration, now: Timestamp) -> Result<Outdated, QueueError> {
        let before = now.minus(age);
        let mut outdated =
            Outdated { n_receipts: self.forget_receipts(before).await?, campaigns: Vec::new() };
        let mut wiped = Vec::new();
        for name in self.purgeable(before).await? {
            let campaign = self.campaign(&name).await?;
            match self.wipe_campaign(campaign.id, now).await {
                Ok(n_rows) => {
                    outdated.campaigns.push((name, n_rows));
                    wiped.push(campaign.id);
                }
                // Taken up again meanwhile.
                Err(QueueError::NotOver { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        if outdated != Outdated::default() {
            self.end_purge(wiped, now).await?;
        }
        Ok(outdated)
    }

    /// Wipes the recipients of a campaign that is finished or cancelled: numbers, cells, tags, message ids, words, and a
    /// list that was uploaded for it and never added. Says how many rows it had. The database's file is written anew,
    /// so that nothing of it is left in the unused parts of pages: this takes time and room with the whole file.
    pub async fn purge(&self, campaign: CampaignId, now: Timestamp) -> Result<u64, QueueError> {
        let n_rows = self.wipe_campaign(campaign, now).await?;
        self.end_purge(vec![campaign], now).await?;
        Ok(n_rows)
    }

    async fn wipe_campaign(&self, campaign: CampaignId, now: Timestamp) -> Result<u64, QueueError> {
        let salt = self.begin_purge(campaign, now).await?;
        self.forget_draft(campaign).await?;
        self.forget_answers_about(campaign).await?;
        let mut n_rows = 0;
        for import in self.imports(campaign).await? {
            let mut first = import.first_recipient_id;
            while first <= import.last_recipient_id {
                let last = import.last_recipient_id.min(first + PAGE - 1);
                let salt = salt.clone();
                n_rows += in_commit!(self, |connection| {
                    // A list that was being added when the draft was forgotten may have come in meanwhile.
                    check_over(connection, campaign).await?;
                    wipe(connection, campaign, (first, last), &salt).await
                })?;
                first = last + 1;
            }
        }
        Ok(n_rows)
    }

    /// Leaves no trace of what was wiped, and only then notes that it is.
    async fn end_purge(&self, campaigns: Vec<CampaignId>, now: Timestamp) -> Result<(), QueueError> {
        self.write_anew().await?;
        in_commit!(self, |connection| {
            for campaign in campaigns {
                query!("update campaign set purged_at = $1 where campaign_id = $2", now.0, campaign.0)
                    .execute(&mut *connection)
                    .await?;
            }
            Ok(())
        })
    }

    /// From here on no list is added to the campaign, whether the purge comes to its end or not. Gives the salt.
    async fn begin_purge(&self, campaign: CampaignId, now: Timestamp) -> Result<String, QueueError> {
        let entry = self.audit_entry("purge", Some(campaign), "");
        in_commit!(self, |connection| {
            check_over(connection, campaign).await?;
            let purged_at =
                query_scalar!("select purged_at from campaign where campaign_id = $1", campaign.0)
                    .fetch_one(&mut *connection)
                    .await?;
            if purged_at.is_none() {
                let n_rows = counters::read(&mut *connection, campaign).await?.total();
                audit::record(connection, &entry.with(audit::n_rows(n_rows))).await?;
            }
            query!("delete from mended where campaign_id = $1", campaign.0).execute(&mut *connection).await?;
            query!(
                "update campaign set purge_began_at = coalesce(purge_began_at, $1) where campaign_id = $2",
                now.0,
                campaign.0,
            )
            .execute(&mut *connection)
            .await?;
            Ok(query_scalar!("select salt from origin").fetch_one(connection).await?)
        })
    }

    /// Fails where the campaign has been purged: no list can be added to it any more.
    pub async fn refuse_purged(&self, campaign: CampaignId) -> Result<(), QueueError> {
        check_not_purged(&mut *self.readers.acquire().await?, campaign).await
    }

    /// The names of campaigns that are finished or cancelled since before an instant, and not purged yet.
    async fn purgeable(&self, before: Timestamp) -> Result<Vec<String>, QueueError> {
        Ok(query_scalar!(
            "select name from campaign
            where state in ('finished', 'cancelled') and purged_at is null
                and coalesce(finished_at, created_at) < $1
            order by campaign_id",
            before.0,
        )
        .fetch_all(&self.readers)
        .await?)
    }

    /// How many receipts came before an instant and found nobody.
    async fn count_receipts(&self, before: Timestamp) -> Result<u64, QueueError> {
        let n = query_scalar!(
            r#"select count(*) as "n!: i64" from receipt where recipient_id is null and received_at < $1"#,
            before.0
        )
        .fetch_one(&self.readers)
        .await?;
        Ok(rows::count(n))
    }

    /// Removes receipts that came before an instant and found nobody; they are about other campaigns' people.
    async fn forget_receipts(&self, before: Timestamp) -> Result<u64, QueueError> {
        in_commit!(self, |connection| {
            query!("delete from inbound where recipient_id is null and received_at < $1", before.0)
                .execute(&mut *connection)
                .await?;
            let removed =
                query!("delete from receipt where recipient_id is null and received_at < $1", before.0)
                    .execute(connection)
                    .await?;
            Ok(removed.rows_affected())
        })
    }

    /// What makes hashes of this database its own.
    pub(crate) async fn salt(&self) -> Result<String, QueueError> {
        Ok(query_scalar!("select salt from origin").fetch_one(&self.readers).await?)
    }

    /// The numbers that wait in `campaign` after a number, in order, a page of them.
    pub(crate) async fn waiting_numbers(
        &self,
        campaign: CampaignId,
        after: i64,
    ) -> Result<Vec<i64>, QueueError> {
        let numbers = query_scalar!(
            r#"select number as "number!" from recipient
                where campaign_id = $1 and number > $2 and status = 'queued' order by number limit $3"#,
            campaign.0,
            after,
            PAGE,
        )
        .fetch_all(&self.readers)
        .await?;
        Ok(numbers)
    }

    /// How many who wait in `campaign` one whose purge has begun has messaged, or may have, since an instant: by hash or,
    /// where the purge did not come so far, by number.
    pub(crate) async fn purged_overlap(
        &self,
        campaign: CampaignId,
        purged: CampaignId,
        since: Timestamp,
    ) -> Result<u64, QueueError> {
        let salt = self.salt().await?;
        let (mut after, mut n_found) = (0, 0);
        loop {
            let numbers = self.waiting_numbers(campaign, after).await?;
            let Some(last) = numbers.last() else { return Ok(n_found) };
            after = *last;
            let traces = traces(&salt, &numbers);
            n_found += query_scalar!(
                r#"select count(distinct waiting.value ->> 0) as "n!: i64"
                from json_each($1) as waiting
                cross join recipient as messaged
                where messaged.campaign_id = $2
                    and (messaged.number = cast(waiting.value ->> 1 as bigint)
                        or messaged.number_hash = cast(waiting.value ->> 2 as bigint))
                    and messaged.status in ('accepted', 'in_doubt') and messaged.settled_at >= $3"#,
                traces,
                purged.0,
                since.0,
            )
            .fetch_one(&self.readers)
            .await
            .map(rows::count)?;
        }
    }
}

struct CheckOverRow {
    name: String,
    state: String,
    is_open: bool,
}

/// Only what is over can be purged: a row without its number cannot be sent to.
async fn check_over(connection: &mut Connection, campaign: CampaignId) -> Result<(), QueueError> {
    let row = query_as!(
        CheckOverRow,
        r#"select name, state,
            exists (
                select 1 from recipient where recipient.campaign_id = campaign.campaign_id and status = 'queued'
            ) or exists (
                select 1 from recipient where recipient.campaign_id = campaign.campaign_id and status = 'sending'
            ) as "is_open!: bool"
        from campaign where campaign_id = $1"#,
        campaign.0,
    )
    .fetch_one(connection)
    .await?;
    let is_over = row.state == State::Finished.name() || row.state == State::Cancelled.name();
    if is_over && !row.is_open {
        Ok(())
    } else {
        Err(QueueError::NotOver { name: row.name, state: row.state })
    }
}

struct CheckNotPurgedRow {
    name: String,
    purge_began_at: Option<i64>,
}

/// A list added to a purged campaign could hold people whom it has messaged already, and nothing would tell.
pub(crate) async fn check_not_purged(
    connection: &mut Connection,
    campaign: CampaignId,
) -> Result<(), QueueError> {
    let row = query_as!(
        CheckNotPurgedRow,
        "select name, purge_began_at from campaign where campaign_id = $1",
        campaign.0
    )
    .fetch_one(connection)
    .await?;
    if row.purge_began_at.is_some() { Err(QueueError::Purged { name: row.name }) } else { Ok(()) }
}

struct WipeRow {
    recipient_id: i64,
    number: Option<i64>,
    canonical: Option<i64>,
}

/// Wipes the rows between two numbers.
async fn wipe(
    connection: &mut Connection,
    campaign: CampaignId,
    (first, last): (i64, i64),
    salt: &str,
) -> Result<u64, QueueError> {
    let found = query_as!(
        WipeRow,
        r#"select recipient_id as "recipient_id!", number, canonical from recipient
        where recipient_id between $1 and $2 and campaign_id = $3"#,
        first,
        last,
        campaign.0,
    )
    .fetch_all(&mut *connection)
    .await?;
    let people: Vec<i64> = found.iter().filter_map(|row| row.canonical.or(row.number)).collect();
    let hashed: Vec<(i64, Option<i64>)> = found
        .into_iter()
        .map(|row| (row.recipient_id, row.canonical.or(row.number).map(|person| hash(salt, person))))
        .collect();
    let values = rows::to_json(&hashed);
    query!(
        "update recipient set number = null, canonical = null, number_hash = coalesce(wiped.hash, number_hash),
            input_to = null, cells = null, time_zone = null, ref = null, ref1 = null, ref2 = null, message_id = null,
            error = case when status = 'accepted' then 'purged' end,
            delivery_error = case
                when instr(delivery_error, ':') between 2 and 10
                    and trim(
                        substr(delivery_error, 1, instr(delivery_error, ':') - 1),
                        'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-'
                    ) = ''
                then substr(delivery_error, 1, instr(delivery_error, ':') - 1)
            end
        from (select cast(value ->> 0 as bigint) as recipient_id, cast(value ->> 1 as bigint) as hash from json_each($1)) as wiped
        where recipient.recipient_id = wiped.recipient_id",
        values,
    )
    .execute(&mut *connection)
    .await?;
    query!("update attempt set error = '' where recipient_id between $1 and $2", first, last)
        .execute(&mut *connection)
        .await?;
    query!("delete from receipt where recipient_id between $1 and $2", first, last)
        .execute(&mut *connection)
        .await?;
    query!(
        "update inbound set person = null, text = null, text_until = null where recipient_id between $1 and $2",
        first,
        last
    )
    .execute(&mut *connection)
    .await?;
    // What they wrote about something else is not kept either.
    let people = rows::to_json(&people);
    query!(
        "update inbound set text = null, text_until = null
        where text_until is not null and person in (select cast(atom as bigint) from json_each($1))",
        people,
    )
    .execute(&mut *connection)
    .await?;
    query!("delete from alias where recipient_id between $1 and $2", first, last).execute(connection).await?;
    Ok(hashed.len() as u64)
}

/// By what these numbers are found in campaigns, as one JSON parameter: the person, a number in each way in which it can be
/// written, and what a purge leaves of it.
pub(crate) fn traces(salt: &str, numbers: &[i64]) -> String {
    let phones = numbers.iter().filter_map(|number| rows::phone("recipient", *number, *number).ok());
    let spelled = phones.flat_map(|phone| {
        let (canonical, other) = phone.spellings();
        let person = rows::stored(canonical.digits());
        let trace = move |phone: Phone| (person, phone.digits(), hash(salt, person));
        [Some(canonical), other].into_iter().flatten().map(trace)
    });
    rows::to_json(&spelled.collect::<Vec<_>>())
}

/// What is kept of a number once it is wiped.
pub(crate) fn hash(salt: &str, number: i64) -> i64 {
    let digest = Sha256::digest(format!("{salt}:{number}"));
    let mut bytes = [0; 8];
    bytes.copy_from_slice(&digest[..8]);
    i64::from_be_bytes(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        domain::NewCampaign,
        queue::{
            End, Which,
            engine::Text,
            tests::{NOW, World, accepted, good, reason, settled},
        },
    };

    async fn over() -> World {
        let world = World::with(3).await;
        let lease = world.start().await;
        let ends = [accepted(), End::Failed(reason()), End::InDoubt(reason())];
        for (claim, end) in world.claim(&lease, 3).await.claims.into_iter().zip(ends) {
            world.queue.settle(vec![settled(claim, end)]).await.unwrap();
        }
        world.queue.finish(world.campaign, NOW).await.unwrap();
        world
    }

    #[tokio::test]
    async fn what_is_not_over_is_not_purged() {
        let world = World::with(1).await;
        let refused = world.queue.purge(world.campaign, NOW).await;
        assert!(matches!(refused, Err(QueueError::NotOver { state, .. }) if state == "draft"));
        assert_eq!(world.rows().await[0].number, Some(919_800_000_000));
    }

    #[tokio::test]
    async fn nothing_personal_is_left_in_any_file_and_the_figures_stay() {
        let world = over().await;
        let (counts, statuses) = (world.queue.counts(world.campaign).await.unwrap(), world.statuses().await);
        assert_eq!(world.queue.purge(world.campaign, NOW).await.unwrap(), 3);
        assert_eq!(world.queue.counts(world.campaign).await.unwrap(), counts);
        assert_eq!(world.statuses().await, statuses);
        assert!(world.queue.verify(world.campaign).await.unwrap().wrong.is_empty());
        for row in world.rows().await {
            assert_eq!((row.number, row.message_id, row.cells), (None, None, None));
            assert_eq!(row.refs, [None, None, None]);
        }
        world.queue.clone().close().await;
        for entry in std::fs::read_dir(world.folder.path()).unwrap() {
            let bytes = std::fs::read(entry.unwrap().path()).unwrap();
            for text in ["order-1", "name 1", "Pune"] {
                assert!(!bytes.windows(text.len()).any(|part| part == text.as_bytes()), "{text}");
            }
        }
    }

    #[tokio::test]
    async fn a_purged_row_has_no_number_but_its_hash_and_a_second_purge_leaves_that() {
        let world = over().await;
        let column = async |name: &str| -> Vec<Option<i64>> {
            let found = Text::new(format!("select {name} from recipient order by number_hash"));
            found.fetch_scalars(&world.queue.readers).await.unwrap()
        };
        let hashes = async || {
            let both = (column("number").await, column("number_hash").await);
            both.0.into_iter().zip(both.1).collect::<Vec<_>>()
        };
        assert!(hashes().await.iter().all(|(number, hash)| number.is_some() && hash.is_none()));
        world.queue.purge(world.campaign, NOW).await.unwrap();
        let purged = hashes().await;
        assert!(purged.iter().all(|(number, hash)| number.is_none() && hash.is_some()), "{purged:?}");
        world.queue.purge(world.campaign, NOW).await.unwrap();
        assert_eq!(hashes().await, purged);
        assert_eq!(world.queue.verify(world.campaign).await.unwrap().wrong, Vec::<String>::new());
    }

    #[tokio::test]
    async fn a_purged_row_is_never_queued_again_and_no_list_is_added() {
        let world = over().await;
        world.queue.purge(world.campaign, NOW).await.unwrap();
        assert_eq!(world.queue.retry(world.campaign, Which::All).await.unwrap(), 0);
        assert_eq!(world.queue.resend_doubts(world.campaign, Which::All).await.unwrap(), 0);
        let refused = world.import(vec![good(2, 9)]).await;
        assert!(matches!(refused, Err(QueueError::Purged { .. })));
    }

    #[tokio::test]
    async fn a_purge_that_was_cut_off_takes_no_list_forgets_nobody_and_is_found_again() {
        let world = over().await;
        let again = world.queue.create(NewCampaign::new("again", "Hi"), NOW).await.unwrap();
        world.import_into(again, vec![good(2, 0), good(3, 1)]).await.unwrap();
        let before = world.queue.overlaps(again, NOW).await.unwrap();
        assert_eq!(before[0].n_recipients, 1);
        let salt = world.queue.begin_purge(world.campaign, NOW).await.unwrap();
        let (campaign, first) = (world.campaign, world.rows().await[0].recipient_id);
        let wiped = world.queue.writer.command(move |connection| {
            Box::pin(async move { wipe(connection, campaign, (first, first), &salt).await })
        });
        assert_eq!(wiped.await.unwrap(), 1);
        // Whoever was wiped would be taken for somebody new.
        let refused = world.import(vec![good(2, 0)]).await;
        assert!(matches!(refused, Err(QueueError::Purged { .. })), "{refused:?}");
        assert_eq!(world.queue.overlaps(again, NOW).await.unwrap(), before);
        assert_eq!(world.queue.wiped(world.campaign).await.unwrap(), Wiped::Partly);
        let later = NOW.plus(Duration::from_secs(1));
        assert_eq!(world.queue.purgeable(later).await.unwrap(), ["spring"]);
        assert_eq!(world.queue.purge(world.campaign, NOW).await.unwrap(), 3);
        assert_eq!(world.queue.wiped(world.campaign).await.unwrap(), Wiped::Everything);
        assert_eq!(world.queue.overlaps(again, NOW).await.unwrap(), before);
    }

    #[tokio::test]
    async fn whom_a_purged_campaign_messaged_lately_is_still_recognised() {
        let world = over().await;
        let numbers: Vec<u64> = (0..3).map(|n| 919_800_000_000 + n).collect();
        let before = world.queue.count_sent_since(numbers.clone(), NOW, None).await.unwrap();
        world.queue.purge(world.campaign, NOW).await.unwrap();
        world.queue.purge(world.campaign, NOW).await.unwrap();
        assert_eq!(world.queue.count_sent_since(numbers, NOW, None).await.unwrap(), before);
        assert_eq!(before, 1);
    }

    #[tokio::test]
    async fn only_old_campaigns_are_offered() {
        let world = over().await;
        let later = NOW.plus(Duration::from_secs(1));
        world.queue.start(world.campaign, NOW).await.unwrap();
        world.queue.finish(world.campaign, NOW).await.unwrap();
        assert!(world.queue.purgeable(NOW).await.unwrap().is_empty());
        assert_eq!(world.queue.purgeable(later).await.unwrap(), ["spring"]);
        world.queue.purge(world.campaign, NOW).await.unwrap();
        assert!(world.queue.purgeable(later).await.unwrap().is_empty());
    }
}
