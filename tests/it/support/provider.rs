//! A provider on loopback with a ledger of every request: real HTTP by hand, so that nothing of the program under test
//! takes part in judging it.

use std::{
    collections::HashMap,
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use rustls::{ServerConfig, ServerConnection, StreamOwned, pki_types::PrivateKeyDer};
use serde_json::Value;

/// What the provider does with one request.
#[derive(Debug, Clone)]
pub enum Answer {
    /// The documented acceptance.
    Accept,
    /// The documented acceptance, after a while.
    AcceptAfter(Duration),
    /// An answer with this status and body.
    Say(u16, String),
    /// An answer with a header more.
    SayWith(u16, &'static str, String),
    /// The documented acceptance, on a connection that seems to stay and is closed after a while: whatever has been
    /// sent on it by then is not read.
    AcceptAndLeave(Duration),
    /// Takes the message and closes the connection without a word.
    Cut,
    /// Takes the message and never answers.
    Silence,
    /// Sends these bytes as they are, and closes the connection.
    Raw(Vec<u8>),
    /// The documented acceptance, a byte at a time with a wait between them.
    Drip(Duration),
}

impl Answer {
    fn refusal(status: u16, code: &str, key: &str, text: &str) -> Self {
        Self::Say(
            status,
            format!(r#"{{"code":"{code}","message":"{text}","data":{{}},"error":{{"{key}":"{text}"}}}}"#),
        )
    }

    pub fn wa500() -> Self {
        Self::refusal(500, "WA500", "error", "Please try again later")
    }

    pub fn wa400() -> Self {
        Self::refusal(400, "WA400", "payload", "Refer to correct payload format")
    }

    pub fn e110() -> Self {
        Self::refusal(400, "E110", "balance", "Please check your balance, You have a low balance!")
    }

    pub fn rbc001() -> Self {
        Self::refusal(401, "RBC001", "error", "Incorrect SID or API key.")
    }
}

/// One request as it arrived.
#[derive(Debug, Clone)]
pub struct Request {
    pub at: Instant,
    pub path: String,
    pub headers: HashMap<String, String>,
    pub body: Value,
}

impl Request {
    pub fn to(&self) -> &str {
        self.body["messaging_object"]["to"].as_str().unwrap_or_default()
    }

    pub fn text(&self) -> &str {
        self.body["messaging_object"]["text"]["body"].as_str().unwrap_or_default()
    }
}

type Script = dyn Fn(usize, &Request) -> Answer + Send + Sync;

struct Shared {
    script: Mutex<Arc<Script>>,
    requests: Mutex<Vec<Request>>,
    answers: Mutex<HashMap<usize, Answer>>,
    n_in_flight: AtomicUsize,
    n_in_flight_peak: AtomicUsize,
    is_over: AtomicBool,
}

/// A provider that answers by a script of (number of the request from 0, request).
pub struct Provider {
    address: SocketAddr,
    shared: Arc<Shared>,
}

impl Provider {
    /// Accepts everything.
    pub fn accepting() -> Self {
        Self::with(|_, _| Answer::Accept)
    }

    pub fn with(script: impl Fn(usize, &Request) -> Answer + Send + Sync + 'static) -> Self {
        Self::listening(script, serve)
    }

    /// Speaks TLS, and begins each handshake after a while that depends on the number of the connection from 0.
    pub fn with_tls(
        tls: &Tls,
        script: impl Fn(usize, &Request) -> Answer + Send + Sync + 'static,
        stalls: impl Fn(usize) -> Duration + Send + Sync + 'static,
    ) -> Self {
        let (config, n_connections) = (tls.server(), AtomicUsize::new(0));
        Self::listening(script, move |stream, shared| {
            thread::sleep(stalls(n_connections.fetch_add(1, Ordering::SeqCst)));
            let connection = ServerConnection::new(Arc::clone(&config)).map_err(std::io::Error::other)?;
            serve(StreamOwned::new(connection, stream), shared)
        })
    }

    fn listening(
        script: impl Fn(usize, &Request) -> Answer + Send + Sync + 'static,
        serve: impl Fn(TcpStream, &Shared) -> std::io::Result<()> + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Shared {
            script: Mutex::new(Arc::new(script)),
            requests: Mutex::new(Vec::new()),
            answers: Mutex::new(HashMap::new()),
            n_in_flight: AtomicUsize::new(0),
            n_in_flight_peak: AtomicUsize::new(0),
            is_over: AtomicBool::new(false),
        });
        let (of_listener, serve) = (Arc::clone(&shared), Arc::new(serve));
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                if of_listener.is_over.load(Ordering::SeqCst) {
                    break;
                }
                let (shared, serve) = (Arc::clone(&of_listener), Arc::clone(&serve));
                thread::spawn(move || drop(stream.set_nodelay(true).and_then(|()| serve(stream, &shared))));
            }
        });
        Self { address, shared }
    }

    /// From now on answers differently.
    pub fn change(&self, script: impl Fn(usize, &Request) -> Answer + Send + Sync + 'static) {
        *self.shared.script.lock().unwrap() = Arc::new(script);
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub fn https_url(&self) -> String {
        format!("https://{}", self.address)
    }

    pub fn requests(&self) -> Vec<Request> {
        self.shared.requests.lock().unwrap().clone()
    }

    /// Every request so far with the answer that was decided on, in order of arrival.
    pub fn ledger(&self) -> Vec<(Request, Answer)> {
        loop {
            let requests = self.requests();
            let answers = self.shared.answers.lock().unwrap();
            let entries: Vec<_> = requests
                .into_iter()
                .enumerate()
                .filter_map(|(n, request)| Some((request, answers.get(&n)?.clone())))
                .collect();
            if entries.len() == answers.len() {
                return entries;
            }
        }
    }

    pub fn n_requests(&self) -> usize {
        self.shared.requests.lock().unwrap().len()
    }

    /// Waits until so many requests have come.
    pub fn wait_for(&self, n: usize) {
        let began_at = Instant::now();
        while self.n_requests() < n {
            assert!(began_at.elapsed() < Duration::from_mins(1), "only {} requests came", self.n_requests());
            thread::sleep(Duration::from_millis(5));
        }
    }

    pub fn n_in_flight_peak(&self) -> usize {
        self.shared.n_in_flight_peak.load(Ordering::SeqCst)
    }

    /// Requests for each number.
    pub fn by_number(&self) -> HashMap<String, usize> {
        let mut counts = HashMap::new();
        for request in self.requests() {
            *counts.entry(request.to().to_owned()).or_default() += 1;
        }
        counts
    }

    /// The most requests that arrived within one second, less 20 ms: no two requests travel equally long, least of all
    /// on a machine that runs all tests at once.
    pub fn peak_per_second(&self) -> usize {
        const WINDOW: Duration = Duration::from_millis(980);
        let requests = self.requests();
        let at: Vec<Instant> = requests.iter().map(|request| request.at).collect();
        at.iter()
            .enumerate()
            .map(|(i, first)| at[i..].iter().take_while(|at| **at < *first + WINDOW).count())
            .max()
            .unwrap_or_default()
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        self.shared.is_over.store(true, Ordering::SeqCst);
        // Wakes the listener so that it sees the end.
        drop(TcpStream::connect(self.address));
    }
}

