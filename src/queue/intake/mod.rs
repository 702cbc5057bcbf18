//! What comes in: imported lists and drafts of campaigns.

mod copying;
pub(super) mod drafts;
pub(super) mod edits;
pub(super) mod imports;
mod insertion;
mod mending;
pub(super) mod removal;
