//! The audit trail: who did what, newest first.

use askama::Template;
use axum::{extract::Query, response::Response};
use serde::Deserialize;

use crate::{
    console::page::{
        failure::Failure,
        frame::{Frame, Moment, Section, Visit, page as render},
        words::admin_texts,
    },
    queue::AuditLine,
};

/// Lines on the page.
const LINES: u32 = 200;

#[derive(Template)]
#[template(path = "admin/audit.html", config = ".askama.toml")]
struct AuditPage {
    f: Frame,
    /// Only what was done to this campaign.
    campaign: Option<String>,
    lines: Vec<AuditLine>,
}

impl AuditPage {
    fn at(entry: &AuditLine) -> Moment {
        Moment::new(entry.at)
    }

    fn action(entry: &AuditLine) -> String {
        admin_texts().deed(&entry.command)
    }

    fn is_full(&self) -> bool {
        self.lines.len() >= LINES as usize
    }

    fn command(&self) -> String {
        self.campaign
            .as_ref()
            .map_or_else(|| "catalink audit".to_owned(), |name| format!("catalink audit {name}"))
    }
}

#[derive(Debug, Default, Deserialize)]
pub(crate) struct AuditQuery {
    campaign: Option<String>,
}

pub(crate) async fn page(visit: Visit, Query(query): Query<AuditQuery>) -> Result<Response, Failure> {
    let lines = visit.queue.audit_trail(query.campaign.as_deref(), LINES).await?;
    let f = visit.frame(Section::Audit, admin_texts().audit_title.to_string());
    render(&AuditPage { f, campaign: query.campaign, lines })
}
