//! A recipient list into a campaign.

use std::{path::PathBuf, sync::Arc};

use data_encoding::HEXLOWER;
use jiff::tz::TimeZone;
use sha2::{Digest, Sha256};
use tokio::task::JoinError;

use crate::{
    app::lists::zones,
    domain::{
        Campaign, CampaignId, NewCampaign, NewRecipient, Phone, Timestamp, message::layout::fold,
        time::parse_zone,
    },
    importer::{
        Added, Advice, Column, Duplicate, Field, FileError, Note, Plan, ReadError, ReadingOptions,
        RecipientList, Refusal, Report, Times,
    },
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
    /// Placeholders cannot be replaced in a message that people are going to get.
    #[error("`{name}` has recipients already, so its message stays as it is")]
    MessageInUse { name: String },
}

/// What to do about [`ImportError::MessageInUse`].
pub const MESSAGE_IN_USE_HINT: &str = "create another campaign with the message as it is meant";

impl From<ReadError<QueueError>> for ImportError {
    fn from(error: ReadError<QueueError>) -> Self {
        match error {
            ReadError::File(error) => Self::File(error),
            ReadError::Add(error) => Self::Queue(error),
            error @ ReadError::Rejects { .. } => Self::Rejects(error),
        }
    }
}

/// A column of `import --column FIELD=HEADER`.
pub fn column_option(text: &str) -> Option<(Field, Column)> {
    let (field, header) = text.split_once('=')?;
    Some((Field::from(field), Column::Named(header.to_owned())))
}

