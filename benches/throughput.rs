//! What the queue costs: the whole program beside a bare loop of reqwest over the same connections, in one run.
//!
//! `cargo bench --bench throughput` prints medians of five alternating rounds and their ratios. A raw endpoint in this
//! process answers both; each client is a process of its own, so that its CPU time is its own.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a bench that cannot go on stops, and its result is print"
)]
#![expect(clippy::cast_precision_loss, reason = "counts far below the limits of their types")]

use std::{
    env, fs,
    path::Path,
    process::{Command, Stdio},
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

const ROUNDS: usize = 5;

/// One kind of work.
struct Work {
    name: &'static str,
    n_messages: usize,
    n_in_flight: usize,
    latency: Duration,
    /// Messages per second; none is as fast as it goes.
    mps: Option<usize>,
}

const WORKS: [Work; 6] = [
    Work {
        name: "0 ms, 256 in flight",
        n_messages: 60_000,
        n_in_flight: 256,
        latency: Duration::ZERO,
        mps: None,
    },
    Work {
        name: "0 ms, 64 in flight",
        n_messages: 40_000,
        n_in_flight: 64,
        latency: Duration::ZERO,
        mps: None,
    },
    Work {
        name: "50 ms, 64 in flight",
        n_messages: 8_000,
        n_in_flight: 64,
        latency: Duration::from_millis(50),
        mps: None,
    },
    Work {
        name: "200 ms, 512 in flight",
        n_messages: 16_000,
        n_in_flight: 512,
        latency: Duration::from_millis(200),
        mps: None,
    },
    Work {
        name: "paced at 80/s",
        n_messages: 800,
        n_in_flight: 64,
        latency: Duration::from_millis(30),
        mps: Some(80),
    },
    Work {
        name: "paced at 1,000/s",
        n_messages: 8_000,
        n_in_flight: 256,
        latency: Duration::from_millis(30),
        mps: Some(1_000),
    },
];

/// What one run came to.
#[derive(Clone, Copy, Debug)]
struct Figures {
    per_second: f64,
    cpu_us_per_message: f64,
    peak_per_second: usize,
    rss_mib: f64,
}

/// What the endpoint saw since it was last asked.
#[derive(Default)]
struct Seen {
    arrivals: Vec<Instant>,
    /// Requests for each recipient: nobody may be messaged twice.
    n_by_recipient: std::collections::HashMap<Vec<u8>, usize>,
}

#[derive(Default)]
struct Endpoint {
    seen: Mutex<Seen>,
    latency_ms: AtomicUsize,
}

fn main() {
    let args: Vec<String> = env::args().collect();
    if args.get(1).is_some_and(|arg| arg == "bare") {
        bare(&args[2], args[3].parse().unwrap(), args[4].parse().unwrap());
        return;
    }
    let endpoint = Arc::new(Endpoint::default());
    let address = start(Arc::clone(&endpoint));
    let wanted = args.iter().skip(1).find(|arg| !arg.starts_with('-'));
    println!("| work | client | messages/s | CPU µs a message | busiest second | resident MiB |");
    println!("| --- | --- | --- | --- | --- | --- |");
    let mut ratios = Vec::new();
    for work in WORKS.iter().filter(|work| wanted.is_none_or(|wanted| work.name.contains(wanted.as_str()))) {
        let (mut bares, mut ours) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            if work.mps.is_none() {
                bares.push(measure(&endpoint, work, |folder| bare_client(folder, &address, work)));
            }
            ours.push(measure(&endpoint, work, |folder| our_client(folder, &address, work)));
        }
        for (client, runs) in [("bare reqwest", &bares), ("catalink", &ours)] {
            if let Some(figures) = medians(runs) {
                println!(
                    "| {} | {client} | {:.0} | {:.0} | {} | {:.0} |",
                    work.name,
                    figures.per_second,
                    figures.cpu_us_per_message,
                    figures.peak_per_second,
                    figures.rss_mib
                );
            }
        }
        ratios.extend(ratio(work, medians(&bares), medians(&ours)));
    }
    println!();
    for line in ratios {
        println!("{line}");
    }
}

