//! From a file to the button that sends.

use std::time::Duration;

use catalink::{
    clock::Clock,
    domain::{Phone, State},
};
use reqwest::StatusCode;

use super::house::{House, LIST, draft};

#[tokio::test]
async fn a_name_that_is_taken_or_none_is_said_on_the_form() {
    let house = House::open().await;
    draft(&house, "").await;
    for (name, said) in
        [("spring", "exists already"), ("a b", "cannot be a campaign"), ("", "cannot be a campaign")]
    {
        let response = house.upload("", name, "l.csv", LIST).await;
        assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY);
        let text = response.text().await.unwrap();
        assert!(text.contains(said), "{name}: {text}");
    }
    house.close().await;
}

#[tokio::test]
async fn the_check_adds_up_and_marks_the_cell_in_its_row() {
    let house = House::open().await;
    let number = Phone::parse("+919800000500").unwrap();
    house.queue.suppress(vec![number], "asked".to_owned(), Clock.now()).await.unwrap();
    draft(&house, "").await;
    let html = house.settled("/campaigns/spring/check").await;
    for part in
        ["6 rows", "<b>3</b> will be sent", "<b>1</b> rejected", "<b>1</b> duplicate", "<b>1</b> suppressed"]
    {
        assert!(html.contains(part), "{part} in {html}");
    }
    let (_, row) = html.split_once("<th scope=\"row\" class=\"n\">5</th>").unwrap();
    assert!(row.contains("<td class=\"wrong\"><span dir=\"auto\">98000</span>"), "{row}");
    let rejected = house.text("/campaigns/spring/rejected.csv").await;
    assert!(rejected.contains("Meera") && !rejected.contains("Leela"), "{rejected}");
    house.close().await;
}

#[tokio::test]
async fn a_start_that_is_taken_back_sends_nothing() {
    let house = House::with(|options| options.undo_for = Duration::from_mins(1)).await;
    draft(&house, "").await;
    house.settled("/campaigns/spring/start").await;
    house.post("/campaigns/spring/start", "n=4").await;
    assert!(house.text("/campaigns/spring").await.contains("Starts in"));
    let back = house.post("/campaigns/spring/undo", "").await;
    assert_eq!(back.status(), StatusCode::SEE_OTHER);
    let campaign = house.queue.campaign("spring").await.unwrap();
    assert_eq!(campaign.state, State::Draft);
    assert_eq!(house.queue.draft(campaign.id).await.unwrap().unwrap().starts_at, None);
    assert_eq!(house.simulator.ledger().received, 0);
    house.close().await;
}

#[tokio::test]
async fn columns_are_remembered_for_the_next_file_with_the_same_header() {
    let house = House::open().await;
    let list = "Name,Phone,Other\nA,9800000001,9800000011\nB,9800000002,9800000012\n";
    house.upload("", "one", "a.csv", list).await;
    house.settled("/campaigns/one/columns").await;
    house.post("/campaigns/one/columns", "region=IN&c3=to").await;
    house.upload("", "two", "b.csv", list).await;
    let html = house.settled("/campaigns/two/columns").await;
    assert!(html.contains("as they were for the last file"), "{html}");
    assert!(html.contains("+919800000011"), "{html}");
    house.close().await;
}
