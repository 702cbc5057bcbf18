//! The lists of a campaign: the last one can be taken out, and all of them replaced, as long as nobody of them was messaged.

use std::sync::Arc;

use askama::Template;
use axum::{
    Form,
    extract::{Path, State as Shares},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

use crate::{
    app::campaigns,
    console::{
        drafts::draft::draft_of,
        page::{
            failure::Failure,
            frame::{Frame, Moment, Section, Visit, page as render},
            words::{self, texts},
        },
        shared::Shared,
    },
    domain::{State, campaign::Step},
    queue::{Import, QueueError},
};

#[derive(Template)]
#[template(path = "plans/lists.html", config = ".askama.toml")]
struct ListsPage {
    f: Frame,
    name: String,
    path: String,
    lists: Vec<Line>,
    /// The last one, where it can be taken out.
    removable: Option<Import>,
    /// Whether all of them can be replaced.
    may_replace: bool,
    /// Whether a further one can be added.
    may_add: bool,
    limit: String,
}

/// A list.
struct Line {
    file_name: String,
    n_rows: u64,
    n_mended: u64,
    imported: Moment,
}

impl ListsPage {
    fn command(&self) -> String {
        match &self.removable {
            Some(_) => format!("catalink import {} --undo", self.name),
            None => format!("catalink show {}", self.name),
        }
    }
}

pub(crate) async fn page(
    Shares(shared): Shares<Arc<Shared>>,
    visit: Visit,
    Path(name): Path<String>,
) -> Result<Response, Failure> {
    let (campaign, draft) = draft_of(&visit, &name).await?;
    let queue = &visit.queue;
    let imports = queue.imports(campaign.id).await?;
    let takes_lists = campaign.state.after(Step::AddRecipients).is_ok() && draft.is_none();
    let is_open = takes_lists && !is_refused(queue.refuse_purged(campaign.id).await)?;
    let removable = match campaigns::removable(queue, &campaign).await {
        Ok(found) => found.filter(|_| is_open && campaign.state != State::Running),
        Err(QueueError::ListInUse { .. }) => None,
        Err(error) => return Err(error.into()),
    };
    let may_replace = removable.is_some() && !is_refused(campaigns::check_deletable(queue, &campaign).await)?;
    let lists = imports.iter().map(|import| Line {
        file_name: import.file_name.clone(),
        n_rows: import.n_rows(),
        n_mended: import.n_mended,
        imported: Moment::of(import.imported_at, &campaign.plan),
    });
    render(&ListsPage {
        f: visit.frame(Section::Campaigns, format!("{name}: {}", texts().lists_title)),
        path: visit.campaign_path(&name),
        lists: lists.collect(),
        removable,
        may_replace,
        may_add: is_open && !imports.is_empty(),
        limit: words::size(shared.options.upload_bytes_max),
        name,
    })
}

/// Whether it is refused because somebody was messaged or the campaign purged.
fn is_refused(checked: Result<(), QueueError>) -> Result<bool, QueueError> {
    match checked {
        Ok(()) => Ok(false),
        Err(QueueError::ListInUse { .. } | QueueError::Purged { .. }) => Ok(true),
        Err(error) => Err(error),
    }
}

#[derive(Debug, Deserialize)]
pub(crate) struct UndoForm {
    /// The list that was the last one when the button was made.
    list: i64,
}

/// Takes the last list out.
pub(crate) async fn undo(
    visit: Visit,
    Path(name): Path<String>,
    Form(form): Form<UndoForm>,
) -> Result<Response, Failure> {
    let (campaign, draft) = draft_of(&visit, &name).await?;
    if draft.is_some() {
        return Err(Failure::Refused(texts().add_busy.to_string()));
    }
    campaigns::remove_last(&visit.queue, &campaign, form.list).await?;
    let path = format!("{}/lists", visit.campaign_path(&name));
    Ok((StatusCode::SEE_OTHER, Redirect::to(&path)).into_response())
}
