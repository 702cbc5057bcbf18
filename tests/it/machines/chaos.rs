//! Everything that can fail fails, one thing after the other, while three processes take turns.
//!
//! `CATALINK_FAULTS=1000 cargo test --test it machines::chaos -- --nocapture` goes through a thousand of them and says what they
//! came to; `CATALINK_SEED=…` repeats their order.

use std::{
    collections::BTreeMap,
    thread,
    time::{Duration, Instant},
};

use super::{House, TTL};
use crate::support::{crash::Dice, proxy::Way};

const N_MEMBERS: usize = 3;
const RATE: usize = 50;
const PLACES: usize = 16;

/// One thing that fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fault {
    /// kill -9 of a member.
    Kill,
    /// A member stands still for longer than its term, or for a moment.
    Stop,
    /// SIGTERM of a member.
    Terminate,
    /// The way of a member to the server is held up.
    Stall,
    /// It is cut.
    Cut,
    /// It is slow.
    Slow,
    /// A commit is lost on the way there, or its answer on the way back.
    LoseCommit,
    LoseAnswer,
    /// All connections of the server end.
    EndBackends,
    /// `pg_ctl stop -m immediate`, and a start.
    StopServer,
    /// kill -9 of the server, and a start.
    KillServer,
}

const FAULTS: [Fault; 11] = [
    Fault::Kill,
    Fault::Stop,
    Fault::Terminate,
    Fault::Stall,
    Fault::Cut,
    Fault::Slow,
    Fault::LoseCommit,
    Fault::LoseAnswer,
    Fault::EndBackends,
    Fault::StopServer,
    Fault::KillServer,
];

/// What came of it.
#[derive(Debug, Default)]
struct Tally {
    faults: BTreeMap<Fault, usize>,
    /// When a process that had been stopped went on: what it had let leave before may come late, and only that.
    continued_at: Vec<Instant>,
}

fn number(name: &str) -> Option<u64> {
    std::env::var_os(name)?.to_str()?.parse().ok()
}

impl Tally {
    fn play(&mut self, house: &mut House, fault: Fault, dice: &mut Dice) {
        *self.faults.entry(fault).or_default() += 1;
        let member = usize::try_from(dice.below(N_MEMBERS as u64)).unwrap();
        let terms = |dice: &mut Dice, n: u64| TTL * u32::try_from(1 + dice.below(n)).unwrap() / 4;
        match fault {
            Fault::Kill => house.members[member].signal("KILL"),
            Fault::Terminate => house.members[member].signal("TERM"),
            Fault::Stop => {
                house.members[member].signal("STOP");
                thread::sleep(terms(dice, 12));
                house.members[member].signal("CONT");
                self.continued_at.push(Instant::now());
            }
            Fault::Stall | Fault::Cut | Fault::Slow => {
                let way = if fault == Fault::Stall {
                    Way::Stalled
                } else if fault == Fault::Cut {
                    Way::Cut
                } else {
                    Way::Slow(20 + dice.below(200))
                };
                house.members[member].proxy.set(way);
                thread::sleep(terms(dice, 8));
                house.members[member].proxy.set(Way::Open);
            }
            Fault::LoseCommit => house.members[member].proxy.set(Way::CutBeforeCommit),
            Fault::LoseAnswer => house.members[member].proxy.set(Way::CutAfterCommit),
            Fault::EndBackends => {
                house.server.ask(
                    "select pg_terminate_backend(pid) from pg_stat_activity
                    where datname = 'queue' and pid <> pg_backend_pid()",
                );
            }
            Fault::StopServer => {
                house.server.stop_at_once();
                thread::sleep(Duration::from_millis(dice.below(1_500)));
                house.server.start();
            }
            Fault::KillServer => {
                house.server.kill();
                thread::sleep(Duration::from_millis(dice.below(1_500)));
                house.server.start();
            }
        }
    }
}

#[test]
fn whatever_fails_nobody_is_messaged_twice_nobody_is_forgotten_and_the_rate_holds() {
    let n_faults = usize::try_from(number("CATALINK_FAULTS").unwrap_or(11)).unwrap();
    let seed = number("CATALINK_SEED").unwrap_or_else(|| u64::from(std::process::id()));
    let Some(mut house) = House::with(N_MEMBERS, 400 + n_faults * 120, RATE) else { return };
    println!("repeat with CATALINK_SEED={seed}");
    let mut dice = Dice::new(seed);
    let mut tally = Tally::default();
    let began_at = Instant::now();
    let (mut n_ticks, mut n_played) = (0_i64, 0);
    house.man();
    house.wait_for_requests(20);
    while house.state() != "finished" {
        if n_played < n_faults {
            // Each of them comes, in an order of the seed.
            let fault = if n_faults >= 11 && n_played < 11 {
                FAULTS[(n_played + usize::try_from(seed % 11).unwrap()) % 11]
            } else {
                dice.one_of(&FAULTS)
            };
            tally.play(&mut house, fault, &mut dice);
            n_played += 1;
        }
        house.man();
        thread::sleep(Duration::from_millis(300 + dice.below(1_200)));
        let now: i64 = house.server.ask_in("queue", "select n_ticks from lease").parse().unwrap_or(n_ticks);
        assert!(now >= n_ticks, "the server has gone back");
        n_ticks = now;
        let strays = house.server.ask_in(
            "queue",
            "select count(*) from recipient where status = 'sending' and epoch <> (select epoch from lease)",
        );
        assert!(
            matches!(strays.as_str(), "" | "0"),
            "{strays} are on their way under a right that nobody has"
        );
        assert!(began_at.elapsed() < Duration::from_secs(120 + 20 * n_faults as u64), "{}", house.said(0));
    }
    let n_in_doubt = house.check();
    let n_holders: usize = house.server.ask_in("queue", "select epoch from lease").parse().unwrap();
    assert!(n_in_doubt <= n_holders * 2 * PLACES, "{n_in_doubt} doubts by {n_holders} holders");
    println!(
        "{n_played} faults ({:?}), {n_holders} holders, {} requests: nobody twice, nobody lost, {n_in_doubt} in doubt; {:.0} s",
        tally.faults,
        house.provider.n_requests(),
        began_at.elapsed().as_secs_f64()
    );
    assert_eq!(house.too_fast(RATE, &tally.continued_at), Vec::<String>::new());
}
