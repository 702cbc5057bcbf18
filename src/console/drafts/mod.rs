//! From an uploaded file to the start of a campaign, a page for each step.

pub(super) mod add_page;
pub(super) mod check_job;
pub(super) mod check_page;
pub(super) mod check_result;
pub(super) mod columns_page;
pub(super) mod discard;
pub(super) mod draft;
pub(super) mod limits_form;
pub(super) mod message_page;
pub(super) mod options;
pub(super) mod preview;
pub(super) mod start_page;
pub(super) mod steps;
pub(super) mod upload_page;
