//! Before the start of a campaign: whether it can be started, who has had the message already, who can be reached.

use std::time::Duration;

use crate::{
    app::{
        campaigns::{
            finish::{self, FinishError},
            reach::Prospect,
        },
        wording::{self, error::Explained, listed},
    },
    domain::{Campaign, Phone, State, Status, Timestamp, reach::Reach},
    queue::{Overlap, Overview, Queue, QueueError, Repetition},
    report::count,
};

/// The same message to mostly the same people within this span has to be confirmed.
pub const SAME_MESSAGE_WITHIN: Duration = Duration::from_hours(30 * 24);

/// People whom another campaign has messaged within this span are counted before a start.
pub const MESSAGED_LATELY_WITHIN: Duration = Duration::from_hours(7 * 24);

/// Whom other campaigns have messaged.
#[derive(Debug)]
pub struct Repetitions {
    /// Who got the same message within [`SAME_MESSAGE_WITHIN`].
    pub same_message: Option<Repetition>,
    /// Who was messaged within [`MESSAGED_LATELY_WITHIN`], by campaign; without the campaigns of `same_message`.
    pub lately: Vec<Overlap>,
}

/// Whether a repetition has to be confirmed: the same message to at least half of those who wait.
pub fn has_to_be_confirmed(n_same_message: u64, n_queued: u64) -> bool {
    n_same_message > 0 && n_same_message * 2 >= n_queued
}

/// Whom of the campaign's waiting recipients other campaigns have messaged.
pub async fn repetitions(
    queue: &Queue,
    campaign: &Campaign,
    now: Timestamp,
) -> Result<Repetitions, QueueError> {
    let same_message = queue.repetition(campaign.id, now.minus(SAME_MESSAGE_WITHIN)).await?;
    let mut lately = queue.overlaps(campaign.id, now.minus(MESSAGED_LATELY_WITHIN)).await?;
    if let Some(same) = &same_message {
        lately.retain(|overlap| !same.names.contains(&overlap.name));
    }
    Ok(Repetitions { same_message, lately })
}

/// What somebody says about a start.
#[derive(Debug, Clone, Copy, Default)]
pub struct Said {
    /// Although mostly the same people got the same message lately.
    pub again: bool,
    /// What becomes of those who cannot be reached.
    pub reach: Option<Reach>,
    /// Messages per second.
    pub mps: Option<f64>,
}

/// A campaign that may start.
#[derive(Debug)]
pub struct Ready {
    /// The rate that was asked for, or by which it is done in time; none where the campaign's own stays.
    pub mps: Option<f64>,
}

/// Why a campaign does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error(transparent)]
    Queue(#[from] QueueError),
    #[error("`{name}` is paused")]
    Paused { name: String },
    #[error("`{name}` was cancelled; nothing of it is sent any more")]
    Cancelled { name: String },
    #[error("`{name}` has no recipients")]
    NoRecipients { name: String },
    #[error("nobody in `{name}` is left to send to")]
    NobodyLeft { name: String },
    /// The same message to mostly the same people takes a word.
    #[error(
        "{} of the {} who wait in `{name}` got the same message from {} in the last 30 days",
        count(*n_recipients),
        count(*n_queued),
        listed(names)
    )]
    Repeated { name: String, n_recipients: u64, n_queued: u64, names: Vec<String> },
    #[error(transparent)]
    Finish(#[from] FinishError),
    /// Most cannot be reached, and nobody has said what becomes of them.
    #[error("{sentence}")]
    ReachNotChosen { name: String, sentence: String },
    #[error("nobody in `{name}` can be reached now. {sentence}")]
    NobodyReachable { name: String, sentence: String },
}

/// Refuses a campaign that cannot be started as it stands.
pub fn check_startable(overview: &Overview) -> Result<(), StartError> {
    let Overview { campaign, counts } = overview;
    let name = campaign.plan.name.clone();
    match campaign.state {
        State::Paused => return Err(StartError::Paused { name }),
        State::Cancelled => return Err(StartError::Cancelled { name }),
        State::Draft | State::Scheduled | State::Running | State::Finished => {}
    }
    match (counts.total(), counts.n_open()) {
        (0, _) => Err(StartError::NoRecipients { name }),
        (_, 0) => Err(StartError::NobodyLeft { name }),
        _ => Ok(()),
    }
}

