//! How often a program may ask.

use std::{num::NonZeroU32, time::Duration};

use governor::{
    Quota, RateLimiter,
    clock::{Clock, DefaultClock},
    state::keyed::HashMapStateStore,
};

/// Requests of one token a second, in the long run.
const PER_SECOND: NonZeroU32 = NonZeroU32::new(20).expect("it is not zero");

/// Requests of one token at once.
const AT_ONCE: NonZeroU32 = NonZeroU32::new(100).expect("it is not zero");

/// Counts the requests of each token.
pub(crate) struct Limits {
    by_token: RateLimiter<String, HashMapStateStore<String>, DefaultClock>,
    clock: DefaultClock,
}

impl Limits {
    pub(crate) fn new() -> Self {
        let quota = Quota::per_second(PER_SECOND).allow_burst(AT_ONCE);
        Self { by_token: RateLimiter::hashmap(quota), clock: DefaultClock::default() }
    }

    /// Counts a request; or says how long to wait before the next.
    pub(crate) fn take(&self, token: &str) -> Result<(), Duration> {
        self.by_token.check_key(&token.to_owned()).map_err(|late| late.wait_time_from(self.clock.now()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_that_asks_too_often_waits_and_no_other_does() {
        let limits = Limits::new();
        let n_taken = (0..200).take_while(|_| limits.take("crm").is_ok()).count();
        assert!((100..150).contains(&n_taken), "{n_taken}");
        assert!(limits.take("crm").unwrap_err() <= Duration::from_millis(50));
        assert!(limits.take("shop").is_ok());
    }
}
