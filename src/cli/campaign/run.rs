//! `run` and `resume`: send a campaign's messages in the foreground.

use std::{sync::Arc, time::Duration};

use clap::Args;
use clap_complete::ArgValueCompleter;
use serde_json::json;
use tokio::{sync::watch, time::sleep};

use super::plan::parse_reach;
use crate::{
    app::{
        campaigns::{
            finish,
            outlook::time_to_send,
            reach::most_at_night,
            start::{self, Repetitions, Said, StartError},
        },
        wording::{self, error::Explained},
    },
    cli::{
        Context, Exit, Failure,
        results::{costs::RatesArgs, status},
        services::notify,
        terminal::{progress::Progress, question::ConsentArgs, signals::Signals, values, words},
        upkeep::shell,
    },
    domain::{Campaign, Phone, State, Status, campaign::check_rate, reach::Reach, time::Told},
    notifier::Heartbeat,
    provider::{Account, Kaleyra, Limits},
    queue::{Counts, Lease, Overview, Queue, QueueError, Repetition},
    sender::{AccountRate, Drained, Sender},
};

#[derive(Debug, Clone, Default, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub(crate) struct RunArgs {
    /// The campaign
    #[arg(add = ArgValueCompleter::new(shell::campaigns))]
    pub(crate) name: String,
    /// Send although the database looks like a restored copy: who was messaged since would be messaged again
    #[arg(long)]
    pub(crate) restored: bool,
    #[command(flatten)]
    pub(crate) limits: LimitArgs,
    /// Send although the same people got the same message lately
    #[arg(long)]
    pub(crate) again: bool,
    /// Send the rest with the account of the settings, although another one has sent a part
    #[arg(long)]
    pub(crate) other_account: bool,
    /// Wait while another process sends from this database, and go on in its place when it ends or dies
    #[arg(long)]
    pub(crate) stand_by: bool,
    /// Whom to message: anybody, those who wrote within the last 24 hours, or everybody as soon as they write
    #[arg(long, value_name = "any|open|wait", value_parser = parse_reach, add = shell::words(Reach::ALL.map(Reach::name).into()))]
    pub(crate) reach: Option<Reach>,
    #[command(flatten)]
    pub(crate) rates: RatesArgs,
    #[command(flatten)]
    pub(crate) consent: ConsentArgs,
}

impl RunArgs {
    /// Runs a campaign as it is, without a question.
    pub(crate) fn of(name: impl Into<String>) -> Self {
        let consent = ConsentArgs { yes: true, dry_run: false };
        Self { name: name.into(), consent, ..Self::default() }
    }
}

#[derive(Debug, Clone, Default, Args)]
pub(crate) struct LimitArgs {
    /// Change the campaign's messages per second
    #[arg(long, value_name = "N", value_parser = values::rate)]
    mps: Option<f64>,
    /// Change how many requests may be in flight at once
    #[arg(long, value_name = "N", value_parser = values::count)]
    max_in_flight: Option<u32>,
}

impl LimitArgs {
    /// With the rate at which a campaign is done by its set time, where it has one.
    fn to_finish(&self, campaign: &Campaign, n_queued: u64, context: &Context) -> Result<Self, Failure> {
        let (now, zone) = (context.clock.now(), campaign.plan.zone()?);
        let rate = finish::rate(&campaign.plan, n_queued, self.mps, now).map_err(StartError::Finish)?;
        if let (Some(rate), Some(finish_by)) = (rate, campaign.plan.reach.finish_by) {
            let finish_by = Told(finish_by, &zone);
            context.ui.note(format!("{rate} messages a second, to be done by {finish_by}"));
        }
        Ok(Self { mps: rate.or(self.mps), max_in_flight: self.max_in_flight })
    }
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
        if args.run.consent.dry_run {
            args.run.consent.ask(&format!("This resumes `{}`.", args.run.name), context)?;
            return Ok(Exit::Done);
        }
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
        State::Paused => return say_paused(queue, &campaign, &counts, context).await,
        State::Cancelled => return Err(StartError::Cancelled { name: args.name.clone() }.into()),
        State::Draft | State::Scheduled | State::Running | State::Finished => {}
    }
    if counts.total() == 0 {
        return Err(StartError::NoRecipients { name: args.name.clone() }.into());
    }
    if counts.n_open() == 0 {
        if campaign.started_at.is_none() {
            return Err(nobody(&campaign, &counts).exit(Exit::Incomplete));
        }
        if campaign.state == State::Finished {
            let summary = status::summary(&args.name, queue).await?;
            if context.ui.is_json() {
                return end_as_json(queue, &args.name, &Drained::Finished, &summary, context).await;
            }
            summary.print(context, None);
            context.ui.note(format!("nobody in `{}` is left to send to", args.name));
            return Ok(summary.exit());
        }
    }
    let account = context.settings.account(campaign.plan.sender)?;
    if campaign.started_at.is_none() && !args.again {
        guard(queue, &campaign, counts.of(Status::Queued), context).await?;
    }
    let n_queued = counts.of(Status::Queued);
    let args = &RunArgs { limits: args.limits.to_finish(&campaign, n_queued, context)?, ..args.clone() };
    say_who_is_reached(queue, &campaign, account.sender, args, context).await?;
    if campaign.started_at.is_none() {
        say_where_it_is_night(queue, &campaign, context).await?;
    }
    let mut sentence = what_happens(&campaign, account.sender, n_queued, args)?;
    if let Some(costs) = args.rates.costs(queue, campaign.id, context).await? {
        sentence = format!("{sentence} {}", wording::cost::expected(&costs.waiting));
    }
    if n_queued > 0 && !args.consent.ask(&sentence, context)? {
        return Ok(Exit::Done);
    }
    change_limits(queue, &campaign, args, context).await?;
    if args.restored {
        queue.accept_restored().await?;
    }
    go(queue, &campaign, args, account, context).await
}

