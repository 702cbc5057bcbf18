//! Callbacks, sent as the provider sends them: late, lost, twice, out of order. They are receipts, and what people write.

use std::{sync::Arc, time::Duration};

use reqwest::{Client, Url};
use serde_json::{Value, json};
use tokio::sync::Semaphore;

use super::{
    SimulatorError,
    faults::{Chance, check_rate},
    people::{Letter, People, Reaction},
};
use crate::domain::{Phone, Timestamp};

/// Callbacks on the wire at once.
const IN_FLIGHT_MAX: usize = 32;

/// Meta's code of a message to someone who has not written within 24 hours.
const WINDOW_CLOSED: u32 = 131_047;

/// The wait for a receiver that does not answer.
const TIMEOUT: Duration = Duration::from_secs(10);

/// Where receipts go and what goes wrong with them. Rates are shares from 0 to 1.
#[derive(Debug, Clone)]
pub struct Callbacks {
    /// Where they are posted to; an http address on loopback.
    pub url: String,
    /// The time between the acceptance and the first receipt, and between one receipt and the next.
    pub delay: Duration,
    /// Messages that are read once they are delivered.
    pub read_rate: f64,
    /// Messages that Meta gives up, with one of its codes.
    pub undelivered_rate: f64,
    /// Messages that the provider does not hand to Meta (WAV2101).
    pub not_sent_rate: f64,
    /// Receipts that never arrive.
    pub lost_rate: f64,
    /// Receipts that arrive twice.
    pub repeated_rate: f64,
    /// Messages whose receipts come last one first.
    pub reordered_rate: f64,
    /// Whether receipts lack the id of the answer and can be matched by their tags alone; whether the real ones have
    /// it is not documented.
    pub without_our_id: bool,
    /// What people do.
    pub people: People,
    /// The time that receipts carry.
    pub clock: fn() -> Timestamp,
}

impl Callbacks {
    /// Receipts without a fault, four of five messages read.
    pub fn to(url: impl Into<String>, clock: fn() -> Timestamp) -> Self {
        Self {
            url: url.into(),
            delay: Duration::from_millis(200),
            read_rate: 0.8,
            undelivered_rate: 0.0,
            not_sent_rate: 0.0,
            lost_rate: 0.0,
            repeated_rate: 0.0,
            reordered_rate: 0.0,
            without_our_id: false,
            people: People::default(),
            clock,
        }
    }

    pub(super) fn check(&self) -> Result<(), SimulatorError> {
        let rates = [
            ("read", self.read_rate),
            ("undelivered", self.undelivered_rate),
            ("not sent", self.not_sent_rate),
            ("lost", self.lost_rate),
            ("repeated", self.repeated_rate),
            ("reordered", self.reordered_rate),
            ("sum of undelivered and not sent", self.undelivered_rate + self.not_sent_rate),
        ];
        rates.into_iter().try_for_each(|(name, rate)| check_rate(name, rate))?;
        self.people.check()
    }

    /// What becomes of one message, and its callbacks in the order in which they go out. `is_open` is whether the person's
    /// window is.
    fn plan(&self, is_open: bool, chance: &mut Chance) -> Plan {
        let fate = chance.unit();
        let code = chance.one_of(&[131_047, 131_026, 131_049, 131_050, 130_472]);
        let is_read = chance.happens(self.read_rate);
        let mut events = if self.people.has_windows && !is_open {
            vec![Event::Undelivered(WINDOW_CLOSED)]
        } else if fate < self.not_sent_rate {
            vec![Event::NotSent]
        } else if fate < self.not_sent_rate + self.undelivered_rate {
            vec![Event::Sent, Event::Undelivered(code)]
        } else if is_read {
            vec![Event::Sent, Event::Delivered, Event::Read]
        } else {
            vec![Event::Sent, Event::Delivered]
        };
        let is_delivered = events.contains(&Event::Delivered);
        let now = (self.clock)();
        let due = |nth: u32| now.plus(self.delay.saturating_mul(nth));
        let mut happens: Vec<_> = events.iter().copied().zip((1..).map(due)).collect();
        if chance.happens(self.reordered_rate) {
            events.reverse();
        }
        let mut callbacks = Vec::new();
        for event in events {
            callbacks.extend(std::iter::repeat_n(event, self.n_times(chance)));
        }
        if is_delivered && let Some(reaction) = self.people.reaction(chance) {
            let answered = Event::Answered(reaction);
            happens.push((answered, due(4)));
            callbacks.extend(std::iter::repeat_n(answered, self.n_times(chance)));
        }
        Plan { happens, callbacks }
    }

