//! `move`: everything into another database.

use std::path::PathBuf;

use clap::{Args, ValueHint};
use serde_json::json;

use crate::{
    cli::{Context, Exit, Failure, terminal::words},
    queue::{Moved, Queue},
};

#[derive(Debug, Args)]
pub(crate) struct MoveArgs {
    /// Where to: a file that does not exist, or the address of a server's empty database
    #[arg(long, value_name = "DATABASE", value_hint = ValueHint::FilePath)]
    to: PathBuf,
}

pub(crate) async fn move_to(args: &MoveArgs, context: &Context) -> Result<Exit, Failure> {
    let other = context.settings.other_database(&args.to)?;
    let queue = context.queue().await?;
    let to = Queue::open_or_create_database(&other).await?;
    let moved = queue.move_to(&to, std::process::id(), context.clock.now()).await;
    let (name, other_name) = (queue.name(), to.name());
    let (uploads, other_uploads) = (queue.uploads(), to.uploads());
    queue.close().await;
    to.close().await;
    let Moved { was_done, n_rows, n_drafts, recovered } = moved?;
    let n_in_doubt: u64 = recovered.in_doubt.iter().map(|(_, n)| n).sum();
    if context.ui.is_json() {
        context.ui.json(&json!({
            "database": name, "to": other_name, "was_moved_before": was_done, "rows": n_rows, "in_doubt": n_in_doubt,
            "uploads": n_drafts,
        }));
        return Ok(Exit::Done);
    }
    let (name, other_name) = (name.display(), other_name.display());
    if was_done {
        context.ui.line(format!("`{name}` was moved to `{other_name}` before; nothing was changed"));
        return Ok(Exit::Done);
    }
    let rows = words::counted(n_rows, "row", "rows");
    let rows = if n_rows > 0 { format!(", {rows}, compared on both sides") } else { String::new() };
    context.ui.line(format!("everything is in `{other_name}`{rows}; nothing is sent from `{name}` any more"));
    if n_in_doubt > 0 {
        let people = words::counted(n_in_doubt, "recipient", "recipients");
        context
            .ui
            .note(format!("{people} of a process that died came in doubt: catalink resolve settles them"));
    }
    if n_drafts > 0 {
        context.ui.note(format!(
            "{} that nobody has added yet: their files stay in `{}`; copy them into `{}`, or upload them again",
            words::counted(n_drafts, "list was uploaded", "lists were uploaded"),
            uploads.display(),
            other_uploads.display()
        ));
    }
    context.ui.note(format!(
        "name the new one from now on (--db, CATALINK_DB), and stop what still serves `{name}`: what it takes in stays there"
    ));
    Ok(Exit::Done)
}
