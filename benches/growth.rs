//! What grows with the list: the same works on lists of ten thousand to ten million recipients.
//!
//! `cargo bench -p catalink-benches --bench growth` prints a line for each; numbers after `--` are other lengths. Ten million take about ten
//! minutes and four gigabytes of disk. A run is stopped after ten seconds: what is wanted is its rate, and when its
//! first request came.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a bench that cannot go on stops, and its result is print"
)]
#![expect(clippy::cast_precision_loss, reason = "counts far below the limits of their types")]

mod client;
mod endpoint;
mod process;

use std::{
    env,
    time::{Duration, Instant},
};

use client::Ended;
use endpoint::Endpoint;
use process::{catalink, median, write_list};

const LENGTHS: [usize; 4] = [10_000, 100_000, 1_000_000, 10_000_000];
const LONGEST_RUN: Duration = Duration::from_secs(10);

fn main() {
    let lengths: Vec<usize> = env::args().skip(1).filter_map(|arg| arg.parse().ok()).collect();
    let endpoint = Endpoint::start();
    println!(
        "| recipients | imported/s | first request after | messages/s | CPU µs a message | busiest second | endpoint's µs | status | exported/s | MiB: import, run, status, export | bytes a recipient |"
    );
    println!("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |");
    for n_rows in if lengths.is_empty() { LENGTHS.to_vec() } else { lengths } {
        measure(&endpoint, n_rows);
    }
}

fn measure(endpoint: &Endpoint, n_rows: usize) {
    let folder = tempfile::tempdir().unwrap();
    write_list(&folder.path().join("list.csv"), n_rows);
    let ours = |args: &[&str], longest| {
        let started_at = Instant::now();
        let ended = client::run(&mut catalink(folder.path(), &endpoint.address, args), longest);
        (ended, started_at.elapsed())
    };
    let message = "Hi {{name}}, our catalogue: https://wa.me/c/911161197855";
    ours(&["create", "x", "--message", message, "--mps", "100000"], Duration::MAX);
    let (import, imported_in) = ours(&["import", "x", "list.csv"], Duration::MAX);

    endpoint.begin(Duration::ZERO);
    let started_at = Instant::now();
    let (run, _) = ours(&["run", "x"], LONGEST_RUN);
    let seen = endpoint.end();
    let n_sent = seen.arrivals.len();
    assert_eq!(seen.n_recipients(), n_sent, "someone was messaged twice");
    let first_ms = seen.arrivals[0].duration_since(started_at).as_millis();

    let looks: Vec<(Ended, Duration)> = (0..5).map(|_| ours(&["status", "x"], Duration::MAX)).collect();
    let status_ms = median(looks.iter().map(|(_, took)| took.as_secs_f64() * 1e3).collect());
    let (export, exported_in) = ours(&["export", "x", "-o", "results.csv"], Duration::MAX);
    let per_second = |took: Duration| n_rows as f64 / took.as_secs_f64();
    println!(
        "| {n_rows} | {:.0} | {first_ms} ms | {:.0} | {:.0} | {} | {:.1} | {status_ms:.0} ms | {:.0} | {:.0}, {:.0}, {:.0}, {:.0} | {} |",
        per_second(imported_in),
        seen.per_second(),
        run.cpu.as_secs_f64() * 1e6 / n_sent as f64,
        seen.busiest_second(),
        seen.cpu_us(),
        per_second(exported_in),
        import.resident_mib,
        run.resident_mib,
        looks[0].0.resident_mib,
        export.resident_mib,
        folder.path().join("catalink.db").metadata().unwrap().len() / n_rows as u64,
    );
}
