//! A rehearsal tells how a campaign would go, and leaves the campaign, the account and the people alone.

use crate::support::{Answer, Provider, Scenario};

#[test]
fn a_rehearsal_reports_the_whole_run_and_sends_nothing() {
    let provider = Provider::accepting();
    let scenario = Scenario::with(&provider, 30, &[]);
    scenario
        .run(&["rehearse", "spring", "--wa400", "0.2", "--undelivered", "0.2", "--seed", "3"])
        .exits(3)
        .prints(&["Rehearsing `spring` with 30 recipients", "accepted", "failed", "WA400", "undelivered"])
        .prints(&["This was a rehearsal: nothing was sent, and `spring` is as it was."]);
    assert_eq!(provider.n_requests(), 0);
    assert_eq!(scenario.status("spring")["state"], "draft");
    assert_eq!(scenario.count("queued"), 30);
    assert_eq!(scenario.run(&["audit", "spring", "--json"]).exits(0).stdout.matches("\"start\"").count(), 0);
    // Its advice would be about the copy.
    let ended = scenario.run(&["rehearse", "spring", "--wa400", "0.2"]).exits(3);
    assert!(!format!("{}{}", ended.stdout, ended.stderr).contains("next:"), "{}", ended.stderr);
    scenario.run(&["run", "spring"]).exits(0);
    assert_eq!(provider.n_requests(), 30);
}

#[test]
fn a_rehearsal_needs_no_account_and_ignores_the_start_time_and_the_hours() {
    let scenario = Scenario::new().unset("KALEYRA_API_KEY").unset("KALEYRA_SID").unset("KALEYRA_SENDER");
    let create = ["create", "spring", "--message", "Hi {{name}}", "--start-at", "2099-01-01T09:00:00Z"];
    let hours = [
        "--window",
        "00:00-00:01",
        "--time-zone",
        "UTC",
        "--reach",
        "wait",
        "--hours",
        "00:00-00:01",
        "--cap",
        "1/1d",
    ];
    scenario.run(&[&create[..], &hours].concat()).exits(0);
    scenario.list("list.csv", 5);
    scenario.run(&["import", "spring", "list.csv"]).exits(0);
    scenario.run(&["rehearse", "spring"]).exits(0).prints(&["accepted", "nothing was sent"]);
}

#[test]
fn a_low_balance_is_rehearsed_to_its_end() {
    let scenario = Scenario::with(&Provider::accepting(), 20, &[]);
    scenario.run(&["rehearse", "spring", "--balance", "8"]).exits(0).prints(&[
        "paused: the balance is low (E110)",
        "topped up",
        "accepted",
    ]);
}

#[test]
fn a_revoked_key_ends_a_rehearsal_where_it_would_pause_the_campaign() {
    let scenario = Scenario::with(&Provider::accepting(), 20, &[]);
    scenario.run(&["rehearse", "spring", "--unauthorized", "1"]).exits(4).prints(&[
        "The campaign would be paused here",
        "RBC001",
        "nothing was sent",
    ]);
    assert_eq!(scenario.status("spring")["state"], "draft");
}

#[test]
fn the_files_of_a_rehearsal_replace_nothing() {
    let scenario = Scenario::with(&Provider::accepting(), 3, &[]);
    scenario.write("mine.csv", "precious");
    scenario.run(&["rehearse", "spring", "-o", "mine.csv"]).exits(1).says(&["`mine.csv` exists"]);
    assert_eq!(scenario.read("mine.csv"), "precious");
    scenario.run(&["rehearse", "spring", "-o", "how.csv", "--html", "how.html"]).exits(0);
    assert_eq!(scenario.read("how.csv").lines().count(), 4);
    assert!(scenario.read("how.html").contains("<html"));
}

#[test]
fn a_campaign_with_nobody_to_send_to_has_nothing_to_rehearse() {
    let provider = Provider::accepting();
    let scenario = Scenario::with(&provider, 3, &[]);
    scenario.run(&["run", "spring"]).exits(0);
    scenario.run(&["rehearse", "spring"]).exits(3).says(&["nobody in `spring` is left to send to"]);
}

#[test]
fn a_campaign_begun_on_a_simulator_is_not_sent_on_with_a_real_account() {
    let provider = Provider::with(|n, _| if n < 3 { Answer::Accept } else { Answer::e110() });
    let scenario = Scenario::with(&provider, 10, &["--max-in-flight", "1"]);
    scenario.run(&["run", "spring"]).exits(4);
    let n_before = provider.n_requests();
    provider.change(|_, _| Answer::Accept);
    let other = scenario.set("KALEYRA_SID", "ANOTHER");
    other.run(&["resume", "spring"]).exits(1).says(&[
        "`spring` was begun with the account",
        "ANOTHER",
        "hint:",
        "--other-account",
    ]);
    assert_eq!(provider.n_requests(), n_before);
    other.run(&["resume", "spring", "--other-account"]).exits(0);
    assert_eq!(other.count("accepted"), 10);
}

#[test]
fn a_mistyped_sid_of_which_nothing_came_is_put_right_without_a_word() {
    let provider = Provider::with(|_, _| Answer::rbc001());
    let scenario = Scenario::with(&provider, 3, &[]);
    scenario.run(&["run", "spring"]).exits(4);
    provider.change(|_, _| Answer::Accept);
    scenario.set("KALEYRA_SID", "RIGHT").run(&["resume", "spring"]).exits(0);
}

#[test]
fn people_write_in_a_rehearsal_and_only_they_are_messaged() {
    let scenario = Scenario::new();
    scenario.run(&["create", "spring", "--message", "Hi", "--reach", "wait"]).exits(0);
    scenario.list("list.csv", 20);
    scenario.run(&["import", "spring", "list.csv"]).exits(0);
    let rehearse = ["rehearse", "spring", "--writing", "0.5", "--stops", "1", "--output", "results.csv"];
    scenario.run(&rehearse).exits(0).says(&["5 of the list have written before the start, and 5 write"]);
    let results = scenario.read("results.csv");
    let n = |word: &str| results.lines().filter(|line| line.contains(word)).count();
    assert_eq!((n(",accepted,"), n(",skipped,"), n("131047")), (10, 10, 0), "{results}");
    assert_eq!(scenario.status("spring")["counts"]["queued"], 20);
    // They asked a simulated provider to be left alone, not us.
    assert!(!scenario.run(&["suppress", "list"]).stdout.contains("wrote"));
}

#[test]
fn a_campaign_to_people_who_have_not_written_is_accepted_and_does_not_arrive() {
    let scenario = Scenario::with(&Provider::accepting(), 10, &[]);
    scenario.run(&["rehearse", "spring", "--windows"]).exits(0).prints(&["10 not delivered 131047"]);
}
