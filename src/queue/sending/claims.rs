//! Claiming recipients for sending: the one place where a recipient becomes `sending`. What only open windows change of
//! it is in `reach`.

use std::num::NonZeroU32;

use super::{
    canary::{self, Allowance},
    holds,
    reach::{self, Reaching},
};
use crate::{
    domain::{CampaignId, Recipient, RecipientId, State, Status, Timestamp, reach::HeldBy},
    queue::{
        Queue, counters::Deltas, engine::Connection, error::QueueError, reach::plans::reach_row, rows, states,
    },
};

/// A recipient that is ours to send to. Having one is the proof that a commit has marked it `sending`; settling it
/// uses it up.
#[must_use = "a claim that is not settled leaves its recipient in flight until the next start puts it in doubt"]
#[derive(Debug)]
pub struct Claim {
    pub recipient: Recipient,
    pub campaign: CampaignId,
    /// Attempts that count, before this one.
    pub n_attempts: u32,
    /// Those of them from before the operator put the recipient back; they do not count towards the maximum.
    pub n_forgiven: u32,
    pub(crate) epoch: i64,
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
    /// The recipients, retries that are due before new ones where not all can be had, in file order. None unless the campaign is running.
    pub claims: Vec<Claim>,
    /// The campaign's state in the same transaction.
    pub state: State,
    /// Whether only one message may be under way.
    pub is_probing: bool,
    /// When fewer than asked for were there: the instant at which the next one is due, if one waits at all. Of a
    /// scheduled campaign: its start.
    pub next_due_at: Option<Timestamp>,
    /// The first messages are out, and nothing further is claimed until their receipts came, or until then.
    pub canary_until: Option<Timestamp>,
    /// Whoever is left can be reached as soon as they write.
    pub waits_for_people: bool,
    /// What the one that is due next waits for, where that is not a retry.
    pub next_held_by: Option<HeldBy>,
}

/// Claims what is due: retries first, then new rows in file order; where only open windows count, those that close first.
/// The one place where a recipient becomes `sending`, and so the one place that holds the suppression list, the campaign's
/// state, its reach and the lease against it.
pub(crate) async fn claim(
    connection: &mut Connection,
    order: &ClaimOrder,
    deltas: &mut Deltas,
) -> Result<Claimed, QueueError> {
    let (mut claimed, reach) = fence(connection, order).await?;
    if claimed.state != State::Running {
        return Ok(claimed);
    }
    if reach.is_over() {
        return reach::skip_late(connection, &reach, claimed, deltas).await;
    }
    let limit = match canary::allowance(connection, order.campaign, order.limit, order.now).await? {
        Allowance::UpTo(limit) => i64::from(limit.get()),
        Allowance::WaitsUntil(until) => return Ok(Claimed { canary_until: Some(until), ..claimed }),
        Allowance::Paused => return Ok(Claimed { state: State::Paused, ..claimed }),
    };
    let is_all_looked_at = take(connection, order, &reach, limit, &mut claimed, deltas).await?;
    claimed.claims.sort_unstable_by_key(|claim| claim.recipient.id);
    let n = claimed.claims.len();
    deltas.shift(order.campaign, Status::Queued, Status::Sending, n as u64);
    if rows::stored(n as u64) == limit {
        return Ok(claimed);
    }
    if !is_all_looked_at {
        return Ok(Claimed { next_due_at: Some(order.now), ..claimed });
    }
    if reach.is_for_open_windows() {
        return reach::left(connection, &reach, claimed, deltas).await;
    }
    let (next_due_at, next_held_by) = next_due(connection, order, deltas).await?;
    Ok(Claimed { next_due_at, next_held_by, ..claimed })
}

/// Takes what may be sent now, up to a limit, and holds or skips what may not. Says whether everything due was looked at: at
/// night that may be a whole list, which takes several commits.
async fn take(
    connection: &mut Connection,
    order: &ClaimOrder,
    reach: &Reaching,
    limit: i64,
    claimed: &mut Claimed,
    deltas: &mut Deltas,
) -> Result<bool, QueueError> {
    const ROUNDS_MAX: u32 = 64;
    for _ in 0..ROUNDS_MAX {
        let room = limit - rows::stored(claimed.claims.len() as u64);
        let found = if reach.is_for_open_windows() {
            reach::candidates(connection, reach, room).await?
        } else {
            candidates(connection, order, room).await?
        };
        if found.is_empty() {
            return Ok(true);
        }
        let found = holds::judge(connection, reach, found, deltas).await?;
        if !found.is_empty() {
            mark(connection, order, &found).await?;
        }
        for row in found {
            claimed.claims.push(row.claim(order)?);
        }
        if !reach.holds_any() || rows::stored(claimed.claims.len() as u64) == limit {
            return Ok(true);
        }
    }
    Ok(false)
}

