//! `preview` and `test`: what people would get, before anyone gets it.

use std::{mem::discriminant, str::FromStr};

use clap::Args;
use clap_complete::ArgValueCompleter;
use serde_json::{Value, json};

use crate::{
    app::{
        campaigns::test_message::{self, TestError, Tested},
        lists::places::{self, Place},
        wording::{Face, pause},
    },
    cli::{
        Context, Exit, Failure,
        terminal::{values, words},
        upkeep::shell,
    },
    domain::{
        Campaign, Composer, Message, Phone, Recipient,
        inbound::optout::OptOutWords,
        message::{
            BODY_UTF16_MAX, RenderError,
            lint::{Lint, lint},
        },
    },
    importer::number::{self, Region},
    provider::kaleyra,
    queue::{Queue, Unsent},
};

/// How many rows are looked through for the ones that stand out: a matter of seconds.
const SCANNED_MAX: usize = 1_000_000;

/// How many rows are read at once.
const PAGE: u32 = 1_000;

/// How many places are named for a finding.
const PLACES_MAX: usize = 3;

#[derive(Debug, Args)]
pub(crate) struct PreviewArgs {
    /// The campaign
    #[arg(add = ArgValueCompleter::new(shell::campaigns))]
    name: String,
    /// How many messages to show
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = values::count)]
    count: u32,
    /// Begin at this line of the recipient list, such as 7 or spring.csv:7
    #[arg(long, value_name = "[FILE:]LINE", value_parser = Place::from_str)]
    line: Option<Place>,
}

#[derive(Debug, Args)]
pub(crate) struct TestArgs {
    /// The campaign
    #[arg(add = ArgValueCompleter::new(shell::campaigns))]
    name: String,
    /// Your own number
    #[arg(long, value_name = "NUMBER")]
    to: String,
    /// The country of a number without a country code
    #[arg(long, value_name = "CC")]
    region: Option<Region>,
}

pub(crate) async fn preview(args: &PreviewArgs, context: &Context) -> Result<Exit, Failure> {
    let queue = context.queue_to_read().await?;
    let campaign = queue.campaign(&args.name).await?;
    let composer = test_message::composer(&queue, &campaign).await.map_err(|error| Failure::of(&error))?;
    let sender = campaign.plan.sender.or(context.settings.sender);
    let files = Files::of(&queue, &campaign).await?;
    let words = context.settings.opt_out.list();
    let seen = Seen::of(&queue, &campaign, &composer, (sender, &words), args.count as usize).await?;
    let (shown, unsent) = match &args.line {
        Some(place) => from_place(&queue, &campaign, place, args.count).await?,
        None => (seen.worst_first(args.count as usize), queue.without_message(campaign.id).await?),
    };
    if shown.is_empty() && unsent.is_empty() {
        return Err(nothing_to_show(&queue, &campaign, args.line.as_ref()).await?);
    }
    let view = View {
        url: sender.filter(|_| !shown.is_empty()).map(|sender| {
            let sid = context.settings.sid.as_deref().unwrap_or("<SID>");
            kaleyra::messages_url(&context.settings.base(), sid, sender).to_string()
        }),
        is_from_line: args.line.is_some(),
        shown,
        unsent,
        seen,
        files,
        n_sendable: queue.n_sendable(campaign.id).await?,
    };
    queue.close().await;
    if context.ui.is_json() {
        context.ui.json(&view.facts(&args.name, &composer));
    } else {
        view.print(&composer, context);
    }
    Ok(Exit::Done)
}

/// What there is to look at.
struct View {
    /// Where the requests would go; none without a message or a sender.
    url: Option<String>,
    /// Whether the operator named the line where it begins.
    is_from_line: bool,
    shown: Vec<(String, Recipient)>,
    unsent: Vec<Unsent>,
    seen: Seen,
    files: Files,
    /// How many rows a message is or was made for.
    n_sendable: u64,
}

impl View {
    fn print(&self, composer: &Composer, context: &Context) {
        let Self { shown, unsent, files, seen, .. } = self;
        if let Some(url) = &self.url {
            context.ui.line(format!("POST {url}"));
        }
        // Rows that are refused for a missing value stand out as much as the longest and the shortest, and take no place
        // of theirs.
        let n_before =
            if self.is_from_line { 0 } else { shown.iter().filter(|(why, _)| is_length(why)).count() };
        for (why, recipient) in &shown[..n_before] {
            show(why, recipient, composer, files, context);
        }
        for unsent in unsent {
            context.ui.sentence(format!(
                "\n{}{}",
                files.place(unsent.import_id, unsent.line),
                in_words(unsent)
            ));
        }
        for (why, recipient) in &shown[n_before..] {
            show(why, recipient, composer, files, context);
        }
        for (is_error, finding) in seen.found(files) {
            if is_error {
                context.ui.warn(format!("error: {finding}"));
            } else {
                context.ui.note(format!("note: {finding}"));
            }
        }
        context.ui.note(self.looked_at());
    }

