//! Why a campaign is paused, and what to do before it is resumed.

use super::Face;
use crate::domain::PauseCause;

/// What a pause means. In a terminal it is a part of a sentence, on a page a sentence.
pub fn cause(cause: PauseCause, face: Face) -> &'static str {
    let (terminal, browser) = match cause {
        PauseCause::Operator => ("the operator paused it", "A user paused it here or in a terminal."),
        PauseCause::LowBalance => (
            "the balance is low (E110)",
            "The account's balance is used up (E110). The recipient list is fine, and no attempt was used up.",
        ),
        PauseCause::Credentials => (
            "the SID or the API key is not accepted (RBC001)",
            "The provider does not accept the account's SID or API key (RBC001). The recipient list is fine.",
        ),
        PauseCause::Sender => (
            "the sender's number is not usable with this account",
            "The sender's number cannot be used with this account. The recipient list is fine.",
        ),
        PauseCause::Account => (
            "the account is not allowed to send, or something between us and the provider is in the way",
            "The account is not allowed to send, or something between this server and the provider blocks the requests. \
             The recipient list is fine.",
        ),
        PauseCause::DailyLimit => (
            "the account's limit for today is reached (WAV2101)",
            "The account has reached its limit for today (WAV2101). The recipient list is fine.",
        ),
        PauseCause::Refusals => (
            "the provider refuses one message after another, so the message is wrong, not the people",
            "The provider is refusing one message after another. The cause is probably the message, not the recipients.",
        ),
        PauseCause::Outage => (
            "the provider has been down for long",
            "The provider has been down for a long time. The recipient list is fine.",
        ),
        PauseCause::Canary => {
            ("messages were not delivered well enough", "Too few of the first messages were delivered.")
        }
        PauseCause::OptOuts => (
            "too many of those who got the message asked to stop",
            "Too many of the people who got the message asked to stop.",
        ),
        PauseCause::Storage => {
            ("the database cannot be written", "The database cannot be written: the disk is full or failing.")
        }
    };
    match face {
        Face::Terminal => terminal,
        Face::Browser => browser,
    }
}

/// What to do about a pause before it is resumed; empty where there is nothing to do.
pub fn remedy(cause: PauseCause, face: Face) -> &'static str {
    let (terminal, browser) = match cause {
        PauseCause::Operator => ("", "Resume it when you are ready."),
        PauseCause::LowBalance => (
            "top up the account",
            "Top up the account or raise its credit limit at the provider, then resume.",
        ),
        PauseCause::Credentials => (
            "set KALEYRA_SID and KALEYRA_API_KEY to a pair that is active: a key ends when it is switched off or its \
             creator leaves the team",
            "Ask an admin to set a valid KALEYRA_SID and KALEYRA_API_KEY and to restart the console, then resume. A key \
             ends when it is switched off or its creator leaves the team.",
        ),
        PauseCause::Sender => (
            "check the sender's number (KALEYRA_SENDER) in the provider's console: it must belong to this account and \
             be set up for the WhatsApp API V2",
            "Check the sender's number in the provider's console: it must belong to this account and be set up for the \
             WhatsApp API V2. Then resume.",
        ),
        PauseCause::Account => (
            "check the account's type, the key's list of allowed addresses, the pod, and any proxy; the provider's \
             support enables the WhatsApp API V2",
            "Check the account's type, the addresses from which the key may be used, the pod, and any proxy; the \
             provider's support enables the WhatsApp API V2. Then resume.",
        ),
        PauseCause::DailyLimit => (
            "wait for tomorrow, or ask the provider for a higher limit",
            "Wait until tomorrow, or ask the provider for a higher limit; then resume.",
        ),
        PauseCause::Refusals => (
            "check the message with catalink preview, and send a test message",
            "Check the message and send a test to your own phone. You can retry failed rows.",
        ),
        PauseCause::Outage => (
            "wait until the provider answers again",
            "Wait until the provider answers again, then resume: one message is sent first.",
        ),
        PauseCause::Canary => (
            "read the receipts' reasons in catalink report",
            "Check the reasons below before you send the rest.",
        ),
        PauseCause::OptOuts => (
            "check whom the list is of and what the message says before the rest is sent; complaints cost the number its \
             quality",
            "Check whom the list is of and what the message says before you send the rest: complaints cost the number its \
             quality.",
        ),
        PauseCause::Storage => (
            "free some disk space, and check that the file can be written",
            "Free some space on the disk, then resume.",
        ),
    };
    match face {
        Face::Terminal => terminal,
        Face::Browser => browser,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_speaks_in_sentences_and_names_no_command() {
        for paused in PauseCause::ALL {
            for text in [cause(paused, Face::Browser), remedy(paused, Face::Browser)] {
                assert!(text.ends_with('.') && !text.contains("catalink "), "{text}");
            }
            for text in [cause(paused, Face::Terminal), remedy(paused, Face::Terminal)] {
                assert!(!text.ends_with('.'), "{text}");
            }
        }
    }
}
