//! Campaigns are listed, shown, changed, copied and deleted.

use serde_json::Value;

use crate::support::{Provider, Scenario};

fn json(scenario: &Scenario, args: &[&str]) -> Value {
    let all: Vec<&str> = args.iter().chain(&["--json"]).copied().collect();
    serde_json::from_str(&scenario.run(&all).exits(0).stdout).unwrap()
}

#[test]
fn a_message_is_checked_against_the_lists_before_it_is_changed() {
    let provider = Provider::accepting();
    let scenario = Scenario::with(&provider, 2, &[]);
    let refused = scenario.run(&["edit", "spring", "--message", "Hi {{colour}}"]).exits(1);
    assert!(refused.stderr.contains("`colour`"), "{}", refused.stderr);
    assert!(refused.stderr.contains("the columns are `name`, `ref`, `to`"), "{}", refused.stderr);
    scenario.write("gap.csv", "to,name,city\n+919820000001,Zoë,\n");
    scenario.run(&["import", "spring", "gap.csv"]).exits(0);
    let refused = scenario.run(&["edit", "spring", "--message", "Hi {{city}}"]).exits(1);
    assert!(refused.stderr.contains("3 of the rows that wait"), "{}", refused.stderr);
    assert!(json(&scenario, &["show", "spring"])["message"].as_str().unwrap().starts_with("Hi {{name}}"));
    let edited = json(&scenario, &["edit", "spring", "--message", "Hello {{name}}", "--mps", "7"]);
    assert_eq!(edited["changed"], serde_json::json!(["message", "mps"]));
    scenario.run(&["run", "spring"]).exits(0);
    assert_eq!(scenario.count("accepted"), 3);
    let refused = scenario.run(&["edit", "spring", "--message", "Again"]).exits(1);
    assert!(refused.stderr.contains("of its rows were sent"), "{}", refused.stderr);
    scenario.run(&["edit", "spring", "--mps", "9", "--window", "09:00-20:00"]).exits(0);
    let shown = json(&scenario, &["show", "spring"]);
    assert_eq!((shown["mps"].as_f64(), &shown["time_zone"]), (Some(9.0), &"Asia/Kolkata".into()));
    assert_eq!(shown["lists"][1]["file"], "gap.csv");
}

#[test]
fn a_schedule_is_moved_and_taken_back() {
    let provider = Provider::accepting();
    let scenario = Scenario::with(&provider, 1, &["--start-at", "2999-01-01T00:00:00Z"]);
    scenario.run(&["edit", "spring", "--start-at", "2999-02-01T00:00:00Z"]).exits(0);
    assert_eq!(json(&scenario, &["show", "spring"])["start_at"], "2999-02-01T00:00:00.000Z");
    scenario.run(&["edit", "spring", "--no-start-at"]).exits(0);
    assert_eq!(json(&scenario, &["show", "spring"])["start_at"], Value::Null);
    scenario.run(&["run", "spring"]).exits(0);
}

#[test]
fn campaigns_are_listed_by_state_name_and_age() {
    let scenario = Scenario::new();
    scenario.run(&["list"]).exits(1);
    for name in ["spring", "summer"] {
        scenario.run(&["create", name, "--message", "Hi"]).exits(0);
    }
    scenario.run(&["cancel", "summer"]).exits(0);
    let names = |args: &[&str]| {
        let all: Vec<&str> = ["list"].iter().chain(args).copied().collect();
        let found = json(&scenario, &all);
        found
            .as_array()
            .unwrap()
            .iter()
            .map(|it| it["campaign"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(names(&[]), ["spring", "summer"]);
    assert_eq!(names(&["--state", "draft,running"]), ["spring"]);
    assert_eq!(names(&["--name", "SUM"]), ["summer"]);
    assert_eq!(names(&["--since", "2999-01-01T00:00:00Z"]), [""; 0]);
    scenario.run(&["list", "--state", "gone"]).exits(2);
    scenario.run(&["list"]).exits(0).prints(&["spring", "draft", "0 rows"]);
}

#[test]
fn a_campaign_is_renamed_copied_and_deleted() {
    let provider = Provider::accepting();
    let scenario = Scenario::with(&provider, 3, &["--mps", "50"]);
    let creator = json(&scenario, &["show", "spring"])["created_by"].clone();
    assert!(creator.as_str().is_some_and(|who| !who.is_empty()), "{creator}");
    scenario.run(&["rename", "spring", "april"]).exits(0);
    assert_eq!(json(&scenario, &["show", "april"])["created_by"], creator, "it was the same person");
    scenario.run(&["rename", "april", ".."]).exits(2);
    assert_eq!(json(&scenario, &["copy", "april", "may"])["total"], 0);
    assert_eq!(json(&scenario, &["copy", "april", "june", "--with-list"])["total"], 3);
    scenario.run(&["copy", "april", "may"]).exits(1).says(&["exists already"]);
    assert_eq!(json(&scenario, &["show", "june"])["mps"], 50.0);
    scenario.run(&["run", "june"]).exits(0);
    assert_eq!(provider.n_requests(), 3);
    scenario.run(&["delete", "june"]).exits(1).says(&["stays in `june`"]);
    scenario.run(&["delete", "april", "--dry-run"]).exits(0).prints(&["deletes `april` and its 3 rows"]);
    assert_eq!(json(&scenario, &["delete", "april"])["rows"], 3);
    scenario.run(&["show", "april"]).exits(1).says(&["there is no campaign `april`"]);
    scenario.run(&["doctor", "--verify", "june"]);
}
