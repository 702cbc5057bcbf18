//! Errors as RFC 9457 has them, with the kind and the advice of the command line.

use axum::{
    http::{
        HeaderValue, StatusCode,
        header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE},
    },
    response::{IntoResponse, Response},
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{app::wording::error::Explained, queue::QueueError, report::ReportError};

/// What is said of a failure that is ours.
const FAILED: &str = "the request failed; the log of the server says why";

/// Why a request is not served: `application/problem+json`.
#[derive(Debug)]
pub(crate) struct Problem(Box<Members>);

/// Why a request was not served (RFC 9457).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Problem)]
pub(crate) struct Members {
    /// `about:blank`: what `status` and `code` say is all there is.
    #[serde(rename = "type")]
    #[schema(value_type = String)]
    kind: &'static str,
    #[schema(value_type = String)]
    title: &'static str,
    status: u16,
    /// What failed and why, in a sentence.
    detail: String,
    /// The kind of failure, as the command line names it with `--json`.
    #[schema(value_type = String)]
    code: &'static str,
    /// What there is to know before something risky is done.
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
    /// What to do next.
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<String>,
    /// What can be chosen from, by name.
    #[serde(skip_serializing_if = "Option::is_none")]
    choices: Option<Vec<String>>,
    /// What each choice adds to the query of the import.
    #[serde(skip_serializing_if = "Option::is_none")]
    options: Option<Vec<String>>,
    #[serde(skip)]
    retry_after_s: Option<u64>,
}

impl Problem {
    pub(crate) const CONTENT_TYPE: &'static str = "application/problem+json";

    pub(crate) fn new(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Self {
        Self(Box::new(Members {
            kind: "about:blank",
            title: status.canonical_reason().unwrap_or_default(),
            status: status.as_u16(),
            detail: detail.into(),
            code,
            note: None,
            hint: None,
            choices: None,
            options: None,
            retry_after_s: None,
        }))
    }

    /// With what to do next.
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.0.hint = Some(hint.into());
        self
    }

    /// With what can be chosen from, where there is something.
    pub(crate) fn choices(mut self, choices: Vec<String>, options: Option<Vec<String>>) -> Self {
        self.0.choices = Some(choices).filter(|choices| !choices.is_empty());
        self.0.options = options;
        self
    }

    /// With how long to wait.
    pub(crate) fn retry_after(mut self, seconds: u64) -> Self {
        self.0.retry_after_s = Some(seconds);
        self
    }

    /// An error in the words of every face; `code` where it has no name of its own.
    pub(crate) fn explained(status: StatusCode, code: &'static str, explained: Explained) -> Self {
        let Explained { code: own, words, note, hint } = explained;
        let code = if own.is_empty() { code } else { own };
        let mut problem = Self::new(status, code, words.join(": "));
        (problem.0.note, problem.0.hint) = (note, hint);
        problem
    }

    pub(crate) fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.0.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    pub(crate) fn to_json(&self) -> String {
        serde_json::to_string(&self.0).unwrap_or_default()
    }

    /// Nothing is at that address.
    pub(crate) fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "NOT_FOUND", "there is nothing at this address")
    }

    pub(crate) fn method_not_allowed() -> Self {
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "METHOD", "this address does not take that method")
    }

    /// A handler has panicked; the panic itself has been reported.
    pub(crate) fn panicked() -> Self {
        tracing::error!("a request of a program has panicked");
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "ERROR", FAILED)
    }

    /// The system gives no random numbers.
    pub(crate) fn no_randomness() -> Self {
        tracing::error!("the system gives no random numbers");
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "ERROR", FAILED)
    }

    /// Ours: logged here, once, and told without its insides.
    pub(crate) fn broken(error: &dyn std::error::Error) -> Self {
        let words = Explained::of(error).words.join(": ");
        tracing::error!(words, "a request of a program failed");
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "ERROR", FAILED)
    }
}

impl From<QueueError> for Problem {
    fn from(error: QueueError) -> Self {
        let explained = Explained::from(&error);
        let status = match explained.code {
            "UNKNOWN_CAMPAIGN" => StatusCode::NOT_FOUND,
            "CAMPAIGN_EXISTS" | "WRONG_STATE" | "OTHER_ACCOUNT" | "RESTORED_COPY" => StatusCode::CONFLICT,
            "INVALID" | "NO_RECORDS" => StatusCode::UNPROCESSABLE_ENTITY,
            "IN_USE" => StatusCode::SERVICE_UNAVAILABLE,
            code => {
                let mut problem = Self::broken(&error);
                problem.0.code = code;
                return problem;
            }
        };
        Self::explained(status, "ERROR", explained)
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
        let status = self.status();
        let kind = [(CONTENT_TYPE, HeaderValue::from_static(Self::CONTENT_TYPE))];
        let mut response = (status, kind, self.to_json()).into_response();
        if status == StatusCode::UNAUTHORIZED {
            let how = HeaderValue::from_static("Bearer realm=\"catalink\"");
            response.headers_mut().insert(WWW_AUTHENTICATE, how);
        }
        if let Some(seconds) = self.0.retry_after_s {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}
