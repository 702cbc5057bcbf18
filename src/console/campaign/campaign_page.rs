//! The page of a campaign: its result in figures, state in words, a bar in parts, the rate; and what follows when it is over.

use askama::Template;
use axum::{
    extract::{Path, Query},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::Deserialize;

use super::live::fragments::Fragments;
use crate::{
    console::{
        drafts::{draft::draft_of, list::options::Choices},
        page::{
            failure::Failure,
            frame::{Frame, Section, Visit, page as render},
            notice::PageNotice,
            words::{self, texts},
        },
        workspace::{launch::pending_page, snapshot::Snapshot},
    },
    domain::campaign::Step,
    queue::Wiped,
};

#[derive(Template)]
#[template(path = "campaign/campaign.html", config = ".askama.toml")]
struct CampaignPage<'s> {
    f: Frame,
    snapshot: &'s Snapshot,
    fragments: Fragments,
    /// What a report of the provider, or a test, came to.
    result: Option<PageNotice>,
    /// The further list that somebody is about to add.
    added: Option<String>,
    wiped: Wiped,
}

#[derive(Debug, Default, Deserialize)]
pub(crate) struct ReportQuery {
    report: Option<u64>,
    #[serde(default)]
    matched: u64,
    #[serde(default)]
    changed: u64,
}

impl CampaignPage<'_> {
    fn name(&self) -> &str {
        &self.snapshot.overview.campaign.plan.name
    }

    fn path(&self) -> String {
        format!("{}/campaigns/{}", self.f.base, self.name())
    }

    fn takes_lists(&self) -> bool {
        self.wiped == Wiped::Nothing
            && self.snapshot.overview.campaign.state.after(Step::AddRecipients).is_ok()
    }

    fn is_wiped(&self) -> bool {
        self.wiped == Wiped::Everything
    }
}

pub(crate) async fn page(
    visit: Visit,
    Path(name): Path<String>,
    Query(query): Query<ReportQuery>,
) -> Result<Response, Failure> {
    let (_, draft) = draft_of(&visit, &name).await?;
    let mut added = None;
    if let Some(draft) = draft {
        let is_addition = Choices::from_json(&draft.choices)?.addition.is_some();
        let is_under_way = draft.starts_at.is_some() || visit.workspace.sessions.is_starting(draft.campaign);
        if !is_addition || is_under_way {
            return pending_page(&visit, &name, &draft).await;
        }
        added = Some(draft.file_name);
    }
    let notice = query.report.map(|n_rows| {
        let matched = texts().reconciled.with2(words::number(n_rows), words::number(query.matched));
        let changed = texts().reconciled_changed.n(query.changed);
        let nobody = if query.matched == 0 { texts().reconciled_nobody.to_string() } else { String::new() };
        format!("{matched} {changed} {nobody}")
    });
    render_page(&visit, &name, notice.map(PageNotice::Done), added).await
}

/// The page of a campaign that has its rows, with what something came to.
pub(crate) async fn show(visit: &Visit, name: &str, result: Option<PageNotice>) -> Result<Response, Failure> {
    render_page(visit, name, result, None).await
}

async fn render_page(
    visit: &Visit,
    name: &str,
    result: Option<PageNotice>,
    added: Option<String>,
) -> Result<Response, Failure> {
    let snapshot = visit.workspace.snapshot(name).await?;
    let f = visit.frame(Section::Campaigns, name);
    let path = visit.campaign_path(name);
    let fragments = Fragments::of(&f, &snapshot, &path)?;
    let status = result.as_ref().map_or(StatusCode::OK, PageNotice::status);
    let wiped = visit.queue.wiped(snapshot.overview.campaign.id).await?;
    let page = CampaignPage { f, snapshot: &snapshot, fragments, result, added, wiped };
    Ok((status, render(&page)?).into_response())
}
