//! Queue to operator: delivers notices to the channels of the settings, and tells a watchman that all is well.
//!
//! Each channel has a loop of its own, so that one that hangs keeps no other waiting. A notice is taken for a while, sent, and what
//! came of it is written down; whoever dies in between leaves it to be taken again, under the same id.

mod body;
pub mod channel;
mod error;
mod hook;
mod mail;
mod ping;
mod retry;
mod secret;

use std::{path::PathBuf, time::Duration};

use tokio::{
    sync::watch,
    task::JoinHandle,
    time::{sleep, timeout},
};

pub use self::{
    body::{Told, Worded},
    channel::{Address, Channel, ChannelError, HookUrl},
    error::SendError,
    mail::MailAddress,
    ping::Heartbeat,
    secret::{NotASecret, Secret},
};
use crate::{
    clock::Clock,
    provider::ProviderError,
    queue::{Delivery, NoticeChannel, Queue, QueueError},
    trial,
};

/// How often a channel looks for what is due.
const LOOKS_EVERY: Duration = Duration::from_secs(1);

/// How long one attempt may take, an answer included.
pub const ATTEMPT_MAX: Duration = Duration::from_secs(15);

/// How long whoever has taken a notice has to deliver it before it is taken for lost.
const LEASE: Duration = Duration::from_mins(2);

/// How often old notices are removed.
const FORGETS_EVERY: Duration = Duration::from_hours(1);

/// What is told, to whom.
#[derive(Debug, Clone, Default)]
pub struct Notices {
    pub channels: Vec<Channel>,
    /// Asked for once a minute while all is well.
    pub ping: Option<HookUrl>,
    /// Further certificates to trust, in PEM form.
    pub ca_file: Option<PathBuf>,
}

