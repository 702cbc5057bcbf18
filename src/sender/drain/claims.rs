//! Claiming: how many recipients at once, how far ahead, and what is done when there are none.

use std::{collections::VecDeque, num::NonZeroU32, time::Duration};

use futures_util::{FutureExt, future::BoxFuture};
use tokio::time::Instant;

use super::PULSE;
use crate::{
    domain::{RecipientId, State, Timestamp},
    queue::{Claim, ClaimOrder, Claimed, Queue, QueueError},
    sender::{rate::load::Load, watch::Notice},
};

/// How often the receipts of the first messages are looked at while the rest waits for them.
const CANARY_PULSE: Duration = Duration::from_secs(1);

/// How often it is looked whether somebody has written, where people are waited for.
const PEOPLE_PULSE: Duration = Duration::from_millis(300);

/// How often it is looked whether there is something else to send, where the rest is held back for long.
const HELD_PULSE: Duration = Duration::from_secs(15);

/// Claims reach ahead by a commit and by twice this, which is how long outcomes gather for one.
const TICK: Duration = Duration::from_millis(10);

/// How long a claim takes at first sight: a commit and its sync. Measured as it goes.
const CLAIM_TIME: Duration = Duration::from_millis(5);

/// What was seen of the pace, from which it follows how far ahead a claim has to reach.
#[derive(Debug)]
struct Lookahead {
    /// How long a claim takes.
    claim_time: Duration,
    /// Messages per second that went lately.
    rate: f64,
    /// Messages that went since it was measured, and when that was.
    n_dispatched: u32,
    measured_at: Instant,
}

