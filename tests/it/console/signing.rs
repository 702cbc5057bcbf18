//! Whoever signs in: invitations, an account of one's own, sessions that end and that last, and who is slowed down.

use std::time::Duration;

use catalink::{
    clock::Clock,
    console::{Reach, hash_password},
    queue::Role,
};
use data_encoding::BASE32_NOPAD;
use reqwest::{Response, StatusCode};
use totp_rs::Builder;

use super::{
    doors::sign_in,
    house::{House, draft},
};

const FORM: &str = "application/x-www-form-urlencoded";

async fn with_users(house: &House, users: &[(&str, Role)]) {
    for (name, role) in users {
        let hash = hash_password("correct horse").unwrap();
        house.queue.add_user((*name).to_owned(), *role, hash, Clock.now()).await.unwrap();
    }
}

async fn post(house: &House, cookie: &str, path: &str, body: &str) -> Response {
    let post = house.client.post(house.url(path)).header("cookie", cookie).header("content-type", FORM);
    post.body(body.to_owned()).send().await.unwrap()
}

async fn get(house: &House, cookie: &str, path: &str) -> Response {
    house.client.get(house.url(path)).header("cookie", cookie).send().await.unwrap()
}

/// All cookies that an answer sets.
fn cookies(answer: &Response) -> String {
    let set = answer.headers().get_all("set-cookie").iter();
    set.map(|cookie| cookie.to_str().unwrap().split(';').next().unwrap()).collect::<Vec<_>>().join("; ")
}

/// What stands in a hidden field of a page.
fn field(html: &str, name: &str) -> String {
    let (_, rest) = html.split_once(&format!("name=\"{name}\" value=\"")).expect(name);
    rest.split('"').next().unwrap().replace("&#38;", "&").replace("&amp;", "&")
}

fn encoded(text: &str) -> String {
    text.bytes().fold(String::new(), |text, byte| format!("{text}%{byte:02X}"))
}

#[tokio::test]
async fn what_was_typed_when_the_session_ended_is_sent_after_signing_in_again() {
    let house = House::open().await;
    draft(&house, "").await;
    with_users(&house, &[("asha", Role::Admin)]).await;
    let body =
        "message=Hi+%F0%9F%91%8B+https%3A%2F%2Fwa.me%2Fc%2F911161197855+Reply+STOP&preview_url=on&go=save";
    let ended = post(&house, "", "/campaigns/spring/message", body).await;
    assert_eq!(ended.status(), StatusCode::UNAUTHORIZED);
    let html = ended.text().await.unwrap();
    assert!(html.contains("what you typed is kept"), "{html}");
    let (to, form) = (field(&html, "to"), field(&html, "form"));
    assert_eq!(to, "/campaigns/spring/message");
    let kept = format!("to={}&form={}", encoded(&to), encoded(&form));
    // A wrong password loses nothing either.
    let wrong = house.post("/sign-in", &format!("name=asha&password=guess&{kept}")).await;
    assert_eq!(field(&wrong.text().await.unwrap(), "form"), form);
    let signed_in = house.post("/sign-in", &format!("name=asha&password=correct+horse&{kept}")).await;
    assert_eq!(signed_in.status(), StatusCode::OK);
    let cookie = cookies(&signed_in);
    let html = signed_in.text().await.unwrap();
    assert!(html.contains("Send it now") && html.contains("Hi 👋"), "{html}");
    let sent = post(&house, &cookie, &field_action(&html), body).await;
    assert_eq!(sent.status(), StatusCode::SEE_OTHER);
    assert!(house.queue.campaign("spring").await.unwrap().plan.message.starts_with("Hi 👋"));

    let elsewhere = house.post("/sign-in", "name=asha&password=correct+horse&to=%2F%2Fevil.example").await;
    assert_eq!(elsewhere.headers()["location"], "/");
    house.close().await;
}

fn field_action(html: &str) -> String {
    html.split_once("<form method=\"post\" action=\"").unwrap().1.split('"').next().unwrap().to_owned()
}

