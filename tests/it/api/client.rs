//! A program with a token, before a server with its queue and its provider.

use std::time::Duration;

use catalink::{
    app::tokens::{digest, new_token},
    clock::Clock,
    queue::{Queue, Role},
};
use reqwest::{Method, RequestBuilder, Response, StatusCode};
use serde_json::Value;

use crate::console::house::House;

/// How often something that is about to happen is looked at.
const LOOKS_EVERY: Duration = Duration::from_millis(100);

/// A program that may do what its role allows.
pub(super) struct Program<'h> {
    house: &'h House,
    pub(super) token: String,
}

/// Gives a program of that name a token.
pub(super) async fn token(queue: &Queue, name: &str, role: Role, lasts: Duration) -> String {
    let text = new_token(name).unwrap();
    let now = Clock.now();
    assert!(queue.add_token(name.to_owned(), role, digest(&text), now, now.plus(lasts)).await.unwrap());
    text
}

impl<'h> Program<'h> {
    pub(super) async fn new(house: &'h House, role: Role) -> Self {
        let token = token(&house.queue, role.name(), role, Duration::from_hours(1)).await;
        Self { house, token }
    }

    /// A program with that token.
    pub(super) fn with(house: &'h House, token: String) -> Self {
        Self { house, token }
    }

    pub(super) async fn post(&self, path: &str, body: &Value) -> Response {
        self.request(Method::POST, path).json(body).send().await.unwrap()
    }

    /// Sends a list as the body of a request.
    pub(super) async fn send_list(&self, campaign: &str, query: &str, list: &str) -> Response {
        let request = self.request(Method::POST, &format!("/campaigns/{campaign}/imports{query}"));
        request.header("content-type", "text/csv").body(list.to_owned()).send().await.unwrap()
    }

    /// Sends a list, and waits for what came of it.
    pub(super) async fn import(&self, campaign: &str, query: &str, list: &str) -> Value {
        let accepted = self.send_list(campaign, query, list).await;
        assert_eq!(accepted.status(), StatusCode::ACCEPTED, "{}", accepted.text().await.unwrap());
        let place = accepted.headers()["location"].to_str().unwrap().to_owned();
        self.imported(place.strip_prefix("/api/v1").unwrap()).await
    }

    /// What came of an import, once its rows are read.
    pub(super) async fn imported(&self, place: &str) -> Value {
        loop {
            let report = self.json(place).await;
            if report["state"] != "reading" {
                return report;
            }
            tokio::time::sleep(LOOKS_EVERY).await;
        }
    }

    /// The campaign, once it is in that state.
    pub(super) async fn wait_for(&self, campaign: &str, state: &str) -> Value {
        self.wait_until(campaign, |facts| facts["state"] == state).await
    }

    /// The campaign, once that is true of it.
    pub(super) async fn wait_until(&self, campaign: &str, is_there: impl Fn(&Value) -> bool) -> Value {
        let looking = async {
            loop {
                let facts = self.json(&format!("/campaigns/{campaign}")).await;
                if is_there(&facts) {
                    return facts;
                }
                tokio::time::sleep(LOOKS_EVERY).await;
            }
        };
        tokio::time::timeout(Duration::from_mins(1), looking).await.unwrap()
    }

    pub(super) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.house.client.request(method, self.house.url(&format!("/api/v1{path}"))).bearer_auth(&self.token)
    }

    pub(super) async fn get(&self, path: &str) -> Response {
        self.request(Method::GET, path).send().await.unwrap()
    }

    /// What is at that address, which has to be there.
    pub(super) async fn json(&self, path: &str) -> Value {
        let response = self.get(path).await;
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        response.json().await.unwrap()
    }
}

/// A problem: its status, its code and its sentence.
pub(super) async fn problem(response: Response) -> (u16, String, String) {
    let status = response.status().as_u16();
    assert_eq!(response.headers()["content-type"], "application/problem+json", "{status}");
    let body: Value = response.json().await.unwrap();
    assert_eq!(body["status"], status, "{body}");
    let text = |name: &str| body[name].as_str().unwrap().to_owned();
    (status, text("code"), text("detail"))
}
