//! What keeps a house in order: the rows are recounted, the database is copied, the settings are looked through, and what
//! has grown old is wiped.

use catalink::{
    app::doctor::NoAccount,
    clock::Clock,
    console::hash_password,
    domain::Status,
    queue::{Queue, Role},
    simulator::Faults,
};
use reqwest::StatusCode;

use super::{
    doors::sign_in,
    house::{House, LIST, draft, finished, options},
};

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

    let stranger = rusqlite::Connection::open(house.queue.files()).unwrap();
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

/// What lies in a folder of uploads.
fn uploaded(house: &House, folder: &str) -> Vec<String> {
    let entries = std::fs::read_dir(house.folder.path().join(folder)).unwrap();
    entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect()
}

/// Makes the database so large that no connection can take a copy of it in at once.
fn fatten(house: &House) {
    let stranger = rusqlite::Connection::open(house.queue.files()).unwrap();
    stranger.execute_batch("create table fat as select zeroblob(40000000) as fat").unwrap();
}

#[tokio::test]
async fn a_copy_of_the_database_is_downloaded_whole_and_leaves_nothing_behind() {
    let house = House::open().await;
    finished(&house).await;
    assert!(house.text("/settings").await.contains("Download a backup"));
    let copy = house.post("/settings/backup", "").await;
    assert_eq!(copy.status(), StatusCode::OK);
    let today = &Clock.now().to_string()[..10];
    let disposition = copy.headers()["content-disposition"].to_str().unwrap();
    assert!(
        disposition.starts_with(&format!("attachment; filename=\"catalink-{today}.db\"")),
        "{disposition}"
    );
    let n_bytes: usize = copy.headers()["content-length"].to_str().unwrap().parse().unwrap();
    let bytes = copy.bytes().await.unwrap();
    assert_eq!(bytes.len(), n_bytes);
    let path = house.folder.path().join("copy.db");
    std::fs::write(&path, bytes).unwrap();
    let queue = Queue::open(&path).await.unwrap();
    let id = queue.campaign("spring").await.unwrap().id;
    assert_eq!(queue.counts(id).await.unwrap().of(Status::Accepted), 4);
    assert!(queue.verify(id).await.unwrap().wrong.is_empty());
    queue.close().await;
    assert!(uploaded(&house, "q.db-uploads").is_empty());
    // The rehearsal's own database, which knows nothing of the real campaigns.
    let rehearsed = house.post("/rehearsal/settings/backup", "").await;
    let disposition = rehearsed.headers()["content-disposition"].to_str().unwrap();
    assert!(disposition.contains("catalink-rehearsal-"), "{disposition}");
    let bytes = rehearsed.bytes().await.unwrap();
    assert!(bytes.starts_with(b"SQLite format 3") && !bytes.windows(6).any(|part| part == b"spring"));
    house.close().await;
}

#[tokio::test]
async fn who_downloads_people_is_in_the_audit_log() {
    let house = House::open().await;
    finished(&house).await;
    let hash = hash_password("correct horse").unwrap();
    house.queue.add_user("asha".to_owned(), Role::Admin, hash, Clock.now()).await.unwrap();
    let cookie = sign_in(&house, "asha").await;
    let get = async |path: &str| {
        let got = house.client.get(house.url(path)).header("cookie", cookie.clone()).send().await.unwrap();
        assert_eq!(got.status(), StatusCode::OK, "{path}");
        got.bytes().await.unwrap()
    };
    for path in ["/campaigns/spring/results.csv", "/campaigns/spring/rejected.csv", "/suppressions.csv"] {
        get(path).await;
    }
    let copy = house.client.post(house.url("/settings/backup")).header("cookie", cookie.clone());
    copy.send().await.unwrap().bytes().await.unwrap();
    let trail = house.queue.audit_trail(None, 20).await.unwrap();
    let downloads: Vec<_> = trail.iter().rev().filter(|line| line.command == "download").collect();
    let told: Vec<_> =
        downloads.iter().map(|line| (line.campaign.as_deref(), line.detail.as_str())).collect();
    assert_eq!(
        told,
        [
            (Some("spring"), "results.csv"),
            (Some("spring"), "rejected rows"),
            (None, "suppressed.csv"),
            (None, "the database")
        ]
    );
    assert!(downloads.iter().all(|line| line.who == "asha"));
    house.close().await;
}

