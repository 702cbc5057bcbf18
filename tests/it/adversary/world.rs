//! One user's folder through a random history: what was done and when, who is alive, and what the database says.

use std::{
    collections::{BTreeMap, BTreeSet, HashSet},
    fs,
    net::TcpStream,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use rusqlite::{Connection, OpenFlags};

use super::{
    fates::{Book, Temper},
    mail::Posted,
};
use crate::support::{
    Provider, Scenario,
    live::{Live, PATIENCE},
};

pub const TOKEN: &str = "0123456789abcdef0123456789abcdef";

/// Attempts per recipient.
pub const ATTEMPTS_MAX: usize = 4;

/// Spans that make histories short. A request may take this long.
pub const SPANS: &str = "breaker=30,breaker_max=100,request=3000";

/// An operator's word that people may be messaged once more.
#[derive(Debug, Clone)]
pub struct Word {
    pub called: Instant,
    pub returned: Instant,
    /// Also for those who may have the message: `resolve --resend`, `retry --code IN_DOUBT`.
    pub is_resend: bool,
    /// For whom; none where somebody was sending, so that it cannot be told.
    pub whom: Option<HashSet<String>>,
}

/// A time in which nothing of something may arrive.
#[derive(Debug, Clone)]
pub struct Silence {
    pub from: Instant,
    pub until: Option<Instant>,
    pub why: String,
}

/// A rate and when it was in force.
#[derive(Debug, Clone)]
pub struct Rate {
    pub mps: f64,
    pub from: Instant,
    pub until: Option<Instant>,
}

/// Half of a day in which a campaign may send.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hours {
    Any,
    Morning,
    Afternoon,
}

/// What the tester knows of a campaign.
#[derive(Debug)]
pub struct Campaign {
    pub name: String,
    pub places: usize,
    pub hours: Hours,
    /// The operator's word for all of it: `--on-unknown resend`.
    pub resends: bool,
    /// By the program's clock, in milliseconds.
    pub start_at: Option<i64>,
    pub rates: Vec<Rate>,
    pub n_rows: u64,
    pub words: Vec<Word>,
    pub silences: Vec<Silence>,
    pub is_cancelled: bool,
    pub is_purged: bool,
}

impl Campaign {
    pub fn new(name: &str, places: usize, mps: f64) -> Self {
        Self {
            name: name.to_owned(),
            places,
            hours: Hours::Any,
            resends: false,
            start_at: None,
            rates: vec![Rate { mps, from: Instant::now(), until: None }],
            n_rows: 0,
            words: Vec::new(),
            silences: Vec::new(),
            is_cancelled: false,
            is_purged: false,
        }
    }

    /// Another rate was asked for, and that has been acknowledged just now.
    pub fn goes_at(&mut self, mps: f64, called: Instant) {
        // The old one may be in force until the sender has looked again.
        let until = Instant::now() + Duration::from_secs(1);
        if let Some(last) = self.rates.last_mut() {
            last.until = Some(until);
        }
        self.rates.push(Rate { mps, from: called, until: None });
    }

    /// Whether it may send when the clock says that.
    pub fn is_open(&self, wall_ms: i64) -> bool {
        const DAY: i64 = 86_400_000;
        let is_morning = wall_ms.rem_euclid(DAY) < DAY / 2;
        let is_in = match self.hours {
            Hours::Any => true,
            Hours::Morning => is_morning,
            Hours::Afternoon => !is_morning,
        };
        is_in && self.start_at.is_none_or(|at| wall_ms >= at)
    }

    pub fn is_silent(&self) -> bool {
        self.silences.last().is_some_and(|silence| silence.until.is_none())
    }

    pub fn hush(&mut self, why: &str) {
        if !self.is_silent() {
            self.silences.push(Silence { from: Instant::now(), until: None, why: why.to_owned() });
        }
    }

    pub fn speak(&mut self, at: Instant) {
        if let Some(silence) = self.silences.last_mut()
            && silence.until.is_none()
        {
            silence.until = Some(at);
        }
    }
}

/// Who sends.
pub struct Sender {
    pub live: Live,
    /// The console's address; none where it is a `run`.
    pub address: Option<String>,
    pub n_requests_before: usize,
}

