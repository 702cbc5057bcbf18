//! What is told of by whoever watches, and what is told of what people write; the ping, whose silence tells of a death.

use std::{
    thread::sleep,
    time::{Duration, Instant},
};

use super::{
    delivering::is_about_nobody,
    peers::{Hook, Reply, set, webhook},
};
use crate::{
    receipts::{Server, TOKEN},
    support::{Answer, Provider, Scenario, live::Live, number},
};

const MESSAGE_OPTIONS: [&str; 4] = ["--mps", "1000", "--max-in-flight", "4"];

fn scenario(provider: &Provider, n: usize, options: &[&str], channels: &str) -> Scenario {
    let options = [&MESSAGE_OPTIONS, options].concat();
    let scenario = Scenario::with(provider, n, &options).set("CATALINK_CALLBACK_TOKEN", TOKEN);
    set(&scenario, channels);
    scenario
}

fn started(scenario: &Scenario, args: &[&str], spans: &str) -> Live {
    let mut command = scenario.command(args);
    command.env("CATALINK_SPANS", spans);
    Live::start(command, &scenario.path("log"))
}

/// What the provider passes on when somebody answers their message.
fn wrote(provider: &Provider, n: usize, what: &str) -> String {
    let (from, at) = (&number(n)[1..], now());
    let request = provider.requests().iter().position(|request| request.to() == number(n)).unwrap();
    let id = Provider::message_id(request);
    format!(
        r#"{{"meta_object":{{"value":{{"messaging_product":"whatsapp","metadata":{{"display_phone_number":"911161197855"}},
        "contacts":[{{"profile":{{"name":"Asha {n}"}},"wa_id":"{from}"}}],
        "messages":[{{"from":"{from}","id":"wamid.{n}{at}","timestamp":"{at}",{what}}}]}},"field":"messages"}},
        "extra_info":{{"ref":"","reply_to":"{id}"}}}}"#
    )
}

#[expect(clippy::disallowed_methods, reason = "a provider's own clock")]
fn now() -> i64 {
    jiff::Timestamp::now().as_second()
}

#[cfg(debug_assertions)]
#[test]
fn a_campaign_that_does_not_move_though_it_may_is_told_of_once() {
    // Requests that are never answered hold every place.
    let provider = Provider::with(|_, _| Answer::Silence);
    let hook = Hook::saying(200);
    let scenario = scenario(&provider, 9, &[], &webhook("ops", &hook.url(), ""));
    let mut run = started(&scenario, &["run", "spring"], "watch=100,stalled=500,notice_looks=50");
    let got = hook.wait_for_kind("campaign.stalled");
    assert_eq!(got.json()["data"]["status"], "running");
    assert!(got.json()["data"]["since"].as_str().unwrap().starts_with("20"), "{got:?}");
    sleep(Duration::from_secs(1));
    assert_eq!(hook.got().len(), 1, "once for as long as it lasts");
    run.kill();
    // Another process finds the same standstill told already, but the doubts of the dead one are news.
    let doubts = started(&scenario, &["run", "spring"], "watch=100,stalled=60000,notice_looks=50");
    let got = hook.wait_for_kind("campaign.doubts");
    assert_eq!(got.json()["data"]["n"], scenario.count("in_doubt"));
    assert!(scenario.count("in_doubt") >= 4, "what was on the wire");
    assert!(got.json()["data"]["what_to_do"].as_str().unwrap().contains("catalink resolve spring"));
    drop(doubts);
    is_about_nobody(&hook.got());
}

#[cfg(debug_assertions)]
#[test]
fn a_campaign_that_waits_for_people_is_not_stalled() {
    let provider = Provider::accepting();
    let hook = Hook::saying(200);
    let scenario = scenario(&provider, 9, &["--reach", "wait"], &webhook("ops", &hook.url(), ""));
    let run = started(&scenario, &["run", "spring"], "watch=50,stalled=200,notice_looks=50");
    sleep(Duration::from_secs(3));
    assert!(hook.got().is_empty(), "{:?}\n{}", hook.got(), run.said());
}

#[cfg(debug_assertions)]
#[test]
fn a_deadline_that_is_near_and_a_backup_that_is_old_are_told_of_once() {
    let provider = Provider::with(|_, _| Answer::Silence);
    let hook = Hook::saying(200);
    let until = jiff::Timestamp::from_second(now() + 1_800).unwrap().to_string();
    let options = ["--not-after", until.as_str()];
    let scenario = scenario(&provider, 9, &options, &webhook("ops", &hook.url(), ""));
    let spans = "watch=100,backup_after=1000,notice_looks=50";
    let mut run = started(&scenario, &["run", "spring"], spans);
    let deadline = hook.wait_for_kind("campaign.deadline").json();
    assert_eq!(
        (&deadline["data"]["setting"], &deadline["data"]["n_waiting"]),
        (&"not_after".into(), &9.into())
    );
    let backup = hook.wait_for_kind("backup.old").json();
    assert!(backup["data"]["text"].as_str().unwrap().contains("never been a backup"), "{backup}");
    sleep(Duration::from_millis(1_500));
    assert_eq!(hook.got().len(), 2, "{:?}", hook.got());
    run.kill();
    scenario.run(&["backup", "copy.db"]).exits(0);
    let _run = started(&scenario, &["run", "spring"], spans);
    sleep(Duration::from_secs(2));
    assert!(
        hook.got().iter().filter(|got| got.kind() == "backup.old").count() == 1,
        "what a backup has is safe"
    );
}

