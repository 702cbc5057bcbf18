//! What stops a campaign, and how it goes on.

use std::time::{Duration, Instant};

use crate::support::{Answer, Provider, Scenario, number};

/// A campaign that stops in the middle for an answer of the provider.
fn paused_by(answer: Answer) -> (Provider, Scenario) {
    let provider = Provider::with(move |n, _| if n < 5 { Answer::Accept } else { answer.clone() });
    let scenario = Scenario::with(&provider, 40, &["--mps", "1000", "--max-in-flight", "4"]);
    (provider, scenario)
}

#[test]
fn low_balance_pauses_and_loses_nobody() {
    let (provider, scenario) = paused_by(Answer::e110());
    scenario.run(&["run", "spring"]).exits(4).says(&[
        "paused: the balance is low (E110), at line",
        "35 recipients wait; top up the account, then: catalink resume spring",
    ]);
    assert!(provider.n_requests() <= 5 + 4, "{} requests, 4 places", provider.n_requests());
    assert_eq!((scenario.count("accepted"), scenario.count("queued")), (5, 35));
    let rows = scenario.export();
    let waiting: Vec<_> = rows.iter().filter(|row| row["status"] == "queued").collect();
    assert!(waiting.len() == 35 && waiting.iter().all(|row| row["attempts"] == "0"));
}

#[test]
fn a_paused_campaign_is_not_run_and_says_why() {
    let (provider, scenario) = paused_by(Answer::e110());
    scenario.run(&["run", "spring"]).exits(4);
    let n = provider.n_requests();
    scenario.run(&["run", "spring"]).exits(4).says(&["the balance is low", "catalink resume spring"]);
    assert_eq!(provider.n_requests(), n);
}

#[test]
fn resume_sends_one_message_first_and_pauses_again_on_the_same_fault() {
    let (provider, scenario) = paused_by(Answer::e110());
    scenario.run(&["run", "spring"]).exits(4);
    let n = provider.n_requests();
    scenario.run(&["resume", "spring"]).exits(4);
    assert_eq!(provider.n_requests(), n + 1, "one message tries it out");
}

#[test]
fn after_a_top_up_the_rest_follows_the_first_message() {
    let (provider, scenario) = paused_by(Answer::e110());
    scenario.run(&["run", "spring"]).exits(4);
    let n = provider.n_requests();
    provider.change(|_, _| Answer::AcceptAfter(Duration::from_millis(120)));
    scenario.run(&["resume", "spring"]).exits(0);
    let requests = provider.requests();
    let gap = requests[n + 1].at - requests[n].at;
    assert!(gap >= Duration::from_millis(120), "the second message left {gap:?} after the first");
    assert_eq!(scenario.count("accepted"), 40);
    assert!(provider.by_number().len() == 40);
}

