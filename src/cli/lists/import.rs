//! `import`: a recipient list into a campaign.

use std::{
    io::Read,
    path::{Path, PathBuf},
    sync::Arc,
};

use clap::Args;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::json;

use crate::{
    app::import::{self, ImportError},
    cli::{Context, Exit, Failure, terminal::words},
    config::parse_size,
    domain::{Campaign, Template},
    importer::{Field, FileError, Named, Plan, Report, SIZE_BYTES_MAX, number::Numbers},
    queue::Queue,
};

/// How many groups of problems are shown.
const GROUPS_MAX: usize = 12;

#[derive(Debug, Args)]
pub(crate) struct ImportArgs {
    /// The campaign
    name: String,
    /// The files: csv, tsv, xlsx, xls, ods, or a zip or gz of these; - is standard input
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) reading: ReadingArgs,
    /// Write the rejected rows here, with what to fix, to be imported again
    #[arg(long, value_name = "FILE")]
    rejects: Option<PathBuf>,
    /// Check the file and count; keep nothing
    #[arg(long)]
    dry_run: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// How a file is to be read; shared by `import` and `send`. What is not said is found out.
#[derive(Debug, Default, Args)]
pub(crate) struct ReadingArgs {
    /// Use a column, by its header or number, for to, country, consent, ref, ref1, ref2 or a variable of the message
    #[arg(long = "column", value_name = "FIELD=HEADER")]
    columns: Vec<String>,
    /// The country of numbers without a country code, such as IN; `international` where every number includes its own
    #[arg(long, value_name = "CC")]
    region: Option<String>,
    /// The character between fields; `tab` is one
    #[arg(long, value_name = "CHAR")]
    delimiter: Option<String>,
    /// The encoding, such as utf-8, windows-1252 or utf-16le
    #[arg(long, value_name = "NAME")]
    encoding: Option<String>,
    /// The sheet of a workbook
    #[arg(long, value_name = "NAME")]
    sheet: Option<String>,
    /// The file inside a zip
    #[arg(long, value_name = "NAME")]
    member: Option<String>,
    /// Of several numbers in a cell, take the first valid one, all, or reject the row
    #[arg(long, value_name = "first|all|reject", default_value = "first")]
    numbers: Numbers,
    /// The largest size of an archive's content, such as 50MB
    #[arg(long, value_name = "SIZE", value_parser = parse_size)]
    max_size: Option<u64>,
    /// The first row is a recipient, not a header
    #[arg(long)]
    no_header: bool,
}

impl ReadingArgs {
    /// The plan for a campaign's files.
    fn plan(&self, campaign: &Campaign, rejects: Option<PathBuf>) -> Result<Plan, Failure> {
        let mut columns = Vec::new();
        for text in &self.columns {
            let Some((field, header)) = text.split_once('=') else {
                return Err(Failure::new(format!("`--column {text}` is not FIELD=HEADER"))
                    .hint("--column to=\"Mobile Number\"")
                    .exit(Exit::Usage));
            };
            let field: Field = field.parse().unwrap_or_else(|never| match never {});
            columns.push((field, header.to_owned()));
        }
        let delimiter = match self.delimiter.as_deref() {
            None => None,
            Some("tab" | "\\t" | "\t") => Some(b'\t'),
            Some(text) => match text.as_bytes() {
                [byte] => Some(*byte),
                _ => {
                    return Err(
                        Failure::new(format!("`{text}` is not one ASCII character")).exit(Exit::Usage)
                    );
                }
            },
        };
        let template = |text: &String| Template::parse(text);
        let [ref0, ref1, ref2] = &campaign.plan.refs;
        let mut plan = Plan {
            columns,
            delimiter,
            encoding: self.encoding.clone(),
            sheet: self.sheet.clone(),
            member: self.member.clone(),
            numbers: self.numbers,
            size_max: self.max_size.unwrap_or(SIZE_BYTES_MAX),
            has_header: self.no_header.then_some(false),
            message: Some(Template::parse(&campaign.plan.message)?),
            refs: [
                ref0.as_ref().map(template).transpose()?,
                ref1.as_ref().map(template).transpose()?,
                ref2.as_ref().map(template).transpose()?,
            ],
            rejects,
            ..Plan::default()
        };
        if let Some(text) = &self.region {
            plan.set_region(text).map_err(|error| Failure::of(&error).exit(Exit::Usage))?;
        }
        Ok(plan)
    }
}

