//! What the world does to a campaign: the provider, the network, the clock and the process.

use std::{
    thread,
    time::{Duration, Instant},
};

use crate::support::{Answer, Provider, Scenario};

/// Gives these answers in turn, and then accepts.
fn answering(answers: Vec<Answer>) -> Provider {
    Provider::with(move |n, _| answers.get(n).cloned().unwrap_or(Answer::Accept))
}

/// Everybody is accepted, and had one request.
#[track_caller]
fn everyone_once(scenario: &Scenario, provider: &Provider, n: usize) {
    assert_eq!(scenario.count("accepted"), n as u64);
    assert_eq!(provider.by_number().len(), n);
    assert_eq!(provider.n_requests(), n, "somebody was messaged twice");
    scenario.run(&["doctor", "--verify", "spring"]).exits(0);
}

#[test]
fn a_pause_that_is_lifted_at_a_high_rate_goes_on() {
    let provider = answering(vec![Answer::e110()]);
    let scenario = Scenario::with(&provider, 40, &["--mps", "5000"]);
    scenario.run(&["run", "spring"]).exits(4);
    scenario.run(&["resume", "spring"]).exits(0);
    assert_eq!(scenario.count("accepted"), 40);
}

#[test]
fn a_balance_that_flaps_costs_nobody_an_attempt_and_nobody_a_message() {
    let provider = Provider::with(|n, _| if n % 7 == 3 { Answer::e110() } else { Answer::Accept });
    let scenario = Scenario::with(&provider, 40, &["--mps", "1000", "--max-in-flight", "4"]);
    let n_resumes = (0..40).take_while(|_| scenario.run(&["resume", "spring"]).code != Some(0)).count();
    assert!((2..40).contains(&n_resumes), "{n_resumes} resumes");
    assert!(scenario.export().iter().all(|row| row["status"] == "accepted" && row["attempts"] == "1"));
}

#[test]
fn a_provider_that_is_down_costs_no_doubt_and_pauses_as_an_outage() {
    let provider = Provider::accepting();
    let scenario = Scenario::with(&provider, 60, &["--mps", "500", "--max-in-flight", "8"]);
    drop(provider);
    let scenario = scenario.set("CATALINK_SPANS", "breaker=20,outage=300");
    scenario.run(&["run", "spring"]).exits(4).says(&["the provider has been down for long"]);
    assert_eq!((scenario.count("queued"), scenario.count("in_doubt")), (60, 0));
    assert_eq!(scenario.status("spring")["pause_reason"], "outage");
}

#[test]
fn a_brown_out_leaves_no_more_doubts_than_places_and_ten() {
    let provider = Provider::with(|_, _| Answer::Silence);
    let scenario = Scenario::with(&provider, 200, &["--mps", "1000", "--max-in-flight", "16"])
        .set("CATALINK_SPANS", "breaker=60000,outage=700,request=200");
    scenario.run(&["run", "spring"]).exits(4);
    let n_doubts = scenario.count("in_doubt");
    assert!((10..=16 + 10).contains(&n_doubts), "{n_doubts} doubts");
    assert_eq!(provider.n_requests() as u64, n_doubts);
}

#[test]
fn after_an_outage_one_request_tries_it_out_and_the_rest_follows() {
    let provider = Provider::with(|n, _| if n < 20 { Answer::Cut } else { Answer::Accept });
    let scenario = Scenario::with(&provider, 100, &["--mps", "1000", "--max-in-flight", "4"])
        .set("CATALINK_SPANS", "breaker=10");
    scenario.run(&["run", "spring"]).exits(3);
    assert_eq!(scenario.count("in_doubt") + scenario.count("accepted"), 100);
    assert_eq!(scenario.count("in_doubt"), 20);
    assert_eq!(provider.by_number().len(), provider.n_requests(), "a doubt was sent again");
}

