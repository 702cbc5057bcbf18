//! `suppress`: the numbers that no campaign may message.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::import::file_failure;
use crate::{
    app::{json::people, lists::opt_outs::suppressions as suppressions_of, outputs},
    cli::{
        Context, Exit, Failure,
        terminal::{question::ConsentArgs, words},
    },
    domain::{Phone, RowCode, Timestamp},
    importer::{
        Column, Field, Hidden, OptOutError, OptOuts, Plan, ReadingOptions, Unread,
        number::{self, Region, Rule},
        opt_outs,
    },
    queue::{Queue, Suppressed, Suppression},
    report::{ReportError, rows::suppressions},
};

#[derive(Debug, Args)]
pub(crate) struct SuppressArgs {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Put numbers on the list; they are removed from every queue at once
    Add {
        /// The numbers
        #[arg(required = true, value_name = "NUMBER")]
        numbers: Vec<String>,
        /// Why, for those who look later
        #[arg(long, default_value = "added by the operator")]
        reason: String,
        /// The country of numbers without a country code
        #[arg(long, value_name = "CC")]
        region: Option<Region>,
    },
    /// Take numbers off the list
    Remove {
        /// The numbers
        #[arg(required_unless_present = "source", conflicts_with = "source", value_name = "NUMBER")]
        numbers: Vec<String>,
        /// Everybody whose own words or settings put them there, since a time: undoes a flood of forged messages
        #[arg(long, value_name = "keyword", value_parser = ["keyword"], requires = "since")]
        source: Option<String>,
        /// Since when
        #[arg(long, value_name = "RFC3339", requires = "source", value_parser = Timestamp::parse)]
        since: Option<Timestamp>,
        #[command(flatten)]
        consent: ConsentArgs,
        /// The country of numbers without a country code
        #[arg(long, value_name = "CC")]
        region: Option<Region>,
    },
    /// Print the list
    List,
    /// Put the numbers of a file on the list, with the reasons and times that it gives
    Import {
        /// The file, of any kind that `import` reads
        file: PathBuf,
        /// Why, where the file gives no reason
        #[arg(long, default_value = "imported")]
        reason: String,
        /// A column of numbers; may be repeated [default: every column of numbers]
        #[arg(long, value_name = "HEADER")]
        column: Vec<String>,
        /// The country of numbers without a country code
        #[arg(long, value_name = "CC")]
        region: Option<Region>,
    },
    /// Write the list as CSV
    Export {
        /// The file [default: standard output]
        #[arg(short, long, value_name = "FILE")]
        output: Option<PathBuf>,
        /// Replace the file if it exists
        #[arg(long)]
        overwrite: bool,
    },
}

