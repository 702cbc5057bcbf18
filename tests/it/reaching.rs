//! Who can be reached: only whoever wrote within the last 24 hours, as far as that is known.

use std::time::{Duration, Instant};

use crate::support::{Provider, Scenario, number};

const SENDER: &str = "+911161197855";

#[expect(clippy::disallowed_methods, reason = "a user's own clock")]
fn now() -> jiff::Timestamp {
    jiff::Timestamp::now()
}

fn now_minus(hours: i64) -> String {
    let at = now() - jiff::SignedDuration::from_hours(hours);
    format!("{at:.0}")
}

/// The provider's report says that these people wrote so many hours ago.
fn they_wrote(scenario: &Scenario, people: &[(usize, i64)]) {
    let mut report = String::from("FROM,TO,MESSAGE_DIRECTION,FORMAT,CREATED_AT\n");
    for (n, hours) in people {
        report.push_str(&format!("{},{SENDER},true,text,{}\n", number(*n), now_minus(*hours)));
    }
    scenario.write("incoming.csv", report);
    scenario.run(&["windows", "import", "incoming.csv"]).exits(0);
}

#[test]
fn a_list_of_whom_most_cannot_be_reached_is_not_sent_until_somebody_chooses() {
    let provider = Provider::accepting();
    let scenario = Scenario::with(&provider, 10, &[]);
    they_wrote(&scenario, &[(0, 1), (1, 23), (2, 25)]);
    let refused = scenario.run(&["run", "spring"]).exits(2);
    assert!(
        refused.stderr.contains("Of 10 people 2 can be reached now; 8 have not written in the last 24 hours"),
        "{}",
        refused.stderr
    );
    assert_eq!(provider.n_requests(), 0);
    scenario.run(&["run", "spring", "--reach", "open"]).exits(0);
    assert_eq!(provider.n_requests(), 2);
    assert_eq!((scenario.count("accepted"), scenario.count("skipped")), (2, 8));
    let skipped = scenario.export().into_iter().filter(|row| row["status"] == "skipped");
    assert!(skipped.into_iter().all(|row| row["code"] == "WINDOW_CLOSED" && !row["error"].is_empty()));
    // They stay skipped until they are named, and `retry` does not offer it.
    let retried = scenario.run(&["retry", "spring"]).exits(0);
    assert!(retried.stderr.contains("0 recipients requeued"), "{}", retried.stderr);
    they_wrote(&scenario, &[(5, 0)]);
    scenario.run(&["retry", "spring", "--code", "WINDOW_CLOSED"]).exits(0);
    scenario.run(&["run", "spring"]).exits(0);
    assert_eq!((scenario.count("accepted"), scenario.count("skipped")), (3, 7));
    assert!(provider.by_number().values().all(|n| *n == 1));
}

#[test]
fn whoever_is_waited_for_gets_the_message_within_a_second_of_writing() {
    let provider = Provider::accepting();
    let scenario = Scenario::with(&provider, 5, &["--reach", "wait"]);
    they_wrote(&scenario, &[(3, 2)]);
    let running = scenario.start(&["run", "spring"]);
    provider.wait_for(1);
    std::thread::sleep(Duration::from_millis(700));
    assert_eq!(provider.n_requests(), 1);
    let status = scenario.status("spring");
    assert_eq!((&status["waits_for"], &status["eta_seconds"]), (&"people".into(), &serde_json::Value::Null));
    they_wrote(&scenario, &[(1, 0)]);
    let began = Instant::now();
    provider.wait_for(2);
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
    running.signal("INT");
    running.end().exits(130);
    assert_eq!((scenario.count("queued"), scenario.count("skipped")), (3, 0));
}

#[test]
fn what_is_not_sent_by_the_deadline_is_skipped_and_the_campaign_ends() {
    let provider = Provider::accepting();
    let soon = now() + Duration::from_secs(3);
    let scenario = Scenario::with(&provider, 5, &["--reach", "wait", "--not-after", &soon.to_string()]);
    they_wrote(&scenario, &[(0, 1)]);
    scenario.run(&["run", "spring"]).exits(0);
    assert_eq!((scenario.count("accepted"), scenario.count("skipped")), (1, 4));
    assert_eq!(scenario.status("spring")["state"], "finished");
}

