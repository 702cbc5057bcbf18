//! What holds a row back at the moment of claiming it: the hours where the person is, the cap on messages to them, the share that
//! is left out. A row that is held waits in the queue until that is over, and is judged anew then.

use std::collections::{BTreeMap, HashMap};

use jiff::tz::TimeZone;

use super::{claims::Candidate, reach::Reaching};
use crate::{
    domain::{
        Phone, Status, Timestamp,
        reach::{Cap, HeldBy, SkipCode, hours::HoursZone, zones},
        time::told_in,
    },
    queue::{counters::Deltas, engine::Connection, error::QueueError, rows, upkeep::purge},
};

/// Those of the candidates that may be sent now. The others are held or skipped in this transaction.
pub(super) async fn judge(
    connection: &mut Connection,
    reach: &Reaching,
    found: Vec<Candidate>,
    deltas: &mut Deltas,
) -> Result<Vec<Candidate>, QueueError> {
    if !reach.holds_any() {
        return Ok(found);
    }
    let free_at = match reach.plan.cap {
        Some(cap) => free_at(connection, cap, &found, reach.now).await?,
        None => HashMap::new(),
    };
    let mut clock = LocalClock::of(reach)?;
    let (mut free, mut held, mut held_out) = (Vec::new(), Vec::new(), Vec::new());
    for row in found {
        if is_held_out(reach, row.number()) {
            held_out.push(row.id());
        } else if let Some(opens_at) = clock.opens_at(&row)? {
            held.push((row.id(), opens_at.0, HeldBy::Hours.name()));
        } else if let Some(at) = free_at.get(&row.number()) {
            held.push((row.id(), at.0, HeldBy::Cap.name()));
        } else {
            free.push(row);
        }
    }
    hold(connection, &held).await?;
    hold_out(connection, reach, &held_out, deltas).await?;
    Ok(free)
}

/// The person whose number that is.
fn person(number: i64) -> i64 {
    Phone::from_digits(rows::count(number)).map_or(number, rows::person)
}

/// Whether a person belongs to the share that is left out: always the same ones of a campaign.
fn is_held_out(reach: &Reaching, number: i64) -> bool {
    let hash = || purge::hash(&reach.token_key, person(number)).cast_unsigned();
    reach.plan.hold_out.is_some_and(|hold_out| hold_out.holds(hash()))
}

/// When people may be messaged, asked once for each set of zones.
struct LocalClock<'r> {
    reach: &'r Reaching,
    /// The campaign's own zone.
    own: TimeZone,
    waits: BTreeMap<String, Option<Timestamp>>,
}

impl<'r> LocalClock<'r> {
    fn of(reach: &'r Reaching) -> Result<Self, QueueError> {
        let own = told_in(None, reach.time_zone.as_deref()).map_err(|_| {
            let found = reach.time_zone.as_deref().unwrap_or_default();
            rows::inconsistent("campaign", "time_zone", reach.campaign.0, found)
        })?;
        Ok(Self { reach, own, waits: BTreeMap::new() })
    }

    /// When somebody may be messaged, if that is not now.
    fn opens_at(&mut self, row: &Candidate) -> Result<Option<Timestamp>, QueueError> {
        let (local, now) = (&self.reach.plan.local, self.reach.now);
        if local.is_always() {
            return Ok(None);
        }
        let phone = rows::phone("recipient", row.id(), row.number())?;
        let zone = |name: &str| {
            // A list's zones are checked when it is imported: another one's hours would be a message at night.
            TimeZone::get(name).map_err(|_| rows::inconsistent("recipient", "time_zone", row.id(), name))
        };
        let own_zone = row.time_zone().map(zone).transpose()?;
        let zones = match (local.zone, &own_zone) {
            (HoursZone::Campaign, _) => &[],
            (HoursZone::Recipient, Some(zone)) => std::slice::from_ref(zone),
            (HoursZone::Recipient, None) => zones::of_number(phone),
        };
        let names = zones.iter().filter_map(TimeZone::iana_name).collect::<Vec<_>>().join(" ");
        let opens_at = self.waits.entry(names).or_insert_with(|| {
            let wait = local.wait(now, zones, &self.own);
            (!wait.is_zero()).then(|| now.plus(wait))
        });
        Ok(*opens_at)
    }
}

struct FreeAtRow {
    person: i64,
    at: i64,
}

