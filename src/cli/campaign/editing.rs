//! `edit`, `rename`, `copy`, `delete`: campaigns are changed before they start.

use std::{path::PathBuf, time::Duration};

use clap::Args;
use clap_complete::ArgValueCompleter;
use serde_json::json;

use super::settings::{
    check_way_out, parse_hours_zone, parse_on_unknown, parse_reach, parse_zone_name, read_message,
    zone_of_sender,
};
use crate::{
    app::editing::{self, EditError},
    cli::{
        Context, Exit, Failure,
        terminal::{question::ConsentArgs, values, words},
        upkeep::shell,
    },
    config::parse_number,
    domain::{
        Campaign, NewCampaign, OnUnknown, Timestamp,
        campaign::WA_SOURCES,
        reach::{
            Cap, HoldOut, Reach,
            hours::{HoursZone, WeekDays},
        },
        time::{SendingHours, parse_duration},
    },
};

#[derive(Debug, Args)]
pub(crate) struct RenameArgs {
    /// The campaign
    #[arg(add = ArgValueCompleter::new(shell::campaigns))]
    name: String,
    /// Its new name
    new: String,
}

#[derive(Debug, Args)]
pub(crate) struct CopyArgs {
    /// The campaign
    #[arg(add = ArgValueCompleter::new(shell::campaigns))]
    name: String,
    /// The copy's name
    new: String,
    /// Copy its lists too
    #[arg(long)]
    with_list: bool,
}

#[derive(Debug, Args)]
pub(crate) struct DeleteArgs {
    /// The campaign
    #[arg(add = ArgValueCompleter::new(shell::campaigns))]
    name: String,
    #[command(flatten)]
    consent: ConsentArgs,
}

