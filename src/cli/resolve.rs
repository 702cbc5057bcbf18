//! `retry` and `resolve`: recipients that came to no good end.

use clap::Args;

use super::{Context, Exit, Failure, words};
use crate::{config::parse_number, domain::Status, queue::Which};

#[derive(Debug, Args)]
pub(super) struct RetryArgs {
    /// The campaign
    name: String,
    /// Only those that failed with this code; may be given several times
    #[arg(long, value_name = "CODE")]
    code: Vec<String>,
}

#[derive(Debug, Args)]
pub(super) struct ResolveArgs {
    /// The campaign
    name: String,
    /// Send again: someone may get the message twice
    #[arg(long, required_unless_present = "keep", conflicts_with = "keep")]
    resend: bool,
    /// Close as failed with the code `IN_DOUBT`, without sending
    #[arg(long)]
    keep: bool,
    /// Only the recipient on this line of its file; may be given several times
    #[arg(long, value_name = "N", conflicts_with = "to")]
    line: Vec<u64>,
    /// Only this number; may be given several times
    #[arg(long, value_name = "+NUMBER")]
    to: Vec<String>,
}

pub(super) async fn retry(args: RetryArgs, context: &Context) -> Result<Exit, Failure> {
    let queue = context.queue().await?;
    let campaign = queue.campaign(&args.name).await?;
    let which = if args.code.is_empty() { Which::All } else { Which::Codes(args.code) };
    let n = queue.retry(campaign.id, which).await?;
    queue.close().await;
    let next = if n == 0 { String::new() } else { format!("; next: catalink run {}", args.name) };
    context.ui.note(format!("{} put back into the queue{next}", words::recipients(n)));
    Ok(Exit::Done)
}

pub(super) async fn resolve(args: ResolveArgs, context: &Context) -> Result<Exit, Failure> {
    let queue = context.queue().await?;
    let overview = queue.overview(&args.name).await?;
    let which = which(&args)?;
    let id = overview.campaign.id;
    let text = if args.resend {
        let n = queue.resend_doubts(id, which).await?;
        format!(
            "{} in doubt put back into the queue: each may already have the message and would get it twice; \
             next: catalink run {}",
            words::recipients(n),
            args.name
        )
    } else {
        let n = queue.keep_doubts(id, which, context.clock.now()).await?;
        format!("{} closed as failed with the code IN_DOUBT, nothing sent", words::recipients(n))
    };
    let left = queue.counts(id).await?.of(Status::InDoubt);
    queue.close().await;
    let left = if left == 0 { String::new() } else { format!("; {} still in doubt", words::number(left)) };
    context.ui.note(format!("{text}{left}"));
    Ok(Exit::Done)
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
