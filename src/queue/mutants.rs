//! Rules of the queue broken on purpose, to show that a test notices. Only ever run in debug builds.

use sqlx::SqliteConnection;

use super::error::QueueError;

/// Makes the rows of a settlement look as its `where` wants them, whoever holds them: a settlement without its `where`.
pub(super) async fn forget_guard(connection: &mut SqliteConnection, changes: &str) -> Result<(), QueueError> {
    sqlx::query!(
        "update recipient set status = 'sending', epoch = change.epoch, claimed_at = 0
        from (select value ->> 0 as recipient_id, value ->> 1 as epoch from json_each(?)) as change
        where recipient.recipient_id = change.recipient_id",
        changes,
    )
    .execute(connection)
    .await?;
    Ok(())
}
