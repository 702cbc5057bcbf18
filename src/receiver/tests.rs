//! The receiver over real HTTP, on a real queue.

use std::sync::atomic::{AtomicUsize, Ordering};

use secrecy::SecretString;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    task::JoinSet,
};

use super::*;
use crate::{
    domain::{Delivery, Layout, NewRecipient, Phone, RecipientId, Standing, message::token::token},
    queue::tests::filled::Filled,
};

const TOKEN: &str = "k3yk3yk3yk3yk3yk3y";

/// A campaign of accepted messages `A1`, `A2`, …, and a receiver that listens for their receipts.
struct World {
    filled: Filled,
    address: SocketAddr,
}

/// One connection of a caller, kept open from one callback to the next.
struct Caller(TcpStream);

impl Caller {
    async fn of(address: SocketAddr) -> Self {
        Self(TcpStream::connect(address).await.unwrap())
    }

    /// The status, the head and the body of the answer.
    async fn ask(&mut self, method: &str, path: &str, body: &[u8]) -> (u16, String, String) {
        let head = format!("{method} {path} HTTP/1.1\r\nhost: x\r\ncontent-length: {}\r\n\r\n", body.len());
        self.0.write_all(head.as_bytes()).await.unwrap();
        // A body that is too large is refused before all of it was read.
        drop(self.0.write_all(body).await);
        let mut text = Vec::new();
        loop {
            let whole = String::from_utf8_lossy(&text).into_owned();
            if let Some((head, body)) = whole.split_once("\r\n\r\n") {
                let length = head.split("content-length: ").nth(1).and_then(|rest| rest.lines().next());
                if body.len() == length.map_or(0, |length| length.parse().unwrap()) {
                    return (head[9..12].parse().unwrap(), head.to_owned(), body.to_owned());
                }
            }
            assert_ne!(self.0.read_buf(&mut text).await.unwrap(), 0, "the answer broke off: {whole}");
        }
    }
}

fn path() -> String {
    format!("/callbacks/{TOKEN}")
}

fn gate() -> Gate {
    Gate::new(SecretString::from(TOKEN)).unwrap()
}

impl World {
    async fn with(n: u64, gate: Gate) -> Self {
        let filled = Filled::empty().await;
        let layout = Layout::new(
            vec!["to".to_owned()],
            vec![0],
            [None, None, None],
            std::collections::BTreeMap::default(),
        );
        let row = |n: u64| NewRecipient {
            line: n + 2,
            standing: Standing::Good(Phone::from_digits(919_800_000_000 + n).unwrap()),
            refs: [None, None, None],
            cells: Vec::new(),
            wrote_at: None,
            time_zone: None,
            mends: None,
        };
        filled.import(layout, (0..n).map(row).collect()).await;
        filled
            .alter(
                "update recipient set status = 'accepted', message_id = 'A' || recipient_id, settled_at = 1",
            )
            .await;
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let app = routes(filled.queue.clone(), gate, Clock);
        let app = app.into_make_service_with_connect_info::<SocketAddr>();
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { filled, address }
    }

    async fn ask(&self, method: &str, path: &str, body: impl AsRef<[u8]>) -> (u16, String, String) {
        Caller::of(self.address).await.ask(method, path, body.as_ref()).await
    }

    async fn post(&self, body: impl AsRef<[u8]>) -> (u16, String) {
        let (status, _, body) = self.ask("POST", &path(), body).await;
        (status, body)
    }

    async fn count(&self, delivery: Delivery) -> u64 {
        let counts = self.filled.queue.counts(self.filled.id()).await.unwrap();
        assert_eq!(counts, self.filled.queue.verify(self.filled.id()).await.unwrap().counted);
        counts.delivered(delivery)
    }
}

fn delivered(id: &str) -> String {
    json!({ "id": id, "status": "delivered", "timestamp": "1722834668" }).to_string()
}

#[tokio::test]
async fn without_the_token_there_is_nothing_to_see() {
    let world = World::with(1, gate()).await;
    for token in ["", "wrong", "k3yk3yk3yk3yk3yk3", "k3yk3yk3yk3yk3yk3yy"] {
        let (status, _, body) = world.ask("POST", &format!("/callbacks/{token}"), delivered("A1")).await;
        assert_eq!((status, body), (404, String::new()));
    }
    assert_eq!(world.count(Delivery::Delivered).await, 0);
}

