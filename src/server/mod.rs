//! Serves routes over HTTP within limits: on the time that a head may take, on connections of one address and in all, and
//! on the time that the end may take.
//!
//! A connection that waits for a request makes room for a new one, oldest first, so that idle callers keep nobody out; and
//! requests that come before all others, such as receipts, have a share of the connections that the others cannot take.

mod connections;
mod network;
#[cfg(test)]
mod tests;

use std::{
    convert::Infallible,
    io,
    net::{IpAddr, SocketAddr},
    pin::{Pin, pin},
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::ConnectInfo,
    http::{Request, Response, StatusCode, header::RETRY_AFTER},
    response::IntoResponse,
};
use hyper::{
    body::{Frame, Incoming, SizeHint},
    server::conn::http1,
    service::{Service, service_fn},
};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore, watch},
    task::JoinSet,
    time::Instant,
};

use self::connections::{Answering, Connection, Connections};
pub use self::network::{Network, NetworkError};

/// How long a connection may take for the head of a request, waiting for its first byte included.
const HEAD_TIMEOUT: Duration = Duration::from_secs(30);

/// How long answers that are under way at the end may take.
const LAST_ANSWERS: Duration = Duration::from_secs(10);

/// How long a connection without a request may take at the end, to get an answer out that was just given.
const LAST_BYTES: Duration = Duration::from_millis(500);

/// How often is looked whether the end has come.
const LAST_LOOK_EVERY: Duration = Duration::from_millis(50);

/// The pause after a connection that the system could not give.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// The most connections at once; fewer where the process may have fewer than twice as many files open.
const CONNECTIONS_MAX: usize = 512;

/// The largest head, and the room for what is read from a connection at a time.
const HEAD_BYTES_MAX: usize = 64 * 1_024;

/// What callers may take.
#[derive(Debug, Clone)]
pub struct Limits {
    /// The longest time for a head.
    pub head_timeout: Duration,
    /// The most connections at once.
    pub connections_max: usize,
    /// The most connections of one address, this machine and trusted proxies excepted.
    pub per_address_max: usize,
    /// So many requests at once are left for those that come before all others.
    pub reserved: usize,
    /// The proxies whose word about who asks is taken.
    pub trusted: Vec<Network>,
}

impl Default for Limits {
    /// 30 s for a head; 512 connections or half of the files that the process may have open, a quarter of them of one
    /// address, and a quarter of the requests left for those that come first.
    fn default() -> Self {
        let connections_max = (n_files_max() / 2).clamp(8, CONNECTIONS_MAX);
        Self {
            head_timeout: HEAD_TIMEOUT,
            connections_max,
            per_address_max: connections_max / 4,
            reserved: connections_max / 4,
            trusted: Vec::new(),
        }
    }
}

impl Limits {
    /// The same, with these proxies trusted.
    #[must_use]
    pub fn trusting(mut self, trusted: Vec<Network>) -> Self {
        self.trusted = trusted;
        self
    }

    fn is_counted(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        !address.is_loopback() && !self.trusted.iter().any(|network| network.holds(address))
    }
}

/// How many files the process may have open. Where the system does not say, what macOS allows at least.
fn n_files_max() -> usize {
    let limits = std::fs::read_to_string("/proc/self/limits").unwrap_or_default();
    let line = limits.lines().find_map(|line| line.strip_prefix("Max open files"));
    let soft = line.and_then(|line| line.split_whitespace().next());
    match soft {
        Some("unlimited") => usize::MAX,
        soft => soft.and_then(|soft| soft.parse().ok()).unwrap_or(256),
    }
}

/// What all connections share.
struct Floor {
    routes: TowerToHyperService<Router>,
    limits: Limits,
    connections: Connections,
    /// Places for requests that do not come before all others.
    others: Arc<Semaphore>,
    comes_first: fn(&str) -> bool,
}

