//! The canary: a campaign's first messages, whose receipts decide whether the rest is sent.

use std::num::NonZeroU32;

use crate::{
    domain::{
        CampaignId, PauseCause, Status, Timestamp,
        campaign::{Pause, canary::Canary},
    },
    queue::{counters, engine::Connection, error::QueueError, rows, states, views::totals},
};

/// How many reasons a pause names.
const REASONS_MAX: u32 = 3;

/// How many recipients may be claimed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Allowance {
    /// At most so many.
    UpTo(NonZeroU32),
    /// None: the first messages are out, and their receipts are waited for until this instant.
    WaitsUntil(Timestamp),
    /// None: the first messages did not arrive, and the campaign is paused.
    Paused,
}

struct AllowanceRow {
    n: i64,
    canary_wait_ms: i64,
    canary_share: f64,
    canary_ends_at: Option<i64>,
}

/// How many of the recipients that somebody wants may be claimed now. Judges the first messages once they are out.
pub(crate) async fn allowance(
    connection: &mut Connection,
    campaign: CampaignId,
    wanted: NonZeroU32,
    now: Timestamp,
) -> Result<Allowance, QueueError> {
    let row = query_as!(
        AllowanceRow,
        r#"select canary as "n!: i64", canary_wait_ms, canary_share, canary_ends_at from campaign
        where campaign_id = $1 and canary is not null and canary_is_passed = 0"#,
        campaign.0,
    )
    .fetch_optional(&mut *connection)
    .await?;
    let Some(row) = row else { return Ok(Allowance::UpTo(wanted)) };
    let counts = counters::read(&mut *connection, campaign).await?;
    let n_out = [Status::Sending, Status::Accepted, Status::Failed, Status::InDoubt]
        .into_iter()
        .map(|status| counts.of(status))
        .sum::<u64>();
    let left = u32::try_from(rows::count(row.n).saturating_sub(n_out)).unwrap_or(u32::MAX);
    if let Some(left) = NonZeroU32::new(left) {
        return Ok(Allowance::UpTo(wanted.min(left)));
    }
    let funnel = counts.funnel();
    let (n_arrived, n_lost) = (funnel.delivered, funnel.undelivered + counts.of(Status::Failed));
    let ends_at = match row.canary_ends_at {
        Some(ends_at) => Timestamp(ends_at),
        None => now.plus(rows::duration("canary_wait_ms", campaign.0, row.canary_wait_ms)?),
    };
    match (Canary { n_out, n_arrived, n_lost, share: row.canary_share }).has_passed(now >= ends_at) {
        Some(true) => {
            pass(connection, campaign).await?;
            Ok(Allowance::UpTo(wanted))
        }
        None => {
            query!("update campaign set canary_ends_at = $1 where campaign_id = $2", ends_at.0, campaign.0)
                .execute(connection)
                .await?;
            Ok(Allowance::WaitsUntil(ends_at))
        }
        Some(false) => {
            let mut detail = format!("of the first {n_out} messages {n_arrived} arrived, {n_lost} did not");
            for (said, n) in totals::undelivered(&mut *connection, campaign, Some(REASONS_MAX)).await? {
                let reason = if said.is_empty() { "no reason given" } else { &said };
                detail.push_str(&format!("; {n} × {reason}"));
            }
            let pause = Pause { cause: PauseCause::Canary, detail: Some(detail), line: None };
            states::pause(connection, campaign, &pause, None, now).await?;
            Ok(Allowance::Paused)
        }
    }
}

async fn pass(connection: &mut Connection, campaign: CampaignId) -> Result<(), QueueError> {
    query!("update campaign set canary_is_passed = 1 where campaign_id = $1", campaign.0)
        .execute(connection)
        .await?;
    Ok(())
}

