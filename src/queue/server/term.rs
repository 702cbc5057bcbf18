//! Until when a holder of the right to send may let anything leave.
//!
//! Whoever waits for the right takes it over once it has itself seen the same state of the lease for a whole [`TTL`]. The
//! holder stops earlier by itself: [`MARGIN`] before a `TTL` has passed since the moment before it sent its last renewal. No
//! two clocks are compared, and neither is the wall's: two clocks that run only need to run equally fast to within a quarter.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use crate::trial;

/// For so long whoever takes over has to have seen no renewal.
pub(in crate::queue) fn ttl() -> Duration {
    trial::span("lease", Duration::from_secs(10))
}

/// So long before that a holder stops: longer than the second that a rate is counted over, so that what the holder has sent
/// last is older than that when somebody else begins.
fn margin() -> Duration {
    ttl() / 4
}

/// A moment on a clock that nobody sets, in milliseconds. It goes on while the machine sleeps, where the system has such
/// a clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::queue) struct Moment(i64);

impl Moment {
    #[cfg(target_os = "linux")]
    pub(in crate::queue) fn now() -> Self {
        use nix::time::{ClockId, clock_gettime};
        // A machine without that clock has no holder whose term could be told.
        let since_start = clock_gettime(ClockId::CLOCK_BOOTTIME).map_or(i64::MAX, |at| {
            at.tv_sec().saturating_mul(1_000).saturating_add(at.tv_nsec() / 1_000_000)
        });
        Self(since_start)
    }

    #[cfg(not(target_os = "linux"))]
    pub(in crate::queue) fn now() -> Self {
        use std::{sync::OnceLock, time::Instant};
        static START: OnceLock<Instant> = OnceLock::new();
        let since_start = START.get_or_init(Instant::now).elapsed().as_millis();
        Self(i64::try_from(since_start).unwrap_or(i64::MAX))
    }
}

/// The time for which a holder may let messages leave. All copies are of the same term.
#[derive(Debug, Clone)]
pub struct Term(Arc<AtomicI64>);

impl Term {
    /// Of a holder whose right cannot pass to anybody while it lives.
    pub fn endless() -> Self {
        Self(Arc::new(AtomicI64::new(i64::MAX)))
    }

    /// Of a holder whose right was written down by what it sent at `sent_at`.
    pub(in crate::queue) fn from(sent_at: Moment) -> Self {
        Self(Arc::new(AtomicI64::new(last(sent_at))))
    }

    /// Whether anything may leave now.
    pub fn is_running(&self) -> bool {
        Moment::now().0 < self.0.load(Ordering::SeqCst)
    }

    /// The holder has renewed it by what it sent at `sent_at`. A term that has been ended stays so.
    pub(in crate::queue) fn extend(&self, sent_at: Moment) {
        let until = last(sent_at);
        let longer = |now: i64| (now != ENDED && now < until).then_some(until);
        // Nothing to do where it ended, or lasts longer.
        let _unchanged = self.0.fetch_update(Ordering::SeqCst, Ordering::SeqCst, longer);
    }

    /// Nothing leaves any more.
    pub(in crate::queue) fn end(&self) {
        self.0.store(ENDED, Ordering::SeqCst);
    }
}

const ENDED: i64 = i64::MIN;

fn last(sent_at: Moment) -> i64 {
    let span = ttl().saturating_sub(margin());
    sent_at.0.saturating_add(i64::try_from(span.as_millis()).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_term_ends_before_anybody_may_take_over_and_an_ended_one_is_not_renewed() {
        let ago = |span: Duration| Moment(Moment::now().0 - i64::try_from(span.as_millis()).unwrap());
        assert!(Term::from(Moment::now()).is_running());
        assert!(!Term::from(ago(ttl().saturating_sub(margin()))).is_running());
        let term = Term::from(ago(ttl()));
        term.extend(Moment::now());
        assert!(term.is_running());
        term.extend(ago(ttl()));
        assert!(term.is_running(), "a late answer to an early renewal shortens nothing");
        term.end();
        term.extend(Moment::now());
        assert!(!term.is_running());
        assert!(Term::endless().is_running());
        assert!(margin() > Duration::from_millis(1_004));
    }
}
