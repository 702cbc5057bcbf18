//! How often somebody may attempt: failed sign-ins are counted by name and address together, by address, and by name. A browser in
//! which the user has signed in before is counted on its own, so that nobody can shut its user out.

use std::{
    collections::HashMap,
    net::{IpAddr, Ipv6Addr},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::Instant,
};

use super::passwords::AT_ONCE;
use crate::app::tokens::digest;

/// So many failures of one name from one address, then it waits.
const FAILURES_OF_PAIR: usize = 5;
/// So many failures of one name from anywhere, but for browsers that are known.
const FAILURES_OF_NAME: usize = 50;
/// So many failures in a browser that is known, and so many wrong codes of one user.
const FAILURES_WHERE_KNOWN: usize = 10;
const WRONG_CODES: usize = 10;
/// So many failures from one address, whatever the names.
const FAILURES_OF_ADDRESS: usize = 20;
/// How long a failure counts.
const FAILURE_COUNTS_FOR: Duration = Duration::from_mins(15);
/// Names and addresses that are remembered; beyond it the oldest failures are forgotten first.
const REMEMBERED_MAX: usize = 10_000;
/// Passwords that wait for their turn; whoever comes beyond it has to come again.
const WAITING_MAX: usize = 16;

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Key {
    /// By its digest: a name may have any length.
    Name(String),
    /// A name and where it was tried from; none where that is not known.
    Pair(String, Option<IpAddr>),
    Address(IpAddr),
    /// The name in a browser that is known.
    Known(String),
    /// Codes of the second factor.
    Code(String),
}

/// A name as it is remembered.
fn named(name: &str) -> String {
    digest(&name.to_lowercase())
}

/// Whoever has one address of IPv6 has all of its network.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => IpAddr::V4(address),
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() >> 64 << 64)),
    }
}

/// A turn to have a password looked at; the next one comes when it is dropped.
#[derive(Debug)]
pub(crate) struct HashingPermit(
    #[expect(dead_code, reason = "held until the work is done")] [OwnedSemaphorePermit; 2],
);

/// Limits on guessing passwords: failed sign-ins, and how many passwords are hashed at once.
#[derive(Debug)]
pub(crate) struct Throttle {
    failures: Mutex<HashMap<Key, Vec<Instant>>>,
    hashing: Arc<Semaphore>,
    /// Those that are hashed and those that wait for it.
    waiting: Arc<Semaphore>,
}

impl Throttle {
    pub(crate) fn new() -> Self {
        Self {
            failures: Mutex::default(),
            hashing: Arc::new(Semaphore::new(AT_ONCE)),
            waiting: Arc::new(Semaphore::new(AT_ONCE + WAITING_MAX)),
        }
    }

    /// Takes a place among those that wait; none where too many do.
    pub(crate) fn reserve(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.waiting).try_acquire_owned().ok()
    }

    /// Waits for its turn. It has to be held until the work is done, also where nobody waits for it any more.
    pub(crate) async fn turn(&self, place: OwnedSemaphorePermit) -> Option<HashingPermit> {
        let turn = Arc::clone(&self.hashing).acquire_owned().await.ok()?;
        Some(HashingPermit([turn, place]))
    }

    /// Counts an attempt, before its password is looked at; where there were too many, says how long to wait.
    pub(crate) fn attempt(
        &self,
        name: &str,
        address: Option<IpAddr>,
        is_known: bool,
    ) -> Result<(), Duration> {
        if is_known {
            return self.count(&[(Key::Known(named(name)), FAILURES_WHERE_KNOWN)]);
        }
        let address = address.map(network);
        let mut limits = vec![
            (Key::Pair(named(name), address), FAILURES_OF_PAIR),
            (Key::Name(named(name)), FAILURES_OF_NAME),
        ];
        limits.extend(address.map(|address| (Key::Address(address), FAILURES_OF_ADDRESS)));
        self.count(&limits)
    }

    /// Counts a code of the second factor.
    pub(crate) fn attempt_code(&self, name: &str) -> Result<(), Duration> {
        self.count(&[(Key::Code(named(name)), WRONG_CODES)])
    }

    fn count(&self, limits: &[(Key, usize)]) -> Result<(), Duration> {
        let now = Instant::now();
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        if failures.len() >= REMEMBERED_MAX {
            prune(&mut failures, now);
        }
        for (key, limit) in limits {
            let at = failures.entry(key.clone()).or_default();
            at.retain(|at| now - *at < FAILURE_COUNTS_FOR);
            if at.len() >= *limit {
                return Err(FAILURE_COUNTS_FOR.saturating_sub(now - at[at.len() - limit]));
            }
        }
        for (key, _) in limits {
            failures.entry(key.clone()).or_default().push(now);
        }
        Ok(())
    }

    /// Forgets the failures of somebody who was let in.
    pub(crate) fn succeeded(&self, name: &str, address: Option<IpAddr>) {
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        let address = address.map(network);
        let keys = [Key::Name(named(name)), Key::Pair(named(name), address), Key::Known(named(name))];
        for key in keys.into_iter().chain(address.map(Key::Address)) {
            failures.remove(&key);
        }
    }

    /// Forgets the wrong codes of somebody who has shown a right one.
    pub(crate) fn code_succeeded(&self, name: &str) {
        self.failures.lock().unwrap_or_else(PoisonError::into_inner).remove(&Key::Code(named(name)));
    }
}

