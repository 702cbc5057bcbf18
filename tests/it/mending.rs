//! Rejected rows come again, mended; a line is that of a list.

use serde_json::Value;

use crate::support::{Answer, Provider, Scenario};

const LIST: &str = "to,name\n+919810000001,Asha\n12,Ravi\n9.19877E+11,Mira\n+919810000004,Dev\n";

fn scenario(provider: &Provider) -> Scenario {
    let scenario = Scenario::new().provider(provider);
    scenario.run(&["create", "spring", "--message", "Hi {{name}}"]).exits(0);
    scenario.write("list.csv", LIST);
    scenario.run(&["import", "spring", "list.csv", "--rejects", "mend.csv"]).exits(0);
    scenario
}

fn json(scenario: &Scenario, args: &[&str]) -> Value {
    serde_json::from_str(&scenario.run(args).exits(0).stdout).unwrap()
}

#[test]
fn the_fixed_file_of_rejected_rows_takes_their_places_and_who_was_messaged_stays_so() {
    let provider = Provider::accepting();
    let scenario = scenario(&provider);
    scenario.run(&["run", "spring"]).exits(0);
    let fixed = scenario.read("mend.csv").replace("12,Ravi", "+919810000002,Ravi");
    // The second one is mended with the number of somebody who has the message.
    scenario.write("mend.csv", fixed.replace("9.19877E+11,Mira", "+919810000001,Mira"));
    let tried = json(&scenario, &["import", "spring", "mend.csv", "--dry-run", "--json"]);
    assert_eq!((&tried["mended"], scenario.count("rejected")), (&2.into(), 2), "a dry run keeps nothing");
    scenario
        .run(&["import", "spring", "mend.csv"])
        .exits(0)
        .prints(&["2 rows that were rejected are mended with this list"]);
    assert_eq!(scenario.status("spring")["total"], 4, "four people, four rows");
    assert_eq!((scenario.count("rejected"), scenario.count("duplicate")), (0, 1));
    scenario.run(&["run", "spring"]).exits(0);
    assert!(provider.by_number().values().all(|n| *n == 1), "someone was messaged twice");
    assert_eq!(provider.by_number().len(), 3);
    let rows: Vec<_> = scenario
        .export()
        .into_iter()
        .map(|row| format!("{}:{} {}", row["file"], row["line"], row["status"]))
        .collect();
    assert_eq!(
        rows,
        ["list.csv:2 accepted", "list.csv:5 accepted", "mend.csv:2 accepted", "mend.csv:3 duplicate"]
    );
    let trail = json(&scenario, &["audit", "spring", "--json"]);
    let mended = trail.as_array().unwrap().iter().find(|entry| entry["command"] == "mend").unwrap();
    let said =
        "2 rows of list.csv rejected before, now with mend.csv: line 3 PHONE_TOO_SHORT, 4 PHONE_SCIENTIFIC";
    assert_eq!(mended["detail"], said);
    scenario.run(&["doctor", "--verify", "spring"]).exits(0);
}

#[test]
fn a_wrong_region_leaves_nobody_rejected_once_the_list_was_read_rightly_and_undo_brings_it_back() {
    let scenario = Scenario::new();
    scenario.run(&["create", "spring", "--message", "Hi {{name}}"]).exits(0);
    scenario.write("list.csv", "phone,name\n9810000001,Asha\n9810000002,Rahul\n");
    for _ in 0..2 {
        scenario.run(&["import", "spring", "list.csv"]).exits(3);
    }
    assert_eq!((scenario.count("rejected"), scenario.count("queued")), (2, 0));
    scenario.run(&["import", "spring", "list.csv", "--region", "IN"]).exits(0);
    assert_eq!((scenario.count("rejected"), scenario.count("queued")), (0, 2));
    scenario.run(&["import", "spring", "--undo"]).exits(0);
    assert_eq!((scenario.count("rejected"), scenario.count("queued")), (2, 0));
    scenario.run(&["doctor", "--verify", "spring"]).exits(0);
}

#[test]
fn a_line_is_that_of_a_list_and_has_to_be_named_where_several_have_it() {
    let provider = Provider::with(|_, _| Answer::Cut);
    let scenario = scenario(&provider);
    scenario.write("more.csv", "to,name\n+919810000011,Uma\n+919810000012,Jo\n+919810000013,Ed\n\n+919810000015,Al\n+919810000016,Io\n");
    scenario.run(&["import", "spring", "more.csv"]).exits(0);
    let several =
        ["several lists of `spring` have a line 2: `list.csv:2`, `more.csv:2`", "--line list.csv:2"];
    scenario.run(&["preview", "spring", "--line", "2"]).exits(2).says(&several);
    scenario.run(&["preview", "spring", "--line", "more.csv:2", "--count", "1"]).exits(0).prints(&["Uma"]);
    scenario.run(&["preview", "spring", "--line", "7", "--count", "1"]).exits(0).prints(&["Io"]);
    scenario
        .run(&["preview", "spring", "--line", "other.csv:2"])
        .exits(2)
        .says(&["has no list `other.csv`; its lists are `list.csv`, `more.csv`"]);
    scenario.run(&["preview", "spring", "--line", "x"]).exits(2).says(&["spring.csv:17"]);
    scenario.run(&["run", "spring", "--mps", "1000"]).exits(3);
    assert_eq!(scenario.count("in_doubt"), 7);
    scenario.run(&["resolve", "spring", "--keep", "--line", "2"]).exits(2).says(&several);
    let named = ["resolve", "spring", "--keep", "--line", "more.csv:2", "--line", "7"];
    scenario.run(&named).exits(0).says(&["2 recipients closed"]);
    let row = |row: &std::collections::HashMap<String, String>| format!("{}:{}", row["file"], row["line"]);
    let closed: Vec<_> = scenario.export().iter().filter(|it| it["status"] == "failed").map(row).collect();
    assert_eq!(closed, ["more.csv:2", "more.csv:7"]);
}
