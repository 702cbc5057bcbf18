//! The face for programs: JSON over HTTP under `/api/v1`, for whoever shows a token.
//!
//! It asks `app` and shows, as the others do; what is started here is sent by the worker of `serve`. It does not exist
//! until there is a token, and knows neither cookies nor sessions.

mod description;
mod requests;
mod resources;
mod routes;
mod setup;
mod shared;

pub use routes::{ROOT, routes};
pub use setup::Options;
