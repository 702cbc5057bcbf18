//! `report`: totals by tag, code, hour or country, and a page to pass on.

use std::path::PathBuf;

use clap::Args;
use jiff::tz::TimeZone;
use serde_json::json;

use super::{Context, Exit, Failure, words};
use crate::{
    domain::{Status, time::parse_zone},
    provider::kaleyra::meta_codes,
    report::{
        Advice,
        page::{self, View},
        summary::Summary,
        totals::{By, Table},
    },
};

#[derive(Debug, Args)]
pub(super) struct ReportArgs {
    /// The campaign
    name: String,
    /// Totals by ref, ref1, ref2, code, hour or country
    #[arg(long, value_name = "WHAT", value_parser = parse_by)]
    by: Option<By>,
    /// Print JSON
    #[arg(long, conflicts_with_all = ["csv", "html"])]
    json: bool,
    /// Print CSV
    #[arg(long, conflicts_with = "html", requires = "by")]
    csv: bool,
    /// Write one page with charts, to be opened in a browser
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// Replace the file if it exists
    #[arg(long)]
    overwrite: bool,
    /// The time zone of hours, such as Asia/Kolkata [default: the campaign's, else UTC]
    #[arg(long, value_name = "IANA")]
    time_zone: Option<String>,
}

fn parse_by(text: &str) -> Result<By, String> {
    By::from_name(text).ok_or_else(|| {
        format!("`{text}` is nothing to count by; there are {}", By::ALL.map(By::name).join(", "))
    })
}

pub(super) async fn report(args: &ReportArgs, context: &Context) -> Result<Exit, Failure> {
    let queue = context.queue().await?;
    let campaign = queue.campaign(&args.name).await?;
    let zone = match args.time_zone.as_deref().or(campaign.plan.time_zone.as_deref()) {
        Some(name) => parse_zone(name)?,
        None => TimeZone::UTC,
    };
    if let Some(path) = &args.html {
        let view = View { zone: &zone, now: context.clock.now(), advise: &advise };
        page::write_file(&queue, &campaign, view, path, args.overwrite).await?;
        context.ui.note(format!("the report is in {}", path.display()));
    } else if let Some(by) = args.by {
        let table = Table::of(&queue, campaign.id, by, &zone).await?;
        if args.json {
            context.ui.json(&table);
        } else if args.csv {
            table.write_csv(std::io::stdout())?;
        } else {
            for line in aligned(&table.cells()) {
                context.ui.line(line);
            }
        }
    } else {
        totals(&Summary::of(&queue, campaign.id).await?, args, context);
    }
    queue.close().await;
    Ok(Exit::Done)
}

/// The campaign as a whole: the funnel, and why some have failed.
fn totals(summary: &Summary, args: &ReportArgs, context: &Context) {
    let ui = context.ui;
    let funnel = summary.funnel();
    let n_in_doubt = summary.counts().of(Status::InDoubt);
    if args.json {
        let failures: Vec<_> =
            summary.failures().iter().map(|it| json!({ "code": it.code, "n": it.n })).collect();
        ui.json(&json!({
            "campaign": args.name, "total": summary.total(), "left_out": summary.n_left_out(),
            "funnel": funnel, "failures": failures, "in_doubt": n_in_doubt,
            "doubt_lines": summary.doubt_lines(),
        }));
        return;
    }
    for (what, n) in [
        ("rows", summary.total()),
        ("left out", summary.n_left_out()),
        ("accepted", funnel.accepted),
        ("sent", funnel.sent),
        ("delivered", funnel.delivered),
        ("read", funnel.read),
        ("undelivered", funnel.undelivered),
        ("still open", funnel.n_open()),
    ] {
        ui.line(format!("  {what:<12}{:>12}", words::number(n)));
    }
    for failure in summary.failures() {
        let what = advise(&failure.code)
            .map(|advice| format!("{}; {}", advice.meaning, advice.what_to_do))
            .or_else(|| failure.example.clone());
        ui.line(format!(
            "{} failed: {} {}",
            words::number(failure.n),
            failure.code,
            what.unwrap_or_default()
        ));
    }
    if n_in_doubt > 0 {
        let lines = words::at_lines(summary.doubt_lines(), n_in_doubt);
        ui.line(format!("{} in doubt: {lines}", words::number(n_in_doubt)));
        ui.note(format!("next: {}", words::about_doubts(&args.name)));
    }
    if funnel.is_silent() {
        ui.note("no receipts yet: accepted is not delivered");
    }
}

/// What a code means and what to do about it, where that is known.
fn advise(code: &str) -> Option<Advice> {
    meta_codes::advice(code)
        .map(|advice| Advice { meaning: advice.title.to_owned(), what_to_do: advice.what_to_do.to_owned() })
}

/// Rows of text under each other: the first column to the left, figures to the right.
fn aligned(rows: &[Vec<String>]) -> Vec<String> {
    let n_columns = rows.iter().map(Vec::len).max().unwrap_or_default();
    let width =
        |column: usize| rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max();
    let widths: Vec<usize> = (0..n_columns).map(|column| width(column).unwrap_or_default()).collect();
    rows.iter()
        .map(|row| {
            let cells = row.iter().zip(&widths).enumerate().map(|(column, (cell, width))| {
                if column == 0 { format!("{cell:<width$}") } else { format!("{cell:>width$}") }
            });
            cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
        })
        .collect()
}
