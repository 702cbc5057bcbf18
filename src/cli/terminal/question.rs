//! The question before what cannot be undone.

use std::io::{BufRead, IsTerminal};

use clap::Args;
use serde_json::json;

use crate::cli::{Context, Exit, Failure};

#[derive(Debug, Clone, Default, Args)]
pub(crate) struct ConsentArgs {
    /// Do not ask first
    #[arg(long, conflicts_with = "dry_run")]
    pub(crate) yes: bool,
    /// Say what would happen, and do nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
}

/// Goes on where `yes` was said or a person at a terminal says it. Without a terminal what is rarely meant is refused.
pub(crate) fn confirm(sentence: &str, yes: bool, context: &Context) -> Result<(), Failure> {
    if yes {
        return Ok(());
    }
    if is_watched(context) {
        return is_meant(sentence, context);
    }
    Err(Failure::new(sentence).hint("--yes, if it is meant").exit(Exit::Usage))
}

fn is_watched(context: &Context) -> bool {
    !context.ui.is_json() && std::io::stdin().is_terminal() && std::io::stderr().is_terminal()
}

fn is_meant(sentence: &str, context: &Context) -> Result<(), Failure> {
    context.ui.ask(&format!("{sentence} Continue? [y/N] "));
    let mut answer = String::new();
    std::io::stdin().lock().read_line(&mut answer)?;
    if matches!(answer.trim().to_lowercase().as_str(), "y" | "yes") {
        return Ok(());
    }
    Err(Failure::new("not confirmed; nothing was done"))
}

impl ConsentArgs {
    /// Says in a sentence what will happen, and asks a person at a terminal whether it is meant. True where it is to be
    /// done; false in a dry run. Without a terminal nothing is asked: a script has said what it wants.
    pub(crate) fn ask(&self, sentence: &str, context: &Context) -> Result<bool, Failure> {
        if self.dry_run {
            if context.ui.is_json() {
                context.ui.json(&json!({ "dry_run": true, "would": sentence }));
            } else {
                context.ui.line(format!("{sentence} (dry run: nothing was done)"));
            }
            return Ok(false);
        }
        if !self.yes && is_watched(context) {
            is_meant(sentence, context)?;
        }
        Ok(true)
    }
}
