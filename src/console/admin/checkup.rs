//! Whether everything is there that a campaign needs, on the settings page.

use crate::{
    app::{
        doctor::{self, Database, Finding, Subject},
        wording::{Face, notice::standing, pause, server},
    },
    console::{
        page::{
            failure::in_words,
            frame::{Moment, Visit},
            words::{Phrase, admin_texts},
        },
        setup::Facts,
    },
    provider::Probe,
};

/// One thing that was looked at, as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FindingLine {
    pub(crate) is_fine: bool,
    pub(crate) what: Phrase,
    pub(crate) found: String,
}

/// Looks at everything.
pub(crate) async fn look(facts: &Facts, visit: &Visit) -> Vec<FindingLine> {
    let workspace = &visit.workspace;
    let account = (workspace.accounts)(None);
    let base = account.as_ref().map_or_else(|_| facts.base.clone(), |account| account.base.to_string());
    let subject = Subject {
        settings: facts.settings_file.clone(),
        database: Database::Open(&visit.queue),
        now: workspace.clock.now(),
        base,
        account,
        ca_file: workspace.ca_file.as_deref(),
    };
    let mut lines = Vec::new();
    doctor::look(subject, |finding| lines.push(FindingLine::of(finding))).await;
    lines
}

impl FindingLine {
    fn of(finding: Finding) -> Self {
        let h = admin_texts();
        let is_fine = finding.is_fine();
        let (what, found) = match finding {
            Finding::Settings(Some(path)) => (h.settings_file, path.display().to_string()),
            Finding::Settings(None) => (h.settings_file, h.check_no_file.to_string()),
            Finding::Database { path, n_campaigns } => {
                (h.settings_db, format!("{}: {}", path.display(), h.check_campaigns.n(n_campaigns)))
            }
            Finding::Server(report) => (h.settings_db, server::sentence(&report)),
            Finding::NoDatabase { path } => {
                (h.settings_db, format!("{}: {}", path.display(), h.check_no_database))
            }
            Finding::BrokenDatabase(error) => (h.settings_db, in_words(&error)),
            Finding::Channel(state) => (h.notices, format!("{}: {}", state.name, standing(&state))),
            Finding::Clock { now, is_plausible: true } => (h.check_clock, Moment::new(now).text()),
            Finding::Clock { now, is_plausible: false } => {
                (h.check_clock, h.check_clock_wrong.with(Moment::new(now).text()))
            }
            Finding::Provider(base) => (h.settings_base, base),
            Finding::Account { sid, sender } => {
                (h.check_account, h.check_account_found.with2(sid, sender.e164()))
            }
            Finding::NoAccount(missing) => (h.check_account, missing.to_string()),
            Finding::Unusable(error) => (h.check_account, in_words(&error)),
            Finding::Reached(probe) => (h.check_reached, answer(probe)),
        };
        Self { is_fine, what, found }
    }
}

fn answer(probe: Probe) -> String {
    match probe {
        Probe::Fine => admin_texts().check_known.to_string(),
        Probe::Unclear(reason) => admin_texts().check_unclear.with(reason.text),
        Probe::Fault { cause, reason } => {
            let remedy = pause::remedy(cause, Face::Browser);
            format!("{}: {}. {remedy}", reason.code, reason.text)
        }
        Probe::Unreachable(reason) => reason.text,
    }
}
