//! What a running campaign shows of itself between two looks at the queue, and who is looking.

use std::{
    collections::{HashMap, VecDeque},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::{sync::watch, time::Instant};

use super::snapshot::Snapshot;
use crate::{
    domain::{CampaignId, Delivery, RecipientId, Status},
    queue::{Counts, End, Glimpse, Loss},
    sender::{Notice, Pace, Watcher},
};

/// The rate is an average over this long.
const WINDOW: Duration = Duration::from_secs(5);

/// The curve of the rate goes back so far, with a beat for each of these.
const CURVE: Duration = Duration::from_mins(10);
const SAMPLE_EVERY: Duration = Duration::from_secs(1);

/// The rate at one moment of the last minutes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct RateSample {
    /// Resolution long ago.
    pub(crate) age: Duration,
    /// Recipients per second that came to an end since the beat before.
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

/// Where the snapshots of a campaign go.
pub(crate) type Feed = watch::Sender<Option<Arc<Snapshot>>>;

type Losses = Arc<Vec<Loss>>;

/// All campaigns that run or are looked at.
#[derive(Debug, Default)]
pub(crate) struct Telemetry {
    gauges: Mutex<HashMap<CampaignId, Arc<Gauge>>>,
    /// The gauges of campaigns that have been sent and are not now: their curve is still shown, and goes on.
    past: Mutex<HashMap<CampaignId, Arc<Gauge>>>,
    feeds: Mutex<HashMap<CampaignId, Feed>>,
    troubles: Mutex<HashMap<CampaignId, Trouble>>,
    /// Why a list could not be put into the queue, until somebody tries again.
    start_failure: Mutex<HashMap<CampaignId, String>>,
    losses: Mutex<HashMap<CampaignId, (Lost, Instant, Losses)>>,
}

fn open<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Every change behind these locks is a single step, so a panic elsewhere leaves nothing half done.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn set<T>(all: &Mutex<HashMap<CampaignId, T>>, campaign: CampaignId, one: Option<T>) {
    let mut all = open(all);
    match one {
        Some(one) => all.insert(campaign, one),
        None => all.remove(&campaign),
    };
}

impl Telemetry {
    /// The gauge of a campaign that this process sends.
    pub(crate) fn gauge(&self, campaign: CampaignId) -> Option<Arc<Gauge>> {
        open(&self.gauges).get(&campaign).map(Arc::clone)
    }

    /// The rate over the last minutes, oldest first; also of a campaign that has just stopped.
    pub(crate) fn curve(&self, campaign: CampaignId) -> Vec<RateSample> {
        let gauge = self.gauge(campaign).or_else(|| open(&self.past).get(&campaign).map(Arc::clone));
        gauge.map(|gauge| gauge.curve()).unwrap_or_default()
    }

    /// Resolution many campaigns are being sent.
    pub(crate) fn n_sent(&self) -> usize {
        open(&self.gauges).len()
    }

    /// A new gauge, for a campaign that begins to be sent.
    pub(crate) fn begin(&self, campaign: CampaignId) -> Arc<Gauge> {
        let gauge = Arc::new(Gauge::default());
        if let Some(past) = open(&self.past).remove(&campaign) {
            let past = open(&past.state);
            let mut state = open(&gauge.state);
            state.n_ended = past.n_ended;
            state.curve.clone_from(&past.curve);
        }
        open(&self.gauges).insert(campaign, Arc::clone(&gauge));
        open(&self.troubles).remove(&campaign);
        gauge
    }

    /// The campaign is no longer sent; in words why, where it is not at its end.
    pub(crate) fn end(&self, campaign: CampaignId, trouble: Option<Trouble>) {
        if let Some(gauge) = open(&self.gauges).remove(&campaign) {
            open(&self.past).insert(campaign, gauge);
        }
        self.set_trouble(campaign, trouble);
    }

    /// Why a started campaign is not being sent.
    pub(crate) fn trouble(&self, campaign: CampaignId) -> Option<Trouble> {
        open(&self.troubles).get(&campaign).cloned()
    }

    pub(crate) fn set_trouble(&self, campaign: CampaignId, trouble: Option<Trouble>) {
        set(&self.troubles, campaign, trouble);
    }

    /// Forgets the troubles of all campaigns but these.
    pub(crate) fn keep_troubles(&self, of: &[CampaignId]) {
        open(&self.troubles).retain(|campaign, _| of.contains(campaign));
    }

    /// Why the campaign's list could not be put into the queue.
    pub(crate) fn start_failure(&self, campaign: CampaignId) -> Option<String> {
        open(&self.start_failure).get(&campaign).cloned()
    }

    pub(crate) fn set_start_failure(&self, campaign: CampaignId, start_failure: Option<String>) {
        set(&self.start_failure, campaign, start_failure);
    }

    /// A receiver of the campaign's snapshots. The sender is given to the first who asks: it is theirs to feed.
    pub(crate) fn watch(
        &self,
        campaign: CampaignId,
    ) -> (watch::Receiver<Option<Arc<Snapshot>>>, Option<Feed>) {
        let mut feeds = open(&self.feeds);
        if let Some(feed) = feeds.get(&campaign) {
            return (feed.subscribe(), None);
        }
        let (feed, snapshots) = watch::channel(None);
        feeds.insert(campaign, feed.clone());
        (snapshots, Some(feed))
    }

    /// Takes the feed away when nobody looks any more; false while somebody does.
    pub(crate) fn unwatch(&self, campaign: CampaignId) -> bool {
        let mut feeds = open(&self.feeds);
        if feeds.get(&campaign).is_some_and(|feed| feed.receiver_count() > 0) {
            return false;
        }
        feeds.remove(&campaign);
        true
    }

    /// Who came to no good end by code, where that was counted when there were as many as now. Many are counted seldom:
    /// a hundred thousand of them for every look would be felt by the sender.
    pub(crate) fn losses(&self, campaign: CampaignId, counts: &Counts) -> Option<Losses> {
        const KEEPS_FOR: Duration = Duration::from_secs(5);
        const FEW: u64 = 5_000;
        let now = Lost::of(counts);
        if now == Lost::default() {
            return Some(Losses::default());
        }
        let known = open(&self.losses);
        let (then, at, losses) = known.get(&campaign)?;
        let is_kept =
            now.failed > FEW && at.elapsed() < KEEPS_FOR && Glimpse::n_untold(counts, losses).is_some();
        (*then == now || is_kept).then(|| Arc::clone(losses))
    }

    pub(crate) fn keep_losses(&self, campaign: CampaignId, counts: &Counts, losses: Vec<Loss>) -> Losses {
        let losses = Arc::new(losses);
        let kept = (Lost::of(counts), Instant::now(), Arc::clone(&losses));
        open(&self.losses).insert(campaign, kept);
        losses
    }
}

/// The counters that the losses follow.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Lost {
    failed: u64,
    undelivered: u64,
}

