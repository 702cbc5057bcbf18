//! The rate of a whole account: one log of departures, which every dispatch asks and which outlives drains and
//! processes.
//!
//! The account may send as fast as the fastest of the campaigns that are sent at once is allowed to, and no faster
//! because there are several. Each paces itself by its share and keeps its own rate too. One that waits has no share.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

use super::{
    pacer::Pacer,
    window::{Law, Window},
};
use crate::{
    domain::{CampaignId, Timestamp},
    queue::{AccountLog, LastSent, Queue, QueueError},
};

/// A campaign that has asked for no place for so long waits for something, and leaves its share to the others.
const ACTIVE_FOR: Duration = Duration::from_secs(2);

/// What the campaigns of one account share.
#[derive(Debug, Default)]
pub struct AccountRate {
    shared: Mutex<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    campaigns: HashMap<CampaignId, Lane>,
    window: Window,
    silent_until: Option<Instant>,
    /// What the queue said of earlier processes: written back where nothing leaves from here.
    earlier: Option<Timestamp>,
    /// Until then, they may have sent as much as was allowed.
    earlier_at: Option<Instant>,
}

/// One campaign's part of the log. It stays when the campaign is no longer sent.
#[derive(Debug, Default)]
struct Lane {
    mps: f64,
    asked_at: Option<Instant>,
    window: Window,
}

impl AccountRate {
    /// The rate of an account as earlier processes left it. Called with the lease, before anything is sent.
    pub async fn take_up(&self, queue: &Queue, now: Timestamp) -> Result<(), QueueError> {
        let AccountLog { last_sent, silent_for } = queue.take_account_log(now).await?;
        let instant = Instant::now();
        let mut shared = self.lock();
        (shared.earlier, shared.earlier_at) = match last_sent {
            LastSent::Never => (Some(Timestamp(0)), None),
            LastSent::At(at) => {
                // A clock that was set back makes the last departure one of the future: then it may have been now.
                let ago = Duration::from_millis(u64::try_from(now.0 - at.0).unwrap_or_default());
                (Some(at), instant.checked_sub(ago))
            }
            LastSent::Unknown => (None, Some(instant)),
        };
        if let Some(at) = shared.earlier_at {
            shared.window.sent_before(at);
            shared.campaigns.values_mut().for_each(|lane| lane.window.sent_before(at));
        }
        if !silent_for.is_zero() {
            shared.silent_until = shared.silent_until.max(Some(instant + silent_for));
        }
        Ok(())
    }

    /// Writes down when the last request left, so that the next process need not wait. Called when nothing is sent any
    /// more, before the lease is given up.
    pub async fn give_up(&self, queue: &Queue, now: Timestamp) -> Result<(), QueueError> {
        let last_left_at = {
            let shared = self.lock();
            let last_left_at = shared.window.last_left_at();
            last_left_at
                .map(|at| Timestamp(now.0 - i64::try_from(at.elapsed().as_millis()).unwrap_or(0)))
                .or(shared.earlier)
        };
        match last_left_at {
            Some(at) => queue.leave_account_log(at).await,
            None => Ok(()),
        }
    }

    /// Takes a place for a request of a campaign of that rate, if the account, the campaign and its pacer have one;
    /// otherwise says when to ask again. The place is held until the request leaves or is given up.
    pub(crate) fn reserve(&self, campaign: CampaignId, mps: f64, pacer: &mut Pacer) -> Result<(), Instant> {
        let mut shared = self.lock();
        // Taken with the log in hand: the log's instants never go backwards.
        let now = Instant::now();
        if let Some(until) = shared.silent_until(now) {
            return Err(until);
        }
        let lane = shared.lane(campaign);
        (lane.mps, lane.asked_at) = (mps, Some(now));
        let of_campaign = lane.window.opens_at(Law::of(mps), now);
        let limit = shared.limit(now);
        if let Some(opens_at) = shared.window.opens_at(Law::of(limit), now).max(of_campaign) {
            return Err(opens_at);
        }
        pacer.take()?;
        shared.window.reserve();
        shared.lane(campaign).window.reserve();
        Ok(())
    }

    /// The bytes of a request that has a place are about to leave. False where the provider has asked for silence since.
    pub(crate) fn leave(&self, campaign: CampaignId) -> bool {
        let mut shared = self.lock();
        let now = Instant::now();
        if shared.silent_until(now).is_some() {
            return false;
        }
        shared.window.leave(now);
        shared.lane(campaign).window.leave(now);
        true
    }

