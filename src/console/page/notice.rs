//! What a form has come to, said on the page that it was on.

use std::fmt;

use axum::http::StatusCode;

use super::failure::Failure;
use crate::queue::QueueError;

/// What something has come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum PageNotice {
    Done(String),
    Problem(String),
}

impl PageNotice {
    /// What a form has come to; a failure that is no refusal has a page of its own.
    pub(crate) fn of<R: fmt::Display>(result: Result<String, FormError<R>>) -> Result<Self, Failure> {
        match result {
            Ok(text) => Ok(Self::Done(text)),
            Err(FormError::Refused(refusal)) => Ok(Self::Problem(refusal.to_string())),
            Err(FormError::Failed(failure)) => Err(failure),
        }
    }

    /// The status of the page that says it.
    pub(crate) fn status(&self) -> StatusCode {
        match self {
            Self::Done(_) => StatusCode::OK,
            Self::Problem(_) => StatusCode::UNPROCESSABLE_ENTITY,
        }
    }
}

/// Why a form was not carried out.
#[derive(Debug)]
pub(crate) enum FormError<R> {
    /// What was typed, or how things stand: its page says so.
    Refused(R),
    Failed(Failure),
}

impl<R> From<Failure> for FormError<R> {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

impl<R> From<QueueError> for FormError<R> {
    fn from(error: QueueError) -> Self {
        Self::Failed(error.into())
    }
}
