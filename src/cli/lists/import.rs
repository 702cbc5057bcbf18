//! `import`: a recipient list into a campaign.

use std::{
    io::Read,
    path::{Path, PathBuf},
    sync::Arc,
};

use clap::Args;
use clap_complete::ArgValueCompleter;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde::Serialize;
use serde_json::{Value, json};

use super::removal;
use crate::{
    app::{
        json::list::Printed,
        lists::import::{self, ImportError, ListSet},
        outputs,
        wording::{Face, list, question},
    },
    cli::{
        Context, Exit, Failure,
        terminal::{question::ConsentArgs, words},
        upkeep::shell,
    },
    config::parse_size,
    domain::{Campaign, days::DayOrder},
    importer::{FileCode, FileError, Hidden, Note, Plan, ReadingOptions, Report, number::Numbers},
    queue::Queue,
};

/// How many groups of problems are shown.
const GROUPS_MAX: usize = 12;

#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub(crate) struct ImportArgs {
    /// The campaign
    #[arg(add = ArgValueCompleter::new(shell::campaigns))]
    name: String,
    /// The files: csv, tsv, xlsx, xls, ods, or a zip or gz of these; - is standard input
    #[arg(required_unless_present = "undo", value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Take the campaign's earlier lists out first; only before anybody of them was messaged
    #[arg(long)]
    replace: bool,
    /// Take the last list out again; only before anybody of it was messaged
    #[arg(long, conflicts_with_all = ["replace", "files", "rejects", "strict"])]
    undo: bool,
    /// Do not ask first
    #[arg(long, conflicts_with = "dry_run")]
    yes: bool,
    #[command(flatten)]
    pub(crate) reading: ReadingArgs,
    /// Write the rejected rows to this file, with what to fix, to be imported again
    #[arg(long, value_name = "FILE")]
    rejects: Option<PathBuf>,
    /// Replace the file of rejected rows if it exists
    #[arg(long, requires = "rejects")]
    overwrite: bool,
    /// Exit with 3 when a row is rejected
    #[arg(long)]
    strict: bool,
    /// Check the file and count; keep nothing
    #[arg(long)]
    dry_run: bool,
}

/// How a file is to be read; shared by `import` and `send`. What is not said is found out.
#[derive(Debug, Default, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub(crate) struct ReadingArgs {
    /// Use a column, by its header or number, for to, country, consent (a no
    /// rejects the row), `opt_out` (a yes rejects it), `wrote_at` (when the person wrote last), `time_zone`, ref, ref1, ref2 or a
    /// variable of the message
    #[arg(long = "column", value_name = "FIELD=HEADER")]
    columns: Vec<String>,
    /// The country of numbers without a country code, such as IN; `international` where every number includes its own
    #[arg(long, value_name = "CC")]
    region: Option<String>,
    /// The character between fields; `tab` is one
    #[arg(long, value_name = "CHAR")]
    delimiter: Option<String>,
    /// The encoding, such as utf-8, windows-1252, cp850, mac-roman or utf-16le
    #[arg(long, value_name = "NAME")]
    encoding: Option<String>,
    /// The sheet of a workbook
    #[arg(long, value_name = "NAME")]
    sheet: Option<String>,
    /// The file inside a zip
    #[arg(long, value_name = "NAME")]
    member: Option<String>,
    /// Rows that are hidden in a sheet, by a filter or by hand
    #[arg(long, value_name = "include|leave-out", add = shell::words(vec!["include", "leave-out"]))]
    hidden: Option<Hidden>,
    /// This text means that there is no value, such as `-`; can be given several times
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    blank_text: Vec<String>,
    /// This text is a value whatever it looks like, such as the name Null; can be given several times
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    keep_text: Vec<String>,
    /// Decode HTML entities in cells, such as `&amp;` or `&#039;`
    #[arg(long)]
    decode_entities: bool,
    /// Which number is the day in dates such as 03/04/2026
    #[arg(long, value_name = "day-first|month-first", add = shell::words(vec!["day-first", "month-first"]))]
    dates: Option<DayOrder>,
    /// Of several numbers in a cell, take the first valid one, all, or reject the row
    #[arg(long, value_name = "first|all|reject", default_value = "first", add = shell::words(vec!["first", "all", "reject"]))]
    numbers: Numbers,
    /// The largest size of an archive's content, such as 50MB
    #[arg(long, value_name = "SIZE", value_parser = parse_size)]
    max_size: Option<u64>,
    /// The first row is a recipient, not a header
    #[arg(long)]
    no_header: bool,
    /// Message everybody, whatever the columns about consent and opting out say
    #[arg(long)]
    ignore_consent: bool,
    /// Import a file of people who unsubscribed or cannot be reached all the same: they are messaged
    #[arg(long)]
    import_unsubscribed: bool,
    /// Ask again what was answered for an earlier file with the same header
    #[arg(long)]
    ask_again: bool,
    /// Where the message has placeholders of another tool, such as {Name}: put the column's value there, or keep the text
    #[arg(long, value_name = "replace|keep")]
    tags: Option<Tags>,
}

