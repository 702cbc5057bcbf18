//! Receipts: what became of messages of ours.
//!
//! The account's owner may compose the body, so no shape can be relied on. Known are: Meta's status wrapped in
//! `meta_object` (V2, message sent), a flat `not sent` (V2), a flat body or query string (V1 and callback profiles),
//! and Meta's own envelope; each also in a list.

use serde_json::{Map, Value};

use super::{
    super::{
        codes::{self, About},
        meta_codes::{self, Class},
    },
    CallbackError, instant, text_of,
};
use crate::domain::{Delivery, Meaning, PauseCause, Receipt, Said};

/// What a receipt's code means beyond its own recipient.
pub fn meaning(receipt: &Receipt) -> Meaning {
    let code = receipt.code.as_deref().unwrap_or_default();
    match receipt.report.delivery() {
        Some(Delivery::Undelivered) => {}
        Some(Delivery::Sent | Delivery::Delivered | Delivery::Read) => return Meaning::Plain,
        // Of a status that is not known nothing is taken but the word that must not be missed.
        None if is_opt_out(code, receipt) => return Meaning::OptedOut,
        None => return Meaning::Plain,
    }
    if let Some(codes::Meaning::Fault(cause)) = codes::meaning(code, About::Other) {
        return Meaning::Fault(cause);
    }
    match meta_codes::advice(code) {
        Some(advice) if matches!(advice.code, 131_047 | 470) => Meaning::WindowClosed,
        _ if is_opt_out(code, receipt) => Meaning::OptedOut,
        Some(advice) if advice.class == Class::Campaign => Meaning::Fault(PauseCause::Account),
        Some(_) | None => Meaning::Plain,
    }
}

fn is_opt_out(code: &str, receipt: &Receipt) -> bool {
    match meta_codes::advice(code) {
        Some(advice) => advice.code == 131_050,
        // The provider has a page on `number opted out`, whose code is not known; its words are.
        None => receipt.error.as_deref().is_some_and(says_opted_out),
    }
}

fn says_opted_out(words: &str) -> bool {
    let letters: String =
        words.chars().filter(char::is_ascii_alphabetic).map(|c| c.to_ascii_lowercase()).collect();
    letters.contains("optedout") || letters.contains("optout")
}

pub(super) fn from_value(value: &Value) -> Result<Vec<Receipt>, CallbackError> {
    match value {
        Value::Object(object) => from_object(object),
        Value::Array(list) => {
            let mut receipts = Vec::new();
            let mut error = None;
            for value in list {
                match from_value(value) {
                    Ok(found) => receipts.extend(found),
                    Err(found) => error = Some(found),
                }
            }
            // One unreadable member must not cost the others.
            error.filter(|_| receipts.is_empty()).map_or(Ok(receipts), Err)
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            Err(CallbackError::NotACallback { missing: "status" })
        }
    }
}

fn from_object(object: &Map<String, Value>) -> Result<Vec<Receipt>, CallbackError> {
    if let Some(entries) = object.get("entry").and_then(Value::as_array) {
        let changes = entries.iter().filter_map(|entry| entry.get("changes")?.as_array()).flatten();
        return Ok(changes.filter_map(|change| change.get("value")).flat_map(of_meta).collect());
    }
    if let Some(value) = object.get("meta_object").and_then(|meta| meta.get("value")) {
        let mut receipts = of_meta(value);
        // What stands beside `meta_object` is about one message; with several inside nobody knows which.
        if let [receipt] = receipts.as_mut_slice() {
            add_identifiers(receipt, object);
        }
        if !receipts.is_empty() || !object.contains_key("status") {
            return Ok(receipts);
        }
    }
    if object.get("statuses").is_some_and(Value::is_array) {
        return Ok(of_meta(&Value::Object(object.clone())));
    }
    let status = text_of(object, &["status"]).ok_or(CallbackError::NotACallback { missing: "status" })?;
    let mut receipt = Receipt {
        ids: Vec::new(),
        refs: [None, None, None],
        report: said(&status),
        at: text_of(object, &["timestamp"]).and_then(|text| instant(&text)),
        code: text_of(object, &["code", "error_code"]),
        error: text_of(object, &["reason", "error"]),
    };
    add_identifiers(&mut receipt, object);
    if receipt.ids.is_empty() && receipt.refs.iter().all(Option::is_none) {
        return Err(CallbackError::NotACallback { missing: "message id or tag" });
    }
    Ok(vec![without_needless_error(receipt)])
}

