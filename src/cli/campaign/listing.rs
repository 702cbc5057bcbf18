//! `list` and `show`: which campaigns there are, and what one of them is made of.

use clap::Args;
use clap_complete::ArgValueCompleter;
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use crate::{
    app::{
        outlook::{Outlook, WaitsFor},
        wording,
    },
    cli::{
        Context, Exit, Failure,
        results::{costs::RatesArgs, status},
        terminal::words::{self, UnknownWord},
        upkeep::shell,
    },
    domain::{Phone, State, Status, Timestamp, reach::Reach, time::Told},
    queue::{CampaignFilter, Import, Overview},
};

/// What of a campaign is an instant, beside what ends in `_at`.
const INSTANTS: [&str; 3] = ["waits_until", "not_after", "finish_by"];

#[derive(Debug, Args)]
pub(crate) struct ListArgs {
    /// Campaigns in these states only
    #[arg(long, value_name = "S,…", value_delimiter = ',', value_parser = parse_state, add = shell::words(State::ALL.map(State::name).into()))]
    state: Vec<State>,
    /// Campaigns with this in their name only
    #[arg(long, value_name = "TEXT")]
    name: Option<String>,
    /// Campaigns created at this time or later, such as 2026-11-01T00:00:00Z
    #[arg(long, value_name = "RFC3339", value_parser = Timestamp::parse)]
    since: Option<Timestamp>,
}

#[derive(Debug, Args)]
pub(crate) struct ShowArgs {
    /// The campaign
    #[arg(add = ArgValueCompleter::new(shell::campaigns))]
    name: String,
    #[command(flatten)]
    rates: RatesArgs,
}

fn parse_state(text: &str) -> Result<State, UnknownWord> {
    State::from_name(text)
        .ok_or_else(|| UnknownWord::new(text, "no such state", &State::ALL.map(State::name)))
}

pub(crate) async fn list(args: &ListArgs, context: &Context) -> Result<Exit, Failure> {
    let queue = context.queue_to_read().await?;
    let filter = CampaignFilter {
        states: args.state.clone(),
        text: args.name.clone().unwrap_or_default(),
        since: args.since,
        before: None,
    };
    let mut found = queue.newest_overviews(&filter, u32::MAX).await?;
    found.reverse();
    let n_all = queue.n_campaigns().await?;
    let mut listed = Vec::with_capacity(found.len());
    for overview in &found {
        listed.push((overview, status::outlook(&queue, overview, context).await?));
    }
    if context.ui.is_json() {
        context
            .ui
            .json(&listed.iter().map(|(overview, outlook)| facts(overview, outlook)).collect::<Vec<_>>());
    } else {
        let width = found.iter().map(|it| it.campaign.plan.name.chars().count()).max().unwrap_or_default();
        for (Overview { campaign, counts }, outlook) in &listed {
            let wait = outlook.waits_for.map_or_else(String::new, |reason| match outlook.waits_until {
                Some(until) => {
                    format!("  waits for {}, until {}", reason.words(), Told(until, &outlook.zone))
                }
                None => format!("  waits for {}", reason.words()),
            });
            context.ui.line(format!(
                "{:<width$}  {:<9}  {:>12}, {} waiting  {}{wait}",
                campaign.plan.name,
                campaign.state,
                words::counted(counts.total(), "row", "rows"),
                words::number(counts.n_open()),
                Told(campaign.created_at, &outlook.zone),
            ));
        }
        if listed.is_empty() {
            context.ui.note(match n_all {
                0 => "no campaigns yet; next: catalink create NAME --message TEXT",
                _ => "no campaign is like that; catalink list names all",
            });
        }
    }
    queue.close().await;
    Ok(Exit::Done)
}

/// A campaign in a list, for programs.
fn facts(Overview { campaign, counts }: &Overview, outlook: &Outlook) -> Value {
    json!({
        "campaign": campaign.plan.name,
        "state": campaign.state.name(),
        "pause_reason": campaign.pause.as_ref().map(|pause| pause.cause.name()),
        "is_sending": outlook.sender_pid.is_some(),
        "waits_for": outlook.waits_for.map(WaitsFor::name),
        "waits_until": told(outlook.waits_until),
        "total": counts.total(),
        "queued": counts.of(Status::Queued),
        "accepted": counts.of(Status::Accepted),
        "start_at": told(campaign.plan.start_at),
        "created_at": campaign.created_at.to_string(),
        "started_at": told(campaign.started_at),
        "finished_at": told(campaign.finished_at),
    })
}

fn told(at: Option<Timestamp>) -> Option<String> {
    at.map(|at| at.to_string())
}