#[tokio::test]
async fn a_session_that_is_used_lasts_longer_and_one_that_is_not_ends() {
    let house = House::open().await;
    with_users(&house, &[("asha", Role::Admin)]).await;
    let cookie = sign_in(&house, "asha").await;
    let stranger = rusqlite::Connection::open(house.queue.files()).unwrap();
    let ends = || -> i64 {
        stranger.query_row("select expires_at from console_session", [], |row| row.get(0)).unwrap()
    };
    let in_an_hour = Clock.now().plus(Duration::from_hours(1));
    stranger.execute("update console_session set expires_at = ?", [in_an_hour.0]).unwrap();
    let used = get(&house, &cookie, "/").await;
    assert!(cookies(&used).starts_with(&cookie), "the cookie is renewed with it");
    assert!(ends() > in_an_hour.0);
    assert!(!get(&house, &cookie, "/").await.headers().contains_key("set-cookie"), "but not each time");
    stranger.execute("update console_session set expires_at = ?", [Clock.now().0]).unwrap();
    assert_eq!(get(&house, &cookie, "/").await.status(), StatusCode::SEE_OTHER);
    house.close().await;
}

/// Reads a stream to its end.
async fn end_of(mut stream: Response) {
    while tokio::time::timeout(Duration::from_secs(20), stream.chunk()).await.unwrap().unwrap().is_some() {}
}

#[tokio::test]
async fn the_stream_of_whoever_is_removed_or_signed_out_ends_within_a_second() {
    let house = House::open().await;
    draft(&house, "").await;
    with_users(&house, &[("asha", Role::Admin), ("vik", Role::Viewer), ("sen", Role::Sender)]).await;
    for path in ["/campaigns/spring/events", "/events?of=spring,gone"] {
        let cookie = sign_in(&house, "sen").await;
        let stream = get(&house, &cookie, path).await;
        assert_eq!(stream.status(), StatusCode::OK, "{path}");
        let began = std::time::Instant::now();
        post(&house, &cookie, "/sign-out", "").await;
        end_of(stream).await;
        assert!(began.elapsed() < Duration::from_secs(1), "{path}: {:?}", began.elapsed());
    }
    let cookie = sign_in(&house, "vik").await;
    let stream = get(&house, &cookie, "/events?of=spring").await;
    let began = std::time::Instant::now();
    house.queue.remove_user("vik".to_owned()).await.unwrap();
    end_of(stream).await;
    assert!(began.elapsed() < Duration::from_secs(1), "{:?}", began.elapsed());
    house.close().await;
}

#[tokio::test]
async fn a_stream_tells_of_several_campaigns_and_of_none_that_is_not_there() {
    let house = House::open().await;
    draft(&house, "").await;
    let mut stream = house.get("/events?of=nobody,spring").await;
    let first = tokio::time::timeout(Duration::from_secs(9), stream.chunk()).await.unwrap().unwrap().unwrap();
    let first = String::from_utf8_lossy(&first).into_owned();
    assert!(first.contains("\"of\":\"spring\"") && first.contains("\"state\":\"draft\""), "{first}");
    assert_eq!(house.get("/events?of=nobody").await.status(), StatusCode::NOT_FOUND);
    drop(stream);
    house.close().await;
}

#[tokio::test]
async fn an_invitation_is_good_for_one_password_and_for_a_day() {
    let house = House::open().await;
    with_users(&house, &[("asha", Role::Admin)]).await;
    let admin = sign_in(&house, "asha").await;
    let html = post(&house, &admin, "/users", "name=vik&role=viewer").await.text().await.unwrap();
    let link = html.split("value=\"http").nth(1).unwrap().split('"').next().unwrap();
    let path = format!("/invitation/{}", link.rsplit('/').next().unwrap());
    assert!(!html.contains("type=\"password\""), "an admin types nobody's password");
    let refused = house.post("/sign-in", "name=vik&password=").await;
    assert_eq!(refused.status(), StatusCode::UNAUTHORIZED, "nobody signs in without a password");
    for (body, said) in [
        ("password=correct+horse&repeated=another", "not the same"),
        ("password=short&repeated=short", "at least 10 characters"),
    ] {
        let refused = house.post(&path, body).await;
        assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.text().await.unwrap().contains(said), "{said}");
    }
    let accepted = house.post(&path, "password=correct+horse&repeated=correct+horse").await;
    assert_eq!(accepted.status(), StatusCode::SEE_OTHER);
    assert_eq!(get(&house, &cookies(&accepted), "/").await.status(), StatusCode::OK);
    assert_eq!(house.get(&path).await.status(), StatusCode::GONE);
    let again = house.post(&path, "password=battery+staple&repeated=battery+staple").await;
    assert_eq!(again.status(), StatusCode::GONE);
    sign_in(&house, "vik").await;

    let html = post(&house, &admin, "/users", "name=sen&role=sender").await.text().await.unwrap();
    let link = html.split("value=\"http").nth(1).unwrap().split('"').next().unwrap();
    let path = format!("/invitation/{}", link.rsplit('/').next().unwrap());
    assert_eq!(house.get(&path).await.status(), StatusCode::OK);
    let stranger = rusqlite::Connection::open(house.queue.files()).unwrap();
    stranger
        .execute("update console_user set invited_until = ? where name = 'sen'", [Clock.now().0])
        .unwrap();
    assert_eq!(house.get(&path).await.status(), StatusCode::GONE);
    house.close().await;
}

