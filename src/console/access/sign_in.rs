//! Signing in and out, with a second factor where one is set, and going on with what was typed where a session had ended.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use askama::Template;
use axum::{
    Form,
    extract::{ConnectInfo, Query, Request, State},
    http::{HeaderMap, StatusCode, header::RETRY_AFTER},
    middleware::Next,
    response::{Html, IntoResponse, Redirect, Response},
};
use axum_extra::extract::cookie::CookieJar;
use serde::Deserialize;

use super::{
    again::{Typed, go_on_page, local_path},
    passwords::new_token,
    second_factor::{recovery_digest, step_of},
    session::{SESSION_LASTS, SignIn, browser_cookie, check_password, session_cookie, token},
};
use crate::{
    app::tokens::digest,
    clock::Clock,
    console::{
        page::{
            assets::VERSION,
            failure::{COME_AGAIN, Failure},
            words::{Words, texts},
        },
        shared::Shared,
    },
    queue::User,
};

/// How much of a name that somebody has typed is kept where its sign-in was refused.
const NAME_SHOWN_MAX: usize = 64;

#[derive(Template)]
#[template(path = "admin/sign-in.html", config = ".askama.toml")]
struct SignInPage {
    w: &'static Words,
    version: &'static str,
    name: String,
    /// Where to go afterwards, and what to do there.
    typed: Typed,
    /// Whoever has shown the right password, and still has to show a code.
    ticket: Option<String>,
    problem: Option<String>,
    notice: Option<String>,
}

impl SignInPage {
    fn new(typed: Typed) -> Self {
        Self {
            w: texts(),
            version: &VERSION,
            name: String::new(),
            typed,
            ticket: None,
            problem: None,
            notice: None,
        }
    }

    fn answer(&self, status: StatusCode) -> Result<Response, Failure> {
        Ok((status, Html(self.render()?)).into_response())
    }
}

#[derive(Debug, Default, Deserialize)]
pub(crate) struct SignInQuery {
    /// The page that somebody had asked for.
    #[serde(default)]
    to: String,
}

pub(crate) async fn page(Query(query): Query<SignInQuery>) -> Result<Response, Failure> {
    SignInPage::new(Typed::page(query.to)).answer(StatusCode::OK)
}

/// What is answered to a form whose session has ended: sign in, and go on with what was typed.
pub(super) fn ended(typed: Typed) -> Result<Response, Failure> {
    let words = if typed.form.is_some() { texts().sign_in_ended_kept } else { texts().sign_in_ended };
    let page = SignInPage { notice: Some(words.to_string()), ..SignInPage::new(typed) };
    page.answer(StatusCode::UNAUTHORIZED)
}

#[derive(Deserialize)]
pub(crate) struct SignInForm {
    name: String,
    password: String,
    #[serde(flatten)]
    typed: Typed,
}

pub(crate) async fn sign_in(
    State(shared): State<Arc<Shared>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    Form(sent): Form<SignInForm>,
) -> Result<Response, Failure> {
    let name = sent.name.trim().to_owned();
    let address = shared.address(peer.ip());
    let from = address.map(|address| format!("from {address}")).unwrap_or_default();
    let again = |problem: String| SignInPage {
        name: name.clone(),
        problem: Some(problem),
        ..SignInPage::new(sent.typed.clone())
    };
    let user = match check_password(&shared, &headers, &name, sent.password, address).await? {
        SignIn::Accepted(user) => user,
        SignIn::Refused => {
            // The throttle keeps guesses few, so these entries are few too.
            let as_whom: String = name.chars().take(NAME_SHOWN_MAX).collect();
            note(&shared, "console", "refused sign-in", format!("as {as_whom} {from}").trim_end()).await?;
            return again(texts().sign_in_wrong.to_string()).answer(StatusCode::UNAUTHORIZED);
        }
        SignIn::Busy => {
            let answer = again(texts().sign_in_busy.to_string()).answer(StatusCode::SERVICE_UNAVAILABLE)?;
            return Ok(([(RETRY_AFTER, COME_AGAIN)], answer).into_response());
        }
        SignIn::Throttled(wait) => {
            let words = texts().sign_in_often.with(texts().span(wait));
            let answer = again(words).answer(StatusCode::TOO_MANY_REQUESTS)?;
            return Ok(([(RETRY_AFTER, wait.as_secs().max(1).to_string())], answer).into_response());
        }
    };
    if user.has_second_factor {
        let ticket = shared.tickets.issue(user).ok_or_else(no_randomness)?;
        let page = SignInPage { ticket: Some(ticket), ..SignInPage::new(sent.typed) };
        return page.answer(StatusCode::OK);
    }
    let_in(&shared, &user, &from, &sent.typed).await
}

