//! The client against a server on loopback that answers byte by byte as told.

use std::net::SocketAddr;

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::mpsc,
};

use super::*;
use crate::domain::PauseCause;

const KEY: &str = "A0123456789abcdef0123456789abcde3";

fn account(base: &str) -> Account {
    Account {
        sid: "HXAP16XXXXXX97IN".to_owned(),
        api_key: SecretString::from(KEY),
        sender: Phone::parse("+911161197855").unwrap(),
        base: BaseUrl::parse(base).unwrap(),
    }
}

fn message() -> Message {
    Message {
        to: Phone::parse("+919800000001").unwrap(),
        body: "Our catalogue: https://wa.me/c/911161197855".to_owned(),
        preview_url: true,
        refs: [Some("customer1".to_owned()), None, None],
        wa_source: "api".to_owned(),
    }
}

/// For answers that come: a busy machine may take its time.
const PATIENT: Duration = Duration::from_secs(20);

/// For answers that never come.
const HASTY: Duration = Duration::from_millis(300);

fn client(address: SocketAddr, timeout: Duration) -> Kaleyra {
    let limits = Limits { connect_timeout: timeout, request_timeout: timeout, in_flight_max: 4 };
    Kaleyra::new(account(&format!("http://{address}")), &limits, None).unwrap()
}

/// What the server does once it has read a request.
#[derive(Clone, Copy)]
enum Then {
    /// Sends these bytes and keeps the connection.
    Keep(&'static str),
    /// Sends these bytes and closes the connection.
    Close(&'static str),
    /// Sends these bytes and then nothing.
    Hang(&'static str),
    /// Sends a head and then a body without an end.
    Flood(&'static str),
}

/// A server that does `then` with every request; the client's address and the request come out of the channel.
async fn server(then: Then) -> (SocketAddr, mpsc::UnboundedReceiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (requests, received) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(serve(stream, then, requests.clone()));
        }
    });
    (address, received)
}

async fn serve(mut stream: TcpStream, then: Then, requests: mpsc::UnboundedSender<String>) {
    while let Some(request) = read_request(&mut stream).await {
        requests.send(format!("{} {request}", stream.peer_addr().unwrap())).unwrap_or_default();
        match then {
            Then::Keep(bytes) => stream.write_all(bytes.as_bytes()).await.unwrap(),
            Then::Close(bytes) => {
                stream.write_all(bytes.as_bytes()).await.unwrap();
                return;
            }
            Then::Hang(bytes) => {
                stream.write_all(bytes.as_bytes()).await.unwrap();
                std::future::pending::<()>().await;
            }
            Then::Flood(head) => {
                stream.write_all(head.as_bytes()).await.unwrap();
                while stream.write_all(&[b'x'; 4_096]).await.is_ok() {}
                return;
            }
        }
    }
}

async fn read_request(stream: &mut TcpStream) -> Option<String> {
    let mut request = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&request).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
            if body.len() >= length.map_or(0, |length| length.parse().unwrap()) {
                return Some(text);
            }
        }
        let mut part = [0; 4_096];
        match stream.read(&mut part).await {
            Ok(0) | Err(_) => return None,
            Ok(n) => request.extend_from_slice(&part[..n]),
        }
    }
}

async fn outcome(then: Then) -> Outcome {
    let (address, _requests) = server(then).await;
    let timeout = if matches!(then, Then::Hang(_)) { HASTY } else { PATIENT };
    client(address, timeout).submit(&message()).await
}

const ACCEPTED: &str = "HTTP/1.1 202 Accepted\r\ncontent-length: 47\r\n\r\n{\"code\":\"WA202\",\"data\":{\"message_id\":\"A12345\"}}";

