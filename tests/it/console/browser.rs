//! The pages in a real browser.

use std::time::Duration;

use super::house::House;

/// Where Debian puts the browser.
const CHROMIUM: &str = "/usr/bin/chromium";

#[tokio::test]
async fn the_pages_hold_in_a_real_browser() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ui");
    let is_required = std::env::var_os("CI").is_some();
    let is_there = folder.join("node_modules").exists() && std::path::Path::new(CHROMIUM).exists();
    if !is_required && !is_there {
        eprintln!("no browser here: the pages were not looked at");
        return;
    }
    let house = House::with(|options| options.undo_for = Duration::from_secs(3)).await;
    let mut node = std::process::Command::new("node");
    node.args(["--test", "--test-concurrency=1", "."])
        .current_dir(&folder)
        .env("CONSOLE", house.url(""))
        .env("SHOTS", folder.join("../../target/ui"));
    let ran = tokio::task::spawn_blocking(move || node.output()).await.unwrap().unwrap();
    let told = String::from_utf8_lossy(&ran.stdout);
    assert!(ran.status.success(), "{told}{}", String::from_utf8_lossy(&ran.stderr));
    assert!(told.contains("# pass 5"), "{told}");
    house.close().await;
}
