//! What a drain looks at a few times a second: the campaign's row, which other terminals change, and the clocks.

use std::time::Duration;

use futures_util::FutureExt;
use tokio::time::Instant;

use super::{
    drain::{Drain, Halt, PULSE},
    gate::LOOKS_EVERY,
    watch::{Notice, Pace},
};
use crate::{
    domain::{PauseCause, RecipientId, State, campaign::Pause},
    queue::{Pulse, QueueError},
};

/// A difference between the clock on the wall and the runtime's that is a jump, and no drift.
const JUMP: Duration = Duration::from_secs(2);

impl Drain<'_> {
    /// Begins to look at what other processes have changed, if it is time for that, and says when to ask again.
    pub(super) fn look(&mut self) -> Instant {
        let now = Instant::now();
        if self.looking.is_some() {
            return now + PULSE;
        }
        let is_idle = self.waiting.is_empty() && self.permits.is_empty();
        let next_at = self.looked_at + if is_idle { PULSE } else { LOOKS_EVERY };
        if now < next_at {
            return next_at;
        }
        let unleft = self.permits.iter().filter(|(_, permit)| permit.is_unleft()).map(|(id, _)| *id);
        let about: Vec<RecipientId> =
            self.waiting.iter().map(|(claim, _)| claim.recipient.id).chain(unleft).collect();
        let (queue, campaign) = (&self.sender.queue, self.campaign.id);
        self.looking = Some((now, async move { queue.pulse(campaign, &about).await }.boxed()));
        self.looked_at = now;
        now + PULSE
    }

    /// Takes up what a look has found.
    pub(super) fn take_look(&mut self, result: Result<Pulse, QueueError>) {
        let Some((looked_at, _)) = self.looking.take() else { return };
        match result {
            Ok(pulse) => {
                self.gate.looked(looked_at, pulse.start_at, pulse.suppressed);
                self.campaign.plan.mps = pulse.mps;
                self.pacer.set_mps(self.sender.account.share(self.campaign.id, pulse.mps));
                self.in_flight_max = pulse.in_flight_max;
                self.follow_state(pulse.state);
            }
            Err(error) => self.fail(error),
        }
    }

    /// Tells the watcher the pace, and compares the clocks.
    pub(super) async fn pulse(&mut self) {
        self.next_pulse_at = Instant::now() + PULSE;
        self.watcher.pace(Pace {
            n_in_flight: self.in_flight.len(),
            rate_now: self.pacer.rate(),
            rate_allowed: self.campaign.plan.mps,
            next_retry_in: self.next_retry_in(),
        });
        self.follow_wall_clock().await;
        if self.breaker.is_outage(Instant::now()) {
            let detail = Some("the provider did not take a message for half an hour".to_owned());
            self.pause(Pause { cause: PauseCause::Outage, detail, line: None }).await;
        }
    }

    /// The wait for the next retry, while there is nothing else to do.
    fn next_retry_in(&self) -> Option<Duration> {
        let is_waiting = self.in_flight.is_empty() && self.waiting.is_empty() && self.claiming.is_none();
        self.next_claim_at.filter(|_| is_waiting).map(|at| at.saturating_duration_since(Instant::now()))
    }

    pub(super) fn follow_state(&mut self, state: State) {
        match state {
            State::Running | State::Scheduled => {}
            State::Paused => self.halt(Halt::Paused),
            State::Cancelled => self.halt(Halt::Cancelled),
            State::Finished | State::Draft => self.halt(Halt::Finished),
        }
    }

    /// A clock on the wall that jumps (set by hand, or the machine slept) must neither release a retry nor starve it.
    async fn follow_wall_clock(&mut self) {
        let wall = self.sender.clock.now();
        let jump_ms = wall.0 - self.now().0;
        if jump_ms.unsigned_abs() < u64::try_from(JUMP.as_millis()).unwrap_or(u64::MAX) {
            self.gate.set_wall_clock(wall);
            return;
        }
        match self.sender.queue.shift_due(self.campaign.id, jump_ms).await {
            Ok(()) => {
                tracing::warn!(jump_ms, "the clock has jumped; retries keep their distance");
                self.gate.set_wall_clock(self.sender.clock.now());
                self.next_claim_at = None;
                // What was ruled on before the jump may have been recorded after it.
                if let Err(error) = self.bound_due().await {
                    self.fail(error);
                }
            }
            Err(error) => self.fail(error),
        }
    }

    /// No delay reaches further than the longest one and its jitter.
    pub(super) async fn bound_due(&mut self) -> Result<(), QueueError> {
        let longest = self.campaign.plan.retry.interval_max * 5 / 4;
        self.sender.queue.bound_due(self.campaign.id, self.now().plus(longest)).await
    }

    async fn pause(&mut self, pause: Pause) {
        self.watcher.notice(&Notice::Pausing(pause.clone()));
        match self.sender.queue.pause(self.campaign.id, pause).await {
            Ok(_) => self.halt(Halt::Paused),
            Err(error) => self.fail(error),
        }
    }
}