#[test]
fn an_opt_out_spike_a_quality_event_and_an_order_are_told_without_saying_who() {
    let provider =
        Provider::with(
            |n, _| if n < 20 { Answer::Accept } else { Answer::AcceptAfter(Duration::from_secs(2)) },
        );
    let (hook, orders) = (Hook::saying(200), Hook::saying(200));
    let channels = "[opt_out]\npause_share = '5%'\npause_from = 10\n".to_owned()
        + &webhook("ops", &hook.url(), "")
        + &webhook("shop", &orders.url(), "events = ['order']");
    let scenario = scenario(&provider, 40, &[], &channels);
    let receiver = Server::receiver(&scenario);
    let run = scenario.start(&["run", "spring"]);
    provider.wait_for(21);
    let order = r#""type":"order","order":{"catalog_id":"3","product_items":[
        {"product_retailer_id":"shirt","quantity":2,"item_price":1600,"currency":"INR"},
        {"product_retailer_id":"hat","quantity":1,"item_price":100,"currency":"INR"}]}"#;
    assert_eq!(receiver.receipt(&wrote(&provider, 0, order)), 200);
    for n in 1..12 {
        let text = if n > 9 { "STOP" } else { "thank you" };
        assert_eq!(
            receiver.receipt(&wrote(&provider, n, &format!(r#""type":"text","text":{{"body":"{text}"}}"#))),
            200
        );
    }
    let quality = r#"{"display_phone_number":"911161197855","event":"FLAGGED","current_limit":"TIER_10K"}"#;
    for _ in 0..2 {
        assert_eq!(receiver.receipt(quality), 200);
    }
    run.end().exits(4);
    let spike = hook.wait_for_kind("campaign.opt_outs").json();
    assert!(spike["data"]["detail"].as_str().unwrap().contains("asked to stop"), "{spike}");
    let quality = hook.wait_for_kind("number.quality").json();
    assert_eq!(
        (&quality["data"]["event"], &quality["data"]["limit"]),
        (&"FLAGGED".into(), &"TIER_10K".into())
    );
    let order = orders.wait_for_kind("order.received").json();
    assert_eq!((&order["data"]["n_items"], &order["data"]["line"]), (&3.into(), &2.into()), "{order}");
    assert_eq!((hook.got().len(), orders.got().len()), (2, 1), "{:?}", hook.got());
    is_about_nobody(&[hook.got(), orders.got()].concat());
}

#[test]
fn a_pause_by_hand_in_another_terminal_is_told_by_the_process_that_sends() {
    let provider = Provider::with(|_, _| Answer::AcceptAfter(Duration::from_millis(200)));
    let hook = Hook::saying(200);
    let scenario = scenario(&provider, 400, &[], &webhook("ops", &hook.url(), ""));
    let run = scenario.start(&["run", "spring"]);
    provider.wait_for(4);
    scenario.run(&["pause", "spring"]).exits(0);
    run.end().exits(4);
    let got = hook.wait_for(1);
    assert_eq!(got[0].json()["data"]["cause"], "operator");
}

#[cfg(debug_assertions)]
#[test]
fn the_ping_comes_while_a_worker_lives_and_stops_with_it() {
    let provider = Provider::with(|_, _| Answer::Silence);
    let ping = Hook::saying(200);
    let scenario = scenario(&provider, 9, &[], &format!("[notices]\nping = '{}'\n", ping.url()));
    for args in [["run", "spring"].as_slice(), &["serve", "--listen", "127.0.0.1:0"]] {
        let n = ping.got().len();
        let mut worker = started(&scenario, args, "ping=200");
        let got = ping.wait_for(n + 3);
        assert!(got.iter().all(|got| got.method == "GET" && got.body.is_empty()), "{got:?}");
        worker.kill();
        let n = ping.got().len();
        sleep(Duration::from_secs(1));
        assert!(ping.got().len() <= n + 1, "the dead do not ping");
    }
    // A receiver sends nothing, so it says nothing of who does.
    let n = ping.got().len();
    let _receiver = started(&scenario, &["receive", "--listen", "127.0.0.1:0"], "ping=100");
    sleep(Duration::from_secs(1));
    assert_eq!(ping.got().len(), n);
}

#[cfg(debug_assertions)]
#[test]
fn no_ping_comes_while_a_campaign_waits_for_room_on_the_disk() {
    let provider = Provider::accepting();
    let ping = Hook::with(|_| Reply::Say(200, ""));
    let scenario = scenario(&provider, 9, &[], &format!("[notices]\nping = '{}'\n", ping.url()));
    let database = rusqlite::Connection::open(scenario.path("catalink.db")).unwrap();
    let pause = "update campaign set state = 'paused', pause_cause = 'storage'";
    database.execute(pause, []).unwrap();
    let serve = started(&scenario, &["serve", "--listen", "127.0.0.1:0"], "ping=100");
    sleep(Duration::from_millis(1_500));
    assert_eq!(ping.got().len(), 0, "{}", serve.said());
    database.execute("update campaign set pause_cause = 'operator'", []).unwrap();
    let began = Instant::now();
    ping.wait_for(2);
    assert!(began.elapsed() < Duration::from_secs(30));
}
