//! What the provider says later about a message, and how one receipt after another is merged.
//!
//! Receipts come late, twice, in any order, or never. Merging is a maximum over what they prove, so the order in
//! which they come does not matter.

pub mod funnel;
pub mod proof;
pub mod verdict;

use super::{recipient::Delivery, time::Timestamp};

/// One delivery receipt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// Every identifier it carries. Which of them is the one of our answer is not documented, so any may match.
    pub ids: Vec<String>,
    /// The tags that went out with the message; our token is among them. None where blank.
    pub refs: [Option<String>; 3],
    pub report: Said,
    /// When it happened, by the provider's or Meta's clock.
    pub at: Option<Timestamp>,
    /// The code of what went wrong, as it came.
    pub code: Option<String>,
    /// What went wrong, in the provider's or Meta's words.
    pub error: Option<String>,
}

/// What a receipt says of the message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// Left for the recipient's phone.
    Sent,
    /// On the phone.
    Delivered,
    /// Seen; implies delivered, of which there may never be a receipt.
    Read,
    /// Given up by Meta.
    Undelivered,
    /// Taken by the provider, but never handed to Meta.
    NotSent,
    /// A status that is not known, as it came.
    Unknown(String),
}

impl Said {
    /// The delivery that this proves; none for a status that is not known. A receipt that proves one also proves that
    /// the provider took the message.
    pub const fn delivery(&self) -> Option<Delivery> {
        match self {
            Self::Sent => Some(Delivery::Sent),
            Self::Delivered => Some(Delivery::Delivered),
            Self::Read => Some(Delivery::Read),
            Self::Undelivered | Self::NotSent => Some(Delivery::Undelivered),
            Self::Unknown(_) => None,
        }
    }
}

impl Receipt {
    /// What went wrong, as the export shows it: code and words. None where nothing did.
    pub fn delivery_error(&self) -> Option<String> {
        if self.report.delivery() != Some(Delivery::Undelivered) {
            return None;
        }
        match (self.code.as_deref(), self.error.as_deref()) {
            (Some(code), Some(error)) => Some(format!("{code}: {error}")),
            (Some(words), None) | (None, Some(words)) => Some(words.to_owned()),
            (None, None) => None,
        }
    }
}

/// What is known so far of one message's delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivered {
    /// The most that any receipt proved.
    pub delivery: Delivery,
    /// The earliest instant at which a receipt proved it.
    pub at: Timestamp,
    /// When it came to the phone, where a receipt says so; `read` alone does not say when that was.
    pub delivered_at: Option<Timestamp>,
    /// When it was seen, where a receipt says so.
    pub read_at: Option<Timestamp>,
    /// Why it was not delivered; none unless it was not.
    pub error: Option<String>,
}

impl Delivered {
    /// What `receipt`, which arrived at `now`, proves by itself.
    pub fn by(receipt: &Receipt, now: Timestamp) -> Option<Self> {
        let delivery = receipt.report.delivery()?;
        let at = receipt.at.unwrap_or(now);
        Some(Self {
            delivery,
            at,
            delivered_at: (delivery == Delivery::Delivered).then_some(at),
            read_at: (delivery == Delivery::Read).then_some(at),
            error: receipt.delivery_error(),
        })
    }

    /// This and `other` together. A failure outweighs `sent`, proof of arrival outweighs a failure, `read` outweighs
    /// all; of two that prove the same, the earlier holds. When it was delivered and when it was read are kept apart.
    #[must_use]
    pub fn merge(self, other: Self) -> Self {
        let order = |known: &Self| (std::cmp::Reverse(rank(known.delivery)), known.at);
        let error_order = |known: &Self| (known.error.is_none(), known.error.clone());
        let delivered_at = earlier(self.delivered_at, other.delivered_at);
        let read_at = earlier(self.read_at, other.read_at);
        let most =
            match order(&self).cmp(&order(&other)).then_with(|| error_order(&self).cmp(&error_order(&other)))
            {
                std::cmp::Ordering::Less | std::cmp::Ordering::Equal => self,
                std::cmp::Ordering::Greater => other,
            };
        Self { delivered_at, read_at, ..most }
    }
}

/// The earlier of two instants, of which each may not be known.
fn earlier(one: Option<Timestamp>, other: Option<Timestamp>) -> Option<Timestamp> {
    [one, other].into_iter().flatten().min()
}

/// Merges `receipt`, which arrived at `now`, into what is known.
pub fn merge(known: Option<Delivered>, receipt: &Receipt, now: Timestamp) -> Option<Delivered> {
    match (known, Delivered::by(receipt, now)) {
        (Some(known), Some(new)) => Some(known.merge(new)),
        (known, new) => known.or(new),
    }
}

