//! The provider's endpoint on loopback, with faults and receipts, for rehearsals, the demo and tests.
//!
//! It judges requests as the document says the provider does, and keeps a ledger of what it accepted. It names the
//! domain and the provider's wire format, nothing else of ours.

mod answers;
mod callbacks;
mod connection;
mod faults;
mod ledger;
#[cfg(test)]
mod tests;

use std::{
    io,
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::{ConnectInfo, Path, State},
    http::{HeaderMap, Response},
    routing::{get, post},
};
use secrecy::ExposeSecret;
use serde_json::json;
use tokio::{net::TcpListener, sync::watch, task::JoinHandle};

use self::{
    answers::Answer,
    callbacks::{Postman, Subject},
    connection::{Allowance, Cuttable},
    faults::{Chance, Fate},
    ledger::Book,
};
pub use self::{
    callbacks::Callbacks,
    faults::Faults,
    ledger::{Accepted, Entry, Ledger},
};
use crate::{
    domain::{
        Phone,
        message::{REF_CHARS_MAX, check_body},
    },
    provider::kaleyra::wire,
};

/// Why there can be no simulator.
#[derive(Debug, thiserror::Error)]
pub enum SimulatorError {
    /// An address that others can reach.
    #[error("the simulator listens on this machine alone, such as on 127.0.0.1:9090, not on {address}")]
    NotLoopback {
        /// The address.
        address: SocketAddr,
    },
    /// The address cannot be listened on.
    #[error("cannot listen on {address}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// A rate that is no share.
    #[error("the rate `{name}` is {rate}; rates are from 0 to 1, and those of requests together at most 1")]
    Rate {
        /// Which.
        name: &'static str,
        /// The rate.
        rate: f64,
    },
    /// Receipts would leave this machine.
    #[error(
        "`{found}` cannot take receipts; give an http address on this machine, such as http://127.0.0.1:8080/…"
    )]
    CallbackUrl {
        /// The address.
        found: String,
    },
    /// The client for receipts cannot be made.
    #[error("cannot set up the sending of receipts")]
    Client {
        /// Why.
        #[source]
        source: reqwest::Error,
    },
}

/// A running simulator. Dropping it ends it too, without waiting.
#[derive(Debug)]
pub struct Simulator {
    address: SocketAddr,
    shared: Arc<Shared>,
    stop: watch::Sender<bool>,
    server: JoinHandle<()>,
}

#[derive(Debug)]
struct Shared {
    faults: Faults,
    book: Mutex<Book>,
    postman: Option<Postman>,
    stopped: watch::Receiver<bool>,
}

impl Simulator {
    /// Listens on `listen`, which must be on loopback; port 0 takes a free one.
    pub async fn start(listen: SocketAddr, faults: Faults) -> Result<Self, SimulatorError> {
        if !listen.ip().is_loopback() {
            return Err(SimulatorError::NotLoopback { address: listen });
        }
        faults.check()?;
        let failed = |source| SimulatorError::Listen { address: listen, source };
        let listener = TcpListener::bind(listen).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let postman = faults.callbacks.as_ref().map(Postman::new).transpose()?;
        let (stop, stopped) = watch::channel(false);
        let book = Mutex::new(Book::new(faults.e110_after));
        let shared = Arc::new(Shared { faults, book, postman, stopped: stopped.clone() });
        let routes = Router::new()
            .route("/v2/{sid}/whatsapp/{number}/messages", post(messages))
            .route("/simulator/top-up", post(top_up))
            .route("/simulator/ledger", get(ledger_page))
            .with_state(Arc::clone(&shared))
            .into_make_service_with_connect_info::<Allowance>();
        let server = tokio::spawn(async move {
            let server = axum::serve(Cuttable(listener), routes).with_graceful_shutdown(until(stopped));
            // Accepting never fails for good; see axum::serve.
            let _ended = server.await;
        });
        Ok(Self { address, shared, stop, server })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Adds messages to the balance, and says what it is now; none where it is without end.
    pub fn top_up(&self, n_messages: u64) -> Option<u64> {
        self.shared.book().top_up(n_messages)
    }

    /// A copy of the ledger as it is now.
    pub fn ledger(&self) -> Ledger {
        self.shared.book().ledger.clone()
    }

    /// Stops listening, lets go of those who wait for an answer, and forgets receipts not yet sent.
    pub async fn stop(self) {
        self.stop.send_replace(true);
        // Ends by itself; a panic in it has been reported by then.
        let _ended = self.server.await;
    }
}

/// Waits for the stop, or for the simulator to be dropped.
async fn until(mut stopped: watch::Receiver<bool>) {
    let _stopped_or_dropped = stopped.wait_for(|is_stopped| *is_stopped).await;
}

impl Shared {
    fn book(&self) -> MutexGuard<'_, Book> {
        // A panic elsewhere leaves whole entries behind; the book stays readable.
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Counts a request as on the wire until it is answered or given up.
struct InFlight<'s>(&'s Shared);

impl Drop for InFlight<'_> {
    fn drop(&mut self) {
        self.0.book().left();
    }
}

