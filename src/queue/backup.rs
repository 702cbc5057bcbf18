//! A consistent copy of the whole database, also while it is being written.

use std::{fs::OpenOptions, path::Path, sync::Arc};

use super::{Queue, error::QueueError};

impl Queue {
    /// Writes a copy to `to`, readable by its owner alone; says how many bytes it has. A file that exists is not
    /// replaced.
    pub async fn backup(&self, to: &Path) -> Result<u64, QueueError> {
        let error =
            |source: std::io::Error| QueueError::Backup { path: to.to_owned(), source: Arc::new(source) };
        let text = to.to_str().ok_or_else(|| error(std::io::Error::other("its name is not UTF-8")))?;
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(to).map_err(error)?;
        // SQLite fills a file that is empty, and would refuse one that is not.
        let copied = sqlx::query("vacuum into ?").bind(text).execute(&self.readers).await;
        let synced = copied.map_err(QueueError::from).and_then(|_| {
            file.sync_all().map_err(error)?;
            Ok(file.metadata().map_err(error)?.len())
        });
        if synced.is_err() {
            // Half a copy helps nobody; the error that counts is told below.
            drop(std::fs::remove_file(to));
        }
        synced
    }
}
