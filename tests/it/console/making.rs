//! From a file to the button that sends.

use std::time::Duration;

use catalink::{
    app::doctor::NoAccount,
    clock::Clock,
    domain::{Phone, State},
};
use reqwest::StatusCode;

use super::house::{House, LIST, advice, draft};

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
    assert!(html.contains("set as for the last file"), "{html}");
    assert!(html.contains("+919800000011"), "{html}");
    house.close().await;
}

#[tokio::test]
async fn one_answer_mends_a_whole_column() {
    let house = House::open().await;
    let list = "Name,Phone\nA,9800000001\nB,9800000002\nC,9800000003\n";
    house.upload("", "one", "a.csv", list).await;
    let html = house.settled("/campaigns/one/check").await;
    assert!(html.contains("<b>0</b> will be sent") && html.contains("They are numbers of India"), "{html}");
    assert!(!html.contains("(--region"), "{html}");
    let answered = house.post("/campaigns/one/answer", &advice(&html, "They are numbers of India")).await;
    assert_eq!(answered.status(), StatusCode::SEE_OTHER);
    let html = house.settled("/campaigns/one/check").await;
    assert!(html.contains("<b>3</b> will be sent"), "{html}");
    // The answer is kept for the next file with the same header.
    house.upload("", "two", "b.csv", "Name,Phone\nD,9800000004\n").await;
    let html = house.settled("/campaigns/two/check").await;
    assert!(html.contains("<b>1</b> will be sent") && html.contains("--region IN"), "{html}");
    house.close().await;
}

#[tokio::test]
async fn everything_that_create_takes_can_be_said_here_and_the_page_shows_the_command() {
    let house = House::open().await;
    draft(&house, "").await;
    let message = "message=Hi&go=save&ref1=%7B%7BCity%7D%7D";
    assert_eq!(house.post("/campaigns/spring/message", message).await.status(), StatusCode::SEE_OTHER);
    house.settled("/campaigns/spring/start").await;
    let limits = "mps=7&in_flight_max=9&start_at=2030-01-02T09%3A30&hours_from=09%3A00&hours_to=20%3A30\
        &time_zone=Asia%2FKolkata&canary=2&canary_share=50&canary_wait=10m&attempts_max=3&retry_initial=1s\
        &retry_interval_max=2m&on_unknown=resend&wa_source=zoho&with_token=no&sender=%2B911161197855";
    let kept = house.post("/campaigns/spring/limits", limits).await;
    assert_eq!(kept.status(), StatusCode::SEE_OTHER, "{}", kept.text().await.unwrap());
    let html = house.settled("/campaigns/spring/start").await;
    let command = "catalink create spring --message Hi --sender +911161197855 --mps 7 --max-in-flight 9 \
        --max-attempts 3 --retry-initial 1s --retry-max-interval 2m --on-unknown resend --ref1 &#39;{{City}}&#39; \
        --wa-source zoho --start-at 2030-01-02T04:00:00.000Z --window 09:00-20:30 --time-zone Asia/Kolkata \
        --canary 2 --canary-wait 10m --canary-share 0.5 --no-preview-url --no-token";
    assert!(html.contains(command), "{html}");
    assert!(
        html.contains("value=\"2030-01-02T09:30\"") && html.contains("First 2 messages are sent"),
        "{html}"
    );
    let wrong = house.post("/campaigns/spring/limits", "mps=7&canary_wait=soon").await;
    assert_eq!(wrong.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(house.queue.campaign("spring").await.unwrap().plan.canary, Some(2));
    house.close().await;
}

#[tokio::test]
async fn the_catalogue_link_is_that_of_the_number_that_sends() {
    let house = House::open().await;
    draft(&house, "").await;
    let html =
        house.post("/campaigns/spring/message", "message=Hi%21&go=catalogue").await.text().await.unwrap();
    assert!(html.contains("data-text>Hi!\nhttps://wa.me/c/911161197855</textarea>"), "{html}");
    // Another number that sends: the link of the message is no longer its own, and the last page says so.
    house.post("/campaigns/spring/limits", "sender=%2B919999999999").await;
    let start = house.settled("/campaigns/spring/start").await;
    assert!(start.contains("The link opens the catalogue of 911161197855"), "{start}");
    let html =
        house.post("/campaigns/spring/message", "message=Hi%21&go=catalogue").await.text().await.unwrap();
    assert!(html.contains("Hi!\nhttps://wa.me/c/919999999999</textarea>"), "{html}");
    house.close().await;
}

#[tokio::test]
async fn a_console_without_an_account_offers_no_link_and_no_start() {
    let house = House::with(|options| {
        options.accounts = std::sync::Arc::new(|_| Err(NoAccount("KALEYRA_SID is not set".to_owned())));
    })
    .await;
    draft(&house, "").await;
    let html = house.text("/campaigns/spring/message").await;
    assert!(!html.contains("value=\"catalogue\""), "{html}");
    let start = house.settled("/campaigns/spring/start").await;
    assert!(start.contains("KALEYRA_SID is not set") && !start.contains("Send 4 messages"), "{start}");
    let refused = house.post("/campaigns/spring/start", "n=4").await;
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
    house.close().await;
}

#[tokio::test]
async fn a_message_that_promises_a_word_which_stops_nothing_is_not_kept_and_says_what_to_do() {
    let house = House::open().await;
    draft(&house, "").await;
    house.settled("/campaigns/spring/message").await;
    let refused = house.post("/campaigns/spring/message", "message=Reply+QUIT2+to+unsubscribe&go=save").await;
    let html = refused.text().await.unwrap();
    assert!(
        html.contains("promises that QUIT2 stops the messages") && html.contains("[opt_out] words"),
        "{html}"
    );
    assert!(!house.queue.campaign("spring").await.unwrap().plan.message.contains("QUIT2"));
    let kept = house.post("/campaigns/spring/message", "message=Reply+STOP+to+unsubscribe&go=save").await;
    assert_eq!(kept.status(), StatusCode::SEE_OTHER);
    let plain = house.post("/campaigns/spring/message", "message=Hi&part=1").await.text().await.unwrap();
    assert!(plain.contains("does not say how to stop the messages"), "{plain}");
    house.close().await;
}
