//! An answer and the outcome it stands for. The body's code decides before the HTTP status.

use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;

use super::{
    codes::{self, About, Meaning},
    lenient, words,
};
use crate::domain::{
    PauseCause,
    outcome::{Outcome, Reason, SlowDown},
};

/// One answer, as much of it as came.
#[derive(Debug, Clone)]
pub(super) struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The host of a redirect.
    pub redirects_to: Option<String>,
    /// How long the provider asks us to stay silent.
    pub retry_after: Option<Duration>,
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
    /// The connection broke.
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
        let text = String::from_utf8_lossy(&self.body);
        let said = Said::read(&text);
        if self.is_accepted(&said) {
            return self.accepted(said.message_id.map(|id| words::shortened(&id)));
        }
        let told = said.words().or_else(|| words::line_of(&text));
        let told = told.map(|told| words::without(&told, key.expose_secret()));
        let code =
            said.code.as_deref().map(|code| words::without(&words::shortened(code), key.expose_secret()));
        match said.code.as_deref().and_then(|code| codes::meaning(code, said.about())) {
            Some(meaning) => by_meaning(meaning, code.unwrap_or_default(), told.as_deref()),
            None => self.by_status(code.as_deref(), told.as_deref()),
        }
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
                End::Whole => "its answer holds no message id that can be read",
                End::Capped => "its answer is too long to be read",
                End::Broken => "its answer broke off before the message id",
                End::TimedOut => "its answer did not come to its end in time",
            };
            format!("the provider accepted the message with HTTP {}, but {why}", self.status)
        });
        Outcome::Accepted { message_id, note }
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
                reason: reason("the provider asks for fewer requests", "sending goes on more slowly"),
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
            400..500 if self.end == End::Whole || self.end == End::Capped => Outcome::Refused(reason(
                "the provider refused the message",
                "check this row's number, text and tags",
            )),
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
    let text = match codes::what_to_do(meaning) {
        Some(to_do) => format!("{told}; {to_do}"),
        None => told.to_owned(),
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const KEY: &str = "A0123456789abcdef";

    fn answer(status: u16, body: &str) -> Answer {
        Answer { status, redirects_to: None, retry_after: None, body: body.into(), end: End::Whole }
    }

    fn outcome(status: u16, body: &str) -> Outcome {
        answer(status, body).outcome(&SecretString::from(KEY))
    }

    fn line(outcome: &Outcome) -> String {
        match outcome {
            Outcome::Accepted { message_id, note } => format!("accepted {message_id:?} {note:?}"),
            Outcome::Refused(reason) => format!("refused {}: {}", reason.code, reason.text),
            Outcome::AccountFault { cause, reason } => format!("{cause} {}: {}", reason.code, reason.text),
            Outcome::TryAgain(reason) => format!("try again {}: {}", reason.code, reason.text),
            Outcome::NotTaken { reason, slow_down } => {
                format!("not taken, {slow_down:?} {}: {}", reason.code, reason.text)
            }
            Outcome::Unanswered(reason) => format!("unanswered {}: {}", reason.code, reason.text),
        }
    }

    // Send Catalogue Link Messages, Sample Success Response, as it is printed there.
    const PRINTED_202: &str = r#"{
"code":"WA202"
"message":"Request Accepted",
"data":{
"message_id":"AXXXXXXXXXXXXXXXXXXX"
}
"error":{}
}"#;

    #[test]
    fn every_documented_failure_has_its_outcome() {
        let table = [
            (
                401,
                r#"{"code":"RBC001","message":"Incorrect SID or API key.","data":[],"error":{"error":"Incorrect SID or API key."}}"#,
                "credentials RBC001: Incorrect SID or API key; check the SID and the API key: a key ends when it is switched off or its creator leaves the team",
            ),
            (
                401,
                r#"{"code":"WA401","message":"Phone number is not present or does not belong to the account.","data":{},"error":{"phone_number":"Phone number is not present or does not belong to the account."}}"#,
                "sender WA401: Phone number is not present or does not belong to the account; check the sender's number: it must belong to this account and be set up for the WhatsApp API V2",
            ),
            (
                400,
                r#"{"code":"WA400","message":"Refer to correct payload format","data":{},"error":{"payload":"Incorrect payload format"}}"#,
                "refused WA400: Refer to correct payload format (Incorrect payload format); check this row's number, text and tags",
            ),
            (
                500,
                r#"{"code":"WA500","message":"Please try again later","data":{},"error":{"error":"Internal server error"}}"#,
                "try again WA500: Please try again later (Internal server error); an error inside the provider; it asks for another try later",
            ),
            (
                400,
                r#"{"code":"E110","message":"Please check your balance, You have a low balance!","data":{},"error":{"balance":"Please check your balance, You have a low balance!"}}"#,
                "low_balance E110: Please check your balance, You have a low balance!; top up the account or raise its credit limit, then resume",
            ),
            (
                401,
                r#"{"code":"WA-401","message":"API is not available for given customer.Please contact support for more info","data":{},"error":{"account":"API is not available for given customer.Please contact support for more info"}}"#,
                "account WA-401: API is not available for given customer.Please contact support for more info; ask the provider's support to enable the WhatsApp API V2 for this account",
            ),
            (
                401,
                r#"{"code":"WA-401","message":"The phone number you're using is associated with different Version of our WA API. Please use the appropriate endpoint.","data":{},"error":{"phone_number":"The phone number you're using is associated with different Version of our WA API. Please use the appropriate endpoint."}}"#,
                "sender WA-401: The phone number you're using is associated with different Version of our WA API. Please use the appropriate endpoint; check the sender's number: it must belong to this account and be set up for the WhatsApp API V2",
            ),
        ];
        for (status, body, expected) in table {
            assert_eq!(line(&outcome(status, body)), expected);
        }
    }

    #[test]
    fn the_code_decides_before_the_status() {
        for status in [200, 400, 401, 402, 429, 500, 503] {
            let of = |code: &str| line(&outcome(status, &format!(r#"{{"code":"{code}"}}"#)));
            assert!(of("E110").starts_with("low_balance E110"), "{status}");
            assert!(of("rbc-001").starts_with("credentials rbc-001"), "{status}");
            assert!(of("WAV2101").starts_with("daily_limit WAV2101"), "{status}");
            assert!(of("WA400").starts_with("refused WA400"), "{status}");
            assert!(of("WA500").starts_with("try again WA500"), "{status}");
        }
    }

    #[test]
    fn any_2xx_is_accepted_and_its_id_found_where_it_can_be() {
        let id = |id: &str| Outcome::Accepted { message_id: Some(id.to_owned()), note: None };
        assert_eq!(outcome(202, PRINTED_202), id("AXXXXXXXXXXXXXXXXXXX"));
        assert_eq!(outcome(200, r#"{"code":"WA200","data":{"message_id":"A1"}}"#), id("A1"));
        assert_eq!(outcome(201, r#"{"message_id":7}"#), id("7"));
        assert_eq!(outcome(202, r#"{"code":"WA500","data":{"message_id":"A1"}}"#), id("A1"));
        assert_eq!(outcome(202, r#"{"data":[{"message_id":"A1"}]}"#), id("A1"));
        assert_eq!(outcome(202, r#"{"code":"WA202","data":{"message_id":"A1","#), id("A1"));
        for body in
            ["", "OK", "{}", "<html>", "[]", "null", r#"{"data":{"message_id":null}}"#, "{\"data\":\u{0}"]
        {
            let found = outcome(204, body);
            assert!(
                matches!(&found, Outcome::Accepted { message_id: None, note: Some(_) }),
                "{body}: {found:?}"
            );
        }
        assert_eq!(
            line(&outcome(202, r#"{"code":"WA202","data":{"message"#)),
            r#"accepted None Some("the provider accepted the message with HTTP 202, but its answer holds no message id that can be read")"#
        );
    }

    #[test]
    fn without_a_known_code_the_status_decides() {
        let starts = [
            (301, "account HTTP_301: the provider turned the request away: HTTP 301; it redirects to"),
            (304, "account HTTP_304"),
            (401, "account HTTP_401: the provider turned the request away: HTTP 401; check the API key, and"),
            (403, "account HTTP_403"),
            (404, "account HTTP_404: the provider turned the request away: HTTP 404; check the base URL"),
            (405, "account HTTP_405"),
            (407, "account HTTP_407: the provider turned the request away: HTTP 407; a proxy in between"),
            (400, "refused HTTP_400: the provider refused the message: HTTP 400; check"),
            (402, "refused HTTP_402"),
            (413, "refused HTTP_413"),
            (422, "refused HTTP_422"),
            (
                429,
                "not taken, Halve HTTP_429: the provider asks for fewer requests: HTTP 429; sending goes on",
            ),
            (503, "not taken, Halve HTTP_503"),
            (500, "unanswered HTTP_500"),
            (501, "unanswered HTTP_501"),
            (
                502,
                "unanswered HTTP_502: something in between or inside the provider failed: HTTP 502; the message",
            ),
            (504, "unanswered HTTP_504"),
            (599, "unanswered HTTP_599"),
            (999, "unanswered HTTP_999"),
        ];
        for (status, start) in starts {
            let found = line(&outcome(status, ""));
            assert!(found.starts_with(start), "{found}");
        }
    }

    #[test]
    fn an_unknown_code_is_kept_as_it_came() {
        let found = line(&outcome(400, r#"{"code":"WAV-9x","message":"No.","error":{"why":"Never"}}"#));
        assert_eq!(
            found,
            "refused WAV-9x: the provider refused the message: HTTP 400 (No (Never)); check this row's number, text and tags"
        );
        assert!(line(&outcome(403, r#"{"code":"IP1"}"#)).starts_with("account IP1: "));
        assert!(line(&outcome(500, r#"{"code":"WA599"}"#)).starts_with("unanswered WA599: "));
    }

    #[test]
    fn a_page_from_something_in_between_becomes_one_line() {
        let page =
            "<html><head><title>413 Request Entity Too Large</title></head><body><hr>nginx</body></html>";
        assert_eq!(
            line(&outcome(413, page)),
            "refused HTTP_413: the provider refused the message: HTTP 413 (413 Request Entity Too Large); check this row's number, text and tags"
        );
    }

    #[test]
    fn a_401_without_an_error_object_is_told_apart_by_its_words_and_its_dash() {
        let of = |code: &str, message: &str| {
            line(&outcome(401, &format!(r#"{{"code":"{code}","message":"{message}"}}"#)))
        };
        assert!(of("WA-401", "The phone number you use").starts_with("sender "));
        assert!(of("WA-401", "Not available").starts_with("account "));
        assert!(of("WA401", "Not available").starts_with("sender "));
    }

    #[test]
    fn an_answer_that_broke_off_says_no_more_than_what_came() {
        let broken = |status, body: &str, end| {
            line(&Answer { end, ..answer(status, body) }.outcome(&SecretString::from(KEY)))
        };
        assert!(broken(202, r#"{"code":"WA202","da"#, End::Broken).starts_with("accepted None"));
        assert!(broken(202, "", End::TimedOut).contains("did not come to its end in time"));
        assert!(
            broken(400, r#"{"co"#, End::Broken)
                .starts_with("unanswered HTTP_400: the connection broke in the")
        );
        assert!(broken(400, "", End::TimedOut).starts_with("unanswered HTTP_400: the answer did not"));
        assert!(broken(400, r#"{"code":"E110","mess"#, End::Broken).starts_with("low_balance E110"));
        assert!(broken(400, "xxx", End::Capped).starts_with("refused HTTP_400"));
        assert!(broken(429, "", End::Broken).starts_with("not taken"));
        assert!(broken(401, "", End::Broken).starts_with("account HTTP_401"));
    }

    #[test]
    fn silence_that_was_asked_for_is_passed_on() {
        let asked = Answer { retry_after: Some(Duration::from_secs(7)), ..answer(503, "") };
        let Outcome::NotTaken { slow_down, .. } = asked.outcome(&SecretString::from(KEY)) else { panic!() };
        assert_eq!(slow_down, SlowDown::SilentFor(Duration::from_secs(7)));
    }

    #[test]
    fn a_key_that_the_answer_repeats_is_taken_out() {
        for status in [202, 302, 400, 401, 429, 500] {
            for body in [format!(r#"{{"code":"{KEY}","message":"key {KEY}"}}"#), format!("no {KEY} <b>{KEY}")]
            {
                let found = format!("{:?}", outcome(status, &body));
                assert!(!found.contains(KEY), "{found}");
            }
        }
    }

    fn ending() -> impl Strategy<Value = End> {
        prop::sample::select(vec![End::Whole, End::Capped, End::Broken, End::TimedOut])
    }

    proptest! {
        #[test]
        fn any_answer_has_an_outcome_and_none_repeats_the_key(
            status in 100..1_000_u16,
            body in prop_oneof![
                prop::collection::vec(any::<u8>(), 0..200),
                r#"[{}\[\]",: ]{0,9}"?(code|message|error|data)?"?:?["{]{0,2}(A0123456789abcdef|E110|WA500|x){0,2}["}]{0,3}"#
                    .prop_map(String::into_bytes),
            ],
            end in ending(),
        ) {
            let answer = Answer { status, redirects_to: None, retry_after: None, body, end };
            let found = answer.outcome(&SecretString::from(KEY));
            prop_assert!(!format!("{found:?}").contains(KEY), "{found:?}");
            // A 2xx is an acceptance unless the provider's own code says otherwise.
            let is_accepted = matches!(found, Outcome::Accepted { .. });
            if (200..300).contains(&status) && !is_accepted {
                let code = match &found {
                    Outcome::TryAgain(reason) | Outcome::Refused(reason) => &reason.code,
                    Outcome::AccountFault { reason, .. } => &reason.code,
                    Outcome::Accepted { .. } | Outcome::NotTaken { .. } | Outcome::Unanswered(_) => {
                        return Err(TestCaseError::fail(format!("{found:?}")));
                    }
                };
                prop_assert!(codes::meaning(code, About::Other).is_some(), "{found:?}");
            }
        }
    }
}
