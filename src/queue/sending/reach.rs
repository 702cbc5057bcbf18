//! Claims of campaigns for which only open windows count, and of those whose deadline has passed: who is claimed, who is
//! skipped, and what is waited for. The window is judged against the time of the claim, never against that of the start.

use super::claims::{Candidate, ClaimOrder, Claimed};
use crate::{
    domain::{
        CampaignId, Status, Timestamp,
        reach::{Reach, ReachPlan, SkipCode},
    },
    queue::{counters::Deltas, engine::Connection, error::QueueError, rows},
};

/// How many rows are skipped in one commit.
const SKIPPED_AT_ONCE: i64 = 5_000;

/// A claim's order, and whom the campaign may reach at that instant.
#[derive(Debug, Clone)]
pub(super) struct Reaching {
    pub(super) campaign: CampaignId,
    pub(super) now: Timestamp,
    pub(super) plan: ReachPlan,
    /// The campaign's own zone (IANA); UTC where it has none.
    pub(super) time_zone: Option<String>,
    /// What makes the choice of those who are held out the campaign's own.
    pub(super) token_key: String,
    /// A window counts as open where it closes after this instant.
    open_until: Timestamp,
}

impl Reaching {
    pub(super) fn of(
        order: &ClaimOrder,
        plan: ReachPlan,
        time_zone: Option<String>,
        token_key: String,
    ) -> Self {
        let open_until = order.now.plus(plan.margin);
        Self { campaign: order.campaign, now: order.now, plan, time_zone, token_key, open_until }
    }

    /// Whether only people with an open window are messaged.
    pub(super) fn is_for_open_windows(&self) -> bool {
        self.plan.reach() != Reach::Any
    }

    /// Whether the deadline has passed.
    pub(super) fn is_over(&self) -> bool {
        self.plan.not_after.is_some_and(|not_after| not_after <= self.now)
    }

    /// Whether each row has to be looked at before it is claimed.
    pub(super) fn holds_any(&self) -> bool {
        !self.plan.local.is_always() || self.plan.cap.is_some() || self.plan.hold_out.is_some()
    }
}

/// What is due, not suppressed, and can be reached, soonest-closing first; as one row for all.
pub(super) async fn candidates(
    connection: &mut Connection,
    reach: &Reaching,
    limit: i64,
) -> Result<Vec<Candidate>, QueueError> {
    let campaign = reach.campaign.0;
    let found = query_scalar!(
        "select json_group_array(" ["json_array" | "json_build_array"] "(
            recipient_id, line, number, attempts, attempts_forgiven, import_id,
            " ["json_array" | "json_build_array"] r#"(ref, ref1, ref2), cells, time_zone
        )) as "found!: String"
        from (
            select recipient_id, line, number, attempts, attempts_forgiven, import_id, ref, ref1, ref2, cells,
                time_zone
            from recipient
            where campaign_id = $1 and status = 'queued' and closes_at > $2 and due_at <= $3
                and not exists (
                    select 1 from suppression where canonical = coalesce(recipient.canonical, recipient.number)
                )
            order by closes_at, recipient_id limit $4
        ) as due"#,
        campaign,
        reach.open_until.0,
        reach.now.0,
        limit,
    )
    .fetch_one(connection)
    .await?;
    Candidate::read(reach.campaign, &found)
}

struct LeftRow {
    due_at: Option<i64>,
    is_any: bool,
}

