//! `status`, and the summary at the end of a run: figures that add up.

use std::time::Duration;

use clap::Args;
use clap_complete::ArgValueCompleter;
use serde_json::Value;

use crate::{
    app::{
        campaigns::outlook::{Outlook, OutlookError},
        json::campaign as json,
        wording,
    },
    cli::{
        Context, Exit, Failure,
        terminal::{screen::Screen, words},
        upkeep::shell,
    },
    domain::{Campaign, State, Status, Timestamp, time::Told},
    queue::{Held, Overview, Queue, Reasoned},
    report,
};

/// How often `--watch` looks.
const WATCH_EVERY: Duration = Duration::from_secs(1);

/// How many codes are named.
const CODES_MAX: usize = 5;

#[derive(Debug, Args)]
pub(crate) struct StatusArgs {
    /// The campaign [default: all]
    #[arg(add = ArgValueCompleter::new(shell::campaigns))]
    name: Option<String>,
    /// Print again every second until nothing more happens
    #[arg(long)]
    watch: bool,
}

pub(crate) async fn status(args: &StatusArgs, context: &Context) -> Result<Exit, Failure> {
    let queue = context.queue_to_read().await?;
    let mut screen = Screen::new(context.ui);
    loop {
        let is_moving = match &args.name {
            Some(name) => show_one(name, args.watch, &queue, &mut screen, context).await?,
            None => show_all(args.watch, &queue, &mut screen, context).await?,
        };
        if !args.watch || !is_moving {
            break;
        }
        tokio::time::sleep(WATCH_EVERY).await;
    }
    queue.close().await;
    Ok(Exit::Done)
}

/// Shows one campaign, all of it as of one moment. Says whether something may still happen to it.
async fn show_one(
    name: &str,
    is_watched: bool,
    queue: &Queue,
    screen: &mut Screen,
    context: &Context,
) -> Result<bool, Failure> {
    if context.ui.is_json() {
        let overview = queue.overview(name).await?;
        let outlook = outlook(queue, &overview, context).await?;
        screen.show(vec![in_json(&json::status(&overview, &outlook, context.clock.now()), is_watched)]);
        return Ok(is_moving(&overview.campaign));
    }
    let (campaign, figures) = report::Summary::named(queue, name).await?;
    let summary = Summary::new(&campaign, &figures);
    let overview = Overview { campaign, counts: figures.counts().clone() };
    let outlook = outlook(queue, &overview, context).await?;
    let mut lines = state(&overview, &outlook, context.clock.now());
    if is_watched {
        lines.extend(summary.figure_lines());
        screen.show(lines);
    } else {
        screen.show(lines);
        summary.print(context, None);
    }
    Ok(is_moving(&overview.campaign))
}

/// Shows all campaigns, each with its figures in one line. Says whether something may still happen to one of them.
async fn show_all(
    is_watched: bool,
    queue: &Queue,
    screen: &mut Screen,
    context: &Context,
) -> Result<bool, Failure> {
    let overviews = queue.overviews().await?;
    let now = context.clock.now();
    let (mut lines, mut facts_of_all) = (Vec::new(), Vec::new());
    for overview in &overviews {
        let outlook = outlook(queue, overview, context).await?;
        if context.ui.is_json() {
            facts_of_all.push(json::status(overview, &outlook, now));
        } else {
            lines.extend(state(overview, &outlook, now));
            lines.push(short(overview));
        }
    }
    if context.ui.is_json() {
        lines.push(in_json(&Value::Array(facts_of_all), is_watched));
    } else if overviews.is_empty() {
        context.ui.note("no campaigns yet; next: catalink create NAME --message TEXT");
    }
    screen.show(lines);
    Ok(overviews.iter().any(|overview| is_moving(&overview.campaign)))
}

/// In one line each time where it is watched.
fn in_json(facts: &Value, is_watched: bool) -> String {
    if is_watched { facts.to_string() } else { format!("{facts:#}") }
}

fn is_moving(campaign: &Campaign) -> bool {
    matches!(campaign.state, State::Running | State::Scheduled)
}

