//! Requests that come again with the same key.

use catalink::queue::{Asked, Role};
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};

use super::client::{Program, problem};
use crate::console::house::{House, LIST};

async fn post(program: &Program<'_>, path: &str, key: &str, body: &Value) -> Response {
    let request = program.request(Method::POST, path).header("idempotency-key", key);
    request.json(body).send().await.unwrap()
}

#[tokio::test]
async fn a_request_that_comes_again_is_answered_again_and_not_carried_out_again() {
    let mut house = House::open().await;
    let program = Program::new(&house, Role::Sender).await;
    let body = json!({ "name": "spring", "message": "Hi" });
    let first = post(&program, "/campaigns", "k1", &body).await;
    assert_eq!(first.status(), StatusCode::CREATED);
    let first: Value = first.json().await.unwrap();
    let again = post(&program, "/campaigns", "k1", &body).await;
    assert_eq!(
        (again.status(), &again.headers()["location"]),
        (StatusCode::CREATED, &"/api/v1/campaigns/spring".parse().unwrap())
    );
    assert_eq!(again.headers()["idempotency-replayed"], "true");
    assert_eq!(again.json::<Value>().await.unwrap(), first);
    let (status, code, _) = problem(post(&program, "/campaigns", "k2", &body).await).await;
    assert_eq!((status, code.as_str()), (409, "CAMPAIGN_EXISTS"));
    let again = post(&program, "/campaigns", "k2", &body).await;
    assert_eq!(problem(again).await.1, "CAMPAIGN_EXISTS", "a refusal is an answer too");
    let test = json!({ "to": "+919899999999" });
    for _ in 0..3 {
        let sent = post(&program, "/campaigns/spring/test", "k3", &test).await;
        assert_eq!(sent.status(), StatusCode::OK);
    }
    assert_eq!(house.simulator.ledger().received, 1, "one message to one's own phone");
    let token = program.token.clone();
    house.restart(|_| {}).await;
    let program = Program::with(&house, token);
    assert_eq!(post(&program, "/campaigns/spring/test", "k3", &test).await.status(), StatusCode::OK);
    assert_eq!(house.simulator.ledger().received, 1, "not after a restart either");
    house.close().await;
}

#[tokio::test]
async fn a_key_belongs_to_one_request_of_one_token() {
    let house = House::open().await;
    let program = Program::new(&house, Role::Sender).await;
    let other = Program::new(&house, Role::Admin).await;
    let body = json!({ "name": "spring", "message": "Hi" });
    assert_eq!(post(&program, "/campaigns", "k1", &body).await.status(), StatusCode::CREATED);
    let changed = json!({ "name": "spring", "message": "Hi there" });
    let (status, code, _) = problem(post(&program, "/campaigns", "k1", &changed).await).await;
    assert_eq!((status, code.as_str()), (422, "IDEMPOTENCY_KEY"));
    let elsewhere = post(&program, "/campaigns/spring/pause", "k1", &json!({})).await;
    assert_eq!(problem(elsewhere).await.1, "IDEMPOTENCY_KEY");
    let (status, code, _) = problem(post(&other, "/campaigns", "k1", &body).await).await;
    assert_eq!((status, code.as_str()), (409, "CAMPAIGN_EXISTS"), "another token's key is its own");
    assert_eq!(problem(post(&program, "/campaigns", "a b", &body).await).await.0, 400);
    house.close().await;
}

#[tokio::test]
async fn a_request_that_is_being_carried_out_is_not_begun_again() {
    let house = House::open().await;
    let program = Program::new(&house, Role::Sender).await;
    let body = json!({ "name": "spring", "message": "Hi" });
    let (first, second) =
        tokio::join!(post(&program, "/campaigns", "k1", &body), post(&program, "/campaigns", "k1", &body),);
    for response in [first, second] {
        if response.status() != StatusCode::CREATED {
            assert_eq!(problem(response).await.1, "IN_PROGRESS");
        }
    }
    assert_eq!(house.queue.campaigns().await.unwrap().len(), 1);
    house.close().await;
}

#[tokio::test]
async fn what_a_server_was_at_when_it_died_is_not_carried_out_again() {
    let house = House::open().await;
    let program = Program::new(&house, Role::Sender).await;
    let body = json!({ "name": "spring", "message": "Hi" });
    assert_eq!(post(&program, "/campaigns", "k0", &body).await.status(), StatusCode::CREATED);
    // What another process has left in the queue, under the key of an import whose list it was reading.
    let dead = Asked {
        owner: "import:".to_owned(),
        key: "i1".to_owned(),
        fingerprint: "spring".to_owned(),
        server: "gone".to_owned(),
        campaign: Some("spring".to_owned()),
    };
    house.queue.begin_answer(dead, catalink::clock::Clock.now()).await.unwrap();
    let (status, code, _) = problem(program.get("/campaigns/spring/imports/i1").await).await;
    assert_eq!((status, code.as_str()), (409, "INTERRUPTED"));
    house.close().await;
}

#[tokio::test]
async fn a_list_with_a_key_is_imported_once() {
    let house = House::open().await;
    let program = Program::new(&house, Role::Sender).await;
    let body = json!({ "name": "spring", "message": "Hi" });
    program.post("/campaigns", &body).await;
    let send = async |list: &str| {
        let request = program.request(Method::POST, "/campaigns/spring/imports?column=to%3DMobile&region=IN");
        request.header("idempotency-key", "k1").body(list.to_owned()).send().await.unwrap()
    };
    let first = send(LIST).await;
    let place = first.headers()["location"].to_str().unwrap().to_owned();
    let again = send(LIST).await;
    assert_eq!(
        (again.status(), again.headers()["location"].to_str().unwrap()),
        (StatusCode::ACCEPTED, place.as_str())
    );
    program.imported(place.strip_prefix("/api/v1").unwrap()).await;
    let other = send(&format!("{LIST}Ravi,+919800000009,Pune\n")).await;
    assert_eq!(problem(other).await.1, "IDEMPOTENCY_KEY");
    assert_eq!(program.json("/campaigns/spring").await["settings"]["lists"].as_array().unwrap().len(), 1);
    house.close().await;
}

#[tokio::test]
async fn what_was_answered_about_people_goes_when_their_data_go() {
    let house = House::open().await;
    let program = Program::new(&house, Role::Sender).await;
    program.post("/campaigns", &json!({ "name": "spring", "message": "Hi {{name}}" })).await;
    program.import("spring", "", "to,name\n+919800000001,Ashalata\n").await;
    let shown = post(&program, "/campaigns/spring/preview", "k1", &json!({})).await;
    assert!(shown.text().await.unwrap().contains("Ashalata"));
    program.post("/campaigns/spring/cancel", &json!({})).await;
    let campaign = house.queue.campaign("spring").await.unwrap();
    house.queue.purge(campaign.id, catalink::clock::Clock.now()).await.unwrap();
    for ending in ["", "-wal"] {
        let bytes = std::fs::read(house.folder.path().join(format!("q.db{ending}"))).unwrap_or_default();
        assert!(!bytes.windows(8).any(|window| window == b"Ashalata"), "q.db{ending}");
    }
    house.close().await;
}
