//! Answers and what they mean, in tables and at random.

use proptest::prelude::*;

use super::*;

const KEY: &str = "A0123456789abcdef";

fn answer(status: u16, body: &str) -> Answer {
    Answer {
        status,
        redirects_to: None,
        retry_after: None,
        coding: Vec::new(),
        body: body.into(),
        end: End::Whole,
    }
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
        Outcome::Contradicted { cause, reason } => {
            format!("contradicted, {cause:?} {}: {}", reason.code, reason.text)
        }
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
            "credentials RBC001: Incorrect SID or API key",
        ),
        (
            401,
            r#"{"code":"WA401","message":"Phone number is not present or does not belong to the account.","data":{},"error":{"phone_number":"Phone number is not present or does not belong to the account."}}"#,
            "sender WA401: Phone number is not present or does not belong to the account",
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
            "low_balance E110: Please check your balance, You have a low balance!",
        ),
        (
            401,
            r#"{"code":"WA-401","message":"API is not available for given customer.Please contact support for more info","data":{},"error":{"account":"API is not available for given customer.Please contact support for more info"}}"#,
            "account WA-401: API is not available for given customer.Please contact support for more info",
        ),
        (
            401,
            r#"{"code":"WA-401","message":"The phone number you're using is associated with different Version of our WA API. Please use the appropriate endpoint.","data":{},"error":{"phone_number":"The phone number you're using is associated with different Version of our WA API. Please use the appropriate endpoint."}}"#,
            "sender WA-401: The phone number you're using is associated with different Version of our WA API. Please use the appropriate endpoint",
        ),
    ];
    for (status, body, expected) in table {
        assert_eq!(line(&outcome(status, body)), expected);
    }
}

#[test]
fn the_code_decides_before_the_status() {
    for status in [400, 401, 402, 408, 421, 425, 429, 499, 500, 503] {
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
    for body in ["", "OK", "{}", "<html>", "[]", "null", r#"{"data":{"message_id":null}}"#, "{\"data\":\u{0}"]
    {
        let found = outcome(204, body);
        assert!(matches!(&found, Outcome::Accepted { message_id: None, note: Some(_) }), "{body}: {found:?}");
    }
    assert_eq!(
        line(&outcome(202, r#"{"code":"WA202","data":{"message"#)),
        r#"accepted None Some("the provider accepted the message with HTTP 202, but its answer holds no message id that can be read")"#
    );
}

#[test]
fn a_2xx_that_carries_a_code_of_failure_contradicts_itself_and_is_never_sent_again() {
    let of =
        |status, code: &str| outcome(status, &format!(r#"{{"code":"{code}","message":"No.","data":{{}}}}"#));
    let table = [
        ("WA400", None),
        ("WA500", None),
        ("E110", Some(PauseCause::LowBalance)),
        ("RBC001", Some(PauseCause::Credentials)),
        ("WA401", Some(PauseCause::Sender)),
        ("WA-401", Some(PauseCause::Account)),
        ("WAV2101", Some(PauseCause::DailyLimit)),
    ];
    for (code, expected) in table {
        for status in [200, 201, 202, 204, 299] {
            let Outcome::Contradicted { cause, reason } = of(status, code) else { panic!("{status} {code}") };
            assert_eq!((cause, reason.code.as_str()), (expected, code));
        }
    }
    assert_eq!(
        line(&of(202, "WA500")),
        "contradicted, None WA500: No; but the provider answered with HTTP 202, which accepts the message: it may or may not have been taken"
    );
    assert!(line(&of(202, "E110")).ends_with("it may or may not have been taken"));
}

#[test]
fn words_in_a_coding_that_is_not_known_refuse_nobody_for_good() {
    let of = |status| {
        let coded = Answer { coding: vec!["br".to_owned()], ..answer(status, "\u{b}E110") };
        line(&coded.decoded().outcome(&SecretString::from(KEY)))
    };
    assert!(of(400).starts_with("account HTTP_400: "), "{}", of(400));
    assert!(of(408).starts_with("unanswered HTTP_408: "));
    assert!(of(500).starts_with("unanswered HTTP_500: "));
    assert!(of(202).contains("its answer has an unknown content coding"), "{}", of(202));
    // A body that says gzip and is none is read as it is.
    let named = Answer { coding: vec!["gzip".to_owned()], ..answer(400, r#"{"code":"E110"}"#) };
    assert!(line(&named.decoded().outcome(&SecretString::from(KEY))).starts_with("low_balance E110"));
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
        (429, "not taken, Halve HTTP_429: the provider asks for fewer requests: HTTP 429; sending continues"),
        (503, "not taken, Halve HTTP_503"),
        (
            408,
            "unanswered HTTP_408: something in between gave the request up: HTTP 408; the message may or may",
        ),
        (421, "unanswered HTTP_421"),
        (425, "unanswered HTTP_425"),
        (499, "unanswered HTTP_499"),
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
    let page = "<html><head><title>413 Request Entity Too Large</title></head><body><hr>nginx</body></html>";
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
        broken(400, r#"{"co"#, End::Broken).starts_with("unanswered HTTP_400: the connection broke in the")
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
        for body in [format!(r#"{{"code":"{KEY}","message":"key {KEY}"}}"#), format!("no {KEY} <b>{KEY}")] {
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
        let answer = Answer { body, end, ..answer(status, "") };
        let found = answer.outcome(&SecretString::from(KEY));
        prop_assert!(!format!("{found:?}").contains(KEY), "{found:?}");
        // A 2xx is an acceptance, or a doubt where the provider's own code says otherwise.
            if (200..300).contains(&status) {
                match &found {
                    Outcome::Accepted { .. } => {}
                    Outcome::Contradicted { reason, .. } => {
                        prop_assert!(codes::meaning(&reason.code, About::Other).is_some(), "{found:?}");
                    }
                    Outcome::TryAgain(_)
                    | Outcome::Refused(_)
                    | Outcome::AccountFault { .. }
                    | Outcome::NotTaken { .. }
                    | Outcome::Unanswered(_) => return Err(TestCaseError::fail(format!("{found:?}"))),
                }
            }
        }
}
