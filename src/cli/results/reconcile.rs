//! `reconcile`: delivery facts from the provider's downloaded report.

use std::path::PathBuf;

use clap::Args;
use clap_complete::ArgValueCompleter;

use crate::{
    cli::{Context, Exit, Failure, terminal::words, upkeep::shell},
    domain::Status,
    queue::{Counts, Reconciled},
    receiver::reconcile::{Report, read},
};

#[derive(Debug, Args)]
pub(crate) struct ReconcileArgs {
    /// The campaign
    #[arg(add = ArgValueCompleter::new(shell::campaigns))]
    name: String,
    /// The report, as the provider's console gives it out
    report: PathBuf,
    /// Show what would change; change nothing
    #[arg(long)]
    dry_run: bool,
}

impl ReconcileArgs {
    /// This report for that campaign, for good.
    pub(crate) fn of(name: &str, report: PathBuf) -> Self {
        Self { name: name.to_owned(), report, dry_run: false }
    }
}

pub(crate) async fn reconcile(args: &ReconcileArgs, context: &Context) -> Result<Exit, Failure> {
    let path = args.report.display();
    let bytes = std::fs::read(&args.report)
        .map_err(|error| Failure::from(error).while_doing(format!("cannot read `{path}`")))?;
    let Report { n_rows, heard } = read(&bytes, context.clock.now())
        .map_err(|error| Failure::of(&error).while_doing(format!("cannot use `{path}`")))?;
    let queue = context.queue().await?;
    let campaign = queue.campaign(&args.name).await?;
    let n_heard = heard.len() as u64;
    let Reconciled { merged, before, after } =
        queue.reconcile(campaign.id, heard, &path.to_string(), args.dry_run).await?;
    queue.close().await;
    let ui = context.ui;
    ui.line(format!(
        "{}: {} in {}, {} about `{}`",
        path,
        words::counted(n_heard, "fact", "facts"),
        words::counted(n_rows, "row", "rows"),
        words::number(merged.n_matched),
        args.name
    ));
    ui.line(format!("  {:<14}{:>12}{:>12}", "", "before", if args.dry_run { "would be" } else { "after" }));
    for (what, before, after) in figures(&before, &after) {
        ui.line(format!("  {what:<14}{:>12}{:>12}", words::number(before), words::number(after)));
    }
    if merged.n_matched == 0 && n_rows > 0 {
        ui.warn(
            "no row was matched: the report carries neither the tokens nor the message ids of this campaign; \
             numbers are not used, as several campaigns may have messaged the same person",
        );
    }
    ui.note(format!("{} changed", words::recipients(merged.n_changed)));
    Ok(Exit::Done)
}

fn figures(before: &Counts, after: &Counts) -> Vec<(String, u64, u64)> {
    let (told_before, told_after) = (before.funnel(), after.funnel());
    let receipts = told_before.named().zip(told_after.receipts());
    let receipts = receipts.map(|((name, before), after)| (name.replace('_', " "), before, after));
    let statuses =
        [("accepted", Status::Accepted), ("failed", Status::Failed), ("in doubt", Status::InDoubt)]
            .into_iter()
            .map(|(name, status)| (name.to_owned(), before.of(status), after.of(status)));
    statuses.chain(receipts).collect()
}
