//! The loop that moves a campaign: claims, dispatches, hears answers, settles, and notices when it has to stop.

use std::{collections::VecDeque, num::NonZeroU32, pin::Pin, time::Duration};

use futures_util::{StreamExt, future::OptionFuture, stream::FuturesUnordered};
use jiff::tz::TimeZone;
use tokio::{
    sync::watch as signal,
    time::{Instant, sleep_until},
};

use super::{
    Drained, Sender, SenderError,
    breaker::Breaker,
    pacer::Pacer,
    watch::{Notice, Watcher},
    worker::{self},
};
use crate::{
    domain::{
        Campaign, Composer, Outcome, PauseCause, RecipientId, State, Status, Timestamp, campaign::Pause,
        ruling::RefusalRun, time::parse_zone,
    },
    queue::{Claim, ClaimOrder, Claimed, End, QueueError, Settlement},
    trial,
};

/// How often the campaign's row is looked at for what another terminal has changed.
pub(super) const PULSE: Duration = Duration::from_millis(250);

/// How often the receipts of the first messages are looked at while the rest waits for them.
const CANARY_PULSE: Duration = Duration::from_secs(1);

/// How long a claim takes at first sight: a commit and its sync. Measured as it goes.
const CLAIM_TIME: Duration = Duration::from_millis(5);

/// Claims reach ahead by a commit and by this, which is how long outcomes gather for one.
const TICK: Duration = Duration::from_millis(10);

type InFlight<'s> = FuturesUnordered<Pin<Box<dyn Future<Output = (Claim, Outcome)> + Send + 's>>>;
type Settling<'s> =
    FuturesUnordered<Pin<Box<dyn Future<Output = (RecipientId, End, Result<(), QueueError>)> + Send + 's>>>;
type Claiming<'s> = Pin<Box<dyn Future<Output = Result<Claimed, QueueError>> + Send + 's>>;

/// Why nothing further is claimed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Halt {
    Paused,
    Cancelled,
    Finished,
    Stopped,
}

pub(super) struct Drain<'s> {
    pub(super) sender: &'s Sender,
    pub(super) campaign: Campaign,
    pub(super) composer: Composer,
    pub(super) stop: signal::Receiver<bool>,
    pub(super) watcher: &'s dyn Watcher,
    pub(super) zone: TimeZone,

    /// Claimed, and not on the wire yet.
    pub(super) waiting: VecDeque<Claim>,
    pub(super) in_flight: InFlight<'s>,
    pub(super) settling: Settling<'s>,
    pub(super) claiming: Option<(Instant, Claiming<'s>)>,

    pub(super) in_flight_max: u32,
    pub(super) pacer: Pacer,
    pub(super) breaker: Breaker,
    pub(super) refusals: RefusalRun,
    pub(super) claim_time: Duration,
    /// When there is something to claim again; none means at once.
    pub(super) next_claim_at: Option<Instant>,
    /// Whether the queue said that nothing is left to claim, now or later.
    pub(super) is_drained: bool,
    pub(super) next_pulse_at: Instant,
    pub(super) halt: Option<Halt>,
    pub(super) failure: Option<QueueError>,
    /// The wall's clock, and the runtime's at the same moment, to see the former jump.
    pub(super) wall_at: (Timestamp, Instant),
    pub(super) is_storage_told: bool,
}

impl<'s> Drain<'s> {
    pub(super) async fn new(
        sender: &'s Sender,
        campaign: &Campaign,
        composer: Composer,
        stop: signal::Receiver<bool>,
        watcher: &'s dyn Watcher,
    ) -> Result<Self, SenderError> {
        let counts = sender.queue.counts(campaign.id).await?;
        let n_settled = counts.of(Status::Accepted) + counts.of(Status::Failed) + counts.of(Status::InDoubt);
        let plan = &campaign.plan;
        let zone = plan.time_zone.as_deref().map_or(Ok(TimeZone::UTC), parse_zone).unwrap_or(TimeZone::UTC);
        let now = sender.clock.now();
        let mut drain = Self {
            sender,
            campaign: campaign.clone(),
            composer,
            stop,
            watcher,
            zone,
            waiting: VecDeque::new(),
            in_flight: FuturesUnordered::new(),
            settling: FuturesUnordered::new(),
            claiming: None,
            in_flight_max: plan.in_flight_max,
            pacer: Pacer::new(plan.mps),
            breaker: Breaker::new(plan.in_flight_max),
            refusals: RefusalRun::starting_after(n_settled),
            claim_time: CLAIM_TIME,
            next_claim_at: None,
            is_drained: false,
            next_pulse_at: Instant::now(),
            halt: None,
            failure: None,
            wall_at: (now, Instant::now()),
            is_storage_told: false,
        };
        drain.bound_due().await?;
        Ok(drain)
    }