    /// A request that has a place does not leave.
    pub(crate) fn release(&self, campaign: CampaignId) {
        let mut shared = self.lock();
        shared.window.give_up();
        shared.lane(campaign).window.give_up();
    }

    /// What a campaign of that rate gets, in messages per second, while others are being sent too.
    pub(crate) fn share(&self, campaign: CampaignId, mps: f64) -> f64 {
        let now = Instant::now();
        let shared = self.lock();
        let others: f64 =
            shared.active(now).filter(|(id, _)| **id != campaign).map(|(_, lane)| lane.mps).sum();
        if others > 0.0 { mps * shared.limit(now).max(mps) / (others + mps) } else { mps }
    }

    /// The provider asked the whole account to be silent for a while.
    pub(crate) fn silence(&self, silent_for: Duration) {
        let mut shared = self.lock();
        shared.silent_until = shared.silent_until.max(Some(Instant::now() + silent_for));
    }

    /// Until when the provider asked the account to be silent, if that is not over.
    pub(crate) fn silent_until(&self) -> Option<Instant> {
        self.lock().silent_until(Instant::now())
    }

    /// The campaign is no longer sent. What it has sent still counts.
    pub(crate) fn leave_share(&self, campaign: CampaignId) {
        self.lock().lane(campaign).asked_at = None;
    }