/// Sends, as soon as the right to send is ours.
async fn go(
    queue: &Queue,
    campaign: &Campaign,
    args: &RunArgs,
    account: Account,
    context: &Context,
) -> Result<Exit, Failure> {
    let mut signals = Signals::listen()?;
    let Some(taken) = take_lease(queue, args, &mut signals, context).await? else {
        return Ok(Exit::Interrupted);
    };
    let Taken { lease, has_waited } = taken;
    if has_waited && matches!(queue.campaign(&args.name).await?.state, State::Finished | State::Cancelled) {
        drop(lease);
        return say_how_it_ended(queue, args, context).await;
    }
    queue.bind_account(campaign.id, &account.identity(), args.other_account).await?;
    if let Err(error) = queue.start(campaign.id, context.clock.now()).await {
        // Somebody may have paused it meanwhile.
        let Overview { campaign, counts } = queue.overview(&args.name).await?;
        return match campaign.state {
            State::Paused => say_paused(queue, &campaign, &counts, context).await,
            State::Draft | State::Scheduled | State::Running | State::Finished | State::Cancelled => {
                Err(error.into())
            }
        };
    }
    let campaign = queue.campaign(&args.name).await?;
    let sender = sender(queue, &campaign, account, lease, context).await?;
    let ended = send(&sender, queue, &campaign, &mut signals, context).await;
    match ended {
        // Whoever stands by does so again.
        Err(failure) if args.stand_by && failure.code == "LEASE_LOST" => {
            drop(sender);
            context.ui.note("another process has taken over");
            Box::pin(run_in(queue, args, context)).await
        }
        ended => ended,
    }
}

/// The right to send.
struct Taken {
    lease: Lease,
    /// Whether somebody else had it until now.
    has_waited: bool,
}

/// Takes the right to send; where it is to stand by, as soon as nobody else has it. None where a signal came first.
async fn take_lease(
    queue: &Queue,
    args: &RunArgs,
    signals: &mut Signals,
    context: &Context,
) -> Result<Option<Taken>, Failure> {
    const TRIES_EVERY: Duration = Duration::from_millis(500);
    let mut has_waited = false;
    loop {
        let taken = tokio::select! {
            taken = queue.take_lease(std::process::id(), context.clock.now()) => taken,
            _ = signals.next() => return Ok(None),
        };
        match taken {
            Ok((lease, _)) => return Ok(Some(Taken { lease, has_waited })),
            Err(error)
                if args.stand_by
                    && (error.is_unreachable() || matches!(error, QueueError::Leased { .. })) =>
            {
                if !std::mem::replace(&mut has_waited, true) {
                    context.ui.note(format!("standing by: {error}"));
                }
            }
            Err(error) => return Err(error.into()),
        }
        tokio::select! {
            () = sleep(TRIES_EVERY) => {}
            _ = signals.next() => return Ok(None),
        }
    }
}

/// What another process has come to, while this one stood by.
async fn say_how_it_ended(queue: &Queue, args: &RunArgs, context: &Context) -> Result<Exit, Failure> {
    let summary = status::summary(&args.name, queue).await?;
    if context.ui.is_json() {
        let is_cancelled = queue.campaign(&args.name).await?.state == State::Cancelled;
        let drained = if is_cancelled { Drained::Cancelled } else { Drained::Finished };
        return end_as_json(queue, &args.name, &drained, &summary, context).await;
    }
    summary.print(context, None);
    Ok(summary.exit())
}

