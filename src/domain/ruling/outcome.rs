//! What one attempt came to. The provider's answers are data; none of them is an `Err`.

use std::time::Duration;

use crate::domain::campaign::PauseCause;

/// The provider's code and words, kept as they came for the export.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// The provider's code, such as `WA400`, or ours (`HTTP_404`, `TIMEOUT`, `CONNECT`) where it gave none.
    pub code: String,
    /// What happened, in a sentence.
    pub text: String,
}

impl Reason {
    /// A reason from its two parts.
    pub fn new(code: impl Into<String>, text: impl Into<String>) -> Self {
        Self { code: code.into(), text: text.into() }
    }
}

/// What one HTTP request for one recipient came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// A 2xx: the provider took the message. An id that could not be read leaves a note instead.
    Accepted {
        /// The provider's id of the message.
        message_id: Option<String>,
        /// Why there is no id.
        note: Option<String>,
    },
    /// Refused, for this recipient, for good.
    Refused(Reason),
    /// Refused for the whole account or campaign; this recipient is not to blame.
    AccountFault {
        /// Why the campaign pauses.
        cause: PauseCause,
        reason: Reason,
    },
    /// The provider asks for another try (WA500 with a body of its own).
    TryAgain(Reason),
    /// Nothing was taken: no connection, or turned away at the door (429, 503).
    NotTaken {
        reason: Reason,
        /// How the whole sender should slow down.
        slow_down: SlowDown,
    },
    /// The request may or may not have been taken.
    Unanswered(Reason),
    /// A 2xx whose body says that the message was not taken. It may have been: it is never sent again by itself, not
    /// even where the operator asked for what is unanswered to be.
    Contradicted {
        /// The fault of the account that the body names, for which the campaign pauses.
        cause: Option<PauseCause>,
        reason: Reason,
    },
}

impl Outcome {
    /// The name in the log.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Accepted { .. } => "accepted",
            Self::Refused(_) => "refused",
            Self::AccountFault { .. } => "account_fault",
            Self::TryAgain(_) => "try_again",
            Self::NotTaken { .. } => "not_taken",
            Self::Unanswered(_) => "unanswered",
            Self::Contradicted { .. } => "contradicted",
        }
    }

    /// The code; an acceptance has none.
    pub fn code(&self) -> Option<&str> {
        match self {
            Self::Accepted { .. } => None,
            Self::Refused(reason)
            | Self::AccountFault { reason, .. }
            | Self::TryAgain(reason)
            | Self::NotTaken { reason, .. }
            | Self::Unanswered(reason)
            | Self::Contradicted { reason, .. } => Some(&reason.code),
        }
    }
}

/// What a `NotTaken` says about the pace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SlowDown {
    /// No word about the pace (a connection that could not be made).
    Unsaid,
    /// Too many requests: halve the rate.
    Halve,
    /// Too many requests: halve the rate, and stay silent for so long (`Retry-After`).
    SilentFor(Duration),
}
