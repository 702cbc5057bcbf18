//! What became of each row: the columns and the rows of an export.

pub(super) mod columns;
pub mod results;
pub mod suppressions;
