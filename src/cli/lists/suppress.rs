//! `suppress`: the numbers that no campaign may message.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};

use super::import::file_failure;
use crate::{
    app::outputs,
    cli::{Context, Exit, Failure, terminal::words},
    domain::{Phone, RowCode},
    importer::{
        Column, Field, Hidden, Numbers, OptOutError, Plan, ReadingOptions,
        number::{self, Region, Rule},
        opt_outs,
    },
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
        #[arg(required = true, value_name = "NUMBER")]
        numbers: Vec<String>,
        /// The country of numbers without a country code
        #[arg(long, value_name = "CC")]
        region: Option<Region>,
    },
    /// Print the list
    List,
    /// Put the numbers of a file on the list
    Import {
        /// The file, of any kind that `import` reads
        file: PathBuf,
        /// Why, for those who look later
        #[arg(long, default_value = "imported")]
        reason: String,
        /// The column of the numbers
        #[arg(long, value_name = "HEADER")]
        column: Option<String>,
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
            let n_given = numbers.len() as u64;
            let n_new = queue.suppress(read_all(&numbers, region)?, reason, now).await?;
            report_added(n_given, n_new, context);
        }
        Action::Remove { numbers, region } => {
            let n = queue.unsuppress(read_all(&numbers, region)?).await?;
            context.ui.note(format!("{} taken off the list", words::counted(n, "number", "numbers")));
        }
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
            let numbers = read_file(&file, column, region)?;
            let n_given = numbers.len() as u64;
            let n_new = queue.suppress(numbers, reason, now).await?;
            report_added(n_given, n_new, context);
        }
    }
    queue.close().await;
    Ok(Exit::Done)
}

fn report_added(n_given: u64, n_new: u64, context: &Context) {
    context.ui.note(format!(
        "{} put on the list, {} there already",
        words::counted(n_new, "number", "numbers"),
        words::number(n_given - n_new)
    ));
}

fn read_all(texts: &[String], region: Option<Region>) -> Result<Vec<Phone>, Failure> {
    let rule = Rule { region, includes_country_code: false };
    texts
        .iter()
        .map(|text| {
            number::read(text, rule).map(|number| number.phone).map_err(|refusal| {
                let failure = Failure::new(format!("`{text}`: {}", refusal.text));
                let is_of_country = refusal.code == RowCode::PhoneAmbiguousCountry;
                if is_of_country { failure.hint("--region IN") } else { failure }
            })
        })
        .collect()
}

/// Every number of a file, of all that a cell holds.
fn read_file(path: &Path, column: Option<String>, region: Option<Region>) -> Result<Vec<Phone>, Failure> {
    let options = ReadingOptions {
        columns: column.map(|header| (Field::To, Column::Named(header))).into_iter().collect(),
        region,
        // Whoever asked not to be messaged did so, whether or not the row is shown.
        hidden: Some(Hidden::Include),
        numbers: Numbers::All,
        ..ReadingOptions::default()
    };
    opt_outs(path, &Plan::from(options)).map_err(|error| {
        let failure = match &error {
            OptOutError::File(error) => file_failure(error),
            OptOutError::Rows { .. } => Failure::of(&error).hint(
                "fix or remove those rows, so that nobody who asked not to be messaged is left out silently",
            ),
        };
        failure.while_doing(format!("cannot import `{}`", path.display()))
    })
}
