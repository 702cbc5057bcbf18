//! From the button that sends to the results.

use catalink::{
    domain::{State, Status},
    simulator::Faults,
};
use reqwest::StatusCode;

use super::house::{House, LIST, draft, finished};

#[tokio::test]
async fn a_campaign_goes_from_a_file_to_its_results_without_scripts() {
    let house = House::open().await;
    draft(&house, "").await;
    let start = house.settled("/campaigns/spring/start").await;
    assert!(start.contains("Send 4 messages"), "{start}");
    let stale = house.post("/campaigns/spring/start", "n=5").await;
    assert_eq!(stale.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(house.simulator.ledger().received, 0);

    let events = "/campaigns/spring/events";
    let started = house.post("/campaigns/spring/start", "n=4").await;
    assert_eq!(started.status(), StatusCode::SEE_OTHER);
    house.wait_for(events, "Finished.").await;
    let campaign = house.queue.campaign("spring").await.unwrap();
    assert_eq!(campaign.state, State::Finished);
    assert_eq!(house.queue.counts(campaign.id).await.unwrap().of(Status::Accepted), 4);
    assert_eq!(house.simulator.ledger().received, 4);

    let results = house.text("/campaigns/spring/results.csv").await;
    assert_eq!(results.lines().count(), 7, "{results}");
    let rows = house.text("/campaigns/spring/rows?q=line+5").await;
    assert!(rows.contains("98000") && rows.contains("PHONE_TOO_SHORT"), "{rows}");
    let rows = house.text("/campaigns/spring/rows?q=%2B91980000000").await;
    assert!(rows.contains("+919800000003") && !rows.contains("+919800000500"), "{rows}");
    let report = house.get("/campaigns/spring/report").await;
    assert!(report.headers()["content-security-policy"].to_str().unwrap().contains("style-src 'sha256-"));
    let totals = house.text("/campaigns/spring/totals?by=country").await;
    assert!(
        totals.contains("catalink report spring --by country") && totals.contains("<bdi>IN</bdi>"),
        "{totals}"
    );
    assert!(house.text("/campaigns/spring/totals.csv?by=country").await.contains("\r\nIN,"));
    assert_eq!(house.get("/campaigns/spring/totals?by=mood").await.status(), StatusCode::NOT_FOUND);
    let metrics = house.text("/metrics").await;
    let line = "catalink_recipients{campaign=\"spring\",status=\"accepted\"} 4";
    assert!(metrics.contains(line), "{metrics}");
    assert_eq!(house.text("/health").await, r#"{"status":"ok"}"#);
    // The file is gone with the draft.
    let left: Vec<_> = std::fs::read_dir(house.folder.path().join("q.db-uploads")).unwrap().collect();
    assert!(left.is_empty(), "{left:?}");
    house.close().await;
}

#[tokio::test]
async fn a_rehearsal_says_so_on_every_page_and_sends_nothing() {
    let house = House::open().await;
    draft(&house, "/rehearsal").await;
    for path in
        ["/", "/new", "/campaigns/spring/check", "/campaigns/spring/start", "/suppressions", "/settings"]
    {
        let html = house.text(&format!("/rehearsal{path}")).await;
        assert!(
            html.contains("class=\"rehearsal\"") && html.contains("no message leaves this machine"),
            "{path}"
        );
    }
    house.post("/rehearsal/campaigns/spring/start", "n=4").await;
    house.wait_for("/rehearsal/campaigns/spring/events", "accepted").await;
    assert_eq!(house.simulator.ledger().received, 0);
    assert!(house.queue.campaigns().await.unwrap().is_empty());
    house.close().await;
}

#[tokio::test]
async fn campaigns_that_run_at_once_stay_under_the_rate_of_one() {
    const MPS: usize = 40;
    let house = House::open().await;
    for (name, operator) in [("one", 1), ("two", 2)] {
        let rows: Vec<_> = (0..MPS * 2).map(|n| format!("+9198{operator}{n:07}")).collect();
        house.upload("", name, "list.csv", &format!("phone\n{}\n", rows.join("\n"))).await;
        house.settled(&format!("/campaigns/{name}/start")).await;
        house.post(&format!("/campaigns/{name}/limits"), &format!("mps={MPS}")).await;
        house.settled(&format!("/campaigns/{name}/start")).await;
    }
    for name in ["one", "two"] {
        let started = house.post(&format!("/campaigns/{name}/start"), &format!("n={}", MPS * 2)).await;
        assert_eq!(started.status(), StatusCode::SEE_OTHER, "{}", started.text().await.unwrap());
    }
    for name in ["one", "two"] {
        house.wait_for(&format!("/campaigns/{name}/events"), "Finished.").await;
    }
    let ledger = house.simulator.ledger();
    assert_eq!(ledger.received, MPS as u64 * 4);
    // Arrivals on a busy machine are not as evenly spaced as departures, whose law is held in `sender::account`.
    assert!(ledger.peak_per_second() < MPS * 3 / 2, "{}", ledger.peak_per_second());
    house.close().await;
}

#[tokio::test]
async fn a_report_of_the_provider_is_taken_in_and_the_data_is_wiped_at_the_end() {
    let house = House::open().await;
    draft(&house, "").await;
    assert_eq!(house.post("/campaigns/spring/purge", "").await.status(), StatusCode::UNPROCESSABLE_ENTITY);
    house.post("/campaigns/spring/start", "n=4").await;
    house.wait_for("/campaigns/spring/events", "Finished.").await;
    let results = house.text("/campaigns/spring/results.csv?status=accepted").await;
    assert_eq!(results.lines().count(), 5, "{results}");
    let message_id = results.lines().nth(1).unwrap().split(',').nth(3).unwrap();
    let answer = house.reconcile(&format!("Message ID,Status\n{message_id},Delivered\n"), "take").await;
    assert_eq!(answer.status(), StatusCode::SEE_OTHER, "{}", answer.text().await.unwrap());
    let told = house.text(answer.headers()["location"].to_str().unwrap()).await;
    assert!(told.contains("1 recipient changed.") && told.contains("<b>1</b> delivered"), "{told}");

    house.upload("/campaigns/spring", "", "more.csv", LIST).await;
    assert_eq!(house.post("/campaigns/spring/purge", "").await.status(), StatusCode::SEE_OTHER);
    let left: Vec<_> = std::fs::read_dir(house.folder.path().join("q.db-uploads")).unwrap().collect();
    assert!(left.is_empty(), "{left:?}");
    let rows = house.text("/campaigns/spring/rows").await;
    assert!(!rows.contains("+91980000000") && rows.contains("accepted"), "{rows}");
    house.close().await;
}

#[tokio::test]
async fn a_test_is_sent_to_ones_own_phone_also_after_the_start_and_counts_nowhere() {
    let house = House::open().await;
    finished(&house).await;
    let wrong = house.post("/campaigns/spring/test", "to=me").await;
    assert_eq!(wrong.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.text().await.unwrap().contains("“me” is not a number"));
    assert_eq!(house.simulator.ledger().received, 4);
    let sent = house.post("/campaigns/spring/test", "to=%2B919800000099").await;
    assert_eq!(sent.status(), StatusCode::OK);
    assert!(sent.text().await.unwrap().contains("The provider accepted the message"));
    assert_eq!(house.simulator.ledger().received, 5);
    let id = house.queue.campaign("spring").await.unwrap().id;
    assert_eq!(house.queue.counts(id).await.unwrap().of(Status::Accepted), 4);
    house.post("/suppressions/add", "numbers=%2B919800000099&reason=asked").await;
    let kept = house.post("/campaigns/spring/test", "to=%2B919800000099").await;
    assert_eq!(kept.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(kept.text().await.unwrap().contains("on the suppression list"));
    assert_eq!(house.simulator.ledger().received, 5);
    house.close().await;
}

#[tokio::test]
async fn failures_are_told_by_reason_and_each_or_all_of_them_can_be_tried_again() {
    let faults = Faults { wa400_rate: 1.0, ..Faults::default() };
    let house = House::facing(faults, |_| {}).await;
    draft(&house, "").await;
    house.post("/campaigns/spring/start", "n=4").await;
    house.wait_for("/campaigns/spring/events", "not everyone was reached").await;
    let id = house.queue.campaign("spring").await.unwrap().id;
    let page = house.text("/campaigns/spring").await;
    assert!(page.contains("Retry 4") && !page.contains("Retry all"), "one reason needs one button: {page}");
    house.post("/campaigns/spring/retry", "code=WA999").await;
    assert_eq!(house.queue.counts(id).await.unwrap().of(Status::Failed), 4);
    assert_eq!(house.post("/campaigns/spring/retry", "").await.status(), StatusCode::SEE_OTHER);
    while house.simulator.ledger().received < 8 {
        tokio::task::yield_now().await;
    }
    house.wait_for("/campaigns/spring/events", "not everyone was reached").await;
    house.close().await;
}

#[tokio::test]
async fn what_the_provider_never_handed_on_is_told_apart_and_sent_again() {
    let house = House::open().await;
    finished(&house).await;
    let results = house.text("/campaigns/spring/results.csv?status=accepted").await;
    let message_id = results.lines().nth(1).unwrap().split(',').nth(3).unwrap();
    let report = format!("Message ID;Status;Error Code;Reason\n{message_id};NOT-SENT;WAV2101;limit\n");
    assert_eq!(house.reconcile(&report, "take").await.status(), StatusCode::SEE_OTHER);
    let page = house.text("/campaigns/spring").await;
    assert!(page.contains("never passed them to WhatsApp") && page.contains("Retry 1"), "{page}");
    house.post("/campaigns/spring/retry", "code=WAV2101").await;
    while house.simulator.ledger().received < 5 {
        tokio::task::yield_now().await;
    }
    house.close().await;
}

#[tokio::test]
async fn a_copy_of_a_draft_is_rehearsed_with_a_low_balance_and_the_draft_stays_as_it_is() {
    let house = House::open().await;
    draft(&house, "").await;
    let html = house.text("/campaigns/spring/start").await;
    assert!(html.contains("Rehearse a copy"), "{html}");
    let went = house.post("/campaigns/spring/rehearse", "faults=low_balance").await;
    assert_eq!(went.status(), StatusCode::SEE_OTHER);
    assert_eq!(went.headers()["location"], "/rehearsal/campaigns/spring/start");
    let html = house.settled("/rehearsal/campaigns/spring/start").await;
    assert!(html.contains("class=\"rehearsal\"") && !html.contains("Rehearse a copy"), "{html}");
    // A second copy has a name of its own, and nothing of the campaign itself has begun.
    let again = house.post("/campaigns/spring/rehearse", "faults=nothing").await;
    assert_eq!(again.headers()["location"], "/rehearsal/campaigns/spring-2/start");
    assert!(house.text("/campaigns/spring/start").await.contains("Rehearse a copy"));
    house.close().await;
}
