//! `preview` and `test`: what people would get, before anyone gets it.

use clap::Args;

use super::{Context, Exit, Failure, words};
use crate::{
    config::parse_number,
    domain::{
        Campaign, Composer, Message, Outcome, Recipient, Template, lint::lint, message::BODY_UTF16_MAX,
    },
    provider::{Kaleyra, Limits, kaleyra},
    queue::Queue,
};

/// How many rows are looked through for the ones that stand out.
const SCANNED_MAX: usize = 20_000;

/// How many rows are read at once.
const PAGE: u32 = 1_000;

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
    let shown = match args.line {
        Some(_) => {
            let recipients = queue.samples(campaign.id, 0, args.line, args.count).await?;
            recipients.into_iter().map(|recipient| (String::new(), recipient)).collect()
        }
        None => worst_first(&queue, &campaign, &composer, args.count as usize).await?,
    };
    if shown.is_empty() {
        return Err(Failure::new(format!("`{}` has no recipients there", args.name))
            .hint(format!("catalink import {} FILE", args.name)));
    }
    if let Some(sender) = campaign.plan.sender.or(context.settings.sender) {
        let sid = context.settings.sid.as_deref().unwrap_or("<SID>");
        context.ui.line(format!("POST {}", kaleyra::messages_url(&context.settings.base(), sid, sender)));
    }
    let sender = campaign.plan.sender.or(context.settings.sender);
    let findings = lint(&campaign.plan.message, campaign.plan.preview_url, sender);
    for (why, recipient) in shown {
        context.ui.line(format!("\nline {}{why}", recipient.line));
        match composer.compose(&recipient) {
            Ok(message) => {
                show(&message, context);
                // What a row's own values do to the message.
                let of_row = lint(&message.body, message.preview_url, sender);
                for finding in of_row.iter().filter(|finding| !findings.contains(finding)) {
                    context.ui.note(format!("note: line {}: {finding}", recipient.line));
                }
            }
            Err(error) => context.ui.line(format!("  cannot be sent: {error}")),
        }
    }
    for finding in &findings {
        context.ui.note(format!("note: {finding}"));
    }
    queue.close().await;
    Ok(Exit::Done)
}

/// Rows that are most likely to look wrong, each with the reason, and then the first ones of the list.
async fn worst_first(
    queue: &Queue,
    campaign: &Campaign,
    composer: &Composer,
    count: usize,
) -> Result<Vec<(String, Recipient)>, Failure> {
    let mut worst = Worst::default();
    let mut first = Vec::new();
    let mut after = 0;
    while worst.n_seen < SCANNED_MAX {
        let page = queue.samples(campaign.id, after, None, PAGE).await?;
        let Some(last) = page.last() else { break };
        after = last.id.0;
        for recipient in page {
            if first.len() < count {
                first.push(recipient.clone());
            }
            match composer.compose(&recipient) {
                Ok(message) => worst.see(&message.body, &recipient),
                Err(error) => worst.note(format!(": {error}"), 0, recipient),
            }
        }
    }
    let mut shown = worst.labelled();
    for recipient in first {
        if shown.iter().all(|(_, known)| known.id != recipient.id) {
            shown.push((String::new(), recipient));
        }
    }
    shown.truncate(count);
    Ok(shown)
}

/// The rows that stand out among those seen, one for each reason: the reason, how much it stands out, the row.
#[derive(Default)]
struct Worst {
    n_seen: usize,
    found: Vec<(String, usize, Recipient)>,
}

impl Worst {
    fn see(&mut self, body: &str, recipient: &Recipient) {
        self.n_seen += 1;
        let n = body.encode_utf16().count();
        let is_rtl = |c: char| matches!(c, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fefc}');
        let is_emoji = |c: char| matches!(c, '\u{1f300}'..='\u{1faff}' | '\u{2600}'..='\u{27bf}');
        for (reason, how_much) in [
            (": the longest", n),
            (": the shortest", usize::MAX - n),
            (": right to left", body.chars().filter(|c| is_rtl(*c)).count()),
            (": emoji", body.chars().filter(|c| is_emoji(*c)).count()),
        ] {
            if how_much > 0 {
                self.note(reason.to_owned(), how_much, recipient.clone());
            }
        }
    }

    /// Keeps the row where it stands out more than the one that was kept for this reason.
    fn note(&mut self, reason: String, how_much: usize, recipient: Recipient) {
        match self.found.iter_mut().find(|(known, _, _)| *known == reason) {
            Some((_, kept, row)) if *kept < how_much => (*kept, *row) = (how_much, recipient),
            Some(_) => {}
            None => self.found.push((reason, how_much, recipient)),
        }
    }

    /// Each row once, with its first reason.
    fn labelled(self) -> Vec<(String, Recipient)> {
        let mut rows: Vec<(String, Recipient)> = Vec::new();
        for (reason, _, recipient) in self.found {
            if rows.iter().all(|(_, known)| known.id != recipient.id) {
                rows.push((reason, recipient));
            }
        }
        rows
    }
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
    let mut message = if let Some(recipient) = queue.samples(campaign.id, 0, None, 1).await?.pop() {
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
