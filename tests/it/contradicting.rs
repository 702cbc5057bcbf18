//! Answers that contradict themselves, that come from something in between, or that come packed: whatever they say, a
//! message that may have been taken is never sent a second time.

use std::io::Write;

use flate2::{Compression, write::GzEncoder};

use crate::support::{Answer, Provider, Scenario};

/// What a code of failure in an acceptance says.
fn body(code: &str) -> String {
    format!(r#"{{"code":"{code}","message":"No.","data":{{}},"error":{{"error":"No."}}}}"#)
}

/// Nobody was sent to twice, whatever is done but `resolve --resend`.
fn nobody_twice(provider: &Provider) {
    for (number, n_requests) in provider.by_number() {
        assert_eq!(n_requests, 1, "{number}");
    }
}

#[test]
fn an_acceptance_with_wa500_in_it_is_in_doubt_and_never_sent_again() {
    let provider = Provider::with(|_, _| Answer::Say(202, body("WA500")));
    let scenario = Scenario::with(&provider, 3, &["--on-unknown", "resend", "--retry-initial", "1s"]);
    scenario.run(&["run", "spring"]).exits(3);
    assert_eq!(scenario.count("in_doubt"), 3);
    assert!(scenario.export().iter().all(|row| row["code"] == "WA500"));
    provider.change(|_, _| Answer::Accept);
    scenario.run(&["retry", "spring", "--code", "WA500"]);
    scenario.run(&["run", "spring"]);
    assert_eq!(provider.n_requests(), 3);
    nobody_twice(&provider);
}

#[test]
fn an_acceptance_that_names_a_fault_of_the_account_is_in_doubt_and_pauses() {
    for (code, cause) in [
        ("E110", "low_balance"),
        ("RBC001", "credentials"),
        ("WA401", "sender"),
        ("WA-401", "account"),
        ("WAV2101", "daily_limit"),
    ] {
        let provider = Provider::with(move |_, _| Answer::Say(202, body(code)));
        let scenario = Scenario::with(&provider, 3, &["--mps", "1"]);
        scenario.run(&["run", "spring"]).exits(4);
        let status = scenario.status("spring");
        assert_eq!(status["pause_reason"], cause, "{status}");
        assert_eq!(scenario.count("in_doubt"), 1, "{code}");
        provider.change(|_, _| Answer::Accept);
        scenario.run(&["resume", "spring"]).exits(3);
        assert_eq!((scenario.count("in_doubt"), scenario.count("accepted")), (1, 2), "{code}");
        nobody_twice(&provider);
    }
}

#[test]
fn what_something_in_between_gave_up_is_in_doubt() {
    const STATUSES: [u16; 4] = [408, 421, 425, 499];
    let provider = Provider::with(|n, _| Answer::Say(STATUSES[n % 4], "<html>Time-out</html>".to_owned()));
    let scenario = Scenario::with(&provider, 4, &[]);
    scenario.run(&["run", "spring"]).exits(3);
    assert_eq!((scenario.count("in_doubt"), scenario.count("failed")), (4, 0));
    scenario.run(&["run", "spring"]);
    nobody_twice(&provider);
}

#[test]
fn a_head_that_is_not_quite_one_is_no_doubt_and_never_sent_again() {
    const HEADERS: [&str; 3] = ["x-proxy: a\r\n  folded", "x-proxy : a", "x proxy: a"];
    let provider = Provider::with(|n, _| {
        let (header, body) = (HEADERS[n % 3], r#"{"code":"WA202","data":{"id":"A1"}}"#);
        let length = body.len();
        Answer::Raw(
            format!("HTTP/1.1 202 X\r\n{header}\r\ncontent-length: {length}\r\n\r\n{body}").into_bytes(),
        )
    });
    let scenario = Scenario::with(&provider, 3, &["--on-unknown", "resend", "--retry-initial", "10ms"]);
    scenario.run(&["run", "spring"]).exits(0);
    assert_eq!((scenario.count("accepted"), provider.n_requests()), (3, 3));
}

#[test]
fn a_low_balance_that_comes_packed_pauses() {
    let mut packed = GzEncoder::new(Vec::new(), Compression::default());
    packed.write_all(body("E110").as_bytes()).unwrap();
    let packed = packed.finish().unwrap();
    let mut answer = format!(
        "HTTP/1.1 400 X\r\ncontent-type: application/json\r\ncontent-encoding: gzip\r\ncontent-length: {}\r\n\r\n",
        packed.len()
    )
    .into_bytes();
    answer.extend(packed);
    let provider = Provider::with(move |_, _| Answer::Raw(answer.clone()));
    let scenario = Scenario::with(&provider, 3, &["--mps", "1"]);
    scenario.run(&["run", "spring"]).exits(4);
    assert_eq!(scenario.status("spring")["pause_reason"], "low_balance");
    assert_eq!((scenario.count("queued"), scenario.count("failed")), (3, 0));
    let asked = &provider.requests()[0].headers;
    assert_eq!(asked.get("accept-encoding").map(String::as_str), Some("identity"));
}
