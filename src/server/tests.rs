//! The server over real sockets.

use axum::routing::{get, post};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    sync::oneshot,
    task::JoinHandle,
};

use super::*;

/// Far more than any of this takes.
const PATIENCE: Duration = Duration::from_mins(1);

struct World {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    serving: JoinHandle<io::Result<()>>,
}

fn limits() -> Limits {
    Limits { connections_max: 8, per_address_max: 4, reserved: 2, ..Limits::default() }
}

/// Routes that answer at once, never, without an end, and with whoever asks.
fn routes() -> Router {
    let endless = || async {
        let drops = futures_util::stream::unfold((), |()| async {
            tokio::time::sleep(Duration::from_millis(20)).await;
            Some((Ok::<_, Infallible>("x"), ()))
        });
        Body::from_stream(drops)
    };
    Router::new()
        .route("/", get(|| async { "well" }))
        .route("/callbacks/x", post(|body: String| async move { body }))
        .route("/never", get(std::future::pending::<()>))
        .route("/endless", get(endless))
        .route("/who", get(|ConnectInfo(who): ConnectInfo<SocketAddr>| async move { who.ip().to_string() }))
}

impl World {
    async fn with(limits: Limits) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel();
        let comes_first = |path: &str| path.starts_with("/callbacks/");
        let serving = tokio::spawn(serve(listener, routes(), limits, comes_first, async {
            drop(stopped.await);
        }));
        Self { address, stop, serving }
    }

    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    /// A connection on which this has been sent.
    async fn having_sent(&self, text: &str) -> TcpStream {
        let mut stream = self.connect().await;
        stream.write_all(text.as_bytes()).await.unwrap();
        stream
    }

    /// The whole answer to a request on a connection of its own.
    async fn ask(&self, request: &str) -> String {
        let mut stream = self.having_sent(&format!("{request}connection: close\r\n\r\n")).await;
        rest(&mut stream).await
    }

    async fn ends(self) {
        self.stop.send(()).unwrap();
        tokio::time::timeout(PATIENCE, self.serving).await.expect("it does not end").unwrap().unwrap();
    }
}

/// What comes until the connection is closed.
async fn rest(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    let read = tokio::time::timeout(PATIENCE, stream.read_to_end(&mut bytes)).await;
    // A connection may also end by a reset.
    drop(read.expect("the connection stays open"));
    String::from_utf8_lossy(&bytes).into_owned()
}

const GET: &str = "GET / HTTP/1.1\r\nhost: x\r\n";
const RECEIPT: &str = "POST /callbacks/x HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\n";

#[tokio::test]
async fn half_a_head_and_a_caller_who_says_nothing_are_not_waited_for() {
    let world = World::with(Limits { head_timeout: Duration::from_millis(100), ..limits() }).await;
    for text in ["", "GET / HT", GET] {
        let mut stream = world.having_sent(text).await;
        assert!(!rest(&mut stream).await.contains(" 200 "), "{text}");
    }
    // The same goes for a connection that was used before.
    let mut stream = world.having_sent(&format!("{GET}\r\n")).await;
    assert!(rest(&mut stream).await.ends_with("well"));
    world.ends().await;
}

#[tokio::test]
async fn it_ends_whatever_callers_do() {
    let world = World::with(limits()).await;
    let mut open = Vec::new();
    for text in
        ["", "GET / HT", "GET /never HTTP/1.1\r\nhost: x\r\n\r\n", "GET /endless HTTP/1.1\r\nhost: x\r\n\r\n"]
    {
        open.push(world.having_sent(text).await);
    }
    open.push(
        world.having_sent("POST /callbacks/x HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\nhalf").await,
    );
    // Has come through all of them before the end.
    assert!(world.ask(GET).await.ends_with("well"));
    world.ends().await;
}

#[tokio::test]
async fn idle_callers_keep_nobody_out() {
    let world = World::with(limits()).await;
    let mut idle = Vec::new();
    for n in 0..50 {
        idle.push(world.having_sent(if n % 2 == 0 { "" } else { "GET / HT" }).await);
    }
    for _ in 0..20 {
        assert!(world.ask(RECEIPT).await.contains(" 200 "));
        assert!(world.ask(GET).await.ends_with("well"));
    }
    world.ends().await;
}

#[tokio::test]
async fn requests_that_come_first_have_places_that_others_cannot_take() {
    let world = World::with(limits()).await;
    let mut busy = Vec::new();
    for _ in 0..6 {
        let mut stream = world.having_sent("GET /endless HTTP/1.1\r\nhost: x\r\n\r\n").await;
        assert_ne!(stream.read_u8().await.unwrap(), 0);
        busy.push(stream);
    }
    let turned_away = world.ask(GET).await;
    assert!(turned_away.contains(" 503 ") && turned_away.contains("retry-after: 5"), "{turned_away}");
    assert!(world.ask(RECEIPT).await.contains(" 200 "));
    drop(busy);
    // Their places come free as soon as the server notices.
    tokio::time::timeout(PATIENCE, async { while !world.ask(GET).await.ends_with("well") {} }).await.unwrap();
    world.ends().await;
}

#[tokio::test]
async fn routes_are_told_whom_a_trusted_proxy_speaks_for() {
    let who = "GET /who HTTP/1.1\r\nhost: x\r\nx-forwarded-for: 6.6.6.6, 203.0.113.7\r\n";
    let world = World::with(limits()).await;
    assert!(world.ask(who).await.ends_with("127.0.0.1"));
    world.ends().await;
    let world = World::with(limits().trusting(vec!["127.0.0.0/8".parse().unwrap()])).await;
    assert!(world.ask(who).await.ends_with("203.0.113.7"));
    world.ends().await;
}

#[test]
fn one_address_has_its_share_and_makes_room_for_itself_alone() {
    let connections = Connections::default();
    let limits = limits().trusting(vec!["10.0.0.0/8".parse().unwrap()]);
    let from = |address: &str| connections.enter(address.parse().unwrap(), &limits);
    let busy: Vec<_> = (0..4).map(|_| from("203.0.113.7").unwrap()).collect();
    let answering: Vec<_> = busy.iter().map(Connection::begin_answer).collect();
    assert!(from("203.0.113.7").is_none(), "a fifth one while four are busy");
    assert!(from("::ffff:203.0.113.7").is_none(), "the same address in other words");
    let other = from("203.0.113.8").unwrap();
    drop(answering);
    assert!(from("203.0.113.7").is_some(), "one of its own makes room");
    assert!(other.is_idle() && connections.has(&other));
    for _ in 0..20 {
        assert!(from("10.0.0.1").is_some(), "a trusted proxy speaks for many");
    }
}
