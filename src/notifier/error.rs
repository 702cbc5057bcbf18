//! Why a notice was not taken. Nothing here holds an address, which may be a secret.

/// What came back instead of an acceptance.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    #[error("it did not answer within {seconds} seconds")]
    Silent { seconds: u64 },
    #[error("there is no connection: {reason}")]
    NoConnection { reason: String },
    #[error(
        "it answered {status}, which leads to another address; redirects are not followed, so set that address"
    )]
    Redirect { status: u16 },
    #[error("it answered {status}{}", said(words))]
    Refused { status: u16, words: String },
    #[error("the mail server said: {words}")]
    MailRefused { words: String },
    #[error("the message cannot be made: {reason}")]
    Unsendable { reason: String },
}

fn said(words: &str) -> String {
    if words.is_empty() { String::new() } else { format!(": {words}") }
}

/// The first line of what came back, so short that it fits a list.
pub(super) fn first_line(text: &str) -> String {
    const CHARACTERS_MAX: usize = 120;
    let line = text.trim().lines().next().unwrap_or_default();
    line.chars().filter(|c| !c.is_control()).take(CHARACTERS_MAX).collect()
}

/// The innermost reason of an error.
pub(super) fn innermost(error: &dyn std::error::Error) -> String {
    let mut innermost = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    innermost.to_string()
}
