//! What was done to recipients that came to no good end.

use serde_json::{Value, json};

/// `retry --json`.
pub fn requeued(campaign: &str, n: u64, n_left_out: u64) -> Value {
    json!({ "campaign": campaign, "requeued": n, "left_out": n_left_out })
}

/// `resolve --resend --json`.
pub fn resent(campaign: &str, n: u64, n_in_doubt: u64) -> Value {
    json!({ "campaign": campaign, "requeued": n, "in_doubt": n_in_doubt })
}

/// `resolve --keep --json`.
pub fn closed(campaign: &str, n: u64, n_in_doubt: u64) -> Value {
    json!({ "campaign": campaign, "closed": n, "in_doubt": n_in_doubt })
}
