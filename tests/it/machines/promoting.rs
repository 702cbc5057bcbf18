//! A server dies, and its standby takes its place.

use std::{thread, time::Duration};

use super::House;
use crate::support::postgres::Postgres;

/// The campaign is on its way, with a standby.
fn with_standby(is_synchronous: bool) -> Option<(House, Postgres)> {
    let house = House::with(2, 900, 100)?;
    let standby = house.server.standby(is_synchronous);
    Some((house, standby))
}

/// Whoever asks for the server is led to the standby, which is the primary from now on.
fn promote(house: &mut House, standby: Postgres) {
    house.server.kill();
    standby.promote();
    for member in &house.members {
        member.proxy.lead_to(standby.port);
    }
    house.server = standby;
}

#[test]
fn a_synchronous_standby_that_takes_over_costs_nobody_a_message_and_asks_nobody() {
    let Some((mut house, standby)) = with_standby(true) else { return };
    house.man();
    house.wait_for_requests(150);
    promote(&mut house, standby);
    house.server.ask("alter system reset synchronous_standby_names");
    house.server.ask("select pg_reload_conf()");
    house.wait("it does not go on", Duration::from_mins(1), |house| house.state() == "finished");
    assert_eq!(house.check(), 0, "the holder lived, and knows all");
    assert_eq!(house.server.ask_in("queue", "select epoch from lease"), "1");
}

#[test]
fn a_standby_that_had_not_heard_of_what_was_sent_sends_nothing_until_an_operator_says_so() {
    let Some((mut house, standby)) = with_standby(false) else { return };
    house.man();
    house.wait_for_requests(100);
    standby.hear_no_more();
    house.wait_for_requests(100);
    standby.forget_primary();
    promote(&mut house, standby);
    let (n_known, n_sent) = (house.count("accepted"), house.provider.n_requests());
    assert!(n_known + 50 < n_sent, "{n_known} of {n_sent} were lost to nobody");
    // Longer than a term: whoever was sending has noticed, and nobody takes its place.
    thread::sleep(super::TTL * 2);
    house.man();
    thread::sleep(super::TTL);
    assert!(house.provider.n_requests() <= n_sent + 16, "{} after {n_sent}", house.provider.n_requests());
    let at_rest = house.provider.n_requests();
    let refused = house.command(0, &["run", "spring", "--yes"]).output().unwrap();
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(said.contains("a standby took over") && said.contains("--restored"), "{said}");
    assert_eq!(house.provider.n_requests(), at_rest);
    let found = house.command(1, &["doctor"]).output().unwrap();
    assert!(String::from_utf8_lossy(&found.stdout).contains("FAIL database"), "{found:?}");
}