#[tokio::test]
async fn the_request_is_the_documented_one() {
    let (address, mut requests) = server(Then::Keep(ACCEPTED)).await;
    let client = client(address, PATIENT);
    let outcome = client.submit(&message()).await;
    assert_eq!(outcome, Outcome::Accepted { message_id: Some("A12345".to_owned()), note: None });
    let request = requests.recv().await.unwrap();
    let (_, request) = request.split_once(' ').unwrap();
    let (head, body) = request.split_once("\r\n\r\n").unwrap();
    assert!(
        head.starts_with("POST /v2/HXAP16XXXXXX97IN/whatsapp/+911161197855/messages HTTP/1.1\r\n"),
        "{head}"
    );
    for header in ["content-type: application/json", &format!("api-key: {KEY}"), "cache-control: no-cache"] {
        assert_eq!(head.matches(header).count(), 1, "{head}");
    }
    assert_eq!(body, payload(&message()));
    assert_eq!(client.url(), format!("http://{address}/v2/HXAP16XXXXXX97IN/whatsapp/+911161197855/messages"));
}

#[tokio::test]
async fn another_sender_has_another_address() {
    let (address, mut requests) = server(Then::Keep(ACCEPTED)).await;
    let client = client(address, PATIENT).with_sender(Phone::parse("+6581234567").unwrap());
    client.submit(&message()).await;
    assert!(requests.recv().await.unwrap().contains(" POST /v2/HXAP16XXXXXX97IN/whatsapp/+6581234567/"));
}

#[tokio::test]
async fn an_answer_that_never_starts_is_a_doubt() {
    let outcome = outcome(Then::Hang("")).await;
    let text = "no answer within 300ms; the message may or may not have been taken";
    assert_eq!(outcome, Outcome::Unanswered(Reason::new("TIMEOUT", text)));
}

#[tokio::test]
async fn a_connection_cut_before_the_answer_is_a_doubt_and_the_request_is_not_repeated() {
    for bytes in ["", "HTTP/1.1 202 Acc", "nonsense\r\n\r\n"] {
        let (address, mut requests) = server(Then::Close(bytes)).await;
        let outcome = client(address, PATIENT).submit(&message()).await;
        assert!(matches!(&outcome, Outcome::Unanswered(reason) if reason.code == "BROKEN"), "{outcome:?}");
        requests.recv().await.unwrap();
        assert!(requests.try_recv().is_err(), "sent twice");
    }
}

#[tokio::test]
async fn an_answer_cut_in_its_body_is_judged_by_its_head() {
    let cut = outcome(Then::Close("HTTP/1.1 202 Accepted\r\ncontent-length: 99\r\n\r\n{\"code\"")).await;
    assert!(matches!(cut, Outcome::Accepted { message_id: None, note: Some(_) }), "{cut:?}");
    let slow =
        outcome(Then::Hang("HTTP/1.1 202 Accepted\r\ncontent-length: 99\r\n\r\n{\"message_id\":\"A1\","))
            .await;
    assert_eq!(slow, Outcome::Accepted { message_id: Some("A1".to_owned()), note: None });
    let cut = outcome(Then::Close("HTTP/1.1 400 Bad Request\r\ncontent-length: 99\r\n\r\n{\"code\"")).await;
    assert!(matches!(cut, Outcome::Unanswered(_)), "{cut:?}");
    let slow = outcome(Then::Hang("HTTP/1.1 500 Oops\r\ncontent-length: 99\r\n\r\n{")).await;
    assert!(matches!(slow, Outcome::Unanswered(_)), "{slow:?}");
}

