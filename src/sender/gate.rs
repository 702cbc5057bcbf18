//! Whether a message may leave now. The one place that knows every reason why not: the campaign's state, its set time
//! and sending hours, the breaker, the suppression list, the end of the right to send.
//!
//! It is asked when a message is dispatched, and again when its connection is ready and its first byte is about to
//! leave. What other processes change is looked up in the queue a few times a second; a message whose facts are older
//! than that does not leave.

use std::{
    collections::HashSet,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU8, Ordering},
    },
    time::Duration,
};

use jiff::tz::TimeZone;
use tokio::{sync::watch, time::Instant};

use super::rate::account::AccountRate;
use crate::{
    domain::{
        CampaignId, NewCampaign, RecipientId, Timestamp,
        time::{SendingHours, TimeError, parse_zone},
    },
    queue::Term,
};

/// How often the queue is looked at while something may leave.
pub(super) const LOOKS_EVERY: Duration = Duration::from_millis(40);

/// The age up to which facts are good enough to dispatch a message.
pub(super) const DISPATCH_AGE_MAX: Duration = Duration::from_millis(60);

/// The age up to which facts are good enough for a message to leave: what a command has written before that is kept.
const DEPARTURE_AGE_MAX: Duration = Duration::from_millis(90);

/// Why a message may not leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hold {
    /// The campaign was paused, cancelled, or told to stop.
    Closed,
    /// The set time or the sending hours: not before that instant, which is that one by the wall's clock.
    Time(Instant, Timestamp),
    /// The provider is down: the next request goes at that instant.
    Outage(Instant),
    /// The person is on the suppression list.
    Suppressed,
    /// One of these may have changed, and nobody has looked; or somebody else may have the right to send by now.
    Outdated,
}

/// What decides whether messages of one campaign may leave.
#[derive(Debug)]
pub(super) struct Gate {
    facts: Mutex<Facts>,
    /// For how long the right to send is ours.
    term: Term,
    closed: watch::Sender<bool>,
}

#[derive(Debug)]
struct Facts {
    start_at: Option<Timestamp>,
    hours: Option<SendingHours>,
    zone: TimeZone,
    /// The wall's clock, and the runtime's at the same moment, to see the former jump.
    wall_at: (Timestamp, Instant),
    next_trial_at: Option<Instant>,
    looked_at: Option<Instant>,
    suppressed: HashSet<RecipientId>,
}

impl Gate {
    /// The gate of a campaign with that plan.
    pub(super) fn new(plan: &NewCampaign, now: Timestamp, term: Term) -> Result<Arc<Self>, TimeError> {
        let facts = Facts {
            start_at: plan.start_at,
            hours: plan.hours.clone(),
            zone: plan.time_zone.as_deref().map_or(Ok(TimeZone::UTC), parse_zone)?,
            wall_at: (now, Instant::now()),
            next_trial_at: None,
            looked_at: None,
            suppressed: HashSet::new(),
        };
        Ok(Arc::new(Self { facts: Mutex::new(facts), term, closed: watch::Sender::new(false) }))
    }

    fn facts(&self) -> MutexGuard<'_, Facts> {
        self.facts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Nothing leaves any more.
    pub(super) fn close(&self) {
        self.closed.send_replace(true);
    }

    /// The campaign goes on after all.
    pub(super) fn open(&self) {
        self.closed.send_replace(false);
    }

    /// The time by the wall's clock, as if that did not jump.
    pub(super) fn now(&self) -> Timestamp {
        self.facts().now(Instant::now())
    }

    /// The wall's clock has jumped, and everything that waits was moved along with it.
    pub(super) fn set_wall_clock(&self, now: Timestamp) {
        self.facts().wall_at = (now, Instant::now());
    }

    /// When the next request may go while the provider is down.
    pub(super) fn set_next_trial(&self, at: Option<Instant>) {
        self.facts().next_trial_at = at;
    }

