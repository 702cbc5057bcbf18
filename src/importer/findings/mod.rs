//! What is told of a list: what was guessed, what is wrong, what is asked, and what could be said in answer.

pub(in crate::importer) mod advice;
pub(in crate::importer) mod error;
pub(in crate::importer) mod note;
pub(in crate::importer) mod offers;
pub(in crate::importer) mod report;
