//! The language of an answer: the visitor's choice, or else what the browser asks for.

use std::{sync::Arc, time::Duration};

use axum::{
    Form,
    extract::{Request, State},
    http::{
        HeaderMap, Uri,
        header::{ACCEPT_LANGUAGE, CONTENT_LANGUAGE, CONTENT_TYPE, REFERER},
    },
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
};
use axum_extra::extract::cookie::{CookieJar, SameSite};
use serde::Deserialize;

use super::{
    again::local_path,
    session::{cookie, value},
};
use crate::{
    console::{setup::Reach, shared::Shared},
    language::{Language, preferred},
};

/// The cookie of a language that was chosen.
const CHOSEN: &str = "catalink_language";

/// How long a choice is kept: a year.
const KEPT_FOR: Duration = Duration::from_hours(365 * 24);

/// The language of a request.
fn language_of(headers: &HeaderMap, reach: Reach) -> Language {
    let chosen = value(headers, CHOSEN, reach).and_then(|code| Language::from_code(&code));
    let asked = || headers.get(ACCEPT_LANGUAGE).and_then(|header| header.to_str().ok()).and_then(preferred);
    chosen.or_else(asked).unwrap_or_default()
}

/// Answers in the visitor's language.
pub(crate) async fn speak(State(shared): State<Arc<Shared>>, request: Request, next: Next) -> Response {
    let language = language_of(request.headers(), shared.options.reach);
    let mut response = language.speak(next.run(request)).await;
    let kind = response.headers().get(CONTENT_TYPE);
    if kind.is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"))
        && let Ok(tag) = language.tag().parse()
    {
        response.headers_mut().insert(CONTENT_LANGUAGE, tag);
    }
    response
}

#[derive(Debug, Deserialize)]
pub(crate) struct Choice {
    language: String,
}

/// Keeps a choice, and goes back to the page on which it was made. What is no language of ours changes nothing.
pub(crate) async fn choose(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
    Form(choice): Form<Choice>,
) -> Response {
    let back = Redirect::to(&page_before(&headers)).into_response();
    let Some(language) = Language::from_code(&choice.language) else { return back };
    let mut kept = cookie(CHOSEN, language.code().to_owned(), KEPT_FOR, shared.options.reach);
    // It holds nothing personal, and a visitor who follows a link in a mail should see that language too.
    kept.set_same_site(SameSite::Lax);
    (CookieJar::new().add(kept), back).into_response()
}

/// The page of this console from which a request came, or else its first.
fn page_before(headers: &HeaderMap) -> String {
    let uri = headers.get(REFERER).and_then(|uri| uri.to_str().ok()).and_then(|uri| uri.parse::<Uri>().ok());
    let path = uri.as_ref().and_then(Uri::path_and_query).map_or("/", |path| path.as_str());
    let is_door = path == "/sign-in" || path.starts_with("/sign-in?");
    if is_door { path } else { local_path(path).unwrap_or("/") }.to_owned()
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderValue, header::COOKIE};

    use super::*;

    fn of(cookie: &'static str, accept: &'static str) -> Language {
        let headers =
            [(COOKIE, HeaderValue::from_static(cookie)), (ACCEPT_LANGUAGE, HeaderValue::from_static(accept))];
        language_of(&HeaderMap::from_iter(headers), Reach::Loopback)
    }

    #[test]
    fn a_choice_goes_before_what_the_browser_asks_for() {
        assert_eq!(language_of(&HeaderMap::new(), Reach::Loopback), Language::En);
        assert_eq!(of("", "de-DE,de;q=0.9,en;q=0.8"), Language::De);
        assert_eq!(of("catalink_language=hi", "de"), Language::Hi);
        assert_eq!(of("catalink_language=klingon", "de"), Language::De);
    }

    #[test]
    fn a_choice_leads_back_to_a_page_of_this_console_only() {
        let back = |uri| page_before(&HeaderMap::from_iter([(REFERER, HeaderValue::from_static(uri))]));
        assert_eq!(page_before(&HeaderMap::new()), "/");
        assert_eq!(back("no address at all"), "/");
        assert_eq!(back("http://evil.example//evil.example/x"), "/");
        assert_eq!(
            back("http://127.0.0.1:8080/campaigns/spring/rows?q=%2B91"),
            "/campaigns/spring/rows?q=%2B91"
        );
        assert_eq!(back("http://127.0.0.1:8080/sign-in?to=%2Fusers"), "/sign-in?to=%2Fusers");
    }
}
