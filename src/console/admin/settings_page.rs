//! The settings, as they were when the server was started. The key is present or not; its value is not known here.

use std::{net::SocketAddr, sync::Arc};

use askama::Template;
use axum::{
    extract::{Query, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::Deserialize;

use super::{
    checkup::Line,
    retention::{self, Old},
};
use crate::{
    console::{
        Facts, Shared,
        page::{
            failure::Failure,
            frame::{Frame, Section, Visit, page as render},
            words::EN,
        },
    },
    queue::Role,
};

/// What is old, unless somebody says otherwise.
const DAYS: u64 = 90;

#[derive(Template)]
#[template(path = "settings.html", config = ".askama.toml")]
struct SettingsPage<'s> {
    f: Frame,
    facts: &'s Facts,
    db: String,
    listen: SocketAddr,
    package: &'static str,
    told: Told,
}

/// What the page tells beside the settings.
#[derive(Debug, Default)]
pub(crate) struct Told {
    /// What something came to.
    pub(crate) came_to: Option<Result<String, String>>,
    /// What was looked at, and found.
    pub(crate) lines: Vec<Line>,
    /// What has grown old, and would be wiped.
    pub(crate) old: Option<Old>,
}

#[derive(Debug, Default, Deserialize)]
pub(crate) struct Wanted {
    /// What has been over for so many days is looked for.
    days: Option<String>,
}

impl SettingsPage<'_> {
    fn sender(&self) -> Option<String> {
        self.facts.sender.map(crate::domain::Phone::e164)
    }

    /// The days that stand in the field.
    fn days(&self) -> u64 {
        self.told.old.as_ref().map_or(DAYS, |old| old.days)
    }

    fn file(&self) -> Option<String> {
        self.facts.settings_file.as_ref().map(|path| path.display().to_string())
    }
}

pub(crate) async fn page(
    State(shared): State<Arc<Shared>>,
    visit: Visit,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Failure> {
    let is_admin = visit.visitor.role >= Role::Admin;
    let told = match wanted.days.filter(|_| is_admin) {
        None => Told::default(),
        Some(days) => match retention::look(&visit, &days).await {
            Ok(old) => Told { old: Some(old), ..Told::default() },
            Err(Failure::Refused(problem)) => Told { came_to: Some(Err(problem)), ..Told::default() },
            Err(error) => return Err(error),
        },
    };
    show(&shared, &visit, told)
}

/// The page with what something came to.
pub(crate) fn show(shared: &Shared, visit: &Visit, told: Told) -> Result<Response, Failure> {
    let status = match &told.came_to {
        Some(Err(_)) => StatusCode::UNPROCESSABLE_ENTITY,
        Some(Ok(_)) | None => StatusCode::OK,
    };
    let page = SettingsPage {
        f: visit.frame(Section::Settings, EN.settings.to_string()),
        facts: &shared.options.facts,
        db: visit.queue.path().display().to_string(),
        listen: shared.options.listen,
        package: env!("CARGO_PKG_VERSION"),
        told,
    };
    Ok((status, render(&page)?).into_response())
}
