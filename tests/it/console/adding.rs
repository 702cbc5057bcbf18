//! A further list for a campaign that has its message.

use std::time::Duration;

use catalink::{
    clock::Clock,
    domain::{PauseCause, State, Status, campaign::Pause},
};
use reqwest::StatusCode;

use super::house::{House, LIST, draft, finished};

/// Two new people, one who is in the campaign already, one who was rejected before and is mended now.
const MORE: &str = "First Name,Mobile,City\n\
    Nila,+919800000011,Pune\n\
    Om,+919800000012,Agra\n\
    Asha,+919800000001,Pune\n\
    Meera,+919800098000,Pune\n";

async fn add(house: &House, file: &str) {
    let added = house.upload("/campaigns/spring", "", "more.csv", file).await;
    assert_eq!(added.status(), StatusCode::SEE_OTHER, "{}", added.text().await.unwrap());
    house.settled("/campaigns/spring/start").await;
}

#[tokio::test]
async fn a_further_list_takes_only_new_numbers_and_sends_to_them() {
    let house = House::open().await;
    finished(&house).await;
    add(&house, MORE).await;
    let check = house.settled("/campaigns/spring/check").await;
    for part in [
        "4 rows",
        "<b>3</b> will be sent",
        "<b>1</b> duplicate",
        "1 of the duplicates is already in the campaign",
    ] {
        assert!(check.contains(part), "{part} in {check}");
    }
    // Until somebody says so nothing has changed, and the campaign's own page is still there.
    let page = house.text("/campaigns/spring").await;
    assert!(page.contains("is uploaded but not added yet") && page.contains("Finished."), "{page}");
    assert!(house.text("/campaigns/spring/start").await.contains("Send 3 more messages"));
    assert_eq!(house.post("/campaigns/spring/start", "n=4").await.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(house.simulator.ledger().received, 4);

    house.post("/campaigns/spring/start", "n=3").await;
    house.wait_for("/campaigns/spring/events", "accepted all 7 messages").await;
    let campaign = house.queue.campaign("spring").await.unwrap();
    let counts = house.queue.counts(campaign.id).await.unwrap();
    assert_eq!((counts.total(), counts.of(Status::Accepted), counts.of(Status::Duplicate)), (10, 7, 2));
    assert_eq!(house.simulator.ledger().received, 7);
    house.close().await;
}

#[tokio::test]
async fn the_rejected_rows_of_a_campaign_go_back_into_it_once_they_are_mended() {
    let house = House::open().await;
    finished(&house).await;
    let rejected = house.text("/campaigns/spring/rejected.csv").await;
    assert!(rejected.contains("catalink_what_to_do") && rejected.contains("98000"), "{rejected}");
    assert_eq!(rejected.lines().count(), 2, "{rejected}");
    add(&house, &rejected.replace("98000,", "+919800098000,")).await;
    let start = house.text("/campaigns/spring/start").await;
    assert!(start.contains("Send 1 more message<"), "{start}");
    house.post("/campaigns/spring/start", "n=1").await;
    house.wait_for("/campaigns/spring/events", "accepted all 5 messages").await;
    let found = house.text("/campaigns/spring/rows?q=%2B919800098000").await;
    assert!(found.contains("accepted"), "{found}");
    house.close().await;
}

#[tokio::test]
async fn a_further_list_that_is_discarded_leaves_the_campaign_as_it_was() {
    let house = House::open().await;
    finished(&house).await;
    add(&house, MORE).await;
    house.post("/campaigns/spring/discard", "").await;
    let campaign = house.queue.campaign("spring").await.unwrap();
    assert_eq!(house.queue.draft(campaign.id).await.unwrap(), None);
    assert_eq!(house.queue.counts(campaign.id).await.unwrap().total(), 6);
    assert_eq!(campaign.state, State::Finished);
    house.close().await;
}

#[tokio::test]
async fn a_list_that_is_added_to_a_paused_campaign_waits_with_the_others() {
    let house = House::open().await;
    house.upload("", "slow", "list.csv", LIST).await;
    house.settled("/campaigns/slow/start").await;
    house.post("/campaigns/slow/another", "").await;
    house.settled("/campaigns/slow/add").await;
    let slow = house.queue.campaign("slow").await.unwrap();
    assert_eq!(slow.state, State::Draft, "keeping rows begins nothing");
    let pause = Pause { cause: PauseCause::Operator, detail: None, line: None };
    house.queue.pause(slow.id, pause, Clock.now()).await.unwrap();
    house.upload("/campaigns/slow", "", "more.csv", MORE).await;
    let start = house.settled("/campaigns/slow/start").await;
    assert!(start.contains("Add 3 rows") && start.contains("until it is resumed"), "{start}");
    house.post("/campaigns/slow/start", "n=3").await;
    house.settled("/campaigns/slow").await;
    let counts = house.queue.counts(slow.id).await.unwrap();
    assert_eq!((counts.total(), counts.of(Status::Queued)), (10, 7));
    assert_eq!(house.queue.campaign("slow").await.unwrap().state, State::Paused);
    assert_eq!(house.simulator.ledger().received, 0);
    house.close().await;
}

#[tokio::test]
async fn a_further_list_can_be_taken_back_and_a_cancelled_campaign_takes_none() {
    let house = House::with(|options| options.undo_for = Duration::from_mins(1)).await;
    draft(&house, "").await;
    let another = house.post("/campaigns/spring/another", "").await;
    assert_eq!(another.status(), StatusCode::SEE_OTHER);
    house.settled("/campaigns/spring/add").await;
    add(&house, MORE).await;
    let busy = house.upload("/campaigns/spring", "", "third.csv", MORE).await;
    assert_eq!(busy.status(), StatusCode::UNPROCESSABLE_ENTITY);
    house.post("/campaigns/spring/start", "n=3").await;
    assert!(house.text("/campaigns/spring").await.contains("Starts in"));
    assert_eq!(house.post("/campaigns/spring/undo", "").await.status(), StatusCode::SEE_OTHER);
    let id = house.queue.campaign("spring").await.unwrap().id;
    assert_eq!(house.queue.counts(id).await.unwrap().total(), 6);
    house.post("/campaigns/spring/discard", "").await;
    house.post("/campaigns/spring/cancel", "").await;
    let list = house.text("/").await;
    assert!(list.contains("0 of 4 · 4 cancelled"), "{list}");
    let late = house.upload("/campaigns/spring", "", "late.csv", MORE).await;
    assert_eq!(late.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(late.text().await.unwrap().contains("cancelled"));
    assert_eq!(house.get("/campaigns/spring/add").await.status(), StatusCode::UNPROCESSABLE_ENTITY);
    house.close().await;
}

#[tokio::test]
async fn a_further_list_with_other_headers_keeps_its_number_and_asks_for_each_missing_value() {
    let house = House::open().await;
    finished(&house).await;
    let other = "Vorname,Rufnummer,Ort\nNila,+919800000011,Pune\nOm,+919800000012,Agra\n";
    let added = house.upload("/campaigns/spring", "", "andere.csv", other).await;
    assert_eq!(added.status(), StatusCode::SEE_OTHER);
    let page = house.settled("/campaigns/spring/columns").await;
    for part in [
        "{{First Name}}",
        "Values that the message needs",
        "<option value=\"1\">Vorname (Nila)</option>",
        "<option value=\"to\" selected>",
    ] {
        assert!(page.contains(part), "{part} in {page}");
    }
    let form = "c1=&c2=to&c3=&v1=1";
    house.post("/campaigns/spring/columns", form).await;
    let check = house.settled("/campaigns/spring/check").await;
    assert!(check.contains("<b>2</b> will be sent"), "{check}");
    house.post("/campaigns/spring/start", "n=2").await;
    house.wait_for("/campaigns/spring/events", "accepted all 6 messages").await;
    house.close().await;
}
