//! Recipients that came to no good end: which of them are put back.

use crate::{
    app::wording::error::Explained,
    domain::{Campaign, reach::SkipCode},
    queue::{CLOSED_DOUBT, Queue, QueueError, Which},
    report::count,
};

/// What a retry is about.
#[derive(Debug)]
pub struct Retry {
    pub which: Which,
    /// How many are put back.
    pub n_meant: u64,
    /// Doubts that were closed without sending: they may have the message.
    pub n_closed: u64,
    /// Whether those were asked for by name.
    pub resends_doubts: bool,
    /// Whether nothing was said of codes, so that they stay as they are.
    pub leaves_doubts: bool,
}

impl Retry {
    /// How many doubts stay as they are.
    pub fn n_left_out(&self) -> u64 {
        if self.leaves_doubts { self.n_closed } else { 0 }
    }
}

/// Why nobody is put back.
#[derive(Debug, thiserror::Error)]
pub enum RetryError {
    #[error(transparent)]
    Queue(#[from] QueueError),
    /// A code that nobody has failed with is a mistake.
    #[error("nobody in `{name}` has failed with the code `{code}`")]
    UnknownCode {
        name: String,
        code: String,
        /// The codes there are, and how many have failed with each: help to see the mistake.
        known: Vec<(String, u64)>,
    },
}

/// Who is put back where these codes are named, or none.
pub async fn to_retry(queue: &Queue, campaign: &Campaign, codes: Vec<String>) -> Result<Retry, RetryError> {
    let retryable = queue.retryable(campaign.id).await?;
    let is_known = |meant: &&String| retryable.iter().any(|(code, _)| code == *meant);
    if let Some(unknown) = codes.iter().find(|code| !is_known(code)) {
        let (name, code) = (campaign.plan.name.clone(), unknown.clone());
        return Err(RetryError::UnknownCode { name, code, known: retryable });
    }
    let is_meant = |code: &str| match codes.as_slice() {
        [] => code != CLOSED_DOUBT && SkipCode::ALL.iter().all(|skipped| skipped.name() != code),
        codes => codes.iter().any(|meant| meant == code),
    };
    let leaves_doubts = codes.is_empty();
    Ok(Retry {
        n_meant: retryable.iter().filter(|(code, _)| is_meant(code)).map(|(_, n)| n).sum(),
        n_closed: retryable.iter().find(|(code, _)| code == CLOSED_DOUBT).map_or(0, |(_, n)| *n),
        resends_doubts: codes.iter().any(|code| code == CLOSED_DOUBT),
        which: if leaves_doubts { Which::AllBut(vec![CLOSED_DOUBT.to_owned()]) } else { Which::Codes(codes) },
        leaves_doubts,
    })
}

impl From<&RetryError> for Explained {
    fn from(error: &RetryError) -> Self {
        let explained = Self::of(error);
        match error {
            RetryError::Queue(error) => Self::from(error),
            RetryError::UnknownCode { known, .. } => {
                let codes: Vec<_> = known.iter().map(|(code, n)| format!("{code} ({})", count(*n))).collect();
                let known = if codes.is_empty() { "nobody has failed".to_owned() } else { codes.join(", ") };
                explained.hint(format!("the codes there are: {known}"))
            }
        }
    }
}
