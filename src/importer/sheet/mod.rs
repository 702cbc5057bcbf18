//! Workbooks of Excel and of other office programs.

pub(super) mod opendocument;
pub(super) mod workbook;
