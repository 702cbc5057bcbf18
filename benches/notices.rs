//! What notices cost a campaign: `cargo bench -p catalink-benches --bench notices`.
//!
//! Runs of the same campaign in turn: without channels; with three that take nothing (one hangs, one refuses the connection, one
//! answers 500) and hundreds of notices due for each; and with one that takes all of them. `CATALINK_ROWS` changes the list.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a bench that cannot go on stops, and its result is print"
)]
#![expect(clippy::cast_precision_loss, reason = "counts far below the limits of their types")]

mod campaign;
mod client;
mod endpoint;
mod process;

use std::{
    env, fs,
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

use catalink::{
    clock::Clock,
    domain::notice::{Happened, NoticeKind},
    queue::{NoticeChannel, Queue},
};
use endpoint::Endpoint;
use process::{catalink, median};

/// Recipients of a run.
const N_ROWS: usize = 200_000;

/// Notices that are due for each channel when a run begins.
const N_DUE: usize = 500;

const ROUNDS: usize = 9;

/// A hook that says this, or nothing.
fn hook(answer: Option<&'static str>) -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/", listener.local_addr().unwrap());
    let n = Arc::<AtomicUsize>::default();
    let of_thread = Arc::clone(&n);
    thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            of_thread.fetch_add(1, Ordering::SeqCst);
            thread::spawn(move || drop(talk(stream, answer)));
        }
    });
    (address, n)
}

fn talk(mut stream: TcpStream, answer: Option<&str>) -> std::io::Result<()> {
    let mut buffer = [0; 16 * 1024];
    if stream.read(&mut buffer)? > 0
        && let Some(answer) = answer
    {
        return stream.write_all(answer.as_bytes());
    }
    stream.read_to_end(&mut Vec::new())?;
    Ok(())
}

/// An address at which nobody listens.
fn nobody() -> String {
    format!("http://{}/", TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap())
}

/// Sets these chats, and lets that many notices be due for each.
fn owe(folder: &Path, urls: &[&str]) {
    let mut settings = String::new();
    let mut channels = Vec::new();
    for (n, url) in urls.iter().enumerate() {
        settings.push_str(&format!("[notices.c{n}]\nkind = 'chat'\nurl = '{url}'\n"));
        let events = NoticeKind::usual();
        channels.push(NoticeChannel { name: format!("c{n}"), kind: "chat", events });
    }
    fs::write(folder.join("catalink.toml"), settings).unwrap();
    if channels.is_empty() {
        return;
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let queue = Queue::open(&folder.join("catalink.db")).await.unwrap();
        queue.set_notice_channels(channels).await.unwrap();
        for n in 0..N_DUE {
            let told =
                queue.tell_once(None, Happened::Backup { last_at: None }, format!("bench {n}"), Clock.now());
            told.await.unwrap();
        }
        queue.close().await;
    });
}

/// Messages a second and the most in one, processor time a message of the program and of the endpoint, memory.
fn run(endpoint: &Endpoint, n_rows: usize, urls: &[&str]) -> [f64; 5] {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    campaign::import(folder, n_rows, &["create", "x", "--message", "Hi", "--mps", "100000"]);
    owe(folder, urls);
    endpoint.begin(Duration::ZERO);
    let ended = client::run(&mut catalink(folder, &endpoint.address, &["run", "x"]), Duration::MAX);
    let seen = endpoint.end();
    assert_eq!((seen.arrivals.len(), seen.n_recipients()), (n_rows, n_rows));
    let cpu_us = ended.cpu.as_secs_f64() * 1e6 / n_rows as f64;
    [seen.per_second(), seen.busiest_second() as f64, cpu_us, seen.cpu_us(), ended.resident_mib]
}

fn main() {
    let n_rows = env::var_os("CATALINK_ROWS").and_then(|text| text.to_str()?.parse().ok()).unwrap_or(N_ROWS);
    let endpoint = Endpoint::start();
    let (hanging, n_hanging) = hook(None);
    let (broken, n_broken) = hook(Some("HTTP/1.1 500 X\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"));
    let (good, n_good) = hook(Some("HTTP/1.1 204 X\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"));
    let refusing = nobody();
    let works: [(&str, &[&str]); 3] = [
        ("without channels", &[]),
        ("three channels that take nothing", &[&hanging, &broken, &refusing]),
        ("one channel that takes all", &[&good]),
    ];
    let rounds: Vec<Vec<[f64; 5]>> =
        (0..ROUNDS).map(|_| works.iter().map(|(_, urls)| run(&endpoint, n_rows, urls)).collect()).collect();
    println!("{n_rows} messages, {N_DUE} notices due for each channel, medians of {ROUNDS} rounds in turn");
    for (n, (name, _)) in works.iter().enumerate() {
        let of = |figure: usize| median(rounds.iter().map(|round| round[n][figure]).collect());
        let ratio = median(rounds.iter().map(|round| round[n][0] / round[0][0]).collect());
        println!(
            "{name:<36} {:>8.0}/s  {ratio:.3} times  at most {:.0} in a second  {:.1} µs of a processor a message \
             (endpoint {:.1})  {:.0} MiB",
            of(0),
            of(1),
            of(2),
            of(3),
            of(4)
        );
    }
    let n = [&n_hanging, &n_broken, &n_good].map(|n| n.load(Ordering::SeqCst));
    println!("asked: the hanging one {} times, the broken one {}, the good one {}", n[0], n[1], n[2]);
}
