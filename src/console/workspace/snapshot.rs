//! One look at a campaign: everything its page shows that changes by itself.

use std::{
    borrow::Borrow,
    sync::{Arc, OnceLock},
    time::Duration,
};

use tokio::{sync::watch, time::MissedTickBehavior};

use super::{
    Workspace,
    telemetry::{RateSample, Trouble},
};
use crate::{
    domain::{CampaignId, Delivery, State, Status, Timestamp},
    queue::{Counts, Extent, Glimpse, Loss, Minute, Overview, Problem, QueueError},
    sender::{Notice, Pace},
};

/// Resolution often a campaign that somebody looks at is looked at in the queue, however many they are.
const POLLS_EVERY: Duration = Duration::from_millis(500);

/// The chart's minutes: one day.
const MINUTES_MAX: u32 = 1_440;

const PROBLEMS_MAX: u32 = 8;

/// A campaign as it stands at one moment.
#[derive(Debug, Clone)]
pub(crate) struct Snapshot {
    pub(crate) overview: Overview,
    pub(crate) pace: Option<Pace>,
    pub(crate) notice: Option<Notice>,
    /// Recipients per second that came to an end lately.
    pub(crate) rate: f64,
    pub(crate) minutes: Vec<Minute>,
    pub(crate) problems: Vec<Problem>,
    /// The rate over the last minutes, while it is being sent.
    pub(crate) curve: Vec<RateSample>,
    /// Other campaigns that are being sent at the same time.
    pub(crate) n_others: usize,
    /// Who came to no good end, by code, and how many of the failed are not counted by code yet.
    pub(crate) losses: Arc<Vec<Loss>>,
    pub(crate) n_without_reason: u64,
    pub(crate) trouble: Option<Trouble>,
    pub(crate) at: Timestamp,
    /// What browsers are json of it, made once for all who look: for those who only look, and for those who may send.
    pub(crate) json: [OnceLock<Option<String>>; 2],
}

impl Snapshot {
    pub(crate) fn n(&self, status: impl Borrow<Status>) -> u64 {
        self.overview.counts.of(*status.borrow())
    }

    pub(crate) fn n_delivered(&self, delivery: Delivery) -> u64 {
        self.overview.counts.delivered(delivery)
    }

    pub(crate) fn total(&self) -> u64 {
        self.overview.counts.total()
    }

    pub(crate) fn is_running(&self) -> bool {
        self.overview.campaign.state == State::Running
    }

    /// Nothing further is sent.
    pub(crate) fn has_ended(&self) -> bool {
        matches!(self.overview.campaign.state, State::Finished | State::Cancelled)
    }

    /// Requests on the wire, as all figures of the page are: of the queue, at one moment.
    pub(crate) fn n_in_flight(&self) -> u64 {
        self.n(Status::Sending)
    }

    /// When all will have been sent, at the rate of the last seconds.
    pub(crate) fn done_at(&self) -> Option<Timestamp> {
        let n_open = self.overview.counts.n_open();
        if n_open == 0 || self.rate < 0.01 {
            return None;
        }
        #[expect(clippy::cast_precision_loss, reason = "an estimate")]
        let seconds = n_open as f64 / self.rate;
        Duration::try_from_secs_f64(seconds).ok().map(|wait| self.at.plus(wait))
    }
}

impl Workspace {
    /// Looks at a campaign.
    pub(crate) async fn snapshot(&self, name: &str) -> Result<Snapshot, QueueError> {
        let extent = Extent { n_minutes: MINUTES_MAX, n_problems: PROBLEMS_MAX };
        let wants_losses = |id, counts: &Counts| self.telemetry.losses(id, counts).is_none();
        let glimpse = self.queue.glimpse(name, extent, wants_losses).await?;
        let Glimpse { campaign, counts, minutes, problems, losses } = glimpse;
        let id = campaign.id;
        let losses = match losses {
            Some(losses) => self.telemetry.keep_losses(id, &counts, losses),
            None => self.telemetry.losses(id, &counts).unwrap_or_default(),
        };
        let gauge = self.telemetry.gauge(id);
        Ok(Snapshot {
            pace: gauge.as_ref().and_then(|gauge| gauge.pace()),
            notice: gauge.as_ref().and_then(|gauge| gauge.notice()),
            rate: gauge.as_ref().map(|gauge| gauge.rate()).unwrap_or_default(),
            curve: self.telemetry.curve(id),
            n_others: gauge.as_ref().map_or(0, |_| self.telemetry.n_sent().saturating_sub(1)),
            minutes,
            problems,
            n_without_reason: Glimpse::n_untold(&counts, &losses).unwrap_or_default(),
            losses,
            trouble: self.telemetry.trouble(id),
            at: self.clock.now(),
            json: Default::default(),
            overview: Overview { campaign, counts },
        })
    }

    /// A receiver of what a campaign shows, twice a second; all receivers share one look.
    pub(crate) fn watch(
        self: &Arc<Self>,
        campaign: CampaignId,
        name: &str,
    ) -> watch::Receiver<Option<Arc<Snapshot>>> {
        let (snapshots, feed) = self.telemetry.watch(campaign);
        if let Some(feed) = feed {
            let (workspace, name) = (Arc::clone(self), name.to_owned());
            drop(tokio::spawn(async move { workspace.feed(campaign, &name, &feed).await }));
        }
        snapshots
    }

    async fn feed(&self, campaign: CampaignId, name: &str, feed: &watch::Sender<Option<Arc<Snapshot>>>) {
        let mut ticks = tokio::time::interval(POLLS_EVERY);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            if self.telemetry.unwatch(campaign) {
                return;
            }
            match self.snapshot(name).await {
                Ok(snapshot) => feed.send_replace(Some(Arc::new(snapshot))),
                Err(error) => {
                    tracing::warn!(%error, "a campaign cannot be looked at");
                    continue;
                }
            };
        }
    }
}
