//! What a person decides when something came to no good end.

use catalink::{domain::Status, simulator::Faults};
use reqwest::StatusCode;

use super::house::{House, LIST, draft, finished};

#[tokio::test]
async fn one_doubt_is_ended_without_the_others() {
    let house = House::facing(Faults { lost_answer_rate: 1.0, ..Faults::default() }, |_| {}).await;
    draft(&house, "").await;
    house.post("/campaigns/spring/start", "n=4").await;
    house.wait_for("/campaigns/spring/events", "not everyone was reached").await;
    let id = house.queue.campaign("spring").await.unwrap().id;
    let rows = house.text("/campaigns/spring/rows?status=in_doubt").await;
    assert!(rows.contains("Close: +919800000003") && rows.contains("may message someone twice"), "{rows}");
    let kept = house.post("/campaigns/spring/resolve", "how=keep&to=%2B919800000003").await;
    assert_eq!(kept.headers()["location"], "/campaigns/spring/rows?status=in_doubt");
    let counts = house.queue.counts(id).await.unwrap();
    assert_eq!((counts.of(Status::InDoubt), counts.of(Status::Failed)), (3, 1));
    // Somebody else was faster: nothing is changed, and that is said.
    let again = house.post("/campaigns/spring/resolve", "how=resend&to=%2B919800000003").await;
    assert_eq!(again.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(again.text().await.unwrap().contains("is no longer in doubt"));
    assert_eq!(house.simulator.ledger().received, 4);
    house.post("/campaigns/spring/resolve", "how=resend&to=%2B919800000001").await;
    while house.simulator.ledger().received < 5 {
        tokio::task::yield_now().await;
    }
    house.close().await;
}

#[tokio::test]
async fn the_same_message_to_the_same_people_wants_a_word() {
    let house = House::open().await;
    draft(&house, "").await;
    assert!(!house.text("/campaigns/spring/start").await.contains("name=\"again\""));
    house.post("/campaigns/spring/start", "n=4").await;
    house.wait_for("/campaigns/spring/events", "Finished.").await;

    house.upload("", "second", "my list.csv", LIST).await;
    let message = "message=Hi+%7B%7BFirst+Name%7Cdefault%28%22friend%22%29%7D%7D+https%3A%2F%2Fwa.me%2Fc%2F911161197855&go=save";
    house.post("/campaigns/second/message", message).await;
    let start = house.settled("/campaigns/second/start").await;
    assert!(start.contains("4 of them got the same message") && start.contains("--again"), "{start}");
    let refused = house.post("/campaigns/second/start", "n=4").await;
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let other = house.post("/campaigns/second/message", "message=Another&go=save").await;
    assert_eq!(other.status(), StatusCode::SEE_OTHER);
    assert!(!house.settled("/campaigns/second/start").await.contains("name=\"again\""));
    house.post("/campaigns/second/message", message).await;
    house.settled("/campaigns/second/start").await;
    assert_eq!(house.simulator.ledger().received, 4);
    house.post("/campaigns/second/start", "n=4&again=on").await;
    house.wait_for("/campaigns/second/events", "Finished.").await;
    assert_eq!(house.simulator.ledger().received, 8);
    house.close().await;
}

#[tokio::test]
async fn a_restored_copy_says_why_it_sends_nothing_until_somebody_wants_it() {
    let first = House::open().await;
    finished(&first).await;
    let copy = first.folder.path().join("copy.db");
    first.queue.backup(&copy).await.unwrap();
    let queue = catalink::queue::Queue::open(&copy).await.unwrap();
    let house = House::with(|options| options.queue = queue.clone()).await;
    house.upload("", "next", "list.csv", "Phone\n+919800000777\n").await;
    house.settled("/campaigns/next/start").await;
    house.post("/campaigns/next/start", "n=1").await;
    house.wait_for("/campaigns/next/events", "looks like a restored copy").await;
    assert_eq!(house.simulator.ledger().received, 0);
    assert!(house.text("/campaigns/next").await.contains("Send from this copy anyway"));
    house.post("/campaigns/next/restored", "").await;
    house.wait_for("/campaigns/next/events", "Finished.").await;
    assert_eq!(house.simulator.ledger().received, 1);
    house.close().await;
    queue.close().await;
    first.close().await;
}

#[tokio::test]
async fn a_report_can_be_looked_at_before_it_is_taken_in() {
    let house = House::open().await;
    finished(&house).await;
    let results = house.text("/campaigns/spring/results.csv?status=accepted").await;
    let message_id = results.lines().nth(1).unwrap().split(',').nth(3).unwrap();
    let report = format!("Message ID,Status\n{message_id},Read\n");
    let looked = house.reconcile(&report, "look").await.text().await.unwrap();
    assert!(looked.contains("1 recipient would change. sent: 0 → 1"), "{looked}");
    assert!(looked.contains("read: 0 → 1"), "{looked}");
    assert!(house.text("/campaigns/spring/rows?delivery=read").await.contains("No rows found."));
    assert_eq!(house.reconcile(&report, "take").await.status(), StatusCode::SEE_OTHER);
    let page = house.text("/campaigns/spring").await;
    assert!(page.contains("/campaigns/spring/rows?delivery=read"), "{page}");
    let rows = house.text("/campaigns/spring/rows?delivery=read").await;
    assert!(rows.contains("+919800000001") && !rows.contains("+919800000002"), "{rows}");
    assert!(!rows.contains("Next rows"), "{rows}");
    let part = house.text("/campaigns/spring/results.csv?delivery=read").await;
    assert_eq!(part.lines().count(), 2, "{part}");
    house.close().await;
}

#[tokio::test]
async fn rate_and_requests_at_once_are_changed_together_or_not_at_all() {
    let house = House::open().await;
    draft(&house, "").await;
    for wrong in ["mps=0&in_flight_max=9", "mps=5&in_flight_max=0", "mps=fast"] {
        assert_eq!(
            house.post("/campaigns/spring/rate", wrong).await.status(),
            StatusCode::UNPROCESSABLE_ENTITY
        );
    }
    let plan = house.queue.campaign("spring").await.unwrap().plan;
    assert_eq!((plan.mps, plan.in_flight_max), (20.0, 256));
    house.post("/campaigns/spring/rate", "mps=5&in_flight_max=9").await;
    let plan = house.queue.campaign("spring").await.unwrap().plan;
    assert_eq!((plan.mps, plan.in_flight_max), (5.0, 9));
    house.close().await;
}
