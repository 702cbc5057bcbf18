//! A campaign that is killed again and again, a seeded provider whose ledger is the truth, and the laws that hold
//! between the two after every death.

use std::{
    collections::{BTreeMap, HashMap},
    fs::{self, File},
    path::Path,
    process::{Child, ExitStatus, Stdio},
    sync::{Arc, Mutex},
    thread,
    time::{Duration, Instant},
};

use sqlx::{ConnectOptions, Connection, Row, sqlite::SqliteConnectOptions};

use super::{
    provider::{Answer, Provider, Request},
    scenario::{Scenario, number},
};

/// A generator of numbers that a seed determines (splitmix64).
#[derive(Debug, Clone)]
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// One of 0 to n − 1.
    pub fn below(&mut self, n: u64) -> u64 {
        self.next() % n
    }

    pub fn one_of<T: Clone>(&mut self, list: &[T]) -> T {
        list[usize::try_from(self.below(list.len() as u64)).unwrap()].clone()
    }
}

/// What the seed has in store for one number: the answers to its requests, in turn. The last one is final.
pub fn fate(seed: u64, index: u64) -> Vec<Answer> {
    let mut dice = Dice::new(seed ^ (index + 1).wrapping_mul(0x5851_f42d_4c95_7f2d));
    let slow = Answer::AcceptAfter(Duration::from_millis(5 + dice.below(40)));
    match dice.below(100) {
        0..60 => vec![Answer::Accept],
        60..70 => vec![slow],
        70..80 => {
            let mut answers = vec![Answer::wa500(); usize::try_from(1 + dice.below(3)).unwrap()];
            answers.push(Answer::Accept);
            answers
        }
        80..82 => vec![Answer::wa500(); 5],
        82..87 => vec![Answer::wa400()],
        87..92 => vec![Answer::Cut],
        92..94 => vec![Answer::Say(502, "<html><title>Bad Gateway</title></html>".to_owned())],
        94..96 => vec![Answer::Raw(
            b"HTTP/1.1 202 X\r\ncontent-length: 90\r\n\r\n{\"code\":\"WA202\",\"da".to_vec(),
        )],
        96..98 => vec![Answer::Raw(b"HTTP/1.1 202".to_vec())],
        98 => vec![Answer::Say(503, String::new()), Answer::Accept],
        _ => vec![Answer::e110(), Answer::Accept],
    }
}

/// Whether the provider took the message, or nobody can know: nothing may follow such an answer by itself.
pub fn is_final(answer: &Answer) -> bool {
    !matches!(answer, Answer::Say(500 | 503, _)) && !is_balance(answer)
}

fn is_balance(answer: &Answer) -> bool {
    matches!(answer, Answer::Say(400, body) if body.contains("E110"))
}

/// Whether the provider took the message.
pub fn is_accepted(answer: &Answer) -> bool {
    match answer {
        Answer::Accept | Answer::AcceptAfter(_) | Answer::AcceptAndLeave(_) | Answer::Drip(_) => true,
        Answer::Raw(bytes) => bytes.starts_with(b"HTTP/1.1 202 "),
        Answer::Say(status, _) | Answer::SayWith(status, ..) => *status == 202,
        Answer::Cut | Answer::Silence => false,
    }
}

/// Where a quiet run leaves a recipient of that fate.
fn status_of(fate: &[Answer]) -> &'static str {
    let last = fate.last().unwrap();
    if is_accepted(last) {
        "accepted"
    } else if matches!(last, Answer::Say(400 | 500, _)) {
        "failed"
    } else {
        "in_doubt"
    }
}

/// One row of the queue, read by SQL of the test's own.
#[derive(Debug, Clone)]
pub struct Line {
    pub status: String,
    pub code: Option<String>,
    pub attempts: i64,
}

/// The queue as a death has left it: read from a copy, so that looking changes nothing.
pub struct Remains {
    pub lines: BTreeMap<String, Line>,
    pub state: String,
}

