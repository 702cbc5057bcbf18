//! What has ended and is to be recorded: gathered, handed to the writer together, and heard of after its commit.

use std::time::Duration;

use futures_util::{FutureExt, StreamExt, future::BoxFuture, stream::FuturesUnordered};
use tokio::time::sleep;

use crate::{
    domain::{CampaignId, Timestamp, campaign::Pause},
    queue::{Queue, QueueError, Settled, Settlement},
};

/// How often a pause that cannot be written is tried again, and how long after each other.
const PAUSE_TRIES: u32 = 10;
const PAUSE_RETRY: Duration = Duration::from_millis(500);

pub(super) struct Settling<'s> {
    queue: &'s Queue,
    /// Ended, and not with the writer yet.
    ended: Vec<Settlement>,
    writes: FuturesUnordered<BoxFuture<'s, Result<Settled, QueueError>>>,
    /// How many settlements the writer has.
    n_written: usize,
}

impl<'s> Settling<'s> {
    pub(super) fn new(queue: &'s Queue) -> Self {
        Self { queue, ended: Vec::new(), writes: FuturesUnordered::new(), n_written: 0 }
    }

    pub(super) fn add(&mut self, settlement: Settlement) {
        self.ended.push(settlement);
    }

    /// Gives the writer what has ended.
    pub(super) fn hand_over(&mut self) {
        if self.ended.is_empty() {
            return;
        }
        let ended = std::mem::take(&mut self.ended);
        self.n_written += ended.len();
        self.writes.push(self.queue.settle(ended).boxed());
    }

    /// Pauses the campaign without waiting for the commit; its result is heard like a settlement's.
    pub(super) fn pause(&mut self, campaign: CampaignId, pause: Pause, now: Timestamp) {
        let queue = self.queue;
        let pausing = async move {
            let mut n_tries = 0;
            loop {
                match queue.pause(campaign, pause.clone(), now).await {
                    // Another terminal was faster, and its word stands.
                    Ok(_) | Err(QueueError::Step { .. }) => return Ok(Settled::default()),
                    // The disk that is the cause may take the pause a little later.
                    Err(error) if (error.is_storage() || error.is_unreachable()) && n_tries < PAUSE_TRIES => {
                        n_tries += 1;
                        sleep(PAUSE_RETRY).await;
                    }
                    Err(error) => return Err(error),
                }
            }
        };
        self.writes.push(pausing.boxed());
    }

    /// Writes down that the provider asked for silence, for a process that starts meanwhile.
    pub(super) fn keep_silence(&mut self, now: Timestamp, silent_for: Duration) {
        self.writes.push(self.queue.keep_silence(now, silent_for).boxed());
    }

    /// How many claims have ended and are not recorded.
    pub(super) fn n_claims(&self) -> usize {
        self.ended.len() + self.n_written
    }

    pub(super) fn is_empty(&self) -> bool {
        self.ended.is_empty() && self.writes.is_empty()
    }

    /// The next commit; never where none is under way.
    pub(super) async fn next(&mut self) -> Result<Settled, QueueError> {
        let Some(result) = self.writes.next().await else { return std::future::pending().await };
        if let Ok(settled) = &result {
            self.n_written -= settled.iter().count();
        }
        result
    }
}
