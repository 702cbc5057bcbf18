//! What the simulated provider has seen and said: the truth that a rehearsal is held against.

use std::{
    collections::{BTreeMap, HashMap},
    time::Instant,
};

use serde_json::{Value, json};

use super::callbacks::Plan;
use crate::domain::{Phone, Timestamp};

/// A copy of the ledger at one moment.
#[derive(Debug, Clone, Default)]
pub struct Ledger {
    /// Requests for messages, whatever came of them.
    pub received: u64,
    /// Requests that were accepted, whether or not the answer arrived.
    pub accepted: u64,
    /// Messages that the balance still pays for; none where it is without end.
    pub balance: Option<u64>,
    /// Answers by their code (`WA202`, `E110`, `HTTP_429`), and `LOST`, `BROKEN` and `TIMEOUT` for those that did not
    /// arrive as a whole.
    pub answers: BTreeMap<&'static str, u64>,
    /// Requests on the wire at once, at most.
    pub in_flight_peak: u64,
    /// Receipts that are still to be sent.
    pub receipts_due: u64,
    /// When each request came, in microseconds since the start.
    pub arrivals_us: Vec<u64>,
    /// What was seen of each recipient.
    pub numbers: HashMap<Phone, Entry>,
}

/// What was seen of one recipient.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Entry {
    /// Requests for this number that could be read.
    pub requests: u64,
    /// The accepted messages, in order.
    pub messages: Vec<Accepted>,
}

/// One accepted message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    /// The id that was given out.
    pub message_id: String,
    /// The business number that it was sent from.
    pub sender: String,
    /// The tags that came with it.
    pub refs: [Option<String>; 3],
    /// What becomes of it, in order, whether or not a receipt tells: `sent`, `delivered`, `read`, `failed`, `not sent`.
    pub happens: Vec<&'static str>,
    /// When each of that happens.
    pub happens_at: Vec<Timestamp>,
    /// Meta's code, where it fails.
    pub code: Option<u32>,
    /// The receipts that were sent and taken, in order.
    pub delivery: Vec<&'static str>,
}

impl Ledger {
    /// Messages accepted for one number.
    pub fn accepted_by(&self, number: Phone) -> usize {
        self.numbers.get(&number).map_or(0, |entry| entry.messages.len())
    }

    /// The most requests that came within any one second.
    pub fn peak_per_second(&self) -> usize {
        let arrivals = &self.arrivals_us;
        let mut first = 0;
        (0..arrivals.len())
            .map(|last| {
                while arrivals[last] - arrivals[first] >= 1_000_000 {
                    first += 1;
                }
                last - first + 1
            })
            .max()
            .unwrap_or(0)
    }

    /// The ledger as it is served.
    pub(super) fn to_json(&self) -> Value {
        let message = |message: &Accepted| {
            let [ref0, ref1, ref2] = &message.refs;
            json!({
                "message_id": message.message_id, "ref": ref0, "ref1": ref1, "ref2": ref2,
                "happens": message.happens, "code": message.code, "delivery": message.delivery,
            })
        };
        let numbers: BTreeMap<String, Value> = self
            .numbers
            .iter()
            .map(|(number, entry)| {
                let messages: Vec<Value> = entry.messages.iter().map(message).collect();
                (number.e164(), json!({ "requests": entry.requests, "messages": messages }))
            })
            .collect();
        json!({
            "received": self.received, "accepted": self.accepted, "balance": self.balance,
            "answers": self.answers, "in_flight_peak": self.in_flight_peak,
            "receipts_due": self.receipts_due, "peak_per_second": self.peak_per_second(), "numbers": numbers,
        })
    }
}

/// The ledger as it is written.
#[derive(Debug)]
pub(super) struct Book {
    pub(super) ledger: Ledger,
    started: Instant,
    n_in_flight: u64,
}

impl Book {
    /// An empty book, opened now.
    pub(super) fn new(balance: Option<u64>) -> Self {
        let ledger = Ledger { balance, ..Ledger::default() };
        Self { ledger, started: Instant::now(), n_in_flight: 0 }
    }

    /// A request came.
    pub(super) fn arrived(&mut self) {
        self.ledger.received += 1;
        self.n_in_flight += 1;
        self.ledger.in_flight_peak = self.ledger.in_flight_peak.max(self.n_in_flight);
        let elapsed = self.started.elapsed().as_micros();
        self.ledger.arrivals_us.push(u64::try_from(elapsed).unwrap_or(u64::MAX));
    }

    /// A request is over, answered or not.
    pub(super) fn left(&mut self) {
        self.n_in_flight -= 1;
    }

    /// A request could be read; says how many came for this number before.
    pub(super) fn asked_for(&mut self, number: Phone) -> u64 {
        let entry = self.ledger.numbers.entry(number).or_default();
        entry.requests += 1;
        entry.requests - 1
    }

    /// Counts an answer.
    pub(super) fn answered(&mut self, name: &'static str) {
        *self.ledger.answers.entry(name).or_default() += 1;
    }

    /// Takes one message off the balance, where it has an end.
    pub(super) fn pay(&mut self) {
        self.ledger.balance = self.ledger.balance.map(|left| left.saturating_sub(1));
    }

    /// Adds to the balance, which stays without end where it is.
    pub(super) fn top_up(&mut self, n_messages: u64) -> Option<u64> {
        self.ledger.balance = self.ledger.balance.map(|left| left.saturating_add(n_messages));
        self.ledger.balance
    }

    /// A message was accepted.
    pub(super) fn accepted(
        &mut self,
        number: Phone,
        sender: &str,
        message_id: String,
        refs: [Option<String>; 3],
    ) {
        self.ledger.accepted += 1;
        let entry = self.ledger.numbers.entry(number).or_default();
        entry.messages.push(Accepted {
            message_id,
            sender: sender.to_owned(),
            refs,
            happens: Vec::new(),
            happens_at: Vec::new(),
            code: None,
            delivery: Vec::new(),
        });
    }

    /// It was decided what becomes of a message.
    pub(super) fn happens(&mut self, number: Phone, message_id: &str, plan: &Plan) {
        self.ledger.receipts_due += plan.n_receipts();
        if let Some(message) = self.message(number, message_id) {
            message.happens = plan.happens();
            message.happens_at = plan.happens_at();
            message.code = plan.code();
        }
    }

    /// A receipt was sent, and taken or not.
    pub(super) fn receipt(&mut self, number: Phone, message_id: &str, said: &'static str, is_taken: bool) {
        self.ledger.receipts_due -= 1;
        if let Some(message) = self.message(number, message_id).filter(|_| is_taken) {
            message.delivery.push(said);
        }
    }

    fn message(&mut self, number: Phone, message_id: &str) -> Option<&mut Accepted> {
        let entry = self.ledger.numbers.entry(number).or_default();
        entry.messages.iter_mut().find(|message| message.message_id == message_id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_peak_is_counted_in_any_second_not_in_whole_ones() {
        let peak = |arrivals_us: &[u64]| {
            Ledger { arrivals_us: arrivals_us.to_vec(), ..Ledger::default() }.peak_per_second()
        };
        assert_eq!(peak(&[]), 0);
        assert_eq!(peak(&[900_000, 950_000, 1_050_000, 1_899_999, 1_900_000]), 4);
        assert_eq!(peak(&[0, 1_000_000, 2_000_000]), 1);
    }
}