pub(crate) async fn run(args: &ImportArgs, context: &Context) -> Result<Exit, Failure> {
    if args.rejects.is_some() && args.files.len() > 1 {
        return Err(Failure::new("--rejects goes with one file at a time").exit(Exit::Usage));
    }
    let queue = context.queue().await?;
    let campaign = queue.campaign(&args.name).await?;
    let mut reports = Vec::new();
    for file in &args.files {
        let plan = args.reading.plan(&campaign, args.rejects.clone())?;
        match import_file(&queue, &campaign, file, plan, args.dry_run, context).await {
            Ok(report) => {
                if !args.json {
                    show(file, &report, args.dry_run, context);
                }
                reports.push(report);
            }
            Err(Refused::File(error)) if args.json => {
                let mut answer = json!({ "error": {
                    "code": error.code().map(crate::importer::FileCode::name),
                    "message": Failure::of(&error).words.join(": "),
                    "choices": error.choices(),
                }});
                if args.files.len() > 1 {
                    answer["error"]["file"] = json!(file);
                    answer["imported"] = json!(reports);
                }
                context.ui.json(&answer);
                return Ok(Exit::Error);
            }
            Err(refused) => return Err(refused.failure(file)),
        }
    }
    if args.json {
        match reports.as_slice() {
            [one] => context.ui.json(one),
            all => context.ui.json(&all),
        }
    } else {
        next_step(args, &reports, context);
    }
    queue.close().await;
    Ok(Exit::Done)
}

fn next_step(args: &ImportArgs, reports: &[Report], context: &Context) {
    let name = &args.name;
    let n_rejected: u64 = reports.iter().map(|report| report.rejected).sum();
    if n_rejected > 0 && args.rejects.is_none() {
        context
            .ui
            .note("next: --rejects FILE writes the rejected rows to a file, to be fixed and imported again");
    }
    if args.dry_run {
        context.ui.note("dry run: nothing was kept");
    } else if reports.iter().any(|report| report.queued > 0) {
        context.ui.note(format!(
            "next: catalink preview {name}, catalink test {name} --to YOUR_NUMBER, catalink run {name}"
        ));
    }
}

/// Why a file was not imported.
pub(crate) enum Refused {
    /// The file itself.
    File(FileError),
    /// Something else.
    Other(Failure),
}

impl Refused {
    pub(crate) fn failure(self, file: &Path) -> Failure {
        match self {
            Self::File(error) => {
                Failure::of(&error).while_doing(format!("cannot import `{}`", file.display()))
            }
            Self::Other(failure) => failure,
        }
    }
}

impl<E: Into<Failure>> From<E> for Refused {
    fn from(error: E) -> Self {
        Self::Other(error.into())
    }
}

impl From<ImportError> for Refused {
    fn from(error: ImportError) -> Self {
        match error {
            ImportError::File(error) => Self::File(error),
            ImportError::Queue(error) => Self::Other(error.into()),
            error @ (ImportError::Rejects(_) | ImportError::Reading(_)) => Self::Other(Failure::of(&error)),
        }
    }
}

/// Imports one file into a campaign, with a bar in bytes.
pub(crate) async fn import_with(
    queue: &Queue,
    campaign: &Campaign,
    file: &Path,
    reading: &ReadingArgs,
    context: &Context,
) -> Result<Report, Refused> {
    let plan = reading.plan(campaign, None)?;
    import_file(queue, campaign, file, plan, false, context).await
}

async fn import_file(
    queue: &Queue,
    campaign: &Campaign,
    file: &Path,
    plan: Plan,
    is_dry_run: bool,
    context: &Context,
) -> Result<Report, Refused> {
    // Standard input is kept in a file until the import is over: it is read twice.
    let spooled = if file == Path::new("-") { Some(spool()?) } else { None };
    let path = spooled.as_ref().map_or(file, |file| file.path()).to_owned();
    let file_name = match &spooled {
        Some(_) => "standard input".to_owned(),
        None => file.file_name().unwrap_or(file.as_os_str()).to_string_lossy().into_owned(),
    };
    let plan = Arc::new(plan);
    let list = import::open(path, Arc::clone(&plan)).await?;
    let known = import::earlier(queue, campaign.id, &list, 0).await?;
    let into = import::Into { campaign: campaign.id, file_name, is_dry_run };
    let bar = bar(context, list.bytes());
    let on_bytes = {
        let bar = bar.clone();
        move |n_bytes| bar.set_position(n_bytes)
    };
    let result = import::read(queue, into, list, plan, on_bytes, context.clock.now()).await;
    bar.finish_and_clear();
    let mut report = result?;
    if let Some(known) = known {
        report.notes.insert(
            0,
            format!("the same file was imported before, as `{}`; nobody is added twice", known.file_name),
        );
    }
    Ok(report)
}

