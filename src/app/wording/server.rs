//! A server that keeps the database, in a sentence.

use std::time::Duration;

use crate::{app::doctor::SKEW_MAX, queue::ServerReport};

/// A transaction that has been open for longer is worth a word.
const OLD: Duration = Duration::from_mins(10);

/// What it is, who sends from it, and what an operator should know.
pub fn sentence(report: &ServerReport) -> String {
    let ServerReport { version, n_standbys, is_synchronous, round_trip, skew, .. } = report;
    let mut parts = vec![format!("PostgreSQL {version}")];
    parts.push(match (n_standbys, is_synchronous) {
        (_, true) => "waits for a standby".to_owned(),
        (0, false) => "no standby".to_owned(),
        (_, false) => "has a standby and does not wait for it: if that one takes over, nothing is sent until you say --restored"
            .to_owned(),
    });
    parts.push(format!("answers in {:.1} ms", round_trip.as_secs_f64() * 1_000.0));
    parts.push(match &report.holder {
        Some(holder) => format!("{holder} sends"),
        None => "nobody sends".to_owned(),
    });
    if *skew > SKEW_MAX {
        parts.push(format!("its clock and this machine's are {:.1} s apart", skew.as_secs_f64()));
    }
    if report.oldest_transaction > OLD {
        let minutes = report.oldest_transaction.as_secs() / 60;
        parts.push(format!(
            "a transaction has been open for {minutes} minutes, and no room is freed meanwhile"
        ));
    }
    parts.extend(report.exposure.map(str::to_owned));
    parts.join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report() -> ServerReport {
        ServerReport {
            version: "15.8".to_owned(),
            n_standbys: 0,
            is_synchronous: false,
            round_trip: Duration::from_micros(240),
            skew: Duration::ZERO,
            holder: None,
            oldest_transaction: Duration::ZERO,
            exposure: None,
        }
    }

    #[test]
    fn a_standby_that_is_not_waited_for_is_told_with_what_it_means() {
        assert_eq!(sentence(&report()), "PostgreSQL 15.8; no standby; answers in 0.2 ms; nobody sends");
        let followed = ServerReport { n_standbys: 1, ..report() };
        assert!(sentence(&followed).contains("nothing is sent until you say --restored"));
        let waits = ServerReport { is_synchronous: true, ..followed };
        assert!(sentence(&waits).contains("waits for a standby"));
    }

    #[test]
    fn what_an_operator_should_mend_is_named() {
        let troubled = ServerReport {
            skew: Duration::from_mins(1),
            oldest_transaction: Duration::from_hours(3),
            exposure: Some("in the clear"),
            holder: Some("pid 7 on web-1".to_owned()),
            ..report()
        };
        let text = sentence(&troubled);
        for part in ["60.0 s apart", "open for 180 minutes", "in the clear", "pid 7 on web-1 sends"] {
            assert!(text.contains(part), "{text}");
        }
    }
}
