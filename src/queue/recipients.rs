//! Claiming recipients for sending, and settling what became of them.

use std::num::NonZeroU32;

use sqlx::SqliteConnection;

use super::{
    Queue, attempts,
    canary::{self, Allowance},
    counters::Deltas,
    error::QueueError,
    mutants, receipts, rows,
};
use crate::{
    domain::{CampaignId, Reason, Recipient, RecipientId, State, Status, Timestamp, campaign::Pause},
    trial,
};

/// A recipient that is ours to send to. Having one is the proof that a commit has marked it `sending`; settling it
/// uses it up.
#[must_use = "a claim that is not settled leaves its recipient in flight until the next start puts it in doubt"]
#[derive(Debug)]
pub struct Claim {
    /// The recipient.
    pub recipient: Recipient,
    /// Its campaign.
    pub campaign: CampaignId,
    /// Attempts that count, before this one.
    pub n_attempts: u32,
    /// Those of them from before the operator put the recipient back; they do not count towards the maximum.
    pub n_forgiven: u32,
    epoch: i64,
}

impl Claim {
    /// The number of the attempt that this claim is for, from 1, as the campaign's maximum counts it.
    pub fn attempt(&self) -> u32 {
        self.n_attempts.saturating_sub(self.n_forgiven) + 1
    }
}

/// A wish for recipients.
#[derive(Debug, Clone)]
pub struct ClaimOrder {
    /// Of which campaign.
    pub campaign: CampaignId,
    /// At most so many.
    pub limit: NonZeroU32,
    /// What is due at this instant.
    pub now: Timestamp,
    /// Under which lease.
    pub epoch: i64,
}

/// The answer to a [`ClaimOrder`].
#[derive(Debug)]
pub struct Claimed {
    /// The recipients, in file order (retries that are due come first). None unless the campaign is running.
    pub claims: Vec<Claim>,
    /// The campaign's state in the same transaction.
    pub state: State,
    /// Whether only one message may be under way.
    pub is_probing: bool,
    /// When fewer than asked for were there: the instant at which the next one is due, if one waits at all.
    pub next_due_at: Option<Timestamp>,
    /// The first messages are out, and nothing further is claimed until their receipts came, or until then.
    pub canary_until: Option<Timestamp>,
}

