//! `send`: create, import and run in one.

use std::path::{Path, PathBuf};

use clap::Args;

use super::{
    plan::PlanArgs,
    run::{RunArgs, run_in},
};
use crate::{
    cli::{
        Context, Exit, Failure,
        lists::import::{self, ReadingArgs},
        terminal::question::ConsentArgs,
    },
    queue::{Queue, QueueError},
};

#[derive(Debug, Args)]
pub(crate) struct SendArgs {
    /// The recipient list
    file: PathBuf,
    /// The campaign's name [default: the file's]
    #[arg(long)]
    name: Option<String>,
    #[command(flatten)]
    plan: PlanArgs,
    #[command(flatten)]
    reading: ReadingArgs,
    /// Send although the same people got the same message lately
    #[arg(long)]
    again: bool,
    /// Do not ask before sending
    #[arg(long)]
    yes: bool,
}

pub(crate) async fn send(args: SendArgs, context: &Context) -> Result<Exit, Failure> {
    // What would stop the run stops it before anything is written.
    context.settings.account(args.plan.sender())?;
    let queue = context.queue_or_create().await?;
    let name = match args.name {
        Some(name) => name,
        None => free_name(&queue, &args.file).await?,
    };
    let plan = args.plan.create(&name, args.yes, context)?;
    let id = queue.create(plan, context.clock.now()).await?;
    let campaign = queue.campaign(&name).await?;
    match import::import_with(&queue, &campaign, &args.file, &args.reading, context).await {
        Ok(report) => import::show(&args.file, &report, false, context),
        Err(refused) => {
            // A campaign that nobody can use is not left behind.
            queue.remove_empty(id).await?;
            queue.close().await;
            return Err(refused.failure(&args.file));
        }
    }
    context.ui.note(format!("sending as `{name}`"));
    let consent = ConsentArgs { yes: args.yes, dry_run: false };
    let ended = run_in(&queue, &RunArgs { again: args.again, consent, ..RunArgs::of(name) }, context).await;
    queue.close().await;
    ended
}

/// The file's name without its endings, made fit for a campaign; with a number where that is taken.
async fn free_name(queue: &Queue, file: &Path) -> Result<String, QueueError> {
    let stem = file.file_name().unwrap_or_default().to_string_lossy();
    let stem = stem.split('.').next().unwrap_or_default();
    let fit: String = stem
        .chars()
        .map(|c| if c.is_alphanumeric() || matches!(c, '-' | '_') { c } else { '-' })
        .take(48)
        .collect();
    let fit = fit.trim_matches('-');
    let base = if fit.is_empty() { "campaign" } else { fit };
    let taken = queue.campaign_names().await?;
    let names = std::iter::once(base.to_owned()).chain((2_u32..).map(|n| format!("{base}-{n}")));
    Ok(names.into_iter().find(|name| !taken.contains(name)).unwrap_or_else(|| base.to_owned()))
}
