//! Who is let in to what: names of this machine, sessions, roles, and the headers that keep a browser honest.

use std::{
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use axum::{
    extract::{ConnectInfo, Request, State},
    http::{
        HeaderMap, HeaderName, HeaderValue, Method, StatusCode,
        header::{
            AUTHORIZATION, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HOST, REFERRER_POLICY,
            SET_COOKIE, STRICT_TRANSPORT_SECURITY, WWW_AUTHENTICATE, X_CONTENT_TYPE_OPTIONS,
        },
    },
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
};

use data_encoding::BASE64;

use super::{
    again::Typed,
    session::{SESSION_LASTS, SignIn, check_password, session_cookie, token},
    sign_in::ended,
};
use crate::{
    app::tokens::digest,
    console::{
        page::{
            failure::Failure,
            frame::{Visitor, encoded},
            words::texts,
        },
        setup::Reach,
        shared::Shared,
    },
    queue::Role,
};

/// How often a session that is used is made to last longer.
const RENEWS_EVERY: Duration = Duration::from_mins(10);

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
    connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/// What no page of ours uses, and nothing that gets into one may.
const FEATURES: &str = "accelerometer=(), autoplay=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), \
    magnetometer=(), microphone=(), midi=(), payment=(), usb=(), xr-spatial-tracking=()";

/// A year, after which a browser may try without TLS again.
const ONLY_BY_TLS: &str = "max-age=31536000";

/// What every answer carries. Pages hold numbers of people: no cache keeps them.
pub(crate) async fn headers(State(shared): State<Arc<Shared>>, request: Request, next: Next) -> Response {
    let mut response = in_pages(next.run(request).await);
    let headers = response.headers_mut();
    headers.entry(CONTENT_SECURITY_POLICY).or_insert(HeaderValue::from_static(POLICY));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    headers.insert(
        HeaderName::from_static("cross-origin-opener-policy"),
        HeaderValue::from_static("same-origin"),
    );
    headers.insert(HeaderName::from_static("permissions-policy"), HeaderValue::from_static(FEATURES));
    if shared.options.is_only_by_tls {
        headers.insert(STRICT_TRANSPORT_SECURITY, HeaderValue::from_static(ONLY_BY_TLS));
    }
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

/// What the framework refuses in a plain line, as a page with a way back.
fn in_pages(response: Response) -> Response {
    let status = response.status();
    let kind =
        response.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or("text/plain");
    let is_ours = !kind.starts_with("text/plain");
    let is_of_browsers = matches!(
        status,
        StatusCode::BAD_REQUEST
            | StatusCode::METHOD_NOT_ALLOWED
            | StatusCode::PAYLOAD_TOO_LARGE
            | StatusCode::UNSUPPORTED_MEDIA_TYPE
            | StatusCode::UNPROCESSABLE_ENTITY
    );
    if is_ours || !is_of_browsers {
        return response;
    }
    let mut page = Failure::Refused(texts().not_understood.to_string()).into_response();
    *page.status_mut() = status;
    page
}

/// Finds out who asks, and sends those away who have to sign in first.
pub(crate) async fn admit(
    State(shared): State<Arc<Shared>>,
    mut request: Request,
    next: Next,
) -> Result<Response, Failure> {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|peer| peer.0.ip());
    let renewed = renewed(&shared, request.headers()).await?;
    let visitor = match visitor(&shared, request.headers()).await? {
        Some(visitor) => visitor,
        // A program that reads the figures has no session: it gives a user's name and password each time.
        None if request.uri().path() == "/metrics" => {
            let Some(visitor) = scraper(&shared, request.headers(), peer).await? else {
                let how = [(WWW_AUTHENTICATE, "Basic realm=\"catalink\"")];
                return Ok((StatusCode::UNAUTHORIZED, how).into_response());
            };
            visitor
        }
        None if *request.method() == Method::GET => {
            let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
            let to = if path == "/" { String::new() } else { format!("?to={}", encoded(path)) };
            return Ok(Redirect::to(&format!("/sign-in{to}")).into_response());
        }
        None => return ended(Typed::of(request).await),
    };
    request.extensions_mut().insert(visitor);
    let mut response = next.run(request).await;
    // Whoever has just signed out stays signed out.
    if let Some(cookie) = renewed.filter(|_| !response.headers().contains_key(SET_COOKIE)) {
        response.headers_mut().insert(SET_COOKIE, cookie);
    }
    Ok(response)
}

/// Lets a session that is used last longer, from time to time: the cookie that says so.
async fn renewed(shared: &Shared, headers: &HeaderMap) -> Result<Option<HeaderValue>, Failure> {
    let (queue, now) = (&shared.workspace.queue, shared.workspace.clock.now());
    let Some(token) = token(headers, shared.options.reach) else { return Ok(None) };
    let token_sha256 = digest(&token);
    let Some((_, ends)) = queue.session(&token_sha256, now).await? else { return Ok(None) };
    let lasts = now.plus(SESSION_LASTS);
    if ends.until(lasts) < RENEWS_EVERY {
        return Ok(None);
    }
    queue.renew_session(token_sha256, lasts).await?;
    let cookie = session_cookie(token, shared.options.reach);
    Ok(HeaderValue::from_str(&cookie.to_string()).ok())
}

async fn visitor(shared: &Shared, headers: &HeaderMap) -> Result<Option<Visitor>, Failure> {
    let queue = &shared.workspace.queue;
    if !queue.has_users().await? {
        if shared.options.reach == Reach::BehindTls {
            return Ok(None);
        }
        // Without this, a page of another site whose name points to this machine could ask as if it were ours.
        return if is_this_machine(headers) {
            Ok(Some(Visitor { name: None, role: Role::Admin }))
        } else {
            Err(Failure::WrongHost)
        };
    }
    let Some(token) = token(headers, shared.options.reach) else { return Ok(None) };
    let user = queue.session(&digest(&token), shared.workspace.clock.now()).await?;
    Ok(user.map(|(user, _)| Visitor { name: Some(user.name), role: user.role }))
}

/// Whether the same person with the same role would be let in by these headers. A database that cannot be read for a moment sends
/// nobody away.
pub(crate) async fn is_still(shared: &Shared, headers: &HeaderMap, known: &Visitor) -> bool {
    match visitor(shared, headers).await {
        Ok(visitor) => visitor.as_ref() == Some(known),
        Err(Failure::Broken(_)) => true,
        Err(_) => false,
    }
}

/// Who asks by HTTP's basic authentication.
async fn scraper(
    shared: &Shared,
    headers: &HeaderMap,
    peer: Option<IpAddr>,
) -> Result<Option<Visitor>, Failure> {
    let given = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    let Some((name, password)) = given.and_then(name_and_password) else { return Ok(None) };
    let address = peer.and_then(|peer| shared.address(peer));
    Ok(match check_password(shared, headers, &name, password, address).await? {
        // A password alone is not enough for them, here neither.
        SignIn::Accepted(user) if user.has_second_factor => None,
        SignIn::Accepted(user) => Some(Visitor { name: Some(user.name), role: user.role }),
        SignIn::Refused | SignIn::Throttled(_) => None,
        SignIn::Busy => return Err(Failure::Busy),
    })
}

fn name_and_password(header: &str) -> Option<(String, String)> {
    let bytes = BASE64.decode(header.strip_prefix("Basic ")?.trim().as_bytes()).ok()?;
    let text = String::from_utf8(bytes).ok()?;
    text.split_once(':').map(|(name, password)| (name.to_owned(), password.to_owned()))
}

fn is_this_machine(headers: &HeaderMap) -> bool {
    let Some(host) = headers.get(HOST).and_then(|host| host.to_str().ok()) else { return false };
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    name == "localhost" || name.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// The real workspace for the pages below it.
pub(crate) async fn with_workspace(
    State(shared): State<Arc<Shared>>,
    mut request: Request,
    next: Next,
) -> Response {
    request.extensions_mut().insert(Arc::clone(&shared.workspace));
    next.run(request).await
}

/// The rehearsal's workspace for the pages below it.
pub(crate) async fn with_rehearsal(
    State(shared): State<Arc<Shared>>,
    mut request: Request,
    next: Next,
) -> Result<Response, Failure> {
    let workspace = shared.rehearsal().await?;
    request.extensions_mut().insert(workspace);
    Ok(next.run(request).await)
}

/// Lets through who may make and run campaigns.
pub(crate) async fn senders(request: Request, next: Next) -> Result<Response, Failure> {
    at_least(Role::Sender, request, next).await
}

/// Lets through who may say who the users are.
pub(crate) async fn admins(request: Request, next: Next) -> Result<Response, Failure> {
    at_least(Role::Admin, request, next).await
}

async fn at_least(role: Role, request: Request, next: Next) -> Result<Response, Failure> {
    let is_allowed = request.extensions().get::<Visitor>().is_some_and(|visitor| visitor.role.includes(role));
    if is_allowed { Ok(next.run(request).await) } else { Err(Failure::Forbidden) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_ours(host: &'static str) -> bool {
        is_this_machine(&HeaderMap::from_iter([(HOST, HeaderValue::from_static(host))]))
    }

    #[test]
    fn only_names_of_this_machine_are_its_own() {
        assert!(!is_ours("evil.example:8080"));
        assert!(!is_ours("127.0.0.1.evil.example"));
        assert!(!is_ours("192.168.1.2"));
        assert!(!is_this_machine(&HeaderMap::new()));
        assert!(is_ours("127.0.0.1:8080") && is_ours("localhost:1") && is_ours("[::1]:8080"));
    }
}
