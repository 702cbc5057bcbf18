//! The options that make a campaign: `create`, `send` and `edit` take the same, and `edit` those that take one back.

use std::{path::PathBuf, time::Duration};

use clap::Args;

use crate::{
    app::{
        campaigns::creation::{self, Defaults},
        lists::zones,
    },
    cli::{
        Context, Exit, Failure,
        terminal::{question, values, words::UnknownWord},
        upkeep::shell,
    },
    domain::{
        NewCampaign, OnUnknown, Phone,
        campaign::WA_SOURCES,
        reach::{
            Cap, HoldOut, Reach,
            hours::{HoursZone, WeekDays},
        },
        time::{SendingHours, TimeError, Told, WrittenTime, parse_duration, parse_zone},
    },
};

/// What a campaign is made of. What is not given is the default, or stays as it is.
#[derive(Debug, Args)]
pub(crate) struct PlanArgs {
    /// The message; {{column}} is replaced by the row's value, {{column | default("friend")}} also covers a blank one
    #[arg(long, value_name = "TEXT")]
    message: Option<String>,
    /// A file with the message
    #[arg(long, value_name = "FILE", conflicts_with = "message")]
    message_file: Option<PathBuf>,
    /// The sender's own business number [default: `KALEYRA_SENDER`]
    #[arg(long, value_name = "+NUMBER", value_parser = values::phone)]
    sender: Option<Phone>,
    /// Add the sender's catalogue link to the end of the message
    #[arg(long)]
    catalogue: bool,
    /// Messages per second, at most [default: 20]
    #[arg(long, value_name = "N", value_parser = values::rate)]
    mps: Option<f64>,
    /// The most requests in flight at once [default: 256]
    #[arg(long, value_name = "N", value_parser = values::count)]
    max_in_flight: Option<u32>,
    /// Attempts per recipient, at most [default: 10]
    #[arg(long, value_name = "N", value_parser = values::count)]
    max_attempts: Option<u32>,
    /// The first delay before another attempt [default: 5s]
    #[arg(long, value_name = "DUR", value_parser = parse_duration)]
    retry_initial: Option<Duration>,
    /// The longest delay before another attempt [default: 10m]
    #[arg(long, value_name = "DUR", value_parser = parse_duration)]
    retry_max_interval: Option<Duration>,
    /// What to do when it is not known whether a message was taken: hold it in doubt, or resend at your own risk
    /// [default: hold]
    #[arg(long, value_name = "hold|resend", value_parser = parse_on_unknown, add = shell::words(vec!["hold", "resend"]))]
    on_unknown: Option<OnUnknown>,
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
    /// The source of the campaign, as the provider's reports show it [default: api]
    #[arg(long, value_name = "NAME", value_parser = clap::builder::PossibleValuesParser::new(WA_SOURCES))]
    wa_source: Option<String>,
    /// No message before this time: 2026-11-23T09:00 in the campaign's time zone, or with an offset
    #[arg(long, value_name = "TIME", value_parser = WrittenTime::parse)]
    start_at: Option<WrittenTime>,
    /// No message outside these hours of the day, such as 09:00-20:30
    #[arg(long, value_name = "HH:MM-HH:MM", value_parser = SendingHours::parse)]
    window: Option<SendingHours>,
    /// The campaign's time zone, such as Asia/Kolkata [default: that of the sender's country, where it has one]
    #[arg(long, value_name = "IANA", value_parser = parse_zone_name)]
    time_zone: Option<String>,
    /// Send so many first, and the rest when enough of them have arrived
    #[arg(long, value_name = "N", value_parser = values::count)]
    canary: Option<u32>,
    /// How long to wait for the receipts of the first ones [default: 15m]
    #[arg(long, value_name = "DUR", value_parser = parse_duration)]
    canary_wait: Option<Duration>,
    /// The share of the first ones that has to arrive [default: 0.8]
    #[arg(long, value_name = "SHARE", value_parser = values::share)]
    canary_share: Option<f64>,
    /// Whom to message: anybody, those who wrote within the last 24 hours, or everybody as soon as they write
    #[arg(long, value_name = "any|open|wait", value_parser = parse_reach, add = shell::words(Reach::ALL.map(Reach::name).into()))]
    reach: Option<Reach>,
    /// So long before its 24 hours are over a person counts as out of reach [default: 5m]
    #[arg(long, value_name = "DUR", value_parser = parse_duration)]
    window_margin: Option<Duration>,
    /// Skip whoever has not been messaged by this time, such as 2026-12-24T12:00
    #[arg(long, value_name = "TIME", value_parser = WrittenTime::parse)]
    not_after: Option<WrittenTime>,
    /// Be done by this time: the rate follows from it at the start
    #[arg(long, value_name = "TIME", value_parser = WrittenTime::parse)]
    finish_by: Option<WrittenTime>,
    /// Message people within these hours only, where they are, such as 09:00-20:00
    #[arg(long, value_name = "HH:MM-HH:MM", value_parser = SendingHours::parse)]
    hours: Option<SendingHours>,
    /// In whose time zone --hours and --days are meant: that of the person (from the number), or of the campaign
    /// [default: recipient]
    #[arg(long, value_name = "recipient|campaign", value_parser = parse_hours_zone, add = shell::words(HoursZone::ALL.map(HoursZone::name).into()))]
    hours_zone: Option<HoursZone>,
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

/// Flags that take a setting back.
#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub(crate) struct TakeBackArgs {
    /// Send from the number of the settings
    #[arg(long, conflicts_with = "sender")]
    no_sender: bool,
    /// Ask for a preview of the link
    #[arg(long, conflicts_with = "no_preview_url")]
    preview_url: bool,
    /// Start without a set time; a scheduled campaign is a draft again
    #[arg(long, conflicts_with = "start_at")]
    no_start_at: bool,
    /// Send at any hour
    #[arg(long, conflicts_with = "window")]
    no_window: bool,
    /// Send all at once
    #[arg(long, conflicts_with = "canary")]
    no_canary: bool,
    /// Skip nobody for being late
    #[arg(long, conflicts_with = "not_after")]
    no_not_after: bool,
    /// Take as long as it takes
    #[arg(long, conflicts_with = "finish_by")]
    no_finish_by: bool,
    /// Message people at any hour
    #[arg(long, conflicts_with = "hours")]
    no_hours: bool,
    /// Message people on any day
    #[arg(long, conflicts_with = "days")]
    no_days: bool,
    /// Message people however often they were messaged
    #[arg(long, conflicts_with = "cap")]
    no_cap: bool,
    /// Leave nobody out to compare with
    #[arg(long, conflicts_with = "hold_out")]
    no_hold_out: bool,
    /// Put a token of ours into a free tag slot
    #[arg(long, conflicts_with = "no_token")]
    token: bool,
}

