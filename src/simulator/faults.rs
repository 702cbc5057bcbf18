//! What goes wrong in a rehearsal, how often, and the chance that decides it.

use std::time::Duration;

use secrecy::SecretString;

use super::{SimulatorError, callbacks::Callbacks};
use crate::domain::Phone;

/// What the simulated provider does wrong. The default is a provider without a fault.
///
/// Rates are shares from 0 to 1. Chance depends on the seed, the recipient's number and how many requests came for it
/// before, but not on the order in which recipients come, so that a rehearsal can be repeated at any concurrency.
#[derive(Debug, Clone, Default)]
pub struct Faults {
    /// Answered WA500; not accepted.
    pub wa500_rate: f64,
    /// Answered WA400; not accepted.
    pub wa400_rate: f64,
    /// Answered 401 RBC001, as if the key had been revoked; not accepted.
    pub unauthorized_rate: f64,
    /// Answered 429; not accepted.
    pub throttle_rate: f64,
    /// Answered 503 with `Retry-After: 1`; not accepted.
    pub overload_rate: f64,
    /// Answered 502 with a page of HTML, every second one accepted.
    pub gateway_rate: f64,
    /// Accepted, and the connection cut before the answer.
    pub lost_answer_rate: f64,
    /// Accepted, and the connection cut in the middle of the answer.
    pub broken_answer_rate: f64,
    /// Accepted, and never answered.
    pub timeout_rate: f64,
    /// The balance, in messages; E110 when it is used up, until it is topped up. None is without end.
    pub e110_after: Option<u64>,
    /// How long an answer takes at least.
    pub latency: Duration,
    /// How much longer it takes at most.
    pub jitter: Duration,
    pub seed: u64,
    /// The only key that is let in; none lets any key in that is not empty.
    pub key: Option<SecretString>,
    /// The only business number of the account; none stands for any.
    pub sender: Option<Phone>,
    /// Delivery receipts; none sends none.
    pub callbacks: Option<Callbacks>,
}

/// What happens to one request that is otherwise fine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    /// Accepted and answered.
    Fine,
    /// See the rate of the same name.
    Wa500,
    /// See the rate of the same name.
    Wa400,
    /// See the rate of the same name.
    Unauthorized,
    /// See the rate of the same name.
    Throttle,
    /// See the rate of the same name.
    Overload,
    /// See the rate of the same name.
    Gateway,
    /// See the rate of the same name.
    LostAnswer,
    /// See the rate of the same name.
    BrokenAnswer,
    /// See the rate of the same name.
    Timeout,
}

impl Faults {
    /// Every rate of requests, with its name and what it brings about.
    fn rates(&self) -> [(&'static str, f64, Fate); 9] {
        [
            ("wa500", self.wa500_rate, Fate::Wa500),
            ("wa400", self.wa400_rate, Fate::Wa400),
            ("unauthorized", self.unauthorized_rate, Fate::Unauthorized),
            ("throttle", self.throttle_rate, Fate::Throttle),
            ("overload", self.overload_rate, Fate::Overload),
            ("gateway", self.gateway_rate, Fate::Gateway),
            ("lost answer", self.lost_answer_rate, Fate::LostAnswer),
            ("broken answer", self.broken_answer_rate, Fate::BrokenAnswer),
            ("timeout", self.timeout_rate, Fate::Timeout),
        ]
    }

    /// Says whether the rates are shares, and together no more than one.
    pub(super) fn check(&self) -> Result<(), SimulatorError> {
        let rates = self.rates();
        for (name, rate, _) in rates {
            check_rate(name, rate)?;
        }
        check_rate("sum of all faults", rates.iter().map(|(_, rate, _)| rate).sum())?;
        self.callbacks.as_ref().map_or(Ok(()), Callbacks::check)
    }

    /// What happens to the next request of `chance`.
    pub(super) fn fate(&self, chance: &mut Chance) -> Fate {
        let mut left = chance.unit();
        for (_, rate, fate) in self.rates() {
            if left < rate {
                return fate;
            }
            left -= rate;
        }
        Fate::Fine
    }
}

/// Says whether `rate` is a share, with room for the rounding of a sum.
pub(super) fn check_rate(name: &'static str, rate: f64) -> Result<(), SimulatorError> {
    if (0.0..=1.0 + 1e-9).contains(&rate) { Ok(()) } else { Err(SimulatorError::Rate { name, rate }) }
}

/// A repeatable chain of chances (splitmix64; Steele, Lea and Flood 2014).
#[derive(Debug, Clone)]
pub(super) struct Chance(u64);

impl Chance {
    /// The chain that belongs to these numbers.
    pub(super) fn of(parts: [u64; 3]) -> Self {
        let mut chance = Self(0);
        for part in parts {
            chance.0 ^= part;
            chance.0 = chance.number();
        }
        chance
    }

    pub(super) fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// The next number from 0 up to 1.
    pub(super) fn unit(&mut self) -> f64 {
        let upper = u32::try_from(self.number() >> 32).expect("32 bits are left");
        f64::from(upper) / (f64::from(u32::MAX) + 1.0)
    }

    /// True in a share of `rate`.
    pub(super) fn happens(&mut self, rate: f64) -> bool {
        self.unit() < rate
    }

    /// One of `choices`.
    pub(super) fn one_of<T: Copy>(&mut self, choices: &[T]) -> T {
        let n_choices = u64::try_from(choices.len()).expect("a slice's length fits");
        let index = usize::try_from(self.number() % n_choices).expect("less than the slice's length");
        choices[index]
    }

    /// A message id such as the provider's: `A` and 19 more characters.
    pub(super) fn message_id(&mut self) -> String {
        const LETTERS: &[u8; 32] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
        let mut id = String::with_capacity(20);
        id.push('A');
        id.extend((0..19).map(|_| char::from(self.one_of(LETTERS))));
        id
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_that_are_no_shares_are_refused() {
        for rate in [-0.1, 1.1, f64::NAN, f64::INFINITY] {
            let faults = Faults { wa500_rate: rate, ..Faults::default() };
            assert!(matches!(faults.check(), Err(SimulatorError::Rate { name: "wa500", .. })), "{rate}");
        }
        let faults = Faults { wa500_rate: 0.6, timeout_rate: 0.6, ..Faults::default() };
        assert!(matches!(faults.check(), Err(SimulatorError::Rate { name: "sum of all faults", .. })));
        let all = [0.1; 10].iter().sum::<f64>();
        assert!(Faults { wa500_rate: all, ..Faults::default() }.check().is_ok());
    }

    #[test]
    fn faults_come_as_often_as_their_rates_say() {
        let faults = Faults { wa500_rate: 0.2, timeout_rate: 0.1, ..Faults::default() };
        let count = |fate| (0..10_000).filter(|n| faults.fate(&mut Chance::of([7, *n, 0])) == fate).count();
        assert!((1_800..2_200).contains(&count(Fate::Wa500)), "{}", count(Fate::Wa500));
        assert!((850..1_150).contains(&count(Fate::Timeout)), "{}", count(Fate::Timeout));
        assert_eq!(count(Fate::Throttle), 0);
    }

    #[test]
    fn chance_is_repeatable_and_differs_by_recipient_and_request() {
        let id = |parts| Chance::of(parts).message_id();
        assert_eq!(id([1, 2, 3]), id([1, 2, 3]));
        let ids = [id([1, 2, 3]), id([1, 2, 4]), id([1, 3, 2]), id([2, 1, 3])];
        for (n, one) in ids.iter().enumerate() {
            assert_eq!((one.len(), &one[..1]), (20, "A"));
            assert!(!ids[n + 1..].contains(one));
        }
    }
}