    fn lock(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Shared {
    fn lane(&mut self, campaign: CampaignId) -> &mut Lane {
        self.campaigns.entry(campaign).or_insert_with(|| {
            let mut lane = Lane::default();
            self.earlier_at.into_iter().for_each(|at| lane.window.sent_before(at));
            lane
        })
    }

    fn active(&self, now: Instant) -> impl Iterator<Item = (&CampaignId, &Lane)> {
        self.campaigns.iter().filter(move |(_, lane)| lane.asked_at.is_some_and(|at| now < at + ACTIVE_FOR))
    }

    /// As many messages per second as the fastest campaign may send.
    fn limit(&self, now: Instant) -> f64 {
        self.active(now).map(|(_, lane)| lane.mps).fold(0.01, f64::max)
    }

    fn silent_until(&self, now: Instant) -> Option<Instant> {
        self.silent_until.filter(|until| now < *until)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    /// Sends as one campaign until the instant, and gives when.
    async fn send(account: Arc<AccountRate>, id: i64, mps: f64, until: Instant) -> Vec<Instant> {
        let mut pacer = Pacer::new(mps);
        let mut sent = Vec::new();
        let mut pulse_at = Instant::now();
        while Instant::now() < until {
            if pulse_at <= Instant::now() {
                pacer.set_mps(account.share(CampaignId(id), mps));
                pulse_at = Instant::now() + Duration::from_millis(250);
            }
            match account.reserve(CampaignId(id), mps, &mut pacer) {
                Ok(()) => {
                    assert!(account.leave(CampaignId(id)));
                    sent.push(Instant::now());
                }
                Err(at) => tokio::time::sleep_until(at.min(pulse_at)).await,
            }
        }
        account.leave_share(CampaignId(id));
        sent
    }

    fn most_in_a_sliding_second(sent: &[Instant]) -> usize {
        let in_second = |(i, first): (usize, &Instant)| {
            sent[i..].iter().take_while(|at| **at < *first + Duration::from_secs(1)).count()
        };
        sent.iter().enumerate().map(in_second).max().unwrap_or_default()
    }

    #[tokio::test(start_paused = true)]
    async fn no_sliding_second_holds_more_than_the_rate_and_little_is_lost() {
        for mps in [3.0_f64, 20.0, 333.0] {
            let sent = send(Arc::default(), 1, mps, Instant::now() + Duration::from_mins(1)).await;
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "small numbers")]
            let most = mps as usize;
            assert!(most_in_a_sliding_second(&sent) <= most, "{mps}");
            #[expect(clippy::cast_precision_loss, reason = "small numbers")]
            let mean = sent.len() as f64 / 60.0;
            assert!(mean >= mps * 0.99, "{mps}: {mean}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_fraction_of_a_message_a_second_is_kept_exactly() {
        for (mps, seconds, n) in [(0.5, 20, 10), (1.5, 100, 149), (2.5, 100, 248), (0.05, 100, 5)] {
            let sent = send(Arc::default(), 1, mps, Instant::now() + Duration::from_secs(seconds)).await;
            assert!(sent.len() == n || sent.len() == n + 1, "{mps}: {} in {seconds} s", sent.len());
        }
    }

    #[tokio::test(start_paused = true)]
    async fn changing_the_rate_grants_no_burst() {
        let account = Arc::<AccountRate>::default();
        let mut sent = Vec::new();
        for mps in [100.0, 99.0].into_iter().cycle().take(40) {
            sent.extend(
                send(Arc::clone(&account), 1, mps, Instant::now() + Duration::from_millis(500)).await,
            );
        }
        assert!(most_in_a_sliding_second(&sent) <= 100);
    }

    #[tokio::test(start_paused = true)]
    async fn campaigns_at_once_stay_under_the_rate_of_one_and_share_it() {
        let account = Arc::new(AccountRate::default());
        let ends = Instant::now() + Duration::from_secs(30);
        let first = tokio::spawn(send(Arc::clone(&account), 1, 20.0, ends));
        tokio::time::sleep(Duration::from_millis(5_120)).await;
        let second = tokio::spawn(send(Arc::clone(&account), 2, 20.0, ends));
        let (first, second) = (first.await.unwrap(), second.await.unwrap());
        let mut all: Vec<_> = first.iter().chain(&second).copied().collect();
        all.sort();
        assert!(most_in_a_sliding_second(&all) <= 20, "{}", most_in_a_sliding_second(&all));
        assert!((580..=600).contains(&all.len()), "{}", all.len());
        assert!(second.len() > 220, "{} and {}", first.len(), second.len());
    }

    #[tokio::test(start_paused = true)]
    async fn campaigns_that_follow_each_other_share_one_log() {
        let account = Arc::new(AccountRate::default());
        let mut sent = Vec::new();
        for id in 1..20 {
            // Each is over in the middle of a window.
            let ends = Instant::now() + Duration::from_millis(130);
            sent.extend(send(Arc::clone(&account), id, 20.0, ends).await);
        }
        assert!(most_in_a_sliding_second(&sent) <= 20, "{}", most_in_a_sliding_second(&sent));
        assert!(sent.len() >= 40, "{}", sent.len());
    }

    #[tokio::test(start_paused = true)]
    async fn when_one_of_two_campaigns_ends_the_other_takes_over_without_a_burst() {
        let account = Arc::new(AccountRate::default());
        let ends = Instant::now() + Duration::from_secs(10);
        let first =
            tokio::spawn(send(Arc::clone(&account), 1, 80.0, Instant::now() + Duration::from_millis(3_333)));
        let second = tokio::spawn(send(Arc::clone(&account), 2, 80.0, ends));
        let mut all = first.await.unwrap();
        all.extend(second.await.unwrap());
        all.sort();
        assert!(most_in_a_sliding_second(&all) <= 80, "{}", most_in_a_sliding_second(&all));
        assert!(all.len() > 780, "{}", all.len());
    }

    #[tokio::test(start_paused = true)]
    async fn a_campaign_that_waits_leaves_its_share_to_the_others() {
        let account = Arc::new(AccountRate::default());
        let ends = Instant::now() + Duration::from_secs(3);
        send(Arc::clone(&account), 1, 20.0, ends).await;
        let mut pacer = Pacer::new(20.0);
        account.reserve(CampaignId(2), 20.0, &mut pacer).ok();
        assert!((account.share(CampaignId(1), 20.0) - 10.0).abs() < 0.01);
        tokio::time::advance(ACTIVE_FOR).await;
        assert!((account.share(CampaignId(1), 20.0) - 20.0).abs() < 0.01);
    }

    #[tokio::test(start_paused = true)]
    async fn a_silence_that_one_was_asked_for_is_kept_by_all_and_by_what_was_about_to_leave() {
        let account = AccountRate::default();
        let mut pacer = Pacer::new(20.0);
        assert_eq!(account.reserve(CampaignId(1), 20.0, &mut pacer), Ok(()));
        account.silence(Duration::from_secs(7));
        assert!(!account.leave(CampaignId(1)), "it had not left yet");
        let again_at = account.reserve(CampaignId(2), 20.0, &mut pacer).unwrap_err();
        assert_eq!(again_at, Instant::now() + Duration::from_secs(7));
    }
}
