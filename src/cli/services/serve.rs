//! `serve` and `user`: the console, the callback receiver, and a worker that runs started campaigns.

use std::{convert::Infallible, net::SocketAddr, sync::Arc, time::Duration};

use clap::{Args, Subcommand};
use serde_json::json;
use tokio::{sync::watch, time::MissedTickBehavior};

use super::{notify, receive};
use crate::{
    api,
    app::doctor::{Accounts, NoAccount},
    cli::{
        Context, Exit, Failure,
        campaign::plan,
        terminal::{
            signals::{Signal, Signals},
            words::{self, UnknownWord},
        },
        upkeep::purge::purged,
        upkeep::shell,
    },
    clock::Clock,
    config::{Settings, parse_size},
    console::{self, ConsoleError, Facts, Options, Reach, UNDO_FOR, UPLOAD_BYTES_MAX},
    domain::{Campaign, State, reach::hours::LocalHours},
    notifier::{Heartbeat, Notifier},
    queue::{Queue, QueueError, Role},
    random,
    server::Network,
};

/// How often what has grown too old is looked for.
const RETENTION_EVERY: Duration = Duration::from_hours(1);

#[derive(Debug, Args)]
pub(crate) struct ServeArgs {
    /// Where to listen
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// Let other machines in: a proxy in front of it speaks https, and there is a user
    #[arg(long)]
    behind_tls: bool,
    /// Tell browsers to come by https only, for a year (HSTS)
    #[arg(long, requires = "behind_tls")]
    hsts: bool,
    /// A proxy in front of it, or the network of several: its X-Forwarded-For tells who asks; can be repeated
    #[arg(long, value_name = "CIDR")]
    trusted_proxy: Vec<Network>,
    /// Continue the campaigns that a person had stopped, with Ctrl-C for instance
    #[arg(long)]
    resume: bool,
    /// The largest file that can be uploaded, such as 500MB
    #[arg(long, value_name = "SIZE", value_parser = parse_size)]
    max_upload: Option<u64>,
}

#[derive(Debug, Args)]
pub(crate) struct UserArgs {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Let someone in, or give them a new password; it is printed once
    Add {
        /// The name to sign in with
        name: String,
        /// viewer looks, sender sends, admin does all
        #[arg(long, default_value = "sender", value_parser = parse_role, add = shell::words(Role::ALL.map(Role::name).into()))]
        role: Role,
        /// Take the password from standard input instead of making one
        #[arg(long)]
        password_stdin: bool,
    },
    /// Let someone in no more
    Remove {
        /// The name
        name: String,
    },
    /// Print who may sign in
    List,
}

pub(super) fn parse_role(text: &str) -> Result<Role, UnknownWord> {
    Role::from_name(text).ok_or_else(|| UnknownWord::new(text, "not a role", &Role::ALL.map(Role::name)))
}

pub(crate) async fn serve(args: &ServeArgs, context: &Context) -> Result<Exit, Failure> {
    let queue = context.queue_or_create().await?;
    let notifier = notify::notifier(&queue, context).await?;
    let heartbeat = Heartbeat::beating();
    let options = options(args, &queue, (notifier.clone(), heartbeat.clone()), context)?;
    let (stop, stopped) = watch::channel(false);
    let ui = context.ui;
    let has_receiver = options.callbacks.is_some();
    let listening = move |address| {
        ui.line(format!("the console is at http://{address}"));
        if has_receiver {
            ui.note(format!("callbacks are taken at http://{address}/callbacks/TOKEN"));
        } else {
            ui.note("no callbacks: set CATALINK_CALLBACK_TOKEN to take delivery receipts");
        }
        ui.note("Ctrl-C ends it, safely");
    };
    show_continued(&queue, args.resume, context).await?;
    let notifying = notifier.map(|notifier| notify::start(notifier, &queue, Some(heartbeat), context));
    let mut signals = Signals::listen()?;
    let mut first = Signal::Terminate;
    let stopping = async {
        first = signals.next().await;
        ui.note("stopping: waiting for the answers to requests in flight (Ctrl-C again stops at once)");
        stop.send_replace(true);
        signals.next().await;
    };
    let retention = async {
        match context.settings.keep {
            Some(keep) => retain(&queue, keep, context).await,
            None => std::future::pending().await,
        }
    };
    let served = tokio::select! {
        served = console::serve(options, listening, stopped) => served,
        never = retention => match never {},
        never = receive::forget_texts(&queue, context) => match never {},
        () = stopping => return Ok(Exit::Interrupted),
    };
    if first == Signal::Interrupt {
        note_interrupted(&queue, context).await?;
    }
    if let Some(notifying) = notifying {
        notifying.end(&queue, context).await;
    }
    queue.close().await;
    served?;
    Ok(Exit::Done)
}

