//! Whether the rows of a campaign make sense together: what the schema cannot say of a single row.

use crate::{
    domain::{CampaignId, Delivery, Status},
    queue::{
        Queue,
        counters::{self, Counts},
        engine::Connection,
        error::QueueError,
        intake::imports,
    },
};

/// What counting a campaign anew from its rows came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// The figures, from the rows.
    pub counted: Counts,
    /// What does not add up or makes no sense, a sentence each; none in a sound file.
    pub wrong: Vec<String>,
}

impl Queue {
    /// Counts a campaign anew from its rows, compares that with its counters, and looks whether the rows make sense. All
    /// of it is as of one moment, so that a campaign can be sent meanwhile.
    pub async fn verify(&self, campaign: CampaignId) -> Result<Verified, QueueError> {
        let mut moment = self.readers.begin().await?;
        let kept = counters::read(&mut moment, campaign).await?;
        let counted = counters::recount(&mut moment, campaign).await?;
        let mut wrong = differences(&kept, &counted);
        wrong.extend(inconsistencies(&mut moment, campaign).await?);
        moment.commit().await?;
        Ok(Verified { counted, wrong })
    }
}

/// Where the counters and the rows do not say the same.
pub(in crate::queue) fn differences(kept: &Counts, counted: &Counts) -> Vec<String> {
    let statuses = Status::ALL.map(|status| (status.name(), kept.of(status), counted.of(status)));
    let deliveries = Delivery::ALL
        .map(|delivery| (delivery.name(), kept.delivered(delivery), counted.delivered(delivery)));
    statuses
        .into_iter()
        .chain(deliveries)
        .filter(|(_, kept, counted)| kept != counted)
        .map(|(name, kept, counted)| format!("{name}: {counted} rows, and the counter says {kept}"))
        .collect()
}

struct InconsistenciesRow {
    n_rows: i64,
    n_numbers: i64,
    n_with_number: i64,
    n_strays: i64,
    n_without_time: i64,
    n_delivered_unsent: i64,
}

/// What does not make sense, a sentence each.
async fn inconsistencies(
    connection: &mut Connection,
    campaign: CampaignId,
) -> Result<Vec<String>, QueueError> {
    let row = query_as!(
        InconsistenciesRow,
        r#"select
            count(*) as "n_rows!: i64",
            count(distinct coalesce(recipient.canonical, recipient.number, recipient.number_hash)) as "n_numbers!: i64",
            count(coalesce(recipient.number, recipient.number_hash)) as "n_with_number!: i64",
            count(*) filter (where recipient.campaign_id <> import.campaign_id) as "n_strays!: i64",
            count(*) filter (
                where recipient.status in ('accepted', 'failed', 'in_doubt') and recipient.settled_at is null
            ) as "n_without_time!: i64",
            count(*) filter (where recipient.delivery is not null and recipient.status <> 'accepted')
                as "n_delivered_unsent!: i64"
        from import
        join recipient on recipient_id between first_recipient_id and last_recipient_id
        where import.campaign_id = $1"#,
        campaign.0
    )
    .fetch_one(&mut *connection)
    .await?;
    let n_expected = imports::n_rows(&mut *connection, campaign).await?;
    let integrity = match connection {
        Connection::Sqlite(held) => {
            sqlx::query_scalar::<_, String>("pragma quick_check(1)").fetch_one(held.get()).await?
        }
        // A server looks after its own files.
        Connection::Postgres(_) => "ok".to_owned(),
    };
    let mut wrong = Vec::new();
    if row.n_rows != n_expected {
        wrong.push(format!("{n_expected} rows were imported, and {} are there", row.n_rows));
    }
    if row.n_with_number != row.n_numbers {
        wrong.push("a number is there twice".to_owned());
    }
    for (n, what) in [
        (row.n_strays, "belong to another campaign than their import"),
        (row.n_without_time, "were settled at no time"),
        (row.n_delivered_unsent, "were delivered without having been accepted"),
    ] {
        if n > 0 {
            wrong.push(format!("{n} rows {what}"));
        }
    }
    if integrity != "ok" {
        wrong.push(format!("SQLite finds the file damaged: {integrity}"));
    }
    Ok(wrong)
}
