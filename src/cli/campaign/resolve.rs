//! `retry` and `resolve`: recipients that came to no good end.

use clap::{ArgGroup, Args};

use crate::{
    cli::{Context, Exit, Failure, terminal::words},
    config::parse_number,
    domain::{CampaignId, Status},
    queue::{CLOSED_DOUBT, Queue, Which},
    report::figures::summary::DOUBT_LINES_MAX,
};

#[derive(Debug, Args)]
pub(crate) struct RetryArgs {
    /// The campaign
    name: String,
    /// Only those that failed with this code; may be given several times. Doubts that were closed without sending
    /// (`IN_DOUBT`) are left out unless named: they may have the message already
    #[arg(long, value_name = "CODE")]
    code: Vec<String>,
}

#[derive(Debug, Args)]
#[command(group(ArgGroup::new("end").required(true)))]
pub(crate) struct ResolveArgs {
    /// The campaign
    name: String,
    /// Send again: someone may get the message twice
    #[arg(long, group = "end")]
    resend: bool,
    /// Close as failed with the code `IN_DOUBT`, without sending
    #[arg(long, group = "end")]
    keep: bool,
    /// Only the recipient on this line of its file; may be given several times
    #[arg(long, value_name = "N", conflicts_with = "to")]
    line: Vec<u64>,
    /// Only this number; may be given several times
    #[arg(long, value_name = "+NUMBER")]
    to: Vec<String>,
}

pub(crate) async fn retry(args: RetryArgs, context: &Context) -> Result<Exit, Failure> {
    let queue = context.queue().await?;
    let campaign = queue.campaign(&args.name).await?;
    let closed_doubt = CLOSED_DOUBT.to_owned();
    let resends_doubts = args.code.contains(&closed_doubt);
    let which =
        if args.code.is_empty() { Which::AllBut(vec![closed_doubt]) } else { Which::Codes(args.code) };
    let leaves_doubts = matches!(which, Which::AllBut(_));
    let n = queue.retry(campaign.id, which).await?;
    let n_closed = queue.n_closed_doubts(campaign.id).await?;
    queue.close().await;
    let next = if n == 0 { String::new() } else { format!("; next: catalink run {}", args.name) };
    context.ui.note(format!("{} requeued{next}", words::recipients(n)));
    if resends_doubts && n > 0 {
        context.ui.warn("whoever was in doubt may already have the message and would get it twice");
    }
    if leaves_doubts && n_closed > 0 {
        let closed = words::recipients(n_closed);
        context.ui.note(format!(
            "{closed} left out: closed without sending ({CLOSED_DOUBT}), they may have the message"
        ));
    }
    Ok(Exit::Done)
}

pub(crate) async fn resolve(args: ResolveArgs, context: &Context) -> Result<Exit, Failure> {
    let queue = context.queue().await?;
    let campaign = queue.campaign(&args.name).await?.id;
    let resolved = resolve_in(&queue, campaign, &args, context).await;
    queue.close().await;
    context.ui.note(resolved?);
    Ok(Exit::Done)
}

/// Settles the doubts that are meant, and says what came of it.
async fn resolve_in(
    queue: &Queue,
    campaign: CampaignId,
    args: &ResolveArgs,
    context: &Context,
) -> Result<String, Failure> {
    let which = which(args)?;
    let are_all_meant = which == Which::All;
    let n = if args.resend {
        queue.resend_doubts(campaign, which).await?
    } else {
        queue.keep_doubts(campaign, which, context.clock.now()).await?
    };
    let n_left = queue.counts(campaign).await?.of(Status::InDoubt);
    let left =
        if n_left == 0 { String::new() } else { format!("; {} still in doubt", words::number(n_left)) };
    let name = &args.name;
    if n == 0 && (are_all_meant || n_left == 0) {
        return Ok(format!("nobody in `{name}` is in doubt"));
    }
    if n == 0 {
        let lines = queue.doubt_lines(campaign, DOUBT_LINES_MAX).await?;
        return Err(Failure::new("none of those is in doubt; nothing was changed")
            .hint(format!("in doubt: {}", words::at_lines(&lines, n_left))));
    }
    let recipients = words::recipients(n);
    Ok(if args.resend {
        format!(
            "{recipients} in doubt requeued: each may already have the message and would get it \
             twice; next: catalink run {name}{left}"
        )
    } else {
        format!("{recipients} closed as failed with the code IN_DOUBT, nothing sent{left}")
    })
}

fn which(args: &ResolveArgs) -> Result<Which, Failure> {
    if !args.line.is_empty() {
        return Ok(Which::Lines(args.line.clone()));
    }
    if !args.to.is_empty() {
        let numbers: Result<_, _> = args.to.iter().map(|text| parse_number("--to", text)).collect();
        return Ok(Which::Numbers(numbers?));
    }
    Ok(Which::All)
}
