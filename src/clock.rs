//! What time it is. The only caller of the system's clock; everything else is told the time.

use std::time::{SystemTime, UNIX_EPOCH};

use crate::{domain::Timestamp, trial};

/// The clock on the wall.
#[derive(Debug, Clone, Copy)]
pub struct Clock;

impl Clock {
    /// The instant at which it is called.
    pub fn now(self) -> Timestamp {
        #[expect(clippy::disallowed_methods, reason = "this is the clock that all others are told to use")]
        let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let now = i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX);
        Timestamp(now.saturating_add(trial::clock_error_ms()))
    }
}