/// The options of `create`, each of which may be left out, and flags that take a setting back.
#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub(crate) struct EditArgs {
    /// The campaign
    #[arg(add = ArgValueCompleter::new(shell::campaigns))]
    name: String,
    /// The message; only before anybody was messaged
    #[arg(long, value_name = "TEXT")]
    message: Option<String>,
    /// A file with the message
    #[arg(long, value_name = "FILE", conflicts_with = "message")]
    message_file: Option<PathBuf>,
    /// The sender's own business number
    #[arg(long, value_name = "+NUMBER")]
    sender: Option<String>,
    /// Send from the number of the settings
    #[arg(long, conflicts_with = "sender")]
    no_sender: bool,
    /// Messages per second, at most
    #[arg(long, value_name = "N", value_parser = values::rate)]
    mps: Option<f64>,
    /// The most requests in flight at once
    #[arg(long, value_name = "N", value_parser = values::count)]
    max_in_flight: Option<u32>,
    /// Attempts per recipient, at most
    #[arg(long, value_name = "N", value_parser = values::count)]
    max_attempts: Option<u32>,
    /// The first delay before another attempt
    #[arg(long, value_name = "DUR", value_parser = parse_duration)]
    retry_initial: Option<Duration>,
    /// The longest delay before another attempt
    #[arg(long, value_name = "DUR", value_parser = parse_duration)]
    retry_max_interval: Option<Duration>,
    /// What to do when it is not known whether a message was taken
    #[arg(long, value_name = "hold|resend", value_parser = parse_on_unknown, add = shell::words(vec!["hold", "resend"]))]
    on_unknown: Option<OnUnknown>,
    /// Ask for a preview of the link
    #[arg(long)]
    preview_url: bool,
    /// Ask for no preview of the link
    #[arg(long, conflicts_with = "preview_url")]
    no_preview_url: bool,
    /// The tag ref of each message; an empty text takes it back. Only before a list is imported
    #[arg(long = "ref", value_name = "TEMPLATE")]
    ref0: Option<String>,
    /// The tag ref1 of each message
    #[arg(long, value_name = "TEMPLATE")]
    ref1: Option<String>,
    /// The tag ref2 of each message
    #[arg(long, value_name = "TEMPLATE")]
    ref2: Option<String>,
    /// The source of the campaign, as the provider's reports show it
    #[arg(long, value_name = "NAME", value_parser = clap::builder::PossibleValuesParser::new(WA_SOURCES))]
    wa_source: Option<String>,
    /// No message before this time
    #[arg(long, value_name = "RFC3339", value_parser = Timestamp::parse)]
    start_at: Option<Timestamp>,
    /// Start without a set time; a scheduled campaign is a draft again
    #[arg(long, conflicts_with = "start_at")]
    no_start_at: bool,
    /// No message outside these hours of the day, such as 09:00-20:30
    #[arg(long, value_name = "HH:MM-HH:MM", value_parser = SendingHours::parse)]
    window: Option<SendingHours>,
    /// Send at any hour
    #[arg(long, conflicts_with = "window")]
    no_window: bool,
    /// The time zone of the window, such as Asia/Kolkata
    #[arg(long, value_name = "IANA", value_parser = parse_zone_name)]
    time_zone: Option<String>,
    /// Send so many first, and the rest when enough of them have arrived
    #[arg(long, value_name = "N", value_parser = values::count)]
    canary: Option<u32>,
    /// Send all at once
    #[arg(long, conflicts_with = "canary")]
    no_canary: bool,
    /// How long to wait for the receipts of the first ones
    #[arg(long, value_name = "DUR", value_parser = parse_duration)]
    canary_wait: Option<Duration>,
    /// The share of the first ones that has to arrive
    #[arg(long, value_name = "SHARE", value_parser = values::share)]
    canary_share: Option<f64>,
    /// Whom to message
    #[arg(long, value_name = "any|open|wait", value_parser = parse_reach, add = shell::words(Reach::ALL.map(Reach::name).into()))]
    reach: Option<Reach>,
    /// So long before its 24 hours are over a person counts as out of reach
    #[arg(long, value_name = "DUR", value_parser = parse_duration)]
    window_margin: Option<Duration>,
    /// Skip whoever has not been messaged by this time
    #[arg(long, value_name = "RFC3339", value_parser = Timestamp::parse)]
    not_after: Option<Timestamp>,
    /// Skip nobody for being late
    #[arg(long, conflicts_with = "not_after")]
    no_not_after: bool,
    /// Be done by this time: the rate follows from it at the start
    #[arg(long, value_name = "RFC3339", value_parser = Timestamp::parse)]
    finish_by: Option<Timestamp>,
    /// Take as long as it takes
    #[arg(long, conflicts_with = "finish_by")]
    no_finish_by: bool,
    /// Message people within these hours only, where they are
    #[arg(long, value_name = "HH:MM-HH:MM", value_parser = SendingHours::parse)]
    hours: Option<SendingHours>,
    /// Message people at any hour
    #[arg(long, conflicts_with = "hours")]
    no_hours: bool,
    /// In whose time zone --hours and --days are meant
    #[arg(long, value_name = "recipient|campaign", value_parser = parse_hours_zone, add = shell::words(HoursZone::ALL.map(HoursZone::name).into()))]
    hours_zone: Option<HoursZone>,
    /// Message people on these days only, such as mon-sat
    #[arg(long, value_name = "DAYS", value_parser = WeekDays::parse)]
    days: Option<WeekDays>,
    /// Message people on any day
    #[arg(long, conflicts_with = "days")]
    no_days: bool,
    /// Message nobody more often than this over all campaigns, such as 1/1d
    #[arg(long, value_name = "N/DUR", value_parser = Cap::parse)]
    cap: Option<Cap>,
    /// Message people however often they were messaged
    #[arg(long, conflicts_with = "cap")]
    no_cap: bool,
    /// Leave this share of the list out; only before anybody was messaged
    #[arg(long, value_name = "PERCENT", value_parser = HoldOut::parse)]
    hold_out: Option<HoldOut>,
    /// Leave nobody out to compare with
    #[arg(long, conflicts_with = "hold_out")]
    no_hold_out: bool,
    /// Put a token of ours into a free tag slot
    #[arg(long)]
    token: bool,
    /// Put no token of ours into a free tag slot
    #[arg(long, conflicts_with = "token")]
    no_token: bool,
}

