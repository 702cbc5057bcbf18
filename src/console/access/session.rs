//! Who is signed in: the session's cookie, the cookie of a browser that is known, and names with their passwords.

use std::{net::IpAddr, time::Duration};

use axum::http::HeaderMap;
use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite};

use super::passwords::is_right;
use crate::{
    app::tokens::digest,
    console::{page::failure::Failure, setup::Reach, shared::Shared},
    queue::{Credentials, User},
};

/// The cookie that holds the session's token.
const SESSION: &str = "catalink_session";

/// The cookie of a browser in which somebody has signed in before.
const BROWSER: &str = "catalink_browser";

/// How long a browser is known.
const BROWSER_IS_KNOWN_FOR: Duration = Duration::from_hours(180 * 24);

/// How long a session lasts after it was used last.
pub(super) const SESSION_LASTS: Duration = Duration::from_hours(12);

/// What a name and a password came to.
pub(crate) enum SignIn {
    Accepted(User),
    Refused,
    /// Too many attempts: nothing was looked at.
    Throttled(Duration),
    /// Too many others sign in at this moment: nothing was looked at, and it does not count as an attempt.
    Busy,
}

/// Whether the name and the password go together.
pub(crate) async fn check_password(
    shared: &Shared,
    headers: &HeaderMap,
    name: &str,
    password: String,
    address: Option<IpAddr>,
) -> Result<SignIn, Failure> {
    let Some(reserved) = shared.throttle.reserve() else { return Ok(SignIn::Busy) };
    let (user, credentials) = shared.workspace.queue.user(name).await?.unzip();
    let is_known = match user.as_ref().zip(credentials.as_ref()) {
        Some((user, credentials)) => is_known(shared, headers, user, credentials).await?,
        None => false,
    };
    if let Err(wait) = shared.throttle.attempt(name, address, is_known) {
        tracing::warn!(user = name, address = shown(address), "a sign-in was refused: too many attempts");
        return Ok(SignIn::Throttled(wait));
    }
    let Some(turn) = shared.throttle.turn(reserved).await else { return Ok(SignIn::Busy) };
    let check = move || {
        // Held by the work itself, which goes on where the visitor has gone.
        let _turn = turn;
        is_right(&password, credentials.and_then(|credentials| credentials.password_hash).as_deref())
    };
    let is_right = tokio::task::spawn_blocking(check).await.unwrap_or(false);
    let Some(user) = user.filter(|_| is_right) else {
        tracing::warn!(user = name, address = shown(address), "a sign-in was refused");
        return Ok(SignIn::Refused);
    };
    shared.throttle.succeeded(name, address);
    Ok(SignIn::Accepted(user))
}

fn shown(address: Option<IpAddr>) -> String {
    address.map_or_else(|| "unknown".to_owned(), |address| address.to_string())
}

/// A cookie of the console. Behind TLS its prefix makes a browser refuse it from anywhere else.
pub(super) fn cookie(name: &str, value: String, lasts: Duration, reach: Reach) -> Cookie<'static> {
    let is_behind_tls = reach == Reach::BehindTls;
    let mut cookie = Cookie::new(named(name, reach), value);
    cookie.set_path("/");
    cookie.set_http_only(true);
    cookie.set_same_site(SameSite::Strict);
    cookie.set_max_age(lasts.try_into().ok());
    cookie.set_secure(is_behind_tls);
    cookie
}

fn named(name: &str, reach: Reach) -> String {
    match reach {
        Reach::BehindTls => format!("__Host-{name}"),
        Reach::Loopback => name.to_owned(),
    }
}

pub(super) fn value(headers: &HeaderMap, name: &str, reach: Reach) -> Option<String> {
    CookieJar::from_headers(headers).get(&named(name, reach)).map(|cookie| cookie.value().to_owned())
}

/// The token of the session cookie.
pub(crate) fn token(headers: &HeaderMap, reach: Reach) -> Option<String> {
    value(headers, SESSION, reach)
}

/// The session's cookie; an empty token takes it away.
pub(super) fn session_cookie(token: String, reach: Reach) -> Cookie<'static> {
    let lasts = if token.is_empty() { Duration::ZERO } else { SESSION_LASTS };
    cookie(SESSION, token, lasts, reach)
}

/// By what a browser shows that its user has signed in there before: whoever reads the database could make it, and gets no
/// further by it than to try passwords. It ends with the password.
async fn mark(shared: &Shared, user: &User, credentials: &Credentials) -> Result<Option<String>, Failure> {
    let Some(hash) = &credentials.password_hash else { return Ok(None) };
    let salt = shared.workspace.queue.salt().await?;
    Ok(Some(digest(&format!("browser {salt} {} {hash}", user.user_id))))
}

async fn is_known(
    shared: &Shared,
    headers: &HeaderMap,
    user: &User,
    credentials: &Credentials,
) -> Result<bool, Failure> {
    let Some(shown) = value(headers, BROWSER, shared.options.reach) else { return Ok(false) };
    Ok(mark(shared, user, credentials).await?.is_some_and(|mark| mark == shown))
}

/// The cookie of the browser in which somebody has just signed in.
pub(super) async fn browser_cookie(shared: &Shared, user: &User) -> Result<Option<Cookie<'static>>, Failure> {
    let Some((user, credentials)) = shared.workspace.queue.user(&user.name).await? else { return Ok(None) };
    let mark = mark(shared, &user, &credentials).await?;
    Ok(mark.map(|mark| cookie(BROWSER, mark, BROWSER_IS_KNOWN_FOR, shared.options.reach)))
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderValue, header::COOKIE};

    use super::*;

    #[test]
    fn the_session_is_found_among_other_cookies() {
        let headers = HeaderMap::from_iter([(
            COOKIE,
            HeaderValue::from_static(
                "a=b; catalink_session=t0k; __Host-catalink_session=t1k; xcatalink_session=no",
            ),
        )]);
        assert_eq!(token(&headers, Reach::Loopback).as_deref(), Some("t0k"));
        assert_eq!(token(&headers, Reach::BehindTls).as_deref(), Some("t1k"));
    }

    #[test]
    fn behind_tls_no_other_host_and_no_plain_connection_can_set_the_cookie() {
        let cookie = session_cookie("t0k".to_owned(), Reach::BehindTls).to_string();
        assert!(
            cookie.starts_with("__Host-catalink_session=t0k; HttpOnly; SameSite=Strict; Secure; Path=/"),
            "{cookie}"
        );
        assert!(!session_cookie(String::new(), Reach::Loopback).to_string().contains("Secure"));
    }
}
