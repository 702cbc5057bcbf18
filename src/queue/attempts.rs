//! The history of requests that did not simply end in an acceptance.

use sqlx::SqliteConnection;

use super::{error::QueueError, rows};
use crate::domain::{Reason, RecipientId, Timestamp};

/// What one request came to.
#[derive(Debug)]
pub(super) struct Attempt {
    pub(super) recipient: RecipientId,
    /// None where the attempt does not count.
    pub(super) number: Option<u32>,
    pub(super) ended_at: Timestamp,
    pub(super) outcome: &'static str,
    pub(super) reason: Reason,
}

/// Adds attempts, all with one statement.
pub(super) async fn add(
    connection: &mut SqliteConnection,
    attempts: impl Iterator<Item = Attempt>,
) -> Result<(), QueueError> {
    let added: Vec<_> = attempts
        .map(|attempt| {
            let Reason { code, text } = attempt.reason;
            (attempt.recipient.0, attempt.number, attempt.ended_at.0, attempt.outcome, code, text)
        })
        .collect();
    if added.is_empty() {
        return Ok(());
    }
    let added = rows::to_json(&added);
    sqlx::query!(
        "insert into attempt (recipient_id, number, ended_at, outcome, code, error)
        select value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5
        from json_each(?)",
        added,
    )
    .execute(connection)
    .await?;
    Ok(())
}
