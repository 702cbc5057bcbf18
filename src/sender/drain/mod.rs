//! The loop that moves a campaign: it waits for whatever happens next, and lets its parts answer. Claims, requests,
//! settlements, looks, the load on the provider and the end are each a part with rules of its own; what concerns
//! several of them is decided here.

mod claims;
mod flight;
mod looks;
mod settling;
mod shutdown;

use std::{sync::Arc, time::Duration};

use tokio::{
    sync::watch as signal,
    time::{Instant, sleep, sleep_until},
};

use self::{
    claims::Claims,
    flight::{Flight, Landed},
    looks::Looks,
    settling::Settling,
    shutdown::{Halt, Remedy, Shutdown},
};
use super::{
    Drained, Sender, SenderError,
    gate::{DISPATCH_AGE_MAX, Gate, Hold, Permit},
    rate::load::{Load, outage},
    watch::{Notice, Pace, Watcher},
    worker::{self, Answered},
};
use crate::{
    domain::{
        Campaign, Composer, PauseCause, State, Status, Timestamp, campaign::Pause, ruling::outcome::SlowDown,
    },
    queue::{Claim, ClaimOrder, Claimed, End, Pulse, QueueError, Settled, Settlement},
    trial,
};

/// How often the pace is reported, the clocks are compared, and the campaign's row is read while nothing may leave.
const PULSE: Duration = Duration::from_millis(250);

/// A difference between the clock on the wall and the runtime's that is a jump, and no drift.
const JUMP: Duration = Duration::from_secs(2);

pub(super) struct Drain<'s> {
    sender: &'s Sender,
    campaign: Campaign,
    composer: Composer,
    stop: signal::Receiver<bool>,
    watcher: &'s dyn Watcher,
    gate: Arc<Gate>,
    claims: Claims<'s>,
    flight: Flight<'s>,
    settling: Settling<'s>,
    looks: Looks<'s>,
    load: Load,
    shutdown: Shutdown,
    next_pulse_at: Instant,
}

impl<'s> Drain<'s> {
    pub(super) async fn new(
        sender: &'s Sender,
        campaign: &Campaign,
        composer: Composer,
        stop: signal::Receiver<bool>,
        watcher: &'s dyn Watcher,
    ) -> Result<Self, SenderError> {
        let queue = &sender.queue;
        let counts = queue.counts(campaign.id).await?;
        let n_settled = counts.of(Status::Accepted) + counts.of(Status::Failed) + counts.of(Status::InDoubt);
        let mut drain = Self {
            sender,
            campaign: campaign.clone(),
            composer,
            stop,
            watcher,
            gate: Gate::new(&campaign.plan, sender.clock.now(), sender.lease.term().clone())?,
            claims: Claims::new(queue, campaign.plan.in_flight_max),
            flight: Flight::default(),
            settling: Settling::new(queue),
            looks: Looks::new(queue, campaign.id),
            load: Load::new(campaign, n_settled),
            shutdown: Shutdown::default(),
            next_pulse_at: Instant::now(),
        };
        drain.bound_due().await?;
        Ok(drain)
    }