    /// What was found in the queue by a look that began at `looked_at`.
    pub(super) fn looked(
        &self,
        looked_at: Instant,
        start_at: Option<Timestamp>,
        suppressed: impl IntoIterator<Item = RecipientId>,
    ) {
        let mut facts = self.facts();
        facts.looked_at = Some(looked_at);
        facts.start_at = start_at;
        facts.suppressed = suppressed.into_iter().collect();
    }

    /// Why nothing of the campaign may leave now.
    pub(super) fn campaign_hold(&self) -> Option<Hold> {
        if *self.closed.borrow() { Some(Hold::Closed) } else { self.facts().campaign_hold(Instant::now()) }
    }

    /// Why this message may not leave now. `known_at` is when its claim was asked for; facts may be that old, or as old
    /// as the last look, and no older than `age_max`.
    pub(super) fn hold(&self, recipient: RecipientId, known_at: Instant, age_max: Duration) -> Option<Hold> {
        if *self.closed.borrow() {
            return Some(Hold::Closed);
        }
        let (facts, now) = (self.facts(), Instant::now());
        if !self.term.is_running() {
            return Some(Hold::Outdated);
        }
        if facts.suppressed.contains(&recipient) {
            return Some(Hold::Suppressed);
        }
        if now.duration_since(facts.looked_at.map_or(known_at, |at| at.max(known_at))) > age_max {
            return Some(Hold::Outdated);
        }
        facts.campaign_hold(now)
    }
}

impl Facts {
    fn now(&self, instant: Instant) -> Timestamp {
        let (wall, at) = self.wall_at;
        wall.plus(instant.duration_since(at))
    }

    fn campaign_hold(&self, instant: Instant) -> Option<Hold> {
        let now = self.now(instant);
        let start = self.start_at.map(|at| now.until(at)).unwrap_or_default();
        let hours = self.hours.as_ref().map(|hours| hours.wait(now, &self.zone)).unwrap_or_default();
        let wait = start.max(hours);
        if !wait.is_zero() {
            return Some(Hold::Time(instant + wait, now.plus(wait)));
        }
        self.next_trial_at.filter(|at| instant < *at).map(Hold::Outage)
    }
}

/// One message's right to leave, with its place in the rate. Given up when it is dropped unused.
#[derive(Debug)]
pub(super) struct Permit {
    gate: Arc<Gate>,
    account: Arc<AccountRate>,
    campaign: CampaignId,
    recipient: RecipientId,
    known_at: Instant,
    stage: AtomicU8,
}

const UNLEFT: u8 = 0;
const LEFT: u8 = 1;
const WITHHELD: u8 = 2;

impl Permit {
    /// For a request whose place in the rate was just reserved.
    pub(super) fn new(
        gate: &Arc<Gate>,
        account: &Arc<AccountRate>,
        campaign: CampaignId,
        recipient: RecipientId,
        known_at: Instant,
    ) -> Arc<Self> {
        let (gate, account) = (Arc::clone(gate), Arc::clone(account));
        Arc::new(Self { gate, account, campaign, recipient, known_at, stage: AtomicU8::new(UNLEFT) })
    }

    /// Whether the message has neither left nor been kept here.
    pub(super) fn is_unleft(&self) -> bool {
        self.stage.load(Ordering::SeqCst) == UNLEFT
    }

    /// The connection is ready. True where the message may leave now, and then it counts as gone.
    pub(super) fn leave(&self) -> bool {
        if self.gate.hold(self.recipient, self.known_at, DEPARTURE_AGE_MAX).is_some() {
            self.withhold();
            return false;
        }
        if !self.moves(LEFT) {
            return false;
        }
        if !self.account.leave(self.campaign) {
            self.stage.store(WITHHELD, Ordering::SeqCst);
            self.account.release(self.campaign);
            return false;
        }
        true
    }

    /// Returns when the gate has closed and the message had not left before; never otherwise.
    pub(super) async fn revoked(&self) {
        let mut closed = self.gate.closed.subscribe();
        // The gate is there for as long as its permits.
        drop(closed.wait_for(|is_closed| *is_closed).await);
        if !self.withhold() {
            std::future::pending::<()>().await;
        }
    }

