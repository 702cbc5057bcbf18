//! Everything moved to another database, and killed on the way: both never send.

use crate::support::{Answer, Provider, Scenario};

const AWAY: [&str; 3] = ["move", "--to", "new.db"];
const THERE: [&str; 2] = ["--db", "new.db"];

fn half_sent() -> (Provider, Scenario) {
    let provider = Provider::with(|n, _| if n < 10 { Answer::Accept } else { Answer::e110() });
    let scenario = Scenario::with(&provider, 30, &["--mps", "500"]);
    scenario.run(&["run", "spring"]).exits(4);
    provider.change(|_, _| Answer::Accept);
    (provider, scenario)
}

fn there<'a>(args: &[&'a str]) -> Vec<&'a str> {
    [&THERE[..], args].concat()
}

#[test]
fn what_was_moved_is_sent_on_from_there_alone() {
    let (provider, scenario) = half_sent();
    let moved = scenario.run(&AWAY).exits(0);
    assert!(moved.stdout.starts_with("everything is in `new.db`, "), "{}", moved.stdout);
    let n_before = provider.n_requests();
    let refused = scenario.run(&["resume", "spring"]).exits(1);
    refused.says(&["nothing is sent from `catalink.db`", "all of it was moved to", "new.db", "--restored"]);
    assert_eq!(provider.n_requests(), n_before);
    let again = scenario.run(&AWAY).exits(0);
    assert_eq!(again.stdout, "`catalink.db` was moved to `new.db` before; nothing was changed\n");
    scenario.run(&there(&["resume", "spring"])).exits(0);
    nobody_twice(&provider);
    assert!(scenario.run(&there(&["audit"])).exits(0).stdout.contains("move"));
    let looked = scenario.run(&["doctor"]).exits(1);
    assert!(looked.stdout.contains("all of it was moved to"), "{}", looked.stdout);
    scenario.run(&["move", "--to", "other.db"]).exits(1).says(&["all of it was moved to"]);
}

fn nobody_twice(provider: &Provider) {
    let taken = provider.ledger().into_iter().filter(|(_, answer)| matches!(answer, Answer::Accept));
    let taken: Vec<_> = taken.map(|(request, _)| request.to().to_owned()).collect();
    let numbers: std::collections::HashSet<_> = taken.iter().collect();
    assert_eq!((numbers.len(), taken.len()), (30, 30));
}

#[test]
fn a_move_that_dies_anywhere_loses_nothing_and_sends_from_neither_side_until_it_goes_on() {
    for point in ["recovery:committed", "move:marked", "move:commit", "move:committed"] {
        let (provider, scenario) = half_sent();
        assert!(scenario.dies(&AWAY, point), "{point}");
        let n_before = provider.n_requests();
        if point != "recovery:committed" {
            scenario
                .run(&["resume", "spring"])
                .exits(1)
                .says(&["it is being moved to", "catalink move --to"]);
        }
        if point != "move:committed" {
            scenario.run(&there(&["resume", "spring"])).exits(1).says(&["there is no campaign `spring`"]);
        }
        assert_eq!(provider.n_requests(), n_before, "{point}");
        scenario.run(&AWAY).exits(0);
        scenario.run(&there(&["resume", "spring"])).exits(0);
        nobody_twice(&provider);
    }
}

#[test]
fn nothing_is_moved_where_something_is_already() {
    let (_provider, scenario) = half_sent();
    scenario.run(&there(&["create", "autumn", "--message", "Hi https://wa.me/c/911161197855"])).exits(0);
    scenario.run(&AWAY).exits(1).says(&["nothing was moved to", "it is not empty"]);
    scenario.run(&["move", "--to", "catalink.db"]).exits(1).says(&["nothing was moved to"]);
    scenario.run(&["resume", "spring"]).exits(0);
}