/// How much a delivery proves.
const fn rank(delivery: Delivery) -> u8 {
    match delivery {
        Delivery::Sent => 0,
        Delivery::Undelivered => 1,
        Delivery::Delivered => 2,
        Delivery::Read => 3,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NOW: Timestamp = Timestamp(1_000);

    fn receipt(report: Said, at: Option<i64>) -> Receipt {
        Receipt {
            ids: vec!["A1".to_owned()],
            refs: [None, None, None],
            report,
            at: at.map(Timestamp),
            code: Some("131047".to_owned()),
            error: Some("Re-engagement message".to_owned()),
        }
    }

    fn merged(reports: &[Said]) -> Option<Delivery> {
        let one = |known, report: &Said| merge(known, &receipt(report.clone(), None), NOW);
        reports.iter().fold(None, one).map(|known| known.delivery)
    }

    #[test]
    fn delivery_never_goes_backwards() {
        use Said::{Delivered, NotSent, Read, Sent, Undelivered, Unknown};
        let table = [
            (vec![Unknown("submitted".to_owned())], None),
            (vec![Sent, Unknown("submitted".to_owned())], Some(Delivery::Sent)),
            (vec![Read, Sent], Some(Delivery::Read)),
            (vec![Read, Delivered, Sent], Some(Delivery::Read)),
            (vec![Delivered, Undelivered], Some(Delivery::Delivered)),
            (vec![Read, Undelivered], Some(Delivery::Read)),
            (vec![Sent, Undelivered], Some(Delivery::Undelivered)),
            (vec![Undelivered, Sent], Some(Delivery::Undelivered)),
            (vec![Undelivered, Delivered], Some(Delivery::Delivered)),
            (vec![NotSent], Some(Delivery::Undelivered)),
        ];
        for (reports, expected) in table {
            assert_eq!(merged(&reports), expected, "{reports:?}");
        }
    }

    #[test]
    fn an_arrival_after_a_failure_takes_its_error_away() {
        let failed = merge(None, &receipt(Said::Undelivered, Some(5)), NOW);
        let error = Some("131047: Re-engagement message".to_owned());
        assert_eq!(
            failed,
            Some(Delivered {
                delivery: Delivery::Undelivered,
                at: Timestamp(5),
                delivered_at: None,
                read_at: None,
                error
            })
        );
        let arrived = merge(failed, &receipt(Said::Delivered, None), NOW);
        assert_eq!(
            arrived,
            Some(Delivered {
                delivery: Delivery::Delivered,
                at: NOW,
                delivered_at: Some(NOW),
                read_at: None,
                error: None
            })
        );
    }

    #[test]
    fn the_instants_of_delivery_and_of_reading_are_both_kept_whichever_was_heard_first() {
        let (read, delivered) = (receipt(Said::Read, Some(9)), receipt(Said::Delivered, Some(4)));
        for receipts in [[&read, &delivered], [&delivered, &read]] {
            let known = receipts.into_iter().fold(None, |known, receipt| merge(known, receipt, NOW)).unwrap();
            assert_eq!((known.delivery, known.at), (Delivery::Read, Timestamp(9)));
            assert_eq!((known.delivered_at, known.read_at), (Some(Timestamp(4)), Some(Timestamp(9))));
        }
    }

    #[test]
    fn a_repeated_receipt_leaves_the_first_instant() {
        let first = merge(None, &receipt(Said::Sent, Some(5)), NOW);
        let again = merge(first.clone(), &receipt(Said::Sent, None), NOW);
        assert_eq!(first, again);
    }

    fn any_receipt() -> impl Strategy<Value = Receipt> {
        let report = prop_oneof![
            Just(Said::Sent),
            Just(Said::Delivered),
            Just(Said::Read),
            Just(Said::Undelivered),
            Just(Said::NotSent),
            Just(Said::Unknown("queued".to_owned())),
        ];
        let error = proptest::option::of("[ab]");
        (report, proptest::option::of(0..5_i64), error)
            .prop_map(|(report, at, error)| Receipt { error, ..receipt(report, at) })
    }

    fn end_of(receipts: &[Receipt]) -> Option<Delivered> {
        receipts.iter().fold(None, |known, receipt| merge(known, receipt, NOW))
    }

    proptest! {
        #[test]
        fn the_order_of_receipts_does_not_matter(
            (receipts, shuffled) in proptest::collection::vec(any_receipt(), 0..8)
                .prop_flat_map(|all| (Just(all.clone()), Just(all).prop_shuffle()))
        ) {
            prop_assert_eq!(end_of(&receipts), end_of(&shuffled));
        }

        #[test]
        fn repeated_receipts_change_nothing(receipts in proptest::collection::vec(any_receipt(), 0..8)) {
            let twice: Vec<_> = receipts.iter().chain(&receipts).cloned().collect();
            prop_assert_eq!(end_of(&receipts), end_of(&twice));
        }
    }
}
