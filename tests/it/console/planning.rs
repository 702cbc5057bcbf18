//! A campaign that exists is looked at and changed: its settings, its name, its lists, itself.

use catalink::{
    clock::Clock,
    console::hash_password,
    domain::{NewCampaign, State, Status, Timestamp},
    queue::Role,
};
use reqwest::StatusCode;

use super::{
    doors::sign_in,
    house::{House, draft, finished},
};

/// The campaign `spring` with its rows in the queue, not started.
async fn kept(house: &House) {
    draft(house, "").await;
    house.post("/campaigns/spring/another", "").await;
    while house.queue.drafts().await.unwrap().len() == 1 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn the_start_says_what_it_costs_by_the_operators_rates_or_why_that_cannot_be_said() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("rates.csv");
    std::fs::write(&path, "market,price,currency\nIN,0.0014,USD\n").unwrap();
    let house = House::with(|options| options.rates = Some(path.clone())).await;
    draft(&house, "").await;
    let start = house.settled("/campaigns/spring/start").await;
    assert!(
        start.contains("By your rates it costs 0.0056 USD for 4 messages, if all are delivered."),
        "{start}"
    );
    house.post("/campaigns/spring/another", "").await;
    while house.queue.drafts().await.unwrap().len() == 1 {
        tokio::task::yield_now().await;
    }
    assert!(house.text("/campaigns/spring/start").await.contains("0.0056 USD for 4 messages"));
    std::fs::write(&path, "market,price,currency\nIN,free,USD\n").unwrap();
    let start = house.text("/campaigns/spring/start").await;
    assert!(start.contains("line 2, column `price`: `free` is no price"), "{start}");
    house.close().await;
}

/// The answer to a form that cannot be carried out, as its page says it.
async fn refused(house: &House, path: &str, body: &str) -> String {
    let answer = house.post(path, body).await;
    assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY, "{path} {body}");
    answer.text().await.unwrap()
}

#[tokio::test]
async fn campaigns_are_found_by_a_part_of_their_name_and_by_their_state() {
    let house = House::open().await;
    finished(&house).await;
    for name in ["Autumn-DE", "autumn-fr", "winter"] {
        house.queue.create(NewCampaign::new(name, "Hi"), Timestamp(1_790_000_000_000)).await.unwrap();
    }
    let page = house.text("/?q=AUTUMN&state=").await;
    assert!(page.contains("Autumn-DE") && page.contains("autumn-fr") && !page.contains("winter"), "{page}");
    assert!(page.contains("catalink list --name AUTUMN"), "{page}");
    let page = house.text("/?q=&state=finished").await;
    assert!(page.contains(">spring<") && !page.contains("winter"), "{page}");
    assert!(page.contains("value=\"finished\" selected"), "{page}");
    let page = house.text("/?q=%25&state=draft").await;
    assert!(page.contains("No campaign is like that.") && page.contains("name=\"q\" value=\"%\""), "{page}");
    house.close().await;
}

#[tokio::test]
async fn the_settings_of_a_campaign_are_shown_and_changed_as_far_as_nobody_was_messaged() {
    let house = House::open().await;
    kept(&house).await;
    let page = house.text("/campaigns/spring").await;
    assert!(page.contains("/campaigns/spring/plan") && page.contains("/campaigns/spring/lists"), "{page}");
    let page = house.text("/campaigns/spring/plan").await;
    assert!(page.contains("catalink show spring") && page.contains("name=\"message\""), "{page}");
    let form = "message=Hello+%7B%7BFirst+Name%7Cdefault%28%22you%22%29%7D%7D%0D%0Abye&mps=7&time_zone=Asia%2FKolkata&cap=1%2F1d";
    let edited = house.post("/campaigns/spring/edit", form).await;
    assert_eq!(edited.status(), StatusCode::SEE_OTHER, "{}", edited.text().await.unwrap());
    let location = edited.headers()["location"].to_str().unwrap().to_owned();
    assert!(house.text(&location).await.contains("Changed: message, mps, time-zone, cap."), "{location}");
    let plan = house.queue.campaign("spring").await.unwrap().plan;
    assert_eq!(plan.message, "Hello {{First Name|default(\"you\")}}\nbye");
    assert_eq!((plan.mps, plan.time_zone.as_deref()), (7.0, Some("Asia/Kolkata")));
    let no_column = refused(&house, "/campaigns/spring/edit", "message=Hi+%7B%7BTown%7D%7D").await;
    assert!(no_column.contains("no list of `spring` has a column `Town`"), "{no_column}");
    assert!(no_column.contains("Hi {{Town}}"), "what was typed stands there still: {no_column}");
    assert!(refused(&house, "/campaigns/spring/edit", "mps=0").await.contains("0.01"));
    house.post("/campaigns/spring/start", "n=4").await;
    house.wait_for("/campaigns/spring/events", "Finished.").await;
    let late = refused(&house, "/campaigns/spring/edit", "message=Late").await;
    assert!(late.contains("sent, or tried, already"), "{late}");
    assert_eq!(house.post("/campaigns/spring/edit", "mps=9").await.status(), StatusCode::SEE_OTHER);
    house.close().await;
}