    pub(super) async fn run(mut self) -> Result<Drained, SenderError> {
        if self.load.is_probing() {
            self.watcher.notice(&Notice::Probing);
        }
        loop {
            self.check_for_stop();
            if Instant::now() >= self.next_pulse_at {
                self.pulse().await;
            }
            let looks_at = self.look();
            let wakes_at = self.advance().min(looks_at);
            self.settling.hand_over();
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
            self.flight.is_empty() && self.settling.is_empty() && !self.claims.is_asking();
        let nothing_to_begin = self.shutdown.is_halted() || self.claims.is_drained();
        nothing_under_way && self.claims.has_none_waiting() && nothing_to_begin
    }

    /// Waits for whatever happens first, and takes note of it.
    async fn next_event(&mut self, wakes_at: Instant) {
        tokio::select! {
            biased;
            landed = self.flight.next() => {
                self.hear(landed);
                // What else is there already is settled together with it.
                while let Some(landed) = self.flight.next_at_hand() {
                    self.hear(landed);
                }
            }
            (began_at, result) = self.looks.next() => match result {
                Ok(pulse) => self.take_look(began_at, pulse),
                Err(error) => self.fail(error),
            },
            (asked_at, result) = self.claims.next() => match result {
                Ok(claimed) => self.take_claims(asked_at, claimed).await,
                Err(error) => self.fail(error),
            },
            result = self.settling.next() => match result {
                Ok(settled) => self.report(&settled),
                Err(error) => self.fail(error),
            },
            // A stop signal whose sender is gone can never come.
            Ok(()) = self.stop.changed(), if !self.shutdown.is_halted() => {}
            () = sleep_until(wakes_at) => {}
        }
    }

    fn check_for_stop(&mut self) {
        if *self.stop.borrow() && !self.shutdown.is_halted() {
            self.halt(Halt::Stopped);
            self.watcher.notice(&Notice::Stopping { n_in_flight: self.flight.len() });
        }
    }

    /// Stops claiming. What was claimed and has not left goes back untouched.
    fn halt(&mut self, why: Halt) {
        self.gate.close();
        self.shutdown.halt(why);
        self.release_waiting();
    }

    /// Halts, and pauses the campaign without waiting for the commit.
    fn pause(&mut self, pause: Pause) {
        self.watcher.notice(&Notice::Pausing(pause.clone()));
        self.halt(Halt::Paused);
        self.settling.pause(self.campaign.id, pause, self.sender.clock.now());
    }

    fn release_waiting(&mut self) {
        for claim in self.claims.take_all() {
            self.release(claim);
        }
    }

    /// Requeues a claim untouched: nothing of it has left.
    fn release(&mut self, claim: Claim) {
        self.settle(claim, End::Released { reason: None, due_at: None });
    }

    fn settle(&mut self, claim: Claim, end: End) {
        self.settling.add(Settlement::new(claim, end, self.now()));
    }

    /// The queue failed: nothing further is claimed, and what is on the wire is still recorded if it can be. Where the
    /// disk is at fault, the campaign pauses.
    fn fail(&mut self, error: QueueError) {
        match self.shutdown.fail(error) {
            Remedy::Wait => {}
            Remedy::Pause(pause) => self.pause(pause),
            Remedy::Stop => self.halt(Halt::Stopped),
        }
    }

    fn report(&self, settled: &Settled) {
        settled.iter().for_each(|(recipient, end)| self.watcher.settled(recipient, end));
    }

    /// The time by the wall's clock, as if that did not jump: the pulse alone takes up a jump, together with the
    /// instants of the retries that wait.
    fn now(&self) -> Timestamp {
        self.gate.now()
    }
}

/// Sending: what may begin begins.
impl Drain<'_> {
    /// Begins all that may begin now, and says when to look again.
    fn advance(&mut self) -> Instant {
        let wakes_at = self.next_pulse_at;
        if self.shutdown.is_halted() {
            return wakes_at;
        }
        if let Some(opens_at) = self.opens_at() {
            // Whoever waits for long waits in the queue.
            self.release_waiting();
            return wakes_at.min(opens_at);
        }
        let slot_at = self.dispatch();
        self.claim();
        [slot_at, self.claims.opens_at()].into_iter().flatten().fold(wakes_at, Instant::min)
    }

    /// When anything may be dispatched at all, if that is not now: what the gate says, and the silence that the provider
    /// asked for.
    fn opens_at(&self) -> Option<Instant> {
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

    /// Sends what waits, as far as there are places and the rate allows. Says when to try again.
    fn dispatch(&mut self) -> Option<Instant> {
        let sender = self.sender;
        while self.flight.len() < self.load.places() {
            let (recipient, known_at) = self.claims.first()?;
            match self.gate.hold(recipient, known_at, DISPATCH_AGE_MAX) {
                None => {}
                Some(Hold::Suppressed) => {
                    let (claim, _) = self.claims.take_first()?;
                    // It leaves the queue with the next claim.
                    self.release(claim);
                    continue;
                }
                Some(Hold::Time(at, _) | Hold::Outage(at)) => return Some(at),
                // The next look comes at once.
                Some(Hold::Closed | Hold::Outdated) => return None,
            }
            if let Err(slot_at) = self.load.reserve(&sender.account) {
                return Some(slot_at);
            }
            let (claim, known_at) = self.claims.take_first()?;
            let permit = Permit::new(&self.gate, &sender.account, self.campaign.id, recipient, known_at);
            match worker::compose(&self.composer, &claim) {
                Ok(message) => {
                    trial::crash_point("request:begin");
                    self.claims.dispatched();
                    self.flight.begin(&sender.provider, message, claim, permit);
                }
                Err(end) => self.settle(claim, end),
            }
        }
        None
    }

    /// Claims what will be used at once.
    fn claim(&mut self) {
        let n_elsewhere = self.flight.len() + self.settling.n_claims();
        if let Some(limit) = self.claims.wanted(&self.load, n_elsewhere) {
            let (campaign, epoch) = (self.campaign.id, self.sender.lease.epoch());
            self.claims.ask(ClaimOrder { campaign, limit, now: self.now(), epoch });
        }
    }

    async fn take_claims(&mut self, asked_at: Instant, mut claimed: Claimed) {
        self.load.set_probing(claimed.is_probing);
        let claims = std::mem::take(&mut claimed.claims);
        let knows_all = claims.iter().all(|claim| self.composer.knows(claim.recipient.import_id));
        if claims.is_empty() {
            let (is_quiet, is_recorded) = (self.flight.is_empty(), self.settling.is_empty());
            let notice = self.claims.wait_for_more(&claimed, self.now(), is_quiet, is_recorded);
            if let Some(notice) = notice {
                self.watcher.notice(&notice);
            }
        } else {
            self.shutdown.moved();
            self.claims.add(claims, asked_at);
        }
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
        if self.shutdown.is_halted() {
            self.release_waiting();
        }
    }
}

/// Hearing: what a request came to.
impl Drain<'_> {
    /// Takes note of what a request came to. An account fault halts here, before anything else can be dispatched.
    fn hear(&mut self, (claim, outcome): Landed) {
        trial::crash_point("answer:heard");
        // Retries that are due now may wait behind what was just heard.
        self.claims.revive();
        let Some(outcome) = outcome else { return self.release(claim) };
        let answered = worker::answered(&self.campaign, claim, outcome, self.now());
        if let End::Paused { pause, .. } | End::InDoubtAndPaused { pause, .. } = &answered.end
            && !self.shutdown.is_halted()
        {
            self.watcher.notice(&Notice::Pausing(pause.clone()));
            self.halt(Halt::Paused);
        }
        if let Some(slow_down) = answered.slow_down {
            self.slow_down(slow_down, &answered);
        }
        let reaction = self.load.hear(&answered);
        self.gate.set_next_trial(self.load.next_trial_at());
        if reaction.opens_breaker {
            self.release_waiting();
        }
        if let Some(notice) = reaction.notice {
            self.watcher.notice(&notice);
        }
        self.settling.add(answered.settlement(self.now()));
        if let Some(pause) = reaction.pause.filter(|_| !self.shutdown.is_halted()) {
            self.pause(pause);
        }
    }

