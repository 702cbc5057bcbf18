//! The parts of a campaign's page that change by themselves, as HTML: for the page itself, and for the stream that keeps it
//! up to date.

use askama::Template;

use crate::{
    app::wording::{self, Face},
    console::{
        page::{
            bar::{Part, parts},
            chart::RateCurve,
            failure::Failure,
            frame::{Frame, Moment, encoded},
            words::{self, texts},
        },
        workspace::snapshot::{LiveHtml, Snapshot},
    },
    domain::{Campaign, Delivery, PauseCause, State as CampaignState, Status, Timestamp, reach::HeldBy},
    queue::{CLOSED_DOUBT, Loss, LossKind, Problem, Slot},
    report::{self, chart::Chart, share},
    sender::Notice,
};

const MINUTE_MS: i64 = 60_000;

/// The parts.
pub(crate) struct Fragments {
    pub(crate) state: String,
    /// Apart from what changes twice a second: a button stays where it is while somebody presses it.
    pub(crate) controls: String,
    /// What came of it, in four figures.
    pub(crate) result: String,
    pub(crate) figures: String,
    /// What the sender says while it sends. It comes and goes, so it stands below what people press.
    pub(crate) notices: String,
    pub(crate) pace: String,
    pub(crate) funnel: String,
    pub(crate) problems: String,
    pub(crate) after: String,
    /// The command that does the same. Nothing in the name of a campaign has to be escaped.
    pub(crate) command: String,
    /// Of the tab, with the progress.
    pub(crate) title: String,
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
fragment!(FunnelFragment, "campaign/funnel.html");
fragment!(PaceFragment, "campaign/pace.html");
fragment!(ProblemsFragment, "campaign/problems.html");
fragment!(AfterFragment, "campaign/after.html");

impl Fragments {
    pub(crate) fn of(f: &Frame, snapshot: &Snapshot, path: &str) -> Result<Self, Failure> {
        Ok(Self {
            state: StateFragment { f, snapshot, path }.render()?,
            controls: ControlsFragment { f, snapshot, path }.render()?,
            result: ResultFragment { f, snapshot }.render()?,
            figures: FiguresFragment { f, snapshot, path }.render()?,
            notices: NoticesFragment { f, snapshot }.render()?,
            pace: PaceFragment { f, snapshot, path }.render()?,
            funnel: FunnelFragment { f, snapshot, path }.render()?,
            problems: ProblemsFragment { f, snapshot, path }.render()?,
            after: AfterFragment { f, snapshot, path }.render()?,
            command: command(&snapshot.overview.campaign),
            title: title(f, snapshot),
        })
    }

    pub(crate) fn parts(self) -> LiveHtml {
        LiveHtml::from([
            ("state", self.state),
            ("controls", self.controls),
            ("result", self.result),
            ("figures", self.figures),
            ("notices", self.notices),
            ("pace", self.pace),
            ("funnel", self.funnel),
            ("problems", self.problems),
            ("after", self.after),
            ("command", self.command),
            ("title", self.title),
        ])
    }
}

/// The title of the tab: how far the campaign is, then what every page has.
fn title(f: &Frame, snapshot: &Snapshot) -> String {
    let state = snapshot.overview.campaign.state;
    let standing = match state {
        CampaignState::Running | CampaignState::Paused => {
            let (n, of) = snapshot.done();
            format!("{} {}", f.w.state(state), share(n, of))
        }
        CampaignState::Draft
        | CampaignState::Scheduled
        | CampaignState::Finished
        | CampaignState::Cancelled => f.w.state(state).to_string(),
    };
    format!("{standing} · {}", f.whole_title())
}

impl StateFragment<'_> {
    /// How many of those who can be messaged have come to an end, and how many there are.
    fn done(&self) -> String {
        let (n, of) = self.snapshot.done();
        self.f.w.watch_done.with2(words::number(n), words::number(of))
    }

    /// What the campaign does, in a word or two: while it is sent nothing above the figures changes its height.
    fn doing(&self) -> words::Phrase {
        let waits = matches!(
            self.snapshot.notice,
            Some(
                Notice::WaitsUntil(_)
                    | Notice::NextRetryAt(_)
                    | Notice::CanaryWaits(_)
                    | Notice::WaitsForPeople
                    | Notice::Held { .. }
            )
        );
        if self.snapshot.overview.campaign.is_probing {
            self.f.w.watch_resuming
        } else if waits {
            self.f.w.watch_waits
        } else {
            self.f.w.watch_running
        }
    }

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

    /// How many of those who could be messaged the provider took, and how many there were.
    fn accepted(&self) -> String {
        let n_accepted = self.snapshot.n(Status::Accepted);
        let n_all = n_accepted + self.snapshot.n(Status::Failed) + self.snapshot.n(Status::InDoubt);
        self.f.w.watch_accepted_of.with2(words::number(n_accepted), words::number(n_all))
    }
}

#[derive(Template)]
#[template(path = "campaign/notices.html", config = ".askama.toml")]
struct NoticesFragment<'s> {
    f: &'s Frame,
    snapshot: &'s Snapshot,
}

impl NoticesFragment<'_> {
    fn is_sending(&self) -> bool {
        self.snapshot.is_running() && self.snapshot.overview.campaign.interrupted_at.is_none()
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

/// A step of what came of the messages.
struct Step {
    name: words::Phrase,
    n: u64,
    share: String,
    /// How long its bar is, in thousandths.
    width: u64,
    /// Which rows those are, where they can be listed.
    rows: Option<&'static str>,
    class: &'static str,
}

#[derive(Template)]
#[template(path = "campaign/result.html", config = ".askama.toml")]
struct ResultFragment<'s> {
    f: &'s Frame,
    snapshot: &'s Snapshot,
}

