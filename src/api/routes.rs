//! Which address is which answer, and who may ask for it.

use std::sync::Arc;

use axum::{
    Router,
    extract::DefaultBodyLimit,
    middleware::{from_fn, from_fn_with_state},
    response::IntoResponse,
    routing::{get, post},
};
use tower_http::catch_panic::CatchPanicLayer;

use super::{access, campaigns, problem::Problem, recipients, results, setup::Options};

/// What every address begins with.
pub const ROOT: &str = "/api/v1";

/// The most bytes of a body that is no list.
const BODY_BYTES_MAX: usize = 256 * 1_024;

/// The API's routes, to be served beside the console.
pub fn routes(options: Options) -> Router {
    let options = Arc::new(options);
    let looking = Router::new()
        .route("/token", get(access::shown))
        .route("/campaigns", get(campaigns::list))
        .route("/campaigns/{name}", get(campaigns::one))
        .route("/campaigns/{name}/recipients", get(recipients::list))
        .route("/campaigns/{name}/recipients/{line}", get(recipients::at_line))
        .route("/campaigns/{name}/report", get(results::report))
        .route("/campaigns/{name}/export", get(results::export));
    let sending =
        Router::new().route("/campaigns", post(campaigns::create)).route_layer(from_fn(access::senders));
    let all = looking
        .merge(sending)
        .fallback(async || Problem::not_found())
        .method_not_allowed_fallback(async || Problem::method_not_allowed())
        .layer(from_fn_with_state(Arc::clone(&options), access::admit))
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .layer(CatchPanicLayer::custom(|_| Problem::panicked().into_response()))
        .layer(from_fn(access::headers));
    Router::new().nest(ROOT, all).with_state(options)
}
