//! The settings, as they were when the server was started. The key is present or not; its value is not known here.

use std::{net::SocketAddr, sync::Arc};

use askama::Template;
use axum::{
    Form,
    extract::{Query, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::Deserialize;

use super::{
    checkup::{self, FindingLine},
    notices::{self, ChannelLine},
    retention::{self, OutdatedData},
};
use crate::{
    console::{
        page::{
            failure::Failure,
            frame::{Frame, Section, Visit, page as render},
            notice::PageNotice,
            words::{admin_texts, texts},
        },
        setup::Facts,
        shared::Shared,
    },
    queue::Role,
};

/// What is old, unless somebody says otherwise.
const DAYS: u64 = 90;

#[derive(Template)]
#[template(path = "admin/settings.html", config = ".askama.toml")]
struct SettingsPage<'s> {
    f: Frame,
    facts: &'s Facts,
    db: String,
    listen: SocketAddr,
    package: &'static str,
    channels: Vec<ChannelLine>,
    notice: SettingsNotice,
}

/// What the page tells beside the settings.
#[derive(Debug, Default)]
pub(crate) struct SettingsNotice {
    /// What something came to.
    pub(crate) result: Option<PageNotice>,
    /// What was looked at, and found.
    pub(crate) lines: Vec<FindingLine>,
    /// What has grown old, and would be wiped.
    pub(crate) old: Option<OutdatedData>,
}

#[derive(Debug, Default, Deserialize)]
pub(crate) struct SettingsQuery {
    /// What has been over for so many days is looked for.
    days: Option<String>,
}

impl SettingsPage<'_> {
    fn sender(&self) -> Option<String> {
        self.facts.sender.map(crate::domain::Phone::e164)
    }

    /// The days that stand in the field.
    fn days(&self) -> u64 {
        self.notice.old.as_ref().map_or(DAYS, |old| old.days)
    }

    fn file(&self) -> Option<String> {
        self.facts.settings_file.as_ref().map(|path| path.display().to_string())
    }
}

pub(crate) async fn page(
    State(shared): State<Arc<Shared>>,
    visit: Visit,
    Query(query): Query<SettingsQuery>,
) -> Result<Response, Failure> {
    let is_admin = visit.visitor.role >= Role::Admin;
    let notice = match query.days.filter(|_| is_admin) {
        None => SettingsNotice::default(),
        Some(days) => match retention::look(&visit, &days).await {
            Ok(old) => SettingsNotice { old: Some(old), ..SettingsNotice::default() },
            Err(Failure::Refused(problem)) => {
                SettingsNotice { result: Some(PageNotice::Problem(problem)), ..SettingsNotice::default() }
            }
            Err(error) => return Err(error),
        },
    };
    show(&shared, &visit, notice).await
}

/// The page with what something came to.
pub(crate) async fn show(
    shared: &Shared,
    visit: &Visit,
    notice: SettingsNotice,
) -> Result<Response, Failure> {
    let status = notice.result.as_ref().map_or(StatusCode::OK, PageNotice::status);
    let page = SettingsPage {
        f: visit.frame(Section::Settings, texts().settings.to_string()),
        facts: &shared.options.facts,
        db: visit.queue.name().display().to_string(),
        listen: shared.options.listen,
        package: env!("CATALINK_VERSION"),
        channels: notices::channels(shared, visit).await?,
        notice,
    };
    Ok((status, render(&page)?).into_response())
}

/// Looks whether everything is there that a campaign needs.
pub(crate) async fn check(State(shared): State<Arc<Shared>>, visit: Visit) -> Result<Response, Failure> {
    let lines = checkup::look(&shared.options.facts, &visit).await;
    let n_wrong = lines.iter().filter(|line| !line.is_fine).count() as u64;
    let result = match n_wrong {
        0 => PageNotice::Done(admin_texts().check_fine.to_string()),
        n => PageNotice::Problem(admin_texts().check_wrong.n(n)),
    };
    show(&shared, &visit, SettingsNotice { result: Some(result), lines, ..SettingsNotice::default() }).await
}

#[derive(Debug, Deserialize)]
pub(crate) struct PurgeForm {
    days: String,
    /// What the visitor was shown.
    rows: u64,
    receipts: u64,
}

/// Wipes what was shown; where that is something else by now it is shown again instead.
pub(crate) async fn purge(
    State(shared): State<Arc<Shared>>,
    visit: Visit,
    Form(form): Form<PurgeForm>,
) -> Result<Response, Failure> {
    let old = retention::look(&visit, &form.days).await?;
    if (old.n_rows(), old.n_receipts()) != (form.rows, form.receipts) {
        let result = Some(PageNotice::Problem(admin_texts().old_changed.to_string()));
        let notice = SettingsNotice { result, old: Some(old), ..SettingsNotice::default() };
        return show(&shared, &visit, notice).await;
    }
    let wiped = retention::purge(&visit, old.days).await?;
    let lines = wiped.campaigns.iter();
    let lines = lines.map(|(name, n_rows)| admin_texts().old_wiped_one.with2(name, texts().rows.n(n_rows)));
    let mut purged: Vec<_> = lines.collect();
    if wiped.n_receipts > 0 {
        purged.push(admin_texts().old_receipts.n(wiped.n_receipts));
    }
    let result = Some(PageNotice::Done(admin_texts().old_wiped.with(purged.join(", "))));
    show(&shared, &visit, SettingsNotice { result, ..SettingsNotice::default() }).await
}
