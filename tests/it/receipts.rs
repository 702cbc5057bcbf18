//! What the provider says later: callbacks, the report, and what they change.

use std::{
    collections::HashMap,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    process::{Child, Stdio},
    thread,
    time::{Duration, Instant},
};

use serde_json::Value;

use crate::support::{Provider, Scenario};

const TOKEN: &str = "0123456789abcdef0123456789abcdef";

/// A program that serves something until it is dropped.
struct Server {
    child: Child,
    address: String,
}

impl Server {
    /// Starts it, and reads its address from its first line.
    fn start(scenario: &Scenario, args: &[&str]) -> Self {
        let mut child = scenario.command(args).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        let address = line.split("http://").nth(1).expect("an address in the first line");
        let address = address.split(['/', ';']).next().unwrap().trim().to_owned();
        Self { child, address }
    }

    fn receiver(scenario: &Scenario) -> Self {
        Self::start(scenario, &["receive", "--listen", "127.0.0.1:0"])
    }

    fn callbacks(&self) -> String {
        format!("http://{}/callbacks/{TOKEN}", self.address)
    }

    /// One request; the status and the body of its answer.
    fn ask(&self, method: &str, path: &str, body: &str) -> (u16, String) {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let length = body.len();
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}"
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        (head[9..12].parse().unwrap(), body.to_owned())
    }

    fn receipt(&self, body: &str) -> u16 {
        self.ask("POST", &format!("/callbacks/{TOKEN}"), body).0
    }

    fn ledger(&self) -> Value {
        serde_json::from_str(&self.ask("GET", "/simulator/ledger", "").1).unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn user() -> Scenario {
    Scenario::new().set("CATALINK_CALLBACK_TOKEN", TOKEN)
}

/// The messages of a simulator's ledger.
fn messages(ledger: &Value) -> Vec<&Value> {
    let numbers = ledger["numbers"].as_object().unwrap().values();
    numbers.flat_map(|entry| entry["messages"].as_array().unwrap()).collect()
}

fn happened(message: &Value) -> Vec<&str> {
    message["happens"].as_array().unwrap().iter().map(|event| event.as_str().unwrap()).collect()
}

/// What became of the messages in truth: how many came to each delivery.
fn truth(ledger: &Value) -> HashMap<&'static str, u64> {
    let mut counts = HashMap::from([("sent", 0), ("delivered", 0), ("read", 0), ("undelivered", 0)]);
    for message in messages(ledger) {
        let happened = happened(message);
        let delivery = if happened.contains(&"read") {
            "read"
        } else if happened.contains(&"delivered") {
            "delivered"
        } else if happened.contains(&"failed") || happened.contains(&"not sent") {
            "undelivered"
        } else {
            "sent"
        };
        *counts.get_mut(delivery).unwrap() += 1;
    }
    counts
}

fn delivery(scenario: &Scenario) -> HashMap<&'static str, u64> {
    let status = scenario.status("spring");
    let of = |name: &'static str| (name, status["delivery"][name].as_u64().unwrap());
    ["sent", "delivered", "read", "undelivered"].map(of).into()
}

/// The report that the provider would give out, in its own columns.
fn report(ledger: &Value) -> String {
    let mut csv = String::from(
        "WABA ID,WHATSAPP_ID,MESSAGE_DIRECTION,REASON_FOR_FAILURE,FAILED_AT,SENT_AT,DELIVERED_AT,SEEN_AT,REF,REF1,REF2\n",
    );
    for message in messages(ledger) {
        let happened = happened(message);
        let at = |event: &str| if happened.contains(&event) { "2026-11-23 05:11:05" } else { "" };
        let reason = match message["code"].as_u64() {
            Some(code) => format!("{code} - Message undeliverable"),
            None if happened.contains(&"not sent") => "WAV2101 - Account daily limit reached".to_owned(),
            None => String::new(),
        };
        let failed = format!("{}{}", at("failed"), at("not sent"));
        let tag = |name: &str| message[name].as_str().unwrap_or_default().to_owned();
        csv.push_str(&format!(
            "1,{},false,{reason},{failed},{},{},{},{},{},{}\n",
            message["message_id"].as_str().unwrap(),
            at("sent"),
            at("delivered"),
            at("read"),
            tag("ref"),
            tag("ref1"),
            tag("ref2"),
        ));
    }
    csv
}

fn wait_for_receipts(simulator: &Server) -> Value {
    let began_at = Instant::now();
    loop {
        let (_, due) = simulator.ask("GET", "/simulator/receipts-due", "");
        if due == r#"{"receipts_due":0}"# {
            return simulator.ledger();
        }
        assert!(began_at.elapsed() < Duration::from_secs(120), "{due}");
        thread::sleep(Duration::from_millis(100));
    }
}

#[test]
fn without_a_token_of_its_own_nothing_is_received() {
    let scenario = Scenario::new();
    scenario
        .run(&["receive", "--listen", "127.0.0.1:0"])
        .exits(1)
        .says(&["CATALINK_CALLBACK_TOKEN) is not set", "hint: export CATALINK_CALLBACK_TOKEN="]);
}

