//! The state machine of campaigns: every write to `campaign.state` is here, along the table of [`State::after`].
//!
//! A pause is written with its cause and by [`pause`] alone; the other states by [`follow`].

use super::engine::Connection;

use super::{
    Queue,
    counters::{self, Deltas},
    error::QueueError,
    inbound::stops,
    notices, rows,
    sending::{canary, cancellations},
    upkeep::audit,
};
use crate::domain::{
    CampaignId, PauseCause, RecipientId, State, Status, Timestamp,
    campaign::{Pause, Step},
    notice::Happened,
};

/// How a pause is called in the audit trail.
const PAUSE: &str = "pause";

struct SetInterruptedRow {
    id: i64,
    name: String,
}

struct FinishRow {
    state: String,
    n_open: Option<i64>,
}

impl Queue {
    /// Starts a campaign; one whose set time has not come is scheduled. Returns its new state.
    pub async fn start(&self, campaign: CampaignId, now: Timestamp) -> Result<State, QueueError> {
        let entry = |step: Step| self.audit_entry(step.name(), Some(campaign), "");
        let (begin, wait) = (entry(Step::Start), entry(Step::Schedule));
        in_commit!(self, |connection| {
            let start_at = query_scalar!("select start_at from campaign where campaign_id = $1", campaign.0)
                .fetch_one(&mut *connection)
                .await?;
            if rows::instant(start_at).is_some_and(|at| now < at) {
                audit::record(connection, &wait).await?;
                return follow(connection, campaign, Step::Schedule).await;
            }
            let n_waiting = counters::read(&mut *connection, campaign).await?.of(Status::Queued);
            audit::record(connection, &begin.with(format!("{} waiting", audit::n_rows(n_waiting)))).await?;
            let state = follow(connection, campaign, Step::Start).await?;
            started(connection, campaign, now).await?;
            Ok(state)
        })
    }

    /// Cancels a campaign for good, and every recipient of it that waits. Returns its new state.
    pub async fn cancel(&self, campaign: CampaignId, now: Timestamp) -> Result<State, QueueError> {
        let entry = self.audit_entry(Step::Cancel.name(), Some(campaign), "");
        in_commit!(self, |connection| {
            let n_waiting = counters::read(&mut *connection, campaign).await?.of(Status::Queued);
            let detail = format!("{} that waited", audit::n_rows(n_waiting));
            audit::record(connection, &entry.with(detail)).await?;
            let state = follow(connection, campaign, Step::Cancel).await?;
            let mut deltas = Deltas::default();
            cancellations::cancel_waiting(connection, campaign, now, &mut deltas).await?;
            deltas.write(connection).await?;
            finished(connection, campaign, now).await?;
            Ok(state)
        })
    }

