//! Reads campaigns for the pages that show them: once for all viewers of the same one.

use std::{sync::Arc, time::Duration};

use tokio::{sync::watch, time::MissedTickBehavior};

use super::{Workspace, snapshot::Snapshot};
use crate::{
    domain::CampaignId,
    queue::{Counts, Extent, Glimpse, Overview, QueueError, Responded},
    report::figures::responses::Outcome,
};

/// How often a campaign that somebody looks at is looked at in the queue, however many they are.
const POLLS_EVERY: Duration = Duration::from_millis(500);

/// The chart's minutes: one day.
const MINUTES_MAX: u32 = 1_440;

const PROBLEMS_MAX: u32 = 8;

/// How often those who answered are counted for a page that is open.
const ANSWERS_ARE_KEPT: Duration = Duration::from_secs(3);

impl Workspace {
    /// Looks at a campaign.
    pub(crate) async fn snapshot(&self, name: &str) -> Result<Snapshot, QueueError> {
        self.look(name, Duration::ZERO).await
    }

    /// Looks at a campaign; who answered was counted at most so long ago.
    async fn look(&self, name: &str, may_be_old: Duration) -> Result<Snapshot, QueueError> {
        let extent = Extent { n_minutes: MINUTES_MAX, n_problems: PROBLEMS_MAX };
        let wants_losses = |id, counts: &Counts| self.sessions.losses(id, counts).is_none();
        let glimpse = self.queue.glimpse(name, extent, wants_losses).await?;
        let Glimpse { campaign, counts, minutes, problems, losses } = glimpse;
        let id = campaign.id;
        let losses = match losses {
            Some(losses) => self.sessions.keep_losses(id, &counts, losses),
            None => self.sessions.losses(id, &counts).unwrap_or_default(),
        };
        let responded = match self.sessions.responded(id, may_be_old) {
            Some(responded) => responded,
            None => self.sessions.keep_responded(id, self.queue.responded(id, None).await?),
        };
        // Their figures are as old as they are kept, all others are of this moment.
        let outcome = Outcome::from(&Responded { counts: counts.clone(), ..Responded::clone(&responded) });
        let gauge = self.sessions.gauge(id);
        Ok(Snapshot {
            pace: gauge.as_ref().and_then(|gauge| gauge.pace()),
            notice: gauge.as_ref().and_then(|gauge| gauge.notice()),
            rate: gauge.as_ref().map(|gauge| gauge.rate()).unwrap_or_default(),
            curve: self.sessions.curve(id),
            n_others: gauge.as_ref().map_or(0, |_| self.sessions.n_sending().saturating_sub(1)),
            minutes,
            problems,
            n_without_reason: Glimpse::n_untold(&counts, &losses).unwrap_or_default(),
            losses,
            outcome,
            trouble: self.sessions.trouble(id),
            at: self.clock.now(),
            parts: Default::default(),
            overview: Overview { campaign, counts },
        })
    }

    /// A receiver of what a campaign shows, twice a second; all receivers share one look.
    pub(crate) fn watch(
        self: &Arc<Self>,
        campaign: CampaignId,
        name: &str,
    ) -> watch::Receiver<Option<Arc<Snapshot>>> {
        let (snapshots, feed) = self.sessions.watch(campaign);
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
            if self.sessions.unwatch(campaign) {
                return;
            }
            match self.look(name, ANSWERS_ARE_KEPT).await {
                Ok(snapshot) => feed.send_replace(Some(Arc::new(snapshot))),
                Err(error) => {
                    tracing::warn!(%error, "a campaign cannot be looked at");
                    continue;
                }
            };
        }
    }
}