/// Says why a paused campaign is not sent.
async fn say_paused(
    queue: &Queue,
    campaign: &Campaign,
    counts: &Counts,
    context: &Context,
) -> Result<Exit, Failure> {
    let name = &campaign.plan.name;
    if let Some(pause) = &campaign.pause {
        if context.ui.is_json() {
            let summary = status::summary(name, queue).await?;
            return end_as_json(queue, name, &Drained::Paused(pause.clone()), &summary, context).await;
        }
        context.ui.warn(words::paused(name, pause, counts.of(Status::Queued)));
    }
    Ok(Exit::Paused)
}

/// What a run does, in a sentence.
fn what_happens(campaign: &Campaign, from: Phone, n_queued: u64, args: &RunArgs) -> Result<String, Failure> {
    let mps = args.limits.mps.map_or(Ok(campaign.plan.mps), check_rate)?;
    Ok(format!(
        "This sends the message of `{}` to {} from {}, {mps} a second, in about {}.",
        campaign.plan.name,
        words::recipients(n_queued),
        from.e164(),
        words::duration(time_to_send(n_queued, mps))
    ))
}

/// Why a campaign that has rows has nobody to send to.
pub(crate) fn nobody(campaign: &Campaign, counts: &Counts) -> Failure {
    let figures: Vec<_> = Status::ALL
        .into_iter()
        .map(|status| (status, counts.of(status)))
        .filter(|(_, n)| *n > 0)
        .map(|(status, n)| format!("{} {}", words::number(n), status.name().replace('_', " ")))
        .collect();
    let (name, n_rows) = (&campaign.plan.name, words::counted(counts.total(), "row", "rows"));
    let words = format!("nobody in `{name}` is left to send to: of {n_rows}, {}", figures.join(", "));
    if counts.total() == 0 {
        return Failure::new(format!("`{name}` has no recipients"))
            .hint(format!("catalink import {name} FILE"));
    }
    Failure::new(words).hint(format!("catalink export {name} shows the reason of every row"))
}

/// What sends a campaign with that account.
pub(crate) async fn sender(
    queue: &Queue,
    campaign: &Campaign,
    account: Account,
    lease: Lease,
    context: &Context,
) -> Result<Sender, Failure> {
    let limits = Limits { in_flight_max: campaign.plan.in_flight_max as usize, ..Limits::default() };
    let provider = Kaleyra::new(account, &limits, context.settings.ca_file.as_deref())?;
    let rate = Arc::<AccountRate>::default();
    rate.take_up(queue, context.clock.now()).await?;
    Ok(Sender::new(queue.clone(), provider, Arc::new(lease), context.clock, rate))
}

