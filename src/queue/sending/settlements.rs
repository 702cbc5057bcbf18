//! Settling claims: what became of the recipients that were claimed.

use super::{attempts, cancellations, claims::Claim};
use crate::{
    domain::{Reason, RecipientId, Status, Timestamp, campaign::Pause},
    queue::{Queue, counters::Deltas, engine::Connection, error::QueueError, receipts, rows, states},
};

/// How a claim ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum End {
    /// The provider took the message.
    Accepted {
        message_id: Option<String>,
        /// Why there is none.
        note: Option<String>,
    },
    /// Refused for good, or attempts used up.
    Failed(Reason),
    /// No message could be made, so no request either.
    Unsendable(Reason),
    /// To be tried again, not before an instant.
    Retried {
        /// What the provider said.
        reason: Reason,
        /// Not before this.
        due_at: Timestamp,
    },
    /// Back, untouched: no request was made, or nothing was taken. The reason is kept where a request was made.
    Released {
        reason: Option<Reason>,
        /// Not before this; none means at once.
        due_at: Option<Timestamp>,
    },
    /// Back, untouched, and the campaign pauses in the same commit.
    Paused {
        /// Why the campaign pauses.
        pause: Pause,
        /// What the provider said.
        reason: Reason,
    },
    /// The request left, and its outcome is not known.
    InDoubt(Reason),
    /// The same, and the campaign pauses in the same commit.
    InDoubtAndPaused {
        /// Why the campaign pauses.
        pause: Pause,
        /// What the provider said.
        reason: Reason,
    },
}

impl End {
    /// What the provider said, or what happened instead of an answer.
    pub fn reason(&self) -> Option<&Reason> {
        match self {
            Self::Accepted { .. } | Self::Released { reason: None, .. } => None,
            Self::Failed(reason)
            | Self::Unsendable(reason)
            | Self::Retried { reason, .. }
            | Self::Released { reason: Some(reason), .. }
            | Self::Paused { reason, .. }
            | Self::InDoubt(reason)
            | Self::InDoubtAndPaused { reason, .. } => Some(reason),
        }
    }

    fn status(&self) -> Status {
        match self {
            Self::Accepted { .. } => Status::Accepted,
            Self::Failed(_) | Self::Unsendable(_) => Status::Failed,
            Self::Retried { .. } | Self::Released { .. } | Self::Paused { .. } => Status::Queued,
            Self::InDoubt(_) | Self::InDoubtAndPaused { .. } => Status::InDoubt,
        }
    }

    /// Whether the attempt counts.
    fn counts(&self) -> bool {
        match self {
            Self::Accepted { .. }
            | Self::Failed(_)
            | Self::Retried { .. }
            | Self::InDoubt(_)
            | Self::InDoubtAndPaused { .. } => true,
            Self::Released { .. } | Self::Paused { .. } | Self::Unsendable(_) => false,
        }
    }
}

/// A claim and how it ended: what the writer records.
#[derive(Debug)]
pub struct Settlement {
    claim: Claim,
    end: End,
    at: Timestamp,
}

/// Settlements that a commit holds.
#[derive(Debug, Default)]
pub struct Settled(pub(crate) Vec<Settlement>);

impl Settled {
    /// Each recipient, and how its claim ended.
    pub fn iter(&self) -> impl Iterator<Item = (RecipientId, &End)> {
        self.0.iter().map(|settlement| (settlement.claim.recipient.id, &settlement.end))
    }
}

impl Settlement {
    /// Uses up the claim.
    pub fn new(claim: Claim, end: End, at: Timestamp) -> Self {
        Self { claim, end, at }
    }

    /// The row of an acceptance that has an id and no note, by position; none for any other end.
    fn plain(&self) -> Option<impl serde::Serialize> {
        match &self.end {
            End::Accepted { message_id: Some(id), note: None } => {
                Some((self.claim.recipient.id.0, self.claim.epoch, self.at.0, id.as_str()))
            }
            End::Accepted { .. }
            | End::Failed(_)
            | End::Unsendable(_)
            | End::Retried { .. }
            | End::Released { .. }
            | End::Paused { .. }
            | End::InDoubt(_)
            | End::InDoubtAndPaused { .. } => None,
        }
    }

