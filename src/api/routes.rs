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

use super::{
    access, actions, answers, campaigns, imports, messages, problem::Problem, recipients, results,
    setup::Options, shared::Shared,
};

/// What every address begins with.
pub const ROOT: &str = "/api/v1";

/// The most bytes of a body that is no list.
pub(super) const BODY_BYTES_MAX: usize = 256 * 1_024;

/// Room for the form around an uploaded file.
const FORM_AROUND_FILE: usize = 64 * 1_024;

/// The API's routes, to be served beside the console.
pub fn routes(options: Options) -> Router {
    let form_bytes_max = usize::try_from(options.upload_bytes_max).unwrap_or(usize::MAX);
    let form_bytes_max = form_bytes_max.saturating_add(FORM_AROUND_FILE);
    let shared = Arc::new(Shared::new(options));
    let looking = Router::new()
        .route("/token", get(access::shown))
        .route("/campaigns", get(campaigns::list))
        .route("/campaigns/{name}", get(campaigns::one))
        .route("/campaigns/{name}/recipients", get(recipients::list))
        .route("/campaigns/{name}/recipients/{line}", get(recipients::at_line))
        .route("/campaigns/{name}/imports/{import}", get(imports::one))
        .route("/campaigns/{name}/report", get(results::report))
        .route("/campaigns/{name}/export", get(results::export));
    let sending = Router::new()
        .route("/campaigns", post(campaigns::create))
        .route("/campaigns/{name}/preview", post(messages::preview))
        .route("/campaigns/{name}/test", post(messages::test))
        .route("/campaigns/{name}/start", post(actions::start))
        .route("/campaigns/{name}/pause", post(actions::pause))
        .route("/campaigns/{name}/resume", post(actions::resume))
        .route("/campaigns/{name}/cancel", post(actions::cancel))
        .route("/campaigns/{name}/rate", post(actions::rate))
        .route("/campaigns/{name}/retry", post(actions::retry))
        .route("/campaigns/{name}/resolve", post(actions::resolve))
        .route_layer(from_fn(answers::with_key))
        // A list is no body to be held in memory: it has its own way to be answered once.
        .route("/campaigns/{name}/imports", post(imports::begin).layer(DefaultBodyLimit::max(form_bytes_max)))
        .route_layer(from_fn(access::senders));
    let all = looking
        .merge(sending)
        .fallback(async || Problem::not_found())
        .method_not_allowed_fallback(async || Problem::method_not_allowed())
        .layer(from_fn_with_state(Arc::clone(&shared), access::admit))
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .layer(CatchPanicLayer::custom(|_| Problem::panicked().into_response()))
        .layer(from_fn(access::headers));
    Router::new().nest(ROOT, all).with_state(shared)
}
