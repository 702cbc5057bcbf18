//! What the queue costs: the whole program beside bare loops of reqwest and hyper over as many connections, in one run.
//!
//! `cargo bench -p catalink-benches --bench throughput` prints medians of five alternating rounds and their ratios; a word after `--` picks
//! the works that hold it. Each client is a process of its own, so that its processor time is its own.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a bench that cannot go on stops, and its result is print"
)]
#![expect(clippy::cast_precision_loss, reason = "counts far below the limits of their types")]

mod bare;
mod campaign;
mod client;
mod endpoint;
mod process;

use std::{env, path::Path, process::Command, time::Duration};

use endpoint::Endpoint;
use process::median;

const ROUNDS: usize = 5;

/// One kind of work.
struct Work {
    name: &'static str,
    n_messages: usize,
    n_in_flight: usize,
    latency_ms: u64,
    /// Messages per second; none is as fast as it goes.
    mps: Option<u32>,
}

const fn full(name: &'static str, n_messages: usize, n_in_flight: usize, latency_ms: u64) -> Work {
    Work { name, n_messages, n_in_flight, latency_ms, mps: None }
}

const fn paced(name: &'static str, n_messages: usize, n_in_flight: usize, mps: u32) -> Work {
    Work { name, n_messages, n_in_flight, latency_ms: 30, mps: Some(mps) }
}

const WORKS: [Work; 6] = [
    full("0 ms, 256 in flight", 200_000, 256, 0),
    full("0 ms, 64 in flight", 200_000, 64, 0),
    full("50 ms, 64 in flight", 12_800, 64, 50),
    full("200 ms, 512 in flight", 25_600, 512, 200),
    paced("paced at 80/s", 1_600, 64, 80),
    paced("paced at 1,000/s", 20_000, 256, 1_000),
];

/// What one run came to.
#[derive(Clone, Copy, Debug)]
struct Figures {
    per_second: f64,
    cpu_us: f64,
    busiest_second: usize,
    resident_mib: f64,
    endpoint_us: f64,
}

fn main() {
    let args: Vec<String> = env::args().skip(1).filter(|arg| !arg.starts_with("--")).collect();
    if let [client, address, n_messages, n_in_flight] = args.as_slice() {
        bare::run(client, address, n_messages.parse().unwrap(), n_in_flight.parse().unwrap());
        return;
    }
    let endpoint = Endpoint::start();
    let wanted = args.first().map(String::as_str).unwrap_or_default();
    println!(
        "| work | client | messages/s | CPU µs a message | busiest second | resident MiB | endpoint's µs |"
    );
    println!("| --- | --- | --- | --- | --- | --- | --- |");
    let mut ratios = Vec::new();
    for work in WORKS.iter().filter(|work| work.name.contains(wanted)) {
        ratios.push(compare(&endpoint, work));
    }
    println!();
    for line in ratios {
        println!("- {line}");
    }
}

/// Alternates the clients over one work, prints what they came to, and says how they compare.
fn compare(endpoint: &Endpoint, work: &Work) -> String {
    // Beside a set rate or a latency there is nothing to be gained by a bare loop: the limit is known.
    let clients: &[&str] = if work.is_limited() { &["catalink"] } else { &["reqwest", "hyper", "catalink"] };
    let mut runs = vec![Vec::new(); clients.len()];
    for _ in 0..ROUNDS {
        for (client, runs) in clients.iter().zip(&mut runs) {
            runs.push(measure(endpoint, work, client));
        }
    }
    let figures: Vec<Figures> = runs.iter().map(|runs| medians(runs)).collect();
    for (client, of) in clients.iter().zip(&figures) {
        println!(
            "| {} | {client} | {:.0} | {:.0} | {} | {:.0} | {:.1} |",
            work.name, of.per_second, of.cpu_us, of.busiest_second, of.resident_mib, of.endpoint_us
        );
    }
    match figures.as_slice() {
        [reqwest, hyper, ours] => format!(
            "{}: {:.2} of bare reqwest's messages a second ({:.2} of bare hyper's), {:.2} times its CPU ({:.2})",
            work.name,
            ours.per_second / reqwest.per_second,
            ours.per_second / hyper.per_second,
            ours.cpu_us / reqwest.cpu_us,
            ours.cpu_us / hyper.cpu_us
        ),
        [ours] => format!(
            "{}: {:.4} of {}, at most {} in a sliding second, {:.0} µs of CPU a message",
            work.name,
            ours.per_second / work.limit(),
            if work.mps.is_some() { "the set rate" } else { "in flight / latency" },
            ours.busiest_second,
            ours.cpu_us
        ),
        _ => unreachable!("one client or three"),
    }
}

impl Work {
    fn is_limited(&self) -> bool {
        self.mps.is_some() || self.latency_ms > 0
    }

    /// The messages per second that nothing can exceed.
    fn limit(&self) -> f64 {
        self.mps.map_or_else(|| self.n_in_flight as f64 * 1e3 / self.latency_ms as f64, f64::from)
    }
}

fn medians(runs: &[Figures]) -> Figures {
    let of = |figure: &dyn Fn(&Figures) -> f64| median(runs.iter().map(figure).collect());
    Figures {
        per_second: of(&|run| run.per_second),
        cpu_us: of(&|run| run.cpu_us),
        busiest_second: runs.iter().map(|run| run.busiest_second).max().unwrap(),
        resident_mib: of(&|run| run.resident_mib),
        endpoint_us: of(&|run| run.endpoint_us),
    }
}

/// Runs one client in a fresh folder and reads its figures off the endpoint and the operating system.
fn measure(endpoint: &Endpoint, work: &Work, client: &str) -> Figures {
    let folder = tempfile::tempdir().unwrap();
    let mut command = match client {
        "catalink" => prepared(folder.path(), &endpoint.address, work),
        bare => {
            let mut command = Command::new(env::current_exe().unwrap());
            let (n_messages, n_in_flight) = (work.n_messages.to_string(), work.n_in_flight.to_string());
            command.args([bare, &endpoint.address, &n_messages, &n_in_flight]);
            command
        }
    };
    endpoint.begin(Duration::from_millis(work.latency_ms));
    let ended = client::run(&mut command, Duration::MAX);
    let seen = endpoint.end();
    assert_eq!(seen.arrivals.len(), work.n_messages, "{}, {client}: not as many requests", work.name);
    assert_eq!(seen.n_recipients(), work.n_messages, "{}, {client}: someone was messaged twice", work.name);
    Figures {
        per_second: seen.per_second(),
        cpu_us: ended.cpu.as_secs_f64() * 1e6 / work.n_messages as f64,
        busiest_second: seen.busiest_second(),
        resident_mib: ended.resident_mib,
        endpoint_us: seen.cpu_us(),
    }
}

/// Imports a list, and gives the command that sends to it.
fn prepared(folder: &Path, address: &str, work: &Work) -> Command {
    let mps = work.mps.unwrap_or(100_000).to_string();
    let in_flight = work.n_in_flight.to_string();
    let message = "Hi {{name}}, our catalogue: https://wa.me/c/911161197855";
    let create = ["create", "x", "--message", message, "--mps", &mps, "--max-in-flight", &in_flight];
    campaign::import(folder, work.n_messages, &create);
    process::catalink(folder, address, &["run", "x"])
}
