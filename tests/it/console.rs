//! The console as a browser meets it: real server, real files, a simulator for a provider.

use std::{
    net::SocketAddr,
    sync::{Arc, Once},
    time::Duration,
};

use catalink::{
    clock::Clock,
    console::{Accounts, Console, ConsoleError, Facts, Options, Reach, hash_password},
    domain::{Phone, State, Status},
    provider::{Account, BaseUrl},
    queue::{Queue, Role},
    simulator::{Faults, Simulator},
};
use reqwest::{Client, Response, StatusCode, redirect::Policy};
use tokio::{sync::watch, task::JoinHandle};

/// Where Debian puts the browser.
const CHROMIUM: &str = "/usr/bin/chromium";

/// A console with a queue of its own, a provider, and a visitor without scripts.
struct House {
    address: SocketAddr,
    queue: Queue,
    simulator: Simulator,
    client: Client,
    stop: watch::Sender<bool>,
    serving: JoinHandle<Result<(), ConsoleError>>,
    folder: tempfile::TempDir,
}

const LIST: &str = "First Name,Mobile,City\n\
    Asha,+919800000001,Pune\n\
    \"<script>alert(1)</script>\",+919800000002,Mumbai\n\
    ,+919800000003,Delhi\n\
    Meera,98000,Pune\n\
    Asha again,+919800000001,Pune\n\
    Leela,+919800000500,Chennai\n";

fn client() -> Client {
    static TLS: Once = Once::new();
    TLS.call_once(|| {
        rustls::crypto::ring::default_provider().install_default().ok();
    });
    Client::builder().redirect(Policy::none()).no_proxy().build().unwrap()
}

impl House {
    async fn open() -> Self {
        Self::with(|_| {}).await
    }

