//! How often somebody may knock: failed sign-ins are counted by name and by address.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use tokio::{sync::Semaphore, time::Instant};

use super::Reach;

/// So many failures of one name, then it waits.
const FAILURES_OF_NAME: usize = 5;
/// So many failures from one address, whatever the names.
const FAILURES_OF_ADDRESS: usize = 20;
/// How long a failure counts.
const FAILURE_COUNTS_FOR: Duration = Duration::from_mins(15);
/// Names and addresses that are remembered; beyond it the oldest failures are forgotten first.
const REMEMBERED_MAX: usize = 10_000;
/// Passwords hashed at once: each takes 19 MiB and a core.
const HASHING_AT_ONCE: usize = 2;

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Who {
    Name(String),
    Address(IpAddr),
}

/// The doors and who has knocked at them in vain.
#[derive(Debug)]
pub(super) struct Doors {
    pub(super) reach: Reach,
    failures: Mutex<HashMap<Who, Vec<Instant>>>,
    pub(super) hashing: Semaphore,
}

impl Doors {
    pub(super) fn new(reach: Reach) -> Self {
        Self { reach, failures: Mutex::default(), hashing: Semaphore::new(HASHING_AT_ONCE) }
    }

    /// Counts an attempt, before its password is looked at; where there were too many, says how long to wait.
    pub(super) fn knock(&self, name: &str, address: Option<IpAddr>) -> Result<(), Duration> {
        let now = Instant::now();
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        if failures.len() >= REMEMBERED_MAX {
            failures.retain(|_, at| at.last().is_some_and(|last| now - *last < FAILURE_COUNTS_FOR));
        }
        let limits = [(Some(Who::Name(name.to_lowercase())), FAILURES_OF_NAME)]
            .into_iter()
            .chain([(address.map(Who::Address), FAILURES_OF_ADDRESS)]);
        let knocking: Vec<_> = limits.filter_map(|(who, limit)| Some((who?, limit))).collect();
        for (who, limit) in &knocking {
            let at = failures.entry(who.clone()).or_default();
            at.retain(|at| now - *at < FAILURE_COUNTS_FOR);
            if at.len() >= *limit {
                return Err(FAILURE_COUNTS_FOR.saturating_sub(now - at[at.len() - limit]));
            }
        }
        for (who, _) in knocking {
            failures.entry(who).or_default().push(now);
        }
        Ok(())
    }

    /// Forgets the failures of somebody who was let in.
    pub(super) fn let_in(&self, name: &str, address: Option<IpAddr>) {
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        failures.remove(&Who::Name(name.to_lowercase()));
        if let Some(address) = address {
            failures.remove(&Who::Address(address));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn the_sixth_attempt_in_a_quarter_of_an_hour_waits() {
        let doors = Doors::new(Reach::Loopback);
        let address = Some(IpAddr::from([127, 0, 0, 1]));
        for _ in 0..5 {
            assert_eq!(doors.knock("asha", address), Ok(()));
        }
        assert_eq!(doors.knock("ASHA", address), Err(FAILURE_COUNTS_FOR));
        tokio::time::advance(FAILURE_COUNTS_FOR).await;
        assert_eq!(doors.knock("asha", address), Ok(()));
    }

    #[tokio::test(start_paused = true)]
    async fn one_address_cannot_try_many_names() {
        let doors = Doors::new(Reach::Loopback);
        let address = Some(IpAddr::from([10, 0, 0, 1]));
        let n_let_through = (0..30).filter(|n| doors.knock(&format!("u{n}"), address).is_ok()).count();
        assert_eq!(n_let_through, FAILURES_OF_ADDRESS);
    }

    #[tokio::test(start_paused = true)]
    async fn who_was_let_in_starts_anew() {
        let doors = Doors::new(Reach::Loopback);
        for _ in 0..4 {
            assert!(doors.knock("asha", None).is_ok());
        }
        doors.let_in("asha", None);
        assert!((0..5).all(|_| doors.knock("asha", None).is_ok()));
    }
}
