//! Which address is which answer, and who may ask for it.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::DefaultBodyLimit,
    middleware::{from_fn, from_fn_with_state},
    response::IntoResponse,
    routing::get,
};
use tower_http::catch_panic::CatchPanicLayer;
use utoipa::OpenApi;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    description::Description,
    requests::{access, idempotency, problem::Problem},
    resources::{actions, campaigns, imports, messages, people, recipients, results},
    setup::Options,
    shared::Shared,
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
    // A list is no body to be held in memory: it has its own way to be answered once.
    let lists = OpenApiRouter::new()
        .routes(routes!(imports::begin))
        .layer(DefaultBodyLimit::max(form_bytes_max))
        .route_layer(from_fn(access::senders));
    let all = OpenApiRouter::with_openapi(Description::openapi());
    let (all, document) =
        all.merge(looking()).merge(people()).merge(sending()).merge(lists).split_for_parts();
    let description = Json(document);
    let all = all
        .route("/openapi.json", get(async move || description.clone()))
        .fallback(async || Problem::not_found())
        .method_not_allowed_fallback(async || Problem::method_not_allowed())
        .layer(from_fn_with_state(Arc::clone(&shared), access::admit))
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .layer(CatchPanicLayer::custom(|_| Problem::panicked().into_response()))
        .layer(from_fn(access::headers));
    Router::new().nest(ROOT, all).with_state(shared)
}

/// What every program may look at.
fn looking() -> OpenApiRouter<Arc<Shared>> {
    OpenApiRouter::new()
        .routes(routes!(access::shown))
        .routes(routes!(campaigns::list))
        .routes(routes!(campaigns::one))
        .routes(routes!(results::report))
}

/// What tells of single people, with their numbers.
fn people() -> OpenApiRouter<Arc<Shared>> {
    OpenApiRouter::new()
        .routes(routes!(imports::one))
        .routes(routes!(recipients::list))
        .routes(routes!(recipients::at_line))
        .routes(routes!(results::export))
        .routes(routes!(people::suppressions))
        .routes(routes!(people::opt_outs))
        .routes(routes!(people::inbound))
        .routes(routes!(people::windows))
        .routes(routes!(people::windows_of))
        .route_layer(from_fn(access::senders))
}

/// What programs may do that may make and run campaigns; with a key, once.
fn sending() -> OpenApiRouter<Arc<Shared>> {
    OpenApiRouter::new()
        .routes(routes!(campaigns::create))
        .routes(routes!(messages::preview))
        .routes(routes!(messages::test))
        .routes(routes!(actions::start))
        .routes(routes!(actions::pause))
        .routes(routes!(actions::resume))
        .routes(routes!(actions::cancel))
        .routes(routes!(actions::rate))
        .routes(routes!(actions::retry))
        .routes(routes!(actions::resolve))
        .routes(routes!(people::suppress))
        .routes(routes!(people::unsuppress))
        .routes(routes!(people::decide))
        .route_layer(from_fn(idempotency::with_key))
        .route_layer(from_fn(access::senders))
}