    /// How often one callback goes out.
    fn n_times(&self, chance: &mut Chance) -> usize {
        let (is_lost, is_repeated) = (chance.happens(self.lost_rate), chance.happens(self.repeated_rate));
        if is_lost { 0 } else { 1 + usize::from(is_repeated) }
    }
}

/// What becomes of one message, and what is told of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Plan {
    happens: Vec<(Event, Timestamp)>,
    callbacks: Vec<Event>,
}

impl Plan {
    /// What becomes of the message, in order.
    pub(super) fn happens(&self) -> Vec<&'static str> {
        self.happens.iter().map(|(event, _)| event.name()).collect()
    }

    /// When each of that happens.
    pub(super) fn happens_at(&self) -> Vec<Timestamp> {
        self.happens.iter().map(|(_, at)| *at).collect()
    }

    /// Meta's code, where it gives the message up.
    pub(super) fn code(&self) -> Option<u32> {
        self.happens.iter().find_map(|(event, _)| match event {
            Event::Undelivered(code) => Some(*code),
            Event::Sent | Event::Delivered | Event::Read | Event::NotSent | Event::Answered(_) => None,
        })
    }

    /// What goes out, in order.
    pub(super) fn callbacks(&self) -> &[Event] {
        &self.callbacks
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Event {
    Sent,
    Delivered,
    Read,
    Undelivered(u32),
    NotSent,
    Answered(Reaction),
}

impl Event {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Delivered => "delivered",
            Self::Read => "read",
            Self::Undelivered(_) => "failed",
            Self::NotSent => "not sent",
            Self::Answered(reaction) => reaction.kind(),
        }
    }
}

/// One accepted message, as its callbacks need it.
#[derive(Debug, Clone)]
pub(super) struct Subject {
    pub(super) number: Phone,
    pub(super) sender: String,
    pub(super) message_id: String,
    pub(super) refs: [Option<String>; 3],
    pub(super) chance: Chance,
}

impl Subject {
    /// The id of the message that answers this one.
    pub(super) fn answer_id(&self) -> String {
        format!("wamid.IN{}", self.message_id)
    }
}

/// Sends callbacks.
#[derive(Debug, Clone)]
pub(super) struct Postman {
    client: Client,
    url: Url,
    callbacks: Callbacks,
    permits: Arc<Semaphore>,
}

impl Postman {
    /// A postman for `callbacks`, whose address must be on loopback.
    pub(super) fn new(callbacks: &Callbacks) -> Result<Self, SimulatorError> {
        let error = || SimulatorError::CallbackUrl { found: callbacks.url.clone() };
        let url = Url::parse(&callbacks.url).map_err(|_| error())?;
        let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
        let is_loopback =
            host == "localhost" || host.parse().is_ok_and(|ip: std::net::IpAddr| ip.is_loopback());
        if url.scheme() != "http" || !is_loopback {
            return Err(error());
        }
        // Plain http alone, but the client sets TLS up all the same; this keeps it from looking for certificates.
        let _already_installed = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder()
            .tls_certs_only([])
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .no_proxy()
            .timeout(TIMEOUT)
            .build()
            .map_err(|source| SimulatorError::Client { source })?;
        let permits = Arc::new(Semaphore::new(IN_FLIGHT_MAX));
        Ok(Self { client, url, callbacks: callbacks.clone(), permits })
    }

    /// Decides what becomes of a message to someone whose window is open, or not.
    pub(super) fn plan(&self, is_open: bool, subject: &mut Subject) -> Plan {
        self.callbacks.plan(is_open, &mut subject.chance)
    }

    /// The time at the provider.
    pub(super) fn now(&self) -> Timestamp {
        (self.callbacks.clock)()
    }

    /// The time from an acceptance to its first callback, and from one callback to the next.
    pub(super) fn delay(&self) -> Duration {
        self.callbacks.delay
    }

    /// Sends one callback; says whether it was taken.
    pub(super) async fn post(&self, body: &Value) -> bool {
        let Ok(_permit) = self.permits.acquire().await else { return false };
        let request = self.client.post(self.url.clone()).header("content-type", "application/json");
        request.body(body.to_string()).send().await.is_ok_and(|answer| answer.status().is_success())
    }

