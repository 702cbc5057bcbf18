//! The page of a campaign: state in words, a bar in parts, the rate; and what follows when it is over. Live, by
//! server-sent events of what has changed; the first of a connection carries the whole of it, so that a lost connection
//! loses nothing.

use std::{collections::BTreeMap, convert::Infallible, sync::Arc, time::Duration};

use askama::Template;
use axum::{
    extract::{Path, Query, State},
    http::StatusCode,
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use futures_util::{Stream, stream};
use serde::Deserialize;
use tokio::sync::watch;

use crate::{
    app::wording::{self, Face},
    console::{
        drafts::{draft::draft_of, list::options::Choices},
        page::{
            bar::{Part, parts},
            chart::{Chart, RateCurve},
            failure::Failure,
            frame::{Frame, Moment, Section, Visit, page as render},
            notice::PageNotice,
            words::{self, EN},
        },
        shared::Shared,
        workspace::{
            launch::pending_page,
            snapshot::{LiveHtml, Snapshot},
        },
    },
    domain::{Campaign, Delivery, PauseCause, State as CampaignState, Status, campaign::Step, reach::HeldBy},
    queue::{CLOSED_DOUBT, Loss, Problem, Wiped},
    report::{self, figures::responses::Outcome},
    sender::Notice,
};

#[derive(Template)]
#[template(path = "campaign/campaign.html", config = ".askama.toml")]
struct CampaignPage<'s> {
    f: Frame,
    snapshot: &'s Snapshot,
    fragments: Fragments,
    events: String,
    /// What a report of the provider, or a test, came to.
    result: Option<PageNotice>,
    /// The further list that somebody is about to add.
    added: Option<String>,
    wiped: Wiped,
    /// What came of it.
    outcome: Outcome,
}

#[derive(Debug, Default, Deserialize)]
pub(crate) struct ReportQuery {
    report: Option<u64>,
    #[serde(default)]
    matched: u64,
    #[serde(default)]
    changed: u64,
}

/// The parts of the page that change by themselves, as HTML.
struct Fragments {
    state: String,
    /// Apart from what changes twice a second: a button stays where it is while somebody presses it.
    controls: String,
    figures: String,
    pace: String,
    problems: String,
    after: String,
    /// The command that does the same. Nothing in the name of a campaign has to be escaped.
    command: String,
}

macro_rules! fragment {
    ($name:ident, $path:literal) => {
        #[derive(Template)]
        #[template(path = $path, config = ".askama.toml")]
        struct $name<'s> {
            f: &'s Frame,
            snapshot: &'s Snapshot,
            path: &'s str,
        }
    };
}

fragment!(StateFragment, "campaign/state.html");
fragment!(ControlsFragment, "campaign/controls.html");
fragment!(FiguresFragment, "campaign/figures.html");
fragment!(PaceFragment, "campaign/pace.html");
fragment!(ProblemsFragment, "campaign/problems.html");
fragment!(AfterFragment, "campaign/after.html");

impl Fragments {
    fn of(f: &Frame, snapshot: &Snapshot, path: &str) -> Result<Self, Failure> {
        Ok(Self {
            state: StateFragment { f, snapshot, path }.render()?,
            controls: ControlsFragment { f, snapshot, path }.render()?,
            figures: FiguresFragment { f, snapshot, path }.render()?,
            pace: PaceFragment { f, snapshot, path }.render()?,
            problems: ProblemsFragment { f, snapshot, path }.render()?,
            after: AfterFragment { f, snapshot, path }.render()?,
            command: command(&snapshot.overview.campaign),
        })
    }

    fn parts(self) -> LiveHtml {
        let Self { state, controls, figures, pace, problems, after, command } = self;
        LiveHtml::from([
            ("state", state),
            ("controls", controls),
            ("figures", figures),
            ("pace", pace),
            ("problems", problems),
            ("after", after),
            ("command", command),
        ])
    }
}

