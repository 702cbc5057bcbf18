//! The face in a terminal: arguments, dispatch, and nothing else.

mod campaign;
mod examples;
mod lists;
mod results;
mod services;
mod terminal;
mod upkeep;
use std::path::PathBuf;

use clap::{CommandFactory, Parser, Subcommand, ValueHint};
use clap_complete::CompleteEnv;

pub use terminal::exit::Exit;
pub use terminal::failure::Failure;
use terminal::ui::Ui;

use crate::{clock::Clock, config::Settings, queue::Queue};

/// What stands at the end of `--help`.
const AFTER_HELP: &str = "\
Examples:
  catalink demo
  catalink create spring --message 'Hi {{Name}}, our catalogue: https://wa.me/c/911161197855'
  catalink import spring customers.csv --region IN
  catalink rehearse spring
  catalink run spring
  catalink export spring -o spring-results.csv

Environment:
  KALEYRA_SID, KALEYRA_API_KEY   the account and its key
  KALEYRA_SENDER                 the sender's business number
  KALEYRA_POD                    the provider's region: in, sg, eu, na
  KALEYRA_BASE_URL               an address instead of the region's
  CATALINK_DB                    the database: a file, or postgres://USER@HOST/DATABASE
  CATALINK_DB_PASSWORD_FILE      the file with the password of that server
  CATALINK_STATE                 the folder for uploaded lists, where the database is on a server
  CATALINK_LOG                   the log's filter, such as info
  CATALINK_KEEP                  how long data of people are kept, such as 90d
  CATALINK_CALLBACK_TOKEN        the secret part of the address of callbacks
  CATALINK_PING                  an address that is asked for once a minute while all is well

Exit codes:
  0    Done: everyone accepted or rightly left out.
  1    Error: nothing was done, or not all of it; standard error says what.
  2    Usage: the command line is not understood.
  3    Finished, but some recipients failed or are in doubt; or there was nobody to send to.
  4    Paused by the provider, a limit or the operator; the campaign is kept.
  5    Another process is sending from this database.
  130  Interrupted safely: run it again to continue.";

/// Sends one WhatsApp catalogue link message to each row of a recipient list through Kaleyra, and records the outcome
/// of every one. Nobody is messaged twice, nobody is forgotten.
#[derive(Debug, Parser)]
#[command(name = "catalink", version = env!("CATALINK_VERSION"), max_term_width = 100, arg_required_else_help = true, after_help = AFTER_HELP)]
struct Args {
    #[command(flatten)]
    global: GlobalArgs,
    #[command(subcommand)]
    command: Command,
}

