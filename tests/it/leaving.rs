//! What may leave, and when: the set time, the suppression list, pauses, and the rate, as the provider sees them.

use std::{
    thread,
    time::{Duration, Instant},
};

use crate::support::{
    provider::{Answer, Provider, Request, Tls},
    scenario::{Scenario, number},
};

/// What was written before a command returned is kept by whatever leaves so much later.
const KEPT_AFTER: Duration = Duration::from_millis(100);

/// How late a request may be seen on a machine that runs all tests at once.
const SEEN_LATE: Duration = Duration::from_millis(400);

/// A second at the provider, less what requests of a busy machine travel differently long.
const SECOND_SEEN: Duration = Duration::from_millis(930);

/// The most requests in any span of that length.
fn most_within(requests: &[Request], span: Duration) -> usize {
    let at: Vec<Instant> = requests.iter().map(|request| request.at).collect();
    (0..at.len())
        .map(|i| at[i..].iter().take_while(|later| **later < at[i] + span).count())
        .max()
        .unwrap_or_default()
}

fn in_seconds(seconds: i64) -> (String, Instant) {
    #[expect(clippy::disallowed_methods, reason = "a user looks at the clock")]
    let at = jiff::Timestamp::now() + jiff::SignedDuration::from_secs(seconds);
    (at.to_string(), Instant::now() + Duration::from_secs(u64::try_from(seconds).unwrap()))
}

/// A campaign whose provider speaks TLS.
fn over_tls(tls: &Tls, provider: &Provider, n_recipients: usize, options: &[&str]) -> Scenario {
    let scenario = Scenario::with(provider, n_recipients, options);
    scenario.write("ca.pem", tls.pem());
    scenario.write("catalink.toml", "ca_file = \"ca.pem\"\n");
    scenario.set("KALEYRA_BASE_URL", &provider.https_url())
}

#[test]
fn a_scheduled_campaign_begins_at_its_time_in_the_foreground() {
    let provider = Provider::accepting();
    let (start, starts_at) = in_seconds(2);
    let scenario = Scenario::with(&provider, 3, &["--start-at", &start]);
    let running = scenario.start(&["run", "spring"]);
    while scenario.status("spring")["state"] != "scheduled" && Instant::now() < starts_at {
        thread::sleep(Duration::from_millis(20));
    }
    assert_eq!(scenario.run(&["status", "spring", "--json"]).code, Some(0));
    running.end().exits(0);
    assert_eq!(scenario.count("accepted"), 3);
    // The set time is one of the wall's clock, whose milliseconds are cut off.
    let first_at = provider.requests()[0].at;
    assert!(first_at + Duration::from_millis(2) >= starts_at, "{:?} too early", starts_at - first_at);
    scenario.run(&["audit", "spring"]).exits(0).prints(&["its set time has come"]);
}

#[test]
fn a_scheduled_campaign_that_waits_costs_no_work() {
    let provider = Provider::accepting();
    let (start, _) = in_seconds(3_600);
    let scenario = Scenario::with(&provider, 3, &["--start-at", &start]);
    let running = scenario.start(&["run", "spring"]);
    let written = || std::fs::metadata(scenario.path("catalink.db-wal")).map_or(0, |found| found.len());
    while scenario.status("spring")["state"] != "scheduled" {
        thread::sleep(Duration::from_millis(20));
    }
    thread::sleep(Duration::from_millis(300));
    let before = written();
    thread::sleep(Duration::from_secs(1));
    assert_eq!(written(), before, "it writes while it waits");
    running.signal("INT");
    running.end().exits(130);
    assert_eq!(provider.n_requests(), 0);
}

#[test]
fn whoever_is_suppressed_while_waiting_for_a_place_is_not_messaged() {
    let provider = Provider::accepting();
    let scenario = Scenario::with(&provider, 3, &["--mps", "0.5"]);
    let running = scenario.start(&["run", "spring"]);
    provider.wait_for(1);
    scenario.run(&["suppress", "add", &number(1)]).exits(0);
    running.end().exits(0);
    let messaged = provider.by_number();
    assert!(!messaged.contains_key(&number(1)), "{messaged:?}");
    assert_eq!((scenario.count("accepted"), scenario.count("suppressed")), (2, 1));
}

