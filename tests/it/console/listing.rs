//! Many campaigns: the list is a page at a time, and the figures for machines are bounded.

use catalink::domain::{NewCampaign, Timestamp};

use super::house::House;

#[tokio::test]
async fn of_many_campaigns_a_hundred_are_on_a_page_and_in_the_metrics_and_all_are_in_the_sums() {
    let house = House::open().await;
    for n in 0..103 {
        let plan = NewCampaign::new(format!("c{n}x"), "Hi");
        house.queue.create(plan, Timestamp(1_790_000_000_000)).await.unwrap();
    }
    let page = house.text("/?all=yes").await;
    let n_lines = |page: &str| page.matches("<th scope=\"row\">").count();
    assert_eq!(n_lines(&page), 100);
    assert!(page.contains("c102x") && !page.contains("c2x"), "the newest come first");
    let older = page.split("href=\"").find(|part| part.starts_with("/?before=")).unwrap();
    let older = house.text(older.split('"').next().unwrap()).await;
    assert_eq!(n_lines(&older), 3);
    assert!(older.contains("c2x") && !older.contains("before="), "{older}");
    let metrics = house.text("/metrics").await;
    assert_eq!(metrics.matches("catalink_rate_allowed{").count(), 100);
    assert!(metrics.contains("catalink_campaigns{state=\"draft\"} 103"), "{metrics}");
    house.close().await;
}
