//! What is noted of a campaign as a whole beside its plan: the last test of its message, and whether it is out of sight.

use super::audit;
use crate::{
    domain::{CampaignId, Phone, Timestamp},
    queue::{Queue, error::QueueError},
};

/// The last test message of a campaign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastTest {
    pub at: Timestamp,
    /// The last two digits of the phone that it went to.
    pub to_end: String,
    /// Whether it was the message that was asked about.
    pub is_this_message: bool,
}

struct LastTestRow {
    tested_at: Option<i64>,
    tested_to: Option<String>,
    tested_message: Option<String>,
}

impl Queue {
    /// Notes that a message, known by its digest, was sent to somebody's own phone.
    pub async fn note_test(
        &self,
        campaign: CampaignId,
        to: Phone,
        message_sha256: String,
        now: Timestamp,
    ) -> Result<(), QueueError> {
        let to_end = format!("{:02}", to.digits() % 100);
        in_commit!(self, |connection| {
            query!(
                "update campaign set tested_at = $1, tested_to = $2, tested_message = $3 where campaign_id = $4",
                now.0,
                to_end,
                message_sha256,
                campaign.0,
            )
            .execute(connection)
            .await?;
            Ok(())
        })
    }

    /// The last test of a campaign, and whether it was of this message.
    pub async fn last_test(
        &self,
        campaign: CampaignId,
        message_sha256: &str,
    ) -> Result<Option<LastTest>, QueueError> {
        let found = query_as!(
            LastTestRow,
            "select tested_at, tested_to, tested_message from campaign where campaign_id = $1",
            campaign.0
        )
        .fetch_optional(&self.readers)
        .await?;
        let Some(row) = found else { return Ok(None) };
        Ok(row.tested_at.map(|at| LastTest {
            at: Timestamp(at),
            to_end: row.tested_to.unwrap_or_default(),
            is_this_message: row.tested_message.as_deref() == Some(message_sha256),
        }))
    }

    /// Puts a campaign that is not on its way out of sight, or back. False where it is on its way, or is there already.
    pub async fn archive(
        &self,
        campaign: CampaignId,
        is_archived: bool,
        now: Timestamp,
    ) -> Result<bool, QueueError> {
        let command = if is_archived { "archive" } else { "unarchive" };
        let entry = self.audit_entry(command, Some(campaign), "");
        let at = is_archived.then_some(now.0);
        in_commit!(self, |connection| {
            let changed = query!(
                "update campaign set archived_at = $1
                where campaign_id = $2 and (archived_at is null) = (cast($1 as bigint) is not null)
                    and state in ('draft', 'finished', 'cancelled')",
                at,
                campaign.0,
            )
            .execute(&mut *connection)
            .await?;
            let has_changed = changed.rows_affected() > 0;
            if has_changed {
                audit::record(connection, &entry).await?;
            }
            Ok(has_changed)
        })
    }

    /// When a campaign was put out of sight.
    pub async fn archived_at(&self, campaign: CampaignId) -> Result<Option<Timestamp>, QueueError> {
        let found = query_scalar!("select archived_at from campaign where campaign_id = $1", campaign.0);
        Ok(found.fetch_optional(&self.readers).await?.flatten().map(Timestamp))
    }
}
