//! Totals: what became of a campaign, by tag, code, hour and country.

pub(super) mod country;
pub(super) mod reasons;
pub mod responses;
pub mod summary;
pub mod totals;
