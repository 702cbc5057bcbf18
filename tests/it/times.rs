//! Times are taken and told in the campaign's zone; programs get UTC.

use crate::support::{Provider, Scenario};

fn create<'a>(options: &[&'a str]) -> Vec<&'a str> {
    ["create", "spring", "--message", "Hi {{name}}"].iter().chain(options).copied().collect()
}

#[test]
fn a_time_without_an_offset_is_one_of_the_campaigns_zone_and_is_told_there() {
    let provider = Provider::accepting();
    let berlin =
        ["--start-at", "2099-07-01T09:00", "--not-after", "2099-07-02 18:30", "--time-zone", "Europe/Berlin"];
    let scenario = Scenario::with(&provider, 2, &berlin);
    scenario.run(&["show", "spring"]).exits(0).prints(&[
        "start at               2099-07-01 09:00 Europe/Berlin",
        "not after              2099-07-02 18:30 Europe/Berlin",
    ]);
    scenario.run(&["show", "spring", "--json"]).exits(0).prints(&[
        "\"start_at\": \"2099-07-01T07:00:00.000Z\"",
        "\"not_after\": \"2099-07-02T16:30:00.000Z\"",
    ]);
    let running = scenario.start(&["run", "spring"]);
    // It is scheduled a moment before the process is known that will send it.
    while scenario.status("spring")["waits_for"] != "start" {}
    let told = "waits for its start, until 2099-07-01 09:00 Europe/Berlin";
    scenario.run(&["status", "spring"]).exits(0).prints(&[told]);
    scenario.run(&["list"]).exits(0).prints(&[told]);
    assert_eq!(scenario.status("spring")["waits_until"], "2099-07-01T07:00:00.000Z");
    running.signal("INT");
    running.end().exits(130).says(&["waiting until 2099-07-01 09:00 Europe/Berlin to send"]);
    // A new time is taken in the zone that the campaign has.
    scenario.run(&["edit", "spring", "--start-at", "2099-01-01T09:00"]).exits(0);
    scenario.run(&["show", "spring", "--json"]).exits(0).prints(&["2099-01-01T08:00:00.000Z"]);
}

#[test]
fn without_a_zone_it_is_that_of_the_senders_country_or_has_to_be_said() {
    let scenario = Scenario::new();
    scenario
        .run(&create(&["--start-at", "2099-01-01 09:00"]))
        .exits(0)
        .says(&["times are in Asia/Kolkata, the time zone of the sender's country (India)"]);
    scenario
        .run(&["show", "spring", "--json"])
        .exits(0)
        .prints(&["\"start_at\": \"2099-01-01T03:30:00.000Z\"", "\"time_zone\": \"Asia/Kolkata\""]);
    scenario
        .run(&[
            "create",
            "us",
            "--message",
            "Hi",
            "--finish-by",
            "2099-01-01 09:00",
            "--sender",
            "+12125550123",
        ])
        .exits(2)
        .says(&["--finish-by needs the time zone in which it is meant", "--time-zone"]);
    let twice = ["--start-at", "2026-10-25T02:30", "--time-zone", "Europe/Berlin"];
    scenario
        .run(&["create", "de", "--message", "Hi"].iter().chain(&twice).copied().collect::<Vec<_>>())
        .exits(2)
        .says(&["--start-at", "twice or not at all in Europe/Berlin"]);
    scenario.run(&["create", "de", "--message", "Hi", "--start-at", "2099-01-01"]).exits(2);
}

#[test]
fn a_start_that_has_passed_is_refused_without_a_terminal_unless_it_is_meant() {
    let scenario = Scenario::new();
    let past = ["--start-at", "2020-01-01T09:00", "--time-zone", "Asia/Kolkata"];
    let said = ["The start, 2020-01-01 09:00 Asia/Kolkata, has passed", "--yes"];
    scenario.run(&create(&past)).exits(2).says(&said);
    scenario.run(&["show", "spring"]).exits(1);
    scenario.run(&create(&[])).exits(0);
    scenario.run(&["edit", "spring", past[0], past[1], past[2], past[3]]).exits(2).says(&said);
    scenario.run(&["edit", "spring", past[0], past[1], past[2], past[3], "--yes"]).exits(0);
    // What was said before is not asked about again.
    scenario.run(&["edit", "spring", "--mps", "5"]).exits(0);
    scenario.list("list.csv", 1);
    let send = ["send", "list.csv", "--message", "Hi", "--start-at", "2020-01-01T09:00Z"];
    scenario.run(&send).exits(2).says(&["has passed"]);
}

#[test]
fn what_only_goes_together_and_what_is_missing_is_a_usage_error() {
    let scenario = Scenario::new();
    scenario.run(&["create", "spring"]).exits(2).says(&["there is no message", "--message-file"]);
    scenario.run(&create(&["--canary-wait", "5m"])).exits(2).says(&["go with --canary"]);
}