/// What is served, and how: the console, and beside it the API with the same settings.
fn options(
    args: &ServeArgs,
    queue: &Queue,
    (notifier, heartbeat): (Option<Notifier>, Heartbeat),
    context: &Context,
) -> Result<Options, Failure> {
    let settings = context.settings.clone();
    let callbacks = match settings.callbacks.token {
        Some(_) => Some(receive::gate(&settings)?),
        None => None,
    };
    let opt_out_words = settings.opt_out.list();
    let accounts: Accounts = Arc::new(move |sender| {
        settings.account(sender).map_err(|error| {
            let Failure { words, hint, .. } = Failure::from(error);
            NoAccount(format!("{}; {}", words.join(": "), hint.unwrap_or_default()))
        })
    });
    let upload_bytes_max = args.max_upload.unwrap_or(UPLOAD_BYTES_MAX);
    let further = api::routes(api::Options {
        queue: queue.clone(),
        clock: context.clock,
        defaults: plan::defaults(context),
        accounts: Arc::clone(&accounts),
        ca_file: context.settings.ca_file.clone(),
        upload_bytes_max,
    });
    Ok(Options {
        listen: args.listen,
        reach: if args.behind_tls { Reach::BehindTls } else { Reach::Loopback },
        queue: queue.clone(),
        clock: context.clock,
        facts: facts(&context.settings),
        ca_file: context.settings.ca_file.clone(),
        rates: context.settings.rates.clone(),
        accounts,
        upload_bytes_max,
        undo_for: UNDO_FOR,
        is_only_by_tls: args.hsts,
        trusted_proxies: args.trusted_proxy.clone(),
        hours: LocalHours::daytime(),
        opt_out_words,
        callbacks,
        notifier,
        heartbeat,
        further,
    })
}

/// Says which campaigns are sent again from here on, and which wait for somebody to start them.
async fn show_continued(queue: &Queue, resumes: bool, context: &Context) -> Result<(), Failure> {
    if resumes {
        queue.continue_interrupted().await?;
    }
    let running = queue.campaigns_in([State::Running, State::Running]).await?;
    let (interrupted, continued): (Vec<_>, Vec<_>) =
        running.into_iter().partition(|campaign| campaign.interrupted_at.is_some());
    let names = |campaigns: Vec<Campaign>| {
        words::listed(&campaigns.into_iter().map(|campaign| campaign.plan.name).collect::<Vec<_>>())
    };
    if !continued.is_empty() {
        context.ui.note(format!("sending continues: {} had not finished", names(continued)));
    }
    if !interrupted.is_empty() {
        context.ui.note(format!(
            "not sent, because somebody stopped it: {}; continue in the browser, or with catalink serve --resume",
            names(interrupted)
        ));
    }
    Ok(())
}

/// Ctrl-C is a person's word: what was being sent here waits for a person. What another process sends is not ours.
async fn note_interrupted(queue: &Queue, context: &Context) -> Result<(), QueueError> {
    match queue.take_lease(std::process::id(), context.clock.now()).await {
        Ok(_lease) => queue.interrupt(None, context.clock.now()).await,
        Err(QueueError::Leased { .. } | QueueError::Restored { .. }) => Ok(()),
        Err(error) => Err(error),
    }
}