/// The character of `import --delimiter`: one of ASCII, or a tab by its name.
pub fn delimiter_option(text: &str) -> Option<char> {
    match (text, text.as_bytes()) {
        ("tab" | "\\t" | "\t", _) => Some('\t'),
        (_, [byte]) => Some(char::from(*byte)),
        _ => None,
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

/// The headers of a file, as far as they are known without an answer to what is asked about it.
pub async fn headers(path: PathBuf, plan: Arc<Plan>) -> Result<Option<Vec<String>>, ImportError> {
    match open(path, plan).await {
        Ok(list) => Ok(Some(list.layout().headers.clone())),
        Err(ImportError::File(FileError::Refused(refusal))) => Ok(headers_of(&refusal)),
        Err(error) => Err(error),
    }
}

/// What was said of an earlier file with these headers; none where it is of another version.
pub async fn recall(queue: &Queue, headers: &[String]) -> Result<Option<ReadingOptions>, QueueError> {
    let kept = queue.column_mapping(&header_key(headers)).await?;
    Ok(kept.and_then(|json| serde_json::from_str(&json).ok()))
}

/// Keeps what was said of a file for the next one with these headers.
pub async fn remember(
    queue: &Queue,
    headers: &[String],
    said: &ReadingOptions,
    now: Timestamp,
) -> Result<(), QueueError> {
    let json = serde_json::to_string(said).expect("texts and numbers are always JSON");
    queue.remember_columns(header_key(headers), json, now).await
}

/// Opens a list for which nobody looks at what its columns were found to mean: what was said of an earlier file with the same
/// header holds where nothing is said of this one. Returns the plan with it, and whether there was any.
pub async fn open_as_before(
    queue: &Queue,
    path: PathBuf,
    plan: Plan,
) -> Result<(RecipientList, Arc<Plan>, Option<Note>), ImportError> {
    let plan = Arc::new(plan);
    let opened = open(path.clone(), Arc::clone(&plan)).await;
    let headers = match &opened {
        Ok(list) => Some(list.layout().headers.clone()),
        Err(ImportError::File(FileError::Refused(refusal))) => headers_of(refusal),
        Err(_) => None,
    };
    if let Some(headers) = headers
        && let Some(earlier) = recall(queue, &headers).await?
    {
        let answers = earlier.answers();
        let options = plan.options.clone().with_answers(&answers);
        if options != plan.options {
            let answered = Arc::new(Plan { options, ..Plan::clone(&plan) });
            // Answers that do not fit this file must not keep it from being read.
            if let Ok(list) = open(path, Arc::clone(&answered)).await {
                return Ok((list, answered, Some(Note::AnsweredBefore { answers, headers })));
            }
        }
    }
    Ok((opened?, plan, None))
}

/// The headers of a file that is asked about.
fn headers_of(refusal: &Refusal) -> Option<Vec<String>> {
    let columns = refusal.columns()?;
    Some(columns.iter().map(|column| column.header.clone()).collect())
}

/// The key under which it is kept: spellings of one header share it.
fn header_key(headers: &[String]) -> String {
    let text = headers.iter().map(|header| fold(header)).collect::<Vec<_>>().join("\n");
    HEXLOWER.encode(&Sha256::digest(text.as_bytes()))
}

/// A message in which placeholders of another tool have become ours: each text, and what it becomes.
pub fn with_replaced_tags(message: &str, replacements: &[(String, String)]) -> String {
    replacements.iter().fold(message.to_owned(), |text, (found, becomes)| text.replace(found, becomes))
}

/// Rewrites a campaign's message where it has placeholders of another tool that the list's columns stand for; says whether it did. A
/// dry run rewrites it for this run alone.
pub async fn replace_tags(
    queue: &Queue,
    campaign: &mut Campaign,
    path: PathBuf,
    plan: Plan,
    is_dry_run: bool,
) -> Result<bool, ImportError> {
    let Err(ImportError::File(error)) = open(path, Arc::new(plan)).await else { return Ok(false) };
    let choices = error.question().map(|asked| asked.choices.as_slice()).unwrap_or_default();
    let Some(Advice::ReplaceTags { replacements }) = choices.first().map(|choice| &choice.advice) else {
        return Ok(false);
    };
    campaign.plan.message = with_replaced_tags(&campaign.plan.message, replacements);
    if !is_dry_run && !queue.replace_plan(campaign.id, campaign.plan.clone()).await? {
        return Err(ImportError::MessageInUse { name: campaign.plan.name.clone() });
    }
    Ok(true)
}

/// How the times of a list are read: in the campaign's zone where they name none, else in that of the sender's country, where that
/// has one.
pub fn times(plan: &NewCampaign, sender: Option<Phone>, now: Timestamp) -> Times {
    let of_sender = || sender.and_then(zones::of_number).map(|(zone, _)| zone);
    let zone = plan.time_zone.as_deref().or_else(of_sender).and_then(|name| parse_zone(name).ok());
    Times { zone: zone.unwrap_or(TimeZone::UTC), now }
}

/// Without a business number, when people wrote opens no window.
fn unused(note: &mut Note) {
    if let Note::WroteAt { column, .. } = note {
        *note = Note::WroteAtUnused { column: std::mem::take(column) };
    }
}

/// Where an opened list goes.
#[derive(Debug, Clone)]
pub struct Into {
    pub campaign: CampaignId,
    /// What the file is called.
    pub file_name: String,
    /// The business number that the campaign is sent from; none where it is not known.
    pub sender: Option<Phone>,
    /// Whether the rows are only counted.
    pub is_dry_run: bool,
}

/// Lists that go into a campaign together: all of them, or none.
#[derive(Debug, Default)]
pub struct ListSet {
    /// Whether they take the place of the campaign's earlier lists.
    replaces: bool,
    importing: Option<Importing>,
    /// The digest and the name of each list so far.
    known: Vec<(String, String)>,
    /// What was said of lists with these headers, to be kept for the next ones.
    said: Vec<(Vec<String>, ReadingOptions)>,
}

impl ListSet {
    /// Lists that are added to those that the campaign has.
    pub fn adding() -> Self {
        Self::default()
    }

    /// Lists that take the place of those that the campaign has.
    pub fn replacing() -> Self {
        Self { replaces: true, ..Self::default() }
    }

    /// The name of an equal list that the campaign has already, or that was read before it.
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

    /// Reads an opened list. `on_bytes` is told how many bytes have been read. After an error nothing of
    /// the set is kept.
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
        let said = plan.options.of_header();
        if !into.is_dry_run && said != ReadingOptions::default() {
            self.said.push((list.layout().headers.clone(), said));
        }
        let new = NewImport {
            campaign: into.campaign,
            file_name: into.file_name,
            sha256: list.sha256(),
            layout: list.layout().clone(),
            sender: into.sender,
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
        let (mut report, importing) = reading.await.map_err(ImportError::Reading)??;
        if into.sender.is_none() {
            report.notes.iter_mut().for_each(unused);
        }
        self.importing = Some(importing);
        Ok(report)
    }

    /// Commits what was read, or on a dry run takes it back. What was said of the lists is kept for the next ones with the same
    /// headers.
    pub async fn finish(self, queue: &Queue, now: Timestamp) -> Result<(), ImportError> {
        let Some(importing) = self.importing else { return Ok(()) };
        let finishing = tokio::task::spawn_blocking(move || importing.finish(now));
        finishing.await.map_err(ImportError::Reading)??;
        for (headers, said) in &self.said {
            remember(queue, headers, said, now).await?;
        }
        Ok(())
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
    let mut lists = ListSet::adding();
    let report = lists.read(queue, into, list, plan, on_bytes, now).await?;
    lists.finish(queue, now).await?;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_a_header_share_what_was_said_of_them() {
        let key = |headers: [&str; 2]| header_key(&headers.map(str::to_owned));
        assert_eq!(key(["Mobile No", "Name"]), key(["mobile_no", "name"]));
        assert_ne!(key(["Mobile", "Name"]), key(["Name", "Mobile"]));
    }
}