impl TakeBackArgs {
    /// Takes back what is said.
    pub(super) fn apply(&self, plan: &mut NewCampaign) {
        fn clear<T>(place: &mut Option<T>, is_cleared: bool) {
            place.take_if(|_| is_cleared);
        }
        clear(&mut plan.sender, self.no_sender);
        plan.preview_url |= self.preview_url;
        clear(&mut plan.start_at, self.no_start_at);
        clear(&mut plan.hours, self.no_window);
        clear(&mut plan.canary, self.no_canary);
        clear(&mut plan.reach.not_after, self.no_not_after);
        clear(&mut plan.reach.finish_by, self.no_finish_by);
        clear(&mut plan.reach.local.hours, self.no_hours);
        clear(&mut plan.reach.local.days, self.no_days);
        clear(&mut plan.reach.cap, self.no_cap);
        clear(&mut plan.reach.hold_out, self.no_hold_out);
        plan.with_token |= self.token;
    }
}

pub(super) fn parse_on_unknown(text: &str) -> Result<OnUnknown, UnknownWord> {
    OnUnknown::from_name(text).ok_or_else(|| UnknownWord::new(text, "no such policy", &["hold", "resend"]))
}

pub(crate) fn parse_reach(text: &str) -> Result<Reach, UnknownWord> {
    Reach::from_name(text)
        .ok_or_else(|| UnknownWord::new(text, "nobody to reach", &Reach::ALL.map(Reach::name)))
}