/// Wipes what is older than the settings allow, now and every hour: of the queue and of the rehearsal's.
async fn retain(queue: &Queue, keep: Duration, context: &Context) -> Infallible {
    let mut hours = tokio::time::interval(RETENTION_EVERY);
    hours.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        hours.tick().await;
        let rehearsal = match Queue::open(&console::rehearsal_of(&queue.files())).await {
            Ok(rehearsal) => Some(rehearsal),
            Err(QueueError::Missing { .. }) => None,
            Err(error) => {
                tracing::error!(%error, "expired data of the rehearsal cannot be deleted");
                None
            }
        };
        for queue in [Some(queue), rehearsal.as_ref()].into_iter().flatten() {
            let queue = queue.acting_as("retention (the setting keep)", || Clock.now());
            match queue.purge_older_than(keep, context.clock.now()).await {
                Ok(outdated) => purged(&outdated).into_iter().for_each(|line| context.ui.note(line)),
                Err(error) => tracing::error!(%error, "expired data cannot be deleted"),
            }
        }
        if let Some(rehearsal) = rehearsal {
            rehearsal.close().await;
        }
    }
}

fn facts(settings: &Settings) -> Facts {
    Facts {
        pod: settings.pod.to_string(),
        base: settings.base().to_string(),
        sid: settings.sid.clone(),
        has_key: settings.api_key.is_some(),
        sender: settings.sender,
        settings_file: settings.file.clone(),
    }
}

pub(crate) async fn user(args: UserArgs, context: &Context) -> Result<Exit, Failure> {
    let queue = context.queue_or_create().await?;
    let ui = context.ui;
    match args.action {
        Action::Add { name, role, password_stdin } => {
            let password = if password_stdin { read_password()? } else { new_password()? };
            let hash = console::hash_password(&password).map_err(|error| Failure::of(&error))?;
            queue.add_user(name.clone(), role, hash, context.clock.now()).await?;
            if ui.is_json() {
                let shown = (!password_stdin).then_some(&password);
                ui.json(&json!({ "user": name, "role": role.name(), "password": shown }));
            } else if !password_stdin {
                ui.line(format!("password: {password}"));
                ui.note("it is shown this once");
            }
            ui.note(format!("`{name}` may sign in as {}", role.name()));
            if queue.users().await?.iter().all(|user| user.role != Role::Admin) {
                ui.note("there is no admin yet; only an admin may add users, copy the database and delete data: catalink user add NAME --role admin");
            }
        }
        Action::Remove { name } => {
            if !queue.remove_user(name.clone()).await? {
                return Err(Failure::new(format!("there is no user `{name}`")).hint("catalink user list"));
            }
            ui.done(format!("`{name}` can no longer sign in"), &json!({ "user": name }));
        }
        Action::List => {
            let users = queue.users().await?;
            if ui.is_json() {
                let facts = users.iter().map(|user| {
                    json!({ "user": user.name, "role": user.role.name(), "created_at": user.created_at.to_string() })
                });
                ui.json(&facts.collect::<Vec<_>>());
                return Ok(Exit::Done);
            }
            for user in &users {
                ui.line(format!("{}  {}  since {}", user.name, user.role.name(), user.created_at));
            }
            ui.note(words::counted(users.len() as u64, "user", "users"));
        }
    }
    queue.close().await;
    Ok(Exit::Done)
}

fn read_password() -> Result<String, Failure> {
    let mut line = String::new();
    std::io::stdin()
        .read_line(&mut line)
        .map_err(|error| Failure::from(error).while_doing("cannot read the password"))?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

/// Four groups of five letters and digits that are not mistaken for each other: 100 bits of chance.
fn new_password() -> Result<String, Failure> {
    let mut password = random::text(random::LEGIBLE, 20)
        .map_err(|_| Failure::new("the system gives no random numbers to make a password of"))?;
    for at in [15, 10, 5] {
        password.insert(at, '-');
    }
    Ok(password)
}

impl From<ConsoleError> for Failure {
    fn from(error: ConsoleError) -> Self {
        let failure = Self::of(&error);
        match error {
            ConsoleError::Queue(error) => Self::from(error),
            ConsoleError::Reachable { .. } => failure.hint(
                "put a proxy that speaks https in front and say --behind-tls, or listen on 127.0.0.1 (the default)",
            ),
            ConsoleError::NoUser { .. } => failure.hint("catalink user add NAME --role admin"),
            ConsoleError::Listen { .. } => failure.hint("catalink serve --listen 127.0.0.1:0 takes any free port"),
            ConsoleError::Uploads { .. } | ConsoleError::Rehearsal(_) | ConsoleError::Serve(_) => failure,
        }
    }
}
