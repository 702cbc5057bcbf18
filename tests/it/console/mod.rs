//! The console as a browser meets it: real server, real files, a simulator for a provider.

mod adding;
mod answering;
mod asking;
mod browser;
mod doors;
mod finding;
pub(crate) mod house;
mod keeping;
mod languages;
mod listing;
mod making;
mod mending;
mod planning;
mod pressing;
mod reaching;
mod refusing;
mod running;
mod signing;
mod telling;
