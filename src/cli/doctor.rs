//! `doctor`: what is missing, and how to get it. Sends no message.

use clap::Args;

use super::{Context, Exit, Failure, words};
use crate::{
    provider::{Kaleyra, Limits, kaleyra::Probe},
    queue::{Queue, Verified},
};

#[derive(Debug, Args)]
pub(super) struct DoctorArgs {
    /// Recount this campaign from its rows, and compare
    #[arg(long, value_name = "NAME")]
    verify: Option<String>,
}

pub(super) async fn doctor(args: &DoctorArgs, context: &Context) -> Result<Exit, Failure> {
    match &args.verify {
        Some(name) => verify(name, context).await,
        None => check(context).await,
    }
}

/// One line a check; the exit code says whether all of them passed.
async fn check(context: &Context) -> Result<Exit, Failure> {
    let settings = &context.settings;
    let ui = context.ui;
    let mut n_wrong = 0_u32;
    let mut tell = |is_fine: bool, what: &str, found: &str| {
        n_wrong += u32::from(!is_fine);
        ui.line(format!("{} {what}: {found}", if is_fine { "ok  " } else { "FAIL" }));
    };
    match &settings.file {
        Some(path) => tell(true, "settings", &path.display().to_string()),
        None => tell(true, "settings", "no catalink.toml here; flags and environment only"),
    }
    match Queue::open(&settings.db).await {
        Ok(queue) => {
            let n = queue.campaigns().await?.len() as u64;
            let n = words::counted(n, "campaign", "campaigns");
            tell(true, "database", &format!("{}, {n}", settings.db.display()));
            queue.close().await;
        }
        Err(crate::queue::QueueError::Missing { path }) => {
            tell(true, "database", &format!("{} will be made by catalink create", path.display()));
        }
        Err(error) => tell(false, "database", &Failure::from(error).words.join(": ")),
    }
    let year = context.clock.now().to_string();
    let is_plausible = context.clock.now().0 > CLOCK_FLOOR_MS;
    tell(is_plausible, "clock", &year);
    tell(true, "provider", &settings.base().to_string());
    match settings.account(None) {
        Err(error) => {
            let failure = Failure::from(error);
            let hint = failure.hint.unwrap_or_default();
            tell(false, "account", &format!("{}; {hint}", failure.words.join(": ")));
        }
        Ok(account) => {
            tell(true, "account", &format!("SID {}, sender {}, a key", account.sid, account.sender));
            let provider = Kaleyra::new(account, &Limits::default(), settings.ca_file.as_deref())?;
            match provider.probe().await {
                Probe::Fine => {
                    tell(true, "reached", "the provider knows the SID, the key and the sender's number");
                }
                Probe::Unclear(reason) => {
                    tell(true, "reached", &format!("it answers, without telling more ({})", reason.text));
                }
                Probe::Fault { cause, reason } => {
                    let remedy = words::remedy(cause).unwrap_or_default();
                    tell(false, "reached", &format!("{}: {}; {remedy}", reason.code, reason.text));
                }
                Probe::Unreachable(reason) => tell(false, "reached", &reason.text),
            }
        }
    }
    Ok(if n_wrong == 0 { Exit::Done } else { Exit::Error })
}

/// 2026-01-01: before it there was no catalink, so a clock that shows less is wrong.
const CLOCK_FLOOR_MS: i64 = 1_767_225_600_000;

/// Recounts a campaign from its rows. A figure that does not add up is an error.
async fn verify(name: &str, context: &Context) -> Result<Exit, Failure> {
    let queue = context.queue().await?;
    let campaign = queue.campaign(name).await?;
    let Verified { counted, wrong } = queue.verify(campaign.id).await?;
    queue.close().await;
    if wrong.is_empty() {
        context.ui.line(format!("`{name}` adds up: {}", words::counted(counted.total(), "row", "rows")));
        Ok(Exit::Done)
    } else {
        let mut failure = Failure::new(format!("`{name}` does not add up"));
        failure.words.extend(wrong);
        Err(failure.hint("stop sending from this database, keep a copy of it, and report this"))
    }
}
