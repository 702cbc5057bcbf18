//! Looking, a few times a second, at what other processes have changed of the campaign.

use futures_util::{FutureExt, future::BoxFuture};
use tokio::time::Instant;

use super::PULSE;
use crate::{
    domain::{CampaignId, RecipientId},
    queue::{Pulse, Queue, QueueError},
    sender::gate::LOOKS_EVERY,
};

pub(super) struct Looks<'s> {
    queue: &'s Queue,
    campaign: CampaignId,
    /// The look under way, and when it began.
    looking: Option<(Instant, BoxFuture<'s, Result<Pulse, QueueError>>)>,
    looked_at: Instant,
}

impl<'s> Looks<'s> {
    pub(super) fn new(queue: &'s Queue, campaign: CampaignId) -> Self {
        Self { queue, campaign, looking: None, looked_at: Instant::now() }
    }

    /// Begins to look if it is time for that, and says when to ask again. `about` are the recipients whose messages may
    /// leave; without any there is less of a hurry.
    pub(super) fn begin(&mut self, is_idle: bool, about: impl FnOnce() -> Vec<RecipientId>) -> Instant {
        let now = Instant::now();
        if self.looking.is_some() {
            return now + PULSE;
        }
        let next_at = self.looked_at + if is_idle { PULSE } else { LOOKS_EVERY };
        if now < next_at {
            return next_at;
        }
        let (queue, campaign, about) = (self.queue, self.campaign, about());
        self.looking = Some((now, async move { queue.pulse(campaign, &about).await }.boxed()));
        self.looked_at = now;
        now + PULSE
    }

    /// When the look under way began, and what it found; never where none is.
    pub(super) async fn next(&mut self) -> (Instant, Result<Pulse, QueueError>) {
        let Some((began_at, looking)) = &mut self.looking else { return std::future::pending().await };
        let (began_at, result) = (*began_at, looking.await);
        self.looking = None;
        (began_at, result)
    }
}
