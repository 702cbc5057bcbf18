//! Lists that were imported by mistake are taken out again, or replaced, before anybody was messaged.

use serde_json::Value;

use crate::support::{Provider, Scenario};

fn json(scenario: &Scenario, args: &[&str], code: i32) -> Value {
    let all: Vec<&str> = args.iter().chain(&["--json"]).copied().collect();
    serde_json::from_str(&scenario.run(&all).exits(code).stdout).unwrap()
}

fn with_lists() -> Scenario {
    let scenario = Scenario::new();
    scenario.run(&["create", "spring", "--message", "Hi {{name}}"]).exits(0);
    scenario.list("wrong.csv", 4);
    scenario.write("a.csv", "to,name\n+919810000001,Asha\n98100,Rahul\n+919810000003,Zoë\n");
    scenario.write("b.csv", "to,name\n+919810000003,Zoë\n+919810000004,Ali\n");
    scenario
}

#[test]
fn a_list_takes_the_place_of_the_earlier_ones() {
    let scenario = with_lists();
    scenario.run(&["import", "spring", "wrong.csv"]).exits(0);
    scenario.run(&["import", "spring", "b.csv"]).exits(0);
    let report = json(&scenario, &["import", "spring", "a.csv", "--replace"], 0);
    assert_eq!((&report["queued"], &report["rejected"]), (&2.into(), &1.into()));
    assert_eq!(
        report["replaced"],
        serde_json::json!([
            { "file": "wrong.csv", "rows": 4 }, { "file": "b.csv", "rows": 2 },
        ])
    );
    assert_eq!(scenario.status("spring")["total"], 3);
    scenario.run(&["doctor", "--verify", "spring"]);
    let trail = scenario.run(&["audit"]).exits(0).stdout;
    assert!(trail.contains("remove list") && trail.contains("wrong.csv: 4 rows"), "{trail}");
}

#[test]
fn several_lists_replace_the_earlier_ones_together_and_a_refused_one_changes_nothing() {
    let scenario = with_lists();
    scenario.run(&["import", "spring", "wrong.csv"]).exits(0);
    scenario.write("bad.csv", "colour\nred\n");
    let refused = json(&scenario, &["import", "spring", "a.csv", "bad.csv", "--replace"], 1);
    assert_eq!(refused["error"]["file"], "bad.csv");
    assert_eq!(refused["imported"], serde_json::json!([]));
    assert_eq!((scenario.count("queued"), scenario.status("spring")["total"].as_u64()), (4, Some(4)));
    let report = json(&scenario, &["import", "spring", "a.csv", "b.csv", "--replace"], 0);
    assert_eq!((&report["rows"], &report["queued"], &report["duplicate"]), (&5.into(), &3.into(), &1.into()));
    assert_eq!(scenario.status("spring")["total"], 5);
}

#[test]
fn a_dry_run_over_several_files_says_what_the_import_says() {
    for replace in [&["--replace"][..], &[]] {
        let scenario = with_lists();
        scenario.run(&["import", "spring", "b.csv"]).exits(0);
        let files = ["import", "spring", "a.csv", "b.csv", "a.csv"];
        let args: Vec<&str> = files.iter().chain(replace).copied().collect();
        let dry_args: Vec<&str> = args.iter().chain(&["--dry-run"]).copied().collect();
        let dry = json(&scenario, &dry_args, 0);
        assert_eq!(scenario.status("spring")["total"], 2);
        let real = json(&scenario, &args, 0);
        assert_eq!(dry, real);
        assert_eq!(real["files"][1]["file"], "b.csv");
        assert_eq!(real["duplicates_total"], if replace.is_empty() { 5 } else { 3 });
    }
}

#[test]
fn the_last_list_is_taken_out_and_a_list_that_was_sent_stays() {
    let provider = Provider::accepting();
    let scenario = with_lists().provider(&provider);
    let nothing = scenario.run(&["import", "spring", "--undo"]).exits(1);
    assert!(nothing.stderr.contains("no list to take out"), "{}", nothing.stderr);
    scenario.run(&["import", "spring", "a.csv"]).exits(0);
    scenario.run(&["import", "spring", "wrong.csv"]).exits(0);
    scenario
        .run(&["import", "spring", "--undo", "--dry-run"])
        .exits(0)
        .prints(&["takes `wrong.csv` (4 rows) out of `spring`", "dry run"]);
    let undone = json(&scenario, &["import", "spring", "--undo"], 0);
    assert_eq!(undone["removed"], serde_json::json!([{ "file": "wrong.csv", "rows": 4 }]));
    assert_eq!(undone["total"], 3);
    scenario.run(&["run", "spring"]).exits(0);
    for args in [&["import", "spring", "--undo"][..], &["import", "spring", "b.csv", "--replace"]] {
        let refused = scenario.run(args).exits(1);
        assert!(refused.stderr.contains("`a.csv` stays in `spring`: 2 of its rows"), "{}", refused.stderr);
        assert!(refused.stderr.contains("hint: "), "{}", refused.stderr);
    }
    assert_eq!(scenario.status("spring")["total"], 3);
}
