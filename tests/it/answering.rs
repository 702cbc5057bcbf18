//! What people write back: at the address of the receipts, through the real program.

use std::time::{Duration, Instant};

use crate::{
    receipts::{Server, TOKEN, messages, user, wait_for_receipts},
    support::{
        Provider, Scenario,
        live::{Live, post},
        number,
        scenario::repository,
    },
};

const MESSAGE: &str = "Hi {{name}}, see https://wa.me/c/911161197855. To stop, answer STOP.";

/// A campaign of so many people that is sent to whoever writes.
fn waiting(provider: &Provider, n: usize) -> Scenario {
    let scenario = user().provider(provider);
    scenario.list("list.csv", n);
    scenario
        .run(&["create", "spring", "--message", MESSAGE, "--reach", "wait", "--sender", "+911161197855"])
        .exits(0);
    scenario.run(&["import", "spring", "list.csv"]).exits(0);
    scenario
}

/// What the provider passes on when somebody writes.
fn wrote(n: usize, id: &str, text: &str) -> String {
    let at = now();
    let from = &number(n)[1..];
    format!(
        r#"{{"meta_object":{{"value":{{"messaging_product":"whatsapp","metadata":{{"display_phone_number":"911161197855"}},
        "contacts":[{{"wa_id":"{from}"}}],"messages":[{{"from":"{from}","id":"wamid.{id}","timestamp":"{at}","type":"text",
        "text":{{"body":"{text}"}}}}]}},"field":"messages"}},"extra_info":{{"ref":"","reply_to":""}}}}"#
    )
}

#[expect(clippy::disallowed_methods, reason = "a provider's own clock")]
fn now() -> i64 {
    jiff::Timestamp::now().as_second()
}

#[test]
fn whoever_writes_gets_their_message_within_a_second_and_whoever_writes_stop_gets_none() {
    let provider = Provider::accepting();
    let scenario = waiting(&provider, 4);
    let receiver = Server::receiver(&scenario);
    let running = scenario.start(&["run", "spring"]);
    assert_eq!(receiver.receipt(&wrote(1, "a", "STOP")), 200);
    assert_eq!(receiver.receipt(&wrote(2, "b", "do you have the blue one?")), 200);
    let began = Instant::now();
    provider.wait_for(1);
    assert!(began.elapsed() < Duration::from_secs(3), "{:?}", began.elapsed());
    assert_eq!(receiver.receipt(&wrote(2, "b", "do you have the blue one?")), 200);
    std::thread::sleep(Duration::from_millis(600));
    assert_eq!(provider.by_number().into_keys().collect::<Vec<_>>(), [number(2)]);
    running.signal("INT");
    running.end().exits(130);
    assert_eq!(
        (scenario.count("suppressed"), scenario.count("accepted"), scenario.count("queued")),
        (1, 1, 2)
    );
    let shown = scenario.run(&["windows", "show", &number(2)]).exits(0);
    shown.prints(&["known from: inbound"]);
    let export = scenario.export();
    let row = export.iter().find(|row| row["to"] == number(2)).unwrap();
    assert!(
        !row["window_until"].is_empty() && row["replied_at"].is_empty(),
        "it came before the message: {row:?}"
    );
    assert_eq!(receiver.receipt(&wrote(2, "c", "thank you, I take it")), 200);
    let export = scenario.export();
    let row = export.iter().find(|row| row["to"] == number(2)).unwrap();
    assert!(!row["replied_at"].is_empty() && row["reply_kind"] == "text", "{row:?}");
}

