//! The provider's answers, word for word (Send Catalogue Link Messages, Sample Success and Failure Responses).

use axum::{
    body::Body,
    http::{HeaderValue, Response, StatusCode, header},
};

/// One answer: its HTTP status, its body, and the name under which the ledger counts it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Answer {
    pub(super) name: &'static str,
    pub(super) status: u16,
    pub(super) body: &'static str,
}

pub(super) const UNAUTHORIZED: Answer = Answer {
    name: "RBC001",
    status: 401,
    body: r#"{"code":"RBC001","message":"Incorrect SID or API key.","data":[],"error":{"error":"Incorrect SID or API key."}}"#,
};

pub(super) const WRONG_NUMBER: Answer = Answer {
    name: "WA401",
    status: 401,
    body: r#"{"code":"WA401","message":"Phone number is not present or does not belong to the account.","data":{},"error":{"phone_number":"Phone number is not present or does not belong to the account."}}"#,
};

pub(super) const WRONG_PAYLOAD: Answer = Answer {
    name: "WA400",
    status: 400,
    body: r#"{"code":"WA400","message":"Refer to correct payload format","data":{},"error":{"payload":"Incorrect payload format"}}"#,
};

pub(super) const INTERNAL: Answer = Answer {
    name: "WA500",
    status: 500,
    body: r#"{"code":"WA500","message":"Please try again later","data":{},"error":{"error":"Internal server error"}}"#,
};

pub(super) const LOW_BALANCE: Answer = Answer {
    name: "E110",
    status: 400,
    body: r#"{"code":"E110","message":"Please check your balance, You have a low balance!","data":{},"error":{"balance":"Please check your balance, You have a low balance!"}}"#,
};

// The document has no answer for these three; the provider's page on capacity names the first two.

pub(super) const THROTTLED: Answer = Answer { name: "HTTP_429", status: 429, body: "" };

pub(super) const OVERLOADED: Answer = Answer { name: "HTTP_503", status: 503, body: "" };

pub(super) const GATEWAY: Answer = Answer {
    name: "HTTP_502",
    status: 502,
    body: "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body><center><h1>502 Bad Gateway</h1></center></body>\r\n</html>\r\n",
};

impl Answer {
    /// The answer as it goes out.
    pub(super) fn response(self) -> Response<Body> {
        let kind = if self.body.starts_with('<') { "text/html" } else { "application/json" };
        let mut response = with_body(self.status, kind, Body::from(self.body));
        if self.status == OVERLOADED.status {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        }
        response
    }
}

/// The document's 202, with the commas that its sample lacks.
pub(super) fn accepted(message_id: &str) -> Response<Body> {
    let body = format!(
        r#"{{"code":"WA202","message":"Request Accepted","data":{{"message_id":"{message_id}"}},"error":{{}}}}"#
    );
    with_body(202, "application/json", Body::from(body))
}

/// Any JSON, for the simulator's own pages.
pub(super) fn json(status: u16, value: &serde_json::Value) -> Response<Body> {
    with_body(status, "application/json", Body::from(value.to_string()))
}

/// A table, for the simulator's report.
pub(super) fn csv(table: Vec<u8>) -> Response<Body> {
    with_body(200, "text/csv; charset=utf-8", Body::from(table))
}

fn with_body(status: u16, kind: &'static str, body: Body) -> Response<Body> {
    let mut response = Response::new(body);
    *response.status_mut() = StatusCode::from_u16(status).expect("the statuses above are valid");
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    response
}