/// Fewer than asked for can be reached now: when the next attempt of somebody who can be reached is due, whether people are
/// waited for, or else who is skipped, at the end of the run. What only waits because it is on the suppression list
/// leaves the queue here.
pub(super) async fn left(
    connection: &mut Connection,
    reach: &Reaching,
    claimed: Claimed,
    deltas: &mut Deltas,
) -> Result<Claimed, QueueError> {
    let campaign = reach.campaign.0;
    let suppressed = query!(
        "update recipient set status = 'suppressed', settled_at = $3
        where campaign_id = $1 and status = 'queued' and closes_at > $2 and due_at <= $3
            and exists (
                select 1 from suppression where canonical = coalesce(recipient.canonical, recipient.number)
            )",
        campaign,
        reach.open_until.0,
        reach.now.0,
    )
    .execute(&mut *connection)
    .await?
    .rows_affected();
    deltas.shift(reach.campaign, Status::Queued, Status::Suppressed, suppressed);
    let found = query_as!(
        LeftRow,
        r#"select
            (
                select min(due_at) from recipient where campaign_id = $1 and status = 'queued' and closes_at > $2
            ) as "due_at: i64",
            exists (select 1 from recipient where campaign_id = $1 and status = 'queued') as "is_any!: bool""#,
        campaign,
        reach.open_until.0,
    )
    .fetch_one(&mut *connection)
    .await?;
    let next_due_at = rows::instant(found.due_at);
    let claims_none = claimed.claims.is_empty();
    match reach.plan.reach() {
        Reach::Wait => {
            let next_due_at = [next_due_at, reach.plan.not_after].into_iter().flatten().min();
            Ok(Claimed { next_due_at, waits_for_people: found.is_any, ..claimed })
        }
        Reach::Open if next_due_at.is_none() && found.is_any && claims_none => {
            skip(connection, reach, deltas).await?;
            Ok(Claimed { next_due_at: Some(reach.now), ..claimed })
        }
        Reach::Open | Reach::Any => Ok(Claimed { next_due_at, ..claimed }),
    }
}

/// The deadline has passed: nothing is claimed, and whoever waits is skipped, some at a time.
pub(super) async fn skip_late(
    connection: &mut Connection,
    reach: &Reaching,
    claimed: Claimed,
    deltas: &mut Deltas,
) -> Result<Claimed, QueueError> {
    let n = skip(connection, reach, deltas).await?;
    Ok(Claimed { next_due_at: (n > 0).then_some(reach.now), ..claimed })
}

