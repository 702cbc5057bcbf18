//! One look at a campaign: everything its page shows that changes by itself.

use std::{
    borrow::Borrow,
    collections::BTreeMap,
    sync::{Arc, OnceLock},
    time::Duration,
};

use super::telemetry::{RateSample, Trouble};
use crate::{
    console::page::frame::Moment,
    domain::{State, Status, Timestamp},
    language::Language,
    queue::{Loss, Minute, Overview, Problem},
    report::figures::responses::Outcome,
    sender::{Notice, Pace},
};

/// The parts of a campaign's page that change by themselves, by name, as HTML.
pub(crate) type LiveHtml = BTreeMap<&'static str, String>;

/// A campaign as it stands at one moment.
#[derive(Debug, Clone)]
pub(crate) struct Snapshot {
    pub(crate) overview: Overview,
    pub(crate) pace: Option<Pace>,
    pub(crate) notice: Option<Notice>,
    /// Recipients per second that came to an end lately.
    pub(crate) rate: f64,
    pub(crate) minutes: Vec<Minute>,
    pub(crate) problems: Vec<Problem>,
    /// The rate over the last minutes, while it is being sent.
    pub(crate) curve: Vec<RateSample>,
    /// Other campaigns that are being sent at the same time.
    pub(crate) n_others: usize,
    /// Who came to no good end, by code, and how many of the failed are not counted by code yet.
    pub(crate) losses: Arc<Vec<Loss>>,
    pub(crate) n_without_reason: u64,
    /// What came of the messages.
    pub(crate) outcome: Outcome,
    pub(crate) trouble: Option<Trouble>,
    pub(crate) at: Timestamp,
    /// What browsers are told of it in each language, made once for all who look: for those who only look, and for those who
    /// may send.
    pub(crate) parts: [[OnceLock<Option<Arc<LiveHtml>>>; 2]; Language::ALL.len()],
}

impl Snapshot {
    pub(crate) fn n(&self, status: impl Borrow<Status>) -> u64 {
        self.overview.counts.of(*status.borrow())
    }

    /// How many of those who can be messaged have come to an end, and how many there are.
    pub(crate) fn done(&self) -> (u64, u64) {
        let n_done = [Status::Accepted, Status::Failed, Status::InDoubt].map(|status| self.n(status));
        let n_done: u64 = n_done.iter().sum();
        (n_done, n_done + self.overview.counts.n_open())
    }

    /// An instant of the campaign.
    pub(crate) fn moment(&self, at: Timestamp) -> Moment {
        Moment::of(at, &self.overview.campaign.plan)
    }

    pub(crate) fn total(&self) -> u64 {
        self.overview.counts.total()
    }

    pub(crate) fn is_running(&self) -> bool {
        self.overview.campaign.state == State::Running
    }

    /// Nothing further is sent.
    pub(crate) fn has_ended(&self) -> bool {
        matches!(self.overview.campaign.state, State::Finished | State::Cancelled)
    }

    /// Requests on the wire, as all figures of the page are: of the queue, at one moment.
    pub(crate) fn n_in_flight(&self) -> u64 {
        self.n(Status::Sending)
    }

    /// When all will have been sent, at the rate of the last seconds.
    pub(crate) fn done_at(&self) -> Option<Timestamp> {
        let n_open = self.overview.counts.n_open();
        if n_open == 0 || self.rate < 0.01 {
            return None;
        }
        #[expect(clippy::cast_precision_loss, reason = "an estimate")]
        let seconds = n_open as f64 / self.rate;
        Duration::try_from_secs_f64(seconds).ok().map(|wait| self.at.plus(wait))
    }
}
