//! The program is killed at random moments and at named points, again and again; nobody is messaged twice, nobody is
//! forgotten, and every doubt is admitted.
//!
//! `CATALINK_CYCLES=1000 cargo test --test it crashing` lives through a thousand deaths, and
//! `CATALINK_SEED=… cargo test --test it crashing` repeats one campaign's.

use std::{
    os::unix::process::ExitStatusExt,
    sync::atomic::{AtomicUsize, Ordering},
    thread,
    time::Instant,
};

use crate::support::crash::{Death, Dice, World};

/// What many deaths came to.
#[derive(Debug, Default)]
struct Tally {
    n_lives: AtomicUsize,
    n_deaths: AtomicUsize,
    n_left_in_flight: AtomicUsize,
    n_left_in_flight_peak: AtomicUsize,
    n_requests: AtomicUsize,
    n_worlds: AtomicUsize,
}

fn number(name: &str) -> Option<u64> {
    std::env::var_os(name)?.to_str()?.parse().ok()
}

/// One campaign, killed again and again until it is done.
fn kill_until_done(seed: u64, tally: &Tally) {
    let mut dice = Dice::new(seed);
    let in_flight_max = dice.one_of(&[1, 4, 16, 64]);
    let mps = dice.one_of(&[200, 500, 2_000]);
    let mut world = World::new(seed, 150, in_flight_max, mps);
    // The claim reaches ahead by what the pacer uses while it is committed: never more than the places there are.
    let doubts_max = 2 * in_flight_max;
    for _ in 0..12 {
        let death = Death::roll(&mut dice);
        let life = world.live(Some(&death));
        tally.n_lives.fetch_add(1, Ordering::SeqCst);
        if life.exit.signal().is_some() {
            tally.n_deaths.fetch_add(1, Ordering::SeqCst);
            tally.n_left_in_flight.fetch_add(life.n_sending, Ordering::SeqCst);
            tally.n_left_in_flight_peak.fetch_max(life.n_sending, Ordering::SeqCst);
            assert!(
                life.n_sending <= doubts_max,
                "{death:?} left {} in flight\n{}",
                life.n_sending,
                world.story()
            );
        } else {
            assert_eq!(
                life.n_sending,
                0,
                "a clean end leaves nothing in doubt: {death:?}\n{}",
                world.story()
            );
            let code = life.exit.code().unwrap();
            assert!(matches!(code, 0 | 3 | 4 | 130), "exit {code}: {}", world.story());
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
        for _ in 0..2 {
            let _player = scope.spawn(|| {
                while tally.n_deaths.load(Ordering::SeqCst) < n_cycles {
                    let seed = first_seed + next_seed.fetch_add(1, Ordering::SeqCst) as u64;
                    let played = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
                        kill_until_done(seed, &tally)
                    }));
                    if let Err(why) = played {
                        println!("repeat with CATALINK_SEED={seed}");
                        std::panic::resume_unwind(why);
                    }
                }
            });
        }
    });
    let [lives, deaths, campaigns, requests, left, peak] = [
        &tally.n_lives,
        &tally.n_deaths,
        &tally.n_worlds,
        &tally.n_requests,
        &tally.n_left_in_flight,
        &tally.n_left_in_flight_peak,
    ]
    .map(|n| n.load(Ordering::SeqCst));
    println!(
        "{campaigns} campaigns, {lives} lives, {deaths} deaths, {requests} requests in {:.0} s: nobody twice, nobody \
         lost; {left} left in doubt, at most {peak} by one death",
        began_at.elapsed().as_secs_f64()
    );
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