    /// Which rows were looked through for what is odd.
    fn looked_at(&self) -> String {
        let n = words::number(self.seen.n_rows as u64);
        if self.seen.is_all {
            format!("looked at all {n} rows that can be sent to")
        } else {
            let all = words::number(self.n_sendable);
            format!("looked at the first {n} of {all} rows that can be sent to; the others may look odd too")
        }
    }

    fn facts(&self, name: &str, composer: &Composer) -> Value {
        let files = &self.files;
        let message = |(why, recipient): &(String, Recipient)| {
            let made = composer.compose(recipient);
            let why = why.trim_start_matches(": ");
            json!({
                "file": files.name(recipient.import_id),
                "line": recipient.line,
                "to": recipient.to.e164(),
                "because": Some(why).filter(|why| !why.is_empty()),
                "body": made.as_ref().ok().map(|message| &message.body),
                "characters": made.as_ref().ok().map(|message| message.body.encode_utf16().count()),
                "request": made.as_ref().ok().map(|message| {
                    serde_json::from_str::<Value>(&kaleyra::payload(message)).unwrap_or_default()
                }),
                "error": made.as_ref().err().map(ToString::to_string),
            })
        };
        let unsent = |row: &Unsent| {
            json!({
                "file": files.name(row.import_id),
                "line": row.line,
                "status": row.status.name(),
                "code": row.code,
                "error": row.error,
                "rows": row.n_rows,
            })
        };
        let finding = |found: &Found| {
            let place = |(file, line): &(i64, u64)| json!({ "file": files.name(*file), "line": line });
            json!({
                "message": found.finding.to_string(),
                "rows": found.n_messages,
                "places": found.places.iter().map(place).collect::<Vec<_>>(),
            })
        };
        json!({
            "campaign": name,
            "url": self.url,
            "messages": self.shown.iter().map(message).collect::<Vec<_>>(),
            "unsent": self.unsent.iter().map(unsent).collect::<Vec<_>>(),
            "findings": self.seen.findings.iter().map(finding).collect::<Vec<_>>(),
            "looked_at": self.seen.n_rows,
            "looked_at_all": self.seen.is_all,
            "rows": self.n_sendable,
        })
    }
}

/// The rows from a line on, and those at the line that are not sent to.
async fn from_place(
    queue: &Queue,
    campaign: &Campaign,
    place: &Place,
    count: u32,
) -> Result<(Vec<(String, Recipient)>, Vec<Unsent>), Failure> {
    let list = places::list_from(queue, campaign, place).await?;
    let Some(list) = list else { return Ok((Vec::new(), Vec::new())) };
    let recipients = queue.samples(campaign.id, 0, Some((&list, place.line)), count).await?;
    let unsent = queue.unsent_at(&list, place.line).await?;
    Ok((recipients.into_iter().map(|recipient| (String::new(), recipient)).collect(), unsent))
}

/// Why there is nothing to show.
async fn nothing_to_show(
    queue: &Queue,
    campaign: &Campaign,
    line: Option<&Place>,
) -> Result<Failure, Failure> {
    let name = &campaign.plan.name;
    let n_rows = queue.counts(campaign.id).await?.total();
    Ok(match line {
        _ if n_rows == 0 => {
            Failure::new(format!("`{name}` has no recipients")).hint(format!("catalink import {name} FILE"))
        }
        Some(line) => Failure::new(format!("`{name}` has no recipients from line {line} on")),
        None => Failure::new(format!(
            "none of the {} of `{name}` can be sent to",
            words::counted(n_rows, "row", "rows")
        ))
        .hint(format!("catalink export {name} says why, row by row")),
    })
}

/// What a row that is not sent to has to say.
fn in_words(unsent: &Unsent) -> String {
    let Unsent { status, code, error, n_rows, .. } = unsent;
    let others = match n_rows - 1 {
        0 => String::new(),
        n => format!(", and {} like it", words::counted(n, "row", "rows")),
    };
    let why = match code.as_deref() {
        Some("TEMPLATE_VALUE_MISSING") => "missing value",
        Some("BODY_TOO_LONG") => "too long",
        Some(_) | None => status.name(),
    };
    let reason = error.as_ref().map_or_else(String::new, |error| format!(": {error}"));
    format!(": {why}{others}\n  nothing is sent{reason}")
}

/// The files of a campaign.
struct Files(Vec<(i64, String)>);

impl Files {
    async fn of(queue: &Queue, campaign: &Campaign) -> Result<Self, Failure> {
        let imports = queue.imports(campaign.id).await?;
        Ok(Self(imports.into_iter().map(|import| (import.import_id, import.file_name)).collect()))
    }

