//! `purge` and `audit`: what is kept of people and of deeds.

use std::time::Duration;

use clap::Args;

use super::{Context, Exit, Failure, words};
use crate::domain::{Timestamp, time::parse_duration};

#[derive(Debug, Args)]
pub(super) struct PurgeArgs {
    /// The campaign, finished or cancelled
    #[arg(required_unless_present = "older_than", conflicts_with = "older_than")]
    name: Option<String>,
    /// Every campaign that has been finished or cancelled for so long, such as 90d
    #[arg(long, value_name = "DUR", value_parser = parse_duration)]
    older_than: Option<Duration>,
}

#[derive(Debug, Args)]
pub(super) struct AuditArgs {
    /// Only what was done to this campaign
    name: Option<String>,
    /// So many lines at most
    #[arg(long, value_name = "N", default_value_t = 100)]
    limit: u32,
}

pub(super) async fn purge(args: &PurgeArgs, context: &Context) -> Result<Exit, Failure> {
    let queue = context.queue().await?;
    let now = context.clock.now();
    let names = match (&args.name, args.older_than) {
        (Some(name), _) => vec![name.clone()],
        (None, Some(age)) => {
            let before = Timestamp(now.0 - i64::try_from(age.as_millis()).unwrap_or(i64::MAX));
            let n_receipts = queue.forget_receipts(before).await?;
            if n_receipts > 0 {
                context.ui.note(format!(
                    "{} that found nobody removed",
                    words::counted(n_receipts, "receipt", "receipts")
                ));
            }
            queue.purgeable(before).await?
        }
        (None, None) => Vec::new(),
    };
    for name in &names {
        let campaign = queue.campaign(name).await?;
        let n_rows = queue.purge(campaign.id, now).await?;
        context.ui.line(format!("purged `{name}`: {}; its figures stay", words::recipients(n_rows)));
    }
    if names.is_empty() {
        context.ui.note("nothing to purge");
    } else {
        context.ui.note("backups and exports made before still hold the data");
    }
    queue.close().await;
    Ok(Exit::Done)
}

pub(super) async fn audit(args: &AuditArgs, context: &Context) -> Result<Exit, Failure> {
    let queue = context.queue().await?;
    for entry in queue.audit_trail(args.name.as_deref(), args.limit).await? {
        let campaign = entry.campaign.unwrap_or_default();
        let line =
            format!("{}  {:<20} {:<10} {campaign}  {}", entry.at, entry.who, entry.command, entry.detail);
        context.ui.line(line.trim_end());
    }
    queue.close().await;
    Ok(Exit::Done)
}
