//! What notices are sent to: a hook that answers by a script, and what Standard Webhooks says of a signature, by hand.

use std::{
    collections::HashMap,
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
    time::{Duration, Instant},
};

use data_encoding::BASE64;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::support::{Scenario, live::PATIENCE};

/// The secret that every webhook of these tests has.
pub const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// What a hook does with a request.
#[derive(Debug, Clone)]
pub enum Reply {
    Say(u16, &'static str),
    RedirectTo(String),
    /// Takes the request and never answers.
    Hang,
}

/// A request as it came.
#[derive(Debug, Clone)]
pub struct Got {
    pub method: String,
    pub path: String,
    pub headers: HashMap<String, String>,
    pub body: String,
}

impl Got {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    pub fn kind(&self) -> String {
        self.json()["type"].as_str().unwrap_or_default().to_owned()
    }

    pub fn id(&self) -> &str {
        &self.headers["webhook-id"]
    }

    pub fn timestamp(&self) -> i64 {
        self.headers["webhook-timestamp"].parse().unwrap()
    }

    /// Holds the signature against one that is made here, by RFC 2104.
    #[track_caller]
    pub fn is_signed(&self) {
        let mut key = BASE64.decode(SECRET.strip_prefix("whsec_").unwrap().as_bytes()).unwrap();
        key.resize(64, 0);
        let content = format!("{}.{}.{}", self.id(), self.timestamp(), self.body);
        let pad = |byte: u8| key.iter().map(|k| k ^ byte).collect::<Vec<u8>>();
        let inner = Sha256::new().chain_update(pad(0x36)).chain_update(&content).finalize();
        let outer = Sha256::new().chain_update(pad(0x5c)).chain_update(inner).finalize();
        assert_eq!(self.headers["webhook-signature"], format!("v1,{}", BASE64.encode(&outer)));
    }
}

type Script = dyn Fn(usize) -> Reply + Send + Sync;

struct Shared {
    script: Mutex<Arc<Script>>,
    got: Mutex<Vec<Got>>,
}

/// A hook that answers by a script of the number of the request from 0.
pub struct Hook {
    address: SocketAddr,
    shared: Arc<Shared>,
}

impl Hook {
    pub fn saying(status: u16) -> Self {
        Self::with(move |_| Reply::Say(status, ""))
    }

    pub fn with(script: impl Fn(usize) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Shared { script: Mutex::new(Arc::new(script)), got: Mutex::default() });
        let of_listener = Arc::clone(&shared);
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let shared = Arc::clone(&of_listener);
                thread::spawn(move || drop(serve(stream, &shared)));
            }
        });
        Self { address, shared }
    }

    /// From now on answers differently.
    pub fn change(&self, script: impl Fn(usize) -> Reply + Send + Sync + 'static) {
        *self.shared.script.lock().unwrap() = Arc::new(script);
    }

    pub fn url(&self) -> String {
        format!("http://{}/hook/a-secret-path", self.address)
    }

    pub fn got(&self) -> Vec<Got> {
        self.shared.got.lock().unwrap().clone()
    }

    /// Waits until so many requests have come.
    #[track_caller]
    pub fn wait_for(&self, n: usize) -> Vec<Got> {
        let began = Instant::now();
        loop {
            let got = self.got();
            if got.len() >= n {
                return got;
            }
            assert!(began.elapsed() < PATIENCE, "only {} of {n} came: {got:?}", got.len());
            thread::sleep(Duration::from_millis(10));
        }
    }

    /// Waits for the first request about that.
    #[track_caller]
    pub fn wait_for_kind(&self, kind: &str) -> Got {
        let began = Instant::now();
        loop {
            if let Some(got) = self.got().into_iter().find(|got| got.kind() == kind) {
                return got;
            }
            let kinds: Vec<_> = self.got().iter().map(Got::kind).collect();
            assert!(began.elapsed() < PATIENCE, "no {kind} came, but {kinds:?}");
            thread::sleep(Duration::from_millis(10));
        }
    }
}

fn serve(stream: TcpStream, shared: &Shared) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    if reader.read_line(&mut line)? == 0 {
        return Ok(());
    }
    let mut words = line.split(' ').map(str::to_owned);
    let (method, path) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let mut headers = HashMap::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        headers.insert(name.to_lowercase(), value.trim().to_owned());
    }
    let length = headers.get("content-length").and_then(|text| text.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    let n = {
        let mut got = shared.got.lock().unwrap();
        got.push(Got { method, path, headers, body: String::from_utf8(body).unwrap() });
        got.len() - 1
    };
    let script = Arc::clone(&shared.script.lock().unwrap());
    let (status, header, body) = match script(n) {
        Reply::Say(status, body) => (status, String::new(), body),
        Reply::RedirectTo(url) => (302, format!("location: {url}\r\n"), ""),
        Reply::Hang => {
            // Holds the connection until the client goes away.
            reader.read_to_end(&mut Vec::new())?;
            return Ok(());
        }
    };
    let length = body.len();
    write!(
        reader.get_mut(),
        "HTTP/1.1 {status} X\r\n{header}content-length: {length}\r\nconnection: close\r\n\r\n{body}"
    )
}

/// An address at which nobody listens.
pub fn nobody() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    format!("http://{}/", listener.local_addr().unwrap())
}

/// Writes settings with these channels, and the secret of webhooks into its file.
pub fn set(scenario: &Scenario, channels: &str) {
    secret(scenario, "secret", SECRET);
    scenario.write("catalink.toml", channels);
}

/// A file that its owner alone can read.
pub fn secret(scenario: &Scenario, name: &str, content: &str) {
    use std::os::unix::fs::PermissionsExt;
    let path = scenario.write(name, content);
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).unwrap();
}

/// The table of a webhook.
pub fn webhook(name: &str, url: &str, further: &str) -> String {
    format!("[notices.{name}]\nkind = 'webhook'\nurl = '{url}'\nsecret_file = 'secret'\n{further}\n")
}

/// The table of a chat.
pub fn chat(name: &str, url: &str, further: &str) -> String {
    format!("[notices.{name}]\nkind = 'chat'\nurl = '{url}'\n{further}\n")
}
