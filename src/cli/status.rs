//! `status`, and the summary at the end of a run: figures that add up.

use std::time::Duration;

use clap::Args;
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::{Context, Exit, Failure, words};
use crate::{
    domain::{Delivery, State, Status, Timestamp},
    queue::{Overview, Queue, QueueError},
};

/// How often `--watch` looks.
const WATCH_EVERY: Duration = Duration::from_secs(1);

/// How many lines in doubt are named before the rest is only counted.
pub(super) const DOUBT_LINES_MAX: u32 = 10;

#[derive(Debug, Args)]
pub(super) struct StatusArgs {
    /// The campaign [default: all]
    name: Option<String>,
    /// Print JSON
    #[arg(long)]
    json: bool,
    /// Print again every second until nothing more happens
    #[arg(long)]
    watch: bool,
}

pub(super) async fn status(args: &StatusArgs, context: &Context) -> Result<Exit, Failure> {
    let queue = context.queue().await?;
    loop {
        let mut overviews = Vec::new();
        match &args.name {
            Some(name) => overviews.push(queue.overview(name).await?),
            None => {
                for campaign in queue.campaigns().await? {
                    let counts = queue.counts(campaign.id).await?;
                    overviews.push(Overview { campaign, counts });
                }
            }
        }
        show(&overviews, &queue, args, context).await?;
        let is_moving =
            |overview: &Overview| matches!(overview.campaign.state, State::Running | State::Scheduled);
        if !args.watch || !overviews.iter().any(is_moving) {
            break;
        }
        tokio::time::sleep(WATCH_EVERY).await;
    }
    queue.close().await;
    Ok(Exit::Done)
}

async fn show(
    overviews: &[Overview],
    queue: &Queue,
    args: &StatusArgs,
    context: &Context,
) -> Result<(), Failure> {
    if args.json {
        let facts: Vec<Value> = overviews.iter().map(facts).collect();
        match (&args.name, facts.as_slice()) {
            (Some(_), [one]) => context.ui.json(one),
            _ => context.ui.json(&facts),
        }
        return Ok(());
    }
    if overviews.is_empty() {
        context.ui.note("no campaigns yet; next: catalink create NAME --message TEXT");
    }
    let pid = queue.sending_pid().await?;
    for overview in overviews {
        let name = &overview.campaign.plan.name;
        let state = overview.campaign.state;
        let who = match (state, pid) {
            (State::Running | State::Scheduled, Some(pid)) => format!(" (pid {pid} is sending)"),
            (State::Running | State::Scheduled, None) => {
                format!(" (no process is sending it; go on with catalink run {name})")
            }
            _ => String::new(),
        };
        context.ui.line(format!("{name}: {state}{who}"));
        if let Some(pause) = &overview.campaign.pause {
            context.ui.line(words::paused(name, pause, overview.counts.of(Status::Queued)));
        }
        if args.name.is_some() {
            summary(overview, queue, context).await?.print(context, None);
        } else {
            context.ui.line(short(overview));
        }
    }
    Ok(())
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

/// `status --json` of one campaign.
fn facts(overview: &Overview) -> Value {
    let Overview { campaign, counts } = overview;
    let by_status: Map<_, _> =
        Status::ALL.into_iter().map(|status| (status.name().to_owned(), json!(counts.of(status)))).collect();
    let by_delivery: Map<_, _> = Delivery::ALL
        .into_iter()
        .map(|delivery| (delivery.name().to_owned(), json!(counts.delivered(delivery))))
        .collect();
    let instant = |at: Option<Timestamp>| at.map(|at| at.to_string());
    let facts = Facts {
        campaign: &campaign.plan.name,
        state: campaign.state.name(),
        pause_reason: campaign.pause.as_ref().map(|pause| pause.cause.name()),
        total: counts.total(),
        counts: by_status,
        delivery: by_delivery,
        mps: campaign.plan.mps,
        eta_seconds: eta_seconds(overview),
        created_at: campaign.created_at.to_string(),
        started_at: instant(campaign.started_at),
        finished_at: instant(campaign.finished_at),
        pause_detail: campaign.pause.as_ref().and_then(|pause| pause.detail.clone()),
    };
    json!(facts)
}

#[derive(Debug, Serialize)]
struct Facts<'f> {
    campaign: &'f str,
    state: &'f str,
    pause_reason: Option<&'f str>,
    total: u64,
    counts: Map<String, Value>,
    delivery: Map<String, Value>,
    mps: f64,
    eta_seconds: Option<u64>,
    created_at: String,
    started_at: Option<String>,
    finished_at: Option<String>,
    pause_detail: Option<String>,
}