impl Lookahead {
    /// Before anything was measured, one claim fills the places.
    fn new(n_places: u32) -> Self {
        let rate = f64::from(n_places) / (2 * TICK + CLAIM_TIME).as_secs_f64() / 2.0;
        Self { claim_time: CLAIM_TIME, rate, n_dispatched: 0, measured_at: Instant::now() }
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

/// The claims that are asked for, and those that are here and not on the wire yet.
pub(super) struct Claims<'s> {
    queue: &'s Queue,
    asked: Option<(Instant, BoxFuture<'s, Result<Claimed, QueueError>>)>,
    /// Each with the instant at which it was asked for: its facts are at most that old.
    waiting: VecDeque<(Claim, Instant)>,
    /// When there is something to claim again; none means at once.
    next_at: Option<Instant>,
    /// Whether the queue said that nothing is left to claim, now or later.
    is_drained: bool,
    lookahead: Lookahead,
}

impl<'s> Claims<'s> {
    pub(super) fn new(queue: &'s Queue, n_places: u32) -> Self {
        let lookahead = Lookahead::new(n_places);
        Self { queue, asked: None, waiting: VecDeque::new(), next_at: None, is_drained: false, lookahead }
    }

    /// How many to claim now: what the pacer will use in the time that a claim takes. `n_elsewhere` claims are on the
    /// wire, or have ended and are not recorded.
    pub(super) fn wanted(&self, load: &Load, n_elsewhere: usize) -> Option<NonZeroU32> {
        if self.asked.is_some() || self.is_drained || self.opens_at().is_some() {
            return None;
        }
        // A crash at this moment leaves so many in doubt.
        let n_claimed = self.waiting.len() + n_elsewhere;
        let wanted = if load.places() == 1 {
            // One at a time, and the next only when the last one is recorded.
            usize::from(n_claimed == 0)
        } else {
            let batch_max = load.batch_max();
            let ahead = self.lookahead.ahead(load.rate()).clamp(1, batch_max);
            let room = (load.in_flight_max() + batch_max).saturating_sub(n_claimed);
            wanted(ahead, self.waiting.len(), room, if load.is_unpaced() { 4 } else { 2 })
        };
        NonZeroU32::new(u32::try_from(wanted).unwrap_or(u32::MAX))
    }

    pub(super) fn ask(&mut self, order: ClaimOrder) {
        self.asked = Some((Instant::now(), self.queue.claim(order).boxed()));
    }

    /// When there is something to claim, if that is later.
    pub(super) fn opens_at(&self) -> Option<Instant> {
        let is_waiting = self.asked.is_none() && !self.is_drained;
        self.next_at.filter(|at| is_waiting && Instant::now() < *at)
    }

    /// The answer to what was asked for, and when that was; never where nothing is.
    pub(super) async fn next(&mut self) -> (Instant, Result<Claimed, QueueError>) {
        let Some((asked_at, asked)) = &mut self.asked else { return std::future::pending().await };
        let (asked_at, result) = (*asked_at, asked.await);
        self.asked = None;
        if result.is_ok() {
            self.lookahead.measure(asked_at);
        }
        (asked_at, result)
    }

    pub(super) fn add(&mut self, claims: Vec<Claim>, asked_at: Instant) {
        self.next_at = None;
        self.waiting.extend(claims.into_iter().map(|claim| (claim, asked_at)));
    }

    /// Nothing could be claimed: a retry is due later, or all is done once the answers under way are in. `is_quiet` says
    /// that nothing is on the wire, `is_recorded` that everything that ended is in the queue.
    pub(super) fn wait_for_more(
        &mut self,
        claimed: &Claimed,
        now: Timestamp,
        is_quiet: bool,
        is_recorded: bool,
    ) -> Option<Notice> {
        let (wait, notice) = if claimed.state != State::Running {
            // A scheduled campaign, whose start may be moved meanwhile.
            (PULSE, None)
        } else if let Some(until) = claimed.canary_until {
            (CANARY_PULSE, Some(Notice::CanaryWaits(until)))
        } else if claimed.waits_for_people {
            let wait = claimed.next_due_at.map_or(PEOPLE_PULSE, |at| now.until(at).clamp(TICK, PEOPLE_PULSE));
            (wait, is_quiet.then_some(Notice::WaitsForPeople))
        } else if let (Some(due_at), Some(held_by)) = (claimed.next_due_at, claimed.next_held_by) {
            let wait = now.until(due_at).clamp(TICK, HELD_PULSE);
            (wait, is_quiet.then_some(Notice::Held { by: held_by, until: due_at }))
        } else if let Some(due_at) = claimed.next_due_at {
            let wait = now.until(due_at).max(TICK);
            (wait, (is_quiet && wait > PULSE).then_some(Notice::NextRetryAt(due_at)))
        } else if is_quiet && is_recorded {
            self.is_drained = true;
            return None;
        } else {
            (TICK, None)
        };
        self.next_at = Some(Instant::now() + wait);
        notice
    }

    /// Something may be there after all, when `next_at` has come.
    pub(super) fn revive(&mut self) {
        self.is_drained = false;
    }

    /// Asks again at once.
    pub(super) fn hurry(&mut self) {
        self.next_at = None;
    }

    /// The first that waits, and how old its facts may be.
    pub(super) fn first(&self) -> Option<(RecipientId, Instant)> {
        self.waiting.front().map(|(claim, known_at)| (claim.recipient.id, *known_at))
    }

    pub(super) fn take_first(&mut self) -> Option<(Claim, Instant)> {
        self.waiting.pop_front()
    }

    pub(super) fn take_all(&mut self) -> impl Iterator<Item = Claim> + use<> {
        std::mem::take(&mut self.waiting).into_iter().map(|(claim, _)| claim)
    }

    pub(super) fn waiting(&self) -> impl Iterator<Item = RecipientId> {
        self.waiting.iter().map(|(claim, _)| claim.recipient.id)
    }

    pub(super) fn has_none_waiting(&self) -> bool {
        self.waiting.is_empty()
    }

    pub(super) fn is_asking(&self) -> bool {
        self.asked.is_some()
    }

    /// Whether nothing is left to claim, now or later.
    pub(super) fn is_drained(&self) -> bool {
        self.is_drained
    }

    /// The wait for the next retry, while nothing is asked for and nothing waits.
    pub(super) fn next_retry_in(&self) -> Option<Duration> {
        let is_waiting = self.waiting.is_empty() && self.asked.is_none();
        self.next_at.filter(|_| is_waiting).map(|at| at.saturating_duration_since(Instant::now()))
    }

    /// A message went.
    pub(super) fn dispatched(&mut self) {
        self.lookahead.n_dispatched += 1;
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
