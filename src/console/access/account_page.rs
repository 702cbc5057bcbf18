//! My account: a password of one's own, and a second factor.

use std::{net::SocketAddr, sync::Arc};

use askama::Template;
use axum::{
    Form,
    extract::{ConnectInfo, State},
    http::HeaderMap,
    response::{IntoResponse, Response},
};
use serde::Deserialize;

use super::{
    invitation::new_hash,
    passwords::PASSWORD_CHARS_MIN,
    second_factor::{address, new_recovery_codes, new_secret, qr_path, recovery_digest, step_of},
    session::{SignIn, check_password, token},
};
use crate::{
    app::tokens::digest,
    console::{
        page::{
            failure::Failure,
            frame::{Frame, Section, Visit, page as render},
            notice::PageNotice,
            words::{admin_texts, texts},
        },
        shared::Shared,
    },
    queue::User,
};

#[derive(Template)]
#[template(path = "admin/account.html", config = ".askama.toml")]
struct AccountPage {
    f: Frame,
    user: User,
    n_codes: u64,
    notice: Option<PageNotice>,
    /// The secret that an app is to take, where the second factor is off.
    secret: Option<String>,
    /// Recovery codes that are shown this once.
    codes: Vec<String>,
}

impl AccountPage {
    fn min() -> usize {
        PASSWORD_CHARS_MIN
    }

    /// What an app reads, as text.
    fn address(&self) -> String {
        self.secret.as_deref().map(|secret| address(secret, &self.user.name)).unwrap_or_default()
    }

    fn qr(&self) -> Option<(String, i32)> {
        self.secret.as_ref().and_then(|_| qr_path(&self.address()))
    }

    /// The secret in groups that can be typed.
    fn secret_shown(&self) -> String {
        let letters: Vec<char> = self.secret.iter().flat_map(|secret| secret.chars()).collect();
        letters.chunks(4).map(String::from_iter).collect::<Vec<_>>().join(" ")
    }
}

async fn own(visit: &Visit) -> Result<User, Failure> {
    let name = visit.visitor.name.as_deref().ok_or(Failure::NotFound)?;
    visit.queue.user(name).await?.map(|(user, _)| user).ok_or(Failure::NotFound)
}

pub(crate) async fn page(visit: Visit) -> Result<Response, Failure> {
    show(&visit, None, None, Vec::new()).await
}

async fn show(
    visit: &Visit,
    notice: Option<PageNotice>,
    secret: Option<String>,
    codes: Vec<String>,
) -> Result<Response, Failure> {
    let user = own(visit).await?;
    let status = notice.as_ref().map(PageNotice::status).unwrap_or_default();
    let secret = if user.has_second_factor { None } else { secret.or_else(new_secret) };
    let n_codes = visit.queue.n_recovery_codes(user.user_id).await?;
    let f = visit.frame(Section::Account, admin_texts().account.to_string());
    Ok((status, render(&AccountPage { f, user, n_codes, notice, secret, codes })?).into_response())
}

/// Whether this is the password of whoever asks; or what to say instead.
async fn is_own_password(
    shared: &Shared,
    headers: &HeaderMap,
    peer: SocketAddr,
    user: &User,
    password: String,
) -> Result<Result<(), String>, Failure> {
    let address = shared.address(peer.ip());
    Ok(match check_password(shared, headers, &user.name, password, address).await? {
        SignIn::Accepted(_) => Ok(()),
        SignIn::Refused => Err(admin_texts().account_wrong.to_string()),
        SignIn::Throttled(wait) => Err(texts().sign_in_often.with(texts().span(wait))),
        SignIn::Busy => Err(texts().sign_in_busy.to_string()),
    })
}

#[derive(Deserialize)]
pub(crate) struct PasswordForm {
    old: String,
    password: String,
    repeated: String,
}

/// Changes the password; all other sessions end.
pub(crate) async fn password(
    State(shared): State<Arc<Shared>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    visit: Visit,
    Form(form): Form<PasswordForm>,
) -> Result<Response, Failure> {
    let user = own(&visit).await?;
    if let Err(words) = is_own_password(&shared, &headers, peer, &user, form.old).await? {
        return show(&visit, Some(PageNotice::Problem(words)), None, Vec::new()).await;
    }
    let hash = match new_hash(&shared, form.password, &form.repeated).await? {
        Ok(hash) => hash,
        Err(words) => return show(&visit, Some(PageNotice::Problem(words)), None, Vec::new()).await,
    };
    let own_session = token(&headers, shared.options.reach).map(|token| digest(&token)).unwrap_or_default();
    visit.queue.change_password(&user, hash, own_session).await?;
    let done = PageNotice::Done(admin_texts().password_changed.to_string());
    show(&visit, Some(done), None, Vec::new()).await
}

#[derive(Deserialize)]
pub(crate) struct FactorForm {
    password: String,
    /// The secret that the page had shown, and a code that proves that an app has it; none to turn it off.
    secret: Option<String>,
    #[serde(default)]
    code: String,
}

/// Turns the second factor on or off.
pub(crate) async fn second_factor(
    State(shared): State<Arc<Shared>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    visit: Visit,
    Form(form): Form<FactorForm>,
) -> Result<Response, Failure> {
    let user = own(&visit).await?;
    if let Err(words) = is_own_password(&shared, &headers, peer, &user, form.password).await? {
        return show(&visit, Some(PageNotice::Problem(words)), form.secret, Vec::new()).await;
    }
    let Some(secret) = form.secret else {
        visit.queue.set_second_factor(&user, None).await?;
        let done = PageNotice::Done(admin_texts().factor_is_off.to_string());
        return show(&visit, Some(done), None, Vec::new()).await;
    };
    let Some(step) = step_of(&secret, &form.code, visit.workspace.clock.now()) else {
        let problem = PageNotice::Problem(texts().code_wrong.to_string());
        return show(&visit, Some(problem), Some(secret), Vec::new()).await;
    };
    let codes = new_recovery_codes().ok_or_else(|| Failure::Broken("no randomness".to_owned()))?;
    let digests = codes.iter().map(|code| recovery_digest(code)).collect();
    visit.queue.set_second_factor(&user, Some((secret, step, digests))).await?;
    let done = PageNotice::Done(admin_texts().factor_is_on.to_string());
    show(&visit, Some(done), None, codes).await
}
