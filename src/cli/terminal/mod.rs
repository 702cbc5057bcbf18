//! The terminal: what is printed, progress, signals, exit codes.

pub(super) mod exit;
pub(super) mod failure;
pub(super) mod log;
pub(super) mod progress;
pub(super) mod question;
pub(super) mod screen;
pub(super) mod signals;
pub(super) mod ui;
pub(super) mod values;
pub(super) mod words;
