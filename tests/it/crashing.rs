//! The program is killed at random moments and at named points, again and again; nobody is messaged twice, nobody is
//! forgotten, and every doubt is admitted.
//!
//! `CATALINK_CYCLES=1000 cargo test --test it crashing -- --nocapture` lives through a thousand deaths and says what they
//! came to, and `CATALINK_SEED=… cargo test --test it crashing` repeats one campaign's.

use std::{
    collections::BTreeMap,
    os::unix::process::ExitStatusExt,
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Instant,
};

use crate::support::crash::{Death, Dice, Life, POINTS, World};

/// A long run plays one campaign at once for so many deaths, and at most so many at once: most of their time they wait
/// for the disk.
const DEATHS_PER_PLAYER: usize = 100;
const PLAYERS_MAX: usize = 12;

/// How often a long run says where it is.
const TOLD_EVERY: usize = 500;

/// Where a process that imports, and one that exports, can be made to abort.
const IMPORT_POINTS: [&str; 3] = ["import:batch", "import:commit", "import:committed"];
const EXPORT_POINTS: [&str; 2] = ["export:page", "export:keep"];

/// SIGABRT, by which a process ends at a named point.
const ABORT: i32 = 6;

/// What many deaths came to.
#[derive(Debug, Default)]
struct Tally {
    n_lives: AtomicUsize,
    n_deaths: AtomicUsize,
    n_left_in_flight: AtomicUsize,
    n_left_in_flight_peak: AtomicUsize,
    n_requests: AtomicUsize,
    n_worlds: AtomicUsize,
    /// How many died how.
    by_kind: Mutex<BTreeMap<String, usize>>,
}

impl Tally {
    fn died(&self, kind: &str) {
        *self.by_kind.lock().unwrap().entry(kind.to_owned()).or_default() += 1;
        let n_deaths = self.n_deaths.fetch_add(1, Ordering::SeqCst) + 1;
        if n_deaths.is_multiple_of(TOLD_EVERY) {
            tell(&self.words());
        }
    }

    fn left_in_flight(&self, n: usize) {
        self.n_left_in_flight.fetch_add(n, Ordering::SeqCst);
        self.n_left_in_flight_peak.fetch_max(n, Ordering::SeqCst);
    }

    fn words(&self) -> String {
        let [lives, deaths, campaigns, requests, left, peak] = [
            &self.n_lives,
            &self.n_deaths,
            &self.n_worlds,
            &self.n_requests,
            &self.n_left_in_flight,
            &self.n_left_in_flight_peak,
        ]
        .map(|n| n.load(Ordering::SeqCst));
        let kinds: Vec<_> =
            self.by_kind.lock().unwrap().iter().map(|(kind, n)| format!("{kind} {n}")).collect();
        format!(
            "{campaigns} campaigns, {lives} lives, {deaths} deaths ({}), {requests} requests: nobody twice, nobody \
             lost; {left} left in doubt, at most {peak} by one death",
            kinds.join(", ")
        )
    }
}

#[expect(clippy::print_stdout, reason = "what a long run came to is read by people")]
fn tell(words: &str) {
    println!("{words}");
}

fn number(name: &str) -> Option<u64> {
    std::env::var_os(name)?.to_str()?.parse().ok()
}

fn ended_cleanly(world: &World, death: &Death, life: &Life) {
    assert_eq!(life.n_sending, 0, "a clean end leaves nothing in doubt: {death:?}\n{}", world.story());
    let code = life.exit.code().unwrap();
    assert!(matches!(code, 0 | 3 | 4 | 130), "exit {code}: {}", world.story());
}

