//! Who sends a campaign at this moment, and what its rows wait for as far as the database knows.

use crate::{
    domain::{CampaignId, Phone, Timestamp},
    queue::{Queue, error::QueueError, reach::windows, rows},
};

/// Where a campaign stands, beside its state and its counts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SendingNow {
    /// The process that sends it; none where nobody does.
    pub sender_pid: Option<i64>,
    /// When the first of the queued rows is due, where all of them wait for another attempt.
    pub first_due_at: Option<Timestamp>,
    /// Until when the provider asked for silence; an instant of the past where it did not.
    pub silent_until: Timestamp,
    /// Whether anybody who waits has written lately enough to be reached.
    pub is_anybody_reachable: bool,
    /// When the wait for the canary's receipts ends; none where nothing waits for them.
    pub canary_ends_at: Option<Timestamp>,
}

impl Queue {
    /// Takes note that the holder of that lease sends the campaign from that number, and shows its rows the windows of that.
    pub async fn begin_sending(
        &self,
        campaign: CampaignId,
        epoch: i64,
        sender: Phone,
        now: Timestamp,
    ) -> Result<(), QueueError> {
        in_commit!(self, |connection| {
            sqlx::query!("update campaign set sent_under = $1 where campaign_id = $2", epoch, campaign.0)
                .execute(&mut *connection)
                .await?;
            windows::show_all(connection, campaign, sender, now).await
        })
    }

    /// Who sends the campaign, and what its rows wait for.
    pub async fn sending_now(&self, campaign: CampaignId, now: Timestamp) -> Result<SendingNow, QueueError> {
        let holder = self.sending_pid().await?;
        let found = sqlx::query!(
            r#"select
                sent_under is not null and sent_under = (select epoch from lease) as "is_under_lease!: bool",
                case when canary_is_passed = 0 then canary_ends_at end as "canary_ends_at: i64",
                exists (
                    select 1 from recipient
                    where recipient.campaign_id = campaign.campaign_id and status = 'queued'
                        and closes_at > $2 + window_margin_ms
                ) as "is_anybody_reachable!: bool",
                (select silent_until from account) as "silent_until!: i64",
                (
                    select min(due_at) from recipient
                    where recipient.campaign_id = campaign.campaign_id and status = 'queued'
                ) as "first_due_at: i64"
            from campaign where campaign_id = $1"#,
            campaign.0,
            now.0,
        )
        .fetch_one(&self.readers)
        .await?;
        Ok(SendingNow {
            sender_pid: holder.filter(|_| found.is_under_lease),
            first_due_at: rows::instant(found.first_due_at.filter(|due_at| *due_at > 0)),
            is_anybody_reachable: found.is_anybody_reachable,
            silent_until: Timestamp(found.silent_until),
            canary_ends_at: rows::instant(found.canary_ends_at),
        })
    }
}
