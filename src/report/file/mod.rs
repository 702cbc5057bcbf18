//! Files that are written: CSV, JSON lines, workbooks.

pub mod cell;
pub(super) mod encode;
pub(super) mod output;
pub(super) mod workbook;