/// A command that has ended.
#[derive(Debug)]
pub struct Done {
    pub code: Option<i32>,
    pub said: String,
    pub called: Instant,
}

pub struct World {
    pub seed: u64,
    pub scenario: Scenario,
    pub book: Book,
    /// Where copies would send to.
    pub trap: Provider,
    pub campaigns: Vec<Campaign>,
    pub sender: Option<Sender>,
    pub receiver: Option<(Live, String)>,
    /// When somebody could have sent.
    pub lives: Vec<(Instant, Option<Instant>)>,
    pub n_deaths: usize,
    pub clock_ms: i64,
    /// What the program's clock was wrong by, and since when.
    pub clocks: Vec<(Instant, i64)>,
    /// For each number, when nobody may message it.
    pub suppressed: BTreeMap<String, Vec<Silence>>,
    /// It was restored, and nothing has been sent from it since somebody said that it may.
    pub is_restored: bool,
    pub posted: Vec<Posted>,
    /// Connections on which nothing more is said.
    pub idle: Vec<TcpStream>,
    pub lists: usize,
    pub counts: BTreeMap<String, usize>,
    history: Vec<String>,
    began_at: Instant,
    n_logs: usize,
}

impl World {
    pub fn new(seed: u64) -> Self {
        let book = Book::open(seed);
        let scenario = Scenario::new().provider(&book.provider);
        let scenario = scenario.set("CATALINK_SPANS", SPANS).set("CATALINK_CALLBACK_TOKEN", TOKEN);
        let clock = scenario.write("clock", "0");
        let scenario = scenario.set("CATALINK_CLOCK", clock.to_str().unwrap());
        Self {
            seed,
            scenario,
            book,
            trap: Provider::accepting(),
            campaigns: Vec::new(),
            sender: None,
            receiver: None,
            lives: Vec::new(),
            n_deaths: 0,
            clock_ms: 0,
            clocks: vec![(Instant::now(), 0)],
            suppressed: BTreeMap::new(),
            is_restored: false,
            posted: Vec::new(),
            idle: Vec::new(),
            lists: 0,
            counts: BTreeMap::new(),
            history: Vec::new(),
            began_at: Instant::now(),
            n_logs: 0,
        }
    }

    pub fn count(&mut self, what: &str) {
        *self.counts.entry(what.to_owned()).or_default() += 1;
    }

    /// Adds a line to the history.
    pub fn note(&mut self, words: &str) {
        let at = self.began_at.elapsed().as_secs_f64();
        self.history.push(format!("{at:7.3} {words}"));
    }

    pub fn after_start(&self, at: Instant) -> f64 {
        at.saturating_duration_since(self.began_at).as_secs_f64()
    }

    /// A law is broken: everything that led to it is printed.
    pub fn fail(&self, law: &str, what: &str) -> ! {
        let sender = self.sender.as_ref().map(|sender| sender.live.said()).unwrap_or_default();
        panic!("{law}: {what}\n{}\nwhat the sender said:\n{sender}", self.story())
    }

    /// What was done so far.
    pub fn story(&self) -> String {
        format!("the history of seed {}, in seconds:\n{}", self.seed, self.history.join("\n"))
    }

    pub fn n_notes(&self) -> usize {
        self.history.len()
    }

    pub fn log(&mut self) -> PathBuf {
        self.n_logs += 1;
        self.scenario.path(&format!("log-{}", self.n_logs))
    }

    /// Runs a command to its end, and writes it down.
    pub fn run(&mut self, args: &[&str]) -> Done {
        let log = self.log();
        let called = Instant::now();
        let mut live = Live::start(self.scenario.command(args), &log);
        let Some(exit) = live.wait(PATIENCE) else {
            self.fail("every command ends", &format!("catalink {} does not", args.join(" ")));
        };
        let done = Done { code: exit.code(), said: live.said(), called };
        let last = done.said.lines().next().unwrap_or_default().to_owned();
        self.note(&format!("catalink {} → {:?} {last}", args.join(" "), done.code));
        // A code to retry that nobody has is an answer too.
        let is_unknown_code = done.code == Some(2) && done.said.contains("has failed with the code");
        let is_answer = matches!(done.code, Some(0 | 1 | 3 | 4 | 5)) || is_unknown_code;
        let is_fine = is_answer && !done.said.contains("panicked");
        if !is_fine {
            self.fail("every command ends in an answer", &format!("{}\n{}", args.join(" "), done.said));
        }
        done
    }