#[derive(Deserialize)]
pub(crate) struct CodeForm {
    ticket: String,
    code: String,
    #[serde(flatten)]
    typed: Typed,
}

/// Takes the code of the second factor, or a recovery code.
pub(crate) async fn code(
    State(shared): State<Arc<Shared>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Form(sent): Form<CodeForm>,
) -> Result<Response, Failure> {
    let address = shared.address(peer.ip());
    let from = address.map(|address| format!("from {address}")).unwrap_or_default();
    let Some(user) = shared.tickets.holder(&sent.ticket) else {
        let page =
            SignInPage { problem: Some(texts().code_too_late.to_string()), ..SignInPage::new(sent.typed) };
        return page.answer(StatusCode::UNAUTHORIZED);
    };
    if let Err(wait) = shared.throttle.attempt_code(&user.name) {
        let words = texts().sign_in_often.with(texts().span(wait));
        let page = SignInPage { problem: Some(words), ..SignInPage::new(sent.typed) };
        let answer = page.answer(StatusCode::TOO_MANY_REQUESTS)?;
        return Ok(([(RETRY_AFTER, wait.as_secs().max(1).to_string())], answer).into_response());
    }
    if !is_code(&shared, &user, &sent.code).await? {
        shared.tickets.was_wrong(&sent.ticket);
        note(&shared, "console", "refused sign-in", &format!("code of {} {from}", user.name)).await?;
        tracing::warn!(user = user.name, address = from, "a sign-in was refused: the code is wrong");
        let problem = Some(texts().code_wrong.to_string());
        let page = SignInPage { ticket: Some(sent.ticket), problem, ..SignInPage::new(sent.typed) };
        return page.answer(StatusCode::UNAUTHORIZED);
    }
    shared.tickets.take(&sent.ticket);
    shared.throttle.code_succeeded(&user.name);
    let_in(&shared, &user, &from, &sent.typed).await
}

/// Whether a code is right, which uses it up.
async fn is_code(shared: &Shared, user: &User, code: &str) -> Result<bool, Failure> {
    let queue = &shared.workspace.queue;
    let Some((_, credentials)) = queue.user(&user.name).await? else { return Ok(false) };
    let now = shared.workspace.clock.now();
    let step = credentials.totp_secret.and_then(|secret| step_of(&secret, code, now));
    match step {
        Some(step) => Ok(queue.use_step(user.user_id, step).await?),
        None => Ok(queue.use_recovery_code(user.user_id, recovery_digest(code)).await?),
    }
}

fn no_randomness() -> Failure {
    Failure::Broken("no randomness for a session".to_owned())
}

async fn note(shared: &Shared, who: &str, what: &'static str, detail: &str) -> Result<(), Failure> {
    let queue = shared.workspace.queue.acting_as(who, || Clock.now());
    Ok(queue.write_down(what, None, detail).await?)
}

/// Opens a session, and goes on where its user was.
pub(super) async fn let_in(
    shared: &Shared,
    user: &User,
    from: &str,
    typed: &Typed,
) -> Result<Response, Failure> {
    let token = new_token().ok_or_else(no_randomness)?;
    let now = shared.workspace.clock.now();
    shared.workspace.queue.open_session(user.user_id, digest(&token), now, now.plus(SESSION_LASTS)).await?;
    note(shared, &user.name, "sign-in", from).await?;
    let cookies = CookieJar::new().add(session_cookie(token, shared.options.reach));
    let cookies = match browser_cookie(shared, user).await? {
        Some(cookie) => cookies.add(cookie),
        None => cookies,
    };
    let answer = match go_on_page(typed)? {
        Some(page) => page,
        None => Redirect::to(local_path(&typed.to).unwrap_or("/")).into_response(),
    };
    Ok((cookies, answer).into_response())
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
    if let Some(token) = token(&headers, shared.options.reach) {
        shared.workspace.queue.close_session(digest(&token)).await?;
    }
    let cookies = CookieJar::new().add(session_cookie(String::new(), shared.options.reach));
    Ok((cookies, Redirect::to("/sign-in")).into_response())
}