    async fn with(change: impl FnOnce(&mut Options)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let queue = Queue::open_or_create(&folder.path().join("q.db")).await.unwrap();
        let simulator = Simulator::start(([127, 0, 0, 1], 0).into(), Faults::default()).await.unwrap();
        let mut options = options(&queue, simulator.address());
        change(&mut options);
        let console = Console::open(options).await.unwrap();
        let address = console.address().unwrap();
        let (stop, stopped) = watch::channel(false);
        let serving = tokio::spawn(console.serve(stopped));
        Self { address, queue, simulator, client: client(), stop, serving, folder }
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    async fn get(&self, path: &str) -> Response {
        self.client.get(self.url(path)).send().await.unwrap()
    }

    async fn text(&self, path: &str) -> String {
        let response = self.get(path).await;
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        response.text().await.unwrap()
    }

    /// A page of a draft, once its file has been read: the server itself waits a little before it answers otherwise.
    async fn settled(&self, path: &str) -> String {
        loop {
            let html = self.text(path).await;
            if !html.contains("http-equiv=\"refresh\"") {
                return html;
            }
        }
    }

    async fn post(&self, path: &str, body: &str) -> Response {
        self.client
            .post(self.url(path))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(body.to_owned())
            .send()
            .await
            .unwrap()
    }

    async fn upload(&self, base: &str, name: &str, file_name: &str, file: &str) -> Response {
        let body = format!(
            "--b\r\ncontent-disposition: form-data; name=\"name\"\r\n\r\n{name}\r\n\
             --b\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{file_name}\"\r\n\r\n{file}\r\n--b--\r\n"
        );
        self.client
            .post(self.url(&format!("{base}/uploads")))
            .header("content-type", "multipart/form-data; boundary=b")
            .body(body)
            .send()
            .await
            .unwrap()
    }

    /// Follows the events of a campaign until one has that text; every event is the whole of what is shown.
    async fn wait_for(&self, path: &str, wanted: &str) {
        let mut events = self.get(path).await;
        let mut heard = String::new();
        while let Some(piece) = events.chunk().await.unwrap() {
            heard.push_str(&String::from_utf8_lossy(&piece));
            if heard.contains(wanted) {
                return;
            }
        }
        panic!("the events ended without `{wanted}`");
    }

    async fn close(self) {
        self.stop.send_replace(true);
        self.serving.await.unwrap().unwrap();
        self.queue.close().await;
        self.simulator.stop().await;
    }
}

fn options(queue: &Queue, provider: SocketAddr) -> Options {
    let base = BaseUrl::parse(&format!("http://{provider}")).unwrap();
    let accounts: Accounts = Arc::new(move |sender| {
        Ok(Account {
            sid: "HXAP1".to_owned(),
            api_key: "s3cret-key".to_owned().into(),
            sender: sender.unwrap_or_else(|| Phone::parse("+911161197855").unwrap()),
            base: base.clone(),
        })
    });
    Options {
        listen: ([127, 0, 0, 1], 0).into(),
        reach: Reach::Loopback,
        queue: queue.clone(),
        clock: Clock,
        accounts,
        ca_file: None,
        facts: Facts {
            pod: "in".to_owned(),
            base: format!("http://{provider}"),
            sid: Some("HXAP1".to_owned()),
            has_key: true,
            sender: Phone::parse("+911161197855").ok(),
            settings_file: None,
        },
        upload_bytes_max: 1_000_000,
        undo_for: Duration::ZERO,
        callbacks: None,
    }
}

/// Makes a draft of the list, up to its message.
async fn draft(house: &House, base: &str) {
    let uploaded = house.upload(base, "spring", "my list.csv", LIST).await;
    assert_eq!(uploaded.status(), StatusCode::SEE_OTHER, "{}", uploaded.text().await.unwrap());
    house.post(&format!("{base}/campaigns/spring/columns"), "region=IN&c2=to").await;
    let message = "message=Hi+%7B%7BFirst+Name%7Cdefault%28%22friend%22%29%7D%7D+https%3A%2F%2Fwa.me%2Fc%2F911161197855&go=save";
    let kept = house.post(&format!("{base}/campaigns/spring/message"), message).await;
    assert_eq!(kept.status(), StatusCode::SEE_OTHER, "{}", kept.text().await.unwrap());
    house.settled(&format!("{base}/campaigns/spring/start")).await;
}

#[tokio::test]
async fn a_request_from_another_site_is_refused() {
    let house = House::open().await;
    draft(&house, "").await;
    let response = house
        .client
        .post(house.url("/campaigns/spring/discard"))
        .header("sec-fetch-site", "cross-site")
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), StatusCode::FORBIDDEN);
    let response = house
        .client
        .post(house.url("/campaigns/spring/discard"))
        .header("origin", "http://evil.example")
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), StatusCode::FORBIDDEN);
    assert_eq!(house.queue.campaigns().await.unwrap().len(), 1);
    house.close().await;
}

#[tokio::test]
async fn an_open_console_answers_only_under_names_of_this_machine() {
    let house = House::open().await;
    let response = house.client.get(house.url("/")).header("host", "rebound.example").send().await.unwrap();
    assert_eq!(response.status(), StatusCode::FORBIDDEN);
    assert_eq!(house.get("/").await.status(), StatusCode::OK);
    house.close().await;
}

#[tokio::test]
async fn it_listens_beyond_loopback_only_at_an_explicit_word_and_with_a_user() {
    let folder = tempfile::tempdir().unwrap();
    let queue = Queue::open_or_create(&folder.path().join("q.db")).await.unwrap();
    let everywhere = |reach| Options {
        listen: ([0, 0, 0, 0], 0).into(),
        reach,
        ..options(&queue, ([127, 0, 0, 1], 1).into())
    };
    let refused = Console::open(everywhere(Reach::Loopback)).await.unwrap_err();
    assert!(matches!(refused, ConsoleError::Reachable { .. }), "{refused}");
    let refused = Console::open(everywhere(Reach::BehindTls)).await.unwrap_err();
    assert!(matches!(refused, ConsoleError::NoUser { .. }), "{refused}");
    let hash = hash_password("correct horse").unwrap();
    queue.add_user("asha".to_owned(), Role::Admin, hash, Clock.now()).await.unwrap();
    assert!(Console::open(everywhere(Reach::BehindTls)).await.is_ok());
    queue.close().await;
}

