//! `create`, `pause`, `cancel`, `rate`: what an operator does to a campaign as a whole.

use std::{path::PathBuf, time::Duration};

use clap::Args;
use clap_complete::ArgValueCompleter;
use serde_json::json;

use crate::{
    app::{
        creation::{self, Defaults, PlanError},
        wording::{Face, error::Explained, pause},
    },
    cli::{
        Context, Exit, Failure,
        terminal::{
            question::ConsentArgs,
            values,
            words::{self, UnknownWord},
        },
        upkeep::shell,
    },
    config::{ConfigError, parse_number},
    domain::{
        NewCampaign, OnUnknown, PauseCause, Phone, State, Status, Timestamp,
        campaign::{Pause, WA_SOURCES},
        message::{Template, lint::Lint, tags::foreign_tags},
        reach::{
            Cap, HoldOut, Reach, ReachPlan,
            hours::{HoursZone, LocalHours, WeekDays},
        },
        ruling::RetrySchedule,
        time::{SendingHours, TimeError, parse_duration, parse_zone},
    },
    queue::{Queue, QueueError},
};

/// How long `cancel` and `pause` wait for a running process to take notice.
const NOTICE_TIME: Duration = Duration::from_millis(50);

#[derive(Debug, Args)]
pub(crate) struct NameArgs {
    /// The campaign
    #[arg(add = ArgValueCompleter::new(shell::campaigns))]
    name: String,
}

#[derive(Debug, Args)]
pub(crate) struct CancelArgs {
    /// The campaign
    #[arg(add = ArgValueCompleter::new(shell::campaigns))]
    name: String,
    #[command(flatten)]
    consent: ConsentArgs,
}

#[derive(Debug, Args)]
pub(crate) struct RateArgs {
    /// The campaign
    #[arg(add = ArgValueCompleter::new(shell::campaigns))]
    name: String,
    /// Messages per second
    #[arg(value_parser = values::rate)]
    mps: f64,
}

#[derive(Debug, Args)]
pub(crate) struct CreateArgs {
    /// The campaign's name
    name: String,
    #[command(flatten)]
    pub(crate) plan: PlanArgs,
}

