//! What we do about an outcome. The only place where meaning becomes action.

pub mod outcome;

use std::time::Duration;

use self::outcome::{Outcome, Reason, SlowDown};
use super::campaign::{OnUnknown, PauseCause};

/// What happens to the recipient, and whether the campaign goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ruling {
    /// Settled: accepted.
    Accept {
        /// The provider's id, if one could be read.
        message_id: Option<String>,
        /// Why there is none.
        note: Option<String>,
    },
    /// Settled: failed.
    Fail(Reason),
    /// Back to the queue, due after a backoff; the attempt counts.
    Retry(Reason),
    /// Back to the queue, the attempt not counted; the whole sender may slow down.
    PutBack {
        reason: Reason,
        /// How to slow down.
        slow_down: SlowDown,
    },
    /// Back to the queue, the attempt not counted, and the campaign pauses.
    Pause { cause: PauseCause, reason: Reason },
    /// In doubt until someone resolves it.
    Doubt(Reason),
    /// In doubt until someone resolves it, and the campaign pauses.
    DoubtAndPause { cause: PauseCause, reason: Reason },
}

/// Rules on `outcome` of the attempt numbered `attempt` (from 1) out of `attempts_max`.
pub fn rule(outcome: Outcome, attempt: u32, attempts_max: u32, on_unknown: OnUnknown) -> Ruling {
    let again_or_fail = |reason: Reason| {
        if attempt < attempts_max { Ruling::Retry(reason) } else { Ruling::Fail(reason) }
    };
    match outcome {
        Outcome::Accepted { message_id, note } => Ruling::Accept { message_id, note },
        Outcome::Refused(reason) => Ruling::Fail(reason),
        Outcome::AccountFault { cause, reason } => Ruling::Pause { cause, reason },
        Outcome::TryAgain(reason) => again_or_fail(reason),
        Outcome::NotTaken { reason, slow_down } => Ruling::PutBack { reason, slow_down },
        Outcome::Unanswered(reason) => match on_unknown {
            OnUnknown::Hold => Ruling::Doubt(reason),
            OnUnknown::Resend if attempt < attempts_max => Ruling::Retry(reason),
            OnUnknown::Resend => Ruling::Doubt(reason),
        },
        Outcome::Contradicted { cause: Some(cause), reason } => Ruling::DoubtAndPause { cause, reason },
        Outcome::Contradicted { cause: None, reason } => Ruling::Doubt(reason),
    }
}

/// Permanent refusals in a row that say the message is wrong, not the people.
#[derive(Debug, Clone, Copy, Default)]
pub struct RefusalRun {
    n_settled: u64,
    n_in_a_row: u64,
}

impl RefusalRun {
    /// The first so many answers of a campaign being all refusals pauses it.
    const FIRST: u64 = 10;
    /// Later, so many in a row do.
    const LATER: u64 = 100;

    /// A run that starts in a campaign with `n_settled` answers already recorded.
    pub fn starting_after(n_settled: u64) -> Self {
        Self { n_settled, n_in_a_row: 0 }
    }

    /// Counts one refusal; true when the campaign should pause.
    pub fn refused(&mut self) -> bool {
        self.n_settled += 1;
        self.n_in_a_row += 1;
        self.n_in_a_row >= Self::LATER || (self.n_settled == Self::FIRST && self.n_in_a_row == Self::FIRST)
    }

    /// Counts an acceptance, which ends the run.
    pub fn accepted(&mut self) {
        self.n_settled += 1;
        self.n_in_a_row = 0;
    }
}

