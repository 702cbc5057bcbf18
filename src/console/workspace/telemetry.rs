//! In-memory progress of one running campaign, between two reads of the queue.

use std::{
    collections::VecDeque,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::time::Instant;

use crate::{
    domain::RecipientId,
    queue::End,
    sender::{Notice, Pace, Watcher},
};

/// The rate is an average over this long.
const WINDOW: Duration = Duration::from_secs(5);

/// The curve of the rate goes back so far, with a sample for each of these.
pub(super) const CURVE: Duration = Duration::from_mins(10);
pub(super) const SAMPLE_EVERY: Duration = Duration::from_secs(1);

/// The rate at one moment of the last minutes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct RateSample {
    /// How long ago.
    pub(crate) age: Duration,
    /// Recipients per second that came to an end since the sample before.
    pub(crate) rate: f64,
    /// Messages per second that were allowed.
    pub(crate) allowed: f64,
}

/// Why a started campaign is not being sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Trouble {
    pub(crate) words: String,
    /// The database is a copy, and sends nothing until somebody says so.
    pub(crate) is_restored: bool,
}

impl From<String> for Trouble {
    fn from(words: String) -> Self {
        Self { words, is_restored: false }
    }
}

/// What the sender tells of one campaign.
#[derive(Debug, Default)]
pub(crate) struct Gauge {
    n_accepted: AtomicU64,
    n_settled: AtomicU64,
    state: Mutex<GaugeState>,
}

#[derive(Debug, Default)]
struct GaugeState {
    pace: Option<Pace>,
    notice: Option<Notice>,
    /// Accepted, failed and doubtful recipients in total, at each moment of the last seconds.
    marks: VecDeque<(Instant, u64)>,
    n_ended: u64,
    /// When, how many had ended by then, and the rate that was allowed; one a second.
    curve: VecDeque<(Instant, u64, f64)>,
}

fn open<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Every change behind this lock is a single step, so a panic elsewhere leaves nothing half done.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Gauge {
    /// A gauge that continues the curve of an earlier one.
    pub(crate) fn continuing(past: &Self) -> Self {
        let past = open(&past.state);
        let state = GaugeState { n_ended: past.n_ended, curve: past.curve.clone(), ..GaugeState::default() };
        Self { state: Mutex::new(state), ..Self::default() }
    }

    /// What was settled since the last call: accepted, and altogether.
    pub(crate) fn take(&self) -> (u64, u64) {
        (self.n_accepted.swap(0, Ordering::Relaxed), self.n_settled.swap(0, Ordering::Relaxed))
    }

    pub(crate) fn pace(&self) -> Option<Pace> {
        open(&self.state).pace
    }

    pub(crate) fn notice(&self) -> Option<Notice> {
        open(&self.state).notice.clone()
    }

    #[expect(clippy::cast_precision_loss, reason = "thousands at most in a second")]
    pub(crate) fn curve(&self) -> Vec<RateSample> {
        let state = open(&self.state);
        let pairs = state.curve.iter().zip(state.curve.iter().skip(1));
        pairs
            .filter(|(_, (at, ..))| at.elapsed() <= CURVE)
            .flat_map(|((before, n_before, _), (at, n, allowed))| {
                let passed = at.duration_since(*before);
                let beat = |age, rate| RateSample { age, rate, allowed: *allowed };
                if passed > SAMPLE_EVERY * 4 {
                    // Nothing was sent between a pause and the resume.
                    vec![
                        beat(before.elapsed().saturating_sub(SAMPLE_EVERY / 10), 0.0),
                        beat(at.elapsed(), 0.0),
                    ]
                } else {
                    // Answers come unevenly; what leaves is never more than is allowed.
                    let rate = (n - n_before) as f64 / passed.as_secs_f64();
                    vec![beat(at.elapsed(), rate.min(*allowed))]
                }
            })
            .collect()
    }

    /// Recipients that came to an end per second, over the last seconds.
    #[expect(clippy::cast_precision_loss, reason = "thousands at most in some seconds")]
    pub(crate) fn rate(&self) -> f64 {
        let state = open(&self.state);
        let Some((at, n)) = state.marks.front() else { return 0.0 };
        let passed = at.elapsed().as_secs_f64().max(1.0);
        (state.n_ended - n) as f64 / passed
    }
}

impl Watcher for Gauge {
    fn settled(&self, _recipient: RecipientId, end: &End) {
        match end {
            End::Accepted { .. } => self.n_accepted.fetch_add(1, Ordering::Relaxed),
            End::Failed(_) | End::Unsendable(_) | End::InDoubt(_) | End::InDoubtAndPaused { .. } => 0,
            End::Retried { .. } | End::Released { .. } | End::Paused { .. } => return,
        };
        self.n_settled.fetch_add(1, Ordering::Relaxed);
        let mut state = open(&self.state);
        state.n_ended += 1;
        let is_trouble = !matches!(state.notice, Some(Notice::NextRetryAt(_) | Notice::WaitsUntil(_)));
        if is_trouble && matches!(end, End::Accepted { .. }) {
            // An acceptance ends whatever trouble there was; what waits for an instant still waits for it.
            state.notice = None;
        }
    }

    fn pace(&self, pace: Pace) {
        let mut state = open(&self.state);
        state.pace = Some(pace);
        let mark = (Instant::now(), state.n_ended);
        state.marks.push_back(mark);
        if state.curve.back().is_none_or(|(at, ..)| at.elapsed() >= SAMPLE_EVERY) {
            let n_ended = state.n_ended;
            state.curve.push_back((mark.0, n_ended, pace.rate_now));
            while state.curve.front().is_some_and(|(at, ..)| at.elapsed() > CURVE) {
                state.curve.pop_front();
            }
        }
        while state.marks.front().is_some_and(|(at, _)| at.elapsed() > WINDOW) {
            state.marks.pop_front();
        }
    }

    fn notice(&self, notice: &Notice) {
        open(&self.state).notice = Some(notice.clone());
    }
}
