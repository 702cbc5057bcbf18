//! Checks a draft's file: reads all of it into a queue of its own beside the upload, where its rows can be looked at, and
//! where it neither waits for the real queue nor holds up who is sending from it.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use tokio::time::{Instant, sleep};

use super::{
    check_result::{Checked, Refused},
    options::{Choices, ListError},
};
use crate::{
    app::{
        campaigns::{
            reach::Closings,
            start::{MESSAGED_LATELY_WITHIN, SAME_MESSAGE_WITHIN},
        },
        lists::import::{self, ImportError},
    },
    console::{
        page::failure::{Failure, in_words},
        workspace::{Workspace, session::Progress},
    },
    domain::{CampaignId, NewCampaign, Status},
    importer,
    queue::{Draft, Filter, Queue, QueueError},
};

/// How long a page waits for a check, before it shows its progress instead.
const PATIENCE: Duration = Duration::from_millis(1_200);

/// Numbers that are moved or looked up at once.
const NUMBERS_AT_ONCE: u32 = 10_000;

/// Where a draft's check stands.
pub(crate) enum CheckStage {
    Done(Box<Checked>),
    /// So many bytes are read.
    Reading(u64),
}

impl Workspace {
    /// Where a draft's file is. The name is ours; nothing of it comes from a visitor.
    pub(crate) fn upload_path(&self, draft: &Draft) -> PathBuf {
        self.uploads.join(&draft.upload)
    }

    fn rows_path(&self, draft: &Draft) -> PathBuf {
        self.uploads.join(format!("{}.rows", draft.upload))
    }

    /// What the check of a draft found; begins one where there is none, and waits for it a little.
    pub(crate) async fn checked(self: &Arc<Self>, draft: &Draft) -> Result<CheckStage, Failure> {
        let until = Instant::now() + PATIENCE;
        let mut draft = draft.clone();
        loop {
            if let Some(checked) = draft.checked.as_deref().and_then(Checked::from_json) {
                return Ok(CheckStage::Done(Box::new(checked)));
            }
            let known = self.sessions.check(draft.campaign, &draft.choices);
            let progress = known.unwrap_or_else(|| {
                let progress = self.sessions.begin_check(draft.campaign, &draft.choices);
                let (workspace, draft) = (Arc::clone(self), draft.clone());
                let of_check = Arc::clone(&progress);
                drop(tokio::spawn(async move { workspace.check(draft, of_check).await }));
                progress
            });
            if Instant::now() >= until {
                return Ok(CheckStage::Reading(progress.n_bytes.load(Ordering::Relaxed)));
            }
            sleep(Duration::from_millis(30)).await;
            draft = self.queue.draft(draft.campaign).await?.ok_or(Failure::NotFound)?;
        }
    }

    /// The draft once its file was looked at, as far as that has come: what was said of an earlier file with the same
    /// header may have been taken up meanwhile.
    pub(crate) async fn looked_up(self: &Arc<Self>, draft: Draft) -> Result<Draft, Failure> {
        self.checked(&draft).await?;
        self.queue.draft(draft.campaign).await?.ok_or(Failure::NotFound)
    }

    async fn check(&self, draft: Draft, progress: Arc<Progress>) {
        match self.remember(&draft).await {
            // The draft has other choices now, and the next look at it begins another check.
            Ok(true) => return self.sessions.end_check(draft.campaign, &draft.choices),
            Ok(false) => {}
            Err(error) => {
                tracing::warn!(error = in_words(&error), "the columns of an earlier file cannot be taken up");
            }
        }
        let checked = match self.read(&draft, progress).await {
            Ok(checked) => checked,
            Err(error) => {
                let text = in_words(&error);
                tracing::error!(text, "a check failed");
                Checked::refused(Refused::Failed(text))
            }
        };
        let kept = self.queue.keep_check(draft.campaign, draft.choices.clone(), checked.to_json()).await;
        if let Err(error) = kept {
            tracing::error!(%error, "what a check found cannot be kept");
        }
        if matches!(self.queue.draft(draft.campaign).await, Ok(None)) {
            // Purged or discarded while its file was being read: what was read is not wanted any more.
            self.forget_upload(&draft).await;
        }
        self.sessions.end_check(draft.campaign, &draft.choices);
    }

    async fn read(&self, draft: &Draft, progress: Arc<Progress>) -> Result<Checked, ListError> {
        let choices = Choices::from_json(&draft.choices)?;
        let of_campaign = self.queue.campaign_by_id(draft.campaign).await?.plan;
        let sender = (self.accounts)(of_campaign.sender).ok().map(|account| account.sender);
        let now = self.clock.now();
        let plan = Arc::new(importer::Plan {
            file_name: Some(draft.file_name.clone()),
            times: Some(import::times(&of_campaign, sender, now)),
            ..choices.plan()?
        });
        let list = match import::open(self.upload_path(draft), Arc::clone(&plan)).await {
            Ok(list) => list,
            Err(ImportError::File(error)) => return Ok(Checked::refused(&error)),
            Err(error) => return Err(error.into()),
        };
        let layout = list.layout().clone();
        let rows = self.fresh_rows(draft).await?;
        let campaign = rows.create(NewCampaign::new("rows", "rows"), now).await?;
        self.copy_suppressions(&rows).await?;
        let into = import::Into { campaign, file_name: draft.file_name.clone(), sender, is_dry_run: false };
        let on_bytes = move |n_bytes| progress.n_bytes.store(n_bytes, Ordering::Relaxed);
        let mut checked = match import::read(&rows, into, list, plan, on_bytes, now).await {
            Ok(report) => Checked::of(report, layout),
            Err(ImportError::File(error)) => Checked::refused(&error),
            Err(error) => return Err(error.into()),
        };
        checked.is_remembered = choices.is_remembered;
        let into = choices.addition.filter(|it| !it.replaces).map(|_| draft.campaign);
        self.compare(&rows, campaign, into, &choices.message, &mut checked).await?;
        if let Some(sender) = sender {
            checked.closings = Closings::of_rows(&self.queue, &rows, campaign, sender, now).await?;
        }
        self.sessions.keep_rows(draft.campaign, rows);
        Ok(checked)
    }