    fn slow_down(&mut self, slow_down: SlowDown, answered: &Answered) {
        let silent_for = match slow_down {
            SlowDown::Unsaid => return,
            SlowDown::Halve => None,
            SlowDown::SilentFor(duration) => Some(duration),
        };
        self.load.slow_down();
        if let Some(silent_for) = silent_for {
            self.sender.account.silence(silent_for);
            self.settling.keep_silence(self.now(), silent_for);
        }
        self.watcher.notice(&Notice::SlowedDown { words: answered.words() });
    }
}

/// Watching: the campaign's row, which other processes change, and the clocks.
impl Drain<'_> {
    /// Reads what other processes have changed, if it is time for that, and says when to ask again.
    fn look(&mut self) -> Instant {
        let is_idle = self.claims.has_none_waiting() && self.flight.is_empty();
        let about = || self.claims.waiting().chain(self.flight.unleft()).collect();
        self.looks.begin(is_idle, about)
    }

    fn take_look(&mut self, began_at: Instant, pulse: Pulse) {
        self.load.set(&pulse, &self.sender.account);
        self.gate.looked(began_at, pulse.start_at, pulse.suppressed);
        self.follow_state(pulse.state);
    }

    fn follow_state(&mut self, state: State) {
        match state {
            State::Running | State::Scheduled => {}
            State::Paused => self.halt(Halt::Paused),
            State::Cancelled => self.halt(Halt::Cancelled),
            State::Finished | State::Draft => self.halt(Halt::Finished),
        }
    }

    /// Tells the watcher the pace, and compares the clocks.
    async fn pulse(&mut self) {
        self.next_pulse_at = Instant::now() + PULSE;
        self.watcher.pace(Pace {
            n_in_flight: self.flight.len(),
            rate_now: self.load.rate(),
            rate_allowed: self.load.mps(),
            next_retry_in: self.claims.next_retry_in().filter(|_| self.flight.is_empty()),
            is_ending: self.shutdown.is_halted(),
        });
        self.follow_wall_clock().await;
        if self.load.is_outage() && !self.shutdown.is_halted() {
            self.pause(outage());
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
                self.claims.hurry();
                // What was ruled on before the jump may have been recorded after it.
                if let Err(error) = self.bound_due().await {
                    self.fail(error);
                }
            }
            Err(error) => self.fail(error),
        }
    }

    /// No delay reaches further than the longest one and its jitter.
    async fn bound_due(&mut self) -> Result<(), QueueError> {
        let longest = self.campaign.plan.retry.interval_max * 5 / 4;
        self.sender.queue.bound_due(self.campaign.id, self.now().plus(longest)).await
    }
}

/// Shutdown: everything under way is over.
impl Drain<'_> {
    /// Says how the drain ends, or goes on where something was added after all.
    async fn end(&mut self) -> Result<Option<Drained>, SenderError> {
        if let Some(error) = self.shutdown.take_failure() {
            return Err(error.into());
        }
        let queue = &self.sender.queue;
        let state = match self.shutdown.halted() {
            Some(Halt::Stopped) => return Ok(Some(Drained::Stopped)),
            Some(Halt::Paused | Halt::Cancelled | Halt::Finished) => {
                queue.pulse(self.campaign.id, &[]).await?.state
            }
            None => queue.finish(self.campaign.id, self.now()).await?,
        };
        match state {
            State::Finished => Ok(Some(Drained::Finished)),
            // What came back from the wire was cancelled in the commit that settled it.
            State::Cancelled => Ok(Some(Drained::Cancelled)),
            State::Paused => {
                let campaign = queue.campaign(&self.campaign.plan.name).await?;
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
        if self.shutdown.is_repeated() {
            sleep(PULSE).await;
        }
        if !self.shutdown.go_on() {
            return Err(self.stuck(state));
        }
        self.gate.open();
        self.claims.revive();
        self.claims.hurry();
        Ok(())
    }

    fn stuck(&self, state: State) -> SenderError {
        SenderError::NotRunning { name: self.campaign.plan.name.clone(), state }
    }
}
