//! Queue to provider to queue: drains one campaign until it is done, paused, or told to stop.
//!
//! The order that must hold: a free place, a claim that is committed, the gate's and the rate's word, a connection, the
//! gate's and the rate's word again, the request's bytes, the settlement. So a crash leaves in doubt what was on the
//! wire and the few rows that were about to go, and nothing else.

mod drain;
mod gate;
mod rate;
mod retry;
mod watch;
mod worker;

use std::sync::Arc;

use tokio::sync::watch as signal;

pub use rate::account::AccountRate;
pub use watch::{Notice, Pace, Watcher};

use crate::{
    clock::Clock,
    domain::{Campaign, Composer, State, campaign::Pause, message::TemplateError, time::TimeError},
    provider::Kaleyra,
    queue::{Lease, Queue, QueueError},
};

/// How a drain ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Drained {
    /// Nothing is left to send.
    Finished,
    /// The provider, a limit or the operator paused the campaign.
    Paused(Pause),
    /// The operator cancelled it.
    Cancelled,
    /// It was told to stop; nothing is in doubt because of that.
    Stopped,
}

/// Why a drain could not go on.
#[derive(Debug, thiserror::Error)]
pub enum SenderError {
    #[error("the queue failed")]
    Queue(#[from] QueueError),
    /// The campaign's message is no template.
    #[error("the campaign's message is not usable")]
    Template(#[from] TemplateError),
    /// The campaign's time zone is unknown to this machine, so nobody can say when its sending hours are.
    #[error("the campaign's sending hours cannot be kept")]
    Zone(#[from] TimeError),
    /// The campaign is in a state that is not sent, or nothing of it can be sent although it is running.
    #[error("campaign `{name}` is {state}, and nothing of it can be sent")]
    NotRunning { name: String, state: State },
}

/// What sends: the queue, the provider, and the right to do so.
#[derive(Debug)]
pub struct Sender {
    queue: Queue,
    provider: Kaleyra,
    lease: Arc<Lease>,
    clock: Clock,
    account: Arc<AccountRate>,
}

impl Sender {
    /// A sender for one account, whose rate it shares with others. The provider's client has to be the one of the
    /// campaign's sender number.
    pub fn new(
        queue: Queue,
        provider: Kaleyra,
        lease: Arc<Lease>,
        clock: Clock,
        account: Arc<AccountRate>,
    ) -> Self {
        Self { queue, provider, lease, clock, account }
    }

    /// The rate of the account that it sends with.
    pub fn account(&self) -> &AccountRate {
        &self.account
    }

    /// Sends the campaign's messages until it is drained, paused or cancelled, or until `stop` turns true. Whatever is
    /// on the wire is waited for and recorded before this returns.
    pub async fn drain(
        &self,
        campaign: &Campaign,
        stop: signal::Receiver<bool>,
        watcher: &dyn Watcher,
    ) -> Result<Drained, SenderError> {
        let composer = self.composer(campaign).await?;
        let (sender, now) = (self.provider.sender(), self.clock.now());
        self.queue.begin_sending(campaign.id, self.lease.epoch(), sender, now).await?;
        let drained = drain::Drain::new(self, campaign, composer, stop, watcher).await?.run().await;
        self.account.leave_share(campaign.id);
        drained
    }

    /// The composer for the campaign's rows, as they are now.
    async fn composer(&self, campaign: &Campaign) -> Result<Composer, SenderError> {
        let imports = self.queue.imports(campaign.id).await?;
        Ok(Composer::new(campaign, imports.iter().map(|import| (import.import_id, &import.layout)))?)
    }
}