    /// The row of any end, by position; it begins as that of a plain acceptance does.
    fn row(&self) -> impl serde::Serialize {
        let (message_id, code, error, due_at) = match &self.end {
            End::Accepted { message_id, note } => (message_id.as_deref(), None, note.as_deref(), 0),
            End::Failed(reason)
            | End::Unsendable(reason)
            | End::InDoubt(reason)
            | End::InDoubtAndPaused { reason, .. } => {
                (None, Some(reason.code.as_str()), Some(reason.text.as_str()), 0)
            }
            End::Retried { reason, due_at } => {
                (None, Some(reason.code.as_str()), Some(reason.text.as_str()), due_at.0)
            }
            End::Released { reason, due_at } => {
                let due_at = due_at.map_or(0, |at| at.0);
                let reason = reason.as_ref();
                (None, reason.map(|it| it.code.as_str()), reason.map(|it| it.text.as_str()), due_at)
            }
            End::Paused { .. } => (None, None, None, 0),
        };
        let status = self.end.status();
        let settled_at = status.is_settled().then_some(self.at.0);
        let n_attempts = i64::from(self.end.counts());
        let id = self.claim.recipient.id.0;
        (id, self.claim.epoch, settled_at, message_id, status.name(), n_attempts, due_at, code, error)
    }

    /// The request as history, where it was one and did not simply end in an acceptance.
    pub(crate) fn attempt(&self) -> Option<attempts::Attempt> {
        let (outcome, reason) = match &self.end {
            End::Accepted { .. } | End::Unsendable(_) => return None,
            End::Failed(reason) => ("refused", reason),
            End::Retried { reason, .. } => ("try_again", reason),
            End::Released { reason, .. } => ("not_taken", reason.as_ref()?),
            End::Paused { reason, .. } => ("account_fault", reason),
            End::InDoubt(reason) | End::InDoubtAndPaused { reason, .. } => ("unanswered", reason),
        };
        Some(attempts::Attempt {
            recipient: self.claim.recipient.id,
            number: self.end.counts().then(|| self.claim.n_attempts + 1),
            ended_at: self.at,
            outcome,
            reason: reason.clone(),
        })
    }
}

/// Records outcomes, with one statement for those that are plain acceptances and one for the others. False when some
/// row was not ours to settle any more; nothing of it may be committed then.
pub(crate) async fn settle(
    connection: &mut Connection,
    settlements: &[Settlement],
    deltas: &mut Deltas,
) -> Result<bool, QueueError> {
    let (plain, others): (Vec<_>, Vec<_>) = settlements.iter().partition(|it| it.plain().is_some());
    let plain = rows::to_json(&plain.iter().filter_map(|it| it.plain()).collect::<Vec<_>>());
    let others = rows::to_json(&others.iter().map(|it| it.row()).collect::<Vec<_>>());
    let n_settled = accept(connection, &plain).await? + settle_others(connection, &others).await?;
    if n_settled != settlements.len() as u64 {
        return Ok(false);
    }
    for settlement in settlements {
        deltas.shift(settlement.claim.campaign, Status::Sending, settlement.end.status(), 1);
    }
    attempts::add(connection, settlements.iter().filter_map(Settlement::attempt)).await?;
    follow(connection, settlements).await?;
    let settled: Vec<RecipientId> =
        settlements.iter().map(|settlement| settlement.claim.recipient.id).collect();
    receipts::look_again(connection, &settled, deltas).await?;
    let returned = settlements.iter().filter(|settlement| settlement.end.status() == Status::Queued);
    let returned = returned.map(|settlement| (settlement.claim.campaign, settlement.at));
    cancellations::cancel_returned(connection, returned, deltas).await?;
    Ok(true)
}

/// Settles the rows of `changes` that are still ours: on the wire, under the lease of their claim. Says how many.
macro_rules! settle_ours {
    ($connection:expr, $changes:expr, $set:literal, $further:literal) => {
        query!(
            "update recipient set "
                + $set
                + ",
                claimed_at = null,
                message_id = change.message_id,
                settled_at = change.settled_at
            from (
                select
                    cast(value ->> 0 as bigint) as recipient_id,
                    cast(value ->> 1 as bigint) as epoch,
                    cast(value ->> 2 as bigint) as settled_at,
                    value ->> 3 as message_id"
                + $further
                + " from json_each($1)
            ) as change
            where recipient.recipient_id = change.recipient_id
                and recipient.status = 'sending'
                and recipient.epoch = change.epoch",
            $changes,
        )
        .execute($connection)
        .await?
        .rows_affected()
    };
}

/// The acceptances that come with an id and nothing else, which are nearly all outcomes: a statement of their own takes
/// a quarter less time.
async fn accept(connection: &mut Connection, changes: &str) -> Result<u64, QueueError> {
    Ok(settle_ours!(
        connection,
        changes,
        "status = 'accepted', attempts = attempts + 1, due_at = 0, code = null, error = null",
        ""
    ))
}

async fn settle_others(connection: &mut Connection, changes: &str) -> Result<u64, QueueError> {
    Ok(settle_ours!(
        connection,
        changes,
        "status = change.status, attempts = attempts + change.n_attempts, due_at = change.due_at,
                code = change.code, error = change.error",
        ", value ->> 4 as status, cast(value ->> 5 as bigint) as n_attempts,
                    cast(value ->> 6 as bigint) as due_at, value ->> 7 as code,
                    value ->> 8 as error"
    ))
}

