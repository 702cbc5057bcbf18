//! `retry` and `resolve`: recipients that came to no good end.

use std::str::FromStr;

use clap::{ArgGroup, Args};
use clap_complete::ArgValueCompleter;
use serde_json::{Value, json};

use crate::{
    app::places::{self, Place},
    cli::{
        Context, Exit, Failure,
        terminal::{question::ConsentArgs, values, words},
        upkeep::shell,
    },
    domain::{Campaign, Phone, Status, reach::SkipCode},
    queue::{CLOSED_DOUBT, Queue, Which},
    report::figures::summary::DOUBT_LINES_MAX,
};

#[derive(Debug, Args)]
pub(crate) struct RetryArgs {
    /// The campaign
    #[arg(add = ArgValueCompleter::new(shell::campaigns))]
    name: String,
    /// Only those that failed with this code; may be given several times. Doubts that were closed without sending
    /// (`IN_DOUBT`) are left out unless named: they may have the message already
    #[arg(long, value_name = "CODE")]
    code: Vec<String>,
    #[command(flatten)]
    consent: ConsentArgs,
}

#[derive(Debug, Args)]
#[command(group(ArgGroup::new("end").required(true)))]
pub(crate) struct ResolveArgs {
    /// The campaign
    #[arg(add = ArgValueCompleter::new(shell::campaigns))]
    name: String,
    /// Send again: someone may get the message twice
    #[arg(long, group = "end")]
    resend: bool,
    /// Close as failed with the code `IN_DOUBT`, without sending
    #[arg(long, group = "end")]
    keep: bool,
    /// Only the recipient on this line of its list, such as 7 or spring.csv:7; may be given several times
    #[arg(long, value_name = "[FILE:]LINE", conflicts_with = "to", value_parser = Place::from_str)]
    line: Vec<Place>,
    /// Only this number; may be given several times
    #[arg(long, value_name = "+NUMBER", value_parser = values::phone)]
    to: Vec<Phone>,
    #[command(flatten)]
    consent: ConsentArgs,
}

