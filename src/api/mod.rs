//! The face for programs: JSON over HTTP under `/api/v1`, for whoever shows a token.
//!
//! It asks `app` and shows, as the others do; what is started here is sent by the worker of `serve`. It does not exist
//! until there is a token, and knows neither cookies nor sessions.

mod access;
mod actions;
mod answers;
mod campaigns;
mod creation;
mod description;
mod imports;
mod input;
mod limits;
mod messages;
mod people;
mod problem;
mod reading;
mod recipients;
mod results;
mod routes;
mod setup;
mod shared;

pub use routes::{ROOT, routes};
pub use setup::Options;