/// Puts what happened into words.
pub type Words = fn(&Told<'_>) -> Worded;

/// What delivers.
#[derive(Debug, Clone)]
pub struct Notifier {
    queue: Queue,
    clock: Clock,
    notices: Notices,
    words: Words,
    client: hook::Client,
}

impl Notifier {
    pub fn new(queue: Queue, clock: Clock, notices: Notices, words: Words) -> Result<Self, ProviderError> {
        let client = hook::Client::new(notices.ca_file.as_deref())?;
        Ok(Self { queue, clock, notices, words, client })
    }

    pub fn channels(&self) -> &[Channel] {
        &self.notices.channels
    }

    /// Makes the channels of the settings those that notices are written for. Returns what waited for others and is dropped.
    pub async fn take_over(&self) -> Result<Vec<(String, u64)>, QueueError> {
        let channels = self.notices.channels.iter().map(|channel| NoticeChannel {
            name: channel.name.clone(),
            kind: channel.address.kind(),
            events: channel.events.clone(),
        });
        self.queue.set_notice_channels(channels.collect()).await
    }

    /// Sends a test to a channel, and writes down what came of it in the name of whoever uses that queue.
    pub async fn test(
        &self,
        queue: &Queue,
        channel: &Channel,
    ) -> Result<Result<String, SendError>, QueueError> {
        let now = self.clock.now();
        let result = self.send(channel, &Told::test(now)).await;
        let error = result.as_ref().err().map(ToString::to_string);
        queue.note_notice_test(channel.name.clone(), error, now).await?;
        Ok(result)
    }

    /// Begins to deliver, and to ping where `heartbeat` says that a worker lives.
    pub fn start(self, heartbeat: Option<Heartbeat>) -> Running {
        let (stop, stopped) = watch::channel(false);
        let task = tokio::spawn(async move { self.run(heartbeat, stopped).await });
        Running { stop, task }
    }

    async fn run(&self, heartbeat: Option<Heartbeat>, stop: watch::Receiver<bool>) {
        let deliveries = self.notices.channels.iter().map(|channel| self.deliver(channel, stop.clone()));
        let deliveries = futures_util::future::join_all(deliveries);
        let ping = async {
            if let (Some(url), Some(heartbeat)) = (&self.notices.ping, &heartbeat) {
                ping::run(&self.queue, self.clock, &self.client, url, heartbeat).await;
            }
            std::future::pending::<()>().await;
        };
        tokio::select! {
            _ = async { tokio::join!(deliveries, stopped(stop.clone())) } => {}
            () = ping => {}
            () = self.forget() => {}
        }
    }

    /// Delivers what is due for a channel until it is told to stop, and then once more.
    async fn deliver(&self, channel: &Channel, stop: watch::Receiver<bool>) {
        loop {
            let is_last = *stop.borrow();
            if let Err(error) = self.deliver_due(channel).await {
                tracing::warn!(%error, channel = channel.name, "notices cannot be looked at");
            }
            if is_last {
                return;
            }
            tokio::select! {
                () = sleep(trial::span("notice_looks", LOOKS_EVERY)) => {}
                () = stopped(stop.clone()) => {}
            }
        }
    }

    async fn deliver_due(&self, channel: &Channel) -> Result<(), QueueError> {
        while self.queue.is_notice_due(&channel.name, self.clock.now()).await? {
            let lease = trial::span("notice_lease", LEASE);
            let taken = self.queue.take_notice(channel.name.clone(), lease, self.clock.now()).await?;
            let Some(delivery) = taken else { return Ok(()) };
            trial::crash_point("notice:taken");
            // What does not take this one is not asked for the next at once.
            if !self.attempt(channel, delivery).await? {
                return Ok(());
            }
        }
        Ok(())
    }

    /// One attempt; says whether it was taken.
    async fn attempt(&self, channel: &Channel, delivery: Delivery) -> Result<bool, QueueError> {
        let counts = match delivery.notice.campaign_id {
            Some(campaign) => Some(self.queue.counts(campaign).await?),
            None => None,
        };
        let result = self.send(channel, &Told::of(&delivery.notice, counts.as_ref())).await;
        trial::crash_point("notice:sent");
        let now = self.clock.now();
        match result {
            Ok(_) => self.queue.note_delivered(delivery, now).await.map(|()| true),
            Err(error) => {
                let next_at = retry::pause_after(delivery.attempt).map(|pause| now.plus(pause));
                tracing::warn!(%error, channel = channel.name, attempt = delivery.attempt, "a notice was not taken");
                self.queue.note_undelivered(delivery, error.to_string(), next_at, now).await.map(|()| false)
            }
        }
    }

    /// Sends to a channel, and says what came back.
    async fn send(&self, channel: &Channel, told: &Told<'_>) -> Result<String, SendError> {
        let worded = (self.words)(told);
        let now = self.clock.now();
        let sending = async {
            match &channel.address {
                Address::Webhook { url, secret } => {
                    let body = body::of_webhook(told, &worded);
                    self.client.post_signed(url, secret, &told.webhook_id, now, body).await
                }
                Address::Chat { url } => self.client.post(url, body::of_chat(&worded)).await,
                Address::Email(address) => {
                    mail::send(address, told, &worded, self.notices.ca_file.as_deref()).await
                }
            }
        };
        let attempt_max = trial::span("notice_attempt", ATTEMPT_MAX);
        timeout(attempt_max, sending)
            .await
            .unwrap_or(Err(SendError::Silent { seconds: attempt_max.as_secs() }))
    }

    async fn forget(&self) {
        loop {
            if let Err(error) = self.queue.forget_notices(self.clock.now()).await {
                tracing::warn!(%error, "old notices cannot be removed");
            }
            sleep(FORGETS_EVERY).await;
        }
    }
}

/// Waits for the word to stop. Whoever has gone without a word has stopped too.
async fn stopped(mut stop: watch::Receiver<bool>) {
    let _ended = stop.wait_for(|is_stopped| *is_stopped).await;
}

/// A notifier at work; it ends when this is dropped.
#[derive(Debug)]
pub struct Running {
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Running {
    /// Lets it deliver what is due, for a while, and ends it. What is left is delivered by the next process.
    pub async fn end(&mut self, at_most: Duration) {
        self.stop.send_replace(true);
        // A panic in it has been reported by the runtime.
        let _ended = timeout(at_most, &mut self.task).await;
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.task.abort();
    }
}