#[tokio::test]
async fn a_caller_from_elsewhere_is_turned_away() {
    let world = World::with(1, gate().allowing(vec!["203.0.113.0/24".parse().unwrap()])).await;
    assert_eq!(world.post(delivered("A1")).await.0, 403);
    let world = World::with(1, gate().allowing(vec!["127.0.0.0/8".parse().unwrap()])).await;
    assert_eq!(world.post(delivered("A1")).await.0, 200);
}

#[tokio::test]
async fn what_is_no_callback_is_answered_with_what_is_missing() {
    let world = World::with(1, gate()).await;
    for (body, words) in [
        (String::new(), "no body"),
        ("<p>hello</p>".to_owned(), "neither JSON"),
        ("{}".to_owned(), "no status"),
        (r#"{"status":"sent"}"#.to_owned(), "no message id or tag"),
    ] {
        let (status, text) = world.post(&body).await;
        assert_eq!(status, 400, "{body}");
        assert!(text.contains(words), "{text}");
    }
    assert_eq!(world.post(vec![b' '; BODY_BYTES_MAX + 1]).await.0, 413);
}

#[tokio::test]
async fn every_shape_and_method_is_taken() {
    let world = World::with(3, gate()).await;
    let nested = json!({
        "meta_object": {"value": {"statuses": [{"id": "7c1f", "status": "read", "timestamp": "1722834668"}]}},
        "extra_info": {"message_id": "A1"}, "status": "read", "message_id": "wamid.1"
    });
    assert_eq!(world.post(nested.to_string()).await, (200, r#"{"receipts":1}"#.to_owned()));
    let query = format!("{}?id=A2&status=delivered&ref=%3Cref%3E", path());
    assert_eq!(world.ask("GET", &query, "").await.0, 200);
    let list = format!("[{}, {}, 7]", delivered("A3"), r#"{"id":"A3","status":"submit-success"}"#);
    assert_eq!(world.ask("PUT", &path(), list).await.2, r#"{"receipts":2}"#);
    assert_eq!((world.count(Delivery::Read).await, world.count(Delivery::Delivered).await), (1, 2));
}

#[tokio::test]
async fn somebody_elses_message_and_an_unknown_status_are_answered_well() {
    let world = World::with(1, gate()).await;
    let inbound = json!({"entry": [{"changes": [{"value": {"messages": [{"id": "wamid.1"}]}}]}]});
    assert_eq!(world.post(inbound.to_string()).await.1, r#"{"inbound":1,"receipts":0}"#);
    for body in [delivered("B7"), r#"{"id":"A1","status":"submit-success"}"#.to_owned()] {
        assert_eq!(world.post(body).await.0, 200);
    }
}

#[tokio::test]
async fn what_cannot_be_recorded_is_asked_for_again() {
    let world = World::with(1, gate()).await;
    world.filled.queue.clone().close().await;
    let (status, head, _) = world.ask("POST", &path(), delivered("A1")).await;
    assert!(status == 503 && head.contains("retry-after"), "{head}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn thousands_at_once_lose_nothing() {
    const MESSAGES: usize = 2_000;
    const CALLERS: usize = 64;
    let world = World::with(MESSAGES as u64, gate()).await;
    let key = world.filled.campaign.token_key.clone();
    let next = Arc::new(AtomicUsize::new(0));
    let mut callers = JoinSet::new();
    for _ in 0..CALLERS {
        let (address, key, next) = (world.address, key.clone(), Arc::clone(&next));
        callers.spawn(async move {
            let mut caller = Caller::of(address).await;
            loop {
                let n = next.fetch_add(1, Ordering::SeqCst);
                if n >= MESSAGES * 2 {
                    return;
                }
                let message = n % MESSAGES + 1;
                let tag = token(&key, RecipientId(i64::try_from(message).unwrap()));
                let status = if n < MESSAGES { "read" } else { "sent" };
                let body =
                    json!({ "id": format!("wamid.{message}"), "status": status, "ref2": tag }).to_string();
                assert_eq!(caller.ask("POST", &path(), body.as_bytes()).await.0, 200);
            }
        });
    }
    callers.join_all().await;
    assert_eq!(world.count(Delivery::Read).await, MESSAGES as u64);
}
