//! Stops the sender while the provider is down, so that a brown-out does not turn rate times time-out rows into doubts.

use std::time::Duration;

use tokio::time::Instant;

use crate::trial;

/// So many outcomes in a row that are not known, or connections that could not be made, open the breaker.
const UNANSWERED_MAX: u32 = 10;

/// So many WA500s in a row for each place in flight do too, but never fewer than ten: with one place, a recipient or
/// two whom the provider cannot serve would hold up all others.
const TRY_AGAIN_MAX_PER_PLACE: u32 = 3;

/// The first pause of an open breaker, and the longest.
const PAUSE: std::ops::RangeInclusive<Duration> = Duration::from_secs(5)..=Duration::from_mins(2);

/// How long an outage may last before the campaign pauses.
const OUTAGE_MAX: Duration = Duration::from_mins(30);

/// What an answer says about the provider's health.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Health {
    /// It took a message.
    Accepts,
    /// It answered, one way or another.
    Answers,
    /// It asked for another try.
    TryAgain,
    /// It could not be reached, or did not answer.
    Silent,
}

/// Closed while all is well; open while the provider is down; half-open for the one request that finds out.
#[derive(Debug)]
pub(crate) struct Breaker {
    in_flight_max: u32,
    n_silent: u32,
    n_try_again: u32,
    open: Option<Open>,
}

#[derive(Debug, Clone, Copy)]
struct Open {
    since: Instant,
    until: Instant,
    pause: Duration,
}

impl Breaker {
    pub(crate) fn new(in_flight_max: u32) -> Self {
        Self { in_flight_max, n_silent: 0, n_try_again: 0, open: None }
    }

    /// When the next single request may go; none while the breaker is closed.
    pub(crate) fn open_until(&self) -> Option<Instant> {
        self.open.map(|open| open.until)
    }

    /// True when the outage has lasted too long.
    pub(crate) fn is_outage(&self, now: Instant) -> bool {
        self.open.is_some_and(|open| now.duration_since(open.since) >= trial::span("outage", OUTAGE_MAX))
    }

    /// Takes note of an answer. True when the breaker has just opened.
    pub(crate) fn note(&mut self, health: Health, now: Instant) -> bool {
        match health {
            Health::Accepts => {
                (self.n_silent, self.n_try_again, self.open) = (0, 0, None);
                return false;
            }
            Health::Answers => {
                // A refusal does not end a run of silences, but it ends an outage.
                if self.open.is_some() {
                    (self.n_silent, self.n_try_again, self.open) = (0, 0, None);
                }
                return false;
            }
            Health::TryAgain => self.n_try_again += 1,
            Health::Silent => self.n_silent += 1,
        }
        if let Some(open) = &mut self.open {
            // An answer to a request from before the breaker opened says nothing new.
            if now >= open.until {
                open.pause = (open.pause * 2).min(trial::span("breaker_max", *PAUSE.end()));
                open.until = now + open.pause;
            }
            return false;
        }
        let is_down = self.n_silent >= UNANSWERED_MAX
            || self.n_try_again
                >= TRY_AGAIN_MAX_PER_PLACE.saturating_mul(self.in_flight_max).max(UNANSWERED_MAX);
        if is_down {
            let pause = trial::span("breaker", *PAUSE.start());
            self.open = Some(Open { since: now, until: now + pause, pause });
        }
        is_down
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn ten_silences_open_it_and_an_acceptance_between_them_does_not() {
        let mut breaker = Breaker::new(256);
        let now = Instant::now();
        assert_eq!((0..9).filter(|_| breaker.note(Health::Silent, now)).count(), 0);
        breaker.note(Health::Accepts, now);
        assert_eq!((0..9).filter(|_| breaker.note(Health::Silent, now)).count(), 0);
        assert!(breaker.note(Health::Silent, now));
    }

    #[tokio::test(start_paused = true)]
    async fn its_pauses_grow_until_an_outage_is_called_and_an_acceptance_closes_it() {
        let mut breaker = Breaker::new(1);
        for _ in 0..10 {
            breaker.note(Health::TryAgain, Instant::now());
        }
        let mut pauses = Vec::new();
        while !breaker.is_outage(Instant::now()) {
            let until = breaker.open_until().unwrap();
            pauses.push(until.duration_since(Instant::now()).as_secs());
            tokio::time::sleep_until(until).await;
            breaker.note(Health::Silent, Instant::now());
        }
        assert_eq!(pauses[..6], [5, 10, 20, 40, 80, 120]);
        assert!(pauses.len() < 25, "{} probes in half an hour", pauses.len());
        breaker.note(Health::Accepts, Instant::now());
        assert_eq!(breaker.open_until(), None);
    }
}