impl ResultFragment<'_> {
    /// Four figures: their names, the numbers, and the shares.
    fn figures(&self) -> Vec<(words::Phrase, String, String)> {
        let w = self.f.w;
        let steps = self.snapshot.outcome.steps;
        let is_silent = self.snapshot.overview.counts.funnel().is_silent() && steps.delivered == 0;
        let (_, n_all) = self.snapshot.done();
        let of_accepted = |name, n: u64| match n {
            0 if is_silent => (name, "–".to_owned(), w.result_no_receipt.to_string()),
            n => (name, words::number(n), share(n, steps.accepted)),
        };
        vec![
            (w.status_accepted, words::number(steps.accepted), share(steps.accepted, n_all)),
            of_accepted(w.delivery_delivered, steps.delivered),
            of_accepted(w.delivery_read, steps.read),
            (w.result_replied, words::number(steps.replied), share(steps.replied, steps.accepted)),
        ]
    }
}

impl FunnelFragment<'_> {
    fn steps(&self) -> Vec<Step> {
        let w = self.f.w;
        let funnel = self.snapshot.overview.counts.funnel();
        let steps = self.snapshot.outcome.steps;
        // Sent and not arrived is open still, as is what no receipt speaks of.
        let n_open = steps.accepted.saturating_sub(steps.delivered + funnel.undelivered);
        let all = [
            (w.status_accepted, steps.accepted, Some("status=accepted"), "part-accepted"),
            (w.delivery_delivered, steps.delivered, None, "part-accepted"),
            (w.delivery_read, steps.read, Some("delivery=read"), "part-accepted"),
            (w.funnel_replied, steps.replied, None, "part-accepted"),
            (w.funnel_ordered, steps.ordered, None, "part-accepted"),
            (w.funnel_undelivered, funnel.undelivered, Some("delivery=undelivered"), "part-failed"),
            (w.funnel_open, n_open, None, "part-sending"),
        ];
        let step = |(name, n, rows, class)| Step {
            name,
            n,
            share: share(n, steps.accepted),
            width: if n == 0 { 0 } else { (n * 1_000 / steps.accepted.max(1)).clamp(4, 1_000) },
            rows,
            class,
        };
        all.into_iter().map(step).collect()
    }
}

impl FiguresFragment<'_> {
    /// Those that change while it is sent keep their place, also before there is one of them.
    fn is_listed(&self, part: &Part) -> bool {
        let is_live = matches!(part.key, "accepted" | "failed" | "in_doubt" | "sending" | "queued");
        part.n > 0 || (is_live && self.snapshot.is_running())
    }

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
        told.map(|(name, n)| (texts().receipt(name), n, ends.contains(&name).then_some(name))).collect()
    }
}

impl AfterFragment<'_> {
    /// Nothing of a cancelled campaign is sent any more.
    fn may_retry(&self) -> bool {
        self.f.may_send() && self.snapshot.overview.campaign.state != CampaignState::Cancelled
    }

    /// Somebody has closed them without sending: they may have the message, so they are tried again at a risk.
    fn is_closed_doubt(loss: &Loss) -> bool {
        loss.kind == LossKind::Refused && loss.code == CLOSED_DOUBT
    }

    /// Whether trying again cannot reach anybody twice.
    fn is_retried(loss: &Loss) -> bool {
        loss.kind != LossKind::Undelivered && !Self::is_closed_doubt(loss)
    }

    /// Those that are tried again without that risk.
    fn n_lost(&self) -> u64 {
        let losses = self.snapshot.losses.iter().filter(|loss| Self::is_retried(loss));
        losses.map(|loss| loss.n).sum::<u64>() + self.snapshot.n_without_reason
    }

    fn n_retried_kinds(&self) -> usize {
        self.snapshot.losses.iter().filter(|loss| Self::is_retried(loss)).count()
    }

    fn code_words(&self, loss: &Loss) -> String {
        if loss.code.is_empty() { self.f.w.code_none.to_string() } else { loss.code.clone() }
    }

    /// Which rows those are, where they can be listed.
    fn rows(loss: &Loss) -> Option<String> {
        match loss.kind {
            LossKind::Refused => Some(format!("status=failed&code={}", encoded(&loss.code))),
            LossKind::Undelivered => Some("delivery=undelivered".to_owned()),
            LossKind::Unsent => None,
        }
    }

    /// Where they were lost, if not at the provider's door.
    fn place(&self, loss: &Loss) -> Option<words::Phrase> {
        match loss.kind {
            LossKind::Refused => Self::is_closed_doubt(loss).then_some(self.f.w.closed_doubts),
            LossKind::Unsent => Some(self.f.w.failures_unsent),
            LossKind::Undelivered => Some(self.f.w.failures_undelivered),
        }
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

    /// Messages per minute, or in wider bars; one bar is no chart.
    fn chart(&self) -> Option<Chart> {
        let w = self.f.w;
        let kinds =
            [(true, w.status_accepted.to_string(), "good"), (false, w.chart_not_accepted.to_string(), "all")];
        let minutes = self.snapshot.minutes.iter().filter(|_| self.snapshot.minutes.len() > 1);
        let slots: Vec<_> = minutes
            .flat_map(|minute| {
                let from = Timestamp(minute.minute * MINUTE_MS);
                let n_others = minute.n_settled.saturating_sub(minute.n_accepted);
                [Slot { from, kind: true, n: minute.n_accepted }, Slot { from, kind: false, n: n_others }]
            })
            .collect();
        let zone = self.snapshot.overview.campaign.plan.zone().unwrap_or(jiff::tz::TimeZone::UTC);
        Chart::over_time(&slots, &kinds, &zone)
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
