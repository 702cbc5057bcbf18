//! Where a recipient stands, and the only moves there are.

pub mod phone;
pub mod rejection;

use std::fmt;

use self::{phone::Phone, rejection::Rejection};
use super::Timestamp;

/// The number of a recipient's row; rows are numbered in the order of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RecipientId(pub i64);

/// What we know and control of one recipient. Whether the message arrived is [`Delivery`], on its own axis.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Status {
    /// Waiting, also between retries.
    Queued,
    /// Handed to the network; no answer recorded yet.
    Sending,
    /// The provider took the message.
    Accepted,
    /// Refused for good, or attempts used up.
    Failed,
    /// Left our machine, outcome not known; never sent again by itself.
    InDoubt,
    /// Never sent: the row is unusable.
    Rejected,
    /// Never sent: same number as an earlier line.
    Duplicate,
    /// Never sent: on the suppression list.
    Suppressed,
    /// Never sent: the campaign was cancelled.
    Cancelled,
    /// Never sent: out of reach, or held back for good; the code says which.
    Skipped,
}

/// What can happen to a recipient.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Event {
    /// Taken from the queue for sending.
    Claimed,
    /// Found on the suppression list at the moment of claiming.
    FoundSuppressed,
    /// The provider took the message, or a receipt shows that it did.
    Accepted,
    /// Refused for good.
    Refused,
    /// No message could be made for it.
    Unsendable,
    /// Refused for now; to be tried again when due.
    Retried,
    /// Nothing was sent, or nothing was taken: back, untouched.
    Released,
    /// No answer, or our process died in between.
    Unanswered,
    /// The operator (or a receipt) closes a doubt without sending.
    DoubtKept,
    /// The operator puts a doubtful or failed recipient back.
    PutBack,
    /// The operator puts a recipient back whose accepted message the provider never handed to Meta.
    UnsentPutBack,
    /// A receipt shows that the provider took the message, whatever we knew before.
    ShownTaken,
    /// A receipt shows that the provider did not hand the message to Meta.
    ShownUnsent,
    /// The campaign was cancelled.
    Cancelled,
    /// Out of reach, or held back for good.
    Skipped,
}

/// A move that does not exist.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a recipient that is {from} cannot be {event:?}")]
pub struct IllegalMove {
    from: Status,
    event: Event,
}

impl Status {
    /// Every status, in the order in which they are shown.
    pub const ALL: [Self; 10] = [
        Self::Queued,
        Self::Sending,
        Self::Accepted,
        Self::Failed,
        Self::InDoubt,
        Self::Rejected,
        Self::Duplicate,
        Self::Suppressed,
        Self::Cancelled,
        Self::Skipped,
    ];

    /// The name in SQL, JSON, exports and on screen.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Sending => "sending",
            Self::Accepted => "accepted",
            Self::Failed => "failed",
            Self::InDoubt => "in_doubt",
            Self::Rejected => "rejected",
            Self::Duplicate => "duplicate",
            Self::Suppressed => "suppressed",
            Self::Cancelled => "cancelled",
            Self::Skipped => "skipped",
        }
    }

    /// The status of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.name() == name)
    }

    /// Where this status goes on `event`. The queue's SQL is held to this table by a test.
    pub fn after(self, event: Event) -> Result<Self, IllegalMove> {
        let to = match (self, event) {
            (Self::Queued, Event::Claimed) => Self::Sending,
            (Self::Queued, Event::FoundSuppressed) => Self::Suppressed,
            (Self::Queued, Event::Cancelled) => Self::Cancelled,
            (Self::Queued, Event::Skipped) => Self::Skipped,
            (Self::Sending | Self::InDoubt, Event::Accepted) => Self::Accepted,
            (Self::Sending, Event::Refused | Event::Unsendable)
            | (Self::InDoubt, Event::Refused | Event::DoubtKept) => Self::Failed,
            (Self::Sending, Event::Retried | Event::Released)
            | (Self::InDoubt | Self::Failed | Self::Skipped, Event::PutBack)
            | (Self::Accepted, Event::UnsentPutBack) => Self::Queued,
            (Self::Sending, Event::Unanswered) => Self::InDoubt,
            // Whoever was messaged must not be messaged again, so proof outweighs what an answer (or none) had said.
            // A recipient on the wire waits for its answer first.
            (
                Self::Accepted
                | Self::InDoubt
                | Self::Failed
                | Self::Queued
                | Self::Cancelled
                | Self::Suppressed
                | Self::Skipped,
                Event::ShownTaken,
            )
            | (Self::Accepted, Event::ShownUnsent) => Self::Accepted,
            (Self::InDoubt, Event::ShownUnsent) => Self::Failed,
            (from, event) => return Err(IllegalMove { from, event }),
        };
        Ok(to)
    }

    /// True when nothing further happens to the recipient by itself.
    pub const fn is_settled(self) -> bool {
        !matches!(self, Self::Queued | Self::Sending)
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// What receipts said of an accepted message, from least to most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Delivery {
    /// Left for the recipient's phone.
    Sent,
    /// On the phone.
    Delivered,
    /// Seen.
    Read,
    /// Given up by the provider or by Meta; the delivery error says why.
    Undelivered,
}

