//! Random histories, from the first campaign to the last answer.

use std::{
    collections::BTreeMap,
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use super::{
    acts::{self, Act},
    processes,
    world::World,
};
use crate::support::{crash::Dice, metronome};

/// Seeds that every run of the tests lives through, and one more that is new each time.
const SEEDS: [u64; 4] = [1, 2, 3, 4];

const N_STEPS: u64 = 30;

/// Histories at once: most of their time they wait.
const PLAYERS: usize = 4;

/// A history in which nothing happens for so long stands still.
const STANDS_STILL_AFTER: Duration = Duration::from_secs(45);

#[derive(Default)]
struct Tally {
    counts: Mutex<BTreeMap<String, usize>>,
    n_histories: AtomicUsize,
}

#[expect(clippy::print_stdout, reason = "what a long run came to is read by people")]
fn tell(words: &str) {
    println!("{words}");
}

fn number(name: &str) -> Option<u64> {
    std::env::var_os(name)?.to_str()?.parse().ok()
}

fn roll(dice: &mut Dice) -> Act {
    let all = || acts::ACTS.iter().chain(&processes::ACTS);
    let mut n = dice.below(all().map(|(_, weight, _)| weight).sum());
    for act in all() {
        if n < act.1 {
            return *act;
        }
        n -= act.1;
    }
    unreachable!("the weights were added up")
}

/// One history. Every step has dice of its own, so that none depends on how the ones before it went.
fn live(seed: u64) -> BTreeMap<String, usize> {
    let mut world = World::new(seed);
    let mut dice = Dice::new(seed);
    for _ in 0..=dice.below(2) {
        acts::create(&mut world, &mut dice);
    }
    for step in 0..N_STEPS {
        let mut dice = Dice::new(seed.wrapping_mul(1_000).wrapping_add(step));
        let (name, _, act) = roll(&mut dice);
        world.reap();
        let n_notes = world.n_notes();
        act(&mut world, &mut dice);
        // Some steps find nothing to do.
        if world.n_notes() > n_notes {
            world.count(name);
        }
        world.check();
        thread::sleep(Duration::from_millis(dice.below(25)));
    }
    finish(&mut world);
    let (entries, n) =
        (world.book.entries(), world.campaigns.iter().map(|campaign| campaign.n_rows).sum::<u64>());
    *world.counts.entry("requests".to_owned()).or_default() += entries.len();
    *world.counts.entry("rows".to_owned()).or_default() += usize::try_from(n).unwrap();
    if number("CATALINK_SEED").is_some() {
        tell(&world.story());
    }
    world.counts
}

/// Everything is brought to its end, and held against the book once more.
fn finish(world: &mut World) {
    let mut dice = Dice::new(world.seed);
    world.note("the end begins");
    world.stop("TERM");
    world.check();
    for at in 0..world.campaigns.len() {
        drain(world, at);
    }
    if dice.below(2) == 0 {
        acts::resolve(world, &mut dice);
        acts::retry(world, &mut dice);
        for at in 0..world.campaigns.len() {
            drain(world, at);
        }
    }
    world.post_receipts(10, &mut dice);
    world.stop_receiver();
    let snapshot = world.check();
    world.check_end(&snapshot);
    for at in 0..world.campaigns.len() {
        acts::verify_of(world, at);
        acts::status_of(world, at);
    }
    world.check_times();
    for rows in snapshot.campaigns.values() {
        let n = usize::try_from(rows.n("in_doubt")).unwrap();
        *world.counts.entry("in doubt at the end".to_owned()).or_default() += n;
    }
}

/// Sends a campaign to its end, however often it is paused on the way.
fn drain(world: &mut World, at: usize) {
    if world.campaigns[at].is_cancelled || world.campaigns[at].is_purged || world.campaigns[at].n_rows == 0 {
        return;
    }
    let name = world.campaigns[at].name.clone();
    world.open_hours(at);
    acts::hurry(world, at);
    for _ in 0..world.campaigns[at].n_rows + 20 {
        let snapshot = world.look();
        let rows = &snapshot.campaigns[&name];
        if rows.state == "finished" && rows.n("queued") + rows.n("sending") == 0 {
            return;
        }
        world.begin_run(at);
        let mut moved = (world.book.n_requests(), Instant::now());
        while world.sender.is_some() {
            world.reap();
            thread::sleep(Duration::from_millis(3));
            let n = world.book.n_requests();
            if n > moved.0 {
                moved = (n, Instant::now());
            }
            if moved.1.elapsed() > STANDS_STILL_AFTER {
                world.fail("every start ends", &name);
            }
            world.check_cost();
        }
    }
    world.fail("a campaign comes to its end", &name);
}

fn play(seed: u64, tally: &Tally) {
    let lived = std::panic::catch_unwind(|| live(seed));
    match lived {
        Ok(counts) => {
            let mut sum = tally.counts.lock().unwrap();
            for (name, n) in counts {
                *sum.entry(name).or_default() += n;
            }
            tally.n_histories.fetch_add(1, Ordering::SeqCst);
        }
        Err(why) => {
            tell(&format!("repeat with CATALINK_SEED={seed} cargo test --test it adversary::histories"));
            std::panic::resume_unwind(why);
        }
    }
}

#[test]
fn no_history_messages_anybody_twice_forgets_anybody_or_breaks_a_silence() {
    metronome::start();
    let tally = Tally::default();
    if let Some(seed) = number("CATALINK_SEED") {
        play(seed, &tally);
        return;
    }
    let new = u64::from(std::process::id()) * 1_000_000;
    let n = number("CATALINK_HISTORIES");
    let seeds: Vec<u64> = match n {
        Some(n) => (0..n).map(|i| new + i).collect(),
        None => SEEDS.into_iter().chain([new]).collect(),
    };
    tell(&format!("histories from seed {}", seeds.iter().max().unwrap()));
    let (next, began_at) = (AtomicUsize::new(0), Instant::now());
    thread::scope(|scope| {
        for _ in 0..PLAYERS {
            let _player = scope.spawn(|| {
                while let Some(seed) = seeds.get(next.fetch_add(1, Ordering::SeqCst)) {
                    play(*seed, &tally);
                }
            });
        }
    });
    let counts = tally.counts.lock().unwrap();
    let table: Vec<_> = counts.iter().map(|(name, n)| format!("| {name} | {n} |")).collect();
    let n = tally.n_histories.load(Ordering::SeqCst);
    let took = began_at.elapsed().as_secs_f64();
    tell(&format!(
        "{n} histories in {took:.0} s: nobody twice, nobody lost, no silence broken\n\n| what | times |\n| --- | --- |\n{}",
        table.join("\n")
    ));
}
