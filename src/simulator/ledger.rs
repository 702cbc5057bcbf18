//! What the simulated provider has seen and said: the truth that a rehearsal is held against.

use std::{
    collections::{BTreeMap, HashMap},
    time::Instant,
};

use serde_json::{Value, json};

use super::{callbacks::Plan, people::Wrote};
use crate::domain::{Phone, Timestamp, reach::WINDOW};

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
    /// Callbacks that are still to be sent: receipts, and what people write.
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
    /// What the recipient wrote, in order.
    pub wrote: Vec<Wrote>,
}

/// One accepted message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    /// The id that was given out.
    pub message_id: String,
    /// When it came, in microseconds since the start.
    pub arrived_us: u64,
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
    /// The callbacks about it that were sent and taken, in order.
    pub delivery: Vec<&'static str>,
}

impl Ledger {
    /// Messages accepted for one number.
    pub fn accepted_by(&self, number: Phone) -> usize {
        self.numbers.get(&number).map_or(0, |entry| entry.messages.len())
    }

    /// Messages to people who had asked to be left alone before the request came, and whose asking had been taken in.
    pub fn n_after_stop(&self) -> usize {
        let after_stop = |entry: &Entry| {
            let stopped =
                entry.wrote.iter().filter(|wrote| wrote.kind == "stop").filter_map(|wrote| wrote.taken_us);
            let Some(stopped_us) = stopped.min() else { return 0 };
            entry.messages.iter().filter(|message| stopped_us < message.arrived_us).count()
        };
        self.numbers.values().map(after_stop).sum()
    }

    /// How long each message came after what its recipient wrote last, in microseconds; those without such are left out.
    pub fn waits_us(&self) -> Vec<u64> {
        let wait = |entry: &Entry, message: &Accepted| {
            let before =
                entry.wrote.iter().map(|wrote| wrote.at_us).filter(|at_us| *at_us <= message.arrived_us);
            before.max().map(|at_us| message.arrived_us - at_us)
        };
        let entries = self.numbers.values();
        entries
            .flat_map(|entry| entry.messages.iter().filter_map(move |message| wait(entry, message)))
            .collect()
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
        let wrote = |wrote: &Wrote| json!({ "kind": wrote.kind, "at": wrote.at.to_string(), "is_taken": wrote.taken_us.is_some() });
        let numbers: BTreeMap<String, Value> = self
            .numbers
            .iter()
            .map(|(number, entry)| {
                let messages: Vec<Value> = entry.messages.iter().map(message).collect();
                let wrote: Vec<Value> = entry.wrote.iter().map(wrote).collect();
                (number.e164(), json!({ "requests": entry.requests, "messages": messages, "wrote": wrote }))
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
        let now_us = self.now_us();
        self.ledger.arrivals_us.push(now_us);
    }

    fn now_us(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_micros()).unwrap_or(u64::MAX)
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
        let arrived_us = self.now_us();
        let entry = self.ledger.numbers.entry(number).or_default();
        entry.messages.push(Accepted {
            message_id,
            arrived_us,
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
        self.ledger.receipts_due += plan.callbacks().len() as u64;
        if let Some(message) = self.message(number, message_id) {
            message.happens = plan.happens();
            message.happens_at = plan.happens_at();
            message.code = plan.code();
        }
    }

    /// A callback about a message was sent, and taken or not.
    pub(super) fn receipt(&mut self, number: Phone, message_id: &str, said: &'static str, is_taken: bool) {
        self.ledger.receipts_due -= 1;
        if let Some(message) = self.message(number, message_id).filter(|_| is_taken) {
            message.delivery.push(said);
        }
    }

    /// Whether someone has written to that business number within 24 hours.
    pub(super) fn is_open(&self, number: Phone, to: &str, now: Timestamp) -> bool {
        let wrote = self.ledger.numbers.get(&number).map(|entry| entry.wrote.as_slice()).unwrap_or_default();
        wrote.iter().any(|wrote| wrote.to == to && now < wrote.at.plus(WINDOW))
    }

    /// How many messages someone has written.
    pub(super) fn n_written(&self, number: Phone) -> usize {
        self.ledger.numbers.get(&number).map_or(0, |entry| entry.wrote.len())
    }

    /// Someone writes; the same message may be told twice.
    pub(super) fn writes(&mut self, number: Phone, id: &str, kind: &'static str, to: &str, at: Timestamp) {
        let at_us = self.now_us();
        let entry = self.ledger.numbers.entry(number).or_default();
        if entry.wrote.iter().all(|wrote| wrote.id != id) {
            let (id, to) = (id.to_owned(), to.to_owned());
            entry.wrote.push(Wrote { id, kind, to, at, at_us, taken_us: None });
        }
    }

    /// The receiver has what someone wrote.
    pub(super) fn taken(&mut self, number: Phone, id: &str) {
        let now_us = self.now_us();
        let entry = self.ledger.numbers.entry(number).or_default();
        if let Some(wrote) = entry.wrote.iter_mut().find(|wrote| wrote.id == id) {
            wrote.taken_us.get_or_insert(now_us);
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
