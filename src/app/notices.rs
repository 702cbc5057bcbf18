//! Watches for what is no event: a campaign that does not move though it may, a deadline that is near, a backup that is old. And
//! what the faces show of channels.

use std::{collections::HashMap, convert::Infallible, time::Duration};

use tokio::time::{Instant, MissedTickBehavior, interval};

use super::campaigns::outlook::{Outlook, OutlookError, WaitsFor};
use crate::{
    clock::Clock,
    domain::{Campaign, CampaignId, State, Status, Timestamp, notice::Happened},
    queue::{ChannelState, Counts, Overview, Queue, QueueError},
    trial,
};

/// How often it is looked.
const LOOKS_EVERY: Duration = Duration::from_mins(1);

/// A running campaign of which nothing has moved for so long is stalled.
const STALLED_AFTER: Duration = Duration::from_mins(15);

/// So long before it a deadline is near.
const DEADLINE_NEAR: Duration = Duration::from_hours(1);

/// A channel that failed so often in a row is worth a word.
pub const FAILURES_TOLD: u64 = 2;

/// Whether a channel does what it is there for.
pub fn is_well(channel: &ChannelState) -> bool {
    channel.n_failed < FAILURES_TOLD
}

/// Where a campaign stood when it was last seen to move.
#[derive(Debug)]
struct Standstill {
    counts: String,
    since: Timestamp,
    began: Instant,
}

/// What the watch has seen.
#[derive(Debug, Default)]
struct Watch {
    standing: HashMap<CampaignId, Standstill>,
}

/// Watches until it is dropped.
pub async fn watch(queue: &Queue, clock: Clock, backup_after: Duration) -> Infallible {
    let mut watch = Watch::default();
    let mut minutes = interval(trial::span("watch", LOOKS_EVERY));
    minutes.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        minutes.tick().await;
        if let Err(error) = watch.look(queue, clock.now(), backup_after).await {
            tracing::warn!(%error, "it cannot be seen whether the campaigns move");
        }
    }
}

impl Watch {
    async fn look(
        &mut self,
        queue: &Queue,
        now: Timestamp,
        backup_after: Duration,
    ) -> Result<(), OutlookError> {
        let mut campaigns = queue.campaigns_in([State::Running, State::Scheduled]).await?;
        campaigns.extend(queue.campaigns_in([State::Paused, State::Paused]).await?);
        self.standing.retain(|id, _| campaigns.iter().any(|campaign| campaign.id == *id));
        for campaign in campaigns {
            let counts = queue.counts(campaign.id).await?;
            if counts.n_open() == 0 {
                continue;
            }
            look_at_deadline(queue, &campaign, &counts, now).await?;
            self.look_at_movement(queue, &Overview { campaign, counts }, now).await?;
        }
        Ok(look_at_backup(queue, now, trial::span("backup_after", backup_after)).await?)
    }

    /// Whether anything has moved since it was last looked at. What waits for something has nowhere to go.
    async fn look_at_movement(
        &mut self,
        queue: &Queue,
        overview: &Overview,
        now: Timestamp,
    ) -> Result<(), OutlookError> {
        let Overview { campaign, counts } = overview;
        let outlook = Outlook::of(queue, campaign, counts, now).await?;
        // That nobody sends it is no wait: somebody has started it, and thinks that it is being sent.
        let may_move = campaign.state == State::Running
            && campaign.interrupted_at.is_none()
            && matches!(outlook.waits_for, None | Some(WaitsFor::Process));
        if !may_move {
            self.standing.remove(&campaign.id);
            return Ok(());
        }
        let counts = Status::ALL.map(|status| counts.of(status).to_string()).join(" ");
        let began = Instant::now();
        let seen = self.standing.entry(campaign.id).or_insert_with(|| Standstill {
            counts: counts.clone(),
            since: now,
            began,
        });
        if seen.counts != counts {
            *seen = Standstill { counts, since: now, began };
        } else if seen.began.elapsed() >= trial::span("stalled", STALLED_AFTER) {
            let episode = format!("stalled {} {counts}", campaign.id.0);
            let happened = Happened::Stalled { since: seen.since };
            queue.tell_once(Some(campaign.id), happened, episode, now).await?;
        }
        Ok(())
    }
}

async fn look_at_deadline(
    queue: &Queue,
    campaign: &Campaign,
    counts: &Counts,
    now: Timestamp,
) -> Result<(), QueueError> {
    let reach = &campaign.plan.reach;
    let deadlines = [("not_after", reach.not_after), ("finish_by", reach.finish_by)];
    for (setting, at) in deadlines {
        let Some(at) = at.filter(|at| now < *at && now.until(*at) <= DEADLINE_NEAR) else { continue };
        let happened = Happened::Deadline { setting: setting.to_owned(), at, n_waiting: counts.n_open() };
        let episode = format!("deadline {} {setting} {}", campaign.id.0, at.0);
        queue.tell_once(Some(campaign.id), happened, episode, now).await?;
    }
    Ok(())
}

/// Whether something has been sent for long without being in a backup.
async fn look_at_backup(queue: &Queue, now: Timestamp, backup_after: Duration) -> Result<(), QueueError> {
    let watched = queue.watched().await?;
    let Some(unsaved) = watched.first_unsaved_at.filter(|at| at.until(now) >= backup_after) else {
        return Ok(());
    };
    let happened = Happened::Backup { last_at: watched.backed_up_at };
    queue.tell_once(None, happened, format!("backup {}", unsaved.0), now).await
}
