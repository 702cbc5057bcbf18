//! Runs every campaign that has been started, one drain for each, all under one lease.

use std::{collections::HashMap, sync::Arc, time::Duration};

use tokio::{
    sync::watch,
    task::JoinHandle,
    time::{Instant, sleep},
};

use super::{desk::Desk, launch, telemetry::Trouble};
use crate::{
    console::page::failure::in_words,
    domain::{Campaign, CampaignId, State},
    provider::{Kaleyra, Limits},
    queue::{Lease, QueueError},
    sender::{AccountRate, Sender, SenderError},
};

/// How often the queue is looked at for campaigns that somebody has started.
const LOOKS_EVERY: Duration = Duration::from_millis(500);

/// How long a campaign that could not be sent is left alone.
const TRIES_AGAIN_AFTER: Duration = Duration::from_secs(5);

/// How often what was settled is written down for the chart.
const WRITES_PACE_EVERY: Duration = Duration::from_secs(10);

struct Worker {
    desk: Arc<Desk>,
    stop: watch::Receiver<bool>,
    lease: Option<Arc<Lease>>,
    /// One limit for the whole account, whatever runs at once.
    account: Arc<AccountRate>,
    drains: HashMap<CampaignId, JoinHandle<Result<(), SenderError>>>,
    resting: HashMap<CampaignId, Instant>,
}

/// Runs until `stop` turns true, and then until what is on the wire is recorded.
pub(crate) async fn run(desk: Arc<Desk>, mut stop: watch::Receiver<bool>) {
    let mut worker = Worker {
        desk,
        stop: stop.clone(),
        lease: None,
        account: Arc::default(),
        drains: HashMap::new(),
        resting: HashMap::new(),
    };
    while !*stop.borrow() {
        if let Err(error) = worker.look().await {
            tracing::error!(%error, "the queue cannot be looked at");
        }
        tokio::select! {
            () = sleep(LOOKS_EVERY) => {}
            // A stop signal whose sender is gone is a stop too.
            _ = stop.wait_for(|is_stopped| *is_stopped) => break,
        }
    }
    for (_, drain) in std::mem::take(&mut worker.drains) {
        // Each drain reports its own failure; a panic has been reported by the runtime.
        let _ended = drain.await;
    }
    if let Err(error) = worker.give_up_lease().await {
        tracing::warn!(%error, "the next start will wait for a second");
    }
}

impl Worker {
    async fn look(&mut self) -> Result<(), QueueError> {
        self.reap().await;
        launch::begin_due(&self.desk).await?;
        let now = self.desk.clock.now();
        let mut due = self.desk.queue.campaigns_in([State::Running, State::Scheduled]).await?;
        // The first claim of a scheduled one starts it.
        due.retain(|it| it.state == State::Running || it.plan.start_at.is_none_or(|at| at <= now));
        self.desk.live.keep_troubles(&due.iter().map(|campaign| campaign.id).collect::<Vec<_>>());
        for campaign in due {
            self.begin(campaign).await?;
        }
        if self.drains.is_empty() {
            // Others may send while nothing of ours does.
            self.give_up_lease().await?;
        }
        Ok(())
    }

    async fn give_up_lease(&mut self) -> Result<(), QueueError> {
        if self.lease.is_some() {
            self.account.give_up(&self.desk.queue, self.desk.clock.now()).await?;
        }
        self.lease = None;
        Ok(())
    }

    /// Takes note of drains that have ended.
    async fn reap(&mut self) {
        let ended: Vec<_> =
            self.drains.iter().filter(|(_, drain)| drain.is_finished()).map(|(id, _)| *id).collect();
        for id in ended {
            let Some(drain) = self.drains.remove(&id) else { continue };
            let trouble = match drain.await {
                Ok(Ok(())) => None,
                Ok(Err(error)) => Some(in_words(&error)),
                Err(_) => Some("the sender has panicked".to_owned()),
            };
            if let Some(text) = &trouble {
                tracing::error!(text, "a campaign has stopped");
                self.resting.insert(id, Instant::now() + TRIES_AGAIN_AFTER);
                // The lease may be what is wrong with it.
                if self.drains.is_empty() {
                    self.lease = None;
                }
            }
            self.desk.live.end(id, trouble.map(Trouble::from));
        }
    }

    /// Begins to send a campaign, unless that is under way.
    async fn begin(&mut self, campaign: Campaign) -> Result<(), QueueError> {
        let id = campaign.id;
        let rests = self.resting.get(&id).is_some_and(|until| Instant::now() < *until);
        if self.drains.contains_key(&id) || rests {
            return Ok(());
        }
        let provider = match self.provider(&campaign) {
            Ok(provider) => provider,
            Err(text) => return self.rest(id, text.into()),
        };
        let lease = match &self.lease {
            Some(lease) => Arc::clone(lease),
            None => match self.desk.queue.take_lease(std::process::id(), self.desk.clock.now()).await {
                Ok((lease, _)) => {
                    self.account.take_up(&self.desk.queue, self.desk.clock.now()).await?;
                    Arc::clone(self.lease.insert(Arc::new(lease)))
                }
                Err(error @ QueueError::Leased { .. }) => return self.rest(id, error.to_string().into()),
                Err(error @ QueueError::Restored { .. }) => {
                    let trouble = Trouble { words: in_words(&error), is_restored: true };
                    return self.rest(id, trouble);
                }
                Err(error) => return Err(error),
            },
        };
        let (queue, account) = (self.desk.queue.clone(), Arc::clone(&self.account));
        let sender = Sender::new(queue, provider, lease, self.desk.clock, account);
        let drain = drain(Arc::clone(&self.desk), sender, campaign, self.stop.clone());
        self.drains.insert(id, tokio::spawn(drain));
        Ok(())
    }

    #[expect(clippy::unnecessary_wraps, reason = "the end of a campaign's turn, as in the other branches")]
    fn rest(&mut self, id: CampaignId, trouble: Trouble) -> Result<(), QueueError> {
        self.resting.insert(id, Instant::now() + TRIES_AGAIN_AFTER);
        self.desk.live.set_trouble(id, Some(trouble));
        Ok(())
    }

    fn provider(&self, campaign: &Campaign) -> Result<Kaleyra, String> {
        let account = (self.desk.accounts)(campaign.plan.sender)?;
        let limits = Limits { in_flight_max: campaign.plan.in_flight_max as usize, ..Limits::default() };
        Kaleyra::new(account, &limits, self.desk.ca_file.as_deref()).map_err(|error| in_words(&error))
    }
}

/// Drains one campaign, and keeps its chart.
async fn drain(
    desk: Arc<Desk>,
    sender: Sender,
    campaign: Campaign,
    stop: watch::Receiver<bool>,
) -> Result<(), SenderError> {
    let gauge = desk.live.begin(campaign.id);
    let mut draining = std::pin::pin!(sender.drain(&campaign, stop, &*gauge));
    let ended = loop {
        tokio::select! {
            ended = &mut draining => break ended,
            () = sleep(WRITES_PACE_EVERY) => {}
        }
        write_pace(&desk, campaign.id).await?;
    };
    write_pace(&desk, campaign.id).await?;
    ended.map(|_| ())
}

async fn write_pace(desk: &Desk, campaign: CampaignId) -> Result<(), QueueError> {
    let Some(gauge) = desk.live.gauge(campaign) else { return Ok(()) };
    let (n_accepted, n_settled) = gauge.take();
    if n_settled == 0 {
        return Ok(());
    }
    desk.queue.add_pace(campaign, desk.clock.now(), n_accepted, n_settled).await
}
