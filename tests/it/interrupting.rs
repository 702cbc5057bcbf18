//! What a person stopped stays stopped until a person starts it; what a crash stopped goes on.

use std::time::{Duration, Instant};

use crate::support::{Provider, Scenario, live::Live};

const SERVE: [&str; 3] = ["serve", "--listen", "127.0.0.1:0"];

/// A campaign of which a part was sent before Ctrl-C came, and how many requests that made.
fn interrupted(provider: &Provider) -> Scenario {
    let scenario = Scenario::with(provider, 60, &["--mps", "20"]);
    let running = scenario.start(&["run", "spring"]);
    provider.wait_for(3);
    running.signal("INT");
    running.end().exits(130);
    scenario
}

fn wait_until(what: &str, condition: impl Fn() -> bool) {
    let began = Instant::now();
    while !condition() {
        assert!(began.elapsed() < Duration::from_secs(30), "not in time: {what}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn a_server_does_not_go_on_with_what_ctrl_c_has_stopped() {
    let provider = Provider::accepting();
    let scenario = interrupted(&provider);
    let n_before = provider.n_requests();
    scenario.run(&["status", "spring"]).exits(0).prints(&["interrupted: somebody stopped it"]);
    let trail = scenario.run(&["audit", "spring", "--json"]).exits(0).stdout;
    assert_eq!(trail.matches("\"interrupt\"").count(), 1, "{trail}");
    let log = scenario.path("log");
    let mut server = Live::start(scenario.command(&SERVE), &log);
    server.address().unwrap();
    wait_until("the server says it", || {
        server.said().contains("not sent, because somebody stopped it: `spring`")
    });
    std::thread::sleep(Duration::from_secs(2));
    assert_eq!(provider.n_requests(), n_before);
    server.signal("TERM");
    assert!(server.wait(Duration::from_secs(45)).is_some());
    // The operator's word: all of it is sent.
    let mut server = Live::start(scenario.command(&[&SERVE[..], &["--resume"]].concat()), &log);
    server.address().unwrap();
    wait_until("the rest is sent", || provider.n_requests() == 60);
    server.kill();
}

#[test]
fn a_server_that_was_killed_goes_on_and_says_so() {
    let provider = Provider::accepting();
    let scenario = interrupted(&provider);
    let log = scenario.path("log");
    let mut server = Live::start(scenario.command(&[&SERVE[..], &["--resume"]].concat()), &log);
    server.address().unwrap();
    let n_before = provider.n_requests();
    provider.wait_for(n_before + 3);
    server.kill();
    let mut server = Live::start(scenario.command(&SERVE), &log);
    server.address().unwrap();
    wait_until("the server says it", || {
        server.said().contains("sending continues: `spring` had not finished")
    });
    wait_until("the rest is settled", || scenario.count("queued") + scenario.count("sending") == 0);
    assert!(provider.by_number().values().all(|n| *n == 1));
    server.kill();
}

#[test]
fn a_server_stopped_with_ctrl_c_waits_for_a_person_and_run_is_one() {
    let provider = Provider::accepting();
    let scenario = Scenario::with(&provider, 60, &["--mps", "20"]);
    let running = scenario.start(&["run", "spring"]);
    provider.wait_for(2);
    running.kill();
    let log = scenario.path("log");
    let mut server = Live::start(scenario.command(&SERVE), &log);
    server.address().unwrap();
    let n_before = provider.n_requests();
    provider.wait_for(n_before + 3);
    server.signal("INT");
    assert!(server.wait(Duration::from_secs(45)).is_some());
    scenario.run(&["status", "spring"]).exits(0).prints(&["interrupted"]);
    scenario.run(&["run", "spring"]);
    assert_eq!(scenario.count("queued"), 0);
    assert!(provider.by_number().values().all(|n| *n == 1));
}
