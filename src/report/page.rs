//! The report on one campaign as one page of HTML: no script, nothing from the network, fit to be sent and printed.

use std::{io::Write, path::Path};

use askama::Template;
use jiff::tz::TimeZone;

use super::{
    chart::Chart,
    error::ReportError,
    figures::{
        reasons::{Advice, NOT_ACCEPTED, Reason},
        responses::Outcome,
        summary::{DOUBT_LINES_MAX, Summary},
    },
    file::output::NewFile,
    texts::ReportWords,
    words::{count, duration, instant, share},
};
use crate::{
    domain::{Campaign, Delivery, Funnel, PauseCause, State, Status, Timestamp},
    language::{Language, Phrase},
    queue::{Findings, Queue},
};

/// How many reasons are explained one by one; the rest are counted together.
const REASONS_MAX: usize = 20;

/// How a page is to be made.
#[derive(Clone, Copy)]
pub struct View<'a> {
    /// The zone of every time on the page.
    pub zone: &'a TimeZone,
    /// When the page is made.
    pub now: Timestamp,
    pub language: Language,
    /// Explains the provider's codes, and Meta's.
    pub advise: &'a (dyn Fn(&str) -> Option<Advice> + Sync),
}

impl std::fmt::Debug for View<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("View").field("zone", &self.zone).field("now", &self.now).finish_non_exhaustive()
    }
}

/// The page of one campaign.
pub async fn render(queue: &Queue, campaign: &Campaign, view: View<'_>) -> Result<String, ReportError> {
    let findings = queue.findings(campaign.id, DOUBT_LINES_MAX).await?;
    let outcome = Outcome::of(queue, campaign.id).await?;
    let page = || Page::new(campaign, findings, &outcome, view)?.render().map_err(|_| ReportError::Broken);
    view.language.say(page)
}

/// Writes the page of one campaign to a file, which appears whole or not at all.
pub async fn write_file(
    queue: &Queue,
    campaign: &Campaign,
    view: View<'_>,
    path: &Path,
    overwrite: bool,
) -> Result<(), ReportError> {
    let mut file = NewFile::begin(path, overwrite)?;
    let page = render(queue, campaign, view).await?;
    file.write_all(page.as_bytes()).map_err(|error| NewFile::failed(path, ReportError::output(error)))?;
    file.keep()
}

/// A figure with its name and, where there is one, the word on it.
struct Figure {
    value: String,
    name: Phrase,
    note: String,
}

/// A step of the funnel.
struct Step {
    name: Phrase,
    n: String,
    share: String,
    /// The length of its bar, of 1,000.
    length: u64,
    class: &'static str,
    meaning: Phrase,
}

/// A line of a plain list: how many, and what of them.
struct Line {
    n: String,
    text: String,
}

/// The style sheet of the page, exactly as it is inside it.
pub const STYLE: &str = include_str!("pages/report.css");

#[derive(Template)]
#[template(path = "report.html", config = ".askama.toml")]
struct Page {
    w: &'static ReportWords,
    name: String,
    state: String,
    period: String,
    made_at: String,
    zone: String,
    message: String,
    lead: String,
    figures: Vec<Figure>,
    funnel: Vec<Step>,
    /// From acceptance to an order; empty where nobody has answered.
    responses: Vec<Step>,
    /// What people did, with what is to be said beside it.
    did: Vec<Line>,
    /// Orders, and those who were left out.
    sentences: Vec<String>,
    is_silent: bool,
    waits: Option<String>,
    open: Vec<Line>,
    answers: Option<Chart>,
    arrivals: Option<Chart>,
    reasons: Vec<Reason>,
    n_other_reasons: u64,
    left_out: Vec<Line>,
    rejections: Vec<Line>,
    total: String,
}

