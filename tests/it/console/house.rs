//! A console with its queue and its provider, and a visitor without scripts.

use std::{
    net::SocketAddr,
    sync::{Arc, Once},
    time::Duration,
};

use catalink::{
    api,
    app::{campaigns::creation::Defaults, doctor::Accounts},
    clock::Clock,
    console::{Console, ConsoleError, Facts, Options, Reach},
    domain::{Phone, inbound::optout::OptOutWords, reach::hours::LocalHours},
    notifier::Heartbeat,
    provider::{Account, BaseUrl},
    queue::Queue,
    simulator::{Faults, Simulator},
};
use reqwest::{Client, Response, StatusCode, redirect::Policy};
use tokio::{sync::watch, task::JoinHandle};

/// A console with a queue of its own, a provider, and a visitor without scripts.
pub(crate) struct House {
    pub(crate) address: SocketAddr,
    pub(crate) queue: Queue,
    pub(crate) simulator: Simulator,
    pub(crate) client: Client,
    stop: watch::Sender<bool>,
    serving: JoinHandle<Result<(), ConsoleError>>,
    pub(crate) folder: tempfile::TempDir,
}

pub(crate) const LIST: &str = "First Name,Mobile,City\n\
    Asha,+919800000001,Pune\n\
    \"<script>alert(1)</script>\",+919800000002,Mumbai\n\
    ,+919800000003,Delhi\n\
    Meera,98000,Pune\n\
    Asha again,+919800000001,Pune\n\
    Leela,+919800000500,Chennai\n";

pub(crate) fn client() -> Client {
    static TLS: Once = Once::new();
    TLS.call_once(|| {
        rustls::crypto::ring::default_provider().install_default().ok();
    });
    Client::builder().redirect(Policy::none()).no_proxy().build().unwrap()
}

impl House {
    pub(crate) async fn open() -> Self {
        Self::with(|_| {}).await
    }

    pub(crate) async fn with(change: impl FnOnce(&mut Options)) -> Self {
        Self::facing(Faults::default(), change).await
    }

    /// A console beside an API with other settings.
    pub(crate) async fn with_api(change: impl FnOnce(&mut api::Options)) -> Self {
        Self::with(|options| {
            let mut of_api = api_options(&options.queue, &options.accounts, options.upload_bytes_max);
            change(&mut of_api);
            options.further = api::routes(of_api);
        })
        .await
    }

    /// A console whose provider has faults.
    pub(crate) async fn facing(faults: Faults, change: impl FnOnce(&mut Options)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let queue = Queue::open_or_create(&folder.path().join("q.db")).await.unwrap();
        let simulator = Simulator::start(([127, 0, 0, 1], 0).into(), faults).await.unwrap();
        let mut options = options(&queue, simulator.address());
        change(&mut options);
        let console = Console::open(options).await.unwrap();
        let address = console.address().unwrap();
        let (stop, stopped) = watch::channel(false);
        let serving = tokio::spawn(console.serve(stopped));
        Self { address, queue, simulator, client: client(), stop, serving, folder }
    }