impl StateFragment<'_> {
    fn state(&self) -> CampaignState {
        self.snapshot.overview.campaign.state
    }

    /// Whether anything on the list was not reached although it could have been.
    fn is_incomplete(&self) -> bool {
        self.snapshot.n(Status::Failed) + self.snapshot.n(Status::InDoubt) > 0
    }

    fn starts_at(&self) -> Option<Moment> {
        self.snapshot.overview.campaign.plan.start_at.map(|at| self.snapshot.moment(at))
    }

    fn waits_until(&self) -> Option<Moment> {
        match self.snapshot.notice {
            Some(Notice::WaitsUntil(at)) if self.snapshot.at < at => Some(self.snapshot.moment(at)),
            _ => None,
        }
    }

    fn retries_at(&self) -> Option<Moment> {
        match self.snapshot.notice {
            Some(Notice::NextRetryAt(at)) if self.snapshot.at < at => Some(self.snapshot.moment(at)),
            _ => None,
        }
    }

    /// The first messages are out, and the rest waits for their receipts at most until then.
    fn canary_until(&self) -> Option<Moment> {
        match self.snapshot.notice {
            Some(Notice::CanaryWaits(at)) => Some(self.snapshot.moment(at)),
            _ => None,
        }
    }

    /// How many of those who can be messaged have come to an end, and how many there are.
    fn done(&self) -> String {
        let n_done =
            [Status::Accepted, Status::Failed, Status::InDoubt].map(|status| self.snapshot.n(status));
        let n_done: u64 = n_done.iter().sum();
        let n_all = n_done + self.snapshot.overview.counts.n_open();
        self.f.w.watch_done.with2(words::number(n_done), words::number(n_all))
    }

    /// How many of those who could be messaged the provider took, and how many there were.
    fn accepted(&self) -> String {
        let n_accepted = self.snapshot.n(Status::Accepted);
        let n_all = n_accepted + self.snapshot.n(Status::Failed) + self.snapshot.n(Status::InDoubt);
        self.f.w.watch_accepted_of.with2(words::number(n_accepted), words::number(n_all))
    }

    /// What the sender said that is not about a time.
    fn sender_notice(&self) -> Option<String> {
        let w = self.f.w;
        match self.snapshot.notice.as_ref()? {
            Notice::ProviderDown { words, next_in } => Some(w.watch_down.with2(w.span(*next_in), words)),
            Notice::SlowedDown { words } => Some(w.watch_slowed.with(words)),
            Notice::Probing => Some(w.watch_probing.to_string()),
            Notice::Held { by: HeldBy::Hours, .. } => Some(w.watch_held_hours.to_string()),
            Notice::Held { by: HeldBy::Cap, .. } => Some(w.watch_held_cap.to_string()),
            Notice::WaitsForPeople => Some(w.watch_people.to_string()),
            Notice::WaitsUntil(_)
            | Notice::CanaryWaits(_)
            | Notice::NextRetryAt(_)
            | Notice::ProviderBack
            | Notice::Pausing(_)
            | Notice::Stopping { .. } => None,
        }
    }
}

impl ControlsFragment<'_> {
    fn resume_words(&self, cause: PauseCause) -> words::Phrase {
        if cause == PauseCause::LowBalance { self.f.w.resume_topped_up } else { self.f.w.resume }
    }
}

impl FiguresFragment<'_> {
    fn parts(&self) -> Vec<Part> {
        const ORDER: [Status; 10] = [
            Status::Accepted,
            Status::Failed,
            Status::InDoubt,
            Status::Sending,
            Status::Queued,
            Status::Rejected,
            Status::Duplicate,
            Status::Suppressed,
            Status::Cancelled,
            Status::Skipped,
        ];
        parts(&ORDER.map(|status| (status.name(), self.snapshot.n(status))))
    }

    /// What receipts say, each with how many; nothing where none came. Where exactly these rows can be listed, with the
    /// delivery that lists them.
    fn receipts(&self) -> Vec<(words::Phrase, u64, Option<&'static str>)> {
        let funnel = self.snapshot.overview.counts.funnel();
        let told = funnel.named().filter(|(_, n)| *n > 0 && !funnel.is_silent());
        let ends = [Delivery::Read, Delivery::Undelivered].map(Delivery::name);
        told.map(|(name, n)| (EN.receipt(name), n, ends.contains(&name).then_some(name))).collect()
    }
}

