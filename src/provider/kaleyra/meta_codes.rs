//! Meta's codes as they come in receipts of undelivered messages: what they mean and what a marketer can do
//! (Meta, error codes).

/// What a code calls for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Class {
    /// This recipient cannot be reached by this message; sending it again changes nothing.
    Recipient,
    /// May succeed another day, if at all.
    Later,
    /// Too much at once: send more slowly.
    Pace,
    /// The account, the sender's number or the message is at fault; every recipient will fail alike.
    Campaign,
}

/// A code in words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Advice {
    /// Meta's code.
    pub code: u32,
    pub title: &'static str,
    /// What a marketer can do about it.
    pub what_to_do: &'static str,
    /// What it calls for.
    pub class: Class,
}

/// The advice on a code; none for one that is not known, whose words are then all there is.
pub fn advice(code: &str) -> Option<&'static Advice> {
    let code: u32 = code.trim().trim_start_matches('#').parse().ok()?;
    ADVICE.iter().find(|advice| advice.code == code)
}

const fn row(code: u32, class: Class, title: &'static str, what_to_do: &'static str) -> Advice {
    Advice { code, title, what_to_do, class }
}

use Class::{Campaign, Later, Pace, Recipient};

const WINDOW: &str = "more than 24 hours since the person last wrote";
const WINDOW_TO_DO: &str = "wait until the person writes again, or send an approved template instead";
const PERMISSION: &str = "Meta refused the provider's access";
const PERMISSION_TO_DO: &str = "ask the provider's support; nothing in the list is wrong";
const SERVICE: &str = "Meta's service failed";
const SERVICE_TO_DO: &str = "try these recipients again later; see Meta's status page if it lasts";
const ACCOUNT_RATE: &str = "the WhatsApp account sends more than it may";
const SLOWER: &str = "lower the rate and try these recipients again later";
const PARAMETER: &str = "a part of the message is wrong or missing";
const PARAMETER_TO_DO: &str = "check this row's number and text";
const NUMBER: &str = "the sender's number is not registered with WhatsApp";
const NUMBER_TO_DO: &str = "register the sender's number with the provider";

/// Every code that a text message may come to.
pub const ADVICE: &[Advice] = &[
    row(131_047, Recipient, WINDOW, WINDOW_TO_DO),
    row(470, Recipient, WINDOW, WINDOW_TO_DO),
    row(
        131_026,
        Recipient,
        "the number cannot be reached on WhatsApp",
        "check the number; the person may not use WhatsApp, have an old version, or not have accepted its terms",
    ),
    row(
        131_049,
        Later,
        "Meta held the message back so that the person is not sent too many",
        "wait at least a day before sending to this person again; repeating it sooner makes it worse",
    ),
    row(
        131_050,
        Recipient,
        "the person has stopped marketing messages from this sender",
        "respect it; the number is on the suppression list now",
    ),
    row(
        130_472,
        Recipient,
        "the person is part of an experiment of Meta's and was left out",
        "reach this person another way; do not send again at once",
    ),
    row(
        131_056,
        Later,
        "too many messages to this person in a short time",
        "wait a few minutes before sending to this person again",
    ),
    row(130_429, Pace, "the sender's number sends faster than it may", SLOWER),
    row(
        131_048,
        Campaign,
        "too many people blocked or reported the sender",
        "stop, and check the sender's quality rating in WhatsApp Manager",
    ),
    row(80_007, Pace, ACCOUNT_RATE, SLOWER),
    row(4, Pace, ACCOUNT_RATE, SLOWER),
    row(
        131_057,
        Later,
        "the WhatsApp account is in maintenance",
        "try these recipients again in some minutes",
    ),
    row(131_000, Later, SERVICE, SERVICE_TO_DO),
    row(1, Later, SERVICE, SERVICE_TO_DO),
    row(2, Later, SERVICE, SERVICE_TO_DO),
    row(131_016, Later, SERVICE, SERVICE_TO_DO),
    row(133_004, Later, SERVICE, SERVICE_TO_DO),
    row(
        131_042,
        Campaign,
        "a matter of payment between the account and Meta",
        "settle the billing of the WhatsApp account, then send again",
    ),
    row(
        131_031,
        Campaign,
        "Meta has locked the WhatsApp account",
        "stop; read Meta's policy notice and ask the provider's support",
    ),
    row(
        368,
        Campaign,
        "Meta has blocked the WhatsApp account for breaking its policy",
        "stop; read Meta's policy notice and ask the provider's support",
    ),
    row(
        130_497,
        Recipient,
        "this business may not message people in the person's country",
        "leave numbers of this country out",
    ),
    row(
        131_063,
        Recipient,
        "this business may not message people in the person's country",
        "leave numbers of this country out",
    ),
    row(0, Campaign, PERMISSION, PERMISSION_TO_DO),
    row(3, Campaign, PERMISSION, PERMISSION_TO_DO),
    row(10, Campaign, PERMISSION, PERMISSION_TO_DO),
    row(190, Campaign, PERMISSION, PERMISSION_TO_DO),
    row(200, Campaign, PERMISSION, PERMISSION_TO_DO),
    row(131_005, Campaign, PERMISSION, PERMISSION_TO_DO),
    row(33, Campaign, NUMBER, NUMBER_TO_DO),
    row(133_010, Campaign, NUMBER, NUMBER_TO_DO),
    row(131_045, Campaign, NUMBER, NUMBER_TO_DO),
    row(100, Recipient, "not a WhatsApp number, or a part of the message is wrong", PARAMETER_TO_DO),
    row(131_008, Recipient, PARAMETER, PARAMETER_TO_DO),
    row(131_009, Recipient, PARAMETER, PARAMETER_TO_DO),
    row(135_000, Recipient, PARAMETER, PARAMETER_TO_DO),
    row(131_021, Recipient, "the recipient is the sender", "leave the sender's own number out of the list"),
    row(
        131_051,
        Campaign,
        "WhatsApp does not know this kind of message",
        "ask the provider's support; nothing in the list is wrong",
    ),
    row(
        131_030,
        Campaign,
        "the sender is a test number and the recipient is not on its list",
        "use a business number, or add the recipient to the test number's list",
    ),
    row(
        131_037,
        Campaign,
        "the sender's display name is not approved",
        "have the display name approved in WhatsApp Manager",
    ),
    row(
        131_062,
        Recipient,
        "the person can be reached only by their WhatsApp id, which is not supported",
        "ask the person for a telephone number",
    ),
];

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_code_is_listed_once_and_says_what_to_do() {
        let codes: HashSet<_> = ADVICE.iter().map(|advice| advice.code).collect();
        assert_eq!(codes.len(), ADVICE.len());
        for known in ADVICE {
            assert_eq!(advice(&known.code.to_string()), Some(known));
            assert!(!known.title.is_empty() && !known.what_to_do.is_empty());
        }
    }

    #[test]
    fn a_closed_window_is_told_from_a_locked_account() {
        assert_eq!(advice("131047").map(|advice| advice.class), Some(Recipient));
        assert_eq!(advice(" #131031 ").map(|advice| advice.class), Some(Campaign));
    }

    #[test]
    fn an_unknown_code_has_no_advice() {
        for code in ["", "999999", "WAV2101", "-1", "131047.0"] {
            assert_eq!(advice(code), None, "{code}");
        }
    }
}
