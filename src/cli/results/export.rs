//! `export`: the per-recipient results, at any moment.

use std::path::{Path, PathBuf};

use clap::Args;
use clap_complete::ArgValueCompleter;
use serde_json::json;

use crate::{
    app::outputs::{self, OutputError},
    cli::{
        Context, Exit, Failure,
        terminal::words::{self, UnknownWord},
        upkeep::shell,
    },
    domain::{Delivery, Status, time::parse_zone},
    queue::{Filter, Overview},
    report::{
        ReportError,
        rows::results::{self, Format, Order, Written},
    },
};

#[derive(Debug, Args)]
pub(crate) struct ExportArgs {
    /// The campaign
    #[arg(add = ArgValueCompleter::new(shell::campaigns))]
    name: String,
    /// The file [default: standard output]
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Only these statuses, such as `failed,in_doubt`
    #[arg(long, value_name = "S,…", value_delimiter = ',', value_parser = parse_status, add = shell::words(Status::ALL.map(Status::name).into()))]
    status: Vec<Status>,
    /// Only these deliveries, such as undelivered
    #[arg(long, value_name = "D,…", value_delimiter = ',', value_parser = parse_delivery, add = shell::words(Delivery::ALL.map(Delivery::name).into()))]
    delivery: Vec<Delivery>,
    /// csv, xlsx or jsonl [default: by the file's ending, else csv]
    #[arg(long, value_name = "FORMAT", value_parser = parse_format, add = shell::words(vec!["csv", "xlsx", "jsonl"]))]
    format: Option<Format>,
    /// Put an apostrophe before text that a spreadsheet would run as a formula
    #[arg(long)]
    excel_safe: bool,
    /// The time zone of the dates in a workbook, such as Asia/Kolkata [default: the campaign's, else UTC]
    #[arg(long, value_name = "IANA")]
    time_zone: Option<String>,
    /// Replace the file if it exists
    #[arg(long)]
    overwrite: bool,
}

fn parse_status(text: &str) -> Result<Status, UnknownWord> {
    Status::from_name(text.trim())
        .ok_or_else(|| UnknownWord::new(text, "not a status", &Status::ALL.map(Status::name)))
}

fn parse_delivery(text: &str) -> Result<Delivery, UnknownWord> {
    Delivery::from_name(text.trim())
        .ok_or_else(|| UnknownWord::new(text, "not a delivery", &Delivery::ALL.map(Delivery::name)))
}

fn parse_format(text: &str) -> Result<Format, UnknownWord> {
    Format::from_name(text).ok_or_else(|| UnknownWord::new(text, "not a format", &["csv", "xlsx", "jsonl"]))
}

pub(crate) async fn export(args: ExportArgs, context: &Context) -> Result<Exit, Failure> {
    let output = args.output.filter(|path| path.as_os_str() != "-");
    let order = Order {
        filter: Filter { statuses: args.status, deliveries: args.delivery },
        format: format(args.format, output.as_deref())?,
        is_excel_safe: args.excel_safe,
        zone: args.time_zone.as_deref().map(parse_zone).transpose()?,
    };
    let queue = context.queue_to_read().await?;
    let Overview { campaign, counts } = queue.overview(&args.name).await?;
    if let Some(path) = &output {
        outputs::check(&queue, path, args.overwrite).await?;
    }
    let written = match &output {
        Some(path) => results::write_file(&queue, &campaign, &order, path, args.overwrite).await,
        None => results::write(&queue, &campaign, &order, std::io::stdout()).await,
    };
    queue.close().await;
    match written {
        Ok(Written { n_rows: n, n_shortened }) => {
            if n_shortened > 0 {
                context.ui.warn(format!(
                    "{} held more text than a workbook's cell may, and ended with “[shortened]”; --format csv has them \
                     whole",
                    words::counted(n_shortened, "cell", "cells")
                ));
            }
            if let Some(path) = &output {
                context.ui.done(
                    format!("{} written to {}", words::counted(n, "row", "rows"), path.display()),
                    &json!({ "rows": n, "file": path }),
                );
                if let n @ 1.. = counts.of(Status::InDoubt) {
                    let doubts = words::about_doubts(&args.name);
                    context.ui.note(format!("{} in doubt; next: {doubts}", words::number(n)));
                }
            }
            Ok(Exit::Done)
        }
        // A reader that went away has what it wanted.
        Err(ReportError::Closed) => Ok(Exit::Done),
        Err(error) => Err(error.into()),
    }
}

/// The format that was asked for, or the one that the file's ending says.
fn format(asked_for: Option<Format>, output: Option<&Path>) -> Result<Format, Failure> {
    if let Some(format) = asked_for {
        return Ok(format);
    }
    let ending = output.filter(|path| !is_device(path)).and_then(Path::extension);
    let Some(ending) = ending else { return Ok(Format::default()) };
    let ending = ending.to_string_lossy().to_lowercase();
    Format::from_name(&ending).ok_or_else(|| {
        Failure::new(format!("a file that ends in `.{ending}` is none of the formats csv, xlsx and jsonl"))
            .hint("name the file so that it ends in .csv, .xlsx or .jsonl, or say the format: --format csv")
            .exit(Exit::Usage)
    })
}

/// A device or a pipe, whose name says nothing about a format.
fn is_device(path: &Path) -> bool {
    path.metadata().is_ok_and(|found| !found.is_file() && !found.is_dir())
}

/// Writes the results as CSV to a new file.
pub(crate) async fn export_to(name: &str, path: &Path, context: &Context) -> Result<(), Failure> {
    let queue = context.queue_to_read().await?;
    let campaign = queue.campaign(name).await?;
    results::write_file(&queue, &campaign, &Order::default(), path, true).await?;
    queue.close().await;
    Ok(())
}

impl From<OutputError> for Failure {
    fn from(error: OutputError) -> Self {
        let failure = Self::of(&error);
        match error {
            OutputError::Exists { .. } => failure
                .note("--overwrite replaces it, unless it is a list or a database")
                .hint("name another file"),
            OutputError::Database { .. } | OutputError::List { .. } => failure.hint("name another file"),
            OutputError::Queue(error) => Self::from(error),
            OutputError::Read { .. } => failure,
        }
    }
}

impl From<ReportError> for Failure {
    fn from(error: ReportError) -> Self {
        let failure = Self::of(&error);
        match error {
            ReportError::Queue(error) => Self::from(error),
            ReportError::Exists { .. } => failure.hint("name another file"),
            ReportError::DoesNotAddUp { .. } => failure.hint("catalink doctor --verify NAME tells more"),
            ReportError::File { .. }
            | ReportError::Output(_)
            | ReportError::Closed
            | ReportError::Workbook(_)
            | ReportError::Broken => failure,
        }
    }
}