/// What a new campaign is made of; shared by `create` and `send`.
#[derive(Debug, Args)]
pub(crate) struct PlanArgs {
    /// The message; {{column}} is replaced by the row's value, {{column | default("friend")}} also covers a blank one
    #[arg(long, value_name = "TEXT", required_unless_present = "message_file")]
    message: Option<String>,
    /// A file with the message
    #[arg(long, value_name = "FILE", conflicts_with = "message")]
    message_file: Option<PathBuf>,
    /// The sender's own business number [default: `KALEYRA_SENDER`]
    #[arg(long, value_name = "+NUMBER")]
    sender: Option<String>,
    /// Add the sender's catalogue link to the end of the message
    #[arg(long)]
    catalogue: bool,
    /// Messages per second, at most
    #[arg(long, value_name = "N", default_value_t = 20.0, value_parser = values::rate)]
    mps: f64,
    /// The most requests in flight at once
    #[arg(long, value_name = "N", default_value_t = 256, value_parser = values::count)]
    max_in_flight: u32,
    /// Attempts per recipient, at most
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = values::count)]
    max_attempts: u32,
    /// The first delay before another attempt
    #[arg(long, value_name = "DUR", default_value = "5s", value_parser = parse_duration)]
    retry_initial: Duration,
    /// The longest delay before another attempt
    #[arg(long, value_name = "DUR", default_value = "10m", value_parser = parse_duration)]
    retry_max_interval: Duration,
    /// What to do when it is not known whether a message was taken: hold it in doubt, or resend at your own risk
    #[arg(long, value_name = "hold|resend", default_value = "hold", value_parser = parse_on_unknown, add = shell::words(vec!["hold", "resend"]))]
    on_unknown: OnUnknown,
    /// Ask for no preview of the link
    #[arg(long)]
    no_preview_url: bool,
    /// The tag ref of each message; a template like the message [default: the column ref]
    #[arg(long = "ref", value_name = "TEMPLATE")]
    ref0: Option<String>,
    /// The tag ref1 of each message [default: the column ref1]
    #[arg(long, value_name = "TEMPLATE")]
    ref1: Option<String>,
    /// The tag ref2 of each message [default: the column ref2]
    #[arg(long, value_name = "TEMPLATE")]
    ref2: Option<String>,
    /// The source of the campaign, as the provider's reports show it
    #[arg(long, value_name = "NAME", default_value = "api", value_parser = clap::builder::PossibleValuesParser::new(WA_SOURCES))]
    wa_source: String,
    /// No message before this time, such as 2026-11-23T09:00:00+05:30
    #[arg(long, value_name = "RFC3339", value_parser = Timestamp::parse)]
    start_at: Option<Timestamp>,
    /// No message outside these hours of the day, such as 09:00-20:30
    #[arg(long, value_name = "HH:MM-HH:MM", value_parser = SendingHours::parse)]
    window: Option<SendingHours>,
    /// The time zone of the window, such as Asia/Kolkata [default: that of the sender's country, where it has one]
    #[arg(long, value_name = "IANA", value_parser = parse_zone_name)]
    time_zone: Option<String>,
    /// Send so many first, and the rest when enough of them have arrived
    #[arg(long, value_name = "N", value_parser = values::count)]
    canary: Option<u32>,
    /// How long to wait for the receipts of the first ones
    #[arg(long, value_name = "DUR", default_value = "15m", value_parser = parse_duration, requires = "canary")]
    canary_wait: Duration,
    /// The share of the first ones that has to arrive
    #[arg(long, value_name = "SHARE", default_value_t = 0.8, value_parser = values::share, requires = "canary")]
    canary_share: f64,
    /// Whom to message: anybody, those who wrote within the last 24 hours, or everybody as soon as they write
    #[arg(long, value_name = "any|open|wait", value_parser = parse_reach, add = shell::words(Reach::ALL.map(Reach::name).into()))]
    reach: Option<Reach>,
    /// So long before its 24 hours are over a person counts as out of reach
    #[arg(long, value_name = "DUR", default_value = "5m", value_parser = parse_duration)]
    window_margin: Duration,
    /// Skip whoever has not been messaged by this time, such as 2026-12-24T12:00:00+01:00
    #[arg(long, value_name = "RFC3339", value_parser = Timestamp::parse)]
    not_after: Option<Timestamp>,
    /// Be done by this time: the rate follows from it at the start
    #[arg(long, value_name = "RFC3339", value_parser = Timestamp::parse)]
    finish_by: Option<Timestamp>,
    /// Message people within these hours only, where they are, such as 09:00-20:00
    #[arg(long, value_name = "HH:MM-HH:MM", value_parser = SendingHours::parse)]
    hours: Option<SendingHours>,
    /// In whose time zone --hours and --days are meant: that of the person (from the number), or of the campaign
    #[arg(long, value_name = "recipient|campaign", default_value = "recipient", value_parser = parse_hours_zone, add = shell::words(HoursZone::ALL.map(HoursZone::name).into()))]
    hours_zone: HoursZone,
    /// Message people on these days only, such as mon-sat
    #[arg(long, value_name = "DAYS", value_parser = WeekDays::parse)]
    days: Option<WeekDays>,
    /// Message nobody more often than this over all campaigns, such as 1/1d: who is over it waits
    #[arg(long, value_name = "N/DUR", value_parser = Cap::parse)]
    cap: Option<Cap>,
    /// Leave this share of the list out, such as 5%, to compare with those who got the message
    #[arg(long, value_name = "PERCENT", value_parser = HoldOut::parse)]
    hold_out: Option<HoldOut>,
    /// Put no token of ours into a free tag slot
    #[arg(long)]
    no_token: bool,
}

pub(super) fn parse_on_unknown(text: &str) -> Result<OnUnknown, UnknownWord> {
    OnUnknown::from_name(text).ok_or_else(|| UnknownWord::new(text, "no such policy", &["hold", "resend"]))
}

pub(crate) fn parse_reach(text: &str) -> Result<Reach, UnknownWord> {
    Reach::from_name(text)
        .ok_or_else(|| UnknownWord::new(text, "nobody to reach", &Reach::ALL.map(Reach::name)))
}

pub(super) fn parse_hours_zone(text: &str) -> Result<HoursZone, UnknownWord> {
    HoursZone::from_name(text)
        .ok_or_else(|| UnknownWord::new(text, "nobody's zone", &HoursZone::ALL.map(HoursZone::name)))
}

