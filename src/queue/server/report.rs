//! What an operator wants to know of a server before it is trusted with a campaign.

use std::time::{Duration, Instant};

use crate::{
    domain::Timestamp,
    queue::{Queue, error::QueueError, handle::Store},
};

/// A server, as it is at this moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerReport {
    /// Such as `15.8`.
    pub version: String,
    /// How many standbys follow it.
    pub n_standbys: u64,
    /// Whether it waits for one of them before it acknowledges a commit.
    pub is_synchronous: bool,
    /// How long a question and its answer take.
    pub round_trip: Duration,
    /// How far its clock and ours are apart.
    pub skew: Duration,
    /// Who holds the right to send, if somebody does.
    pub holder: Option<String>,
    /// How long its oldest transaction has been open: while it is, no room is freed.
    pub oldest_transaction: Duration,
    /// What the connection is not protected against.
    pub exposure: Option<&'static str>,
}

struct Row {
    version: String,
    n_standbys: i64,
    is_synchronous: bool,
    now_ms: i64,
    holder: String,
    oldest_s: f64,
}

impl Queue {
    /// What there is to know of its server; none where it is a file.
    pub async fn server_report(&self, now: fn() -> Timestamp) -> Result<Option<ServerReport>, QueueError> {
        let Store::Server(server) = &self.store else { return Ok(None) };
        let mut reader = self.readers.acquire().await?;
        let postgres = reader.postgres()?;
        // The connection is there by now, so that only the way there and back is measured.
        sqlx::query("select 1").execute(&mut *postgres).await?;
        let asked_at = (Instant::now(), now());
        let row = sqlx::query_as!(
            Row,
            r#"select split_part(current_setting('server_version'), ' ', 1) as "version!",
                (select count(*) from pg_stat_replication) as "n_standbys!",
                current_setting('synchronous_standby_names') <> '' and current_setting('synchronous_commit') <> 'local'
                    as "is_synchronous!",
                cast(extract(epoch from clock_timestamp()) * 1000 as bigint) as "now_ms!",
                (select holder from lease) as "holder!",
                coalesce((
                    select cast(max(extract(epoch from clock_timestamp() - xact_start)) as double precision)
                    from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()
                ), 0) as "oldest_s!"
-- postgres"#
        )
        .fetch_one(postgres)
        .await?;
        let round_trip = asked_at.0.elapsed();
        let halfway = i64::try_from(round_trip.as_millis() / 2).unwrap_or(i64::MAX);
        Ok(Some(ServerReport {
            version: row.version,
            n_standbys: u64::try_from(row.n_standbys).unwrap_or_default(),
            is_synchronous: row.is_synchronous,
            round_trip,
            skew: Duration::from_millis((row.now_ms - asked_at.1.0 - halfway).unsigned_abs()),
            holder: Some(row.holder).filter(|holder| !holder.is_empty()),
            oldest_transaction: Duration::try_from_secs_f64(row.oldest_s).unwrap_or_default(),
            exposure: server.exposure,
        }))
    }
}
