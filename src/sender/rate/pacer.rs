//! Spreads a campaign's requests over time, and slows down where the provider turns them away. `governor` does the
//! spreading; how many may leave at most is the law of `window`.

use std::{num::NonZeroU32, time::Duration};

use governor::{
    Quota, RateLimiter,
    clock::{Clock as GovernorClock, Reference},
    middleware::NoOpMiddleware,
    nanos::Nanos,
    state::{InMemoryState, NotKeyed},
};
use tokio::time::Instant;

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
pub(crate) struct Pacer {
    /// The rate that was asked for, per second.
    mps: f64,
    /// The share of it that the provider lets through at present, up to 1.
    share: f64,
    share_changed_at: Instant,
    limiter: Limiter,
}

impl Pacer {
    /// A pacer for `mps` messages per second.
    pub(crate) fn new(mps: f64) -> Self {
        Self { mps, share: 1.0, share_changed_at: Instant::now(), limiter: limiter(mps) }
    }

    /// The rate in force now, in messages per second.
    pub(crate) fn rate(&self) -> f64 {
        self.mps * self.share
    }

    /// The rate that was asked for, in messages per second.
    pub(crate) fn mps(&self) -> f64 {
        self.mps
    }

    /// Changes the rate.
    pub(crate) fn set_mps(&mut self, mps: f64) {
        if (mps - self.mps).abs() > f64::EPSILON {
            self.mps = mps;
            self.limiter = limiter(self.rate());
        }
    }

    /// The provider is turning requests away: half the rate.
    pub(crate) fn slow_down(&mut self) {
        let now = Instant::now();
        // Requests that were under way together are turned away together; they count once.
        if now.duration_since(self.share_changed_at) >= Duration::from_millis(500) || self.share >= 1.0 {
            self.share = (self.share / 2.0).max(SLOWEST);
            self.share_changed_at = now;
            self.limiter = limiter(self.rate());
        }
    }

    /// Takes the next place if one is free now; otherwise says when to ask again.
    pub(crate) fn take(&mut self) -> Result<(), Instant> {
        self.recover(Instant::now());
        self.limiter.check().map_err(|not_until| not_until.earliest_possible().0)
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
    // A tenth of a percent faster than the rate: governor may round a slot up, and the law has the last word.
    // Below one a second there is nothing to spread.
    let (burst, rate) = if rate < 1.0 { (1, rate) } else { (burst, rate * 1.001) };
    let slot = Duration::from_secs_f64(1.0 / rate);
    let quota = Quota::with_period(slot)
        .expect("a slot of a positive rate is longer than zero")
        .allow_burst(NonZeroU32::new(burst).unwrap_or(NonZeroU32::MIN));
    let limiter = RateLimiter::direct_with_clock(quota, RuntimeClock);
    // It starts without a burst: that is for late wake-ups, and there was none yet.
    if let Some(n) = NonZeroU32::new(burst - 1) {
        drop(limiter.check_n(n));
    }
    limiter
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

    #[tokio::test(start_paused = true)]
    async fn requests_are_spread_over_the_second() {
        let sent = run(&mut Pacer::new(80.0), 10).await;
        assert!((790..=810).contains(&sent.len()), "{}", sent.len());
        let in_a_tenth = |from: &Instant| {
            sent.iter().filter(|at| *from <= **at && **at < *from + Duration::from_millis(100)).count()
        };
        let most = sent.iter().map(in_a_tenth).max().unwrap();
        assert!(most <= 13, "{most} in a tenth of a second");
    }

    #[tokio::test(start_paused = true)]
    async fn being_turned_away_halves_the_rate_once_and_it_recovers() {
        let mut pacer = Pacer::new(100.0);
        for _ in 0..50 {
            pacer.slow_down();
        }
        assert!((pacer.rate() - 50.0).abs() < 0.1, "{}", pacer.rate());
        run(&mut pacer, 30).await;
        assert!((pacer.rate() - 100.0).abs() < 0.1, "{}", pacer.rate());
    }
}
