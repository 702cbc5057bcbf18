//! The rate of a whole account, shared by the campaigns that are sent at once under it.
//!
//! The account may send as fast as the fastest of them is allowed to, and no faster because there are several: a sliding
//! log of all their dispatches is the law, and each paces itself by its share. One that waits has no share.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Mutex, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

use super::pacer::{Pacer, WINDOW};
use crate::domain::CampaignId;

/// A campaign that has asked for no place for so long waits for something, and leaves its share to the others.
const ACTIVE_FOR: Duration = Duration::from_secs(2);

/// What the campaigns of one account share.
#[derive(Debug, Default)]
pub struct AccountRate {
    shared: Mutex<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    campaigns: HashMap<CampaignId, Active>,
    log: VecDeque<Instant>,
    silent_until: Option<Instant>,
}

#[derive(Debug)]
struct Active {
    mps: f64,
    asked_at: Instant,
}

impl AccountRate {
    /// Takes the next place for a campaign of that rate, if the account and the campaign's own pacer have one; otherwise
    /// says when to ask again.
    pub(super) fn take(&self, campaign: CampaignId, mps: f64, pacer: &mut Pacer) -> Result<(), Instant> {
        let now = Instant::now();
        let mut shared = self.shared.lock().unwrap_or_else(PoisonError::into_inner);
        shared.campaigns.insert(campaign, Active { mps, asked_at: now });
        if let Some(until) = shared.silent_until.filter(|until| now < *until) {
            return Err(until);
        }
        if let Some(free_at) = shared.opens_at(now) {
            return Err(free_at);
        }
        pacer.take()?;
        shared.log.push_back(now);
        Ok(())
    }

    /// What a campaign of that rate gets, in messages per second, while others are being sent too.
    pub(super) fn share(&self, campaign: CampaignId, mps: f64) -> f64 {
        let now = Instant::now();
        let mut shared = self.shared.lock().unwrap_or_else(PoisonError::into_inner);
        shared.campaigns.retain(|id, active| *id == campaign || now < active.asked_at + ACTIVE_FOR);
        if let Some(own) = shared.campaigns.get_mut(&campaign) {
            own.mps = mps;
        }
        let others: f64 =
            shared.campaigns.iter().filter(|(id, _)| **id != campaign).map(|(_, active)| active.mps).sum();
        if others > 0.0 { mps * shared.limit().max(mps) / (others + mps) } else { mps }
    }

    /// The provider asked the whole account to be silent for a while.
    pub(super) fn silence(&self, silent_for: Duration) {
        let mut shared = self.shared.lock().unwrap_or_else(PoisonError::into_inner);
        shared.silent_until = shared.silent_until.max(Some(Instant::now() + silent_for));
    }

    /// The campaign is no longer sent.
    pub(super) fn leave(&self, campaign: CampaignId) {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner).campaigns.remove(&campaign);
    }
}

impl Shared {
    /// As many messages per second as the fastest campaign may send.
    fn limit(&self) -> f64 {
        self.campaigns.values().map(|active| active.mps).fold(0.0, f64::max)
    }

    /// When the oldest request leaves the window, if the window is full.
    fn opens_at(&mut self, now: Instant) -> Option<Instant> {
        while self.log.front().is_some_and(|sent| *sent + WINDOW <= now) {
            self.log.pop_front();
        }
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a rate is positive and at most 100,000"
        )]
        let places = (self.limit().floor() as usize).max(1);
        // A campaign alone has its own log; below one a second the shares alone keep them apart.
        if self.campaigns.len() < 2 || self.limit() < 1.0 {
            return None;
        }
        (self.log.len() >= places).then(|| self.log[self.log.len() - places] + WINDOW)
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
            match account.take(CampaignId(id), mps, &mut pacer) {
                Ok(()) => sent.push(Instant::now()),
                Err(at) => tokio::time::sleep_until(at.min(pulse_at)).await,
            }
        }
        account.leave(CampaignId(id));
        sent
    }

    fn most_in_a_sliding_second(sent: &[Instant]) -> usize {
        let in_second = |from: &Instant| {
            sent.iter().filter(|at| *from <= **at && **at < *from + Duration::from_secs(1)).count()
        };
        sent.iter().map(in_second).max().unwrap_or_default()
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
    async fn a_campaign_that_waits_leaves_its_share_to_the_others() {
        let account = Arc::new(AccountRate::default());
        let ends = Instant::now() + Duration::from_secs(3);
        send(Arc::clone(&account), 1, 20.0, ends).await;
        let mut pacer = Pacer::new(20.0);
        account.take(CampaignId(2), 20.0, &mut pacer).ok();
        assert!((account.share(CampaignId(1), 20.0) - 10.0).abs() < 0.01);
        tokio::time::advance(ACTIVE_FOR).await;
        assert!((account.share(CampaignId(1), 20.0) - 20.0).abs() < 0.01);
    }

    #[tokio::test(start_paused = true)]
    async fn a_silence_that_one_was_asked_for_is_kept_by_all() {
        let account = AccountRate::default();
        account.silence(Duration::from_secs(7));
        let mut pacer = Pacer::new(20.0);
        let again_at = account.take(CampaignId(2), 20.0, &mut pacer).unwrap_err();
        assert_eq!(again_at, Instant::now() + Duration::from_secs(7));
    }
}
