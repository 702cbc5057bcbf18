//! What a campaign is made of: its settings, which can be changed as long as that means nothing for whoever was messaged, and
//! its lists.

pub(super) mod lists_page;
pub(super) mod plan_page;
