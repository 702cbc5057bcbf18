//! The provider's endpoint with nothing around it, so that it is never what a bench waits for: one thread that finds the
//! end of each request, notes who it is for and when it came, and writes one fixed answer.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

const BODY: &str = r#"{"code":"WA202","message":"Request Accepted","data":{"message_id":"A0000000000000000001"},"error":{}}"#;

/// How many requests are noted without growing.
const ROOM: usize = 1 << 19;

/// What the endpoint saw since it was last asked.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    /// When each request was read to its end.
    pub(crate) arrivals: Vec<Instant>,
    /// When the last request for each recipient came, and how many there were: nobody may be messaged twice.
    pub(crate) by_recipient: HashMap<u64, (Instant, u32)>,
    /// The processor time that this thread has used, where the system tells.
    cpu: Duration,
}

impl Seen {
    /// How many recipients got a request.
    pub(crate) fn n_recipients(&self) -> usize {
        self.by_recipient.len()
    }

    /// The most requests that came in any sliding second.
    pub(crate) fn busiest_second(&self) -> usize {
        let mut start = 0;
        let mut most = 0;
        for (end, at) in self.arrivals.iter().enumerate() {
            while *at >= self.arrivals[start] + Duration::from_secs(1) {
                start += 1;
            }
            most = most.max(end - start + 1);
        }
        most
    }

    /// Requests per second between the first and the last one.
    #[expect(clippy::cast_precision_loss, reason = "counts far below the limits of their types")]
    pub(crate) fn per_second(&self) -> f64 {
        let (first, last) = (self.arrivals[0], self.arrivals[self.arrivals.len() - 1]);
        (self.arrivals.len() - 1) as f64 / (last - first).as_secs_f64()
    }

    /// What one request cost the endpoint itself, in microseconds of processor time.
    #[expect(clippy::cast_precision_loss, reason = "counts far below the limits of their types")]
    pub(crate) fn cpu_us(&self) -> f64 {
        self.cpu.as_secs_f64() * 1e6 / self.arrivals.len() as f64
    }
}

/// A running endpoint.
#[derive(Debug)]
pub(crate) struct Endpoint {
    /// `http://127.0.0.1:PORT`
    pub(crate) address: String,
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    seen: Mutex<Seen>,
    latency_us: AtomicU64,
    thread_id: Mutex<Option<String>>,
}

impl Shared {
    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap()
    }

    /// The processor time of the endpoint's thread up to now.
    fn cpu(&self) -> Option<Duration> {
        let path = self.thread_id.lock().unwrap().clone()?;
        let text = std::fs::read_to_string(path).ok()?;
        Some(Duration::from_nanos(text.split_whitespace().next()?.parse().ok()?))
    }
}

impl Endpoint {
    /// Starts one on a free port.
    pub(crate) fn start() -> Self {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        listener.set_nonblocking(true).unwrap();
        let shared = Arc::new(Shared::default());
        let of_thread = Arc::clone(&shared);
        thread::spawn(move || {
            let id = std::fs::read_link("/proc/thread-self").ok();
            let id = id.map(|id| format!("/proc/{}/schedstat", id.display()));
            *of_thread.thread_id.lock().unwrap() = id;
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let listener = TcpListener::from_std(listener).unwrap();
                loop {
                    let (stream, _) = listener.accept().await.unwrap();
                    tokio::spawn(serve(stream, Arc::clone(&of_thread)));
                }
            });
        });
        Self { address, shared }
    }

    /// Forgets what was seen, and answers from now on after `latency`.
    pub(crate) fn begin(&self, latency: Duration) {
        self.shared.latency_us.store(u64::try_from(latency.as_micros()).unwrap(), Ordering::SeqCst);
        let cpu = self.shared.cpu().unwrap_or_default();
        // Room for all that comes: a table that grows would hold up the arrivals that it is to note.
        let (arrivals, by_recipient) = (Vec::with_capacity(ROOM), HashMap::with_capacity(ROOM));
        *self.shared.seen() = Seen { arrivals, by_recipient, cpu };
    }

    /// What was seen since [`Self::begin`].
    pub(crate) fn end(&self) -> Seen {
        let cpu = self.shared.cpu().unwrap_or_default();
        let mut seen = std::mem::take(&mut *self.shared.seen());
        seen.cpu = cpu.saturating_sub(seen.cpu);
        seen
    }
}

async fn serve(mut stream: TcpStream, shared: Arc<Shared>) {
    let answer = format!(
        "HTTP/1.1 202 Accepted\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{BODY}",
        BODY.len()
    );
    stream.set_nodelay(true).unwrap();
    let mut buffer = Vec::with_capacity(8 * 1024);
    loop {
        let length = loop {
            if let Some(length) = request_length(&buffer) {
                break length;
            }
            match stream.read_buf(&mut buffer).await {
                Ok(1..) => {}
                Ok(0) | Err(_) => return,
            }
        };
        {
            let mut seen = shared.seen();
            let now = Instant::now();
            seen.arrivals.push(now);
            let (at, n) = seen.by_recipient.entry(recipient(&buffer[..length])).or_insert((now, 0));
            (*at, *n) = (now, *n + 1);
        }
        let latency = shared.latency_us.load(Ordering::Relaxed);
        if latency > 0 {
            tokio::time::sleep(Duration::from_micros(latency)).await;
        }
        if stream.write_all(answer.as_bytes()).await.is_err() {
            return;
        }
        buffer.drain(..length);
    }
}

/// The bytes of the request at the start of the buffer, once all of it is there.
fn request_length(buffer: &[u8]) -> Option<usize> {
    let head = find(buffer, b"\r\n\r\n")? + 4;
    let mut lines = buffer[..head].split(|byte| *byte == b'\n');
    let length = lines.find_map(|line| {
        let (name, value) = line.split_at_checked(15)?;
        name.eq_ignore_ascii_case(b"content-length:").then(|| digits(value.trim_ascii()))
    });
    let whole = head + usize::try_from(length.unwrap_or_default()).unwrap();
    (buffer.len() >= whole).then_some(whole)
}

/// The digits of the first number that the request says it is for.
fn recipient(request: &[u8]) -> u64 {
    let at = find(request, br#""to":"#).map_or(0, |at| at + 5);
    let number = request[at..].iter().position(u8::is_ascii_digit).unwrap_or_default();
    digits(&request[at + number..])
}

fn digits(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .take_while(|byte| byte.is_ascii_digit())
        .fold(0, |number, digit| number * 10 + u64::from(digit - b'0'))
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    memchr::memmem::find(haystack, needle)
}