/// What every command takes.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Global options")]
struct GlobalArgs {
    /// The database: a file, or `postgres://USER@HOST/DATABASE` [default: catalink.db, or `CATALINK_DB`]
    #[arg(long, global = true, value_name = "PATH", value_hint = ValueHint::FilePath)]
    db: Option<PathBuf>,
    /// Print results and errors as JSON, for programs
    #[arg(long, global = true)]
    json: bool,
    /// Print results and errors only
    #[arg(long, short, global = true, conflicts_with = "verbose")]
    quiet: bool,
    /// Log what happens to standard error, each request included; twice for more
    #[arg(long, short, global = true, action = clap::ArgAction::Count)]
    verbose: u8,
    /// Log to the end of this file instead
    #[arg(long, global = true, value_name = "FILE", value_hint = ValueHint::FilePath)]
    log: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Watch a whole campaign happen on a simulated provider; needs no account
    Demo(services::demo::DemoArgs),
    /// Make a campaign: the message and its limits
    #[command(after_help = examples::CREATE)]
    Create(Box<campaign::settings::CreateArgs>),
    /// Name the campaigns there are
    List(campaign::listing::ListArgs),
    /// Show what a campaign is made of: message, settings, lists
    Show(campaign::listing::ShowArgs),
    /// Change a campaign before it starts; its rate and hours also later
    Edit(Box<campaign::editing::EditArgs>),
    /// Give a campaign another name
    Rename(campaign::editing::RenameArgs),
    /// Make another campaign with the same message and settings
    Copy(campaign::editing::CopyArgs),
    /// Delete a campaign of which nobody was messaged
    Delete(campaign::editing::DeleteArgs),
    /// Add the rows of a recipient list to a campaign
    #[command(after_help = examples::IMPORT)]
    Import(lists::import::ImportArgs),
    /// Run a copy of a campaign on a simulated provider, with its report; nothing is sent
    Rehearse(Box<campaign::rehearse::RehearseArgs>),
    /// Show the exact messages that would be sent; send nothing
    Preview(campaign::preview::PreviewArgs),
    /// Send one real message, outside the campaign's counts
    Test(campaign::preview::TestArgs),
    /// Send a campaign's messages, or continue where it was interrupted
    #[command(after_help = examples::RUN)]
    Run(campaign::run::RunArgs),
    /// Create, import and run in one
    Send(Box<campaign::send::SendArgs>),
    /// Stop a campaign until it is resumed; from any terminal
    Pause(campaign::settings::NameArgs),
    /// Lift a pause and continue: one message first, the rest when it is accepted
    Resume(campaign::run::ResumeArgs),
    /// End a campaign; what is still queued is never sent
    Cancel(campaign::settings::CancelArgs),
    /// Change the rate, also of a running campaign
    Rate(campaign::settings::RateArgs),
    /// Put failed recipients back into the queue
    #[command(after_help = examples::RETRY)]
    Retry(campaign::resolve::RetryArgs),
    /// Settle recipients in doubt: send again, or close
    Resolve(campaign::resolve::ResolveArgs),
    /// Show one campaign, or all
    #[command(after_help = examples::STATUS)]
    Status(results::status::StatusArgs),
    /// Write the result of every row
    #[command(after_help = examples::EXPORT)]
    Export(results::export::ExportArgs),
    /// Take delivery facts from the provider's downloaded report, where callbacks were lost
    Reconcile(results::reconcile::ReconcileArgs),
    /// Print totals by tag, code, hour or country, or write a page with charts
    #[command(after_help = examples::REPORT)]
    Report(results::report::ReportArgs),
    /// Keep the list of numbers that no campaign may message
    #[command(after_help = examples::SUPPRESS)]
    Suppress(lists::suppress::SuppressArgs),
    /// Show who may have asked to be left alone, and decide
    Optouts(lists::optouts::OptOutsArgs),
    /// Show who can be reached, because they wrote within the last 24 hours
    Windows(lists::windows::WindowsArgs),
    /// Take the provider's delivery callbacks in, without the console
    Receive(services::receive::ReceiveArgs),
    /// Be the provider, on this machine, with faults: for rehearsals
    Simulate(Box<services::simulate::SimulateArgs>),
    /// Serve the console in a browser, take receipts, and run started campaigns
    Serve(services::serve::ServeArgs),
    /// Say who may sign in to the console
    User(services::serve::UserArgs),
    /// Say which programs may use the HTTP API of serve
    Token(services::token::TokenArgs),
    /// Test and show the channels that tell of pauses, ends and trouble
    Notify(services::notify::NotifyArgs),
    /// Check the settings, the database and the provider; send nothing
    Doctor(upkeep::doctor::DoctorArgs),
    /// Write a copy of the database, also while a campaign runs
    Backup(upkeep::backup::BackupArgs),
    /// Put a backup in the database's place and keep the replaced one; nothing is sent until you say --restored
    Restore(upkeep::backup::RestoreArgs),
    /// Move everything to another database: into a PostgreSQL server, or back into a file
    Move(upkeep::moving::MoveArgs),
    /// Wipe the data of recipients of campaigns that are over; figures stay
    Purge(upkeep::purge::PurgeArgs),
    /// Show who did what, newest first
    Audit(upkeep::purge::AuditArgs),
    /// Print what makes a shell complete commands, options and campaigns
    Completions(upkeep::shell::CompletionsArgs),
    /// Print the manual, or write its pages into a folder
    Man(upkeep::shell::ManArgs),
}

/// What every command has at hand.
struct Context {
    settings: Settings,
    ui: Ui,
    clock: Clock,
    /// Who runs this, for the audit trail.
    who: String,
}

impl Context {
    /// The queue, which has to exist. What a dead process left in flight is put in doubt on the way.
    async fn queue(&self) -> Result<Queue, Failure> {
        let queue =
            Queue::open_database(&self.settings.db).await?.acting_as(self.who.as_str(), || Clock.now());
        self.opened(queue).await
    }

    /// The queue to look at, which has to exist; also on a disk that cannot be written.
    async fn queue_to_read(&self) -> Result<Queue, Failure> {
        let queue = Queue::open_database_to_read(&self.settings.db)
            .await?
            .acting_as(self.who.as_str(), || Clock.now());
        self.opened(queue).await
    }

    /// The queue, made where there is none.
    async fn queue_or_create(&self) -> Result<Queue, Failure> {
        let queue = Queue::open_or_create_database(&self.settings.db)
            .await?
            .acting_as(self.who.as_str(), || Clock.now());
        self.opened(queue).await
    }

    /// Says where a file was kept whose schema was brought up to date, and puts in doubt what a dead process left.
    async fn opened(&self, queue: Queue) -> Result<Queue, Failure> {
        if let Some(copy) = queue.outdated_copy() {
            self.ui.note(format!(
                "the database now has the schema of catalink {}; as it was before, it is in {}",
                env!("CARGO_PKG_VERSION"),
                copy.display()
            ));
        }
        queue.recover(std::process::id(), self.clock.now()).await?;
        Ok(queue)
    }
}