/// How a claim ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum End {
    /// The provider took the message.
    Accepted {
        /// Its id there.
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
        /// What happened.
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
            | Self::InDoubt(reason) => Some(reason),
        }
    }

    fn status(&self) -> Status {
        match self {
            Self::Accepted { .. } => Status::Accepted,
            Self::Failed(_) | Self::Unsendable(_) => Status::Failed,
            Self::Retried { .. } | Self::Released { .. } | Self::Paused { .. } => Status::Queued,
            Self::InDoubt(_) => Status::InDoubt,
        }
    }

    /// Whether the attempt counts.
    fn counts(&self) -> bool {
        match self {
            Self::Accepted { .. } | Self::Failed(_) | Self::Retried { .. } | Self::InDoubt(_) => true,
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

impl Settlement {
    /// Uses up the claim.
    pub fn new(claim: Claim, end: End, at: Timestamp) -> Self {
        Self { claim, end, at }
    }

    /// Whose claim it was.
    pub fn recipient(&self) -> RecipientId {
        self.claim.recipient.id
    }

    /// How the claim ended.
    pub fn end(&self) -> &End {
        &self.end
    }

    /// The row that one statement for the whole batch reads, by position.
    fn row(&self) -> impl serde::Serialize {
        let (message_id, reason, due_at) = match &self.end {
            End::Accepted { message_id, note } => {
                (message_id.as_deref(), note.as_deref().map(|note| (None, note)), 0)
            }
            End::Failed(reason) | End::Unsendable(reason) | End::InDoubt(reason) => {
                (None, Some(parts(reason)), 0)
            }
            End::Retried { reason, due_at } => (None, Some(parts(reason)), due_at.0),
            End::Released { reason, due_at } => {
                (None, reason.as_ref().map(parts), due_at.map_or(0, |at| at.0))
            }
            End::Paused { .. } => (None, None, 0),
        };
        let status = self.end.status();
        let (code, error) = reason.map_or((None, None), |(code, text)| (code, Some(text)));
        let settled_at = status.is_settled().then_some(self.at.0);
        (
            (
                self.claim.recipient.id.0,
                self.claim.epoch,
                status.name(),
                i64::from(self.end.counts()),
                due_at,
            ),
            (message_id.map(str::to_owned), code.map(str::to_owned), error.map(str::to_owned), settled_at),
        )
    }

    /// The request as history, where it was one and did not simply end in an acceptance.
    pub(super) fn attempt(&self) -> Option<attempts::Attempt> {
        let (outcome, reason) = match &self.end {
            End::Accepted { .. } | End::Unsendable(_) => return None,
            End::Failed(reason) => ("refused", reason),
            End::Retried { reason, .. } => ("try_again", reason),
            End::Released { reason, .. } => ("not_taken", reason.as_ref()?),
            End::Paused { reason, .. } => ("account_fault", reason),
            End::InDoubt(reason) => ("unanswered", reason),
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

fn parts(reason: &Reason) -> (Option<&str>, &str) {
    (Some(reason.code.as_str()), reason.text.as_str())
}

/// Claims what is due: retries first, then new rows in file order. The one place where a recipient becomes `sending`,
/// and so the one place that holds the suppression list, the campaign's state and the lease against it.
pub(super) async fn claim(
    connection: &mut SqliteConnection,
    order: &ClaimOrder,
    deltas: &mut Deltas,
) -> Result<Claimed, QueueError> {
    let (campaign, epoch) = (order.campaign.0, order.epoch);
    let mut claimed = fence(connection, order).await?;
    if claimed.state != State::Running {
        return Ok(claimed);
    }
    let limit = match canary::allowance(connection, order.campaign, order.limit, order.now).await? {
        Allowance::UpTo(limit) => i64::from(limit.get()),
        Allowance::WaitsUntil(until) => return Ok(Claimed { canary_until: Some(until), ..claimed }),
        Allowance::Paused => return Ok(Claimed { state: State::Paused, ..claimed }),
    };
    let found = sqlx::query!(
        r#"update recipient set status = 'sending', claimed_at = ?2, epoch = ?4
        where recipient_id in (
            select * from (
                select recipient_id from recipient
                where campaign_id = ?1 and status = 'queued' and due_at > 0 and due_at <= ?2
                    and not exists (select 1 from suppression where suppression.number = recipient.number)
                order by due_at, recipient_id limit ?3
            )
            union all
            select * from (
                select recipient_id from recipient
                where campaign_id = ?1 and status = 'queued' and due_at = 0
                    and not exists (select 1 from suppression where suppression.number = recipient.number)
                order by recipient_id limit ?3
            )
            limit ?3
        ) and status = 'queued'
        returning recipient_id as "recipient_id!", line, number as "number!", attempts, attempts_forgiven, import_id, ref as ref0, ref1, ref2, cells"#,
        campaign,
        order.now.0,
        limit,
        epoch,
    )
    .fetch_all(&mut *connection)
    .await?;
    for row in found {
        let id = row.recipient_id;
        let recipient = Recipient {
            id: RecipientId(id),
            line: rows::count(row.line),
            import_id: row.import_id,
            to: rows::phone("recipient", id, row.number)?,
            refs: [row.ref0, row.ref1, row.ref2],
            cells: rows::cells(id, row.cells.as_deref())?,
        };
        claimed.claims.push(Claim {
            recipient,
            campaign: order.campaign,
            n_attempts: u32::try_from(row.attempts).unwrap_or(u32::MAX),
            n_forgiven: u32::try_from(row.attempts_forgiven).unwrap_or(u32::MAX),
            epoch,
        });
    }
    // SQLite returns changed rows in no promised order.
    claimed.claims.sort_unstable_by_key(|claim| claim.recipient.id);
    let n = claimed.claims.len();
    deltas.shift(order.campaign, Status::Queued, Status::Sending, n as u64);
    if rows::stored(n as u64) < limit {
        claimed.next_due_at = next_due_at(connection, order, deltas).await?;
    }
    Ok(claimed)
}

/// Whether the order's lease still holds, and what its campaign is doing.
async fn fence(connection: &mut SqliteConnection, order: &ClaimOrder) -> Result<Claimed, QueueError> {
    let campaign = order.campaign.0;
    let row = sqlx::query!(
        r#"select state, is_probing, (select epoch from lease) as "epoch: i64" from campaign where campaign_id = ?"#,
        campaign
    )
    .fetch_one(connection)
    .await?;
    if row.epoch != Some(order.epoch) && !trial::mutant("claim-unfenced") {
        return Err(QueueError::LeaseLost);
    }
    let state = State::from_name(&row.state)
        .ok_or_else(|| rows::inconsistent("campaign", "state", campaign, &row.state))?;
    Ok(Claimed {
        claims: Vec::new(),
        state,
        is_probing: row.is_probing != 0,
        next_due_at: None,
        canary_until: None,
    })
}

/// When the next waiting recipient is due. What only waits because it is on the suppression list leaves the queue here.
async fn next_due_at(
    connection: &mut SqliteConnection,
    order: &ClaimOrder,
    deltas: &mut Deltas,
) -> Result<Option<Timestamp>, QueueError> {
    let campaign = order.campaign.0;
    let suppressed = sqlx::query!(
        "update recipient set status = 'suppressed', settled_at = ?2
        where campaign_id = ?1 and status = 'queued' and due_at <= ?2
            and exists (select 1 from suppression where suppression.number = recipient.number)",
        campaign,
        order.now.0,
    )
    .execute(&mut *connection)
    .await?
    .rows_affected();
    deltas.shift(order.campaign, Status::Queued, Status::Suppressed, suppressed);
    let due_at = sqlx::query_scalar!(
        r#"select min(due_at) as "due_at: i64" from recipient where campaign_id = ? and status = 'queued'"#,
        campaign
    )
    .fetch_one(connection)
    .await?;
    Ok(rows::instant(due_at))
}

/// Records outcomes, all with one statement. False when some row was not ours to settle any more; nothing of it may be
/// committed then.
pub(super) async fn settle(
    connection: &mut SqliteConnection,
    settlements: &[Settlement],
    deltas: &mut Deltas,
) -> Result<bool, QueueError> {
    let changes = rows::to_json(&settlements.iter().map(Settlement::row).collect::<Vec<_>>());
    if trial::mutant("settlement-unguarded") {
        mutants::forget_guard(connection, &changes).await?;
    }
    let n_settled = sqlx::query!(
        "update recipient set
            status = change.status,
            attempts = attempts + change.n_attempts,
            due_at = change.due_at,
            message_id = change.message_id,
            code = change.code,
            error = change.error,
            settled_at = change.settled_at
        from (
            select
                value ->> '$[0][0]' as recipient_id,
                value ->> '$[0][1]' as epoch,
                value ->> '$[0][2]' as status,
                value ->> '$[0][3]' as n_attempts,
                value ->> '$[0][4]' as due_at,
                value ->> '$[1][0]' as message_id,
                value ->> '$[1][1]' as code,
                value ->> '$[1][2]' as error,
                value ->> '$[1][3]' as settled_at
            from json_each(?)
        ) as change
        where recipient.recipient_id = change.recipient_id
            and recipient.status = 'sending'
            and recipient.epoch = change.epoch",
        changes,
    )
    .execute(&mut *connection)
    .await?
    .rows_affected();
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
    Ok(true)
}

/// Records outcomes one at a time, and keeps those that came too late as attempts that changed nothing.
pub(super) async fn settle_one_by_one(
    connection: &mut SqliteConnection,
    settlements: &[Settlement],
    deltas: &mut Deltas,
) -> Result<(), QueueError> {
    for settlement in settlements {
        if !settle(connection, std::slice::from_ref(settlement), deltas).await? {
            let recipient = settlement.claim.recipient.id;
            tracing::warn!(recipient = recipient.0, "an answer came after its recipient had moved on");
            let reason = match &settlement.end {
                End::Accepted { message_id, .. } => {
                    Reason::new("ACCEPTED", message_id.clone().unwrap_or_default())
                }
                End::Failed(reason)
                | End::InDoubt(reason)
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

/// What outcomes mean for their campaigns, in the same commit: an account fault pauses, an acceptance ends a probe.
async fn follow(connection: &mut SqliteConnection, settlements: &[Settlement]) -> Result<(), QueueError> {
    for settlement in settlements {
        if let End::Paused { pause, .. } = &settlement.end {
            super::campaigns::pause(connection, settlement.claim.campaign, pause).await?;
        }
    }
    let accepted = settlements.iter().filter(|settlement| matches!(settlement.end, End::Accepted { .. }));
    let mut campaigns: Vec<i64> = accepted.map(|settlement| settlement.claim.campaign.0).collect();
    campaigns.dedup();
    for campaign in campaigns {
        sqlx::query!("update campaign set is_probing = 0 where campaign_id = ? and is_probing = 1", campaign)
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

impl Queue {
    /// Claims recipients of a running campaign. Returns after the commit that marked them.
    pub async fn claim(&self, order: ClaimOrder) -> Result<Claimed, QueueError> {
        self.writer.claim(order).await
    }

    /// Records how a claim ended. Returns after the commit.
    pub async fn settle(&self, settlement: Settlement) -> Result<(), QueueError> {
        self.writer.settle(settlement).await
    }

    /// Moves the instants at which retries are due, after the clock on the wall has jumped by `jump_ms`: a jump neither
    /// releases a recipient nor starves it.
    pub async fn shift_due(&self, campaign: CampaignId, jump_ms: i64) -> Result<(), QueueError> {
        self.writer
            .command(move |connection| {
                Box::pin(async move {
                    sqlx::query!(
                        "update recipient set due_at = max(1, due_at + ?2)
                        where campaign_id = ?1 and status = 'queued' and due_at > 0",
                        campaign.0,
                        jump_ms,
                    )
                    .execute(connection)
                    .await?;
                    Ok(())
                })
            })
            .await
    }

    /// Brings retries that are due later than `latest` down to it. No schedule reaches that far, so the clock must have
    /// been set back since they were written.
    pub async fn bound_due(&self, campaign: CampaignId, latest: Timestamp) -> Result<(), QueueError> {
        self.writer
            .command(move |connection| {
                Box::pin(async move {
                    sqlx::query!(
                        "update recipient set due_at = ?2
                        where campaign_id = ?1 and status = 'queued' and due_at > ?2",
                        campaign.0,
                        latest.0,
                    )
                    .execute(connection)
                    .await?;
                    Ok(())
                })
            })
            .await
    }
}