#[cfg(debug_assertions)]
#[test]
fn a_stop_whose_receiver_dies_has_no_200_or_is_in_force() {
    const RECEIVE: [&str; 3] = ["receive", "--listen", "127.0.0.1:0"];
    for (point, is_in_force) in [("inbound:commit", false), ("inbound:taken", true)] {
        let scenario = waiting(&Provider::accepting(), 3);
        let mut command = scenario.command(&RECEIVE);
        command.env("CATALINK_CRASH_AT", point);
        let mut receiver = Live::start(command, &scenario.path("log"));
        let address = receiver.address().unwrap();
        let path = format!("/callbacks/{TOKEN}");
        assert_eq!(
            post(&address, &path, "", &wrote(1, "a", "STOP")),
            None,
            "{point}: it died before it answered"
        );
        assert!(receiver.wait(Duration::from_secs(30)).is_some());
        assert_eq!(scenario.count("suppressed"), u64::from(is_in_force), "{point}");
        // The provider repeats what was not answered.
        let receiver = Server::receiver(&scenario);
        assert_eq!(receiver.receipt(&wrote(1, "a", "STOP")), 200);
        assert_eq!((scenario.count("suppressed"), scenario.count("queued")), (1, 2), "{point}");
        let list = scenario.run(&["suppress", "list"]).exits(0).stdout;
        assert_eq!(list.matches("wrote “stop”").count(), 1, "{list}");
    }
}

