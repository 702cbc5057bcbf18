//! Queue to file: what became of every recipient, and totals that add up.
//!
//! Reads the queue and never changes it. It prints nothing: tables and totals are handed over as plain values.

pub mod cell;
mod chart;
mod columns;
mod country;
mod encode;
mod error;
mod output;
pub mod page;
mod reasons;
pub mod results;
pub mod summary;
pub mod suppressions;
#[cfg(test)]
mod tests;
pub mod totals;
mod words;
mod workbook;

pub use columns::OURS;
pub use country::country;
pub use error::ReportError;
pub use reasons::{Advice, Reason, advice};
pub use summary::{Funnel, Summary};
pub use totals::{By, Table};
pub use words::{count, counted, share};
