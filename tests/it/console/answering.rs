//! What people write back, in a browser: who may have asked to stop, what came of a campaign, and when people are messaged.

use catalink::{
    clock::Clock,
    domain::{
        Event, Inbound, Phone,
        inbound::{OrderItem, intake::Intake},
        reach::hours::LocalHours,
    },
};
use reqwest::StatusCode;

use super::house::{House, draft};

const PERSON: &str = "+919800000001";

fn wrote(id: &str, event: Event, text: Option<&str>) -> Inbound {
    Inbound {
        id: Some(id.to_owned()),
        business: Phone::parse("+911161197855").ok(),
        person: Phone::parse(PERSON).ok(),
        at: Some(Clock.now()),
        text: text.map(str::to_owned),
        ..Inbound::of(event)
    }
}

async fn hear(house: &House, inbound: Inbound) {
    house.queue.hear(vec![inbound], &Intake::default(), Clock.now()).await.unwrap();
}

fn text() -> Event {
    Event::Wrote { kind: "text".to_owned() }
}

#[tokio::test]
async fn somebody_decides_about_a_possible_opt_out_and_the_navigation_names_it_only_then() {
    let house = House::open().await;
    assert!(!house.text("/").await.contains("/optouts"));
    assert!(house.text("/optouts").await.contains("Nobody has to be decided about"));
    hear(&house, wrote("a", text(), Some("please stop, wrong number"))).await;
    let html = house.text("/").await;
    assert!(html.contains("href=\"/optouts\"") && html.contains("Possible opt-outs"), "{html}");
    let html = house.text("/optouts").await;
    assert!(html.contains(PERSON) && html.contains("<bdi>stop</bdi>"), "{html}");
    assert!(html.contains("Did not ask to stop") && html.contains("catalink optouts --asked"), "{html}");
    let unclear = house.post("/optouts", "number=%2B919800000001&asked=perhaps").await;
    assert_eq!(unclear.status(), StatusCode::UNPROCESSABLE_ENTITY, "{}", unclear.text().await.unwrap());
    let decided = house.post("/optouts", "number=%2B919800000001&asked=no").await;
    assert_eq!(decided.status(), StatusCode::SEE_OTHER);
    assert!(!house.queue.is_suppressed(Phone::parse(PERSON).unwrap()).await.unwrap());
    let html = house.text("/optouts?decided=0").await;
    assert!(html.contains("can be messaged again") && !html.contains(PERSON), "{html}");
    hear(&house, wrote("b", text(), Some("stop it now, I said"))).await;
    house.post("/optouts", "number=%2B919800000001&asked=yes").await;
    assert!(house.queue.is_suppressed(Phone::parse(PERSON).unwrap()).await.unwrap());
    let late = house.post("/optouts", "number=%2B919800000001&asked=no").await;
    assert!(late.headers()["location"].to_str().unwrap().ends_with("gone=1"));
    assert!(house.queue.is_suppressed(Phone::parse(PERSON).unwrap()).await.unwrap());
    house.close().await;
}

#[tokio::test]
async fn the_page_of_a_campaign_says_what_came_of_it() {
    let house = House::open().await;
    draft(&house, "").await;
    house.settled("/campaigns/spring/start").await;
    house.post("/campaigns/spring/start", "n=4").await;
    house.wait_for("/campaigns/spring/events", "Finished.").await;
    let html = house.text("/campaigns/spring").await;
    assert!(html.contains("<b>4</b> <span>100 %</span>") && html.contains("no receipt yet"), "{html}");
    assert!(!html.contains("1 order with"), "{html}");
    let item = OrderItem {
        product: "shoe".to_owned(),
        quantity: 2,
        price: Some("10.5".to_owned()),
        currency: Some("INR".to_owned()),
    };
    hear(&house, wrote("a", Event::Order { items: vec![item] }, None)).await;
    let html = house.text("/campaigns/spring").await;
    let (_, outcome) = html.split_once("What came of it").unwrap();
    let flat = outcome.split_whitespace().collect::<Vec<_>>().join(" ");
    for step in ["replied", "ordered"] {
        let row = format!("<th scope=\"row\">{step}</th> <td class=\"n\">1</td><td class=\"n\">25.0 %</td>");
        assert!(flat.contains(&row), "{step}: {flat}");
    }
    assert!(outcome.contains("1 order with 2 items: INR 21.00"), "{outcome}");
    let report = house.text("/campaigns/spring/report").await;
    assert!(report.contains("1 order with 2 items: INR 21.00"), "{report}");
    house.close().await;
}

#[tokio::test]
async fn a_new_campaign_messages_people_by_day_and_a_rehearsal_waits_for_nobody() {
    let house = House::with(|options| options.hours = LocalHours::daytime()).await;
    draft(&house, "").await;
    let plan = house.queue.campaign("spring").await.unwrap().plan;
    assert_eq!(plan.reach.local, LocalHours::daytime());
    let html = house.settled("/campaigns/spring/start").await;
    assert!(html.contains("value=\"09:00\"") && html.contains("value=\"20:00\""), "{html}");
    assert!(html.contains("--hours 09:00-20:00"), "{html}");
    house.close().await;
}
