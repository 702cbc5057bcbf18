//! The provider's endpoint on loopback, with faults and receipts, for rehearsals, the demo and tests.
//!
//! It judges requests as the document says the provider does, and keeps a ledger of what it accepted. It names the
//! domain and the provider's wire format, nothing else of ours.

mod answers;
mod callbacks;
mod connection;
mod faults;
mod judge;
mod ledger;
mod people;
mod report;
#[cfg(test)]
mod tests;

use std::{
    io,
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::{ConnectInfo, Path, State},
    http::{HeaderMap, Response},
    routing::{get, post},
};
use serde_json::json;
use tokio::{net::TcpListener, sync::watch, task::JoinHandle};

pub use self::{
    callbacks::Callbacks,
    faults::Faults,
    ledger::{Accepted, Entry, Ledger},
    people::{People, Wrote},
};
use self::{
    callbacks::{Event, Plan, Postman, Subject},
    connection::{Allowance, Cuttable},
    judge::{Verdict, is_let_in, is_ours, judge},
    ledger::Book,
    people::Letter,
};
use crate::domain::Phone;

/// The business number where the account has no other. The range is not given to anyone.
pub const SENDER: u64 = 911_161_197_855;

/// Why there can be no simulator.
#[derive(Debug, thiserror::Error)]
pub enum SimulatorError {
    /// An address that others can reach.
    #[error("the simulator listens on this machine alone, such as on 127.0.0.1:9090, not on {address}")]
    NotLoopback { address: SocketAddr },
    /// The address cannot be listened on.
    #[error("cannot listen on {address}")]
    Listen {
        address: SocketAddr,
        #[source]
        source: io::Error,
    },
    /// A rate that is no share.
    #[error("the rate `{name}` is {rate}; rates are from 0 to 1, and those of requests together at most 1")]
    Rate { name: &'static str, rate: f64 },
    /// Receipts would leave this machine.
    #[error(
        "`{found}` cannot take receipts; give an http address on this machine, such as http://127.0.0.1:8080/…"
    )]
    CallbackUrl { found: String },
    /// Nobody would hear of what people write.
    #[error("the simulator has no address for callbacks, so nobody would hear of what people write")]
    NoCallbacks,
    /// The client for callbacks cannot be made.
    #[error("cannot set up the sending of callbacks")]
    Client {
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
            .route("/v2/{sid}/whatsapp/{number}/phone_number_details", get(details))
            .route("/simulator/top-up", post(top_up))
            .route("/simulator/write", post(write))
            .route("/simulator/ledger", get(ledger_page))
            .route("/simulator/report", get(report_page))
            .route("/simulator/receipts-due", get(receipts_due))
            .with_state(Arc::clone(&shared))
            .into_make_service_with_connect_info::<Allowance>();
        let server = tokio::spawn(async move {
            let server = axum::serve(Cuttable(listener), routes).with_graceful_shutdown(until(stopped));
            // Accepting never fails for good; see axum::serve.
            let _ended = server.await;
        });
        Ok(Self { address, shared, stop, server })
    }

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

    /// The report on all messages that the provider's console would give out now.
    pub fn report(&self) -> Vec<u8> {
        report::of(&self.shared.book().ledger)
    }

    /// Someone writes to the business number of the account. Says whether the receiver of callbacks took it.
    pub async fn write(&self, from: Phone, text: &str) -> Result<bool, SimulatorError> {
        self.shared.write(from, text).await
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

    async fn write(&self, from: Phone, text: &str) -> Result<bool, SimulatorError> {
        let postman = self.postman.as_ref().ok_or(SimulatorError::NoCallbacks)?;
        let to = self.faults.sender.map_or(SENDER, Phone::digits).to_string();
        let kind = if text.trim().eq_ignore_ascii_case("stop") { "stop" } else { "text" };
        let at = postman.now();
        let id = {
            let mut book = self.book();
            let id = format!("wamid.BY{}-{}", from.digits(), book.n_written(from));
            book.writes(from, &id, kind, &to, at);
            id
        };
        let letter = Letter { id: id.clone(), from, to: &to, at, extra: json!({ "waba_id": WABA_ID }) };
        let is_taken = postman.post(&letter.text(text)).await;
        if is_taken {
            self.book().taken(from, &id);
        }
        Ok(is_taken)
    }
}