/// What becomes of placeholders in the notation of another tool.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Tags {
    Replace,
    Keep,
}

impl ReadingArgs {
    /// The options as the importer takes them.
    fn options(&self) -> Result<ReadingOptions, Failure> {
        let mut columns = Vec::new();
        for text in &self.columns {
            let Some(column) = import::column_option(text) else {
                return Err(Failure::new(format!("`--column {text}` is not FIELD=HEADER"))
                    .hint("--column to=\"Mobile Number\"")
                    .exit(Exit::Usage));
            };
            columns.push(column);
        }
        let delimiter = match self.delimiter.as_deref() {
            None => None,
            Some(text) => Some(import::delimiter_option(text).ok_or_else(|| {
                Failure::new(format!("`{text}` is not one ASCII character")).exit(Exit::Usage)
            })?),
        };
        let mut options = ReadingOptions {
            columns,
            delimiter,
            encoding: self.encoding.clone(),
            sheet: self.sheet.clone(),
            member: self.member.clone(),
            hidden: self.hidden,
            numbers: self.numbers,
            size_max: self.max_size,
            has_header: self.no_header.then_some(false),
            keep_tags: self.tags == Some(Tags::Keep),
            decodes_entities: self.decode_entities,
            ignores_consent: self.ignore_consent,
            imports_unsubscribed: self.import_unsubscribed,
            dates: self.dates,
            ..ReadingOptions::default()
        };
        for (texts, is_blank) in [(&self.blank_text, true), (&self.keep_text, false)] {
            for text in texts {
                options.set_text(text, is_blank);
            }
        }
        if let Some(text) = &self.region {
            options.set_region(text).map_err(|error| Failure::of(&error).exit(Exit::Usage))?;
        }
        Ok(options)
    }

    /// Rewrites the message where it has placeholders of another tool and they were asked to be replaced. A dry run
    /// rewrites it for this run alone.
    async fn replace_tags(
        &self,
        queue: &Queue,
        campaign: &mut Campaign,
        file: &Path,
        is_dry_run: bool,
        context: &Context,
    ) -> Result<(), Refused> {
        if self.tags != Some(Tags::Replace) || file == Path::new("-") {
            return Ok(());
        }
        let plan = self.plan(campaign, context)?;
        if import::replace_tags(queue, campaign, file.to_owned(), plan, is_dry_run).await? {
            context.ui.note(format!("the message is now: {}", campaign.plan.message));
        }
        Ok(())
    }

    /// The plan for a campaign's files.
    fn plan(&self, campaign: &Campaign, context: &Context) -> Result<Plan, Failure> {
        let plan = Plan::new(self.options()?, &campaign.plan.message, &campaign.plan.refs)?;
        let sender = campaign.plan.sender.or(context.settings.sender);
        Ok(Plan { times: Some(import::times(&campaign.plan, sender, context.clock.now())), ..plan })
    }
}

pub(crate) async fn run(args: &ImportArgs, context: &Context) -> Result<Exit, Failure> {
    if args.rejects.is_some() && args.files.len() > 1 {
        return Err(Failure::new("--rejects goes with one file at a time").exit(Exit::Usage));
    }
    let queue = context.queue().await?;
    let campaign = queue.campaign(&args.name).await?;
    let consent = ConsentArgs { yes: args.yes, dry_run: args.dry_run };
    if args.undo {
        return removal::undo(&queue, &campaign, &consent, context).await;
    }
    check_rejects(args, &queue).await?;
    let replaced = if args.replace {
        match removal::to_replace(&queue, &campaign, &consent, context).await? {
            Some(replaced) => replaced,
            None => return Ok(Exit::Done),
        }
    } else {
        Vec::new()
    };
    let mut reports = Vec::new();
    if let Err((file, refused)) = import_files(args, &queue, campaign, &mut reports, context).await {
        let Refused::File(error) = refused else { return Err(refused.failure(&file)) };
        if !context.ui.is_json() {
            return Err(Refused::File(error).failure(&file));
        }
        let mut answer = json!({ "error": {
            "code": error.code().map(FileCode::name),
            "message": list::file_error(&error, Face::Terminal).join(": "),
            "choices": error.choices(),
        }});
        if args.files.len() > 1 {
            answer["error"]["file"] = json!(file);
            let kept = if args.replace { &[] } else { reports.as_slice() };
            answer["imported"] = json!(kept.iter().map(PrintedFile::of).collect::<Vec<_>>());
        }
        context.ui.json(&answer);
        return Ok(Exit::Error);
    }
    if context.ui.is_json() {
        context.ui.json(&answer(&reports, &replaced, args.replace));
    } else {
        for (file_name, n_rows) in &replaced {
            let rows = words::counted(*n_rows, "row", "rows");
            context.ui.note(format!(
                "{} {file_name} ({rows})",
                if args.dry_run { "would take out" } else { "took out" }
            ));
        }
        next_step(args, &reports, context);
    }
    queue.close().await;
    Ok(exit(args, &reports))
}

