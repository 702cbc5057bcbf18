//! How much the provider is asked to take: the pace, the requests at once, and what its answers change of both.

use tokio::time::Instant;

use super::{
    account::AccountRate,
    breaker::{Breaker, Health},
    pacer::Pacer,
};
use crate::{
    domain::{Campaign, CampaignId, PauseCause, campaign::Pause, ruling::RefusalRun},
    queue::{End, Pulse},
    sender::{watch::Notice, worker::Answered},
};

/// Messages per second that no account has.
const UNPACED_MPS: f64 = 10_000.0;

/// Without a pace, claims may reach ahead by so many times the places: they have to last for the commit that claims the
/// next ones and the commit that makes room, and a provider that answers at once empties the places many times over.
const UNPACED_BATCHES: usize = 16;

/// The most of that: beyond it a commit gets slower, not cheaper.
const UNPACED_BATCH_MAX: usize = 2_048;

pub(crate) struct Load {
    campaign: CampaignId,
    /// The campaign's own rate; what the pacer lets through may be less.
    mps: f64,
    in_flight_max: u32,
    /// Whether one message is sent to find out whether a resumed campaign can go on.
    is_probing: bool,
    pacer: Pacer,
    breaker: Breaker,
    refusals: RefusalRun,
}

/// What an answer changes beyond its own recipient.
#[derive(Debug)]
pub(crate) struct Reaction {
    pub(crate) notice: Option<Notice>,
    /// Whether the provider is down, as of this answer.
    pub(crate) opens_breaker: bool,
    /// Too many refusals in a row.
    pub(crate) pause: Option<Pause>,
}

impl Load {
    /// `n_settled` messages were answered before.
    pub(crate) fn new(campaign: &Campaign, n_settled: u64) -> Self {
        let plan = &campaign.plan;
        Self {
            campaign: campaign.id,
            mps: plan.mps,
            in_flight_max: plan.in_flight_max,
            is_probing: campaign.is_probing,
            pacer: Pacer::new(plan.mps),
            breaker: Breaker::new(plan.in_flight_max),
            refusals: RefusalRun::starting_after(n_settled),
        }
    }

    /// Takes over what other processes set. The rate is shared with the account's other campaigns.
    pub(crate) fn set(&mut self, pulse: &Pulse, account: &AccountRate) {
        self.mps = pulse.mps;
        self.pacer.set_mps(account.share(self.campaign, pulse.mps));
        self.in_flight_max = pulse.in_flight_max;
    }

    pub(crate) fn set_probing(&mut self, is_probing: bool) {
        self.is_probing = is_probing;
    }

    pub(crate) fn is_probing(&self) -> bool {
        self.is_probing
    }

    /// How many requests may be on the wire: all, or one while a resume or an outage is being tried out.
    pub(crate) fn places(&self) -> usize {
        let is_trying_out = self.is_probing || self.breaker.open_until().is_some();
        if is_trying_out { 1 } else { self.in_flight_max() }
    }

    pub(crate) fn in_flight_max(&self) -> usize {
        self.in_flight_max as usize
    }

    pub(crate) fn mps(&self) -> f64 {
        self.mps
    }

    /// What the pacer lets through at this moment.
    pub(crate) fn rate(&self) -> f64 {
        self.pacer.rate()
    }

    /// Whether all the speed there is was asked for.
    pub(crate) fn is_unpaced(&self) -> bool {
        self.pacer.mps() >= UNPACED_MPS
    }

    /// The most that is claimed ahead of the places there are, so that a crash leaves at most twice as many in doubt as
    /// there are places. Where no pace is set to speak of, all the speed there is was asked for, and places and a batch
    /// that fills them once would be waiting for the disk most of the time.
    pub(crate) fn batch_max(&self) -> usize {
        let n_places = self.in_flight_max();
        if self.is_unpaced() {
            (UNPACED_BATCHES * n_places).min(UNPACED_BATCH_MAX).max(n_places)
        } else {
            n_places
        }
    }

    /// A place in the rate for one request, or when to ask again.
    pub(crate) fn reserve(&mut self, account: &AccountRate) -> Result<(), Instant> {
        account.reserve(self.campaign, self.mps, &mut self.pacer)
    }

    pub(crate) fn slow_down(&mut self) {
        self.pacer.slow_down();
    }

    /// When the next single request may go; none unless the provider is down.
    pub(crate) fn next_trial_at(&self) -> Option<Instant> {
        self.breaker.open_until()
    }

    /// True when the provider has been down for too long.
    pub(crate) fn is_outage(&self) -> bool {
        self.breaker.is_outage(Instant::now())
    }

    pub(crate) fn hear(&mut self, answered: &Answered) -> Reaction {
        let now = Instant::now();
        let was_open = self.breaker.open_until().is_some();
        let opens_breaker = self.breaker.note(answered.health, now);
        let notice = match self.breaker.open_until() {
            Some(until) if now < until => {
                Some(Notice::ProviderDown { words: answered.words(), next_in: until.duration_since(now) })
            }
            None if was_open => Some(Notice::ProviderBack),
            Some(_) | None => None,
        };
        if answered.health == Health::Accepts {
            self.refusals.accepted();
            self.is_probing = false;
        }
        let is_refusal = matches!(answered.end, End::Failed(_)) && answered.health == Health::Answers;
        let pause = (is_refusal && self.refusals.refused()).then(|| too_many_refusals(answered));
        Reaction { notice, opens_breaker, pause }
    }
}

fn too_many_refusals(answered: &Answered) -> Pause {
    let words = answered.end.reason().map(|reason| format!("{}: {}", reason.code, reason.text));
    Pause { cause: PauseCause::Refusals, detail: words, line: Some(answered.claim.recipient.line) }
}

/// The pause of a campaign whose provider has been down for too long.
pub(crate) fn outage() -> Pause {
    let detail = Some("the provider did not take a message for half an hour".to_owned());
    Pause { cause: PauseCause::Outage, detail, line: None }
}