    fn name(&self, import_id: i64) -> Option<&str> {
        self.0.iter().find(|(known, _)| *known == import_id).map(|(_, name)| name.as_str())
    }

    /// A line, with its file where there are several.
    fn place(&self, import_id: i64, line: u64) -> String {
        match self.0.iter().find(|(known, _)| *known == import_id) {
            Some((_, file_name)) if 1 < self.0.len() => format!("line {line} of {file_name}"),
            Some(_) | None => format!("line {line}"),
        }
    }
}

/// The rows of a campaign as they were looked through: which stand out, what there is to say about how many of them.
#[derive(Default)]
struct Seen {
    /// Rows that were looked at, and those of which a message could be made.
    n_rows: usize,
    n_messages: usize,
    is_all: bool,
    first: Vec<Recipient>,
    worst: Worst,
    findings: Vec<Found>,
}

/// Something to look at before sending, and where it was found.
struct Found {
    finding: Lint,
    n_messages: usize,
    /// The first of them: the file and the line.
    places: Vec<(i64, u64)>,
}

impl Seen {
    async fn of(
        queue: &Queue,
        campaign: &Campaign,
        composer: &Composer,
        (sender, words): (Option<Phone>, &OptOutWords),
        count: usize,
    ) -> Result<Self, Failure> {
        let mut seen = Self::default();
        let mut after = 0;
        while seen.n_rows < SCANNED_MAX {
            let page = queue.samples(campaign.id, after, None, PAGE).await?;
            let Some(last) = page.last() else {
                seen.is_all = true;
                break;
            };
            after = last.id.0;
            seen.n_rows += page.len();
            for recipient in page {
                match composer.compose(&recipient) {
                    Ok(message) => seen.see(&message, &recipient, sender, words),
                    Err(error) => seen.worst.fail(&error, &recipient),
                }
                if seen.first.len() < count {
                    seen.first.push(recipient);
                }
            }
        }
        Ok(seen)
    }

    /// What a message says once the values are in it is what counts: the link may come from a column.
    fn see(&mut self, message: &Message, recipient: &Recipient, sender: Option<Phone>, words: &OptOutWords) {
        self.n_messages += 1;
        self.worst.see(&message.body, recipient);
        for finding in lint(&message.body, message.preview_url, sender, words) {
            let known = self
                .findings
                .iter()
                .position(|found| discriminant(&found.finding) == discriminant(&finding))
                .unwrap_or(self.findings.len());
            if known == self.findings.len() {
                self.findings.push(Found { finding, n_messages: 0, places: Vec::new() });
            }
            let found = &mut self.findings[known];
            found.n_messages += 1;
            if found.places.len() < PLACES_MAX {
                found.places.push((recipient.import_id, recipient.line));
            }
        }
    }

    /// Rows that are most likely to look wrong, each with the reason, and then the first ones of the list.
    fn worst_first(&self, count: usize) -> Vec<(String, Recipient)> {
        let mut shown = self.worst.labelled();
        for recipient in &self.first {
            if shown.iter().all(|(_, known)| known.id != recipient.id) {
                shown.push((String::new(), recipient.clone()));
            }
        }
        shown.truncate(count);
        shown
    }

    /// What there is to say, with how many messages it is said of where that is not all of them.
    /// First whether it has to be mended.
    fn found(&self, files: &Files) -> Vec<(bool, String)> {
        let number = |n: usize| words::number(n as u64);
        let of = if self.is_all { "of" } else { "of the first" };
        let sentence = |found: &Found| {
            if found.n_messages == self.n_messages {
                return found.finding.to_string();
            }
            let mut places: Vec<_> =
                found.places.iter().map(|(file, line)| files.place(*file, *line)).collect();
            if found.places.len() < found.n_messages {
                places.push(format!("{} more", number(found.n_messages - found.places.len())));
            }
            let (n, all) = (number(found.n_messages), number(self.n_messages));
            format!("{n} {of} {all} messages ({}): {}", places.join(", "), found.finding)
        };
        self.findings.iter().map(|found| (found.finding.is_error(), sentence(found))).collect()
    }
}

/// The rows that stand out among those seen, one for each reason.
#[derive(Default)]
struct Worst {
    found: Vec<Standout>,
}

struct Standout {
    /// In what order the reasons are shown.
    rank: usize,
    reason: String,
    how_much: usize,
    recipient: Recipient,
}

const LONGEST: &str = ": the longest";
const SHORTEST: &str = ": the shortest";

fn is_length(why: &str) -> bool {
    [LONGEST, SHORTEST].contains(&why)
}

