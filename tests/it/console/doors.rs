//! Who is let in to what, and what a file or a form cannot do.

use catalink::{
    clock::Clock,
    console::{Console, ConsoleError, Options, Reach, hash_password},
    queue::{Queue, Role},
};
use reqwest::StatusCode;

use super::house::{House, LIST, draft, options};

#[tokio::test]
async fn a_request_from_another_site_is_refused() {
    let house = House::open().await;
    draft(&house, "").await;
    let response = house
        .client
        .post(house.url("/campaigns/spring/discard"))
        .header("sec-fetch-site", "cross-site")
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), StatusCode::FORBIDDEN);
    let response = house
        .client
        .post(house.url("/campaigns/spring/discard"))
        .header("origin", "http://evil.example")
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), StatusCode::FORBIDDEN);
    assert_eq!(house.queue.campaigns().await.unwrap().len(), 1);
    house.close().await;
}

#[tokio::test]
async fn an_open_console_answers_only_under_names_of_this_machine() {
    let house = House::open().await;
    let response = house.client.get(house.url("/")).header("host", "rebound.example").send().await.unwrap();
    assert_eq!(response.status(), StatusCode::FORBIDDEN);
    assert_eq!(house.get("/").await.status(), StatusCode::OK);
    house.close().await;
}

#[tokio::test]
async fn it_listens_beyond_loopback_only_at_an_explicit_word_and_with_a_user() {
    let folder = tempfile::tempdir().unwrap();
    let queue = Queue::open_or_create(&folder.path().join("q.db")).await.unwrap();
    let everywhere = |reach| Options {
        listen: ([0, 0, 0, 0], 0).into(),
        reach,
        ..options(&queue, ([127, 0, 0, 1], 1).into())
    };
    let refused = Console::open(everywhere(Reach::Loopback)).await.unwrap_err();
    assert!(matches!(refused, ConsoleError::Reachable { .. }), "{refused}");
    let refused = Console::open(everywhere(Reach::BehindTls)).await.unwrap_err();
    assert!(matches!(refused, ConsoleError::NoUser { .. }), "{refused}");
    let hash = hash_password("correct horse").unwrap();
    queue.add_user("asha".to_owned(), Role::Admin, hash, Clock.now()).await.unwrap();
    assert!(Console::open(everywhere(Reach::BehindTls)).await.is_ok());
    queue.close().await;
}

#[tokio::test]
async fn a_file_that_is_too_large_is_refused_and_leaves_nothing() {
    let house = House::with(|options| options.upload_bytes_max = 1_000).await;
    let response = house.upload("", "spring", "big.csv", &"x".repeat(1_500)).await;
    assert_eq!(response.status(), StatusCode::PAYLOAD_TOO_LARGE);
    let response = house.upload("", "spring", "big.csv", &"x".repeat(200_000)).await;
    assert_eq!(response.status(), StatusCode::PAYLOAD_TOO_LARGE);
    assert!(house.queue.campaigns().await.unwrap().is_empty());
    let left: Vec<_> = std::fs::read_dir(house.folder.path().join("q.db-uploads")).unwrap().collect();
    assert!(left.is_empty(), "{left:?}");
    house.close().await;
}

#[tokio::test]
async fn what_does_not_exist_is_not_found() {
    let house = House::open().await;
    draft(&house, "").await;
    for path in [
        "/campaigns/nobody",
        "/campaigns/nobody/rows",
        "/campaigns/nobody/events",
        "/campaigns/nobody/results.csv",
        "/campaigns/spring/results.exe",
        "/campaigns/spring/..%2f..%2fq.db",
        "/campaigns/spring/rows?status=nonsense",
        "/assets/x/..%2f..%2fmod.rs",
        "/nowhere",
    ] {
        assert_eq!(house.get(path).await.status(), StatusCode::NOT_FOUND, "{path}");
    }
    house.close().await;
}