impl Delivery {
    /// Every delivery, in the order in which they are shown.
    pub const ALL: [Self; 4] = [Self::Sent, Self::Delivered, Self::Read, Self::Undelivered];

    /// The name in SQL, JSON, exports and on screen.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Delivered => "delivered",
            Self::Read => "read",
            Self::Undelivered => "undelivered",
        }
    }

    /// The delivery of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|delivery| delivery.name() == name)
    }
}

impl fmt::Display for Delivery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// One row of a recipient list as the importer hands it to the queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRecipient {
    /// The physical line (in a workbook the sheet's row) where the record starts, from 1.
    pub line: u64,
    /// Whether it can be sent to.
    pub standing: Standing,
    /// The tags `ref`, `ref1`, `ref2`, as they will be sent; none where blank.
    pub refs: [Option<String>; 3],
    /// The values of the columns listed in the import's `Layout::cells`, in that order.
    pub cells: Vec<String>,
    /// When the person wrote last, where the list says that it was within the last 24 hours.
    pub wrote_at: Option<Timestamp>,
    /// The person's time zone (IANA), where the list says it.
    pub time_zone: Option<String>,
    /// Which rejected row it is, mended, where it comes from a file of rejected rows.
    pub mends: Option<RejectedRow>,
}

/// Where a row stood that was rejected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RejectedRow {
    /// The name of its list; none where the file of rejected rows does not say it.
    pub file_name: Option<String>,
    /// Its line in that list.
    pub line: u64,
}

/// One person in one campaign, with what the message is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipient {
    pub id: RecipientId,
    /// Its line in its file.
    pub line: u64,
    /// The import it came with, which has the layout of its cells.
    pub import_id: i64,
    /// Where the message goes.
    pub to: Phone,
    pub refs: [Option<String>; 3],
    pub cells: Vec<String>,
}

/// Whether a row can be sent to. Duplicates and suppressed numbers are the queue's finding, not the importer's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// Can be sent to.
    Good(Phone),
    /// Cannot, and why.
    Rejected(Rejection),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_status_is_found_by_its_name() {
        for status in Status::ALL {
            assert_eq!(Status::from_name(status.name()), Some(status));
        }
        assert_eq!(Status::from_name("sent"), None);
    }

    #[test]
    fn what_was_accepted_or_never_sent_never_moves_again() {
        use Event::{
            Accepted, Cancelled, Claimed, DoubtKept, FoundSuppressed, PutBack, Refused, Released, Retried,
            Unanswered, Unsendable,
        };
        let events = [
            Claimed,
            FoundSuppressed,
            Accepted,
            Refused,
            Unsendable,
            Retried,
            Released,
            Unanswered,
            DoubtKept,
            PutBack,
            Cancelled,
        ];
        for from in
            [Status::Accepted, Status::Rejected, Status::Duplicate, Status::Suppressed, Status::Cancelled]
        {
            for event in events {
                assert!(from.after(event).is_err(), "{from} moved on {event:?}");
            }
        }
    }

    #[test]
    fn a_doubt_ends_only_by_an_answer_or_a_word() {
        assert_eq!(Status::Sending.after(Event::Unanswered), Ok(Status::InDoubt));
        assert!(Status::InDoubt.after(Event::Claimed).is_err());
        assert!(Status::InDoubt.after(Event::Retried).is_err());
        assert_eq!(Status::InDoubt.after(Event::PutBack), Ok(Status::Queued));
        assert_eq!(Status::InDoubt.after(Event::DoubtKept), Ok(Status::Failed));
    }

    #[test]
    fn proof_that_a_message_was_taken_keeps_its_recipient_out_of_the_queue() {
        for from in [Status::Queued, Status::InDoubt, Status::Failed, Status::Cancelled, Status::Suppressed] {
            assert_eq!(from.after(Event::ShownTaken), Ok(Status::Accepted), "{from}");
        }
        assert!(Status::Sending.after(Event::ShownTaken).is_err(), "its answer comes first");
        assert_eq!(Status::InDoubt.after(Event::ShownUnsent), Ok(Status::Failed));
        assert!(Status::Queued.after(Event::ShownUnsent).is_err());
    }

    #[test]
    fn an_accepted_recipient_goes_back_only_when_its_message_was_never_sent() {
        assert_eq!(Status::Accepted.after(Event::UnsentPutBack), Ok(Status::Queued));
        assert!(Status::Accepted.after(Event::PutBack).is_err());
    }
}
