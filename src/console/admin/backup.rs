//! A copy of the database, to be kept elsewhere.

use std::{fs::File, sync::Arc};

use axum::{
    extract::State,
    http::header::CONTENT_LENGTH,
    response::{IntoResponse, Response},
};

use super::settings_page::{self, SettingsNotice};
use crate::{
    console::{
        campaign::downloads::attachment,
        page::{
            failure::{Failure, in_words},
            frame::Visit,
            notice::PageNotice,
            words::admin_texts,
        },
        shared::Shared,
        workspace::Workspace,
    },
    queue::QueueError,
};

/// Makes a copy and hands it over.
pub(crate) async fn download(State(shared): State<Arc<Shared>>, visit: Visit) -> Result<Response, Failure> {
    let workspace = Arc::clone(&visit.workspace);
    // A task of its own: SQLite goes on writing when the visitor leaves meanwhile, and what it wrote goes with the task.
    let copying = tokio::spawn(async move { copy(&workspace).await });
    let (file, n_bytes) = match copying.await.map_err(|error| Failure::broken(&error))? {
        Ok(copied) => copied,
        Err(problem) => {
            let notice = SettingsNotice {
                result: Some(PageNotice::Problem(problem.to_string())),
                ..SettingsNotice::default()
            };
            return settings_page::show(&shared, &visit, notice).await;
        }
    };
    visit.queue.write_down("download", None, "the database").await?;
    visit.queue.note_backup(visit.workspace.clock.now()).await?;
    let now = visit.workspace.clock.now().to_string();
    let day = now.get(..10).unwrap_or_default();
    let suffix = if visit.workspace.is_rehearsal { "-rehearsal" } else { "" };
    let name = format!("catalink{suffix}-{day}.db");
    // With its length a browser can tell half a copy from a whole one.
    Ok(([(CONTENT_LENGTH, n_bytes)], attachment(file, &name, "application/vnd.sqlite3")).into_response())
}

/// Why there is no copy.
#[derive(Debug, thiserror::Error)]
enum NoCopy {
    #[error("{}", admin_texts().backup_busy)]
    Busy,
    #[error("{}", admin_texts().backup_failed.with(in_words(.0)))]
    Disk(std::io::Error),
    #[error("{}", admin_texts().backup_failed.with(in_words(.0)))]
    Queue(QueueError),
}

/// A copy that has no name any more, and how many bytes it has.
async fn copy(workspace: &Workspace) -> Result<(File, u64), NoCopy> {
    let Ok(_alone) = workspace.copying.try_lock() else { return Err(NoCopy::Busy) };
    let folder = tempfile::tempdir_in(&workspace.uploads).map_err(NoCopy::Disk)?;
    let path = folder.path().join("copy.db");
    let n_bytes = workspace.queue.backup(&path).await.map_err(NoCopy::Queue)?;
    // An open file outlives its name; where it does not, the folder is swept at the next start.
    let file = File::open(&path).map_err(NoCopy::Disk)?;
    Ok((file, n_bytes))
}