impl Worst {
    fn see(&mut self, body: &str, recipient: &Recipient) {
        let n = body.encode_utf16().count();
        let is_rtl = |c: char| matches!(c, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fefc}');
        let is_emoji = |c: char| matches!(c, '\u{1f300}'..='\u{1faff}' | '\u{2600}'..='\u{27bf}');
        self.note(0, LONGEST, n, recipient);
        self.note(1, SHORTEST, usize::MAX - n, recipient);
        self.note(3, ": right to left", body.chars().filter(|c| is_rtl(*c)).count(), recipient);
        self.note(4, ": emoji", body.chars().filter(|c| is_emoji(*c)).count(), recipient);
    }

    /// A row of which no message can be made any more.
    fn fail(&mut self, error: &RenderError, recipient: &Recipient) {
        self.note(2, &format!(": {error}"), 1, recipient);
    }

    /// Keeps the row where it stands out more than the one that was kept for this reason.
    fn note(&mut self, rank: usize, reason: &str, how_much: usize, recipient: &Recipient) {
        match self.found.iter_mut().find(|known| known.reason == reason) {
            Some(known) if known.how_much < how_much => {
                (known.how_much, known.recipient) = (how_much, recipient.clone());
            }
            Some(_) => {}
            None if how_much == 0 => {}
            None => {
                let (reason, recipient) = (reason.to_owned(), recipient.clone());
                self.found.push(Standout { rank, reason, how_much, recipient });
            }
        }
    }

    /// Each row once, with its first reason.
    fn labelled(&self) -> Vec<(String, Recipient)> {
        let mut found: Vec<&Standout> = self.found.iter().collect();
        found.sort_by_key(|standout| standout.rank);
        let mut rows: Vec<(String, Recipient)> = Vec::new();
        for Standout { reason, recipient, .. } in found {
            if rows.iter().all(|(_, known)| known.id != recipient.id) {
                rows.push((reason.clone(), recipient.clone()));
            }
        }
        rows
    }
}

fn show(why: &str, recipient: &Recipient, composer: &Composer, files: &Files, context: &Context) {
    let ui = context.ui;
    ui.line(format!("\n{}{why}", files.place(recipient.import_id, recipient.line)));
    let message = match composer.compose(recipient) {
        Ok(message) => message,
        Err(error) => return ui.line(format!("  cannot be sent: {error}")),
    };
    for line in message.body.lines() {
        ui.line(format!("  | {line}"));
    }
    let n = message.body.encode_utf16().count();
    ui.line(format!("  {} of {} characters", words::number(n as u64), words::number(BODY_UTF16_MAX as u64)));
    ui.line(kaleyra::payload(&message));
}

pub(crate) async fn test(args: &TestArgs, context: &Context) -> Result<Exit, Failure> {
    let queue = context.queue().await?;
    let campaign = queue.campaign(&args.name).await?;
    let to = number::read_alone(&args.to, args.region)
        .map_err(|refusal| Failure::new(format!("--to `{}`: {}", args.to, refusal.text)))?
        .phone;
    let body = test_message::text(&queue, &campaign).await.map_err(|error| {
        let failure = Failure::of(&error);
        match error {
            TestError::NoRow => failure.hint(format!("catalink import {} FILE", args.name)),
            TestError::Queue(_)
            | TestError::Template(_)
            | TestError::Provider(_)
            | TestError::Row { .. }
            | TestError::Suppressed { .. } => failure,
        }
    })?;
    let account = context.settings.account(campaign.plan.sender)?;
    let ca_file = context.settings.ca_file.as_deref();
    let preview_url = campaign.plan.preview_url;
    let country = number::country_of(to);
    let of = if country.is_empty() { "" } else { " in " };
    context.ui.note(format!("test message to {}{of}{country}", to.e164()));
    let tested = test_message::send(&queue, &campaign, account, ca_file, to, body, preview_url).await;
    queue.close().await;
    let tested = tested.map_err(|error| {
        let failure = Failure::of(&error);
        if matches!(error, TestError::Suppressed { .. }) {
            failure.hint(format!("catalink suppress remove {}, if it is yours", to.e164()))
        } else {
            failure
        }
    })?;
    match tested {
        Tested::Accepted(id) => {
            if context.ui.is_json() {
                context.ui.json(&json!({ "to": to.e164(), "status": "accepted", "message_id": id }));
                return Ok(Exit::Done);
            }
            context.ui.line(format!("accepted: {}", id.unwrap_or_else(|| "no id".to_owned())));
            context.ui.note("accepted is not delivered: look at the phone");
            Ok(Exit::Done)
        }
        Tested::Refused(reason) => {
            Err(Failure::new(format!("not accepted: {}: {}", reason.code, reason.text)))
        }
        Tested::AccountFault(cause, reason) => {
            let remedy = pause::remedy(cause, Face::Terminal);
            Err(Failure::new(format!("not accepted: {}: {}", reason.code, reason.text)).hint(remedy))
        }
        Tested::Unknown(reason) => {
            Err(Failure::new(format!("not known whether it was sent: {}: {}", reason.code, reason.text)))
        }
    }
}
