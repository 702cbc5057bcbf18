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
};
use self::{
    callbacks::{Postman, Subject},
    connection::{Allowance, Cuttable},
    judge::{Verdict, is_let_in, is_ours, judge},
    ledger::Book,
};
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
    /// The client for receipts cannot be made.
    #[error("cannot set up the sending of receipts")]
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

fn send_receipts(shared: &Arc<Shared>, mut subject: Subject) {
    let Some(postman) = shared.postman.clone() else { return };
    let shared = Arc::clone(shared);
    let plan = postman.plan(&mut subject);
    shared.book().happens(subject.number, &subject.message_id, &plan);
    tokio::spawn(async move {
        let sent = |subject: &Subject, said, is_taken| {
            shared.book().receipt(subject.number, &subject.message_id, said, is_taken);
        };
        tokio::select! {
            () = postman.deliver(subject, plan, sent) => {}
            () = until(shared.stopped.clone()) => {}
        }
    });
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
