//! From an uploaded file to the start of a campaign, a page for each step.

pub(super) mod discard;
pub(super) mod draft;
pub(super) mod limits_form;
pub(super) mod list;
pub(super) mod message_page;
pub(super) mod preview;
pub(super) mod rehearse;
pub(super) mod start_page;
pub(super) mod start_press;
pub(super) mod steps;
pub(super) mod typed;