/// One campaign, killed again and again until it is done.
fn kill_until_done(seed: u64, tally: &Tally) {
    let mut dice = Dice::new(seed);
    let in_flight_max = dice.one_of(&[1, 4, 16, 64]);
    let mps = dice.one_of(&[200, 500, 2_000]);
    let mut world = World::new(seed, 150, in_flight_max, mps);
    // What is claimed is waiting, on the wire or not recorded yet: never more than twice the places.
    let doubts_max = 2 * in_flight_max;
    for _ in 0..12 {
        let (import_at, export_at) = (dice.one_of(&IMPORT_POINTS), dice.one_of(&EXPORT_POINTS));
        match dice.below(24) {
            0 if world.import_and_die(import_at) => tally.died(import_at),
            1 if world.export_and_die(export_at) => tally.died(export_at),
            _ => {}
        }
        let death = Death::roll(&mut dice);
        let life = world.live(Some(&death));
        tally.n_lives.fetch_add(1, Ordering::SeqCst);
        if life.exit.signal().is_some() {
            assert!(
                life.n_sending <= doubts_max,
                "{death:?} left {} in flight\n{}",
                life.n_sending,
                world.story()
            );
            tally.left_in_flight(life.n_sending);
            tally.died(death.kind());
        } else {
            ended_cleanly(&world, &death, &life);
        }
        if life.state == "finished" {
            break;
        }
    }
    world.finish();
    tally.n_requests.fetch_add(world.provider.n_requests(), Ordering::SeqCst);
    tally.n_worlds.fetch_add(1, Ordering::SeqCst);
}

#[test]
fn killed_at_any_moment_nobody_is_messaged_twice_and_nobody_is_forgotten() {
    let tally = Tally::default();
    if let Some(seed) = number("CATALINK_SEED") {
        kill_until_done(seed, &tally);
        return;
    }
    let n_cycles = usize::try_from(number("CATALINK_CYCLES").unwrap_or(40)).unwrap();
    let first_seed = u64::from(std::process::id()) * 1_000_000;
    let next_seed = AtomicUsize::new(0);
    let began_at = Instant::now();
    thread::scope(|scope| {
        for _ in 0..(n_cycles / DEATHS_PER_PLAYER).clamp(2, PLAYERS_MAX) {
            let _player = scope.spawn(|| {
                while tally.n_deaths.load(Ordering::SeqCst) < n_cycles {
                    let seed = first_seed + next_seed.fetch_add(1, Ordering::SeqCst) as u64;
                    let played = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
                        kill_until_done(seed, &tally);
                    }));
                    if let Err(why) = played {
                        tell(&format!("repeat with CATALINK_SEED={seed}"));
                        std::panic::resume_unwind(why);
                    }
                }
            });
        }
    });
    tell(&format!("{} in {:.0} s", tally.words(), began_at.elapsed().as_secs_f64()));
}

#[test]
fn every_named_point_of_a_run_is_come_by_and_the_laws_hold_there() {
    let mut world = World::new(9, 200, 4, 500);
    for point in POINTS {
        if point.starts_with("recovery") {
            assert!(world.live(Some(&Death::AtRequest(1))).n_sending > 0, "nothing to recover for {point}");
        }
        for n in [1, 2] {
            // A process takes over once.
            let n = if point.starts_with("recovery") { 1 } else { n };
            let life = world.live(Some(&Death::AtPoint(point, n)));
            assert_eq!(life.exit.signal(), Some(ABORT), "{point}:{n}\n{}", world.story());
        }
    }
    for point in IMPORT_POINTS {
        assert!(world.import_and_die(point), "{point}");
    }
    for point in EXPORT_POINTS {
        assert!(world.export_and_die(point), "{point}");
    }
    world.finish();
}

#[test]
fn a_crash_during_recovery_and_another_one_leave_the_same_doubts() {
    let mut world = World::new(7, 60, 16, 500);
    let left = world.live(Some(&Death::AtRequest(20))).n_sending;
    assert!(left > 0);
    for _ in 0..2 {
        assert_eq!(world.live(Some(&Death::AtPoint("recovery:commit", 1))).n_sending, left);
    }
    assert_eq!(world.live(Some(&Death::AtPoint("recovery:committed", 1))).n_sending, 0);
    assert_eq!(world.finish(), left);
}

#[test]
fn a_clean_stop_leaves_nothing_in_doubt() {
    let mut world = World::new(8, 100, 16, 200);
    let life = world.live(Some(&Death::StopAtRequest(25)));
    assert_eq!((life.exit.code(), life.n_sending), (Some(130), 0), "{}", world.story());
    assert_eq!(world.finish(), 0);
}
