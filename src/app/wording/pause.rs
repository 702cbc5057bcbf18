//! Why a campaign is paused, and what to do before it is resumed.

use super::{Face, texts::WordingTexts};
use crate::domain::PauseCause;

/// What a pause means. In a terminal it is a part of a sentence, on a page a sentence.
pub fn cause(cause: PauseCause, face: Face) -> String {
    let texts = WordingTexts::current();
    let (terminal, browser) = match cause {
        PauseCause::Operator => ("the operator paused it", texts.pause_operator),
        PauseCause::LowBalance => ("the balance is low (E110)", texts.pause_low_balance),
        PauseCause::Credentials => {
            ("the SID or the API key is not accepted (RBC001)", texts.pause_credentials)
        }
        PauseCause::Sender => ("the sender's number is not usable with this account", texts.pause_sender),
        PauseCause::Account => (
            "the account is not allowed to send, or something between us and the provider is in the way",
            texts.pause_account,
        ),
        PauseCause::DailyLimit => {
            ("the account's limit for today is reached (WAV2101)", texts.pause_daily_limit)
        }
        PauseCause::Refusals => (
            "the provider refuses one message after another, so the message is wrong, not the people",
            texts.pause_refusals,
        ),
        PauseCause::Outage => ("the provider has been down for long", texts.pause_outage),
        PauseCause::Canary => ("messages were not delivered well enough", texts.pause_canary),
        PauseCause::OptOuts => ("too many of those who got the message asked to stop", texts.pause_opt_outs),
        PauseCause::Storage => ("the database cannot be written", texts.pause_storage),
    };
    match face {
        Face::Terminal => terminal.to_owned(),
        Face::Browser => browser.to_string(),
    }
}

/// What to do about a pause before it is resumed; empty where there is nothing to do.
pub fn remedy(cause: PauseCause, face: Face) -> String {
    let texts = WordingTexts::current();
    let (terminal, browser) = match cause {
        PauseCause::Operator => ("", texts.remedy_operator),
        PauseCause::LowBalance => ("top up the account", texts.remedy_low_balance),
        PauseCause::Credentials => (
            "set KALEYRA_SID and KALEYRA_API_KEY to a pair that is active: a key ends when it is switched off or its \
             creator leaves the team",
            texts.remedy_credentials,
        ),
        PauseCause::Sender => (
            "check the sender's number (KALEYRA_SENDER) in the provider's console: it must belong to this account and \
             be set up for the WhatsApp API V2",
            texts.remedy_sender,
        ),
        PauseCause::Account => (
            "check the account's type, the key's list of allowed addresses, the pod, and any proxy; the provider's \
             support enables the WhatsApp API V2",
            texts.remedy_account,
        ),
        PauseCause::DailyLimit => {
            ("wait for tomorrow, or ask the provider for a higher limit", texts.remedy_daily_limit)
        }
        PauseCause::Refusals => {
            ("check the message with catalink preview, and send a test message", texts.remedy_refusals)
        }
        PauseCause::Outage => ("wait until the provider answers again", texts.remedy_outage),
        PauseCause::Canary => ("read the receipts' reasons in catalink report", texts.remedy_canary),
        PauseCause::OptOuts => (
            "check whom the list is of and what the message says before the rest is sent; complaints cost the number its \
             quality",
            texts.remedy_opt_outs,
        ),
        PauseCause::Storage => {
            ("free some disk space, and check that the file can be written", texts.remedy_storage)
        }
    };
    match face {
        Face::Terminal => terminal.to_owned(),
        Face::Browser => browser.to_string(),
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