/// The receipts in Meta's `value` (Meta, webhooks, status messages).
fn of_meta(value: &Value) -> Vec<Receipt> {
    let statuses = value.get("statuses").and_then(Value::as_array).into_iter().flatten();
    statuses.filter_map(Value::as_object).filter_map(of_meta_status).collect()
}

fn of_meta_status(status: &Map<String, Value>) -> Option<Receipt> {
    let error = status.get("errors").and_then(|errors| errors.get(0)).and_then(Value::as_object);
    let details = error.and_then(|error| error.get("error_data")?.as_object());
    let receipt = Receipt {
        ids: text_of(status, &["id"]).into_iter().collect(),
        refs: [None, None, None],
        report: said(&text_of(status, &["status"])?),
        at: text_of(status, &["timestamp"]).and_then(|text| instant(&text)),
        code: error.and_then(|error| text_of(error, &["code"])),
        // Meta asks to build on the details, as titles will go (Meta, error codes).
        error: details
            .and_then(|details| text_of(details, &["details"]))
            .or_else(|| error.and_then(|error| text_of(error, &["message", "title"]))),
    };
    Some(without_needless_error(receipt))
}

/// Adds the identifiers and tags that stand in `object` and in its `extra_info`.
fn add_identifiers(receipt: &mut Receipt, object: &Map<String, Value>) {
    let extra = object.get("extra_info").and_then(Value::as_object);
    for members in [Some(object), extra].into_iter().flatten() {
        for name in ["message_id", "id", "trace_id"] {
            if let Some(id) = text_of(members, &[name]).filter(|id| !receipt.ids.contains(id)) {
                receipt.ids.push(id);
            }
        }
        for (slot, name) in receipt.refs.iter_mut().zip(["ref", "ref1", "ref2"]) {
            if slot.is_none() {
                *slot = text_of(members, &[name]);
            }
        }
    }
}

/// A status in any spelling: `not sent`, `NOT-SENT`, `not_sent`.
pub fn said(status: &str) -> Said {
    let letters: String =
        status.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    match letters.as_str() {
        "sent" => Said::Sent,
        "delivered" => Said::Delivered,
        "read" | "seen" | "played" => Said::Read,
        // V1 writes a failure as 0.
        "failed" | "undelivered" | "0" => Said::Undelivered,
        "notsent" => Said::NotSent,
        _ => Said::Unknown(status.to_owned()),
    }
}

