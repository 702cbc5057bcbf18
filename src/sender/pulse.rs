//! What a drain looks at a few times a second: the campaign's row, which other terminals change, and the clocks.

use std::time::Duration;

use tokio::time::Instant;

use super::{
    drain::{Drain, Halt, PULSE},
    watch::{Notice, Pace},
};
use crate::domain::{PauseCause, State, campaign::Pause};

/// A difference between the clock on the wall and the runtime's that is a jump, and no drift.
const JUMP: Duration = Duration::from_secs(2);

impl Drain<'_> {
    /// Takes up what another terminal has changed, and tells the watcher the pace.
    pub(super) async fn pulse(&mut self) {
        self.next_pulse_at = Instant::now() + PULSE;
        self.watcher.pace(Pace {
            n_in_flight: self.in_flight.len(),
            rate_now: self.pacer.rate(),
            rate_allowed: self.pacer.mps(),
        });
        match self.sender.queue.pulse(self.campaign.id).await {
            Ok(pulse) => {
                self.pacer.set_mps(pulse.mps);
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
        let (wall_before, instant_before) = self.wall_at;
        self.wall_at = (wall, instant);
        let passed = i64::try_from(instant.duration_since(instant_before).as_millis()).unwrap_or(i64::MAX);
        let jump_ms = wall.0 - wall_before.0 - passed;
        if jump_ms.unsigned_abs() >= u64::try_from(JUMP.as_millis()).unwrap_or(u64::MAX) {
            tracing::warn!(jump_ms, "the clock has jumped; retries keep their distance");
            if let Err(error) = self.sender.queue.shift_due(self.campaign.id, jump_ms).await {
                self.fail(error);
            }
            self.next_claim_at = None;
        }
    }

    async fn pause(&mut self, pause: Pause) {
        self.watcher.notice(&Notice::Pausing(pause.clone()));
        if let Err(error) = self.sender.queue.pause(self.campaign.id, pause).await {
            self.fail(error);
        }
        self.halt(Halt::Paused);
    }
}
