//! What a button does is what its page has shown.

use std::time::Duration;

use catalink::{clock::Clock, console::hash_password, domain::Status, queue::Role, simulator::Faults};
use reqwest::StatusCode;

use super::house::{House, draft, finished};

#[tokio::test]
async fn what_is_typed_on_the_start_page_counts_when_the_button_is_pressed() {
    let house = House::with(|options| options.undo_for = Duration::from_mins(1)).await;
    draft(&house, "").await;
    let typed = "n=4&mps=3&start_at=2035-01-02T09%3A30&time_zone=Asia%2FKolkata";
    let started = house.post("/campaigns/spring/start", typed).await;
    assert_eq!(started.status(), StatusCode::SEE_OTHER, "{}", started.text().await.unwrap());
    let plan = house.queue.campaign("spring").await.unwrap().plan;
    assert_eq!(plan.start_at.unwrap().to_string(), "2035-01-02T04:00:00.000Z");
    assert!((plan.mps - 3.0).abs() < f64::EPSILON);
    let html = house.text("/campaigns/spring").await;
    assert!(
        html.contains("4 people get this message") && html.contains("https://wa.me/c/911161197855"),
        "{html}"
    );
    house.close().await;
}

#[tokio::test]
async fn what_cannot_be_is_said_on_the_start_page_and_what_was_typed_stays_and_nothing_begins() {
    let house = House::open().await;
    draft(&house, "").await;
    for (typed, said) in [
        ("time_zone=Berlin", "Berlin"),
        ("start_at=2020-01-01T10%3A00", "That time is in the past"),
        ("hours_from=09%3A00&hours_to=", "Set both ends of the sending hours."),
        ("mps=fast", "“fast” is not a valid number"),
        ("sender=xyz", "xyz"),
    ] {
        for path in ["limits", "start"] {
            let refused = house.post(&format!("/campaigns/spring/{path}"), &format!("n=4&{typed}")).await;
            assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY, "{typed}");
            let html = refused.text().await.unwrap();
            assert!(html.contains(said) && html.contains("Send 4 messages"), "{typed}: {html}");
            let first = typed.split('&').next().unwrap().split_once('=').unwrap().1.replace("%3A", ":");
            assert!(html.contains(&format!("value=\"{first}\"")), "{typed}: {html}");
        }
    }
    assert_eq!(house.simulator.ledger().received, 0);
    assert!(house.queue.draft(house.queue.campaign("spring").await.unwrap().id).await.unwrap().is_some());
    house.close().await;
}

#[tokio::test]
async fn a_message_that_somebody_has_changed_meanwhile_is_shown_before_it_is_sent() {
    let house = House::open().await;
    draft(&house, "").await;
    let shown = house.settled("/campaigns/spring/start").await;
    let (_, seen) = shown.split_once("name=\"seen\" value=\"").unwrap();
    let seen = seen.split('"').next().unwrap().to_owned();
    house.post("/campaigns/spring/message", "message=Changed&go=save").await;
    house.settled("/campaigns/spring/start").await;
    let refused = house.post("/campaigns/spring/start", &format!("n=4&seen={seen}")).await;
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let html = refused.text().await.unwrap();
    assert!(
        html.contains("The message has changed since you opened this page")
            && html.contains(">Changed</div>"),
        "{html}"
    );
    assert_eq!(house.simulator.ledger().received, 0);
    house.close().await;
}

#[tokio::test]
async fn whoever_comes_back_to_a_step_that_is_over_finds_the_campaign() {
    let house = House::open().await;
    finished(&house).await;
    for step in ["columns", "check", "message", "start"] {
        let back = house.get(&format!("/campaigns/spring/{step}")).await;
        assert_eq!(back.status(), StatusCode::SEE_OTHER, "{step}");
        assert_eq!(back.headers()["location"], "/campaigns/spring");
    }
    house.close().await;
}

#[tokio::test]
async fn rows_that_are_only_kept_are_not_said_to_be_sent() {
    let house = House::open().await;
    draft(&house, "").await;
    assert_eq!(house.post("/campaigns/spring/another", "").await.status(), StatusCode::SEE_OTHER);
    let html = house.settled("/campaigns/spring/add").await;
    assert!(!html.contains("Sending starts right after that"), "{html}");
    assert_eq!(house.simulator.ledger().received, 0);
    house.close().await;
}

#[tokio::test]
async fn a_number_without_its_country_code_is_nobodys_own_phone() {
    let house = House::with(|options| options.queue = options.queue.acting_as("asha", || Clock.now())).await;
    draft(&house, "").await;
    let body = "message=Hi&go=test&to=9810000037";
    let html = house.post("/campaigns/spring/message", body).await.text().await.unwrap();
    assert!(html.contains("“9810000037” is not a number with + and its country code"), "{html}");
    assert_eq!(house.simulator.ledger().received, 0);
    let body = "message=Hi&go=test&to=%2B919810000037";
    let html = house.post("/campaigns/spring/message", body).await.text().await.unwrap();
    assert!(html.contains("The provider accepted the message for +919810000037"), "{html}");
    let html = house.text("/audit").await;
    assert!(html.contains("sent a test") && html.contains("to +91…0037"), "{html}");
    house.close().await;
}