/// When those of the candidates who have had as many messages as the cap allows may get the next one, by number. It counts
/// what was taken, may have been, and is on the wire, in all campaigns, also those of which only hashes are left; a purged
/// row, which both spellings of a number find by its hash, once.
async fn free_at(
    connection: &mut Connection,
    cap: Cap,
    found: &[Candidate],
    now: Timestamp,
) -> Result<HashMap<i64, Timestamp>, QueueError> {
    let salt = query_scalar!("select salt from origin").fetch_one(&mut *connection).await?;
    let numbers: Vec<i64> = found.iter().map(Candidate::number).collect();
    let traces = purge::traces(&salt, &numbers);
    let since = now.minus(cap.within).0;
    // A row that both spellings of a number find counts once.
    let messaged = query_as!(
        FreeAtRow,
        r#"select person as "person!: i64", min(at) as "at!: i64"
        from (
            select cast(person.value ->> 0 as bigint) as person, messaged.recipient_id,
                coalesce(messaged.settled_at, messaged.claimed_at) as at
            from json_each($1) as person cross join campaign cross join recipient as messaged
            where campaign.started_at is not null and coalesce(campaign.finished_at, $2) >= $2
                and messaged.campaign_id = campaign.campaign_id
                and messaged.number = cast(person.value ->> 1 as bigint)
                and messaged.status in ('accepted', 'in_doubt', 'sending')
                and coalesce(messaged.settled_at, messaged.claimed_at) > $2
            union all
            select cast(person.value ->> 0 as bigint), messaged.recipient_id,
                coalesce(messaged.settled_at, messaged.claimed_at)
            from json_each($1) as person cross join campaign cross join recipient as messaged
            where campaign.started_at is not null and coalesce(campaign.finished_at, $2) >= $2
                and messaged.campaign_id = campaign.campaign_id
                and messaged.number_hash = cast(person.value ->> 2 as bigint)
                and messaged.status in ('accepted', 'in_doubt', 'sending')
                and coalesce(messaged.settled_at, messaged.claimed_at) > $2
        ) as found
        group by person, recipient_id"#,
        traces,
        since,
    )
    .fetch_all(connection)
    .await?;
    let mut times: HashMap<i64, Vec<i64>> = HashMap::new();
    for row in messaged {
        times.entry(row.person).or_default().push(row.at);
    }
    let free_at = numbers.into_iter().filter_map(|number| {
        let mut at = times.get(&person(number))?.clone();
        at.sort_unstable_by(|one, other| other.cmp(one));
        let nth = at.get(usize::try_from(cap.n_max).ok()?.checked_sub(1)?)?;
        Some((number, Timestamp(*nth).plus(cap.within)))
    });
    Ok(free_at.collect())
}

async fn hold(connection: &mut Connection, held: &[(i64, i64, &str)]) -> Result<(), QueueError> {
    if held.is_empty() {
        return Ok(());
    }
    let held = rows::to_json(&held);
    query!(
        "update recipient set due_at = held.due_at, held_by = held.held_by
        from (
            select cast(value ->> 0 as bigint) as recipient_id, cast(value ->> 1 as bigint) as due_at, value ->> 2 as held_by from json_each($1)
        ) as held
        where recipient.recipient_id = held.recipient_id and recipient.status = 'queued'",
        held,
    )
    .execute(connection)
    .await?;
    Ok(())
}

