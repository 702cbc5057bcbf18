//! Commands that show or write what became of the recipients.

pub(super) mod costs;
pub(super) mod export;
pub(super) mod reconcile;
pub(super) mod report;
pub(super) mod status;
