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
    access::{account_page, invitation, languages, middleware, sign_in, users},
    admin::{audit_page, backup, metrics, notices, opt_outs_page, settings_page, suppressions_page},
    campaign::{
        actions, campaign_page, downloads, list_page, live::stream, maintenance, rejected_rows, row_page,
        rows_page, test_message, totals_page,
    },
    drafts::{
        discard, list::add_page, list::check_page, list::columns_page, list::upload_page, message_page,
        rehearse, start_page, start_press,
    },
    page::{assets, failure::Failure},
    people::{person_page, search_page},
    plans::{lists_page, plan_page},
    shared::Shared,
};

/// The most bytes of a form; a message has four thousand characters, a pasted suppression list more.
const FORM_BYTES_MAX: usize = 2_000_000;

/// The most bytes of a form that somebody sends who has not signed in: it carries what was typed when a session ended, encoded twice.
const SIGN_IN_BYTES_MAX: usize = 256 * 1024;

/// Room for the form around an uploaded file.
const FORM_AROUND_FILE: usize = 64 * 1024;

/// Everything the console answers to.
pub(super) fn all(shared: Arc<Shared>) -> Router {
    let admission = from_fn_with_state(Arc::clone(&shared), middleware::admit);
    let upload_bytes_max = usize::try_from(shared.options.upload_bytes_max).unwrap_or(usize::MAX);
    let real = workspace_pages(upload_bytes_max)
        .layer(from_fn_with_state(Arc::clone(&shared), middleware::with_workspace));
    // A nested router has no page at its own address with a slash at the end, which is how pages link to it.
    let rehearsal_list = Router::new()
        .route("/rehearsal/", get(list_page::list))
        .layer(from_fn_with_state(Arc::clone(&shared), middleware::with_rehearsal));
    let rehearsal = workspace_pages(upload_bytes_max)
        .layer(from_fn_with_state(Arc::clone(&shared), middleware::with_rehearsal));
    let admin = Router::new()
        .route("/sign-out", post(sign_in::sign_out))
        .route("/metrics", get(metrics::page))
        .route("/account", get(account_page::page))
        .route("/account/password", post(account_page::password))
        .route("/account/second-factor", post(account_page::second_factor))
        .merge(
            Router::new()
                .route("/users", get(users::list).post(users::invite))
                .route("/users/remove", post(users::remove))
                .route_layer(from_fn(middleware::admins)),
        )
        .layer(from_fn_with_state(Arc::clone(&shared), middleware::with_workspace));
    let inside = real.merge(admin).merge(rehearsal_list).nest("/rehearsal", rehearsal).layer(admission);
    Router::new()
        .merge(inside)
        .merge(
            Router::new()
                .route("/sign-in", get(sign_in::page).post(sign_in::sign_in))
                .route("/sign-in/code", post(sign_in::code))
                .route("/invitation/{token}", get(invitation::page).post(invitation::accept))
                .layer(from_fn(sign_in::in_time))
                .layer(DefaultBodyLimit::max(SIGN_IN_BYTES_MAX)),
        )
        .route("/language", post(languages::choose))
        .route("/health", get(health))
        .route("/live", get(async || ([(CONTENT_TYPE, "application/json")], r#"{"status":"ok"}"#)))
        .route("/assets/{version}/{name}", get(assets::asset))
        .fallback(async || Failure::NotFound)
        .layer(DefaultBodyLimit::max(FORM_BYTES_MAX))
        .layer(CsrfLayer::new().with_rejection_response(cross_site))
        .layer(CatchPanicLayer::custom(|_| Failure::Broken("a page has panicked".to_owned()).into_response()))
        .layer(from_fn_with_state(Arc::clone(&shared), middleware::headers))
        .layer(from_fn_with_state(Arc::clone(&shared), languages::speak))
        .with_state(shared)
}

/// The pages of one workspace.
fn workspace_pages(upload_bytes_max: usize) -> Router<Arc<Shared>> {
    let making = Router::new()
        .route("/new", get(upload_page::page))
        .route(
            "/uploads",
            post(upload_page::upload)
                .layer(DefaultBodyLimit::max(upload_bytes_max.saturating_add(FORM_AROUND_FILE))),
        )
        .route("/campaigns/{name}/add", get(add_page::page))
        .route("/campaigns/{name}/another", post(add_page::another))
        .route(
            "/campaigns/{name}/uploads",
            post(add_page::upload)
                .layer(DefaultBodyLimit::max(upload_bytes_max.saturating_add(FORM_AROUND_FILE))),
        )
        .route("/campaigns/{name}/columns", get(columns_page::page).post(columns_page::choose))
        .route("/campaigns/{name}/check", get(check_page::page))
        .route("/campaigns/{name}/answer", post(columns_page::answer))
        .route("/campaigns/{name}/rejected.csv", get(rejected_rows::file))
        .route("/campaigns/{name}/message", get(message_page::page).post(message_page::edit))
        .route("/campaigns/{name}/start", get(start_page::page).post(start_press::start))
        .route("/campaigns/{name}/limits", post(start_press::keep_limits))
        .route("/campaigns/{name}/undo", post(start_press::undo))
        .route("/campaigns/{name}/rehearse", post(rehearse::rehearse))
        .route("/campaigns/{name}/discard", post(discard::discard));
    let sending = Router::new()
        .merge(making)
        .merge(changing())
        .merge(taking_away())
        .route("/audit", get(audit_page::page))
        .route("/suppressions/add", post(suppressions_page::add))
        .route(
            "/suppressions/import",
            post(suppressions_page::import)
                .layer(DefaultBodyLimit::max(upload_bytes_max.saturating_add(FORM_AROUND_FILE))),
        )
        .route("/suppressions/remove", get(suppressions_page::ask).post(suppressions_page::remove))
        .route("/suppressions/restore", post(suppressions_page::restore))
        .route("/optouts", post(opt_outs_page::decide))
        .route("/settings/check", post(settings_page::check))
        .route("/campaigns/{name}/test", post(test_message::send))
        .route("/campaigns/{name}/pause", post(actions::pause))
        .route("/campaigns/{name}/resume", post(actions::resume))
        .route("/campaigns/{name}/cancel", post(actions::cancel))
        .route("/campaigns/{name}/rate", post(actions::rate))
        .route("/campaigns/{name}/retry", post(actions::retry))
        .route("/campaigns/{name}/resolve", post(actions::resolve))
        .route("/campaigns/{name}/recount", post(maintenance::recount))
        .route(
            "/campaigns/{name}/reconcile",
            post(maintenance::reconcile).layer(DefaultBodyLimit::max(maintenance::REPORT_BYTES_MAX)),
        )
        .route_layer(from_fn(middleware::senders));
    let administering = Router::new()
        .route("/campaigns/{name}/restored", post(actions::restored))
        .route("/campaigns/{name}/purge", post(maintenance::purge))
        .route("/settings/backup", post(backup::download))
        .route("/settings/notices", post(notices::test))
        .route("/settings/purge", post(settings_page::purge))
        .route_layer(from_fn(middleware::admins));
    looking().merge(sending).merge(administering)
}

/// What everybody may look at.
fn looking() -> Router<Arc<Shared>> {
    Router::new()
        .route("/", get(list_page::list))
        .route("/campaigns/{name}", get(campaign_page::page))
        .route("/events", get(stream::of_many))
        .route("/campaigns/{name}/events", get(stream::of_one))
        .route("/campaigns/{name}/rows", get(rows_page::page))
        .route("/campaigns/{name}/rows/{id}", get(row_page::page))
        .route("/campaigns/{name}/report", get(downloads::report))
        .route("/campaigns/{name}/totals", get(totals_page::page))
        .route("/campaigns/{name}/plan", get(plan_page::page))
        .route("/campaigns/{name}/lists", get(lists_page::page))
        .route("/search", get(search_page::page))
        .route("/people/{number}", get(person_page::page))
        .route("/suppressions", get(suppressions_page::page))
        .route("/optouts", get(opt_outs_page::page))
        .route("/settings", get(settings_page::page))
}

/// Files with whole numbers: for those who may message people.
fn taking_away() -> Router<Arc<Shared>> {
    Router::new()
        .route("/campaigns/{name}/totals.csv", get(totals_page::file))
        .route("/campaigns/{name}/{file}", get(downloads::results))
        .route("/suppressions.csv", get(downloads::suppressions))
}

/// What changes a campaign as a whole.
fn changing() -> Router<Arc<Shared>> {
    Router::new()
        .route("/campaigns/{name}/edit", post(plan_page::edit))
        .route("/campaigns/{name}/rename", post(plan_page::rename))
        .route("/campaigns/{name}/copy", post(plan_page::copy))
        .route("/campaigns/{name}/delete", post(plan_page::delete))
        .route("/campaigns/{name}/archive", post(plan_page::archive))
        .route("/campaigns/{name}/lists/undo", post(lists_page::undo))
}

/// For whoever watches the server: up, and the queue can be read.
async fn health(axum::extract::State(shared): axum::extract::State<Arc<Shared>>) -> Response {
    match shared.workspace.queue.has_users().await {
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
