//! The requests under way, and the permit with which each of them leaves.

use std::{collections::HashMap, sync::Arc, time::Instant};

use futures_util::{FutureExt, StreamExt, future::BoxFuture, stream::FuturesUnordered};

use crate::{
    domain::{Message, Outcome, RecipientId},
    provider::{Kaleyra, Leave},
    queue::Claim,
    sender::gate::Permit,
};

/// A claim whose request is over, and what the request came to; none where the message was kept here after all.
pub(super) type Landed = (Claim, Option<Outcome>);

/// A line of the log for each request, the number masked.
fn log(claim: &Claim, message: &Message, outcome: &Outcome, began_at: Instant) {
    let (recipient, line, to) = (claim.recipient.id.0, claim.recipient.line, message.to);
    let ms = u64::try_from(began_at.elapsed().as_millis()).unwrap_or(u64::MAX);
    tracing::info!(recipient, line, %to, outcome = outcome.name(), code = outcome.code(), ms, "request");
}

#[derive(Default)]
pub(super) struct Flight<'s> {
    requests: FuturesUnordered<BoxFuture<'s, Landed>>,
    permits: HashMap<RecipientId, Arc<Permit>>,
}

impl<'s> Flight<'s> {
    /// Begins a request. It leaves when its connection is ready, if its permit still holds then.
    pub(super) fn begin(
        &mut self,
        provider: &'s Kaleyra,
        message: Message,
        claim: Claim,
        permit: Arc<Permit>,
    ) {
        self.permits.insert(claim.recipient.id, Arc::clone(&permit));
        let leave = Leave::when({
            let permit = Arc::clone(&permit);
            move || permit.leave()
        });
        let submitting = async move {
            let began_at = Instant::now();
            tokio::select! {
                biased;
                outcome = provider.submit_when(&message, leave) => {
                    if let Some(outcome) = &outcome {
                        log(&claim, &message, outcome, began_at);
                    }
                    (claim, outcome)
                }
                () = permit.revoked() => (claim, None),
            }
        };
        self.requests.push(submitting.boxed());
    }

    pub(super) fn len(&self) -> usize {
        self.requests.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.requests.is_empty()
    }

    /// Whose messages may still be kept here.
    pub(super) fn unleft(&self) -> impl Iterator<Item = RecipientId> {
        self.permits.iter().filter(|(_, permit)| permit.is_unleft()).map(|(id, _)| *id)
    }

    /// The next request that is over; never where none is under way.
    pub(super) async fn next(&mut self) -> Landed {
        let Some((claim, outcome)) = self.requests.next().await else { return std::future::pending().await };
        self.permits.remove(&claim.recipient.id);
        (claim, outcome)
    }

    /// A request that is over already.
    pub(super) fn next_at_hand(&mut self) -> Option<Landed> {
        self.next().now_or_never()
    }
}
