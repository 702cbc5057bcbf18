//! Decides what a request is answered, as the document says the provider does, and what goes wrong with it.

use std::{sync::Arc, time::Duration};

use axum::http::HeaderMap;
use secrecy::ExposeSecret;

use super::{
    Shared,
    answers::{self, Answer},
    callbacks::Subject,
    faults::{Chance, Fate, Faults},
    send_callbacks,
};
use crate::{
    domain::{
        Phone,
        message::{REF_CHARS_MAX, check_body},
    },
    provider::kaleyra::wire,
};

/// What a request is answered, and whether the answer arrives.
pub(super) enum Verdict {
    Whole(Answer),
    Accepted(String),
    /// Cut after so many bytes of the answer.
    Cut(String, u64),
    Never,
}

/// Decides on a request and writes it down, before any waiting: what is accepted stays so when the client hangs up.
pub(super) fn judge(
    shared: &Arc<Shared>,
    sender: &str,
    headers: &HeaderMap,
    body: &[u8],
) -> (Verdict, Duration) {
    let faults = &shared.faults;
    let request = readable(headers, body);
    let mut book = shared.book();
    let nth = request.as_ref().map_or(book.ledger.received, |request| book.asked_for(request.to));
    let number = request.as_ref().map_or(0, |request| request.to.digits());
    let mut chance = Chance::of([faults.seed, number, nth]);
    let fate = faults.fate(&mut chance);
    let wait = faults.latency + faults.jitter.mul_f64(chance.unit());
    let refusal = if !is_let_in(faults, headers) || fate == Fate::Unauthorized {
        Some(answers::UNAUTHORIZED)
    } else if fate == Fate::Throttle {
        Some(answers::THROTTLED)
    } else if fate == Fate::Overload {
        Some(answers::OVERLOADED)
    } else if !is_ours(faults, sender) {
        Some(answers::WRONG_NUMBER)
    } else if request.is_none() || fate == Fate::Wa400 {
        Some(answers::WRONG_PAYLOAD)
    } else if book.ledger.balance == Some(0) {
        Some(answers::LOW_BALANCE)
    } else if fate == Fate::Wa500 {
        Some(answers::INTERNAL)
    } else if fate == Fate::Gateway && chance.happens(0.5) {
        Some(answers::GATEWAY)
    } else {
        None
    };
    let (None, Some(request)) = (refusal, request) else {
        let answer = refusal.unwrap_or(answers::WRONG_PAYLOAD);
        book.answered(answer.name);
        return (Verdict::Whole(answer), wait);
    };
    book.pay();
    let message_id = chance.message_id();
    book.accepted(request.to, sender, message_id.clone(), request.refs.clone());
    let (name, verdict) = match fate {
        Fate::LostAnswer => ("LOST", Verdict::Cut(message_id.clone(), 0)),
        // In the head, or in the body: a head has some 110 bytes, the whole answer some 200.
        Fate::BrokenAnswer => ("BROKEN", Verdict::Cut(message_id.clone(), chance.one_of(&[9, 150]))),
        Fate::Timeout => ("TIMEOUT", Verdict::Never),
        Fate::Gateway => (answers::GATEWAY.name, Verdict::Whole(answers::GATEWAY)),
        Fate::Fine | Fate::Wa500 | Fate::Wa400 | Fate::Unauthorized | Fate::Throttle | Fate::Overload => {
            ("WA202", Verdict::Accepted(message_id.clone()))
        }
    };
    book.answered(name);
    drop(book);
    send_callbacks(
        shared,
        Subject { number: request.to, sender: sender.to_owned(), message_id, refs: request.refs, chance },
    );
    (verdict, wait)
}

/// What the simulator keeps of a request.
struct Request {
    to: Phone,
    refs: [Option<String>; 3],
}

/// The request, where it is one by the document's tables.
fn readable(headers: &HeaderMap, body: &[u8]) -> Option<Request> {
    let kind = headers.get("content-type")?.to_str().ok()?;
    let wire::Body { messaging_object: object, extra_info: extra } = serde_json::from_slice(body).ok()?;
    let is_as_documented = kind.split(';').next().is_some_and(|kind| kind.trim() == "application/json")
        && object.messaging_product == "whatsapp"
        && object.recipient_type == "individual"
        && object.kind == "text"
        && !object.text.body.trim().is_empty()
        && check_body(&object.text.body).is_ok();
    let to = Phone::parse(&object.to).ok().filter(|_| is_as_documented)?;
    // A tag that is too long is cut, not refused (table of extra_info).
    let refs = [extra.ref0, extra.ref1, extra.ref2]
        .map(|tag| tag.map(|tag| tag.chars().take(REF_CHARS_MAX).collect::<String>()));
    Some(Request { to, refs })
}

pub(super) fn is_let_in(faults: &Faults, headers: &HeaderMap) -> bool {
    let key = headers.get("api-key").and_then(|key| key.to_str().ok()).unwrap_or_default();
    faults.key.as_ref().map_or(!key.is_empty(), |expected| expected.expose_secret() == key)
}

/// True when the path's number is the account's, with or without its plus.
pub(super) fn is_ours(faults: &Faults, sender: &str) -> bool {
    let digits = sender.trim_start_matches('+');
    faults.sender.is_none_or(|ours| ours.digits().to_string() == digits)
}
