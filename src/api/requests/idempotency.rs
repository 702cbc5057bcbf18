//! A POST with an `Idempotency-Key` is carried out once, and answered in the same way as often as it comes.

use std::sync::LazyLock;

use axum::{
    body::{Body, Bytes, to_bytes},
    extract::Request,
    http::{
        HeaderMap, HeaderName, HeaderValue, Method, StatusCode,
        header::{CONTENT_TYPE, LOCATION},
    },
    middleware::Next,
    response::{IntoResponse, Response},
};
use serde_json::Value;

use super::{access::Program, problem::Problem};
use crate::api::routes::BODY_BYTES_MAX;
use crate::{
    app::tokens::digest,
    clock::Clock,
    queue::{Answer, Asked, Before, Queue},
    random,
};

/// The header with the program's key.
const KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// Says that an answer was given before.
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

/// The longest key.
const KEY_CHARS_MAX: usize = 255;

/// The largest answer that is kept; answers to a POST are far smaller.
const ANSWER_BYTES_MAX: usize = 8 << 20;

/// Stands for this process among those that answer.
pub(crate) static SERVER: LazyLock<String> =
    LazyLock::new(|| random::text(random::HEX, 16).unwrap_or_else(|_| std::process::id().to_string()));

/// The key of a request, where it has one.
pub(crate) fn key(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let Some(value) = headers.get(KEY) else { return Ok(None) };
    let key = value.to_str().unwrap_or_default().trim();
    let fits = (1..=KEY_CHARS_MAX).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic());
    if fits {
        return Ok(Some(key.to_owned()));
    }
    let detail = format!("an Idempotency-Key has 1 to {KEY_CHARS_MAX} ASCII characters without blanks");
    Err(Problem::new(StatusCode::BAD_REQUEST, "IDEMPOTENCY_KEY", detail).hint("a UUID makes a good key"))
}

/// Stands for the parts of a request.
pub(crate) fn fingerprint(parts: &[&str]) -> String {
    digest(&serde_json::to_string(parts).unwrap_or_default())
}

pub(crate) fn asked(program: &Program, key: String, fingerprint: String, campaign: Option<String>) -> Asked {
    Asked { owner: program.token.name.clone(), key, fingerprint, server: SERVER.clone(), campaign }
}

/// Carries out what a request asks for, unless that was done before. It goes on where the program has gone away: what
/// came of it is there when the program comes again.
pub(crate) async fn once(
    queue: Queue,
    asked: Asked,
    work: impl Future<Output = Response> + Send + 'static,
) -> Result<Response, Problem> {
    match queue.begin_answer(asked.clone(), Clock.now()).await? {
        Before::Fresh => {}
        Before::Answered(answer) => {
            let mut response = given(answer);
            response.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
            return Ok(response);
        }
        Before::Other => return Err(other_request()),
        Before::InProgress => return Err(in_progress()),
        Before::Interrupted => return Err(interrupted()),
    }
    let carried_out = tokio::spawn(async move {
        let response = work.await;
        keep(&queue, &asked, response).await
    });
    match carried_out.await {
        Ok(response) => response,
        Err(error) => Err(Problem::broken(&error)),
    }
}

/// Keeps an answer; a failure of ours is forgotten, so that the request can be made again.
async fn keep(queue: &Queue, asked: &Asked, response: Response) -> Result<Response, Problem> {
    let (head, body) = response.into_parts();
    let body = to_bytes(body, ANSWER_BYTES_MAX).await.map_err(|error| Problem::broken(&error))?;
    if head.status.is_server_error() {
        queue.forget_answer(asked).await?;
        return Ok((head, body).into_response());
    }
    let text =
        |name: HeaderName| head.headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let answer = Answer {
        status: head.status.as_u16(),
        content_type: text(CONTENT_TYPE).unwrap_or_default(),
        location: text(LOCATION),
        body: String::from_utf8_lossy(&body).into_owned(),
    };
    queue.keep_answer(asked, answer).await?;
    Ok((head, body).into_response())
}

