//! Who is signed in: the session's cookie, and names with their passwords.

use std::{net::IpAddr, time::Duration};

use axum::http::HeaderMap;
use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite};

use super::passwords::is_right;
use crate::{
    console::{page::failure::Failure, shared::Shared},
    queue::User,
};

/// The cookie that holds the session's token.
const SESSION: &str = "catalink_session";

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
    name: &str,
    password: String,
    address: Option<IpAddr>,
) -> Result<SignIn, Failure> {
    let Some(reserved) = shared.throttle.reserve() else { return Ok(SignIn::Busy) };
    if let Err(wait) = shared.throttle.attempt(name, address) {
        return Ok(SignIn::Throttled(wait));
    }
    let (user, hash) = shared.workspace.queue.user(name).await?.unzip();
    let Some(turn) = shared.throttle.turn(reserved).await else { return Ok(SignIn::Busy) };
    let check = move || {
        // Held by the work itself, which goes on where the visitor has gone.
        let _turn = turn;
        is_right(&password, hash.as_deref())
    };
    let is_right = tokio::task::spawn_blocking(check).await.unwrap_or(false);
    let Some(user) = user.filter(|_| is_right) else {
        tracing::warn!("a sign-in was refused");
        return Ok(SignIn::Refused);
    };
    shared.throttle.succeeded(name, address);
    Ok(SignIn::Accepted(user))
}

/// The token of the session cookie.
pub(crate) fn token(headers: &HeaderMap) -> Option<String> {
    CookieJar::from_headers(headers).get(SESSION).map(|cookie| cookie.value().to_owned())
}

/// The session's cookie for so long; an empty token with no time to last takes it away.
pub(crate) fn cookie(token: String, lasts: Duration, is_behind_tls: bool) -> CookieJar {
    let mut cookie = Cookie::new(SESSION, token);
    cookie.set_path("/");
    cookie.set_http_only(true);
    cookie.set_same_site(SameSite::Strict);
    cookie.set_max_age(lasts.try_into().ok());
    cookie.set_secure(is_behind_tls);
    CookieJar::new().add(cookie)
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderValue, header::COOKIE};

    use super::*;

    #[test]
    fn the_session_is_found_among_other_cookies() {
        let headers = HeaderMap::from_iter([(
            COOKIE,
            HeaderValue::from_static("a=b; catalink_session=t0k; xcatalink_session=no"),
        )]);
        assert_eq!(token(&headers).as_deref(), Some("t0k"));
    }
}