#[test]
fn whoever_is_suppressed_during_a_silence_is_not_messaged_after_it() {
    let provider = Provider::with(|n, _| match n {
        0..5 => Answer::SayWith(503, "retry-after: 2", String::new()),
        _ => Answer::Accept,
    });
    let scenario = Scenario::with(&provider, 300, &["--mps", "10000"]);
    let list: Vec<String> = (100..200).map(number).collect();
    scenario.write("no.csv", format!("phone\n{}\n", list.join("\n")));
    let running = scenario.start(&["run", "spring"]);
    provider.wait_for(5);
    scenario.run(&["suppress", "import", "no.csv"]).exits(0);
    let returned_at = Instant::now();
    running.end().exits(0);
    let late: Vec<_> =
        provider.requests().into_iter().filter(|it| it.at > returned_at + KEPT_AFTER).collect();
    assert!(late.len() > 100, "the others follow after the silence");
    let suppressed: Vec<String> = (100..200).map(number).collect();
    let wrong = late.iter().filter(|request| suppressed.iter().any(|number| number == request.to())).count();
    assert_eq!(wrong, 0, "people were messaged after they had been suppressed");
}

#[test]
fn what_waits_for_its_connection_does_not_leave_after_a_pause_or_a_cancellation() {
    for command in ["pause", "cancel"] {
        let tls = Tls::new();
        // Some connections come about at once, the others while the command is given and after it.
        let stalls = |n| if n < 3 { Duration::ZERO } else { Duration::from_millis(500 + 40 * n as u64) };
        let provider =
            Provider::with_tls(&tls, |_, _| Answer::AcceptAfter(Duration::from_millis(80)), stalls);
        let scenario = over_tls(&tls, &provider, 400, &["--mps", "200", "--max-in-flight", "60"]);
        let running = scenario.start(&["run", "spring"]);
        provider.wait_for(3);
        thread::sleep(Duration::from_millis(300));
        scenario.run(&[command, "spring"]).exits(0);
        let returned_at = Instant::now();
        let code = running.end().code;
        assert!(matches!(code, Some(0 | 4)), "{command}: {code:?}");
        thread::sleep(Duration::from_secs(1));
        let late =
            provider.requests().into_iter().filter(|it| it.at > returned_at + KEPT_AFTER + SEEN_LATE).count();
        assert_eq!(late, 0, "{late} requests left after {command}");
        assert_eq!(scenario.count("sending"), 0);
        assert_eq!(scenario.count("in_doubt"), 0, "{command}: what never left is not in doubt");
    }
}

#[test]
fn connections_that_take_long_at_the_start_grant_no_burst() {
    let tls = Tls::new();
    let provider = Provider::with_tls(&tls, |_, _| Answer::Accept, |_| Duration::from_millis(400));
    let scenario = over_tls(&tls, &provider, 150, &["--mps", "50"]);
    scenario.run(&["run", "spring"]).exits(0);
    let most = most_within(&provider.requests(), SECOND_SEEN);
    assert!(most <= 50, "{most} in one second");
}

#[test]
fn the_rate_holds_over_a_stop_and_a_kill_and_a_restart() {
    let provider = Provider::accepting();
    let scenario = Scenario::with(&provider, 30, &["--mps", "7"]);
    for (n, signal) in [(4, "INT"), (8, "KILL"), (12, "TERM")] {
        let running = scenario.start(&["run", "spring"]);
        provider.wait_for(n);
        running.signal(signal);
        running.end();
    }
    scenario.run(&["run", "spring"]).code.expect("it ends by itself");
    let most = most_within(&provider.requests(), SECOND_SEEN);
    assert!(most <= 7, "{most} in one second");
}

#[test]
fn a_silence_that_the_provider_asked_for_is_kept_over_a_restart() {
    let provider = Provider::with(|n, _| match n {
        0 => Answer::SayWith(503, "retry-after: 4", String::new()),
        _ => Answer::Accept,
    });
    let scenario = Scenario::with(&provider, 5, &["--mps", "1"]);
    let running = scenario.start(&["run", "spring"]);
    provider.wait_for(1);
    let asked_at = Instant::now();
    // The answer is there when the silence is written down.
    thread::sleep(Duration::from_millis(700));
    running.signal("INT");
    running.end().exits(130);
    scenario.run(&["run", "spring"]).exits(0);
    let after: Vec<_> = provider.requests().into_iter().skip(1).collect();
    assert!(after[0].at >= asked_at + Duration::from_millis(3_900), "{:?}", after[0].at - asked_at);
}

#[test]
fn a_rate_with_a_fraction_is_kept_as_it_is() {
    let provider = Provider::accepting();
    let scenario = Scenario::with(&provider, 7, &["--mps", "2.5"]);
    scenario.run(&["run", "spring"]).exits(0);
    let requests = provider.requests();
    let seconds = (requests[6].at - requests[0].at).as_secs_f64();
    assert!((2.0..3.2).contains(&seconds), "seven messages at 2.5 a second took {seconds:.2} s");
}
