//! What is no event in the queue and is looked at by a clock: told once for as long as it lasts.

use crate::{
    domain::{CampaignId, Timestamp, notice::Happened},
    queue::{Queue, error::QueueError, notices, rows},
};

/// What a watch has to know beside the campaigns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Watched {
    /// When a backup was last made.
    pub backed_up_at: Option<Timestamp>,
    /// When the last campaign was started that no backup has; none where there is none.
    pub first_unsaved_at: Option<Timestamp>,
}

struct WatchedRow {
    backed_up_at: Option<i64>,
    first_unsaved_at: Option<i64>,
}

impl Queue {
    /// Tells of something that lasts, once for each episode.
    pub async fn tell_once(
        &self,
        campaign: Option<CampaignId>,
        happened: Happened,
        episode: String,
        now: Timestamp,
    ) -> Result<(), QueueError> {
        in_commit!(self, |connection| {
            notices::write(connection, campaign, &happened, Some(&episode), now).await
        })
    }

    /// When a backup was last made, and what was started since.
    pub async fn watched(&self) -> Result<Watched, QueueError> {
        let found = query_as!(
            WatchedRow,
            r#"select backed_up_at, (
                select min(started_at) from campaign where started_at > coalesce(backed_up_at, 0)
            ) as "first_unsaved_at: i64" from watch"#
        )
        .fetch_one(&self.readers)
        .await?;
        Ok(Watched {
            backed_up_at: rows::instant(found.backed_up_at),
            first_unsaved_at: rows::instant(found.first_unsaved_at),
        })
    }

    /// Writes down that a backup was made, where anything can be written.
    pub async fn note_backup(&self, now: Timestamp) -> Result<(), QueueError> {
        if self.writer.is_none() {
            return Ok(());
        }
        in_commit!(self, |connection| {
            query!("update watch set backed_up_at = $1", now.0).execute(connection).await?;
            Ok(())
        })
    }

    /// Whether the database answers and can be written, and no campaign waits for room on the disk. Written to the disk,
    /// because a database that can only be read is not well.
    pub async fn beat(&self, now: Timestamp) -> Result<bool, QueueError> {
        in_commit!(self, |connection| {
            query!("update watch set beat_at = $1", now.0).execute(&mut *connection).await?;
            let is_well = query_scalar!(
                r#"select not exists (
                    select 1 from campaign"# [" indexed by campaign_by_state" | ""] r#"
                    where state = 'paused' and pause_cause = 'storage'
                ) as "is!: bool""#
            );
            Ok(is_well.fetch_one(connection).await?)
        })
    }
}