fn parse_hours_zone(text: &str) -> Result<HoursZone, UnknownWord> {
    HoursZone::from_name(text)
        .ok_or_else(|| UnknownWord::new(text, "nobody's zone", &HoursZone::ALL.map(HoursZone::name)))
}

fn parse_zone_name(text: &str) -> Result<String, TimeError> {
    parse_zone(text).map(|_| text.to_owned())
}

/// Puts a value in the place of another where one is given.
fn set<T>(place: &mut T, value: Option<T>) {
    if let Some(value) = value {
        *place = value;
    }
}

/// The same for what may be missing.
fn set_some<T>(place: &mut Option<T>, value: Option<T>) {
    if value.is_some() {
        *place = value;
    }
}

impl PlanArgs {
    /// The sender's number, where it is given.
    pub(crate) fn sender(&self) -> Option<Phone> {
        self.sender
    }

    /// A new campaign of that name. A start that has passed takes a word, or `yes`.
    pub(crate) fn create(self, name: &str, yes: bool, context: &Context) -> Result<NewCampaign, Failure> {
        if self.message.is_none() && self.message_file.is_none() {
            return Err(Failure::new("there is no message")
                .hint(format!("catalink create {name} --message TEXT, or --message-file FILE"))
                .exit(Exit::Usage));
        }
        if self.canary.is_none() && (self.canary_wait.is_some() || self.canary_share.is_some()) {
            return Err(Failure::new("--canary-wait and --canary-share go with --canary")
                .hint("--canary 50")
                .exit(Exit::Usage));
        }
        let mut plan = NewCampaign::new(name, "");
        self.apply(&mut plan, yes, context)?;
        plan.check()?;
        check_way_out(&plan, context)?;
        Ok(plan)
    }

    /// Puts what is given into a plan.
    pub(super) fn apply(self, plan: &mut NewCampaign, yes: bool, context: &Context) -> Result<(), Failure> {
        set_some(&mut plan.sender, self.sender);
        let from_file = self.message_file.as_deref().map(read_message).transpose()?;
        set(&mut plan.message, self.message.or(from_file));
        if self.catalogue {
            plan.message = with_catalogue(&plan.message, plan.sender.or(context.settings.sender))?;
        }
        set(&mut plan.mps, self.mps);
        set(&mut plan.in_flight_max, self.max_in_flight);
        set(&mut plan.attempts_max, self.max_attempts);
        set(&mut plan.retry.initial, self.retry_initial);
        set(&mut plan.retry.interval_max, self.retry_max_interval);
        set(&mut plan.on_unknown, self.on_unknown);
        plan.preview_url &= !self.no_preview_url;
        for (place, text) in plan.refs.iter_mut().zip([self.ref0, self.ref1, self.ref2]) {
            if let Some(text) = text {
                *place = Some(text).filter(|text| !text.is_empty());
            }
        }
        set(&mut plan.wa_source, self.wa_source);
        set_some(&mut plan.hours, self.window);
        set_some(&mut plan.time_zone, self.time_zone);
        set_some(&mut plan.canary, self.canary);
        set(&mut plan.canary_wait, self.canary_wait);
        set(&mut plan.canary_share, self.canary_share);
        set_some(&mut plan.reach.chosen, self.reach);
        set(&mut plan.reach.margin, self.window_margin);
        set_some(&mut plan.reach.local.hours, self.hours);
        set(&mut plan.reach.local.zone, self.hours_zone);
        set_some(&mut plan.reach.local.days, self.days);
        set_some(&mut plan.reach.cap, self.cap);
        set_some(&mut plan.reach.hold_out, self.hold_out);
        plan.with_token &= !self.no_token;
        set_times(plan, [self.start_at, self.not_after, self.finish_by], context)?;
        check_start(plan, self.start_at.is_some(), yes, context)
    }
}