pub(super) fn parse_zone_name(text: &str) -> Result<String, TimeError> {
    parse_zone(text).map(|_| text.to_owned())
}

impl PlanArgs {
    /// The sender's number, where it is given.
    pub(crate) fn sender(&self) -> Result<Option<Phone>, ConfigError> {
        self.sender.as_deref().map(|text| parse_number("--sender", text)).transpose()
    }

    /// The campaign that was asked for, under that name.
    pub(crate) fn plan(self, name: &str, context: &Context) -> Result<NewCampaign, Failure> {
        let message = match (self.message, self.message_file) {
            (Some(text), _) => text,
            (None, Some(path)) => read_message(&path)?,
            (None, None) => return Err(Failure::new("no message; give --message or --message-file")),
        };
        let sender = self.sender.map(|text| parse_number("--sender", &text)).transpose()?;
        let plan = NewCampaign {
            preview_url: !self.no_preview_url,
            sender,
            mps: self.mps,
            in_flight_max: self.max_in_flight,
            attempts_max: self.max_attempts,
            retry: RetrySchedule { initial: self.retry_initial, interval_max: self.retry_max_interval },
            on_unknown: self.on_unknown,
            wa_source: self.wa_source,
            refs: [self.ref0, self.ref1, self.ref2],
            start_at: self.start_at,
            hours: self.window,
            time_zone: self.time_zone,
            canary: self.canary,
            canary_wait: self.canary_wait,
            canary_share: self.canary_share,
            reach: ReachPlan {
                chosen: self.reach,
                margin: self.window_margin,
                not_after: self.not_after,
                finish_by: self.finish_by,
                local: LocalHours { hours: self.hours, days: self.days, zone: self.hours_zone },
                cap: self.cap,
                hold_out: self.hold_out,
            },
            with_token: !self.no_token,
            ..NewCampaign::new(name, message)
        };
        let planned = creation::complete(plan, self.catalogue, &defaults(context))?;
        if let Some(zone) = planned.zone {
            say_zone(zone, context);
        }
        say_findings(&planned.findings, context);
        Ok(planned.plan)
    }
}

/// What of the settings a campaign without a word of its own has.
pub(crate) fn defaults(context: &Context) -> Defaults {
    Defaults { sender: context.settings.sender, opt_out_words: context.settings.opt_out.list() }
}

/// Refuses a message that promises a word that stops nothing, and says where it names no way out.
pub(super) fn check_way_out(plan: &NewCampaign, context: &Context) -> Result<(), Failure> {
    say_findings(&creation::way_out(plan, &defaults(context))?, context);
    Ok(())
}

fn say_findings(findings: &[Lint], context: &Context) {
    for finding in findings {
        context.ui.note(format!("note: {finding}"));
    }
}

/// A message file is UTF-8; editors add a line end (and some a byte order mark) that nobody meant to send.
pub(super) fn read_message(path: &std::path::Path) -> Result<String, Failure> {
    let bytes = std::fs::read(path)
        .map_err(|error| Failure::from(error).while_doing(format!("cannot read `{}`", path.display())))?;
    let text = String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        Failure::new(format!("`{}` is not UTF-8: byte {} is not part of a character", path.display(), at + 1))
            .hint("save it as UTF-8 in the editor")
    })?;
    Ok(text.trim_start_matches('\u{feff}').trim_end_matches(['\r', '\n']).to_owned())
}

/// The zone of the sender's country, said in a sentence: a window in the wrong zone sends at night.
pub(super) fn zone_of_sender(sender: Option<Phone>, context: &Context) -> Result<String, Failure> {
    let zone = creation::zone_of_sender(sender)?;
    say_zone(zone, context);
    Ok(zone.0.to_owned())
}

fn say_zone((zone, country): (&str, &str), context: &Context) {
    context.ui.note(format!(
        "the window is in {zone}, the time zone of the sender's country ({country}); --time-zone says another"
    ));
}

impl From<PlanError> for Failure {
    fn from(error: PlanError) -> Self {
        let failure = Self::from(Explained::from(&error));
        match error {
            PlanError::NoZone => failure.exit(Exit::Usage),
            PlanError::NoSender | PlanError::UnknownWord { .. } | PlanError::Campaign(_) => failure,
        }
    }
}

