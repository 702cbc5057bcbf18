//! What programs do to campaigns: start, stop, go on, and settle what came to no good end.

use std::time::Duration;

use catalink::{queue::Role, simulator::Faults};
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};

use super::client::{Program, problem};
use crate::console::house::House;

/// A campaign `spring` with so many people.
pub(super) async fn campaign(program: &Program<'_>, n: usize) {
    let body =
        json!({ "name": "spring", "message": "Hi {{name}} https://wa.me/c/911161197855 STOP stops it" });
    assert_eq!(program.post("/campaigns", &body).await.status(), StatusCode::CREATED);
    let rows: Vec<_> = (0..n).map(|n| format!("+9198{:08},Asha {n}", 10_000_000 + n)).collect();
    program.import("spring", "", &format!("to,name\n{}", rows.join("\n"))).await;
}

async fn done(program: &Program<'_>, what: &str, body: Value) -> Value {
    let response = program.post(&format!("/campaigns/spring/{what}"), &body).await;
    let status = response.status();
    let answer: Value = response.json().await.unwrap();
    assert_eq!(status, StatusCode::OK, "{what}: {answer}");
    answer
}

async fn refused(response: Response) -> (u16, String, String) {
    problem(response).await
}

#[tokio::test]
async fn a_campaign_goes_from_a_list_to_its_end_without_a_browser() {
    let house = House::open().await;
    let program = Program::new(&house, Role::Sender).await;
    campaign(&program, 3).await;
    let shown = done(&program, "preview", json!({ "count": 1 })).await;
    assert_eq!(shown["messages"][0]["body"], "Hi Asha 0 https://wa.me/c/911161197855 STOP stops it");
    assert_eq!(shown["messages"][0]["request"]["messaging_object"]["to"], "+919810000000", "{shown}");
    assert_eq!(house.simulator.ledger().received, 0, "a preview sends nothing");
    let tested = done(&program, "test", json!({ "to": "+919899999999" })).await;
    assert_eq!((&tested["status"], &tested["to"]), (&json!("accepted"), &json!("+919899999999")));
    let started = done(&program, "start", json!({ "mps": 50 })).await;
    assert_eq!((&started["state"], &started["mps"]), (&json!("running"), &json!(50.0)));
    let ended = program.wait_for("spring", "finished").await;
    assert_eq!(ended["counts"]["accepted"], 3);
    let (status, code, _) = refused(program.post("/campaigns/spring/start", &json!({})).await).await;
    assert_eq!((status, code.as_str()), (409, "WRONG_STATE"), "nobody is left");
    let trail = house.queue.audit_trail(Some("spring"), 20).await.unwrap();
    let by_program =
        |command: &str| trail.iter().any(|line| line.command == command && line.who == "token:sender");
    assert!(["create", "import", "test", "start"].into_iter().all(by_program), "{trail:?}");
    house.close().await;
}

#[tokio::test]
async fn a_campaign_is_paused_resumed_slowed_and_cancelled() {
    let house = House::open().await;
    let program = Program::new(&house, Role::Sender).await;
    campaign(&program, 50).await;
    let (status, code, _) = refused(program.post("/campaigns/spring/resume", &json!({})).await).await;
    assert_eq!((status, code.as_str()), (409, "WRONG_STATE"));
    done(&program, "start", json!({ "mps": 1 })).await;
    let paused = done(&program, "pause", json!({})).await;
    assert_eq!((&paused["state"], &paused["pause_reason"]), (&json!("paused"), &json!("operator")));
    assert_eq!(paused["pause_detail"], "paused by the program sender");
    let (status, _, detail) = refused(program.post("/campaigns/spring/start", &json!({})).await).await;
    assert_eq!(status, 409);
    assert!(detail.contains("is paused"), "{detail}");
    assert_eq!(done(&program, "rate", json!({ "mps": 0.5 })).await["mps"], 0.5);
    assert_eq!(refused(program.post("/campaigns/spring/rate", &json!({ "mps": 0 })).await).await.0, 422);
    assert_eq!(done(&program, "resume", json!({})).await["state"], "running");
    let cancelled = done(&program, "cancel", json!({})).await;
    assert_eq!(cancelled["state"], "cancelled");
    assert_eq!(done(&program, "cancel", json!({})).await["state"], "cancelled", "once more changes nothing");
    assert_eq!(refused(program.post("/campaigns/spring/pause", &json!({})).await).await.0, 409);
    house.close().await;
}

