//! The ceiling on throughput. `governor` spreads the requests; a sliding log of their instants is the law.
//!
//! One pacer serves all that sends under one account. It can be changed while it runs.

use std::{collections::VecDeque, num::NonZeroU32, time::Duration};

use governor::{
    Quota, RateLimiter,
    clock::{Clock as GovernorClock, Reference},
    middleware::NoOpMiddleware,
    nanos::Nanos,
    state::{InMemoryState, NotKeyed},
};
use tokio::time::Instant;

use crate::trial;

/// The window that the law speaks of, and a little more: the provider counts arrivals, and two requests never travel
/// equally long. Costs 0.4 % of the rate.
pub(super) const WINDOW: Duration = Duration::from_millis(1_004);

/// How many requests may go at once after a late wake-up, as a share of a second: the runtime's timer is a millisecond
/// coarse, and a single slot of slack would lose 4 % of 80 a second.
const CATCH_UP_SECONDS: f64 = 0.05;

/// The slowest that a throttled pacer gets, as a share of its rate.
const SLOWEST: f64 = 1.0 / 64.0;

/// How fast a throttled pacer recovers: this share of its rate, once a second.
const RECOVERY_PER_SECOND: f64 = 0.05;

/// The runtime's clock for governor, so that a test can hold it.
#[derive(Debug, Clone, Copy)]
struct RuntimeClock;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct RuntimeInstant(Instant);

impl Reference for RuntimeInstant {
    fn duration_since(&self, earlier: Self) -> Nanos {
        self.0.saturating_duration_since(earlier.0).into()
    }

    fn saturating_sub(&self, duration: Nanos) -> Self {
        Self(self.0.checked_sub(duration.into()).unwrap_or(self.0))
    }
}

impl std::ops::Add<Nanos> for RuntimeInstant {
    type Output = Self;

    fn add(self, duration: Nanos) -> Self {
        Self(self.0 + Duration::from(duration))
    }
}

impl GovernorClock for RuntimeClock {
    type Instant = RuntimeInstant;

    fn now(&self) -> RuntimeInstant {
        RuntimeInstant(Instant::now())
    }
}

type Limiter = RateLimiter<NotKeyed, InMemoryState, RuntimeClock, NoOpMiddleware<RuntimeInstant>>;

/// Says when the next request may leave.
#[derive(Debug)]
pub struct Pacer {
    /// The rate that was asked for, per second.
    mps: f64,
    /// The share of it that the provider lets through at present, up to 1.
    share: f64,
    share_changed_at: Instant,
    silent_until: Option<Instant>,
    limiter: Limiter,
    log: VecDeque<Instant>,
}

impl Pacer {
    /// A pacer for `mps` messages per second.
    pub fn new(mps: f64) -> Self {
        Self {
            mps,
            share: 1.0,
            share_changed_at: Instant::now(),
            silent_until: None,
            limiter: limiter(mps),
            log: VecDeque::new(),
        }
    }

    /// The rate in force now, in messages per second.
    pub fn rate(&self) -> f64 {
        self.mps * self.share
    }

    /// The rate that was asked for, in messages per second.
    pub fn mps(&self) -> f64 {
        self.mps
    }

    /// Changes the rate. The log is kept, so a change grants nothing extra.
    pub fn set_mps(&mut self, mps: f64) {
        if (mps - self.mps).abs() > f64::EPSILON {
            self.mps = mps;
            self.limiter = limiter(self.rate());
        }
    }

    /// The provider is turning requests away: half the rate, and silence for a while where it said so.
    pub fn slow_down(&mut self, silent_for: Option<Duration>) {
        let now = Instant::now();
        if let Some(silence) = silent_for {
            self.silent_until = self.silent_until.max(Some(now + silence));
        }
        // Requests that were under way together are turned away together; they count once.
        if now.duration_since(self.share_changed_at) >= Duration::from_millis(500) || self.share >= 1.0 {
            self.share = (self.share / 2.0).max(SLOWEST);
            self.share_changed_at = now;
            self.limiter = limiter(self.rate());
        }
    }

    /// Takes the next place if one is free now; otherwise says when to ask again.
    pub fn take(&mut self) -> Result<(), Instant> {
        let now = Instant::now();
        self.recover(now);
        if let Some(until) = self.silent_until {
            if now < until {
                return Err(until);
            }
            self.silent_until = None;
        }
        while self.log.front().is_some_and(|sent| *sent + WINDOW <= now) {
            self.log.pop_front();
        }
        if let Some(free_at) = self.window_opens_at() {
            return Err(free_at);
        }
        match self.limiter.check() {
            Ok(()) => {
                self.log.push_back(now);
                Ok(())
            }
            Err(not_until) => Err(not_until.earliest_possible().0),
        }
    }

