//! The provider's codes and what they mean. The only list of them.

use crate::domain::PauseCause;

/// What a code says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    /// The message was taken.
    Accepted,
    /// Refused, for this recipient, for good.
    Refused,
    /// The account, the number or the key is at fault; no recipient is to blame.
    Fault(PauseCause),
    /// To be tried again.
    TryAgain,
}

/// What the answer's `error` object is about; it tells apart what `WA401` and `WA-401` share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum About {
    /// It has the key `account`.
    Account,
    /// It has the key `phone_number`.
    PhoneNumber,
    /// Neither.
    Other,
}

/// The meaning of a code, or none where it is not a known one.
///
/// The two spellings of 401 (Send Catalogue Link Messages, Sample Failure Response) are told apart by what the answer
/// is about; without a word on that, the one without a dash is the sender's number and the other one the account.
pub(super) fn meaning(code: &str, about: About) -> Option<Meaning> {
    let has_dash = code.contains('-');
    Some(match (normalised(code).as_str(), about) {
        ("WA200" | "WA202", _) => Meaning::Accepted,
        ("WA400", _) => Meaning::Refused,
        ("WA500", _) => Meaning::TryAgain,
        ("E110", _) => Meaning::Fault(PauseCause::LowBalance),
        ("RBC001", _) => Meaning::Fault(PauseCause::Credentials),
        ("WAV2101", _) => Meaning::Fault(PauseCause::DailyLimit),
        ("WA401", About::Account) => Meaning::Fault(PauseCause::Account),
        ("WA401", About::Other) if has_dash => Meaning::Fault(PauseCause::Account),
        ("WA401", About::PhoneNumber | About::Other) => Meaning::Fault(PauseCause::Sender),
        _ => return None,
    })
}

/// Capitals and digits alone, so that `WA-401`, `wa401` and `WA_401` are one.
fn normalised(code: &str) -> String {
    code.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_documented_code_has_its_meaning_in_any_spelling() {
        let table = [
            ("WA202", About::Other, Meaning::Accepted),
            ("WA200", About::Other, Meaning::Accepted),
            ("RBC001", About::Other, Meaning::Fault(PauseCause::Credentials)),
            ("WA401", About::PhoneNumber, Meaning::Fault(PauseCause::Sender)),
            ("WA-401", About::PhoneNumber, Meaning::Fault(PauseCause::Sender)),
            ("WA-401", About::Account, Meaning::Fault(PauseCause::Account)),
            ("WA401", About::Account, Meaning::Fault(PauseCause::Account)),
            ("WA401", About::Other, Meaning::Fault(PauseCause::Sender)),
            ("WA-401", About::Other, Meaning::Fault(PauseCause::Account)),
            ("WA400", About::Other, Meaning::Refused),
            ("wa-400", About::Other, Meaning::Refused),
            ("WA500", About::Other, Meaning::TryAgain),
            ("E110", About::Other, Meaning::Fault(PauseCause::LowBalance)),
            ("WAV2101", About::Other, Meaning::Fault(PauseCause::DailyLimit)),
        ];
        for (code, about, expected) in table {
            assert_eq!(meaning(code, about), Some(expected), "{code} {about:?}");
        }
    }

    #[test]
    fn a_code_that_only_looks_like_a_known_one_has_no_meaning() {
        for code in ["", "WA40", "WA4000", "E1100", "XE110", "500", "OK"] {
            assert_eq!(meaning(code, About::Other), None, "{code}");
        }
    }
}
