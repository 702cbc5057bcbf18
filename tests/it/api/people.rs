//! Who is not to be messaged, and who can be reached.

use std::time::Duration;

use catalink::{
    clock::Clock,
    domain::{
        Phone,
        inbound::intake::Intake,
        reach::{Opening, WindowSource},
    },
    provider::kaleyra::callback::Callback,
    queue::Role,
};
use reqwest::StatusCode;
use serde_json::{Value, json};

use super::client::{Program, problem};
use crate::{console::house::House, support::scenario::repository};

async fn done(program: &Program<'_>, path: &str, body: Value) -> Value {
    let response = program.post(path, &body).await;
    assert_eq!(response.status(), StatusCode::OK, "{path}");
    response.json().await.unwrap()
}

#[tokio::test]
async fn the_suppression_list_is_filled_read_by_page_and_emptied() {
    let house = House::open().await;
    let program = Program::new(&house, Role::Sender).await;
    let numbers: Vec<_> = (1..=5).map(|n| format!("+91980000000{n}")).collect();
    program.post("/campaigns", &json!({ "name": "spring", "message": "Hi" })).await;
    program.import("spring", "", "to\n+919800000001\n+919800000009\n").await;
    let added = done(&program, "/suppressions", json!({ "to": numbers, "reason": "asked by mail" })).await;
    assert_eq!((&added["added"], &added["known"]), (&json!(5), &json!(0)));
    assert_eq!(added["left_queues"], json!([{ "campaign": "spring", "recipients": 1 }]));
    let (mut found, mut path) = (Vec::new(), "/suppressions?limit=2".to_owned());
    loop {
        let page = program.json(&path).await;
        for entry in page["suppressions"].as_array().unwrap() {
            assert_eq!(entry["reason"], "asked by mail");
            found.push(entry["to"].as_str().unwrap().to_owned());
        }
        let Some(next) = page["next"].as_str() else { break };
        path = format!("/suppressions?limit=2&after={next}");
    }
    assert_eq!(found, numbers);
    for wrong in [json!({ "to": [] }), json!({ "to": ["12"] }), json!({ "to": ["98000"], "region": "XX" })] {
        assert_eq!(problem(program.post("/suppressions", &wrong).await).await.0, 422, "{wrong}");
    }
    assert_eq!(problem(program.get("/suppressions?after=x").await).await.0, 422);
    let removed = done(&program, "/suppressions/remove", json!({ "to": ["+919800000003"] })).await;
    assert_eq!(removed, json!({ "removed": 1 }));
    let trail = house.queue.audit_trail(None, 9).await.unwrap();
    assert!(trail.iter().any(|line| line.command == "suppress" && line.who == "token:sender"));
    house.close().await;
}

#[tokio::test]
async fn windows_are_counted_and_shown_and_nobody_has_to_be_decided_about() {
    let house = House::open().await;
    let program = Program::new(&house, Role::Sender).await;
    let phone = |text: &str| Phone::parse(text).unwrap();
    let opening = Opening {
        sender: phone("+911161197855"),
        person: phone("+919800000001"),
        at: Clock.now().minus(Duration::from_hours(1)),
        kind: "text".to_owned(),
        source: WindowSource::List,
        is_weak: false,
    };
    house.queue.open_windows(vec![opening]).await.unwrap();
    let counts = program.json("/windows").await;
    assert_eq!(
        (&counts["windows"][0]["sender"], &counts["windows"][0]["open"]),
        (&json!("+911161197855"), &json!(1))
    );
    let of = program.json("/windows/%2B919800000001").await;
    assert_eq!(of["windows"][0]["is_open"], true);
    assert_eq!(program.json("/windows/%2B919800000002").await["windows"], json!([]));
    assert_eq!(problem(program.get("/windows/12").await).await.0, 422);
    assert_eq!(program.json("/optouts").await["optouts"], json!([]));
    let decided = program.post("/optouts", &json!({ "to": ["+919800000001"], "asked": true })).await;
    assert_eq!(problem(decided).await.0, 409);
    house.close().await;
}

#[tokio::test]
async fn what_people_wrote_is_read_by_page_with_the_row_that_it_answers_and_without_texts_that_are_not_kept()
{
    let house = House::open().await;
    let program = Program::new(&house, Role::Sender).await;
    assert_eq!(program.json("/inbound").await, json!({ "inbound": [], "next": 0 }));
    program.post("/campaigns", &json!({ "name": "spring", "message": "Hi" })).await;
    program.import("spring", "?column=ref%3DOrder", "to,Order\n+919800000001,o-77\n").await;
    program.post("/campaigns/spring/start", &json!({ "reach": "any" })).await;
    while program.json("/campaigns/spring").await["counts"]["accepted"] != 1 {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    for name in ["meta-order.json", "meta-text.json"] {
        let body = std::fs::read(repository().join("tests/it/inbound").join(name)).unwrap();
        let mut inbound = Callback::from_body(&body).unwrap().inbound();
        inbound[0].person = Some(Phone::parse("+919800000001").unwrap());
        inbound[0].at = None;
        house.queue.hear(inbound, &Intake::default(), Clock.now()).await.unwrap();
    }
    let first = program.json("/inbound?limit=1").await;
    let order = &first["inbound"][0];
    assert_eq!((&order["from"], &order["kind"]), (&json!("+919800000001"), &json!("order")));
    assert_eq!(order["items"][0]["product"], "di9ozbzfi4");
    let answers = &order["answers"];
    assert_eq!(
        (&answers["campaign"], &answers["line"], &answers["ref"], &answers["tie"]),
        (&json!("spring"), &json!(2), &json!("o-77"), &json!("after"))
    );
    let rest = program.json(&format!("/inbound?after={}", first["next"])).await;
    assert_eq!(rest["inbound"].as_array().unwrap().len(), 1, "{rest}");
    let text = &rest["inbound"][0];
    assert_eq!((&text["kind"], &text["text"]), (&json!("text"), &Value::Null));
    assert!(text["characters"].as_i64().unwrap() > 0, "{text}");
    let later = program.json(&format!("/inbound?after={}", rest["next"])).await;
    assert_eq!(later, json!({ "inbound": [], "next": rest["next"] }), "one goes on from there");
    assert_eq!(problem(program.get("/inbound?after=x").await).await.0, 422);
    house.close().await;
}
