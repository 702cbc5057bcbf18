//! What this process knows of each campaign beside the queue: a check under way, progress, viewers, failures.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError, atomic::AtomicU64},
    time::Duration,
};

use tokio::{sync::watch, time::Instant};

use super::{
    snapshot::Snapshot,
    telemetry::{Gauge, RateSample, Trouble},
};
use crate::{
    domain::{CampaignId, Delivery, Status},
    queue::{Counts, Draft, Glimpse, Loss, Queue, Responded},
};

/// Where the snapshots of a campaign go.
pub(crate) type Feed = watch::Sender<Option<Arc<Snapshot>>>;

type Losses = Arc<Vec<Loss>>;

/// How far the reading of a file is.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    choices: String,
    pub(crate) n_bytes: AtomicU64,
}

#[derive(Debug, Default)]
struct CampaignSession {
    /// A check of its draft that is under way.
    check: Option<Arc<Progress>>,
    /// The rows that the last check of its draft has read.
    rows: Option<Queue>,
    gauge: Option<Arc<Gauge>>,
    /// The gauge of the last time that the campaign was being sent: its curve is still shown, and continued.
    past_gauge: Option<Arc<Gauge>>,
    feed: Option<Feed>,
    /// Why the started campaign is not being sent.
    trouble: Option<Trouble>,
    /// Why the list could not be put into the queue, until somebody tries again.
    start_failure: Option<String>,
    /// Its list is being put into the queue, or somebody is changing whether it will be.
    is_starting: bool,
    losses: Option<(Lost, Instant, Losses)>,
    responded: Option<(Instant, Arc<Responded>)>,
}

impl CampaignSession {
    fn is_empty(&self) -> bool {
        !self.is_starting
            && self.check.is_none()
            && self.rows.is_none()
            && self.gauge.is_none()
            && self.past_gauge.is_none()
            && self.feed.is_none()
            && self.trouble.is_none()
            && self.start_failure.is_none()
            && self.losses.is_none()
            && self.responded.is_none()
    }
}

/// The sessions of all campaigns.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sessions(Arc<Mutex<HashMap<CampaignId, CampaignSession>>>);

/// The right to start a campaign, to take its start back, or to remove its draft: one task has it at a time.
#[derive(Debug)]
pub(crate) struct StartGuard {
    sessions: Sessions,
    campaign: CampaignId,
}

impl Drop for StartGuard {
    fn drop(&mut self) {
        self.sessions.change(self.campaign, |session| session.is_starting = false);
    }
}

