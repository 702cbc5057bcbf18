//! Where notices go, on the settings page, and a test to every channel.

use std::sync::Arc;

use axum::{extract::State, response::Response};

use super::{
    checkup::FindingLine,
    settings_page::{self, SettingsNotice},
};
use crate::{
    app::{notices::is_well, wording::notice::standing},
    console::{
        page::{failure::Failure, frame::Visit, notice::PageNotice, words::admin_texts},
        shared::Shared,
    },
    notifier::Notifier,
};

/// A channel as it is shown: never with its address, which may be a secret.
#[derive(Debug)]
pub(super) struct ChannelLine {
    pub(super) name: String,
    pub(super) kind: &'static str,
    /// The host that it leads to.
    pub(super) to: String,
    pub(super) is_well: bool,
    pub(super) standing: String,
}

/// What delivers, in the workspace of the visit: a rehearsal tells nobody.
fn notifier<'s>(shared: &'s Shared, visit: &Visit) -> Option<&'s Notifier> {
    shared.options.notifier.as_ref().filter(|_| !visit.workspace.is_rehearsal)
}

/// The channels of the settings, and how they are doing.
pub(super) async fn channels(shared: &Shared, visit: &Visit) -> Result<Vec<ChannelLine>, Failure> {
    let Some(notifier) = notifier(shared, visit) else { return Ok(Vec::new()) };
    let states = visit.queue.notice_channels().await?;
    let line = |channel: &crate::notifier::Channel| {
        let state = states.iter().find(|state| state.name == channel.name);
        ChannelLine {
            name: channel.name.clone(),
            kind: channel.address.kind(),
            to: channel.address.to_string(),
            is_well: state.is_none_or(is_well),
            standing: state.map(standing).unwrap_or_default(),
        }
    };
    Ok(notifier.channels().iter().map(line).collect())
}

/// Sends a test to every channel at once, and says what came back.
pub(crate) async fn test(State(shared): State<Arc<Shared>>, visit: Visit) -> Result<Response, Failure> {
    let Some(notifier) = notifier(&shared, &visit) else {
        let result = Some(PageNotice::Problem(admin_texts().notices_none.to_string()));
        return settings_page::show(&shared, &visit, SettingsNotice { result, ..SettingsNotice::default() })
            .await;
    };
    let tests = notifier.channels().iter().map(|channel| async {
        let result = notifier.test(&visit.queue, channel).await?;
        let is_fine = result.is_ok();
        let said = result.unwrap_or_else(|error| error.to_string());
        let found = format!("{}: {said}", channel.name);
        Ok::<_, Failure>(FindingLine { is_fine, what: admin_texts().notices, found })
    });
    let lines = futures_util::future::try_join_all(tests).await?;
    let n_wrong = lines.iter().filter(|line| !line.is_fine).count() as u64;
    let result = match n_wrong {
        0 => PageNotice::Done(admin_texts().notices_sent.to_string()),
        n => PageNotice::Problem(admin_texts().notices_failed.n(n)),
    };
    let notice = SettingsNotice { result: Some(result), lines, ..SettingsNotice::default() };
    settings_page::show(&shared, &visit, notice).await
}
