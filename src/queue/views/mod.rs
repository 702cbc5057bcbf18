//! What pages, reports and exports read.

pub(super) mod campaign_page;
pub(super) mod overlaps;
pub(super) mod overviews;
pub(super) mod pace;
pub(super) mod person;
pub(super) mod responses;
pub(super) mod result_rows;
pub(super) mod results;
pub(super) mod searches;
pub(super) mod sending_now;
pub(super) mod totals;