/// A certificate for the loopback address, and those who trust it.
pub struct Tls {
    certificate: rcgen::CertifiedKey<rcgen::KeyPair>,
}

impl Tls {
    pub fn new() -> Self {
        Self { certificate: rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap() }
    }

    /// The certificate as a file that the program can be told to trust.
    pub fn pem(&self) -> String {
        self.certificate.cert.pem()
    }

    pub fn server(&self) -> Arc<ServerConfig> {
        let key = PrivateKeyDer::try_from(self.certificate.signing_key.serialize_der()).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![self.certificate.cert.der().clone()], key)
            .unwrap();
        Arc::new(config)
    }
}

fn serve(stream: impl Read + Write, shared: &Shared) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream);
    while let Some(request) = read(&mut reader)? {
        let script = Arc::clone(&shared.script.lock().unwrap());
        let number = {
            let mut requests = shared.requests.lock().unwrap();
            requests.push(request.clone());
            requests.len() - 1
        };
        let n = shared.n_in_flight.fetch_add(1, Ordering::SeqCst) + 1;
        shared.n_in_flight_peak.fetch_max(n, Ordering::SeqCst);
        let answer = script(number, &request);
        let leaves_after = if let Answer::AcceptAndLeave(wait) = answer { Some(wait) } else { None };
        shared.answers.lock().unwrap().insert(number, answer.clone());
        if let Answer::AcceptAfter(wait) = answer {
            thread::sleep(wait);
        }
        if matches!(answer, Answer::Silence) {
            // Holds the connection until the client goes away.
            let mut rest = Vec::new();
            reader.read_to_end(&mut rest)?;
        }
        shared.n_in_flight.fetch_sub(1, Ordering::SeqCst);
        let (status, header, body) = match answer {
            Answer::Accept | Answer::AcceptAfter(_) | Answer::AcceptAndLeave(_) => {
                (202, "", accepted(number))
            }
            Answer::Say(status, body) => (status, "", body),
            Answer::SayWith(status, header, body) => (status, header, body),
            Answer::Cut | Answer::Silence => return Ok(()),
            Answer::Raw(bytes) => return reader.get_mut().write_all(&bytes),
            Answer::Drip(wait) => {
                let body = accepted(number);
                let whole = format!("HTTP/1.1 202 X\r\ncontent-length: {}\r\n\r\n{body}", body.len());
                for byte in whole.bytes() {
                    reader.get_mut().write_all(&[byte])?;
                    thread::sleep(wait);
                }
                continue;
            }
        };
        let header = if header.is_empty() { String::new() } else { format!("{header}\r\n") };
        write!(
            reader.get_mut(),
            "HTTP/1.1 {status} X\r\ncontent-type: application/json\r\n{header}content-length: {}\r\n\r\n{body}",
            body.len()
        )?;
        reader.get_mut().flush()?;
        if let Some(wait) = leaves_after {
            thread::sleep(wait);
            return Ok(());
        }
    }
    Ok(())
}

fn accepted(number: usize) -> String {
    format!(
        r#"{{"code":"WA202","message":"Request Accepted","data":{{"message_id":"{}"}},"error":{{}}}}"#,
        Provider::message_id(number)
    )
}

impl Provider {
    /// The id given out for the request of that number.
    pub fn message_id(number: usize) -> String {
        format!("A{number:019}")
    }
}

fn read(reader: &mut impl BufRead) -> std::io::Result<Option<Request>> {
    let mut line = String::new();
    if reader.read_line(&mut line)? == 0 {
        return Ok(None);
    }
    let path = line.split(' ').nth(1).unwrap_or_default().to_owned();
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
    let body = serde_json::from_slice(&body).unwrap_or(Value::Null);
    Ok(Some(Request { at: Instant::now(), path, headers, body }))
}