/// Records outcomes one at a time, and keeps those that came too late as attempts that changed nothing.
pub(crate) async fn settle_one_by_one(
    connection: &mut Connection,
    settlements: &[Settlement],
    deltas: &mut Deltas,
) -> Result<(), QueueError> {
    for settlement in settlements {
        if !settle(connection, std::slice::from_ref(settlement), deltas).await? {
            if settle_late(connection, settlement, deltas).await? {
                continue;
            }
            let recipient = settlement.claim.recipient.id;
            tracing::warn!(recipient = recipient.0, "an answer came after its recipient had moved on");
            let reason = match &settlement.end {
                End::Accepted { message_id, .. } => {
                    Reason::new("ACCEPTED", message_id.clone().unwrap_or_default())
                }
                End::Failed(reason)
                | End::InDoubt(reason)
                | End::InDoubtAndPaused { reason, .. }
                | End::Retried { reason, .. }
                | End::Paused { reason, .. }
                | End::Released { reason: Some(reason), .. } => reason.clone(),
                End::Unsendable(_) | End::Released { reason: None, .. } => continue,
            };
            let late = attempts::Attempt {
                recipient,
                number: None,
                ended_at: settlement.at,
                outcome: "late",
                reason,
            };
            attempts::add(connection, std::iter::once(late)).await?;
        }
    }
    Ok(())
}

/// Ends the doubt that a take-over has made of our own claim: whoever has the answer knows what became of it, and what never
/// left is free again, unless its campaign has ended without it. Nothing else moves. Says whether there was such a doubt.
async fn settle_late(
    connection: &mut Connection,
    settlement: &Settlement,
    deltas: &mut Deltas,
) -> Result<bool, QueueError> {
    let status = match &settlement.end {
        End::Accepted { .. } => Status::Accepted,
        End::Failed(_) | End::Unsendable(_) => Status::Failed,
        End::Released { reason: None, .. } => Status::Queued,
        End::Released { reason: Some(_), .. }
        | End::Retried { .. }
        | End::Paused { .. }
        | End::InDoubt(_)
        | End::InDoubtAndPaused { .. } => return Ok(false),
    };
    let (message_id, note) = if let End::Accepted { message_id, note } = &settlement.end {
        (message_id.as_deref(), note.as_deref())
    } else {
        (None, None)
    };
    let reason = settlement.end.reason();
    let settled_at = status.is_settled().then_some(settlement.at.0);
    let n_uncounted = i64::from(!settlement.end.counts());
    let n_settled = query!(
        "update recipient set status = $3, message_id = $4, code = $5, error = $6, settled_at = $7, due_at = 0,
            claimed_at = null, attempts = attempts - $8
        where recipient_id = $1 and epoch = $2 and status = 'in_doubt' and code = 'INTERRUPTED'
            and ($3 <> 'queued' or exists (
                select 1 from campaign where campaign.campaign_id = recipient.campaign_id and state <> 'finished'
            ))",
        settlement.claim.recipient.id.0,
        settlement.claim.epoch,
        status.name(),
        message_id,
        reason.map(|reason| reason.code.as_str()),
        reason.map(|reason| reason.text.as_str()).or(note),
        settled_at,
        n_uncounted,
    )
    .execute(&mut *connection)
    .await?
    .rows_affected();
    if n_settled == 0 {
        return Ok(false);
    }
    deltas.shift(settlement.claim.campaign, Status::InDoubt, status, 1);
    receipts::look_again(connection, &[settlement.claim.recipient.id], deltas).await?;
    let returned = (status == Status::Queued).then_some((settlement.claim.campaign, settlement.at));
    cancellations::cancel_returned(connection, returned.into_iter(), deltas).await?;
    Ok(true)
}

/// What outcomes mean for their campaigns, in the same commit: an account fault pauses, an acceptance ends a probe.
async fn follow(connection: &mut Connection, settlements: &[Settlement]) -> Result<(), QueueError> {
    for settlement in settlements {
        if let End::Paused { pause, .. } | End::InDoubtAndPaused { pause, .. } = &settlement.end {
            let claim = &settlement.claim;
            states::pause(connection, claim.campaign, pause, Some(claim.recipient.id), settlement.at).await?;
        }
    }
    let accepted = settlements.iter().filter(|settlement| matches!(settlement.end, End::Accepted { .. }));
    let mut campaigns: Vec<i64> = accepted.map(|settlement| settlement.claim.campaign.0).collect();
    campaigns.dedup();
    for campaign in campaigns {
        query!("update campaign set is_probing = 0 where campaign_id = $1 and is_probing = 1", campaign)
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

impl Queue {
    /// Records how claims ended, and gives back how, after the commit.
    pub async fn settle(&self, settlements: Vec<Settlement>) -> Result<Settled, QueueError> {
        self.writer.settle(settlements).await
    }
}
