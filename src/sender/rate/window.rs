//! The law of the rate: how many requests may leave in any sliding window, counted when their bytes leave.
//!
//! A request that was let go and has not left yet may leave at any moment, so it holds a place too. Hence, whenever a
//! request leaves, all others of the window were counted when it got its place.

use std::{collections::VecDeque, time::Duration};

use tokio::time::Instant;

/// Added to the window: the provider counts arrivals, and two requests never travel equally long. Costs 0.6 % of the
/// rate.
pub(crate) const MARGIN: Duration = Duration::from_millis(6);

/// Departures that are remembered although they are out of the window: when a rate gets slower, its window gets longer.
const KEPT: usize = 64;

/// How soon to ask again while only requests that have not left yet are in the way.
const UNLEFT_RETRY: Duration = Duration::from_millis(5);

/// At most so many departures in any span of that length.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Law {
    places: usize,
    span: Duration,
}

impl Law {
    /// The law of a rate in messages per second: n in any second for a whole number n. For any other rate, the next
    /// whole number in the time that so many take: 1.5 a second are two in any 4/3 seconds, 0.5 are one in any two.
    pub(crate) fn of(mps: f64) -> Self {
        let whole = mps.ceil().max(1.0);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a rate is positive and at most 100,000"
        )]
        let places = whole as usize;
        Self { places, span: Duration::from_secs_f64(whole / mps) + MARGIN }
    }
}

/// The departures of the last window, and the requests that may leave at any moment.
#[derive(Debug, Default)]
pub(crate) struct Window {
    left: VecDeque<Instant>,
    n_unleft: usize,
    /// Until then, an earlier process may have sent as much as was allowed.
    earlier_at: Option<Instant>,
}

impl Window {
    /// An earlier process sent up to that instant, and nobody knows how much.
    pub(crate) fn sent_before(&mut self, at: Instant) {
        self.earlier_at = self.earlier_at.max(Some(at));
    }

    /// When a request may get a place, if none is free now.
    pub(crate) fn opens_at(&mut self, law: Law, now: Instant) -> Option<Instant> {
        if let Some(opens_at) = self.earlier_at.map(|at| at + law.span).filter(|at| now < *at) {
            return Some(opens_at);
        }
        while self.left.len() > KEPT && self.left.front().is_some_and(|at| *at + law.span <= now) {
            self.left.pop_front();
        }
        let n_over = self.left.iter().take_while(|at| **at + law.span <= now).count();
        let n_free = law.places.saturating_sub(self.n_unleft);
        if self.left.len() - n_over < n_free {
            return None;
        }
        // So many departures have to leave the window before there is a place.
        match n_free.checked_sub(1) {
            Some(n_staying) => self.left.get(self.left.len() - 1 - n_staying).map(|at| *at + law.span),
            None => Some(now + UNLEFT_RETRY),
        }
    }

    /// A request got a place.
    pub(crate) fn reserve(&mut self) {
        self.n_unleft += 1;
    }

    /// A request that has a place leaves.
    pub(crate) fn leave(&mut self, now: Instant) {
        self.n_unleft = self.n_unleft.saturating_sub(1);
        self.left.push_back(now);
    }

    /// A request that has a place does not leave after all.
    pub(crate) fn give_up(&mut self) {
        self.n_unleft = self.n_unleft.saturating_sub(1);
    }

    pub(crate) fn last_left_at(&self) -> Option<Instant> {
        self.left.back().copied()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_law_is_exact_for_any_rate() {
        let law = |mps| Law::of(mps);
        assert_eq!(law(80.0), Law { places: 80, span: Duration::from_secs(1) + MARGIN });
        assert_eq!(law(0.5), Law { places: 1, span: Duration::from_secs(2) + MARGIN });
        assert_eq!(law(2.5), Law { places: 3, span: Duration::from_millis(1_200) + MARGIN });
        assert_eq!(law(1.5).places, 2);
    }

    #[tokio::test(start_paused = true)]
    async fn requests_that_have_not_left_yet_hold_their_places() {
        let (mut window, law) = (Window::default(), Law::of(2.0));
        window.reserve();
        window.reserve();
        assert_eq!(window.opens_at(law, Instant::now()), Some(Instant::now() + UNLEFT_RETRY));
        window.give_up();
        assert_eq!(window.opens_at(law, Instant::now()), None);
        window.leave(Instant::now());
        window.reserve();
        window.leave(Instant::now());
        assert_eq!(window.opens_at(law, Instant::now()), Some(Instant::now() + law.span));
    }

    #[tokio::test(start_paused = true)]
    async fn what_an_earlier_process_may_have_sent_is_waited_for() {
        let mut window = Window::default();
        window.sent_before(Instant::now());
        assert_eq!(window.opens_at(Law::of(7.0), Instant::now()), Some(Instant::now() + Law::of(7.0).span));
        tokio::time::advance(Law::of(7.0).span).await;
        assert_eq!(window.opens_at(Law::of(7.0), Instant::now()), None);
        assert!(window.opens_at(Law::of(0.1), Instant::now()).is_some(), "a slower rate has a longer window");
    }

    proptest! {
        /// Whatever connections take, and whichever requests come to nothing: no window holds more than it may.
        #[test]
        fn however_late_requests_leave_no_window_holds_more_than_its_places(
            mps in prop_oneof![Just(0.5), Just(1.0), Just(1.5), Just(7.0), Just(20.0)],
            steps in prop::collection::vec((0..400_u64, 0..6_u8), 1..300),
        ) {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
            runtime.block_on(async {
                let (mut window, law, mut left, mut n_unleft) = (Window::default(), Law::of(mps), Vec::new(), 0_usize);
                for (wait_ms, what) in steps {
                    tokio::time::advance(Duration::from_millis(wait_ms)).await;
                    let now = Instant::now();
                    match what {
                        0..=2 if window.opens_at(law, now).is_none() => {
                            window.reserve();
                            n_unleft += 1;
                        }
                        3 | 4 if n_unleft > 0 => {
                            window.leave(now);
                            n_unleft -= 1;
                            left.push(now);
                        }
                        5 if n_unleft > 0 => {
                            window.give_up();
                            n_unleft -= 1;
                        }
                        _ => {}
                    }
                }
                for (i, first) in left.iter().enumerate() {
                    let n = left[i..].iter().take_while(|at| **at < *first + law.span).count();
                    prop_assert!(n <= law.places, "{n} of {}", law.places);
                }
                Ok(())
            })?;
        }
    }
}
