//! Who was messaged lately: what a person should know before the same people hear from us again.

use super::{Queue, error::QueueError, rows};
use crate::domain::{CampaignId, Timestamp};

/// Another campaign that has messaged some of the same people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overlap {
    /// Its name.
    pub name: String,
    /// Whether its message is the same.
    pub is_same_message: bool,
    /// How many of the people who wait in this campaign it has messaged, or may have.
    pub n_recipients: u64,
}

impl Queue {
    /// The other campaigns that have messaged people who wait in this one, since an instant; most people first.
    pub async fn overlaps(&self, campaign: CampaignId, since: Timestamp) -> Result<Vec<Overlap>, QueueError> {
        let others = sqlx::query!(
            r#"select other.campaign_id, other.name, other.message = this.message as "is_same_message!: bool",
                other.purged_at
            from campaign as this
            join campaign as other on other.campaign_id <> this.campaign_id
            where this.campaign_id = ? and other.started_at is not null
                and coalesce(other.finished_at, other.started_at) >= ?"#,
            campaign.0,
            since.0,
        )
        .fetch_all(&self.readers)
        .await?;
        let mut overlaps = Vec::new();
        for other in others {
            if other.purged_at.is_some() {
                let n_recipients =
                    self.purged_overlap(campaign, CampaignId(other.campaign_id), since).await?;
                if n_recipients > 0 {
                    let is_same_message = other.is_same_message;
                    overlaps.push(Overlap { name: other.name, is_same_message, n_recipients });
                }
                continue;
            }
            let n = sqlx::query_scalar!(
                r#"select count(*) as "n!: i64"
                from recipient as waiting indexed by recipient_queued
                join recipient as messaged indexed by recipient_by_number
                    on messaged.campaign_id = ?2 and messaged.number = waiting.number
                where waiting.campaign_id = ?1 and waiting.status = 'queued'
                    and messaged.status in ('accepted', 'in_doubt', 'sending')
                    and coalesce(messaged.settled_at, messaged.claimed_at) >= ?3"#,
                campaign.0,
                other.campaign_id,
                since.0,
            )
            .fetch_one(&self.readers)
            .await?;
            if n > 0 {
                overlaps.push(Overlap {
                    name: other.name,
                    is_same_message: other.is_same_message,
                    n_recipients: rows::count(n),
                });
            }
        }
        overlaps.sort_by_key(|overlap| std::cmp::Reverse(overlap.n_recipients));
        Ok(overlaps)
    }
}
