//! What keeps a house in order: the rows are recounted, the database is copied, the settings are looked through, and what
//! has grown old is wiped.

use catalink::domain::Status;
use reqwest::StatusCode;

use super::house::{House, draft};

/// A campaign that has come to its end.
async fn finished(house: &House) {
    draft(house, "").await;
    house.post("/campaigns/spring/start", "n=4").await;
    house.wait_for("/campaigns/spring/events", "Finished.").await;
}

#[tokio::test]
async fn a_recount_says_what_the_rows_come_to_and_what_does_not_add_up() {
    let house = House::open().await;
    finished(&house).await;
    let page = house.text("/campaigns/spring").await;
    assert!(page.contains("Recount 6 rows") && page.contains("catalink doctor --verify spring"), "{page}");
    let fine = house.post("/campaigns/spring/recount", "").await;
    assert_eq!(fine.status(), StatusCode::OK);
    let fine = fine.text().await.unwrap();
    assert!(fine.contains("Counted from the rows: 4 accepted, 1 rejected, 1 duplicate."), "{fine}");

    let stranger = rusqlite::Connection::open(house.queue.path()).unwrap();
    stranger
        .execute_batch(
            "update counter set n = n + 3 where axis = 'status' and value = 'accepted';
        update recipient set settled_at = null where number = 919800000002;",
        )
        .unwrap();
    let wrong = house.post("/campaigns/spring/recount", "").await;
    assert_eq!(wrong.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let wrong = wrong.text().await.unwrap();
    for part in
        ["accepted: 4 rows, and the counter says 7", "1 rows were settled at no time", "role=\"alert\""]
    {
        assert!(wrong.contains(part), "{part} in {wrong}");
    }
    house.close().await;
}

#[tokio::test]
async fn a_recount_is_of_one_moment_also_while_a_campaign_is_being_sent() {
    let house = House::open().await;
    let rows: Vec<_> = (0..600).map(|n| format!("+9198{n:08}")).collect();
    house.upload("", "big", "list.csv", &format!("phone\n{}\n", rows.join("\n"))).await;
    house.settled("/campaigns/big/start").await;
    house.post("/campaigns/big/limits", "mps=1000").await;
    house.settled("/campaigns/big/start").await;
    house.post("/campaigns/big/start", "n=600").await;
    let id = house.queue.campaign("big").await.unwrap().id;
    let (mut n_looks, mut n_accepted) = (0, 0);
    while n_accepted < 600 {
        let verified = house.queue.verify(id).await.unwrap();
        assert!(verified.wrong.is_empty(), "{:?}", verified.wrong);
        n_accepted = verified.counted.of(Status::Accepted);
        n_looks += u64::from((1..600).contains(&n_accepted));
    }
    assert!(n_looks > 0, "it was over before anybody looked");
    house.close().await;
}
