//! The provider's client: POST one catalogue link message, and say what came of it.
//!
//! One call is one request. Redirects are not followed, because the key would go along to whoever they name; nothing
//! is sent a second time, because a second request is a second message.

mod address;
mod answer;
pub mod callback;
mod codes;
mod departure;
mod lenient;
pub mod meta_codes;
mod probe;
#[cfg(test)]
mod tests;
mod transport;
pub(crate) use transport::trusting;
pub mod wire;
mod words;

use std::{fmt, path::Path, path::PathBuf, sync::Arc, time::Duration};

use reqwest::{
    Body, Client, Response, Url,
    header::{DATE, HeaderMap, HeaderValue, LOCATION, RETRY_AFTER},
};
use secrecy::{ExposeSecret, SecretString};

pub use self::address::{AddressError, BaseUrl, Pod};
pub use self::departure::Leave;
pub use self::probe::Probe;
use self::{
    answer::{Answer, End},
    departure::{AskingBody, Departure},
};
use crate::{
    domain::{
        Message, Phone,
        ruling::outcome::{Outcome, Reason, SlowDown},
    },
    trial,
};

/// So much of an answer's body is read; the documented ones have less than a kilobyte.
const ANSWER_BYTES_MAX: usize = 64 * 1024;

/// A longer `Retry-After` is cut to this, so that one wrong header does not silence a campaign for years.
const SILENCE_MAX: Duration = Duration::from_hours(1);

/// The account that sends.
#[derive(Debug, Clone)]
pub struct Account {
    pub sid: String,
    /// The API key. Never shown.
    pub api_key: SecretString,
    /// The sender's own business number, in the address of every request. The document's table calls it the end
    /// customer's, its 401 answers say that it must belong to the account.
    pub sender: Phone,
    /// Where the provider is.
    pub base: BaseUrl,
}

impl Account {
    /// What tells one account from another, as a person knows it: the SID and the host. A simulator has no fixed port.
    pub fn identity(&self) -> String {
        if self.base.is_loopback() {
            format!("{} of a simulator on this machine", self.sid)
        } else {
            format!("{} at {}", self.sid, self.base.host())
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The longest wait for a connection, TLS included; never more than `request_timeout`.
    pub connect_timeout: Duration,
    /// The longest wait for a whole answer, from the first moment on.
    pub request_timeout: Duration,
    /// Requests on the wire at once; so many connections are kept open.
    pub in_flight_max: usize,
}

impl Default for Limits {
    /// 10 s to connect, 30 s in all, 256 at once.
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(10),
            request_timeout: trial::span("request", Duration::from_secs(30)),
            in_flight_max: 256,
        }
    }
}

/// Why there can be no client.
#[derive(Debug, thiserror::Error)]
pub enum ProviderError {
    /// The SID is not one.
    #[error("`{found}` is not an account SID: it has letters and digits, as shown beside the API key")]
    Sid { found: String },
    /// The key is not one. It is not repeated.
    #[error("the API key is empty, or has characters that no key has")]
    Key,
    /// The file of certificates cannot be read.
    #[error("cannot read the certificates in `{}`", path.display())]
    CaFile {
        path: PathBuf,
        #[source]
        source: std::io::Error,
    },
    /// The file holds no certificate in PEM form.
    #[error("`{}` holds no certificate in PEM form", path.display())]
    CaFileEmpty { path: PathBuf },
    /// TLS cannot be set up.
    #[error("cannot set up secure connections")]
    Client {
        #[source]
        source: reqwest::Error,
    },
}

/// A client of one account. Cheap to clone; clones share their connections.
#[derive(Clone)]
pub struct Kaleyra {
    client: Client,
    account: Arc<Account>,
    url: Url,
    request_timeout: Duration,
}

impl Kaleyra {
    /// A client for `account`. `ca_file` holds further certificates to trust, in PEM form, for a network that looks
    /// into its own TLS traffic.
    pub fn new(account: Account, limits: &Limits, ca_file: Option<&Path>) -> Result<Self, ProviderError> {
        if account.sid.is_empty() || !account.sid.chars().all(is_of_sid) {
            return Err(ProviderError::Sid { found: account.sid });
        }
        let client = transport::client(&account, limits, ca_file)?;
        let url = messages_url(&account.base, &account.sid, account.sender);
        Ok(Self { client, account: Arc::new(account), url, request_timeout: limits.request_timeout })
    }

    /// The same client, sending from another business number of the account.
    #[must_use]
    pub fn with_sender(&self, sender: Phone) -> Self {
        let account = Account { sender, ..Account::clone(&self.account) };
        Self {
            client: self.client.clone(),
            url: messages_url(&account.base, &account.sid, sender),
            account: Arc::new(account),
            request_timeout: self.request_timeout,
        }
    }

    /// The sender's own business number.
    pub fn sender(&self) -> Phone {
        self.account.sender
    }

    /// Where messages are posted to. Holds the sender's whole number.
    pub fn url(&self) -> &str {
        self.url.as_str()
    }

    /// Sends one message by exactly one request, as soon as there is a connection, and says what came of it.
    pub async fn submit(&self, message: &Message) -> Outcome {
        let (body, departure) = AskingBody::new(wire::Body::of(message).to_json(), Leave::at_once());
        self.request(message, body, &departure).await
    }

