//! What a drain looks at a few times a second: the campaign's row, which other terminals change, and the clocks.

use std::time::Duration;

use tokio::time::Instant;

use super::{
    drain::{Drain, Halt, PULSE},
    watch::{Notice, Pace},
};
use crate::{
    domain::{PauseCause, State, campaign::Pause},
    queue::QueueError,
};

/// A difference between the clock on the wall and the runtime's that is a jump, and no drift.
const JUMP: Duration = Duration::from_secs(2);

impl Drain<'_> {
    /// Takes up what another terminal has changed, and tells the watcher the pace.
    pub(super) async fn pulse(&mut self) {
        self.next_pulse_at = Instant::now() + PULSE;
        self.watcher.pace(Pace {
            n_in_flight: self.in_flight.len(),
            rate_now: self.pacer.rate(),
            rate_allowed: self.campaign.plan.mps,
            next_retry_in: self.next_retry_in(),
        });
        match self.sender.queue.pulse(self.campaign.id).await {
            Ok(pulse) => {
                self.campaign.plan.mps = pulse.mps;
                self.pacer.set_mps(self.sender.account.share(self.campaign.id, pulse.mps));
                self.in_flight_max = pulse.in_flight_max;
                self.follow_state(pulse.state);
            }
            Err(error) => self.fail(error),
        }
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
        let (wall, instant) = (self.sender.clock.now(), Instant::now());
        let jump_ms = wall.0 - self.now().0;
        if jump_ms.unsigned_abs() < u64::try_from(JUMP.as_millis()).unwrap_or(u64::MAX) {
            self.wall_at = (wall, instant);
            return;
        }
        match self.sender.queue.shift_due(self.campaign.id, jump_ms).await {
            Ok(()) => {
                tracing::warn!(jump_ms, "the clock has jumped; retries keep their distance");
                self.wall_at = (wall, instant);
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