impl Page {
    fn style() -> &'static str {
        STYLE
    }

    /// Where messages of a reason were lost.
    fn place(&self, reason: &Reason) -> Phrase {
        if reason.when == NOT_ACCEPTED { self.w.not_accepted } else { self.w.not_delivered }
    }

    /// The words of codes are in English in every language.
    fn lang_of(&self, reason: &Reason) -> &'static str {
        if reason.meaning == self.w.no_reason.to_string() { self.w.title.language().tag() } else { "en" }
    }

    fn new(
        campaign: &Campaign,
        findings: Findings,
        outcome: &Outcome,
        view: View<'_>,
    ) -> Result<Self, ReportError> {
        let Findings { tally, rejections, settled, arrived, waits } = findings;
        let summary = Summary::checked(tally)?;
        let counts = summary.counts();
        let n_rejections = rejections.iter().map(|rejection| rejection.n).sum();
        ReportError::unless_equal(
            "the sum of rejections by code",
            counts.of(Status::Rejected),
            n_rejections,
        )?;

        let funnel = summary.funnel();
        let mut reasons = summary.reasons(view.advise);
        let n_other_reasons =
            reasons.split_off(reasons.len().min(REASONS_MAX)).iter().map(|reason| reason.n).sum();
        let w = ReportWords::current();
        let answers = [
            (Status::Accepted, w.accepted.to_string(), "accepted"),
            (Status::Failed, w.failed.to_string(), "failed"),
            (Status::InDoubt, w.in_doubt.to_string(), "doubt"),
        ];
        let arrivals = [(Delivery::Delivered, w.delivered.to_string(), "delivered")];
        Ok(Self {
            w,
            name: campaign.plan.name.clone(),
            state: state(campaign, view.zone),
            period: period(campaign, view.zone),
            made_at: instant(view.now, view.zone),
            zone: view.zone.iana_name().unwrap_or("UTC").to_owned(),
            message: campaign.plan.message.clone(),
            lead: lead(&summary),
            figures: figures(&summary),
            funnel: steps(funnel),
            responses: response_steps(outcome),
            did: did(outcome),
            sentences: outcome.ordered().into_iter().chain(outcome.compared()).collect(),
            is_silent: funnel.is_silent() && funnel.accepted > 0,
            waits: waits.map(|waits| w.waits.n_with2(waits.n, duration(waits.median), duration(waits.p90))),
            open: open(&summary),
            answers: Chart::over_time(&settled, &answers, view.zone),
            arrivals: Chart::over_time(&arrived, &arrivals, view.zone),
            reasons,
            n_other_reasons,
            left_out: left_out(&summary),
            rejections: rejections
                .into_iter()
                .map(|rejection| Line { n: count(rejection.n), text: rejection.code })
                .collect(),
            total: count(summary.total()),
        })
    }
}

fn state(campaign: &Campaign, zone: &TimeZone) -> String {
    let w = ReportWords::current();
    match campaign.state {
        State::Draft => w.state_draft.to_string(),
        State::Scheduled => campaign
            .plan
            .start_at
            .map_or_else(|| w.state_scheduled.to_string(), |at| w.state_starts.with(instant(at, zone))),
        State::Running => w.state_running.to_string(),
        State::Paused => match &campaign.pause {
            Some(pause) => w.state_paused_by.with(w.cause(pause.cause)),
            None => w.state_paused.to_string(),
        },
        State::Finished => w.state_finished.to_string(),
        State::Cancelled => w.state_cancelled.to_string(),
    }
}

impl ReportWords {
    /// Why a campaign is paused, in a word or two.
    fn cause(&self, cause: PauseCause) -> Phrase {
        match cause {
            PauseCause::Operator => self.cause_operator,
            PauseCause::LowBalance => self.cause_low_balance,
            PauseCause::Credentials => self.cause_credentials,
            PauseCause::Sender => self.cause_sender,
            PauseCause::Account => self.cause_account,
            PauseCause::DailyLimit => self.cause_daily_limit,
            PauseCause::Refusals => self.cause_refusals,
            PauseCause::Outage => self.cause_outage,
            PauseCause::Canary => self.cause_canary,
            PauseCause::OptOuts => self.cause_opt_outs,
            PauseCause::Storage => self.cause_storage,
        }
    }
}

fn period(campaign: &Campaign, zone: &TimeZone) -> String {
    let w = ReportWords::current();
    match (campaign.started_at, campaign.finished_at) {
        (None, _) => String::new(),
        (Some(from), None) => w.period_since.with(instant(from, zone)),
        (Some(from), Some(to)) => w.period.with2(instant(from, zone), instant(to, zone)),
    }
}

/// The campaign in a few sentences.
fn lead(summary: &Summary) -> String {
    let w = ReportWords::current();
    let funnel = summary.funnel();
    let n_meant = summary.n_meant();
    if n_meant == 0 {
        return w.nobody.to_string();
    }
    let accepted = w.lead_accepted.n_with(n_meant, count(funnel.accepted));
    if funnel.accepted == 0 || funnel.is_silent() {
        return accepted;
    }
    let delivered = match funnel.undelivered {
        0 => w.lead_delivered.n(funnel.delivered),
        n => w.lead_delivered_lost.n_with(funnel.delivered, count(n)),
    };
    let open = match funnel.n_open() {
        0 => String::new(),
        n => format!(" {}", w.lead_open.with(count(n))),
    };
    format!("{accepted} {delivered}{open}")
}

