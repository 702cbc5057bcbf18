//! Signing in and out.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use askama::Template;
use axum::{
    Form,
    extract::{ConnectInfo, Request, State},
    http::{HeaderMap, StatusCode, header::RETRY_AFTER},
    middleware::Next,
    response::{Html, IntoResponse, Redirect, Response},
};
use serde::Deserialize;

use super::{
    passwords::new_token,
    session::{SignIn, check_password, cookie, token},
};
use crate::{
    app::tokens::digest,
    clock::Clock,
    console::{
        page::{
            assets::VERSION,
            failure::{COME_AGAIN, Failure},
            words::{EN, Words},
        },
        setup::Reach,
        shared::Shared,
    },
};

/// How much of a name that somebody has typed is kept where its sign-in was refused.
const NAME_SHOWN_MAX: usize = 64;

/// How long a session lasts.
const SESSION_LASTS: Duration = Duration::from_hours(12);

#[derive(Template)]
#[template(path = "admin/sign-in.html", config = ".askama.toml")]
struct SignInPage {
    w: &'static Words,
    version: &'static str,
    name: String,
    problem: Option<String>,
}

fn form(name: String, problem: Option<String>) -> Result<Html<String>, Failure> {
    Ok(Html(SignInPage { w: &EN, version: &VERSION, name, problem }.render()?))
}

pub(crate) async fn page() -> Result<Html<String>, Failure> {
    form(String::new(), None)
}

#[derive(Deserialize)]
pub(crate) struct SignInForm {
    name: String,
    password: String,
}

pub(crate) async fn sign_in(
    State(shared): State<Arc<Shared>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Form(sent): Form<SignInForm>,
) -> Result<Response, Failure> {
    let name = sent.name.trim().to_owned();
    let address = shared.address(peer.ip());
    let user = match check_password(&shared, &name, sent.password, address).await? {
        SignIn::Accepted(user) => user,
        SignIn::Refused => {
            // The throttle keeps guesses few, so these entries are few too.
            let as_whom: String = name.chars().take(NAME_SHOWN_MAX).collect();
            let from = address.map(|address| format!(" from {address}")).unwrap_or_default();
            let queue = shared.workspace.queue.acting_as("console", || Clock.now());
            queue.write_down("refused sign-in", None, format!("as {as_whom}{from}")).await?;
            let html = form(name, Some(EN.sign_in_wrong.to_string()))?;
            return Ok((StatusCode::UNAUTHORIZED, html).into_response());
        }
        SignIn::Busy => {
            let html = form(name, Some(EN.sign_in_busy.to_string()))?;
            return Ok((StatusCode::SERVICE_UNAVAILABLE, [(RETRY_AFTER, COME_AGAIN)], html).into_response());
        }
        SignIn::Throttled(wait) => {
            let html = form(name, Some(EN.sign_in_often.with(EN.span(wait))))?;
            let retry_after = [(RETRY_AFTER, wait.as_secs().max(1).to_string())];
            return Ok((StatusCode::TOO_MANY_REQUESTS, retry_after, html).into_response());
        }
    };
    let token = new_token().ok_or_else(|| Failure::Broken("no randomness for a session".to_owned()))?;
    let now = shared.workspace.clock.now();
    shared.workspace.queue.open_session(user.user_id, digest(&token), now, now.plus(SESSION_LASTS)).await?;
    let is_behind_tls = shared.throttle.reach == Reach::BehindTls;
    Ok((cookie(token, SESSION_LASTS, is_behind_tls), Redirect::to("/")).into_response())
}

/// The longest time for a form to arrive and to be answered.
const FORM_TIMEOUT: Duration = Duration::from_secs(30);

/// Gives up on forms that do not arrive: whoever sends one has not signed in yet.
pub(crate) async fn in_time(request: Request, next: Next) -> Response {
    match tokio::time::timeout(FORM_TIMEOUT, next.run(request)).await {
        Ok(response) => response,
        Err(_) => StatusCode::REQUEST_TIMEOUT.into_response(),
    }
}

pub(crate) async fn sign_out(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    if let Some(token) = token(&headers) {
        shared.workspace.queue.close_session(digest(&token)).await?;
    }
    let is_behind_tls = shared.throttle.reach == Reach::BehindTls;
    Ok((cookie(String::new(), Duration::ZERO, is_behind_tls), Redirect::to("/sign-in")).into_response())
}
