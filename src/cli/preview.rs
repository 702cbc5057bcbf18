//! `preview` and `test`: what people would get, before anyone gets it.

use clap::Args;

use super::{Context, Exit, Failure, words};
use crate::{
    config::parse_number,
    domain::{Campaign, Composer, Message, Outcome, Template, message::BODY_UTF16_MAX},
    provider::{Kaleyra, Limits, kaleyra},
    queue::Queue,
};

#[derive(Debug, Args)]
pub(super) struct PreviewArgs {
    /// The campaign
    name: String,
    /// How many messages to show
    #[arg(long, default_value_t = 3)]
    count: u32,
    /// Begin at this line of the recipient list
    #[arg(long)]
    line: Option<u64>,
}

#[derive(Debug, Args)]
pub(super) struct TestArgs {
    /// The campaign
    name: String,
    /// Your own number
    #[arg(long, value_name = "NUMBER")]
    to: String,
}

pub(super) async fn preview(args: &PreviewArgs, context: &Context) -> Result<Exit, Failure> {
    let queue = context.queue().await?;
    let campaign = queue.campaign(&args.name).await?;
    let composer = composer(&queue, &campaign).await?;
    let recipients = queue.samples(campaign.id, args.line, args.count).await?;
    if recipients.is_empty() {
        return Err(Failure::new(format!("`{}` has no recipients there", args.name))
            .hint(format!("catalink import {} FILE", args.name)));
    }
    if let Some(sender) = campaign.plan.sender.or(context.settings.sender) {
        let sid = context.settings.sid.as_deref().unwrap_or("<SID>");
        context.ui.line(format!("POST {}", kaleyra::messages_url(&context.settings.base(), sid, sender)));
    }
    for recipient in recipients {
        context.ui.line(format!("\nline {}", recipient.line));
        match composer.compose(&recipient) {
            Ok(message) => show(&message, context),
            Err(error) => context.ui.line(format!("  cannot be sent: {error}")),
        }
    }
    queue.close().await;
    Ok(Exit::Done)
}

fn show(message: &Message, context: &Context) {
    let ui = context.ui;
    for line in message.body.lines() {
        ui.line(format!("  | {line}"));
    }
    let n = message.body.encode_utf16().count();
    ui.line(format!("  {} of {} characters", words::number(n as u64), words::number(BODY_UTF16_MAX as u64)));
    ui.line(kaleyra::payload(message));
}

pub(super) async fn test(args: &TestArgs, context: &Context) -> Result<Exit, Failure> {
    let queue = context.queue().await?;
    let campaign = queue.campaign(&args.name).await?;
    let to = parse_number("--to", &args.to)?;
    let composer = composer(&queue, &campaign).await?;
    let mut message = if let Some(recipient) = queue.samples(campaign.id, None, 1).await?.pop() {
        composer
            .compose(&recipient)
            .map_err(|error| Failure::new(format!("line {}: {error}", recipient.line)))?
    } else {
        let template = Template::parse(&campaign.plan.message)?;
        let body = template.render(|_| None).map_err(|error| {
            Failure::new(error.to_string())
                .hint(format!("import a list first: catalink import {} FILE", args.name))
        })?;
        Message {
            to,
            body,
            preview_url: campaign.plan.preview_url,
            refs: [None, None, None],
            wa_source: campaign.plan.wa_source.clone(),
        }
    };
    queue.close().await;
    message.to = to;
    // A test carries the first row's text, and neither its tags nor its token: no receipt may settle that row.
    message.refs = [None, None, None];
    let account = context.settings.account(campaign.plan.sender)?;
    let provider = Kaleyra::new(account, &Limits::default(), context.settings.ca_file.as_deref())?;
    match provider.submit(&message).await {
        Outcome::Accepted { message_id, .. } => {
            let id = message_id.unwrap_or_else(|| "no id".to_owned());
            context.ui.line(format!("accepted: {id}"));
            context.ui.note("accepted is not delivered: look at the phone");
            Ok(Exit::Done)
        }
        Outcome::Refused(reason)
        | Outcome::AccountFault { reason, .. }
        | Outcome::TryAgain(reason)
        | Outcome::NotTaken { reason, .. } => {
            Err(Failure::new(format!("not accepted: {}: {}", reason.code, reason.text)))
        }
        Outcome::Unanswered(reason) => {
            Err(Failure::new(format!("not known whether it was sent: {}: {}", reason.code, reason.text)))
        }
    }
}

/// The composer for a campaign's rows.
pub(super) async fn composer(queue: &Queue, campaign: &Campaign) -> Result<Composer, Failure> {
    let imports = queue.imports(campaign.id).await?;
    Ok(Composer::new(campaign, imports.iter().map(|import| (import.import_id, &import.layout)))?)
}