/// The sentence that compares our figures with what limits them.
fn ratio(work: &Work, bare: Option<Figures>, ours: Option<Figures>) -> Option<String> {
    let ours = ours?;
    let in_flight_limit = work.n_in_flight as f64 / work.latency.as_secs_f64().max(1e-9);
    Some(match (bare, work.mps) {
        (_, Some(mps)) => format!(
            "{}: {:.4} of the set rate, {} in the busiest second",
            work.name,
            ours.per_second / mps as f64,
            ours.peak_per_second
        ),
        (Some(bare), None) if work.latency.is_zero() => format!(
            "{}: {:.2} of bare reqwest's messages, {:.2} times its CPU",
            work.name,
            ours.per_second / bare.per_second,
            ours.cpu_us_per_message / bare.cpu_us_per_message
        ),
        (_, None) => {
            format!("{}: {:.3} of in flight / latency", work.name, ours.per_second / in_flight_limit)
        }
    })
}

fn medians(runs: &[Figures]) -> Option<Figures> {
    let median = |of: &dyn Fn(&Figures) -> f64| {
        let mut all: Vec<f64> = runs.iter().map(of).collect();
        all.sort_by(f64::total_cmp);
        all.get(all.len() / 2).copied()
    };
    Some(Figures {
        per_second: median(&|run| run.per_second)?,
        cpu_us_per_message: median(&|run| run.cpu_us_per_message)?,
        peak_per_second: runs.iter().map(|run| run.peak_per_second).max()?,
        rss_mib: median(&|run| run.rss_mib)?,
    })
}

/// Runs one client in a fresh folder and reads its figures off the endpoint and the operating system.
fn measure(endpoint: &Endpoint, work: &Work, client: impl Fn(&Path) -> Command) -> Figures {
    endpoint.latency_ms.store(work.latency.as_millis() as usize, Ordering::SeqCst);
    let folder = tempfile::tempdir().unwrap();
    let mut command = client(folder.path());
    *endpoint.seen.lock().unwrap() = Seen::default();
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let proc = format!("/proc/{}", child.id());
    let (mut cpu_us, mut rss_kib) = (0, 0);
    while child.try_wait().unwrap().is_none() {
        // The last look before the end is a few milliseconds old; nothing but the report is left by then.
        cpu_us = cpu_time_us(&proc).unwrap_or(cpu_us);
        rss_kib = peak_kib(&proc).unwrap_or(rss_kib);
        thread::sleep(Duration::from_millis(5));
    }
    let seen = std::mem::take(&mut *endpoint.seen.lock().unwrap());
    assert_eq!(seen.arrivals.len(), work.n_messages, "{}: not all messages came", work.name);
    assert!(seen.n_by_recipient.values().all(|n| *n == 1), "{}: someone was messaged twice", work.name);
    let (first, last) = (seen.arrivals[0], seen.arrivals[seen.arrivals.len() - 1]);
    Figures {
        per_second: (work.n_messages - 1) as f64 / (last - first).as_secs_f64(),
        cpu_us_per_message: cpu_us as f64 / work.n_messages as f64,
        peak_per_second: peak(&seen.arrivals),
        rss_mib: rss_kib as f64 / 1024.0,
    }
}

/// User and system time of a process, from the scheduler's own account of its threads.
fn cpu_time_us(proc: &str) -> Option<u64> {
    let stat = fs::read_to_string(format!("{proc}/stat")).ok()?;
    let fields: Vec<&str> = stat.rsplit(')').next()?.split_whitespace().collect();
    let ticks: u64 = fields.get(11)?.parse::<u64>().ok()? + fields.get(12)?.parse::<u64>().ok()?;
    Some(ticks * 10_000)
}

fn peak_kib(proc: &str) -> Option<u64> {
    let status = fs::read_to_string(format!("{proc}/status")).ok()?;
    status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB")?.parse().ok())
}

fn peak(arrivals: &[Instant]) -> usize {
    let mut start = 0;
    let mut most = 0;
    for (end, at) in arrivals.iter().enumerate() {
        while *at >= arrivals[start] + Duration::from_secs(1) {
            start += 1;
        }
        most = most.max(end - start + 1);
    }
    most
}

fn bare_client(_folder: &Path, address: &str, work: &Work) -> Command {
    let mut command = Command::new(env::current_exe().unwrap());
    command.args(["bare", address, &work.n_messages.to_string(), &work.n_in_flight.to_string()]);
    command
}

