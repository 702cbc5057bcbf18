//! `list` and `show`: which campaigns there are, and what one of them is made of.

use clap::Args;
use clap_complete::ArgValueCompleter;
use serde_json::Value;

use crate::{
    app::json::campaign as json,
    cli::{
        Context, Exit, Failure,
        results::status,
        terminal::words::{self, UnknownWord},
        upkeep::shell,
    },
    domain::{State, Timestamp},
    queue::Overview,
};

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
}

fn parse_state(text: &str) -> Result<State, UnknownWord> {
    State::from_name(text)
        .ok_or_else(|| UnknownWord::new(text, "no such state", &State::ALL.map(State::name)))
}

pub(crate) async fn list(args: &ListArgs, context: &Context) -> Result<Exit, Failure> {
    let queue = context.queue_to_read().await?;
    let text = args.name.as_ref().map(|text| text.to_lowercase());
    let mut found = queue.overviews().await?;
    let n_all = found.len();
    found.retain(|Overview { campaign, .. }| {
        (args.state.is_empty() || args.state.contains(&campaign.state))
            && text.as_ref().is_none_or(|text| campaign.plan.name.to_lowercase().contains(text))
            && args.since.is_none_or(|since| since <= campaign.created_at)
    });
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
                Some(until) => format!("  waits for {}, until {until}", reason.words()),
                None => format!("  waits for {}", reason.words()),
            });
            context.ui.line(format!(
                "{:<width$}  {:<9}  {:>12}, {} waiting  {}{wait}",
                campaign.plan.name,
                campaign.state,
                words::counted(counts.total(), "row", "rows"),
                words::number(counts.n_open()),
                campaign.created_at,
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
    let facts = json::settings(&overview, &outlook, &lists);
    if context.ui.is_json() {
        context.ui.json(&facts);
    } else {
        for line in in_lines(&facts) {
            context.ui.line(line);
        }
    }
    queue.close().await;
    Ok(Exit::Done)
}

/// What is set, a line each; a list in a line of its own.
fn in_lines(facts: &Value) -> Vec<String> {
    let mut lines = Vec::new();
    for (name, value) in facts.as_object().into_iter().flatten() {
        let name = name.replace('_', " ");
        match value {
            Value::Null => {}
            Value::Array(lists) => lines.extend(lists.iter().map(|list| {
                let rows = words::counted(list["rows"].as_u64().unwrap_or_default(), "row", "rows");
                let text = |key: &str| list[key].as_str().unwrap_or_default().to_owned();
                format!("{:<22} {} ({rows}, {})", "list", text("file"), text("imported_at"))
            })),
            Value::String(text) => {
                lines.push(format!("{name:<22} {}", text.replace('\n', &format!("\n{:23}", ""))));
            }
            other @ (Value::Bool(_) | Value::Number(_) | Value::Object(_)) => {
                lines.push(format!("{name:<22} {other}"));
            }
        }
    }
    lines
}
