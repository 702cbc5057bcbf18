//! An answer and the outcome it stands for. The body's code decides before the HTTP status.

pub(super) mod coding;
#[cfg(test)]
mod tests;

use std::{borrow::Cow, time::Duration};

use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;

use super::{
    codes::{self, About, Meaning},
    lenient, words,
};
use crate::domain::{
    PauseCause,
    ruling::outcome::{Outcome, Reason, SlowDown},
};

/// What can be done about a refused row; it stands behind the provider's words wherever the row is shown.
const CHECK_ROW: &str = "check this row's number, text and tags";

/// Why a row is tried again.
const TRIED_AGAIN: &str = "an error inside the provider; it asks for another try later";

/// One answer, as much of it as came.
#[derive(Debug, Clone)]
pub(super) struct Answer {
    pub status: u16,
    /// The host of a redirect.
    pub redirects_to: Option<String>,
    /// How long the provider asks us to stay silent.
    pub retry_after: Option<Duration>,
    /// The codings that are on the body, in the order in which they were put on it.
    pub coding: Vec<String>,
    /// The body, at most so much of it as is read.
    pub body: Vec<u8>,
    /// How the body ended.
    pub end: End,
}

/// How a body ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// As its sender meant it to.
    Whole,
    /// There was more than we read.
    Capped,
    Broken,
    /// Time was up.
    TimedOut,
}

/// What the body says, as far as it is one of the provider's.
#[derive(Debug, Default)]
struct Said {
    code: Option<String>,
    message: Option<String>,
    detail: Option<String>,
    message_id: Option<String>,
    is_about_account: bool,
    is_about_number: bool,
}

impl Answer {
    /// What this answer means for the recipient. The key is taken out of every text.
    pub(super) fn outcome(&self, key: &SecretString) -> Outcome {
        let text = if self.is_readable() { String::from_utf8_lossy(&self.body) } else { Cow::default() };
        let said = Said::read(&text);
        if self.is_accepted(&said) {
            return self.accepted(said.message_id.map(|id| words::shortened(&id)));
        }
        let told = said.words().or_else(|| words::line_of(&text));
        let told = told.map(|told| words::without(&told, key.expose_secret()));
        let code =
            said.code.as_deref().map(|code| words::without(&words::shortened(code), key.expose_secret()));
        match said.code.as_deref().and_then(|code| codes::meaning(code, said.about())) {
            Some(meaning) if self.is_success() => {
                self.contradicted(meaning, code.unwrap_or_default(), told.as_deref())
            }
            Some(meaning) => by_meaning(meaning, code.unwrap_or_default(), told.as_deref()),
            None => self.by_status(code.as_deref(), told.as_deref()),
        }
    }

    /// The same answer with its body as it was before it was coded, where the coding is a known one.
    pub(super) fn decoded(mut self) -> Self {
        while let Some(name) = self.coding.last() {
            match coding::decoded(name, &self.body, super::ANSWER_BYTES_MAX) {
                Some((body, is_whole)) => {
                    self.body = body;
                    if !is_whole && self.end == End::Whole {
                        self.end = End::Capped;
                    }
                    self.coding.pop();
                }
                None => break,
            }
        }
        self
    }

    fn is_readable(&self) -> bool {
        self.coding.is_empty()
    }

    /// A message id is proof; without one a known code decides, and then the status.
    fn is_accepted(&self, said: &Said) -> bool {
        let meaning = said.code.as_deref().and_then(|code| codes::meaning(code, said.about()));
        match meaning {
            Some(Meaning::Accepted) => true,
            Some(_) => self.is_success() && said.message_id.is_some(),
            None => self.is_success(),
        }
    }

    fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    fn accepted(&self, message_id: Option<String>) -> Outcome {
        let note = message_id.is_none().then(|| {
            let why = match self.end {
                End::Whole | End::Capped if !self.is_readable() => "its answer has an unknown content coding",
                End::Whole => "its answer holds no message id that can be read",
                End::Capped => "its answer is too long to be read",
                End::Broken => "its answer broke off before the message id",
                End::TimedOut => "its answer did not come to its end in time",
            };
            format!("the provider accepted the message with HTTP {}, but {why}", self.status)
        });
        Outcome::Accepted { message_id, note }
    }

    /// The status says that the message was taken, and the body that it was not. Which of them is right nobody can tell.
    fn contradicted(&self, meaning: Meaning, code: String, told: Option<&str>) -> Outcome {
        let told = told.unwrap_or("the provider gave no words").trim_end_matches('.');
        let text = format!(
            "{told}; but the provider answered with HTTP {}, which accepts the message: it may or may not have been taken",
            self.status
        );
        let cause = if let Meaning::Fault(cause) = meaning { Some(cause) } else { None };
        Outcome::Contradicted { cause, reason: Reason::new(code, text) }
    }

