//! The page of a campaign: state in words, a bar in parts, the rate; and what follows when it is over. Live, by
//! server-sent events that each carry the whole of it, so that a lost connection loses nothing.

use std::{convert::Infallible, sync::Arc};

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
use serde::{Deserialize, Serialize};
use tokio::sync::watch;

use crate::{
    console::{
        drafts::{draft::draft_of, options::Choices},
        page::{
            bar::{Part, parts},
            chart::{Chart, Course},
            failure::Failure,
            frame::{Frame, Moment, Section, Visit, page as render},
            words::{self, EN},
        },
        shared::Shared,
        workspace::{launch::in_between, snapshot::Sight},
    },
    domain::{Campaign, Delivery, PauseCause, State as Standing, Status, campaign::Step},
    queue::{CLOSED_DOUBT, Loss, Problem, Wiped},
    report,
    sender::Notice,
};

#[derive(Template)]
#[template(path = "campaign.html", config = ".askama.toml")]
struct CampaignPage<'s> {
    f: Frame,
    sight: &'s Sight,
    live: Fragments,
    events: String,
    /// What a report of the provider, or a test, came to.
    came_to: Option<Result<String, String>>,
    /// The further list that somebody is about to add.
    added: Option<String>,
    wiped: Wiped,
}

#[derive(Debug, Default, Deserialize)]
pub(crate) struct Told {
    report: Option<u64>,
    #[serde(default)]
    matched: u64,
    #[serde(default)]
    changed: u64,
}

/// The parts of the page that change by themselves, as HTML.
#[derive(Serialize)]
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
            sight: &'s Sight,
            path: &'s str,
        }
    };
}

fragment!(StateFragment, "campaign-state.html");
fragment!(ControlsFragment, "campaign-controls.html");
fragment!(FiguresFragment, "campaign-figures.html");
fragment!(PaceFragment, "campaign-pace.html");
fragment!(ProblemsFragment, "campaign-problems.html");
fragment!(AfterFragment, "campaign-after.html");

impl Fragments {
    fn of(f: &Frame, sight: &Sight, path: &str) -> Result<Self, Failure> {
        Ok(Self {
            state: StateFragment { f, sight, path }.render()?,
            controls: ControlsFragment { f, sight, path }.render()?,
            figures: FiguresFragment { f, sight, path }.render()?,
            pace: PaceFragment { f, sight, path }.render()?,
            problems: ProblemsFragment { f, sight, path }.render()?,
            after: AfterFragment { f, sight, path }.render()?,
            command: command(&sight.overview.campaign),
        })
    }
}

impl StateFragment<'_> {
    fn state(&self) -> Standing {
        self.sight.overview.campaign.state
    }

    /// Whether anything on the list was not reached although it could have been.
    fn is_incomplete(&self) -> bool {
        self.sight.n(Status::Failed) + self.sight.n(Status::InDoubt) > 0
    }

    fn starts_at(&self) -> Option<Moment> {
        self.sight.overview.campaign.plan.start_at.map(Moment)
    }

    fn waits_until(&self) -> Option<Moment> {
        match self.sight.notice {
            Some(Notice::WaitsUntil(at)) if self.sight.at < at => Some(Moment(at)),
            _ => None,
        }
    }

    fn retries_at(&self) -> Option<Moment> {
        match self.sight.notice {
            Some(Notice::NextRetryAt(at)) if self.sight.at < at => Some(Moment(at)),
            _ => None,
        }
    }

    /// The first messages are out, and the rest waits for their receipts at most until then.
    fn canary_until(&self) -> Option<Moment> {
        match self.sight.notice {
            Some(Notice::CanaryWaits(at)) => Some(Moment(at)),
            _ => None,
        }
    }

    /// How many of those who can be messaged have come to an end, and how many there are.
    fn done(&self) -> String {
        let n_done = [Status::Accepted, Status::Failed, Status::InDoubt].map(|status| self.sight.n(status));
        let n_done: u64 = n_done.iter().sum();
        let n_all = n_done + self.sight.overview.counts.n_open();
        self.f.w.watch_done.with2(words::number(n_done), words::number(n_all))
    }

    /// How many of those who could be messaged the provider took, and how many there were.
    fn accepted(&self) -> String {
        let n_accepted = self.sight.n(Status::Accepted);
        let n_all = n_accepted + self.sight.n(Status::Failed) + self.sight.n(Status::InDoubt);
        self.f.w.watch_accepted_of.with2(words::number(n_accepted), words::number(n_all))
    }

    /// What the sender said that is not about a time.
    fn said(&self) -> Option<String> {
        let w = self.f.w;
        match self.sight.notice.as_ref()? {
            Notice::ProviderDown { words, next_in } => Some(w.watch_down.with2(w.span(*next_in), words)),
            Notice::SlowedDown { words } => Some(w.watch_slowed.with(words)),
            Notice::Probing => Some(w.watch_probing.to_string()),
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
        const ORDER: [Status; 9] = [
            Status::Accepted,
            Status::Failed,
            Status::InDoubt,
            Status::Sending,
            Status::Queued,
            Status::Rejected,
            Status::Duplicate,
            Status::Suppressed,
            Status::Cancelled,
        ];
        parts(&ORDER.map(|status| (status.name(), self.sight.n(status))))
    }

    fn deliveries(&self) -> Vec<(Delivery, u64)> {
        Delivery::ALL
            .into_iter()
            .map(|delivery| (delivery, self.sight.n_delivered(delivery)))
            .filter(|(_, n)| *n > 0)
            .collect()
    }
}

