//! `purge` and `audit`: what is kept of people and of deeds.

use std::time::Duration;

use clap::Args;
use jiff::tz::TimeZone;
use serde_json::json;

use crate::{
    cli::{
        Context, Exit, Failure,
        terminal::{question::ConsentArgs, values, words},
    },
    domain::time::{Told, parse_duration},
    queue::{AuditLine, Outdated},
};

#[derive(Debug, Args)]
pub(crate) struct PurgeArgs {
    /// The campaign, finished or cancelled
    #[arg(required_unless_present = "older_than", conflicts_with = "older_than")]
    name: Option<String>,
    /// Every campaign that has been finished or cancelled for so long, such as 90d
    #[arg(long, value_name = "DUR", value_parser = parse_duration)]
    older_than: Option<Duration>,
    #[command(flatten)]
    consent: ConsentArgs,
}

#[derive(Debug, Args)]
pub(crate) struct AuditArgs {
    /// Only what was done to this campaign
    name: Option<String>,
    /// So many lines at most
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = values::count)]
    limit: u32,
}

pub(crate) async fn purge(args: &PurgeArgs, context: &Context) -> Result<Exit, Failure> {
    let queue = context.queue().await?;
    let now = context.clock.now();
    let meant = match (&args.name, args.older_than) {
        (Some(name), _) => {
            let campaign = queue.campaign(name).await?;
            let n_rows = queue.counts(campaign.id).await?.total();
            Outdated { n_receipts: 0, campaigns: vec![(name.clone(), n_rows)] }
        }
        (None, Some(age)) => queue.outdated(age, now).await?,
        (None, None) => Outdated::default(),
    };
    if meant != Outdated::default() && !args.consent.ask(&what_happens(&meant), context)? {
        return Ok(Exit::Done);
    }
    let outdated = match (&args.name, args.older_than) {
        (Some(name), _) => {
            let campaign = queue.campaign(name).await?;
            let n_rows = queue.purge(campaign.id, now).await?;
            Outdated { n_receipts: 0, campaigns: vec![(name.clone(), n_rows)] }
        }
        (None, Some(age)) => queue.purge_older_than(age, now).await?,
        (None, None) => Outdated::default(),
    };
    queue.close().await;
    if context.ui.is_json() {
        let wiped = |(name, n): &(String, u64)| json!({ "campaign": name, "recipients": n });
        let campaigns: Vec<_> = outdated.campaigns.iter().map(wiped).collect();
        context.ui.json(&json!({ "campaigns": campaigns, "receipts": outdated.n_receipts }));
        return Ok(Exit::Done);
    }
    for line in purged(&outdated) {
        context.ui.line(line);
    }
    if outdated == Outdated::default() {
        context.ui.note("nothing to purge");
    } else {
        context.ui.note("backups and exports made before still hold the data");
    }
    Ok(Exit::Done)
}

/// What a purge does, in a sentence.
fn what_happens(meant: &Outdated) -> String {
    let n_rows = meant.campaigns.iter().map(|(_, n)| n).sum();
    let names: Vec<_> = meant.campaigns.iter().map(|(name, _)| name.clone()).collect();
    let mut what = Vec::new();
    if !names.is_empty() {
        what.push(format!("the data of {} of {}", words::recipients(n_rows), words::listed(&names)));
    }
    if meant.n_receipts > 0 {
        what.push(words::counted(
            meant.n_receipts,
            "receipt that found nobody",
            "receipts that found nobody",
        ));
    }
    format!("This deletes {}. It cannot be undone.", what.join(" and "))
}

/// What was wiped, a line for each campaign.
pub(crate) fn purged(outdated: &Outdated) -> Vec<String> {
    let receipts = words::counted(outdated.n_receipts, "receipt", "receipts");
    let mut lines = Vec::new();
    if outdated.n_receipts > 0 {
        lines.push(format!("purged {receipts} that found nobody"));
    }
    let campaign = |(name, n_rows): &(String, u64)| {
        format!("purged `{name}`: {}; its figures stay", words::recipients(*n_rows))
    };
    lines.extend(outdated.campaigns.iter().map(campaign));
    lines
}

pub(crate) async fn audit(args: &AuditArgs, context: &Context) -> Result<Exit, Failure> {
    let queue = context.queue_to_read().await?;
    let trail = queue.audit_trail(args.name.as_deref(), args.limit).await?;
    let zone = match &args.name {
        Some(name) => queue.campaign(name).await.ok().map(|campaign| campaign.plan.zone()).transpose()?,
        None => None,
    };
    let zone = zone.unwrap_or(TimeZone::UTC);
    queue.close().await;
    if context.ui.is_json() {
        context.ui.json(&trail);
        return Ok(Exit::Done);
    }
    for AuditLine { at, who, command, campaign, detail } in &trail {
        let campaign = campaign.as_deref().unwrap_or_default();
        let at = Told(*at, &zone);
        context.ui.line(format!("{at:#}  {who:<20} {command:<10} {campaign}  {detail}").trim_end());
    }
    if trail.is_empty() {
        context.ui.note("nothing was done so far");
    }
    Ok(Exit::Done)
}