    fn by_status(&self, code: Option<&str>, told: Option<&str>) -> Outcome {
        let status = self.status;
        let reason = |what: &str, to_do: &str| {
            let told = told.map(|told| format!(" ({})", told.trim_end_matches('.'))).unwrap_or_default();
            let code = code.map_or_else(|| format!("HTTP_{status}"), str::to_owned);
            Reason::new(code, format!("{what}: HTTP {status}{told}; {to_do}"))
        };
        let account = |to_do: &str| Outcome::AccountFault {
            cause: PauseCause::Account,
            reason: reason("the provider turned the request away", to_do),
        };
        match status {
            429 | 503 => Outcome::NotTaken {
                reason: reason("the provider asks for fewer requests", "sending continues more slowly"),
                slow_down: self.retry_after.map_or(SlowDown::Halve, SlowDown::SilentFor),
            },
            401 | 403 => {
                account("check the API key, and that this machine's address is on the key's allow-list")
            }
            404 | 405 => account("check the base URL or the pod, and the SID"),
            407 => account("a proxy in between wants to be logged in to"),
            300..400 => account(&format!(
                "it redirects to {}, which is not followed; check the base URL or the pod, or a proxy's login page",
                self.redirects_to.as_deref().unwrap_or("another address")
            )),
            // Said by what stands in between, of a connection or a time that it was waiting for: the message may be through.
            408 | 421 | 425 | 499 => Outcome::Unanswered(reason(
                "something in between gave the request up",
                "the message may or may not have been taken",
            )),
            // The body may say that the account is at fault, and then all others would be refused with this one.
            400..500 if !self.is_readable() => account(
                "its answer has an unknown content coding that was not requested; check for a proxy in between",
            ),
            400..500 if self.end == End::Whole || self.end == End::Capped => {
                Outcome::Refused(reason("the provider refused the message", CHECK_ROW))
            }
            _ => {
                let what = match self.end {
                    End::Broken => "the connection broke in the middle of the answer",
                    End::TimedOut => "the answer did not come to its end in time",
                    End::Whole | End::Capped => "something in between or inside the provider failed",
                };
                Outcome::Unanswered(reason(what, "the message may or may not have been taken"))
            }
        }
    }
}

fn by_meaning(meaning: Meaning, code: String, told: Option<&str>) -> Outcome {
    let told = told.unwrap_or("the provider gave no words").trim_end_matches('.');
    let text = match meaning {
        Meaning::Refused => format!("{told}; {CHECK_ROW}"),
        Meaning::TryAgain => format!("{told}; {TRIED_AGAIN}"),
        // What to do about the account is said with the pause.
        Meaning::Fault(_) | Meaning::Accepted => told.to_owned(),
    };
    let reason = Reason::new(code, text);
    match meaning {
        Meaning::Refused => Outcome::Refused(reason),
        Meaning::TryAgain => Outcome::TryAgain(reason),
        Meaning::Fault(cause) => Outcome::AccountFault { cause, reason },
        Meaning::Accepted => Outcome::Accepted { message_id: None, note: Some(reason.text) },
    }
}

impl Said {
    fn read(text: &str) -> Self {
        match lenient::parse(text) {
            Some(Value::Object(object)) => {
                let error = object.get("error");
                let has = |key: &str| error.and_then(|error| error.get(key)).is_some();
                Self {
                    code: object.get("code").and_then(lenient::scalar),
                    message: object.get("message").and_then(lenient::scalar),
                    // The member's name varies with the fault: error, payload, balance, account, phone_number.
                    detail: error.and_then(|error| {
                        let mut values = error.as_object().into_iter().flat_map(|members| members.values());
                        lenient::scalar(error).or_else(|| values.find_map(lenient::scalar))
                    }),
                    message_id: message_id(&object),
                    is_about_account: has("account"),
                    is_about_number: has("phone_number"),
                }
            }
            Some(_) => Self::default(),
            None => Self {
                code: lenient::field(text, "code"),
                message: lenient::field(text, "message"),
                message_id: lenient::field(text, "message_id"),
                is_about_account: lenient::field(text, "account").is_some(),
                is_about_number: lenient::field(text, "phone_number").is_some(),
                detail: None,
            },
        }
    }

    fn about(&self) -> About {
        let words = self.message.as_deref().unwrap_or_default().to_ascii_lowercase();
        match (self.is_about_account, self.is_about_number) {
            (true, _) => About::Account,
            (false, true) => About::PhoneNumber,
            (false, false) if words.contains("phone number") => About::PhoneNumber,
            (false, false) => About::Other,
        }
    }

    fn words(&self) -> Option<String> {
        let (message, detail) = (self.message.as_deref(), self.detail.as_deref());
        let told = match (message, detail) {
            (Some(message), Some(detail)) if !message.contains(detail) => {
                format!("{} ({})", message.trim_end_matches('.'), detail.trim_end_matches('.'))
            }
            (Some(words), _) | (None, Some(words)) => words.to_owned(),
            (None, None) => return None,
        };
        words::line_of(&told)
    }
}

/// `data.message_id`, or a `message_id` beside `data`, or one in a list.
fn message_id(object: &serde_json::Map<String, Value>) -> Option<String> {
    let data = object.get("data");
    let in_list = data.and_then(Value::as_array).and_then(|list| list.first());
    [data, in_list]
        .into_iter()
        .flatten()
        .find_map(|data| data.get("message_id"))
        .or_else(|| object.get("message_id"))
        .and_then(lenient::scalar)
}