    pub fn is_anybody_alive(&mut self) -> bool {
        let sends = self.sender.as_mut().is_some_and(|sender| sender.live.ended().is_none());
        sends || self.receiver.as_mut().is_some_and(|(live, _)| live.ended().is_none())
    }

    /// A sender that has ended by itself is taken note of.
    pub fn reap(&mut self) {
        let Some(sender) = &mut self.sender else { return };
        let Some(exit) = sender.live.ended() else { return };
        let (said, words) = (sender.live.said(), sender.live.words.clone());
        let last = said.lines().last().unwrap_or_default().to_owned();
        self.note(&format!("({words} has ended: {exit}) {last}"));
        if !matches!(exit.code(), Some(0 | 1 | 3 | 4 | 130)) || said.contains("panicked") {
            self.fail("a sender ends in an answer", &format!("{words}: {exit}\n{said}"));
        }
        self.sender_is_gone();
    }

    pub fn sender_is_gone(&mut self) {
        let now = Instant::now();
        if let Some((_, until)) = self.lives.last_mut() {
            until.get_or_insert(now);
        }
        self.check_cost();
        if let Some(sender) = self.sender.take()
            && self.book.n_requests() > sender.n_requests_before
        {
            self.is_restored = false;
        }
    }

    /// No sender spins: what it costs is bounded by what it does.
    pub fn check_cost(&self) {
        let Some(sender) = &self.sender else { return };
        let n_requests = self.book.n_requests() - sender.n_requests_before;
        let n = u32::try_from(n_requests).unwrap();
        let took = sender.live.began_at.elapsed();
        let cost = sender.live.cost;
        let cpu_max = Duration::from_secs(3) + Duration::from_millis(15) * n + took / 2;
        let writes_max = 4_000 + 100 * u64::from(n) + 400 * took.as_secs();
        if cost.cpu > cpu_max || cost.n_writes > writes_max {
            let what = format!("{cost:?} for {n} requests in {took:?}: {}", sender.live.words);
            self.fail("nobody spins", &what);
        }
    }

    pub fn database(&self) -> PathBuf {
        self.scenario.path("catalink.db")
    }

    /// Sets the program's clock.
    pub fn set_clock(&mut self, error_ms: i64) {
        self.clock_ms = error_ms;
        self.clocks.push((Instant::now(), error_ms));
        // Renamed into place, so that nobody reads half of it.
        self.scenario.write("clock.new", error_ms.to_string());
        fs::rename(self.scenario.path("clock.new"), self.scenario.path("clock")).unwrap();
        self.note(&format!("the clock is {error_ms} ms wrong"));
    }

    pub fn wall_ms(&self) -> i64 {
        #[expect(
            clippy::disallowed_methods,
            reason = "the tester compares the program's clock with the real one"
        )]
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
        i64::try_from(now.as_millis()).unwrap() + self.clock_ms
    }

    /// What the program's clock may have said at that moment: a jump is noticed a little later.
    pub fn walls_ms(&self, at: Instant, slack: Duration) -> Vec<i64> {
        let ago = i64::try_from(at.elapsed().as_millis()).unwrap();
        let real = self.wall_ms() - self.clock_ms - ago;
        let ends = |i: usize| self.clocks.get(i + 1).map(|(until, _)| *until);
        let is_in = |(i, (from, _)): &(usize, &(Instant, i64))| {
            *from <= at && ends(*i).is_none_or(|until| until + slack >= at)
        };
        self.clocks.iter().enumerate().filter(is_in).map(|(_, (_, error))| real + error).collect()
    }

    pub fn treat(&self, campaign: &str, temper: Temper) {
        self.book.treat(campaign, temper);
    }

    /// What the database holds; read from a copy where nobody is alive, so that looking changes nothing.
    pub fn look(&mut self) -> Snapshot {
        let database = self.database();
        if !database.exists() {
            return Snapshot::default();
        }
        if self.is_anybody_alive() {
            return Snapshot::read(&database);
        }
        let folder = tempfile::tempdir().unwrap();
        let copy = folder.path().join("copy.db");
        fs::copy(&database, &copy).unwrap();
        let log = self.scenario.path("catalink.db-wal");
        if log.exists() {
            fs::copy(log, folder.path().join("copy.db-wal")).unwrap();
        }
        Snapshot::read(&copy)
    }
}

