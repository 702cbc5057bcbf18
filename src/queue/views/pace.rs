//! How many recipients of a campaign were settled in which minute.

use crate::{
    domain::{CampaignId, Timestamp},
    queue::{Queue, error::QueueError, rows},
};

/// One minute of a campaign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Minute {
    /// Minutes since 1970-01-01T00:00Z.
    pub minute: i64,
    /// How many were accepted in it.
    pub n_accepted: u64,
    /// How many came to any end in it, accepted ones too.
    pub n_settled: u64,
}

impl Queue {
    /// Adds to what was settled in the minute of `now`.
    pub async fn add_pace(
        &self,
        campaign: CampaignId,
        now: Timestamp,
        n_accepted: u64,
        n_settled: u64,
    ) -> Result<(), QueueError> {
        let minute = now.0.div_euclid(60_000);
        in_commit!(self, |connection| {
            let (n_accepted, n_settled) = (rows::stored(n_accepted), rows::stored(n_settled));
            query!(
                "insert into pace (campaign_id, minute, n_accepted, n_settled) values ($1, $2, $3, $4)
                        on conflict (campaign_id, minute) do update set
                            n_accepted = pace.n_accepted + excluded.n_accepted,
                            n_settled = pace.n_settled + excluded.n_settled",
                campaign.0,
                minute,
                n_accepted,
                n_settled,
            )
            .execute(connection)
            .await?;
            Ok(())
        })
    }
}
