//! Where notices go, on the settings page and in the figures.

use catalink::{
    app::wording::notice::worded,
    clock::Clock,
    domain::notice::NoticeKind,
    notifier::{Address, Channel, HookUrl, Notices, Notifier},
    queue::Role,
};
use reqwest::StatusCode;

use super::{doors::sign_in, house::House};
use crate::notices::peers::{Hook, nobody};

/// A console with a channel that leads to that address.
async fn house(url: &str) -> House {
    let channel = |name: &str, url: &str| Channel {
        name: name.to_owned(),
        address: Address::Chat { url: HookUrl::parse(url).unwrap() },
        events: NoticeKind::usual(),
    };
    let channels = vec![channel("<team>", url), channel("gone", &nobody())];
    let mut told = None;
    let house = House::with(|options| {
        let notices = Notices { channels, ..Notices::default() };
        let notifier = Notifier::new(options.queue.clone(), Clock, notices, worded).unwrap();
        told = Some(notifier.clone());
        options.notifier = Some(notifier);
    })
    .await;
    told.unwrap().take_over().await.unwrap();
    house
}

#[tokio::test(flavor = "multi_thread")]
async fn an_admin_sends_a_test_and_sees_what_came_back_and_never_the_whole_address() {
    let hook = Hook::saying(200);
    let house = house(&hook.url()).await;
    let page = house.text("/settings").await;
    assert!(page.contains("&#60;team&#62;") && page.contains("nothing sent yet"), "{page}");
    let tested = house.post("/settings/notices", "").await;
    assert_eq!(tested.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let page = tested.text().await.unwrap();
    for said in ["1 channel did not take the test.", "it answered 200", "Connection refused", "last taken"] {
        assert!(page.contains(said), "no `{said}` in {page}");
    }
    assert_eq!(hook.got().len(), 1);
    house.post("/settings/notices", "").await;
    let check = house.post("/settings/check", "").await.text().await.unwrap();
    assert!(check.contains("gone: failed") && check.contains("Connection refused"), "{check}");
    let metrics = house.text("/metrics").await;
    assert!(metrics.contains("catalink_notices{channel=\"gone\",state=\"waiting\"} 0"), "{metrics}");
    for page in [&page, &check, &metrics, &house.text("/audit").await] {
        assert!(!page.contains("a-secret-path"), "{page}");
    }
    let rehearsal = house.text("/rehearsal/settings").await;
    assert!(rehearsal.contains("There are no channels") && !rehearsal.contains("Connection"), "{rehearsal}");
    house.post("/rehearsal/settings/notices", "").await;
    assert_eq!(hook.got().len(), 2, "a rehearsal tells nobody");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_no_admin_sees_the_channels_and_no_button_and_a_test_is_in_the_activity_log() {
    let hook = Hook::saying(200);
    let house = house(&hook.url()).await;
    for (name, role) in [("asha", Role::Admin), ("sen", Role::Sender)] {
        let hash = catalink::console::hash_password("correct horse").unwrap();
        house.queue.add_user(name.to_owned(), role, hash, Clock.now()).await.unwrap();
    }
    for (name, has_button) in [("asha", true), ("sen", false)] {
        let cookie = sign_in(&house, name).await;
        let page = house.client.get(house.url("/settings")).header("cookie", &cookie).send().await.unwrap();
        let page = page.text().await.unwrap();
        assert!(page.contains("&#60;team&#62;"), "{page}");
        assert_eq!(page.contains("Send a test notice"), has_button, "{name}");
    }
    assert!(hook.got().is_empty());
    let asha = sign_in(&house, "asha").await;
    let tested =
        house.client.post(house.url("/settings/notices")).header("cookie", &asha).send().await.unwrap();
    assert_eq!(tested.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let trail = house.queue.audit_trail(None, 9).await.unwrap();
    let tests = trail.iter().filter(|line| line.command == "notify test" && line.who == "asha");
    assert_eq!(tests.count(), 2, "{trail:?}");
    let page = house.client.get(house.url("/audit")).header("cookie", &asha).send().await.unwrap();
    assert!(page.text().await.unwrap().contains("tested a channel"));
    house.close().await;
}
