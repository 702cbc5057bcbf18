//! `doctor`: what is missing, and how to get it. Sends no message.

use clap::Args;
use serde_json::json;

use crate::{
    app::{
        doctor::{self, Database, Finding, NoAccount, Subject},
        wording::{Face, notice::standing, pause, server},
    },
    cli::{Context, Exit, Failure, terminal::words},
    provider::Probe,
    queue::Verified,
};

#[derive(Debug, Args)]
pub(crate) struct DoctorArgs {
    /// Recount this campaign from its rows, and compare
    #[arg(long, value_name = "NAME")]
    verify: Option<String>,
}

pub(crate) async fn doctor(args: &DoctorArgs, context: &Context) -> Result<Exit, Failure> {
    match &args.verify {
        Some(name) => verify(name, context).await,
        None => check(context).await,
    }
}

/// One line a check; the exit code says whether all of them passed.
async fn check(context: &Context) -> Result<Exit, Failure> {
    let settings = &context.settings;
    let subject = Subject {
        settings: settings.file.clone(),
        database: Database::At(&settings.db),
        now: context.clock.now(),
        base: settings.base().to_string(),
        account: settings.account(None).map_err(|error| {
            let Failure { words, hint, .. } = Failure::from(error);
            NoAccount(format!("{}; {}", words.join(": "), hint.unwrap_or_default()))
        }),
        ca_file: settings.ca_file.as_deref(),
    };
    let mut n_wrong = 0_u32;
    let mut checks = Vec::new();
    doctor::look(subject, |finding| {
        let is_fine = finding.is_fine();
        n_wrong += u32::from(!is_fine);
        let (what, found) = told(finding);
        if context.ui.is_json() {
            checks.push(json!({ "check": what, "ok": is_fine, "found": found }));
        } else {
            context.ui.line(format!("{} {what}: {found}", if is_fine { "ok  " } else { "FAIL" }));
        }
    })
    .await;
    if context.ui.is_json() {
        context.ui.json(&json!({ "ok": n_wrong == 0, "checks": checks }));
    }
    Ok(if n_wrong == 0 { Exit::Done } else { Exit::Error })
}

/// What was looked at, and what was found.
fn told(finding: Finding) -> (&'static str, String) {
    match finding {
        Finding::Settings(Some(path)) => ("settings", path.display().to_string()),
        Finding::Settings(None) => {
            ("settings", "no catalink.toml here; flags and environment only".to_owned())
        }
        Finding::Database { path, n_campaigns } => {
            let n = words::counted(n_campaigns, "campaign", "campaigns");
            ("database", format!("{}, {n}", path.display()))
        }
        Finding::Server(report) => ("server", server::sentence(&report)),
        Finding::NoDatabase { path } => {
            ("database", format!("{} will be made by catalink create", path.display()))
        }
        Finding::BrokenDatabase(error) => ("database", Failure::from(error).words.join(": ")),
        Finding::Channel(state) => ("notices", format!("`{}`: {}", state.name, standing(&state))),
        Finding::Clock { now, .. } => ("clock", now.to_string()),
        Finding::Provider(base) => ("provider", base),
        Finding::Account { sid, sender } => ("account", format!("SID {sid}, sender {sender}, a key")),
        Finding::NoAccount(missing) => ("account", missing.to_string()),
        Finding::Unusable(error) => ("account", Failure::of(&error).words.join(": ")),
        Finding::Reached(Probe::Fine) => {
            ("reached", "the provider knows the SID, the key and the sender's number".to_owned())
        }
        Finding::Reached(Probe::Unclear(reason)) => {
            ("reached", format!("it answers, without telling more ({})", reason.text))
        }
        Finding::Reached(Probe::Fault { cause, reason }) => {
            let remedy = pause::remedy(cause, Face::Terminal);
            ("reached", format!("{}: {}; {remedy}", reason.code, reason.text))
        }
        Finding::Reached(Probe::Unreachable(reason)) => ("reached", reason.text),
    }
}

/// Recounts a campaign from its rows. A figure that does not add up is an error.
async fn verify(name: &str, context: &Context) -> Result<Exit, Failure> {
    let queue = context.queue_to_read().await?;
    let campaign = queue.campaign(name).await?;
    let Verified { counted, wrong } = queue.verify(campaign.id).await?;
    queue.close().await;
    if wrong.is_empty() {
        let n_rows = words::counted(counted.total(), "row", "rows");
        if context.ui.is_json() {
            context.ui.json(&json!({ "campaign": name, "ok": true, "rows": counted.total() }));
        } else {
            context.ui.line(format!("`{name}` adds up: {n_rows}"));
        }
        Ok(Exit::Done)
    } else {
        let mut failure = Failure::new(format!("`{name}` does not add up"));
        failure.words.extend(wrong);
        Err(failure.hint("stop sending from this database, keep a copy of it, and report this"))
    }
}
