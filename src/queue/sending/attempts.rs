//! The history of requests that did not simply end in an acceptance.

use crate::{
    domain::{Reason, RecipientId, Timestamp},
    queue::{Queue, engine::Connection, error::QueueError, rows},
};

/// A request that did not simply end in an acceptance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastAttempt {
    /// From 1; none where it did not count.
    pub number: Option<i64>,
    /// When it ended, in Unix milliseconds.
    pub ended_at: i64,
    pub code: String,
    pub error: String,
}

impl Queue {
    /// What is remembered of the requests for a recipient, in their order. One that ended in an acceptance is the row
    /// itself.
    pub async fn attempts_of(&self, recipient: RecipientId) -> Result<Vec<PastAttempt>, QueueError> {
        Ok(query_as!(
            PastAttempt,
            "select number, ended_at, code, error from attempt where recipient_id = $1 order by attempt_id",
            recipient.0
        )
        .fetch_all(&self.readers)
        .await?)
    }
}

/// What one request came to.
#[derive(Debug)]
pub(crate) struct Attempt {
    pub(crate) recipient: RecipientId,
    /// None where the attempt does not count.
    pub(crate) number: Option<u32>,
    pub(crate) ended_at: Timestamp,
    pub(crate) outcome: &'static str,
    pub(crate) reason: Reason,
}

/// Adds attempts, all with one statement.
pub(crate) async fn add(
    connection: &mut Connection,
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
    query!(
        "insert into attempt (recipient_id, number, ended_at, outcome, code, error)
        select cast(value ->> 0 as bigint), cast(value ->> 1 as bigint), cast(value ->> 2 as bigint), value ->> 3, value ->> 4,
            value ->> 5
        from json_each($1)",
        added,
    )
    .execute(connection)
    .await?;
    Ok(())
}
