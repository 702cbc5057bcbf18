//! Callbacks of the provider, read once: receipts, and what people write to us.

mod inbound;
mod receipts;

use reqwest::Url;
use serde_json::{Map, Value};

pub use self::receipts::{meaning, said};
use super::{lenient, words};
use crate::domain::{Inbound, Phone, Receipt, Timestamp};

/// The longest identifier or tag that is kept; longer ones cannot be ours (the provider cuts tags at 255).
const FIELD_CHARS_MAX: usize = 512;

/// Why a request is no callback.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CallbackError {
    /// Nothing in it.
    #[error("the request has no body and no query")]
    Empty,
    /// Not JSON, and not `name=value` pairs.
    #[error("the body is neither JSON nor a query string; it starts with `{start}`")]
    Unreadable { start: String },
    /// Readable, but without a status, or without anything that says which message it is about.
    #[error("there is no {missing} in it")]
    NotACallback { missing: &'static str },
}

/// What a request of the provider holds: an object, or a list of them.
#[derive(Debug)]
pub struct Callback(Value);

impl Callback {
    /// Reads a body: JSON, or `name=value` pairs.
    pub fn from_body(body: &[u8]) -> Result<Self, CallbackError> {
        let text = String::from_utf8_lossy(body);
        let text = text.trim_start_matches('\u{FEFF}').trim();
        if text.is_empty() {
            return Err(CallbackError::Empty);
        }
        if let Some(value @ (Value::Object(_) | Value::Array(_))) = lenient::parse(text) {
            return Ok(Self(value));
        }
        if text.contains('=') && !text.starts_with(['{', '[', '<', '"']) {
            return Self::from_query(text);
        }
        Err(CallbackError::Unreadable { start: words::shortened(text).chars().take(40).collect() })
    }

    /// Reads a query string (V1 by GET), with or without its question mark.
    pub fn from_query(query: &str) -> Result<Self, CallbackError> {
        let mut url = Url::parse("http://localhost/").expect("a constant that is an address");
        url.set_query(Some(query.trim_start_matches('?')));
        let members: Map<String, Value> = url
            .query_pairs()
            .map(|(name, value)| (name.into_owned(), Value::String(value.into_owned())))
            .collect();
        if members.is_empty() { Err(CallbackError::Empty) } else { Ok(Self(Value::Object(members))) }
    }

    /// The receipts in it. A callback that is about something else than a message of ours (somebody wrote to the
    /// sender) has none.
    pub fn receipts(&self) -> Result<Vec<Receipt>, CallbackError> {
        receipts::from_value(&self.0)
    }

    /// What people wrote, and what else is no receipt.
    pub fn inbound(&self) -> Vec<Inbound> {
        inbound::from_value(&self.0)
    }
}

/// The first of these members that has a value. Blank texts, `null` and placeholders that the provider did not
/// replace, such as `<ref>`, are none.
fn text_of(object: &Map<String, Value>, names: &[&str]) -> Option<String> {
    let values = names.iter().filter_map(|name| object.get(*name)).filter_map(lenient::scalar);
    values
        .filter(|text| !(text.starts_with('<') && text.ends_with('>')))
        .find(|text| !matches!(text.as_str(), "null" | "NULL" | "None"))
        .map(|text| text.chars().take(FIELD_CHARS_MAX).collect())
}

/// Seconds or milliseconds since 1970, or RFC 3339. A local time without its zone says nothing.
pub fn instant(text: &str) -> Option<Timestamp> {
    const SECONDS: std::ops::Range<i64> = 1_000_000_000..10_000_000_000;
    match text.parse::<i64>() {
        Ok(seconds) if SECONDS.contains(&seconds) => Some(Timestamp(seconds * 1_000)),
        Ok(ms) if SECONDS.contains(&(ms / 1_000)) => Some(Timestamp(ms)),
        Ok(_) => None,
        Err(_) => Timestamp::parse(text).ok(),
    }
}

/// A number as the provider writes it: with or without a plus, zeros in front, or blanks.
pub fn phone(text: &str) -> Option<Phone> {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    Phone::from_digits(digits.parse().ok()?).ok()
}
