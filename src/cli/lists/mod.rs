//! Commands about recipient lists and the suppression list.

pub(super) mod import;
pub(super) mod optouts;
mod removal;
pub(super) mod suppress;
pub(super) mod windows;
