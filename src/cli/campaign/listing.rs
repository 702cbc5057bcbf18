//! `list` and `show`: which campaigns there are, and what one of them is made of.

use clap::Args;
use clap_complete::ArgValueCompleter;
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use crate::{
    app::{json::campaign as json, wording},
    cli::{
        Context, Exit, Failure,
        results::{costs::RatesArgs, status},
        terminal::words::{self, UnknownWord},
        upkeep::shell,
    },
    domain::{State, Timestamp, time::Told},
    queue::{CampaignFilter, Overview},
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
        is_archived: None,
    };
    let mut found = queue.newest_overviews(&filter, u32::MAX).await?;
    found.reverse();
    let n_all = queue.n_campaigns().await?;
    let mut listed = Vec::with_capacity(found.len());
    for overview in &found {
        listed.push((overview, status::outlook(&queue, overview, context).await?));
    }
    if context.ui.is_json() {
        context.ui.json(
            &listed.iter().map(|(overview, outlook)| json::listed(overview, outlook)).collect::<Vec<_>>(),
        );
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

pub(crate) async fn show(args: &ShowArgs, context: &Context) -> Result<Exit, Failure> {
    let queue = context.queue_to_read().await?;
    let overview = queue.overview(&args.name).await?;
    let outlook = status::outlook(&queue, &overview, context).await?;
    let lists = queue.imports(overview.campaign.id).await?;
    let mut facts = json::settings(&overview, &outlook, &lists);
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
