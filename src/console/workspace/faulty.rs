//! What goes wrong in a rehearsal, as the choices that the console offers.

use std::time::Duration;

use serde::Deserialize;

use crate::{
    app::rehearsal::{Rehearsal, RehearsalError},
    clock::Clock,
    queue::Queue,
    simulator::{Callbacks, Faults},
};

/// How fast the simulated provider answers: about as fast as the real one.
const LATENCY: Duration = Duration::from_millis(120);

/// What the simulated provider does wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Faulty {
    /// Nothing.
    Nothing,
    /// A few temporary errors and refusals, and messages that are not delivered.
    Some,
    /// The balance pays for half of the list.
    LowBalance,
    /// One in five messages is not delivered.
    Undelivered,
    /// Answers get lost, so that some recipients are in doubt.
    Doubts,
}

impl Faulty {
    /// Starts a provider with these faults.
    pub(super) async fn rehearsal(
        self,
        queue: Queue,
        n_recipients: u64,
        clock: Clock,
    ) -> Result<Rehearsal, RehearsalError> {
        let quiet = Faults { latency: LATENCY, jitter: LATENCY, ..Faults::default() };
        let faults = match self {
            Self::Nothing | Self::Undelivered => quiet,
            Self::Some => Faults { wa500_rate: 0.02, wa400_rate: 0.01, ..quiet },
            Self::LowBalance => Faults { e110_after: Some(n_recipients.div_ceil(2)), ..quiet },
            Self::Doubts => Faults { lost_answer_rate: 0.1, ..quiet },
        };
        let undelivered_rate = match self {
            Self::Undelivered => 0.2,
            Self::Some => 0.02,
            Self::Nothing | Self::LowBalance | Self::Doubts => 0.0,
        };
        let receipts = Callbacks { undelivered_rate, ..Callbacks::to("", || Clock.now()) };
        Rehearsal::start(queue, faults, receipts, clock).await
    }
}
