//! Who may come in: sessions, sign-in, passwords, users, and the limits on guessing.

pub(super) mod account_page;
mod again;
pub(super) mod invitation;
pub(super) mod languages;
pub(super) mod middleware;
pub(super) mod passwords;
pub(super) mod second_factor;
pub(super) mod session;
pub(super) mod sign_in;
pub(super) mod throttle;
pub(super) mod users;