/// A row that may be claimed, by position.
#[derive(Debug, serde::Deserialize)]
pub(super) struct Candidate(
    i64,
    u64,
    i64,
    u32,
    u32,
    i64,
    (Option<String>, Option<String>, Option<String>),
    /// The kept values, as they are stored.
    Option<String>,
    /// The time zone that the list gives the person.
    Option<String>,
);

impl Candidate {
    /// Those that a statement of candidates has found.
    pub(super) fn read(campaign: CampaignId, found: &str) -> Result<Vec<Self>, QueueError> {
        serde_json::from_str(found).map_err(|_| rows::inconsistent("recipient", "*", campaign.0, found))
    }

    pub(super) fn id(&self) -> i64 {
        self.0
    }

    pub(super) fn number(&self) -> i64 {
        self.2
    }

    pub(super) fn time_zone(&self) -> Option<&str> {
        self.8.as_deref()
    }

    fn claim(self, order: &ClaimOrder) -> Result<Claim, QueueError> {
        let Self(id, line, number, n_attempts, n_forgiven, import_id, (ref0, ref1, ref2), cells, _) = self;
        let recipient = Recipient {
            id: RecipientId(id),
            line,
            import_id,
            to: rows::phone("recipient", id, number)?,
            refs: [ref0, ref1, ref2],
            cells: rows::cells(id, cells.as_deref())?,
        };
        Ok(Claim { recipient, campaign: order.campaign, n_attempts, n_forgiven, epoch: order.epoch })
    }
}

/// What is due and not suppressed, as one row for all: a row for each would cost a wake-up of two threads for each. What is new
/// is asked for by a range of one value: by that value itself PostgreSQL would walk the table in the order of its key, past all
/// that is settled already.
async fn candidates(
    connection: &mut Connection,
    order: &ClaimOrder,
    limit: i64,
) -> Result<Vec<Candidate>, QueueError> {
    let campaign = order.campaign.0;
    let found = query_scalar!(
        "select json_group_array(" ["json_array" | "json_build_array"] "(
            recipient_id, line, number, attempts, attempts_forgiven, import_id,
            " ["json_array" | "json_build_array"] r#"(ref, ref1, ref2), cells, time_zone
        )) as "found!: String"
        from (
            select * from (
                select recipient_id, line, number, attempts, attempts_forgiven, import_id, ref, ref1, ref2, cells,
                    time_zone
                from recipient
                where campaign_id = $1 and status = 'queued' and due_at > 0 and due_at <= $2
                    and not exists (
                        select 1 from suppression where canonical = coalesce(recipient.canonical, recipient.number)
                    )
                order by due_at, recipient_id limit $3
            ) as retried
            union all
            select * from (
                select recipient_id, line, number, attempts, attempts_forgiven, import_id, ref, ref1, ref2, cells,
                    time_zone
                from recipient
                where campaign_id = $1 and status = 'queued' and due_at between 0 and 0
                    and not exists (
                        select 1 from suppression where canonical = coalesce(recipient.canonical, recipient.number)
                    )
                order by due_at, recipient_id limit $3
            ) as fresh
            limit $3
        ) as due"#,
        campaign,
        order.now.0,
        limit,
    )
    .fetch_one(connection)
    .await?;
    Candidate::read(order.campaign, &found)
}

/// Marks candidates as ours.
async fn mark(
    connection: &mut Connection,
    order: &ClaimOrder,
    found: &[Candidate],
) -> Result<(), QueueError> {
    let ids = rows::to_json(&found.iter().map(|row| row.0).collect::<Vec<_>>());
    let n_marked = query!(
        "update recipient set status = 'sending', claimed_at = $1, epoch = $2, held_by = null
        where recipient_id in (select cast(atom as bigint) from json_each($3)) and status = 'queued'",
        order.now.0,
        order.epoch,
        ids,
    )
    .execute(connection)
    .await?
    .rows_affected();
    // They were read in this same transaction.
    if n_marked == found.len() as u64 { Ok(()) } else { Err(QueueError::LeaseLost) }
}

struct FenceRow {
    state: String,
    is_probing: i64,
    start_at: Option<i64>,
    reach: Option<String>,
    window_margin_ms: i64,
    not_after: Option<i64>,
    finish_by: Option<i64>,
    local_hours: Option<String>,
    local_days: Option<String>,
    hours_zone: String,
    cap_n: Option<i64>,
    cap_within_ms: Option<i64>,
    hold_out: Option<f64>,
    time_zone: Option<String>,
    token_key: String,
    epoch: Option<i64>,
}

