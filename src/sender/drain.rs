//! The loop that moves a campaign: claims, dispatches, hears answers, settles, and notices when it has to stop.

use std::{
    collections::{HashMap, VecDeque},
    sync::Arc,
    time::Duration,
};

use futures_util::{
    FutureExt, StreamExt,
    future::{BoxFuture, OptionFuture},
    stream::FuturesUnordered,
};
use tokio::{
    sync::watch as signal,
    time::{Instant, sleep, sleep_until},
};

use super::{
    Drained, Sender, SenderError,
    breaker::Breaker,
    claiming::Reach,
    gate::{DISPATCH_AGE_MAX, Gate, Hold, Permit},
    rate::pacer::Pacer,
    watch::{Notice, Watcher},
    worker,
};
use crate::{
    domain::{
        Campaign, Composer, Outcome, PauseCause, RecipientId, State, Status, Timestamp, campaign::Pause,
        ruling::RefusalRun,
    },
    provider::Leave,
    queue::{Claim, Claimed, End, Pulse, QueueError, Settled, Settlement},
    trial,
};

/// How often the pace is told, the clocks are compared, and the campaign's row is looked at while nothing may leave.
pub(super) const PULSE: Duration = Duration::from_millis(250);

/// A campaign that says that it is running, while nothing of it can be claimed, is an error after so many pulses.
const IDLE_ENDS_MAX: u32 = 20;

/// Requests, and what they came to; none where the message was kept here after all.
type InFlight<'s> = FuturesUnordered<BoxFuture<'s, (Claim, Option<Outcome>)>>;
type Settling<'s> = FuturesUnordered<BoxFuture<'s, Result<Settled, QueueError>>>;
type Claiming<'s> = BoxFuture<'s, Result<Claimed, QueueError>>;
type Looking<'s> = BoxFuture<'s, Result<Pulse, QueueError>>;

