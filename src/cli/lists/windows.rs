//! `windows`: who can be reached, because they wrote within the last 24 hours.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use serde_json::json;

use crate::{
    app::json::people,
    cli::{
        Context, Exit, Failure,
        terminal::{values, words},
    },
    domain::Phone,
    queue::{Queue, WindowCounts},
    receiver::incoming::{self, Incoming},
};

/// How many lines that say nothing are named.
const UNREAD_SHOWN: usize = 10;

#[derive(Debug, Args)]
pub(crate) struct WindowsArgs {
    #[command(subcommand)]
    action: Option<Action>,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Say what is known of one person
    Show {
        /// The person's number
        #[arg(value_name = "+NUMBER", allow_hyphen_values = true, value_parser = values::phone)]
        number: Phone,
    },
    /// Take from the provider's downloaded report who wrote, and when
    Import {
        /// The report, as CSV
        #[arg(value_name = "REPORT.csv")]
        report: PathBuf,
    },
}

pub(crate) async fn windows(args: &WindowsArgs, context: &Context) -> Result<Exit, Failure> {
    match &args.action {
        None => counts(context).await,
        Some(Action::Show { number }) => show(*number, context).await,
        Some(Action::Import { report }) => import(report, context).await,
    }
}

/// How many can be reached from each business number.
async fn counts(context: &Context) -> Result<Exit, Failure> {
    let queue = context.queue_to_read().await?;
    let now = context.clock.now();
    let counts = queue.window_counts(now).await?;
    queue.close().await;
    if context.ui.is_json() {
        context.ui.json(&counts.iter().map(people::window_counts).collect::<Vec<_>>());
        return Ok(Exit::Done);
    }
    for WindowCounts { sender, n_open, n_closing, first_closes_at } in &counts {
        let first = first_closes_at
            .map_or_else(String::new, |at| format!(", the first in {}", words::duration(now.until(at))));
        context.ui.line(format!(
            "{}: {} can be reached; {} of them only for less than an hour{first}",
            sender.e164(),
            words::counted(*n_open, "person", "people"),
            words::number(*n_closing)
        ));
    }
    if counts.is_empty() {
        context.ui.note(
            "nobody is known to have written within the last 24 hours; next: catalink windows import REPORT.csv, or let the \
             provider's callbacks come in (catalink serve)",
        );
    }
    Ok(Exit::Done)
}

/// What is known of one person.
async fn show(person: Phone, context: &Context) -> Result<Exit, Failure> {
    let queue = context.queue_to_read().await?;
    let now = context.clock.now();
    let known = queue.windows_of(person).await?;
    queue.close().await;
    if context.ui.is_json() {
        let facts = known.iter().map(|(sender, window)| people::window(*sender, window, now));
        context.ui.json(&facts.collect::<Vec<_>>());
        return Ok(Exit::Done);
    }
    for (sender, window) in &known {
        let state = match window.closes_at() {
            Some(at) if now < at => format!("open for {} more", words::duration(now.until(at))),
            Some(at) => format!("closed since {at}"),
            None => "closed: a message sent later was refused because of it (131047)".to_owned(),
        };
        let weak = if window.is_weak { ", which may not count" } else { "" };
        context.ui.line(format!(
            "{} to {}: {state}; wrote last at {} ({}{weak}; known from: {})",
            person.e164(),
            sender.e164(),
            window.last_at,
            window.kind,
            window.source.name()
        ));
    }
    if known.is_empty() {
        context.ui.line(format!("{}: not known to have written in the last 48 hours", person.e164()));
    }
    Ok(Exit::Done)
}

/// Takes a report in.
async fn import(path: &std::path::Path, context: &Context) -> Result<Exit, Failure> {
    let bytes = std::fs::read(path)
        .map_err(|error| Failure::from(error).while_doing(format!("cannot read `{}`", path.display())))?;
    let Incoming { n_rows, openings, unread } = incoming::read(&bytes, context.clock.now())
        .map_err(|error| Failure::of(&error).while_doing(format!("cannot use `{}`", path.display())))?;
    let queue: Queue = context.queue_or_create().await?;
    let n_later = queue.open_windows(openings).await?;
    queue.close().await;
    let mut text = format!(
        "{}: {} in, {} new or later than what was known",
        path.display(),
        words::counted(n_rows, "message came", "messages came"),
        words::counted(n_later, "window", "windows")
    );
    if !unread.is_empty() {
        let shown = &unread[..unread.len().min(UNREAD_SHOWN)];
        text.push_str(&format!("; not read: {}", words::at_lines(shown, unread.len() as u64)));
    }
    context.ui.done(text, &json!({ "rows": n_rows, "windows": n_later, "unread": unread }));
    Ok(Exit::Done)
}
