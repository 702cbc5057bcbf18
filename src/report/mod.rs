//! Queue to file: what became of every recipient, and totals that add up.
//!
//! Reads the queue and never changes it. It prints nothing: tables and totals are handed over as plain values.

pub mod cell;
mod columns;
mod encode;
mod error;
mod output;
pub mod results;
#[cfg(test)]
mod tests;
mod workbook;

pub use columns::OURS;
pub use error::ReportError;
