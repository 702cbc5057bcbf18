//! Who is told of progress: the terminal, the console, a test.

use std::time::Duration;

use crate::{
    domain::{RecipientId, Timestamp, campaign::Pause, reach::HeldBy},
    queue::End,
};

/// The pace at one moment.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pace {
    /// Requests on the wire.
    pub n_in_flight: usize,
    /// The rate in force, in messages per second.
    pub rate_now: f64,
    /// The rate that was asked for, in messages per second.
    pub rate_allowed: f64,
    /// The wait for the next retry, where everything else is done.
    pub next_retry_in: Option<Duration>,
    /// Nothing further is sent; the answers to what is on the wire are waited for.
    pub is_ending: bool,
}

/// Something a person should know while it happens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// The first messages are out; the rest waits for their receipts, or until then.
    CanaryWaits(Timestamp),
    /// Sending begins later: the set time, or the sending hours.
    WaitsUntil(Timestamp),
    /// The provider does not answer, or keeps asking for another try; the next request goes after a while.
    ProviderDown {
        /// The last words heard.
        words: String,
        /// The wait before the next request.
        next_in: Duration,
    },
    /// The provider answers again.
    ProviderBack,
    /// The provider turned a request away for coming too fast.
    SlowedDown { words: String },
    /// One message goes first, and the rest when it was accepted.
    Probing,
    /// Whoever is left is held back, the first of them until then.
    Held { by: HeldBy, until: Timestamp },
    /// Whoever is left is messaged as soon as they write.
    WaitsForPeople,
    /// Nothing is due now; the next retry is.
    NextRetryAt(Timestamp),
    /// The campaign pauses; requests in flight are still being waited for.
    Pausing(Pause),
    /// Told to stop; requests in flight are still being waited for.
    Stopping {
        /// So many.
        n_in_flight: usize,
    },
}

/// A watcher sees; it does not steer.
pub trait Watcher: Send + Sync {
    /// A recipient's outcome was recorded.
    fn settled(&self, recipient: RecipientId, end: &End);
    /// The pace, a few times a second.
    fn pace(&self, pace: Pace);
    /// Something worth a sentence.
    fn notice(&self, notice: &Notice);
}
