//! The simulator over real HTTP.

use std::{collections::HashSet, time::Duration};

use axum::routing::any;
use reqwest::Client;
use serde_json::Value;
use tokio::sync::mpsc;

use super::*;
use crate::{
    domain::{Message, Timestamp},
    provider::kaleyra::wire,
};

const ANY_PORT: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 0);

/// For answers that come: a busy machine may take its time.
const PATIENT: Duration = Duration::from_secs(20);

/// For answers that never come.
const HASTY: Duration = Duration::from_millis(300);

async fn start(faults: Faults) -> Simulator {
    Simulator::start(ANY_PORT, faults).await.unwrap()
}

fn client(timeout: Duration) -> Client {
    let _already_installed = rustls::crypto::ring::default_provider().install_default();
    let never = reqwest::retry::never();
    Client::builder().tls_certs_only([]).no_proxy().retry(never).timeout(timeout).build().unwrap()
}

fn number(n: u64) -> Phone {
    Phone::from_digits(919_800_000_000 + n).unwrap()
}

fn body(n: u64) -> String {
    let message = Message {
        to: number(n),
        body: "Our catalogue: https://wa.me/c/911161197855".to_owned(),
        preview_url: true,
        refs: [Some("customer1".to_owned()), None, None],
        wa_source: "api".to_owned(),
    };
    wire::Body::of(&message).to_json()
}

async fn post_as(
    simulator: &Simulator,
    key: &str,
    sender: &str,
    body: String,
) -> reqwest::Result<(u16, String)> {
    let url = format!("http://{}/v2/HXAP16XXXXXX97IN/whatsapp/{sender}/messages", simulator.address());
    let is_silent = simulator.shared.faults.timeout_rate > 0.0;
    let timeout = if is_silent { HASTY } else { PATIENT };
    let request = client(timeout).post(url).header("content-type", "application/json").header("api-key", key);
    let response = request.body(body).send().await?;
    let status = response.status().as_u16();
    Ok((status, response.text().await?))
}

async fn send(simulator: &Simulator, n: u64) -> reqwest::Result<(u16, String)> {
    post_as(simulator, "A1", "+911161197855", body(n)).await
}

/// The status and the answer's code.
async fn code(simulator: &Simulator, n: u64) -> (u16, String) {
    let (status, answer) = send(simulator, n).await.unwrap();
    (status, member(&answer, "code"))
}

fn member(json: &str, name: &str) -> String {
    let value: Value = serde_json::from_str(json).unwrap_or_default();
    value.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
}

#[tokio::test]
async fn only_loopback_is_listened_on() {
    for address in ["0.0.0.0:0", "[::]:0", "10.0.0.1:0"] {
        let found = Simulator::start(address.parse().unwrap(), Faults::default()).await;
        assert!(matches!(found, Err(SimulatorError::NotLoopback { .. })), "{address}");
    }
    let simulator = start(Faults::default()).await;
    let taken = Simulator::start(simulator.address(), Faults::default()).await;
    assert!(matches!(taken, Err(SimulatorError::Listen { .. })));
}

#[tokio::test]
async fn a_fine_request_gets_the_documented_202_and_an_id_of_its_own() {
    let simulator = start(Faults::default()).await;
    let mut ids = HashSet::new();
    for n in [1, 2, 2] {
        let (status, answer) = send(&simulator, n).await.unwrap();
        let value: Value = serde_json::from_str(&answer).unwrap();
        let id = value["data"]["message_id"].as_str().unwrap().to_owned();
        let expected = json!({
            "code": "WA202", "message": "Request Accepted", "data": { "message_id": id }, "error": {}
        });
        assert_eq!((status, &value), (202, &expected));
        assert!(id.len() == 20 && id.starts_with('A') && ids.insert(id));
    }
    let ledger = simulator.ledger();
    assert_eq!((ledger.received, ledger.accepted), (3, 3));
    assert_eq!((ledger.accepted_by(number(1)), ledger.accepted_by(number(2))), (1, 2));
    assert_eq!(ledger.numbers[&number(1)].messages[0].refs, [Some("customer1".to_owned()), None, None]);
}

#[tokio::test]
async fn what_the_document_does_not_allow_is_wa400() {
    let simulator = start(Faults::default()).await;
    let fine = body(1);
    let wrong = [
        String::new(),
        "{".to_owned(),
        fine.replace("\"to\"", "\"too\""),
        fine.replace("+9198", "9198"),
        fine.replace("\"body\"", "\"bodi\""),
        fine.replace("Our catalogue: https://wa.me/c/911161197855", " "),
        fine.replace("Our catalogue", &"x".repeat(4_097)),
        fine.replace("individual", "group"),
        fine.replace("\"whatsapp\"", "\"sms\""),
        fine.replace("\"type\":\"text\"", "\"type\":\"image\""),
        fine.replace("true", "\"true\""),
    ];
    for body in wrong {
        assert_ne!(body, fine);
        let (status, answer) = post_as(&simulator, "A1", "+911161197855", body).await.unwrap();
        assert_eq!((status, member(&answer, "code")), (400, "WA400".to_owned()));
    }
    assert_eq!(simulator.ledger().accepted, 0);
}