#[tokio::test]
async fn a_file_that_is_too_large_is_refused_and_leaves_nothing() {
    let house = House::with(|options| options.upload_bytes_max = 1_000).await;
    let response = house.upload("", "spring", "big.csv", &"x".repeat(1_500)).await;
    assert_eq!(response.status(), StatusCode::PAYLOAD_TOO_LARGE);
    let response = house.upload("", "spring", "big.csv", &"x".repeat(200_000)).await;
    assert_eq!(response.status(), StatusCode::PAYLOAD_TOO_LARGE);
    assert!(house.queue.campaigns().await.unwrap().is_empty());
    let left: Vec<_> = std::fs::read_dir(house.folder.path().join("q.db-uploads")).unwrap().collect();
    assert!(left.is_empty(), "{left:?}");
    house.close().await;
}

#[tokio::test]
async fn what_does_not_exist_is_not_found() {
    let house = House::open().await;
    draft(&house, "").await;
    for path in [
        "/campaigns/nobody",
        "/campaigns/nobody/rows",
        "/campaigns/nobody/events",
        "/campaigns/nobody/results.csv",
        "/campaigns/spring/results.exe",
        "/campaigns/spring/..%2f..%2fq.db",
        "/campaigns/spring/rows?status=nonsense",
        "/assets/x/..%2f..%2fmod.rs",
        "/nowhere",
    ] {
        assert_eq!(house.get(path).await.status(), StatusCode::NOT_FOUND, "{path}");
    }
    house.close().await;
}

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
async fn as_soon_as_a_user_exists_everyone_signs_in_and_a_role_is_a_limit() {
    let house = House::open().await;
    draft(&house, "").await;
    for (name, role) in [("asha", Role::Admin), ("vik", Role::Viewer), ("sen", Role::Sender)] {
        let hash = hash_password("correct horse").unwrap();
        house.queue.add_user(name.to_owned(), role, hash, Clock.now()).await.unwrap();
    }
    let away = house.get("/campaigns/spring").await;
    assert_eq!(
        (away.status(), &away.headers()["location"]),
        (StatusCode::SEE_OTHER, &"/sign-in".parse().unwrap())
    );
    assert_eq!(house.post("/campaigns/spring/discard", "").await.status(), StatusCode::FORBIDDEN);
    let wrong = house.post("/sign-in", "name=vik&password=wrong+horse").await;
    assert_eq!(wrong.status(), StatusCode::UNAUTHORIZED);

    let viewer = sign_in(&house, "vik").await;
    let as_viewer = |path: &str| house.client.get(house.url(path)).header("cookie", viewer.clone());
    assert_eq!(as_viewer("/").send().await.unwrap().status(), StatusCode::OK);
    assert_eq!(as_viewer("/users").send().await.unwrap().status(), StatusCode::FORBIDDEN);
    let post = house.client.post(house.url("/campaigns/spring/discard")).header("cookie", viewer.clone());
    assert_eq!(post.send().await.unwrap().status(), StatusCode::FORBIDDEN);

    let sender = sign_in(&house, "sen").await;
    let post = house.client.post(house.url("/users")).header("cookie", sender.clone());
    let post = post.header("content-type", "application/x-www-form-urlencoded");
    let post = post.body("name=eve&role=admin&password=0123456789");
    assert_eq!(post.send().await.unwrap().status(), StatusCode::FORBIDDEN);
    let post = house.client.post(house.url("/campaigns/spring/discard")).header("cookie", sender.clone());
    assert_eq!(post.send().await.unwrap().status(), StatusCode::SEE_OTHER);

    let post = house.client.post(house.url("/sign-out")).header("cookie", viewer.clone());
    assert_eq!(post.send().await.unwrap().status(), StatusCode::SEE_OTHER);
    assert_eq!(as_viewer("/").send().await.unwrap().status(), StatusCode::SEE_OTHER);
    house.close().await;
}