#[test]
fn a_provider_that_goes_down_in_mid_campaign_leaves_few_doubts_and_everybody_else_waits() {
    let provider = Provider::with(|n, _| if n < 40 { Answer::Accept } else { Answer::Cut });
    let scenario = Scenario::with(&provider, 200, &["--mps", "500", "--max-in-flight", "8"])
        .set("CATALINK_SPANS", "breaker=100,breaker_max=200,outage=500");
    scenario.run(&["run", "spring"]).exits(4).says(&["the provider has been down for long"]);
    assert_eq!(scenario.status("spring")["pause_reason"], "outage");
    let n_doubts = scenario.count("in_doubt");
    assert!((10..=8 + 10 + 5).contains(&n_doubts), "{n_doubts} doubts");
    assert_eq!((scenario.count("accepted"), scenario.count("queued")), (40, 160 - n_doubts));
    provider.change(|_, _| Answer::Accept);
    scenario.run(&["resume", "spring"]).exits(3);
    assert_eq!((scenario.count("accepted"), scenario.count("in_doubt")), (200 - n_doubts, n_doubts));
    assert_eq!(provider.by_number().len(), provider.n_requests(), "somebody was messaged twice");
}

#[test]
fn a_key_that_is_revoked_in_mid_campaign_costs_nobody_an_attempt() {
    let provider = Provider::with(|n, _| if n < 30 { Answer::Accept } else { Answer::rbc001() });
    let scenario = Scenario::with(&provider, 100, &["--mps", "500", "--max-in-flight", "8"]);
    scenario.run(&["run", "spring"]).exits(4).says(&["KALEYRA_API_KEY", "catalink resume spring"]);
    assert_eq!(scenario.status("spring")["pause_reason"], "credentials");
    assert_eq!((scenario.count("accepted"), scenario.count("queued")), (30, 70));
    let n_refused = provider.n_requests() - 30;
    assert!((1..=8).contains(&n_refused), "{n_refused} requests with a key that was known to be dead");
    provider.change(|_, _| Answer::Accept);
    scenario.run(&["resume", "spring"]).exits(0);
    assert!(scenario.export().iter().all(|row| row["status"] == "accepted" && row["attempts"] == "1"));
}

#[test]
fn a_head_that_comes_too_slowly_to_be_one_is_a_doubt() {
    let provider = answering(vec![Answer::Drip(Duration::from_millis(60))]);
    let scenario = Scenario::with(&provider, 2, &[]).set("CATALINK_SPANS", "request=400");
    scenario.run(&["run", "spring"]).exits(3);
    let rows = scenario.export();
    let found: Vec<_> = rows.iter().map(|row| (row["status"].as_str(), row["code"].as_str())).collect();
    assert_eq!(found, [("in_doubt", "TIMEOUT"), ("accepted", "")]);
    assert_eq!(provider.n_requests(), 2);
}

#[test]
fn an_answer_that_comes_too_slowly_is_an_acceptance_if_its_first_line_came() {
    let provider = Provider::with(|n, _| match n {
        0 => Answer::Drip(Duration::from_millis(4)),
        _ => Answer::Accept,
    });
    let scenario = Scenario::with(&provider, 2, &[]).set("CATALINK_SPANS", "request=350");
    scenario.run(&["run", "spring"]).exits(0);
    let rows = scenario.export();
    assert_eq!((rows[0]["status"].as_str(), rows[0]["message_id"].as_str()), ("accepted", ""));
    assert!(rows[0]["error"].contains("did not come to its end in time"), "{}", rows[0]["error"]);
    everyone_once(&scenario, &provider, 2);
}

#[test]
fn answers_without_an_end_a_middle_or_a_sense_are_never_followed_by_a_second_message() {
    let endless = [b"HTTP/1.1 202 X\r\n\r\n".to_vec(), vec![b'x'; 3_000_000]].concat();
    let headers = [b"HTTP/1.1 202 X\r\n".to_vec(), b"x: y\r\n".repeat(100_000), b"\r\n".to_vec()].concat();
    let short = b"HTTP/1.1 202 X\r\ncontent-length: 100\r\n\r\n{\"code\":\"WA202\"".to_vec();
    let page = "<html><title>Proxy</title><h1>Welcome to our hotel</h1></html>".to_owned();
    let answers = vec![
        Answer::Raw(endless),
        Answer::Raw(headers),
        Answer::Raw(short),
        Answer::Raw(b"SSH-2.0-OpenSSH_9.2\r\n".to_vec()),
        Answer::Raw(b"HTTP/1.1 100 Continue\r\n\r\n".to_vec()),
        Answer::Say(200, page.clone()),
        Answer::Say(502, page),
        Answer::Say(202, "\u{0}\u{1f}[[[[{{{{".to_owned()),
    ];
    let n = answers.len();
    let provider = answering(answers);
    let scenario = Scenario::with(&provider, n, &["--max-in-flight", "1", "--mps", "500"]);
    scenario.run(&["run", "spring"]).exits(3);
    let rows = scenario.export();
    let statuses: Vec<_> = rows.iter().map(|row| row["status"].as_str()).collect();
    assert_eq!(
        statuses,
        ["accepted", "in_doubt", "accepted", "in_doubt", "in_doubt", "accepted", "in_doubt", "accepted"]
    );
    scenario.run(&["run", "spring"]).exits(3);
    assert_eq!(provider.n_requests(), n);
}

