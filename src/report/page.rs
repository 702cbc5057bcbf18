//! The report on one campaign as one page of HTML: no script, nothing from the network, fit to be sent and printed.

use std::{io::Write, path::Path};

use askama::Template;
use jiff::tz::TimeZone;

use super::{
    chart::Chart,
    error::ReportError,
    figures::{
        reasons::{Advice, Reason},
        responses::Outcome,
        summary::{DOUBT_LINES_MAX, Summary},
    },
    file::output::NewFile,
    words::{count, counted, duration, instant, share},
};
use crate::{
    domain::{Campaign, Delivery, Funnel, State, Status, Timestamp},
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
    Page::new(campaign, findings, &outcome, view)?.render().map_err(|_| ReportError::Broken)
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
    name: &'static str,
    note: String,
}

/// A step of the funnel.
struct Step {
    name: &'static str,
    n: String,
    share: String,
    /// The length of its bar, of 1,000.
    length: u64,
    class: &'static str,
    meaning: &'static str,
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
        let answers = [
            (Status::Accepted, "accepted", "accepted"),
            (Status::Failed, "failed", "failed"),
            (Status::InDoubt, "in doubt", "doubt"),
        ];
        let arrivals = [(Delivery::Delivered, "delivered", "delivered")];
        Ok(Self {
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
            waits: waits.map(|waits| {
                format!(
                    "Time to deliver, measured on {}: half arrived in {}, nine in ten in {}.",
                    counted(waits.n, "message", "messages"),
                    duration(waits.median),
                    duration(waits.p90),
                )
            }),
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
    match campaign.state {
        State::Draft => "Not started yet".to_owned(),
        State::Scheduled => campaign
            .plan
            .start_at
            .map_or_else(|| "Scheduled".to_owned(), |at| format!("Starts on {}", instant(at, zone))),
        State::Running => "Still being sent".to_owned(),
        State::Paused => match &campaign.pause {
            // The causes' names are words.
            Some(pause) => format!("Paused ({})", pause.cause.name().replace('_', " ")),
            None => "Paused".to_owned(),
        },
        State::Finished => "Finished".to_owned(),
        State::Cancelled => "Cancelled".to_owned(),
    }
}

fn period(campaign: &Campaign, zone: &TimeZone) -> String {
    match (campaign.started_at, campaign.finished_at) {
        (None, _) => String::new(),
        (Some(from), None) => format!("started {}", instant(from, zone)),
        (Some(from), Some(to)) => format!("{} to {}", instant(from, zone), instant(to, zone)),
    }
}

/// The campaign in a few sentences.
fn lead(summary: &Summary) -> String {
    let funnel = summary.funnel();
    let n_meant = summary.n_meant();
    if n_meant == 0 {
        return "There is nobody in this campaign to send a message to.".to_owned();
    }
    let accepted = format!(
        "The provider accepted {} of {}.",
        count(funnel.accepted),
        counted(n_meant, "message", "messages")
    );
    if funnel.accepted == 0 || funnel.is_silent() {
        return accepted;
    }
    let verb = if funnel.delivered == 1 { "has" } else { "have" };
    let lost = match funnel.undelivered {
        0 => String::new(),
        n => format!(", {} will not arrive", count(n)),
    };
    let open = match funnel.n_open() {
        0 => String::new(),
        n => format!(" For {} no final word has come yet.", count(n)),
    };
    format!("{accepted} {} {verb} arrived on a phone{lost}.{open}", count(funnel.delivered))
}

fn figures(summary: &Summary) -> Vec<Figure> {
    let (funnel, counts) = (summary.funnel(), summary.counts());
    let n_meant = summary.n_meant();
    let arrived = if funnel.is_silent() { "–".to_owned() } else { count(funnel.delivered) };
    let of_arrived = if funnel.is_silent() {
        "no receipts so far".to_owned()
    } else {
        format!("{} of those accepted", share(funnel.delivered, funnel.accepted))
    };
    let n_failed = counts.of(Status::Failed);
    let of_undelivered = if funnel.is_silent() {
        "no receipts so far".to_owned()
    } else {
        format!("{} of those accepted", share(funnel.undelivered, funnel.accepted))
    };
    let undelivered = if funnel.is_silent() { "–".to_owned() } else { count(funnel.undelivered) };
    vec![
        Figure {
            value: count(n_meant),
            name: "to be sent",
            note: format!("of {}", counted(summary.total(), "row in the list", "rows in the list")),
        },
        Figure {
            value: count(funnel.accepted),
            name: "accepted",
            note: format!("{} of those to be sent", share(funnel.accepted, n_meant)),
        },
        Figure { value: arrived, name: "delivered", note: of_arrived },
        Figure {
            value: count(n_failed),
            name: "failed",
            note: format!("{} of those to be sent", share(n_failed, n_meant)),
        },
        Figure { value: undelivered, name: "undelivered", note: of_undelivered },
    ]
}

fn steps(funnel: Funnel) -> Vec<Step> {
    if funnel.accepted == 0 {
        return Vec::new();
    }
    let step = |name, n, class, meaning| Step {
        name,
        n: count(n),
        share: share(n, funnel.accepted),
        length: u64::try_from(u128::from(n) * 1_000 / u128::from(funnel.accepted)).unwrap_or(1_000),
        class,
        meaning,
    };
    vec![
        step("Accepted", funnel.accepted, "accepted", "the provider took the message"),
        step("Sent", funnel.sent, "sent", "it left for the phone"),
        step("Delivered", funnel.delivered, "delivered", "it is on the phone"),
        step("Read", funnel.read, "read", "it was opened, where people let this be known"),
        step("Undelivered", funnel.undelivered, "failed", "it was given up after acceptance"),
        step("No receipt", funnel.no_receipt, "open", "no receipt has said anything of it yet"),
    ]
}

/// From acceptance to an order.
fn response_steps(outcome: &Outcome) -> Vec<Step> {
    if outcome.is_empty() || outcome.steps.accepted == 0 {
        return Vec::new();
    }
    let accepted = outcome.steps.accepted;
    let of = |((_, n), (name, class, meaning)): ((_, u64), (_, _, _))| Step {
        name,
        n: count(n),
        share: share(n, accepted),
        length: u64::try_from(u128::from(n) * 1_000 / u128::from(accepted)).unwrap_or(1_000),
        class,
        meaning,
    };
    let told = [
        ("Accepted", "accepted", "the provider took the message"),
        ("Delivered", "delivered", "it is on the phone, by a receipt or because the person answered"),
        ("Read", "read", "it was opened, by a receipt or because the person answered"),
        ("Replied", "sent", "the person wrote, pressed a button, reacted or ordered"),
        ("Ordered", "delivered", "the person sent an order from the catalogue"),
    ];
    outcome.steps.named().into_iter().zip(told).map(of).collect()
}

/// How many did what.
fn did(outcome: &Outcome) -> Vec<Line> {
    let figures = outcome.figures().into_iter().filter(|(_, n, _)| *n > 0);
    figures.map(|(what, n, note)| Line { n: count(n), text: format!("{what} ({note})") }).collect()
}

/// What may still change, and what waits for a person.
fn open(summary: &Summary) -> Vec<Line> {
    let (counts, funnel) = (summary.counts(), summary.funnel());
    let lines = [
        (counts.of(Status::Queued), "wait to be sent"),
        (counts.of(Status::Sending), "on their way to the provider at this moment"),
        (
            counts.of(Status::InDoubt),
            "in doubt: the connection broke before the provider's answer came. They may or may not have been sent, and are not resent unless somebody decides to",
        ),
        (funnel.sent - funnel.delivered, "sent, but not on the phone yet: it may be switched off"),
        (funnel.no_receipt, "accepted, without any receipt so far"),
    ];
    let lines = lines.into_iter().filter(|(n, _)| *n > 0);
    lines.map(|(n, text)| Line { n: count(n), text: text.to_owned() }).collect()
}

/// Who was never sent to, and why.
fn left_out(summary: &Summary) -> Vec<Line> {
    let lines = [
        (Status::Rejected, "unusable: no message could go to such a number or row"),
        (Status::Duplicate, "the same number as an earlier row: nobody is messaged twice"),
        (Status::Suppressed, "on the list of people who do not want messages"),
        (Status::Cancelled, "not sent, because the campaign was cancelled"),
        (Status::Skipped, "not sent, because they could not be reached in time"),
    ];
    let lines = lines.into_iter().map(|(status, text)| (summary.counts().of(status), text));
    lines.filter(|(n, _)| *n > 0).map(|(n, text)| Line { n: count(n), text: text.to_owned() }).collect()
}