/// Skips rows that wait: those that cannot be reached as that, the others (after the deadline alone) as too late.
async fn skip(connection: &mut Connection, reach: &Reaching, deltas: &mut Deltas) -> Result<u64, QueueError> {
    let (closed, late) = (SkipCode::WindowClosed, SkipCode::TooLate);
    let (closed_code, closed_words) = (closed.name(), closed.words());
    let (late_code, late_words) = (late.name(), late.words());
    let (cap_code, cap_words) = (SkipCode::FrequencyCap.name(), SkipCode::FrequencyCap.words());
    let is_for_open_windows = i64::from(reach.is_for_open_windows());
    let skipped = query!(
        "update recipient set status = 'skipped', settled_at = $2, due_at = 0, held_by = null,
            code = case when cast($4 as bigint) = 1 and coalesce(closes_at, 0) <= $3 then $5 when held_by = 'cap' then $10 else $7 end,
            error = case when cast($4 as bigint) = 1 and coalesce(closes_at, 0) <= $3 then $6 when held_by = 'cap' then $11 else $8 end
        where recipient_id in (
            select recipient_id from recipient where campaign_id = $1 and status = 'queued'
            order by due_at, recipient_id limit $9
        )",
        reach.campaign.0,
        reach.now.0,
        reach.open_until.0,
        is_for_open_windows,
        closed_code,
        closed_words,
        late_code,
        late_words,
        SKIPPED_AT_ONCE,
        cap_code,
        cap_words,
    )
    .execute(connection)
    .await?
    .rows_affected();
    deltas.shift(reach.campaign, Status::Queued, Status::Skipped, skipped);
    Ok(skipped)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use proptest::prelude::*;

    use super::*;
    use crate::{
        domain::{
            NewCampaign, Phone,
            reach::{Opening, WindowSource},
        },
        queue::{
            End, Lease, Which,
            reach::windows,
            tests::{NOW, World, accepted, good, phone, reason, settled},
        },
    };

    /// A campaign of five people, running, from a number of its own.
    async fn world(reach: Reach, not_after: Option<Timestamp>) -> (World, Lease) {
        let world = World::with(0).await;
        let plan = NewCampaign {
            sender: Some(sender()),
            reach: ReachPlan { chosen: Some(reach), not_after, ..ReachPlan::default() },
            ..NewCampaign::new("reach", "Hi")
        };
        let campaign = world.queue.create(plan, NOW).await.unwrap();
        world.import_into(campaign, (0..5).map(|n| good(n + 2, n)).collect()).await.unwrap();
        let world = World { campaign, ..world };
        let lease = world.start().await;
        world.queue.begin_sending(campaign, lease.epoch(), sender(), NOW).await.unwrap();
        (world, lease)
    }

    fn sender() -> Phone {
        Phone::from_digits(911_161_197_855).unwrap()
    }

    /// They wrote so long ago.
    async fn wrote(world: &World, n: u64, minutes_ago: u64) {
        wrote_at(world, n, NOW.minus(Duration::from_mins(minutes_ago))).await;
    }

    async fn wrote_at(world: &World, n: u64, at: Timestamp) {
        let (person, kind) = (phone(n), "text".to_owned());
        let opening =
            Opening { sender: sender(), person, at, kind, source: WindowSource::Inbound, is_weak: false };
        world.queue.open_windows(vec![opening]).await.unwrap();
    }

    fn lines(claimed: &Claimed) -> Vec<u64> {
        claimed.claims.iter().map(|claim| claim.recipient.line).collect()
    }

    async fn n(world: &World, status: Status) -> u64 {
        world.queue.counts(world.campaign).await.unwrap().of(status)
    }

    #[tokio::test]
    async fn those_whose_window_closes_first_are_claimed_first_and_the_others_are_skipped_at_the_end() {
        let (world, lease) = world(Reach::Open, None).await;
        wrote(&world, 3, 60).await;
        wrote(&world, 1, 600).await;
        // Within the margin of five minutes: it would be too late.
        wrote(&world, 4, 24 * 60 - 4).await;
        let first = world.claim(&lease, 1).await;
        assert_eq!(lines(&first), [3]);
        let second = world.claim(&lease, 5).await;
        assert_eq!(lines(&second), [5]);
        for claim in first.claims.into_iter().chain(second.claims) {
            world.queue.settle(vec![settled(claim, accepted())]).await.unwrap();
        }
        let end = world.claim(&lease, 5).await;
        assert!(end.claims.is_empty());
        assert_eq!((n(&world, Status::Accepted).await, n(&world, Status::Skipped).await), (2, 3));
        let skipped: Vec<_> =
            world.rows().await.into_iter().filter(|row| row.status == Status::Skipped).collect();
        assert!(skipped.iter().all(|row| row.code.as_deref() == Some("WINDOW_CLOSED")), "{skipped:?}");
        assert_eq!(world.claim(&lease, 5).await.next_due_at, None);
    }

    #[tokio::test]
    async fn whoever_is_waited_for_is_claimed_once_they_have_written() {
        let (world, lease) = world(Reach::Wait, None).await;
        let waiting = world.claim(&lease, 5).await;
        assert!(waiting.claims.is_empty() && waiting.waits_for_people);
        assert_eq!(n(&world, Status::Skipped).await, 0);
        wrote(&world, 2, 0).await;
        assert_eq!(lines(&world.claim(&lease, 5).await), [4]);
        assert!(world.claim(&lease, 5).await.waits_for_people);
    }

    #[tokio::test]
    async fn after_the_deadline_nobody_is_claimed_and_everybody_is_skipped_with_the_reason() {
        let later = NOW.plus(Duration::from_hours(1));
        let (waiting, lease) = world(Reach::Wait, Some(later)).await;
        assert_eq!(waiting.claim(&lease, 5).await.next_due_at, Some(later));
        wrote(&waiting, 0, 0).await;
        let over = waiting.claim_at(&lease, 5, later).await.unwrap();
        assert!(over.claims.is_empty());
        let codes: Vec<_> = waiting.rows().await.into_iter().filter_map(|row| row.code).collect();
        assert_eq!(codes, ["TOO_LATE", "WINDOW_CLOSED", "WINDOW_CLOSED", "WINDOW_CLOSED", "WINDOW_CLOSED"]);
        drop(lease);
        let (any, lease) = world(Reach::Any, Some(later)).await;
        assert_eq!(any.claim(&lease, 1).await.claims.len(), 1);
        assert!(any.claim_at(&lease, 5, later).await.unwrap().claims.is_empty());
        assert_eq!((n(&any, Status::Skipped).await, n(&any, Status::Sending).await), (4, 1));
    }

    #[tokio::test]
    async fn skipped_rows_are_requeued_by_their_code_alone() {
        let (world, lease) = world(Reach::Open, None).await;
        assert!(world.claim(&lease, 5).await.claims.is_empty());
        assert_eq!(n(&world, Status::Skipped).await, 5);
        let all_but = Which::AllBut(vec!["IN_DOUBT".to_owned()]);
        assert_eq!(world.queue.retry(world.campaign, all_but).await.unwrap(), 0);
        assert_eq!(world.queue.retryable(world.campaign).await.unwrap(), [("WINDOW_CLOSED".to_owned(), 5)]);
        let by_code = Which::Codes(vec!["WINDOW_CLOSED".to_owned()]);
        assert_eq!(world.queue.retry(world.campaign, by_code).await.unwrap(), 5);
        assert_eq!(n(&world, Status::Queued).await, 5);
    }

    /// What happens around a campaign for which only open windows count.
    #[derive(Debug, Clone)]
    enum Act {
        /// Somebody wrote, so many minutes before the moment.
        Wrote(u64, u64),
        /// Time goes by.
        Minutes(u64),
        /// So many are claimed, and accepted or to be tried again.
        Claim(u32, bool),
        /// The provider says that a message that leaves now comes too late.
        Refused(u64),
    }

    fn act() -> impl Strategy<Value = Act> {
        prop_oneof![
            (0..5_u64, 0..2_000_u64).prop_map(|(n, ago)| Act::Wrote(n, ago)),
            (0..400_u64).prop_map(Act::Minutes),
            (1..4_u32, any::<bool>()).prop_map(|(n, is_accepted)| Act::Claim(n, is_accepted)),
            (0..5_u64).prop_map(Act::Refused),
        ]
    }

    /// Plays a history. Whoever is claimed has an open window at that moment, and the figures agree with the rows.
    async fn play(reach: Reach, acts: Vec<Act>) {
        let (world, lease) = world(reach, None).await;
        let (campaign, mut now, mut n_accepted) = (world.campaign, NOW, 0);
        for act in acts {
            match act {
                Act::Wrote(n, ago) => wrote_at(&world, n, now.minus(Duration::from_mins(ago))).await,
                Act::Minutes(minutes) => now = now.plus(Duration::from_mins(minutes)),
                Act::Refused(n) => {
                    let closings = vec![(campaign, phone(n), now)];
                    in_commit!(world.queue, |connection| { windows::close(connection, &closings).await })
                        .unwrap();
                }
                Act::Claim(n, is_accepted) => {
                    for claim in world.claim_at(&lease, n, now).await.unwrap().claims {
                        let known = world.queue.windows_of(claim.recipient.to).await.unwrap();
                        let closes_at = known[0].1.closes_at().expect("no refusal has closed it");
                        assert!(now.plus(Duration::from_mins(5)) < closes_at, "{now}: until {closes_at}");
                        n_accepted += u64::from(is_accepted);
                        let due_at = now.plus(Duration::from_mins(30));
                        let end =
                            if is_accepted { accepted() } else { End::Retried { reason: reason(), due_at } };
                        world.queue.settle(vec![settled(claim, end)]).await.unwrap();
                    }
                }
            }
        }
        world.statuses().await;
        assert_eq!(n(&world, Status::Accepted).await, n_accepted);
        assert!(
            reach == Reach::Open || n(&world, Status::Skipped).await == 0,
            "nobody is given up who is waited for"
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn nobody_is_claimed_whose_window_is_closed_whatever_happens(
            is_waiting in any::<bool>(),
            acts in proptest::collection::vec(act(), 1..40),
        ) {
            let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
            runtime.block_on(play(if is_waiting { Reach::Wait } else { Reach::Open }, acts));
        }
    }
}
