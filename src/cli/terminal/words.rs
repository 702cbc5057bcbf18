//! Sentences for what the lower layers only name: pause causes, numbers, durations.

use std::time::Duration;

use crate::domain::{PauseCause, campaign::Pause};

pub(in crate::cli) use crate::report::{count as number, counted};

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

/// Names in quotes: `a`, `b` and `c`; the first of them where there are many.
pub(crate) fn listed(names: &[String]) -> String {
    const NAMES_MAX: usize = 5;
    let mut shown: Vec<String> = names.iter().take(NAMES_MAX).map(|name| format!("`{name}`")).collect();
    if NAMES_MAX < names.len() {
        shown.push(format!("{} more", number((names.len() - NAMES_MAX) as u64)));
    }
    match shown.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
        None => String::new(),
    }
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
    format!(
        "catalink resolve {name} --keep closes the doubts; --resend sends again and may message someone twice"
    )
}

/// 3725 s as `1h 2m`, 65 s as `1m 5s`.
pub(crate) fn duration(duration: Duration) -> String {
    let s = duration.as_secs();
    match s {
        0..60 => format!("{s}s"),
        60..3_600 => format!("{}m {}s", s / 60, s % 60),
        3_600..86_400 => format!("{}h {}m", s / 3_600, s % 3_600 / 60),
        _ => format!("{}d {}h", s / 86_400, s % 86_400 / 3_600),
    }
}

/// What a pause means, in a sentence without its full stop.
pub(crate) fn cause(cause: PauseCause) -> &'static str {
    match cause {
        PauseCause::Operator => "the operator paused it",
        PauseCause::LowBalance => "the balance is low (E110)",
        PauseCause::Credentials => "the SID or the API key is not accepted (RBC001)",
        PauseCause::Sender => "the sender's number is not usable with this account",
        PauseCause::Account => {
            "the account is not allowed to send, or something between us and the provider is in the way"
        }
        PauseCause::DailyLimit => "the account's limit for today is reached (WAV2101)",
        PauseCause::Refusals => {
            "the provider refuses one message after another, so the message is wrong, not the people"
        }
        PauseCause::Outage => "the provider has been down for long",
        PauseCause::Canary => "messages were not delivered well enough",
        PauseCause::Storage => "the database cannot be written",
    }
}

/// What to do about a pause before it is resumed.
pub(crate) fn remedy(cause: PauseCause) -> Option<&'static str> {
    match cause {
        PauseCause::Operator => None,
        PauseCause::LowBalance => Some("top up the account"),
        PauseCause::Credentials => Some("set KALEYRA_SID and KALEYRA_API_KEY to a pair that is active"),
        PauseCause::Sender => Some("check the sender's number (KALEYRA_SENDER) in the provider's console"),
        PauseCause::Account => {
            Some("check the account's type, the key's list of allowed addresses, the pod, and any proxy")
        }
        PauseCause::DailyLimit => Some("wait for tomorrow, or ask the provider for a higher limit"),
        PauseCause::Refusals => Some("check the message with catalink preview, and send a test message"),
        PauseCause::Outage => Some("wait until the provider answers again"),
        PauseCause::Canary => Some("read the receipts' reasons in catalink report"),
        PauseCause::Storage => Some("free some disk space, and check that the file can be written"),
    }
}

/// Who said what is told beside the cause.
fn whose_words(cause: PauseCause) -> &'static str {
    match cause {
        PauseCause::Storage => "the disk",
        PauseCause::Operator | PauseCause::Canary => "because",
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
    let mut text = format!("paused: {}", cause(pause.cause));
    if let Some(line) = pause.line {
        text.push_str(&format!(", at line {line}"));
    }
    if let Some(detail) = &pause.detail {
        text.push_str(&format!("\n  {}: {detail}", whose_words(pause.cause)));
    }
    let wait = if n_queued == 1 { "waits" } else { "wait" };
    let first = remedy(pause.cause).map(|remedy| format!("{remedy}, then: ")).unwrap_or_default();
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