#[tokio::test]
async fn doubts_that_somebody_has_closed_are_sent_again_at_a_stated_risk_and_never_among_all() {
    let house = House::facing(Faults { lost_answer_rate: 1.0, ..Faults::default() }, |_| {}).await;
    draft(&house, "").await;
    house.post("/campaigns/spring/start", "n=4").await;
    house.wait_for("/campaigns/spring/events", "not everyone was reached").await;
    assert!(house.text("/campaigns/spring").await.contains("<details id=\"sure-resend\">"));
    house.post("/campaigns/spring/resolve", "how=keep").await;
    let page = house.text("/campaigns/spring").await;
    assert!(page.contains("these recipients may have received the message"), "{page}");
    assert!(page.contains("Resend to 4, with the risk of duplicates") && !page.contains("Retry 4"), "{page}");
    house.post("/campaigns/spring/retry", "but=IN_DOUBT").await;
    let id = house.queue.campaign("spring").await.unwrap().id;
    assert_eq!(house.queue.counts(id).await.unwrap().of(Status::Failed), 4);
    house.post("/campaigns/spring/retry", "code=IN_DOUBT").await;
    while house.simulator.ledger().received < 8 {
        tokio::task::yield_now().await;
    }
    house.close().await;
}

#[tokio::test]
async fn a_list_without_a_number_or_with_a_tag_twice_stays_on_its_page() {
    let house = House::open().await;
    house.upload("", "spring", "l.csv", super::house::LIST).await;
    house.settled("/campaigns/spring/columns").await;
    for (form, said) in [
        ("c1=&c2=&c3=", "No column contains the number. Choose one."),
        ("c1=ref1&c2=to&c3=ref1", "Two columns are set to “ref1”"),
        ("c1=&c2=to&c3=&region=Germania", "Germania"),
        ("c1=&c2=to&c3=&size_max=lots", "not a size"),
        ("c1=&c2=to&c3=&advice=leave_out", "from another version of the page"),
    ] {
        let refused = house.post("/campaigns/spring/columns", form).await;
        assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY, "{form}");
        let html = refused.text().await.unwrap();
        assert!(html.contains(said) && html.contains("What each column contains"), "{form}: {html}");
    }
    house.close().await;
}

#[tokio::test]
async fn files_for_a_spreadsheet_say_that_they_are_utf_8() {
    let house = House::open().await;
    finished(&house).await;
    for file in ["results.csv", "rejected.csv", "totals.csv"] {
        let bytes = house.get(&format!("/campaigns/spring/{file}")).await.bytes().await.unwrap();
        assert!(bytes.starts_with(b"\xEF\xBB\xBF"), "{file}");
    }
    house.close().await;
}

#[tokio::test]
async fn a_try_with_a_few_that_could_never_hear_of_them_is_pointed_out() {
    let house = House::open().await;
    draft(&house, "").await;
    house.post("/campaigns/spring/limits", "canary=2&canary_wait=5m").await;
    let html = house.settled("/campaigns/spring/start").await;
    assert!(html.contains("This server has no address for delivery receipts"), "{html}");
    house.close().await;
}

#[tokio::test]
async fn a_file_that_is_no_list_gives_its_campaigns_name_to_the_next_one() {
    let house = House::with(|options| options.queue = options.queue.acting_as("asha", || Clock.now())).await;
    let empty = house.upload("", "spring", "l.csv", "").await;
    assert!(empty.text().await.unwrap().contains("This file is empty."));
    house.upload("", "spring", "home.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR").await;
    let html = house.settled("/campaigns/spring/columns").await;
    assert!(html.contains("Choose another file"), "{html}");
    let next = house.post("/campaigns/spring/discard?another=yes", "").await;
    assert_eq!(next.headers()["location"], "/new?name=spring");
    assert!(house.text("/audit").await.contains("discarded a draft"));
    assert!(house.text("/new?name=spring").await.contains("value=\"spring\""));
    assert_eq!(house.upload("", "spring", "l.csv", super::house::LIST).await.status(), StatusCode::SEE_OTHER);
    house.close().await;
}

#[tokio::test]
async fn the_message_is_first_seen_in_a_row_that_can_be_sent_to() {
    let house = House::open().await;
    house.upload("", "spring", "l.csv", "Phone,Name\n123,Nobody\n+919800000001,Asha\n").await;
    house.settled("/campaigns/spring/check").await;
    let html = house.settled("/campaigns/spring/message").await;
    assert!(html.contains("line 3") && html.contains("+919800000001"), "{html}");
    house.close().await;
}

#[tokio::test]
async fn a_start_belongs_to_who_pressed_the_button_also_after_a_restart() {
    let undo_for = Duration::from_secs(3);
    let mut house = House::with(|options| options.undo_for = undo_for).await;
    draft(&house, "").await;
    let hash = hash_password("correct horse").unwrap();
    house.queue.add_user("asha".to_owned(), Role::Admin, hash, Clock.now()).await.unwrap();
    let cookie = super::doors::sign_in(&house, "asha").await;
    let press = house.client.post(house.url("/campaigns/spring/start")).header("cookie", &cookie);
    let form = press.header("content-type", "application/x-www-form-urlencoded").body("n=4");
    assert_eq!(form.send().await.unwrap().status(), StatusCode::SEE_OTHER);
    let id = house.queue.campaign("spring").await.unwrap().id;
    let kept = house.queue.draft(id).await.unwrap().unwrap();
    assert_eq!(kept.pressed_by.as_deref(), Some("asha"));

    house.restart(|options| options.undo_for = undo_for).await;
    let begun = async {
        while house.queue.draft(id).await.unwrap().is_some() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(Duration::from_mins(1), begun).await.unwrap();
    let trail = house.queue.audit_trail(Some("spring"), 20).await.unwrap();
    let by = |command: &str| trail.iter().find(|line| line.command == command).map(|line| line.who.as_str());
    assert_eq!((by("import"), by("start")), (Some("asha"), Some("asha")));
    house.close().await;
}