/// Five people write in each of four rounds, while a run is killed or paused.
fn twenty_write_through_pauses_and_deaths(scenario: &Scenario, simulator: &Server) {
    let writes = |n: usize| {
        let body = format!(r#"{{"from": "{}"}}"#, number(n));
        assert_eq!(simulator.ask("POST", "/simulator/write", &body), (200, r#"{"taken":true}"#.to_owned()));
    };
    for round in 0..4 {
        let running = scenario.start(&["run", "spring"]);
        for n in round * 5..round * 5 + 5 {
            writes(n);
            std::thread::sleep(Duration::from_millis(40));
        }
        if round % 2 == 0 {
            running.kill();
        } else {
            scenario.run(&["pause", "spring"]).exits(0);
            running.end().exits(4);
            scenario.run(&["resume", "spring", "--detach"]).exits(0);
        }
    }
}

/// A provider that keeps the windows itself, told by people who write to it.
#[test]
fn nobody_gets_a_text_outside_a_window_through_errors_pauses_and_kill_9() {
    let scenario = user();
    scenario.list("list.csv", 40);
    let create = [
        "create",
        "spring",
        "--message",
        MESSAGE,
        "--reach",
        "wait",
        "--retry-initial",
        "50ms",
        "--mps",
        "50",
    ];
    scenario.run(&create).exits(0);
    scenario.run(&["import", "spring", "list.csv"]).exits(0);
    let receiver = Server::receiver(&scenario);
    let callbacks = receiver.callbacks();
    let simulate = [
        "simulate",
        "--listen",
        "127.0.0.1:0",
        "--sender",
        "+911161197855",
        "--callbacks",
        callbacks.as_str(),
        "--windows",
        "--wa500",
        "0.3",
        "--stops",
        "0.3",
        "--callback-delay",
        "20ms",
        "--seed",
        "5",
    ];
    let simulator = Server::start(&scenario, &simulate);
    let scenario = scenario
        .set("KALEYRA_BASE_URL", &format!("http://{}", simulator.address))
        .set("KALEYRA_SENDER", "+911161197855");
    twenty_write_through_pauses_and_deaths(&scenario, &simulator);
    let running = scenario.start(&["run", "spring"]);
    let began = Instant::now();
    while scenario.count("accepted") + scenario.count("in_doubt") < 20 {
        assert!(began.elapsed() < Duration::from_mins(1), "{}", scenario.status("spring"));
        std::thread::sleep(Duration::from_millis(100));
    }
    running.signal("INT");
    running.end().exits(130);
    let ledger = wait_for_receipts(&simulator);
    for message in messages(&ledger) {
        assert_ne!(message["code"], 131_047, "{message}");
    }
    let numbers = ledger["numbers"].as_object().unwrap();
    assert!(numbers.values().all(|entry| entry["messages"].as_array().unwrap().len() <= 1), "{ledger}");
    let wrote_first = numbers.values().filter(|entry| !entry["wrote"].as_array().unwrap().is_empty()).count();
    assert_eq!((numbers.len(), wrote_first), (20, 20), "those who wrote, and nobody else");
    assert_eq!(scenario.count("queued"), 20);
}

#[test]
fn nothing_that_people_or_the_provider_write_is_turned_away() {
    let scenario = waiting(&Provider::accepting(), 1);
    let receiver = Server::receiver(&scenario);
    let folder = repository().join("tests/it/inbound");
    let mut n_found = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let body = std::fs::read_to_string(&path).unwrap();
        n_found += 1;
        for _ in 0..2 {
            let (status, said) = match body.split_once("\"query\": \"") {
                Some((_, query)) => {
                    let query = query.split('"').next().unwrap();
                    receiver.ask("GET", &format!("/callbacks/{TOKEN}?{query}"), "")
                }
                None => receiver.ask("POST", &format!("/callbacks/{TOKEN}"), &body),
            };
            assert_eq!(status, 200, "{}: {said}", path.display());
            assert!(!said.contains("\"inbound\":0"), "{}: {said}", path.display());
        }
    }
    assert!(n_found >= 15, "{n_found}");
    // Asked twice: by a word, and by the setting in WhatsApp.
    let list: serde_json::Value =
        serde_json::from_str(&scenario.run(&["suppress", "list", "--json"]).exits(0).stdout).unwrap();
    assert!(list.as_array().unwrap().iter().any(|entry| entry["to"] == "+919800000001"), "{list}");
}

#[test]
fn somebody_decides_about_whoever_may_have_asked_to_stop() {
    let provider = Provider::accepting();
    let scenario = waiting(&provider, 2);
    let receiver = Server::receiver(&scenario);
    assert_eq!(receiver.receipt(&wrote(0, "a", "please stop sending to my old number, use this one")), 200);
    scenario.run(&["run", "spring", "--reach", "open"]).exits(3);
    scenario.run(&["optouts"]).exits(0).prints(&[&number(0), "wrote something with “stop”"]);
    let refused = scenario.run(&["optouts", "--asked", &number(1)]).exits(1);
    assert!(refused.stderr.contains("nobody has to decide"), "{}", refused.stderr);
    scenario.run(&["optouts", "--not-asked", &number(0)]).exits(0);
    scenario.run(&["run", "spring", "--reach", "open"]).exits(0);
    assert_eq!(provider.by_number().into_keys().collect::<Vec<_>>(), [number(0)]);
}

#[test]
fn a_flood_of_forged_messages_is_undone_and_the_words_can_be_set() {
    let scenario = waiting(&Provider::accepting(), 3);
    scenario.write("catalink.toml", "[opt_out]\nwords = [\"genug\"]\nnot_words = [\"stop\"]\n");
    let receiver = Server::receiver(&scenario);
    for (n, text) in [(0, "Genug!"), (1, "stop"), (2, "genug")] {
        assert_eq!(receiver.receipt(&wrote(n, &n.to_string(), text)), 200);
    }
    assert_eq!((scenario.count("suppressed"), scenario.count("queued")), (2, 1));
    let undo = ["suppress", "remove", "--source", "keyword", "--since", "2020-01-01T00:00:00Z", "--json"];
    let removed: serde_json::Value = serde_json::from_str(&scenario.run(&undo).exits(0).stdout).unwrap();
    assert_eq!(removed["removed"], 2);
}

/// What the provider passes on when somebody orders, quoting the message with that id.
fn ordered(n: usize, id: &str, quoted: &str, price: &str, currency: &str) -> String {
    let (at, from) = (now(), &number(n)[1..]);
    format!(
        r#"{{"meta_object":{{"value":{{"messaging_product":"whatsapp","metadata":{{"display_phone_number":"911161197855"}},
        "contacts":[{{"wa_id":"{from}"}}],"messages":[{{"from":"{from}","id":"wamid.{id}","timestamp":"{at}","type":"order",
        "context":{{"id":"{quoted}"}},"order":{{"catalog_id":"1","product_items":[{{"product_retailer_id":"shoe","quantity":2,
        "item_price":{price},"currency":"{currency}"}}]}}}}]}},"field":"messages"}}}}"#
    )
}

