//! Who can be reached, on the start page.

use catalink::{
    clock::Clock,
    domain::{
        Phone, Status,
        reach::{Opening, WindowSource},
    },
};
use reqwest::StatusCode;

use super::house::{House, draft};

/// They have just written to the sender.
async fn wrote(house: &House, people: &[&str]) {
    let of = |text: &&str| Opening {
        sender: Phone::parse("+911161197855").unwrap(),
        person: Phone::parse(text).unwrap(),
        at: Clock.now(),
        kind: "text".to_owned(),
        source: WindowSource::Inbound,
        is_weak: false,
    };
    house.queue.open_windows(people.iter().map(of).collect()).await.unwrap();
}

#[tokio::test]
async fn a_list_of_whom_most_cannot_be_reached_asks_once_what_becomes_of_them() {
    let house = House::open().await;
    wrote(&house, &["+919800000001"]).await;
    draft(&house, "").await;
    let page = house.settled("/campaigns/spring/start").await;
    assert!(
        page.contains("Of 4 people 1 can be reached now; 3 have not written in the last 24 hours"),
        "{page}"
    );
    assert!(page.contains("What happens with those who cannot be reached?"), "{page}");
    let refused = house.post("/campaigns/spring/start", "n=4").await;
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(house.simulator.ledger().received, 0);
    let started = house.post("/campaigns/spring/start", "n=4&reach=open").await;
    assert_eq!(started.status(), StatusCode::SEE_OTHER, "{}", started.text().await.unwrap());
    house.wait_for("/campaigns/spring/events", "Finished.").await;
    let counts = house.queue.overview("spring").await.unwrap().counts;
    assert_eq!((counts.of(Status::Accepted), counts.of(Status::Skipped)), (1, 3));
    let page = house.text("/campaigns/spring").await;
    assert!(page.contains("out of reach"), "{page}");
    house.close().await;
}

#[tokio::test]
async fn whoever_wrote_after_the_list_was_read_is_reached_too() {
    let house = House::open().await;
    draft(&house, "").await;
    let page = house.settled("/campaigns/spring/start").await;
    assert!(!page.contains("can be reached now"), "nothing is known: {page}");
    let limits = "n=4&reach=wait&local_from=&local_to=&local_days=&cap=2%2F1d&hold_out=&not_after=";
    house.post("/campaigns/spring/limits", limits).await;
    let page = house.settled("/campaigns/spring/start").await;
    assert!(page.contains("value=\"2/1d\"") && page.contains("value=\"wait\" selected"), "{page}");
    house.post("/campaigns/spring/start", limits).await;
    wrote(&house, &["+919800000002", "+919800000500"]).await;
    while house.queue.overview("spring").await.unwrap().counts.of(Status::Accepted) < 2 {
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    house.wait_for("/campaigns/spring/events", "as soon as they write").await;
    assert_eq!(house.queue.overview("spring").await.unwrap().counts.of(Status::Queued), 2);
    house.close().await;
}
