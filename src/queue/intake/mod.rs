//! What comes in: imported lists and drafts of campaigns.

pub(super) mod drafts;
pub(super) mod imports;
