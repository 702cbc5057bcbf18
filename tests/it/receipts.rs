//! What the provider says later: callbacks, the report, and what they change.

use std::{
    collections::HashMap,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    process::{Child, Stdio},
    sync::{Arc, Mutex, OnceLock},
    thread,
    time::{Duration, Instant},
};

use serde_json::Value;

use crate::support::{Answer, Ended, Provider, Scenario, number};

pub(crate) const TOKEN: &str = "0123456789abcdef0123456789abcdef";

/// A program that serves something until it is dropped.
pub(crate) struct Server {
    child: Child,
    pub(crate) address: String,
}

impl Server {
    /// Starts it, and reads its address from its first line.
    pub(crate) fn start(scenario: &Scenario, args: &[&str]) -> Self {
        let mut child = scenario.command(args).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        let address = line.split("http://").nth(1).expect("an address in the first line");
        let address = address.split(['/', ';']).next().unwrap().trim().to_owned();
        Self { child, address }
    }

    pub(crate) fn receiver(scenario: &Scenario) -> Self {
        Self::start(scenario, &["receive", "--listen", "127.0.0.1:0"])
    }

    pub(crate) fn callbacks(&self) -> String {
        format!("http://{}/callbacks/{TOKEN}", self.address)
    }

    /// One request; the status and the body of its answer.
    pub(crate) fn ask(&self, method: &str, path: &str, body: &str) -> (u16, String) {
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

    pub(crate) fn receipt(&self, body: &str) -> u16 {
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

pub(crate) fn user() -> Scenario {
    Scenario::new().set("CATALINK_CALLBACK_TOKEN", TOKEN)
}

/// The messages of a simulator's ledger.
pub(crate) fn messages(ledger: &Value) -> Vec<&Value> {
    let numbers = ledger["numbers"].as_object().unwrap().values();
    numbers.flat_map(|entry| entry["messages"].as_array().unwrap()).collect()
}

fn happened(message: &Value) -> Vec<&str> {
    message["happens"].as_array().unwrap().iter().map(|event| event.as_str().unwrap()).collect()
}

/// What became of the messages in truth: how many came at least so far.
fn truth(ledger: &Value) -> HashMap<&'static str, u64> {
    let mut counts = HashMap::from([("sent", 0), ("delivered", 0), ("read", 0), ("undelivered", 0)]);
    for message in messages(ledger) {
        let happened = happened(message);
        let reached: &[&str] = if happened.contains(&"read") {
            &["sent", "delivered", "read"]
        } else if happened.contains(&"delivered") {
            &["sent", "delivered"]
        } else if happened.contains(&"failed") || happened.contains(&"not sent") {
            &["undelivered"]
        } else {
            &["sent"]
        };
        for delivery in reached {
            *counts.get_mut(delivery).unwrap() += 1;
        }
    }
    counts
}

fn delivery(scenario: &Scenario) -> HashMap<&'static str, u64> {
    let status = scenario.status("spring");
    let of = |name: &'static str| (name, status["delivery"][name].as_u64().unwrap());
    ["sent", "delivered", "read", "undelivered"].map(of).into()
}

pub(crate) fn wait_for_receipts(simulator: &Server) -> Value {
    let began_at = Instant::now();
    loop {
        let (_, due) = simulator.ask("GET", "/simulator/receipts-due", "");
        if due == r#"{"receipts_due":0}"# {
            return simulator.ledger();
        }
        assert!(began_at.elapsed() < Duration::from_mins(2), "{due}");
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
    scenario.write("report.csv", simulator.ask("GET", "/simulator/report", "").1);
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
    let provider = Provider::with(|n, _| if n == 0 { Answer::Cut } else { Answer::Accept });
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
    scenario.run(&["retry", "spring", "--code", "WAV2101"]).exits(0).says(&["1 recipient requeued"]);
    scenario.run(&["run", "spring"]).exits(0);
    assert_eq!(provider.n_requests(), 3);
    assert_eq!(receiver.receipt(&not_sent), 200);
    assert_eq!(scenario.export()[1]["delivery"], "", "an old receipt was taken for news");
}

/// Posts what became of the message whose token this is.
fn tell(receiver: &str, token: &str, code: &str) {
    let body =
        format!(r#"{{"id":"x","status":"failed","error_code":"{code}","error":"no","ref1":"{token}"}}"#);
    let (address, path) = receiver.trim_start_matches("http://").split_once('/').unwrap();
    let mut stream = TcpStream::connect(address).unwrap();
    let length = body.len();
    let head = format!("POST /{path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: {length}");
    write!(stream, "{head}\r\n\r\n{body}").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}

/// A campaign of 60 whose provider, before it answers a message, has the receipt of the one before it delivered with
/// that code; and how it ended.
fn undelivered_as_they_go(code: &'static str) -> (Scenario, Ended, usize, Server) {
    let callbacks: Arc<OnceLock<String>> = Arc::default();
    let told = Arc::clone(&callbacks);
    let last: Mutex<Option<String>> = Mutex::default();
    let provider = Provider::with(move |_, request| {
        let token = request.body["extra_info"]["ref1"].as_str().unwrap().to_owned();
        if let Some(before) = last.lock().unwrap().replace(token) {
            tell(told.get().unwrap(), &before, code);
        }
        Answer::Accept
    });
    let scenario = Scenario::with(&provider, 60, &["--max-in-flight", "1", "--mps", "1000"])
        .set("CATALINK_CALLBACK_TOKEN", TOKEN);
    let receiver = Server::receiver(&scenario);
    callbacks.set(receiver.callbacks()).unwrap();
    let ended = scenario.run(&["run", "spring"]);
    let n_requests = provider.n_requests();
    (scenario, ended, n_requests, receiver)
}

#[test]
fn twenty_closed_windows_in_a_row_pause_a_running_campaign_and_say_why() {
    let (scenario, ended, n_requests, _receiver) = undelivered_as_they_go("131047");
    ended.exits(4).says(&["paused: messages were not delivered well enough", "131047: no"]);
    assert_eq!(scenario.status("spring")["pause_reason"], "canary");
    assert!((21..=22).contains(&n_requests), "{n_requests} messages left before the twentieth was heard of");
}

#[test]
fn a_run_of_an_accounts_fault_pauses_a_running_campaign_and_names_it() {
    let (scenario, ended, n_requests, _receiver) = undelivered_as_they_go("131031");
    ended.exits(4).says(&["paused: the account is not allowed to send", "131031: no"]);
    assert_eq!(scenario.status("spring")["pause_reason"], "account");
    assert!((6..=7).contains(&n_requests), "{n_requests} messages left before the fifth was heard of");
}

#[test]
fn who_asked_for_no_more_messages_is_left_alone_by_the_next_campaign() {
    let provider = Provider::accepting();
    let scenario = Scenario::with(&provider, 2, &[]).set("CATALINK_CALLBACK_TOKEN", TOKEN);
    scenario.run(&["run", "spring"]).exits(0);
    let receiver = Server::receiver(&scenario);
    let first = provider.requests().into_iter().find(|request| request.to() == number(0)).unwrap();
    let token = first.body["extra_info"]["ref1"].as_str().unwrap();
    tell(&receiver.callbacks(), token, "131050");
    scenario
        .run(&["suppress", "list"])
        .exits(0)
        .prints(&["+919810000000,\"asked for no more messages (131050), as a receipt of"]);
    scenario.run(&["create", "summer", "--message", "Hi"]).exits(0);
    scenario.run(&["import", "summer", "list.csv"]).exits(0);
    let counts = scenario.status("summer")["counts"].clone();
    assert_eq!((counts["suppressed"].as_u64(), counts["queued"].as_u64()), (Some(1), Some(1)));
}

/// Three were accepted: one lost for a closed window, one never handed to Meta, one read.
fn three_fates() -> (Scenario, Provider) {
    let provider = Provider::accepting();
    let scenario =
        Scenario::with(&provider, 3, &["--max-in-flight", "1"]).set("CATALINK_CALLBACK_TOKEN", TOKEN);
    scenario.run(&["run", "spring"]).exits(0).says(&["accepted is not delivered"]);
    let receiver = Server::receiver(&scenario);
    let of = |n: usize, rest: &str| format!(r#"{{"message_id":"{}",{rest}}}"#, Provider::message_id(n));
    for receipt in [
        of(0, r#""status":"failed","error_code":131047"#),
        of(1, r#""status":"NOT-SENT","code":"WAV2101","reason":"Account daily limit reached""#),
        of(2, r#""status":"read","timestamp":"1790000000""#),
    ] {
        assert_eq!(receiver.receipt(&receipt), 200);
    }
    (scenario, provider)
}

#[test]
fn what_receipts_say_is_told_in_words_by_status_report_and_export() {
    let (scenario, _provider) = three_fates();
    let why = "1 not delivered 131047: ";
    scenario
        .run(&["status", "spring"])
        .exits(0)
        .prints(&[
            "of 3 accepted, by the receipts so far:",
            "delivered              1  33.3 %",
            why,
            "24 hours",
        ])
        .says(&["catalink retry spring puts 1 back that were accepted and never handed to Meta"]);
    scenario.run(&["report", "spring"]).exits(0).prints(&[
        "read                   1  33.3 %",
        why,
        "24 hours",
    ]);
    let json = scenario.run(&["report", "spring", "--json"]).exits(0).stdout;
    let facts: Value = serde_json::from_str(&json).unwrap();
    assert_eq!((facts["unsent"].as_u64(), facts["open"].as_u64()), (Some(1), Some(0)));
    let reason =
        facts["reasons"].as_array().unwrap().iter().find(|reason| reason["code"] == "131047").unwrap();
    assert!(reason["what_to_do"].as_str().unwrap().contains("template"), "{reason}");
    let csv = scenario.run(&["report", "spring", "--csv"]).exits(0).stdout;
    let totals = csv::Reader::from_reader(csv.as_bytes()).deserialize::<HashMap<String, String>>().next();
    let totals = totals.unwrap().unwrap();
    assert_eq!((totals["campaign"].as_str(), totals["undelivered"].as_str()), ("spring", "2"));
    let row = scenario.export().remove(0);
    assert!(row["delivery_error"].starts_with("131047: "), "{row:?}");
    assert!(row["delivery_error"].contains("24 hours"), "{row:?}");
    let undelivered = scenario.run(&["export", "spring", "--delivery", "undelivered"]).exits(0).stdout;
    assert_eq!(undelivered.lines().count(), 3, "{undelivered}");
}

#[test]
fn a_rejected_caller_or_body_is_told_what_is_wrong_and_changes_nothing() {
    let scenario = user();
    let receiver = Server::receiver(&scenario);
    let path = format!("/callbacks/{TOKEN}");
    assert_eq!(receiver.ask("POST", "/callbacks/0123456789abcdef0123456789abcdee", "{}").0, 404);
    let (status, body) = receiver.ask("POST", &path, "<p>");
    assert_eq!(
        (status, body.as_str()),
        (400, r#"{"error":"the body is neither JSON nor a query string; it starts with `<p>`"}"#,)
    );
    assert_eq!(receiver.ask("POST", &path, &"x".repeat(1_100_000)).0, 413);
    let unknown = format!("{path}?id=nobody&status=submit-success");
    assert_eq!(receiver.ask("GET", &unknown, "").0, 200, "a status that is not known is taken");
}

/// Every file that belongs to the database.
fn bytes_of_database(scenario: &Scenario) -> Vec<u8> {
    let folder = scenario.path("");
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let ours = files.filter(|path| path.file_name().unwrap().to_string_lossy().starts_with("catalink.db"));
    ours.filter(|path| path.is_file()).flat_map(|path| std::fs::read(path).unwrap()).collect()
}

/// A text, or a number as SQLite stores one of twelve digits: six bytes, the largest first.
fn is_in(bytes: &[u8], needle: &[u8]) -> bool {
    bytes.windows(needle.len()).any(|part| part == needle)
}

fn stored(n: usize) -> [u8; 6] {
    let digits: u64 = number(n).trim_start_matches('+').parse().unwrap();
    digits.to_be_bytes()[2..].try_into().unwrap()
}

#[test]
fn after_a_purge_nobody_can_be_found_in_the_databases_files_and_the_figures_stay() {
    let (scenario, provider) = three_fates();
    let before = scenario.status("spring");
    let token = provider.requests()[0].body["extra_info"]["ref1"].as_str().unwrap().to_owned();
    let bytes = bytes_of_database(&scenario);
    assert!(is_in(&bytes, b"Asha 1") && is_in(&bytes, &stored(1)), "what is looked for was never there");
    scenario.run(&["purge", "spring"]).exits(0).prints(&["purged `spring`: 3 recipients; its figures stay"]);
    assert_eq!(scenario.status("spring"), before);
    let bytes = bytes_of_database(&scenario);
    for n in 0..3 {
        let (name, tag, id) = (format!("Asha {n}"), format!("order-{n}"), Provider::message_id(n));
        for text in [name, tag, id, number(n), number(n)[1..].to_owned()] {
            assert!(!is_in(&bytes, text.as_bytes()), "{text} is still there");
        }
        assert!(!is_in(&bytes, &stored(n)), "the number {n} is still there");
    }
    assert!(!is_in(&bytes, token.as_bytes()), "a token is still there");
    scenario.run(&["doctor", "--verify", "spring"]).exits(0);
    // Whoever was messaged lately is still known.
    scenario.run(&["create", "summer", "--message", "Hi"]).exits(0);
    scenario.run(&["import", "summer", "list.csv"]).exits(0);
    let known = "3 recipients of them were messaged by `spring` in the last 7 days";
    scenario.run(&["run", "summer"]).exits(0).says(&[known]);
}

#[test]
fn serve_wipes_what_is_older_than_the_settings_allow_and_writes_that_down() {
    let (scenario, _provider) = three_fates();
    let an_hour_ago = "update campaign set finished_at = finished_at - 3600001";
    let mut sqlite = std::process::Command::new("sqlite3");
    assert!(sqlite.arg(scenario.path("catalink.db")).arg(an_hour_ago).status().unwrap().success());
    let scenario = scenario.set("CATALINK_KEEP", "2h");
    drop(Server::start(&scenario, &["serve", "--listen", "127.0.0.1:0"]));
    let trail = |scenario: &Scenario| -> Vec<Value> {
        let json = scenario.run(&["audit", "spring", "--json"]).exits(0).stdout;
        serde_json::from_str(&json).unwrap()
    };
    assert!(trail(&scenario).iter().all(|deed| deed["command"] != "purge"), "two hours are not over");
    // A list that somebody has uploaded in the console, and never added.
    std::fs::create_dir_all(scenario.path("catalink.db-uploads")).unwrap();
    for file in ["catalink.db-uploads/u1", "catalink.db-uploads/u1.rows"] {
        scenario.write(file, "Asha 1");
    }
    let draft = "insert into draft (campaign_id, upload, file_name, n_bytes, choices, checked)
        values (1, 'u1', 'more.csv', 6, '{}', 'Asha 1')";
    let mut sqlite = std::process::Command::new("sqlite3");
    assert!(sqlite.arg(scenario.path("catalink.db")).arg(draft).status().unwrap().success());
    let scenario = scenario.set("CATALINK_KEEP", "1h");
    let mut child = scenario
        .command(&["serve", "--listen", "127.0.0.1:0"])
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let purged = lines.any(|line| line.unwrap().contains("purged `spring`: 3 recipients"));
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(purged, "serve ended without having wiped anything");
    let deed = trail(&scenario).remove(0);
    assert_eq!((deed["command"].as_str(), deed["campaign"].as_str()), (Some("purge"), Some("spring")));
    assert_eq!(deed["who"], "retention (the setting keep)");
    assert!(!is_in(&bytes_of_database(&scenario), b"Asha 1"));
    assert_eq!(std::fs::read_dir(scenario.path("catalink.db-uploads")).unwrap().count(), 0);
}

#[test]
fn every_deed_is_in_the_audit_trail_with_who_when_and_what_came_of_it() {
    let provider = Provider::with(|n, _| if n == 0 { Answer::Cut } else { Answer::Accept });
    let scenario = Scenario::with(&provider, 3, &["--max-in-flight", "1"]).set("USER", "asha");
    scenario.run(&["run", "spring"]).exits(3);
    scenario.run(&["resolve", "spring", "--resend"]).exits(0);
    scenario.run(&["pause", "spring"]).exits(0);
    scenario.run(&["resume", "spring"]).exits(0);
    scenario.run(&["suppress", "add", "+919810000009", "--reason", "asked"]).exits(0);
    scenario.write("report.csv", format!("MESSAGE_ID,STATUS\n{},DELIVERED\n", Provider::message_id(1)));
    scenario.run(&["reconcile", "spring", "report.csv", "--dry-run"]).exits(0);
    scenario.run(&["reconcile", "spring", "report.csv"]).exits(0);
    scenario.run(&["purge", "spring"]).exits(0);
    let json = scenario.run(&["audit", "--json"]).exits(0).stdout;
    let trail: Vec<Value> = serde_json::from_str(&json).unwrap();
    let mut commands: Vec<_> = trail.iter().map(|deed| deed["command"].as_str().unwrap()).collect();
    commands.reverse();
    let expected = [
        "create",
        "import",
        "start",
        "finish",
        "resolve",
        "pause",
        "resume",
        "start",
        "finish",
        "suppress",
        "reconcile",
        "purge",
    ];
    assert_eq!(commands, expected);
    let user = std::process::Command::new("id").arg("-un").output().unwrap().stdout;
    let user = format!("{} (pid ", String::from_utf8(user).unwrap().trim());
    for deed in &trail {
        let who = deed["who"].as_str().unwrap();
        let is_automatic = deed["command"] == "finish";
        assert!(if is_automatic { who == "catalink" } else { who.starts_with(&user) }, "{deed}");
        assert!(deed["at"].as_str().unwrap().ends_with('Z'), "{deed}");
    }
    let details: Vec<_> = trail.iter().rev().map(|deed| deed["detail"].as_str().unwrap()).collect();
    assert_eq!(
        details[1..5],
        ["list.csv: 3 rows, 3 queued", "3 rows waiting", "2 accepted, 1 in doubt", "resend all: 1 row",]
    );
    assert_eq!(
        details[10],
        "report.csv: 1 row changed; sent 0 → 1, delivered 0 → 1, no_receipt 3 → 2".replace('_', " ")
    );
    scenario.run(&["audit", "spring", "--limit", "1"]).exits(0).prints(&["purge", "spring", "3 rows"]);
    let of_campaign = scenario.run(&["audit", "spring", "--limit", "99"]).exits(0);
    of_campaign.prints(&["create"]);
}

#[test]
fn a_command_that_changed_nothing_is_not_in_the_audit_trail() {
    let scenario = Scenario::with(&Provider::accepting(), 2, &[]);
    scenario.run(&["rate", "spring", "5"]).exits(0);
    let trail = |scenario: &Scenario| scenario.run(&["audit", "--json"]).exits(0).stdout;
    scenario.run(&["suppress", "add", "+919810000009", "--reason", "asked"]).exits(0);
    let before = trail(&scenario);
    scenario.run(&["rate", "spring", "5"]).exits(0);
    scenario.run(&["suppress", "add", "+919810000009", "--reason", "asked"]).exits(0);
    scenario.run(&["suppress", "remove", "+919810000001"]);
    scenario.run(&["retry", "spring"]);
    assert_eq!(trail(&scenario), before);
}

#[test]
fn a_pause_by_the_provider_is_in_the_audit_trail_with_its_cause_and_code() {
    let (scenario, ..) = undelivered_as_they_go("131031");
    let json = scenario.run(&["audit", "spring", "--json"]).exits(0).stdout;
    let trail: Vec<Value> = serde_json::from_str(&json).unwrap();
    let pause = trail.iter().find(|deed| deed["command"] == "pause").unwrap();
    assert_eq!(pause["who"], "catalink");
    assert!(pause["detail"].as_str().unwrap().contains("131031"), "{pause}");
}

#[test]
fn the_demo_ends_with_the_figures_of_its_provider_in_seconds() {
    let scenario = Scenario::new();
    let told = scenario.run(&["demo", "--dir", "demo"]);
    assert!(matches!(told.code, Some(0 | 3)), "{}", told.stderr);
    let told = told.prints(&["of 240 accepted, by the receipts so far:", "0 people messaged twice"]);
    let n_delivered: u64 = number_before(&told.stdout, " delivered, 0 people");
    let scenario = scenario.set("CATALINK_DB", "demo/catalink.db");
    let delivery = scenario.status("spring")["delivery"].clone();
    assert_eq!(delivery["delivered"].as_u64(), Some(n_delivered), "{delivery}");
    assert!(scenario.read("demo/report.html").contains("What became of the accepted messages"));
}

#[test]
fn the_demo_shows_that_people_who_write_get_the_link_and_nobody_else() {
    let scenario = Scenario::new();
    let told = scenario.run(&["demo", "--dir", "demo"]).prints(&[
        "36 of the 60 people write",
        "The campaign that waited: 36 people wrote, and 36 got the link",
        "; 0 messages went to them afterwards.",
    ]);
    let n_stopped: u64 = number_before(&told.stdout, " asked to be left alone");
    assert!(0 < n_stopped, "{}", told.stdout);
    let scenario = scenario.set("CATALINK_DB", "demo/catalink.db");
    let status = scenario.status("welcome");
    assert_eq!(status["counts"]["accepted"], 36, "{status}");
    assert_eq!(status["counts"]["skipped"], 24, "{status}");
    assert_eq!(status["delivery"]["undelivered"], 0, "{status}");
    let list = scenario.run(&["suppress", "list"]).exits(0).stdout;
    assert_eq!(list.matches("wrote “stop”").count() as u64, n_stopped, "{list}");
}

fn number_before(text: &str, words: &str) -> u64 {
    let before = text.split(words).next().unwrap();
    before.rsplit(|c: char| !c.is_ascii_digit()).next().unwrap().parse().unwrap()
}
