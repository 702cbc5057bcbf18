//! What it costs to know who can be reached: `cargo bench -p catalink-benches --bench reach`.
//!
//! Three works, by a word after `--`: `waiting` (a campaign waits for a million people; how long after somebody wrote the request
//! is there, and what waiting costs), `intake` (a thousand messages a second are taken in while a campaign sends a thousand a
//! second, and the receiver is killed half-way: none that was answered 200 may be missing), `claims` (a run with everybody's
//! window open beside one that asks for none). `CATALINK_ROWS` changes the size of the first.

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
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::Path,
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex},
    thread,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use endpoint::Endpoint;
use process::{catalink, cpu, median, number};

const TOKEN: &str = "0123456789abcdef0123456789abcdef";

/// People who wait in the first work.
const N_WAITING: usize = 1_000_000;

/// Those of them who write.
const N_WRITERS: usize = 500;

/// How long the second work lasts, and how many write a second.
const INTAKE: Duration = Duration::from_secs(30);
const INTAKE_PER_SECOND: u32 = 1_000;

/// Recipients of a run in the third work.
const N_CLAIMS: usize = 100_000;

/// A process that is killed when it is dropped.
struct Running(Child);

impl Running {
    fn cpu(&self) -> Duration {
        cpu(&format!("/proc/{}", self.0.id())).unwrap_or_default()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

fn start(command: &mut Command) -> Running {
    Running(command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap())
}

/// A receiver of callbacks, and where it listens: alone (`receive`), or with the worker that sends (`serve`).
fn receiver(folder: &Path, provider: &str, args: &[&str]) -> (Running, String) {
    let mut command = catalink(folder, provider, args);
    let command = command.env("CATALINK_CALLBACK_TOKEN", TOKEN).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
    let address = line.split("http://").nth(1).and_then(|rest| rest.split(['/', ';']).next()).unwrap();
    (Running(child), address.trim().to_owned())
}

/// A person, as a connection of the provider's that tells what is written.
struct Teller {
    address: String,
    stream: TcpStream,
}

impl Teller {
    fn connect(address: &str) -> Option<Self> {
        let stream = TcpStream::connect(address).ok()?;
        stream.set_nodelay(true).ok()?;
        stream.set_read_timeout(Some(Duration::from_secs(10))).ok()?;
        Some(Self { address: address.to_owned(), stream })
    }

    /// Tells that the nth recipient wrote; true when it was taken in.
    #[expect(clippy::disallowed_methods, reason = "a provider's own clock")]
    fn tell(&mut self, nth: usize, id: &str) -> bool {
        let seconds = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
        let person = number(nth);
        let body = format!(
            r#"{{"meta_object":{{"value":{{"messaging_product":"whatsapp","metadata":{{"display_phone_number":"911161197855","phone_number_id":"1"}},"contacts":[{{"wa_id":"{person}"}}],"messages":[{{"from":"{person}","id":"{id}","timestamp":"{seconds}","type":"text","text":{{"body":"Hello"}}}}]}},"field":"messages"}},"extra_info":{{"waba_id":"1"}}}}"#
        );
        let request = format!(
            "POST /callbacks/{TOKEN} HTTP/1.1\r\nhost: {}\r\ncontent-length: {}\r\n\r\n{body}",
            self.address,
            body.len()
        );
        self.stream.write_all(request.as_bytes()).is_ok() && self.is_answered()
    }

    fn is_answered(&mut self) -> bool {
        let mut answer = Vec::new();
        let mut buffer = [0; 1024];
        loop {
            match self.stream.read(&mut buffer) {
                Ok(0) | Err(_) => return false,
                Ok(n) => answer.extend_from_slice(&buffer[..n]),
            }
            // Answers are short and end with the brace of their JSON.
            if answer.windows(4).any(|part| part == b"\r\n\r\n") && answer.ends_with(b"}") {
                return answer.starts_with(b"HTTP/1.1 200");
            }
        }
    }
}

fn main() {
    let works: Vec<String> = env::args().skip(1).filter(|arg| !arg.starts_with("--")).collect();
    let is_asked = |work: &str| works.is_empty() || works.iter().any(|asked| asked == work);
    let endpoint = Endpoint::start();
    for (name, work) in [("waiting", waiting as fn(&Endpoint)), ("intake", intake), ("claims", claims)] {
        if is_asked(name) {
            work(&endpoint);
        }
    }
}

fn waiting(endpoint: &Endpoint) {
    let n_rows =
        env::var_os("CATALINK_ROWS").and_then(|text| text.to_str()?.parse().ok()).unwrap_or(N_WAITING);
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    campaign::import(folder, n_rows, &["create", "x", "--message", "Hi", "--reach", "wait", "--mps", "100"]);
    endpoint.begin(Duration::ZERO);
    let run = start(&mut catalink(folder, &endpoint.address, &["run", "x"]));
    let (receiver, address) = receiver(folder, &endpoint.address, &["receive", "--listen", "127.0.0.1:0"]);
    thread::sleep(Duration::from_secs(5));
    let (before, over) = (run.cpu() + receiver.cpu(), Duration::from_secs(20));
    thread::sleep(over);
    let idle = (run.cpu() + receiver.cpu()).saturating_sub(before);
    let mut teller = Teller::connect(&address).unwrap();
    let mut wrote_at = Vec::new();
    for nth in 0..N_WRITERS {
        let person = nth * (n_rows / N_WRITERS);
        wrote_at.push((number(person).parse::<u64>().unwrap(), Instant::now()));
        assert!(teller.tell(person, &format!("wamid.{nth}")), "not taken in");
        thread::sleep(Duration::from_millis(20));
    }
    thread::sleep(Duration::from_secs(5));
    drop((run, receiver));
    let seen = endpoint.end();
    assert_eq!(seen.n_recipients(), N_WRITERS, "each of those who wrote, and nobody else");
    assert_eq!(seen.arrivals.len(), N_WRITERS, "someone was messaged twice");
    let mut took: Vec<f64> = wrote_at
        .iter()
        .map(|(person, at)| seen.by_recipient[person].0.duration_since(*at).as_secs_f64() * 1e3)
        .collect();
    took.sort_by(f64::total_cmp);
    println!(
        "waiting: {n_rows} wait, {N_WRITERS} write: the request is there {:.0} ms after they wrote (half), {:.0} ms (99 of 100), \
         {:.0} ms (all); waiting takes {:.2} % of a processor",
        took[took.len() / 2],
        took[took.len() * 99 / 100],
        took[took.len() - 1],
        idle.as_secs_f64() * 100.0 / over.as_secs_f64()
    );
}

fn intake(endpoint: &Endpoint) {
    const N_CONNECTIONS: usize = 32;
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    campaign::import(folder, 60_000, &["create", "x", "--message", "Hi", "--mps", "1000"]);
    endpoint.begin(Duration::from_millis(50));
    // Begun and interrupted, so that one process goes on with it and takes in what people write.
    client::run(&mut catalink(folder, &endpoint.address, &["run", "x"]), Duration::from_secs(1));
    let serve = ["serve", "--resume", "--listen", "127.0.0.1:0"];
    let (first, address) = receiver(folder, &endpoint.address, &serve);
    thread::sleep(Duration::from_secs(2));
    let (began_at, known) = (Instant::now(), Arc::new(Mutex::new(Vec::new())));
    let tellers: Vec<_> = (0..N_CONNECTIONS)
        .map(|nth| {
            let (address, known) = (address.clone(), Arc::clone(&known));
            thread::spawn(move || tell_steadily(nth, N_CONNECTIONS, &address, began_at, &known))
        })
        .collect();
    thread::sleep(INTAKE / 2);
    // SIGKILL: what was answered is on disk, or the promise is broken.
    drop(first);
    let (second, _) = receiver(folder, &endpoint.address, &["serve", "--listen", &address]);
    for teller in tellers {
        teller.join().unwrap();
    }
    let elapsed = began_at.elapsed();
    drop(second);
    let seen = endpoint.end();
    let n_sent = seen.arrivals.iter().filter(|at| began_at <= **at && **at <= began_at + elapsed).count();
    let known = std::mem::take(&mut *known.lock().unwrap());
    let database = rusqlite::Connection::open(folder.join("catalink.db")).unwrap();
    let n_kept: i64 = database.query_row("select count(*) from inbound", [], |row| row.get(0)).unwrap();
    let n_kept = usize::try_from(n_kept).unwrap();
    println!(
        "intake: {} messages answered 200 in {:.0} s ({:.0}/s) with one kill -9; {n_kept} kept; the campaign sent {:.0}/s beside, at most {} in a second",
        known.len(),
        elapsed.as_secs_f64(),
        known.len() as f64 / elapsed.as_secs_f64(),
        n_sent as f64 / elapsed.as_secs_f64(),
        seen.busiest_second()
    );
    assert!(known.len() <= n_kept, "a message that was answered 200 is missing");
    assert_eq!(seen.n_recipients(), seen.arrivals.len(), "someone was messaged twice");
}

/// Tells every nth message of a steady stream; what was not answered is told again, as the provider does.
fn tell_steadily(nth: usize, of: usize, address: &str, began_at: Instant, known: &Mutex<Vec<usize>>) {
    let mut teller = Teller::connect(address);
    for n in (nth..).step_by(of) {
        let due = Duration::from_secs(1) * u32::try_from(n).unwrap() / INTAKE_PER_SECOND;
        if INTAKE <= due {
            return;
        }
        thread::sleep(due.saturating_sub(began_at.elapsed()));
        // People who are in no campaign, so that every message is a window of its own.
        while !teller.as_mut().is_some_and(|teller| teller.tell(1_000_000 + n, &format!("wamid.{n}"))) {
            thread::sleep(Duration::from_millis(20));
            teller = Teller::connect(address);
        }
        known.lock().unwrap().push(n);
    }
}

fn claims(endpoint: &Endpoint) {
    let run = |reach: &str| {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        let create = ["create", "x", "--message", "Hi", "--reach", reach, "--mps", "100000"];
        campaign::import(folder, N_CLAIMS, &create);
        if reach != "any" {
            open_windows(folder);
        }
        endpoint.begin(Duration::ZERO);
        let ended = client::run(&mut catalink(folder, &endpoint.address, &["run", "x"]), Duration::MAX);
        let seen = endpoint.end();
        assert_eq!((seen.arrivals.len(), seen.n_recipients()), (N_CLAIMS, N_CLAIMS));
        let cpu_us = ended.cpu.as_secs_f64() * 1e6 / N_CLAIMS as f64;
        [seen.per_second(), cpu_us, ended.resident_mib, seen.cpu_us()]
    };
    let rounds: Vec<[[f64; 4]; 2]> = (0..5).map(|_| [run("any"), run("open")]).collect();
    let of = |work: usize, figure: usize| median(rounds.iter().map(|round| round[work][figure]).collect());
    let ratios = median(rounds.iter().map(|round| round[1][0] / round[0][0]).collect());
    println!(
        "claims: {:.0}/s without windows, {:.0}/s with everybody's window open: {ratios:.2} (medians of five; {:.0} and {:.0} µs of \
         a processor a message, {:.0} and {:.0} MiB; the endpoint's {:.1} µs)",
        of(0, 0),
        of(1, 0),
        of(0, 1),
        of(1, 1),
        of(0, 2),
        of(1, 2),
        of(0, 3)
    );
}

/// Everybody on the list has written just now, as the provider's report says.
fn open_windows(folder: &Path) {
    let at = Command::new("date").args(["-u", "+%Y-%m-%dT%H:%M:%SZ"]).output().unwrap();
    let at = String::from_utf8(at.stdout).unwrap();
    let mut report = String::from("FROM,TO,MESSAGE_DIRECTION,CREATED_AT\n");
    for n in 0..N_CLAIMS {
        report.push_str(&format!("{},911161197855,true,{}\n", number(n), at.trim()));
    }
    fs::write(folder.join("report.csv"), report).unwrap();
    let mut import = catalink(folder, "http://127.0.0.1:9", &["windows", "import", "report.csv"]);
    client::run(&mut import, Duration::MAX);
}
