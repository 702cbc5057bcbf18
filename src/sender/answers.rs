//! What an answer means for the drain as a whole: halt, slow down, open the breaker, count refusals.

use std::time::Duration;

use futures_util::FutureExt;
use tokio::time::{Instant, sleep};

use super::{
    breaker::Health,
    drain::{Drain, Halt},
    watch::Notice,
    worker::{self, Answered},
};
use crate::{
    domain::{Outcome, PauseCause, campaign::Pause, ruling::outcome::SlowDown},
    queue::{Claim, End, QueueError, Settled},
    trial,
};

/// How often a pause that cannot be written is tried again, and how long after each other.
const PAUSE_TRIES: u32 = 10;
const PAUSE_RETRY: Duration = Duration::from_millis(500);

impl Drain<'_> {
    /// Takes note of what a request came to. An account fault halts here, before anything else can be dispatched.
    pub(super) fn hear(&mut self, claim: Claim, outcome: Option<Outcome>) {
        trial::crash_point("answer:heard");
        self.permits.remove(&claim.recipient.id);
        // Retries that are due now may wait behind what was just heard.
        self.is_drained = false;
        let Some(outcome) = outcome else { return self.release(claim) };
        let answered = worker::answered(&self.campaign, claim, outcome, self.now());
        let now = Instant::now();
        if let End::Paused { pause, .. } | End::InDoubtAndPaused { pause, .. } = &answered.end
            && self.halt.is_none()
        {
            self.watcher.notice(&Notice::Pausing(pause.clone()));
            self.halt(Halt::Paused);
        }
        if let Some(slow_down) = answered.slow_down {
            self.slow_down(slow_down, &answered.end);
        }
        let was_open = self.breaker.open_until().is_some();
        let opens = self.breaker.note(answered.health, now);
        self.gate.set_next_trial(self.breaker.open_until());
        match self.breaker.open_until() {
            Some(until) if opens || now >= until => {}
            Some(until) => self.tell_of_outage(&answered.end, until.duration_since(now)),
            None if was_open => self.watcher.notice(&Notice::ProviderBack),
            None => {}
        }
        if opens {
            self.release_waiting();
            if let Some(until) = self.breaker.open_until() {
                self.tell_of_outage(&answered.end, until.duration_since(now));
            }
        }
        if answered.health == Health::Accepts {
            self.refusals.accepted();
            self.campaign.is_probing = false;
        }
        let is_refusal = matches!(answered.end, End::Failed(_)) && answered.health == Health::Answers;
        let pause = (is_refusal && self.refusals.refused()).then(|| too_many_refusals(&answered));
        self.settle(answered.settlement(self.now()));
        if let Some(pause) = pause
            && self.halt.is_none()
        {
            self.watcher.notice(&Notice::Pausing(pause.clone()));
            self.halt(Halt::Paused);
            self.begin_pause(pause);
        }
    }

    /// Pauses without waiting for the commit; its result is heard like a settlement's.
    pub(super) fn begin_pause(&mut self, pause: Pause) {
        let (queue, campaign) = (&self.sender.queue, self.campaign.id);
        let pausing = async move {
            let mut n_tries = 0;
            loop {
                match queue.pause(campaign, pause.clone()).await {
                    // Another terminal was faster, and its word stands.
                    Ok(_) | Err(QueueError::Step { .. }) => return Ok(Settled::default()),
                    // The disk that is the cause may take the pause a little later.
                    Err(error) if error.is_storage() && n_tries < PAUSE_TRIES => {
                        n_tries += 1;
                        sleep(PAUSE_RETRY).await;
                    }
                    Err(error) => return Err(error),
                }
            }
        };
        self.settling.push(pausing.boxed());
    }

    fn tell_of_outage(&self, end: &End, next_in: Duration) {
        let words = end.reason().map(|reason| reason.text.clone()).unwrap_or_default();
        self.watcher.notice(&Notice::ProviderDown { words, next_in });
    }

    fn slow_down(&mut self, slow_down: SlowDown, end: &End) {
        let silent_for = match slow_down {
            SlowDown::Unsaid => return,
            SlowDown::Halve => None,
            SlowDown::SilentFor(duration) => Some(duration),
        };
        self.pacer.slow_down();
        if let Some(silent_for) = silent_for {
            self.sender.account.silence(silent_for);
            self.settling.push(self.sender.queue.keep_silence(self.now(), silent_for).boxed());
        }
        let words = end.reason().map(|reason| reason.text.clone()).unwrap_or_default();
        self.watcher.notice(&Notice::SlowedDown { words });
    }
}

fn too_many_refusals(answered: &Answered) -> Pause {
    let words = answered.end.reason().map(|reason| format!("{}: {}", reason.code, reason.text));
    Pause { cause: PauseCause::Refusals, detail: words, line: Some(answered.claim.recipient.line) }
}
