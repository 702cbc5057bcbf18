//! Facts as programs read them: what `--json` prints and the API answers, written once.

pub mod campaign;
pub mod list;
pub mod people;
pub mod recipients;
pub mod report;