/// Where a campaign stands: who sends it, what it waits for, when it will be done, why it is paused.
fn state(overview: &Overview, outlook: &Outlook, now: Timestamp) -> Vec<String> {
    let Overview { campaign, counts } = overview;
    let (name, state) = (&campaign.plan.name, campaign.state);
    let is_interrupted = campaign.interrupted_at.is_some() && state == State::Running;
    let who = match (state, outlook.sender_pid) {
        _ if is_interrupted => {
            format!(" (interrupted: somebody stopped it; continue with catalink run {name})")
        }
        (State::Running | State::Scheduled, Some(pid)) => format!(" (pid {pid} is sending)"),
        (State::Running | State::Scheduled, None) => {
            format!(" (no process is sending it; continue with catalink run {name})")
        }
        _ => String::new(),
    };
    let mut lines = vec![format!("{name}: {state}{who}")];
    if let (Some(reason), Some(until)) = (outlook.waits_for, outlook.waits_until) {
        let wait = words::duration(now.until(until));
        let until = Told(until, &outlook.zone);
        lines.push(format!("  waits for {}, until {until} ({wait})", reason.words()));
    }
    for Held { by, n, first_at } in &outlook.held {
        let what = wording::reach::held(*by);
        let wait = if *n == 1 { "waits" } else { "wait" };
        lines.push(format!(
            "  {} {wait} for {what}, the first until {}",
            words::number(*n),
            Told(*first_at, &outlook.zone)
        ));
    }
    if let (Some(_), Some(ends_at)) = (outlook.sender_pid, outlook.ends_at) {
        lines.push(format!("  about {} left", words::duration(now.until(ends_at))));
    }
    let n_queued = counts.of(Status::Queued);
    lines.extend(campaign.pause.as_ref().map(|pause| words::paused(name, pause, n_queued)));
    lines
}

/// What receipts say of the accepted messages: how far they got, and why some did not arrive. Nothing where none came.
pub(crate) fn receipts(figures: &report::Summary) -> Vec<String> {
    let funnel = figures.funnel();
    if funnel.is_silent() {
        return Vec::new();
    }
    let mut lines = vec![format!("of {} accepted, by the receipts so far:", words::number(funnel.accepted))];
    for (what, n) in [
        ("sent", funnel.sent),
        ("delivered", funnel.delivered),
        ("read", funnel.read),
        ("undelivered", funnel.undelivered),
        ("no receipt", funnel.no_receipt),
    ] {
        let share = report::share(n, funnel.accepted);
        lines.push(format!("  {what:<12}{:>12}  {share}", words::number(n)));
    }
    lines.extend(
        reasons(figures).into_iter().filter(|(when, _)| *when == "not delivered").map(|(_, line)| line),
    );
    lines
}

/// Why messages were not accepted or did not arrive, a line for each reason, most first.
pub(crate) fn reasons(figures: &report::Summary) -> Vec<(&'static str, String)> {
    let line = |reason: report::Reason| {
        let report::Reason { code, n, when, meaning, what_to_do } = reason;
        let code = if code.is_empty() { code } else { format!(" {code}") };
        let advice = if what_to_do.is_empty() { String::new() } else { format!(". {what_to_do}") };
        (when, format!("  {} {when}{code}: {meaning}{advice}", words::number(n)))
    };
    figures.reasons(&report::advice).into_iter().map(line).collect()
}

/// The figures in one line.
fn short(overview: &Overview) -> String {
    let figures: Vec<String> = Status::ALL
        .into_iter()
        .map(|status| (status, overview.counts.of(status)))
        .filter(|(_, n)| *n > 0)
        .map(|(status, n)| format!("{} {}", words::number(n), status.name().replace('_', " ")))
        .collect();
    let figures = if figures.is_empty() { "no recipients".to_owned() } else { figures.join(", ") };
    format!("  {figures}")
}

/// What `status --json` says of a campaign.
pub(crate) async fn facts_of(queue: &Queue, name: &str, context: &Context) -> Result<Value, Failure> {
    let overview = queue.overview(name).await?;
    let outlook = outlook(queue, &overview, context).await?;
    Ok(json::status(&overview, &outlook, context.clock.now()))
}

/// What is to be expected of a campaign.
pub(crate) async fn outlook(
    queue: &Queue,
    overview: &Overview,
    context: &Context,
) -> Result<Outlook, Failure> {
    let Overview { campaign, counts } = overview;
    Outlook::of(queue, campaign, counts, context.clock.now()).await.map_err(|error| match error {
        OutlookError::Queue(error) => Failure::from(error),
        OutlookError::Zone(error) => Failure::from(error),
    })
}

