//! The counters: how many recipients of a campaign have each status and each delivery.
//!
//! Changed in the transaction that changes the rows, and recounted by `doctor --verify`.

use std::collections::BTreeMap;

use super::engine::Connection;

use super::{Queue, error::QueueError, rows};
use crate::domain::{CampaignId, Delivery, Funnel, Status};

/// How many recipients have each status, and how many accepted ones each delivery.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counts {
    statuses: BTreeMap<Status, u64>,
    deliveries: BTreeMap<Delivery, u64>,
}

impl Counts {
    /// Nobody anywhere.
    pub(super) fn zero() -> Self {
        Self {
            statuses: Status::ALL.map(|status| (status, 0)).into(),
            deliveries: Delivery::ALL.map(|delivery| (delivery, 0)).into(),
        }
    }

    /// How many have that status.
    pub fn of(&self, status: Status) -> u64 {
        self.statuses.get(&status).copied().unwrap_or_default()
    }

    /// How many have that delivery as their furthest.
    pub fn delivered(&self, delivery: Delivery) -> u64 {
        self.deliveries.get(&delivery).copied().unwrap_or_default()
    }

    /// What became of the accepted ones.
    pub fn funnel(&self) -> Funnel {
        Funnel::of(self.of(Status::Accepted), |delivery| self.delivered(delivery))
    }

    /// Every row ever imported.
    pub fn total(&self) -> u64 {
        self.statuses.values().sum()
    }

    /// Those that something may still happen to by itself.
    pub fn n_open(&self) -> u64 {
        self.of(Status::Queued) + self.of(Status::Sending)
    }

    pub(super) fn set_status(&mut self, status: Status, n: u64) {
        self.statuses.insert(status, n);
    }

    pub(super) fn set_delivery(&mut self, delivery: Delivery, n: u64) {
        self.deliveries.insert(delivery, n);
    }
}

/// Changes to counters that one transaction has gathered.
#[derive(Debug, Default, Clone)]
pub(super) struct Deltas {
    changes: BTreeMap<(CampaignId, &'static str, &'static str), i64>,
}

impl Deltas {
    /// `n` recipients of `campaign` became `status`.
    pub(super) fn add(&mut self, campaign: CampaignId, status: Status, n: u64) {
        *self.changes.entry((campaign, "status", status.name())).or_default() += rows::stored(n);
    }

    /// `n` recipients of `campaign` that had that status are gone.
    pub(super) fn remove(&mut self, campaign: CampaignId, status: Status, n: u64) {
        *self.changes.entry((campaign, "status", status.name())).or_default() -= rows::stored(n);
    }

    /// `n` recipients of `campaign` went from one status to another.
    pub(super) fn shift(&mut self, campaign: CampaignId, from: Status, to: Status, n: u64) {
        *self.changes.entry((campaign, "status", from.name())).or_default() -= rows::stored(n);
        self.add(campaign, to, n);
    }

    /// `n` recipients of `campaign` went from one delivery to another; none is no delivery at all.
    pub(super) fn shift_delivery(
        &mut self,
        campaign: CampaignId,
        from: Option<Delivery>,
        to: Option<Delivery>,
        n: u64,
    ) {
        for (delivery, delta) in [(from, -rows::stored(n)), (to, rows::stored(n))] {
            if let Some(delivery) = delivery {
                *self.changes.entry((campaign, "delivery", delivery.name())).or_default() += delta;
            }
        }
    }

    /// Writes the changes, all with one statement.
    pub(super) async fn write(self, connection: &mut Connection) -> Result<(), QueueError> {
        let changes: Vec<_> = self
            .changes
            .into_iter()
            .filter(|(_, delta)| *delta != 0)
            .map(|((campaign, axis, value), delta)| (campaign.0, axis, value, delta))
            .collect();
        if changes.is_empty() {
            return Ok(());
        }
        let changes = rows::to_json(&changes);
        query!(
            "update counter set n = n + change.delta
             from (
                 select cast(value ->> 0 as bigint) as campaign_id, value ->> 1 as axis, value ->> 2 as name, cast(value ->> 3 as bigint) as delta
                 from json_each($1)
             ) as change
             where counter.campaign_id = change.campaign_id
                 and counter.axis = change.axis
                 and counter.value = change.name",
            changes,
        )
        .execute(connection)
        .await?;
        Ok(())
    }
}

/// Makes the counters of a new campaign, all at zero.
pub(super) async fn create(connection: &mut Connection, campaign: CampaignId) -> Result<(), QueueError> {
    let names = Status::ALL
        .map(|status| ("status", status.name()))
        .into_iter()
        .chain(Delivery::ALL.map(|delivery| ("delivery", delivery.name())));
    for (axis, value) in names {
        query!(
            "insert into counter (campaign_id, axis, value, n) values ($1, $2, $3, 0)",
            campaign.0,
            axis,
            value,
        )
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

struct ReadRow {
    axis: String,
    value: String,
    n: i64,
}

/// The counters of a campaign.
pub(super) async fn read(connection: &mut Connection, campaign: CampaignId) -> Result<Counts, QueueError> {
    let found = query_as!(ReadRow, "select axis, value, n from counter where campaign_id = $1", campaign.0)
        .fetch_all(connection)
        .await?;
    let mut counts = Counts::default();
    for row in found {
        let n = rows::count(row.n);
        match row.axis.as_str() {
            "status" => counts.set_status(rows::status("counter", campaign.0, &row.value)?, n),
            _ => counts.set_delivery(rows::delivery("counter", campaign.0, &row.value)?, n),
        }
    }
    Ok(counts)
}

struct RecountRow {
    status: String,
    delivery: Option<String>,
    n: i64,
}

/// The same figures, counted from the rows themselves.
pub(super) async fn recount(connection: &mut Connection, campaign: CampaignId) -> Result<Counts, QueueError> {
    let found = query_as!(
        RecountRow,
        r#"select recipient.status as "status!: String", recipient.delivery, count(*) as "n!: i64"
        from import
        join recipient on recipient_id between first_recipient_id and last_recipient_id
        where import.campaign_id = $1
        group by recipient.status, recipient.delivery"#,
        campaign.0
    )
    .fetch_all(connection)
    .await?;
    let mut counts = Counts::default();
    for status in Status::ALL {
        counts.set_status(status, 0);
    }
    for delivery in Delivery::ALL {
        counts.set_delivery(delivery, 0);
    }
    for row in found {
        let n = rows::count(row.n);
        let status = rows::status("recipient", campaign.0, &row.status)?;
        counts.set_status(status, counts.of(status) + n);
        if let Some(name) = row.delivery {
            let delivery = rows::delivery("recipient", campaign.0, &name)?;
            counts.set_delivery(delivery, counts.delivered(delivery) + n);
        }
    }
    Ok(counts)
}

impl Queue {
    /// The counters of a campaign.
    pub async fn counts(&self, campaign: CampaignId) -> Result<Counts, QueueError> {
        let mut connection = self.readers.acquire().await?;
        read(&mut connection, campaign).await
    }
}