#[tokio::test]
async fn ones_own_password_is_changed_with_the_old_one_and_ends_the_other_sessions() {
    let house = House::open().await;
    with_users(&house, &[("asha", Role::Admin)]).await;
    let (here, there) = (sign_in(&house, "asha").await, sign_in(&house, "asha").await);
    let wrong =
        post(&house, &here, "/account/password", "old=guess&password=battery+staple&repeated=battery+staple");
    assert_eq!(wrong.await.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let body = "old=correct+horse&password=battery+staple&repeated=battery+staple";
    assert_eq!(post(&house, &here, "/account/password", body).await.status(), StatusCode::OK);
    assert_eq!(get(&house, &here, "/account").await.status(), StatusCode::OK);
    assert_eq!(get(&house, &there, "/account").await.status(), StatusCode::SEE_OTHER);
    let old = house.post("/sign-in", "name=asha&password=correct+horse").await;
    assert_eq!(old.status(), StatusCode::UNAUTHORIZED);
    let new = house.post("/sign-in", "name=asha&password=battery+staple").await;
    assert_eq!(new.status(), StatusCode::SEE_OTHER);
    house.close().await;
}

fn code(secret: &str, ahead: u64) -> String {
    let bytes = BASE32_NOPAD.decode(secret.as_bytes()).unwrap();
    let totp = Builder::new().with_secret(<[u8; 20]>::try_from(bytes).unwrap()).build().unwrap();
    let seconds = u64::try_from(Clock.now().0 / 1_000).unwrap() + ahead;
    totp.generate(seconds).to_string()
}

#[tokio::test]
async fn with_a_second_factor_a_password_is_not_enough_and_no_code_is_good_twice() {
    let house = House::open().await;
    with_users(&house, &[("asha", Role::Admin)]).await;
    let cookie = sign_in(&house, "asha").await;
    let html = get(&house, &cookie, "/account").await.text().await.unwrap();
    assert!(html.contains("class=\"qr\""), "{html}");
    let secret = field(&html, "secret");
    let body = format!("password=correct+horse&secret={secret}&code=000000");
    let wrong = post(&house, &cookie, "/account/second-factor", &body).await;
    assert_eq!(wrong.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(field(&wrong.text().await.unwrap(), "secret"), secret, "the app has it already");
    let body = format!("password=correct+horse&secret={secret}&code={}", code(&secret, 0));
    let on = post(&house, &cookie, "/account/second-factor", &body).await.text().await.unwrap();
    let recovery: Vec<_> =
        on.split("<li><code>").skip(1).map(|rest| rest.split('<').next().unwrap()).collect();
    assert_eq!(recovery.len(), 10, "{on}");

    let asked = house.post("/sign-in", "name=asha&password=correct+horse&to=%2Fsettings").await;
    assert_eq!(asked.status(), StatusCode::OK);
    assert!(cookies(&asked).is_empty(), "nobody is signed in yet");
    let ticket = field(&asked.text().await.unwrap(), "ticket");
    let show = async |code: &str| {
        house.post("/sign-in/code", &format!("ticket={ticket}&to=%2Fsettings&code={code}")).await
    };
    // The code that turned it on has been used.
    assert_eq!(show(&code(&secret, 0)).await.status(), StatusCode::UNAUTHORIZED);
    let let_in = show(&code(&secret, 30)).await;
    assert_eq!(
        (let_in.status(), &let_in.headers()["location"]),
        (StatusCode::SEE_OTHER, &"/settings".parse().unwrap())
    );
    assert_eq!(show(&code(&secret, 30)).await.status(), StatusCode::UNAUTHORIZED, "the ticket is used up");
    let metrics = house.client.get(house.url("/metrics")).basic_auth("asha", Some("correct horse"));
    assert_eq!(metrics.send().await.unwrap().status(), StatusCode::UNAUTHORIZED);

    for expected in [StatusCode::SEE_OTHER, StatusCode::UNAUTHORIZED] {
        let asked = house.post("/sign-in", "name=asha&password=correct+horse").await.text().await.unwrap();
        let body = format!("ticket={}&code={}", field(&asked, "ticket"), recovery[3].to_uppercase());
        assert_eq!(house.post("/sign-in/code", &body).await.status(), expected);
    }
    assert!(
        get(&house, &cookie, "/account").await.text().await.unwrap().contains("9 recovery codes are left")
    );
    let off = post(&house, &cookie, "/account/second-factor", "password=correct+horse").await;
    assert_eq!(off.status(), StatusCode::OK);
    sign_in(&house, "asha").await;
    house.close().await;
}

#[tokio::test]
async fn nobody_shuts_an_admin_out_of_a_browser_that_is_known() {
    let house = House::open().await;
    with_users(&house, &[("asha", Role::Admin)]).await;
    let known = house.post("/sign-in", "name=asha&password=correct+horse").await;
    let browser = cookies(&known).split("; ").find(|cookie| cookie.contains("_browser=")).unwrap().to_owned();
    for _ in 0..5 {
        house.post("/sign-in", "name=asha&password=guess").await;
    }
    let stranger = house.post("/sign-in", "name=asha&password=correct+horse").await;
    assert_eq!(stranger.status(), StatusCode::TOO_MANY_REQUESTS);
    let own = post(&house, &browser, "/sign-in", "name=asha&password=correct+horse").await;
    assert_eq!(own.status(), StatusCode::SEE_OTHER);
    // The mark of another user, or one that is made up, is worth nothing.
    let made_up = post(&house, "catalink_browser=0123", "/sign-in", "name=asha&password=guess").await;
    assert_eq!(made_up.status(), StatusCode::UNAUTHORIZED, "counted anew since somebody was let in");
    house.close().await;
}

#[tokio::test]
async fn sign_ins_are_in_the_audit_log_with_who_and_from_where() {
    let house = House::open().await;
    with_users(&house, &[("asha", Role::Admin)]).await;
    house.post("/sign-in", "name=asha&password=guess").await;
    sign_in(&house, "asha").await;
    let trail = house.queue.audit_trail(None, 9).await.unwrap();
    let lines: Vec<_> =
        trail.iter().map(|line| (line.who.as_str(), line.command.as_str(), line.detail.as_str())).collect();
    assert!(lines.contains(&("console", "refused sign-in", "as asha from 127.0.0.1")), "{lines:?}");
    assert!(lines.contains(&("asha", "sign-in", "from 127.0.0.1")), "{lines:?}");
    house.close().await;
}

#[tokio::test]
async fn behind_tls_cookies_and_headers_hold_a_browser_to_it() {
    let house = House::open().await;
    let open = house.get("/").await;
    assert!(open.headers()["permissions-policy"].to_str().unwrap().contains("camera=()"));
    assert!(!open.headers().contains_key("strict-transport-security"));
    house.close().await;
    let mut house = House::open().await;
    with_users(&house, &[("asha", Role::Admin)]).await;
    house
        .restart(|options| {
            options.reach = Reach::BehindTls;
            options.is_only_by_tls = true;
        })
        .await;
    let signed_in = house.post("/sign-in", "name=asha&password=correct+horse").await;
    assert_eq!(signed_in.headers()["strict-transport-security"], "max-age=31536000");
    let cookies = cookies(&signed_in);
    assert!(cookies.split("; ").all(|cookie| cookie.starts_with("__Host-catalink_")), "{cookies}");
    assert_eq!(get(&house, &cookies, "/").await.status(), StatusCode::OK);
    assert_eq!(get(&house, &cookies.replace("__Host-", ""), "/").await.status(), StatusCode::SEE_OTHER);
    house.close().await;
}