/// Forgets failures that do not count any more, and the older half where all still count.
fn prune(failures: &mut HashMap<Key, Vec<Instant>>, now: Instant) {
    failures.retain(|_, at| at.last().is_some_and(|last| now - *last < FAILURE_COUNTS_FOR));
    if failures.len() >= REMEMBERED_MAX {
        let mut last: Vec<Instant> = failures.values().filter_map(|at| at.last().copied()).collect();
        last.sort_unstable();
        let middle = last[last.len() / 2];
        failures.retain(|_, at| at.last().is_some_and(|last| *last > middle));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn the_sixth_attempt_in_a_quarter_of_an_hour_waits() {
        let throttle = Throttle::new();
        let address = Some(IpAddr::from([127, 0, 0, 1]));
        for _ in 0..5 {
            assert_eq!(throttle.attempt("asha", address, false), Ok(()));
        }
        assert_eq!(throttle.attempt("ASHA", address, false), Err(FAILURE_COUNTS_FOR));
        tokio::time::advance(FAILURE_COUNTS_FOR).await;
        assert_eq!(throttle.attempt("asha", address, false), Ok(()));
    }

    #[tokio::test(start_paused = true)]
    async fn guesses_from_elsewhere_shut_nobody_out_where_they_are_known() {
        let throttle = Throttle::new();
        for n in 0..100 {
            let address = Some(IpAddr::from([10, 0, n, 1]));
            for _ in 0..5 {
                let _refused = throttle.attempt("asha", address, false);
            }
        }
        let own = Some(IpAddr::from([192, 168, 1, 7]));
        assert!(throttle.attempt("asha", own, false).is_err(), "guesses from everywhere are slowed down");
        assert_eq!(throttle.attempt("asha", own, true), Ok(()));
        let n_let_through = (0..30).filter(|_| throttle.attempt("asha", own, true).is_ok()).count();
        assert_eq!(n_let_through, FAILURES_WHERE_KNOWN - 1);
    }

    #[tokio::test(start_paused = true)]
    async fn five_failures_at_one_address_leave_the_others_alone() {
        let throttle = Throttle::new();
        let (theirs, own) = (Some(IpAddr::from([10, 0, 0, 1])), Some(IpAddr::from([10, 0, 0, 2])));
        assert!((0..5).all(|_| throttle.attempt("asha", theirs, false).is_ok()));
        assert!(throttle.attempt("asha", theirs, false).is_err());
        assert_eq!(throttle.attempt("asha", own, false), Ok(()));
    }

    #[tokio::test(start_paused = true)]
    async fn one_address_cannot_try_many_names() {
        let throttle = Throttle::new();
        let address = Some(IpAddr::from([10, 0, 0, 1]));
        let n_let_through =
            (0..30).filter(|n| throttle.attempt(&format!("u{n}"), address, false).is_ok()).count();
        assert_eq!(n_let_through, FAILURES_OF_ADDRESS);
    }

    #[tokio::test(start_paused = true)]
    async fn a_network_of_ipv6_is_one_address() {
        let throttle = Throttle::new();
        let address = |n: u16| Some(IpAddr::from([0x2001, 0xdb8, 0, 1, 0, 0, 0, n]));
        let n_let_through =
            (0..30).filter(|n| throttle.attempt(&format!("u{n}"), address(*n), false).is_ok()).count();
        assert_eq!(n_let_through, FAILURES_OF_ADDRESS);
    }

    #[tokio::test(start_paused = true)]
    async fn any_number_of_names_is_remembered_in_a_bounded_space() {
        let throttle = Throttle::new();
        for n in 0..3 * REMEMBERED_MAX {
            tokio::time::advance(Duration::from_micros(1)).await;
            assert!(throttle.attempt(&format!("u{n}"), None, false).is_ok());
        }
        assert!(throttle.failures.lock().unwrap().len() <= REMEMBERED_MAX);
    }

    #[tokio::test]
    async fn two_are_looked_at_sixteen_wait_and_further_ones_come_again() {
        let throttle = Throttle::new();
        let mut places: Vec<_> = std::iter::from_fn(|| throttle.reserve()).collect();
        assert_eq!(places.len(), AT_ONCE + WAITING_MAX);
        let first = throttle.turn(places.remove(0)).await.unwrap();
        let _second = throttle.turn(places.remove(0)).await.unwrap();
        let third = tokio::time::timeout(Duration::from_millis(20), throttle.turn(places.remove(0)));
        assert!(third.await.is_err(), "a third one has its turn");
        drop(first);
        assert!(throttle.turn(places.remove(0)).await.is_some() && throttle.reserve().is_some());
    }

    #[tokio::test(start_paused = true)]
    async fn who_was_let_in_starts_anew() {
        let throttle = Throttle::new();
        for _ in 0..4 {
            assert!(throttle.attempt("asha", None, false).is_ok());
        }
        throttle.succeeded("asha", None);
        assert!((0..5).all(|_| throttle.attempt("asha", None, false).is_ok()));
    }
}
