//! The rate: one account's share, a campaign's pace, and the window in which requests count.

pub(super) mod account;
pub(super) mod pacer;
pub(super) mod window;