#[tokio::test]
async fn a_wrong_key_and_a_wrong_number_are_401() {
    let faults = Faults {
        key: Some("A1".into()),
        sender: Some(Phone::parse("+911161197855").unwrap()),
        ..Faults::default()
    };
    let simulator = start(faults).await;
    let (status, answer) = post_as(&simulator, "A2", "+911161197855", body(1)).await.unwrap();
    assert_eq!((status, member(&answer, "code")), (401, "RBC001".to_owned()));
    let (status, answer) = post_as(&simulator, "A1", "+919800000001", body(1)).await.unwrap();
    assert_eq!((status, member(&answer, "code")), (401, "WA401".to_owned()));
    for sender in ["+911161197855", "911161197855"] {
        assert_eq!(post_as(&simulator, "A1", sender, body(1)).await.unwrap().0, 202);
    }
    assert_eq!(simulator.ledger().accepted, 2);
}

#[tokio::test]
async fn without_a_key_nobody_is_let_in() {
    let simulator = start(Faults::default()).await;
    assert_eq!(post_as(&simulator, "", "+911161197855", body(1)).await.unwrap().0, 401);
}

#[tokio::test]
async fn the_page_about_the_number_is_for_the_right_key_and_number() {
    let sender = Phone::parse("+911161197855").unwrap();
    let simulator = start(Faults { key: Some("A1".into()), sender: Some(sender), ..Faults::default() }).await;
    for (key, number, status) in
        [("A1", "+911161197855", 200), ("A2", "+911161197855", 401), ("A1", "+6581234567", 401)]
    {
        let url = format!("http://{}/v2/S/whatsapp/{number}/phone_number_details", simulator.address());
        let answer = client(PATIENT).get(url).header("api-key", key).send().await.unwrap();
        assert_eq!(answer.status(), status, "{key} {number}");
    }
    assert_eq!(simulator.ledger().received, 0);
}

