//! Commands that make, send, stop and settle a campaign.

pub(super) mod editing;
pub(super) mod listing;
pub(crate) mod plan;
pub(super) mod preview;
pub(super) mod rehearse;
pub(super) mod resolve;
pub(super) mod run;
pub(super) mod send;
pub(super) mod settings;