/// An answer as it was given before.
pub(crate) fn given(answer: Answer) -> Response {
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = (status, answer.body).into_response();
    for (name, value) in [(CONTENT_TYPE, Some(answer.content_type)), (LOCATION, answer.location)] {
        if let Some(value) = value.and_then(|text| HeaderValue::from_str(&text).ok()) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

pub(crate) fn of_json(status: StatusCode, body: &Value) -> Answer {
    Answer {
        status: status.as_u16(),
        content_type: "application/json".to_owned(),
        location: None,
        body: body.to_string(),
    }
}

pub(crate) fn of_problem(problem: &Problem) -> Answer {
    Answer {
        status: problem.status().as_u16(),
        content_type: Problem::CONTENT_TYPE.to_owned(),
        location: None,
        body: problem.to_json(),
    }
}

fn other_request() -> Problem {
    let detail = "the Idempotency-Key belongs to another request: the address or the body differs";
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "IDEMPOTENCY_KEY", detail)
        .hint("give each request a key of its own, and repeat a request without a change")
}

fn in_progress() -> Problem {
    let detail = "the request with this Idempotency-Key is being carried out";
    Problem::new(StatusCode::CONFLICT, "IN_PROGRESS", detail).hint("ask again in a moment").retry_after(1)
}

fn interrupted() -> Problem {
    let detail = "the server was stopped while it carried out the request with this Idempotency-Key; what came of it is \
                  not known";
    Problem::new(StatusCode::CONFLICT, "INTERRUPTED", detail)
        .hint("look at the campaign, and use another key for what is still to be done")
}

/// Answers a request with a key once. What has no body to be held against is not looked at: a list has its own way.
pub(crate) async fn with_key(program: Program, request: Request, next: Next) -> Result<Response, Problem> {
    let key = if *request.method() == Method::POST { key(request.headers())? } else { None };
    let Some(key) = key else { return Ok(next.run(request).await) };
    let (head, body) = request.into_parts();
    let body = read(body).await?;
    let address = head.uri.path_and_query().map(ToString::to_string).unwrap_or_default();
    let told = String::from_utf8_lossy(&body);
    let fingerprint = fingerprint(&[&address, &told]);
    let asked = asked(&program, key, fingerprint, campaign_in(head.uri.path()));
    let request = Request::from_parts(head, Body::from(body));
    once(program.queue, asked, async move { next.run(request).await }).await
}

async fn read(body: Body) -> Result<Bytes, Problem> {
    to_bytes(body, BODY_BYTES_MAX).await.map_err(|_| {
        let detail = format!("the body did not arrive whole, or has more than {BODY_BYTES_MAX} bytes");
        Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "BODY", detail)
    })
}

/// The campaign that an address is about: `/campaigns/{name}/…`.
fn campaign_in(path: &str) -> Option<String> {
    let (_, rest) = path.split_once("/campaigns/")?;
    let name = rest.split('/').next()?;
    let mut bytes = Vec::with_capacity(name.len());
    let mut left = name.bytes();
    while let Some(byte) = left.next() {
        if byte == b'%' {
            let pair = [left.next()?, left.next()?];
            bytes.push(u8::from_str_radix(std::str::from_utf8(&pair).ok()?, 16).ok()?);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_names_its_campaign() {
        assert_eq!(campaign_in("/campaigns/spring/start").as_deref(), Some("spring"));
        assert_eq!(campaign_in("/api/v1/campaigns/fr%C3%BChling").as_deref(), Some("frühling"));
        assert_eq!(campaign_in("/campaigns"), None);
        assert_eq!(campaign_in("/campaigns/%C3/x"), None);
    }

    #[test]
    fn a_key_is_a_short_word() {
        let of = |value: &str| key(&HeaderMap::from_iter([(KEY, HeaderValue::from_str(value).unwrap())]));
        assert_eq!(of("a-1").unwrap().as_deref(), Some("a-1"));
        assert!(of("").is_err() && of("a b").is_err() && of(&"x".repeat(256)).is_err());
        assert_eq!(key(&HeaderMap::new()).unwrap(), None);
    }
}
