//! How far accepted messages got: the one meaning of sent, delivered and read that every face shows.

use serde::Serialize;

use crate::domain::recipient::Delivery;

/// From acceptance to being read. Each of `sent`, `delivered` and `read` includes those that got further, so
/// `accepted` ≥ `sent` ≥ `delivered` ≥ `read`, and `accepted` = `sent` + `undelivered` + `no_receipt`.
///
/// The `delivery` of a single recipient is something else: the furthest state that receipts prove of it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Funnel {
    /// The provider took the message.
    pub accepted: u64,
    /// It left for the phone, as far as receipts say.
    pub sent: u64,
    /// It is on the phone.
    pub delivered: u64,
    /// It was seen.
    pub read: u64,
    /// It was given up: it will not arrive.
    pub undelivered: u64,
    /// No receipt has said anything of it yet.
    pub no_receipt: u64,
}

impl Funnel {
    /// The names of what receipts say, in the order of [`Self::receipts`].
    pub const RECEIPTS: [&'static str; 5] = ["sent", "delivered", "read", "undelivered", "no_receipt"];

    /// The funnel of so many accepted messages, of which `furthest` says how many got exactly so far.
    pub fn of(accepted: u64, furthest: impl Fn(Delivery) -> u64) -> Self {
        let read = furthest(Delivery::Read);
        let delivered = read + furthest(Delivery::Delivered);
        let sent = delivered + furthest(Delivery::Sent);
        let undelivered = furthest(Delivery::Undelivered);
        // More receipts than acceptances are damage, which `n_reported` shows to whoever checks the figures.
        let no_receipt = accepted.saturating_sub(sent + undelivered);
        Self { accepted, sent, delivered, read, undelivered, no_receipt }
    }

    /// What receipts say, in the order in which it is shown.
    pub const fn receipts(&self) -> [u64; Self::RECEIPTS.len()] {
        [self.sent, self.delivered, self.read, self.undelivered, self.no_receipt]
    }

    /// Each of [`Self::RECEIPTS`] with its number.
    pub fn named(&self) -> impl Iterator<Item = (&'static str, u64)> {
        Self::RECEIPTS.into_iter().zip(self.receipts())
    }

    /// Of how many messages a receipt has said anything.
    pub const fn n_reported(&self) -> u64 {
        self.sent + self.undelivered
    }

    /// Accepted, and nobody has said yet whether it arrived.
    pub const fn n_open(&self) -> u64 {
        self.accepted.saturating_sub(self.delivered + self.undelivered)
    }

    /// True when not one receipt has come in: then nothing is known of any delivery.
    pub const fn is_silent(&self) -> bool {
        self.n_reported() == 0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn each_step_of_the_funnel_includes_those_that_got_further(
            furthest in proptest::array::uniform4(0..1_000_u64), silent in 0..1_000_u64
        ) {
            let n = |delivery| furthest[Delivery::ALL.iter().position(|one| *one == delivery).unwrap()];
            let funnel = Funnel::of(furthest.iter().sum::<u64>() + silent, n);
            prop_assert!(funnel.accepted >= funnel.sent);
            prop_assert!(funnel.sent >= funnel.delivered && funnel.delivered >= funnel.read);
            prop_assert_eq!(funnel.accepted, funnel.sent + funnel.undelivered + funnel.no_receipt);
            prop_assert_eq!(funnel.no_receipt, silent);
        }
    }
}
