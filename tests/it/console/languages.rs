//! The console and its report in the language of whoever asks.

use reqwest::{
    StatusCode,
    header::{ACCEPT_LANGUAGE, CONTENT_LANGUAGE, COOKIE, LOCATION, REFERER, SET_COOKIE},
};

use super::house::House;

/// A page as a browser with these headers gets it.
async fn page(house: &House, path: &str, headers: &[(reqwest::header::HeaderName, &str)]) -> String {
    let mut request = house.client.get(house.url(path));
    for (name, value) in headers {
        request = request.header(name, *value);
    }
    request.send().await.unwrap().text().await.unwrap()
}

#[tokio::test]
async fn what_no_language_of_ours_asks_for_is_answered_in_english() {
    let house = House::open().await;
    for asked in ["", "*", "fr-FR,fr;q=0.9", "de;q=0", "🙂"] {
        let response =
            house.client.get(house.url("/")).header(ACCEPT_LANGUAGE, asked.as_bytes()).send().await.unwrap();
        assert_eq!(response.headers()[CONTENT_LANGUAGE], "en", "{asked}");
        assert!(response.text().await.unwrap().contains("<html lang=\"en\">"), "{asked}");
    }
    let kept = house.post("/language", "language=klingon").await;
    assert_eq!(kept.status(), StatusCode::SEE_OTHER);
    assert!(!kept.headers().contains_key(SET_COOKIE));
    house.close().await;
}

#[tokio::test]
async fn pages_failures_and_streams_are_in_the_language_that_the_browser_asks_for() {
    let house = House::open().await;
    let german = [(ACCEPT_LANGUAGE, "fr;q=0.9, de-AT;q=0.8, en;q=0.7")];
    let html = page(&house, "/", &german).await;
    assert!(html.contains("<html lang=\"de\">") && html.contains("Noch keine Kampagnen."), "{html}");
    let html = page(&house, "/nowhere", &german).await;
    assert!(html.contains("Nicht gefunden"), "{html}");
    // What the framework itself refuses.
    let refused = house
        .client
        .post(house.url("/suppressions/add"))
        .header(ACCEPT_LANGUAGE, "es")
        .header("content-type", "application/x-www-form-urlencoded")
        .body("nothing=at+all")
        .send()
        .await
        .unwrap();
    let html = refused.text().await.unwrap();
    assert!(html.contains("El servidor no pudo leer lo enviado."), "{html}");
    house.close().await;
}

#[tokio::test]
async fn a_choice_is_kept_for_a_year_and_leads_back_to_its_page() {
    let house = House::open().await;
    let chosen = house
        .client
        .post(house.url("/language"))
        .header(REFERER, house.url("/suppressions?q=49"))
        .header("content-type", "application/x-www-form-urlencoded")
        .body("language=hi")
        .send()
        .await
        .unwrap();
    assert_eq!(chosen.headers()[LOCATION], "/suppressions?q=49");
    let cookie = chosen.headers()[SET_COOKIE].to_str().unwrap().to_owned();
    assert!(cookie.starts_with("catalink_language=hi; ") && cookie.contains("Max-Age=31536000"), "{cookie}");
    let both = [(COOKIE, "catalink_language=hi"), (ACCEPT_LANGUAGE, "de")];
    let html = page(&house, "/suppressions", &both).await;
    assert!(html.contains("<html lang=\"hi\">") && html.contains("रोक सूची"), "{html}");
    house.close().await;
}