#[test]
fn a_provider_that_asks_for_silence_gets_it_in_seconds_as_a_date_and_not_for_nonsense() {
    let date = "date: Mon, 23 Nov 2026 09:00:00 GMT\r\nretry-after: Mon, 23 Nov 2026 09:00:01 GMT";
    for (header, silence) in
        [("retry-after: 1", 900), (date, 900), ("retry-after: soon", 0), ("retry-after: -5", 0)]
    {
        let provider = answering(vec![Answer::SayWith(429, header, String::new())]);
        let scenario = Scenario::with(&provider, 4, &["--mps", "100", "--max-in-flight", "1"]);
        scenario.run(&["run", "spring"]).exits(0);
        let requests = provider.requests();
        let gap = (requests[1].at - requests[0].at).as_millis();
        assert!((silence..silence + 2_000).contains(&gap), "{header}: {gap} ms");
        assert!(scenario.export().iter().all(|row| row["attempts"] == "1"), "turned away at the door");
    }
}

#[test]
fn a_connection_that_the_provider_closes_after_each_answer_costs_no_doubt() {
    let body = r#"{"code":"WA202","data":{"message_id":"A1"}}"#;
    let whole = format!("HTTP/1.1 202 X\r\ncontent-length: {}\r\n\r\n{body}", body.len());
    let provider = Provider::with(move |_, _| Answer::Raw(whole.clone().into_bytes()));
    let scenario = Scenario::with(&provider, 40, &["--mps", "100", "--max-in-flight", "1"]);
    scenario.run(&["run", "spring"]).exits(0);
    everyone_once(&scenario, &provider, 40);
}

#[test]
fn a_connection_that_is_closed_just_when_it_is_used_again_is_a_doubt_at_most_and_never_a_second_message() {
    // From at once to two milliseconds, which is when the next request comes.
    let provider = Provider::with(|n, _| {
        Answer::AcceptAndLeave(Duration::from_micros(u64::try_from(n).unwrap() * 37 % 2_000))
    });
    let scenario = Scenario::with(&provider, 300, &["--mps", "1000", "--max-in-flight", "4"])
        .set("CATALINK_SPANS", "breaker=10");
    let ended = scenario.run(&["run", "spring"]);
    assert!(matches!(ended.code, Some(0 | 3)), "{ended:?}");
    let ledger = provider.by_number();
    assert!(ledger.values().all(|n| *n == 1), "somebody was messaged twice");
    for row in scenario.export() {
        let is_known = match row["status"].as_str() {
            "accepted" => ledger.contains_key(&row["to"]),
            "in_doubt" => row["code"] == "BROKEN",
            _ => false,
        };
        assert!(is_known, "{row:?}");
    }
    scenario.run(&["doctor", "--verify", "spring"]).exits(0);
}

#[test]
fn no_tls_and_no_name_mean_that_nothing_was_sent() {
    let provider = Provider::accepting();
    let scenario =
        Scenario::with(&provider, 12, &["--mps", "500"]).set("CATALINK_SPANS", "breaker=20,outage=200");
    let without_tls = provider.url().replace("http://", "https://");
    let scenario = scenario.set("KALEYRA_BASE_URL", &without_tls);
    scenario.run(&["run", "spring"]).exits(4).says(&["tls", "nothing was sent"]);
    let scenario = scenario.set("KALEYRA_BASE_URL", "https://nowhere.invalid");
    scenario.run(&["resume", "spring"]).exits(4).says(&["nothing was sent"]);
    assert_eq!((scenario.count("queued"), provider.n_requests()), (12, 0));
}

#[test]
fn a_process_that_was_stopped_for_a_while_goes_on_and_nobody_is_messaged_twice() {
    let provider = Provider::with(|_, _| Answer::AcceptAfter(Duration::from_millis(20)));
    let scenario = Scenario::with(&provider, 60, &["--mps", "200", "--max-in-flight", "8"]);
    let running = scenario.start(&["run", "spring"]);
    provider.wait_for(15);
    running.signal("STOP");
    let stopped_at = Instant::now();
    // The provider goes on answering meanwhile; nothing but time can pass here.
    while stopped_at.elapsed() < Duration::from_millis(1_500) {
        thread::sleep(Duration::from_millis(50));
    }
    running.signal("CONT");
    running.end().exits(0);
    everyone_once(&scenario, &provider, 60);
    assert!(provider.peak_per_second() <= 200, "{} in a second", provider.peak_per_second());
}