    /// The body of one callback: flat for what was not sent, nested for all else, as the provider has them.
    pub(super) fn body(&self, event: Event, subject: &Subject) -> Value {
        let our_id = (!self.callbacks.without_our_id).then_some(subject.message_id.as_str());
        let wamid = format!("wamid.{}", subject.message_id.to_ascii_lowercase());
        let business = subject.sender.trim_start_matches('+');
        let mut extra = json!({ "message_id": wamid, "waba_id": "123450000034512345" });
        for (name, tag) in ["ref", "ref1", "ref2"].into_iter().zip(&subject.refs) {
            // What the message did not have stays as the profile's placeholder.
            extra[name] = tag.as_ref().map_or_else(|| json!(format!("<{name}>")), |tag| json!(tag));
        }
        if event == Event::NotSent {
            return json!({
                "code": "WAV2101", "status": "not sent", "reason": "Account daily limit reached",
                "message_id": our_id.unwrap_or(&wamid), "extra_info": extra,
            });
        }
        extra["trace_id"] = json!("8f14e45f-ceea-4c1a-9e77-1a5b2c3d4e5f");
        if let Event::Answered(reaction) = event {
            let (id, at) = (subject.answer_id(), self.now());
            return Letter { id, from: subject.number, to: business, at, extra }.answer(reaction, &wamid);
        }
        let seconds = self.now().0 / 1_000;
        let mut status = json!({
            "id": our_id.unwrap_or("7c1f9c3207c549deb0b1d0acac299cfb"), "status": event.name(),
            "timestamp": seconds.to_string(), "recipient_id": subject.number.digits().to_string(),
        });
        if let Event::Undelivered(code) = event {
            let title = "Message undeliverable";
            let details = "The simulator was asked to leave this message undelivered.";
            status["errors"] = json!([
                { "code": code, "title": title, "message": title, "error_data": { "details": details } }
            ]);
        }
        let metadata = json!({ "display_phone_number": business, "phone_number_id": "104000000000060" });
        json!({
            "meta_object": {
                "value": { "messaging_product": "whatsapp", "metadata": metadata, "statuses": [status] },
                "field": "messages",
            },
            "extra_info": extra, "status": event.name(), "message_id": wamid,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn callbacks() -> Callbacks {
        Callbacks::to("http://127.0.0.1:1/", || Timestamp(1_722_834_665_000))
    }

    fn plans(callbacks: &Callbacks) -> Vec<Vec<Event>> {
        (0..1_000).map(|n| callbacks.plan(true, &mut Chance::of([1, n, 0])).callbacks).collect()
    }

    #[test]
    fn an_address_that_is_not_on_loopback_is_refused() {
        for url in ["http://example.com/", "https://127.0.0.1/", "http://10.0.0.1/", "", "localhost"] {
            let found = Postman::new(&Callbacks { url: url.to_owned(), ..callbacks() });
            assert!(matches!(found, Err(SimulatorError::CallbackUrl { .. })), "{url}");
        }
    }

    #[test]
    fn rates_decide_what_becomes_of_messages() {
        let all = Callbacks { undelivered_rate: 1.0, ..callbacks() };
        assert!(plans(&all).iter().all(|plan| matches!(plan[..], [Event::Sent, Event::Undelivered(_)])));
        let all = Callbacks { not_sent_rate: 1.0, ..callbacks() };
        assert!(plans(&all).iter().all(|plan| plan == &[Event::NotSent]));
        let all = Callbacks { lost_rate: 1.0, ..callbacks() };
        assert!(plans(&all).iter().all(Vec::is_empty));
        let all = Callbacks { reordered_rate: 1.0, repeated_rate: 1.0, read_rate: 0.0, ..callbacks() };
        let twice = [Event::Delivered, Event::Delivered, Event::Sent, Event::Sent];
        assert!(plans(&all).iter().all(|plan| plan == &twice));
        let all = Callbacks { people: People { stop_rate: 1.0, ..People::default() }, ..callbacks() };
        assert!(plans(&all).iter().all(|plan| plan.ends_with(&[Event::Answered(Reaction::Stops)])));
        let n_read = plans(&callbacks()).iter().filter(|plan| plan.contains(&Event::Read)).count();
        assert!((750..850).contains(&n_read), "{n_read}");
    }
}