fn spool() -> Result<tempfile::NamedTempFile, Failure> {
    let mut file = tempfile::NamedTempFile::new()?;
    std::io::copy(&mut std::io::stdin().lock().take(u64::MAX), &mut file)
        .map_err(|error| Failure::from(error).while_doing("cannot read standard input"))?;
    Ok(file)
}

fn bar(context: &Context, n_bytes: u64) -> ProgressBar {
    if !context.ui.draws() {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{wide_bar} {bytes} of {total_bytes}, {eta} left")
        .expect("the template is a constant")
        .progress_chars("━╸─");
    ProgressBar::with_draw_target(Some(n_bytes), ProgressDrawTarget::stderr_with_hz(8)).with_style(style)
}

/// The report in words: what was found, figures that add up, and problems by what mends them.
pub(crate) fn show(file: &Path, report: &Report, is_dry_run: bool, context: &Context) {
    let ui = context.ui;
    let would = if is_dry_run { " (dry run)" } else { "" };
    ui.line(format!("{}: {}{would}", file.display(), words::counted(report.rows, "row", "rows")));
    let figures = [
        ("queued", report.queued),
        ("rejected", report.rejected),
        ("duplicate", report.duplicate),
        ("suppressed", report.suppressed),
    ];
    for (what, n) in figures {
        if n > 0 || what == "queued" {
            ui.line(format!("  {what:<12}{:>12}", words::number(n)));
        }
    }
    if report.ignored > 0 {
        ui.line(format!(
            "  {} (blank, repeated header or footer)",
            words::counted(report.ignored, "row ignored", "rows ignored")
        ));
    }
    ui.note(format!("read as {}", read_as(report)));
    for note in &report.notes {
        ui.note(format!("note: {note}"));
    }
    for group in report.groups.iter().take(GROUPS_MAX) {
        ui.sentence(format!("{} {}: {}", words::number(group.count), group.code, group.what_to_do));
        for example in &group.examples {
            ui.line(format!("    line {}: {}", example.line, in_one_line(&example.value)));
        }
    }
}

/// A cell as it fits into a list.
fn in_one_line(value: &str) -> String {
    const CHARS_MAX: usize = 60;
    let words: Vec<&str> = value.split(|c: char| c.is_whitespace() || c.is_control()).collect();
    let line = words.join(" ");
    match line.char_indices().nth(CHARS_MAX) {
        _ if line.trim().is_empty() => "(blank)".to_owned(),
        Some((at, _)) => format!("{}…", &line[..at]),
        None => line,
    }
}

/// What the file was found to be and which column became what, so that a wrong guess is seen.
fn read_as(report: &Report) -> String {
    let detected = &report.detected;
    let mut facts = vec![detected.format.clone()];
    facts.extend(detected.packed.as_ref().map(|packed| format!("holding {packed}")));
    facts.extend(detected.member.as_ref().map(|member| format!("member `{member}`")));
    facts.extend(detected.sheet.as_ref().map(|sheet| format!("sheet `{sheet}`")));
    facts.extend(detected.encoding.clone());
    facts.extend(detected.delimiter.as_ref().map(|delimiter| match delimiter.as_str() {
        "\t" => "tabs between fields".to_owned(),
        other => format!("`{other}` between fields"),
    }));
    facts.push(detected.header.map_or("no header".to_owned(), |line| format!("header on line {line}")));
    for (field, named) in &report.columns {
        let columns = match named {
            Named::One(column) => format!("`{column}`"),
            Named::Several(columns) => {
                columns.iter().map(|column| format!("`{column}`")).collect::<Vec<_>>().join(" or ")
            }
        };
        let field = if field == "to" { "the number" } else { field };
        facts.push(format!("{field} from {columns}"));
    }
    facts.join(", ")
}
