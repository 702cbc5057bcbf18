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
        (StatusCode::SEE_OTHER, &"/sign-in?to=%2Fcampaigns%2Fspring".parse().unwrap())
    );
    assert_eq!(house.post("/campaigns/spring/discard", "").await.status(), StatusCode::UNAUTHORIZED);
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

pub(super) async fn sign_in(house: &House, name: &str) -> String {
    let response = house.post("/sign-in", &format!("name={name}&password=correct+horse")).await;
    assert_eq!(response.status(), StatusCode::SEE_OTHER);
    let cookies = response.headers().get_all("set-cookie").iter().map(|cookie| cookie.to_str().unwrap());
    let cookie = cookies.into_iter().find(|cookie| cookie.contains("_session=")).unwrap().to_owned();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"), "{cookie}");
    cookie.split(';').next().unwrap().to_owned()
}

/// The least role that may ask for each page.
const GETS: [(&str, Role); 25] = [
    ("/", Role::Viewer),
    ("/campaigns/spring/rows", Role::Viewer),
    ("/campaigns/spring/report", Role::Viewer),
    ("/campaigns/spring/plan", Role::Viewer),
    ("/campaigns/spring/lists", Role::Viewer),
    ("/campaigns/spring/totals", Role::Viewer),
    ("/campaigns/spring/totals.csv", Role::Sender),
    ("/campaigns/spring/results.csv", Role::Sender),
    ("/events?of=spring", Role::Viewer),
    ("/account", Role::Viewer),
    ("/suppressions", Role::Viewer),
    ("/suppressions.csv", Role::Sender),
    ("/suppressions/remove?number=919800000001", Role::Sender),
    ("/optouts", Role::Viewer),
    ("/settings", Role::Viewer),
    ("/metrics", Role::Viewer),
    ("/new", Role::Sender),
    ("/audit", Role::Sender),
    ("/campaigns/spring/add", Role::Sender),
    ("/campaigns/spring/rejected.csv", Role::Sender),
    ("/campaigns/spring/columns", Role::Sender),
    ("/campaigns/spring/check", Role::Sender),
    ("/campaigns/spring/message", Role::Sender),
    ("/campaigns/spring/start", Role::Sender),
    ("/users", Role::Admin),
];

/// The least role that may press each button.
const POSTS: [(&str, Role); 39] = [
    ("/uploads", Role::Sender),
    ("/campaigns/spring/uploads", Role::Sender),
    ("/campaigns/spring/another", Role::Sender),
    ("/suppressions/add", Role::Sender),
    ("/suppressions/import", Role::Sender),
    ("/suppressions/remove", Role::Sender),
    ("/suppressions/restore", Role::Sender),
    ("/account/password", Role::Viewer),
    ("/account/second-factor", Role::Viewer),
    ("/optouts", Role::Sender),
    ("/campaigns/spring/columns", Role::Sender),
    ("/campaigns/spring/answer", Role::Sender),
    ("/campaigns/spring/message", Role::Sender),
    ("/campaigns/spring/limits", Role::Sender),
    ("/campaigns/spring/start", Role::Sender),
    ("/campaigns/spring/undo", Role::Sender),
    ("/campaigns/spring/test", Role::Sender),
    ("/campaigns/spring/pause", Role::Sender),
    ("/campaigns/spring/resume", Role::Sender),
    ("/campaigns/spring/cancel", Role::Sender),
    ("/campaigns/spring/rate", Role::Sender),
    ("/campaigns/spring/retry", Role::Sender),
    ("/campaigns/spring/resolve", Role::Sender),
    ("/campaigns/spring/reconcile", Role::Sender),
    ("/campaigns/spring/recount", Role::Sender),
    ("/campaigns/spring/discard", Role::Sender),
    ("/campaigns/spring/edit", Role::Sender),
    ("/campaigns/spring/rename", Role::Sender),
    ("/campaigns/spring/copy", Role::Sender),
    ("/campaigns/spring/delete", Role::Sender),
    ("/campaigns/spring/lists/undo", Role::Sender),
    ("/campaigns/spring/purge", Role::Admin),
    ("/settings/check", Role::Sender),
    ("/campaigns/spring/restored", Role::Admin),
    ("/settings/backup", Role::Admin),
    ("/settings/notices", Role::Admin),
    ("/settings/purge", Role::Admin),
    ("/users", Role::Admin),
    ("/users/remove", Role::Admin),
];