impl AfterFragment<'_> {
    /// Nothing of a cancelled campaign is sent any more.
    fn may_retry(&self) -> bool {
        self.f.may_send() && self.snapshot.overview.campaign.state != CampaignState::Cancelled
    }

    /// Somebody has closed them without sending: they may have the message, so they are tried again at a risk.
    fn is_closed_doubt(loss: &Loss) -> bool {
        !loss.is_unsent && loss.code == CLOSED_DOUBT
    }

    /// Those that are tried again without that risk.
    fn n_lost(&self) -> u64 {
        let losses = self.snapshot.losses.iter().filter(|loss| !Self::is_closed_doubt(loss));
        losses.map(|loss| loss.n).sum::<u64>() + self.snapshot.n_without_reason
    }

    fn n_retried_kinds(&self) -> usize {
        self.snapshot.losses.iter().filter(|loss| !Self::is_closed_doubt(loss)).count()
    }

    /// What can be done about it, where that is known.
    fn advice(loss: &Loss) -> Option<String> {
        report::advice(&loss.code).map(|advice| advice.what_to_do)
    }
}

impl PaceFragment<'_> {
    fn curve(&self) -> Option<RateCurve> {
        // At the end the minutes say more, where there are some.
        let is_over = self.snapshot.has_ended() && self.chart().is_some();
        RateCurve::of(&self.snapshot.curve).filter(|_| !is_over)
    }

    fn chart(&self) -> Option<Chart> {
        // One bar is not a curve.
        Chart::of(&self.snapshot.minutes).filter(|chart| chart.n_minutes > 1)
    }

    fn done_at(&self) -> Option<Moment> {
        self.snapshot.done_at().map(|at| self.snapshot.moment(at))
    }

    fn finished_at(&self) -> Option<Moment> {
        self.snapshot
            .overview
            .campaign
            .finished_at
            .filter(|_| self.snapshot.has_ended())
            .map(|at| self.snapshot.moment(at))
    }

    fn started_at(&self) -> Option<Moment> {
        self.snapshot.overview.campaign.started_at.map(|at| self.snapshot.moment(at))
    }

    /// Answers come unevenly, so that more of them can arrive in some seconds than requests may leave.
    fn rate_now(&self) -> f64 {
        self.snapshot.rate.min(self.allowed())
    }

    fn allowed(&self) -> f64 {
        self.snapshot.pace.map_or(self.snapshot.overview.campaign.plan.mps, |pace| pace.rate_now)
    }
}

impl ProblemsFragment<'_> {
    fn moment(&self, problem: &Problem) -> Moment {
        self.snapshot.moment(problem.at)
    }
}

impl CampaignPage<'_> {
    fn name(&self) -> &str {
        &self.snapshot.overview.campaign.plan.name
    }

    fn path(&self) -> String {
        format!("{}/campaigns/{}", self.f.base, self.name())
    }

    fn takes_lists(&self) -> bool {
        self.wiped == Wiped::Nothing
            && self.snapshot.overview.campaign.state.after(Step::AddRecipients).is_ok()
    }

    fn is_wiped(&self) -> bool {
        self.wiped == Wiped::Everything
    }
}

/// What a terminal would do next.
fn command(campaign: &Campaign) -> String {
    let name = &campaign.plan.name;
    match campaign.state {
        CampaignState::Draft => format!("catalink run {name}"),
        CampaignState::Scheduled | CampaignState::Running => format!("catalink status {name} --watch"),
        CampaignState::Paused => format!("catalink resume {name}"),
        CampaignState::Finished | CampaignState::Cancelled => {
            format!("catalink export {name} -o {name}-results.csv")
        }
    }
}

pub(crate) async fn page(
    visit: Visit,
    Path(name): Path<String>,
    Query(query): Query<ReportQuery>,
) -> Result<Response, Failure> {
    let (_, draft) = draft_of(&visit, &name).await?;
    let mut added = None;
    if let Some(draft) = draft {
        let is_addition = Choices::from_json(&draft.choices)?.addition.is_some();
        let is_under_way = draft.starts_at.is_some() || visit.workspace.sessions.is_starting(draft.campaign);
        if !is_addition || is_under_way {
            return pending_page(&visit, &name, &draft).await;
        }
        added = Some(draft.file_name);
    }
    let notice = query.report.map(|n_rows| {
        let matched = EN.reconciled.with2(words::number(n_rows), words::number(query.matched));
        let changed = EN.reconciled_changed.n(query.changed);
        let nobody = if query.matched == 0 { EN.reconciled_nobody.to_string() } else { String::new() };
        format!("{matched} {changed} {nobody}")
    });
    render_page(&visit, &name, notice.map(PageNotice::Done), added).await
}

