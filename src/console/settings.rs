//! The settings, as they were when the server was started. The key is present or not; its value is not known here.

use std::{net::SocketAddr, sync::Arc};

use askama::Template;
use axum::{extract::State, response::Response};

use super::{
    Facts, Shared,
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
    render(&SettingsPage {
        f: visit.frame(Section::Settings, EN.settings.to_string()),
        facts: &shared.options.facts,
        db: visit.queue.path().display().to_string(),
        listen: shared.options.listen,
        package: env!("CARGO_PKG_VERSION"),
    })
}
