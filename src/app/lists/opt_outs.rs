//! A file of people who said no becomes entries of the suppression list.

use crate::{domain::Timestamp, importer::OptOuts, queue::Suppression};

/// The entries: with the file's own reason and time where it gives them, otherwise with these. A time to come is not when
/// somebody said no.
pub fn suppressions(found: &OptOuts, reason: &str, now: Timestamp) -> Vec<Suppression> {
    let of = |opt_out: &crate::importer::OptOut| Suppression {
        number: opt_out.number,
        reason: opt_out.reason.clone().unwrap_or_else(|| reason.to_owned()),
        added_at: opt_out.at.filter(|at| *at <= now).unwrap_or(now),
    };
    found.numbers.iter().map(of).collect()
}
