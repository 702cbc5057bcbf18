//! `run` and `resume`: send a campaign's messages in the foreground.

use std::sync::Arc;

use clap::Args;
use tokio::sync::watch;

use crate::{
    app::start::{self, Repetitions},
    cli::{
        Context, Exit, Failure,
        results::status,
        terminal::{progress::Progress, signals::Signals, words},
    },
    domain::{Campaign, State, Status, campaign::check_rate},
    provider::{Kaleyra, Limits},
    queue::{Overview, Queue, Repetition},
    sender::{AccountRate, Drained, Sender},
};

#[derive(Debug, Default, Args)]
pub(crate) struct RunArgs {
    /// The campaign
    pub(crate) name: String,
    /// Send although the database looks like a restored copy: who was messaged since would be messaged again
    #[arg(long)]
    pub(crate) restored: bool,
    #[command(flatten)]
    pub(crate) limits: LimitArgs,
    /// Send although the same people got the same message lately
    #[arg(long)]
    pub(crate) again: bool,
}

impl RunArgs {
    /// Runs a campaign as it is.
    pub(crate) fn of(name: impl Into<String>) -> Self {
        Self { name: name.into(), ..Self::default() }
    }
}

#[derive(Debug, Default, Args)]
pub(crate) struct LimitArgs {
    /// Change the campaign's messages per second
    #[arg(long, value_name = "N")]
    mps: Option<f64>,
    /// Change how many requests may be in flight at once
    #[arg(long, value_name = "N")]
    max_in_flight: Option<u32>,
}

#[derive(Debug, Args)]
pub(crate) struct ResumeArgs {
    #[command(flatten)]
    run: RunArgs,
    /// Lift the pause only; `catalink serve` or a later `run` sends
    #[arg(long)]
    detach: bool,
}

impl ResumeArgs {
    /// Resumes and goes on in the foreground.
    pub(crate) fn of(run: RunArgs) -> Self {
        Self { run, detach: false }
    }
}

pub(crate) async fn resume(args: &ResumeArgs, context: &Context) -> Result<Exit, Failure> {
    let queue = context.queue().await?;
    let campaign = queue.campaign(&args.run.name).await?;
    if campaign.state == State::Paused {
        queue.resume(campaign.id).await?;
        context.ui.note(format!("resumed `{}`", args.run.name));
    }
    queue.close().await;
    if args.detach { Ok(Exit::Done) } else { run(&args.run, context).await }
}

pub(crate) async fn run(args: &RunArgs, context: &Context) -> Result<Exit, Failure> {
    let queue = context.queue().await?;
    let ended = run_in(&queue, args, context).await;
    queue.close().await;
    ended
}

/// Runs a campaign of an open queue.
pub(crate) async fn run_in(queue: &Queue, args: &RunArgs, context: &Context) -> Result<Exit, Failure> {
    let Overview { campaign, counts } = queue.overview(&args.name).await?;
    match campaign.state {
        State::Paused => {
            if let Some(pause) = &campaign.pause {
                context.ui.warn(words::paused(&args.name, pause, counts.of(Status::Queued)));
            }
            return Ok(Exit::Paused);
        }
        State::Cancelled => {
            return Err(Failure::new(format!(
                "`{}` was cancelled; nothing of it is sent any more",
                args.name
            ))
            .hint("create another campaign for the same list"));
        }
        State::Draft | State::Scheduled | State::Running | State::Finished => {}
    }
    if counts.total() == 0 {
        return Err(Failure::new(format!("`{}` has no recipients", args.name))
            .hint(format!("catalink import {} FILE", args.name)));
    }
    if counts.n_open() == 0 && campaign.state == State::Finished {
        return Ok(status::summary(&args.name, queue).await?.exit());
    }
    let sender = campaign.plan.sender;
    let account = context.settings.account(sender)?;
    if campaign.started_at.is_none() && !args.again {
        guard(queue, &campaign, counts.of(Status::Queued), context).await?;
    }
    change_limits(queue, &campaign, args, context).await?;
    if args.restored {
        queue.accept_restored().await?;
    }
    let mut signals = Signals::listen()?;
    let (lease, _) = queue.take_lease(std::process::id(), context.clock.now()).await?;
    queue.start(campaign.id, context.clock.now()).await?;
    let campaign = queue.campaign(&args.name).await?;
    let limits = Limits { in_flight_max: campaign.plan.in_flight_max as usize, ..Limits::default() };
    let provider = Kaleyra::new(account, &limits, context.settings.ca_file.as_deref())?;
    let account = Arc::<AccountRate>::default();
    account.take_up(queue, context.clock.now()).await?;
    let sender = Sender::new(queue.clone(), provider, Arc::new(lease), context.clock, Arc::clone(&account));
    send(&sender, &account, queue, &campaign, &mut signals, context).await
}