#[test]
fn the_report_says_what_came_of_a_campaign_on_every_face() {
    let provider = Provider::accepting();
    let scenario = user().provider(&provider);
    scenario.write(
        "list.csv",
        format!("Phone,ref1\n{},a\n{},a\n{},b\n{},b\n", number(0), number(1), number(2), number(3)),
    );
    scenario.run(&["create", "spring", "--message", MESSAGE.replace("{{name}}", "you").as_str()]).exits(0);
    scenario.run(&["import", "spring", "list.csv"]).exits(0);
    scenario.run(&["run", "spring"]).exits(0);
    let id = |n: usize| {
        scenario.export().into_iter().find(|row| row["to"] == number(n)).unwrap()["message_id"].clone()
    };
    let receiver = Server::receiver(&scenario);
    for body in [
        ordered(0, "a", &id(0), "1299.5", "INR"),
        ordered(2, "b", &id(2), "80", "EUR"),
        wrote(1, "c", "is it there in red?"),
        wrote(3, "d", "STOP"),
    ] {
        assert_eq!(receiver.receipt(&body), 200);
    }
    let json: serde_json::Value =
        serde_json::from_str(&scenario.run(&["report", "spring", "--json"]).exits(0).stdout).unwrap();
    assert_eq!(
        json["steps"],
        serde_json::json!({"accepted": 4, "delivered": 4, "read": 4, "replied": 4, "ordered": 2})
    );
    assert_eq!(json["responses"]["quoted"], 2);
    assert_eq!((&json["responses"]["after"], &json["responses"]["opted_out"]), (&2.into(), &1.into()));
    assert_eq!(json["sales"]["value"], serde_json::json!({"EUR": "160.00", "INR": "2599.00"}));
    assert_eq!(json["hold_out"], serde_json::Value::Null);
    scenario.run(&["report", "spring"]).exits(0).prints(&[
        "2 quoted the message, 0 by its tags, 2 wrote within 72 hours",
        "accepted 4 → delivered 4 → read 4 → replied 4 → ordered 2",
        "2 orders with 4 items: EUR 160.00 and INR 2599.00",
    ]);
    let csv = scenario.run(&["report", "spring", "--by", "ref1", "--csv"]).exits(0).stdout;
    let lines: Vec<&str> = csv.lines().collect();
    assert!(
        lines[0].ends_with("replied,asked_about_product,ordered,opted_out,orders,items,value_EUR,value_INR")
    );
    assert!(lines[1].starts_with("a,2,") && lines[1].ends_with("2,0,1,0,1,2,0.00,2599.00"), "{csv}");
    assert!(lines[2].ends_with("2,0,1,1,1,2,160.00,0.00"), "{csv}");
    scenario.run(&["report", "spring", "--html", "report.html"]).exits(0);
    let html = scenario.read("report.html");
    assert!(html.contains("What came of it") && html.contains("EUR 160.00 and INR 2599.00"), "{html}");
}

#[test]
fn what_people_wrote_is_in_no_file_unless_it_is_kept_and_a_purge_wipes_it() {
    let provider = Provider::accepting();
    let scenario = waiting(&provider, 1);
    let receiver = Server::receiver(&scenario);
    let has = |words: &str| {
        ["", "-wal"].iter().any(|ending| {
            let bytes = std::fs::read(scenario.path(&format!("catalink.db{ending}"))).unwrap_or_default();
            bytes.windows(words.len()).any(|part| part == words.as_bytes())
        })
    };
    assert_eq!(receiver.receipt(&wrote(0, "a", "my door code is 4711")), 200);
    scenario.run(&["run", "spring", "--reach", "open"]).exits(0);
    assert!(!has("door code"));
    drop(receiver);
    scenario.write("catalink.toml", "[inbound]\nkeep_text = \"30d\"\n");
    let receiver = Server::receiver(&scenario);
    assert_eq!(receiver.receipt(&wrote(0, "b", "my other code is 0815")), 200);
    // Somebody whom no campaign has messaged.
    assert_eq!(receiver.receipt(&wrote(7, "c", "is anybody there")), 200);
    assert!(has("my other code is 0815") && has("is anybody there"));
    drop(receiver);
    scenario.run(&["purge", "spring"]).exits(0);
    assert!(!has("my other code is 0815") && has("is anybody there"));
    let report = scenario.run(&["report", "spring", "--json"]).exits(0);
    let report: serde_json::Value = serde_json::from_str(&report.stdout).unwrap();
    assert_eq!(report["responses"]["replied"], 1, "the figures stay");
}
