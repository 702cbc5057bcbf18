//! Runs every campaign that has been started, one drain for each, all under one lease.

use std::{collections::HashMap, sync::Arc, time::Duration};

use tokio::{
    sync::watch,
    task::JoinHandle,
    time::{Instant, sleep, timeout},
};

use super::{Workspace, launch, telemetry::Trouble};
use crate::{
    app::doctor::NoAccount,
    console::page::failure::in_words,
    domain::{Campaign, CampaignId, State},
    provider::{Kaleyra, Limits, ProviderError},
    queue::{Lease, QueueError, Recovered},
    sender::{AccountRate, Sender, SenderError},
};

/// How often the queue is looked at for campaigns that somebody has started.
const POLLS_EVERY: Duration = Duration::from_millis(500);

/// How long a campaign that could not be sent is left alone.
const TRIES_AGAIN_AFTER: Duration = Duration::from_secs(5);

/// How often what was settled is written down for the chart.
const WRITES_PACE_EVERY: Duration = Duration::from_secs(10);

struct Worker {
    workspace: Arc<Workspace>,
    stop: watch::Receiver<bool>,
    lease: Option<Arc<Lease>>,
    /// The lease while it is being taken: where a server keeps it, somebody else's has to run out first.
    taking: Option<JoinHandle<Result<(Lease, Recovered), QueueError>>>,
    /// One limit for the whole account, whatever runs at once.
    account: Arc<AccountRate>,
    drains: HashMap<CampaignId, JoinHandle<Result<(), SenderError>>>,
    backing_off: HashMap<CampaignId, Instant>,
}

/// Runs until `stop` turns true, and then until what is on the wire is recorded.
pub(crate) async fn run(workspace: Arc<Workspace>, mut stop: watch::Receiver<bool>) {
    let mut worker = Worker {
        workspace,
        stop: stop.clone(),
        lease: None,
        taking: None,
        account: Arc::default(),
        drains: HashMap::new(),
        backing_off: HashMap::new(),
    };
    while !*stop.borrow() {
        worker.workspace.heartbeat.beat();
        if let Err(error) = worker.poll().await {
            tracing::error!(%error, "the queue cannot be looked at");
        }
        tokio::select! {
            () = sleep(POLLS_EVERY) => {}
            // A stop signal whose sender is gone is a stop too.
            _ = stop.wait_for(|is_stopped| *is_stopped) => break,
        }
    }
    for (_, drain) in std::mem::take(&mut worker.drains) {
        // Each drain reports its own failure; a panic has been reported by the runtime.
        let _ended = drain.await;
    }
    if let Some(taking) = worker.taking.take() {
        // What it may have taken it gives up.
        drop(taking.await);
    }
    if let Err(error) = worker.give_up_lease().await {
        tracing::warn!(%error, "the next start will wait for a second");
    }
}