    /// When the oldest request leaves the window, if the window is full.
    fn window_opens_at(&self) -> Option<Instant> {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a rate is positive and at most 100,000"
        )]
        let places = (self.mps.floor() as usize).max(1);
        if self.mps < 1.0 || trial::mutant("governor-alone") {
            // Fewer than one a second: governor spaces them further apart than the window is long.
            return None;
        }
        (self.log.len() >= places).then(|| self.log[self.log.len() - places] + WINDOW)
    }

    fn recover(&mut self, now: Instant) {
        let is_due = now.duration_since(self.share_changed_at) >= Duration::from_secs(1);
        if self.share < 1.0 && is_due {
            self.share = (self.share + RECOVERY_PER_SECOND).min(1.0);
            self.share_changed_at = now;
            self.limiter = limiter(self.rate());
        }
    }
}

fn limiter(rate: f64) -> Limiter {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a rate is positive and at most 100,000"
    )]
    let burst = (rate * CATCH_UP_SECONDS).ceil().max(2.0) as u32;
    // A tenth of a percent faster than the rate: governor may round a slot up, and the log is the law anyway.
    // Below one a second the log is silent, and the rate is kept as it is.
    let (burst, rate) = if rate < 1.0 { (1, rate) } else { (burst, rate * 1.001) };
    let slot = Duration::from_secs_f64(1.0 / rate);
    let quota = Quota::with_period(slot)
        .expect("a slot of a positive rate is longer than zero")
        .allow_burst(NonZeroU32::new(burst).unwrap_or(NonZeroU32::MIN));
    RateLimiter::direct_with_clock(quota, RuntimeClock)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sends for `seconds` of the runtime's time and gives the instants.
    async fn run(pacer: &mut Pacer, seconds: u64) -> Vec<Instant> {
        let ends_at = Instant::now() + Duration::from_secs(seconds);
        let mut sent = Vec::new();
        while Instant::now() < ends_at {
            match pacer.take() {
                Ok(()) => sent.push(Instant::now()),
                Err(at) => tokio::time::sleep_until(at).await,
            }
        }
        sent
    }

    fn most_in_a_sliding_second(sent: &[Instant]) -> usize {
        sent.iter()
            .enumerate()
            .map(|(i, first)| {
                sent[i..].iter().take_while(|at| **at < *first + Duration::from_secs(1)).count()
            })
            .max()
            .unwrap_or_default()
    }

    #[tokio::test(start_paused = true)]
    async fn no_sliding_second_holds_more_than_the_rate_and_little_is_lost() {
        for mps in [3.0_f64, 20.0, 80.0, 1_000.0] {
            let sent = run(&mut Pacer::new(mps), 60).await;
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "small numbers")]
            let most = mps as usize;
            assert!(most_in_a_sliding_second(&sent) <= most, "{mps}");
            #[expect(clippy::cast_precision_loss, reason = "small numbers")]
            let mean = sent.len() as f64 / 60.0;
            assert!(mean >= mps * 0.99, "{mps}: {mean}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_rate_below_one_a_second_is_kept() {
        assert_eq!(run(&mut Pacer::new(0.5), 20).await.len(), 10);
    }

    #[tokio::test(start_paused = true)]
    async fn changing_the_rate_grants_no_burst() {
        let mut pacer = Pacer::new(100.0);
        let mut sent = run(&mut pacer, 1).await;
        for _ in 0..20 {
            pacer.set_mps(99.0);
            pacer.set_mps(100.0);
            sent.extend(run(&mut pacer, 1).await);
        }
        assert!(most_in_a_sliding_second(&sent) <= 100);
    }

    #[tokio::test(start_paused = true)]
    async fn being_turned_away_halves_the_rate_once_and_it_recovers() {
        let mut pacer = Pacer::new(100.0);
        for _ in 0..50 {
            pacer.slow_down(None);
        }
        assert!((pacer.rate() - 50.0).abs() < 0.1, "{}", pacer.rate());
        run(&mut pacer, 30).await;
        assert!((pacer.rate() - 100.0).abs() < 0.1, "{}", pacer.rate());
    }

    #[tokio::test(start_paused = true)]
    async fn a_silence_that_was_asked_for_is_kept() {
        let mut pacer = Pacer::new(100.0);
        let asked_at = Instant::now();
        pacer.slow_down(Some(Duration::from_secs(7)));
        let sent = run(&mut pacer, 10).await;
        assert!(sent[0] >= asked_at + Duration::from_secs(7));
    }
}