/// The time that the open recipients take at the campaign's rate; none while it is not running.
fn eta_seconds(overview: &Overview) -> Option<u64> {
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "an estimate in whole seconds"
    )]
    let seconds = (overview.counts.n_open() as f64 / overview.campaign.plan.mps).ceil() as u64;
    matches!(overview.campaign.state, State::Running | State::Scheduled).then_some(seconds)
}

/// What came of a campaign so far.
#[derive(Debug)]
pub(super) struct Summary {
    name: String,
    state: State,
    lines: Vec<(String, u64, String)>,
    total: u64,
    n_unsettled_badly: u64,
    hints: Vec<String>,
}

/// Gathers the figures of a summary.
pub(super) async fn summary(
    overview: &Overview,
    queue: &Queue,
    _context: &Context,
) -> Result<Summary, QueueError> {
    let Overview { campaign, counts } = overview;
    let name = &campaign.plan.name;
    let (n_failed, n_in_doubt) = (counts.of(Status::Failed), counts.of(Status::InDoubt));
    let mut hints = Vec::new();
    let mut lines = Vec::new();
    for status in Status::ALL {
        let n = counts.of(status);
        let remark = match status {
            Status::Failed if n > 0 => {
                hints.push(format!("catalink retry {name} puts the failed ones back"));
                by_code(&queue.failures_by_code(campaign.id).await?)
            }
            Status::InDoubt if n > 0 => {
                hints.push(words::about_doubts(name));
                words::at_lines(&queue.doubt_lines(campaign.id, DOUBT_LINES_MAX).await?, n)
            }
            Status::Failed
            | Status::InDoubt
            | Status::Queued
            | Status::Sending
            | Status::Accepted
            | Status::Rejected
            | Status::Duplicate
            | Status::Suppressed
            | Status::Cancelled => String::new(),
        };
        if n > 0 || status == Status::Accepted {
            lines.push((status.name().replace('_', " "), n, remark));
        }
    }
    if counts.of(Status::Accepted) > 0 {
        hints.push(format!("catalink export {name} -o {name}.csv writes an answer for every row"));
    }
    Ok(Summary {
        name: name.clone(),
        state: campaign.state,
        lines,
        total: counts.total(),
        n_unsettled_badly: n_failed + n_in_doubt,
        hints,
    })
}

fn by_code(codes: &[(String, u64)]) -> String {
    let parts: Vec<_> =
        codes.iter().take(5).map(|(code, n)| format!("{code} {}", words::number(*n))).collect();
    parts.join(", ")
}

impl Summary {
    /// Prints the figures, which add up to the total, and what can be done next.
    pub(super) fn print(&self, context: &Context, elapsed: Option<Duration>) {
        let ui = context.ui;
        if let Some(elapsed) = elapsed {
            // A campaign that was interrupted is still running, only nobody sends it.
            let state = if self.state == State::Running { "interrupted" } else { self.state.name() };
            ui.line(format!("{}: {state} after {}", self.name, words::duration(elapsed)));
        }
        for (what, n, remark) in &self.lines {
            ui.line(format!("  {what:<12}{:>12}  {remark}", words::number(*n)).trim_end());
        }
        ui.line(format!("  {:<12}{:>12}", "total", words::number(self.total)));
        if self.lines.iter().any(|(what, n, _)| what == "accepted" && *n > 0) && elapsed.is_some() {
            ui.note("accepted is not delivered: receipts tell what arrived");
        }
        for hint in &self.hints {
            ui.note(format!("next: {hint}"));
        }
    }

    /// 0 when everyone was accepted or rightly left out.
    pub(super) fn exit(&self) -> Exit {
        if self.n_unsettled_badly == 0 { Exit::Done } else { Exit::Incomplete }
    }
}
