//! Which address is which answer, and who may ask for it.

use std::sync::Arc;

use axum::{
    Router,
    middleware::{from_fn, from_fn_with_state},
    response::IntoResponse,
    routing::get,
};
use tower_http::catch_panic::CatchPanicLayer;

use super::{access, problem::Problem, setup::Options};

/// What every address begins with.
pub const ROOT: &str = "/api/v1";

/// The API's routes, to be served beside the console.
pub fn routes(options: Options) -> Router {
    let options = Arc::new(options);
    let all = Router::new()
        .route("/token", get(access::shown))
        .fallback(async || Problem::not_found())
        .method_not_allowed_fallback(async || Problem::method_not_allowed())
        .layer(from_fn_with_state(Arc::clone(&options), access::admit))
        .layer(CatchPanicLayer::custom(|_| Problem::panicked().into_response()))
        .layer(from_fn(access::headers));
    Router::new().nest(ROOT, all).with_state(options)
}