impl Lost {
    fn of(counts: &Counts) -> Self {
        Self { failed: counts.of(Status::Failed), undelivered: counts.delivered(Delivery::Undelivered) }
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

impl Gauge {
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
    fn curve(&self) -> Vec<RateSample> {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn pace() -> Pace {
        Pace { n_in_flight: 1, rate_now: 20.0, rate_allowed: 20.0, next_retry_in: None }
    }

    #[tokio::test(start_paused = true)]
    async fn a_course_goes_on_after_a_pause() {
        let live = Telemetry::default();
        let id = CampaignId(1);
        for _ in 0..2 {
            let gauge = live.begin(id);
            for _ in 0..3 {
                Watcher::pace(&*gauge, pace());
                for row in 0..20 {
                    gauge.settled(RecipientId(row), &End::Failed(crate::domain::Reason::new("", "")));
                }
                tokio::time::advance(SAMPLE_EVERY).await;
            }
            live.end(id, None);
        }
        let rates: Vec<_> = live.curve(id).iter().map(|beat| beat.rate.round()).collect();
        assert_eq!(rates, [20.0; 5]);
        // A pause is a gap.
        tokio::time::advance(SAMPLE_EVERY * 10).await;
        Watcher::pace(&*live.begin(id), pace());
        let rates: Vec<_> = live.curve(id).iter().map(|beat| beat.rate.round()).collect();
        assert_eq!(rates, [20.0, 20.0, 20.0, 20.0, 20.0, 0.0, 0.0]);
        tokio::time::advance(CURVE + SAMPLE_EVERY).await;
        live.end(id, None);
        assert_eq!(live.curve(id), []);
    }
}