/// Puts a value in the place of another where one is given.
fn set<T>(place: &mut T, value: Option<T>) {
    if let Some(value) = value {
        *place = value;
    }
}

/// The same for a setting that can be taken back.
fn set_or_clear<T>(place: &mut Option<T>, value: Option<T>, is_cleared: bool) {
    if is_cleared || value.is_some() {
        *place = value;
    }
}

impl EditArgs {
    /// The plan with what is given.
    fn plan(self, before: &NewCampaign, context: &Context) -> Result<NewCampaign, Failure> {
        let mut plan = before.clone();
        let from_file = self.message_file.as_deref().map(read_message).transpose()?;
        set(&mut plan.message, self.message.or(from_file));
        let sender = self.sender.map(|text| parse_number("--sender", &text)).transpose()?;
        set_or_clear(&mut plan.sender, sender, self.no_sender);
        set(&mut plan.mps, self.mps);
        set(&mut plan.in_flight_max, self.max_in_flight);
        set(&mut plan.attempts_max, self.max_attempts);
        set(&mut plan.retry.initial, self.retry_initial);
        set(&mut plan.retry.interval_max, self.retry_max_interval);
        set(&mut plan.on_unknown, self.on_unknown);
        if self.preview_url || self.no_preview_url {
            plan.preview_url = self.preview_url;
        }
        for (place, text) in plan.refs.iter_mut().zip([self.ref0, self.ref1, self.ref2]) {
            let is_cleared = text.as_deref() == Some("");
            set_or_clear(place, text.filter(|text| !text.is_empty()), is_cleared);
        }
        set(&mut plan.wa_source, self.wa_source);
        set_or_clear(&mut plan.start_at, self.start_at, self.no_start_at);
        set_or_clear(&mut plan.hours, self.window, self.no_window);
        set_or_clear(&mut plan.time_zone, self.time_zone, self.no_window);
        if plan.hours.is_some() && plan.time_zone.is_none() {
            plan.time_zone = Some(zone_of_sender(plan.sender.or(context.settings.sender), context)?);
        }
        set_or_clear(&mut plan.canary, self.canary, self.no_canary);
        set(&mut plan.canary_wait, self.canary_wait);
        set(&mut plan.canary_share, self.canary_share);
        set_or_clear(&mut plan.reach.chosen, self.reach, false);
        set(&mut plan.reach.margin, self.window_margin);
        set_or_clear(&mut plan.reach.not_after, self.not_after, self.no_not_after);
        set_or_clear(&mut plan.reach.finish_by, self.finish_by, self.no_finish_by);
        set_or_clear(&mut plan.reach.local.hours, self.hours, self.no_hours);
        set(&mut plan.reach.local.zone, self.hours_zone);
        set_or_clear(&mut plan.reach.local.days, self.days, self.no_days);
        set_or_clear(&mut plan.reach.cap, self.cap, self.no_cap);
        set_or_clear(&mut plan.reach.hold_out, self.hold_out, self.no_hold_out);
        if self.token || self.no_token {
            plan.with_token = self.token;
        }
        Ok(plan)
    }
}