impl Sessions {
    fn lock(&self) -> MutexGuard<'_, HashMap<CampaignId, CampaignSession>> {
        // Every change behind this lock is a single step, so a panic elsewhere leaves nothing half done.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn read<T>(&self, campaign: CampaignId, read: impl FnOnce(&CampaignSession) -> Option<T>) -> Option<T> {
        self.lock().get(&campaign).and_then(read)
    }

    fn change<T>(&self, campaign: CampaignId, change: impl FnOnce(&mut CampaignSession) -> T) -> T {
        let mut sessions = self.lock();
        let session = sessions.entry(campaign).or_default();
        let result = change(session);
        if session.is_empty() {
            sessions.remove(&campaign);
        }
        result
    }

    /// Whether the campaign's list is being put into the queue.
    pub(crate) fn is_starting(&self, campaign: CampaignId) -> bool {
        self.lock().get(&campaign).is_some_and(|session| session.is_starting)
    }

    /// None while another task starts the campaign or takes its start back.
    pub(crate) fn try_start(&self, campaign: CampaignId) -> Option<StartGuard> {
        let was_starting = self.change(campaign, |session| std::mem::replace(&mut session.is_starting, true));
        (!was_starting).then(|| StartGuard { sessions: self.clone(), campaign })
    }

    /// The check of these choices, if it is under way.
    pub(crate) fn check(&self, campaign: CampaignId, choices: &str) -> Option<Arc<Progress>> {
        self.read(campaign, |session| session.check.clone()).filter(|check| check.choices == choices)
    }

    pub(crate) fn begin_check(&self, campaign: CampaignId, choices: &str) -> Arc<Progress> {
        let check = Arc::new(Progress { choices: choices.to_owned(), n_bytes: AtomicU64::new(0) });
        self.change(campaign, |session| session.check = Some(Arc::clone(&check)));
        check
    }

    /// Ends the check of these choices; one of other choices that has begun since goes on.
    pub(crate) fn end_check(&self, campaign: CampaignId, choices: &str) {
        self.change(campaign, |session| {
            session.check.take_if(|check| check.choices == choices);
        });
    }

    pub(crate) fn rows(&self, campaign: CampaignId) -> Option<Queue> {
        self.read(campaign, |session| session.rows.clone())
    }

    pub(crate) fn keep_rows(&self, campaign: CampaignId, rows: Queue) {
        self.change(campaign, |session| session.rows = Some(rows));
    }

    pub(crate) fn take_rows(&self, campaign: CampaignId) -> Option<Queue> {
        self.change(campaign, |session| session.rows.take())
    }

    /// The rows of campaigns that have no draft any more.
    pub(crate) fn take_stray_rows(&self, drafts: &[Draft]) -> Vec<Queue> {
        let mut sessions = self.lock();
        let strays = sessions
            .iter_mut()
            .filter(|(campaign, _)| drafts.iter().all(|draft| draft.campaign != **campaign))
            .filter_map(|(_, session)| session.rows.take())
            .collect();
        sessions.retain(|_, session| !session.is_empty());
        strays
    }

    /// The gauge of a campaign that this process sends.
    pub(crate) fn gauge(&self, campaign: CampaignId) -> Option<Arc<Gauge>> {
        self.read(campaign, |session| session.gauge.clone())
    }

    /// The rate over the last minutes, oldest first; also of a campaign that has just stopped.
    pub(crate) fn curve(&self, campaign: CampaignId) -> Vec<RateSample> {
        let gauge =
            self.read(campaign, |session| session.gauge.clone().or_else(|| session.past_gauge.clone()));
        gauge.map(|gauge| gauge.curve()).unwrap_or_default()
    }

    /// How many campaigns are being sent.
    pub(crate) fn n_sending(&self) -> usize {
        self.lock().values().filter(|session| session.gauge.is_some()).count()
    }

    /// A new gauge, for a campaign that begins to be sent.
    pub(crate) fn begin_sending(&self, campaign: CampaignId) -> Arc<Gauge> {
        self.change(campaign, |session| {
            let past = session.past_gauge.take();
            let gauge = Arc::new(past.map_or_else(Gauge::default, |past| Gauge::continuing(&past)));
            session.gauge = Some(Arc::clone(&gauge));
            session.trouble = None;
            gauge
        })
    }

    /// The campaign is no longer being sent; `trouble` says why, where it is not at its end.
    pub(crate) fn end_sending(&self, campaign: CampaignId, trouble: Option<Trouble>) {
        self.change(campaign, |session| {
            if let Some(gauge) = session.gauge.take() {
                session.past_gauge = Some(gauge);
            }
            session.trouble = trouble;
        });
    }

    /// Why a started campaign is not being sent.
    pub(crate) fn trouble(&self, campaign: CampaignId) -> Option<Trouble> {
        self.read(campaign, |session| session.trouble.clone())
    }

    pub(crate) fn set_trouble(&self, campaign: CampaignId, trouble: Option<Trouble>) {
        self.change(campaign, |session| session.trouble = trouble);
    }

    /// Forgets the troubles of all campaigns but these.
    pub(crate) fn keep_troubles(&self, of: &[CampaignId]) {
        let mut sessions = self.lock();
        for (campaign, session) in sessions.iter_mut() {
            session.trouble.take_if(|_| !of.contains(campaign));
        }
        sessions.retain(|_, session| !session.is_empty());
    }

    /// Why the campaign's list could not be put into the queue.
    pub(crate) fn start_failure(&self, campaign: CampaignId) -> Option<String> {
        self.read(campaign, |session| session.start_failure.clone())
    }

    pub(crate) fn set_start_failure(&self, campaign: CampaignId, failure: Option<String>) {
        self.change(campaign, |session| session.start_failure = failure);
    }

    /// A receiver of the campaign's snapshots. The first caller also gets the sender, and has to feed it.
    pub(crate) fn watch(
        &self,
        campaign: CampaignId,
    ) -> (watch::Receiver<Option<Arc<Snapshot>>>, Option<Feed>) {
        self.change(campaign, |session| {
            if let Some(feed) = &session.feed {
                return (feed.subscribe(), None);
            }
            let (feed, snapshots) = watch::channel(None);
            session.feed = Some(feed.clone());
            (snapshots, Some(feed))
        })
    }

    /// Removes the feed once it has no receivers; false while it has some.
    pub(crate) fn unwatch(&self, campaign: CampaignId) -> bool {
        self.change(campaign, |session| {
            session.feed.take_if(|feed| feed.receiver_count() == 0);
            session.feed.is_none()
        })
    }

    /// The failures by code, if they were counted when there were as many as now. Large numbers are counted seldom:
    /// counting a hundred thousand failures for every snapshot would slow the sender down.
    pub(crate) fn losses(&self, campaign: CampaignId, counts: &Counts) -> Option<Losses> {
        const KEEPS_FOR: Duration = Duration::from_secs(5);
        const FEW: u64 = 5_000;
        let now = Lost::of(counts);
        if now == Lost::default() {
            return Some(Losses::default());
        }
        self.read(campaign, |session| {
            let (then, at, losses) = session.losses.as_ref()?;
            let is_kept =
                now.failed > FEW && at.elapsed() < KEEPS_FOR && Glimpse::n_untold(counts, losses).is_some();
            (*then == now || is_kept).then(|| Arc::clone(losses))
        })
    }

    /// Who answered, if that was counted at most so long ago.
    pub(crate) fn responded(&self, campaign: CampaignId, may_be_old: Duration) -> Option<Arc<Responded>> {
        self.read(campaign, |session| {
            let (at, responded) = session.responded.as_ref()?;
            (at.elapsed() < may_be_old).then(|| Arc::clone(responded))
        })
    }

    pub(crate) fn keep_responded(&self, campaign: CampaignId, responded: Responded) -> Arc<Responded> {
        let responded = Arc::new(responded);
        let kept = (Instant::now(), Arc::clone(&responded));
        self.change(campaign, |session| session.responded = Some(kept));
        responded
    }

    pub(crate) fn keep_losses(&self, campaign: CampaignId, counts: &Counts, losses: Vec<Loss>) -> Losses {
        let losses = Arc::new(losses);
        let kept = (Lost::of(counts), Instant::now(), Arc::clone(&losses));
        self.change(campaign, |session| session.losses = Some(kept));
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        console::workspace::telemetry::{CURVE, SAMPLE_EVERY},
        domain::RecipientId,
        queue::End,
        sender::{Pace, Watcher},
    };

    fn pace() -> Pace {
        Pace { n_in_flight: 1, rate_now: 20.0, rate_allowed: 20.0, next_retry_in: None, is_ending: false }
    }

    #[tokio::test(start_paused = true)]
    async fn a_course_goes_on_after_a_pause() {
        let sessions = Sessions::default();
        let id = CampaignId(1);
        for _ in 0..2 {
            let gauge = sessions.begin_sending(id);
            for _ in 0..3 {
                Watcher::pace(&*gauge, pace());
                for row in 0..20 {
                    gauge.settled(RecipientId(row), &End::Failed(crate::domain::Reason::new("", "")));
                }
                tokio::time::advance(SAMPLE_EVERY).await;
            }
            sessions.end_sending(id, None);
        }
        let rates: Vec<_> = sessions.curve(id).iter().map(|beat| beat.rate.round()).collect();
        assert_eq!(rates, [20.0; 5]);
        // A pause is a gap.
        tokio::time::advance(SAMPLE_EVERY * 10).await;
        Watcher::pace(&*sessions.begin_sending(id), pace());
        let rates: Vec<_> = sessions.curve(id).iter().map(|beat| beat.rate.round()).collect();
        assert_eq!(rates, [20.0, 20.0, 20.0, 20.0, 20.0, 0.0, 0.0]);
        tokio::time::advance(CURVE + SAMPLE_EVERY).await;
        sessions.end_sending(id, None);
        assert_eq!(sessions.curve(id), []);
    }

    #[test]
    fn a_start_belongs_to_one_task_at_a_time() {
        let sessions = Sessions::default();
        let id = CampaignId(1);
        let first = sessions.try_start(id).unwrap();
        assert!(sessions.is_starting(id) && sessions.try_start(id).is_none());
        drop(first);
        assert!(!sessions.is_starting(id) && sessions.try_start(id).is_some());
        // What is over leaves nothing behind.
        assert!(sessions.lock().is_empty());
    }

    #[test]
    fn a_check_of_other_choices_is_not_ended() {
        let sessions = Sessions::default();
        let id = CampaignId(1);
        sessions.begin_check(id, "new");
        sessions.end_check(id, "old");
        assert!(sessions.check(id, "new").is_some() && sessions.check(id, "old").is_none());
    }
}