/// Sets the start, the end and the time to be done by, each in the campaign's zone where it has no offset of its own. What
/// needs a zone gets that of the sender's country where none is said.
fn set_times(
    plan: &mut NewCampaign,
    [start_at, not_after, finish_by]: [Option<WrittenTime>; 3],
    context: &Context,
) -> Result<(), Failure> {
    let written = [("--start-at", start_at), ("--not-after", not_after), ("--finish-by", finish_by)];
    let local = written.iter().find(|(_, time)| matches!(time, Some(WrittenTime::Local(_))));
    let needs_zone = local.map(|(option, _)| *option).or(plan.hours.is_some().then_some("--window"));
    if let (Some(option), None) = (needs_zone, &plan.time_zone) {
        plan.time_zone = Some(zone_of_sender(option, plan.sender.or(context.settings.sender), context)?);
    }
    let zone = plan.zone()?;
    let places = [&mut plan.start_at, &mut plan.reach.not_after, &mut plan.reach.finish_by];
    for (place, (option, time)) in places.into_iter().zip(written) {
        let at = time.map(|time| time.in_zone(&zone)).transpose().map_err(|error| {
            Failure::from(error).while_doing(format!("{option} cannot be taken")).exit(Exit::Usage)
        })?;
        set_some(place, at);
    }
    Ok(())
}

/// A start that has passed is at once, which is rarely meant.
fn check_start(plan: &NewCampaign, is_given: bool, yes: bool, context: &Context) -> Result<(), Failure> {
    let now = context.clock.now();
    let Some(start_at) = plan.start_at.filter(|at| is_given && *at < now) else { return Ok(()) };
    let sentence = format!(
        "The start, {}, has passed: `{}` would begin as soon as it is run.",
        Told(start_at, &plan.zone()?),
        plan.name
    );
    question::confirm(&sentence, yes, context)
}

/// The message and the sender's catalogue link.
fn with_catalogue(message: &str, sender: Option<Phone>) -> Result<String, Failure> {
    let number = sender.ok_or_else(|| {
        Failure::new("--catalogue needs the sender's number").hint("--sender +NUMBER, or KALEYRA_SENDER")
    })?;
    Ok(creation::with_link(message, number))
}

/// What of the settings a campaign without a word of its own has.
pub(crate) fn defaults(context: &Context) -> Defaults {
    Defaults { sender: context.settings.sender, opt_out_words: context.settings.opt_out.list() }
}

/// Refuses a message that promises a word that stops nothing, and says where it names no way out.
pub(super) fn check_way_out(plan: &NewCampaign, context: &Context) -> Result<(), Failure> {
    for finding in creation::way_out(plan, &defaults(context))? {
        context.ui.note(format!("note: {finding}"));
    }
    Ok(())
}

/// A message file is UTF-8; editors add a line end (and some a byte order mark) that nobody meant to send.
fn read_message(path: &std::path::Path) -> Result<String, Failure> {
    let bytes = std::fs::read(path)
        .map_err(|error| Failure::from(error).while_doing(format!("cannot read `{}`", path.display())))?;
    let text = String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        Failure::new(format!("`{}` is not UTF-8: byte {} is not part of a character", path.display(), at + 1))
            .hint("save it as UTF-8 in the editor")
    })?;
    Ok(text.trim_start_matches('\u{feff}').trim_end_matches(['\r', '\n']).to_owned())
}

/// The zone of the sender's country, said in a sentence: a time in the wrong zone sends at night.
fn zone_of_sender(option: &str, sender: Option<Phone>, context: &Context) -> Result<String, Failure> {
    let Some((zone, country)) = sender.and_then(zones::of_number) else {
        return Err(Failure::new(format!("{option} needs the time zone in which it is meant"))
            .hint("--time-zone Asia/Kolkata, or another of the IANA names")
            .exit(Exit::Usage));
    };
    context.ui.note(format!(
        "times are in {zone}, the time zone of the sender's country ({country}); --time-zone says another"
    ));
    Ok(zone.to_owned())
}
