//! The files of drafts, in a folder beside the database. They hold the same people's data as its rows, so a purge takes
//! them too, whoever asks for it.

use std::{
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use crate::{
    domain::CampaignId,
    queue::{Queue, error::QueueError},
};

impl Queue {
    /// The folder in which uploaded files wait to be imported; it is there once somebody has served a console.
    pub fn uploads(&self) -> PathBuf {
        crate::queue::beside(&self.files(), "-uploads")
    }

    /// Forgets the draft of a campaign, its file, and what was read from it.
    pub(crate) async fn forget_draft(&self, campaign: CampaignId) -> Result<(), QueueError> {
        let Some(draft) = self.draft(campaign).await? else { return Ok(()) };
        let folder = self.uploads();
        // The file goes first: without its draft nobody would look for it any more.
        remove(&folder, &draft.upload).map_err(|source| QueueError::Upload {
            path: folder.join(&draft.upload),
            source: Arc::new(source),
        })?;
        in_commit!(self, |connection| {
            query!("delete from draft where campaign_id = $1", campaign.0).execute(connection).await?;
            Ok(())
        })
    }
}

/// Removes the file of that name, and those that are called after it.
fn remove(folder: &Path, upload: &str) -> io::Result<()> {
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    };
    for entry in entries {
        let entry = entry?;
        let name = entry.file_name();
        let rest = name.to_str().and_then(|name| name.strip_prefix(upload));
        if !rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.')) {
            continue;
        }
        match std::fs::remove_file(entry.path()) {
            // A console that is served has been faster.
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            Ok(()) | Err(_) => {}
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_files_of_that_draft_are_removed() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["a1", "a1.rows", "a1.rows-wal", "a12", "b1.rows"] {
            std::fs::write(folder.path().join(name), "+919800000001").unwrap();
        }
        remove(folder.path(), "a1").unwrap();
        let entries = std::fs::read_dir(folder.path()).unwrap();
        let mut left: Vec<_> = entries.map(|entry| entry.unwrap().file_name()).collect();
        left.sort();
        assert_eq!(left, ["a12", "b1.rows"]);
        assert!(remove(&folder.path().join("none"), "a1").is_ok());
    }
}