impl Worker {
    async fn poll(&mut self) -> Result<(), QueueError> {
        self.reap().await;
        launch::begin_due(&self.workspace).await?;
        let now = self.workspace.clock.now();
        let mut due = self.workspace.queue.campaigns_in([State::Running, State::Scheduled]).await?;
        // The first claim of a scheduled one starts it.
        due.retain(|it| it.state == State::Running || it.plan.start_at.is_none_or(|at| at <= now));
        // What a person stopped waits for a person.
        due.retain(|it| it.interrupted_at.is_none());
        self.workspace.sessions.keep_troubles(&due.iter().map(|campaign| campaign.id).collect::<Vec<_>>());
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
            self.account.give_up(&self.workspace.queue, self.workspace.clock.now()).await?;
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
                self.backing_off.insert(id, Instant::now() + TRIES_AGAIN_AFTER);
                // The lease may be what is wrong with it.
                if self.drains.is_empty() {
                    self.lease = None;
                }
            }
            self.workspace.sessions.end_sending(id, trouble.map(Trouble::from));
        }
    }

    /// Begins to send a campaign, unless that is under way.
    async fn begin(&mut self, campaign: Campaign) -> Result<(), QueueError> {
        let id = campaign.id;
        let is_backing_off = self.backing_off.get(&id).is_some_and(|until| Instant::now() < *until);
        if self.drains.contains_key(&id) || is_backing_off {
            return Ok(());
        }
        let (provider, account) = match self.provider(&campaign) {
            Ok(provider) => provider,
            Err(error) => return self.back_off(id, in_words(&error).into()),
        };
        let lease = match self.lease().await {
            Ok(Some(lease)) => lease,
            Ok(None) => return Ok(()),
            Err(QueueError::Leased { .. }) if self.workspace.queue.is_on_server() => {
                // It is sent elsewhere, which is as it should be; whoever sends it may die.
                self.workspace.sessions.set_trouble(id, None);
                return Ok(());
            }
            Err(error @ QueueError::Leased { .. }) => return self.back_off(id, error.to_string().into()),
            Err(error @ QueueError::Restored { .. }) => {
                let trouble = Trouble { words: in_words(&error), is_restored: true };
                return self.back_off(id, trouble);
            }
            Err(error) => return Err(error),
        };
        let queue = self.workspace.queue.clone();
        match queue.bind_account(id, &account, false).await {
            Ok(()) => {}
            Err(error @ QueueError::OtherAccount { .. }) => {
                let name = &campaign.plan.name;
                let text =
                    format!("{error}. The rest is sent with it only by catalink run {name} --other-account");
                return self.back_off(id, text.into());
            }
            Err(error) => return Err(error),
        }
        let sender = Sender::new(queue, provider, lease, self.workspace.clock, Arc::clone(&self.account));
        let drain = drain(Arc::clone(&self.workspace), sender, campaign, self.stop.clone());
        self.drains.insert(id, tokio::spawn(drain));
        Ok(())
    }

    /// The lease; none while it is being taken.
    async fn lease(&mut self) -> Result<Option<Arc<Lease>>, QueueError> {
        if let Some(lease) = &self.lease {
            return Ok(Some(Arc::clone(lease)));
        }
        let (queue, now) = (self.workspace.queue.clone(), self.workspace.clock.now());
        let taking = self.taking.get_or_insert_with(|| {
            tokio::spawn(async move { queue.take_lease(std::process::id(), now).await })
        });
        let Ok(taken) = timeout(POLLS_EVERY, taking).await else { return Ok(None) };
        self.taking = None;
        // A panic in it has been reported by the runtime.
        let (lease, _) = taken.unwrap_or(Err(QueueError::Closed))?;
        self.account.take_up(&self.workspace.queue, self.workspace.clock.now()).await?;
        Ok(Some(Arc::clone(self.lease.insert(Arc::new(lease)))))
    }

    #[expect(clippy::unnecessary_wraps, reason = "the end of a campaign's turn, as in the other branches")]
    fn back_off(&mut self, id: CampaignId, trouble: Trouble) -> Result<(), QueueError> {
        self.backing_off.insert(id, Instant::now() + TRIES_AGAIN_AFTER);
        self.workspace.sessions.set_trouble(id, Some(trouble));
        Ok(())
    }

    /// The provider for a campaign, and which account that is.
    fn provider(&self, campaign: &Campaign) -> Result<(Kaleyra, String), NoProvider> {
        let account = (self.workspace.accounts)(campaign.plan.sender)?;
        let identity = account.identity();
        let limits = Limits { in_flight_max: campaign.plan.in_flight_max as usize, ..Limits::default() };
        let provider = Kaleyra::new(account, &limits, self.workspace.ca_file.as_deref())?;
        Ok((provider, identity))
    }
}

/// Why nothing can be sent for a campaign.
#[derive(Debug, thiserror::Error)]
enum NoProvider {
    #[error(transparent)]
    Account(#[from] NoAccount),
    #[error(transparent)]
    Provider(#[from] ProviderError),
}

/// Drains one campaign, and keeps its chart.
async fn drain(
    workspace: Arc<Workspace>,
    sender: Sender,
    campaign: Campaign,
    stop: watch::Receiver<bool>,
) -> Result<(), SenderError> {
    let gauge = workspace.sessions.begin_sending(campaign.id);
    let mut draining = std::pin::pin!(sender.drain(&campaign, stop, &*gauge));
    let ended = loop {
        tokio::select! {
            ended = &mut draining => break ended,
            () = sleep(WRITES_PACE_EVERY) => {}
        }
        write_pace(&workspace, campaign.id).await?;
    };
    write_pace(&workspace, campaign.id).await?;
    ended.map(|_| ())
}

async fn write_pace(workspace: &Workspace, campaign: CampaignId) -> Result<(), QueueError> {
    let Some(gauge) = workspace.sessions.gauge(campaign) else { return Ok(()) };
    let (n_accepted, n_settled) = gauge.take();
    if n_settled == 0 {
        return Ok(());
    }
    workspace.queue.add_pace(campaign, workspace.clock.now(), n_accepted, n_settled).await
}
