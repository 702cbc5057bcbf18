//! What somebody had typed when their session ended: they sign in, look at it, and send it.

use std::time::Duration;

use askama::Template;
use axum::{
    body::to_bytes,
    extract::{Query, Request},
    http::{Uri, header::CONTENT_TYPE},
    response::{Html, IntoResponse, Response},
};
use serde::Deserialize;

use crate::console::page::{
    assets::VERSION,
    failure::Failure,
    words::{Words, texts},
};

/// The most bytes of a form that are kept: the longest message in any script is less.
const KEPT_MAX: usize = 60_000;

/// How long it may take to arrive.
const ARRIVES_WITHIN: Duration = Duration::from_secs(10);

/// Where somebody was, and the form that they had sent there.
#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct Typed {
    /// A page, or where the form goes to.
    #[serde(default)]
    pub(super) to: String,
    /// The form, encoded as it came.
    #[serde(default)]
    pub(super) form: Option<String>,
}

impl Typed {
    /// A page that was only looked at.
    pub(super) fn page(to: String) -> Self {
        Self { to, form: None }
    }

    /// What a request wanted. Files and what is too long are not kept.
    pub(super) async fn of(request: Request) -> Self {
        let to = request.uri().path_and_query().map(ToString::to_string).unwrap_or_default();
        let kind =
            request.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        if !kind.starts_with("application/x-www-form-urlencoded") {
            return Self { to: "/".to_owned(), form: None };
        }
        let body = tokio::time::timeout(ARRIVES_WITHIN, to_bytes(request.into_body(), KEPT_MAX)).await;
        let form = body.ok().and_then(Result::ok).and_then(|bytes| String::from_utf8(bytes.to_vec()).ok());
        Self { to: if form.is_some() { to } else { "/".to_owned() }, form }
    }

    fn fields(&self) -> Option<Vec<(String, String)>> {
        let uri: Uri = format!("/?{}", self.form.as_deref()?).parse().ok()?;
        Query::<Vec<(String, String)>>::try_from_uri(&uri).ok().map(|Query(fields)| fields)
    }
}

/// The address where it is one of this console.
pub(super) fn local_path(to: &str) -> Option<&str> {
    let is_local = to.starts_with('/') && !to.starts_with("//") && !to.contains(['\\', '\r', '\n']);
    (is_local && !to.starts_with("/sign-in")).then_some(to)
}

#[derive(Template)]
#[template(path = "admin/go-on.html", config = ".askama.toml")]
struct GoOnPage {
    w: &'static Words,
    version: &'static str,
    to: String,
    fields: Vec<(String, String)>,
}

/// The page with what was typed, to be sent now; none where nothing was.
pub(super) fn go_on_page(typed: &Typed) -> Result<Option<Response>, Failure> {
    let Some((to, fields)) = local_path(&typed.to).zip(typed.fields()) else { return Ok(None) };
    let page = GoOnPage { w: texts(), version: &VERSION, to: to.to_owned(), fields };
    Ok(Some(Html(page.render()?).into_response()))
}

impl GoOnPage {
    /// What people type, and not what buttons say or pages remember.
    fn shown(&self) -> Vec<&(String, String)> {
        let long = |field: &&(String, String)| matches!(field.0.as_str(), "message" | "numbers" | "reason");
        self.fields.iter().filter(long).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_sent_to_another_site() {
        for to in
            ["//evil.example", "https://evil.example", "/\\evil.example", "evil", "", "/sign-in", "/a\r\nb"]
        {
            assert_eq!(local_path(to), None, "{to}");
        }
        assert_eq!(local_path("/campaigns/spring?x=1"), Some("/campaigns/spring?x=1"));
    }

    #[test]
    fn a_form_comes_back_as_it_was_typed() {
        let form = Some("message=Hi+%F0%9F%91%8B+%26+you&go=save".to_owned());
        let typed = Typed { to: "/campaigns/spring/message".to_owned(), form };
        let fields = typed.fields().unwrap();
        assert_eq!(fields[0], ("message".to_owned(), "Hi 👋 & you".to_owned()));
        assert_eq!(fields.len(), 2);
    }
}
