//! Who is let in to what: names of this machine, sessions, roles, and the headers that keep a browser honest.

use std::{
    net::{IpAddr, SocketAddr},
    sync::Arc,
};

use axum::{
    extract::{ConnectInfo, Request, State},
    http::{
        HeaderMap, HeaderName, HeaderValue, Method, StatusCode,
        header::{
            AUTHORIZATION, CACHE_CONTROL, CONTENT_SECURITY_POLICY, HOST, REFERRER_POLICY, WWW_AUTHENTICATE,
            X_CONTENT_TYPE_OPTIONS,
        },
    },
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
};

use data_encoding::BASE64;

use super::session::{SignIn, check_password, token};
use crate::{
    app::tokens::digest,
    console::{
        page::{failure::Failure, frame::Visitor},
        setup::Reach,
        shared::Shared,
    },
    queue::Role,
};

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
    connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/// What every answer carries. Pages hold numbers of people: no cache keeps them.
pub(crate) async fn headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.entry(CONTENT_SECURITY_POLICY).or_insert(HeaderValue::from_static(POLICY));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    headers.insert(
        HeaderName::from_static("cross-origin-opener-policy"),
        HeaderValue::from_static("same-origin"),
    );
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

/// Finds out who asks, and sends those away who have to sign in first.
pub(crate) async fn admit(
    State(shared): State<Arc<Shared>>,
    mut request: Request,
    next: Next,
) -> Result<Response, Failure> {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|peer| peer.0.ip());
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
        None if *request.method() == Method::GET => return Ok(Redirect::to("/sign-in").into_response()),
        None => return Err(Failure::Forbidden),
    };
    request.extensions_mut().insert(visitor);
    Ok(next.run(request).await)
}

async fn visitor(shared: &Shared, headers: &HeaderMap) -> Result<Option<Visitor>, Failure> {
    let queue = &shared.workspace.queue;
    if !queue.has_users().await? {
        if shared.throttle.reach == Reach::BehindTls {
            return Ok(None);
        }
        // Without this, a page of another site whose name points to this machine could ask as if it were ours.
        return if is_this_machine(headers) {
            Ok(Some(Visitor { name: None, role: Role::Admin }))
        } else {
            Err(Failure::WrongHost)
        };
    }
    let Some(token) = token(headers) else { return Ok(None) };
    let user = queue.session(&digest(&token), shared.workspace.clock.now()).await?;
    Ok(user.map(|user| Visitor { name: Some(user.name), role: user.role }))
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
    Ok(match check_password(shared, &name, password, address).await? {
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