impl Remains {
    pub fn of(database: &Path) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let copy = folder.path().join("copy.db");
        fs::copy(database, &copy).unwrap();
        let log = |path: &Path| format!("{}-wal", path.display());
        if Path::new(&log(database)).exists() {
            fs::copy(log(database), log(&copy)).unwrap();
        }
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(Self::read(&copy))
    }

    async fn read(path: &Path) -> Self {
        let mut connection = SqliteConnectOptions::new().filename(path).connect().await.unwrap();
        let check: String =
            sqlx::query_scalar("pragma integrity_check").fetch_one(&mut connection).await.unwrap();
        assert_eq!(check, "ok");
        let rows = sqlx::query(
            "select '+' || number, status, code, attempts from recipient where number is not null",
        )
        .fetch_all(&mut connection)
        .await
        .unwrap();
        let line = |row: &sqlx::sqlite::SqliteRow| Line {
            status: row.get(1),
            code: row.get(2),
            attempts: row.get(3),
        };
        let lines: BTreeMap<String, Line> = rows.iter().map(|row| (row.get(0), line(row))).collect();
        let counters = sqlx::query(
            "select value, n, (select count(*) from recipient where status = value)
            from counter where axis = 'status'",
        )
        .fetch_all(&mut connection)
        .await
        .unwrap();
        for row in counters {
            let (status, n, counted): (String, i64, i64) = (row.get(0), row.get(1), row.get(2));
            assert_eq!(n, counted, "the counter of {status}");
        }
        let state =
            sqlx::query_scalar("select state from campaign").fetch_one(&mut connection).await.unwrap();
        connection.close().await.unwrap();
        Self { lines, state }
    }

    pub fn count(&self, status: &str) -> usize {
        self.lines.values().filter(|line| line.status == status).count()
    }
}

/// How a child is made to end.
#[derive(Debug, Clone)]
pub enum Death {
    /// kill -9 after so long.
    After(Duration),
    /// kill -9 when that many further requests have arrived, before the last one is answered.
    AtRequest(usize),
    /// `abort()` at a named point, the n-th time it is passed.
    AtPoint(&'static str, u64),
    /// SIGTERM after so long: a clean stop.
    Stop(Duration),
    /// SIGTERM when that many further requests have arrived.
    StopAtRequest(usize),
}

/// The points of a run at which it can be made to abort.
pub const POINTS: [&str; 9] = [
    "claim:commit",
    "claim:committed",
    "request:begin",
    "answer:head",
    "answer:heard",
    "outcome:commit",
    "outcome:committed",
    "recovery:commit",
    "recovery:committed",
];

impl Death {
    /// What it is counted as.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::After(_) => "SIGKILL at a random moment",
            Self::AtRequest(_) => "SIGKILL after a request's bytes",
            Self::AtPoint(point, _) => point,
            Self::Stop(_) | Self::StopAtRequest(_) => "SIGTERM",
        }
    }

    pub fn roll(dice: &mut Dice) -> Self {
        match dice.below(10) {
            0..4 => Self::After(Duration::from_millis(20 + dice.below(140))),
            4..6 => Self::AtRequest(1 + usize::try_from(dice.below(30)).unwrap()),
            6..9 => {
                let (point, n) = (dice.one_of(&POINTS), 1 + dice.below(12));
                // A process takes over once.
                Self::AtPoint(point, if point.starts_with("recovery") { 1 } else { n })
            }
            _ => Self::Stop(Duration::from_millis(40 + dice.below(100))),
        }
    }
}

type Killer = Arc<Mutex<Option<(usize, Arc<Mutex<Child>>)>>>;

/// A campaign, its provider, and what is known about both.
pub struct World {
    pub seed: u64,
    pub provider: Provider,
    pub scenario: Scenario,
    n_recipients: usize,
    killer: Killer,
    n_runs: usize,
}

/// What one life of the program came to.
#[derive(Debug)]
pub struct Life {
    pub exit: ExitStatus,
    /// Rows left `sending`.
    pub n_sending: usize,
    pub state: String,
}

impl World {
    pub fn new(seed: u64, n_recipients: usize, in_flight_max: usize, mps: u32) -> Self {
        let killer = Killer::default();
        let provider = {
            let killer = Arc::clone(&killer);
            let n_seen = Mutex::new(HashMap::<String, usize>::new());
            Provider::with(move |n, request| answer(seed, &killer, &n_seen, n, request))
        };
        let (mps, places) = (mps.to_string(), in_flight_max.to_string());
        let options = ["--mps", &mps, "--max-in-flight", &places, "--max-attempts", "5"];
        let schedule = ["--retry-initial", "20ms", "--retry-max-interval", "60ms"];
        let scenario = Scenario::with(&provider, n_recipients, &[&options[..], &schedule[..]].concat());
        let scenario = scenario.set("CATALINK_SPANS", "breaker=30,breaker_max=100,request=5000");
        Self { seed, provider, scenario, n_recipients, killer, n_runs: 0 }
    }