/// What came of a campaign so far.
#[derive(Debug)]
pub(crate) struct Summary {
    name: String,
    state: State,
    lines: Vec<(String, u64, String)>,
    total: u64,
    n_queued: u64,
    n_unsettled_badly: u64,
    /// What receipts say of the accepted ones.
    receipts: Vec<String>,
    hints: Vec<String>,
}

/// Reads what came of a campaign so far.
pub(crate) async fn summary(name: &str, queue: &Queue) -> Result<Summary, Failure> {
    let (campaign, figures) = report::Summary::named(queue, name).await?;
    Ok(Summary::new(&campaign, &figures))
}

fn by_code(failures: &[Reasoned]) -> String {
    let parts: Vec<_> = failures
        .iter()
        .take(CODES_MAX)
        .map(|failure| format!("{} {}", failure.code, words::number(failure.n)))
        .collect();
    parts.join(", ")
}

impl Summary {
    fn new(campaign: &Campaign, figures: &report::Summary) -> Self {
        let (name, counts) = (&campaign.plan.name, figures.counts());
        let (n_failed, n_in_doubt) = (counts.of(Status::Failed), counts.of(Status::InDoubt));
        let mut hints = Vec::new();
        if n_failed > 0 {
            hints.push(format!("catalink retry {name} puts the failed ones back"));
        }
        if n_in_doubt > 0 {
            hints.push(words::about_doubts(name));
        }
        if figures.n_unsent() > 0 {
            hints.push(format!(
                "catalink retry {name} puts {} back that were accepted and never handed to Meta: nobody gets those twice",
                words::number(figures.n_unsent())
            ));
        }
        if counts.of(Status::Accepted) > 0 {
            hints
                .push(format!("catalink export {name} -o {name}-results.csv writes an answer for every row"));
        }
        let line = |status: Status| {
            let n = counts.of(status);
            let remark = if status == Status::Failed {
                by_code(figures.failures())
            } else if status == Status::InDoubt && n > 0 {
                words::at_lines(figures.doubt_lines(), n)
            } else {
                String::new()
            };
            (status.name().replace('_', " "), n, remark)
        };
        let is_shown = |status: &Status| counts.of(*status) > 0 || *status == Status::Accepted;
        Self {
            name: name.clone(),
            state: campaign.state,
            lines: Status::ALL.into_iter().filter(is_shown).map(line).collect(),
            total: figures.total(),
            n_queued: counts.of(Status::Queued),
            n_unsettled_badly: n_failed + n_in_doubt,
            receipts: receipts(figures),
            hints,
        }
    }

    /// How many wait.
    pub(crate) fn n_queued(&self) -> u64 {
        self.n_queued
    }

    /// Prints the figures, which add up to the total, and what can be done next.
    pub(crate) fn print(&self, context: &Context, elapsed: Option<Duration>) {
        let ui = context.ui;
        if let Some(elapsed) = elapsed {
            // A campaign that was interrupted is still running, only nobody sends it.
            let state = if self.state == State::Running { "interrupted" } else { self.state.name() };
            ui.line(format!("{}: {state} after {}", self.name, words::duration(elapsed)));
        }
        self.print_figures(context);
        for hint in &self.hints {
            ui.note(format!("next: {hint}"));
        }
    }

    /// Prints the figures alone.
    pub(crate) fn print_figures(&self, context: &Context) {
        let ui = context.ui;
        for line in self.figure_lines() {
            ui.line(line);
        }
        let has_accepted = self.lines.iter().any(|(what, n, _)| what == "accepted" && *n > 0);
        if has_accepted && self.receipts.is_empty() {
            ui.note("accepted is not delivered: receipts tell what arrived, and none has come so far");
        }
    }

    /// The figures, which add up to the total, and what receipts say.
    fn figure_lines(&self) -> Vec<String> {
        let line = |(what, n, remark): &(String, u64, String)| {
            format!("  {what:<12}{:>12}  {remark}", words::number(*n)).trim_end().to_owned()
        };
        let mut lines: Vec<_> = self.lines.iter().map(line).collect();
        lines.push(format!("  {:<12}{:>12}", "total", words::number(self.total)));
        lines.extend(self.receipts.iter().cloned());
        lines
    }

    /// 0 when everyone was accepted or rightly left out.
    pub(crate) fn exit(&self) -> Exit {
        if self.n_unsettled_badly == 0 { Exit::Done } else { Exit::Incomplete }
    }
}
