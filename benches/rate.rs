//! Whether the rate holds where it counts: at the provider's end, when requests have arrived.
//!
//! `cargo bench -p catalink-benches --bench rate` runs the program at nine rates, plainly, stopped and killed and run again, as two campaigns
//! of one account, and over TLS whose connections take long to come about. For each it prints the most requests of any
//! window that the rate allows so many in, and the share of the rate that was reached while there was work. A word after
//! `--` picks the works that hold it.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a bench that cannot go on stops, and its result is print"
)]
#![expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "counts far below the limits of their types"
)]

mod campaign;
#[expect(dead_code, reason = "other benches use more of it")]
mod endpoint;
#[expect(dead_code, reason = "other benches use more of it")]
mod process;
#[path = "../tests/it/support/provider.rs"]
#[expect(dead_code, unreachable_pub, reason = "the tests use more of it")]
mod provider;

use std::{
    env, fs,
    path::Path,
    process::{Child, Stdio},
    thread,
    time::{Duration, Instant},
};

use endpoint::Endpoint;
use process::catalink;
use provider::{Answer, Provider, Tls};

const RATES: [f64; 9] = [0.5, 1.0, 2.0, 7.0, 20.0, 80.0, 333.0, 1_000.0, 10_000.0];

/// How long each work sends, about.
const SECONDS: f64 = 12.0;

/// How a work is run.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Way {
    /// From its start to its end.
    Plain,
    /// Stopped by Ctrl-C six times, and run again at once.
    Stopped,
    /// Killed six times, and run again at once.
    Killed,
    /// Two campaigns of one account in one `serve`.
    Two,
    /// Connections take 400 ms to come about, and answers 200 ms.
    Tls,
}

const WAYS: [(Way, &str); 5] = [
    (Way::Plain, "plain"),
    (Way::Stopped, "stopped six times"),
    (Way::Killed, "killed six times"),
    (Way::Two, "two campaigns"),
    (Way::Tls, "slow TLS"),
];

fn main() {
    let wanted = env::args().skip(1).find(|arg| !arg.starts_with("--")).unwrap_or_default();
    let endpoint = Endpoint::start();
    println!("| rate | way | requests | allowed in a window | most in one | of the rate |");
    println!("| --- | --- | --- | --- | --- | --- |");
    for (way, name) in WAYS.iter().filter(|(_, name)| name.contains(&wanted)) {
        for mps in RATES {
            if *way == Way::Tls && mps > 1_000.0 {
                // One thread for each connection of this endpoint: it would be measured, not the program.
                continue;
            }
            let mut arrivals = arrivals(&endpoint, *way, mps);
            arrivals.sort();
            let places = mps.ceil().max(1.0);
            let most = most_within(&arrivals, Duration::from_secs_f64(places / mps));
            let has_breaks = matches!(way, Way::Stopped | Way::Killed);
            let share =
                if has_breaks { "-".to_owned() } else { format!("{:.4}", per_second(&arrivals) / mps) };
            println!("| {mps} | {name} | {} | {places} | {most} | {share} |", arrivals.len());
        }
    }
}

/// Runs a campaign, or two, for about as long as every work takes, and says when its requests arrived.
fn arrivals(endpoint: &Endpoint, way: Way, mps: f64) -> Vec<Instant> {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let n_rows = (mps * SECONDS).ceil().max(6.0) as usize;
    let tls = Tls::new();
    if way == Way::Tls {
        fs::write(folder.join("ca.pem"), tls.pem()).unwrap();
        fs::write(folder.join("catalink.toml"), "ca_file = \"ca.pem\"\n").unwrap();
        let answer = |_: usize, _: &provider::Request| Answer::AcceptAfter(Duration::from_millis(200));
        let provider = Provider::with_tls(&tls, answer, |_| Duration::from_millis(400));
        prepare(folder, "x", n_rows, mps);
        start(folder, &provider.https_url(), &["run", "x"]).wait().unwrap();
        return provider.requests().into_iter().map(|request| request.at).collect();
    }
    endpoint.begin(Duration::from_millis(5));
    prepare(folder, "x", n_rows, mps);
    match way {
        Way::Plain | Way::Tls => drop(start(folder, &endpoint.address, &["run", "x"]).wait().unwrap()),
        Way::Stopped | Way::Killed => {
            let signal = if way == Way::Stopped { "-INT" } else { "-KILL" };
            for _ in 0..6 {
                let mut running = start(folder, &endpoint.address, &["run", "x"]);
                thread::sleep(Duration::from_millis(1_600));
                end(&mut running, signal);
            }
            let mut running = start(folder, &endpoint.address, &["run", "x"]);
            thread::sleep(Duration::from_secs(3));
            end(&mut running, "-INT");
        }
        Way::Two => {
            prepare(folder, "y", n_rows, mps);
            for name in ["x", "y"] {
                let mut running = start(folder, &endpoint.address, &["run", name, "--again"]);
                thread::sleep(Duration::from_millis(300));
                end(&mut running, "-INT");
            }
            endpoint.begin(Duration::from_millis(5));
            thread::sleep(Duration::from_secs(2));
            let mut serving = start(folder, &endpoint.address, &["serve", "--listen", "127.0.0.1:0"]);
            thread::sleep(Duration::from_secs_f64(SECONDS));
            end(&mut serving, "-INT");
        }
    }
    endpoint.end().arrivals
}

fn prepare(folder: &Path, name: &str, n_rows: usize, mps: f64) {
    let mps = mps.to_string();
    campaign::import(folder, n_rows, &["create", name, "--message", "Hi", "--mps", &mps]);
}

fn start(folder: &Path, address: &str, args: &[&str]) -> Child {
    catalink(folder, address, args).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

/// Ends a program by that signal, unless it has ended.
fn end(running: &mut Child, signal: &str) {
    let pid = running.id().to_string();
    let mut kill = std::process::Command::new("kill");
    drop(kill.args([signal, &pid]).stderr(Stdio::null()).status());
    running.wait().unwrap();
}

/// The most requests in any span of that length.
fn most_within(arrivals: &[Instant], span: Duration) -> usize {
    let mut start = 0;
    let mut most = 0;
    for (end, at) in arrivals.iter().enumerate() {
        while *at >= arrivals[start] + span {
            start += 1;
        }
        most = most.max(end - start + 1);
    }
    most
}

/// Requests a second between the first and the last one.
fn per_second(arrivals: &[Instant]) -> f64 {
    let span = arrivals[arrivals.len() - 1] - arrivals[0];
    (arrivals.len() - 1) as f64 / span.as_secs_f64()
}
