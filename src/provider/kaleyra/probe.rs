//! Asks the provider about the sender's number, which tells whether the address, the key and the number are right
//! without sending a message (Fetch Phone Number Details).

use secrecy::ExposeSecret;

use super::{Kaleyra, answer::Answer, innermost, received, words};
use crate::domain::{
    PauseCause,
    ruling::outcome::{Outcome, Reason},
};

/// What a question about the sender's number came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Probe {
    /// The provider knows the account, the key and the number.
    Fine,
    /// It does not, and a campaign would pause for this.
    Fault {
        /// Why it would pause.
        cause: PauseCause,
        reason: Reason,
    },
    /// It answered, but the answer says nothing about key and number: not every pod has this page.
    Unclear(Reason),
    /// There was no answer.
    Unreachable(Reason),
}

impl Kaleyra {
    /// Asks about the sender's number, by one request. No message is sent.
    pub async fn probe(&self) -> Probe {
        let account = &self.account;
        let sender = account.sender.e164();
        let url = account.base.join(&["v2", &account.sid, "whatsapp", &sender, "phone_number_details"]);
        match self.client.get(url).send().await {
            Ok(response) => self.probed(&received(response).await),
            Err(error) => {
                let (code, what) = match (error.is_connect(), error.is_timeout()) {
                    (true, false) => ("CONNECT", innermost(&error)),
                    (_, true) => ("TIMEOUT", "no answer in time".to_owned()),
                    (false, false) => ("BROKEN", innermost(&error)),
                };
                let text = format!("cannot reach {}: {what}", account.base);
                Probe::Unreachable(Reason::new(code, words::without(&text, account.api_key.expose_secret())))
            }
        }
    }

    fn probed(&self, answer: &Answer) -> Probe {
        let status = answer.status;
        match answer.outcome(&self.account.api_key) {
            Outcome::Accepted { .. } => Probe::Fine,
            Outcome::AccountFault { cause, reason } if !matches!(status, 404 | 405) => {
                Probe::Fault { cause, reason }
            }
            Outcome::Contradicted { cause: Some(cause), reason } => Probe::Fault { cause, reason },
            Outcome::AccountFault { .. }
            | Outcome::Contradicted { cause: None, .. }
            | Outcome::Refused(_)
            | Outcome::TryAgain(_)
            | Outcome::NotTaken { .. }
            | Outcome::Unanswered(_) => Probe::Unclear(Reason::new(
                format!("HTTP_{status}"),
                format!(
                    "the provider answers, but with HTTP {status} to a question about the sender's number"
                ),
            )),
        }
    }
}