/// Before a first start: the same message to mostly the same people has to be confirmed, and people whom another campaign
/// has messaged lately are counted.
async fn guard(queue: &Queue, campaign: &Campaign, n_queued: u64, context: &Context) -> Result<(), Failure> {
    let found = start::check_repetitions(queue, campaign, n_queued, context.clock.now()).await?;
    let Repetitions { same_message, lately } = found;
    if let Some(Repetition { n_recipients, names }) = same_message {
        let name = campaign.plan.name.clone();
        context.ui.warn(StartError::Repeated { name, n_recipients, n_queued, names }.to_string());
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

impl From<StartError> for Failure {
    fn from(error: StartError) -> Self {
        let failure = Self::from(Explained::from(&error));
        match error {
            StartError::Queue(error) => error.into(),
            StartError::Finish(_) | StartError::ReachNotChosen { .. } => failure.exit(Exit::Usage),
            StartError::NobodyReachable { .. } => failure.exit(Exit::Incomplete),
            StartError::Paused { .. }
            | StartError::Cancelled { .. }
            | StartError::NoRecipients { .. }
            | StartError::NobodyLeft { .. }
            | StartError::Repeated { .. } => failure,
        }
    }
}

/// Before a first start: whether most of the people are asleep, and nothing has been said of hours.
async fn say_where_it_is_night(queue: &Queue, campaign: &Campaign, context: &Context) -> Result<(), Failure> {
    let now = context.clock.now();
    let at = campaign.plan.start_at.map_or(now, |at| at.max(now));
    if let Some((n_dark, n)) = most_at_night(queue, campaign, at).await? {
        context.ui.note(format!("note: {}", wording::reach::night(&campaign.plan.name, n_dark, n)));
    }
    Ok(())
}

/// Before the start: who can be reached, where anything is known of that. Where most cannot, and nobody has said what
/// becomes of them, that has to be said first.
async fn say_who_is_reached(
    queue: &Queue,
    campaign: &Campaign,
    from: Phone,
    args: &RunArgs,
    context: &Context,
) -> Result<(), Failure> {
    let said = Said { again: args.again, reach: args.reach, mps: args.limits.mps };
    let prospect = start::check_reach(queue, campaign, from, &said, context.clock.now()).await?;
    let sentence = wording::reach::sentence(&prospect, said.mps.unwrap_or(campaign.plan.mps));
    match said.reach.or(campaign.plan.reach.chosen).unwrap_or_default() {
        Reach::Any
            if !prospect.is_known && campaign.started_at.is_none() && campaign.plan.canary.is_none() =>
        {
            context.ui.note(format!(
                "nothing is known of who wrote to {}: a catalogue link only arrives within 24 hours after the person wrote; \
                 create --canary 100 tries it on a few first",
                from.e164()
            ));
        }
        Reach::Any if !prospect.is_known => {}
        Reach::Any | Reach::Open | Reach::Wait => context.ui.note(sentence),
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
    if let Some(reach) = args.reach {
        queue.set_reach(campaign.id, reach).await?;
    }
    match args.limits.max_in_flight {
        None => {}
        Some(max) => queue.set_in_flight_max(campaign.id, max).await?,
    }
    if campaign.plan.with_token || context.ui.is_quiet() {
        return Ok(());
    }
    context.ui.note("no token: a receipt cannot settle a doubt by itself");
    Ok(())
}

/// Sends in the foreground and shows what came of it.
async fn send(
    sender: &Sender,
    queue: &Queue,
    campaign: &Campaign,
    signals: &mut Signals,
    context: &Context,
) -> Result<Exit, Failure> {
    let name = campaign.plan.name.as_str();
    let notifying = notify::notifier(queue, context).await?;
    let notifying =
        notifying.map(|notifier| notify::start(notifier, queue, Some(Heartbeat::of_process()), context));
    let drained = drain(sender, queue, campaign, signals, context).await?;
    if let Some(notifying) = notifying.filter(|_| drained.is_some()) {
        notifying.end(queue, context).await;
    }
    let Some((drained, elapsed)) = drained else {
        queue.interrupt(Some(campaign.id), context.clock.now()).await?;
        context.ui.warn(format!(
            "stopped at once: the requests in flight are in doubt; continue with catalink run {name}"
        ));
        return Ok(Exit::Interrupted);
    };
    if drained == Drained::Stopped {
        queue.interrupt(Some(campaign.id), context.clock.now()).await?;
    }
    let summary = status::summary(name, queue).await?;
    if context.ui.is_json() {
        return end_as_json(queue, &campaign.plan.name, &drained, &summary, context).await;
    }
    summary.print(context, Some(elapsed));
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

/// The last line of a run for a program: how it ended, with what `status --json` says, and the exit code.
async fn end_as_json(
    queue: &Queue,
    name: &str,
    drained: &Drained,
    summary: &status::Summary,
    context: &Context,
) -> Result<Exit, Failure> {
    let (event, exit) = match drained {
        Drained::Finished => ("finished", summary.exit()),
        Drained::Cancelled => ("cancelled", summary.exit()),
        Drained::Paused(_) => ("paused", Exit::Paused),
        Drained::Stopped => ("interrupted", Exit::Interrupted),
    };
    let mut facts = status::facts_of(queue, name, context).await?;
    facts["event"] = json!(event);
    facts["exit"] = json!(exit.code());
    context.ui.json_line(&facts);
    Ok(exit)
}

/// Drains a started campaign with a progress bar, listening for signals: the first one stops safely, the second one leaves
/// at once, which is none. Returns how it ended and how long it took.
pub(crate) async fn drain(
    sender: &Sender,
    queue: &Queue,
    campaign: &Campaign,
    signals: &mut Signals,
    context: &Context,
) -> Result<Option<(Drained, Duration)>, Failure> {
    let progress = Progress::start(context.ui, campaign.plan.zone()?, &queue.counts(campaign.id).await?);
    let (stop, stopped) = watch::channel(false);
    let drained = tokio::select! {
        drained = sender.drain(campaign, stopped, &progress) => Some(drained),
        () = two_signals(signals, &stop) => None,
    };
    progress.finish();
    let Some(drained) = drained else { return Ok(None) };
    if let Err(error) = sender.account().give_up(queue, context.clock.now()).await {
        // How the campaign ended matters more: the next start only waits for a second.
        tracing::warn!(%error, "it cannot be written down when the last request left");
    }
    Ok(Some((drained?, progress.elapsed())))
}

/// Tells of the first signal, and returns at the second.
async fn two_signals(signals: &mut Signals, stop: &watch::Sender<bool>) {
    signals.next().await;
    stop.send_replace(true);
    signals.next().await;
}
