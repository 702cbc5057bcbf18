//! `create`, `pause`, `cancel`, `rate`: what an operator does to a campaign as a whole.

use std::time::Duration;

use clap::Args;
use clap_complete::ArgValueCompleter;
use serde_json::json;

use super::plan::PlanArgs;
use crate::{
    app::{
        campaigns::creation::PlanError,
        wording::{Face, error::Explained, pause},
    },
    cli::{
        Context, Exit, Failure,
        terminal::{question::ConsentArgs, values, words},
        upkeep::shell,
    },
    domain::{
        PauseCause, State, Status,
        campaign::Pause,
        message::{Template, tags::foreign_tags},
    },
    queue::{Queue, QueueError},
};

/// How long `cancel` and `pause` wait for a running process to take notice.
const NOTICE_TIME: Duration = Duration::from_millis(50);

#[derive(Debug, Args)]
pub(crate) struct NameArgs {
    /// The campaign
    #[arg(add = ArgValueCompleter::new(shell::campaigns))]
    name: String,
}

#[derive(Debug, Args)]
pub(crate) struct CancelArgs {
    /// The campaign
    #[arg(add = ArgValueCompleter::new(shell::campaigns))]
    name: String,
    #[command(flatten)]
    consent: ConsentArgs,
}

#[derive(Debug, Args)]
pub(crate) struct RateArgs {
    /// The campaign
    #[arg(add = ArgValueCompleter::new(shell::campaigns))]
    name: String,
    /// Messages per second
    #[arg(value_parser = values::rate)]
    mps: f64,
}

#[derive(Debug, Args)]
pub(crate) struct CreateArgs {
    /// The campaign's name
    name: String,
    #[command(flatten)]
    plan: PlanArgs,
    /// Take a start that has passed without a question
    #[arg(long)]
    yes: bool,
}

impl From<PlanError> for Failure {
    fn from(error: PlanError) -> Self {
        let failure = Self::from(Explained::from(&error));
        match error {
            PlanError::NoZone => failure.exit(Exit::Usage),
            PlanError::NoSender | PlanError::UnknownWord { .. } | PlanError::Campaign(_) => failure,
        }
    }
}

pub(crate) async fn create(args: CreateArgs, context: &Context) -> Result<Exit, Failure> {
    let name = args.name;
    let plan = args.plan.create(&name, args.yes, context)?;
    let queue = context.queue_or_create().await?;
    let foreign: Vec<_> = Template::parse(&plan.message)?
        .texts()
        .flat_map(foreign_tags)
        .filter(|tag| tag.is_certain)
        .map(|tag| tag.found)
        .collect();
    queue.create(plan, context.clock.now()).await?;
    if !foreign.is_empty() {
        context.ui.note(format!(
            "note: {} would be sent as it stands; a placeholder is written {{{{Name}}}}",
            words::listed(&foreign)
        ));
    }
    context.ui.done(
        format!("created `{name}`; next: catalink import {name} FILE"),
        &json!({ "campaign": name, "state": State::Draft.name() }),
    );
    queue.close().await;
    Ok(Exit::Done)
}

pub(crate) async fn pause(args: &NameArgs, context: &Context) -> Result<Exit, Failure> {
    let queue = context.queue().await?;
    let campaign = queue.campaign(&args.name).await?;
    if let Some(pause) = &campaign.pause {
        context.ui.done(
            format!("`{}` is paused already: {}", args.name, pause::cause(pause.cause, Face::Terminal)),
            &json!({ "campaign": args.name, "state": State::Paused.name(), "pause_reason": pause.cause.name() }),
        );
        return Ok(Exit::Done);
    }
    let pause = Pause { cause: PauseCause::Operator, detail: None, line: None };
    queue.pause(campaign.id, pause, context.clock.now()).await?;
    let counts = settled_counts(&queue, &args.name).await?;
    let waiting = words::recipients(counts);
    context.ui.done(
        format!("paused `{0}`: {waiting} in the queue; next: catalink resume {0}", args.name),
        &json!({ "campaign": args.name, "state": State::Paused.name(), "queued": counts }),
    );
    queue.close().await;
    Ok(Exit::Done)
}

/// The queue's length after a running process has had the time to put back what it had claimed.
async fn settled_counts(queue: &Queue, name: &str) -> Result<u64, QueueError> {
    let mut counts = queue.overview(name).await?.counts;
    for _ in 0..20 {
        if counts.of(Status::Sending) == 0 {
            break;
        }
        tokio::time::sleep(NOTICE_TIME).await;
        counts = queue.overview(name).await?.counts;
    }
    Ok(counts.of(Status::Queued) + counts.of(Status::Sending))
}

pub(crate) async fn cancel(args: &CancelArgs, context: &Context) -> Result<Exit, Failure> {
    let queue = context.queue().await?;
    let campaign = queue.campaign(&args.name).await?;
    if campaign.state == State::Cancelled {
        context.ui.done(
            format!("`{}` is cancelled already", args.name),
            &json!({ "campaign": args.name, "state": State::Cancelled.name(), "cancelled": 0 }),
        );
        return Ok(Exit::Done);
    }
    let counts = queue.counts(campaign.id).await?;
    let sentence = format!(
        "This ends `{}`: {} waiting are never messaged. It cannot be undone.",
        args.name,
        words::recipients(counts.of(Status::Queued))
    );
    if !args.consent.ask(&sentence, context)? {
        return Ok(Exit::Done);
    }
    queue.cancel(campaign.id, context.clock.now()).await?;
    let counts = queue.counts(campaign.id).await?;
    let mut text =
        format!("cancelled `{}`: {} never sent", args.name, words::recipients(counts.of(Status::Cancelled)));
    if counts.of(Status::Sending) > 0 {
        text.push_str(&format!(
            "; the answers to {} in flight will still be recorded",
            counts.of(Status::Sending)
        ));
    }
    context.ui.done(
        text,
        &json!({
            "campaign": args.name,
            "state": State::Cancelled.name(),
            "cancelled": counts.of(Status::Cancelled),
            "sending": counts.of(Status::Sending),
        }),
    );
    queue.close().await;
    Ok(Exit::Done)
}

pub(crate) async fn rate(args: &RateArgs, context: &Context) -> Result<Exit, Failure> {
    let queue = context.queue().await?;
    let campaign = queue.campaign(&args.name).await?;
    queue.set_rate(campaign.id, args.mps).await?;
    context.ui.done(
        format!("`{}` sends at most {} messages per second now", args.name, args.mps),
        &json!({ "campaign": args.name, "mps": args.mps }),
    );
    queue.close().await;
    Ok(Exit::Done)
}
