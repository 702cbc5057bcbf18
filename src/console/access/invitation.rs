//! An invitation: a link that is good for a day and for one use, by which somebody sets a password that nobody else knows.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use askama::Template;
use axum::{
    Form,
    extract::{ConnectInfo, Path, State},
    http::StatusCode,
    response::{Html, IntoResponse, Response},
};
use serde::Deserialize;

use super::{
    again::Typed,
    passwords::{PASSWORD_CHARS_MIN, hash_password},
    sign_in::let_in,
};
use crate::{
    app::tokens::digest,
    console::{
        page::{
            assets::VERSION,
            failure::Failure,
            words::{AdminWords, Words, admin_texts, texts},
        },
        shared::Shared,
    },
};

/// How long an invitation can be used.
pub(super) const INVITATION_LASTS: Duration = Duration::from_hours(24);

#[derive(Template)]
#[template(path = "admin/invitation.html", config = ".askama.toml")]
struct InvitationPage {
    w: &'static Words,
    a: &'static AdminWords,
    version: &'static str,
    /// Whose it is; none where it is of no use any more.
    name: Option<String>,
    problem: Option<String>,
}

impl InvitationPage {
    fn min() -> usize {
        PASSWORD_CHARS_MIN
    }
}

fn show(name: Option<String>, problem: Option<String>) -> Result<Response, Failure> {
    let status = match (&name, &problem) {
        (None, _) => StatusCode::GONE,
        (Some(_), Some(_)) => StatusCode::UNPROCESSABLE_ENTITY,
        (Some(_), None) => StatusCode::OK,
    };
    let page = InvitationPage { w: texts(), a: admin_texts(), version: &VERSION, name, problem };
    Ok((status, Html(page.render()?)).into_response())
}

async fn invited(shared: &Shared, token: &str) -> Result<Option<String>, Failure> {
    Ok(shared.workspace.queue.invited(&digest(token), shared.workspace.clock.now()).await?)
}

pub(crate) async fn page(
    State(shared): State<Arc<Shared>>,
    Path(token): Path<String>,
) -> Result<Response, Failure> {
    show(invited(&shared, &token).await?, None)
}

#[derive(Deserialize)]
pub(crate) struct PasswordForm {
    password: String,
    repeated: String,
}

/// Sets the password and signs its user in.
pub(crate) async fn accept(
    State(shared): State<Arc<Shared>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Path(token): Path<String>,
    Form(form): Form<PasswordForm>,
) -> Result<Response, Failure> {
    let Some(name) = invited(&shared, &token).await? else { return show(None, None) };
    let hash = match new_hash(&shared, form.password, &form.repeated).await? {
        Ok(hash) => hash,
        Err(problem) => return show(Some(name), Some(problem)),
    };
    let queue = &shared.workspace.queue;
    if !queue.accept_invitation(digest(&token), hash, shared.workspace.clock.now()).await? {
        return show(None, None);
    }
    let Some((user, _)) = queue.user(&name).await? else { return show(None, None) };
    let address = shared.address(peer.ip());
    let from = address.map(|address| format!("from {address}")).unwrap_or_default();
    let_in(&shared, &user, &format!("by invitation {from}"), &Typed::default()).await
}

/// The hash of a password that was typed twice; or what is wrong with it.
pub(super) async fn new_hash(
    shared: &Shared,
    password: String,
    repeated: &str,
) -> Result<Result<String, String>, Failure> {
    if password != repeated {
        return Ok(Err(admin_texts().password_differs.to_string()));
    }
    let turn = match shared.throttle.reserve() {
        Some(place) => shared.throttle.turn(place).await,
        None => None,
    };
    let Some(turn) = turn else { return Err(Failure::Busy) };
    let hashing = move || {
        let _turn = turn;
        hash_password(&password)
    };
    match tokio::task::spawn_blocking(hashing).await {
        Ok(Ok(hash)) => Ok(Ok(hash)),
        Ok(Err(_)) => Ok(Err(admin_texts().user_password_short.with(PASSWORD_CHARS_MIN))),
        Err(error) => Err(Failure::broken(&error)),
    }
}
