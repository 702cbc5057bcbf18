//! Totals: what became of a campaign, by tag, code, hour and country; and what it costs.

pub(super) mod cost;
pub(super) mod country;
pub(super) mod rates;
pub(super) mod reasons;
pub mod responses;
pub mod summary;
pub mod totals;
