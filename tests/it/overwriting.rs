//! Nothing that the program writes takes the place of a file without the operator's word, and never that of a list or a
//! database.

use crate::support::{Provider, Scenario};

fn sent() -> Scenario {
    let provider = Provider::accepting();
    let scenario = Scenario::with(&provider, 3, &[]);
    scenario.run(&["run", "spring"]).exits(0);
    scenario
}

#[test]
fn an_export_never_replaces_an_imported_list() {
    let scenario = sent();
    let list = scenario.read("list.csv");
    scenario.run(&["export", "spring", "-o", "list.csv"]).exits(1).says(&["`list.csv` exists already"]);
    for args in [
        &["export", "spring", "-o", "list.csv", "--overwrite"][..],
        &["report", "spring", "--html", "list.csv", "--overwrite"],
        &["suppress", "export", "-o", "list.csv", "--overwrite"],
    ] {
        scenario.run(args).exits(1).says(&["`list.csv` is a list that was imported into `spring`"]);
    }
    assert_eq!(scenario.read("list.csv"), list);
}

#[test]
fn an_output_never_replaces_a_database_or_a_file_that_belongs_to_one() {
    let scenario = sent();
    std::fs::copy(scenario.path("catalink.db"), scenario.path("copy.csv")).unwrap();
    for name in ["catalink.db", "catalink.db-sentinel", "copy.csv"] {
        let before = std::fs::read(scenario.path(name)).unwrap();
        let format = ["export", "spring", "--format", "csv", "--overwrite", "-o", name];
        scenario.run(&format).exits(1).says(&[name, "is a database, or belongs to one"]);
        assert_eq!(std::fs::read(scenario.path(name)).unwrap(), before, "{name}");
    }
    scenario.run(&["doctor", "--verify", "spring"]);
    assert_eq!(scenario.count("accepted"), 3);
}

#[test]
fn an_older_output_is_replaced_with_the_operators_word() {
    let scenario = sent();
    scenario.run(&["export", "spring", "-o", "out.csv"]).exits(0);
    scenario.write("out.csv", "old");
    scenario.run(&["export", "spring", "-o", "out.csv"]).exits(1).says(&["exists already", "--overwrite"]);
    scenario.run(&["export", "spring", "-o", "out.csv", "--overwrite"]).exits(0);
    assert_eq!(scenario.read("out.csv").lines().count(), 4);
}

#[test]
fn a_dash_is_standard_output_and_an_unknown_ending_is_refused() {
    let scenario = sent();
    assert_eq!(scenario.run(&["export", "spring", "-o", "-"]).exits(0).stdout.lines().count(), 4);
    assert!(!scenario.path("-").exists());
    scenario.run(&["export", "spring", "-o", "out.pdf"]).exits(2).says(&["`.pdf`", "--format csv"]);
    assert!(!scenario.path("out.pdf").exists());
    scenario.run(&["export", "spring", "-o", "out.pdf", "--format", "jsonl"]).exits(0);
    scenario.run(&["export", "spring", "-o", "OUT.XLSX"]).exits(0);
    assert_eq!(&std::fs::read(scenario.path("OUT.XLSX")).unwrap()[..2], b"PK");
}

#[test]
fn the_name_that_a_run_proposes_for_the_results_is_not_that_of_the_list() {
    let provider = Provider::accepting();
    let scenario = Scenario::new().provider(&provider);
    scenario.list("kunden.csv", 2);
    let ended = scenario.run(&["send", "kunden.csv", "--message", "Hi {{name}}"]).exits(0);
    assert!(ended.stderr.contains("catalink export kunden -o kunden-results.csv"), "{}", ended.stderr);
}

#[test]
fn rejected_rows_replace_no_list_no_database_and_no_other_file() {
    let scenario = Scenario::new();
    scenario.run(&["create", "spring", "--message", "Hi"]).exits(0);
    scenario.write("list.csv", "to\n+919810000001\n12\n");
    scenario.write("good.csv", "to\n+919810000002\n");
    let import = |args: &[&str]| scenario.run(&[&["import", "spring"], args].concat());
    for overwrite in [&[][..], &["--overwrite"]] {
        let rejects = |name| [&["list.csv", "--dry-run", "--rejects", name], overwrite].concat();
        import(&rejects("list.csv")).exits(1).says(&["`list.csv` is the list itself"]);
        import(&rejects("catalink.db")).exits(1).says(&["`catalink.db`"]);
    }
    import(&["list.csv", "--rejects", "bad.csv"]).exits(0).says(&["1 rejected row written to bad.csv"]);
    import(&["list.csv", "--rejects", "bad.csv"]).exits(1).says(&["`bad.csv` exists already"]);
    import(&["good.csv", "--rejects", "list.csv", "--overwrite"])
        .exits(1)
        .says(&["a list that was imported"]);
    import(&["good.csv", "--rejects", "none.csv"]).exits(0).says(&["no row was rejected"]);
    assert!(!scenario.path("none.csv").exists());
    assert_eq!(scenario.read("list.csv").lines().count(), 3);
    assert_eq!(scenario.count("queued"), 2);
}

#[test]
fn a_script_sees_that_nobody_or_not_everybody_can_be_messaged() {
    let scenario = Scenario::new();
    scenario.run(&["create", "spring", "--message", "Hi"]).exits(0);
    scenario.write("bad.csv", "to\n12\n13\n");
    scenario.write("mixed.csv", "to\n12\n+919810000001\n");
    scenario.run(&["import", "spring", "bad.csv", "--dry-run"]).exits(3);
    scenario.run(&["import", "spring", "bad.csv"]).exits(3);
    scenario.run(&["import", "spring", "mixed.csv", "--strict"]).exits(3);
    scenario.run(&["import", "spring", "mixed.csv"]).exits(0);
}
