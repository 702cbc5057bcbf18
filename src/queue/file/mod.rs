//! The database as a file: its schema, its lock, the sentinel and the ballast beside it, its log, backups, uploads.

pub(super) mod backup;
pub(super) mod ballast;
pub(super) mod lock;
pub(super) mod migration;
pub(super) mod opening;
pub(super) mod reading;
pub(super) mod rewriting;
pub(super) mod sentinel;
pub(super) mod stamps;
pub(super) mod uploads;
