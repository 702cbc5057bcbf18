//! What a request came to that cannot be served: a page that says so, and what to do.

use askama::Template;
use axum::{
    http::{StatusCode, header::RETRY_AFTER},
    response::{Html, IntoResponse, Redirect, Response},
};

use super::{
    assets::VERSION,
    words::{Words, texts},
};
use crate::{console::setup::ConsoleError, queue::QueueError};

/// In how many seconds to come again where too many ask.
pub(crate) const COME_AGAIN: &str = "5";

/// Why a request cannot be served.
#[derive(Debug)]
pub(crate) enum Failure {
    /// Nothing is at that address.
    NotFound,
    /// The visitor's role does not allow it.
    Forbidden,
    /// Reached under a name that is not this machine's.
    WrongHost,
    /// The request came from another site.
    CrossSite,
    /// The upload is larger than is taken; the limit in words.
    TooLarge(String),
    /// What was asked for is not possible as things stand, or was not understood.
    Refused(String),
    /// What was at that address has become something else: its page.
    Elsewhere(String),
    /// Too many ask for the same costly thing at this moment.
    Busy,
    /// Ours.
    Broken(String),
}

#[derive(Template)]
#[template(path = "frame/failure.html", config = ".askama.toml")]
struct Page {
    w: &'static Words,
    version: &'static str,
    title: String,
    text: String,
}

impl Failure {
    /// Something of ours that failed: logged here, once, and shown without its insides.
    pub(crate) fn broken(error: &dyn std::error::Error) -> Self {
        Self::Broken(in_words(error))
    }
}

/// An error and its causes, as one text.
pub(crate) fn in_words(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}

impl From<QueueError> for Failure {
    fn from(error: QueueError) -> Self {
        match &error {
            QueueError::UnknownCampaign { .. } => Self::NotFound,
            QueueError::OtherAccount { .. } | QueueError::CampaignExists { .. } => {
                Self::Refused(error.to_string())
            }
            QueueError::Campaign(reason) => Self::Refused(reason.to_string()),
            QueueError::Step { source, .. } => Self::Refused(source.to_string()),
            QueueError::NotOver { .. }
            | QueueError::Purged { .. }
            | QueueError::ListInUse { .. }
            | QueueError::NoSuchList { .. }
            | QueueError::NothingInstead
            | QueueError::ListsChanged { .. }
            | QueueError::OnItsWay { .. }
            | QueueError::Traces { .. } => Self::Refused(error.to_string()),
            QueueError::Missing { .. }
            | QueueError::Open { .. }
            | QueueError::NotADatabase { .. }
            | QueueError::NewerVersion { .. }
            | QueueError::Migrate { .. }
            | QueueError::SqliteTooOld { .. }
            | QueueError::Sqlite(_)
            | QueueError::Storage(_)
            | QueueError::Inconsistent { .. }
            | QueueError::Leased { .. }
            | QueueError::LeaseLost
            | QueueError::NoRoom { .. }
            | QueueError::Vanished { .. }
            | QueueError::Restored { .. }
            | QueueError::NotMoved { .. }
            | QueueError::ForeignLog { .. }
            | QueueError::InUse { .. }
            | QueueError::Restore { .. }
            | QueueError::ReadOnly { .. }
            | QueueError::Outdated { .. }
            | QueueError::Backup { .. }
            | QueueError::Upload { .. }
            | QueueError::ImportAbandoned
            | QueueError::NotAFile
            | QueueError::NotAServer
            | QueueError::Unreachable(_)
            | QueueError::Unanswered
            | QueueError::Unfit { .. }
            | QueueError::NoRandomness { .. }
            | QueueError::Closed => Self::broken(&error),
        }
    }
}

impl From<ConsoleError> for Failure {
    fn from(error: ConsoleError) -> Self {
        Self::broken(&error)
    }
}

impl From<askama::Error> for Failure {
    fn from(error: askama::Error) -> Self {
        Self::broken(&error)
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let w = texts();
        let (status, title, text) = match self {
            Self::NotFound => (StatusCode::NOT_FOUND, w.not_found, w.not_found_text.to_string()),
            Self::Forbidden => (StatusCode::FORBIDDEN, w.forbidden, w.forbidden_text.to_string()),
            Self::WrongHost => (StatusCode::FORBIDDEN, w.forbidden, w.wrong_host.to_string()),
            Self::CrossSite => (StatusCode::FORBIDDEN, w.forbidden, w.cross_site.to_string()),
            Self::TooLarge(limit) => (StatusCode::PAYLOAD_TOO_LARGE, w.not_now, w.too_large.with(limit)),
            Self::Refused(text) => (StatusCode::UNPROCESSABLE_ENTITY, w.not_now, text),
            Self::Busy => {
                let retry_after = [(RETRY_AFTER, COME_AGAIN)];
                return (StatusCode::SERVICE_UNAVAILABLE, retry_after, w.sign_in_busy.to_string())
                    .into_response();
            }
            Self::Elsewhere(path) => return Redirect::to(&path).into_response(),
            Self::Broken(text) => {
                tracing::error!(text, "a request failed");
                (StatusCode::INTERNAL_SERVER_ERROR, w.failed, w.failed_text.to_string())
            }
        };
        let page = Page { w, version: &VERSION, title: title.to_string(), text };
        match page.render() {
            Ok(html) => (status, Html(html)).into_response(),
            Err(_) => status.into_response(),
        }
    }
}
