//! `notify`: the channels of notices. And what delivers notices beside `run`, `serve` and `receive`.

use std::{convert::Infallible, time::Duration};

use clap::{Args, Subcommand};
use serde_json::json;
use tokio::task::JoinHandle;

use crate::{
    app::{
        self,
        wording::{self, notice::standing},
    },
    cli::{Context, Exit, Failure, terminal::words},
    notifier::{Channel, Heartbeat, Notifier, Running},
    queue::Queue,
};

/// How long the end of a command waits for what is due to be delivered.
const LAST_WORDS_MAX: Duration = Duration::from_secs(5);

#[derive(Debug, Args)]
pub(crate) struct NotifyArgs {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Send a test notice to each channel, or to one, and say what came back
    Test {
        /// The channel, as `[notices.NAME]` has it
        #[arg(value_name = "CHANNEL")]
        name: Option<String>,
    },
    /// Show the channels: what was last sent, what waits, what was given up
    List,
}

pub(crate) async fn notify(args: &NotifyArgs, context: &Context) -> Result<Exit, Failure> {
    match &args.action {
        Action::Test { name } => test(name.as_deref(), context).await,
        Action::List => list(context).await,
    }
}

/// What delivers notices and watches, beside something else.
#[derive(Debug)]
pub(crate) struct Notifying {
    running: Running,
    watch: Option<JoinHandle<Infallible>>,
}

impl Drop for Notifying {
    fn drop(&mut self) {
        if let Some(watch) = &self.watch {
            watch.abort();
        }
    }
}

impl Notifying {
    /// Delivers what is due, within a few seconds, and says what is left for the next process.
    pub(crate) async fn end(mut self, queue: &Queue, context: &Context) {
        if let Some(watch) = self.watch.take() {
            watch.abort();
        }
        let Self { running, .. } = &mut self;
        running.end(LAST_WORDS_MAX).await;
        let Ok(channels) = queue.notice_channels().await else { return };
        for channel in channels.iter().filter(|channel| channel.n_waiting > 0) {
            context.ui.note(format!(
                "{} for `{}` not delivered yet{}; the next run, serve or receive tries again",
                words::counted(channel.n_waiting, "notice is", "notices are"),
                channel.name,
                channel.last_error.as_ref().map(|error| format!(" ({error})")).unwrap_or_default(),
            ));
        }
    }
}

/// What delivers to the channels of the settings; none where there is nothing to deliver to. From here on notices are written for
/// these channels alone.
pub(crate) async fn notifier(queue: &Queue, context: &Context) -> Result<Option<Notifier>, Failure> {
    let settings = &context.settings;
    let notices = settings.notices.notices.clone();
    let is_nothing = notices.channels.is_empty() && notices.ping.is_none();
    // Where there is no settings file, nobody has said that there are no channels.
    if is_nothing && settings.file.is_none() {
        return Ok(None);
    }
    let notifier = Notifier::new(queue.clone(), context.clock, notices, wording::notice::worded)
        .map_err(|error| Failure::of(&error).while_doing("cannot send notices"))?;
    if settings.file.is_some() {
        for (name, n) in notifier.take_over().await? {
            context.ui.warn(format!(
                "`{name}` is no channel of the settings any more: {} for it dropped",
                words::counted(n, "notice is", "notices are")
            ));
        }
    }
    Ok((!is_nothing).then_some(notifier))
}

/// Begins to deliver. Where there is a worker, its campaigns are watched, and the ping says that it lives.
pub(crate) fn start(
    notifier: Notifier,
    queue: &Queue,
    worker: Option<Heartbeat>,
    context: &Context,
) -> Notifying {
    let has_channels = !notifier.channels().is_empty();
    let (queue, clock, after) = (queue.clone(), context.clock, context.settings.notices.backup_after);
    let watch = (worker.is_some() && has_channels)
        .then(|| tokio::spawn(async move { app::notices::watch(&queue, clock, after).await }));
    Notifying { running: notifier.start(worker), watch }
}

async fn test(name: Option<&str>, context: &Context) -> Result<Exit, Failure> {
    let channels = &context.settings.notices.notices.channels;
    let chosen: Vec<&Channel> =
        channels.iter().filter(|channel| name.is_none_or(|name| name == channel.name)).collect();
    if chosen.is_empty() {
        let names: Vec<_> = channels.iter().map(|channel| channel.name.clone()).collect();
        return Err(match (name, names.is_empty()) {
            (Some(name), false) => Failure::new(format!("there is no channel `{name}`"))
                .hint(format!("the settings have {}", words::listed(&names))),
            (_, true) | (None, _) => Failure::new("the settings have no channel for notices")
                .hint("write [notices.NAME] with a kind and an address into catalink.toml"),
        });
    }
    let queue = context.queue_or_create().await?;
    let Some(notifier) = notifier(&queue, context).await? else { return Ok(Exit::Done) };
    let (mut n_failed, mut facts) = (0_u32, Vec::new());
    for channel in chosen {
        let result = notifier.test(&queue, channel).await?;
        n_failed += u32::from(result.is_err());
        let (is_fine, said) = match &result {
            Ok(said) => (true, said.clone()),
            Err(error) => (false, error.to_string()),
        };
        if context.ui.is_json() {
            facts.push(json!({ "channel": channel.name, "ok": is_fine, "said": said }));
        } else {
            let mark = if is_fine { "ok  " } else { "FAIL" };
            context.ui.line(format!(
                "{mark} {} ({}, {}): {said}",
                channel.name,
                channel.address.kind(),
                channel.address
            ));
        }
    }
    if context.ui.is_json() {
        context.ui.json(&facts);
    }
    queue.close().await;
    Ok(if n_failed == 0 { Exit::Done } else { Exit::Error })
}

async fn list(context: &Context) -> Result<Exit, Failure> {
    let states = match context.queue_to_read().await {
        Ok(queue) => {
            let states = queue.notice_channels().await?;
            queue.close().await;
            states
        }
        Err(failure) if !context.settings.db.exists() => {
            tracing::debug!(words = failure.words.join(": "), "no database yet");
            Vec::new()
        }
        Err(failure) => return Err(failure),
    };
    let channels = &context.settings.notices.notices.channels;
    let state = |name: &str| states.iter().find(|state| state.name == name);
    if context.ui.is_json() {
        let facts = channels.iter().map(|channel| {
            let state = state(&channel.name);
            json!({
                "channel": channel.name,
                "kind": channel.address.kind(),
                "to": channel.address.to_string(),
                "events": channel.events.iter().map(|kind| kind.name()).collect::<Vec<_>>(),
                "last_at": state.and_then(|state| state.last_at).map(|at| at.to_string()),
                "last_error": state.and_then(|state| state.last_error.clone()),
                "waiting": state.map_or(0, |state| state.n_waiting),
                "given_up": state.map_or(0, |state| state.n_given_up),
            })
        });
        context.ui.json(&facts.collect::<Vec<_>>());
        return Ok(Exit::Done);
    }
    for channel in channels {
        let standing = state(&channel.name).map_or_else(|| "nothing sent yet".to_owned(), standing);
        context.ui.line(format!(
            "{}  {}  {}  {standing}",
            channel.name,
            channel.address.kind(),
            channel.address
        ));
    }
    context.ui.note(words::counted(channels.len() as u64, "channel", "channels"));
    Ok(Exit::Done)
}
