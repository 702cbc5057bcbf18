//! `backup` and `restore`: a copy of the database, and back.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use crate::{
    cli::{Context, Exit, Failure, terminal::words},
    queue::{self, QueueError},
};

#[derive(Debug, Args)]
pub(crate) struct BackupArgs {
    /// The copy; a file that does not exist
    file: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct RestoreArgs {
    /// A file that `backup` wrote; it stays as it is
    file: PathBuf,
}

pub(crate) async fn restore(args: &RestoreArgs, context: &Context) -> Result<Exit, Failure> {
    let database = context.settings.db.file().ok_or(QueueError::NotAFile)?;
    let restored = queue::restore(database, &args.file).await?;
    let n_bytes = words::counted(restored.n_bytes, "byte", "bytes");
    if context.ui.is_json() {
        context.ui.json(&json!({
            "database": database,
            "file": args.file,
            "bytes": restored.n_bytes,
            "replaced": restored.replaced,
        }));
        return Ok(Exit::Done);
    }
    context.ui.line(format!(
        "`{}` is restored from `{}`: {n_bytes}",
        database.display(),
        args.file.display()
    ));
    if let Some(replaced) = restored.replaced {
        context.ui.note(format!("what was there before is kept as `{}`", replaced.display()));
    }
    context.ui.note(
        "nothing is sent from it until catalink run NAME --restored: who was messaged since the backup was made would be \
         messaged again; catalink reconcile NAME REPORT.csv takes them out of the queue first",
    );
    Ok(Exit::Done)
}

pub(crate) async fn backup(args: &BackupArgs, context: &Context) -> Result<Exit, Failure> {
    let queue = context.queue_to_read().await?;
    let n_bytes = queue.backup(&args.file).await?;
    queue.note_backup(context.clock.now()).await?;
    queue.close().await;
    let text = format!(
        "`{}` has {}; it holds everybody's numbers and is readable by you alone. A copy that is put in the place of \
         the database, or anywhere else, sends nothing until catalink run NAME --restored",
        args.file.display(),
        words::counted(n_bytes, "byte", "bytes"),
    );
    context.ui.done(text, &json!({ "file": args.file, "bytes": n_bytes }));
    Ok(Exit::Done)
}
