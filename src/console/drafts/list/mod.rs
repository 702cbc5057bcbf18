//! The list of a draft: its upload, its check, and what its columns mean.

pub(in crate::console) mod add_page;
pub(in crate::console) mod check_job;
pub(in crate::console) mod check_page;
pub(in crate::console) mod check_result;
pub(in crate::console) mod columns_page;
pub(in crate::console) mod options;
pub(in crate::console) mod upload_page;
