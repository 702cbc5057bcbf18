//! When to try again: attempt number to jittered delay. The only user of `backoff`, and of it only the calculator: the
//! wait itself is a `due_at` in the queue, so that it survives a restart.

use std::time::Duration;

use backoff::{ExponentialBackoff, ExponentialBackoffBuilder, backoff::Backoff};

use crate::domain::ruling::RetrySchedule;

/// By how much a delay may differ from its place in the schedule, either way.
const JITTER: f64 = 0.25;

/// The delay after the attempt numbered `attempt` (from 1): doubling from the initial delay up to the longest one,
/// give or take a quarter, so that recipients that failed together do not come back together.
pub(super) fn delay(schedule: RetrySchedule, attempt: u32) -> Duration {
    let mut intervals: ExponentialBackoff = ExponentialBackoffBuilder::new()
        .with_initial_interval(schedule.initial)
        .with_max_interval(schedule.interval_max)
        .with_multiplier(2.0)
        .with_randomization_factor(JITTER)
        .with_max_elapsed_time(None)
        .build();
    let mut delay = schedule.initial;
    for _ in 0..attempt.max(1) {
        delay = intervals.next_backoff().unwrap_or(schedule.interval_max);
    }
    delay
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCHEDULE: RetrySchedule =
        RetrySchedule { initial: Duration::from_secs(5), interval_max: Duration::from_mins(10) };

    #[test]
    fn delays_double_within_their_jitter_and_stop_growing() {
        for (attempt, seconds) in [(1, 5.0), (2, 10.0), (3, 20.0), (8, 600.0), (40, 600.0)] {
            for _ in 0..50 {
                let delay = delay(SCHEDULE, attempt).as_secs_f64();
                assert!((seconds * 0.75..=seconds * 1.25).contains(&delay), "{attempt}: {delay}");
            }
        }
    }

    #[test]
    fn recipients_that_failed_together_do_not_come_back_together() {
        let delays: std::collections::HashSet<_> = (0..50).map(|_| delay(SCHEDULE, 3)).collect();
        assert!(delays.len() > 40, "{} different delays of 50", delays.len());
    }
}
