//! A file of people who unsubscribed or cannot be reached is recognised, and nobody in it is messaged without a word.

use crate::support::{Provider, Scenario, scenario::repository};

fn created() -> Scenario {
    let scenario = Scenario::new();
    scenario.run(&["create", "spring", "--message", "Hi"]).exits(0);
    scenario
}

#[test]
fn an_export_of_people_who_left_is_offered_to_the_suppression_list_and_not_imported() {
    let scenario = created();
    let given = repository().join("tests/fixtures/importer/lists/unsubscribed_members_export.csv");
    let given = std::fs::read_to_string(given).unwrap();
    // By its columns, whatever it is called.
    for name in ["unsubscribed_members_export.csv", "list.csv"] {
        scenario.write(name, &given);
        scenario
            .run(&["import", "spring", name])
            .exits(1)
            .says(&["unsubscribed or cannot be reached", "hint: catalink suppress import FILE"]);
        scenario.run(&["import", "spring", name, "--json"]).exits(1).prints(&["NEEDS_CHOICE", "suppress"]);
    }
    assert_eq!(scenario.status("spring")["total"], 0);
    scenario.run(&["suppress", "import", "list.csv"]).exits(0);
    scenario.run(&["import", "spring", "list.csv", "--import-unsubscribed", "--ignore-consent"]);
    assert_eq!(scenario.count("queued"), 0, "they are on the suppression list");
}

#[test]
fn the_name_or_the_column_of_the_time_gives_it_away_in_other_languages() {
    let scenario = created();
    for (name, text) in [
        ("cleaned_members.csv", "Phone\n+919810000001\n"),
        ("Abgemeldete Kunden.csv", "Handy\n+4915112345678\n"),
        ("lista-de-baja.csv", "Móvil\n+34612345678\n"),
        ("dnd list.csv", "Mobile\n+919810000001\n"),
        ("a.csv", "Mobile,CLEAN_TIME\n+919810000001,2026-01-02 10:00\n"),
        ("b.csv", "Mobile,Unsubscribed At\n+919810000001,2026-01-02\n+919810000002,2026-02-03\n"),
        ("c.csv", "Handy;Abmeldedatum\n+4915112345678;02.01.2026\n"),
    ] {
        scenario.write(name, text);
        scenario.run(&["import", "spring", name]).exits(1).says(&["nobody in it should be messaged"]);
    }
}

#[test]
fn a_customer_list_with_a_few_who_left_or_a_like_name_is_no_such_file() {
    let scenario = created();
    for (name, text) in [
        ("standard.csv", "Mobile\n+919810000001\n"),
        ("customers.csv", "Mobile,Last Order Date\n+919810000003,2026-01-02\n"),
        ("signup.csv", "Mobile,Signup Date\n+919810000004,2026-01-02\n"),
    ] {
        scenario.write(name, text);
        scenario.run(&["import", "spring", name]).exits(0);
    }
}

#[test]
fn they_are_messaged_after_an_explicit_word() {
    let provider = Provider::accepting();
    let scenario = created().provider(&provider);
    scenario.write("unsubscribed.csv", "Mobile\n+919810000001\n");
    scenario.run(&["import", "spring", "unsubscribed.csv", "--import-unsubscribed"]).exits(0);
    assert_eq!(scenario.count("queued"), 1);
}
