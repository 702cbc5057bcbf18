//! `rehearse`: a copy of a campaign against the built-in simulator. Nothing is sent, and the campaign stays as it is.

use std::{path::PathBuf, time::Duration};

use clap::Args;

use super::run;
use crate::{
    app::{
        campaigns::outlook::time_to_send,
        rehearsal::{Rehearsal, RehearsalError},
        wording::{Face, pause as pause_words},
    },
    cli::{
        Context, Exit, Failure,
        results::{
            export,
            report::{self, ReportArgs},
            status,
        },
        services::simulate::{FaultArgs, ReceiptArgs},
        terminal::{signals::Signals, values, words},
    },
    config::Settings,
    domain::{Campaign, CampaignId, PauseCause, Phone, Status, campaign::check_rate},
    queue::Queue,
    sender::Drained,
    simulator::Faults,
};

/// A rehearsal takes about so long, whatever the campaign's own rate is.
const SECONDS: u64 = 60;

/// The longest that people go on writing.
const WRITING_MAX: Duration = Duration::from_secs(45);

/// How long a rehearsal goes on after the last one has written.
const AFTERWARDS: Duration = Duration::from_secs(3);

/// The fastest that a rehearsal sends by itself, in messages per second.
const MPS_MAX: u64 = 1_000;

#[derive(Debug, Args)]
pub(crate) struct RehearseArgs {
    /// The campaign; it stays as it is
    name: String,
    /// Messages per second of the rehearsal [default: so many that it takes about a minute]
    #[arg(long, value_name = "N", value_parser = values::rate)]
    mps: Option<f64>,
    /// Share of the people who write to you: half of them before the start, the others while it runs. The campaign keeps whom it
    /// reaches (--reach), and the simulator keeps WhatsApp's windows
    #[arg(long, value_name = "RATE", value_parser = values::share)]
    writing: Option<f64>,
    #[command(flatten)]
    faults: FaultArgs,
    #[command(flatten)]
    receipts: ReceiptArgs,
    /// Write the results of the rehearsal to a new file, as `export` would
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Write the report of the rehearsal as a page to a new file
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
}

pub(crate) async fn rehearse(args: RehearseArgs, context: &Context) -> Result<Exit, Failure> {
    for path in [&args.output, &args.html].into_iter().flatten() {
        if path.exists() {
            return Err(Failure::new(format!("`{}` exists", path.display())).hint("name a new file"));
        }
    }
    let queue = context.queue_to_read().await?;
    let campaign = queue.campaign(&args.name).await?;
    let counts = queue.counts(campaign.id).await?;
    let n_to_send = counts.of(Status::Queued) + counts.of(Status::Sending);
    if n_to_send == 0 {
        return Err(run::nobody(&campaign, &counts).exit(Exit::Incomplete));
    }
    let mps = match args.mps {
        Some(mps) => check_rate(mps)?,
        None => default_rate(&campaign, n_to_send),
    };
    let folder = tempfile::Builder::new().prefix("catalink-rehearsal-").tempdir()?;
    let db = folder.path().join("rehearsal.db");
    let copies = Queue::open_or_create(&db).await?;
    let writers = match args.writing {
        Some(share) => Some(Writers::of(&queue, &campaign, share, mps).await?),
        None => None,
    };
    let ends_at = writers.as_ref().map(|writers| context.clock.now().plus(writers.over + AFTERWARDS));
    let id = queue.copy_to_rehearse(campaign.id, &copies, Some(mps), ends_at).await?;
    queue.close().await;
    announce(&campaign, n_to_send, mps, writers.as_ref(), context);

    let sender = campaign.plan.sender.or(context.settings.sender);
    let faults = Faults { sender, ..args.faults.faults() };
    let mut receipts = args.receipts.to("");
    receipts.people.has_windows |= writers.is_some();
    let rehearsal = Rehearsal::start(copies.clone(), faults, receipts, context.clock).await?;
    let settings = Settings::simulated(db, rehearsal.account(sender));
    let inside = Context { settings, ui: context.ui, clock: context.clock, who: context.who.clone() };
    let ended = match &writers {
        Some(Writers { before, meanwhile, over }) => {
            rehearsal.people_write(before, Duration::ZERO).await?;
            let writing = async { rehearsal.people_write(meanwhile, *over).await.map_err(Failure::from) };
            let (ended, ()) = tokio::try_join!(drain(&rehearsal, &copies, id, n_to_send, &inside), writing)?;
            Ok(ended)
        }
        None => drain(&rehearsal, &copies, id, n_to_send, &inside).await,
    };
    if matches!(ended, Ok(Some(_))) {
        rehearsal.receive_receipts().await?;
    }
    rehearsal.stop().await?;
    let shown = match ended? {
        Some(drained) => show(&copies, id, drained, &args, &inside).await?,
        None => Exit::Interrupted,
    };
    copies.close().await;
    context
        .ui
        .line(format!("This was a rehearsal: nothing was sent, and `{}` is as it was.", campaign.plan.name));
    Ok(shown)
}

