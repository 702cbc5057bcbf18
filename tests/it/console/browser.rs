//! The pages in a real browser.

use std::time::Duration;

use catalink::{clock::Clock, simulator::Faults};

use super::house::House;

/// Where Debian puts the browser.
const CHROMIUM: &str = "/usr/bin/chromium";

/// Messages that the provider takes before its balance is used up: enough for the first campaign and a part of the second.
const BALANCE: u64 = 130;

/// Runs where a browser and its driver are: `apt-get install chromium`, `npm ci --prefix tests/ui`. With
/// `SHOTS=$PWD/target/ui` a picture of every page is kept there; with `PICTURES=$PWD/.github/screenshots` those of the
/// README are taken anew.
#[tokio::test]
async fn the_pages_hold_in_a_real_browser() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ui");
    let is_required = std::env::var_os("CI").is_some();
    let is_there = folder.join("node_modules").exists() && std::path::Path::new(CHROMIUM).exists();
    if !is_required && !is_there {
        eprintln!("no browser here: the pages were not looked at");
        return;
    }
    let faults = Faults { e110_after: Some(BALANCE), wa400_rate: 0.03, ..Faults::default() };
    let house = House::facing(faults, |options| {
        options.undo_for = Duration::from_secs(3);
        options.queue = options.queue.acting_as("asha (pid 7)", || Clock.now());
    })
    .await;
    let mut node = std::process::Command::new("node");
    node.args(["--test", "--test-concurrency=1", "--test-timeout=480000", "."])
        .current_dir(&folder)
        .env("CONSOLE", house.url(""))
        .env("PROVIDER", format!("http://{}", house.simulator.address()));
    let ran = tokio::task::spawn_blocking(move || node.output()).await.unwrap().unwrap();
    let told = String::from_utf8_lossy(&ran.stdout);
    assert!(ran.status.success(), "{told}{}", String::from_utf8_lossy(&ran.stderr));
    assert!(told.contains("# pass 10"), "{told}");
    house.close().await;
}
