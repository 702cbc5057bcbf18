//! Group commit alone: how many recipients a second are claimed and settled, each on disk before it counts, without a
//! request between them. In a file, and beside it in a PostgreSQL server of the bench's own that syncs its commits too.
//!
//! `cargo bench -p catalink-benches --bench commits` prints medians of five rounds for batches of several sizes, on the disk that holds the
//! system's temporary files (`TMPDIR`). `-- 1000000` does a million rows once for each engine instead, and says what they
//! came to. Without PostgreSQL on the machine the file is measured alone.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a bench that cannot go on stops, and its result is print"
)]
#![expect(clippy::cast_precision_loss, reason = "counts far below the limits of their types")]

mod campaign;
#[path = "../tests/it/support/postgres.rs"]
#[expect(unreachable_pub, reason = "also a part of the tests of the program")]
#[allow(dead_code, clippy::allow_attributes, reason = "some of it is for the tests alone")]
mod postgres;
mod process;

use std::{
    fs,
    num::NonZeroU32,
    path::Path,
    time::{Duration, Instant},
};

use catalink::{
    domain::Timestamp,
    queue::{ClaimOrder, Database, End, Queue, Settlement},
};

use self::postgres::Postgres;

const ROUNDS: usize = 5;
const NOW: Timestamp = Timestamp(1_790_000_000_000);
const CREATE: [&str; 4] = ["create", "x", "--message", "Hi https://wa.me/c/911161197855"];

/// What one campaign came to.
struct Round {
    imported_per_s: f64,
    settled_per_s: f64,
    /// Of this process and of the server's, for a row.
    cpu_us: f64,
    server_cpu_us: f64,
    /// How large the table of recipients is with its indexes, beside what it was after the import.
    growth: f64,
}

fn main() {
    let n_rows = std::env::args().skip(1).find_map(|word| word.parse::<usize>().ok());
    let server = Postgres::begin();
    let engines: Vec<Option<&Postgres>> = std::iter::once(None).chain(server.as_ref().map(Some)).collect();
    println!(
        "| engine | rows a commit | imported rows/s | rows/s, claimed and settled | CPU µs a row | the server's | table after, of before |"
    );
    println!("| --- | --- | --- | --- | --- | --- | --- |");
    let works: Vec<(u32, usize, usize)> = match n_rows {
        Some(n_rows) => vec![(32, n_rows, 1)],
        None => vec![(32, 16_000, ROUNDS), (128, 64_000, ROUNDS), (512, 128_000, ROUNDS)],
    };
    for (batch, n_rows, n_rounds) in works {
        let mut rounds: Vec<Vec<Round>> = engines.iter().map(|_| Vec::new()).collect();
        // In turns, so that what else the machine does is done to both.
        for number in 0..n_rounds {
            for (engine, rounds) in engines.iter().zip(&mut rounds) {
                rounds.push(round(*engine, number, batch, n_rows));
            }
        }
        for (engine, rounds) in engines.iter().zip(&rounds) {
            let median = |of: fn(&Round) -> f64| process::median(rounds.iter().map(of).collect());
            println!(
                "| {} | {batch} | {:.0} | {:.0} | {:.1} | {:.1} | {:.2} |",
                if engine.is_some() { "PostgreSQL" } else { "a file" },
                median(|round| round.imported_per_s),
                median(|round| round.settled_per_s),
                median(|round| round.cpu_us),
                median(|round| round.server_cpu_us),
                median(|round| round.growth),
            );
        }
    }
}

/// Fills and drains a fresh queue.
fn round(server: Option<&Postgres>, number: usize, batch: u32, n_rows: usize) -> Round {
    let folder = tempfile::tempdir().unwrap();
    let name = format!("queue_{number}_{batch}");
    let database = match server {
        None => Database::File(folder.path().join("catalink.db")),
        Some(server) => {
            server.ask(&format!("create database {name}"));
            let url = Postgres::url(server.port, &name);
            fs::write(folder.path().join("catalink.toml"), format!("db = \"{url}\"\n")).unwrap();
            Database::parse(Path::new(&url), folder.path(), None).unwrap()
        }
    };
    let began_at = Instant::now();
    campaign::import(folder.path(), n_rows, &CREATE);
    let imported_per_s = n_rows as f64 / began_at.elapsed().as_secs_f64();
    let size = || {
        let said = server.map(|server| server.ask_in(&name, "select pg_total_relation_size('recipient')"));
        said.and_then(|size| size.parse::<f64>().ok()).unwrap_or(1.0)
    };
    let size_before = size();
    let cpu_before = (process::cpu("/proc/self").unwrap_or_default(), cpu_of_servers());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let seconds = runtime.block_on(drain(&database, batch, n_rows));
    let per_row = |cpu: Duration| cpu.as_secs_f64() * 1e6 / n_rows as f64;
    let cpu = process::cpu("/proc/self").unwrap_or_default().saturating_sub(cpu_before.0);
    let round = Round {
        imported_per_s,
        settled_per_s: n_rows as f64 / seconds,
        cpu_us: per_row(cpu),
        server_cpu_us: per_row(cpu_of_servers().saturating_sub(cpu_before.1)),
        growth: size() / size_before,
    };
    if let Some(server) = server {
        server.ask(&format!("drop database {name} with (force)"));
    }
    round
}

/// The time that all processes of PostgreSQL on this machine have taken, those that have ended too where their parent lives.
fn cpu_of_servers() -> Duration {
    let processes = fs::read_dir("/proc").into_iter().flatten().flatten().map(|entry| entry.path());
    let is_server =
        |proc: &Path| fs::read_to_string(proc.join("comm")).is_ok_and(|name| name.trim() == "postgres");
    let ticks = |proc: &Path| {
        let fields = process::stat(&proc.display().to_string())?;
        let field = |n: usize| fields.get(n)?.parse::<u64>().ok();
        // User and system time, and those of children that were waited for.
        Some(field(11)? + field(12)? + field(13)? + field(14)?)
    };
    let servers = processes.filter(|proc| is_server(proc));
    Duration::from_millis(servers.filter_map(|proc| ticks(&proc)).sum::<u64>() * 10)
}

async fn drain(database: &Database, batch: u32, n_rows: usize) -> f64 {
    let queue = Queue::open_database(database).await.unwrap();
    let (lease, _) = queue.take_lease(std::process::id(), NOW).await.unwrap();
    let campaign = queue.campaign("x").await.unwrap().id;
    queue.start(campaign, NOW).await.unwrap();
    let order =
        ClaimOrder { campaign, limit: NonZeroU32::new(batch).unwrap(), now: NOW, epoch: lease.epoch() };
    let start = Instant::now();
    let mut n_settled = 0;
    let mut claims = queue.claim(order.clone()).await.unwrap().claims;
    while !claims.is_empty() {
        n_settled += claims.len();
        let settlements = claims.into_iter().map(|claim| {
            let end =
                End::Accepted { message_id: Some(format!("A{:019}", claim.recipient.id.0)), note: None };
            Settlement::new(claim, end, NOW)
        });
        let settlements = settlements.collect();
        // As the sender does: outcomes of one batch and the claim of the next meet in one commit.
        let (settled, claimed) = tokio::join!(queue.settle(settlements), queue.claim(order.clone()));
        settled.unwrap();
        claims = claimed.unwrap().claims;
    }
    let seconds = start.elapsed().as_secs_f64();
    assert_eq!(n_settled, n_rows);
    drop(lease);
    queue.close().await;
    seconds
}
