//! Queue to file: what became of every recipient, and totals that add up.
//!
//! Reads the queue and never changes it. It prints nothing: tables and totals are handed over as plain values.

pub(crate) mod chart;
mod error;
pub mod figures;
pub mod file;
pub mod page;
pub mod rows;
#[cfg(test)]
mod tests;
mod texts;
mod words;

pub use error::ReportError;
pub use figures::cost::{Cost, CostFacts, Costs};
pub use figures::country::country;
pub use figures::rates::{Amount, Rates, RatesError};
pub use figures::reasons::{Advice, Reason, advice};
pub use figures::summary::Summary;
pub use figures::totals::{By, Table};
pub use rows::columns::OURS;
pub(crate) use words::weekday_and_time;
pub use words::{count, counted, share};