#[test]
fn after_one_reconciliation_the_delivery_figures_are_the_providers_own() {
    let scenario = user();
    let receiver = Server::receiver(&scenario);
    let url = receiver.callbacks();
    let simulator = Server::start(
        &scenario,
        &[
            "simulate",
            "--listen",
            "127.0.0.1:0",
            "--latency",
            "1ms",
            "--jitter",
            "5ms",
            "--seed",
            "7",
            "--lost-answer",
            "0.002",
            "--callbacks",
            &url,
            "--callback-delay",
            "5ms",
            "--lost-callbacks",
            "0.05",
            "--repeated-callbacks",
            "0.05",
            "--reordered-callbacks",
            "0.5",
            "--undelivered",
            "0.05",
            "--not-sent",
            "0.01",
        ],
    );
    let scenario = scenario.set("KALEYRA_BASE_URL", &format!("http://{}", simulator.address));
    scenario.run(&["create", "spring", "--message", "Hi {{name}}", "--mps", "2000"]).exits(0);
    scenario.list("list.csv", 10_000);
    scenario.run(&["import", "spring", "list.csv"]).exits(0);
    let ended = scenario.run(&["run", "spring"]);
    assert!(matches!(ended.code, Some(0 | 3)), "{}", ended.stderr);

    let ledger = wait_for_receipts(&simulator);
    assert_eq!(messages(&ledger).len(), 10_000);
    scenario.write("report.csv", report(&ledger));
    let before = delivery(&scenario);
    assert_ne!(before, truth(&ledger), "5 % of the receipts were lost");
    scenario.run(&["reconcile", "spring", "report.csv", "--dry-run"]).exits(0).prints(&["would be"]);
    assert_eq!(delivery(&scenario), before, "a dry run changed something");
    scenario.run(&["reconcile", "spring", "report.csv"]).exits(0);
    assert_eq!(delivery(&scenario), truth(&ledger));
    assert_eq!((scenario.count("accepted"), scenario.count("in_doubt")), (10_000, 0));
    scenario.run(&["reconcile", "spring", "report.csv"]).exits(0).says(&["0 recipients changed"]);
    assert_eq!(delivery(&scenario), truth(&ledger));
    scenario.run(&["doctor", "--verify", "spring"]).exits(0);
}

#[test]
fn a_receipt_settles_a_doubt_and_what_was_not_sent_is_sent_again_by_the_operators_word() {
    let provider =
        Provider::with(
            |n, _| if n == 0 { crate::support::Answer::Cut } else { crate::support::Answer::Accept },
        );
    let scenario =
        Scenario::with(&provider, 2, &["--max-in-flight", "1"]).set("CATALINK_CALLBACK_TOKEN", TOKEN);
    scenario.run(&["run", "spring"]).exits(3);
    assert_eq!(scenario.count("in_doubt"), 1);
    let receiver = Server::receiver(&scenario);
    let token = provider.requests()[0].body["extra_info"]["ref1"].as_str().unwrap().to_owned();
    assert_eq!(
        receiver.receipt(&format!(r#"{{"id":"wamid.9","status":"delivered","ref1":"{token}"}}"#)),
        200
    );
    assert_eq!((scenario.count("in_doubt"), scenario.count("accepted")), (0, 2));

    let id = Provider::message_id(1);
    let not_sent =
        format!(r#"{{"status":"not sent","code":"WAV2101","reason":"limit","message_id":"{id}"}}"#);
    assert_eq!(receiver.receipt(&not_sent), 200);
    let row = scenario.export().remove(1);
    assert_eq!((row["delivery"].as_str(), row["delivery_error"].as_str()), ("undelivered", "WAV2101: limit"));
    scenario.run(&["retry", "spring", "--code", "WAV2101"]).exits(0).says(&["1 recipient put back"]);
    scenario.run(&["run", "spring"]).exits(0);
    assert_eq!(provider.n_requests(), 3);
    assert_eq!(receiver.receipt(&not_sent), 200);
    assert_eq!(scenario.export()[1]["delivery"], "", "an old receipt was taken for news");
}

#[test]
fn closed_windows_pause_the_campaign_and_opt_outs_leave_every_queue() {
    let provider = Provider::accepting();
    let scenario = Scenario::with(&provider, 40, &["--mps", "1"]).set("CATALINK_CALLBACK_TOKEN", TOKEN);
    let receiver = Server::receiver(&scenario);
    let opted_out =
        r#"{"id":"x","status":"failed","error_code":"131050","error":"User stopped","ref1":"TOKEN"}"#;
    let running = scenario.start(&["run", "spring"]);
    provider.wait_for(1);
    let token = provider.requests()[0].body["extra_info"]["ref1"].as_str().unwrap().to_owned();
    assert_eq!(receiver.receipt(&opted_out.replace("TOKEN", &token)), 200);
    scenario.run(&["rate", "spring", "1000"]).exits(0);
    let mut told = 1;
    while scenario.status("spring")["state"] == "running" && told < 40 {
        provider.wait_for(told + 1);
        let token = provider.requests()[told].body["extra_info"]["ref1"].as_str().unwrap().to_owned();
        let closed = opted_out.replace("131050", "131047").replace("TOKEN", &token);
        assert_eq!(receiver.receipt(&closed), 200);
        told += 1;
    }
    let ended = running.end();
    // The last message may have gone out before the twentieth receipt came.
    assert!(matches!(ended.code, Some(0 | 4)), "{}", ended.stderr);
    scenario
        .run(&["suppress", "list"])
        .exits(0)
        .prints(&["+919810000000,\"asked for no more messages (131050), as a receipt of"]);
}
