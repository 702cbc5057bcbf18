//! From a claim to its settlement: what the sender asks of the queue.

pub(super) mod account_log;
pub(super) mod attempts;
pub(super) mod canary;
pub(super) mod cancellations;
pub(super) mod claims;
mod holds;
pub(super) mod lease;
pub(super) mod reach;
pub(super) mod settlements;
