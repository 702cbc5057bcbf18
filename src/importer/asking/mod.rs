//! What is asked before a list is read.

pub(in crate::importer) mod foreign_tags;
pub(in crate::importer) mod leavers;
pub(in crate::importer) mod willing;
