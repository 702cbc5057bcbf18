//! Workbooks of Excel and of other office programs.

pub(super) mod biff;
pub(super) mod format;
pub(super) mod opendocument;
pub(super) mod visibility;
pub(super) mod workbook;
