//! Sentences of the terminal: pauses with the command that goes on, numbers, durations.

use std::time::Duration;

use crate::{
    app::wording::{self, Face},
    domain::{
        PauseCause,
        campaign::Pause,
        time::{Unit, spoken},
    },
};

pub(in crate::cli) use crate::{
    app::wording::listed,
    report::{count as number, counted},
};

/// A word that an option does not know.
#[derive(Debug, thiserror::Error)]
#[error("`{found}` is {is}; there are {known}")]
pub(crate) struct UnknownWord {
    found: String,
    /// What is wrong with it: `not a status`.
    is: &'static str,
    known: String,
}

impl UnknownWord {
    pub(crate) fn new(found: &str, is: &'static str, known: &[&str]) -> Self {
        Self { found: found.to_owned(), is, known: known.join(", ") }
    }
}

/// `1 recipient`, `2,000 recipients`.
pub(crate) fn recipients(n: u64) -> String {
    counted(n, "recipient", "recipients")
}

/// Where rows are: the first lines by number, the rest of the `n` as a figure.
pub(crate) fn at_lines(lines: &[u64], n: u64) -> String {
    let named: Vec<_> = lines.iter().map(u64::to_string).collect();
    let rest = n.saturating_sub(lines.len() as u64);
    let more = if rest > 0 { format!(" and {} more", number(rest)) } else { String::new() };
    format!("line {}{more}", named.join(", "))
}

/// What can be done about recipients in doubt.
pub(crate) fn about_doubts(name: &str) -> String {
    format!("catalink resolve {name} --keep closes the doubts without sending")
}

/// 3725 s as `1h 2m`, 65 s as `1m 5s`.
pub(crate) fn duration(duration: Duration) -> String {
    let part = |(n, unit): (u64, Unit)| match unit {
        Unit::Days => format!("{n}d"),
        Unit::Hours => format!("{n}h"),
        Unit::Minutes => format!("{n}m"),
        Unit::Seconds => format!("{n}s"),
    };
    let (n, unit, rest) = spoken(duration);
    let rest = rest.map(|rest| format!(" {}", part(rest))).unwrap_or_default();
    format!("{}{rest}", part((n, unit)))
}

/// Who said what is told beside the cause.
fn whose_words(cause: PauseCause) -> &'static str {
    match cause {
        PauseCause::Storage => "the disk",
        PauseCause::Operator | PauseCause::Canary | PauseCause::OptOuts => "because",
        PauseCause::LowBalance
        | PauseCause::Credentials
        | PauseCause::Sender
        | PauseCause::Account
        | PauseCause::DailyLimit
        | PauseCause::Refusals
        | PauseCause::Outage => "provider",
    }
}

/// A pause as one or two lines: what happened, at which row, what to do, the command that goes on.
pub(crate) fn paused(name: &str, pause: &Pause, n_queued: u64) -> String {
    let mut text = format!("paused: {}", wording::pause::cause(pause.cause, Face::Terminal));
    if let Some(line) = pause.line {
        text.push_str(&format!(", at line {line}"));
    }
    if let Some(detail) = &pause.detail {
        text.push_str(&format!("\n  {}: {detail}", whose_words(pause.cause)));
    }
    let wait = if n_queued == 1 { "waits" } else { "wait" };
    let first = match wording::pause::remedy(pause.cause, Face::Terminal).as_str() {
        "" => String::new(),
        remedy => format!("{remedy}, then: "),
    };
    text.push_str(&format!("\n  {} {wait}; {first}catalink resume {name}", recipients(n_queued)));
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_and_durations_have_two_parts() {
        assert_eq!([0, 999, 1_000, 1_234_567].map(number), ["0", "999", "1,000", "1,234,567"]);
        assert_eq!(duration(Duration::from_secs(65)), "1m 5s");
        assert_eq!(duration(Duration::from_secs(3_725)), "1h 2m");
    }
}
