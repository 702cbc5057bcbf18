//! Claiming: how many recipients at once, how far ahead, and what is done when there are none.

use std::{num::NonZeroU32, time::Duration};

use futures_util::FutureExt;
use tokio::time::Instant;

use super::{
    SenderError,
    drain::{Drain, Halt, PULSE},
    watch::Notice,
};
use crate::{
    domain::State,
    queue::{ClaimOrder, Claimed, QueueError},
};

/// How often the receipts of the first messages are looked at while the rest waits for them.
const CANARY_PULSE: Duration = Duration::from_secs(1);

/// Claims reach ahead by a commit and by twice this, which is how long outcomes gather for one.
const TICK: Duration = Duration::from_millis(10);

/// Messages per second that no account has.
const UNPACED_MPS: f64 = 10_000.0;

/// Without a pace, claims may reach ahead by so many times the places: they have to last for the commit that claims the
/// next ones and the commit that makes room, and a provider that answers at once empties the places many times over.
const UNPACED_BATCHES: usize = 16;

/// The most of that: beyond it a commit gets slower, not cheaper.
const UNPACED_BATCH_MAX: usize = 2_048;

/// How long a claim takes at first sight: a commit and its sync. Measured as it goes.
const CLAIM_TIME: Duration = Duration::from_millis(5);

/// What was seen of the pace, from which it follows how far ahead a claim has to reach.
#[derive(Debug)]
pub(super) struct Reach {
    /// How long a claim takes.
    claim_time: Duration,
    /// Messages per second that went lately.
    rate: f64,
    /// Messages that went since it was measured, and when that was.
    n_dispatched: u32,
    measured_at: Instant,
}

impl Reach {
    /// Before anything was measured, one claim fills the places.
    pub(super) fn new(n_places: u32) -> Self {
        let rate = f64::from(n_places) / (2 * TICK + CLAIM_TIME).as_secs_f64() / 2.0;
        Self { claim_time: CLAIM_TIME, rate, n_dispatched: 0, measured_at: Instant::now() }
    }

    /// A message went.
    pub(super) fn dispatched(&mut self) {
        self.n_dispatched += 1;
    }

    /// Takes note of how long a claim took, and of how fast messages went since the one before.
    fn measure(&mut self, asked_at: Instant) {
        let now = Instant::now();
        // Averages that forget: the last claims count most.
        self.claim_time = (self.claim_time * 7 + now.duration_since(asked_at)) / 8;
        let span = now.duration_since(self.measured_at).max(Duration::from_millis(1));
        let rate = f64::from(std::mem::take(&mut self.n_dispatched)) / span.as_secs_f64();
        self.rate = (3.0 * self.rate + rate) / 4.0;
        self.measured_at = now;
    }

    /// How many claims are used in the time that it takes to get more: as many as the pacer lets through, and no more
    /// than twice what went lately. Where claims ran out, that was all of them, so the next claim is larger.
    fn ahead(&self, paced: f64) -> usize {
        let ahead = (paced.min(2.0 * self.rate) * (2 * TICK + self.claim_time).as_secs_f64()).ceil();
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a positive rate of at most 100,000 times some milliseconds"
        )]
        let ahead = ahead as usize;
        ahead
    }
}

