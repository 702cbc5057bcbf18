//! Databases that were released: what an earlier version has written is read, kept and continued by this one.
//!
//! `tests/fixtures/databases/VERSION.db` is what `catalink backup` wrote with that version: campaigns that are over, paused, waiting
//! and drafted, receipts, opt-outs, users and tokens. `VERSION.json` is what `status --json` said then. Neither is made anew.

use std::fs;

use serde_json::Value;

use crate::support::{Provider, Scenario, scenario::repository};

/// The versions that were released, the oldest first.
const RELEASED: [&str; 1] = ["0.1.0"];

/// Those of them whose schema has not changed since.
const OF_THIS_SCHEMA: [&str; 0] = [];

/// A database of that version in a folder of its own.
fn of_version(version: &str, provider: &Provider) -> (Scenario, Vec<Value>) {
    let fixture =
        |ending: &str| repository().join("tests/fixtures/databases").join(format!("{version}.{ending}"));
    let scenario = Scenario::new().provider(provider);
    scenario.write("catalink.db", fs::read(fixture("db")).unwrap());
    let said: Value = serde_json::from_slice(&fs::read(fixture("json")).unwrap()).unwrap();
    (scenario, said.as_array().unwrap().clone())
}

fn copies(scenario: &Scenario) -> usize {
    let names = fs::read_dir(scenario.path(".")).unwrap();
    names.filter(|entry| entry.as_ref().unwrap().file_name().to_string_lossy().contains(".before-")).count()
}

#[test]
fn what_every_released_version_knew_is_still_known_and_adds_up() {
    let provider = Provider::accepting();
    for version in RELEASED {
        let (scenario, said) = of_version(version, &provider);
        assert!(said.len() >= 4, "{version}: a fixture of some worth");
        for then in &said {
            let name = then["name"].as_str().unwrap();
            let now = scenario.status(name);
            for key in ["state", "total", "counts", "pause_reason", "mps"] {
                assert_eq!(now[key], then[key], "{version}: {name}: {key}");
            }
            scenario.run(&["doctor", "--verify", name]).exits(0);
            scenario.run(&["export", name, "-o", &format!("{name}.csv")]).exits(0);
            let rows =
                csv::Reader::from_path(scenario.path(&format!("{name}.csv"))).unwrap().into_records().count();
            assert_eq!(rows as u64, then["total"].as_u64().unwrap(), "{version}: {name}");
        }
        let is_of_this_schema = OF_THIS_SCHEMA.contains(&version);
        assert_eq!(
            copies(&scenario),
            usize::from(!is_of_this_schema),
            "{version}: a copy before each change"
        );
    }
}

#[test]
fn a_campaign_that_a_released_version_has_begun_is_continued_and_nobody_is_messaged_twice() {
    for version in RELEASED {
        let provider = Provider::accepting();
        let (scenario, said) = of_version(version, &provider);
        let paused = said.iter().find(|campaign| campaign["state"] == "paused").unwrap();
        let name = paused["name"].as_str().unwrap();
        let n_queued = paused["counts"]["queued"].as_u64().unwrap();
        assert!(n_queued > 0 && paused["counts"]["accepted"].as_u64().unwrap() > 0, "{version}");
        // It is a copy until somebody says that the other place sends no more.
        scenario.run(&["resume", name, "--restored", "--yes"]).exits(0);
        assert_eq!(provider.n_requests() as u64, n_queued, "{version}: those who waited, and nobody else");
        assert_eq!(scenario.status(name)["counts"]["queued"], 0, "{version}");
    }
}

#[test]
fn processes_that_make_one_database_at_once_make_it_once() {
    let provider = Provider::accepting();
    for _ in 0..8 {
        let scenario = Scenario::new().provider(&provider);
        let running: Vec<_> = (0..4)
            .map(|n| scenario.start(&["create", &format!("spring-{n}"), "--message", "Hi {{name}}"]))
            .collect();
        for one in running {
            one.end().exits(0);
        }
        let listed: Value = serde_json::from_str(&scenario.run(&["list", "--json"]).stdout).unwrap();
        assert_eq!(listed.as_array().map(Vec::len), Some(4), "{listed}");
    }
}