    /// Takes up what the columns of this header meant the last time, once for each draft; true when that has changed
    /// the draft.
    async fn remember(&self, draft: &Draft) -> Result<bool, ListError> {
        let mut choices = Choices::from_json(&draft.choices)?;
        if choices.was_looked_up {
            return Ok(false);
        }
        let plan = Arc::new(choices.plan()?);
        let headers = import::headers(self.upload_path(draft), plan).await.ok().flatten();
        let Some(headers) = headers else { return Ok(false) };
        let Some(earlier) = import::recall(&self.queue, &headers).await? else { return Ok(false) };
        choices.was_looked_up = true;
        let reading = choices.reading.clone().with_earlier(earlier);
        let mapped = Choices { is_remembered: true, reading, ..choices.clone() };
        // A mapping that does not fit this file must not keep it from being read.
        let plan = Arc::new(mapped.plan()?);
        if import::open(self.upload_path(draft), plan).await.is_ok() {
            choices = mapped;
        }
        self.queue.choose(draft.campaign, choices.to_json()).await?;
        Ok(true)
    }

    /// The rows of a checked draft, in their own queue.
    pub(crate) async fn rows_of(&self, draft: &Draft) -> Result<Queue, Failure> {
        if let Some(rows) = self.sessions.rows(draft.campaign) {
            return Ok(rows);
        }
        let rows = Queue::open(&self.rows_path(draft)).await?;
        self.sessions.keep_rows(draft.campaign, rows.clone());
        Ok(rows)
    }

    async fn fresh_rows(&self, draft: &Draft) -> Result<Queue, QueueError> {
        self.forget_rows(draft).await;
        Queue::open_or_create(&self.rows_path(draft)).await
    }

    async fn forget_rows(&self, draft: &Draft) {
        if let Some(rows) = self.sessions.take_rows(draft.campaign) {
            rows.close().await;
        }
        let path = self.rows_path(draft);
        for ending in ["", "-wal", "-shm", "-lock"] {
            remove(&crate::console::workspace::beside(&path, ending));
        }
    }

    /// Closes what was read of drafts that are gone, so that no open file keeps their data: another process may have
    /// purged them.
    pub(crate) async fn forget_strays(&self, drafts: &[Draft]) {
        for rows in self.sessions.take_stray_rows(drafts) {
            rows.close().await;
        }
    }

    /// Removes the file of a draft and what was read from it.
    pub(crate) async fn forget_upload(&self, draft: &Draft) {
        self.forget_rows(draft).await;
        remove(&self.upload_path(draft));
    }

    async fn copy_suppressions(&self, rows: &Queue) -> Result<(), QueueError> {
        let mut after = None;
        loop {
            let page = self.queue.suppressions(after, NUMBERS_AT_ONCE).await?;
            let Some(last) = page.last() else { return Ok(()) };
            after = Some(last.number);
            let numbers = page.iter().map(|suppression| suppression.number).collect();
            rows.suppress(numbers, "suppressed".to_owned(), last.added_at).await?;
        }
    }

    /// Compares what was read with the queue: numbers that the campaign has already, where it is a further list of one,
    /// and of the others those that were messaged lately.
    async fn compare(
        &self,
        rows: &Queue,
        campaign: CampaignId,
        into: Option<CampaignId>,
        message: &str,
        checked: &mut Checked,
    ) -> Result<(), QueueError> {
        let now = self.clock.now();
        let has_sent = self.queue.has_sent_since(now.minus(SAME_MESSAGE_WITHIN)).await?;
        if into.is_none() && !has_sent {
            return Ok(());
        }
        for status in [Status::Queued, Status::Suppressed] {
            let filter = Filter { statuses: vec![status], deliveries: Vec::new() };
            for import in rows.imports(campaign).await? {
                let mut next = import.first_recipient_id;
                loop {
                    let page = rows.result_page(next..=import.last_recipient_id, &filter, NUMBERS_AT_ONCE);
                    let page = page.await?.rows()?;
                    let Some(last) = page.last() else { break };
                    next = last.recipient_id + 1;
                    let mut numbers: Vec<_> = page.iter().filter_map(|row| row.number).collect();
                    if let Some(into) = into {
                        let known = self.queue.known_numbers(into, numbers.clone()).await?;
                        numbers.retain(|number| !known.contains(number));
                        checked.is_known(status, known.len() as u64);
                    }
                    if has_sent && status == Status::Queued {
                        let queue = &self.queue;
                        let same = queue.count_sent_since(
                            numbers.clone(),
                            now.minus(SAME_MESSAGE_WITHIN),
                            Some(message),
                        );
                        checked.n_again += same.await?;
                        checked.n_lately +=
                            queue.count_sent_since(numbers, now.minus(MESSAGED_LATELY_WITHIN), None).await?;
                    }
                }
            }
        }
        Ok(())
    }
}

fn remove(path: &Path) {
    if let Err(error) = std::fs::remove_file(path)
        && error.kind() != std::io::ErrorKind::NotFound
    {
        tracing::warn!(%error, "an uploaded file cannot be removed");
    }
}
