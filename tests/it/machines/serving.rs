//! Two consoles on one server.

use std::time::{Duration, Instant};

use super::House;
use crate::support::live::Live;

#[test]
fn when_the_console_that_sends_dies_the_other_one_goes_on_within_a_term_and_a_half() {
    let Some(house) = House::with(2, 2_000, 50) else { return };
    let begin = |index: usize| {
        let command = house.command(index, &["serve", "--listen", "127.0.0.1:0"]);
        let mut live = Live::start(command, &house.scenario.path(&format!("serve-{index}.log")));
        let address = live.address().expect("it serves");
        (live, address)
    };
    let (mut first, _) = begin(0);
    house.server.ask_in("queue", "select 1");
    house.scenario.run(&["pause", "spring"]).exits(0);
    house.scenario.run(&["resume", "spring", "--detach"]).exits(0);
    house.wait_for_requests(60);
    let (_second, second_address) = begin(1);
    assert_eq!(house.server.ask_in("queue", "select epoch from lease"), "1");
    first.kill();
    let died_at = Instant::now();
    let n_sent = house.provider.n_requests();
    house.wait("nobody goes on", Duration::from_secs(15), |house| house.provider.n_requests() > n_sent + 30);
    assert!(died_at.elapsed() > super::TTL / 2, "it began before the other one's term was over");
    assert_eq!(house.server.ask_in("queue", "select epoch from lease"), "2");
    let page = std::process::Command::new("curl")
        .args(["-s", &format!("http://{second_address}/health")])
        .output()
        .unwrap();
    assert!(String::from_utf8_lossy(&page.stdout).contains("ok"), "{page:?}");
}