/// What a request is answered, and whether the answer arrives.
enum Verdict {
    Whole(Answer),
    Accepted(String),
    /// Cut after so many bytes of the answer.
    Cut(String, u64),
    Never,
}

async fn messages(
    State(shared): State<Arc<Shared>>,
    ConnectInfo(allowance): ConnectInfo<Allowance>,
    Path((_sid, sender)): Path<(String, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Response<Body> {
    shared.book().arrived();
    let _in_flight = InFlight(&shared);
    let (verdict, wait) = judge(&shared, &sender, &headers, &body);
    if !wait.is_zero() {
        tokio::time::sleep(wait).await;
    }
    match verdict {
        Verdict::Whole(answer) => answer.response(),
        Verdict::Accepted(message_id) => answers::accepted(&message_id),
        Verdict::Cut(message_id, n_bytes) => {
            allowance.cut_after(n_bytes);
            answers::accepted(&message_id)
        }
        Verdict::Never => {
            until(shared.stopped.clone()).await;
            allowance.cut_after(0);
            answers::INTERNAL.response()
        }
    }
}

/// Decides on a request and writes it down, before any waiting: what is accepted stays so when the client hangs up.
fn judge(shared: &Arc<Shared>, sender: &str, headers: &HeaderMap, body: &[u8]) -> (Verdict, Duration) {
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
    book.accepted(request.to, message_id.clone(), request.refs.clone());
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
    send_receipts(
        shared,
        Subject { number: request.to, sender: sender.to_owned(), message_id, refs: request.refs, chance },
    );
    (verdict, wait)
}

fn send_receipts(shared: &Arc<Shared>, subject: Subject) {
    let Some(postman) = shared.postman.clone() else { return };
    let shared = Arc::clone(shared);
    tokio::spawn(async move {
        let taken =
            |subject: &Subject, said| shared.book().delivered(subject.number, &subject.message_id, said);
        tokio::select! {
            () = postman.deliver(subject, taken) => {}
            () = until(shared.stopped.clone()) => {}
        }
    });
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

fn is_let_in(faults: &Faults, headers: &HeaderMap) -> bool {
    let key = headers.get("api-key").and_then(|key| key.to_str().ok()).unwrap_or_default();
    faults.key.as_ref().map_or(!key.is_empty(), |expected| expected.expose_secret() == key)
}

/// True when the path's number is the account's, with or without its plus.
fn is_ours(faults: &Faults, sender: &str) -> bool {
    let digits = sender.trim_start_matches('+');
    faults.sender.is_none_or(|ours| ours.digits().to_string() == digits)
}

async fn top_up(State(shared): State<Arc<Shared>>, body: Bytes) -> Response<Body> {
    let n_messages = serde_json::from_slice::<serde_json::Value>(&body)
        .ok()
        .and_then(|value| value.get("messages").and_then(serde_json::Value::as_u64));
    match n_messages {
        Some(n_messages) => answers::json(200, &json!({ "balance": shared.book().top_up(n_messages) })),
        None => answers::json(400, &json!({ "error": "send {\"messages\": n}" })),
    }
}

async fn ledger_page(State(shared): State<Arc<Shared>>) -> Response<Body> {
    let ledger = shared.book().ledger.clone();
    answers::json(200, &ledger.to_json())
}