impl Drain<'_> {
    /// Claims what the pacer will use at once: what it lets through in the time that a claim takes. Says when there is
    /// something to claim, if that is later.
    pub(super) fn claim(&mut self) -> Option<Instant> {
        if self.claiming.is_some() || self.is_drained {
            return None;
        }
        if let Some(at) = self.next_claim_at.filter(|at| Instant::now() < *at) {
            return Some(at);
        }
        let wanted = if self.places() == 1 {
            // One at a time, and the next only when the last one is recorded.
            usize::from(self.n_claimed() == 0)
        } else {
            let ahead = self.reach.ahead(self.pacer.rate()).clamp(1, self.batch_max());
            let room = (self.in_flight_max as usize + self.batch_max()).saturating_sub(self.n_claimed());
            wanted(ahead, self.waiting.len(), room, if self.is_unpaced() { 4 } else { 2 })
        };
        let limit = NonZeroU32::new(u32::try_from(wanted).unwrap_or(u32::MAX))?;
        let order = ClaimOrder {
            campaign: self.campaign.id,
            limit,
            now: self.now(),
            epoch: self.sender.lease.epoch(),
        };
        let queue = &self.sender.queue;
        self.claiming = Some((Instant::now(), queue.claim(order).boxed()));
        None
    }

    /// The most that is claimed ahead of the places there are, so that a crash leaves at most twice as many in doubt as
    /// there are places. Where no pace is set to speak of, all the speed there is was asked for, and places and a batch
    /// that fills them once would be waiting for the disk most of the time.
    fn batch_max(&self) -> usize {
        let n_places = self.in_flight_max as usize;
        if self.is_unpaced() {
            (UNPACED_BATCHES * n_places).min(UNPACED_BATCH_MAX).max(n_places)
        } else {
            n_places
        }
    }

    /// Whether all the speed there is was asked for.
    fn is_unpaced(&self) -> bool {
        self.pacer.mps() >= UNPACED_MPS
    }

    /// How many rows are `sending`: a crash at this moment leaves so many in doubt.
    fn n_claimed(&self) -> usize {
        self.waiting.len() + self.in_flight.len() + self.ended.len() + self.n_settling
    }

    pub(super) async fn take_claims(&mut self, result: Result<Claimed, QueueError>) {
        let Some((asked_at, _)) = self.claiming.take() else { return };
        let claimed = match result {
            Ok(claimed) => claimed,
            Err(error) => return self.fail(error),
        };
        self.reach.measure(asked_at);
        self.campaign.is_probing = claimed.is_probing;
        if claimed.claims.is_empty() {
            self.wait_for_more(&claimed);
        } else {
            self.next_claim_at = None;
        }
        let knows_all = claimed.claims.iter().all(|claim| self.composer.knows(claim.recipient.import_id));
        if !claimed.claims.is_empty() {
            self.is_moving();
        }
        self.waiting.extend(claimed.claims.into_iter().map(|claim| (claim, asked_at)));
        if !knows_all {
            // A list was imported while we were sending.
            match self.sender.composer(&self.campaign).await {
                Ok(composer) => self.composer = composer,
                Err(SenderError::Queue(error)) => self.fail(error),
                Err(SenderError::Template(_) | SenderError::Zone(_) | SenderError::NotRunning { .. }) => {
                    self.halt(Halt::Stopped);
                }
            }
        }
        self.follow_state(claimed.state);
        if self.halt.is_some() {
            self.release_waiting();
        }
    }

    /// Nothing could be claimed: a retry is due later, or all is done once the answers under way are in.
    fn wait_for_more(&mut self, claimed: &Claimed) {
        if claimed.state != State::Running {
            // A scheduled campaign, whose start may be moved meanwhile.
            self.next_claim_at = Some(Instant::now() + PULSE);
            return;
        }
        if let Some(until) = claimed.canary_until {
            self.next_claim_at = Some(Instant::now() + CANARY_PULSE);
            self.watcher.notice(&Notice::CanaryWaits(until));
            return;
        }
        match claimed.next_due_at {
            Some(due_at) => {
                let wait = self.now().until(due_at).max(TICK);
                self.next_claim_at = Some(Instant::now() + wait);
                if self.in_flight.is_empty() && wait > PULSE {
                    self.watcher.notice(&Notice::NextRetryAt(due_at));
                }
            }
            None if self.in_flight.is_empty() && self.ended.is_empty() && self.settling.is_empty() => {
                self.is_drained = true;
            }
            None => self.next_claim_at = Some(Instant::now() + TICK),
        }
    }
}

/// How many to claim where so many are used at once, so many wait already, and there is room for so many more. A crash
/// leaves in doubt whatever is claimed, also what was answered and is not recorded yet, and the room counts all of it.
///
/// Small claims cost as much as large ones, so one waits until `1 / part` of a batch is wanted. Paced, half: commits are
/// what a message costs. Unpaced, a quarter: outcomes would wait for the company of a claim.
fn wanted(ahead: usize, n_waiting: usize, room: usize, part: usize) -> usize {
    let wanted = ahead.saturating_sub(n_waiting).min(room);
    if wanted * part < ahead { 0 } else { wanted }
}

#[cfg(test)]
mod tests {
    use super::wanted;

    #[test]
    fn answers_that_are_not_recorded_yet_take_the_room_of_new_claims() {
        assert_eq!(wanted(16, 0, 16, 2), 16, "all places are taken, and nothing waits");
        assert_eq!(wanted(16, 13, 3, 2), 0, "a small claim is not worth its commit");
        assert_eq!(wanted(16, 0, 8, 2), 8, "eight have been answered, and the disk is slow");
        assert_eq!(wanted(16, 0, 0, 2), 0);
    }
}
