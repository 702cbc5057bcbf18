//! A recipient list into a campaign.

use std::{path::PathBuf, sync::Arc};

use tokio::task::JoinError;

use crate::{
    domain::{CampaignId, NewRecipient, Timestamp},
    importer::{Added, Duplicate, FileError, Plan, ReadError, RecipientList, Report},
    queue::{self, Import, Importing, NewImport, Queue, QueueError},
};

/// Why a list was not imported. Nothing of it was kept.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The file cannot be used as it is.
    #[error(transparent)]
    File(FileError),
    #[error(transparent)]
    Queue(#[from] QueueError),
    /// The file for the rejected rows cannot be written.
    #[error(transparent)]
    Rejects(ReadError<QueueError>),
    /// The thread that read the file has ended early.
    #[error("reading the file failed unexpectedly; nothing was kept")]
    Reading(#[source] JoinError),
}

impl From<ReadError<QueueError>> for ImportError {
    fn from(error: ReadError<QueueError>) -> Self {
        match error {
            ReadError::File(error) => Self::File(error),
            ReadError::Add(error) => Self::Queue(error),
            error @ ReadError::Rejects { .. } => Self::Rejects(error),
        }
    }
}

/// Opens a list and finds out what its columns mean, on a thread of its own.
pub async fn open(path: PathBuf, plan: Arc<Plan>) -> Result<RecipientList, ImportError> {
    let opening = tokio::task::spawn_blocking(move || RecipientList::open(&path, &plan));
    opening.await.map_err(ImportError::Reading)?.map_err(ImportError::File)
}

/// The earlier import of that very file into the campaign, if there is one among those after the first `n_before`.
pub async fn earlier(
    queue: &Queue,
    campaign: CampaignId,
    list: &RecipientList,
    n_before: usize,
) -> Result<Option<Import>, QueueError> {
    let sha256 = list.sha256();
    let imports = queue.imports(campaign).await?;
    Ok(imports.into_iter().skip(n_before).find(|import| import.sha256 == sha256))
}

/// A message in which placeholders of another tool have become ours: each text, and what it becomes.
pub fn with_replaced_tags(message: &str, replacements: &[(String, String)]) -> String {
    replacements.iter().fold(message.to_owned(), |text, (found, becomes)| text.replace(found, becomes))
}

/// Where an opened list goes.
#[derive(Debug, Clone)]
pub struct Into {
    pub campaign: CampaignId,
    /// What the file is called.
    pub file_name: String,
    /// Whether the rows are only counted.
    pub is_dry_run: bool,
}

/// Reads an opened list into a campaign, in one transaction. `on_bytes` is told how many bytes have been read.
pub async fn read(
    queue: &Queue,
    into: Into,
    list: RecipientList,
    plan: Arc<Plan>,
    mut on_bytes: impl FnMut(u64) + Send + 'static,
    now: Timestamp,
) -> Result<Report, ImportError> {
    let mut importing = queue.import(NewImport {
        campaign: into.campaign,
        file_name: into.file_name,
        sha256: list.sha256(),
        layout: list.layout().clone(),
        is_dry_run: into.is_dry_run,
    })?;
    let reading = tokio::task::spawn_blocking(move || {
        let report = list.read(&plan, &mut on_bytes, &mut |batch| add(&mut importing, batch))?;
        importing.finish(now).map_err(ReadError::Add)?;
        Ok::<_, ReadError<QueueError>>(report)
    });
    Ok(reading.await.map_err(ImportError::Reading)??)
}

fn add(importing: &mut Importing, batch: Vec<NewRecipient>) -> Result<Added, QueueError> {
    let queue::Added { taken, n_suppressed } = importing.add(batch)?;
    let duplicates = taken
        .into_iter()
        .map(|taken| Duplicate { line: taken.line, of_line: taken.of_line, to: taken.to })
        .collect();
    Ok(Added { duplicates, n_suppressed })
}
