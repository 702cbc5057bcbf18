//! Power cuts: strace records what the real program writes and syncs, a disk is made of it as a cut might have left it,
//! and the real program starts on that disk, before the same provider's book.
//!
//! `CATALINK_CUTS=1000 cargo test --test it adversary::power -- --nocapture` makes a thousand of them;
//! `CATALINK_SEED=… CATALINK_CUTS=…` begins at a seed that was printed. Where strace is not installed the test says so
//! and is over, unless `CI` is set.

mod disk;
mod trace;

use std::{
    collections::{BTreeMap, HashMap},
    path::Path,
    process::{Command, Stdio},
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use disk::{Disk, Luck};
use trace::{Event, What};

use super::{
    fates::{Book, Entry, Kind, Temper},
    laws::{broken_law, by_key},
    world::{Campaign, Rows, SPANS, Snapshot},
};
use crate::support::{
    Scenario,
    crash::Dice,
    live::{Live, PATIENCE},
    number,
};

const PLACES: usize = 8;
const MPS: f64 = 500.0;

/// Rows of the first list, and of the second one.
const LISTS: [usize; 2] = [60, 90];

/// So many cuts are made of one recording.
const CUTS_PER_RECORDING: usize = 50;

/// In a run of all tests.
const CUTS: usize = 8;

const PLAYERS: usize = 4;

/// One user's folder and what a trace saw happen in it.
struct Recording {
    seed: u64,
    scenario: Scenario,
    events: Vec<Event>,
    entries: Vec<Entry>,
    pids: HashMap<u32, Vec<String>>,
}

/// What many cuts came to.
#[derive(Debug, Default)]
struct Tally {
    counts: Mutex<BTreeMap<String, usize>>,
}

impl Tally {
    fn add(&self, what: &str, n: usize) {
        *self.counts.lock().unwrap().entry(what.to_owned()).or_default() += n;
    }
}

#[expect(clippy::print_stdout, reason = "what a long run came to is read by people")]
fn tell(words: &str) {
    println!("{words}");
}

fn variable(name: &str) -> Option<u64> {
    std::env::var_os(name)?.to_str()?.parse().ok()
}

/// What is recorded: two lists, three numbers that ask for nothing more, a kill -9 and a clean stop between them.
fn script(dice: &mut Dice) -> String {
    let [first, second, third] = [0, 1, 2].map(|i| number(50 + i * 7));
    let wait = |dice: &mut Dice| format!("0.{:03}", 150 + dice.below(400));
    let (a, b, c) = (wait(dice), wait(dice), wait(dice));
    format!(
        "set -u
        $C create c0 --message 'Hi {{{{name}}}} from c0, see https://wa.me/c/911161197855' --mps {MPS} \\
            --max-in-flight {PLACES} --max-attempts 4 --retry-initial 20ms --retry-max-interval 60ms
        $C import c0 first.csv --quiet
        $C suppress add {first}
        $C run c0 --quiet & P=$!
        sleep {a}; $C suppress add {second}; sleep 0.1; kill -9 $P
        $C resume c0 --again --quiet & P=$!
        sleep {b}; $C import c0 second.csv --quiet; sleep {c}; kill -TERM $P; wait
        $C resume c0 --again --quiet & P=$!
        sleep {a}; $C suppress add {third}; $C pause c0; wait
        for i in 1 2 3 4 5 6 7 8; do $C resume c0 --again --quiet; done"
    )
}

fn record(seed: u64) -> Recording {
    let mut dice = Dice::new(seed);
    let book = Book::open(seed);
    book.treat("c0", Temper::Mixed);
    let scenario = Scenario::new().provider(&book.provider).set("CATALINK_SPANS", SPANS);
    scenario.list("first.csv", LISTS[0]);
    scenario.list("second.csv", LISTS[1]);
    let program = scenario.command(&[]);
    let mut strace = Command::new("strace");
    strace.args(["-f", "-q", "-y", "-xx", "-s", "8192", "-o", "trace", "-e", trace::CALLS]);
    strace.args(["sh", "-c", &script(&mut dice)]);
    strace.current_dir(program.get_current_dir().unwrap()).env_clear();
    strace.envs(program.get_envs().filter_map(|(name, value)| Some((name, value?))));
    strace.env("C", program.get_program());
    let mut live = Live::start(strace, &scenario.path("recording.log"));
    assert!(live.wait(PATIENCE * 4).is_some(), "seed {seed}: the recording does not end: {}", live.said());
    let folder = scenario.path(".").canonicalize().unwrap();
    let events = trace::read(&scenario.read("trace"), folder.to_str().unwrap());
    let mut pids = HashMap::new();
    for event in &events {
        if let What::Begun { pid, args } = &event.what {
            pids.insert(*pid, args.clone());
        }
    }
    let entries = book.entries();
    let recording = Recording { seed, scenario, events, entries, pids };
    let n_sent = recording.requests(usize::MAX).len();
    assert_eq!(n_sent, recording.entries.len(), "seed {seed}: the trace and the provider disagree");
    assert!(n_sent > LISTS[0] / 2, "seed {seed}: too little happened: {}", live.said());
    // With nothing lost, the trace leads to the very files that the program has left.
    let end = recording.n_lines();
    for (name, content) in recording.disk_at(end).cut(end, Luck::Kept, &mut dice) {
        let left = std::fs::read(recording.scenario.path(&name)).unwrap();
        assert!(left == content, "seed {seed}: the trace says something else of {name}");
    }
    recording
}

impl Recording {
    /// What the provider had got when that line of the trace was reached.
    fn requests(&self, at: usize) -> Vec<Entry> {
        let by_key = by_key(&self.entries);
        let mut n_seen = HashMap::<(&str, &str), usize>::new();
        let mut found = Vec::new();
        for event in self.events.iter().filter(|event| event.begins < at) {
            let What::Request { campaign, to } = &event.what else { continue };
            let key = (campaign.as_str(), to.as_str());
            let nth = n_seen.entry(key).or_default();
            let there = by_key.get(&key).and_then(|entries| entries.get(*nth));
            found.extend(there.map(|entry| Entry::clone(entry)));
            *nth += 1;
        }
        found
    }

    /// The commands that had returned well by then.
    fn returned(&self, at: usize) -> Vec<&[String]> {
        let mut found = Vec::new();
        for event in self.events.iter().filter(|event| event.ends < at) {
            if let What::Done { pid } = event.what {
                found.extend(self.pids.get(&pid).map(|args| &args[1..]));
            }
        }
        found
    }

    fn n_lines(&self) -> usize {
        self.events.last().unwrap().begins + 1
    }

    /// The disk as it was when that line was reached, ready to be cut.
    fn disk_at(&self, at: usize) -> Disk {
        let mut disk = Disk::default();
        for event in self.events.iter().take_while(|event| event.begins < at) {
            disk.happen(event);
        }
        disk
    }

    /// Cuts the power, starts again, and holds the laws.
    fn cut(&self, nth: usize, tally: &Tally) {
        let mut dice = Dice::new(self.seed.wrapping_mul(10_000).wrapping_add(nth as u64));
        let at = usize::try_from(dice.below(self.n_lines() as u64)).unwrap();
        let luck = dice.one_of(&Luck::ALL);
        let files = self.disk_at(at).cut(at, luck, &mut dice);
        let case = format!("seed {} cut {nth} at line {at}, {luck:?}", self.seed);
        disk::put(&files, &self.scenario.path("."));
        tally.add(&format!("cuts: {luck:?}"), 1);

        let before = self.requests(at);
        let mut n_seen = HashMap::<(String, String), usize>::new();
        for entry in &before {
            *n_seen.entry((entry.campaign.clone(), entry.to.clone())).or_default() += 1;
        }
        let book = Book::going_on(self.seed, n_seen);
        book.treat("c0", Temper::Mixed);
        let returned = self.returned(at);
        let n_rows = n_rows(&returned);
        if let Some(nothing) = self.finish(&book, &case, n_rows > 0 || !before.is_empty()) {
            tally.add(nothing, 1);
            return;
        }
        let snapshot = sound(&self.scenario.path("catalink.db"), &case);
        let after = book.entries();
        tally.add("requests before", before.len());
        tally.add("requests after", after.len());
        for suppressed in suppressed(&returned) {
            assert!(
                after.iter().all(|entry| entry.to != suppressed),
                "{case}: {suppressed} is messaged although `suppress add` had returned"
            );
        }
        let entries = [before, after].concat();
        let n_in_doubt = hold(&snapshot.campaigns["c0"], &entries, n_rows, &case);
        tally.add("in doubt by a death", n_in_doubt);
    }

    /// Sends to the end. Says why there is nothing to send, where nothing has to be.
    fn finish(&self, book: &Book, case: &str, has_to_be_there: bool) -> Option<&'static str> {
        for n in 0..LISTS[1] {
            let mut command = self.scenario.command(&["resume", "c0", "--again", "--quiet"]);
            command.env("KALEYRA_BASE_URL", book.provider.url());
            let mut live = Live::start(command, &self.scenario.path("after.log"));
            let exit = live.wait(PATIENCE);
            let said = live.said();
            match exit.and_then(|exit| exit.code()) {
                Some(0 | 3) => return None,
                Some(4) => {}
                Some(1) if n == 0 && !has_to_be_there => return Some("cuts before anything was promised"),
                code => panic!("{case}: the start after it came to {code:?}: {said}"),
            }
        }
        panic!("{case}: it does not come to its end");
    }
}

