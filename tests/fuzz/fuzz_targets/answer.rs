//! Any bytes as the provider's answer, over a real connection: one request, one outcome, and nothing that is sent
//! again unless the answer says that the message was not taken.
#![no_main]

use std::{
    io::{Read, Write},
    net::TcpListener,
    sync::{Mutex, OnceLock},
    time::Duration,
};

use catalink::{
    domain::{Message, Outcome, Phone},
    provider::{Account, BaseUrl, Kaleyra, Limits},
};
use tokio::runtime::Runtime;

const KEY: &str = "Averysecretkeyof33characters00003";

/// What the server answers with next.
static ANSWER: Mutex<Vec<u8>> = Mutex::new(Vec::new());

/// How many requests the server has read.
static N_REQUESTS: Mutex<usize> = Mutex::new(0);

struct Side {
    runtime: Runtime,
    provider: Kaleyra,
    message: Message,
}

/// A server that reads a request, sends the bytes and closes the connection, and a client for it.
fn side() -> &'static Side {
    static SIDE: OnceLock<Side> = OnceLock::new();
    SIDE.get_or_init(|| {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        std::thread::spawn(move || {
            for mut stream in listener.incoming().map_while(Result::ok) {
                let mut request = Vec::new();
                let mut room = [0; 4096];
                stream.set_read_timeout(Some(Duration::from_millis(500))).unwrap();
                // A request ends with the brace of its body.
                while !request.ends_with(b"}") {
                    match stream.read(&mut room) {
                        Ok(0) | Err(_) => break,
                        Ok(n) => request.extend_from_slice(&room[..n]),
                    }
                }
                if request.is_empty() {
                    continue;
                }
                *N_REQUESTS.lock().unwrap() += 1;
                let answer = ANSWER.lock().unwrap().clone();
                let _gone = stream.write_all(&answer);
            }
        });
        let account = Account {
            sid: "HXAP16TESTING97IN".to_owned(),
            api_key: KEY.to_owned().into(),
            sender: Phone::parse("+911161197855").unwrap(),
            base: BaseUrl::parse(&format!("http://{address}")).unwrap(),
        };
        let patience = Duration::from_secs(5);
        let limits = Limits { connect_timeout: patience, request_timeout: patience, in_flight_max: 1 };
        Side {
            runtime: tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap(),
            provider: Kaleyra::new(account, &limits, None).unwrap(),
            message: Message {
                to: Phone::parse("+919800000001").unwrap(),
                body: "https://wa.me/c/911161197855".to_owned(),
                preview_url: true,
                refs: [None, None, None],
                wa_source: "api".to_owned(),
            },
        }
    })
}

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let side = side();
    *ANSWER.lock().unwrap() = bytes.to_vec();
    let n_before = *N_REQUESTS.lock().unwrap();
    let outcome = side.runtime.block_on(side.provider.submit(&side.message));
    // None where the connection of the answer before was closed under the request.
    let n_requests = *N_REQUESTS.lock().unwrap() - n_before;
    assert!(n_requests <= 1, "one submission is one request: {outcome:?}");
    if !String::from_utf8_lossy(bytes).contains(KEY) {
        assert!(!format!("{outcome:?}").contains(KEY));
    }
    let is_http = bytes.trim_ascii_start().starts_with(b"HTTP/1.");
    match outcome {
        // What is no HTTP says nothing about the message.
        Outcome::Accepted { .. }
        | Outcome::Refused(_)
        | Outcome::TryAgain(_)
        | Outcome::NotTaken { .. }
        | Outcome::Contradicted { .. }
        | Outcome::AccountFault { .. } => assert!(is_http, "{outcome:?}"),
        Outcome::Unanswered(reason) => assert!(reason.text.contains("may or may not"), "{reason:?}"),
    }
});