pub(crate) async fn show(args: &ShowArgs, context: &Context) -> Result<Exit, Failure> {
    let queue = context.queue_to_read().await?;
    let overview = queue.overview(&args.name).await?;
    let outlook = status::outlook(&queue, &overview, context).await?;
    let lists = queue.imports(overview.campaign.id).await?;
    let mut facts = settings(&overview, &outlook, &lists);
    let costs = args.rates.costs(&queue, overview.campaign.id, context).await?;
    if context.ui.is_json() {
        facts["cost"] = json!(costs.as_ref().map(|costs| costs.waiting.facts()));
    }
    if context.ui.is_json() {
        context.ui.json(&facts);
    } else {
        for line in in_lines(&facts, &outlook.zone) {
            context.ui.line(line);
        }
        if let Some(costs) = costs.filter(|costs| !costs.waiting.is_nothing()) {
            context.ui.line(format!("{:<22} {}", "cost", wording::cost::sums(&costs.waiting)));
        }
    }
    queue.close().await;
    Ok(Exit::Done)
}

/// All that a campaign is made of.
fn settings(overview: &Overview, outlook: &Outlook, lists: &[Import]) -> Value {
    let Overview { campaign, .. } = overview;
    let plan = &campaign.plan;
    let ms = |duration: std::time::Duration| u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
    let mut shown = facts(overview, outlook);
    let settings = json!({
        "message": plan.message,
        "preview_url": plan.preview_url,
        "sender": plan.sender.map(Phone::e164),
        "ref": plan.refs[0],
        "ref1": plan.refs[1],
        "ref2": plan.refs[2],
        "token": plan.with_token,
        "wa_source": plan.wa_source,
        "mps": plan.mps,
        "max_in_flight": plan.in_flight_max,
        "max_attempts": plan.attempts_max,
        "retry_initial_ms": ms(plan.retry.initial),
        "retry_max_interval_ms": ms(plan.retry.interval_max),
        "on_unknown": plan.on_unknown.name(),
        "window": plan.hours.as_ref().map(ToString::to_string),
        "time_zone": plan.time_zone,
        "canary": plan.canary,
        "canary_wait_ms": ms(plan.canary_wait),
        "canary_share": plan.canary_share,
        "reach": plan.reach.chosen.map(Reach::name),
        "window_margin_ms": ms(plan.reach.margin),
        "not_after": told(plan.reach.not_after),
        "finish_by": told(plan.reach.finish_by),
        "hours": plan.reach.local.hours.as_ref().map(ToString::to_string),
        "hours_zone": (!plan.reach.local.is_always()).then(|| plan.reach.local.zone.name()),
        "days": plan.reach.local.days.map(|days| days.to_string()),
        "cap": plan.reach.cap.map(|cap| cap.to_string()),
        "hold_out": plan.reach.hold_out.map(|share| share.to_string()),
        "account": campaign.account,
        "created_by": campaign.created_by,
        "lists": lists.iter().map(|list| json!({
            "file": list.file_name,
            "rows": list.n_rows(),
            "imported_at": list.imported_at.to_string(),
        })).collect::<Vec<_>>(),
    });
    if let (Some(shown), Value::Object(settings)) = (shown.as_object_mut(), settings) {
        shown.extend(settings);
    }
    shown
}

/// What is set, a line each; a list in a line of its own.
fn in_lines(facts: &Value, zone: &TimeZone) -> Vec<String> {
    let in_zone = |name: &str, text: &str| match Timestamp::parse(text) {
        Ok(at) if name.ends_with("_at") || INSTANTS.contains(&name) => Told(at, zone).to_string(),
        Ok(_) | Err(_) => text.to_owned(),
    };
    let mut lines = Vec::new();
    for (name, value) in facts.as_object().into_iter().flatten() {
        let key = name.as_str();
        let name = name.replace('_', " ");
        match value {
            Value::Null => {}
            Value::Array(lists) => lines.extend(lists.iter().map(|list| {
                let rows = words::counted(list["rows"].as_u64().unwrap_or_default(), "row", "rows");
                let text = |key: &str| in_zone(key, list[key].as_str().unwrap_or_default());
                format!("{:<22} {} ({rows}, {})", "list", text("file"), text("imported_at"))
            })),
            Value::String(text) => {
                let text = in_zone(key, text);
                lines.push(format!("{name:<22} {}", text.replace('\n', &format!("\n{:23}", ""))));
            }
            other @ (Value::Bool(_) | Value::Number(_) | Value::Object(_)) => {
                lines.push(format!("{name:<22} {other}"));
            }
        }
    }
    lines
}
