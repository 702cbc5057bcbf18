//! What is told, and that it arrives.

use std::time::{Duration, Instant};

use super::peers::{Got, Hook, Reply, chat, set, webhook};
use crate::{
    receipts::TOKEN,
    support::{Answer, Provider, Scenario, live::Live, number},
};

const RECEIVE: [&str; 3] = ["receive", "--listen", "127.0.0.1:0"];

/// A provider whose balance is used up after five messages.
fn poor() -> Provider {
    Provider::with(|n, _| if n < 5 { Answer::Accept } else { Answer::e110() })
}

fn scenario(provider: &Provider, channels: &str) -> Scenario {
    let options = ["--mps", "1000", "--max-in-flight", "1"];
    let scenario = Scenario::with(provider, 40, &options).set("CATALINK_CALLBACK_TOKEN", TOKEN);
    set(&scenario, channels);
    scenario
}

/// A process that delivers and does not send.
fn receiver(scenario: &Scenario, spans: &str) -> Live {
    let mut command = scenario.command(&RECEIVE);
    command.env("CATALINK_SPANS", spans);
    Live::start(command, &scenario.path("receiver.log"))
}

/// Nothing of a list is in it: neither a number, in whatever spelling, nor a name.
#[track_caller]
pub(super) fn is_about_nobody(got: &[Got]) {
    for request in got {
        let digits: String = request.body.chars().filter(char::is_ascii_digit).collect();
        for n in 0..40 {
            let number = number(n);
            assert!(
                !request.body.contains(&number[1..]) && !digits.contains(&number[3..]),
                "{}",
                request.body
            );
        }
        assert!(!request.body.contains("Asha"), "{}", request.body);
    }
}

#[test]
fn a_pause_is_told_with_its_cause_code_row_and_what_to_do_and_is_signed() {
    let (provider, hook) = (poor(), Hook::saying(204));
    let scenario = scenario(&provider, &webhook("ops", &hook.url(), ""));
    scenario.run(&["run", "spring"]).exits(4);
    let got = hook.wait_for(1);
    assert_eq!(got.len(), 1, "{got:?}");
    got[0].is_signed();
    assert_eq!((got[0].method.as_str(), got[0].path.as_str()), ("POST", "/hook/a-secret-path"));
    let body = got[0].json();
    assert_eq!(body["type"], "campaign.paused");
    assert!(body["timestamp"].as_str().unwrap().ends_with('Z'), "{body}");
    let data = &body["data"];
    for (key, value) in [
        ("campaign", "spring"),
        ("status", "paused"),
        ("cause", "low_balance"),
        ("code", "E110"),
        ("file", "list.csv"),
        ("code_meaning", "The balance is low (E110)"),
        ("what_to_do", "Top up the account, then: catalink resume spring"),
    ] {
        assert_eq!(data[key], value, "{body}");
    }
    assert_eq!((data["line"].as_u64(), data["counts"]["queued"].as_u64()), (Some(7), Some(35)), "{body}");
    assert!(data["row"].is_u64(), "{body}");
    is_about_nobody(&got);
}