/// V1 callbacks carry an error's members also where nothing is wrong.
fn without_needless_error(receipt: Receipt) -> Receipt {
    match receipt.report {
        Said::Sent | Said::Delivered | Said::Read => Receipt { code: None, error: None, ..receipt },
        Said::Undelivered | Said::NotSent | Said::Unknown(_) => receipt,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::{super::Callback, *};
    use crate::domain::Timestamp;

    fn parse(body: &[u8]) -> Result<Vec<Receipt>, CallbackError> {
        Callback::from_body(body)?.receipts()
    }

    fn parse_query(query: &str) -> Result<Vec<Receipt>, CallbackError> {
        Callback::from_query(query)?.receipts()
    }

    fn one(value: &Value) -> Receipt {
        let mut receipts = parse(value.to_string().as_bytes()).unwrap();
        assert_eq!(receipts.len(), 1, "{receipts:?}");
        receipts.remove(0)
    }

    fn sample(name: &str) -> Vec<Receipt> {
        let path = format!("{}/samples/{name}", env!("CARGO_MANIFEST_DIR"));
        parse(&std::fs::read(path).unwrap()).unwrap()
    }

    fn tags(first: &str, second: &str, third: &str) -> [Option<String>; 3] {
        [first, second, third].map(|tag| Some(tag.to_owned()))
    }

    #[test]
    fn the_samples_are_read() {
        let receipts = sample("callback-sent.json");
        assert_eq!(
            receipts,
            [Receipt {
                ids: [
                    "7c1f9c3207c549deb0b1d0acac299cfb",
                    "wamid.HBgMOTE5ODAwMDAwMDAxFQIAERgSQjREQQ==",
                    "8f14e45f-ceea-4c1a-9e77-1a5b2c3d4e5f"
                ]
                .map(str::to_owned)
                .to_vec(),
                refs: tags("customer1", "marketing", "dictionary"),
                report: Said::Sent,
                at: Some(Timestamp(1_722_834_665_000)),
                code: None,
                error: None,
            }]
        );
        let report = |name: &str| sample(name).into_iter().map(|receipt| receipt.report).collect::<Vec<_>>();
        assert_eq!(report("callback-delivered.json"), [Said::Delivered]);
        assert_eq!(report("callback-read.json"), [Said::Read]);
        assert_eq!(report("callback-v1.json"), [Said::Delivered]);
        assert_eq!(report("callback-meta.json"), [Said::Delivered, Said::Read]);
        let undelivered = sample("callback-undelivered.json").remove(0);
        assert_eq!(undelivered.report, Said::Undelivered);
        assert_eq!(undelivered.code.as_deref(), Some("131047"));
        let error = "Message failed to send because more than 24 hours have passed since the customer last replied to this number.";
        assert_eq!(undelivered.error.as_deref(), Some(error));
        let not_sent = sample("callback-not-sent.json").remove(0);
        assert_eq!(not_sent.report, Said::NotSent);
        assert_eq!(not_sent.code.as_deref(), Some("WAV2101"));
        assert_eq!(not_sent.error.as_deref(), Some("Account daily limit reached"));
        assert_eq!(not_sent.refs, tags("customer1", "marketing", "dictionary"));
    }

    #[test]
    fn what_is_no_callback_is_refused_with_what_is_missing() {
        let error = |body: &str| parse(body.as_bytes()).unwrap_err().to_string();
        assert_eq!(error(" \n"), "the request has no body and no query");
        assert_eq!(
            error("<p>hello</p>"),
            "the body is neither JSON nor a query string; it starts with `<p>hello</p>`"
        );
        assert_eq!(
            error("{\"status\":"),
            "the body is neither JSON nor a query string; it starts with `{\"status\":`"
        );
        assert_eq!(error("{}"), "there is no status in it");
        assert_eq!(error("[1]"), "there is no status in it");
        assert_eq!(error(r#"{"status":"sent"}"#), "there is no message id or tag in it");
        assert_eq!(error("42"), "the body is neither JSON nor a query string; it starts with `42`");
        assert_eq!(parse_query("").unwrap_err(), CallbackError::Empty);
        assert_eq!(parse_query("?a=b").unwrap_err(), CallbackError::NotACallback { missing: "status" });
    }

    #[test]
    fn a_query_string_is_read_also_as_a_body() {
        let query = "id=c9e113f0-6fc2-4bd7-979c-ebdb2f600f38%3A0&status=delivered&timestamp=1722834665&mobile=919800000001&error=&error_code=000&ref=customer+1&ref1=%3Cref1%3E&ref2=a%26b";
        let expected = Receipt {
            ids: vec!["c9e113f0-6fc2-4bd7-979c-ebdb2f600f38:0".to_owned()],
            refs: [Some("customer 1".to_owned()), None, Some("a&b".to_owned())],
            report: Said::Delivered,
            at: Some(Timestamp(1_722_834_665_000)),
            code: None,
            error: None,
        };
        assert_eq!(parse_query(query).unwrap(), std::slice::from_ref(&expected));
        assert_eq!(parse_query(&format!("?{query}")).unwrap(), std::slice::from_ref(&expected));
        assert_eq!(parse(query.as_bytes()).unwrap(), [expected]);
    }

    #[test]
    fn codes_that_concern_more_than_one_recipient_are_told_apart() {
        let of = |status: &str, code: &str, words: &str| {
            meaning(&one(&json!({"id": "1", "status": status, "error_code": code, "error": words})))
        };
        assert_eq!(of("failed", "131047", "Re-engagement message"), Meaning::WindowClosed);
        assert_eq!(of("failed", "131050", ""), Meaning::OptedOut);
        assert_eq!(of("not sent", "WAV2107", "Number Opted-Out"), Meaning::OptedOut);
        assert_eq!(of("failed", "131031", ""), Meaning::Fault(PauseCause::Account));
        assert_eq!(of("not sent", "WAV2101", ""), Meaning::Fault(PauseCause::DailyLimit));
        assert_eq!(of("failed", "131026", ""), Meaning::Plain);
        assert_eq!(of("delivered", "131031", ""), Meaning::Plain, "what arrived has no fault");
        assert_eq!(of("bounced", "131050", ""), Meaning::OptedOut, "whatever the status is called");
        assert_eq!(of("bounced", "", "Number Opted-Out"), Meaning::OptedOut);
        assert_eq!(of("bounced", "131031", ""), Meaning::Plain);
    }

    #[test]
    fn placeholders_that_were_not_replaced_are_none() {
        let receipt =
            one(&json!({"id": "<id>", "ref": "<ref>", "ref1": "x", "ref2": "null", "status": "sent"}));
        assert_eq!(receipt.ids, Vec::<String>::new());
        assert_eq!(receipt.refs, [None, Some("x".to_owned()), None]);
    }

    #[test]
    fn a_status_is_known_in_any_spelling_and_kept_where_it_is_not() {
        let report = |status: &str| one(&json!({"id": "1", "status": status})).report;
        for spelling in ["not sent", "NOT-SENT", "not_sent", "Not Sent"] {
            assert_eq!(report(spelling), Said::NotSent);
        }
        assert_eq!(report("DELIVERED"), Said::Delivered);
        assert_eq!(report("0"), Said::Undelivered);
        assert_eq!(report("submit-success"), Said::Unknown("submit-success".to_owned()));
    }

    #[test]
    fn several_statuses_in_one_callback_do_not_share_identifiers() {
        let value = json!({
            "meta_object": {"value": {"statuses": [{"id": "1", "status": "sent"}, {"id": "2", "status": "read"}]}},
            "extra_info": {"ref": "customer1"}, "message_id": "A1", "status": "sent"
        });
        let receipts = parse(value.to_string().as_bytes()).unwrap();
        assert_eq!(receipts.len(), 2);
        assert!(receipts.iter().all(|receipt| receipt.ids.len() == 1 && receipt.refs[0].is_none()));
    }

    #[test]
    fn lists_are_read_and_one_bad_member_does_not_cost_the_others() {
        let value = json!([{"id": "1", "status": "sent"}, 7, [{"id": "2", "status": "read"}]]);
        assert_eq!(parse(value.to_string().as_bytes()).unwrap().len(), 2);
    }

    #[test]
    fn a_message_that_somebody_wrote_to_us_holds_no_receipt() {
        let value = json!({"entry": [{"changes": [{"value": {"messages": [{"id": "wamid.1"}]}}]}]});
        assert_eq!(parse(value.to_string().as_bytes()), Ok(vec![]));
        let value = json!({"meta_object": {"value": {"messages": []}}, "extra_info": {}});
        assert_eq!(parse(value.to_string().as_bytes()), Ok(vec![]));
    }

    #[test]
    fn instants_are_read_in_seconds_milliseconds_and_rfc_3339() {
        let at = |value: Value| one(&json!({"id": "1", "status": "sent", "timestamp": value})).at;
        assert_eq!(at(json!("1722834665")), Some(Timestamp(1_722_834_665_000)));
        assert_eq!(at(json!(1_722_834_665_123_i64)), Some(Timestamp(1_722_834_665_123)));
        assert_eq!(at(json!("2024-08-05T05:11:05Z")), Some(Timestamp(1_722_834_665_000)));
        for nothing in
            [json!("yesterday"), json!("2024-08-05 05:11:05"), json!(7), json!(-1), json!("<timestamp>")]
        {
            assert_eq!(at(nothing), None);
        }
    }

    proptest! {
        #[test]
        fn no_body_makes_it_panic(body in any::<Vec<u8>>(), query in any::<String>()) {
            drop(parse(&body));
            drop(parse_query(&query));
        }

        #[test]
        fn no_near_callback_makes_it_panic(
            body in r#"(\{|\}|\[|\]|,|:|"status"|"id"|"meta_object"|"value"|"statuses"|"entry"|"changes"|"sent"|1|null| ){0,60}"#
        ) {
            drop(parse(body.as_bytes()));
        }
    }
}