#[test]
fn a_process_that_slept_past_its_time_outs_leaves_in_doubt_at_most_what_was_on_the_wire() {
    let provider = Provider::with(|_, _| Answer::AcceptAfter(Duration::from_millis(100)));
    let scenario = Scenario::with(&provider, 60, &["--mps", "200", "--max-in-flight", "8"])
        .set("CATALINK_SPANS", "request=600");
    let running = scenario.start(&["run", "spring"]);
    provider.wait_for(15);
    running.signal("STOP");
    let stopped_at = Instant::now();
    // Longer than a request may take; nothing but time can pass here.
    while stopped_at.elapsed() < Duration::from_millis(1_200) {
        thread::sleep(Duration::from_millis(50));
    }
    running.signal("CONT");
    let ended = running.end();
    assert!(matches!(ended.code, Some(0 | 3)), "{ended:?}");
    let n_doubts = scenario.count("in_doubt");
    assert!(n_doubts <= 8, "{n_doubts} in doubt");
    assert_eq!(scenario.count("accepted") + n_doubts, 60);
    assert_eq!((provider.by_number().len(), provider.n_requests()), (60, 60), "somebody was messaged twice");
}

#[test]
fn a_wall_clock_that_jumps_a_day_neither_releases_a_retry_nor_starves_it() {
    const DAY_MS: i64 = 86_400_000;
    for jump in [DAY_MS, -DAY_MS] {
        let provider = Provider::with(|n, _| if n == 0 { Answer::wa500() } else { Answer::Accept });
        let scenario = Scenario::with(&provider, 1, &["--retry-initial", "1200ms"]);
        let clock = scenario.write("clock", "0");
        let scenario = scenario.set("CATALINK_CLOCK", clock.to_str().unwrap());
        let running = scenario.start(&["run", "spring"]);
        provider.wait_for(1);
        scenario.write("clock", jump.to_string());
        running.end().exits(0);
        let requests = provider.requests();
        let gap = requests[1].at - requests[0].at;
        // 1,200 ms, give or take the quarter of the jitter.
        assert!((850..4_000).contains(&gap.as_millis()), "jump {jump}: the retry came after {gap:?}");
    }
}

#[test]
fn a_clock_that_was_set_back_while_nobody_ran_starves_no_retry() {
    let provider = Provider::with(|n, _| if n == 0 { Answer::wa500() } else { Answer::Accept });
    let scenario = Scenario::with(&provider, 1, &["--retry-initial", "900ms", "--retry-max-interval", "1s"]);
    let running = scenario.start(&["run", "spring"]);
    provider.wait_for(1);
    running.signal("TERM");
    running.end().exits(130);
    let clock = scenario.write("clock", "-86400000");
    let scenario = scenario.set("CATALINK_CLOCK", clock.to_str().unwrap());
    scenario.run(&["run", "spring"]).exits(0);
    assert_eq!(scenario.count("accepted"), 1);
}

#[test]
fn the_second_signal_leaves_at_once_and_what_was_on_the_wire_is_in_doubt() {
    for signal in ["INT", "TERM"] {
        let provider = Provider::with(|_, _| Answer::Silence);
        let scenario = Scenario::with(&provider, 20, &["--mps", "500", "--max-in-flight", "4"]);
        let running = scenario.start(&["run", "spring"]);
        provider.wait_for(4);
        running.signal(signal);
        let mut n_told = 0;
        let told_at = Instant::now();
        // The first signal is heard once the state says so; a second one too early would be the same signal.
        while n_told < 3 && told_at.elapsed() < Duration::from_secs(5) {
            thread::sleep(Duration::from_millis(150));
            n_told += 1;
        }
        running.signal(signal);
        running.end().exits(130).says(&["stopped at once"]);
        assert!(told_at.elapsed() < Duration::from_secs(5), "it waited for the provider");
        assert_eq!((scenario.count("in_doubt"), scenario.count("queued")), (4, 16));
        assert_eq!(provider.n_requests(), 4);
    }
}