#[tokio::test]
async fn a_body_without_an_end_is_not_read_to_it() {
    let flood = outcome(Then::Flood("HTTP/1.1 202 Accepted\r\n\r\n")).await;
    assert!(matches!(flood, Outcome::Accepted { message_id: None, note: Some(_) }), "{flood:?}");
    let flood = outcome(Then::Flood("HTTP/1.1 404 No\r\ncontent-length: 9999999999\r\n\r\n")).await;
    let Outcome::AccountFault { cause: PauseCause::Account, reason } = flood else { panic!("{flood:?}") };
    assert!(reason.text.len() < 1_000);
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let (target, mut requests_of_target) = server(Then::Keep(ACCEPTED)).await;
    let head = format!(
        "HTTP/1.1 307 Temporary\r\nlocation: http://{target}/login?key=1\r\ncontent-length: 0\r\n\r\n"
    );
    let outcome = outcome(Then::Keep(head.leak())).await;
    let Outcome::AccountFault { cause: PauseCause::Account, reason } = outcome else { panic!("{outcome:?}") };
    assert_eq!(reason.code, "HTTP_307");
    assert!(reason.text.contains("it redirects to 127.0.0.1, which is not followed"), "{}", reason.text);
    assert!(requests_of_target.try_recv().is_err());
}

#[tokio::test]
async fn a_page_of_a_proxy_is_a_doubt_with_its_title() {
    let page = "HTTP/1.1 502 Bad Gateway\r\ncontent-length: 49\r\n\r\n<html><head><title>502 Bad Gateway</title></head>";
    let outcome = outcome(Then::Keep(page)).await;
    assert!(
        matches!(&outcome, Outcome::Unanswered(reason) if reason.text.contains("(502 Bad Gateway)")),
        "{outcome:?}"
    );
}

#[tokio::test]
async fn retry_after_is_read_in_either_form_and_nonsense_is_left_out() {
    let silences = [
        ("retry-after: 7\r\n", SlowDown::SilentFor(Duration::from_secs(7))),
        ("retry-after: 99999999999999999999\r\n", SlowDown::SilentFor(SILENCE_MAX)),
        (
            "date: Sun, 22 Nov 2026 08:49:37 GMT\r\nretry-after: Sun, 22 Nov 2026 08:50:07 GMT\r\n",
            SlowDown::SilentFor(Duration::from_secs(30)),
        ),
        (
            "date: Sun, 22 Nov 2026 08:49:37 GMT\r\nretry-after: Sun, 22 Nov 2026 08:49:07 GMT\r\n",
            SlowDown::SilentFor(Duration::ZERO),
        ),
        ("retry-after: Sun, 22 Nov 2026 08:49:37 GMT\r\n", SlowDown::Halve),
        ("retry-after: -7\r\n", SlowDown::Halve),
        ("retry-after: soon\r\n", SlowDown::Halve),
        ("retry-after:\r\n", SlowDown::Halve),
        ("", SlowDown::Halve),
    ];
    for (headers, expected) in silences {
        for status in ["429 Too Many Requests", "503 Service Unavailable"] {
            let head = format!("HTTP/1.1 {status}\r\n{headers}content-length: 0\r\n\r\n");
            let outcome = outcome(Then::Keep(head.leak())).await;
            let Outcome::NotTaken { slow_down, .. } = outcome else { panic!("{headers}: {outcome:?}") };
            assert_eq!(slow_down, expected, "{headers}");
        }
    }
}

#[tokio::test]
async fn without_a_connection_nothing_was_sent() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let outcome = client(address, PATIENT).submit(&message()).await;
    let text = format!("cannot connect to http://{address}: Connection refused; nothing was sent");
    let reason = Reason::new("CONNECT", text);
    assert_eq!(outcome, Outcome::NotTaken { reason, slow_down: SlowDown::Unsaid });
}

#[tokio::test]
async fn without_a_handshake_nothing_was_sent() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("https://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await.unwrap();
    });
    let client = Kaleyra::new(account(&base), &Limits::default(), None).unwrap();
    let outcome = client.submit(&message()).await;
    assert_eq!(outcome.code(), Some("CONNECT"));
    assert!(matches!(outcome, Outcome::NotTaken { slow_down: SlowDown::Unsaid, .. }), "{outcome:?}");
}

