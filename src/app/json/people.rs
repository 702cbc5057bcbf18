//! People: who is not to be messaged, who may have asked for that, who can be reached.

use serde_json::{Value, json};

use crate::{
    domain::{Phone, Timestamp, inbound::OrderItem, reach::Window},
    queue::{InboundEntry, OpenQuestion, Suppressed, Suppression, WindowCounts},
};

/// One number of `suppress list --json`.
pub fn suppression(suppression: &Suppression) -> Value {
    let Suppression { number, reason, added_at } = suppression;
    json!({ "to": number.e164(), "reason": reason, "added_at": added_at.to_string() })
}

/// `suppress add --json`, where so many numbers were given.
pub fn suppressed(n_given: u64, suppressed: &Suppressed) -> Value {
    let left = suppressed.left.iter().map(|(name, n)| json!({ "campaign": name, "recipients": n }));
    json!({
        "added": suppressed.n_new,
        "known": n_given.saturating_sub(suppressed.n_new),
        "left_queues": left.collect::<Vec<_>>(),
    })
}

/// `suppress remove --json`.
pub fn unsuppressed(n: u64) -> Value {
    json!({ "removed": n })
}

/// One answer of `optouts --json` that a person has to look at.
pub fn open_question(question: &OpenQuestion) -> Value {
    let OpenQuestion { number, word, asked_at } = question;
    json!({ "to": number.e164(), "word": word, "at": asked_at.to_string() })
}

/// `optouts --asked --json` and `--not-asked`.
pub fn decided(n: u64, has_asked: bool) -> Value {
    json!({ "decided": n, "asked": has_asked })
}

/// A message that somebody wrote.
pub fn inbound(entry: &InboundEntry) -> Value {
    let answers = entry.answers.as_ref().map(|row| {
        let [reference, ref1, ref2] = &row.refs;
        json!({ "campaign": row.campaign, "line": row.line, "ref": reference, "ref1": ref1, "ref2": ref2, "tie": row.tie })
    });
    let items = entry.items.iter().map(|item| {
        let OrderItem { product, quantity, price, currency } = item;
        json!({ "product": product, "quantity": quantity, "price": price, "currency": currency })
    });
    json!({
        "from": entry.person.map(Phone::e164),
        "sender": entry.business.map(Phone::e164),
        "kind": entry.kind,
        "at": entry.at.map(|at| at.to_string()),
        "received_at": entry.received_at.to_string(),
        "answers": answers,
        "opt_out": entry.verdict,
        "word": entry.word,
        "characters": entry.n_characters,
        "items": items.collect::<Vec<_>>(),
        "product": entry.product,
        "text": entry.text,
    })
}

/// One business number of `windows --json`.
pub fn window_counts(of: &WindowCounts) -> Value {
    json!({
        "sender": of.sender.e164(),
        "open": of.n_open,
        "closing_within_an_hour": of.n_closing,
        "first_closes_at": of.first_closes_at.map(|at| at.to_string()),
    })
}

/// One business number of `windows show --json`.
pub fn window(sender: Phone, window: &Window, now: Timestamp) -> Value {
    let closes_at = window.closes_at();
    json!({
        "sender": sender.e164(),
        "is_open": closes_at.is_some_and(|at| now < at),
        "wrote_at": window.last_at.to_string(),
        "closes_at": closes_at.map(|at| at.to_string()),
        "kind": window.kind,
        "source": window.source.name(),
        "is_weak": window.is_weak,
        "refused_at": window.closed_at.map(|at| at.to_string()),
    })
}
