//! `completions` and `man`: what a shell and a manual need.

use std::{ffi::OsStr, fs, path::PathBuf};

use clap::{Args, Command, ValueHint};
use clap_complete::{ArgValueCandidates, CompletionCandidate, Shell, env::Shells};

use crate::{
    cli::{Context, Exit, Failure},
    config::Settings,
    queue::{CampaignFilter, Queue},
};

/// How many campaigns are offered, the newest first.
const CAMPAIGNS_MAX: u32 = 200;

#[derive(Debug, Args)]
pub(crate) struct CompletionsArgs {
    /// Which shell
    shell: Shell,
}

#[derive(Debug, Args)]
pub(crate) struct ManArgs {
    /// Write a page for each command into this folder [default: the first page, to standard output]
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    dir: Option<PathBuf>,
}

/// Prints what a shell has to read at its start; it asks the program itself for commands, options and campaigns then.
pub(crate) fn completions(args: &CompletionsArgs, context: &Context) -> Result<Exit, Failure> {
    let name = args.shell.to_string();
    let shells = Shells::builtins();
    let Some(shell) = shells.completer(&name) else {
        return Err(Failure::new(format!("there are no completions for {name}")).exit(Exit::Usage));
    };
    let mut script = Vec::new();
    shell.write_registration("COMPLETE", "catalink", "catalink", "catalink", &mut script)?;
    context.ui.text(String::from_utf8_lossy(&script));
    Ok(Exit::Done)
}

/// The manual, made of the same words as `--help`.
pub(crate) fn man(args: &ManArgs, command: Command, context: &Context) -> Result<Exit, Failure> {
    let Some(dir) = &args.dir else {
        let mut page = Vec::new();
        clap_mangen::Man::new(command).render(&mut page)?;
        context.ui.text(String::from_utf8_lossy(&page));
        return Ok(Exit::Done);
    };
    let written = fs::create_dir_all(dir).and_then(|()| clap_mangen::generate_to(command, dir));
    written.map_err(|error| {
        Failure::from(error).while_doing(format!("cannot write the manual into `{}`", dir.display()))
    })?;
    context.ui.note(format!("the manual is in {0}; man {0}/catalink.1 shows it", dir.display()));
    Ok(Exit::Done)
}

/// The words that an option knows.
pub(crate) fn words(words: Vec<&'static str>) -> ArgValueCandidates {
    ArgValueCandidates::new(move || words.iter().copied().map(CompletionCandidate::new).collect())
}

/// The campaigns whose names begin so; none where there is no database.
pub(crate) fn campaigns(begins_with: &OsStr) -> Vec<CompletionCandidate> {
    let begins_with = begins_with.to_string_lossy();
    let names = names().unwrap_or_default();
    names.into_iter().filter(|name| name.starts_with(&*begins_with)).map(CompletionCandidate::new).collect()
}

fn names() -> Option<Vec<String>> {
    #[expect(clippy::disallowed_methods, reason = "the shell asks before the program's own start")]
    let environment = |name: &str| std::env::var(name).ok();
    let words: Vec<_> = std::env::args().collect();
    let db = words.windows(2).find(|pair| pair[0] == "--db").map(|pair| PathBuf::from(&pair[1]));
    let settings = Settings::load(&std::env::current_dir().ok()?, &environment, db).ok()?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().ok()?;
    runtime.block_on(async {
        let queue = Queue::open_database_to_read(&settings.db).await.ok()?;
        let overviews = queue.newest_overviews(&CampaignFilter::default(), CAMPAIGNS_MAX).await.ok()?;
        queue.close().await;
        Some(overviews.into_iter().map(|overview| overview.campaign.plan.name).collect())
    })
}