    pub(super) async fn run(mut self) -> Result<Drained, SenderError> {
        if self.campaign.is_probing {
            self.watcher.notice(&Notice::Probing);
        }
        loop {
            self.check_for_stop();
            if Instant::now() >= self.next_pulse_at {
                self.pulse().await;
            }
            let wakes_at = self.advance();
            if self.is_idle() {
                match self.end().await? {
                    Some(drained) => return Ok(drained),
                    None => continue,
                }
            }
            self.next_event(wakes_at).await;
        }
    }

    /// Nothing is under way, and nothing may be begun.
    fn is_idle(&self) -> bool {
        let nothing_under_way =
            self.in_flight.is_empty() && self.settling.is_empty() && self.claiming.is_none();
        nothing_under_way && self.waiting.is_empty() && (self.halt.is_some() || self.is_drained)
    }

    /// Waits for whatever happens first, and takes note of it.
    async fn next_event(&mut self, wakes_at: Instant) {
        let is_claiming = self.claiming.is_some();
        let claimed = OptionFuture::from(self.claiming.as_mut().map(|(_, claiming)| claiming));
        tokio::select! {
            biased;
            Some((claim, outcome)) = self.in_flight.next(), if !self.in_flight.is_empty() => {
                self.hear(worker::answered(&self.campaign, claim, outcome, self.now()));
            }
            Some(result) = claimed, if is_claiming => self.take_claims(result).await,
            Some((recipient, end, result)) = self.settling.next(), if !self.settling.is_empty() => {
                match result {
                    Ok(()) => self.watcher.settled(recipient, &end),
                    Err(error) => self.fail(error),
                }
            }
            // A stop signal whose sender is gone can never come.
            Ok(()) = self.stop.changed(), if self.halt.is_none() => {}
            () = sleep_until(wakes_at) => {}
        }
    }

    fn check_for_stop(&mut self) {
        if *self.stop.borrow() && self.halt.is_none() {
            self.halt(Halt::Stopped);
            self.watcher.notice(&Notice::Stopping { n_in_flight: self.in_flight.len() });
        }
    }

    /// Stops claiming. What was claimed and not sent goes back untouched.
    pub(super) fn halt(&mut self, why: Halt) {
        if self.halt.is_none() {
            self.halt = Some(why);
        }
        self.release_waiting();
    }

    pub(super) fn release_waiting(&mut self) {
        let now = self.now();
        for claim in std::mem::take(&mut self.waiting) {
            self.settle(Settlement::new(claim, End::Released { reason: None, due_at: None }, now));
        }
    }

    /// The queue failed: nothing further is claimed, and what is on the wire is still recorded if it can be. Where the
    /// disk is at fault, the campaign pauses.
    pub(super) fn fail(&mut self, error: QueueError) {
        if error.is_busy() {
            // Another program is writing for long. Its end is waited for: whatever failed is begun again.
            tracing::warn!("another program holds the database; waiting for it");
            return;
        }
        tracing::info!(%error, "the queue failed");
        if error.is_storage() && !self.is_storage_told {
            self.is_storage_told = true;
            let pause = Pause { cause: PauseCause::Storage, detail: Some(words(&error)), line: None };
            self.watcher.notice(&Notice::Pausing(pause.clone()));
            self.halt(Halt::Paused);
            self.begin_pause(RecipientId(0), pause);
            return;
        }
        self.failure.get_or_insert(error);
        self.halt(Halt::Stopped);
    }