pub(crate) async fn edit(args: EditArgs, context: &Context) -> Result<Exit, Failure> {
    let queue = context.queue().await?;
    let campaign = queue.campaign(&args.name).await?;
    let name = args.name.clone();
    let plan = args.plan(&campaign.plan, context)?;
    if plan.message != campaign.plan.message {
        check_way_out(&plan, context)?;
    }
    let outcome = editing::edit(&queue, &campaign, plan, context.clock.now())
        .await
        .map_err(|error| refused(error, &campaign))?;
    let text = match outcome.changed.as_slice() {
        [] => format!("`{name}` is as it was; catalink edit --help names what can be changed"),
        changed => format!("changed {} of `{name}`, which is {} now", changed.join(", "), outcome.state),
    };
    context
        .ui
        .done(text, &json!({ "campaign": name, "state": outcome.state.name(), "changed": outcome.changed }));
    queue.close().await;
    Ok(Exit::Done)
}

fn refused(error: EditError, campaign: &Campaign) -> Failure {
    let name = &campaign.plan.name;
    match error {
        EditError::Queue(error) => Failure::from(error),
        error @ EditError::NoColumn { .. } => Failure::of(&error).hint(format!(
            "give a default, {{{{variable | default(\"…\")}}}}, or import a list with the column: catalink import {name} FILE --replace"
        )),
        error @ EditError::Unsendable { .. } => {
            Failure::of(&error).hint("give a default: {{variable | default(\"…\")}}")
        }
        error @ EditError::TagsFilledIn { .. } => Failure::of(&error)
            .hint(format!("catalink import {name} --undo takes the last list out; import it again after the change")),
        error @ (EditError::Template(_) | EditError::Compose(_)) => Failure::of(&error),
    }
}

pub(crate) async fn rename(args: RenameArgs, context: &Context) -> Result<Exit, Failure> {
    let queue = context.queue().await?;
    let campaign = queue.campaign(&args.name).await?;
    queue.rename(campaign.id, args.new.clone()).await?;
    context.ui.done(
        format!("`{}` is called `{}` now", args.name, args.new),
        &json!({ "campaign": args.new, "was": args.name, "state": campaign.state.name() }),
    );
    queue.close().await;
    Ok(Exit::Done)
}

pub(crate) async fn copy(args: CopyArgs, context: &Context) -> Result<Exit, Failure> {
    let queue = context.queue().await?;
    let original = queue.campaign(&args.name).await?;
    let now = context.clock.now();
    // A start that has passed is that of the original.
    let start_at = original.plan.start_at.filter(|at| now < *at);
    let plan = NewCampaign { name: args.new.clone(), start_at, ..original.plan };
    let id = if args.with_list {
        queue.copy_with_lists(original.id, plan, now).await?
    } else {
        queue.create(plan, now).await?
    };
    let (new, n_rows) = (&args.new, queue.counts(id).await?.total());
    let next = if n_rows == 0 { format!("import {new} FILE") } else { format!("preview {new}") };
    context.ui.done(
        format!(
            "copied `{}` to `{new}`, with {}; next: catalink {next}",
            args.name,
            words::counted(n_rows, "row", "rows")
        ),
        &json!({ "campaign": new, "copy_of": args.name, "state": "draft", "total": n_rows }),
    );
    queue.close().await;
    Ok(Exit::Done)
}

pub(crate) async fn delete(args: DeleteArgs, context: &Context) -> Result<Exit, Failure> {
    let queue = context.queue().await?;
    let campaign = queue.campaign(&args.name).await?;
    let ids: Vec<i64> = queue.imports(campaign.id).await?.iter().map(|import| import.import_id).collect();
    queue.check_unused(campaign.id, &ids).await?;
    let rows = words::counted(queue.counts(campaign.id).await?.total(), "row", "rows");
    let sentence = format!("This deletes `{}` and its {rows}. It cannot be undone.", args.name);
    if !args.consent.ask(&sentence, context)? {
        return Ok(Exit::Done);
    }
    queue.forget_draft(campaign.id).await?;
    let n_rows = queue.delete(campaign.id).await?;
    context.ui.done(
        format!("deleted `{}` and its {rows}; nobody of them was messaged", args.name),
        &json!({ "campaign": args.name, "deleted": true, "rows": n_rows }),
    );
    queue.close().await;
    Ok(Exit::Done)
}
