//! Who is let in: tokens, their roles and their end.

use std::time::Duration;

use catalink::queue::Role;
use reqwest::{Method, StatusCode};
use serde_json::Value;

use super::client::{Program, problem, token};
use crate::{console::house::House, support::Scenario};

#[tokio::test]
async fn there_is_no_api_until_there_is_a_token() {
    let house = House::open().await;
    let ask = |token: &str| house.client.get(house.url("/api/v1/token")).bearer_auth(token.to_owned()).send();
    let (status, code, _) = problem(ask("clk_guess").await.unwrap()).await;
    assert_eq!((status, code.as_str()), (404, "NOT_FOUND"));
    let program = Program::new(&house, Role::Viewer).await;
    assert_eq!(program.json("/token").await["role"], "viewer");
    let refused = ask("clk_guess").await.unwrap();
    assert_eq!(refused.headers()["www-authenticate"], "Bearer realm=\"catalink\"");
    let (status, code, detail) = problem(refused).await;
    assert_eq!((status, code.as_str()), (401, "TOKEN"));
    assert!(detail.contains("not known"), "{detail}");
    assert_eq!(problem(program.get("/nowhere").await).await.0, 404);
    assert_eq!(problem(program.request(Method::POST, "/token").send().await.unwrap()).await.0, 405);
    house.close().await;
}

#[tokio::test]
async fn a_token_that_has_expired_or_was_removed_is_refused() {
    let house = House::open().await;
    let mut program = Program::new(&house, Role::Viewer).await;
    let good = program.token.clone();
    program.token = token(&house.queue, "short", Role::Admin, Duration::from_millis(1)).await;
    let (status, _, detail) = loop {
        let response = program.get("/token").await;
        if response.status() != StatusCode::OK {
            break problem(response).await;
        }
    };
    assert_eq!(status, 401);
    assert!(detail.contains("the token `short` expired at"), "{detail}");
    program.token = good;
    assert!(house.queue.remove_token("viewer".to_owned()).await.unwrap());
    assert_eq!(problem(program.get("/token").await).await.0, 401);
    house.close().await;
}

#[tokio::test]
async fn a_cookie_opens_no_address_of_the_api() {
    let house = House::open().await;
    let program = Program::new(&house, Role::Admin).await;
    let request = house.client.get(house.url("/api/v1/token"));
    let cookie = format!("catalink_session={0}; token={0}", program.token);
    let (status, _, detail) = problem(request.header("cookie", cookie).send().await.unwrap()).await;
    assert_eq!(status, 401);
    assert!(detail.contains("Authorization"), "{detail}");
    house.close().await;
}

#[tokio::test]
async fn the_use_of_a_token_is_seen_afterwards() {
    let house = House::open().await;
    let program = Program::new(&house, Role::Viewer).await;
    assert_eq!(house.queue.tokens().await.unwrap()[0].used_at, None);
    let answer = program.get("/token").await;
    assert_eq!(answer.headers()["cache-control"], "no-store");
    assert!(house.queue.tokens().await.unwrap()[0].used_at.is_some());
    house.close().await;
}

#[test]
fn a_token_is_shown_once_and_its_text_is_not_in_the_database() {
    let scenario = Scenario::new();
    let made = scenario.run(&["token", "add", "crm", "--role", "viewer"]).exits(0);
    let text = made.stdout.trim().to_owned();
    assert!(text.starts_with("clk_") && text.len() == 36, "{text}");
    scenario.run(&["token", "add", "crm"]).exits(1).says(&["there is a token `crm` already"]);
    scenario.run(&["token", "add", "a b"]).exits(2).says(&["cannot be a token's name"]);
    scenario.run(&["token", "add", "x", "--expires", "0d"]).exits(2).says(&["valid for some time"]);
    let listed = scenario.run(&["token", "list", "--json"]).exits(0).stdout;
    let tokens: Value = serde_json::from_str(&listed).unwrap();
    assert_eq!((&tokens[0]["token"], &tokens[0]["role"]), (&"crm".into(), &"viewer".into()));
    assert_eq!(tokens[0]["used_at"], Value::Null);
    for name in ["catalink.db", "catalink.db-wal"] {
        let bytes = std::fs::read(scenario.path(name)).unwrap_or_default();
        let is_there = bytes.windows(text.len()).any(|window| window == text.as_bytes());
        assert!(!is_there, "{name} holds the token");
    }
    scenario.run(&["audit"]).exits(0).prints(&["token add", "crm as viewer"]);
    scenario.run(&["token", "remove", "crm"]).exits(0);
    scenario.run(&["token", "remove", "crm"]).exits(1).says(&["there is no token `crm`"]);
}
