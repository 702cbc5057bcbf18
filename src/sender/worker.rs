//! One recipient: compose, submit, rule. What was claimed ends here as a settlement.

use super::{rate::breaker::Health, retry};
use crate::{
    domain::{
        Campaign, Composer, Message, Outcome, PauseCause, Reason, Ruling, Timestamp,
        campaign::Pause,
        message::RenderError,
        ruling::{outcome::SlowDown, rule},
    },
    queue::{Claim, End, Settlement},
};

/// An answer to one claim's request, ruled on.
#[derive(Debug)]
pub(super) struct Answered {
    pub(super) claim: Claim,
    pub(super) end: End,
    pub(super) health: Health,
    /// Whether the whole sender should slow down.
    pub(super) slow_down: Option<SlowDown>,
}

impl Answered {
    /// What the provider said, or what happened instead of an answer.
    pub(super) fn words(&self) -> String {
        self.end.reason().map(|reason| reason.text.clone()).unwrap_or_default()
    }

    /// Uses up the claim.
    pub(super) fn settlement(self, now: Timestamp) -> Settlement {
        Settlement::new(self.claim, self.end, now)
    }
}

/// The message of a claim, or how the claim ends without one.
pub(super) fn compose(composer: &Composer, claim: &Claim) -> Result<Message, End> {
    composer.compose(&claim.recipient).map_err(|error| {
        let code = match error {
            RenderError::TooLong { .. } => "BODY_TOO_LONG",
            RenderError::Missing { .. } | RenderError::Filter { .. } => "TEMPLATE_VALUE_MISSING",
        };
        End::Unsendable(Reason::new(code, error.to_string()))
    })
}

/// Rules on the outcome of a claim's request.
pub(super) fn answered(campaign: &Campaign, claim: Claim, outcome: Outcome, now: Timestamp) -> Answered {
    let health = match &outcome {
        Outcome::Accepted { .. } => Health::Accepts,
        Outcome::Refused(_) | Outcome::AccountFault { .. } => Health::Answers,
        Outcome::Contradicted { cause: Some(_), .. } => Health::Answers,
        // As many doubts as silence would make: the same breaker has to keep them few.
        Outcome::Contradicted { cause: None, .. } => Health::Silent,
        Outcome::TryAgain(_) => Health::TryAgain,
        Outcome::NotTaken { slow_down: SlowDown::Unsaid, .. } | Outcome::Unanswered(_) => Health::Silent,
        Outcome::NotTaken { slow_down: SlowDown::Halve | SlowDown::SilentFor(_), .. } => Health::Answers,
    };
    let plan = &campaign.plan;
    let attempt = claim.attempt();
    let (end, slow_down) = match rule(outcome, attempt, plan.attempts_max, plan.on_unknown) {
        Ruling::Accept { message_id, note } => (End::Accepted { message_id, note }, None),
        Ruling::Fail(reason) => (End::Failed(reason), None),
        Ruling::Retry(reason) => {
            let due_at = now.plus(retry::delay(plan.retry, attempt));
            (End::Retried { reason, due_at }, None)
        }
        Ruling::PutBack { reason, slow_down } => {
            (End::Released { reason: Some(reason), due_at: None }, Some(slow_down))
        }
        Ruling::Pause { cause, reason } => {
            (End::Paused { pause: pause(cause, &reason, &claim), reason }, None)
        }
        Ruling::Doubt(reason) => (End::InDoubt(reason), None),
        Ruling::DoubtAndPause { cause, reason } => {
            (End::InDoubtAndPaused { pause: pause(cause, &reason, &claim), reason }, None)
        }
    };
    Answered { claim, end, health, slow_down }
}

fn pause(cause: PauseCause, reason: &Reason, claim: &Claim) -> Pause {
    let detail = Some(format!("{}: {}", reason.code, reason.text));
    Pause { cause, detail, line: Some(claim.recipient.line) }
}
