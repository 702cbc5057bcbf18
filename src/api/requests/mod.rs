//! What every request has in common: who asks, how often, with what, once, and what is wrong with it.

pub(super) mod access;
pub(super) mod idempotency;
pub(super) mod input;
pub(super) mod limits;
pub(super) mod problem;
