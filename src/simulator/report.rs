//! The report that the provider's console gives out: one row for each message, whatever was told of it by receipts.

use super::{
    ledger::{Accepted, Ledger},
    people::Wrote,
};
use crate::domain::Phone;

/// Its columns, in its order (Kaleyra, WhatsApp tabular report); how the tags' columns are called is not documented.
const COLUMNS: [&str; 19] = [
    "WABA ID",
    "WHATSAPP_ID",
    "FROM",
    "TO",
    "MESSAGE_DIRECTION",
    "SOURCE",
    "FORMAT",
    "REASON_FOR_FAILURE",
    "COUNTRY",
    "TEMPLATE_NAME",
    "MESSAGE",
    "CREATED_AT",
    "FAILED_AT",
    "SENT_AT",
    "DELIVERED_AT",
    "SEEN_AT",
    "REF",
    "REF1",
    "REF2",
];

/// The report on everything in a ledger, in the order of numbers.
pub(super) fn of(ledger: &Ledger) -> Vec<u8> {
    let mut numbers: Vec<_> = ledger.numbers.iter().collect();
    numbers.sort_by_key(|(number, _)| number.digits());
    let rows = numbers.into_iter().flat_map(|(number, entry)| {
        let sent = entry.messages.iter().map(|message| row(*number, message));
        sent.chain(entry.wrote.iter().map(|wrote| incoming(*number, wrote)))
    });
    let mut table = csv::Writer::from_writer(Vec::new());
    for record in std::iter::once(COLUMNS.map(str::to_owned)).chain(rows) {
        table.write_record(record).expect("a vector takes everything, and all rows are of one length");
    }
    table.into_inner().expect("a vector takes everything")
}

fn row(number: Phone, message: &Accepted) -> [String; COLUMNS.len()] {
    let at = |event: &str| {
        let mut events = message.happens.iter().zip(&message.happens_at);
        events.find(|(happened, _)| **happened == event).map(|(_, at)| at.to_string())
    };
    let reason = match message.code {
        Some(code) => format!("{code} - Message undeliverable"),
        None if message.happens.contains(&"not sent") => "WAV2101 - Account daily limit reached".to_owned(),
        None => String::new(),
    };
    let tag = |slot: usize| message.refs[slot].clone().unwrap_or_default();
    let text = str::to_owned;
    [
        text("123450000034512345"),
        format!("{}:0", message.message_id),
        text(message.sender.trim_start_matches('+')),
        number.digits().to_string(),
        text("false"),
        text("api"),
        text("text"),
        reason,
        String::new(),
        String::new(),
        String::new(),
        message.happens_at.first().map(ToString::to_string).unwrap_or_default(),
        at("failed").or_else(|| at("not sent")).unwrap_or_default(),
        at("sent").unwrap_or_default(),
        at("delivered").unwrap_or_default(),
        at("read").unwrap_or_default(),
        tag(0),
        tag(1),
        tag(2),
    ]
}

/// The row about a message that came in.
fn incoming(number: Phone, wrote: &Wrote) -> [String; COLUMNS.len()] {
    let mut row = [const { String::new() }; COLUMNS.len()];
    let mut put = |column: &str, value: String| {
        if let Some(index) = COLUMNS.iter().position(|name| *name == column) {
            row[index] = value;
        }
    };
    put("FROM", number.digits().to_string());
    put("TO", wrote.to.clone());
    put("MESSAGE_DIRECTION", "true".to_owned());
    put("FORMAT", if wrote.kind == "stop" { "text" } else { wrote.kind }.to_owned());
    put("CREATED_AT", wrote.at.to_string());
    row
}
