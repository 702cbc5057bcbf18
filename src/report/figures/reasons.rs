//! Why messages failed, in words.

use std::borrow::Cow;

use serde::Serialize;

use super::totals::code_of;
use crate::{
    provider::kaleyra::meta_codes,
    queue::Reasoned,
    report::{texts::ReportWords, words::capitalized},
};

/// Where a message was lost: the provider did not take it.
pub(crate) const NOT_ACCEPTED: &str = "not accepted";

/// What a code means and what can be done about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Advice {
    pub meaning: String,
    pub what_to_do: String,
}

/// What a code of Meta's means, where that is known.
pub fn advice(code: &str) -> Option<Advice> {
    let known = meta_codes::advice(code)?;
    Some(Advice { meaning: known.title.to_owned(), what_to_do: known.what_to_do.to_owned() })
}

/// A reason for which messages were not sent or did not arrive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reason {
    /// The code; empty where there is none.
    pub code: String,
    /// How many messages.
    pub n: u64,
    /// `not accepted` or `not delivered`.
    pub when: &'static str,
    /// What happened, in words.
    pub meaning: String,
    /// What can be done about it; empty where nothing is known.
    pub what_to_do: String,
}

/// What was said of a message that was not delivered, with what that means and what to do where its code is known.
pub(crate) fn with_advice(said: &str) -> Cow<'_, str> {
    let Some(code) = code_of(said) else { return Cow::Borrowed(said) };
    match advice(code) {
        None => Cow::Borrowed(said),
        Some(Advice { meaning, what_to_do }) if said == code => {
            Cow::Owned(format!("{said}: {meaning}; {what_to_do}"))
        }
        Some(Advice { meaning, what_to_do }) => Cow::Owned(format!("{said} ({meaning}; {what_to_do})")),
    }
}

/// Why messages failed, at the provider's door or after it, most first.
pub(crate) fn reasons(
    failures: &[Reasoned],
    undelivered: &[(String, u64)],
    advise: &dyn Fn(&str) -> Option<Advice>,
) -> Vec<Reason> {
    let mut reasons: Vec<Reason> = Vec::new();
    let refused = failures
        .iter()
        .map(|failure| (failure.code.as_str(), failure.example.as_deref(), failure.n, NOT_ACCEPTED));
    let lost = undelivered.iter().map(|(said, n)| {
        let code = code_of(said).unwrap_or_default();
        let words = said.strip_prefix(code).map(|words| words.trim_start_matches(": "));
        (code, words, *n, "not delivered")
    });
    for (code, words, n, when) in refused.chain(lost) {
        let words = words.unwrap_or_default();
        let known = reasons.iter_mut().find(|known| {
            known.when == when && known.code == code && (!code.is_empty() || known.meaning == words)
        });
        if let Some(known) = known {
            known.n += n;
            continue;
        }
        let (meaning, what_to_do) = match advise(code) {
            Some(known) => (capitalized(&known.meaning), capitalized(&known.what_to_do)),
            None if words.is_empty() => (ReportWords::current().no_reason.to_string(), String::new()),
            None => (words.to_owned(), String::new()),
        };
        reasons.push(Reason { code: code.to_owned(), n, when, meaning, what_to_do });
    }
    reasons.sort_by_key(|reason| std::cmp::Reverse(reason.n));
    reasons
}

#[cfg(test)]
mod tests {
    use super::*;

    fn advise(code: &str) -> Option<Advice> {
        (code == "131026")
            .then(|| Advice { meaning: "not on WhatsApp".to_owned(), what_to_do: "check".to_owned() })
    }

    fn found(failures: &[(&str, u64)], undelivered: &[(&str, u64)]) -> Vec<(String, String, u64)> {
        let failures: Vec<_> = failures
            .iter()
            .map(|(code, n)| Reasoned { code: (*code).to_owned(), example: Some("words".to_owned()), n: *n })
            .collect();
        let undelivered: Vec<_> = undelivered.iter().map(|(said, n)| ((*said).to_owned(), *n)).collect();
        let found = reasons(&failures, &undelivered, &advise);
        found.into_iter().map(|reason| (reason.code, reason.meaning, reason.n)).collect()
    }

    fn reason(code: &str, meaning: &str, n: u64) -> (String, String, u64) {
        (code.to_owned(), meaning.to_owned(), n)
    }

    #[test]
    fn a_code_without_advice_is_explained_by_the_words_that_came_with_it() {
        assert_eq!(found(&[("E9", 2)], &[]), [reason("E9", "words", 2)]);
        assert_eq!(found(&[], &[("", 1)]), [reason("", "No reason was given", 1)]);
        assert_eq!(found(&[], &[("Opted out", 1)]), [reason("", "Opted out", 1)]);
    }

    #[test]
    fn one_code_in_different_words_is_one_reason() {
        let undelivered = [("131026: Message undeliverable", 2), ("131026: not now", 3), ("131026", 1)];
        assert_eq!(found(&[], &undelivered), [reason("131026", "Not on WhatsApp", 6)]);
    }

    #[test]
    fn a_refusal_and_a_lost_delivery_of_the_same_code_are_two_reasons_most_first() {
        let found = found(&[("WAV2101", 1)], &[("WAV2101: daily limit", 4)]);
        assert_eq!(found, [reason("WAV2101", "daily limit", 4), reason("WAV2101", "words", 1)]);
    }
}