pub(crate) async fn suppress(args: SuppressArgs, context: &Context) -> Result<Exit, Failure> {
    let queue = match &args.action {
        Action::List | Action::Export { .. } if context.settings.db.exists() => {
            context.queue_to_read().await?
        }
        Action::List
        | Action::Export { .. }
        | Action::Add { .. }
        | Action::Remove { .. }
        | Action::Import { .. } => context.queue_or_create().await?,
    };
    let now = context.clock.now();
    match args.action {
        Action::Add { numbers, reason, region } => {
            let numbers = read_all(&numbers, region)?;
            let new = |number| Suppression { number, reason: reason.clone(), added_at: now };
            let list: Vec<_> = numbers.into_iter().map(new).collect();
            let n_given = list.len() as u64;
            report_added(n_given, &queue.suppress_all(list, &reason, now).await?, json!({}), context);
        }
        Action::Remove { since: Some(since), consent, .. } => {
            let sentence = format!(
                "This takes everybody off the list whose own words or settings put them there since {since}: they can be \
                 messaged again."
            );
            if consent.ask(&sentence, context)? {
                let n = queue.undo_keywords(since).await?;
                let text = format!("{} taken off the list", words::counted(n, "number", "numbers"));
                context.ui.done(text, &people::unsuppressed(n));
            }
        }
        Action::Remove { numbers, region, .. } => {
            let n = queue.unsuppress(read_all(&numbers, region)?, "").await?;
            context.ui.done(
                format!("{} taken off the list", words::counted(n, "number", "numbers")),
                &people::unsuppressed(n),
            );
        }
        Action::List if context.ui.is_json() => list(&queue, context).await?,
        Action::List | Action::Export { output: None, .. } => {
            match suppressions::write(&queue, &mut std::io::stdout().lock()).await {
                // A reader that went away has what it wanted.
                Ok(()) | Err(ReportError::Closed) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Action::Export { output: Some(path), overwrite } => {
            outputs::check(&queue, &path, overwrite).await?;
            suppressions::write_file(&queue, &path, overwrite).await?;
        }
        Action::Import { file, reason, column, region } => {
            let found = read_file(&file, column, region)?;
            let list = suppressions_of(&found, &reason, now);
            let n_given = list.len() as u64;
            report_read(&found, context);
            report_added(n_given, &queue.suppress_all(list, &reason, now).await?, facts(&found), context);
            report_unread(&found, context);
        }
    }
    queue.close().await;
    Ok(Exit::Done)
}

/// The list as one array of JSON, page by page.
async fn list(queue: &Queue, context: &Context) -> Result<(), Failure> {
    const PAGE: u32 = 1_000;
    let (mut after, mut separator) = (None, "[");
    loop {
        let page = queue.suppressions(after, PAGE).await?;
        let Some(last) = page.last() else { break };
        after = Some(last.number);
        for entry in page.iter().map(people::suppression) {
            context.ui.line(format!("{separator}{entry}"));
            separator = ",";
        }
    }
    context.ui.line(if separator == "[" { "[]" } else { "]" });
    Ok(())
}

/// How many rows that could not be read are named.
const UNREAD_SHOWN: usize = 20;

fn report_read(found: &OptOuts, context: &Context) {
    context.ui.note(format!(
        "{} with {} in {} {}",
        words::counted(found.n_rows, "row", "rows"),
        words::counted(found.numbers.len() as u64, "number", "numbers"),
        if found.columns.len() == 1 { "column" } else { "columns" },
        words::listed(&found.columns)
    ));
}

/// What was read of a file, for programs.
fn facts(found: &OptOuts) -> Value {
    let unread = found.unread.iter().take(UNREAD_SHOWN).map(|unread| {
        let Unread { line, column, found, text } = unread;
        json!({ "line": line, "column": column, "value": found, "message": text })
    });
    json!({
        "rows": found.n_rows,
        "numbers": found.numbers.len(),
        "columns": found.columns,
        "unread_total": found.n_unread,
        "unread": unread.collect::<Vec<_>>(),
    })
}

/// Says how many numbers are new, and which queues they left. `facts` are what a program is told beside that.
fn report_added(n_given: u64, suppressed: &Suppressed, mut facts: Value, context: &Context) {
    let n_known = n_given.saturating_sub(suppressed.n_new);
    if let (Some(facts), Value::Object(done)) =
        (facts.as_object_mut(), people::suppressed(n_given, suppressed))
    {
        facts.extend(done);
    }
    context.ui.done(
        format!(
            "{} put on the list, {} there already",
            words::counted(suppressed.n_new, "number", "numbers"),
            words::number(n_known)
        ),
        &facts,
    );
    for (name, n) in &suppressed.left {
        context.ui.note(format!("{} left the queue of `{name}`", words::recipients(*n)));
    }
}

/// What costs its own line alone is named, so that nobody who asked not to be messaged is left out silently.
fn report_unread(found: &OptOuts, context: &Context) {
    if found.n_unread == 0 {
        return;
    }
    context.ui.note(format!(
        "not read: {}, whose owners can still be messaged; fix the lines and import the file again:",
        words::counted(found.n_unread, "number", "numbers")
    ));
    for unread in found.unread.iter().take(UNREAD_SHOWN) {
        let Unread { line, column, found, text } = unread;
        let place = if column.is_empty() { String::new() } else { format!(", column `{column}`: `{found}`") };
        context.ui.note(format!("  line {line}{place}: {text}"));
    }
    let n_shown = found.unread.len().min(UNREAD_SHOWN) as u64;
    if n_shown < found.n_unread {
        context.ui.note(format!("  and {} more", words::number(found.n_unread - n_shown)));
    }
}

fn read_all(texts: &[String], region: Option<Region>) -> Result<Vec<Phone>, Failure> {
    let rule = Rule::of_region(region);
    texts
        .iter()
        .map(|text| {
            number::read(text, rule).map(|number| number.phone).map_err(|refusal| {
                let failure = Failure::new(format!("`{text}`: {}", refusal.text)).exit(Exit::Usage);
                let is_of_country = refusal.code == RowCode::PhoneAmbiguousCountry;
                if is_of_country { failure.hint("--region IN") } else { failure }
            })
        })
        .collect()
}

/// Every number of a file, of all that a cell holds.
fn read_file(path: &Path, columns: Vec<String>, region: Option<Region>) -> Result<OptOuts, Failure> {
    let options = ReadingOptions {
        columns: columns.into_iter().map(|header| (Field::To, Column::Named(header))).collect(),
        region,
        // Whoever asked not to be messaged did so, whether or not the row is shown.
        hidden: Some(Hidden::Include),
        ..ReadingOptions::default()
    };
    opt_outs(path, &Plan::from(options)).map_err(|error| {
        let failure = match &error {
            OptOutError::File(error) => file_failure(error),
            OptOutError::Rows { .. } => Failure::of(&error)
                .hint("say which country the numbers are of (--region IN), or name their column"),
        };
        failure.while_doing(format!("cannot import `{}`", path.display()))
    })
}