/// A claim that is not on the wire yet, and when it was asked for: its facts are at most that old.
pub(super) type Waiting = (Claim, Instant);

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
    pub(super) gate: Arc<Gate>,

    /// Claimed, and not dispatched yet.
    pub(super) waiting: VecDeque<Waiting>,
    pub(super) in_flight: InFlight<'s>,
    /// The permits of what is in flight.
    pub(super) permits: HashMap<RecipientId, Arc<Permit>>,
    /// Ended, and not with the writer yet.
    pub(super) ended: Vec<Settlement>,
    pub(super) settling: Settling<'s>,
    /// How many settlements the writer has.
    pub(super) n_settling: usize,
    pub(super) claiming: Option<(Instant, Claiming<'s>)>,
    pub(super) looking: Option<(Instant, Looking<'s>)>,
    pub(super) looked_at: Instant,

    pub(super) in_flight_max: u32,
    pub(super) pacer: Pacer,
    pub(super) breaker: Breaker,
    pub(super) refusals: RefusalRun,
    pub(super) reach: Reach,
    /// When there is something to claim again; none means at once.
    pub(super) next_claim_at: Option<Instant>,
    /// Whether the queue said that nothing is left to claim, now or later.
    pub(super) is_drained: bool,
    pub(super) next_pulse_at: Instant,
    pub(super) halt: Option<Halt>,
    pub(super) failure: Option<QueueError>,
    pub(super) is_storage_told: bool,
    /// How often in a row everything had ended and nothing came of going on.
    n_idle_ends: u32,
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
        let gate = Gate::new(plan, sender.clock.now())?;
        let mut drain = Self {
            sender,
            campaign: campaign.clone(),
            composer,
            stop,
            watcher,
            gate,
            waiting: VecDeque::new(),
            in_flight: FuturesUnordered::new(),
            permits: HashMap::new(),
            ended: Vec::new(),
            settling: FuturesUnordered::new(),
            n_settling: 0,
            claiming: None,
            looking: None,
            looked_at: Instant::now(),
            in_flight_max: plan.in_flight_max,
            pacer: Pacer::new(plan.mps),
            breaker: Breaker::new(plan.in_flight_max),
            refusals: RefusalRun::starting_after(n_settled),
            reach: Reach::new(plan.in_flight_max),
            next_claim_at: None,
            is_drained: false,
            next_pulse_at: Instant::now(),
            halt: None,
            failure: None,
            is_storage_told: false,
            n_idle_ends: 0,
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
            let looks_at = self.look();
            let wakes_at = self.advance().min(looks_at);
            self.hand_over();
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
        let is_looking = self.looking.is_some();
        let looked = OptionFuture::from(self.looking.as_mut().map(|(_, looking)| looking));
        tokio::select! {
            biased;
            Some((claim, outcome)) = self.in_flight.next(), if !self.in_flight.is_empty() => {
                self.hear(claim, outcome);
                // What else is there already is settled together with it.
                while let Some(Some((claim, outcome))) = self.in_flight.next().now_or_never() {
                    self.hear(claim, outcome);
                }
            }
            Some(result) = looked, if is_looking => self.take_look(result),
            Some(result) = claimed, if is_claiming => self.take_claims(result).await,
            Some(result) = self.settling.next(), if !self.settling.is_empty() => match result {
                Ok(settled) => {
                    self.n_settling -= settled.iter().count();
                    settled.iter().for_each(|(recipient, end)| self.watcher.settled(recipient, end));
                }
                Err(error) => self.fail(error),
            },
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

    /// Stops claiming. What was claimed and has not left goes back untouched.
    pub(super) fn halt(&mut self, why: Halt) {
        self.gate.close();
        if self.halt.is_none() {
            self.halt = Some(why);
        }
        self.release_waiting();
    }

    pub(super) fn release_waiting(&mut self) {
        for (claim, _) in std::mem::take(&mut self.waiting) {
            self.release(claim);
        }
    }

    /// Requeues a claim untouched: nothing of it has left.
    pub(super) fn release(&mut self, claim: Claim) {
        self.settle(Settlement::new(claim, End::Released { reason: None, due_at: None }, self.now()));
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
            self.begin_pause(pause);
            return;
        }
        self.failure.get_or_insert(error);
        self.halt(Halt::Stopped);
    }

    pub(super) fn settle(&mut self, settlement: Settlement) {
        self.ended.push(settlement);
    }

    /// Gives the writer what has ended.
    fn hand_over(&mut self) {
        if self.ended.is_empty() {
            return;
        }
        let ended = std::mem::take(&mut self.ended);
        self.n_settling += ended.len();
        self.settling.push(self.sender.queue.settle(ended).boxed());
    }

    /// Begins all that may begin now, and says when to look again.
    fn advance(&mut self) -> Instant {
        let mut wakes_at = self.next_pulse_at;
        if self.halt.is_some() {
            return wakes_at;
        }
        if let Some(opens_at) = self.opens_at() {
            // Whoever waits for long waits in the queue.
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

    /// When anything may be dispatched at all, if that is not now: what the gate says, and the silence that the provider
    /// asked for.
    fn opens_at(&mut self) -> Option<Instant> {
        let hold = match self.gate.campaign_hold() {
            Some(Hold::Time(opens_at, at)) => {
                self.watcher.notice(&Notice::WaitsUntil(at));
                Some(opens_at)
            }
            Some(Hold::Outage(next_at)) => Some(next_at),
            Some(Hold::Closed | Hold::Suppressed | Hold::Outdated) | None => None,
        };
        hold.max(self.sender.account.silent_until())
    }

    /// How many requests may be on the wire: all, or one while a resume or an outage is being tried out.
    pub(super) fn places(&self) -> usize {
        let is_trying_out = self.campaign.is_probing || self.breaker.open_until().is_some();
        if is_trying_out { 1 } else { self.in_flight_max as usize }
    }

    /// Sends what waits, as far as there are places and the rate allows. Says when to try again.
    fn dispatch(&mut self) -> Option<Instant> {
        while self.in_flight.len() < self.places() {
            let (claim, known_at) = self.waiting.front()?;
            match self.gate.hold(claim.recipient.id, *known_at, DISPATCH_AGE_MAX) {
                None => {}
                Some(Hold::Suppressed) => {
                    let (claim, _) = self.waiting.pop_front()?;
                    // It leaves the queue with the next claim.
                    self.release(claim);
                    continue;
                }
                Some(Hold::Time(at, _) | Hold::Outage(at)) => return Some(at),
                // The next look comes at once.
                Some(Hold::Closed | Hold::Outdated) => return None,
            }
            let account = &self.sender.account;
            let (id, mps) = (self.campaign.id, self.campaign.plan.mps);
            if let Err(slot_at) = account.reserve(id, mps, &mut self.pacer) {
                return Some(slot_at);
            }
            let (claim, known_at) = self.waiting.pop_front()?;
            let permit = Permit::new(&self.gate, account, id, claim.recipient.id, known_at);
            match worker::compose(&self.composer, &claim) {
                Ok(message) => {
                    let provider = &self.sender.provider;
                    trial::crash_point("request:begin");
                    self.reach.dispatched();
                    self.permits.insert(claim.recipient.id, Arc::clone(&permit));
                    let leave = Leave::when({
                        let permit = Arc::clone(&permit);
                        move || permit.leave()
                    });
                    let submitting = async move {
                        tokio::select! {
                            biased;
                            outcome = provider.submit_when(&message, leave) => (claim, outcome),
                            () = permit.revoked() => (claim, None),
                        }
                    };
                    self.in_flight.push(submitting.boxed());
                }
                Err(end) => self.settle(Settlement::new(claim, end, self.now())),
            }
        }
        None
    }

    /// The time by the wall's clock, as if that did not jump: the pulse alone takes up a jump, together with the
    /// instants of the retries that wait.
    pub(super) fn now(&self) -> Timestamp {
        self.gate.now()
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
                self.sender.queue.pulse(self.campaign.id, &[]).await?.state
            }
            None => self.sender.queue.finish(self.campaign.id, now).await?,
        };
        match state {
            State::Finished => Ok(Some(Drained::Finished)),
            // What came back from the wire was cancelled in the commit that settled it.
            State::Cancelled => Ok(Some(Drained::Cancelled)),
            State::Paused => {
                let campaign = self.sender.queue.campaign(&self.campaign.plan.name).await?;
                let unsaid = Pause { cause: PauseCause::Operator, detail: None, line: None };
                Ok(Some(Drained::Paused(campaign.pause.unwrap_or(unsaid))))
            }
            State::Running | State::Scheduled => self.go_on(state).await.map(|()| None),
            State::Draft => Err(self.stuck(state)),
        }
    }

    /// Goes on with a campaign of which something waits after all. A campaign that says so again and again, while
    /// nothing of it can be sent, is an error and no reason to ask for ever.
    async fn go_on(&mut self, state: State) -> Result<(), SenderError> {
        if self.n_idle_ends > 0 {
            sleep(PULSE).await;
        }
        self.n_idle_ends += 1;
        if self.n_idle_ends > IDLE_ENDS_MAX {
            return Err(self.stuck(state));
        }
        self.gate.open();
        self.halt = None;
        self.is_drained = false;
        self.next_claim_at = None;
        Ok(())
    }

    /// Something was claimed, so there is something to go on with.
    pub(super) fn is_moving(&mut self) {
        self.n_idle_ends = 0;
    }

    fn stuck(&self, state: State) -> SenderError {
        SenderError::NotRunning { name: self.campaign.plan.name.clone(), state }
    }
}

/// An error's innermost cause, which is what the pause does not say already.
fn words(error: &QueueError) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause.to_string()
}