    /// Finishes a running campaign, unless something waits after all (another terminal may just have put it there).
    /// Says where the campaign stands.
    pub async fn finish(&self, campaign: CampaignId, now: Timestamp) -> Result<State, QueueError> {
        in_commit!(self, |connection| {
            let row = query_as!(
                FinishRow,
                r#"select state, (
                            select cast(sum(n) as bigint) from counter
                            where counter.campaign_id = campaign.campaign_id and axis = 'status'
                                and value in ('queued', 'sending')
                        ) as "n_open: i64"
                        from campaign where campaign_id = $1"#,
                campaign.0
            )
            .fetch_one(&mut *connection)
            .await?;
            let found = rows::state(campaign.0, &row.state)?;
            if found != State::Running || row.n_open != Some(0) {
                return Ok(found);
            }
            let next = follow(connection, campaign, Step::Finish).await?;
            finished(connection, campaign, now).await?;
            let standing = audit::standing(&counters::read(&mut *connection, campaign).await?);
            audit::record_automatic(connection, Step::Finish.name(), campaign, &standing, now).await?;
            notices::write(connection, Some(campaign), &Happened::Finished, None, now).await?;
            Ok(next)
        })
    }

    /// Pauses a campaign. One that is paused already keeps its first cause.
    pub async fn pause(
        &self,
        campaign: CampaignId,
        cause: Pause,
        now: Timestamp,
    ) -> Result<State, QueueError> {
        let entry = self.audit_entry(PAUSE, Some(campaign), in_words(&cause));
        let entry = if cause.cause == PauseCause::Operator { entry } else { entry.by_itself() };
        in_commit!(self, |connection| {
            // A pause that the state does not allow is an error here; a second pause is none, and changes nothing.
            let state = check_step(connection, campaign, Step::Pause).await?;
            if write_pause(connection, campaign, &cause, None, now).await? {
                audit::record(connection, &entry).await?;
            }
            Ok(state)
        })
    }

    /// Notes that a person stopped the process that sends a campaign, or every campaign that is being sent where none is
    /// named: nobody sends it until a person starts it again.
    pub async fn interrupt(&self, campaign: Option<CampaignId>, now: Timestamp) -> Result<(), QueueError> {
        self.set_interrupted(campaign, Some(now)).await.map(|_| ())
    }

    /// Lets every interrupted campaign be sent again. Returns their names.
    pub async fn continue_interrupted(&self) -> Result<Vec<String>, QueueError> {
        self.set_interrupted(None, None).await
    }

    async fn set_interrupted(
        &self,
        campaign: Option<CampaignId>,
        at: Option<Timestamp>,
    ) -> Result<Vec<String>, QueueError> {
        let (at, campaign) = (at.map(|at| at.0), campaign.map(|campaign| campaign.0));
        let entry = self.audit_entry(if at.is_some() { "interrupt" } else { "continue" }, None, "");
        in_commit!(self, |connection| {
            let mut found = query_as!(
                SetInterruptedRow,
                r#"update campaign set interrupted_at = $1
                where state = 'running' and (interrupted_at is null) = (cast($1 as bigint) is not null)
                    and campaign_id = coalesce($2, campaign_id)
                returning campaign_id as "id!", name as "name!""#,
                at,
                campaign,
            )
            .fetch_all(&mut *connection)
            .await?;
            found.sort_unstable_by_key(|row| row.id);
            let mut names = Vec::new();
            for row in found {
                let counts = counters::read(&mut *connection, CampaignId(row.id)).await?;
                let waiting = format!("{} waiting", audit::n_rows(counts.n_open()));
                audit::record(connection, &entry.about(CampaignId(row.id)).with(waiting)).await?;
                names.push(row.name);
            }
            Ok(names)
        })
    }

    /// Lifts a pause. One message goes first; the rest follow when it is accepted.
    pub async fn resume(&self, campaign: CampaignId) -> Result<State, QueueError> {
        let entry = self.audit_entry("resume", Some(campaign), "");
        in_commit!(self, |connection| {
            let cause = query_scalar!("select pause_cause from campaign where campaign_id = $1", campaign.0)
                .fetch_one(&mut *connection)
                .await?;
            let was = cause.map(|cause| format!("was paused: {}", cause.replace('_', " ")));
            audit::record(connection, &entry.with(was.unwrap_or_default())).await?;
            canary::resumed(connection, campaign).await?;
            stops::resumed(connection, campaign).await?;
            let state = follow(connection, campaign, Step::Resume).await?;
            query!("update campaign set is_probing = 1 where campaign_id = $1", campaign.0)
                .execute(connection)
                .await?;
            Ok(state)
        })
    }
}

/// Takes a scheduled campaign back to `draft`.
pub(super) async fn unschedule(
    connection: &mut Connection,
    campaign: CampaignId,
) -> Result<State, QueueError> {
    follow(connection, campaign, Step::Unschedule).await
}

/// Reopens a campaign whose recipients were put back into the queue.
pub(super) async fn reopen(connection: &mut Connection, campaign: CampaignId) -> Result<State, QueueError> {
    follow(connection, campaign, Step::Reopen).await
}

/// Takes a campaign that gets a list back to `draft` where it was finished.
pub(super) async fn add_recipients(
    connection: &mut Connection,
    campaign: CampaignId,
) -> Result<State, QueueError> {
    follow(connection, campaign, Step::AddRecipients).await
}