#[tokio::test]
async fn a_scheduled_start_is_moved_and_taken_back_and_told_in_the_campaigns_zone() {
    let house = House::open().await;
    kept(&house).await;
    house.post("/campaigns/spring/edit", "start_at=2099-07-01T09:00&time_zone=Europe%2FBerlin").await;
    house.post("/campaigns/spring/start", "n=4").await;
    assert_eq!(house.queue.campaign("spring").await.unwrap().state, State::Scheduled);
    let page = house.text("/campaigns/spring/plan").await;
    assert!(page.contains("value=\"2099-07-01T09:00\"") && page.contains("Take the start back"), "{page}");
    let told = house.text("/campaigns/spring").await;
    assert!(told.contains("data-zoned>2099-07-01 09:00 Europe/Berlin</time>"), "{told}");
    house.post("/campaigns/spring/edit", "start_at=2099-08-01T10:30").await;
    let campaign = house.queue.campaign("spring").await.unwrap();
    assert_eq!(campaign.state, State::Scheduled);
    assert_eq!(campaign.plan.start_at.unwrap().to_string(), "2099-08-01T08:30:00.000Z");
    assert!(
        refused(&house, "/campaigns/spring/edit", "start_at=2020-01-01T09:00").await.contains("in the past")
    );
    house.post("/campaigns/spring/edit", "start_at=").await;
    let campaign = house.queue.campaign("spring").await.unwrap();
    assert_eq!((campaign.state, campaign.plan.start_at), (State::Draft, None));
    assert_eq!(house.simulator.ledger().received, 0);
    house.close().await;
}

