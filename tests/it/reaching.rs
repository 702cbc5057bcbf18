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

#[test]
fn a_column_of_the_list_says_who_can_be_reached_and_in_which_zone_they_are() {
    let provider = Provider::accepting();
    let scenario = Scenario::new().provider(&provider);
    scenario.run(&["create", "spring", "--message", "Hi", "--reach", "open", "--mps", "1000"]).exits(0);
    let list = format!(
        "Phone,Last Customer Message,Time Zone\n{},{},Asia/Kolkata\n{},{},Mars\n{},{},\n",
        number(0),
        now_minus(1),
        number(1),
        now_minus(30),
        number(2),
        "yesterday"
    );
    scenario.write("list.csv", list);
    let counted = scenario.run(&["import", "spring", "list.csv", "--dry-run"]).exits(0);
    let said = counted.stderr.split_whitespace().collect::<Vec<_>>().join(" ");
    for sentence in [
        "column `Last Customer Message` says when people wrote: 1 of 2 within the last 24 hours",
        "a time that names no zone is one of Asia/Kolkata",
        "1 cell of column `Last Customer Message` is no time that can be read (the first on line 4: `yesterday`)",
        "1 cell of column `Time Zone` is no time zone such as Asia/Kolkata (the first on line 3: `Mars`)",
    ] {
        assert!(said.contains(sentence), "{said}");
    }
    scenario.run(&["windows", "show", &number(0)]).exits(0).prints(&["not known to have written"]);
    let imported = scenario.run(&["import", "spring", "list.csv", "--json"]).exits(0);
    let columns = &serde_json::from_str::<serde_json::Value>(&imported.stdout).unwrap()["columns"];
    assert_eq!(
        (&columns["wrote_at"], &columns["time_zone"]),
        (&"Last Customer Message".into(), &"Time Zone".into())
    );
    let known = scenario.run(&["windows", "show", &number(0), "--json"]).exits(0);
    assert!(
        known.stdout.contains("\"source\":\"list\"") || known.stdout.contains("\"source\": \"list\""),
        "{}",
        known.stdout
    );
    scenario.run(&["run", "spring"]).exits(0);
    assert_eq!(provider.by_number().into_keys().collect::<Vec<_>>(), [number(0)]);
    assert_eq!(scenario.count("skipped"), 2);
}

#[test]
fn days_that_could_be_months_are_asked_about_and_the_answer_can_be_pasted() {
    let scenario = Scenario::new();
    scenario.run(&["create", "spring", "--message", "Hi"]).exits(0);
    scenario.write("list.csv", format!("Phone,last_seen\n{},03/04/2026 10:00\n", number(0)));
    let asked = scenario.run(&["import", "spring", "list.csv"]).exits(1);
    let said = asked.stderr.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(said.contains("day and month cannot be told apart in column `last_seen`"), "{said}");
    assert!(said.contains("--dates day-first (1 row, such as 03/04/2026 10:00 is 3 April 2026)"), "{said}");
    let json = scenario.run(&["import", "spring", "list.csv", "--json"]).exits(1);
    let error = &serde_json::from_str::<serde_json::Value>(&json.stdout).unwrap()["error"];
    assert_eq!(error["code"], "NEEDS_CHOICE");
    assert_eq!(error["choices"], serde_json::json!(["day-first", "month-first"]));
    scenario.run(&["import", "spring", "list.csv", "--dates", "month-first"]).exits(0);
    scenario.run(&["import", "spring", "list.csv", "--dates", "year-first"]).exits(2);
}

#[test]
fn a_start_at_night_without_hours_is_noted() {
    // A zone in which it is the middle of the night now.
    let hour = now().to_zoned(jiff::tz::TimeZone::UTC).hour();
    let (east, behind) = (i64::from(26 - hour) % 24, i64::from(hour - 2).rem_euclid(24));
    let zone = if east <= 12 { format!("Etc/GMT-{east}") } else { format!("Etc/GMT+{behind}") };
    let list = |zone: &str| {
        let rows: Vec<_> = (0..3).map(|n| format!("{},{zone}\n", number(n))).collect();
        format!("Phone,time_zone\n{}", rows.concat())
    };
    let provider = Provider::accepting();
    let scenario = Scenario::new().provider(&provider);
    scenario.write("list.csv", list(&zone));
    let create = ["create", "night", "--message", "Hi"];
    scenario.run(&create).exits(0);
    scenario.run(&["import", "night", "list.csv"]).exits(0);
    let noted = scenario.run(&["run", "night", "--dry-run"]).exits(0);
    let said = noted.stderr.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(said.contains("it is night (22:00 to 07:00) for 3 of 3 people"), "{zone}: {said}");
    assert!(said.contains("catalink edit night --hours 09:00-20:00"), "{said}");
    scenario.run(&["edit", "night", "--hours", "09:00-20:00"]).exits(0);
    let quiet = scenario.run(&["run", "night", "--dry-run"]).exits(0);
    assert!(!quiet.stderr.contains("it is night"), "{}", quiet.stderr);
}