#[tokio::test]
async fn the_same_message_to_the_same_people_takes_a_word() {
    let house = House::open().await;
    let program = Program::new(&house, Role::Sender).await;
    campaign(&program, 2).await;
    done(&program, "start", json!({})).await;
    program.wait_for("spring", "finished").await;
    let body =
        json!({ "name": "again", "message": "Hi {{name}} https://wa.me/c/911161197855 STOP stops it" });
    program.post("/campaigns", &body).await;
    assert_eq!(
        refused(program.post("/campaigns/again/start", &json!({})).await).await.0,
        409,
        "no recipients"
    );
    program.import("again", "", "to,name\n+919810000000,Asha\n+919810000001,Ravi\n").await;
    let (status, _, detail) = refused(program.post("/campaigns/again/start", &json!({})).await).await;
    assert_eq!(status, 409);
    assert!(detail.contains("got the same message from `spring`"), "{detail}");
    assert_eq!(program.json("/campaigns/again").await["state"], "draft");
    let started = program.post("/campaigns/again/start", &json!({ "again": true })).await;
    assert_eq!(started.status(), StatusCode::OK);
    house.close().await;
}

#[tokio::test]
async fn what_failed_or_is_in_doubt_is_settled() {
    let faults = Faults { lost_answer_rate: 1.0, ..Faults::default() };
    let house = House::facing(faults, |_| {}).await;
    let program = Program::new(&house, Role::Sender).await;
    campaign(&program, 3).await;
    done(&program, "start", json!({})).await;
    program.wait_until("spring", |facts| facts["counts"]["in_doubt"] == 3).await;
    let (status, _, detail) =
        refused(program.post("/campaigns/spring/resolve", &json!({ "how": "keep", "line": [99] })).await)
            .await;
    assert_eq!(status, 422, "{detail}");
    for wrong in [
        json!({}),
        json!({ "how": "forget" }),
        json!({ "how": "keep", "line": [2], "to": ["+919810000000"] }),
    ] {
        assert_eq!(refused(program.post("/campaigns/spring/resolve", &wrong).await).await.0, 422, "{wrong}");
    }
    let closed = done(&program, "resolve", json!({ "how": "keep", "line": [2] })).await;
    assert_eq!(closed, json!({ "campaign": "spring", "closed": 1, "in_doubt": 2 }));
    let closed = done(&program, "resolve", json!({ "how": "keep", "to": ["+919810000001"] })).await;
    assert_eq!(closed["in_doubt"], 1);
    let (status, _, detail) =
        refused(program.post("/campaigns/spring/retry", &json!({ "code": ["WA9"] })).await).await;
    assert_eq!(status, 422);
    assert!(detail.contains("nobody in `spring` has failed with the code `WA9`"), "{detail}");
    let retried = done(&program, "retry", json!({})).await;
    assert_eq!(retried, json!({ "campaign": "spring", "requeued": 0, "left_out": 2 }), "they may have it");
    house.close().await;
}

#[tokio::test]
async fn a_viewer_sees_and_does_nothing() {
    let house = House::open().await;
    let sender = Program::new(&house, Role::Sender).await;
    campaign(&sender, 1).await;
    let viewer = Program::new(&house, Role::Viewer).await;
    for what in
        ["preview", "test", "start", "pause", "resume", "cancel", "rate", "retry", "resolve", "imports"]
    {
        let (status, code, _) =
            refused(viewer.post(&format!("/campaigns/spring/{what}"), &json!({})).await).await;
        assert_eq!((status, code.as_str()), (403, "ROLE"), "{what}");
    }
    assert_eq!(viewer.json("/campaigns/spring").await["state"], "draft");
    house.close().await;
}

#[tokio::test]
async fn a_program_that_asks_too_often_is_told_to_wait() {
    let house = House::open().await;
    let program = Program::new(&house, Role::Viewer).await;
    let other = Program::new(&house, Role::Sender).await;
    let asked = (0..150).map(|_| program.request(Method::GET, "/token").send());
    let answers = futures_util::future::join_all(asked).await;
    let refused: Vec<_> = answers
        .into_iter()
        .map(Result::unwrap)
        .filter(|answer| answer.status() == StatusCode::TOO_MANY_REQUESTS)
        .collect();
    assert!(!refused.is_empty());
    assert_eq!(refused[0].headers()["retry-after"], "1");
    assert_eq!(other.get("/token").await.status(), StatusCode::OK);
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(program.get("/token").await.status(), StatusCode::OK);
    house.close().await;
}
