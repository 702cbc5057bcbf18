//! The first step: a name and a file, streamed to disk.

use std::{collections::HashMap, sync::Arc};

use askama::Template;
use axum::{
    extract::{Multipart, Query, State, multipart::Field, multipart::MultipartError},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

use super::options::Choices;
use crate::{
    app::lists::uploads::{Upload, UploadError, Uploaded, display_name},
    console::{
        access::passwords::new_token,
        page::{
            failure::Failure,
            frame::{Frame, Section, Visit, page as render},
            words::{self, Phrase, texts},
        },
        shared::Shared,
    },
    domain::{CampaignId, NewCampaign, reach::ReachPlan},
    queue::Draft,
};

/// Fields of a form beside its file; more are not looked at.
const FIELDS_MAX: usize = 8;

/// The longest campaign's name with some room for mistakes.
const NAME_BYTES_MAX: usize = 1_000;

#[derive(Template)]
#[template(path = "drafts/new.html", config = ".askama.toml")]
struct NewPage {
    f: Frame,
    name: String,
    limit: String,
    problem: Option<String>,
    /// The campaign that has the name already.
    known: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct NewQuery {
    /// The name of a campaign whose first file was none.
    #[serde(default)]
    name: String,
}

pub(crate) async fn page(
    State(shared): State<Arc<Shared>>,
    visit: Visit,
    Query(query): Query<NewQuery>,
) -> Result<Response, Failure> {
    show(&shared, &visit, query.name, None)
}

/// The name is taken, perhaps by this very file whose answer was lost: with the way there.
fn exists(shared: &Shared, visit: &Visit, name: String) -> Result<Response, Failure> {
    let known = Some(visit.campaign_path(&name));
    show_with(shared, visit, name, Some(texts().upload_exists.to_string()), known)
}

fn show(shared: &Shared, visit: &Visit, name: String, problem: Option<String>) -> Result<Response, Failure> {
    show_with(shared, visit, name, problem, None)
}

fn show_with(
    shared: &Shared,
    visit: &Visit,
    name: String,
    problem: Option<String>,
    known: Option<String>,
) -> Result<Response, Failure> {
    let limit = words::size(shared.options.upload_bytes_max);
    let status = if problem.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let f = visit.frame(Section::Campaigns, texts().new_campaign.to_string());
    Ok((status, render(&NewPage { f, name, limit, problem, known })?).into_response())
}

/// A file that has arrived. Until it is kept it vanishes with its value: also when the visitor goes away.
pub(crate) struct UploadedFile {
    pub(crate) file: tempfile::NamedTempFile,
    file_name: String,
    n_bytes: u64,
}

pub(crate) async fn upload(
    State(shared): State<Arc<Shared>>,
    visit: Visit,
    mut form: Multipart,
) -> Result<Response, Failure> {
    let mut read = read_form(&shared, &visit, &mut form).await?;
    let name = read.take("name");
    let uploaded = match read.file() {
        Ok(uploaded) => uploaded,
        Err(problem) => return show(&shared, &visit, name, Some(problem.to_string())),
    };
    let account = (visit.workspace.accounts)(None).ok();
    let link = account.map(|account| format!("https://wa.me/c/{}", account.sender.digits()));
    let message = texts().message_first.with(link.as_deref().unwrap_or("https://wa.me/c/…"));
    let reach = ReachPlan { local: visit.workspace.hours.clone(), ..ReachPlan::default() };
    let plan = NewCampaign { reach, ..NewCampaign::new(&name, message) };
    if let Err(error) = plan.check() {
        return show(&shared, &visit, name, Some(error.to_string()));
    }
    if visit.queue.campaign_names().await?.contains(&name) {
        return exists(&shared, &visit, name);
    }
    match keep(&visit, plan, uploaded).await {
        Ok(()) => Ok(Redirect::to(&format!("{}/columns", visit.campaign_path(&name))).into_response()),
        Err(Failure::Refused(problem)) => show(&shared, &visit, name, Some(problem)),
        Err(error) => Err(error),
    }
}

/// The form of an upload.
#[derive(Default)]
pub(crate) struct UploadForm {
    texts: HashMap<String, String>,
    uploaded: Option<UploadedFile>,
    /// A file was chosen, and there is nothing in it, unless it has arrived.
    is_empty: bool,
}

impl UploadForm {
    /// The file; or why there is none.
    pub(crate) fn file(self) -> Result<UploadedFile, Phrase> {
        let missing = if self.is_empty { texts().upload_empty } else { texts().upload_no_file };
        self.uploaded.ok_or(missing)
    }

    /// The text of a field, without blanks around it.
    pub(crate) fn take(&mut self, field: &str) -> String {
        self.texts.remove(field).map(|text| text.trim().to_owned()).unwrap_or_default()
    }
}

/// Takes the form in: its file to disk.
pub(crate) async fn read_form(
    shared: &Shared,
    visit: &Visit,
    form: &mut Multipart,
) -> Result<UploadForm, Failure> {
    let mut read = UploadForm::default();
    while let Some(field) = form.next_field().await.map_err(|error| refused(shared, &error))? {
        match field.name().map(str::to_owned) {
            Some(name) if name == "file" => {
                // A browser sends an empty file of no name where none was chosen.
                read.is_empty = field.file_name().is_some_and(|name| !name.is_empty());
                read.uploaded = Some(receive(shared, visit, field).await?).filter(|file| file.n_bytes > 0);
            }
            Some(name) if read.texts.len() < FIELDS_MAX => {
                let text = text(shared, field).await?;
                read.texts.insert(name, text);
            }
            Some(_) | None => {}
        }
    }
    Ok(read)
}

async fn keep(visit: &Visit, plan: NewCampaign, uploaded: UploadedFile) -> Result<(), Failure> {
    let choices = Choices::of(&plan);
    let campaign = visit.queue.create(plan, visit.workspace.clock.now()).await?;
    put_draft(visit, campaign, choices, uploaded).await
}

/// Keeps the file as the draft of that campaign.
pub(crate) async fn put_draft(
    visit: &Visit,
    campaign: CampaignId,
    choices: Choices,
    uploaded: UploadedFile,
) -> Result<(), Failure> {
    let workspace = &visit.workspace;
    let choices = choices.to_json();
    let upload = new_token().ok_or_else(|| Failure::Broken("no randomness for a file's name".to_owned()))?;
    let UploadedFile { file, file_name, n_bytes } = uploaded;
    file.persist_noclobber(workspace.uploads.join(&upload)).map_err(|error| Failure::broken(&error))?;
    let draft = Draft {
        campaign,
        upload,
        file_name,
        n_bytes,
        choices,
        checked: None,
        starts_at: None,
        pressed_by: None,
    };
    Ok(workspace.queue.put_draft(draft).await?)
}

async fn text(shared: &Shared, mut field: Field<'_>) -> Result<String, Failure> {
    let mut bytes = Vec::new();
    while let Some(chunk) = field.chunk().await.map_err(|error| refused(shared, &error))? {
        bytes.extend_from_slice(&chunk);
        if bytes.len() > NAME_BYTES_MAX {
            return Err(Failure::Refused(texts().upload_name_hint.to_string()));
        }
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Writes what arrives to disk, piece by piece.
async fn receive(shared: &Shared, visit: &Visit, mut field: Field<'_>) -> Result<UploadedFile, Failure> {
    let file_name = display_name(field.file_name().unwrap_or_default());
    let failed = |error: UploadError| match error {
        UploadError::TooLarge { .. } => too_large(shared),
        UploadError::Write(error) => Failure::broken(&error),
    };
    let mut upload =
        Upload::begin(&visit.workspace.uploads, shared.options.upload_bytes_max).map_err(failed)?;
    while let Some(chunk) = field.chunk().await.map_err(|error| refused(shared, &error))? {
        upload.write(&chunk).await.map_err(failed)?;
    }
    let Uploaded { file, n_bytes } = upload.finish().await.map_err(failed)?;
    Ok(UploadedFile { file, file_name, n_bytes })
}

fn refused(shared: &Shared, error: &MultipartError) -> Failure {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        too_large(shared)
    } else {
        Failure::Refused(texts().upload_failed.to_string())
    }
}

fn too_large(shared: &Shared) -> Failure {
    Failure::TooLarge(words::size(shared.options.upload_bytes_max))
}
