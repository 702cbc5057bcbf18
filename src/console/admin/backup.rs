//! A copy of the database, to be kept elsewhere.

use std::{fs::File, sync::Arc};

use axum::{
    extract::State,
    http::header::CONTENT_LENGTH,
    response::{IntoResponse, Response},
};

use super::settings_page::{self, SettingsNotice};
use crate::console::{
    campaign::downloads::attachment,
    page::{
        failure::{Failure, in_words},
        frame::Visit,
        words::ADMIN,
    },
    shared::Shared,
    workspace::Workspace,
};

/// Makes a copy and hands it over.
pub(crate) async fn download(State(shared): State<Arc<Shared>>, visit: Visit) -> Result<Response, Failure> {
    let workspace = Arc::clone(&visit.workspace);
    // A task of its own: SQLite goes on writing when the visitor leaves meanwhile, and what it wrote goes with the task.
    let copying = tokio::spawn(async move { copy(&workspace).await });
    let (file, n_bytes) = match copying.await.map_err(|error| Failure::broken(&error))? {
        Ok(copied) => copied,
        Err(problem) => {
            let notice = SettingsNotice { result: Some(Err(problem)), ..SettingsNotice::default() };
            return settings_page::show(&shared, &visit, notice);
        }
    };
    let now = visit.workspace.clock.now().to_string();
    let day = now.get(..10).unwrap_or_default();
    let suffix = if visit.workspace.is_rehearsal { "-rehearsal" } else { "" };
    let name = format!("catalink{suffix}-{day}.db");
    // With its length a browser can tell half a copy from a whole one.
    Ok(([(CONTENT_LENGTH, n_bytes)], attachment(file, &name, "application/vnd.sqlite3")).into_response())
}

/// A copy that has no name any more, and how many bytes it has; or why there is none, in words.
async fn copy(workspace: &Workspace) -> Result<(File, u64), String> {
    let Ok(_alone) = workspace.copying.try_lock() else { return Err(ADMIN.backup_busy.to_string()) };
    let failed = |error: &dyn std::error::Error| ADMIN.backup_failed.with(in_words(error));
    let folder = tempfile::tempdir_in(&workspace.uploads).map_err(|error| failed(&error))?;
    let path = folder.path().join("copy.db");
    let n_bytes = workspace.queue.backup(&path).await.map_err(|error| failed(&error))?;
    // An open file outlives its name; where it does not, the folder is swept at the next start.
    let file = File::open(&path).map_err(|error| failed(&error))?;
    Ok((file, n_bytes))
}