#[test]
fn what_the_provider_says_of_a_person_is_told_to_nobody() {
    let words = format!("{} is not the number of Asha 3", number(3));
    let say = format!(r#"{{"code":"WA400","message":"{words}","data":{{}},"error":{{"to":"{words}"}}}}"#);
    let provider = Provider::with(move |_, _| Answer::Say(400, say.clone()));
    let hook = Hook::saying(200);
    let scenario = scenario(&provider, &(webhook("ops", &hook.url(), "") + &chat("team", &hook.url(), "")));
    scenario.run(&["run", "spring"]).exits(4).says(&["paused"]);
    let got = hook.wait_for(2);
    is_about_nobody(&got);
    assert!(got.iter().any(|got| got.body.contains("\"code\":\"WA400\"")), "{got:?}");
}

#[test]
fn a_hook_that_answers_500_gets_the_same_notice_again_with_a_new_timestamp() {
    let (provider, hook) = (poor(), Hook::with(|n| Reply::Say(if n == 0 { 500 } else { 200 }, "broken")));
    let scenario =
        scenario(&provider, &webhook("ops", &hook.url(), "")).set("CATALINK_SPANS", "notice_retry=1500");
    let ended = scenario.run(&["run", "spring"]).exits(4);
    ended.says(&["1 notice is for `ops` not delivered yet (it answered 500: broken)"]);
    let receiver = receiver(&scenario, "notice_retry=1500");
    let got = hook.wait_for(2);
    assert_eq!((got[0].id(), &got[0].body), (got[1].id(), &got[1].body));
    assert!(got[0].timestamp() < got[1].timestamp(), "{got:?}");
    got.iter().for_each(Got::is_signed);
    std::thread::sleep(Duration::from_secs(2));
    assert_eq!(hook.got().len(), 2, "what was taken is not sent again");
    drop(receiver);
    scenario.run(&["notify", "list"]).exits(0).prints(&["ops  webhook  http://127.0.0.1", "last taken"]);
}

#[cfg(debug_assertions)]
#[test]
fn a_hook_that_is_down_while_the_process_is_killed_gets_its_notice_from_the_next_one_under_the_same_id() {
    let (provider, hook) = (poor(), Hook::with(|_| Reply::Hang));
    let scenario = scenario(&provider, &webhook("ops", &hook.url(), ""));
    let mut run = Live::start(scenario.command(&["run", "spring"]), &scenario.path("log"));
    let first = hook.wait_for(1)[0].clone();
    run.kill();
    assert_eq!(scenario.status("spring")["pause_reason"], "low_balance");
    hook.change(|_| Reply::Say(200, ""));
    // Whoever dies has it for a while.
    let later = scenario.path("clock");
    std::fs::write(&later, "180000").unwrap();
    let mut command = scenario.command(&RECEIVE);
    command.env("CATALINK_CLOCK", &later);
    let _receiver = Live::start(command, &scenario.path("receiver.log"));
    let second = hook.wait_for(2)[1].clone();
    assert_eq!(first.id(), second.id());
    assert!(first.timestamp() + 100 < second.timestamp(), "{first:?} {second:?}");
    second.is_signed();
}

#[test]
fn a_pause_from_a_terminal_is_told_by_whatever_process_is_there() {
    let (provider, hook) = (Provider::accepting(), Hook::saying(200));
    let scenario = scenario(&provider, &webhook("ops", &hook.url(), ""));
    let serve = scenario.command(&["serve", "--listen", "127.0.0.1:0"]);
    let mut serve = Live::start(serve, &scenario.path("log"));
    assert!(serve.address().is_some(), "{}", serve.said());
    scenario.run(&["pause", "spring"]).exits(0);
    let got = hook.wait_for(1);
    assert_eq!(got[0].json()["data"]["cause"], "operator");
    scenario.run(&["resume", "spring", "--detach"]).exits(0);
    assert_eq!(hook.wait_for_kind("campaign.finished").json()["data"]["counts"]["accepted"], 40);
}

#[cfg(debug_assertions)]
#[test]
fn whoever_dies_before_or_after_the_sending_leaves_the_notice_to_be_sent_again() {
    for (point, n_before) in [("notice:taken", 0), ("notice:sent", 1)] {
        let (provider, hook) = (poor(), Hook::saying(200));
        let scenario = scenario(&provider, &webhook("ops", &hook.url(), ""));
        let mut command = scenario.command(&["run", "spring"]);
        command.env("CATALINK_CRASH_AT", point).env("CATALINK_SPANS", "notice_lease=300");
        let mut run = Live::start(command, &scenario.path("log"));
        assert!(run.wait(Duration::from_secs(30)).is_some());
        assert_eq!(hook.got().len(), n_before, "{point}");
        let _receiver = receiver(&scenario, "notice_looks=50");
        let got = hook.wait_for(n_before + 1);
        assert!(got.iter().all(|request| request.id() == got[0].id()), "{point}: {got:?}");
    }
}

#[test]
fn a_hook_that_hangs_holds_up_neither_the_campaign_nor_another_channel() {
    let (provider, hanging, quick) = (poor(), Hook::with(|_| Reply::Hang), Hook::saying(200));
    let channels = webhook("a-first", &hanging.url(), "") + &webhook("second", &quick.url(), "");
    let scenario = scenario(&provider, &channels);
    let began = Instant::now();
    scenario.run(&["run", "spring"]).exits(4).says(&["`a-first` not delivered yet"]);
    assert!(began.elapsed() < Duration::from_secs(12), "{:?}", began.elapsed());
    assert_eq!((hanging.got().len(), quick.got().len()), (1, 1));
}

#[test]
fn a_redirect_is_not_followed() {
    let (provider, elsewhere) = (poor(), Hook::saying(200));
    let to = elsewhere.url();
    let hook = Hook::with(move |_| Reply::RedirectTo(to.clone()));
    let scenario = scenario(&provider, &webhook("ops", &hook.url(), ""));
    scenario.run(&["run", "spring"]).exits(4).says(&["it answered 302"]);
    assert_eq!((hook.got().len(), elsewhere.got().len()), (1, 0));
}

#[test]
fn the_end_of_a_campaign_is_told_to_whoever_wants_to_know_of_ends() {
    let (provider, all, pauses) = (Provider::accepting(), Hook::saying(200), Hook::saying(200));
    let channels = webhook("all", &all.url(), "") + &webhook("pauses", &pauses.url(), "events = ['paused']");
    let scenario = scenario(&provider, &channels);
    scenario.run(&["run", "spring"]).exits(0);
    let got = all.wait_for(1);
    assert_eq!((got.len(), got[0].kind().as_str()), (1, "campaign.finished"));
    assert_eq!(got[0].json()["data"]["counts"]["accepted"], 40);
    assert!(pauses.got().is_empty(), "{:?}", pauses.got());
    is_about_nobody(&got);
}

#[test]
fn a_chat_gets_one_text_that_says_what_happened_and_what_to_do() {
    let (provider, hook) = (poor(), Hook::saying(200));
    let scenario = scenario(&provider, &chat("team", &hook.url(), ""));
    scenario.run(&["run", "spring"]).exits(4);
    let body = hook.wait_for(1)[0].json();
    assert_eq!(body.as_object().unwrap().len(), 1, "{body}");
    let text = body["text"].as_str().unwrap();
    assert!(text.starts_with("spring is paused: the balance is low (E110)\n"), "{text}");
    assert!(text.ends_with("\nTop up the account, then: catalink resume spring"), "{text}");
}

#[test]
fn a_campaign_without_channels_leaves_nothing_behind() {
    let provider = poor();
    let scenario = Scenario::with(&provider, 40, &["--mps", "1000"]);
    scenario.run(&["run", "spring"]).exits(4);
    let database = rusqlite::Connection::open(scenario.path("catalink.db")).unwrap();
    let count = "select (select count(*) from notice) + (select count(*) from notice_delivery)";
    assert_eq!(database.query_row(count, [], |row| row.get::<_, i64>(0)).unwrap(), 0);
}

#[test]
fn what_waits_for_a_channel_that_is_gone_is_dropped_with_a_word() {
    let (provider, hook) = (poor(), Hook::saying(503));
    let scenario = scenario(&provider, &webhook("ops", &hook.url(), ""));
    scenario.run(&["run", "spring"]).exits(4).says(&["not delivered yet"]);
    set(&scenario, "");
    scenario
        .run(&["resume", "spring"])
        .exits(4)
        .says(&["`ops` is no channel of the settings any more: 1 notice is for it dropped"]);
    let n = hook.got().len();
    scenario.run(&["resume", "spring"]).exits(4);
    assert_eq!(hook.got().len(), n, "nothing is written for it any more");
}

#[test]
fn another_folder_without_settings_leaves_the_channels_alone() {
    let (provider, hook) = (poor(), Hook::saying(200));
    let scenario = scenario(&provider, &webhook("ops", &hook.url(), ""));
    scenario.run(&["run", "spring"]).exits(4);
    hook.wait_for(1);
    let elsewhere = tempfile::tempdir().unwrap();
    let database = scenario.path("catalink.db").display().to_string();
    let mut command = scenario.command(&["--db", &database, "resume", "spring"]);
    let output = command.current_dir(elsewhere.path()).output().unwrap();
    assert_eq!(output.status.code(), Some(4), "{output:?}");
    // It was written for the channel, and is delivered by whoever knows the address.
    let _receiver = receiver(&scenario, "notice_looks=50");
    hook.wait_for(2);
}