#[test]
fn every_account_fault_pauses_with_its_own_reason() {
    let say = |status, code: &str, key: &str| {
        Answer::Say(
            status,
            format!(r#"{{"code":"{code}","message":"m","data":[],"error":{{"{key}":"words"}}}}"#),
        )
    };
    let faults = [
        (Answer::rbc001(), "credentials"),
        (say(401, "WA401", "phone_number"), "sender"),
        (say(401, "WA-401", "phone_number"), "sender"),
        (say(401, "WA-401", "account"), "account"),
        (say(400, "WAV2101", "error"), "daily_limit"),
        (Answer::Say(403, "<html>Forbidden</html>".to_owned()), "account"),
        (Answer::SayWith(302, "location: http://127.0.0.1:1/", String::new()), "account"),
    ];
    for (answer, reason) in faults {
        let (_provider, scenario) = paused_by(answer);
        scenario.run(&["run", "spring"]).exits(4);
        assert_eq!(scenario.status("spring")["pause_reason"], reason);
        assert_eq!(scenario.count("accepted") + scenario.count("queued"), 40, "{reason}");
    }
}

/// A campaign that is under way and takes a while.
fn under_way() -> (Provider, Scenario) {
    let provider = Provider::with(|_, _| Answer::AcceptAfter(Duration::from_millis(50)));
    let scenario = Scenario::with(&provider, 2_000, &["--mps", "100", "--max-in-flight", "8"]);
    (provider, scenario)
}

#[test]
fn a_pause_from_another_terminal_takes_hold_within_a_second() {
    let (provider, scenario) = under_way();
    let running = scenario.start(&["run", "spring"]);
    provider.wait_for(20);
    let began_at = Instant::now();
    scenario.run(&["pause", "spring"]).exits(0).says(&["paused `spring`"]);
    running.end().exits(4).says(&["paused: the operator paused it", "catalink resume spring"]);
    assert!(began_at.elapsed() < Duration::from_secs(2), "{:?}", began_at.elapsed());
    assert_eq!(scenario.count("in_doubt") + scenario.count("sending"), 0);
    assert_eq!(scenario.count("accepted"), provider.n_requests() as u64);
}

#[test]
fn a_cancel_from_another_terminal_ends_the_campaign() {
    let (provider, scenario) = under_way();
    let running = scenario.start(&["run", "spring"]);
    provider.wait_for(20);
    scenario.run(&["cancel", "spring"]).exits(0).says(&["never sent"]);
    running.end().exits(0);
    let accepted = scenario.count("accepted");
    assert_eq!(accepted, provider.n_requests() as u64);
    assert_eq!(scenario.count("cancelled"), 2_000 - accepted);
    assert_eq!(scenario.status("spring")["state"], "cancelled");
    scenario.run(&["run", "spring"]).exits(1).says(&["was cancelled"]);
}

#[test]
fn the_rate_of_a_running_campaign_can_be_changed() {
    let (provider, scenario) = under_way();
    scenario.run(&["rate", "spring", "5"]).exits(0);
    let running = scenario.start(&["run", "spring"]);
    provider.wait_for(5);
    scenario.run(&["rate", "spring", "500"]).exits(0);
    let began_at = Instant::now();
    provider.wait_for(150);
    assert!(began_at.elapsed() < Duration::from_secs(5), "{:?}", began_at.elapsed());
    running.signal("INT");
    running.end().exits(130);
}

#[test]
fn a_second_process_is_refused() {
    let (provider, scenario) = under_way();
    let running = scenario.start(&["run", "spring"]);
    provider.wait_for(5);
    let pid = running.pid().to_string();
    scenario.run(&["run", "spring"]).exits(5).says(&["another process", &pid]);
    running.signal("TERM");
    running.end().exits(130);
}

#[test]
fn an_interrupted_campaign_has_nothing_in_doubt_and_goes_on() {
    let (provider, scenario) = under_way();
    let running = scenario.start(&["run", "spring", "--mps", "400"]);
    provider.wait_for(30);
    running.signal("INT");
    running.end().exits(130).says(&["interrupted safely; continue with catalink run spring"]);
    assert_eq!(scenario.count("in_doubt") + scenario.count("sending"), 0);
    assert_eq!(scenario.status("spring")["state"], "running");
    scenario.run(&["run", "spring", "--mps", "10000", "--max-in-flight", "200"]).exits(0);
    assert_eq!(scenario.count("accepted"), 2_000);
    assert!(provider.by_number().values().all(|n| *n == 1), "someone was messaged twice");
}

#[test]
fn a_killed_process_leaves_doubts_that_are_not_sent_again() {
    let provider = Provider::with(|n, _| if n < 10 { Answer::Accept } else { Answer::Silence });
    let scenario = Scenario::with(&provider, 100, &["--mps", "1000", "--max-in-flight", "6"]);
    let running = scenario.start(&["run", "spring"]);
    provider.wait_for(16);
    running.kill();
    provider.change(|_, _| Answer::Accept);
    assert_eq!(scenario.status("spring")["counts"]["sending"], 0, "a look at it recovers it");
    let in_doubt = scenario.count("in_doubt");
    assert!((6..=6 + 16).contains(&in_doubt), "{in_doubt} in doubt");
    scenario.run(&["run", "spring"]).exits(3).prints(&["in doubt"]).says(&["catalink resolve spring --keep"]);
    assert!(provider.by_number().values().all(|n| *n == 1), "someone was messaged twice");
    assert_eq!(scenario.count("accepted") + in_doubt, 100);

    let line = scenario.export().iter().find(|row| row["status"] == "in_doubt").unwrap()["line"].clone();
    let named = format!("line {line}");
    scenario.run(&["status", "spring"]).exits(0).prints(&[&named]).says(&["resolve spring --keep"]);
    scenario.run(&["report", "spring"]).exits(0).prints(&[&named]).says(&["resolve spring --keep"]);
    scenario
        .run(&["export", "spring", "-o", "out.csv"])
        .exits(0)
        .says(&["in doubt", "resolve spring --keep"]);
    scenario.run(&["resolve", "spring"]).exits(2).says(&["--resend|--keep"]);
    scenario.run(&["resolve", "spring", "--resend", "--keep"]).exits(2);
    let nobody = ["resolve", "spring", "--resend", "--line", "2"];
    scenario.run(&nobody).exits(1).says(&["none of those is in doubt", &named]);
    scenario.run(&["resolve", "spring", "--keep", "--line", &line]).exits(0).says(&["1 recipient closed"]);
    let left = format!("{} recipient", in_doubt - 1);
    scenario.run(&["resolve", "spring", "--resend"]).exits(0).says(&[&left, "would get it twice"]);
    scenario.run(&["resolve", "spring", "--resend"]).exits(0).says(&["nobody in `spring` is in doubt"]);
    scenario.run(&["run", "spring"]).exits(3);
    assert_eq!((scenario.count("in_doubt"), scenario.count("failed")), (0, 1));
    let kept = scenario.export().into_iter().find(|row| row["line"] == line).unwrap();
    assert_eq!((kept["status"].as_str(), kept["code"].as_str()), ("failed", "IN_DOUBT"));
}

#[test]
fn a_campaign_waits_for_its_set_time() {
    let provider = Provider::accepting();
    let scenario = Scenario::with(&provider, 2, &["--start-at", "2999-01-01T00:00:00Z"]);
    let running = scenario.start(&["run", "spring"]);
    while scenario.status("spring")["state"] != "scheduled" {}
    running.signal("INT");
    running.end().exits(130).says(&["interrupted safely"]);
    assert_eq!(scenario.status("spring")["state"], "scheduled");
    assert_eq!(provider.n_requests(), 0);
}

#[test]
fn a_retry_leaves_closed_doubts_alone_unless_they_are_named() {
    let provider = Provider::with(|n, _| match n {
        0 => Answer::Cut,
        1 => Answer::wa400(),
        _ => Answer::Accept,
    });
    let scenario = Scenario::with(&provider, 3, &["--max-in-flight", "1"]);
    scenario.run(&["run", "spring"]).exits(3);
    scenario.run(&["resolve", "spring", "--keep"]).exits(0);
    scenario.run(&["retry", "spring"]).exits(0).says(&["1 recipient requeued", "1 recipient left out"]);
    scenario.run(&["run", "spring"]).exits(3);
    let messaged = provider.by_number();
    assert_eq!(messaged[&number(0)], 1, "whoever was in doubt got a second request: {messaged:?}");
    let named = ["retry", "spring", "--code", "IN_DOUBT"];
    scenario.run(&named).exits(0).says(&["1 recipient requeued", "would get it twice"]);
}

#[test]
fn a_terminal_that_is_closed_is_a_clean_stop() {
    let provider = Provider::with(|_, _| Answer::AcceptAfter(Duration::from_millis(200)));
    let scenario = Scenario::with(&provider, 40, &["--mps", "40"]);
    let running = scenario.start(&["run", "spring"]);
    provider.wait_for(5);
    running.signal("HUP");
    running.end().exits(130);
    assert_eq!((scenario.count("in_doubt"), scenario.count("sending")), (0, 0));
}