/// Who resumes a campaign that paused for its canary has read what the receipts said.
pub(crate) async fn resumed(connection: &mut Connection, campaign: CampaignId) -> Result<(), QueueError> {
    query!(
        "update campaign set canary_is_passed = 1
        where campaign_id = $1 and state = 'paused' and pause_cause = 'canary'",
        campaign.0,
    )
    .execute(connection)
    .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::{
        domain::{Meaning, PauseCause, Receipt, Said, State, Timestamp, campaign::Pause},
        queue::{
            Claimed, End, Heard, Lease,
            tests::{NOW, World, settled},
        },
    };

    impl World {
        async fn with_canary(n: u64, canary: u32) -> (Self, Lease) {
            let world = Self::with(n).await;
            let id = world.campaign.0;
            in_commit!(world.queue, |connection| {
                crate::queue::engine::Text::new("update campaign set canary = $1 where campaign_id = $2")
                    .bind(canary)
                    .bind(id)
                    .execute(connection)
                    .await?;
                Ok(())
            })
            .unwrap();
            let lease = world.start().await;
            (world, lease)
        }

        /// Claims what it may, and has it accepted under the ids `A1`, `A2`, ….
        async fn send(&self, lease: &Lease, at: Timestamp) -> (usize, Claimed) {
            let mut claimed = self.claim_at(lease, 100, at).await.unwrap();
            let claims = std::mem::take(&mut claimed.claims);
            let n = claims.len();
            for claim in claims {
                let id = format!("A{}", claim.recipient.id.0);
                let end = End::Accepted { message_id: Some(id), note: None };
                self.queue.settle(vec![settled(claim, end)]).await.unwrap();
            }
            (n, claimed)
        }

        async fn tell(&self, id: u64, report: Said) {
            let receipt = Receipt {
                ids: vec![format!("A{id}")],
                refs: [None, None, None],
                report,
                at: None,
                code: Some("131026".to_owned()),
                error: Some("Undeliverable".to_owned()),
            };
            self.queue.receive(vec![Heard { receipt, meaning: Meaning::Plain, at: NOW }]).await.unwrap();
        }

        async fn paused(&self) -> Option<Pause> {
            self.queue.campaign("spring").await.unwrap().pause
        }
    }

    const WAIT: std::time::Duration = std::time::Duration::from_mins(15);

    #[tokio::test]
    async fn nothing_more_is_claimed_until_the_first_messages_arrived() {
        let (world, lease) = World::with_canary(8, 5).await;
        assert_eq!(world.send(&lease, NOW).await.0, 5);
        let (n, claimed) = world.send(&lease, NOW).await;
        assert_eq!((n, claimed.canary_until), (0, Some(NOW.plus(WAIT))));
        for id in 1..=3 {
            world.tell(id, Said::Read).await;
        }
        world.tell(4, Said::Sent).await;
        assert_eq!(world.send(&lease, NOW).await.0, 0, "three of five are not four of five");
        world.tell(4, Said::Delivered).await;
        assert_eq!(world.send(&lease, NOW).await.0, 3);
    }

    #[tokio::test]
    async fn when_the_share_is_out_of_reach_the_campaign_pauses_and_says_why() {
        let (world, lease) = World::with_canary(8, 5).await;
        world.send(&lease, NOW).await;
        world.tell(1, Said::Read).await;
        world.tell(2, Said::Undelivered).await;
        world.tell(3, Said::Undelivered).await;
        let (n, claimed) = world.send(&lease, NOW).await;
        assert_eq!((n, claimed.state), (0, State::Paused));
        let pause = world.paused().await.unwrap();
        assert_eq!(pause.cause, PauseCause::Canary);
        let detail = "of the first 5 messages 1 arrived, 2 did not; 2 × 131026: Undeliverable";
        assert_eq!(pause.detail.as_deref(), Some(detail));
        world.queue.resume(world.campaign).await.unwrap();
        assert_eq!(world.send(&lease, NOW).await.0, 3, "the operator has seen it");
    }

    #[tokio::test]
    async fn a_wait_without_receipts_ends_in_a_pause() {
        let (world, lease) = World::with_canary(8, 5).await;
        world.send(&lease, NOW).await;
        world.send(&lease, NOW).await;
        let just_before = Timestamp(NOW.plus(WAIT).0 - 1);
        assert_eq!(world.send(&lease, just_before).await.1.state, State::Running);
        assert_eq!(world.send(&lease, NOW.plus(WAIT)).await.1.state, State::Paused);
    }
}