    /// A file is imported that has every recipient once more and some new ones; the process dies on the way, and the
    /// import is begun again. Says whether it died.
    pub fn import_and_die(&mut self, point: &str) -> bool {
        let n_recipients = self.n_recipients + 10;
        self.scenario.list("more.csv", n_recipients);
        let import = ["import", "spring", "more.csv", "--quiet"];
        let is_dead = self.scenario.dies(&import, point);
        let found = self.remains().lines.len();
        let is_whole = found == if point == "import:committed" { n_recipients } else { self.n_recipients };
        assert!(is_whole, "seed {}: {found} recipients after a death at {point}", self.seed);
        self.scenario.run(&import).exits(0);
        self.n_recipients = n_recipients;
        self.check();
        is_dead
    }

    /// The results are exported, and the process dies on the way: the file is the old one. Says whether it died.
    pub fn export_and_die(&self, point: &str) -> bool {
        self.scenario.write("results.csv", "the old one");
        let is_dead = self.scenario.dies(&["export", "spring", "-o", "results.csv", "--overwrite"], point);
        assert_eq!(self.scenario.read("results.csv"), "the old one", "seed {}: {point}", self.seed);
        self.check();
        is_dead
    }

    fn remains(&self) -> Remains {
        Remains::of(&self.scenario.path("catalink.db"))
    }

    /// Runs the campaign until it ends by itself or dies as told.
    pub fn live(&mut self, death: Option<&Death>) -> Life {
        let log = File::create(self.scenario.path(&format!("run-{}.log", self.n_runs))).unwrap();
        self.n_runs += 1;
        let mut command = self.scenario.command(&["resume", "spring", "--quiet"]);
        if let Some(Death::AtPoint(point, n)) = death {
            command.env("CATALINK_CRASH_AT", format!("{point}:{n}"));
        }
        command.stdout(Stdio::null()).stderr(log);
        let mut killer = self.killer.lock().unwrap();
        let child = Arc::new(Mutex::new(command.spawn().unwrap()));
        if let Some(Death::AtRequest(n)) = death {
            *killer = Some((self.provider.n_requests() + n - 1, Arc::clone(&child)));
        }
        drop(killer);
        let dies_at = match death {
            Some(Death::After(wait) | Death::Stop(wait)) => Some(Instant::now() + *wait),
            Some(Death::AtRequest(_) | Death::AtPoint(..) | Death::StopAtRequest(_)) | None => None,
        };
        let stops_at = match death {
            Some(Death::StopAtRequest(n)) => Some(self.provider.n_requests() + n),
            Some(_) | None => None,
        };
        let is_gentle = matches!(death, Some(Death::Stop(_) | Death::StopAtRequest(_)));
        let is_time = || {
            dies_at.is_some_and(|at| Instant::now() >= at)
                || stops_at.is_some_and(|n| self.provider.n_requests() >= n)
        };
        let exit = self.wait(&child, &is_time, is_gentle);
        *self.killer.lock().unwrap() = None;
        let remains = self.check();
        Life { exit, n_sending: remains.count("sending"), state: remains.state }
    }

    fn wait(&self, child: &Mutex<Child>, is_time: &dyn Fn() -> bool, gently: bool) -> ExitStatus {
        let mut is_told = false;
        let mut moved = (self.provider.n_requests(), Instant::now());
        loop {
            if let Some(exit) = child.lock().unwrap().try_wait().unwrap() {
                return exit;
            }
            if !is_told && is_time() {
                is_told = true;
                let mut child = child.lock().unwrap();
                if gently {
                    let pid = child.id().to_string();
                    drop(std::process::Command::new("kill").args(["-TERM", &pid]).status());
                } else {
                    child.kill().unwrap();
                }
            }
            let n_requests = self.provider.n_requests();
            if n_requests > moved.0 {
                moved = (n_requests, Instant::now());
            }
            assert!(moved.1.elapsed() < Duration::from_mins(3), "{}: it stands still", self.story());
            thread::sleep(Duration::from_millis(2));
        }
    }

