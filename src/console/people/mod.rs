//! People over all campaigns: the search that finds them, and the page of one person.

pub(super) mod person_page;
pub(super) mod search_page;
