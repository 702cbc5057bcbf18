//! What a receipt changes of a recipient: where it stands, and what is known of its delivery.

use super::{Delivered, Receipt, Said, merge};
use crate::domain::{
    recipient::{Event, Status},
    time::Timestamp,
};

/// What is known of one recipient before, or after, a receipt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    pub status: Status,
    /// What receipts proved so far; only of an accepted recipient.
    pub delivered: Option<Delivered>,
    /// Every receipt so far said that the provider never handed the message to Meta, so that sending it again cannot
    /// reach the person twice.
    pub is_unsent: bool,
}

/// What comes of one receipt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// It proves nothing that was not known.
    Nothing,
    /// The recipient's answer is still awaited; the receipt counts once it is in.
    Waits,
    /// The recipient stands elsewhere now, or more is known of its delivery.
    To(Known),
}

impl Known {
    /// What `receipt`, which arrived at `now`, changes.
    pub fn after(&self, receipt: &Receipt, now: Timestamp) -> Change {
        let event = match receipt.report {
            Said::Unknown(_) => return Change::Nothing,
            Said::NotSent => Event::ShownUnsent,
            Said::Sent | Said::Delivered | Said::Read | Said::Undelivered => Event::ShownTaken,
        };
        if self.status == Status::Sending {
            return Change::Waits;
        }
        let Ok(status) = self.status.after(event) else { return Change::Nothing };
        let is_accepted = status == Status::Accepted;
        let says_unsent = event == Event::ShownUnsent;
        // That the provider took the message outweighs that it did not, whichever was heard first.
        let delivered = match &self.delivered {
            _ if !is_accepted => None,
            Some(_) if says_unsent && !self.is_unsent => self.delivered.clone(),
            Some(_) if !says_unsent && self.is_unsent => Delivered::by(receipt, now),
            known => merge(known.clone(), receipt, now),
        };
        let is_unsent = is_accepted && says_unsent && (self.is_unsent || self.delivered.is_none());
        let known = Self { status, delivered, is_unsent };
        if known == *self { Change::Nothing } else { Change::To(known) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Delivery;

    const NOW: Timestamp = Timestamp(1_000);

    fn receipt(report: Said) -> Receipt {
        Receipt {
            ids: vec!["A1".to_owned()],
            refs: [None, None, None],
            report,
            at: Some(NOW),
            code: Some("WAV2101".to_owned()),
            error: Some("Account daily limit reached".to_owned()),
        }
    }

    fn at(status: Status) -> Known {
        Known { status, delivered: None, is_unsent: false }
    }

    fn hearing(known: Known, reports: &[Said]) -> Known {
        reports.iter().fold(known, |known, report| match known.after(&receipt(report.clone()), NOW) {
            Change::To(known) => known,
            Change::Nothing | Change::Waits => known,
        })
    }

    #[test]
    fn a_recipient_on_the_wire_is_not_touched() {
        for report in [Said::Sent, Said::Read, Said::Undelivered, Said::NotSent] {
            assert_eq!(at(Status::Sending).after(&receipt(report), NOW), Change::Waits);
        }
    }

    #[test]
    fn what_was_never_sent_stays_so_until_meta_speaks() {
        let unsent = hearing(at(Status::Accepted), &[Said::NotSent, Said::NotSent]);
        assert!(unsent.is_unsent);
        assert!(!hearing(unsent.clone(), &[Said::Sent]).is_unsent, "it went out after all");
        assert!(!hearing(at(Status::Accepted), &[Said::Sent, Said::NotSent]).is_unsent);
        assert!(!hearing(at(Status::Accepted), &[Said::Undelivered]).is_unsent);
        let failed = hearing(at(Status::InDoubt), &[Said::NotSent]);
        assert_eq!(failed, at(Status::Failed));
    }

    #[test]
    fn what_was_taken_outweighs_what_was_not_in_either_order() {
        for status in [Status::Accepted, Status::InDoubt, Status::Failed] {
            for report in [Said::Sent, Said::Undelivered, Said::Read] {
                let one = hearing(at(status), &[report.clone(), Said::NotSent]);
                let other = hearing(at(status), &[Said::NotSent, report.clone()]);
                assert_eq!(one, other, "{status} {report:?}");
                assert!(!one.is_unsent && one.status == Status::Accepted);
            }
        }
    }

    #[test]
    fn a_doubt_ends_with_the_first_proof() {
        for (report, delivery) in [
            (Said::Sent, Delivery::Sent),
            (Said::Read, Delivery::Read),
            (Said::Undelivered, Delivery::Undelivered),
        ] {
            let known = hearing(at(Status::InDoubt), &[report]);
            assert_eq!(known.status, Status::Accepted);
            assert_eq!(known.delivered.map(|delivered| delivered.delivery), Some(delivery));
        }
        let unknown = Said::Unknown("submit-success".to_owned());
        assert_eq!(at(Status::InDoubt).after(&receipt(unknown), NOW), Change::Nothing);
    }

    #[test]
    fn a_repeated_receipt_changes_nothing() {
        let known = hearing(at(Status::Accepted), &[Said::Delivered]);
        assert_eq!(known.after(&receipt(Said::Delivered), NOW), Change::Nothing);
        assert_eq!(known.after(&receipt(Said::Sent), NOW), Change::Nothing);
    }
}