pub(crate) async fn create(args: CreateArgs, context: &Context) -> Result<Exit, Failure> {
    let name = args.name;
    let plan = args.plan.plan(&name, context)?;
    let queue = context.queue_or_create().await?;
    let foreign: Vec<_> = Template::parse(&plan.message)?
        .texts()
        .flat_map(foreign_tags)
        .filter(|tag| tag.is_certain)
        .map(|tag| tag.found)
        .collect();
    queue.create(plan, context.clock.now()).await?;
    if !foreign.is_empty() {
        context.ui.note(format!(
            "note: {} would be sent as it stands; a placeholder is written {{{{Name}}}}",
            words::listed(&foreign)
        ));
    }
    context.ui.done(
        format!("created `{name}`; next: catalink import {name} FILE"),
        &json!({ "campaign": name, "state": State::Draft.name() }),
    );
    queue.close().await;
    Ok(Exit::Done)
}

pub(crate) async fn pause(args: &NameArgs, context: &Context) -> Result<Exit, Failure> {
    let queue = context.queue().await?;
    let campaign = queue.campaign(&args.name).await?;
    if let Some(pause) = &campaign.pause {
        context.ui.done(
            format!("`{}` is paused already: {}", args.name, pause::cause(pause.cause, Face::Terminal)),
            &json!({ "campaign": args.name, "state": State::Paused.name(), "pause_reason": pause.cause.name() }),
        );
        return Ok(Exit::Done);
    }
    let pause = Pause { cause: PauseCause::Operator, detail: None, line: None };
    queue.pause(campaign.id, pause).await?;
    let counts = settled_counts(&queue, &args.name).await?;
    let waiting = words::recipients(counts);
    context.ui.done(
        format!("paused `{0}`: {waiting} in the queue; next: catalink resume {0}", args.name),
        &json!({ "campaign": args.name, "state": State::Paused.name(), "queued": counts }),
    );
    queue.close().await;
    Ok(Exit::Done)
}

/// The queue's length after a running process has had the time to put back what it had claimed.
async fn settled_counts(queue: &Queue, name: &str) -> Result<u64, QueueError> {
    let mut counts = queue.overview(name).await?.counts;
    for _ in 0..20 {
        if counts.of(Status::Sending) == 0 {
            break;
        }
        tokio::time::sleep(NOTICE_TIME).await;
        counts = queue.overview(name).await?.counts;
    }
    Ok(counts.of(Status::Queued) + counts.of(Status::Sending))
}

pub(crate) async fn cancel(args: &CancelArgs, context: &Context) -> Result<Exit, Failure> {
    let queue = context.queue().await?;
    let campaign = queue.campaign(&args.name).await?;
    if campaign.state == State::Cancelled {
        context.ui.done(
            format!("`{}` is cancelled already", args.name),
            &json!({ "campaign": args.name, "state": State::Cancelled.name(), "cancelled": 0 }),
        );
        return Ok(Exit::Done);
    }
    let counts = queue.counts(campaign.id).await?;
    let sentence = format!(
        "This ends `{}`: {} waiting are never messaged. It cannot be undone.",
        args.name,
        words::recipients(counts.of(Status::Queued))
    );
    if !args.consent.ask(&sentence, context)? {
        return Ok(Exit::Done);
    }
    queue.cancel(campaign.id, context.clock.now()).await?;
    let counts = queue.counts(campaign.id).await?;
    let mut text =
        format!("cancelled `{}`: {} never sent", args.name, words::recipients(counts.of(Status::Cancelled)));
    if counts.of(Status::Sending) > 0 {
        text.push_str(&format!(
            "; the answers to {} in flight will still be recorded",
            counts.of(Status::Sending)
        ));
    }
    context.ui.done(
        text,
        &json!({
            "campaign": args.name,
            "state": State::Cancelled.name(),
            "cancelled": counts.of(Status::Cancelled),
            "sending": counts.of(Status::Sending),
        }),
    );
    queue.close().await;
    Ok(Exit::Done)
}

pub(crate) async fn rate(args: &RateArgs, context: &Context) -> Result<Exit, Failure> {
    let queue = context.queue().await?;
    let campaign = queue.campaign(&args.name).await?;
    queue.set_rate(campaign.id, args.mps).await?;
    context.ui.done(
        format!("`{}` sends at most {} messages per second now", args.name, args.mps),
        &json!({ "campaign": args.name, "mps": args.mps }),
    );
    queue.close().await;
    Ok(Exit::Done)
}