/// Runs the program and says how it ended. Everything that can be said has been said by then.
pub fn main() -> Exit {
    CompleteEnv::with_factory(Args::command).complete();
    let args = match Args::try_parse() {
        Ok(args) => args,
        Err(error) => {
            let is_json = std::env::args_os().any(|arg| arg == "--json");
            return terminal::ui::usage(&error, is_json);
        }
    };
    let ui = Ui::new(args.global.quiet, args.global.json);
    terminal::ui::tell_of_defects(ui);
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return ui.failure(&Failure::from(error)),
    };
    let ended = runtime.block_on(async {
        terminal::signals::survive_size_limits()?;
        let context = context(&args.global, ui)?;
        dispatch(args.command, &context).await
    });
    // A second Ctrl-C leaves requests behind; nothing waits for them.
    runtime.shutdown_background();
    ui.ended(ended.unwrap_or_else(|failure| ui.failure(&failure)))
}

fn context(args: &GlobalArgs, ui: Ui) -> Result<Context, Failure> {
    #[expect(clippy::disallowed_methods, reason = "the one place where the environment comes in")]
    let environment = |name: &str| std::env::var(name).ok();
    let folder = std::env::current_dir()?;
    let settings = Settings::load(&folder, &environment, args.db.clone())?;
    terminal::log::start(args.verbose, settings.log.as_deref(), args.log.as_deref())?;
    let who = format!("{} (pid {})", user(), std::process::id());
    Ok(Context { settings, ui, clock: Clock, who })
}

/// The user of the operating system, by the process itself: the environment says what whoever sets it wants.
#[cfg(unix)]
fn user() -> String {
    let id = nix::unistd::geteuid();
    match nix::unistd::User::from_uid(id) {
        Ok(Some(user)) => user.name,
        // A container may have no list of users.
        Ok(None) | Err(_) => format!("uid {id}"),
    }
}

#[cfg(not(unix))]
fn user() -> String {
    "unknown".to_owned()
}

async fn dispatch(command: Command, context: &Context) -> Result<Exit, Failure> {
    match command {
        Command::Demo(args) => services::demo::demo(args, context).await,
        Command::Create(args) => campaign::settings::create(*args, context).await,
        Command::List(args) => campaign::listing::list(&args, context).await,
        Command::Show(args) => campaign::listing::show(&args, context).await,
        Command::Edit(args) => campaign::editing::edit(*args, context).await,
        Command::Rename(args) => campaign::editing::rename(args, context).await,
        Command::Copy(args) => campaign::editing::copy(args, context).await,
        Command::Delete(args) => campaign::editing::delete(args, context).await,
        Command::Import(args) => lists::import::run(&args, context).await,
        Command::Rehearse(args) => campaign::rehearse::rehearse(*args, context).await,
        Command::Preview(args) => campaign::preview::preview(&args, context).await,
        Command::Test(args) => campaign::preview::test(&args, context).await,
        Command::Run(args) => campaign::run::run(&args, context).await,
        Command::Send(args) => campaign::send::send(*args, context).await,
        Command::Pause(args) => campaign::settings::pause(&args, context).await,
        Command::Resume(args) => campaign::run::resume(&args, context).await,
        Command::Cancel(args) => campaign::settings::cancel(&args, context).await,
        Command::Rate(args) => campaign::settings::rate(&args, context).await,
        Command::Retry(args) => campaign::resolve::retry(args, context).await,
        Command::Resolve(args) => campaign::resolve::resolve(args, context).await,
        Command::Status(args) => results::status::status(&args, context).await,
        Command::Export(args) => results::export::export(args, context).await,
        Command::Reconcile(args) => results::reconcile::reconcile(&args, context).await,
        Command::Report(args) => results::report::report(&args, context).await,
        Command::Suppress(args) => lists::suppress::suppress(args, context).await,
        Command::Optouts(args) => lists::optouts::optouts(&args, context).await,
        Command::Windows(args) => lists::windows::windows(&args, context).await,
        Command::Receive(args) => services::receive::receive(&args, context).await,
        Command::Simulate(args) => services::simulate::simulate(*args, context).await,
        Command::Serve(args) => services::serve::serve(&args, context).await,
        Command::User(args) => services::serve::user(args, context).await,
        Command::Token(args) => services::token::token(args, context).await,
        Command::Notify(args) => services::notify::notify(&args, context).await,
        Command::Doctor(args) => upkeep::doctor::doctor(&args, context).await,
        Command::Backup(args) => upkeep::backup::backup(&args, context).await,
        Command::Restore(args) => upkeep::backup::restore(&args, context).await,
        Command::Move(args) => upkeep::moving::move_to(&args, context).await,
        Command::Purge(args) => upkeep::purge::purge(&args, context).await,
        Command::Audit(args) => upkeep::purge::audit(&args, context).await,
        Command::Completions(args) => upkeep::shell::completions(&args, context),
        Command::Man(args) => upkeep::shell::man(&args, Args::command(), context),
    }
}