#[tokio::test]
async fn as_soon_as_a_user_exists_everyone_signs_in_and_a_role_is_a_limit() {
    let house = House::open().await;
    draft(&house, "").await;
    for (name, role) in [("asha", Role::Admin), ("vik", Role::Viewer), ("sen", Role::Sender)] {
        let hash = hash_password("correct horse").unwrap();
        house.queue.add_user(name.to_owned(), role, hash, Clock.now()).await.unwrap();
    }
    let away = house.get("/campaigns/spring").await;
    assert_eq!(
        (away.status(), &away.headers()["location"]),
        (StatusCode::SEE_OTHER, &"/sign-in".parse().unwrap())
    );
    assert_eq!(house.post("/campaigns/spring/discard", "").await.status(), StatusCode::FORBIDDEN);
    let wrong = house.post("/sign-in", "name=vik&password=wrong+horse").await;
    assert_eq!(wrong.status(), StatusCode::UNAUTHORIZED);

    let viewer = sign_in(&house, "vik").await;
    let as_viewer = |path: &str| house.client.get(house.url(path)).header("cookie", viewer.clone());
    assert_eq!(as_viewer("/").send().await.unwrap().status(), StatusCode::OK);
    assert_eq!(as_viewer("/users").send().await.unwrap().status(), StatusCode::FORBIDDEN);
    let post = house.client.post(house.url("/campaigns/spring/discard")).header("cookie", viewer.clone());
    assert_eq!(post.send().await.unwrap().status(), StatusCode::FORBIDDEN);

    let sender = sign_in(&house, "sen").await;
    let post = house.client.post(house.url("/users")).header("cookie", sender.clone());
    let post = post.header("content-type", "application/x-www-form-urlencoded");
    let post = post.body("name=eve&role=admin&password=0123456789");
    assert_eq!(post.send().await.unwrap().status(), StatusCode::FORBIDDEN);
    let post = house.client.post(house.url("/campaigns/spring/discard")).header("cookie", sender.clone());
    assert_eq!(post.send().await.unwrap().status(), StatusCode::SEE_OTHER);

    let post = house.client.post(house.url("/sign-out")).header("cookie", viewer.clone());
    assert_eq!(post.send().await.unwrap().status(), StatusCode::SEE_OTHER);
    assert_eq!(as_viewer("/").send().await.unwrap().status(), StatusCode::SEE_OTHER);
    house.close().await;
}

async fn sign_in(house: &House, name: &str) -> String {
    let response = house.post("/sign-in", &format!("name={name}&password=correct+horse")).await;
    assert_eq!(response.status(), StatusCode::SEE_OTHER);
    let cookie = response.headers()["set-cookie"].to_str().unwrap().to_owned();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"), "{cookie}");
    cookie.split(';').next().unwrap().to_owned()
}

#[tokio::test]
async fn the_sixth_wrong_password_waits() {
    let house = House::open().await;
    let hash = hash_password("correct horse").unwrap();
    house.queue.add_user("asha".to_owned(), Role::Admin, hash, Clock.now()).await.unwrap();
    for _ in 0..5 {
        let response = house.post("/sign-in", "name=asha&password=guess").await;
        assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
    }
    let response = house.post("/sign-in", "name=asha&password=correct+horse").await;
    assert_eq!(response.status(), StatusCode::TOO_MANY_REQUESTS);
    assert!(response.headers().contains_key("retry-after"));
    house.close().await;
}

#[tokio::test]
async fn what_a_file_holds_is_text_and_no_page_has_inline_scripts_or_styles() {
    let house = House::open().await;
    let list = LIST.replace("City", "<img src=x onerror=alert(1)>");
    house.upload("", "spring", "<script>alert(2)<script>.csv", &list).await;
    house.post("/campaigns/spring/columns", "region=IN&c2=to").await;
    house.settled("/campaigns/spring/check").await;
    for path in [
        "/",
        "/new",
        "/campaigns/spring/columns",
        "/campaigns/spring/check",
        "/campaigns/spring/message",
        "/campaigns/spring/start",
        "/suppressions",
        "/settings",
        "/users",
    ] {
        let response = house.get(path).await;
        let policy = response.headers()["content-security-policy"].to_str().unwrap().to_owned();
        assert!(policy.starts_with("default-src 'none'; script-src 'self'; style-src 'self'"), "{policy}");
        assert_eq!(response.headers()["cache-control"], "no-store", "{path}");
        let html = response.text().await.unwrap();
        for wrong in ["<script>", " style=", "onerror=alert(1)>", "javascript:", "s3cret-key"] {
            assert!(!html.contains(wrong), "{wrong} in {path}: {html}");
        }
    }
    let check = house.settled("/campaigns/spring/check").await;
    assert!(check.contains("alert(2)"), "{check}");
    house.close().await;
}
