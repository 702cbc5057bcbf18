//! Group commit alone: how many recipients a second are claimed and settled, each on disk before it counts, without a
//! request between them.
//!
//! `cargo bench -p catalink-benches --bench commits` prints medians of five rounds for batches of several sizes, on the disk that holds the
//! system's temporary files (`TMPDIR`).

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a bench that cannot go on stops, and its result is print"
)]
#![expect(clippy::cast_precision_loss, reason = "counts far below the limits of their types")]

mod campaign;
mod process;

use std::{num::NonZeroU32, path::Path, time::Instant};

use catalink::{
    domain::Timestamp,
    queue::{ClaimOrder, End, Queue, Settlement},
};

const ROUNDS: usize = 5;
const NOW: Timestamp = Timestamp(1_790_000_000_000);

fn main() {
    println!("| rows a commit | rows/s, claimed and settled | CPU µs a row |");
    println!("| --- | --- | --- |");
    for (batch, n_rows) in [(32, 16_000), (128, 64_000), (512, 128_000)] {
        let rounds: Vec<(f64, f64)> = (0..ROUNDS).map(|_| round(batch, n_rows)).collect();
        println!(
            "| {batch} | {:.0} | {:.1} |",
            process::median(rounds.iter().map(|round| round.0).collect()),
            process::median(rounds.iter().map(|round| round.1).collect()),
        );
    }
}

/// Drains a fresh queue, and says how many rows a second that were and what each cost.
fn round(batch: u32, n_rows: usize) -> (f64, f64) {
    let folder = tempfile::tempdir().unwrap();
    campaign::import(folder.path(), n_rows, &["create", "x", "--message", "Hi https://wa.me/c/911161197855"]);
    let cpu_before = process::cpu("/proc/self").unwrap_or_default();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let seconds = runtime.block_on(drain(&folder.path().join("catalink.db"), batch, n_rows));
    let cpu = process::cpu("/proc/self").unwrap_or_default().saturating_sub(cpu_before);
    (n_rows as f64 / seconds, cpu.as_secs_f64() * 1e6 / n_rows as f64)
}

async fn drain(database: &Path, batch: u32, n_rows: usize) -> f64 {
    let queue = Queue::open(database).await.unwrap();
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
    queue.close().await;
    seconds
}
