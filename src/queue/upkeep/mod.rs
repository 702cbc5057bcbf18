//! What operators do to what is there: suppressions, resolutions, purges, audit, users, recounts.

pub(super) mod accounts;
pub(super) mod answers;
pub(super) mod audit;
pub(super) mod purge;
pub(super) mod resolutions;
pub(super) mod shelf;
pub(super) mod suppressions;
pub(super) mod tokens;
pub(super) mod users;
pub(super) mod verification;