/// One row with a number.
#[derive(Debug, Clone)]
pub struct Line {
    pub status: String,
    pub code: Option<String>,
    pub message_id: Option<String>,
    pub delivery: Option<String>,
    pub is_unsent: bool,
}

/// A campaign as the database has it.
#[derive(Debug, Default)]
pub struct Rows {
    pub state: String,
    pub lines: BTreeMap<String, Line>,
    pub n_by_status: BTreeMap<String, u64>,
    pub counters: BTreeMap<String, u64>,
    pub deliveries: BTreeMap<String, u64>,
    pub delivery_counters: BTreeMap<String, u64>,
}

impl Rows {
    pub fn n(&self, status: &str) -> u64 {
        self.n_by_status.get(status).copied().unwrap_or_default()
    }

    pub fn total(&self) -> u64 {
        self.n_by_status.values().sum()
    }
}

/// The whole database at one moment.
#[derive(Debug, Default)]
pub struct Snapshot {
    pub campaigns: BTreeMap<String, Rows>,
    pub suppressed: BTreeSet<String>,
    pub n_claims: i64,
}

type Read<T> = rusqlite::Result<T>;

impl Snapshot {
    pub fn read(path: &Path) -> Self {
        let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
        connection.busy_timeout(PATIENCE).unwrap();
        // One moment for all of it.
        connection.execute_batch("begin").unwrap();
        let found = Self::of(&connection).unwrap();
        connection.execute_batch("rollback").unwrap();
        found
    }

    fn of(connection: &Connection) -> Read<Self> {
        let names: Vec<(i64, String, String)> =
            all(connection, "select campaign_id, name, state from campaign", |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?))
            })?;
        let mut campaigns = BTreeMap::new();
        for (id, name, state) in names {
            campaigns.insert(name, rows(connection, id, state)?);
        }
        let suppressed = all(connection, "select '+' || number from suppression", |row| row.get(0))?;
        let n_claims = connection.query_row("select n_claims from origin", [], |row| row.get(0))?;
        Ok(Self { campaigns, suppressed: suppressed.into_iter().collect(), n_claims })
    }
}

fn rows(connection: &Connection, id: i64, state: String) -> Read<Rows> {
    let figures = |sql: &str| -> Read<BTreeMap<String, u64>> {
        let found = all(connection, &sql.replace("?1", &id.to_string()), |row| {
            Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?))
        })?;
        Ok(found
            .into_iter()
            .map(|(name, n)| (name, u64::try_from(n).unwrap()))
            .filter(|(_, n)| *n > 0)
            .collect())
    };
    let sql = "select '+' || number, status, code, message_id, delivery, is_unsent from recipient
        where campaign_id = ?1 and number is not null";
    let lines = all(connection, &sql.replace("?1", &id.to_string()), |row| {
        let line = Line {
            status: row.get(1)?,
            code: row.get(2)?,
            message_id: row.get(3)?,
            delivery: row.get(4)?,
            is_unsent: row.get::<_, i64>(5)? != 0,
        };
        Ok((row.get::<_, String>(0)?, line))
    })?;
    Ok(Rows {
        state,
        lines: lines.into_iter().collect(),
        n_by_status: figures(
            "select status, count(*) from recipient where campaign_id = ?1 group by status",
        )?,
        counters: figures("select value, n from counter where campaign_id = ?1 and axis = 'status'")?,
        deliveries: figures(
            "select delivery, count(*) from recipient
            where campaign_id = ?1 and delivery is not null group by delivery",
        )?,
        delivery_counters: figures(
            "select value, n from counter where campaign_id = ?1 and axis = 'delivery'",
        )?,
    })
}

fn all<T>(
    connection: &Connection,
    sql: &str,
    read: impl FnMut(&rusqlite::Row<'_>) -> Read<T>,
) -> Read<Vec<T>> {
    connection.prepare(sql)?.query_map([], read)?.collect()
}
