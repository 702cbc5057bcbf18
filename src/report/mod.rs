//! Queue to file: what became of every recipient, and totals that add up.
//!
//! Reads the queue and never changes it. It prints nothing: tables and totals are handed over as plain values.

pub mod figures;
pub mod file;
pub mod rows;
mod chart;
mod error;
pub mod page;
#[cfg(test)]
mod tests;
mod words;

pub use rows::columns::OURS;
pub use figures::country::country;
pub use error::ReportError;
pub use figures::reasons::{Advice, advice, Reason};
pub use figures::summary::{Funnel, Summary};
pub use figures::totals::{By, Table};
pub use words::{count, counted, share};