    /// Keeps the message here, unless it has left.
    fn withhold(&self) -> bool {
        let is_withheld = self.moves(WITHHELD);
        if is_withheld {
            self.account.release(self.campaign);
        }
        is_withheld
    }

    fn moves(&self, to: u8) -> bool {
        self.stage.compare_exchange(UNLEFT, to, Ordering::SeqCst, Ordering::SeqCst).is_ok()
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        self.withhold();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sender::rate::pacer::Pacer;

    const NOW: Timestamp = Timestamp(1_790_000_000_000);
    const CAMPAIGN: CampaignId = CampaignId(1);
    const RECIPIENT: RecipientId = RecipientId(7);

    fn plan() -> NewCampaign {
        NewCampaign { mps: 1.0, ..NewCampaign::new("spring", "See https://wa.me/c/911161197855") }
    }

    fn gate(plan: &NewCampaign) -> Arc<Gate> {
        Gate::new(plan, NOW, Term::endless()).unwrap()
    }

    fn permit(gate: &Arc<Gate>, account: &Arc<AccountRate>) -> Arc<Permit> {
        account.reserve(CAMPAIGN, 1.0, &mut Pacer::new(1.0)).unwrap();
        Permit::new(gate, account, CAMPAIGN, RECIPIENT, Instant::now())
    }

    #[tokio::test(start_paused = true)]
    async fn every_reason_holds_a_message_back_at_the_last_moment_too() {
        let may_leave = |what: fn(&Gate)| {
            let (gate, account) = (gate(&plan()), Arc::<AccountRate>::default());
            let permit = permit(&gate, &account);
            what(&gate);
            permit.leave()
        };
        assert!(may_leave(|_| {}));
        assert!(!may_leave(Gate::close));
        assert!(!may_leave(|gate| gate.looked(Instant::now(), None, [RECIPIENT])));
        assert!(!may_leave(|gate| gate.looked(Instant::now(), Some(NOW.plus(Duration::from_secs(1))), [])));
        assert!(!may_leave(|gate| gate.set_next_trial(Some(Instant::now() + Duration::from_secs(5)))));
        assert!(!may_leave(|gate| gate.facts().hours = Some(SendingHours::parse("03:00-03:01").unwrap())));
    }

    #[tokio::test(start_paused = true)]
    async fn a_message_whose_facts_are_old_does_not_leave_until_somebody_has_looked() {
        let (gate, account) = (gate(&plan()), Arc::<AccountRate>::default());
        let outdated = permit(&gate, &account);
        tokio::time::advance(DEPARTURE_AGE_MAX + Duration::from_millis(1)).await;
        assert_eq!(gate.hold(RECIPIENT, outdated.known_at, DISPATCH_AGE_MAX), Some(Hold::Outdated));
        assert!(!outdated.leave());
        let permit = permit(&gate, &account);
        tokio::time::advance(DEPARTURE_AGE_MAX + Duration::from_millis(1)).await;
        gate.looked(Instant::now(), None, []);
        assert!(permit.leave());
    }

    #[tokio::test(start_paused = true)]
    async fn what_has_not_left_is_revoked_when_the_gate_closes_and_what_has_left_is_not() {
        let (gate, account) = (gate(&plan()), Arc::<AccountRate>::default());
        let waits = permit(&gate, &account);
        gate.close();
        waits.revoked().await;
        assert!(!waits.leave(), "it was revoked");
        gate.open();
        let gone = permit(&gate, &account);
        assert!(gone.leave());
        gate.close();
        assert!(tokio::time::timeout(Duration::from_secs(9), gone.revoked()).await.is_err());
    }

    #[tokio::test(start_paused = true)]
    async fn a_message_that_does_not_leave_gives_its_place_in_the_rate_back() {
        let (gate, account) = (gate(&plan()), Arc::<AccountRate>::default());
        drop(permit(&gate, &account));
        let kept = permit(&gate, &account);
        gate.close();
        assert!(!kept.leave());
        gate.open();
        assert!(permit(&gate, &account).leave());
        assert!(
            account.reserve(CAMPAIGN, 1.0, &mut Pacer::new(1.0)).is_err(),
            "one a second, and one has left"
        );
    }
}
