//! `report`: totals by tag, code, hour or country, and a page to pass on.

use std::path::PathBuf;

use clap::Args;
use clap_complete::ArgValueCompleter;
use serde_json::json;

use super::{costs::RatesArgs, status::reasons};
use crate::{
    app::{json, outputs, wording},
    cli::{
        Context, Exit, Failure,
        terminal::words::{self, UnknownWord},
        upkeep::shell,
    },
    domain::{Status, time::told_in},
    language::Language,
    queue::{Findings, Waits},
    report::{
        self,
        figures::{
            responses::Outcome,
            summary::{DOUBT_LINES_MAX, Summary},
            totals::{By, Table, write_total_csv},
        },
        page::{self, View},
    },
};

#[derive(Debug, Args)]
pub(crate) struct ReportArgs {
    /// The campaign
    #[arg(add = ArgValueCompleter::new(shell::campaigns))]
    name: String,
    /// Totals by ref, ref1, ref2, code, hour or country
    #[arg(long, value_name = "WHAT", value_parser = parse_by, add = shell::words(By::ALL.map(By::name).into()))]
    by: Option<By>,
    /// Print CSV
    #[arg(long, conflicts_with_all = ["html", "json"])]
    csv: bool,
    /// Write one page with charts, to be opened in a browser
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// The language of that page: en, de, es, pt or hi
    #[arg(long, value_name = "CODE", default_value_t, value_parser = parse_language, requires = "html",
        add = shell::words(Language::ALL.map(Language::code).into()))]
    language: Language,
    /// Replace the file if it exists
    #[arg(long)]
    overwrite: bool,
    /// The time zone of hours, such as Asia/Kolkata [default: the campaign's, else UTC]
    #[arg(long, value_name = "IANA")]
    time_zone: Option<String>,
    #[command(flatten)]
    rates: RatesArgs,
}

impl ReportArgs {
    /// The page of that campaign.
    pub(crate) fn page(name: &str, path: PathBuf) -> Self {
        let html = Some(path);
        Self {
            name: name.to_owned(),
            by: None,
            csv: false,
            html,
            language: Language::default(),
            overwrite: true,
            time_zone: None,
            rates: RatesArgs::default(),
        }
    }
}

fn parse_by(text: &str) -> Result<By, UnknownWord> {
    By::from_name(text).ok_or_else(|| UnknownWord::new(text, "nothing to count by", &By::ALL.map(By::name)))
}

fn parse_language(text: &str) -> Result<Language, UnknownWord> {
    Language::from_code(text)
        .ok_or_else(|| UnknownWord::new(text, "no language of the page", &Language::ALL.map(Language::code)))
}

pub(crate) async fn report(args: &ReportArgs, context: &Context) -> Result<Exit, Failure> {
    let queue = context.queue_to_read().await?;
    let campaign = queue.campaign(&args.name).await?;
    let zone = told_in(args.time_zone.as_deref(), campaign.plan.time_zone.as_deref())?;
    if let Some(path) = &args.html {
        outputs::check(&queue, path, args.overwrite).await?;
        let (now, language) = (context.clock.now(), args.language);
        let view = View { zone: &zone, now, language, advise: &report::advice };
        page::write_file(&queue, &campaign, view, path, args.overwrite).await?;
        context.ui.done(format!("the report is in {}", path.display()), &json!({ "file": path }));
    } else if let Some(by) = args.by {
        let table = Table::of(&queue, campaign.id, by, &zone).await?;
        if context.ui.is_json() {
            context.ui.json(&table);
        } else if args.csv {
            table.write_csv(std::io::stdout())?;
        } else {
            for line in aligned(&table.cells()) {
                context.ui.line(line);
            }
        }
    } else {
        let Findings { tally, waits, .. } = queue.findings(campaign.id, DOUBT_LINES_MAX).await?;
        let summary = Summary::checked(tally)?;
        let outcome = Outcome::of(&queue, campaign.id).await?;
        let costs = args.rates.costs(&queue, campaign.id, context).await?;
        if context.ui.is_json() {
            let mut told = json::report::totals(&args.name, &summary, &outcome, waits);
            told["cost"] = json!(costs.as_ref().map(|costs| json!({
                "delivered": costs.delivered.facts(),
                "accepted": costs.accepted.facts(),
            })));
            context.ui.json(&told);
        } else if args.csv {
            write_total_csv(&args.name, summary.counts(), &outcome, std::io::stdout())?;
        } else {
            totals(&args.name, &summary, &outcome, waits, context);
            if let Some(costs) = costs.filter(|costs| !costs.accepted.is_nothing()) {
                let (delivered, accepted) =
                    (wording::cost::sums(&costs.delivered), wording::cost::sums(&costs.accepted));
                let so_far = if costs.delivered.is_nothing() { "nothing" } else { delivered.as_str() };
                context.ui.line(format!(
                    "estimated cost: {so_far} delivered; {accepted} if all that were accepted arrive"
                ));
            }
        }
    }
    queue.close().await;
    Ok(Exit::Done)
}

/// The campaign as a whole: the funnel, and why some have failed.
fn totals(name: &str, summary: &Summary, outcome: &Outcome, waits: Option<Waits>, context: &Context) {
    let ui = context.ui;
    let funnel = summary.funnel();
    let share = |n: u64| report::share(n, funnel.accepted);
    for (what, n, share) in [
        ("rows", summary.total(), String::new()),
        ("left out", summary.n_left_out(), String::new()),
        ("accepted", funnel.accepted, String::new()),
        ("sent", funnel.sent, share(funnel.sent)),
        ("delivered", funnel.delivered, share(funnel.delivered)),
        ("read", funnel.read, share(funnel.read)),
        ("undelivered", funnel.undelivered, share(funnel.undelivered)),
        ("no receipt", funnel.no_receipt, share(funnel.no_receipt)),
        ("failed", summary.counts().of(Status::Failed), String::new()),
    ] {
        ui.line(format!("  {what:<12}{:>12}  {share}", words::number(n)).trim_end());
    }
    responses(outcome, context);
    if let Some(waits) = waits {
        ui.line(format!(
            "time to deliver: half within {}, nine in ten within {} (of {})",
            words::duration(waits.median),
            words::duration(waits.p90),
            words::counted(waits.n, "message", "messages"),
        ));
    }
    for (_, line) in reasons(summary) {
        ui.line(line);
    }
    let n_in_doubt = summary.counts().of(Status::InDoubt);
    if n_in_doubt > 0 {
        let lines = words::at_lines(summary.doubt_lines(), n_in_doubt);
        ui.line(format!("{} in doubt: {lines}", words::number(n_in_doubt)));
        ui.note(format!("next: {}", words::about_doubts(name)));
    }
    if funnel.is_silent() && funnel.accepted > 0 {
        ui.note("no receipts yet: accepted is not delivered");
    }
}

/// What people did, where anybody did anything.
fn responses(outcome: &Outcome, context: &Context) {
    if outcome.is_empty() {
        return;
    }
    let ui = context.ui;
    for (what, n, note) in outcome.figures() {
        ui.line(format!("  {what:<22}{:>8}  {note}", words::number(n)));
    }
    let steps = outcome.steps.named().map(|(name, n)| format!("{name} {}", words::number(n)));
    ui.line(format!("  {}", steps.join(" → ")));
    for sentence in outcome.ordered().into_iter().chain(outcome.compared()) {
        ui.line(sentence);
    }
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