#[tokio::test]
async fn a_silent_host_is_not_taken_for_a_doubt_before_the_connection_stands() {
    // A listener whose TLS handshake never answers.
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let limits = Limits { connect_timeout: PATIENT, request_timeout: HASTY, in_flight_max: 1 };
    let client = Kaleyra::new(account(&format!("https://{address}")), &limits, None).unwrap();
    let outcome = client.submit(&message()).await;
    assert_eq!(outcome.code(), Some("CONNECT"));
}

#[tokio::test]
async fn a_probe_tells_whether_key_and_number_are_right_and_sends_no_message() {
    let line = |probe: &Probe| match probe {
        Probe::Fine => "fine".to_owned(),
        Probe::Fault { cause, reason } => format!("{cause} {}", reason.code),
        Probe::Unclear(reason) => format!("unclear {}", reason.code),
        Probe::Unreachable(reason) => format!("unreachable {}", reason.code),
    };
    let table = [
        ("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}", "fine"),
        ("HTTP/1.1 401 No\r\ncontent-length: 17\r\n\r\n{\"code\":\"RBC001\"}", "credentials RBC001"),
        ("HTTP/1.1 401 No\r\ncontent-length: 16\r\n\r\n{\"code\":\"WA401\"}", "sender WA401"),
        ("HTTP/1.1 403 No\r\ncontent-length: 0\r\n\r\n", "account HTTP_403"),
        ("HTTP/1.1 404 No\r\ncontent-length: 0\r\n\r\n", "unclear HTTP_404"),
        ("HTTP/1.1 500 No\r\ncontent-length: 0\r\n\r\n", "unclear HTTP_500"),
    ];
    for (answer, expected) in table {
        let (address, mut requests) = server(Then::Keep(answer)).await;
        assert_eq!(line(&client(address, PATIENT).probe().await), expected);
        let path = " GET /v2/HXAP16XXXXXX97IN/whatsapp/+911161197855/phone_number_details HTTP/1.1";
        assert!(requests.recv().await.unwrap().contains(path));
    }
    let (address, _requests) = server(Then::Close("")).await;
    assert_eq!(line(&client(address, PATIENT).probe().await), "unreachable BROKEN");
}

#[tokio::test]
async fn connections_are_kept_and_used_again() {
    let (address, mut requests) = server(Then::Keep(ACCEPTED)).await;
    let client = client(address, PATIENT);
    for _ in 0..3 {
        assert_eq!(client.submit(&message()).await.code(), None);
    }
    let mut ports = Vec::new();
    for _ in 0..3 {
        ports.push(requests.recv().await.unwrap().split_once(' ').unwrap().0.to_owned());
    }
    ports.dedup();
    assert_eq!(ports.len(), 1, "{ports:?}");
}

#[test]
fn the_key_is_in_nothing_that_can_be_shown() {
    let client = client("127.0.0.1:9".parse().unwrap(), PATIENT);
    assert!(!format!("{client:?} {:?}", account("https://host")).contains(KEY));
    let limits = Limits::default();
    for key in ["", "two words", "a\nb", "naïve"] {
        let account = Account { api_key: SecretString::from(key), ..account("https://host") };
        let error = Kaleyra::new(account, &limits, None).unwrap_err();
        assert_eq!(
            format!("{error} {error:?}"),
            "the API key is empty, or has characters that no key has Key"
        );
    }
}

#[test]
fn a_sid_that_would_change_the_address_is_refused() {
    for sid in ["", "a/b", "..", "a b", "a?b", "é"] {
        let account = Account { sid: sid.to_owned(), ..account("https://host") };
        assert!(
            matches!(Kaleyra::new(account, &Limits::default(), None), Err(ProviderError::Sid { .. })),
            "{sid}"
        );
    }
}

#[test]
fn a_file_of_certificates_that_is_none_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ca.pem");
    let new = || Kaleyra::new(account("https://host"), &Limits::default(), Some(&path));
    assert!(matches!(new(), Err(ProviderError::CaFile { .. })));
    std::fs::write(&path, "not a certificate").unwrap();
    assert!(matches!(new(), Err(ProviderError::CaFileEmpty { .. })));
}