impl AfterFragment<'_> {
    /// Nothing of a cancelled campaign is sent any more.
    fn may_retry(&self) -> bool {
        self.f.may_send() && self.sight.overview.campaign.state != Standing::Cancelled
    }

    /// Somebody has closed them without sending: they may have the message, so they are tried again at a risk.
    fn is_closed_doubt(loss: &Loss) -> bool {
        !loss.is_unsent && loss.code == CLOSED_DOUBT
    }

    /// Those that are tried again without that risk.
    fn n_lost(&self) -> u64 {
        let losses = self.sight.losses.iter().filter(|loss| !Self::is_closed_doubt(loss));
        losses.map(|loss| loss.n).sum::<u64>() + self.sight.n_untold
    }

    fn n_retried_kinds(&self) -> usize {
        self.sight.losses.iter().filter(|loss| !Self::is_closed_doubt(loss)).count()
    }

    /// What can be done about it, where that is known.
    fn advice(loss: &Loss) -> Option<String> {
        report::advice(&loss.code).map(|advice| advice.what_to_do)
    }
}

impl PaceFragment<'_> {
    fn course(&self) -> Option<Course> {
        // At the end the minutes say more, where there are some.
        let is_over = self.sight.has_ended() && self.chart().is_some();
        Course::of(&self.sight.course).filter(|_| !is_over)
    }

    fn chart(&self) -> Option<Chart> {
        // One bar is not a course.
        Chart::of(&self.sight.minutes).filter(|chart| chart.n_minutes > 1)
    }

    fn done_at(&self) -> Option<Moment> {
        self.sight.done_at().map(Moment)
    }

    fn finished_at(&self) -> Option<Moment> {
        self.sight.overview.campaign.finished_at.filter(|_| self.sight.has_ended()).map(Moment)
    }

    fn started_at(&self) -> Option<Moment> {
        self.sight.overview.campaign.started_at.map(Moment)
    }

    /// Answers come unevenly, so that more of them can arrive in some seconds than requests may leave.
    fn rate_now(&self) -> f64 {
        self.sight.rate.min(self.allowed())
    }

    fn allowed(&self) -> f64 {
        self.sight.pace.map_or(self.sight.overview.campaign.plan.mps, |pace| pace.rate_now)
    }
}

impl Problem {
    fn moment(&self) -> Moment {
        Moment(self.at)
    }
}

impl CampaignPage<'_> {
    fn name(&self) -> &str {
        &self.sight.overview.campaign.plan.name
    }

    fn path(&self) -> String {
        format!("{}/campaigns/{}", self.f.base, self.name())
    }

    fn takes_lists(&self) -> bool {
        self.wiped == Wiped::Nothing && self.sight.overview.campaign.state.after(Step::AddRecipients).is_ok()
    }

    fn is_wiped(&self) -> bool {
        self.wiped == Wiped::Everything
    }
}