/// Answers requests until `stop` comes; then it ends within seconds, whatever callers do. Routes find the caller's address
/// as `ConnectInfo<SocketAddr>`: the one that a trusted proxy speaks for, where there is one.
pub async fn serve(
    listener: TcpListener,
    routes: Router,
    limits: Limits,
    comes_first: fn(&str) -> bool,
    stop: impl Future<Output = ()>,
) -> io::Result<()> {
    let others = Arc::new(Semaphore::new(limits.connections_max.saturating_sub(limits.reserved).max(1)));
    let routes = TowerToHyperService::new(routes);
    let connections = Connections::default();
    let floor = Arc::new(Floor { routes, limits, connections, others, comes_first });
    let (stopping, stopped) = watch::channel(false);
    let mut open = JoinSet::new();
    let mut stop = pin!(stop);
    loop {
        let accepted = tokio::select! {
            () = &mut stop => break,
            Some(_) = open.join_next(), if !open.is_empty() => continue,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, peer)) => {
                if let Some(connection) = floor.connections.enter(peer.ip(), &floor.limits) {
                    open.spawn(keep(Arc::clone(&floor), connection, stream, peer, stopped.clone()));
                }
            }
            // It was gone before it was taken.
            Err(error) if is_gone(&error) => {}
            Err(error) => {
                tracing::warn!(%error, "no connection can be taken; one that is idle makes room");
                floor.connections.make_room();
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
    drop(listener);
    stopping.send_replace(true);
    while open.join_next().await.is_some() {}
    Ok(())
}

fn is_gone(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionRefused
    )
}

/// Serves one connection to its end, or to ours.
async fn keep(
    floor: Arc<Floor>,
    connection: Arc<Connection>,
    stream: TcpStream,
    peer: SocketAddr,
    mut stopped: watch::Receiver<bool>,
) {
    // Fails only on a connection that is gone already.
    let _gone = stream.set_nodelay(true);
    let answer = |request| answer(Arc::clone(&floor), &connection, peer, request);
    let mut serving = pin!(
        http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(floor.limits.head_timeout)
            .max_buf_size(HEAD_BYTES_MAX)
            .serve_connection(TokioIo::new(stream), service_fn(answer))
    );
    let is_over = tokio::select! {
        // What was wrong with it is the caller's affair.
        _ended = serving.as_mut() => true,
        () = connection.has_to_leave() => true,
        _stopped = stopped.wait_for(|is_stopped| *is_stopped) => false,
    };
    if !is_over {
        serving.as_mut().graceful_shutdown();
        let began_at = Instant::now();
        loop {
            tokio::select! {
                _ended = serving.as_mut() => break,
                () = tokio::time::sleep(LAST_LOOK_EVERY) => {}
            }
            let patience = if connection.is_idle() { LAST_BYTES } else { LAST_ANSWERS };
            if began_at.elapsed() >= patience {
                break;
            }
        }
    }
    floor.connections.leave(&connection);
}

fn answer(
    floor: Arc<Floor>,
    connection: &Arc<Connection>,
    peer: SocketAddr,
    mut request: Request<Incoming>,
) -> impl Future<Output = Result<Response<Body>, Infallible>> + use<> {
    let answering = connection.begin_answer();
    let caller = network::caller(peer.ip(), request.headers(), &floor.limits.trusted);
    request.extensions_mut().insert(ConnectInfo(SocketAddr::new(caller, peer.port())));
    let place = if (floor.comes_first)(request.uri().path()) {
        Ok(None)
    } else {
        Arc::clone(&floor.others).try_acquire_owned().map(Some)
    };
    async move {
        let Ok(place) = place else {
            let response =
                (StatusCode::SERVICE_UNAVAILABLE, [(RETRY_AFTER, "5")], "too many requests at once\n");
            return Ok(response.into_response());
        };
        let response = floor.routes.call(request).await?;
        Ok(response.map(|body| Body::new(Held { body, _answering: answering, _place: place })))
    }
}

/// A body that keeps its connection from being idle, and its place, until it is out.
struct Held {
    body: Body,
    _answering: Answering,
    _place: Option<OwnedSemaphorePermit>,
}

impl hyper::body::Body for Held {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