#[tokio::test]
async fn a_copy_goes_when_the_browser_leaves_in_the_middle() {
    let house = House::open().await;
    fatten(&house);
    let mut copy = house.post("/settings/backup", "").await;
    assert!(!copy.chunk().await.unwrap().unwrap().is_empty());
    assert!(uploaded(&house, "q.db-uploads").is_empty(), "the copy had a name while it was handed over");
    drop(copy);
    // Gone before the copy is made: nobody waits for it, and it does not stay.
    let url = house.url("/settings/backup");
    let asked =
        tokio::time::timeout(std::time::Duration::from_millis(5), house.client.post(url).send()).await;
    drop(asked);
    let (mut n_clean, mut n_looks) = (0, 0);
    while n_clean < 50 {
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        let is_clean = uploaded(&house, "q.db-uploads").is_empty();
        n_clean = if is_clean { n_clean + 1 } else { 0 };
        n_looks += 1;
        assert!(n_looks < 2_000, "the copy stays");
    }
    assert_eq!(house.post("/settings/backup", "").await.status(), StatusCode::OK);
    house.close().await;
}

#[tokio::test]
async fn a_second_copy_waits_for_the_first_and_one_that_cannot_be_made_says_why() {
    let house = House::open().await;
    fatten(&house);
    let (first, second) =
        tokio::join!(house.post("/settings/backup", ""), house.post("/settings/backup", ""));
    let mut statuses = [first.status(), second.status()];
    statuses.sort();
    assert_eq!(statuses, [StatusCode::OK, StatusCode::UNPROCESSABLE_ENTITY]);
    drop((first, second));
    std::fs::remove_dir(house.folder.path().join("q.db-uploads")).unwrap();
    let failed = house.post("/settings/backup", "").await;
    assert_eq!(failed.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let failed = failed.text().await.unwrap();
    assert!(failed.contains("The backup failed: No such file"), "{failed}");
    house.close().await;
}

#[tokio::test]
async fn what_a_crash_has_left_of_a_copy_is_swept_at_the_next_start() {
    let folder = tempfile::tempdir().unwrap();
    let queue = Queue::open_or_create(&folder.path().join("q.db")).await.unwrap();
    let left = folder.path().join("q.db-uploads/.tmpAbCdEf");
    std::fs::create_dir_all(&left).unwrap();
    std::fs::write(left.join("copy.db"), "half a copy").unwrap();
    let house = House::with(|options| options.queue = queue.clone()).await;
    assert!(!left.exists());
    house.close().await;
    queue.close().await;
}

#[tokio::test]
async fn the_check_says_that_everything_is_there_and_sends_nothing() {
    let house = House::open().await;
    draft(&house, "").await;
    assert!(house.text("/settings").await.contains("Run the health check"));
    for base in ["", "/rehearsal"] {
        let checked = house.post(&format!("{base}/settings/check"), "").await;
        assert_eq!(checked.status(), StatusCode::OK, "{base}");
        let checked = checked.text().await.unwrap();
        for part in [
            "Everything is in order.",
            "The provider accepts the SID, the key and the sender",
            "and a key",
            "Clock",
        ] {
            assert!(checked.contains(part), "{part} in {checked}");
        }
        assert!(!checked.contains("s3cret-key") && !checked.contains("class=\"wrong\""), "{checked}");
    }
    assert_eq!(house.simulator.ledger().received, 0);
    house.close().await;
}

#[tokio::test]
async fn the_check_names_each_thing_that_is_missing_or_wrong() {
    let house = House::with(|options| {
        options.accounts =
            std::sync::Arc::new(|_| Err(NoAccount("no API key is set; set KALEYRA_API_KEY".to_owned())));
    })
    .await;
    let missing = house.post("/settings/check", "").await;
    assert_eq!(missing.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let missing = missing.text().await.unwrap();
    assert!(missing.contains("1 thing is missing or wrong."), "{missing}");
    assert!(missing.contains("no API key is set; set KALEYRA_API_KEY"), "{missing}");
    assert!(!missing.contains("<th scope=\"row\">Provider’s answer"), "nobody was asked: {missing}");
    house.close().await;

    let faults = Faults { key: Some("another-key".to_owned().into()), ..Faults::default() };
    let house = House::facing(faults, |_| {}).await;
    let refused = house.post("/settings/check", "").await.text().await.unwrap();
    assert!(refused.contains("1 thing is missing or wrong."), "{refused}");
    assert!(refused.contains("RBC001") && refused.contains("restart the console"), "{refused}");
    house.close().await;

    // A port at which nobody listens.
    let address = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let house = House::with(|changed| {
        changed.accounts = options(&changed.queue, address).accounts;
    })
    .await;
    let down = house.post("/settings/check", "").await.text().await.unwrap();
    assert!(down.contains(&format!("cannot reach http://{address}")), "{down}");
    house.close().await;
}

/// Uploads a further list, looks at it, and does not add it.
async fn add(house: &House) {
    let added =
        house.upload("/campaigns/spring", "", "more.csv", "First Name,Mobile\nOm,+919800000011\n").await;
    assert_eq!(added.status(), StatusCode::SEE_OTHER);
    let check = house.settled("/campaigns/spring/check").await;
    assert!(check.contains("<b>1</b> will be sent"), "{check}");
    assert!(uploaded(house, "q.db-uploads").len() > 1, "the file, and what was read of it");
}

/// Makes every campaign that is over older by so many days.
fn age(house: &House, days: u32) {
    let stranger = rusqlite::Connection::open(house.queue.files()).unwrap();
    let older = format!("update campaign set finished_at = finished_at - {days} * 86400000");
    stranger.execute_batch(&older).unwrap();
}

#[tokio::test]
async fn what_has_grown_old_is_shown_first_and_wiped_by_the_second_press() {
    let house = House::with(|options| options.queue = options.queue.acting_as("asha", || Clock.now())).await;
    finished(&house).await;
    add(&house).await;
    for wrong in ["", "0", "-1", "many", "99999999999999999999"] {
        let refused = house.get(&format!("/settings?days={wrong}")).await;
        assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
        assert!(refused.text().await.unwrap().contains("is not a number of days"), "{wrong}");
    }
    age(&house, 10);
    assert!(house.text("/settings?days=11").await.contains("No data is older than 11 days."));
    let shown = house.text("/settings?days=10").await;
    for part in ["spring</bdi></a>: 6 rows", "Delete the data of 6 rows", "catalink purge --older-than 10d"] {
        assert!(shown.contains(part), "{part} in {shown}");
    }
    let other = house.post("/settings/purge", "days=10&rows=5&receipts=0").await;
    assert_eq!(other.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(other.text().await.unwrap().contains("The data has changed since you opened this page"));
    assert!(house.text("/campaigns/spring/rows").await.contains("+919800000001"), "it was only looked at");

    let wiped = house.post("/settings/purge", "days=10&rows=6&receipts=0").await;
    assert_eq!(wiped.status(), StatusCode::OK);
    let wiped = wiped.text().await.unwrap();
    assert!(wiped.contains("Deleted: spring (6 rows). The figures are kept."), "{wiped}");
    assert!(!house.text("/campaigns/spring/rows").await.contains("+91980000000"));
    assert!(uploaded(&house, "q.db-uploads").is_empty());
    assert!(house.text("/settings?days=10").await.contains("No data is older than 10 days."));
    let trail = house.queue.audit_trail(Some("spring"), 1).await.unwrap();
    assert_eq!((trail[0].who.as_str(), trail[0].command.as_str()), ("asha", "purge"));
    let late = house.upload("/campaigns/spring", "", "late.csv", LIST).await;
    assert_eq!(late.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(uploaded(&house, "q.db-uploads").is_empty(), "a list that can never be added lies here");
    house.close().await;
}

#[tokio::test]
async fn a_purge_in_a_terminal_takes_the_list_that_was_uploaded_here_and_never_added() {
    let house = House::open().await;
    finished(&house).await;
    add(&house).await;
    let mut purge = std::process::Command::new(env!("CARGO_BIN_EXE_catalink"));
    purge.args(["purge", "spring", "--db"]).arg(house.queue.files()).current_dir(house.folder.path());
    let purged = tokio::task::spawn_blocking(move || purge.output()).await.unwrap().unwrap();
    assert!(purged.status.success(), "{}", String::from_utf8_lossy(&purged.stderr));
    assert!(uploaded(&house, "q.db-uploads").is_empty());
    let id = house.queue.campaign("spring").await.unwrap().id;
    assert_eq!(house.queue.draft(id).await.unwrap(), None);
    assert!(house.text("/campaigns/spring").await.contains("Finished."));
    // The console lets go of the files too, so that nothing of them stays on the disk.
    let uploads = house.queue.uploads();
    let mut n_looks = 0;
    while held(&uploads) > 0 {
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        n_looks += 1;
        assert!(n_looks < 200, "a file of a purged list is still open");
    }
    house.close().await;
}

/// How many files of a folder this process holds open, also those without a name.
fn held(folder: &std::path::Path) -> usize {
    let Ok(open) = std::fs::read_dir("/proc/self/fd") else { return 0 };
    let links = open.filter_map(|entry| std::fs::read_link(entry.ok()?.path()).ok());
    links.filter(|link| link.starts_with(folder)).count()
}

#[tokio::test]
async fn hours_are_those_of_the_zone_that_is_asked_for_and_a_wrong_one_is_said() {
    let house = House::open().await;
    finished(&house).await;
    let stranger = rusqlite::Connection::open(house.queue.files()).unwrap();
    // 2026-09-21T14:15:00Z
    let at = "update recipient set settled_at = 1790000100000 where settled_at is not null";
    stranger.execute_batch(at).unwrap();
    let utc = house.text("/campaigns/spring/totals?by=hour").await;
    assert!(utc.contains("2026-09-21T14:00+00:00") && utc.contains("value=\"UTC\""), "{utc}");
    assert!(!utc.contains("--time-zone"), "{utc}");
    let page = house.text("/campaigns/spring/totals?by=hour&time_zone=asia%2Fkolkata").await;
    for part in [
        "2026-09-21T19:00+05:30",
        "catalink report spring --by hour --time-zone Asia/Kolkata",
        "totals.csv?by=hour&#38;time_zone=Asia/Kolkata",
        "report?time_zone=Asia/Kolkata",
    ] {
        assert!(page.contains(part), "{part} in {page}");
    }
    let file = house.text("/campaigns/spring/totals.csv?by=hour&time_zone=Asia%2FKolkata").await;
    assert!(file.contains("2026-09-21T19:00+05:30,"), "{file}");
    let empty = house.text("/campaigns/spring/totals?by=hour&time_zone=").await;
    assert!(empty.contains("2026-09-21T14:00+00:00"), "{empty}");

    let report = house.text("/campaigns/spring/report?time_zone=Asia%2FKolkata").await;
    assert!(report.contains("Asia/Kolkata") && !report.contains("UTC"), "{report}");
    let other = house.text("/campaigns/spring/report").await;
    assert!(other.contains("UTC") && !other.contains("Asia/Kolkata"), "{other}");

    let wrong = house.get("/campaigns/spring/totals?by=hour&time_zone=Mars%2F%3CBase%3E").await;
    assert_eq!(wrong.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let wrong = wrong.text().await.unwrap();
    assert!(wrong.contains("“Mars/&#60;Base&#62;” is not a time zone such as Asia/Kolkata."), "{wrong}");
    assert!(wrong.contains("value=\"Mars/&#60;Base&#62;\"") && !wrong.contains("2026-09-21"), "{wrong}");
    for page in ["totals.csv?by=hour&", "report?"] {
        let refused = house.get(&format!("/campaigns/spring/{page}time_zone=Mars")).await;
        assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY, "{page}");
    }
    house.close().await;
}

#[tokio::test]
async fn a_draft_whose_options_cannot_be_read_is_not_read_with_others_and_can_be_discarded() {
    let house = House::open().await;
    draft(&house, "").await;
    let id = house.queue.campaign("spring").await.unwrap().id;
    house.queue.choose(id, "{\"message\": 7}".to_owned()).await.unwrap();
    for page in ["check", "message"] {
        let refused = house.get(&format!("/campaigns/spring/{page}")).await;
        assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY, "{page}");
        assert!(refused.text().await.unwrap().contains("options of this list cannot be read"), "{page}");
    }
    let columns = house.get("/campaigns/spring/columns").await.text().await.unwrap();
    assert!(
        columns.contains("options of this list cannot be read") && columns.contains("/discard"),
        "{columns}"
    );
    let refused = house.post("/campaigns/spring/start", "n=4").await;
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(house.post("/campaigns/spring/discard", "").await.status(), StatusCode::SEE_OTHER);
    assert!(house.queue.campaigns().await.unwrap().is_empty());
    house.close().await;
}