/// Whether the order's lease still holds, and what its campaign is doing.
async fn fence(connection: &mut Connection, order: &ClaimOrder) -> Result<(Claimed, Reaching), QueueError> {
    let campaign = order.campaign.0;
    let row = query_as!(
        FenceRow,
        r#"select state, is_probing, start_at, reach, window_margin_ms, not_after, finish_by, local_hours, local_days, hours_zone,
            cap_n, cap_within_ms, hold_out, time_zone, token_key, (select epoch from lease) as "epoch: i64"
        from campaign where campaign_id = $1"#,
        campaign
    )
    .fetch_one(&mut *connection)
    .await?;
    if row.epoch != Some(order.epoch) {
        return Err(QueueError::LeaseLost);
    }
    let start_at = rows::instant(row.start_at);
    let state = match rows::state(campaign, &row.state)? {
        State::Scheduled => states::start_if_due(connection, order.campaign, start_at, order.now).await?,
        state @ (State::Draft | State::Running | State::Paused | State::Finished | State::Cancelled) => state,
    };
    let plan = reach_row!(row);
    let claimed = Claimed {
        claims: Vec::new(),
        state,
        is_probing: row.is_probing != 0,
        next_due_at: start_at.filter(|_| state == State::Scheduled),
        canary_until: None,
        waits_for_people: false,
        next_held_by: None,
    };
    Ok((claimed, Reaching::of(order, plan.plan(campaign)?, row.time_zone, row.token_key)))
}

struct NextDueRow {
    recipient_id: i64,
    due_at: i64,
    held_by: Option<String>,
}

/// When the next waiting recipient is due, and what holds it until then. What only waits because it is on the suppression
/// list leaves the queue here.
async fn next_due(
    connection: &mut Connection,
    order: &ClaimOrder,
    deltas: &mut Deltas,
) -> Result<(Option<Timestamp>, Option<HeldBy>), QueueError> {
    let campaign = order.campaign.0;
    let suppressed = query!(
        "update recipient set status = 'suppressed', settled_at = $2
        where campaign_id = $1 and status = 'queued' and due_at <= $2
            and exists (
                select 1 from suppression where canonical = coalesce(recipient.canonical, recipient.number)
            )",
        campaign,
        order.now.0,
    )
    .execute(&mut *connection)
    .await?
    .rows_affected();
    deltas.shift(order.campaign, Status::Queued, Status::Suppressed, suppressed);
    let next = query_as!(
        NextDueRow,
        r#"select recipient_id as "recipient_id!", due_at as "due_at!: i64", held_by from recipient
        where campaign_id = $1 and status = 'queued' order by due_at, recipient_id limit 1"#,
        campaign
    )
    .fetch_optional(connection)
    .await?;
    let Some(next) = next else { return Ok((None, None)) };
    let held_by = next.held_by.map(|name| rows::held_by(next.recipient_id, &name)).transpose()?;
    Ok((Some(Timestamp(next.due_at)), held_by))
}

impl Queue {
    /// Claims recipients of a running campaign. Returns after the commit that marked them.
    pub async fn claim(&self, order: ClaimOrder) -> Result<Claimed, QueueError> {
        self.writer.claim(order).await
    }

    /// Moves the instants at which retries are due, after the clock on the wall has jumped by `jump_ms`: a jump neither
    /// releases a recipient nor starves it.
    pub async fn shift_due(&self, campaign: CampaignId, jump_ms: i64) -> Result<(), QueueError> {
        in_commit!(self, |connection| {
            query!(
                "update recipient set due_at = case when due_at + $2 > 1 then due_at + $2 else 1 end
                        where campaign_id = $1 and status = 'queued' and due_at > 0 and held_by is null",
                campaign.0,
                jump_ms,
            )
            .execute(connection)
            .await?;
            Ok(())
        })
    }

    /// Brings retries that are due later than `latest` down to it. No schedule reaches that far, so the clock must have
    /// been set back since they were written.
    pub async fn bound_due(&self, campaign: CampaignId, latest: Timestamp) -> Result<(), QueueError> {
        in_commit!(self, |connection| {
            query!(
                "update recipient set due_at = $2
                        where campaign_id = $1 and status = 'queued' and due_at > $2 and held_by is null",
                campaign.0,
                latest.0,
            )
            .execute(connection)
            .await?;
            Ok(())
        })
    }
}