fn figures(summary: &Summary) -> Vec<Figure> {
    let w = ReportWords::current();
    let (funnel, counts) = (summary.funnel(), summary.counts());
    let (n_meant, n_failed) = (summary.n_meant(), counts.of(Status::Failed));
    // What only receipts could tell.
    let told = |name: Phrase, n: u64| {
        if funnel.is_silent() {
            Figure { value: "–".to_owned(), name, note: w.no_receipts.to_string() }
        } else {
            Figure { value: count(n), name, note: w.of_accepted.with(share(n, funnel.accepted)) }
        }
    };
    let of_meant = |name: Phrase, n: u64| Figure {
        value: count(n),
        name,
        note: w.of_to_be_sent.with(share(n, n_meant)),
    };
    vec![
        Figure { value: count(n_meant), name: w.to_be_sent, note: w.of_rows.n(summary.total()) },
        of_meant(w.accepted, funnel.accepted),
        told(w.delivered, funnel.delivered),
        of_meant(w.failed, n_failed),
        told(w.undelivered, funnel.undelivered),
    ]
}

/// One step of a funnel of so many accepted messages.
fn step(accepted: u64, n: u64, name: Phrase, class: &'static str, meaning: Phrase) -> Step {
    Step {
        name,
        n: count(n),
        share: share(n, accepted),
        length: u64::try_from(u128::from(n) * 1_000 / u128::from(accepted.max(1))).unwrap_or(1_000),
        class,
        meaning,
    }
}

fn steps(funnel: Funnel) -> Vec<Step> {
    if funnel.accepted == 0 {
        return Vec::new();
    }
    let w = ReportWords::current();
    let step = |name, n, class, meaning| step(funnel.accepted, n, name, class, meaning);
    vec![
        step(w.step_accepted, funnel.accepted, "accepted", w.step_accepted_means),
        step(w.step_sent, funnel.sent, "sent", w.step_sent_means),
        step(w.step_delivered, funnel.delivered, "delivered", w.step_delivered_means),
        step(w.step_read, funnel.read, "read", w.step_read_means),
        step(w.step_undelivered, funnel.undelivered, "failed", w.step_undelivered_means),
        step(w.step_no_receipt, funnel.no_receipt, "open", w.step_no_receipt_means),
    ]
}

/// From acceptance to an order.
fn response_steps(outcome: &Outcome) -> Vec<Step> {
    if outcome.is_empty() || outcome.steps.accepted == 0 {
        return Vec::new();
    }
    let w = ReportWords::current();
    let told = [
        (w.step_accepted, "accepted", w.step_accepted_means),
        (w.step_delivered, "delivered", w.step_delivered_or_answered),
        (w.step_read, "read", w.step_read_or_answered),
        (w.step_replied, "sent", w.step_replied_means),
        (w.step_ordered, "delivered", w.step_ordered_means),
    ];
    let of = |((_, n), (name, class, meaning))| step(outcome.steps.accepted, n, name, class, meaning);
    outcome.steps.named().into_iter().zip(told).map(of).collect()
}

/// How many did what.
fn did(outcome: &Outcome) -> Vec<Line> {
    let figures = outcome.figures().into_iter().filter(|(_, n, _)| *n > 0);
    figures.map(|(what, n, note)| Line { n: count(n), text: format!("{what} ({note})") }).collect()
}

/// What may still change, and what waits for a person.
fn open(summary: &Summary) -> Vec<Line> {
    let w = ReportWords::current();
    let (counts, funnel) = (summary.counts(), summary.funnel());
    let lines = [
        (counts.of(Status::Queued), w.open_queued),
        (counts.of(Status::Sending), w.open_sending),
        (counts.of(Status::InDoubt), w.open_in_doubt),
        (funnel.sent - funnel.delivered, w.open_sent),
        (funnel.no_receipt, w.open_no_receipt),
    ];
    let lines = lines.into_iter().filter(|(n, _)| *n > 0);
    lines.map(|(n, text)| Line { n: count(n), text: text.to_string() }).collect()
}

/// Who was never sent to, and why.
fn left_out(summary: &Summary) -> Vec<Line> {
    let w = ReportWords::current();
    let lines = [
        (Status::Rejected, w.left_rejected),
        (Status::Duplicate, w.left_duplicate),
        (Status::Suppressed, w.left_suppressed),
        (Status::Cancelled, w.left_cancelled),
        (Status::Skipped, w.left_skipped),
    ];
    let lines = lines.into_iter().map(|(status, text)| (summary.counts().of(status), text));
    lines.filter(|(n, _)| *n > 0).map(|(n, text)| Line { n: count(n), text: text.to_string() }).collect()
}
