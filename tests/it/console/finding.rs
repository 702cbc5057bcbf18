//! What people look for, and what those see who only look.

use catalink::{clock::Clock, console::hash_password, domain::NewCampaign, queue::Role};
use reqwest::StatusCode;

use super::{
    doors::sign_in,
    house::{House, draft, finished},
};

#[tokio::test]
async fn rows_are_found_by_name_by_a_number_in_any_spelling_and_by_its_end() {
    let house = House::open().await;
    finished(&house).await;
    for (q, line) in [
        ("leela", "+919800000500"),
        ("CHENNAI", "+919800000500"),
        ("%2B91+98000-00500", "+919800000500"),
        ("0091+9800000500", "+919800000500"),
        ("09800000500", "+919800000500"),
        ("0500", "+919800000500"),
        ("line+3", "+919800000002"),
    ] {
        let html = house.text(&format!("/campaigns/spring/rows?q={q}")).await;
        assert!(html.contains(line) && html.matches("<tr><td").count() == 1, "{q}: {html}");
    }
    let html = house.text("/campaigns/spring/rows?q=nobody").await;
    assert!(html.contains("No rows found.") && !html.contains("Continue the search"), "{html}");
    house.close().await;
}

#[tokio::test]
async fn one_search_finds_campaigns_people_tags_and_names_and_a_person_is_seen_over_all_campaigns() {
    let house = House::open().await;
    finished(&house).await;
    let nothing = house.text("/search?q=nowhere").await;
    assert!(nothing.contains("Nothing was found."), "{nothing}");
    let by_name = house.text("/search?q=spr").await;
    assert!(by_name.contains("href=\"/campaigns/spring\""), "{by_name}");
    let by_value = house.text("/search?q=leela").await;
    assert!(by_value.contains("+919800000500") && by_value.contains("/campaigns/spring/rows/"), "{by_value}");
    for q in ["09800000001", "%2B919800000001", "0091+98000+00001"] {
        let whole = house.get(&format!("/search?q={q}")).await;
        assert_eq!(whole.status(), StatusCode::SEE_OTHER, "{q}");
        assert_eq!(whole.headers()["location"], "/people/919800000001");
    }
    let beginning = house.text("/search?q=91980000").await;
    assert!(beginning.contains("/people/919800000500"), "{beginning}");
    let copy = house.post("/campaigns/spring/copy", "new=summer&with_list=on").await;
    assert_eq!(copy.status(), StatusCode::SEE_OTHER);
    let person = house.text("/people/919800000001").await;
    assert!(person.contains(">summer<") && person.contains(">spring<"), "{person}");
    assert!(person.contains("Not on the suppression list."), "{person}");
    house.post("/suppressions/add", "numbers=%2B919800000001&reason=by+letter").await;
    let person = house.text("/people/919800000001").await;
    assert!(person.contains("On the suppression list") && person.contains("by letter"), "{person}");
    assert_eq!(house.get("/people/12").await.status(), StatusCode::NOT_FOUND);
    house.close().await;
}

#[tokio::test]
async fn home_says_what_needs_somebody_first_and_an_archived_campaign_is_out_of_sight() {
    let house = House::open().await;
    finished(&house).await;
    let plan = NewCampaign::new("autumn", "Hi");
    house.queue.create(plan, Clock.now()).await.unwrap();
    let home = house.text("/").await;
    let (needs, recent) = home.split_once("Last 30 days").unwrap();
    assert!(
        needs.contains("Needs you") && needs.contains(">autumn<") && !needs.contains(">spring<"),
        "{home}"
    );
    assert!(recent.contains(">spring<"), "{home}");
    assert_eq!(house.post("/campaigns/spring/archive", "").await.status(), StatusCode::SEE_OTHER);
    assert!(!house.text("/").await.contains(">spring<"));
    assert!(house.text("/?state=archived").await.contains(">spring<"));
    assert!(house.text("/?q=spring").await.contains(">spring<"), "it is found by its name");
    house.post("/campaigns/spring/archive", "back=yes").await;
    assert!(house.text("/").await.contains(">spring<"));

    draft(&house, "/rehearsal").await;
    house.post("/rehearsal/campaigns/spring/start", "n=4").await;
    house.wait_for("/rehearsal/campaigns/spring/events", "Finished").await;
    house.close().await;
}

