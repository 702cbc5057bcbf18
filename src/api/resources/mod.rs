//! What the addresses stand for: campaigns, their lists, rows and results, and people over all campaigns.

pub(super) mod actions;
pub(super) mod campaigns;
pub(super) mod creation;
pub(super) mod imports;
pub(super) mod messages;
pub(super) mod people;
pub(super) mod reading;
pub(super) mod recipients;
pub(super) mod results;
