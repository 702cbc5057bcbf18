//! What a request brings: its body, its query, its path. What cannot be read is a problem that says why.

use axum::{
    Json,
    body::Bytes,
    extract::{FromRequest, FromRequestParts, Path, Query, Request},
    http::{StatusCode, header::CONTENT_TYPE, request::Parts},
};
use serde::{Deserialize, de::DeserializeOwned};
use utoipa::ToSchema;

use super::problem::Problem;
use crate::app::lists::places::{self, PlaceError};

/// The body: a JSON object. Where there is none, it is an empty object.
#[derive(Debug)]
pub(crate) struct Body<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let kind = request.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        let is_json = kind.is_some_and(|kind| kind.starts_with("application/json"));
        let bytes = Bytes::from_request(request, state)
            .await
            .map_err(|error| Problem::new(error.status(), "BODY", error.body_text()))?;
        if bytes.is_empty() {
            return parse(b"{}");
        }
        if !is_json {
            return Err(Problem::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "BODY",
                "the body has to be JSON, and its header has to say so",
            )
            .hint("Content-Type: application/json"));
        }
        parse(&bytes)
    }
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<Body<T>, Problem> {
    Json::from_bytes(bytes).map(|Json(value)| Body(value)).map_err(|error| {
        // Its first line is a heading for people who write servers.
        let text = error.body_text();
        let text = text.rsplit_once("type: ").map_or(text.as_str(), |(_, reason)| reason);
        Problem::new(error.status(), "INVALID", format!("the body cannot be used: {text}"))
    })
}

/// The query.
#[derive(Debug)]
pub(crate) struct Params<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Params<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match Query::<T>::from_request_parts(parts, state).await {
            Ok(Query(params)) => Ok(Self(params)),
            Err(error) => {
                let text = error.body_text();
                let text = text.rsplit_once("query string: ").map_or(text.as_str(), |(_, reason)| reason);
                Err(invalid(format!("the query cannot be used: {text}")))
            }
        }
    }
}

/// The parts of the address.
#[derive(Debug)]
pub(crate) struct Place<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Place<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Path(place) = Path::from_request_parts(parts, state).await.map_err(|_| Problem::not_found())?;
        Ok(Self(place))
    }
}

/// Something that was given and cannot be used.
pub(crate) fn invalid(detail: impl Into<String>) -> Problem {
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "INVALID", detail)
}

/// The value of that name, read from a list of names; an unknown one is told with those that there are.
pub(crate) fn named<T: Copy>(what: &str, text: &str, all: &[(&'static str, T)]) -> Result<T, Problem> {
    let found = all.iter().find(|(name, _)| *name == text.trim());
    found.map(|(_, value)| *value).ok_or_else(|| {
        let names: Vec<&str> = all.iter().map(|(name, _)| *name).collect();
        invalid(format!("`{text}` is not a {what}; there are {}", names.join(", ")))
    })
}

/// A line as a program names it: `7`, or `"spring.csv:7"` where several lists have one.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(untagged)]
pub(crate) enum Line {
    Number(u64),
    Named(String),
}

impl Line {
    pub(crate) fn place(&self) -> Result<places::Place, Problem> {
        let text = match self {
            Self::Number(line) => line.to_string(),
            Self::Named(text) => text.clone(),
        };
        text.parse().map_err(|error: places::NotAPlace| invalid(format!("line `{text}`: {error}")))
    }
}

impl From<PlaceError> for Problem {
    fn from(error: PlaceError) -> Self {
        match error {
            PlaceError::Queue(error) => error.into(),
            error @ (PlaceError::NoList { .. } | PlaceError::Ambiguous { .. }) => invalid(error.to_string()),
        }
    }
}