/// How many rows the lists that had been imported by then have, at least.
fn n_rows(returned: &[&[String]]) -> usize {
    let is_in = |file: &str| returned.iter().any(|args| args.iter().any(|arg| arg == file));
    ["first.csv", "second.csv"].iter().zip(LISTS).filter(|(file, _)| is_in(file)).map(|(_, n)| n).sum()
}

/// The numbers that were put on the list by a command that had returned.
fn suppressed<'r>(returned: &'r [&[String]]) -> impl Iterator<Item = &'r str> {
    let commands = returned.iter().filter(|args| args.first().is_some_and(|name| name == "suppress"));
    commands.map(|args| args.last().unwrap().as_str())
}

/// Reads a database that SQLite finds nothing wrong with.
fn sound(path: &Path, case: &str) -> Snapshot {
    let connection = rusqlite::Connection::open(path).unwrap();
    let check: String = connection.query_row("pragma integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(check, "ok", "{case}");
    drop(connection);
    Snapshot::read(path)
}

/// The laws between the rows and the provider's book. Says how many are in doubt because of a death.
fn hold(rows: &Rows, entries: &[Entry], n_rows: usize, case: &str) -> usize {
    let campaign = Campaign::new("c0", PLACES, MPS);
    let by_key = by_key(entries);
    for (to, line) in &rows.lines {
        let entries = by_key.get(&("c0", to.as_str())).map(Vec::as_slice).unwrap_or_default();
        let law = broken_law(&campaign, to, line, entries, entries, true);
        let fates: Vec<_> = entries.iter().map(|entry| (entry.fate, entry.kind)).collect();
        assert!(law.is_none(), "{case}: {}: {to} is {line:?} after {fates:?}", law.unwrap());
    }
    for (_, to) in by_key.keys() {
        assert!(rows.lines.contains_key(*to), "{case}: {to} was messaged and is lost");
    }
    let total = usize::try_from(rows.total()).unwrap();
    let is_whole = total == n_rows || total == LISTS[0] || total == LISTS[0] + LISTS[1];
    assert!(is_whole && total >= n_rows, "{case}: {total} rows of {n_rows}");
    assert_eq!(rows.n_by_status, rows.counters, "{case}");
    assert_eq!((rows.n("queued"), rows.n("sending")), (0, 0), "{case}: somebody has no answer");
    assert!(entries.iter().all(|entry| entry.kind != Kind::Pending), "{case}");
    let by_death = |line: &&super::world::Line| line.code.as_deref() == Some("INTERRUPTED");
    let n_in_doubt = rows.lines.values().filter(by_death).count();
    // One death is in the recording, one is the cut.
    assert!(n_in_doubt <= 2 * 2 * PLACES, "{case}: {n_in_doubt} in doubt with {PLACES} places");
    n_in_doubt
}

fn has_strace() -> bool {
    let strace = Command::new("strace").arg("-V").stdout(Stdio::null()).stderr(Stdio::null()).status();
    strace.is_ok_and(|status| status.success())
}

#[test]
fn after_a_power_cut_nobody_is_messaged_twice_or_forgotten_whatever_was_not_synced() {
    if !has_strace() {
        assert!(std::env::var_os("CI").is_none(), "this test needs strace: apt-get install strace");
        tell("SKIPPED: strace is not installed, so no power cut was tried");
        return;
    }
    let n_cuts = variable("CATALINK_CUTS").map_or(CUTS, |n| usize::try_from(n).unwrap());
    let seed = variable("CATALINK_SEED").unwrap_or_else(|| u64::from(std::process::id()));
    tell(&format!("power cuts from CATALINK_SEED={seed}"));
    let (tally, next, began_at) = (Tally::default(), AtomicUsize::new(0), Instant::now());
    thread::scope(|scope| {
        for _ in 0..PLAYERS.min(n_cuts.div_ceil(CUTS_PER_RECORDING)) {
            let _player = scope.spawn(|| {
                loop {
                    let nth = next.fetch_add(1, Ordering::SeqCst);
                    let n_before = nth * CUTS_PER_RECORDING;
                    if n_before >= n_cuts {
                        break;
                    }
                    let recording = record(seed + nth as u64);
                    tally.add("recordings", 1);
                    for cut in 0..CUTS_PER_RECORDING.min(n_cuts - n_before) {
                        recording.cut(cut, &tally);
                    }
                }
            });
        }
    });
    let counts = tally.counts.lock().unwrap();
    let table: Vec<_> = counts.iter().map(|(name, n)| format!("| {name} | {n} |")).collect();
    let took: Duration = began_at.elapsed();
    tell(&format!(
        "{n_cuts} power cuts in {:.0} s: nobody twice, nobody lost\n\n| what | times |\n| --- | --- |\n{}",
        took.as_secs_f64(),
        table.join("\n")
    ));
}
