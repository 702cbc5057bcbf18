//! Signing in and out.

use std::{
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use askama::Template;
use axum::{
    Form,
    extract::{ConnectInfo, State},
    http::{
        HeaderMap, StatusCode,
        header::{RETRY_AFTER, SET_COOKIE},
    },
    response::{Html, IntoResponse, Redirect, Response},
};
use serde::Deserialize;

use super::{
    Reach, Shared,
    assets::VERSION,
    failure::Failure,
    guards::{SESSION, token},
    passwords::{digest, is_right, new_token},
    words::{EN, Words},
};
use crate::queue::User;

/// How long a session lasts.
const SESSION_LASTS: Duration = Duration::from_hours(12);

#[derive(Template)]
#[template(path = "sign-in.html", config = ".askama.toml")]
struct SignInPage {
    w: &'static Words,
    version: &'static str,
    name: String,
    problem: Option<String>,
}

fn form(name: String, problem: Option<String>) -> Result<Html<String>, Failure> {
    Ok(Html(SignInPage { w: &EN, version: &VERSION, name, problem }.render()?))
}

pub(super) async fn page() -> Result<Html<String>, Failure> {
    form(String::new(), None)
}

#[derive(Deserialize)]
pub(super) struct SignInForm {
    name: String,
    password: String,
}

pub(super) async fn sign_in(
    State(shared): State<Arc<Shared>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Form(sent): Form<SignInForm>,
) -> Result<Response, Failure> {
    let name = sent.name.trim().to_owned();
    // Behind a proxy every peer has the proxy's address, which says nothing about who knocks.
    let address = (shared.doors.reach == Reach::Loopback).then(|| peer.ip());
    let user = match known(&shared, &name, sent.password, address).await? {
        Known::Yes(user) => user,
        Known::No => {
            let html = form(name, Some(EN.sign_in_wrong.to_string()))?;
            return Ok((StatusCode::UNAUTHORIZED, html).into_response());
        }
        Known::Wait(wait) => {
            let html = form(name, Some(EN.sign_in_often.with(EN.span(wait))))?;
            let retry_after = [(RETRY_AFTER, wait.as_secs().max(1).to_string())];
            return Ok((StatusCode::TOO_MANY_REQUESTS, retry_after, html).into_response());
        }
    };
    let token = new_token().ok_or_else(|| Failure::Broken("no randomness for a session".to_owned()))?;
    let now = shared.desk.clock.now();
    shared.desk.queue.open_session(user.user_id, digest(&token), now, now.plus(SESSION_LASTS)).await?;
    let cookie = cookie(&shared, &token, SESSION_LASTS);
    Ok(([(SET_COOKIE, cookie)], Redirect::to("/")).into_response())
}

/// What a name and a password came to.
pub(super) enum Known {
    Yes(User),
    No,
    /// Too many attempts: nothing was looked at.
    Wait(Duration),
}

/// Whether the name and the password go together.
pub(super) async fn known(
    shared: &Shared,
    name: &str,
    password: String,
    address: Option<IpAddr>,
) -> Result<Known, Failure> {
    if let Err(wait) = shared.doors.knock(name, address) {
        return Ok(Known::Wait(wait));
    }
    let (user, hash) = shared.desk.queue.user(name).await?.unzip();
    let is_right = {
        let _place = shared.doors.hashing.acquire().await;
        let check = move || is_right(&password, hash.as_deref());
        tokio::task::spawn_blocking(check).await.unwrap_or(false)
    };
    let Some(user) = user.filter(|_| is_right) else {
        tracing::warn!("a sign-in was refused");
        return Ok(Known::No);
    };
    shared.doors.let_in(name, address);
    Ok(Known::Yes(user))
}

pub(super) async fn sign_out(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    if let Some(token) = token(&headers) {
        shared.desk.queue.close_session(digest(&token)).await?;
    }
    let cookie = cookie(&shared, "", Duration::ZERO);
    Ok(([(SET_COOKIE, cookie)], Redirect::to("/sign-in")).into_response())
}

fn cookie(shared: &Shared, token: &str, lasts: Duration) -> String {
    let secure = if shared.doors.reach == Reach::BehindTls { "; Secure" } else { "" };
    format!("{SESSION}={token}; Path=/; HttpOnly; SameSite=Strict; Max-Age={}{secure}", lasts.as_secs())
}