/// Before a first start: whom other campaigns have messaged. Refuses the same message to mostly the same people.
pub async fn check_repetitions(
    queue: &Queue,
    campaign: &Campaign,
    n_queued: u64,
    now: Timestamp,
) -> Result<Repetitions, StartError> {
    let found = repetitions(queue, campaign, now).await?;
    if let Some(Repetition { n_recipients, names }) = &found.same_message
        && has_to_be_confirmed(*n_recipients, n_queued)
    {
        let (name, names) = (campaign.plan.name.clone(), names.clone());
        return Err(StartError::Repeated { name, n_recipients: *n_recipients, n_queued, names });
    }
    Ok(found)
}

/// Before a start: who can be reached. Where most cannot, somebody has to have said what becomes of them.
pub async fn check_reach(
    queue: &Queue,
    campaign: &Campaign,
    from: Phone,
    said: &Said,
    now: Timestamp,
) -> Result<Prospect, StartError> {
    let mps = said.mps.unwrap_or(campaign.plan.mps);
    let chosen = said.reach.or(campaign.plan.reach.chosen);
    let prospect = Prospect::of(queue, campaign, from, mps, now).await?;
    let (name, sentence) = (campaign.plan.name.clone(), wording::reach::sentence(&prospect, mps));
    if prospect.has_to_be_chosen(chosen) {
        return Err(StartError::ReachNotChosen { name, sentence });
    }
    if chosen == Some(Reach::Open) && prospect.n_open == 0 && prospect.n_queued > 0 {
        return Err(StartError::NobodyReachable { name, sentence });
    }
    Ok(prospect)
}

/// All that is looked at before a campaign is started by a program.
pub async fn check(
    queue: &Queue,
    overview: &Overview,
    from: Phone,
    said: &Said,
    now: Timestamp,
) -> Result<Ready, StartError> {
    let Overview { campaign, counts } = overview;
    let n_queued = counts.of(Status::Queued);
    if campaign.started_at.is_none() && !said.again {
        check_repetitions(queue, campaign, n_queued, now).await?;
    }
    let mps = finish::rate(&campaign.plan, n_queued, said.mps, now)?.or(said.mps);
    check_reach(queue, campaign, from, &Said { mps, ..*said }, now).await?;
    Ok(Ready { mps })
}

impl From<&StartError> for Explained {
    fn from(error: &StartError) -> Self {
        let explained = Self::of(error);
        match error {
            StartError::Queue(error) => Self::from(error),
            StartError::Paused { name } => explained.hint(format!("catalink resume {name}")),
            StartError::Cancelled { .. } => explained.hint("create another campaign for the same list"),
            StartError::NoRecipients { name } => explained.hint(format!("catalink import {name} FILE")),
            StartError::NobodyLeft { name } => {
                explained.hint(format!("catalink export {name} shows the reason of every row"))
            }
            StartError::Repeated { name, .. } => explained
                .note("they would get it once more; that takes your word: --again")
                .hint(format!("check whom the list holds: catalink preview {name}")),
            StartError::Finish(_) => explained.hint("move the time (--finish-by), or send to fewer"),
            StartError::ReachNotChosen { name, .. } => explained
                .code("REACH")
                .note(
                    "--reach open messages those who can be reached and skips the others, --reach wait messages everybody as \
                     soon as they write, --reach any messages all of them now",
                )
                .hint(format!("catalink run {name} --reach open")),
            StartError::NobodyReachable { name, .. } => explained
                .code("REACH")
                .hint(format!("catalink run {name} --reach wait messages everybody as soon as they write")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_message_to_half_of_those_who_wait_has_to_be_confirmed() {
        assert!(has_to_be_confirmed(5, 10));
        assert!(has_to_be_confirmed(1, 1));
        assert!(!has_to_be_confirmed(4, 10));
        assert!(!has_to_be_confirmed(0, 0), "nobody got it");
    }
}