#[tokio::test]
async fn a_campaign_is_renamed_copied_and_deleted_and_the_audit_log_says_by_whom() {
    let house = House::open().await;
    kept(&house).await;
    for (name, role) in [("asha", Role::Admin), ("sen", Role::Sender), ("vik", Role::Viewer)] {
        let hash = hash_password("correct horse").unwrap();
        house.queue.add_user(name.to_owned(), role, hash, Clock.now()).await.unwrap();
    }
    let (viewer, sender) = (sign_in(&house, "vik").await, sign_in(&house, "sen").await);
    let post = async |who: &str, path: &str, body: &str| {
        let post = house.client.post(house.url(path)).header("cookie", who.to_owned());
        let post = post.header("content-type", "application/x-www-form-urlencoded").body(body.to_owned());
        post.send().await.unwrap()
    };
    for path in ["edit", "rename", "copy", "delete", "lists/undo"] {
        let answer = post(&viewer, &format!("/campaigns/spring/{path}"), "new=x&mps=1&list=1").await;
        assert_eq!(answer.status(), StatusCode::FORBIDDEN, "{path}");
    }
    let page = house.client.get(house.url("/campaigns/spring/plan")).header("cookie", viewer.clone());
    let page = page.send().await.unwrap().text().await.unwrap();
    assert!(
        page.contains("Messages per second") && !page.contains("<form method=\"post\" action=\"/campaigns"),
        "{page}"
    );

    let renamed = post(&sender, "/campaigns/spring/rename", "new=summer").await;
    assert_eq!(renamed.headers()["location"], "/campaigns/summer/plan?changed=name");
    let copied = post(&sender, "/campaigns/summer/copy", "new=autumn&with_list=on").await;
    assert_eq!(copied.headers()["location"], "/campaigns/autumn/plan");
    let copy = house.queue.campaign("autumn").await.unwrap().id;
    assert_eq!(house.queue.counts(copy).await.unwrap().of(Status::Queued), 4);
    let taken = post(&sender, "/campaigns/summer/copy", "new=autumn").await;
    assert_eq!(taken.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(taken.text().await.unwrap().contains("autumn"));
    let unfit = post(&sender, "/campaigns/summer/rename", "new=a%2Fb").await;
    assert_eq!(unfit.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let total = house.queue.counts(copy).await.unwrap().total();
    let other = post(&sender, "/campaigns/autumn/delete", "n=1").await;
    assert_eq!(other.status(), StatusCode::UNPROCESSABLE_ENTITY, "other rows than the button named");
    let n = format!("n={total}");
    let deleted = post(&sender, "/campaigns/autumn/delete", &n).await;
    assert_eq!(deleted.headers()["location"], "/");
    assert_eq!(house.queue.campaign_names().await.unwrap(), ["summer"]);
    let trail = house.queue.audit_trail(None, 50).await.unwrap();
    for command in ["rename", "create", "delete"] {
        assert!(trail.iter().any(|line| line.command == command && line.who == "sen"), "{command}");
    }
    post(&sender, "/campaigns/summer/start", "n=4").await;
    while house.simulator.ledger().received < 4 {
        tokio::task::yield_now().await;
    }
    let kept = post(&sender, "/campaigns/summer/delete", &n).await;
    assert_eq!(kept.status(), StatusCode::UNPROCESSABLE_ENTITY);
    house.close().await;
}

#[tokio::test]
async fn the_last_list_is_taken_out_and_all_of_them_replaced_until_somebody_was_messaged() {
    let house = House::open().await;
    kept(&house).await;
    let id = house.queue.campaign("spring").await.unwrap().id;
    let page = house.text("/campaigns/spring/lists").await;
    assert!(page.contains("my list.csv") && page.contains("Take out my list.csv"), "{page}");
    let file = ("file", "right.csv", b"First Name,Mobile\nNila,+919800000011\nOm,+919800000012\n".as_slice());
    let uploaded = house.post_file("/campaigns/spring/uploads?replace=yes", &[], file).await;
    assert_eq!(uploaded.status(), StatusCode::SEE_OTHER, "{}", uploaded.text().await.unwrap());
    let start = house.settled("/campaigns/spring/start").await;
    assert!(start.contains("All lists that the campaign has are taken out first."), "{start}");
    assert!(house.queue.counts(id).await.unwrap().total() > 2, "nothing has changed yet");
    house.post("/campaigns/spring/start", "n=2").await;
    while house.queue.drafts().await.unwrap().len() == 1 {
        tokio::task::yield_now().await;
    }
    assert_eq!(house.queue.counts(id).await.unwrap().total(), 2);
    let list = house.queue.imports(id).await.unwrap().pop().unwrap();
    assert_eq!(list.file_name, "right.csv");
    let other = format!("list={}", list.import_id + 1);
    refused(&house, "/campaigns/spring/lists/undo", &other).await;
    let undone = house.post("/campaigns/spring/lists/undo", &format!("list={}", list.import_id)).await;
    assert_eq!(undone.headers()["location"], "/campaigns/spring/lists");
    assert_eq!(house.queue.counts(id).await.unwrap().total(), 0);
    house.close().await;

    let house = House::open().await;
    finished(&house).await;
    let page = house.text("/campaigns/spring/lists").await;
    assert!(page.contains("The last list stays") && !page.contains("Take out"), "{page}");
    let id = house.queue.campaign("spring").await.unwrap().id;
    let list = house.queue.imports(id).await.unwrap().pop().unwrap();
    refused(&house, "/campaigns/spring/lists/undo", &format!("list={}", list.import_id)).await;
    let uploaded = house.post_file("/campaigns/spring/uploads?replace=yes", &[], file).await;
    assert_eq!(uploaded.status(), StatusCode::UNPROCESSABLE_ENTITY);
    house.close().await;
}