#[tokio::test]
async fn who_only_looks_sees_no_whole_number_and_cannot_find_one_out() {
    let house = House::open().await;
    finished(&house).await;
    house.post("/suppressions/add", "numbers=%2B919800000777&reason=asked").await;
    house.upload("", "autumn", "l.csv", super::house::LIST).await;
    for (name, role) in [("asha", Role::Admin), ("vik", Role::Viewer)] {
        let hash = hash_password("correct horse").unwrap();
        house.queue.add_user(name.to_owned(), role, hash, Clock.now()).await.unwrap();
    }
    let cookie = sign_in(&house, "vik").await;
    let text = async |path: &str| {
        let got = house.client.get(house.url(path)).header("cookie", &cookie).send().await.unwrap();
        got.text().await.unwrap()
    };
    let id = house.queue.campaign("spring").await.unwrap().id;
    let first = house.queue.imports(id).await.unwrap()[0].first_recipient_id;
    for path in [
        "/campaigns/spring",
        "/campaigns/spring/rows",
        "/campaigns/spring/rows?status=duplicate",
        &format!("/campaigns/spring/rows/{first}"),
        "/campaigns/spring/totals?by=ref",
        "/suppressions",
        "/people/919800000001",
        "/search?q=9198",
    ] {
        let html = text(path).await;
        let numbers = html.split(|c: char| !c.is_ascii_digit()).filter(|digits| digits.starts_with("9198"));
        let whole: Vec<_> = numbers.filter(|digits| digits.len() > 8).collect();
        let is_asked = |digits: &&&str| path.contains(**digits);
        assert!(whole.iter().all(|digits| is_asked(&digits)), "{path}: {whole:?}");
    }
    assert!(text("/campaigns/spring/rows").await.contains("+91…01"));
    // A draft leads to its settings, and not to steps that are for those who send.
    let draft =
        house.client.get(house.url("/campaigns/autumn")).header("cookie", &cookie).send().await.unwrap();
    assert_eq!(
        (draft.status(), &draft.headers()["location"]),
        (StatusCode::SEE_OTHER, &"/campaigns/autumn/plan".parse().unwrap())
    );
    // The beginning and the end of a number find nobody; the whole one does.
    for (q, is_found) in [("9198000005", false), ("0500", false), ("%2B919800000500", true)] {
        let html = text(&format!("/campaigns/spring/rows?q={q}")).await;
        assert_eq!(html.contains("+91…00"), is_found, "{q}: {html}");
    }
    house.close().await;
}

