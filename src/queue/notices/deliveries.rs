//! What is owed to channels: taken by one process for a while, and what became of it.

use std::time::Duration;

use crate::{
    domain::{
        CampaignId, Timestamp,
        notice::{Happened, NoticeKind},
    },
    queue::{Queue, error::QueueError, notices::channels, rows},
};

/// How long a notice and what became of it are kept.
const KEPT_FOR: Duration = Duration::from_hours(30 * 24);

/// What happened, as it is told.
#[derive(Debug, Clone, PartialEq)]
pub struct Notice {
    /// What it is known by where it is delivered, however often it comes there.
    pub webhook_id: String,
    pub kind: NoticeKind,
    pub campaign_id: Option<CampaignId>,
    /// The campaign's name and state at that time.
    pub campaign: Option<String>,
    pub state: Option<String>,
    pub at: Timestamp,
    pub happened: Happened,
}

/// A notice that is to be delivered to a channel, by whoever holds this.
#[derive(Debug, Clone, PartialEq)]
pub struct Delivery {
    notice_id: i64,
    pub channel: String,
    /// From 1.
    pub attempt: u32,
    pub notice: Notice,
}

struct Row {
    notice_id: i64,
    attempt: i64,
    webhook_id: String,
    kind: String,
    campaign_id: Option<i64>,
    campaign: Option<String>,
    state: Option<String>,
    at: i64,
    facts: String,
}

impl Row {
    fn delivery(self, channel: &str) -> Result<Delivery, QueueError> {
        let inconsistent = |column, found: &str| rows::inconsistent("notice", column, self.notice_id, found);
        let kind = NoticeKind::from_name(&self.kind).ok_or_else(|| inconsistent("kind", &self.kind))?;
        let happened = serde_json::from_str(&self.facts).map_err(|_| inconsistent("facts", &self.facts))?;
        Ok(Delivery {
            notice_id: self.notice_id,
            channel: channel.to_owned(),
            attempt: u32::try_from(self.attempt).unwrap_or(u32::MAX),
            notice: Notice {
                webhook_id: self.webhook_id,
                kind,
                campaign_id: self.campaign_id.map(CampaignId),
                campaign: self.campaign,
                state: self.state,
                at: Timestamp(self.at),
                happened,
            },
        })
    }
}

struct TakeNoticeRow {
    notice_id: i64,
    n_attempts: i64,
}

impl Queue {
    /// Whether anything is due for a channel. Asked often, and costs a look at an index.
    pub async fn is_notice_due(&self, channel: &str, now: Timestamp) -> Result<bool, QueueError> {
        let is_due = query_scalar!(
            r#"select exists (
                select 1 from notice_delivery where channel = $1 and next_at <= $2
            ) as "is!: bool""#,
            channel,
            now.0,
        );
        Ok(is_due.fetch_one(&self.readers).await?)
    }

    /// Takes the notice that has been due for longest for a channel. Whoever has it has `lease` to deliver it; then it
    /// counts as lost and is taken again.
    pub async fn take_notice(
        &self,
        channel: String,
        lease: Duration,
        now: Timestamp,
    ) -> Result<Option<Delivery>, QueueError> {
        in_commit!(self, |connection| {
            let until = now.plus(lease).0;
            let taken = query_as!(
                TakeNoticeRow,
                r#"update notice_delivery set n_attempts = n_attempts + 1, next_at = $1
                where channel = $2 and notice_id = (
                    select notice_id from notice_delivery where channel = $2 and next_at <= $3
                    order by next_at, notice_id limit 1
                ) returning notice_id as "notice_id!: i64", n_attempts as "n_attempts!: i64""#,
                until,
                channel,
                now.0,
            )
            .fetch_optional(&mut *connection)
            .await?;
            let Some(taken) = taken else { return Ok(None) };
            let row = query_as!(
                Row,
                r#"select notice_id, cast($1 as bigint) as "attempt!: i64", webhook_id, kind, campaign_id, campaign, state, at, facts
                from notice where notice_id = $2"#,
                taken.n_attempts,
                taken.notice_id,
            )
            .fetch_one(connection)
            .await?;
            row.delivery(&channel).map(Some)
        })
    }

    /// Writes down that a notice was taken at the other end.
    pub async fn note_delivered(&self, delivery: Delivery, now: Timestamp) -> Result<(), QueueError> {
        in_commit!(self, |connection| {
            query!(
                "update notice_delivery set next_at = null, given_up_at = null, delivered_at = $1, last_error = null
                where notice_id = $2 and channel = $3",
                now.0,
                delivery.notice_id,
                delivery.channel,
            )
            .execute(&mut *connection)
            .await?;
            channels::note(connection, &delivery.channel, None, now).await
        })
    }

    /// Writes down that an attempt failed, and when the next one is due; none gives the notice up. What another process
    /// has taken meanwhile stays as it is.
    pub async fn note_undelivered(
        &self,
        delivery: Delivery,
        error: String,
        next_at: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<(), QueueError> {
        in_commit!(self, |connection| {
            let (next_at, attempt) = (next_at.map(|at| at.0), i64::from(delivery.attempt));
            let given_up_at = if next_at.is_none() { Some(now.0) } else { None };
            query!(
                "update notice_delivery set next_at = $1, given_up_at = $2, last_error = $3
                where notice_id = $4 and channel = $5 and n_attempts = $6 and delivered_at is null",
                next_at,
                given_up_at,
                error,
                delivery.notice_id,
                delivery.channel,
                attempt,
            )
            .execute(&mut *connection)
            .await?;
            channels::note(connection, &delivery.channel, Some(&error), now).await
        })
    }

    /// Removes notices that are old.
    pub async fn forget_notices(&self, now: Timestamp) -> Result<(), QueueError> {
        in_commit!(self, |connection| {
            let until = now.minus(KEPT_FOR).0;
            query!("delete from notice where at < $1", until).execute(connection).await?;
            Ok(())
        })
    }
}