    /// What the last life said.
    pub fn story(&self) -> String {
        let name = format!("run-{}.log", self.n_runs - 1);
        format!("seed {} run {}: {}", self.seed, self.n_runs, self.scenario.read(&name))
    }

    /// Holds the queue against the ledger.
    pub fn check(&self) -> Remains {
        let remains = self.remains();
        let ledger = self.answers_by_number();
        assert_eq!(remains.lines.len(), self.n_recipients, "{}", self.story());
        for (to, line) in &remains.lines {
            let answers = ledger.get(to).map(Vec::as_slice).unwrap_or_default();
            let wrong = broken_law(line, answers);
            assert!(
                wrong.is_none(),
                "{to} is {line:?} after {answers:?}: {}\n{}",
                wrong.unwrap(),
                self.story()
            );
        }
        remains
    }

    fn answers_by_number(&self) -> HashMap<String, Vec<Answer>> {
        let mut found = HashMap::<String, Vec<Answer>>::new();
        for (request, answer) in self.provider.ledger() {
            found.entry(request.to().to_owned()).or_default().push(answer);
        }
        found
    }

    /// Goes on without a death until all is settled, and compares with what a quiet run would have come to. Says how
    /// many recipients are in doubt because of a crash.
    pub fn finish(&mut self) -> usize {
        for _ in 0..self.n_recipients {
            if self.live(None).state == "finished" {
                break;
            }
        }
        self.scenario.run(&["doctor", "--verify", "spring"]).exits(0);
        let remains = self.check();
        assert_eq!(remains.state, "finished", "{}", self.story());
        let ledger = self.answers_by_number();
        let mut n_interrupted = 0;
        for index in 0..self.n_recipients {
            let to = number(index);
            let (line, fate) = (&remains.lines[&to], fate(self.seed, index as u64));
            if line.code.as_deref() == Some("INTERRUPTED") {
                assert_eq!(line.status, "in_doubt");
                n_interrupted += 1;
                continue;
            }
            assert_eq!(line.status, status_of(&fate), "{to} with {fate:?}\n{}", self.story());
            let n_counted = ledger[&to].iter().filter(|answer| counts(answer)).count();
            assert_eq!(
                usize::try_from(line.attempts).unwrap(),
                n_counted,
                "{to}: {fate:?}\n{}",
                self.story()
            );
        }
        n_interrupted
    }
}

/// Whether an answer counts as an attempt: an account fault and a door that is shut do not.
fn counts(answer: &Answer) -> bool {
    !matches!(answer, Answer::Say(503, _)) && !is_balance(answer)
}

fn answer(
    seed: u64,
    killer: &Killer,
    n_seen: &Mutex<HashMap<String, usize>>,
    n: usize,
    request: &Request,
) -> Answer {
    if let Some((at, child)) = killer.lock().unwrap().as_ref()
        && n == *at
    {
        child.lock().unwrap().kill().unwrap();
    }
    let index: u64 = request.to()[5..].parse().unwrap();
    let fate = fate(seed, index - 10_000_000);
    let mut n_seen = n_seen.lock().unwrap();
    let nth = n_seen.entry(request.to().to_owned()).or_default();
    *nth += 1;
    fate[(*nth - 1).min(fate.len() - 1)].clone()
}

/// Which law the pair of a row and its ledger breaks.
fn broken_law(line: &Line, answers: &[Answer]) -> Option<&'static str> {
    let is_twice = answers.iter().rev().skip(1).any(is_final);
    let status = line.status.as_str();
    let Some(last) = answers.last() else {
        let is_quiet = matches!(status, "queued" | "sending") || line.code.as_deref() == Some("INTERRUPTED");
        // A connection that was cut before the request arrived whole is a doubt without an entry.
        return (!is_quiet && status != "in_doubt").then_some("an outcome without a request");
    };
    if is_twice {
        return Some("messaged twice");
    }
    match status {
        "queued" if is_final(last) => Some("a request without a committed claim, or forgotten after it"),
        "accepted" if !is_accepted(last) => Some("accepted here and not there"),
        "failed" if is_accepted(last) || !matches!(last, Answer::Say(400 | 500, _)) => {
            Some("failed without a refusal")
        }
        "queued" | "accepted" | "failed" | "sending" | "in_doubt" => None,
        _ => Some("a status that nothing leads to"),
    }
}