/// The page of a campaign that has its rows, with what something came to.
pub(crate) async fn show(visit: &Visit, name: &str, result: Option<PageNotice>) -> Result<Response, Failure> {
    render_page(visit, name, result, None).await
}

async fn render_page(
    visit: &Visit,
    name: &str,
    result: Option<PageNotice>,
    added: Option<String>,
) -> Result<Response, Failure> {
    let snapshot = visit.workspace.snapshot(name).await?;
    let f = visit.frame(Section::Campaigns, name);
    let path = visit.campaign_path(name);
    let fragments = Fragments::of(&f, &snapshot, &path)?;
    let status = result.as_ref().map_or(StatusCode::OK, PageNotice::status);
    let wiped = visit.queue.wiped(snapshot.overview.campaign.id).await?;
    let outcome = Outcome::of(&visit.queue, snapshot.overview.campaign.id).await?;
    let page = CampaignPage {
        f,
        snapshot: &snapshot,
        fragments,
        events: format!("{path}/events"),
        result,
        added,
        wiped,
        outcome,
    };
    Ok((status, render(&page)?).into_response())
}

pub(crate) async fn events(
    State(shared): State<Arc<Shared>>,
    visit: Visit,
    Path(name): Path<String>,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Failure> {
    let campaign = visit.queue.campaign(&name).await?.id;
    let snapshots = visit.workspace.watch(campaign, &name);
    let f = visit.frame(Section::Campaigns, name.as_str());
    let path = visit.campaign_path(&name);
    let viewer = Viewer { snapshots, stop: shared.stop.clone(), f, path, last: None };
    let alive = KeepAlive::new().interval(ALIVE_EVERY).event(Event::default().event("alive").data("yes"));
    Ok(Sse::new(stream::unfold(viewer, Viewer::next)).keep_alive(alive))
}

/// How often a browser hears that the server is there, where nothing else is to be said.
const ALIVE_EVERY: Duration = Duration::from_secs(10);

/// One browser that follows a campaign.
struct Viewer {
    snapshots: watch::Receiver<Option<Arc<Snapshot>>>,
    stop: watch::Receiver<bool>,
    f: Frame,
    path: String,
    /// What the browser was told last.
    last: Option<Arc<LiveHtml>>,
}

impl Viewer {
    fn parts(&self, snapshot: &Snapshot) -> Option<Arc<LiveHtml>> {
        match Fragments::of(&self.f, snapshot, &self.path) {
            Ok(fragments) => Some(Arc::new(fragments.parts())),
            Err(error) => {
                tracing::error!(?error, "a campaign cannot be shown");
                None
            }
        }
    }

    /// What differs from the last event; the end when the server stops.
    async fn next(mut self) -> Option<(Result<Event, Infallible>, Self)> {
        loop {
            tokio::select! {
                changed = self.snapshots.changed() => changed.ok()?,
                _ = self.stop.wait_for(|is_stopped| *is_stopped) => return None,
            }
            let snapshot = self.snapshots.borrow_and_update().clone();
            let Some(snapshot) = snapshot else { continue };
            let parts = snapshot.parts[usize::from(self.f.may_send())].get_or_init(|| self.parts(&snapshot));
            let parts = Arc::clone(parts.as_ref()?);
            let last = self.last.take();
            let is_news =
                |name: &str, html: &String| last.as_ref().and_then(|last| last.get(name)) != Some(html);
            let news: BTreeMap<_, _> = parts.iter().filter(|(name, html)| is_news(name, html)).collect();
            let json = (!news.is_empty()).then(|| serde_json::to_string(&news)).transpose().ok()?;
            drop(news);
            self.last = Some(parts);
            if let Some(json) = json {
                return Some((Ok(Event::default().event("snapshot").data(json)), self));
            }
        }
    }
}