/// Before a first start: the same message to mostly the same people has to be confirmed, and people whom another campaign
/// has messaged lately are counted.
async fn guard(queue: &Queue, campaign: &Campaign, n_queued: u64, context: &Context) -> Result<(), Failure> {
    let Repetitions { same_message, lately } =
        start::repetitions(queue, campaign, context.clock.now()).await?;
    if let Some(Repetition { n_recipients, names }) = &same_message {
        let name = &campaign.plan.name;
        let fact = format!(
            "{} of the {} who wait in `{name}` got the same message from {} in the last 30 days",
            words::number(*n_recipients),
            words::number(n_queued),
            words::listed(names)
        );
        if start::has_to_be_confirmed(*n_recipients, n_queued) {
            return Err(
                Failure::new(fact).hint(format!("catalink run {name} --again sends it to them once more"))
            );
        }
        context.ui.warn(fact);
    }
    for overlap in lately {
        context.ui.note(format!(
            "{} of them were messaged by `{}` in the last 7 days",
            words::recipients(overlap.n_recipients),
            overlap.name
        ));
    }
    Ok(())
}

async fn change_limits(
    queue: &Queue,
    campaign: &Campaign,
    args: &RunArgs,
    context: &Context,
) -> Result<(), Failure> {
    if let Some(mps) = args.limits.mps {
        queue.set_rate(campaign.id, check_rate(mps)?).await?;
    }
    match args.limits.max_in_flight {
        None => {}
        Some(0) => return Err(Failure::new("--max-in-flight is at least 1")),
        Some(max) => queue.set_in_flight_max(campaign.id, max).await?,
    }
    if campaign.plan.with_token || context.ui.is_quiet() {
        return Ok(());
    }
    context.ui.note("no token: a receipt cannot settle a doubt by itself");
    Ok(())
}

/// Drains while listening for signals. The first one stops safely; the second leaves at once.
async fn send(
    sender: &Sender,
    account: &AccountRate,
    queue: &Queue,
    campaign: &Campaign,
    signals: &mut Signals,
    context: &Context,
) -> Result<Exit, Failure> {
    let name = campaign.plan.name.as_str();
    let progress = Progress::start(context.ui, &queue.counts(campaign.id).await?);
    let (stop, stopped) = watch::channel(false);
    let drained = tokio::select! {
        drained = sender.drain(campaign, stopped, &progress) => drained,
        () = two_signals(signals, &stop) => {
            progress.finish();
            context.ui.warn(format!(
                "stopped at once: the requests in flight are in doubt; continue with catalink run {name}"
            ));
            return Ok(Exit::Interrupted);
        }
    };
    progress.finish();
    if let Err(error) = account.give_up(queue, context.clock.now()).await {
        // How the campaign ended matters more: the next start only waits for a second.
        tracing::warn!(%error, "it cannot be written down when the last request left");
    }
    let drained = drained?;
    let summary = status::summary(name, queue).await?;
    summary.print(context, Some(progress.elapsed()));
    match drained {
        Drained::Finished | Drained::Cancelled => Ok(summary.exit()),
        Drained::Paused(pause) => {
            context.ui.warn(words::paused(name, &pause, summary.n_queued()));
            Ok(Exit::Paused)
        }
        Drained::Stopped => {
            context.ui.warn(format!("interrupted safely; continue with catalink run {name}"));
            Ok(Exit::Interrupted)
        }
    }
}

/// Tells of the first signal, and returns at the second.
async fn two_signals(signals: &mut Signals, stop: &watch::Sender<bool>) {
    signals.next().await;
    stop.send_replace(true);
    signals.next().await;
}
