//! The question before what cannot be undone.

use std::io::{BufRead, IsTerminal};

use clap::Args;
use serde_json::json;

use crate::cli::{Context, Failure};

#[derive(Debug, Clone, Default, Args)]
pub(crate) struct ConsentArgs {
    /// Do not ask first
    #[arg(long, conflicts_with = "dry_run")]
    pub(crate) yes: bool,
    /// Say what would happen, and do nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
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
        let is_watched =
            !context.ui.is_json() && std::io::stdin().is_terminal() && std::io::stderr().is_terminal();
        if self.yes || !is_watched {
            return Ok(true);
        }
        context.ui.ask(&format!("{sentence} Continue? [y/N] "));
        let mut answer = String::new();
        std::io::stdin().lock().read_line(&mut answer)?;
        if matches!(answer.trim().to_lowercase().as_str(), "y" | "yes") {
            return Ok(true);
        }
        Err(Failure::new("not confirmed; nothing was done"))
    }
}