#[tokio::test]
async fn a_used_up_balance_is_e110_until_it_is_topped_up() {
    let simulator = start(Faults { e110_after: Some(2), ..Faults::default() }).await;
    for n in [1, 2] {
        assert_eq!(code(&simulator, n).await, (202, "WA202".to_owned()));
    }
    assert_eq!(code(&simulator, 3).await, (400, "E110".to_owned()));
    let top_up = format!("http://{}/simulator/top-up", simulator.address());
    let answer =
        client(PATIENT).post(&top_up).body(r#"{"messages":1}"#).send().await.unwrap().text().await.unwrap();
    assert_eq!(answer, r#"{"balance":1}"#);
    assert_eq!(code(&simulator, 3).await.0, 202);
    assert_eq!(code(&simulator, 4).await.0, 400);
    assert_eq!(simulator.top_up(5), Some(5));
    assert_eq!(client(PATIENT).post(&top_up).body("{}").send().await.unwrap().status(), 400);
}

#[tokio::test]
async fn refusals_are_answered_as_documented_and_not_accepted() {
    let always = |name: &str| {
        let mut faults = Faults::default();
        *match name {
            "WA500" => &mut faults.wa500_rate,
            "WA400" => &mut faults.wa400_rate,
            "RBC001" => &mut faults.unauthorized_rate,
            "HTTP_429" => &mut faults.throttle_rate,
            _ => &mut faults.overload_rate,
        } = 1.0;
        faults
    };
    let table = [("WA500", 500), ("WA400", 400), ("RBC001", 401), ("HTTP_429", 429), ("HTTP_503", 503)];
    for (name, status) in table {
        let simulator = start(always(name)).await;
        let (found, answer) = send(&simulator, 1).await.unwrap();
        assert_eq!(found, status, "{name}");
        assert_eq!(member(&answer, "code"), if name.starts_with("HTTP") { "" } else { name });
        let ledger = simulator.ledger();
        assert_eq!((ledger.accepted, ledger.answers.get(name)), (0, Some(&1)), "{name}");
    }
}

#[tokio::test]
async fn answers_are_lost_after_the_message_was_accepted() {
    let table = [
        ("LOST", Faults { lost_answer_rate: 1.0, ..Faults::default() }),
        ("BROKEN", Faults { broken_answer_rate: 1.0, ..Faults::default() }),
        ("TIMEOUT", Faults { timeout_rate: 1.0, ..Faults::default() }),
    ];
    for (name, faults) in table {
        let simulator = start(faults).await;
        for n in 0..4 {
            let error = send(&simulator, n).await.unwrap_err();
            assert_eq!(error.is_timeout(), name == "TIMEOUT", "{name}: {error:?}");
        }
        let ledger = simulator.ledger();
        assert_eq!((ledger.received, ledger.accepted, ledger.answers[name]), (4, 4, 4));
    }
}

#[tokio::test]
async fn a_gateway_in_between_says_502_whether_or_not_the_message_was_accepted() {
    let simulator = start(Faults { gateway_rate: 1.0, ..Faults::default() }).await;
    for n in 0..20 {
        let (status, page) = send(&simulator, n).await.unwrap();
        assert!(status == 502 && page.contains("<title>502 Bad Gateway</title>"));
    }
    assert!((1..20).contains(&simulator.ledger().accepted));
}

#[tokio::test]
async fn the_same_seed_gives_the_same_rehearsal_in_any_order() {
    let mut runs = Vec::new();
    for order in [[1, 2, 3, 4, 5, 6], [6, 5, 4, 3, 2, 1]] {
        let simulator = start(Faults { wa500_rate: 0.5, seed: 3, ..Faults::default() }).await;
        for n in order {
            send(&simulator, n).await.unwrap();
        }
        let mut ledger = simulator.ledger();
        // When each came is another matter.
        for message in ledger.numbers.values_mut().flat_map(|entry| &mut entry.messages) {
            message.arrived_us = 0;
        }
        runs.push(ledger);
    }
    assert_eq!(runs[0].numbers, runs[1].numbers);
    assert!((1..6).contains(&runs[0].accepted));
}

#[tokio::test]
async fn stopping_lets_go_of_those_who_wait() {
    let simulator = start(Faults { timeout_rate: 1.0, ..Faults::default() }).await;
    let url = format!("http://{}/v2/S/whatsapp/+911161197855/messages", simulator.address());
    let request = client(PATIENT).post(url).header("api-key", "A1");
    let waiting = tokio::spawn(request.header("content-type", "application/json").body(body(1)).send());
    while simulator.ledger().accepted == 0 {
        tokio::task::yield_now().await;
    }
    simulator.stop().await;
    assert!(waiting.await.unwrap().is_err());
}

#[tokio::test]
async fn the_ledger_is_served_as_json() {
    let simulator = start(Faults { e110_after: Some(5), ..Faults::default() }).await;
    send(&simulator, 1).await.unwrap();
    let url = format!("http://{}/simulator/ledger", simulator.address());
    let page = client(PATIENT).get(url).send().await.unwrap().text().await.unwrap();
    let page: Value = serde_json::from_str(&page).unwrap();
    let id = page["numbers"]["+919800000001"]["messages"][0]["message_id"].clone();
    assert!(id.as_str().unwrap().starts_with('A'));
    let expected = json!({
        "received": 1, "accepted": 1, "balance": 4, "answers": { "WA202": 1 }, "in_flight_peak": 1,
        "peak_per_second": 1,
        "numbers": { "+919800000001": { "requests": 1, "wrote": [], "messages": [
            {
                "message_id": id, "ref": "customer1", "ref1": null, "ref2": null,
                "delivery": [], "happens": [], "code": null
            }
        ] } },
        "receipts_due": 0,
    });
    assert_eq!(page, expected);
}

/// An address for callbacks, and those that come to it.
async fn receiver() -> (String, mpsc::UnboundedReceiver<Value>) {
    let (callbacks, received) = mpsc::unbounded_channel();
    let console = TcpListener::bind(ANY_PORT).await.unwrap();
    let url = format!("http://{}/callbacks/secret", console.local_addr().unwrap());
    let routes = Router::new().route(
        "/callbacks/secret",
        any(move |body: String| async move {
            callbacks.send(serde_json::from_str::<Value>(&body).unwrap()).unwrap();
        }),
    );
    tokio::spawn(axum::serve(console, routes).into_future());
    (url, received)
}

#[tokio::test]
async fn receipts_follow_an_acceptance_and_the_ledger_says_which_arrived() {
    let (url, mut received) = receiver().await;
    let clock = || Timestamp(1_722_834_665_000);
    let callbacks = Callbacks { delay: Duration::ZERO, read_rate: 1.0, ..Callbacks::to(url, clock) };
    let simulator = start(Faults { callbacks: Some(callbacks), ..Faults::default() }).await;
    let (_, answer) = send(&simulator, 1).await.unwrap();
    let answer: Value = serde_json::from_str(&answer).unwrap();
    for said in ["sent", "delivered", "read"] {
        let receipt = received.recv().await.unwrap();
        let status = &receipt["meta_object"]["value"]["statuses"][0];
        assert_eq!((&receipt["status"], &status["status"]), (&json!(said), &json!(said)));
        assert_eq!(status["id"], answer["data"]["message_id"]);
        assert_eq!(status["timestamp"], "1722834665");
        assert_eq!(receipt["extra_info"]["ref"], "customer1");
        assert_eq!(receipt["extra_info"]["ref1"], "<ref1>");
    }
    while simulator.ledger().numbers[&number(1)].messages[0].delivery != ["sent", "delivered", "read"] {
        tokio::task::yield_now().await;
    }
}

/// A simulator with people, and what it tells.
async fn with_people(people: People) -> (Simulator, mpsc::UnboundedReceiver<Value>) {
    let (url, received) = receiver().await;
    let clock = || Timestamp(1_722_834_665_000);
    let callbacks = Callbacks { delay: Duration::ZERO, people, ..Callbacks::to(url, clock) };
    (start(Faults { callbacks: Some(callbacks), ..Faults::default() }).await, received)
}

/// The messages in the callbacks, the receipts left out.
async fn next_message(received: &mut mpsc::UnboundedReceiver<Value>) -> (Value, Value) {
    loop {
        let callback = received.recv().await.unwrap();
        let message = callback["meta_object"]["value"]["messages"][0].clone();
        if !message.is_null() {
            return (message, callback["extra_info"].clone());
        }
    }
}

#[tokio::test]
async fn nobody_writes_where_nobody_would_hear_of_it() {
    let simulator = start(Faults::default()).await;
    assert!(matches!(simulator.write(number(1), "Hello").await, Err(SimulatorError::NoCallbacks)));
    let url = format!("http://{}/simulator/write", simulator.address());
    for (body, status) in [(r#"{"from": "+919800000001"}"#, 409), ("{}", 400), ("Hello", 400)] {
        let answer = client(PATIENT).post(&url).body(body).send().await.unwrap();
        assert_eq!(answer.status().as_u16(), status, "{body}");
    }
    let too_much = People { stop_rate: 0.6, order_rate: 0.6, ..People::default() };
    let callbacks = Callbacks { people: too_much, ..Callbacks::to("http://127.0.0.1:1/", || Timestamp(0)) };
    let found = Simulator::start(ANY_PORT, Faults { callbacks: Some(callbacks), ..Faults::default() }).await;
    assert!(matches!(found, Err(SimulatorError::Rate { name: "sum of all that people do", .. })));
}

#[tokio::test]
async fn a_message_to_someone_who_has_not_written_dies_with_131047() {
    let (simulator, mut received) = with_people(People { has_windows: true, ..People::default() }).await;
    send(&simulator, 1).await.unwrap();
    let status = received.recv().await.unwrap()["meta_object"]["value"]["statuses"][0].clone();
    assert_eq!((&status["status"], &status["errors"][0]["code"]), (&json!("failed"), &json!(131_047)));
    assert!(simulator.write(number(1), "Is it still there?").await.unwrap());
    let (message, _) = next_message(&mut received).await;
    assert_eq!(
        (&message["from"], &message["text"]["body"], &message["timestamp"]),
        (&json!("919800000001"), &json!("Is it still there?"), &json!("1722834665"))
    );
    send(&simulator, 1).await.unwrap();
    let status = received.recv().await.unwrap()["meta_object"]["value"]["statuses"][0]["status"].clone();
    assert_eq!(status, "sent");
    let ledger = simulator.ledger();
    let happens: Vec<_> =
        ledger.numbers[&number(1)].messages.iter().map(|message| message.happens[0]).collect();
    assert_eq!(happens, ["failed", "sent"]);
    assert_eq!(ledger.waits_us().len(), 1, "the first message came before anything was written");
}

#[tokio::test]
async fn people_answer_what_reached_them_and_the_tags_come_back() {
    let kinds = [
        (People { reply_rate: 1.0, ..People::default() }, "text", false),
        (People { order_rate: 1.0, ..People::default() }, "order", false),
        (People { reaction_rate: 1.0, ..People::default() }, "reaction", false),
        (People { stop_rate: 1.0, ..People::default() }, "text", true),
    ];
    for (people, kind, stops) in kinds {
        let (simulator, mut received) = with_people(people).await;
        send(&simulator, 1).await.unwrap();
        let (message, extra) = next_message(&mut received).await;
        assert_eq!((&message["type"], &extra["ref"]), (&json!(kind), &json!("customer1")));
        let said = message["text"]["body"].as_str().unwrap_or_default();
        assert_eq!(said == "STOP", stops);
        while simulator.ledger().receipts_due > 0 {
            tokio::task::yield_now().await;
        }
        let report = String::from_utf8(simulator.report()).unwrap();
        assert!(report.contains(",919800000001,911161197855,true,"), "{report}");
        assert_eq!(simulator.ledger().n_after_stop(), 0);
        send(&simulator, 1).await.unwrap();
        assert_eq!(simulator.ledger().n_after_stop(), usize::from(stops));
    }
}