pub(crate) async fn retry(args: RetryArgs, context: &Context) -> Result<Exit, Failure> {
    let queue = context.queue().await?;
    let campaign = queue.campaign(&args.name).await?;
    let retryable = queue.retryable(campaign.id).await?;
    check_codes(&args, &retryable)?;
    let is_meant = |code: &str| match args.code.as_slice() {
        [] => code != CLOSED_DOUBT && SkipCode::ALL.iter().all(|skipped| skipped.name() != code),
        codes => codes.iter().any(|meant| meant == code),
    };
    let n_meant = retryable.iter().filter(|(code, _)| is_meant(code)).map(|(_, n)| n).sum();
    let n_closed = retryable.iter().find(|(code, _)| code == CLOSED_DOUBT).map_or(0, |(_, n)| *n);
    let resends_doubts = args.code.iter().any(|code| code == CLOSED_DOUBT);
    let mut sentence = format!("This requeues {} of `{}`.", words::recipients(n_meant), args.name);
    if resends_doubts {
        sentence.push_str(&format!(
            " {} in doubt: they may already have the message and would get it twice.",
            words::recipients(n_closed)
        ));
    }
    if n_meant > 0 && !args.consent.ask(&sentence, context)? {
        return Ok(Exit::Done);
    }
    let leaves_doubts = args.code.is_empty();
    let which =
        if leaves_doubts { Which::AllBut(vec![CLOSED_DOUBT.to_owned()]) } else { Which::Codes(args.code) };
    let n = queue.retry(campaign.id, which).await?;
    queue.close().await;
    let next = if n == 0 { String::new() } else { format!("; next: catalink run {}", args.name) };
    context.ui.done(
        format!("{} requeued{next}", words::recipients(n)),
        &json!({ "campaign": args.name, "requeued": n, "left_out": if leaves_doubts { n_closed } else { 0 } }),
    );
    if resends_doubts {
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

/// A code that nobody has failed with is a mistake, and the codes there are help to see it.
fn check_codes(args: &RetryArgs, retryable: &[(String, u64)]) -> Result<(), Failure> {
    let is_known = |meant: &String| retryable.iter().any(|(code, _)| code == meant);
    let Some(unknown) = args.code.iter().find(|code| !is_known(code)) else { return Ok(()) };
    let codes: Vec<_> = retryable.iter().map(|(code, n)| format!("{code} ({})", words::number(*n))).collect();
    let known = if codes.is_empty() { "nobody has failed".to_owned() } else { codes.join(", ") };
    Err(Failure::new(format!("nobody in `{}` has failed with the code `{unknown}`", args.name))
        .hint(format!("the codes there are: {known}"))
        .exit(Exit::Usage))
}

pub(crate) async fn resolve(args: ResolveArgs, context: &Context) -> Result<Exit, Failure> {
    let queue = context.queue().await?;
    let campaign = queue.campaign(&args.name).await?;
    let resolved = resolve_in(&queue, &campaign, &args, context).await;
    queue.close().await;
    if let Some((resolved, facts)) = resolved? {
        context.ui.done(resolved, &facts);
    }
    Ok(Exit::Done)
}

/// Settles the doubts that are meant, and says what came of it.
async fn resolve_in(
    queue: &Queue,
    campaign: &Campaign,
    args: &ResolveArgs,
    context: &Context,
) -> Result<Option<(String, Value)>, Failure> {
    let which = which(queue, campaign, args).await?;
    let campaign = campaign.id;
    let are_all_meant = which == Which::All;
    let n_meant = queue.n_doubts(campaign, &which).await?;
    let sentence = if args.resend {
        format!(
            "This sends the message of `{}` again to {} in doubt: each may already have it and would get it twice.",
            args.name,
            words::recipients(n_meant)
        )
    } else {
        format!("This closes {} in doubt as failed, without sending.", words::recipients(n_meant))
    };
    // Closing messages nobody, so there is nothing to ask.
    let asks = args.resend || args.consent.dry_run;
    if n_meant > 0 && asks && !args.consent.ask(&sentence, context)? {
        return Ok(None);
    }
    let n = if args.resend {
        queue.resend_doubts(campaign, which).await?
    } else {
        queue.keep_doubts(campaign, which, context.clock.now()).await?
    };
    let n_left = queue.counts(campaign).await?.of(Status::InDoubt);
    let left =
        if n_left == 0 { String::new() } else { format!("; {} still in doubt", words::number(n_left)) };
    let name = &args.name;
    let what = if args.resend { "requeued" } else { "closed" };
    let facts = json!({ "campaign": name, what: n, "in_doubt": n_left });
    if n == 0 && (are_all_meant || n_left == 0) {
        return Ok(Some((format!("nobody in `{name}` is in doubt"), facts)));
    }
    if n == 0 {
        let lines = queue.doubt_lines(campaign, DOUBT_LINES_MAX).await?;
        return Err(Failure::new("none of those is in doubt; nothing was changed")
            .hint(format!("in doubt: {}", words::at_lines(&lines, n_left))));
    }
    let recipients = words::recipients(n);
    let text = if args.resend {
        format!(
            "{recipients} in doubt requeued: each may already have the message and would get it \
             twice; next: catalink run {name}{left}"
        )
    } else {
        format!("{recipients} closed as failed with the code IN_DOUBT, nothing sent{left}")
    };
    Ok(Some((text, facts)))
}

async fn which(queue: &Queue, campaign: &Campaign, args: &ResolveArgs) -> Result<Which, Failure> {
    if !args.line.is_empty() {
        let mut rows = Vec::new();
        for place in &args.line {
            let found = places::rows_at(queue, campaign, place).await?;
            rows.extend(found.into_iter().map(|(row, place)| (row.recipient_id, place.to_string())));
        }
        return Ok(Which::Rows(rows));
    }
    if !args.to.is_empty() {
        return Ok(Which::Numbers(args.to.clone()));
    }
    Ok(Which::All)
}
