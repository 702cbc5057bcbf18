//! Takes the provider's callbacks in at a secret address, receipts and what people write, and hands them to the queue.
//!
//! A callback is answered 200 only after what it holds was synced to disk; what cannot be recorded is answered 503, so
//! that it comes again. Nothing here can be told from a missing page without the token.

mod gate;
pub mod incoming;
pub mod reconcile;
#[cfg(test)]
mod tests;

use std::{net::SocketAddr, sync::Arc, time::Duration};

use axum::{
    Json, Router,
    body::{Body, to_bytes},
    extract::{ConnectInfo, Path, RawQuery, Request, State},
    http::{HeaderName, StatusCode, header::RETRY_AFTER},
    response::{IntoResponse, Response},
    routing::{MethodRouter, any},
};
use serde_json::json;
use tokio::net::TcpListener;

use self::gate::GateError;
pub use self::gate::{Gate, TokenError};
use crate::{
    clock::Clock,
    domain::{Event, Inbound, Receipt},
    provider::kaleyra::callback::{self, Callback, CallbackError},
    queue::{Heard, Queue},
    server::{self, Limits},
    trial,
};

/// The largest body of a callback, in bytes. The documented ones have about a kilobyte, one for each message.
const BODY_BYTES_MAX: usize = 1024 * 1024;

/// The longest wait for a callback's body.
const BODY_TIMEOUT: Duration = Duration::from_secs(10);

#[derive(Debug)]
struct Receiver {
    queue: Queue,
    gate: Gate,
    clock: Clock,
}

/// The receiver's routes: `/callbacks/{token}`, by GET, POST or PUT.
///
/// Where the gate has an allow-list, they need the caller's address, as `server::serve` gives it; without it nobody is let
/// in.
pub fn routes(queue: Queue, gate: Gate, clock: Clock) -> Router {
    let receiver = Arc::new(Receiver { queue, gate, clock });
    Router::new().route("/callbacks/{token}", methods()).with_state(receiver)
}

/// Serves the receiver alone until `stop` comes.
pub async fn serve(
    listener: TcpListener,
    routes: Router,
    limits: Limits,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    server::serve(listener, routes, limits, is_callback, stop).await
}

/// Whether a request at that path may hand in receipts, which come before all others.
pub fn is_callback(path: &str) -> bool {
    path.starts_with("/callbacks/")
}

fn methods() -> MethodRouter<Arc<Receiver>> {
    // Callback profiles may use any method with or without a body (Kaleyra, callback profiles).
    any(receive)
}

async fn receive(
    State(receiver): State<Arc<Receiver>>,
    Path(token): Path<String>,
    RawQuery(query): RawQuery,
    request: Request,
) -> Response {
    let address = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
    if let Err(error) = receiver.gate.let_in(&token, request.headers(), address) {
        tracing::warn!(%error, "a callback was turned away");
        return match error {
            GateError::Token => StatusCode::NOT_FOUND.into_response(),
            GateError::Header | GateError::Address => refused(StatusCode::FORBIDDEN, &error.to_string()),
        };
    }
    let body = match tokio::time::timeout(BODY_TIMEOUT, read(request)).await {
        Ok(Ok(body)) => body,
        Ok(Err(status)) => return refused(status, "the body cannot be read, or has more than 1 MiB"),
        Err(_) => return refused(StatusCode::REQUEST_TIMEOUT, "the body did not arrive in 10 seconds"),
    };
    match content(&body, query.as_deref()) {
        Ok((receipts, inbound)) => record(&receiver, receipts, inbound).await,
        Err(error) => {
            tracing::warn!(%error, "a request is no callback");
            refused(StatusCode::BAD_REQUEST, &error.to_string())
        }
    }
}

async fn read(request: Request<Body>) -> Result<axum::body::Bytes, StatusCode> {
    to_bytes(request.into_body(), BODY_BYTES_MAX).await.map_err(|_| StatusCode::PAYLOAD_TOO_LARGE)
}

/// The receipts and what people wrote, in the body, or where there is none, in the query.
fn content(body: &[u8], query: Option<&str>) -> Result<(Vec<Receipt>, Vec<Inbound>), CallbackError> {
    let callback = match (body.is_empty(), query) {
        (true, Some(query)) => Callback::from_query(query)?,
        _ => Callback::from_body(body)?,
    };
    let inbound = callback.inbound();
    match callback.receipts() {
        Ok(receipts) => Ok((receipts, inbound)),
        // What people write has another shape than a receipt.
        Err(_) if !inbound.is_empty() => Ok((Vec::new(), inbound)),
        Err(error) => Err(error),
    }
}

async fn record(receiver: &Receiver, receipts: Vec<Receipt>, inbound: Vec<Inbound>) -> Response {
    let (n_receipts, n_inbound) = (receipts.len(), inbound.len());
    let now = receiver.clock.now();
    for notice in &inbound {
        if let Event::Quality { event, limit } = &notice.event {
            tracing::warn!(event, limit, "the quality or the limit of a business number has changed");
        }
    }
    if let Err(error) = receiver.queue.hear(inbound, receiver.gate.intake(), now).await {
        tracing::error!(%error, n_inbound, "messages cannot be recorded; the provider was asked to repeat them");
        return later();
    }
    trial::crash_point("inbound:taken");
    let heard = receipts
        .into_iter()
        .map(|receipt| Heard { meaning: callback::meaning(&receipt), receipt, at: now })
        .collect();
    match receiver.queue.receive(heard).await {
        Ok(()) if n_inbound == 0 => Json(json!({ "receipts": n_receipts })).into_response(),
        Ok(()) => Json(json!({ "receipts": n_receipts, "inbound": n_inbound })).into_response(),
        Err(error) => {
            tracing::error!(%error, n_receipts, "receipts cannot be recorded; the provider was asked to repeat them");
            later()
        }
    }
}

/// The provider is asked to repeat the request.
fn later() -> Response {
    let retry_after: [(HeaderName, &str); 1] = [(RETRY_AFTER, "30")];
    (StatusCode::SERVICE_UNAVAILABLE, retry_after).into_response()
}

fn refused(status: StatusCode, words: &str) -> Response {
    (status, Json(json!({ "error": words }))).into_response()
}
