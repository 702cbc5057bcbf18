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
