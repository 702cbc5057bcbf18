//! catalink: sends one `WhatsApp` catalogue link message to each row of a recipient list, and records the outcome of
//! every one.
//!
//! The modules, in the order in which data flows through them.

pub mod domain;

pub mod importer;
pub mod queue;
pub mod sender;

pub mod provider;
pub mod simulator;

pub mod notifier;
pub mod receiver;
pub mod server;

pub mod report;

pub mod app;

pub mod api;
pub mod cli;
pub mod console;

pub mod clock;
pub mod config;
pub mod language;
pub mod random;
mod trial;
