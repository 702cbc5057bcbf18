//! What a campaign costs, by the operator's own price list.

use serde_json::Value;

use crate::support::{Provider, Scenario};

fn scenario(provider: &Provider) -> Scenario {
    let scenario = Scenario::new().provider(provider);
    scenario.write("list.csv", "to\n+919810000001\n+919810000002\n+491711234567\n+14155552671\n");
    scenario.run(&["create", "spring", "--message", "Hi"]).exits(0);
    scenario.run(&["import", "spring", "list.csv"]).exits(0);
    scenario.write("rates.csv", "market,category,price,currency\n+91,service,0.0014,USD\nDE,,0.05,EUR\n");
    scenario
}

#[test]
fn the_cost_is_said_before_the_start_and_in_the_report_and_nothing_is_said_without_rates() {
    let provider = Provider::accepting();
    let scenario = scenario(&provider);
    let without = scenario.run(&["run", "spring", "--dry-run"]).exits(0);
    assert!(!without.stdout.contains("costs"), "{}", without.stdout);
    let sums = "0.05 EUR for 1 message and 0.0028 USD for 2 messages; no rate for 1";
    let sentence = format!("By your rates it costs {sums}, if all are delivered.");
    scenario.run(&["run", "spring", "--dry-run", "--rates", "rates.csv"]).exits(0).prints(&[&sentence]);
    // From the settings too.
    scenario.write("catalink.toml", "[cost]\nrates = \"rates.csv\"\n");
    scenario.run(&["run", "spring", "--dry-run"]).exits(0).prints(&[&sentence]);
    scenario.run(&["show", "spring"]).exits(0).prints(&[&format!("cost                   {sums}")]);
    let shown: Value =
        serde_json::from_str(&scenario.run(&["show", "spring", "--json"]).exits(0).stdout).unwrap();
    assert_eq!(shown["cost"]["without_rate"], 1);
    assert_eq!(shown["cost"]["sums"][1]["amount"], "0.0028");
    scenario.run(&["run", "spring"]).exits(0);
    scenario
        .run(&["report", "spring"])
        .exits(0)
        .prints(&[&format!("estimated cost: nothing delivered; {sums} if all that were accepted arrive")]);
    let told: Value =
        serde_json::from_str(&scenario.run(&["report", "spring", "--json"]).exits(0).stdout).unwrap();
    assert_eq!(
        (&told["cost"]["delivered"]["sums"], &told["cost"]["accepted"]["without_rate"]),
        (&serde_json::json!([]), &1.into())
    );
}

#[test]
fn rates_that_cannot_be_used_stop_a_start_before_anything_is_sent() {
    let provider = Provider::accepting();
    let scenario = scenario(&provider);
    scenario.write("wrong.csv", "market,price,currency\nIN,\"0,01\",EUR\n");
    scenario
        .run(&["run", "spring", "--rates", "wrong.csv"])
        .exits(2)
        .says(&["`wrong.csv`, line 2, column `price`: `0,01` is no price such as 0.0123"]);
    scenario
        .run(&["run", "spring", "--rates", "nowhere.csv"])
        .exits(2)
        .says(&["cannot read the rates `nowhere.csv`"]);
    scenario
        .run(&["report", "spring", "--rates", "wrong.csv", "--json"])
        .exits(2)
        .prints(&["\"code\":\"RATES\""]);
    assert_eq!(provider.n_requests(), 0);
}