async fn hold_out(
    connection: &mut Connection,
    reach: &Reaching,
    ids: &[i64],
    deltas: &mut Deltas,
) -> Result<(), QueueError> {
    if ids.is_empty() {
        return Ok(());
    }
    let (code, words) = (SkipCode::HeldOut.name(), SkipCode::HeldOut.words());
    let ids = rows::to_json(&ids);
    let n = query!(
        "update recipient set status = 'skipped', settled_at = $1, due_at = 0, held_by = null, code = $2, error = $3
        where recipient_id in (select cast(atom as bigint) from json_each($4)) and status = 'queued'",
        reach.now.0,
        code,
        words,
        ids,
    )
    .execute(connection)
    .await?
    .rows_affected();
    deltas.shift(reach.campaign, Status::Queued, Status::Skipped, n);
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::{
        domain::{
            NewCampaign, NewRecipient, Standing,
            reach::{HoldOut, ReachPlan, hours::LocalHours},
            time::SendingHours,
        },
        queue::{
            Lease,
            tests::{NOW, World, accepted, good, phone, settled},
        },
    };

    /// A running campaign of these numbers.
    async fn world(plan: ReachPlan, numbers: &[u64]) -> (World, Lease) {
        let world = World::with(0).await;
        let campaign = add(&world, "held", plan, numbers).await;
        let world = World { campaign, ..world };
        let lease = world.start().await;
        (world, lease)
    }

    async fn add(world: &World, name: &str, reach: ReachPlan, numbers: &[u64]) -> crate::domain::CampaignId {
        let plan = NewCampaign { reach, time_zone: Some("UTC".to_owned()), ..NewCampaign::new(name, "Hi") };
        let campaign = world.queue.create(plan, NOW).await.unwrap();
        let row = |(line, digits): (u64, &u64)| NewRecipient {
            standing: Standing::Good(Phone::from_digits(*digits).unwrap()),
            ..good(line, 0)
        };
        let rows = (2..).zip(numbers).map(row).collect();
        world.import_into(campaign, rows).await.unwrap();
        campaign
    }

    fn hours(text: &str) -> ReachPlan {
        let hours = Some(SendingHours::parse(text).unwrap());
        ReachPlan { local: LocalHours { hours, ..LocalHours::default() }, ..ReachPlan::default() }
    }

    const INDIA: u64 = 919_820_010_507;
    const GERMANY: u64 = 4_917_112_345_678;

    #[tokio::test]
    async fn whoever_has_no_hours_now_waits_for_their_morning_and_holds_nobody_up() {
        // 10:00 in India, 05:30 in Germany.
        let now = Timestamp::parse("2026-11-24T04:30:00Z").unwrap();
        let (world, lease) = world(hours("09:00-20:00"), &[GERMANY, INDIA]).await;
        let first = world.claim_at(&lease, 5, now).await.unwrap();
        assert_eq!(first.claims.iter().map(|claim| claim.recipient.line).collect::<Vec<_>>(), [3]);
        let morning = Timestamp::parse("2026-11-24T08:00:00Z").unwrap();
        assert_eq!((first.next_due_at, first.next_held_by), (Some(morning), Some(HeldBy::Hours)));
        assert!(world.claim_at(&lease, 5, now).await.unwrap().claims.is_empty());
        let later = world.claim_at(&lease, 5, morning).await.unwrap();
        assert_eq!(later.claims.iter().map(|claim| claim.recipient.line).collect::<Vec<_>>(), [2]);
        assert_eq!(
            world.rows().await.iter().map(|row| row.attempts).sum::<u64>(),
            0,
            "waiting is no attempt"
        );
    }

    #[tokio::test]
    async fn the_zone_that_a_list_gives_a_person_goes_before_that_of_their_number() {
        // 10:00 in India, 05:30 in Germany.
        let now = Timestamp::parse("2026-11-24T04:30:00Z").unwrap();
        let (world, lease) = world(hours("09:00-20:00"), &[]).await;
        let row = |line, digits, zone: &str| NewRecipient {
            standing: Standing::Good(Phone::from_digits(digits).unwrap()),
            time_zone: Some(zone.to_owned()),
            ..good(line, 0)
        };
        let rows = vec![row(2, INDIA, "Europe/Berlin"), row(3, GERMANY, "Asia/Kolkata")];
        world.import_into(world.campaign, rows).await.unwrap();
        world.queue.start(world.campaign, now).await.unwrap();
        let first = world.claim_at(&lease, 5, now).await.unwrap();
        assert_eq!(first.claims.iter().map(|claim| claim.recipient.line).collect::<Vec<_>>(), [3]);
        // A zone that nobody knows is no reason to take another one.
        world.execute("update recipient set time_zone = 'Mars/Base', due_at = 0 where line = 2").await;
        let error = world.claim_at(&lease, 5, now).await.err().unwrap();
        assert!(error.to_string().contains("Mars/Base"), "{error}");
    }

    #[tokio::test]
    async fn a_night_of_a_whole_list_takes_several_commits_and_sends_nobody() {
        let now = Timestamp::parse("2026-11-24T00:30:00Z").unwrap();
        let germans: Vec<u64> = (0..200).map(|n| GERMANY + n).collect();
        let (world, lease) = world(hours("09:00-20:00"), &germans).await;
        let mut n_commits = 0;
        loop {
            let claimed = world.claim_at(&lease, 1, now).await.unwrap();
            assert!(claimed.claims.is_empty());
            n_commits += 1;
            if claimed.next_due_at != Some(now) {
                assert_eq!(claimed.next_held_by, Some(HeldBy::Hours));
                break;
            }
        }
        assert!(n_commits > 1);
        assert_eq!(world.queue.counts(world.campaign).await.unwrap().of(Status::Queued), 200);
    }

    #[tokio::test]
    async fn nobody_gets_more_than_the_cap_over_all_campaigns() {
        let cap = |text: &str| ReachPlan { cap: Some(Cap::parse(text).unwrap()), ..ReachPlan::default() };
        let (world, lease) = world(cap("1/1d"), &[INDIA, GERMANY]).await;
        // Another campaign, in the other spelling of the day before: it has messaged one of them an hour ago.
        let other = add(&world, "other", ReachPlan::default(), &[INDIA]).await;
        world.queue.start(other, NOW).await.unwrap();
        let elsewhere = World { campaign: other, ..world };
        let claimed = elsewhere.claim(&lease, 1).await;
        for claim in claimed.claims {
            elsewhere.queue.settle(vec![settled(claim, accepted())]).await.unwrap();
        }
        let world = World { campaign: crate::domain::CampaignId(other.0 - 1), ..elsewhere };
        let later = NOW.plus(Duration::from_hours(1));
        let found = world.claim_at(&lease, 5, later).await.unwrap();
        assert_eq!(
            found.claims.iter().map(|claim| claim.recipient.to.digits()).collect::<Vec<_>>(),
            [GERMANY]
        );
        let free_at = NOW.plus(Duration::from_hours(24));
        assert_eq!((found.next_due_at, found.next_held_by), (Some(free_at), Some(HeldBy::Cap)));
        let free = world.claim_at(&lease, 5, free_at).await.unwrap();
        assert_eq!(free.claims.len(), 1);
    }

    #[tokio::test]
    async fn two_messages_of_one_moment_are_two() {
        let plan = ReachPlan { cap: Some(Cap::parse("2/1d").unwrap()), ..ReachPlan::default() };
        let (mut world, lease) = world(plan, &[INDIA]).await;
        let capped = world.campaign;
        for name in ["one", "two"] {
            world.campaign = add(&world, name, ReachPlan::default(), &[INDIA]).await;
            world.queue.start(world.campaign, NOW).await.unwrap();
            let claim = world.claim(&lease, 1).await.claims.pop().unwrap();
            world.queue.settle(vec![settled(claim, accepted())]).await.unwrap();
        }
        world.campaign = capped;
        let found = world.claim(&lease, 1).await;
        assert_eq!((found.claims.len(), found.next_held_by), (0, Some(HeldBy::Cap)));
    }

    #[tokio::test]
    async fn the_share_that_is_left_out_is_skipped_and_always_the_same() {
        let hold_out = Some(HoldOut::parse("20%").unwrap());
        let numbers: Vec<u64> = (0..500).map(|n| phone(n).digits()).collect();
        let (world, lease) = world(ReachPlan { hold_out, ..ReachPlan::default() }, &numbers).await;
        let mut n_sent = 0;
        loop {
            let claimed = world.claim(&lease, 100).await;
            if claimed.claims.is_empty() {
                break;
            }
            n_sent += claimed.claims.len();
            let settlements = claimed.claims.into_iter().map(|claim| settled(claim, accepted())).collect();
            world.queue.settle(settlements).await.unwrap();
        }
        let skipped: Vec<_> =
            world.rows().await.into_iter().filter(|row| row.status == Status::Skipped).collect();
        assert_eq!(n_sent + skipped.len(), 500);
        assert!((60..=140).contains(&skipped.len()), "{}", skipped.len());
        assert!(skipped.iter().all(|row| row.code.as_deref() == Some("HELD_OUT")));
        // Put back by mistake, they are left out again.
        let by_code = crate::queue::Which::Codes(vec!["HELD_OUT".to_owned()]);
        world.queue.retry(world.campaign, by_code).await.unwrap();
        world.queue.start(world.campaign, NOW).await.unwrap();
        assert!(world.claim(&lease, 100).await.claims.is_empty());
    }
}
