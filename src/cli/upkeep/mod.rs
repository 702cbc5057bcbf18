//! Commands about the database.

pub(super) mod backup;
pub(super) mod doctor;
pub(super) mod moving;
pub(super) mod purge;
pub(super) mod shell;
