//! What an operator does to recipients that came to no good end: try again, send again, close.

use sqlx::SqliteConnection;

use super::{Queue, campaigns, counters::Deltas, error::QueueError, rows};
use crate::domain::{CampaignId, Phone, Status, Timestamp, campaign::Step};

/// Which recipients an operator means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Which {
    /// All that stand there.
    All,
    /// Those whose code is one of these.
    Codes(Vec<String>),
    /// Those on these lines of their files.
    Lines(Vec<u64>),
    /// Those with these numbers.
    Numbers(Vec<Phone>),
}

impl Which {
    /// Two JSON parameters: what to compare, and the values. SQLite picks the comparison.
    fn parameters(&self) -> (&'static str, String) {
        match self {
            Self::All => ("all", "[]".to_owned()),
            Self::Codes(codes) => ("code", rows::to_json(codes)),
            Self::Lines(lines) => ("line", rows::to_json(lines)),
            Self::Numbers(numbers) => {
                ("number", rows::to_json(&numbers.iter().map(|number| number.digits()).collect::<Vec<_>>()))
            }
        }
    }
}

impl Queue {
    /// Puts failed recipients back into the queue. Says how many.
    pub async fn retry(&self, campaign: CampaignId, which: Which) -> Result<u64, QueueError> {
        self.writer
            .command(move |connection| {
                Box::pin(async move {
                    let (by, values) = which.parameters();
                    let n = sqlx::query!(
                        "update recipient set status = 'queued', due_at = 0, attempts_forgiven = attempts,
                            code = null, error = null, settled_at = null
                        where campaign_id = ?1 and status = 'failed' and (
                            ?2 = 'all'
                            or (?2 = 'code' and code in (select value from json_each(?3)))
                            or (?2 = 'line' and line in (select value from json_each(?3)))
                            or (?2 = 'number' and number in (select value from json_each(?3)))
                        )",
                        campaign.0,
                        by,
                        values,
                    )
                    .execute(&mut *connection)
                    .await?
                    .rows_affected();
                    reopen(connection, campaign, Status::Failed, n).await
                })
            })
            .await
    }

    /// Puts recipients in doubt back into the queue, to be sent again at the operator's risk. Says how many.
    pub async fn resend_doubts(&self, campaign: CampaignId, which: Which) -> Result<u64, QueueError> {
        self.writer
            .command(move |connection| {
                Box::pin(async move {
                    let (by, values) = which.parameters();
                    let n = sqlx::query!(
                        "update recipient set status = 'queued', due_at = 0, attempts_forgiven = attempts,
                            code = null, error = null, settled_at = null
                        where campaign_id = ?1 and status = 'in_doubt' and (
                            ?2 = 'all'
                            or (?2 = 'code' and code in (select value from json_each(?3)))
                            or (?2 = 'line' and line in (select value from json_each(?3)))
                            or (?2 = 'number' and number in (select value from json_each(?3)))
                        )",
                        campaign.0,
                        by,
                        values,
                    )
                    .execute(&mut *connection)
                    .await?
                    .rows_affected();
                    reopen(connection, campaign, Status::InDoubt, n).await
                })
            })
            .await
    }

    /// Closes recipients in doubt as failed with the code `IN_DOUBT`, without sending. Says how many.
    pub async fn keep_doubts(
        &self,
        campaign: CampaignId,
        which: Which,
        now: Timestamp,
    ) -> Result<u64, QueueError> {
        self.writer
            .command(move |connection| {
                Box::pin(async move {
                    let (by, values) = which.parameters();
                    let n = sqlx::query!(
                        "update recipient set status = 'failed', code = 'IN_DOUBT', settled_at = ?4,
                            error = 'closed by the operator without sending again: ' || coalesce(error, '')
                        where campaign_id = ?1 and status = 'in_doubt' and (
                            ?2 = 'all'
                            or (?2 = 'code' and code in (select value from json_each(?3)))
                            or (?2 = 'line' and line in (select value from json_each(?3)))
                            or (?2 = 'number' and number in (select value from json_each(?3)))
                        )",
                        campaign.0,
                        by,
                        values,
                        now.0,
                    )
                    .execute(&mut *connection)
                    .await?
                    .rows_affected();
                    let mut deltas = Deltas::default();
                    deltas.shift(campaign, Status::InDoubt, Status::Failed, n);
                    deltas.write(connection).await?;
                    Ok(n)
                })
            })
            .await
    }
}

/// Counts what was put back, and opens the campaign again where it was finished.
async fn reopen(
    connection: &mut SqliteConnection,
    campaign: CampaignId,
    from: Status,
    n: u64,
) -> Result<u64, QueueError> {
    let mut deltas = Deltas::default();
    deltas.shift(campaign, from, Status::Queued, n);
    deltas.write(connection).await?;
    if n > 0 {
        campaigns::step(connection, campaign, Step::Reopen).await?;
    }
    Ok(n)
}
