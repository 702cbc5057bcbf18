//! A campaign that exists: its list, its page, its rows, its totals, and what can be done to it.

pub(super) mod actions;
pub(super) mod campaign_page;
pub(super) mod downloads;
pub(super) mod list_page;
pub(super) mod live;
pub(super) mod maintenance;
pub(super) mod rejected_rows;
pub(super) mod row_page;
pub(super) mod rows_page;
pub(super) mod test_message;
pub(super) mod totals_page;
