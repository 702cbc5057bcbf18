//! `backup`: a copy of the database.

use std::path::PathBuf;

use clap::Args;

use super::{Context, Exit, Failure, words};

#[derive(Debug, Args)]
pub(super) struct BackupArgs {
    /// The copy; a file that does not exist
    file: PathBuf,
}

pub(super) async fn backup(args: &BackupArgs, context: &Context) -> Result<Exit, Failure> {
    let queue = context.queue().await?;
    let n_bytes = queue.backup(&args.file).await?;
    queue.close().await;
    context.ui.note(format!(
        "`{}` has {}; it holds everybody's numbers and is readable by you alone. A copy that is put in the place of \
         the database, or anywhere else, sends nothing until catalink run NAME --restored",
        args.file.display(),
        words::counted(n_bytes, "byte", "bytes"),
    ));
    Ok(Exit::Done)
}