/// The account's id with Meta.
const WABA_ID: &str = "123450000034512345";

/// Counts a request as on the wire until it is answered or given up.
struct InFlight<'s>(&'s Shared);

impl Drop for InFlight<'_> {
    fn drop(&mut self) {
        self.0.book().left();
    }
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

/// Decides what becomes of an accepted message, and tells it.
fn send_callbacks(shared: &Arc<Shared>, mut subject: Subject) {
    let Some(postman) = shared.postman.clone() else { return };
    let plan = {
        let mut book = shared.book();
        let is_open = book.is_open(subject.number, subject.sender.trim_start_matches('+'), postman.now());
        let plan = postman.plan(is_open, &mut subject);
        book.happens(subject.number, &subject.message_id, &plan);
        plan
    };
    let shared = Arc::clone(shared);
    tokio::spawn(async move {
        tokio::select! {
            () = tell(&shared, &postman, &subject, &plan) => {}
            () = until(shared.stopped.clone()) => {}
        }
    });
}

/// Sends the callbacks about one message, each in its time.
async fn tell(shared: &Shared, postman: &Postman, subject: &Subject, plan: &Plan) {
    let number = subject.number;
    for event in plan.callbacks() {
        tokio::time::sleep(postman.delay()).await;
        let answer = matches!(event, Event::Answered(_)).then(|| subject.answer_id());
        if let Some(id) = &answer {
            let to = subject.sender.trim_start_matches('+');
            shared.book().writes(number, id, event.name(), to, postman.now());
        }
        let is_taken = postman.post(&postman.body(*event, subject)).await;
        let mut book = shared.book();
        book.receipt(number, &subject.message_id, event.name(), is_taken);
        if let Some(id) = answer.filter(|_| is_taken) {
            book.taken(number, &id);
        }
    }
}

/// The provider's page about a business number. What it holds is not documented in full, who may see it is.
async fn details(
    State(shared): State<Arc<Shared>>,
    Path((_sid, sender)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response<Body> {
    if !is_let_in(&shared.faults, &headers) {
        return answers::UNAUTHORIZED.response();
    }
    if !is_ours(&shared.faults, &sender) {
        return answers::WRONG_NUMBER.response();
    }
    answers::json(200, &json!({ "code": "WA200", "message": "Success", "data": {}, "error": {} }))
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

/// Somebody writes: `{"from": "+…", "text": "…"}`.
async fn write(State(shared): State<Arc<Shared>>, body: Bytes) -> Response<Body> {
    #[derive(serde::Deserialize)]
    struct Written {
        from: String,
        #[serde(default = "hello")]
        text: String,
    }
    let written = serde_json::from_slice::<Written>(&body).ok();
    let Some((from, text)) = written.and_then(|it| Some((Phone::parse(&it.from).ok()?, it.text))) else {
        return answers::json(400, &json!({ "error": "send {\"from\": \"+NUMBER\", \"text\": \"…\"}" }));
    };
    match shared.write(from, &text).await {
        Ok(is_taken) => answers::json(200, &json!({ "taken": is_taken })),
        Err(error) => answers::json(409, &json!({ "error": error.to_string() })),
    }
}

fn hello() -> String {
    "Hello".to_owned()
}

async fn ledger_page(State(shared): State<Arc<Shared>>) -> Response<Body> {
    let ledger = shared.book().ledger.clone();
    answers::json(200, &ledger.to_json())
}

async fn report_page(State(shared): State<Arc<Shared>>) -> Response<Body> {
    answers::csv(report::of(&shared.book().ledger))
}

/// How many receipts are still to be sent, for those who wait for the last one.
async fn receipts_due(State(shared): State<Arc<Shared>>) -> Response<Body> {
    answers::json(200, &json!({ "receipts_due": shared.book().ledger.receipts_due }))
}