/// A file and what came of it.
type FileReport = (PathBuf, Report);

/// Imports all files: on a dry run and in the place of others in one transaction, otherwise each in its own. `reports`
/// gets what was read before an error.
async fn import_files(
    args: &ImportArgs,
    queue: &Queue,
    mut campaign: Campaign,
    reports: &mut Vec<FileReport>,
    context: &Context,
) -> Result<(), (PathBuf, Refused)> {
    let new = || if args.replace { ListSet::replacing() } else { ListSet::adding() };
    let is_together = args.replace || args.dry_run;
    let mut lists = new();
    for file in &args.files {
        let of = |error: Refused| (file.clone(), error);
        let replaced = args.reading.replace_tags(queue, &mut campaign, file, args.dry_run, context).await;
        replaced.map_err(of)?;
        let plan = Plan {
            rejects: args.rejects.clone(),
            rejects_may_replace: args.overwrite,
            ..args.reading.plan(&campaign, context).map_err(|error| of(error.into()))?
        };
        let read =
            import_file(queue, &campaign, file, plan, &args.reading, (&mut lists, args.dry_run), context)
                .await;
        let report = read.map_err(of)?;
        if !is_together {
            let done = std::mem::replace(&mut lists, new());
            done.finish(queue, context.clock.now()).await.map_err(|error| of(error.into()))?;
        }
        if !context.ui.is_json() {
            show(file, &report, args.dry_run, context);
        }
        reports.push((file.clone(), report));
    }
    let last = args.files.last().cloned().unwrap_or_default();
    lists.finish(queue, context.clock.now()).await.map_err(|error| (last, error.into()))
}

/// A script has to see that nobody, or not everybody, can be messaged.
fn exit(args: &ImportArgs, reports: &[FileReport]) -> Exit {
    let n_rows: u64 = reports.iter().map(|(_, report)| report.rows).sum();
    let n_rejected: u64 = reports.iter().map(|(_, report)| report.rejected).sum();
    let is_incomplete = n_rejected > 0 && (args.strict || n_rejected == n_rows);
    if is_incomplete { Exit::Incomplete } else { Exit::Done }
}

/// The file of rejected rows replaces no list and no database, and no other file without the operator's word.
async fn check_rejects(args: &ImportArgs, queue: &Queue) -> Result<(), Failure> {
    let Some(path) = &args.rejects else { return Ok(()) };
    let is_read = |file: &PathBuf| {
        file.canonicalize().is_ok_and(|file| path.canonicalize().is_ok_and(|path| path == file))
    };
    if args.files.iter().any(is_read) {
        return Err(
            Failure::new(format!("`{}` is the list itself", path.display())).hint("name another file")
        );
    }
    Ok(outputs::check(queue, path, args.overwrite).await?)
}

/// One of several files, in JSON.
#[derive(Serialize)]
struct PrintedFile<'r> {
    file: &'r Path,
    #[serde(flatten)]
    report: Printed<'r>,
}

impl<'r> PrintedFile<'r> {
    fn of((file, report): &'r FileReport) -> Self {
        Self { file, report: Printed::of(report) }
    }
}

/// What `import --json` prints: the report of one file, or the sums of several with the report of each.
fn answer(reports: &[FileReport], replaced: &[(String, u64)], is_replaced: bool) -> Value {
    let mut answer = if let [(_, report)] = reports {
        json!(Printed::of(report))
    } else {
        let sum = |of: fn(&Report) -> u64| reports.iter().map(|(_, report)| of(report)).sum::<u64>();
        json!({
            "rows": sum(|report| report.rows),
            "queued": sum(|report| report.queued),
            "rejected": sum(|report| report.rejected),
            "duplicate": sum(|report| report.duplicate),
            "suppressed": sum(|report| report.suppressed),
            "mended": sum(|report| report.mended),
            "ignored": sum(|report| report.ignored),
            "problems_total": sum(|report| report.rejected),
            "duplicates_total": sum(|report| report.duplicate),
            "files": reports.iter().map(PrintedFile::of).collect::<Vec<_>>(),
        })
    };
    if is_replaced {
        let lists = replaced.iter().map(|(file, n_rows)| json!({ "file": file, "rows": n_rows }));
        answer["replaced"] = lists.collect();
    }
    answer
}

