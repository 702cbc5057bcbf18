//! How often somebody may attempt: failed sign-ins are counted by name and by address.

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
use crate::{app::tokens::digest, console::setup::Reach};

/// So many failures of one name, then it waits.
const FAILURES_OF_NAME: usize = 5;
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
    Address(IpAddr),
}

impl Key {
    fn named(name: &str) -> Self {
        Self::Name(digest(&name.to_lowercase()))
    }

    /// Whoever has one address of IPv6 has all of its network.
    fn at(address: IpAddr) -> Self {
        Self::Address(match address.to_canonical() {
            IpAddr::V4(address) => IpAddr::V4(address),
            IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() >> 64 << 64)),
        })
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
    pub(crate) reach: Reach,
    failures: Mutex<HashMap<Key, Vec<Instant>>>,
    hashing: Arc<Semaphore>,
    /// Those that are hashed and those that wait for it.
    waiting: Arc<Semaphore>,
}

impl Throttle {
    pub(crate) fn new(reach: Reach) -> Self {
        Self {
            reach,
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
    pub(crate) fn attempt(&self, name: &str, address: Option<IpAddr>) -> Result<(), Duration> {
        let now = Instant::now();
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        if failures.len() >= REMEMBERED_MAX {
            prune(&mut failures, now);
        }
        let limits = [(Some(Key::named(name)), FAILURES_OF_NAME)]
            .into_iter()
            .chain([(address.map(Key::at), FAILURES_OF_ADDRESS)]);
        let keys: Vec<_> = limits.filter_map(|(key, limit)| Some((key?, limit))).collect();
        for (key, limit) in &keys {
            let at = failures.entry(key.clone()).or_default();
            at.retain(|at| now - *at < FAILURE_COUNTS_FOR);
            if at.len() >= *limit {
                return Err(FAILURE_COUNTS_FOR.saturating_sub(now - at[at.len() - limit]));
            }
        }
        for (key, _) in keys {
            failures.entry(key).or_default().push(now);
        }
        Ok(())
    }

    /// Forgets the failures of somebody who was let in.
    pub(crate) fn succeeded(&self, name: &str, address: Option<IpAddr>) {
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        failures.remove(&Key::named(name));
        if let Some(address) = address {
            failures.remove(&Key::at(address));
        }
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
        let throttle = Throttle::new(Reach::Loopback);
        let address = Some(IpAddr::from([127, 0, 0, 1]));
        for _ in 0..5 {
            assert_eq!(throttle.attempt("asha", address), Ok(()));
        }
        assert_eq!(throttle.attempt("ASHA", address), Err(FAILURE_COUNTS_FOR));
        tokio::time::advance(FAILURE_COUNTS_FOR).await;
        assert_eq!(throttle.attempt("asha", address), Ok(()));
    }

    #[tokio::test(start_paused = true)]
    async fn one_address_cannot_try_many_names() {
        let throttle = Throttle::new(Reach::Loopback);
        let address = Some(IpAddr::from([10, 0, 0, 1]));
        let n_let_through = (0..30).filter(|n| throttle.attempt(&format!("u{n}"), address).is_ok()).count();
        assert_eq!(n_let_through, FAILURES_OF_ADDRESS);
    }

    #[tokio::test(start_paused = true)]
    async fn a_network_of_ipv6_is_one_address() {
        let throttle = Throttle::new(Reach::Loopback);
        let address = |n: u16| Some(IpAddr::from([0x2001, 0xdb8, 0, 1, 0, 0, 0, n]));
        let n_let_through =
            (0..30).filter(|n| throttle.attempt(&format!("u{n}"), address(*n)).is_ok()).count();
        assert_eq!(n_let_through, FAILURES_OF_ADDRESS);
    }

    #[tokio::test(start_paused = true)]
    async fn any_number_of_names_is_remembered_in_a_bounded_space() {
        let throttle = Throttle::new(Reach::Loopback);
        for n in 0..3 * REMEMBERED_MAX {
            tokio::time::advance(Duration::from_micros(1)).await;
            assert!(throttle.attempt(&format!("u{n}"), None).is_ok());
        }
        assert!(throttle.failures.lock().unwrap().len() <= REMEMBERED_MAX);
    }

    #[tokio::test]
    async fn two_are_looked_at_sixteen_wait_and_further_ones_come_again() {
        let throttle = Throttle::new(Reach::Loopback);
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
        let throttle = Throttle::new(Reach::Loopback);
        for _ in 0..4 {
            assert!(throttle.attempt("asha", None).is_ok());
        }
        throttle.succeeded("asha", None);
        assert!((0..5).all(|_| throttle.attempt("asha", None).is_ok()));
    }
}
