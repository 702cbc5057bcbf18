//! Which server the database lives in, and since which of its promotions: a standby that took over, or a backup that was
//! restored, may have forgotten what was sent.
//!
//! A holder that lives through the change knows: its next tick is counted, or the server has forgotten one. So it writes
//! down what the server has become, and nobody is asked. Where no holder is left, an operator is.

use sqlx::{Executor, PgConnection};

use crate::queue::error::{QueueError, is_unreachable};

/// A server and its timeline, as `origin` keeps them (`home`, `home_boot`). Empty where the server does not tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) system_id: String,
    pub(super) timeline: String,
}

struct HomeRow {
    home: Option<String>,
    home_boot: Option<String>,
    moved_to: Option<String>,
}

/// Where the server is now. For the middle of a transaction.
pub(super) async fn place(connection: &mut PgConnection) -> Result<Place, QueueError> {
    connection.execute("savepoint place").await?;
    // The first eight digits of a segment of its log are the timeline that it is on.
    let asked = sqlx::query_as::<_, (String, String)>(
        "select system_identifier::text, substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8) from pg_control_system()",
    );
    match asked.fetch_one(&mut *connection).await {
        Ok((system_id, timeline)) => {
            connection.execute("release place").await?;
            Ok(Place { system_id, timeline })
        }
        // Some services keep these to themselves.
        Err(error) if error.as_database_error().is_some() && !is_unreachable(&error) => {
            connection.execute("rollback to place").await?;
            Ok(Place { system_id: String::new(), timeline: String::new() })
        }
        Err(error) => Err(error.into()),
    }
}

/// Where it was when something was sent last; none where nothing was. What was moved away is at home nowhere.
pub(super) async fn home(connection: &mut PgConnection) -> Result<Option<Place>, QueueError> {
    let row = sqlx::query_as!(HomeRow, "select home, home_boot, moved_to from origin\n-- postgres")
        .fetch_one(connection)
        .await?;
    if let Some(to) = row.moved_to {
        return Ok(Some(Place { system_id: to, timeline: String::new() }));
    }
    Ok(row.home.map(|system_id| Place { system_id, timeline: row.home_boot.unwrap_or_default() }))
}

/// From now on it is at home where it is.
pub(super) async fn settle(connection: &mut PgConnection, place: &Place) -> Result<(), QueueError> {
    sqlx::query!(
        "update origin set home = $1, home_boot = $2\n-- postgres",
        place.system_id,
        place.timeline,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// The holder says that nothing is missing: its tick was counted where it is.
pub(super) async fn vouch(connection: &mut PgConnection) -> Result<(), QueueError> {
    let now = place(connection).await?;
    if home(connection).await?.is_some_and(|home| home != now) {
        tracing::info!("the server was replaced or promoted, and has lost nothing");
        settle(connection, &now).await?;
    }
    Ok(())
}