#[tokio::test]
async fn a_number_leaves_the_suppression_list_for_a_reason_and_comes_back_as_it_was() {
    let house = House::with(|options| options.queue = options.queue.acting_as("asha", || Clock.now())).await;
    house.post("/suppressions/add", "numbers=%2B919800000777&reason=by+letter").await;
    let ask = house.text("/suppressions/remove?number=919800000777").await;
    assert!(ask.contains("+919800000777") && ask.contains("by letter"), "{ask}");
    let silent = house.post("/suppressions/remove", "number=%2B919800000777&reason=+").await;
    assert_eq!(silent.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let removed = house.post("/suppressions/remove", "number=%2B919800000777&reason=a+mistake").await;
    let html = removed.text().await.unwrap();
    assert!(html.contains("1 number was removed") && html.contains(">Undo</button>"), "{html}");
    let trail = house.queue.audit_trail(None, 9).await.unwrap();
    let line = trail.iter().find(|line| line.command == "unsuppress").unwrap();
    assert_eq!(line.detail, "1 number (+91…0777): a mistake");
    let added_at = html.split("name=\"added_at\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    let undo = format!("number=%2B919800000777&reason=by+letter&added_at={added_at}");
    assert_eq!(house.post("/suppressions/restore", &undo).await.status(), StatusCode::SEE_OTHER);
    let list = house.text("/suppressions").await;
    assert!(list.contains("+919800000777") && list.contains("by letter"), "{list}");
    house.close().await;
}

#[tokio::test]
async fn only_an_admin_takes_off_what_a_person_asked_for() {
    let house = House::open().await;
    house.post("/suppressions/add", "numbers=%2B919800000777&reason=wrote+STOP").await;
    let stranger = rusqlite::Connection::open(house.queue.files()).unwrap();
    stranger.execute("update suppression set source = 'keyword'", []).unwrap();
    for (name, role) in [("asha", Role::Admin), ("sen", Role::Sender)] {
        let hash = hash_password("correct horse").unwrap();
        house.queue.add_user(name.to_owned(), role, hash, Clock.now()).await.unwrap();
    }
    let remove = async |cookie: &str| {
        let post = house.client.post(house.url("/suppressions/remove")).header("cookie", cookie);
        let post = post.header("content-type", "application/x-www-form-urlencoded");
        post.body("number=%2B919800000777&reason=asked+to+come+back").send().await.unwrap().status()
    };
    let (sender, admin) = (sign_in(&house, "sen").await, sign_in(&house, "asha").await);
    let ask =
        house.client.get(house.url("/suppressions/remove?number=919800000777")).header("cookie", &sender);
    assert!(ask.send().await.unwrap().text().await.unwrap().contains("Only an admin"));
    assert_eq!(remove(&sender).await, StatusCode::FORBIDDEN);
    assert_eq!(remove(&admin).await, StatusCode::OK);
    house.close().await;
}

#[tokio::test]
async fn a_second_press_of_the_same_button_is_no_error_and_refusals_are_pages() {
    let house = House::open().await;
    finished(&house).await;
    for path in ["/campaigns/spring/rate", "/suppressions/add"] {
        let refused = house.post(path, "mps=fast").await;
        assert!(refused.status().is_client_error());
        let html = refused.text().await.unwrap();
        assert!(html.starts_with("<!doctype html>"), "{path}: {html}");
    }
    assert!(
        house.post("/campaigns/spring/events", "").await.text().await.unwrap().starts_with("<!doctype html>")
    );
    let list = format!("phone\n{}\n", (0..50).map(|n| format!("+9198{n:08}")).collect::<Vec<_>>().join("\n"));
    house.upload("", "slow", "list.csv", &list).await;
    house.settled("/campaigns/slow/start").await;
    house.post("/campaigns/slow/limits", "mps=1").await;
    house.settled("/campaigns/slow/start").await;
    house.post("/campaigns/slow/start", "n=50").await;
    house.wait_for("/campaigns/slow/events", "Sending.").await;
    for action in ["pause", "pause", "resume", "resume", "cancel", "cancel"] {
        let pressed = house.post(&format!("/campaigns/slow/{action}"), "").await;
        assert_eq!(pressed.status(), StatusCode::SEE_OTHER, "{action}");
    }
    house.close().await;
}

#[tokio::test]
async fn a_file_that_arrives_twice_leads_to_the_campaign_that_it_has_become() {
    let house = House::open().await;
    draft(&house, "").await;
    let again = house.upload("", "spring", "my list.csv", super::house::LIST).await;
    assert_eq!(again.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let html = again.text().await.unwrap();
    assert!(html.contains("exists already") && html.contains("href=\"/campaigns/spring\""), "{html}");
    for name in [".", ".."] {
        let refused = house.upload("", name, "l.csv", super::house::LIST).await;
        assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY, "{name}");
    }
    house.close().await;
}

#[tokio::test]
async fn a_message_is_saved_as_it_is_typed_and_what_is_tested_is_what_is_sent() {
    let house = House::open().await;
    draft(&house, "").await;
    let start = house.settled("/campaigns/spring/start").await;
    assert!(start.contains("Not tested."), "{start}");
    let typed = "message=Hello+%7B%7BFirst+Name%7Cdefault%28%22friend%22%29%7D%7D+Reply+STOP&preview_url=on";
    let kept = house.post("/campaigns/spring/message", &format!("{typed}&go=keep")).await;
    assert_eq!(kept.status(), StatusCode::NO_CONTENT);
    // The links between the steps lead on with what was typed.
    let start = house.settled("/campaigns/spring/start").await;
    let start =
        if start.contains("Hello Asha") { start } else { house.settled("/campaigns/spring/start").await };
    assert!(start.contains("Hello Asha Reply STOP"), "{start}");
    let tested =
        house.post("/campaigns/spring/message", &format!("{typed}&go=test&to=%2B919800000078")).await;
    assert!(tested.text().await.unwrap().contains("The provider accepted the message"));
    let start = house.settled("/campaigns/spring/start").await;
    assert!(start.contains("on …78.") && !start.contains("has changed since"), "{start}");
    // What cannot be a message is not lost, and nothing else is sent in its place.
    house.post("/campaigns/spring/message", "message=Hello+%7B%7Bnobody%7D%7D+Reply+STOP&go=keep").await;
    let start = house.settled("/campaigns/spring/start").await;
    assert!(start.contains("cannot be sent") && !start.contains("Send 4 messages"), "{start}");
    let pressed = house.post("/campaigns/spring/start", "n=4").await;
    assert_ne!(pressed.status(), StatusCode::SEE_OTHER);
    assert_eq!(house.simulator.ledger().received, 1, "the test alone");
    assert!(house.settled("/campaigns/spring/message").await.contains("Hello {{nobody}} Reply STOP"));
    house.post("/campaigns/spring/message", &format!("{}&go=save", typed.replace("Hello", "Dear"))).await;
    let start = house.settled("/campaigns/spring/start").await;
    assert!(start.contains("but the message has changed since"), "{start}");
    house.close().await;
}

#[tokio::test]
async fn the_button_says_when_and_a_press_of_it_is_what_it_said() {
    let house = House::open().await;
    draft(&house, "").await;
    let later = "n=4&when=later&start_at=2035-01-02T09%3A30&time_zone=Asia%2FKolkata";
    // Without scripts the button spoke of now: it is shown again with what it does.
    let shown = house.post("/campaigns/spring/start", &format!("{later}&said=")).await;
    assert_eq!(shown.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let html = shown.text().await.unwrap();
    assert!(html.contains(">Schedule 4 messages for Tue 2 Jan 09:30 Asia/Kolkata</button>"), "{html}");
    let both = house.post("/campaigns/spring/start", "n=4&when=now&start_at=2035-01-03T09%3A30").await;
    assert_eq!(both.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let none = house.post("/campaigns/spring/start", "n=4&when=later&start_at=").await;
    assert!(none.text().await.unwrap().contains("Set the time at which it starts."));
    let pressed = house.post("/campaigns/spring/start", &format!("{later}&said=2035-01-02T09%3A30")).await;
    assert_eq!(pressed.status(), StatusCode::SEE_OTHER);
    house.wait_for("/campaigns/spring/events", "Reschedule…").await;
    assert_eq!(house.simulator.ledger().received, 0);
    house.close().await;
}