/// Imports a list, and gives the command that sends to it.
fn our_client(folder: &Path, address: &str, work: &Work) -> Command {
    let catalink = |args: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_catalink"));
        command.args(args).current_dir(folder);
        for (name, value) in [
            ("KALEYRA_SID", "BENCH"),
            ("KALEYRA_API_KEY", "bench"),
            ("KALEYRA_SENDER", "+911161197855"),
            ("KALEYRA_BASE_URL", address),
        ] {
            command.env(name, value);
        }
        command
    };
    let mut list = String::from("to,name,ref\n");
    for n in 0..work.n_messages {
        list.push_str(&format!("+9198{:08},Asha {n},order-{n}\n", 10_000_000 + n));
    }
    fs::write(folder.join("list.csv"), list).unwrap();
    let mps = work.mps.unwrap_or(100_000).to_string();
    let in_flight = work.n_in_flight.to_string();
    let message = "Hi {{name}}, our catalogue: https://wa.me/c/911161197855";
    let create = ["create", "x", "--message", message, "--mps", &mps, "--max-in-flight", &in_flight];
    for args in [&create[..], &["import", "x", "list.csv"]] {
        assert!(catalink(args).stdout(Stdio::null()).stderr(Stdio::null()).status().unwrap().success());
    }
    catalink(&["run", "x"])
}

/// The limit: reqwest alone, a body like ours, so many requests at once, nothing remembered.
fn bare(address: &str, n_messages: usize, n_in_flight: usize) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let client = reqwest::Client::builder().no_proxy().pool_max_idle_per_host(n_in_flight).build().unwrap();
        let next = AtomicUsize::new(0);
        let lane = || async {
            loop {
                let n = next.fetch_add(1, Ordering::Relaxed);
                if n >= n_messages {
                    break;
                }
                let body = format!(
                    r#"{{"messaging_object":{{"messaging_product":"whatsapp","recipient_type":"individual","to":"+9198{:08}","type":"text","text":{{"preview_url":true,"body":"Hi Asha {n}, our catalogue: https://wa.me/c/911161197855"}}}},"extra_info":{{"ref":"order-{n}","wa_source":"api"}}}}"#,
                    10_000_000 + n
                );
                let url = format!("{address}/v2/BENCH/whatsapp/+911161197855/messages");
                let answer = client.post(url).header("content-type", "application/json").header("api-key", "bench");
                let answer = answer.body(body).send().await.unwrap();
                assert_eq!(answer.status(), 202);
                answer.bytes().await.unwrap();
            }
        };
        futures_util::future::join_all((0..n_in_flight).map(|_| lane())).await;
    });
}

/// The endpoint: a thread that reads requests off sockets and writes one fixed answer.
fn start(endpoint: Arc<Endpoint>) -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    listener.set_nonblocking(true).unwrap();
    thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let listener = TcpListener::from_std(listener).unwrap();
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                tokio::spawn(serve(stream, Arc::clone(&endpoint)));
            }
        });
    });
    address
}

async fn serve(mut stream: TcpStream, endpoint: Arc<Endpoint>) {
    const BODY: &str = r#"{"code":"WA202","message":"Request Accepted","data":{"message_id":"A0000000000000000001"},"error":{}}"#;
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
            let mut seen = endpoint.seen.lock().unwrap();
            seen.arrivals.push(Instant::now());
            *seen.n_by_recipient.entry(recipient(&buffer[..length]).to_vec()).or_default() += 1;
        }
        let latency = endpoint.latency_ms.load(Ordering::Relaxed);
        if latency > 0 {
            tokio::time::sleep(Duration::from_millis(latency as u64)).await;
        }
        if stream.write_all(answer.as_bytes()).await.is_err() {
            return;
        }
        buffer.drain(..length);
    }
}

/// The bytes of the request at the start of the buffer, once all of it is there.
fn request_length(buffer: &[u8]) -> Option<usize> {
    let head = buffer.windows(4).position(|end| end == b"\r\n\r\n")? + 4;
    let name = b"content-length: ";
    let at =
        buffer[..head].windows(name.len()).position(|part| part.eq_ignore_ascii_case(name))? + name.len();
    let digits = buffer[at..head].iter().take_while(|byte| byte.is_ascii_digit());
    let body = digits.fold(0, |n, digit| n * 10 + usize::from(digit - b'0'));
    (buffer.len() >= head + body).then_some(head + body)
}

fn recipient(request: &[u8]) -> &[u8] {
    let name = br#""to":""#;
    let at = request.windows(name.len()).position(|part| part == name).map_or(0, |at| at + name.len());
    let end = request[at..].iter().position(|byte| *byte == b'"').unwrap_or(0);
    &request[at..at + end]
}