    pub(super) fn settle(&mut self, settlement: Settlement) {
        let queue = &self.sender.queue;
        let (recipient, end) = (settlement.recipient(), settlement.end().clone());
        self.settling.push(Box::pin(async move {
            let result = queue.settle(settlement).await;
            (recipient, end, result)
        }));
    }

    /// Begins all that may begin now, and says when to look again.
    fn advance(&mut self) -> Instant {
        let mut wakes_at = self.next_pulse_at;
        if self.halt.is_some() {
            return wakes_at;
        }
        if let Some(opens_at) = self.opens_at() {
            self.release_waiting();
            return wakes_at.min(opens_at);
        }
        if let Some(slot_at) = self.dispatch() {
            wakes_at = wakes_at.min(slot_at);
        }
        if let Some(claim_at) = self.claim() {
            wakes_at = wakes_at.min(claim_at);
        }
        wakes_at
    }

    /// When sending may begin: the breaker, the set time, the sending hours. None means now.
    fn opens_at(&mut self) -> Option<Instant> {
        let now = Instant::now();
        let breaker = self.breaker.open_until().filter(|until| now < *until);
        let plan = &self.campaign.plan;
        let wall = self.now();
        let start = plan.start_at.map(|at| wall.until(at)).unwrap_or_default();
        let hours = plan.hours.as_ref().map(|hours| hours.wait(wall, &self.zone)).unwrap_or_default();
        let wait = start.max(hours);
        if !wait.is_zero() {
            self.watcher.notice(&Notice::WaitsUntil(wall.plus(wait)));
        }
        breaker.max((!wait.is_zero()).then(|| now + wait))
    }

    /// How many requests may be on the wire: all, or one while a resume or an outage is being tried out.
    fn places(&self) -> usize {
        let is_trying_out = self.campaign.is_probing || self.breaker.open_until().is_some();
        if is_trying_out { 1 } else { self.in_flight_max as usize }
    }

    /// Sends what waits, as far as there are places and the pacer allows. Says when the next slot comes.
    fn dispatch(&mut self) -> Option<Instant> {
        while self.in_flight.len() < self.places() && !self.waiting.is_empty() {
            let mps = self.campaign.plan.mps;
            if let Err(slot_at) = self.sender.account.take(self.campaign.id, mps, &mut self.pacer) {
                return Some(slot_at);
            }
            let claim = self.waiting.pop_front()?;
            match worker::compose(&self.composer, &claim) {
                Ok(message) => {
                    let provider = &self.sender.provider;
                    trial::crash_point("request:begin");
                    self.in_flight.push(Box::pin(async move { (claim, provider.submit(&message).await) }));
                }
                Err(end) => self.settle(Settlement::new(claim, end, self.now())),
            }
        }
        None
    }

