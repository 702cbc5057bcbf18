//! The settings, as they were when the server was started. The key is present or not; its value is not known here.

use std::{net::SocketAddr, sync::Arc};

use askama::Template;
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};

use super::{
    Facts, Shared,
    checkup::Line,
    failure::Failure,
    frame::{Frame, Section, Visit, page as render},
    words::EN,
};

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
pub(super) struct Told {
    /// What something came to.
    pub(super) came_to: Option<Result<String, String>>,
    /// What was looked at, and found.
    pub(super) lines: Vec<Line>,
}

impl SettingsPage<'_> {
    fn sender(&self) -> Option<String> {
        self.facts.sender.map(crate::domain::Phone::e164)
    }

    fn file(&self) -> Option<String> {
        self.facts.settings_file.as_ref().map(|path| path.display().to_string())
    }
}

pub(super) async fn page(State(shared): State<Arc<Shared>>, visit: Visit) -> Result<Response, Failure> {
    show(&shared, &visit, Told::default())
}

/// The page with what something came to.
pub(super) fn show(shared: &Shared, visit: &Visit, told: Told) -> Result<Response, Failure> {
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
