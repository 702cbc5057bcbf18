//! Why a drain stops claiming, and how its failures end it.

use crate::{
    domain::{PauseCause, campaign::Pause},
    queue::QueueError,
};

/// A campaign that says that it is running, while nothing of it can be claimed, is an error after so many pulses.
const IDLE_ENDS_MAX: u32 = 20;

/// Why nothing further is claimed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Halt {
    Paused,
    Cancelled,
    Finished,
    Stopped,
}

/// What a failure of the queue asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Remedy {
    /// Whatever failed is begun again.
    Wait,
    /// The disk is at fault, for the first time.
    Pause(Pause),
    Stop,
}

#[derive(Debug, Default)]
pub(super) struct Shutdown {
    halt: Option<Halt>,
    failure: Option<QueueError>,
    has_paused_for_storage: bool,
    /// How often in a row everything had ended and nothing came of going on.
    n_idle_ends: u32,
}

impl Shutdown {
    pub(super) fn is_halted(&self) -> bool {
        self.halt.is_some()
    }

    pub(super) fn halted(&self) -> Option<Halt> {
        self.halt
    }

    /// The first reason stands.
    pub(super) fn halt(&mut self, why: Halt) {
        self.halt.get_or_insert(why);
    }

    /// Takes note of a failure. What ends the drain is kept until everything under way has ended.
    pub(super) fn fail(&mut self, error: QueueError) -> Remedy {
        if error.is_busy() || error.is_unreachable() {
            // Another program is writing for long, or the server is away. Nothing leaves meanwhile, and its end is waited for.
            tracing::warn!(%error, "the database cannot be used now; waiting for it");
            return Remedy::Wait;
        }
        tracing::info!(%error, "the queue failed");
        if error.is_storage() && !self.has_paused_for_storage {
            self.has_paused_for_storage = true;
            return Remedy::Pause(Pause {
                cause: PauseCause::Storage,
                detail: Some(innermost(&error)),
                line: None,
            });
        }
        self.failure.get_or_insert(error);
        Remedy::Stop
    }

    pub(super) fn take_failure(&mut self) -> Option<QueueError> {
        self.failure.take()
    }

    /// Goes on with a campaign of which something waits after all. False when that has been said again and again, while
    /// nothing could be sent.
    pub(super) fn go_on(&mut self) -> bool {
        self.n_idle_ends += 1;
        self.halt = None;
        self.n_idle_ends <= IDLE_ENDS_MAX
    }

    /// Whether going on has come to nothing before.
    pub(super) fn is_repeated(&self) -> bool {
        self.n_idle_ends > 0
    }

    /// Something was claimed, so there is something to go on with.
    pub(super) fn moved(&mut self) {
        self.n_idle_ends = 0;
    }
}

/// An error's innermost cause, which is what the pause does not say already.
fn innermost(error: &QueueError) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn going_on_in_vain_ends_unless_something_was_claimed_meanwhile() {
        let mut shutdown = Shutdown::default();
        let n_times = |shutdown: &mut Shutdown| (0..100).take_while(|_| shutdown.go_on()).count();
        assert_eq!(n_times(&mut shutdown), IDLE_ENDS_MAX as usize);
        shutdown.moved();
        assert!(!shutdown.is_repeated());
        assert_eq!(n_times(&mut shutdown), IDLE_ENDS_MAX as usize);
    }

    #[test]
    fn the_first_failure_and_the_first_reason_to_halt_stand() {
        let mut shutdown = Shutdown::default();
        shutdown.halt(Halt::Cancelled);
        assert_eq!(shutdown.fail(QueueError::LeaseLost), Remedy::Stop);
        assert_eq!(shutdown.fail(QueueError::Closed), Remedy::Stop);
        shutdown.halt(Halt::Stopped);
        assert_eq!(shutdown.halted(), Some(Halt::Cancelled));
        assert!(matches!(shutdown.take_failure(), Some(QueueError::LeaseLost)));
        assert!(shutdown.go_on());
        assert!(!shutdown.is_halted());
    }
}