    /// Claims what the pacer will use at once: what it lets through in the time that a claim takes. Says when there is
    /// something to claim, if that is later.
    fn claim(&mut self) -> Option<Instant> {
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
            wanted(self.ahead(), self.waiting.len(), self.n_claimed(), self.in_flight_max as usize)
        };
        let limit = NonZeroU32::new(u32::try_from(wanted).unwrap_or(u32::MAX))?;
        let order = ClaimOrder {
            campaign: self.campaign.id,
            limit,
            now: self.now(),
            epoch: self.sender.lease.epoch(),
        };
        let queue = &self.sender.queue;
        self.claiming = Some((Instant::now(), Box::pin(async move { queue.claim(order).await })));
        None
    }

    /// How many claims the pacer uses in the time that it takes to get more.
    fn ahead(&self) -> usize {
        let ahead = (self.pacer.rate() * (TICK + self.claim_time).as_secs_f64()).ceil();
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a positive rate of at most 100,000 times some milliseconds"
        )]
        let ahead = ahead as usize;
        ahead.clamp(1, self.in_flight_max as usize)
    }

    /// The time by the wall's clock, as if that did not jump: the pulse alone takes up a jump, together with the
    /// instants of the retries that wait.
    pub(super) fn now(&self) -> Timestamp {
        let (wall, instant) = self.wall_at;
        wall.plus(instant.elapsed())
    }

    /// How many rows are `sending`: a crash at this moment leaves so many in doubt.
    fn n_claimed(&self) -> usize {
        self.waiting.len() + self.in_flight.len() + self.settling.len()
    }

    async fn take_claims(&mut self, result: Result<Claimed, QueueError>) {
        let Some((asked_at, _)) = self.claiming.take() else { return };
        let claimed = match result {
            Ok(claimed) => claimed,
            Err(error) => return self.fail(error),
        };
        // An average that forgets: the last claims count most.
        self.claim_time = (self.claim_time * 7 + asked_at.elapsed()) / 8;
        self.campaign.is_probing = claimed.is_probing;
        if claimed.claims.is_empty() {
            self.wait_for_more(&claimed);
        } else {
            self.next_claim_at = None;
        }
        let knows_all = claimed.claims.iter().all(|claim| self.composer.knows(claim.recipient.import_id));
        self.waiting.extend(claimed.claims);
        if !knows_all {
            // A list was imported while we were sending.
            match self.sender.composer(&self.campaign).await {
                Ok(composer) => self.composer = composer,
                Err(SenderError::Queue(error)) => self.fail(error),
                Err(SenderError::Template(_) | SenderError::NotRunning { .. }) => self.halt(Halt::Stopped),
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
            None if self.in_flight.is_empty() && self.settling.is_empty() => self.is_drained = true,
            None => self.next_claim_at = Some(Instant::now() + TICK),
        }
    }

    /// Everything under way has ended: says how the drain ends, or goes on where something was added after all.
    async fn end(&mut self) -> Result<Option<Drained>, SenderError> {
        if let Some(error) = self.failure.take() {
            return Err(error.into());
        }
        let now = self.now();
        let state = match self.halt {
            Some(Halt::Stopped) => return Ok(Some(Drained::Stopped)),
            Some(Halt::Paused | Halt::Cancelled | Halt::Finished) => {
                self.sender.queue.pulse(self.campaign.id).await?.state
            }
            None => self.sender.queue.finish(self.campaign.id, now).await?,
        };
        match state {
            State::Finished => Ok(Some(Drained::Finished)),
            State::Cancelled => {
                // What was on the wire when the campaign was cancelled came back to a queue that is closed.
                self.sender.queue.cancel_rest(self.campaign.id, now).await?;
                Ok(Some(Drained::Cancelled))
            }
            State::Paused => {
                let campaign = self.sender.queue.campaign(&self.campaign.plan.name).await?;
                let unsaid = Pause { cause: PauseCause::Operator, detail: None, line: None };
                Ok(Some(Drained::Paused(campaign.pause.unwrap_or(unsaid))))
            }
            State::Running | State::Scheduled | State::Draft => {
                self.halt = None;
                self.is_drained = false;
                self.next_claim_at = None;
                Ok(None)
            }
        }
    }
}

/// How many to claim where so many are used at once. A crash leaves in doubt whatever is claimed, also what was
/// answered and is not recorded yet: so never more than the requests that may be on the wire and once as many.
fn wanted(ahead: usize, n_waiting: usize, n_claimed: usize, n_places: usize) -> usize {
    let room = (2 * n_places).saturating_sub(n_claimed);
    let wanted = ahead.saturating_sub(n_waiting).min(room);
    // Small claims cost as much as large ones: wait until a good part of a batch is wanted.
    if wanted * 4 < ahead { 0 } else { wanted }
}

/// An error's innermost cause, which is what the pause does not say already.
fn words(error: &QueueError) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause.to_string()
}

#[cfg(test)]
mod tests {
    use super::wanted;

    #[test]
    fn answers_that_are_not_recorded_yet_take_the_room_of_new_claims() {
        assert_eq!(wanted(16, 0, 16, 16), 16, "all places are taken, and nothing waits");
        assert_eq!(wanted(16, 13, 29, 16), 0, "a small claim is not worth its commit");
        assert_eq!(wanted(16, 0, 16 + 11, 16), 5, "eleven have been answered, and the disk is slow");
        assert_eq!(wanted(16, 0, 32, 16), 0);
        for n_claimed in 0..100 {
            assert!(n_claimed + wanted(16, 0, n_claimed, 16) <= 32 || n_claimed > 32);
        }
    }
}
