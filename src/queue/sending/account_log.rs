//! What one sending process leaves to the next about the account's rate: when its last request left, and until when the
//! provider asked for silence.

use std::time::Duration;

use super::settlements::Settled;
use crate::{
    domain::Timestamp,
    queue::{Queue, error::QueueError},
};

/// When the last request of an earlier process left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LastSent {
    /// Nothing was ever sent.
    Never,
    /// At that instant.
    At(Timestamp),
    /// The process died while it was sending, or at least did not say.
    Unknown,
}

/// What an earlier process has left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AccountLog {
    /// When its last request left.
    pub last_sent: LastSent,
    /// For how long the provider wants silence from now on.
    pub silent_for: Duration,
}

struct TakeAccountLogRow {
    last_sent_at: Option<i64>,
    silent_from: i64,
    silent_until: i64,
}

impl Queue {
    /// What earlier processes have left. From now on, until [`Queue::leave_account_log`], nobody knows when the last
    /// request left. For the holder of the lease.
    pub async fn take_account_log(&self, now: Timestamp) -> Result<AccountLog, QueueError> {
        in_commit!(self, |connection| {
            let found =
                query_as!(TakeAccountLogRow, "select last_sent_at, silent_from, silent_until from account")
                    .fetch_one(&mut *connection)
                    .await?;
            query!("update account set last_sent_at = null").execute(connection).await?;
            let last_sent = match found.last_sent_at {
                Some(0) => LastSent::Never,
                Some(at) => LastSent::At(Timestamp(at)),
                None => LastSent::Unknown,
            };
            let until = Timestamp(found.silent_until);
            // A clock that was set back must not make the silence longer than it was asked to be.
            let silent_for = now.until(until).min(Timestamp(found.silent_from).until(until));
            Ok(AccountLog { last_sent, silent_for })
        })
    }

    /// Leaves to the next process when the last request left.
    pub async fn leave_account_log(&self, last_sent_at: Timestamp) -> Result<(), QueueError> {
        in_commit!(self, |connection| {
            query!("update account set last_sent_at = $1", last_sent_at.0).execute(connection).await?;
            Ok(())
        })
    }

    /// Writes down that the provider asked for silence, so that the next process keeps it too.
    pub async fn keep_silence(&self, from: Timestamp, silent_for: Duration) -> Result<Settled, QueueError> {
        let until = from.plus(silent_for);
        in_commit!(self, |connection| {
            query!(
                "update account set silent_from = $1, silent_until = $2 where silent_until < $2",
                from.0,
                until.0,
            )
            .execute(connection)
            .await?;
            Ok(Settled::default())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::queue::tests::{NOW, World};

    #[tokio::test]
    async fn a_process_that_does_not_say_when_it_last_sent_leaves_it_unknown() {
        let world = World::with(1).await;
        let take = || async { world.queue.take_account_log(NOW).await.unwrap() };
        assert_eq!(take().await.last_sent, LastSent::Never);
        assert_eq!(take().await.last_sent, LastSent::Unknown);
        world.queue.leave_account_log(NOW).await.unwrap();
        assert_eq!(take().await.last_sent, LastSent::At(NOW));
        assert_eq!(take().await.last_sent, LastSent::Unknown);
    }

    #[tokio::test]
    async fn a_silence_is_kept_for_as_long_as_it_was_asked_for_whatever_the_clock_does() {
        let world = World::with(1).await;
        let silence = Duration::from_secs(20);
        world.queue.keep_silence(NOW, silence).await.unwrap();
        let left = async |at| world.queue.take_account_log(at).await.unwrap().silent_for;
        assert_eq!(left(NOW.plus(Duration::from_secs(5))).await, Duration::from_secs(15));
        assert_eq!(left(NOW.plus(Duration::from_secs(30))).await, Duration::ZERO);
        assert_eq!(left(Timestamp(NOW.0 - 86_400_000)).await, silence, "the clock was set back by a day");
        world.queue.keep_silence(NOW, Duration::from_secs(3)).await.unwrap();
        assert_eq!(left(NOW).await, silence, "a shorter one does not end a longer one");
    }
}