    /// Ends the server and starts another one on the same queue.
    pub(crate) async fn restart(&mut self, change: impl FnOnce(&mut Options)) {
        self.stop.send_replace(true);
        (&mut self.serving).await.unwrap().unwrap();
        let mut options = options(&self.queue, self.simulator.address());
        change(&mut options);
        let console = Console::open(options).await.unwrap();
        self.address = console.address().unwrap();
        let (stop, stopped) = watch::channel(false);
        self.stop = stop;
        self.serving = tokio::spawn(console.serve(stopped));
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub(crate) async fn get(&self, path: &str) -> Response {
        self.client.get(self.url(path)).send().await.unwrap()
    }

    pub(crate) async fn text(&self, path: &str) -> String {
        let response = self.get(path).await;
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        response.text().await.unwrap()
    }

    /// A page of a draft, once its file has been read: the server itself waits a little before it answers otherwise.
    pub(crate) async fn settled(&self, path: &str) -> String {
        loop {
            let html = self.text(path).await;
            if !html.contains("http-equiv=\"refresh\"") {
                return html;
            }
        }
    }

    pub(crate) async fn post(&self, path: &str, body: &str) -> Response {
        self.client
            .post(self.url(path))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(body.to_owned())
            .send()
            .await
            .unwrap()
    }

    pub(crate) async fn upload(
        &self,
        base: &str,
        name: &str,
        file_name: &str,
        file: impl AsRef<[u8]>,
    ) -> Response {
        let file = ("file", file_name, file.as_ref());
        self.post_file(&format!("{base}/uploads"), &[("name", name)], file).await
    }

    /// Gives the campaign a report of the provider, and presses that button.
    pub(crate) async fn reconcile(&self, report: &str, go: &str) -> Response {
        let file = ("report", "r.csv", report.as_bytes());
        self.post_file("/campaigns/spring/reconcile", &[("go", go)], file).await
    }

    /// Posts a form with fields and behind them a file: its field, its name, its bytes.
    pub(crate) async fn post_file(
        &self,
        path: &str,
        fields: &[(&str, &str)],
        (field, file_name, file): (&str, &str, &[u8]),
    ) -> Response {
        let mut body = Vec::new();
        for (name, text) in fields {
            body.extend(
                format!("--b\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{text}\r\n").bytes(),
            );
        }
        body.extend(
            format!(
                "--b\r\ncontent-disposition: form-data; name=\"{field}\"; filename=\"{file_name}\"\r\n\r\n"
            )
            .bytes(),
        );
        body.extend(file);
        body.extend(b"\r\n--b--\r\n");
        let posted = self.client.post(self.url(path));
        posted.header("content-type", "multipart/form-data; boundary=b").body(body).send().await.unwrap()
    }

    /// Follows the events of a campaign until one has that text; every event is the whole of what is shown.
    pub(crate) async fn wait_for(&self, path: &str, wanted: &str) {
        let mut events = self.get(path).await;
        let mut heard = String::new();
        let patience = Duration::from_mins(1);
        while let Some(piece) = tokio::time::timeout(patience, events.chunk()).await.unwrap().unwrap() {
            heard.push_str(&String::from_utf8_lossy(&piece));
            if heard.contains(wanted) {
                return;
            }
        }
        panic!("the events ended without `{wanted}`");
    }

    pub(crate) async fn close(self) {
        self.stop.send_replace(true);
        self.serving.await.unwrap().unwrap();
        self.queue.close().await;
        self.simulator.stop().await;
    }
}

pub(crate) fn options(queue: &Queue, provider: SocketAddr) -> Options {
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
        accounts: Arc::clone(&accounts),
        ca_file: None,
        rates: None,
        facts: Facts {
            pod: "in".to_owned(),
            base: format!("http://{provider}"),
            sid: Some("HXAP1".to_owned()),
            has_key: true,
            sender: Phone::parse("+911161197855").ok(),
            settings_file: None,
        },
        upload_bytes_max: 1_000_000,
        is_only_by_tls: false,
        trusted_proxies: Vec::new(),
        undo_for: Duration::ZERO,
        // Whatever the hour is at which the tests run.
        hours: LocalHours::default(),
        opt_out_words: OptOutWords::default(),
        callbacks: None,
        notifier: None,
        heartbeat: Heartbeat::beating(),
        further: api::routes(api_options(queue, &accounts, 1_000_000)),
    }
}

/// The API with the same settings as the console.
fn api_options(queue: &Queue, accounts: &Accounts, upload_bytes_max: u64) -> api::Options {
    let sender = Phone::parse("+911161197855").ok();
    api::Options {
        queue: queue.clone(),
        clock: Clock,
        defaults: Defaults { sender, opt_out_words: OptOutWords::default() },
        accounts: Arc::clone(accounts),
        ca_file: None,
        upload_bytes_max,
    }
}

/// What the form of a page sends when the button with that label is pressed.
pub(crate) fn advice(html: &str, label: &str) -> String {
    let (before, _) = html.split_once(&format!("<bdi>{label}</bdi></button>")).expect("the button is there");
    let (_, json) = before.rsplit_once("name=\"advice\" value=\"").unwrap();
    let json =
        json.trim_end_matches("\">").replace("&#34;", "\"").replace("&#39;", "'").replace("&amp;", "&");
    json.bytes().fold("advice=".to_owned(), |form, byte| format!("{form}%{byte:02X}"))
}

/// Makes a draft of the list, up to its message.
pub(crate) async fn draft(house: &House, base: &str) {
    let uploaded = house.upload(base, "spring", "my list.csv", LIST).await;
    assert_eq!(uploaded.status(), StatusCode::SEE_OTHER, "{}", uploaded.text().await.unwrap());
    house.post(&format!("{base}/campaigns/spring/columns"), "region=IN&c2=to").await;
    // The message is kept once the file has been read.
    house.settled(&format!("{base}/campaigns/spring/check")).await;
    let message = "message=Hi+%7B%7BFirst+Name%7Cdefault%28%22friend%22%29%7D%7D+https%3A%2F%2Fwa.me%2Fc%2F911161197855&go=save";
    let kept = house.post(&format!("{base}/campaigns/spring/message"), message).await;
    assert_eq!(kept.status(), StatusCode::SEE_OTHER, "{}", kept.text().await.unwrap());
    house.settled(&format!("{base}/campaigns/spring/start")).await;
}

/// The draft's campaign, sent to its end.
pub(crate) async fn finished(house: &House) {
    draft(house, "").await;
    house.post("/campaigns/spring/start", "n=4").await;
    house.wait_for("/campaigns/spring/events", "Finished.").await;
}
