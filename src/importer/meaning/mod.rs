//! What the columns mean.

pub(super) mod columns;
pub(super) mod consent;
pub(super) mod header;
pub(super) mod lexicon;
pub(super) mod moments;
pub(super) mod plan;
mod role;
mod twins;
