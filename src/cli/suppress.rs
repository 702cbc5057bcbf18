//! `suppress`: the numbers that no campaign may message.

use std::{io::Write, path::PathBuf};

use clap::{Args, Subcommand};

use super::{Context, Exit, Failure, words};
use crate::{
    domain::{NewRecipient, Phone, Standing},
    importer::{
        Added, Field, Plan, RecipientList,
        number::{self, Region, Rule},
    },
    queue::{Queue, QueueError},
};

/// How many numbers are read from the list at once.
const PAGE: u32 = 1_000;

#[derive(Debug, Args)]
pub(super) struct SuppressArgs {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Put numbers on the list; they leave every queue at once
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
        #[arg(short, value_name = "FILE")]
        output: Option<PathBuf>,
    },
}

pub(super) async fn suppress(args: SuppressArgs, context: &Context) -> Result<Exit, Failure> {
    let queue = context.queue_or_create().await?;
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
        Action::List => write_list(&queue, &mut std::io::stdout().lock()).await?,
        Action::Import { file, reason, column, region } => {
            let numbers = read_file(&file, column, region)?;
            let n_given = numbers.len() as u64;
            let n_new = queue.suppress(numbers, reason, now).await?;
            report_added(n_given, n_new, context);
        }
        Action::Export { output: None } => write_list(&queue, &mut std::io::stdout().lock()).await?,
        Action::Export { output: Some(path) } => {
            let mut file = std::fs::File::create_new(&path).map_err(|error| {
                Failure::from(error).while_doing(format!("cannot write `{}`", path.display()))
            })?;
            write_list(&queue, &mut file).await?;
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
            number::read(text, rule)
                .map(|number| number.phone)
                .map_err(|refusal| Failure::new(format!("`{text}`: {}", refusal.text)))
        })
        .collect()
}

/// Every good number of a file. A list of people who said no is read with the same care as one of recipients, and one
/// row that cannot be read is an error: leaving it out would message them.
fn read_file(
    path: &std::path::Path,
    column: Option<String>,
    region: Option<Region>,
) -> Result<Vec<Phone>, Failure> {
    let cannot = |failure: Failure| failure.while_doing(format!("cannot import `{}`", path.display()));
    let plan = Plan {
        columns: column.map(|header| (Field::To, header)).into_iter().collect(),
        region,
        ..Plan::default()
    };
    let list = RecipientList::open(path, &plan).map_err(|error| cannot(Failure::of(&error)))?;
    let mut numbers = Vec::new();
    let mut refused = Vec::new();
    let mut keep = |batch: Vec<NewRecipient>| {
        for row in batch {
            match row.standing {
                Standing::Good(phone) => numbers.push(phone),
                Standing::Rejected(rejection) => refused.push((row.line, rejection.text)),
            }
        }
        Ok::<_, QueueError>(Added::default())
    };
    list.read(&plan, &mut |_| {}, &mut keep).map_err(|error| cannot(Failure::of(&error)))?;
    if let Some((line, text)) = refused.first() {
        let n = words::counted(refused.len() as u64, "row cannot be read", "rows cannot be read");
        return Err(cannot(
            Failure::new(format!("{n}, the first on line {line}: {text}"))
                .hint("mend or remove those rows; nobody who said no may be left out silently"),
        ));
    }
    Ok(numbers)
}

async fn write_list(queue: &Queue, out: &mut impl Write) -> Result<(), Failure> {
    let mut writer = csv::Writer::from_writer(out);
    let mut written = writer.write_record(["to", "reason", "added_at"]);
    let mut after = None;
    loop {
        let page = queue.suppressions(after, PAGE).await?;
        let Some(last) = page.last() else { break };
        after = Some(last.number);
        for row in &page {
            written = written.and_then(|()| {
                writer.write_record([row.number.e164(), row.reason.clone(), row.added_at.to_string()])
            });
        }
        if written.is_err() {
            break;
        }
    }
    // A reader that went away does not want the rest.
    drop(written);
    drop(writer.flush());
    Ok(())
}