/// The delays between attempts: where the schedule starts and how far it grows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetrySchedule {
    pub initial: Duration,
    pub interval_max: Duration,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn reason() -> Reason {
        Reason::new("X", "x")
    }

    #[test]
    fn a_try_again_is_retried_until_the_attempts_are_used_up() {
        let ruled = |attempt| rule(Outcome::TryAgain(reason()), attempt, 3, OnUnknown::Hold);
        assert_eq!(ruled(1), Ruling::Retry(reason()));
        assert_eq!(ruled(2), Ruling::Retry(reason()));
        assert_eq!(ruled(3), Ruling::Fail(reason()));
    }

    #[test]
    fn no_answer_is_a_doubt_unless_the_operator_said_otherwise() {
        let ruled = |attempt, word| rule(Outcome::Unanswered(reason()), attempt, 2, word);
        assert_eq!(ruled(1, OnUnknown::Hold), Ruling::Doubt(reason()));
        assert_eq!(ruled(1, OnUnknown::Resend), Ruling::Retry(reason()));
        assert_eq!(ruled(2, OnUnknown::Resend), Ruling::Doubt(reason()));
    }

    #[test]
    fn an_account_fault_pauses_on_the_last_attempt_too() {
        let fault = Outcome::AccountFault { cause: PauseCause::LowBalance, reason: reason() };
        let ruling = rule(fault, 9, 1, OnUnknown::Hold);
        assert_eq!(ruling, Ruling::Pause { cause: PauseCause::LowBalance, reason: reason() });
    }

    #[test]
    fn what_contradicts_itself_is_a_doubt_whatever_the_operator_said_of_the_unknown() {
        for word in [OnUnknown::Hold, OnUnknown::Resend] {
            let ruled = |cause| rule(Outcome::Contradicted { cause, reason: reason() }, 1, 10, word);
            assert_eq!(ruled(None), Ruling::Doubt(reason()));
            let cause = PauseCause::LowBalance;
            assert_eq!(ruled(Some(cause)), Ruling::DoubtAndPause { cause, reason: reason() });
        }
    }

    #[test]
    fn ten_refusals_at_the_start_pause_and_one_acceptance_before_them_does_not() {
        let mut run = RefusalRun::default();
        assert_eq!((0..10).filter(|_| run.refused()).count(), 1);
        let mut run = RefusalRun::default();
        run.accepted();
        assert_eq!((0..99).filter(|_| run.refused()).count(), 0);
        assert!(run.refused());
    }

    fn outcome() -> impl Strategy<Value = Outcome> {
        prop_oneof![
            Just(Outcome::Accepted { message_id: None, note: None }),
            Just(Outcome::Refused(reason())),
            prop::sample::select(PauseCause::ALL.as_slice())
                .prop_map(|cause| Outcome::AccountFault { cause, reason: reason() }),
            Just(Outcome::TryAgain(reason())),
            Just(Outcome::NotTaken { reason: reason(), slow_down: SlowDown::Halve }),
            Just(Outcome::Unanswered(reason())),
            prop::option::of(prop::sample::select(PauseCause::ALL.as_slice()))
                .prop_map(|cause| Outcome::Contradicted { cause, reason: reason() }),
        ]
    }

    proptest! {
        #[test]
        fn whatever_comes_nothing_is_sent_again_that_may_have_arrived(
            outcome in outcome(), attempt in 1..10_u32, attempts_max in 1..10_u32,
        ) {
            let ruling = rule(outcome.clone(), attempt, attempts_max, OnUnknown::Hold);
            let goes_again = matches!(ruling, Ruling::Retry(_) | Ruling::PutBack { .. } | Ruling::Pause { .. });
            let was_turned_away = matches!(
                outcome,
                Outcome::TryAgain(_) | Outcome::NotTaken { .. } | Outcome::AccountFault { .. }
            );
            prop_assert!(!goes_again || was_turned_away, "{outcome:?}: {ruling:?}");
            prop_assert!(!matches!(ruling, Ruling::Retry(_)) || attempt < attempts_max, "{attempt} of {attempts_max}");
            let is_account = matches!(
                outcome,
                Outcome::AccountFault { .. } | Outcome::Contradicted { cause: Some(_), .. }
            );
            let pauses = matches!(ruling, Ruling::Pause { .. } | Ruling::DoubtAndPause { .. });
            prop_assert_eq!(is_account, pauses);
        }
    }
}
