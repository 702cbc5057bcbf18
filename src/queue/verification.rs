//! Whether the rows of a campaign make sense together: what the schema cannot say of a single row.

use super::{Queue, error::QueueError};
use crate::domain::CampaignId;

impl Queue {
    /// What does not make sense, a sentence each; none in a sound file.
    pub async fn inconsistencies(&self, campaign: CampaignId) -> Result<Vec<String>, QueueError> {
        let row = sqlx::query!(
            r#"select
                count(*) as "n_rows!: i64",
                count(distinct case when recipient.number is not null then recipient.number end) as "n_numbers!: i64",
                sum(recipient.number is not null) as "n_with_number: i64",
                sum(recipient.campaign_id <> import.campaign_id) as "n_strays: i64",
                sum(recipient.status in ('accepted', 'failed', 'in_doubt') and recipient.settled_at is null)
                    as "n_without_time: i64",
                sum(recipient.delivery is not null and recipient.status <> 'accepted') as "n_delivered_unsent: i64"
            from import
            join recipient on recipient_id between first_recipient_id and last_recipient_id
            where import.campaign_id = ?"#,
            campaign.0
        )
        .fetch_one(&self.readers)
        .await?;
        let n_expected = sqlx::query_scalar!(
            r#"select coalesce(sum(last_recipient_id - first_recipient_id + 1), 0) as "n!: i64" from import
            where campaign_id = ?"#,
            campaign.0
        )
        .fetch_one(&self.readers)
        .await?;
        let integrity =
            sqlx::query_scalar::<_, String>("pragma quick_check(1)").fetch_one(&self.readers).await?;
        let mut wrong = Vec::new();
        if row.n_rows != n_expected {
            wrong.push(format!("{n_expected} rows were imported, and {} are there", row.n_rows));
        }
        if row.n_with_number.unwrap_or_default() != row.n_numbers {
            wrong.push("a number is there twice".to_owned());
        }
        for (n, what) in [
            (row.n_strays, "belong to another campaign than their import"),
            (row.n_without_time, "were settled at no time"),
            (row.n_delivered_unsent, "were delivered without having been accepted"),
        ] {
            if let Some(n @ 1..) = n {
                wrong.push(format!("{n} rows {what}"));
            }
        }
        if integrity != "ok" {
            wrong.push(format!("SQLite finds the file damaged: {integrity}"));
        }
        Ok(wrong)
    }
}