/// What a terminal would do next.
fn command(campaign: &Campaign) -> String {
    let name = &campaign.plan.name;
    match campaign.state {
        Standing::Draft => format!("catalink run {name}"),
        Standing::Scheduled | Standing::Running => format!("catalink status {name} --watch"),
        Standing::Paused => format!("catalink resume {name}"),
        Standing::Finished | Standing::Cancelled => format!("catalink export {name} -o {name}.csv"),
    }
}

pub(crate) async fn page(
    visit: Visit,
    Path(name): Path<String>,
    Query(told): Query<Told>,
) -> Result<Response, Failure> {
    let (_, draft) = draft_of(&visit, &name).await?;
    let mut added = None;
    if let Some(draft) = draft {
        let is_addition = Choices::from_json(&draft.choices).addition.is_some();
        let is_under_way =
            draft.starts_at.is_some() || visit.desk.starting.lock().await.contains(&draft.campaign);
        if !is_addition || is_under_way {
            return in_between(&visit, &name, &draft).await;
        }
        added = Some(draft.file_name);
    }
    let notice = told.report.map(|n_rows| {
        let matched = EN.reconciled.with2(words::number(n_rows), words::number(told.matched));
        let changed = EN.reconciled_changed.n(told.changed);
        let nobody = if told.matched == 0 { EN.reconciled_nobody.to_string() } else { String::new() };
        format!("{matched} {changed} {nobody}")
    });
    look(&visit, &name, notice.map(Ok), added).await
}

/// The page of a campaign that has its rows, with what something came to.
pub(crate) async fn show(
    visit: &Visit,
    name: &str,
    came_to: Option<Result<String, String>>,
) -> Result<Response, Failure> {
    look(visit, name, came_to, None).await
}

async fn look(
    visit: &Visit,
    name: &str,
    came_to: Option<Result<String, String>>,
    added: Option<String>,
) -> Result<Response, Failure> {
    let sight = visit.desk.look(name).await?;
    let f = visit.frame(Section::Campaigns, name);
    let path = visit.campaign_path(name);
    let live = Fragments::of(&f, &sight, &path)?;
    let status = match &came_to {
        Some(Err(_)) => StatusCode::UNPROCESSABLE_ENTITY,
        Some(Ok(_)) | None => StatusCode::OK,
    };
    let wiped = visit.queue.wiped(sight.overview.campaign.id).await?;
    let page =
        CampaignPage { f, sight: &sight, live, events: format!("{path}/events"), came_to, added, wiped };
    Ok((status, render(&page)?).into_response())
}

pub(crate) async fn events(
    State(shared): State<Arc<Shared>>,
    visit: Visit,
    Path(name): Path<String>,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Failure> {
    let campaign = visit.queue.campaign(&name).await?.id;
    let sights = visit.desk.watch(campaign, &name);
    let f = visit.frame(Section::Campaigns, name.as_str());
    let path = visit.campaign_path(&name);
    let looking = Looking { sights, stop: shared.stop.clone(), f, path, last: String::new() };
    Ok(Sse::new(stream::unfold(looking, Looking::next)).keep_alive(KeepAlive::default()))
}

/// One browser that follows a campaign.
struct Looking {
    sights: watch::Receiver<Option<Arc<Sight>>>,
    stop: watch::Receiver<bool>,
    f: Frame,
    path: String,
    last: String,
}

impl Looking {
    fn told(&self, sight: &Sight) -> Option<String> {
        match Fragments::of(&self.f, sight, &self.path) {
            Ok(fragments) => serde_json::to_string(&fragments).ok(),
            Err(error) => {
                tracing::error!(?error, "a campaign cannot be shown");
                None
            }
        }
    }

    /// The next event that differs from the last one; the end when the server stops.
    async fn next(mut self) -> Option<(Result<Event, Infallible>, Self)> {
        loop {
            tokio::select! {
                changed = self.sights.changed() => changed.ok()?,
                _ = self.stop.wait_for(|is_stopped| *is_stopped) => return None,
            }
            let sight = self.sights.borrow_and_update().clone();
            let Some(sight) = sight else { continue };
            let told = sight.told[usize::from(self.f.may_send())].get_or_init(|| self.told(&sight));
            let json = told.as_ref()?;
            if *json != self.last {
                let event = Event::default().event("sight").data(json);
                self.last.clone_from(json);
                return Some((Ok(event), self));
            }
        }
    }
}
