//! Which address is which page, and who may go there.

use std::sync::Arc;

use axum::{
    Router,
    extract::DefaultBodyLimit,
    http::{StatusCode, header::CONTENT_TYPE},
    middleware::{from_fn, from_fn_with_state},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use tower_http::{catch_panic::CatchPanicLayer, csrf::CsrfLayer};

use super::{
    Shared, additions, afterwards, assets, audit, campaigns, check, checkup, columns, copying, downloads,
    failure::Failure, guards, message, metrics, outdated, own_phone, planning, refused, row, rows, settings,
    sign_in, start, steer, suppressions, totals, uploads, users, watching,
};

/// The most bytes of a form; a message has four thousand characters, a pasted suppression list more.
const FORM_BYTES_MAX: usize = 2_000_000;

/// The most bytes of a form that somebody sends who has not signed in.
const SIGN_IN_BYTES_MAX: usize = 16 * 1024;

/// Room for the form around an uploaded file.
const FORM_AROUND_FILE: usize = 64 * 1024;

/// Everything the console answers to.
pub(super) fn all(shared: Arc<Shared>) -> Router {
    let admit = from_fn_with_state(Arc::clone(&shared), guards::admit);
    let upload_bytes_max = usize::try_from(shared.options.upload_bytes_max).unwrap_or(usize::MAX);
    let real = desk(upload_bytes_max).layer(from_fn_with_state(Arc::clone(&shared), guards::at_desk));
    // A nested router has no page at its own address with a slash at the end, which is how pages link to it.
    let rehearsal_list = Router::new()
        .route("/rehearsal/", get(campaigns::list))
        .layer(from_fn_with_state(Arc::clone(&shared), guards::at_rehearsal));
    let rehearsal =
        desk(upload_bytes_max).layer(from_fn_with_state(Arc::clone(&shared), guards::at_rehearsal));
    let house = Router::new()
        .route("/sign-out", post(sign_in::sign_out))
        .route("/metrics", get(metrics::page))
        .merge(
            Router::new()
                .route("/users", get(users::list).post(users::add))
                .route("/users/remove", post(users::remove))
                .route_layer(from_fn(guards::admins)),
        )
        .layer(from_fn_with_state(Arc::clone(&shared), guards::at_desk));
    let inside = real.merge(house).merge(rehearsal_list).nest("/rehearsal", rehearsal).layer(admit);
    Router::new()
        .merge(inside)
        .merge(
            Router::new()
                .route("/sign-in", get(sign_in::page).post(sign_in::sign_in))
                .layer(from_fn(sign_in::in_time))
                .layer(DefaultBodyLimit::max(SIGN_IN_BYTES_MAX)),
        )
        .route("/health", get(health))
        .route("/assets/{version}/{name}", get(assets::asset))
        .fallback(async || Failure::NotFound)
        .layer(DefaultBodyLimit::max(FORM_BYTES_MAX))
        .layer(CsrfLayer::new().with_rejection_response(cross_site))
        .layer(CatchPanicLayer::custom(|_| Failure::Broken("a page has panicked".to_owned()).into_response()))
        .layer(from_fn(guards::headers))
        .with_state(shared)
}

/// The pages of one desk.
fn desk(upload_bytes_max: usize) -> Router<Arc<Shared>> {
    let looking = Router::new()
        .route("/", get(campaigns::list))
        .route("/campaigns/{name}", get(watching::page))
        .route("/campaigns/{name}/events", get(watching::events))
        .route("/campaigns/{name}/rows", get(rows::page))
        .route("/campaigns/{name}/rows/{id}", get(row::page))
        .route("/campaigns/{name}/report", get(downloads::report))
        .route("/campaigns/{name}/totals", get(totals::page))
        .route("/campaigns/{name}/totals.csv", get(totals::file))
        .route("/campaigns/{name}/{file}", get(downloads::results))
        .route("/suppressions", get(suppressions::page))
        .route("/suppressions.csv", get(downloads::suppressions))
        .route("/settings", get(settings::page));
    let making = Router::new()
        .route("/new", get(uploads::page))
        .route(
            "/uploads",
            post(uploads::upload)
                .layer(DefaultBodyLimit::max(upload_bytes_max.saturating_add(FORM_AROUND_FILE))),
        )
        .route("/campaigns/{name}/add", get(additions::page))
        .route("/campaigns/{name}/another", post(additions::another))
        .route(
            "/campaigns/{name}/uploads",
            post(additions::upload)
                .layer(DefaultBodyLimit::max(upload_bytes_max.saturating_add(FORM_AROUND_FILE))),
        )
        .route("/campaigns/{name}/columns", get(columns::page).post(columns::choose))
        .route("/campaigns/{name}/check", get(check::page))
        .route("/campaigns/{name}/answer", post(columns::answer))
        .route("/campaigns/{name}/rejected.csv", get(refused::file))
        .route("/campaigns/{name}/message", get(message::page).post(message::edit))
        .route("/campaigns/{name}/start", get(start::page).post(start::start))
        .route("/campaigns/{name}/limits", post(planning::limits))
        .route("/campaigns/{name}/undo", post(start::undo))
        .route("/campaigns/{name}/discard", post(uploads::discard));
    let sending = Router::new()
        .merge(making)
        .route("/audit", get(audit::page))
        .route("/suppressions/add", post(suppressions::add))
        .route(
            "/suppressions/import",
            post(suppressions::import)
                .layer(DefaultBodyLimit::max(upload_bytes_max.saturating_add(FORM_AROUND_FILE))),
        )
        .route("/suppressions/remove", post(suppressions::remove))
        .route("/settings/check", post(checkup::look))
        .route("/campaigns/{name}/test", post(own_phone::send))
        .route("/campaigns/{name}/pause", post(steer::pause))
        .route("/campaigns/{name}/resume", post(steer::resume))
        .route("/campaigns/{name}/cancel", post(steer::cancel))
        .route("/campaigns/{name}/rate", post(steer::rate))
        .route("/campaigns/{name}/retry", post(steer::retry))
        .route("/campaigns/{name}/resolve", post(steer::resolve))
        .route("/campaigns/{name}/recount", post(afterwards::recount))
        .route(
            "/campaigns/{name}/reconcile",
            post(afterwards::reconcile).layer(DefaultBodyLimit::max(afterwards::REPORT_BYTES_MAX)),
        )
        .route_layer(from_fn(guards::senders));
    let administering = Router::new()
        .route("/campaigns/{name}/restored", post(steer::restored))
        .route("/campaigns/{name}/purge", post(afterwards::purge))
        .route("/settings/backup", post(copying::download))
        .route("/settings/purge", post(outdated::purge))
        .route_layer(from_fn(guards::admins));
    looking.merge(sending).merge(administering)
}

/// For whoever watches the server: up, and the queue can be read.
async fn health(axum::extract::State(shared): axum::extract::State<Arc<Shared>>) -> Response {
    match shared.desk.queue.has_users().await {
        Ok(_) => ([(CONTENT_TYPE, "application/json")], r#"{"status":"ok"}"#).into_response(),
        Err(error) => {
            tracing::error!(%error, "the queue cannot be read");
            (StatusCode::SERVICE_UNAVAILABLE, [(CONTENT_TYPE, "application/json")], r#"{"status":"failing"}"#)
                .into_response()
        }
    }
}

fn cross_site(_error: tower_http::csrf::ProtectionError) -> Response {
    Failure::CrossSite.into_response()
}