/// The rate that takes about a minute, or the campaign's own where that is higher.
fn default_rate(campaign: &Campaign, n_to_send: u64) -> f64 {
    let mps = n_to_send.div_ceil(SECONDS).min(MPS_MAX);
    #[expect(clippy::cast_precision_loss, reason = "at most a thousand")]
    campaign.plan.mps.max(mps as f64)
}

/// The people who write in a rehearsal.
struct Writers {
    /// Those whose windows are open at the start.
    before: Vec<Phone>,
    /// Those who write while the copy runs.
    meanwhile: Vec<Phone>,
    /// How long they take to.
    over: Duration,
}

impl Writers {
    /// An even choice of `share` of those who wait.
    async fn of(queue: &Queue, campaign: &Campaign, share: f64, mps: f64) -> Result<Self, Failure> {
        let people = queue.waiting_people(campaign.id).await?;
        let (mut before, mut meanwhile) = (Vec::new(), Vec::new());
        let mut due = 0.0;
        for person in people {
            due += share;
            if 1.0 <= due {
                due -= 1.0;
                let half = if before.len() <= meanwhile.len() { &mut before } else { &mut meanwhile };
                half.push(person);
            }
        }
        let over = time_to_send(meanwhile.len() as u64 * 2, mps).min(WRITING_MAX);
        Ok(Self { before, meanwhile, over })
    }
}

fn announce(campaign: &Campaign, n_to_send: u64, mps: f64, writers: Option<&Writers>, context: &Context) {
    let ui = context.ui;
    ui.line(format!(
        "Rehearsing `{}` with {} on a simulated provider: no message leaves this machine.",
        campaign.plan.name,
        words::recipients(n_to_send)
    ));
    let real = words::duration(time_to_send(n_to_send, campaign.plan.mps));
    ui.note(format!(
        "at {mps} messages a second; the campaign's own {} would take {real}. Its start time{} are left out",
        campaign.plan.mps,
        if writers.is_some() { " and its hours" } else { ", its hours, and whom it reaches" }
    ));
    if let Some(Writers { before, meanwhile, over }) = writers {
        ui.note(format!(
            "{} of the list have written before the start, and {} write in the first {}",
            words::number(before.len() as u64),
            words::number(meanwhile.len() as u64),
            words::duration(*over)
        ));
    }
}

/// Sends the copy to the simulator. A low balance pauses it, is topped up, and the copy goes on, as the campaign would.
/// None where a signal stopped it.
async fn drain(
    rehearsal: &Rehearsal,
    queue: &Queue,
    id: CampaignId,
    n_to_send: u64,
    context: &Context,
) -> Result<Option<Drained>, Failure> {
    let mut signals = Signals::listen()?;
    queue.start(id, context.clock.now()).await?;
    loop {
        let campaign = queue.campaign_by_id(id).await?;
        let (lease, _) = queue.take_lease(std::process::id(), context.clock.now()).await?;
        let account = rehearsal.account(context.settings.sender);
        let sender = run::sender(queue, &campaign, account, lease, context).await?;
        let Some((drained, _)) = run::drain(&sender, queue, &campaign, &mut signals, context).await? else {
            return Ok(None);
        };
        match drained {
            Drained::Paused(pause) if pause.cause == PauseCause::LowBalance => {
                let n_queued = queue.counts(id).await?.of(Status::Queued);
                context.ui.line(format!(
                    "paused: {}; {} waiting. Now the balance is topped up and the campaign resumed",
                    pause_words::cause(pause.cause, Face::Terminal),
                    words::recipients(n_queued)
                ));
                rehearsal.simulator().top_up(n_to_send);
                queue.resume(id).await?;
            }
            Drained::Stopped => return Ok(None),
            drained @ (Drained::Finished | Drained::Paused(_) | Drained::Cancelled) => {
                return Ok(Some(drained));
            }
        }
    }
}

/// The report at the end, without advice: what it would advise is about the copy.
async fn show(
    queue: &Queue,
    id: CampaignId,
    drained: Drained,
    args: &RehearseArgs,
    context: &Context,
) -> Result<Exit, Failure> {
    let name = queue.campaign_by_id(id).await?.plan.name;
    let summary = status::summary(&name, queue).await?;
    summary.print_figures(context);
    if let Some(path) = &args.output {
        export::export_to(&name, path, context).await?;
        context.ui.line(format!("Results of the rehearsal: {}", path.display()));
    }
    if let Some(path) = &args.html {
        report::report(&ReportArgs::page(&name, path.clone()), context).await?;
    }
    match drained {
        Drained::Paused(pause) => {
            context.ui.line(format!(
                "The campaign would be paused here: {}",
                pause_words::cause(pause.cause, Face::Terminal)
            ));
            Ok(Exit::Paused)
        }
        Drained::Finished | Drained::Cancelled | Drained::Stopped => Ok(summary.exit()),
    }
}

impl From<RehearsalError> for Failure {
    fn from(error: RehearsalError) -> Self {
        match error {
            RehearsalError::Simulator(error) => Self::from(error),
            error @ (RehearsalError::Receiver(_)
            | RehearsalError::Gate(_)
            | RehearsalError::NoRandomness
            | RehearsalError::NotTaken
            | RehearsalError::NoReceipts) => Self::of(&error),
        }
    }
}
