//! Who is let in: a program that shows a token, and what its role allows.

use std::sync::Arc;

use axum::{
    Extension, Json,
    extract::{FromRequestParts, Request, State},
    http::{
        HeaderMap, HeaderValue, StatusCode,
        header::{AUTHORIZATION, CACHE_CONTROL, X_CONTENT_TYPE_OPTIONS},
        request::Parts,
    },
    middleware::Next,
    response::Response,
};
use serde_json::{Value, json};

use super::problem::Problem;
use crate::api::{description::Problems, shared::Shared};
use crate::{
    app::tokens::{PREFIX, digest},
    clock::Clock,
    queue::{Queue, Role, Token},
};

/// A program that is let in.
#[derive(Debug, Clone)]
pub(crate) struct Program {
    pub(crate) token: Token,
    /// The queue in the hands of the program: what it does is written down under the name of its token.
    pub(crate) queue: Queue,
}

impl<S: Send + Sync> FromRequestParts<S> for Program {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        parts.extensions.get::<Self>().cloned().ok_or_else(Problem::not_found)
    }
}

/// Finds out which program asks. Without a token there is no API; a cookie is not looked at.
pub(crate) async fn admit(
    State(options): State<Arc<Shared>>,
    mut request: Request,
    next: Next,
) -> Result<Response, Problem> {
    let shown = bearer(request.headers());
    let token = match shown {
        Some(text) => options.queue.token(&digest(text)).await?,
        None => None,
    };
    let now = options.clock.now();
    let token = match token {
        Some(token) if token.is_expired(now) => {
            return Err(unauthorized(format!("the token `{}` expired at {}", token.name, token.expires_at)));
        }
        Some(token) => token,
        None if !options.queue.has_tokens().await? => return Err(Problem::not_found()),
        None if shown.is_none() => {
            return Err(unauthorized(format!("the header Authorization: Bearer {PREFIX}… is missing")));
        }
        None => return Err(unauthorized("the token is not known, or was removed")),
    };
    options.limits.take(&token.name).map_err(|wait| {
        let detail = format!("the token `{}` asks too often", token.name);
        Problem::new(StatusCode::TOO_MANY_REQUESTS, "TOO_MANY", detail).retry_after(wait.as_secs() + 1)
    })?;
    options.queue.note_use(&token, now).await?;
    let queue = options.queue.acting_as(format!("token:{}", token.name), || Clock.now());
    request.extensions_mut().insert(Program { token, queue });
    Ok(next.run(request).await)
}

fn unauthorized(detail: impl Into<String>) -> Problem {
    Problem::new(StatusCode::UNAUTHORIZED, "TOKEN", detail)
        .hint("catalink token add NAME --role viewer|sender|admin makes a token")
}

/// The token that a request shows.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// Lets through who may make and run campaigns.
pub(crate) async fn senders(program: Program, request: Request, next: Next) -> Result<Response, Problem> {
    if program.token.role.includes(Role::Sender) {
        return Ok(next.run(request).await);
    }
    let (name, role) = (&program.token.name, program.token.role.name());
    let detail =
        format!("the token `{name}` has the role {role}, and this takes the role {}", Role::Sender.name());
    Err(Problem::new(StatusCode::FORBIDDEN, "ROLE", detail))
}

/// What every answer carries. Answers hold numbers of people: no cache keeps them.
pub(crate) async fn headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// Which token was shown, and what it allows.
#[utoipa::path(
    get,
    path = "/token",
    tag = "tokens",
    responses(
        (status = 200, description = "The token: its name, role and end", body = Value, content_type = "application/json"),
        Problems,
    ),
)]
pub(crate) async fn shown(Extension(program): Extension<Program>) -> Json<Value> {
    Json(facts(&program.token))
}

fn facts(token: &Token) -> Value {
    json!({
        "token": token.name,
        "role": token.role.name(),
        "created_at": token.created_at.to_string(),
        "expires_at": token.expires_at.to_string(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(value: &'static str) -> Option<String> {
        let headers = HeaderMap::from_iter([(AUTHORIZATION, HeaderValue::from_static(value))]);
        bearer(&headers).map(str::to_owned)
    }

    #[test]
    fn only_a_bearer_is_a_token() {
        assert_eq!(shown("Bearer clk_a").as_deref(), Some("clk_a"));
        assert_eq!(shown("bearer  clk_a ").as_deref(), Some("clk_a"));
        assert_eq!(shown("Basic clk_a"), None);
        assert_eq!(shown("clk_a"), None);
        assert_eq!(bearer(&HeaderMap::new()), None);
    }
}