/// Moves the campaign's state along the domain's table, and ends its pause where it leaves one.
async fn follow(connection: &mut Connection, campaign: CampaignId, step: Step) -> Result<State, QueueError> {
    let next = check_step(connection, campaign, step).await?;
    if next == State::Paused {
        // It was paused and stays so (a list was added, or recipients were put back): the pause keeps its cause.
        return Ok(next);
    }
    let name = next.name();
    query!(
        "update campaign set state = $1, pause_cause = null, pause_detail = null, pause_line = null,
            interrupted_at = null
        where campaign_id = $2",
        name,
        campaign.0,
    )
    .execute(connection)
    .await?;
    Ok(next)
}

struct CheckStepRow {
    name: String,
    state: String,
}

/// Where a step would lead, without taking it.
pub(super) async fn check_step(
    connection: &mut Connection,
    campaign: CampaignId,
    to: Step,
) -> Result<State, QueueError> {
    let row = query_as!(CheckStepRow, "select name, state from campaign where campaign_id = $1", campaign.0)
        .fetch_one(connection)
        .await?;
    rows::state(campaign.0, &row.state)?
        .after(to)
        .map_err(|source| QueueError::Step { name: row.name, source })
}

/// Pauses a campaign because of what became of its messages, or of the one of `recipient`, and writes that down.
pub(super) async fn pause(
    connection: &mut Connection,
    campaign: CampaignId,
    pause: &Pause,
    recipient: Option<RecipientId>,
    now: Timestamp,
) -> Result<(), QueueError> {
    if write_pause(connection, campaign, pause, recipient, now).await? {
        audit::record_automatic(connection, PAUSE, campaign, &in_words(pause), now).await?;
    }
    Ok(())
}

/// A pause for the audit trail: its cause, and what was said.
fn in_words(pause: &Pause) -> String {
    let cause = pause.cause.name().replace('_', " ");
    let detail = pause.detail.as_ref().map(|detail| format!(": {detail}")).unwrap_or_default();
    let line = pause.line.map(|line| format!(" (line {line})")).unwrap_or_default();
    format!("{cause}{detail}{line}")
}

/// Writes a pause, and says whether it is one. The first cause stands: what the provider says to requests still in flight
/// adds nothing. Whoever is to be told of it is, in the same commit.
async fn write_pause(
    connection: &mut Connection,
    campaign: CampaignId,
    pause: &Pause,
    recipient: Option<RecipientId>,
    now: Timestamp,
) -> Result<bool, QueueError> {
    let cause = pause.cause.name();
    let line = pause.line.map(rows::stored);
    let paused = query!(
        "update campaign set state = 'paused', pause_cause = $1, pause_detail = $2, pause_line = $3
        where campaign_id = $4 and state in ('draft', 'scheduled', 'running')",
        cause,
        pause.detail,
        line,
        campaign.0,
    )
    .execute(&mut *connection)
    .await?;
    let is_paused = paused.rows_affected() > 0;
    if is_paused {
        notices::paused(connection, campaign, pause, recipient, now).await?;
    }
    Ok(is_paused)
}

/// Starts a campaign that is scheduled and whose time has come. Every claim of a scheduled campaign comes through here.
pub(super) async fn start_if_due(
    connection: &mut Connection,
    campaign: CampaignId,
    start_at: Option<Timestamp>,
    now: Timestamp,
) -> Result<State, QueueError> {
    if start_at.is_some_and(|at| now < at) {
        return Ok(State::Scheduled);
    }
    audit::record_automatic(connection, Step::Start.name(), campaign, "its set time has come", now).await?;
    let state = follow(connection, campaign, Step::Start).await?;
    started(connection, campaign, now).await?;
    Ok(state)
}

/// Writes down when the first message could leave.
async fn started(
    connection: &mut Connection,
    campaign: CampaignId,
    now: Timestamp,
) -> Result<(), QueueError> {
    query!(
        "update campaign set started_at = coalesce(started_at, $1), finished_at = null where campaign_id = $2",
        now.0,
        campaign.0,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Writes down when nothing was left to send.
async fn finished(
    connection: &mut Connection,
    campaign: CampaignId,
    now: Timestamp,
) -> Result<(), QueueError> {
    query!("update campaign set finished_at = $1 where campaign_id = $2", now.0, campaign.0)
        .execute(connection)
        .await?;
    Ok(())
}
