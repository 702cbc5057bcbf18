//! Who sends a campaign at this moment, and what its rows wait for as far as the database knows.

use crate::{
    domain::{CampaignId, Phone, Timestamp, reach::HeldBy},
    queue::{Queue, error::QueueError, reach::windows, rows},
};

/// Rows of a campaign that something holds back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Held {
    pub by: HeldBy,
    pub n: u64,
    /// When the first of them is free.
    pub first_at: Timestamp,
}

/// Where a campaign stands, beside its state and its counts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SendingNow {
    /// The process that sends it; none where nobody does.
    pub sender_pid: Option<i64>,
    /// When the first of the queued rows is due, where all of them wait for another attempt.
    pub first_due_at: Option<Timestamp>,
    /// Until when the provider asked for silence; an instant of the past where it did not.
    pub silent_until: Timestamp,
    /// What holds rows back, and how many.
    pub held: Vec<Held>,
    /// Whether anybody who waits has written lately enough to be reached.
    pub is_anybody_reachable: bool,
    /// When the wait for the canary's receipts ends; none where nothing waits for them.
    pub canary_ends_at: Option<Timestamp>,
}

struct SendingNowRow {
    is_under_lease: bool,
    canary_ends_at: Option<i64>,
    is_anybody_reachable: bool,
    silent_until: i64,
    first_due_at: Option<i64>,
}

struct HeldRow {
    held_by: String,
    n: i64,
    first_at: i64,
    first: i64,
}

struct FirstToGoRow {
    id: i64,
    number: i64,
    time_zone: Option<String>,
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
            query!("update campaign set sent_under = $1 where campaign_id = $2", epoch, campaign.0)
                .execute(&mut *connection)
                .await?;
            windows::show_all(connection, campaign, sender, now).await
        })
    }

    /// The numbers of those who go first, and the time zones that their list gives them.
    pub async fn first_to_go(
        &self,
        campaign: CampaignId,
        limit: u32,
    ) -> Result<Vec<(Phone, Option<String>)>, QueueError> {
        let found = query_as!(
            FirstToGoRow,
            r#"select recipient_id as "id!: i64", number as "number!: i64", time_zone from recipient
            where campaign_id = $1 and status = 'queued' order by due_at, recipient_id limit $2"#,
            campaign.0,
            i64::from(limit),
        )
        .fetch_all(&self.readers)
        .await?;
        found
            .into_iter()
            .map(|row| Ok((rows::phone("recipient", row.id, row.number)?, row.time_zone)))
            .collect()
    }

    /// What holds rows of a campaign back.
    pub async fn held(&self, campaign: CampaignId) -> Result<Vec<Held>, QueueError> {
        let found = query_as!(
            HeldRow,
            r#"select held_by as "held_by!", count(*) as "n!: i64", min(due_at) as "first_at!: i64",
                min(recipient_id) as "first!: i64"
            from recipient
            where campaign_id = $1 and status = 'queued' and held_by is not null group by held_by order by held_by"#,
            campaign.0,
        )
        .fetch_all(&self.readers)
        .await?;
        let held = found.into_iter().map(|row| {
            let by = rows::held_by(row.first, &row.held_by)?;
            Ok(Held { by, n: rows::count(row.n), first_at: Timestamp(row.first_at) })
        });
        held.collect()
    }

    /// Who sends the campaign, and what its rows wait for.
    pub async fn sending_now(&self, campaign: CampaignId, now: Timestamp) -> Result<SendingNow, QueueError> {
        let holder = self.sending_pid().await?;
        let found = query_as!(
            SendingNowRow,
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
        let held = self.held(campaign).await?;
        Ok(SendingNow {
            held,
            sender_pid: holder.filter(|_| found.is_under_lease),
            first_due_at: rows::instant(found.first_due_at.filter(|due_at| *due_at > 0)),
            is_anybody_reachable: found.is_anybody_reachable,
            silent_until: Timestamp(found.silent_until),
            canary_ends_at: rows::instant(found.canary_ends_at),
        })
    }
}