async fn sign_in(house: &House, name: &str) -> String {
    let response = house.post("/sign-in", &format!("name={name}&password=correct+horse")).await;
    assert_eq!(response.status(), StatusCode::SEE_OTHER);
    let cookie = response.headers()["set-cookie"].to_str().unwrap().to_owned();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"), "{cookie}");
    cookie.split(';').next().unwrap().to_owned()
}

#[tokio::test]
async fn the_sixth_wrong_password_waits() {
    let house = House::open().await;
    let hash = hash_password("correct horse").unwrap();
    house.queue.add_user("asha".to_owned(), Role::Admin, hash, Clock.now()).await.unwrap();
    for _ in 0..5 {
        let response = house.post("/sign-in", "name=asha&password=guess").await;
        assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
    }
    let response = house.post("/sign-in", "name=asha&password=correct+horse").await;
    assert_eq!(response.status(), StatusCode::TOO_MANY_REQUESTS);
    assert!(response.headers().contains_key("retry-after"));
    house.close().await;
}

#[tokio::test]
async fn what_a_file_holds_is_text_and_no_page_has_inline_scripts_or_styles() {
    let house = House::open().await;
    let list = LIST.replace("City", "<img src=x onerror=alert(1)>");
    house.upload("", "spring", "<script>alert(2)<script>.csv", &list).await;
    house.post("/campaigns/spring/columns", "region=IN&c2=to").await;
    house.settled("/campaigns/spring/check").await;
    for path in [
        "/",
        "/new",
        "/campaigns/spring/columns",
        "/campaigns/spring/check",
        "/campaigns/spring/message",
        "/campaigns/spring/start",
        "/suppressions",
        "/settings",
        "/users",
    ] {
        let response = house.get(path).await;
        let policy = response.headers()["content-security-policy"].to_str().unwrap().to_owned();
        assert!(policy.starts_with("default-src 'none'; script-src 'self'; style-src 'self'"), "{policy}");
        assert_eq!(response.headers()["cache-control"], "no-store", "{path}");
        let html = response.text().await.unwrap();
        for wrong in ["<script>", " style=", "onerror=alert(1)>", "javascript:", "s3cret-key"] {
            assert!(!html.contains(wrong), "{wrong} in {path}: {html}");
        }
    }
    let check = house.settled("/campaigns/spring/check").await;
    assert!(check.contains("alert(2)"), "{check}");
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

/// Runs where a browser and its driver are: `apt-get install chromium`, `npm ci --prefix tests/ui`. Screenshots are kept
/// in `target/ui`.
#[tokio::test]
async fn the_pages_hold_in_a_real_browser() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ui");
    let is_required = std::env::var_os("CI").is_some();
    let is_there = folder.join("node_modules").exists() && std::path::Path::new(CHROMIUM).exists();
    if !is_required && !is_there {
        eprintln!("no browser here: the pages were not looked at");
        return;
    }
    let house = House::with(|options| options.undo_for = Duration::from_secs(3)).await;
    let mut node = std::process::Command::new("node");
    node.args(["--test", "--test-concurrency=1", "."])
        .current_dir(&folder)
        .env("CONSOLE", house.url(""))
        .env("SHOTS", folder.join("../../target/ui"));
    let ran = tokio::task::spawn_blocking(move || node.output()).await.unwrap().unwrap();
    let told = String::from_utf8_lossy(&ran.stdout);
    assert!(ran.status.success(), "{told}{}", String::from_utf8_lossy(&ran.stderr));
    assert!(told.contains("# pass 5"), "{told}");
    house.close().await;
}
