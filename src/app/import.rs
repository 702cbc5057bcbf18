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

/// Lists that go into a campaign together: all of them, or none.
#[derive(Debug, Default)]
pub struct Session {
    /// Whether they take the place of the campaign's earlier lists.
    replaces: bool,
    importing: Option<Importing>,
    /// The digest and the name of each list so far.
    known: Vec<(String, String)>,
}

impl Session {
    /// Lists that are added to those that the campaign has.
    pub fn adding() -> Self {
        Self::default()
    }

    /// Lists that take the place of those that the campaign has.
    pub fn replacing() -> Self {
        Self { replaces: true, ..Self::default() }
    }

    /// The name of an equal list that the campaign has already, or that this session has brought.
    pub async fn known(
        &self,
        queue: &Queue,
        campaign: CampaignId,
        list: &RecipientList,
    ) -> Result<Option<String>, QueueError> {
        let sha256 = list.sha256();
        if let Some((_, file_name)) = self.known.iter().find(|(known, _)| *known == sha256) {
            return Ok(Some(file_name.clone()));
        }
        if self.replaces {
            return Ok(None);
        }
        Ok(earlier(queue, campaign, list, 0).await?.map(|import| import.file_name))
    }

    /// Reads an opened list. `on_bytes` is told how many bytes have been read. After an error nothing of the session
    /// is kept.
    pub async fn read(
        &mut self,
        queue: &Queue,
        into: Into,
        list: RecipientList,
        plan: Arc<Plan>,
        mut on_bytes: impl FnMut(u64) + Send + 'static,
        now: Timestamp,
    ) -> Result<Report, ImportError> {
        self.known.push((list.sha256(), into.file_name.clone()));
        let new = NewImport {
            campaign: into.campaign,
            file_name: into.file_name,
            sha256: list.sha256(),
            layout: list.layout().clone(),
            is_dry_run: into.is_dry_run,
        };
        let (mut importing, next) = match self.importing.take() {
            Some(importing) => (importing, Some(new)),
            None if self.replaces => (queue.import_instead(new)?, None),
            None => (queue.import(new)?, None),
        };
        let reading = tokio::task::spawn_blocking(move || {
            if let Some(new) = next {
                importing.next(new, now).map_err(ReadError::Add)?;
            }
            let mut report = list.read(&plan, &mut on_bytes, &mut |batch| add(&mut importing, batch))?;
            report.mended = importing.close(now).map_err(ReadError::Add)?;
            Ok::<_, ReadError<QueueError>>((report, importing))
        });
        let (report, importing) = reading.await.map_err(ImportError::Reading)??;
        self.importing = Some(importing);
        Ok(report)
    }

    /// Commits what was read, or on a dry run takes it back.
    pub async fn finish(self, now: Timestamp) -> Result<(), ImportError> {
        let Some(importing) = self.importing else { return Ok(()) };
        let finishing = tokio::task::spawn_blocking(move || importing.finish(now));
        Ok(finishing.await.map_err(ImportError::Reading)??)
    }
}

/// Reads an opened list into a campaign, in one transaction. `on_bytes` is told how many bytes have been read.
pub async fn read(
    queue: &Queue,
    into: Into,
    list: RecipientList,
    plan: Arc<Plan>,
    on_bytes: impl FnMut(u64) + Send + 'static,
    now: Timestamp,
) -> Result<Report, ImportError> {
    let mut session = Session::adding();
    let report = session.read(queue, into, list, plan, on_bytes, now).await?;
    session.finish(now).await?;
    Ok(report)
}

fn add(importing: &mut Importing, batch: Vec<NewRecipient>) -> Result<Added, QueueError> {
    let queue::Added { taken, n_suppressed } = importing.add(batch)?;
    let duplicates = taken
        .into_iter()
        .map(|taken| Duplicate { line: taken.line, of_line: taken.of_line, to: taken.to })
        .collect();
    Ok(Added { duplicates, n_suppressed })
}