#[tokio::test]
async fn every_route_is_held_to_the_role() {
    let house = House::open().await;
    draft(&house, "").await;
    for role in Role::ALL {
        let hash = hash_password("correct horse").unwrap();
        house.queue.add_user(role.name().to_owned(), role, hash, Clock.now()).await.unwrap();
    }
    for role in [None, Some(Role::Viewer), Some(Role::Sender), Some(Role::Admin)] {
        let cookie = match role {
            Some(role) => sign_in(&house, role.name()).await,
            None => String::new(),
        };
        let is_house =
            |path: &str| ["/users", "/metrics", "/account"].iter().any(|own| path.starts_with(own));
        for (path, least) in GETS {
            for base in ["", "/rehearsal"].iter().take(if is_house(path) { 1 } else { 2 }) {
                let got = house.client.get(house.url(&format!("{base}{path}"))).header("cookie", &cookie);
                let status = got.send().await.unwrap().status();
                let told = format!("GET {base}{path} as {role:?}: {status}");
                match role {
                    None if path == "/metrics" => assert_eq!(status, StatusCode::UNAUTHORIZED, "{told}"),
                    None => assert_eq!(status, StatusCode::SEE_OTHER, "{told}"),
                    Some(role) if role < least => assert_eq!(status, StatusCode::FORBIDDEN, "{told}"),
                    Some(_) => assert_ne!(status, StatusCode::FORBIDDEN, "{told}"),
                }
            }
        }
        // Forms that say nothing: who is let in is told that, and nothing is done.
        for (path, least) in POSTS {
            let posted = house.client.post(house.url(path)).header("cookie", &cookie);
            let posted = posted.header("content-type", "application/octet-stream");
            let is_allowed = role.is_some_and(|role| least <= role);
            let is_harmless = !path.contains("discard") && !path.contains("pause");
            if is_allowed && !is_harmless {
                continue;
            }
            let status = posted.send().await.unwrap().status();
            let told = format!("POST {path} as {role:?}: {status}");
            match role {
                None => assert_eq!(status, StatusCode::UNAUTHORIZED, "{told}"),
                Some(_) => assert_eq!(status == StatusCode::FORBIDDEN, !is_allowed, "{told}"),
            }
            assert_ne!(status, StatusCode::NOT_FOUND, "{told}");
            assert_ne!(status, StatusCode::METHOD_NOT_ALLOWED, "{told}");
        }
    }
    house.close().await;
}

#[tokio::test]
async fn a_program_reads_the_figures_with_a_name_and_a_password() {
    let house = House::open().await;
    let hash = hash_password("correct horse").unwrap();
    house.queue.add_user("scraper".to_owned(), Role::Viewer, hash, Clock.now()).await.unwrap();
    let ask = |path: &str, password: &str| {
        house.client.get(house.url(path)).basic_auth("scraper", Some(password)).send()
    };
    let wrong = ask("/metrics", "wrong horse").await.unwrap();
    assert_eq!(wrong.status(), StatusCode::UNAUTHORIZED);
    assert!(wrong.headers().contains_key("www-authenticate"));
    assert_eq!(ask("/", "correct horse").await.unwrap().status(), StatusCode::SEE_OTHER);
    let right = ask("/metrics", "correct horse").await.unwrap();
    assert_eq!(right.status(), StatusCode::OK);
    assert!(right.text().await.unwrap().contains("# TYPE catalink_recipients gauge"));
    house.close().await;
}

#[tokio::test]
async fn what_somebody_does_is_written_down_under_their_name() {
    let house = House::open().await;
    for (name, role) in [("asha", Role::Admin), ("sen", Role::Sender)] {
        let hash = hash_password("correct horse").unwrap();
        house.queue.add_user(name.to_owned(), role, hash, Clock.now()).await.unwrap();
    }
    let sender = sign_in(&house, "sen").await;
    let post = house.client.post(house.url("/suppressions/add")).header("cookie", &sender);
    let post = post.header("content-type", "application/x-www-form-urlencoded");
    let post = post.body("numbers=%2B919800000001&reason=asked");
    assert_eq!(post.send().await.unwrap().status(), StatusCode::SEE_OTHER);
    let trail = house.queue.audit_trail(None, 9).await.unwrap();
    let lines: Vec<_> = trail.iter().map(|line| (line.who.as_str(), line.command.as_str())).collect();
    assert_eq!(lines, [("sen", "suppress"), ("sen", "sign-in")]);
    let page = house.client.get(house.url("/audit")).header("cookie", &sender).send().await.unwrap();
    let page = page.text().await.unwrap();
    assert!(page.contains("<bdi>sen</bdi>") && page.contains("1 number: asked"), "{page}");
    house.close().await;
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