#[test]
fn nobody_is_skipped_by_mistake_where_nothing_is_known() {
    let provider = Provider::accepting();
    let scenario = Scenario::with(&provider, 5, &["--reach", "open"]);
    let refused = scenario.run(&["run", "spring"]).exits(3);
    assert!(refused.stderr.contains("nobody in `spring` can be reached now"), "{}", refused.stderr);
    assert_eq!((scenario.count("queued"), provider.n_requests()), (5, 0));
    // Without a choice it goes to everybody, and says what is not known.
    let ended = scenario.run(&["run", "spring", "--reach", "any"]).exits(0);
    assert!(ended.stderr.contains("nothing is known of who wrote to +911161197855"), "{}", ended.stderr);
    assert_eq!(scenario.count("accepted"), 5);
}

#[test]
fn what_is_known_of_a_person_is_explained() {
    let scenario = Scenario::new();
    they_wrote(&scenario, &[(0, 1), (1, 30)]);
    scenario.run(&["windows"]).exits(0).prints(&["+911161197855: 1 person can be reached"]);
    scenario.run(&["windows", "show", &number(0)]).exits(0).prints(&["open for 22h", "known from: report"]);
    scenario.run(&["windows", "show", &number(1)]).exits(0).prints(&["closed since"]);
    scenario.run(&["windows", "show", &number(2)]).exits(0).prints(&["not known to have written"]);
    let facts: serde_json::Value =
        serde_json::from_str(&scenario.run(&["windows", "--json"]).exits(0).stdout).unwrap();
    assert_eq!(facts[0]["open"], 1);
    let refused = scenario.run(&["windows", "import", "nowhere.csv"]).exits(1);
    assert!(refused.stderr.contains("cannot read `nowhere.csv`"), "{}", refused.stderr);
}

#[test]
fn whoever_has_no_hours_now_waits_and_the_others_are_messaged() {
    let provider = Provider::accepting();
    let scenario = Scenario::new().provider(&provider);
    // The hour that begins now in India is not the one in Germany.
    let hour = now().to_zoned(jiff::tz::TimeZone::get("Asia/Kolkata").unwrap());
    let hours = format!(
        "{}-{}",
        hour.strftime("%H:%M"),
        (&hour + jiff::SignedDuration::from_hours(2)).strftime("%H:%M")
    );
    scenario.write("list.csv", "to,name\n+4917112345678,Uwe\n+919820010507,Asha\n");
    scenario.run(&["create", "spring", "--message", "Hi {{name}}", "--hours", &hours]).exits(0);
    scenario.run(&["import", "spring", "list.csv"]).exits(0);
    let running = scenario.start(&["run", "spring"]);
    provider.wait_for(1);
    std::thread::sleep(Duration::from_millis(500));
    assert_eq!(provider.by_number().keys().collect::<Vec<_>>(), ["+919820010507"]);
    scenario.run(&["status", "spring"]).exits(0).prints(&["1 waits for the hours where they are"]);
    let status = scenario.status("spring");
    assert_eq!((&status["held"]["hours"], &status["waits_for"]), (&1.into(), &"hours".into()));
    running.signal("INT");
    running.end().exits(130);
}

#[test]
fn a_campaign_that_cannot_be_done_in_time_is_refused_with_the_rate_that_it_would_take() {
    let provider = Provider::accepting();
    let soon = now() + Duration::from_secs(100);
    let scenario = Scenario::with(&provider, 50, &["--finish-by", &soon.to_string()]);
    let refused = scenario.run(&["run", "spring", "--mps", "0.1"]).exits(2);
    assert!(
        refused.stderr.contains("has to send 0.5 messages a second, and 0.1 were asked for"),
        "{}",
        refused.stderr
    );
    scenario.run(&["run", "spring", "--mps", "50"]).exits(0);
    assert_eq!(provider.n_requests(), 50);
}
