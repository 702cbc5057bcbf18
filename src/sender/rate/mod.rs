//! How much the provider is asked to take: one account's rate and its shares, a campaign's pace, the window in which
//! requests count, and the breaker.

pub(super) mod account;
pub(super) mod breaker;
pub(super) mod load;
pub(super) mod pacer;
pub(super) mod window;
