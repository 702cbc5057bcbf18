//! The rejected rows, as a file that can be fixed and added again: from a file that is being looked at, or from a
//! campaign that has its rows.

use std::{fs::File, io, path::PathBuf};

use axum::{
    extract::Path,
    response::{IntoResponse, Response},
};

use super::downloads::attachment;
use crate::{
    console::{
        drafts::{
            draft::draft_of,
            list::{columns_page::value, options::Choices},
        },
        page::{failure::Failure, frame::Visit},
    },
    domain::{CampaignId, Layout, Status, message::layout::fold},
    importer::{Added, Plan, REJECTS_COLUMNS, RecipientList},
    queue::{Filter, Import, Queue, QueueError, ResultRow},
};

/// Rows that are read at once.
const ROWS: u32 = 2_000;

pub(crate) async fn file(visit: Visit, Path(name): Path<String>) -> Result<Response, Failure> {
    let (campaign, draft) = draft_of(&visit, &name).await?;
    let folder = visit.workspace.uploads.clone();
    let file = match draft {
        Some(draft) => {
            let choices = Choices::from_json(&draft.choices)?;
            let path = visit.workspace.upload_path(&draft);
            let plan = choices.plan().map_err(|error| Failure::broken(&error))?;
            let plan = Plan { file_name: Some(draft.file_name.clone()), ..plan };
            let writing = tokio::task::spawn_blocking(move || of_list(&path, folder, plan));
            writing.await.map_err(|error| Failure::broken(&error))??
        }
        None => of_campaign(&visit.queue, campaign.id, folder).await?,
    };
    visit.queue.write_down("download", Some(campaign.id), "rejected rows").await?;
    Ok(attachment(file, &format!("{name}-rejected.csv"), "text/csv; charset=utf-8").into_response())
}

/// Why there is no file of rejected rows.
#[derive(Debug, thiserror::Error)]
enum NotWritten {
    #[error(transparent)]
    Disk(#[from] io::Error),
    #[error(transparent)]
    Csv(#[from] csv::Error),
    #[error(transparent)]
    Queue(#[from] QueueError),
}

impl From<NotWritten> for Failure {
    fn from(error: NotWritten) -> Self {
        match error {
            NotWritten::Queue(error) => error.into(),
            error @ (NotWritten::Disk(_) | NotWritten::Csv(_)) => Self::broken(&error),
        }
    }
}

/// As the importer gives them back: the cells as they came, with what is wrong in each row.
fn of_list(path: &std::path::Path, folder: PathBuf, plan: Plan) -> Result<File, NotWritten> {
    let folder = tempfile::tempdir_in(folder)?;
    let out = folder.path().join("rejected.csv");
    let plan = Plan { rejects: Some(out.clone()), ..plan };
    RecipientList::open(path, &plan)
        .map_err(io::Error::other)?
        .read::<QueueError>(&plan, &mut |_| {}, &mut |_| Ok(Added::default()))
        .map_err(io::Error::other)?;
    if !out.exists() {
        // No row is rejected any more: another answer has been given meanwhile.
        return Ok(tempfile::tempfile_in(folder.path())?);
    }
    // An open file outlives its name; where it does not, the folder is swept at the next start.
    Ok(File::open(&out)?)
}

/// The same, from what the queue has kept of all lists of a campaign.
async fn of_campaign(queue: &Queue, campaign: CampaignId, folder: PathBuf) -> Result<File, NotWritten> {
    let imports = queue.imports(campaign).await?;
    let mut headers: Vec<String> = Vec::new();
    for header in imports.iter().flat_map(|import| &import.layout.headers) {
        if headers.iter().all(|known| fold(known) != fold(header)) {
            headers.push(header.clone());
        }
    }
    let mut writer = csv::Writer::from_writer(tempfile::tempfile_in(folder)?);
    writer.write_record(headers.iter().map(String::as_str).chain(REJECTS_COLUMNS))?;
    let filter = Filter { statuses: vec![Status::Rejected], deliveries: Vec::new() };
    for import in imports {
        let columns = columns(&import.layout, &headers);
        let mut next = import.first_recipient_id;
        loop {
            let page = queue.result_page(next..=import.last_recipient_id, &filter, ROWS).await?.rows()?;
            let Some(last) = page.last() else { break };
            next = last.recipient_id + 1;
            for row in &page {
                writer.write_record(record(&import, &columns, row))?;
            }
        }
    }
    let mut file = writer.into_inner().map_err(csv::IntoInnerError::into_error)?;
    io::Seek::rewind(&mut file)?;
    Ok(file)
}

/// Where each of these headers stands in a list.
fn columns(layout: &Layout, headers: &[String]) -> Vec<Option<usize>> {
    headers.iter().map(|header| layout.headers.iter().position(|own| fold(own) == fold(header))).collect()
}

/// The cells of a row, then its line, the code, what was found, what to do and the list's name.
fn record(import: &Import, columns: &[Option<usize>], row: &ResultRow) -> Vec<String> {
    let mut record: Vec<_> = columns
        .iter()
        .map(|column| column.map(|at| value(&import.layout, row, at)).unwrap_or_default())
        .collect();
    record.extend([
        row.line.to_string(),
        row.code.clone().unwrap_or_default(),
        row.input_to.clone().unwrap_or_default(),
        row.error.clone().unwrap_or_default(),
        import.file_name.clone(),
    ]);
    record
}