    /// Sends one message by at most one request, whose bytes leave only if `leave` allows it when a connection is ready.
    /// None where it did not: nothing left this machine.
    pub async fn submit_when(&self, message: &Message, leave: Leave) -> Option<Outcome> {
        let (body, departure) = AskingBody::new(wire::Body::of(message).to_json(), leave);
        let outcome = self.request(message, body, &departure).await;
        (!departure.is_withheld()).then_some(outcome)
    }

    async fn request(&self, message: &Message, body: AskingBody, departure: &Departure) -> Outcome {
        let mut outcome = match self.client.post(self.url.clone()).body(Body::wrap(body)).send().await {
            Ok(response) => {
                trial::crash_point("answer:head");
                received(response).await.outcome(&self.account.api_key)
            }
            Err(error) => self.unsent(&error, departure.has_left()),
        };
        mask(&mut outcome, message.to);
        outcome
    }

    /// What a request came to that got no answer at all.
    fn unsent(&self, error: &reqwest::Error, has_left: bool) -> Outcome {
        if !has_left {
            let what =
                if error.is_timeout() { "it did not answer in time".to_owned() } else { innermost(error) };
            let text = format!("cannot connect to {}: {what}; nothing was sent", self.account.base);
            let text = words::without(&text, self.account.api_key.expose_secret());
            return Outcome::NotTaken { reason: Reason::new("CONNECT", text), slow_down: SlowDown::Unsaid };
        }
        let (code, what) = if error.is_timeout() {
            ("TIMEOUT", format!("no answer within {:?}", self.request_timeout))
        } else {
            ("BROKEN", format!("the connection broke before an answer came ({})", innermost(error)))
        };
        Outcome::Unanswered(Reason::new(code, format!("{what}; the message may or may not have been taken")))
    }
}

impl fmt::Debug for Kaleyra {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Kaleyra").field("account", &self.account).finish_non_exhaustive()
    }
}

/// The body that a message is sent as.
pub fn payload(message: &Message) -> String {
    wire::Body::of(message).to_json()
}

/// What an answer of that HTTP status and body means for its recipient, as far as the two say it.
pub fn outcome(status: u16, body: &[u8], key: &SecretString) -> Outcome {
    let body = body[..body.len().min(ANSWER_BYTES_MAX)].to_vec();
    let coding = Vec::new();
    Answer { status, redirects_to: None, retry_after: None, coding, body, end: End::Whole }.outcome(key)
}

/// Where messages of `sender` are posted to (Send Catalogue Link Messages, Request Format). The plus stays.
pub fn messages_url(base: &BaseUrl, sid: &str, sender: Phone) -> Url {
    base.join(&["v2", sid, "whatsapp", &sender.e164(), "messages"])
}

/// Dashes and underscores are in no SID of the document, but nothing says that there are none.
fn is_of_sid(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_')
}

/// Reads an answer to its end, or to our limit.
async fn received(mut response: Response) -> Answer {
    let headers = response.headers();
    let mut answer = Answer {
        status: response.status().as_u16(),
        redirects_to: headers.get(LOCATION).and_then(|location| host_of(&response, location)),
        retry_after: silence(headers),
        coding: answer::coding::named(headers),
        body: Vec::new(),
        end: End::Whole,
    };
    read(&mut response, &mut answer).await;
    answer.decoded()
}

async fn read(response: &mut Response, answer: &mut Answer) {
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) => {
                let room = ANSWER_BYTES_MAX - answer.body.len();
                answer.body.extend_from_slice(&chunk[..chunk.len().min(room)]);
                if chunk.len() > room {
                    answer.end = End::Capped;
                    return;
                }
            }
            Ok(None) => return,
            Err(error) => {
                answer.end = if error.is_timeout() { End::TimedOut } else { End::Broken };
                return;
            }
        }
    }
}

/// The provider's words may repeat the number; they go to terminals and logs, where no whole number is shown.
fn mask(outcome: &mut Outcome, to: Phone) {
    if let Outcome::Refused(reason)
    | Outcome::AccountFault { reason, .. }
    | Outcome::TryAgain(reason)
    | Outcome::NotTaken { reason, .. }
    | Outcome::Unanswered(reason)
    | Outcome::Contradicted { reason, .. } = outcome
    {
        let (digits, masked) = (to.digits().to_string(), to.to_string());
        for text in [&mut reason.code, &mut reason.text] {
            *text = text.replace(&digits, masked.trim_start_matches('+'));
        }
    }
}

/// The host that a redirect names.
fn host_of(response: &Response, location: &HeaderValue) -> Option<String> {
    let target = response.url().join(location.to_str().ok()?).ok()?;
    target.host_str().map(words::shortened)
}

/// `Retry-After` in either form (RFC 9110, 10.2.3). A date is taken relative to the answer's own, so that a wrong
/// clock on this machine does not matter.
fn silence(headers: &HeaderMap) -> Option<Duration> {
    let value = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    let silence = if !value.is_empty() && value.bytes().all(|b| b.is_ascii_digit()) {
        value.parse().map_or(SILENCE_MAX, Duration::from_secs)
    } else {
        let until = jiff::fmt::rfc2822::parse(value).ok()?.timestamp();
        let now = jiff::fmt::rfc2822::parse(headers.get(DATE)?.to_str().ok()?).ok()?.timestamp();
        Duration::try_from(until.duration_since(now)).unwrap_or_default()
    };
    Some(silence.min(SILENCE_MAX))
}

/// The innermost cause, which is the one that says something.
fn innermost(error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    let text = cause.to_string();
    let text = text.split(" (os error").next().unwrap_or(&text);
    words::shortened(text)
}