fn next_step(args: &ImportArgs, reports: &[FileReport], context: &Context) {
    let name = &args.name;
    let n_rejected: u64 = reports.iter().map(|(_, report)| report.rejected).sum();
    match &args.rejects {
        Some(path) if n_rejected > 0 => context.ui.note(format!(
            "{} written to {}, to be fixed and imported again",
            words::counted(n_rejected, "rejected row", "rejected rows"),
            path.display()
        )),
        Some(path) => context.ui.note(format!("no row was rejected, so {} was not written", path.display())),
        None if n_rejected > 0 => context
            .ui
            .note("next: --rejects FILE writes the rejected rows to a file, to be fixed and imported again"),
        None => {}
    }
    if args.dry_run {
        context.ui.note("dry run: nothing was kept");
    } else if reports.iter().any(|(_, report)| report.queued > 0) {
        context.ui.note(format!(
            "next: catalink preview {name}, catalink test {name} --to YOUR_NUMBER, catalink run {name}"
        ));
    }
}

/// A file that is not read.
pub(crate) fn file_failure(error: &FileError) -> Failure {
    let mut words = list::file_error(error, Face::Terminal).into_iter();
    let mut failure = Failure::new(words.next().unwrap_or_default());
    failure.words.extend(words);
    failure
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
                let failure = match error.question() {
                    Some(asked) => file_failure(&error).hint(question::to_paste(asked)),
                    None => file_failure(&error),
                };
                failure.while_doing(format!("cannot import `{}`", file.display()))
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
            error @ ImportError::MessageInUse { .. } => {
                Self::Other(Failure::of(&error).code("WRONG_STATE").hint(import::MESSAGE_IN_USE_HINT))
            }
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
    let mut campaign = campaign.clone();
    reading.replace_tags(queue, &mut campaign, file, false, context).await?;
    let plan = reading.plan(&campaign, context)?;
    let mut lists = ListSet::adding();
    let report = import_file(queue, &campaign, file, plan, reading, (&mut lists, false), context).await?;
    lists.finish(queue, context.clock.now()).await?;
    Ok(report)
}

async fn import_file(
    queue: &Queue,
    campaign: &Campaign,
    file: &Path,
    plan: Plan,
    reading: &ReadingArgs,
    (lists, is_dry_run): (&mut ListSet, bool),
    context: &Context,
) -> Result<Report, Refused> {
    // Standard input is kept in a file until the import is over: it is read twice.
    let spooled = if file == Path::new("-") { Some(spool()?) } else { None };
    let path = spooled.as_ref().map_or(file, |file| file.path()).to_owned();
    let file_name = match &spooled {
        Some(_) => "standard input".to_owned(),
        None => file.file_name().unwrap_or(file.as_os_str()).to_string_lossy().into_owned(),
    };
    let plan = Plan { file_name: Some(file_name.clone()), ..plan };
    let (list, plan, answered) = if reading.ask_again {
        let plan = Arc::new(plan);
        (import::open(path, Arc::clone(&plan)).await?, plan, None)
    } else {
        import::open_as_before(queue, path, plan).await?
    };
    let known = lists.known(queue, campaign.id, &list).await?;
    let sender = campaign.plan.sender.or(context.settings.sender);
    let into = import::Into { campaign: campaign.id, file_name, sender, is_dry_run };
    let bar = bar(context, list.bytes());
    let on_bytes = {
        let bar = bar.clone();
        move |n_bytes| bar.set_position(n_bytes)
    };
    let result = lists.read(queue, into, list, plan, on_bytes, context.clock.now()).await;
    bar.finish_and_clear();
    let mut report = result?;
    report.notes.splice(0..0, answered);
    if let Some(file_name) = known {
        report.notes.insert(0, Note::ImportedBefore { file_name });
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

/// The report in words: what was found, figures that add up, and problems by what fixes them.
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
    if report.mended > 0 {
        ui.line(format!(
            "  {} with this list, and counted no longer",
            words::counted(
                report.mended,
                "row that was rejected is mended",
                "rows that were rejected are mended"
            )
        ));
    }
    if report.ignored > 0 {
        ui.line(format!(
            "  {} (blank, hidden, repeated header or footer)",
            words::counted(report.ignored, "row ignored", "rows ignored")
        ));
    }
    ui.note(format!("read as {}", read_as(report)));
    for note in &report.notes {
        ui.note(format!("note: {}", list::note(note, Face::Terminal)));
    }
    for group in report.groups.iter().take(GROUPS_MAX) {
        let what_to_do = list::what_to_do(group, Face::Terminal);
        ui.sentence(format!("{} {}: {what_to_do}", words::number(group.count), group.code));
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
        let columns: Vec<String> = named.headers().iter().map(|column| format!("`{column}`")).collect();
        let columns = columns.join(" or ");
        let field = if field == "to" { "the number" } else { field };
        facts.push(format!("{field} from {columns}"));
    }
    facts.join(", ")
}
