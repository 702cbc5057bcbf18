//! Who can be reached: when people wrote to a business number, and what follows from it for the rows that wait.

pub(super) mod plans;
pub(super) mod windows;
