//! Errors as RFC 9457 has them, with the kind and the advice of the command line.

use axum::{
    http::{
        HeaderValue, StatusCode,
        header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE},
    },
    response::{IntoResponse, Response},
};
use serde::Serialize;

use crate::{app::wording::error::Explained, queue::QueueError, report::ReportError};

/// What is said of a failure that is ours.
const FAILED: &str = "the request failed; the log of the server says why";

/// Why a request is not served: `application/problem+json`.
#[derive(Debug, Serialize)]
pub(super) struct Problem {
    /// `about:blank`: what `status` and `code` say is all there is.
    #[serde(rename = "type")]
    kind: &'static str,
    title: &'static str,
    status: u16,
    /// What failed and why, in a sentence.
    detail: String,
    /// The kind of failure, as the command line names it with `--json`.
    code: &'static str,
    /// What there is to know before something risky is done.
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
    /// What to do next.
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<String>,
    #[serde(skip)]
    retry_after_s: Option<u64>,
}

impl Problem {
    pub(super) fn new(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Self {
        Self {
            kind: "about:blank",
            title: status.canonical_reason().unwrap_or_default(),
            status: status.as_u16(),
            detail: detail.into(),
            code,
            note: None,
            hint: None,
            retry_after_s: None,
        }
    }

    /// With what to do next.
    pub(super) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Nothing is at that address.
    pub(super) fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "NOT_FOUND", "there is nothing at this address")
    }

    pub(super) fn method_not_allowed() -> Self {
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "METHOD", "this address does not take that method")
    }

    /// A handler has panicked; the panic itself has been reported.
    pub(super) fn panicked() -> Self {
        tracing::error!("a request of a program has panicked");
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "ERROR", FAILED)
    }

    /// Ours: logged here, once, and told without its insides.
    pub(super) fn broken(error: &dyn std::error::Error) -> Self {
        let words = Explained::of(error).words.join(": ");
        tracing::error!(words, "a request of a program failed");
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "ERROR", FAILED)
    }
}

impl From<QueueError> for Problem {
    fn from(error: QueueError) -> Self {
        let Explained { code, words, note, hint } = Explained::from(&error);
        let status = match code {
            "UNKNOWN_CAMPAIGN" => StatusCode::NOT_FOUND,
            "CAMPAIGN_EXISTS" | "WRONG_STATE" | "OTHER_ACCOUNT" | "RESTORED_COPY" => StatusCode::CONFLICT,
            "INVALID" | "NO_RECORDS" => StatusCode::UNPROCESSABLE_ENTITY,
            "IN_USE" => StatusCode::SERVICE_UNAVAILABLE,
            _ => return Self { code: if code.is_empty() { "ERROR" } else { code }, ..Self::broken(&error) },
        };
        Self { note, hint, ..Self::new(status, code, words.join(": ")) }
    }
}

impl From<ReportError> for Problem {
    fn from(error: ReportError) -> Self {
        match error {
            ReportError::Queue(error) => error.into(),
            error @ (ReportError::Exists { .. }
            | ReportError::File { .. }
            | ReportError::Output(_)
            | ReportError::Closed
            | ReportError::Workbook(_)
            | ReportError::Broken
            | ReportError::DoesNotAddUp { .. }) => Self::broken(&error),
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let body = serde_json::to_vec(&self).unwrap_or_default();
        let kind = [(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"))];
        let mut response = (status, kind, body).into_response();
        if status == StatusCode::UNAUTHORIZED {
            let how = HeaderValue::from_static("Bearer realm=\"catalink\"");
            response.headers_mut().insert(WWW_AUTHENTICATE, how);
        }
        if let Some(seconds) = self.retry_after_s {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}
