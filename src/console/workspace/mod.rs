//! One queue and what works on it: the real one, or the rehearsal's. In memory: running checks, telemetry, the worker.

mod faulty;
mod feed;
pub(super) mod launch;
pub(super) mod session;
pub(super) mod snapshot;
pub(super) mod telemetry;
pub(super) mod worker;

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
    sync::{Arc, Mutex as StdMutex, PoisonError},
    time::Duration,
};

use tokio::{sync::Mutex, task::JoinHandle};

pub(crate) use self::faulty::Faulty;
use self::session::Sessions;
use super::setup::{ConsoleError, Options};
use crate::{
    app::{
        doctor::Accounts,
        rehearsal::{Rehearsal, RehearsalError},
    },
    clock::Clock,
    domain::{inbound::optout::OptOutWords, reach::hours::LocalHours},
    notifier::Heartbeat,
    provider::Account,
    queue::{Queue, QueueError},
};

/// What is added to the simulated balance when a rehearsed campaign is resumed, in messages.
const TOP_UP: u64 = 10_000_000;

pub(crate) struct Workspace {
    pub(crate) queue: Queue,
    pub(crate) clock: Clock,
    pub(crate) accounts: Accounts,
    pub(crate) ca_file: Option<PathBuf>,
    /// The price list of the operator.
    pub(crate) rates: Option<PathBuf>,
    /// Where uploaded files wait to be imported.
    pub(crate) uploads: PathBuf,
    pub(crate) sessions: Sessions,
    /// The pulse of the worker.
    pub(crate) heartbeat: Heartbeat,
    /// How long a start can be taken back.
    pub(crate) undo_for: Duration,
    /// Held while a copy of the database is being made: one is enough for the disk.
    pub(crate) copying: Mutex<()>,
    /// Whether receipts have an address to come to.
    pub(crate) takes_receipts: bool,
    pub(crate) is_rehearsal: bool,
    /// When people of new campaigns are messaged, unless somebody says otherwise; a rehearsal waits for nobody's morning.
    pub(crate) hours: LocalHours,
    /// By what people ask to be left alone.
    pub(crate) opt_out_words: OptOutWords,
    /// What every address of its pages begins with.
    pub(crate) base: &'static str,
    /// In a rehearsal: the account that campaigns are sent with from now on.
    simulated: Option<Arc<StdMutex<Account>>>,
    rehearsals: Mutex<Vec<Rehearsal>>,
    worker: Mutex<Option<JoinHandle<()>>>,
}

impl Workspace {
    /// The workspace of the queue that was given.
    pub(crate) fn real(options: &Options) -> Result<Self, ConsoleError> {
        Ok(Self {
            queue: options.queue.clone(),
            clock: options.clock,
            accounts: Arc::clone(&options.accounts),
            ca_file: options.ca_file.clone(),
            rates: options.rates.clone(),
            uploads: folder_of_uploads(&options.queue)?,
            sessions: Sessions::default(),
            heartbeat: options.heartbeat.clone(),
            undo_for: options.undo_for,
            copying: Mutex::new(()),
            takes_receipts: options.callbacks.is_some(),
            is_rehearsal: false,
            hours: options.hours.clone(),
            opt_out_words: options.opt_out_words.clone(),
            base: "",
            simulated: None,
            rehearsals: Mutex::default(),
            worker: Mutex::new(None),
        })
    }

    /// A workspace with a queue of its own beside the real one, and a simulator for a provider.
    pub(crate) async fn rehearsal(options: &Options) -> Result<Self, ConsoleError> {
        let path = rehearsal_of(&options.queue.files());
        let queue = Queue::open_or_create(&path).await?.acting_as("rehearsal", || Clock.now());
        let rehearsal = Faulty::Some.rehearsal(queue.clone(), 0, options.clock).await?;
        let base = Arc::new(StdMutex::new(rehearsal.account(options.facts.sender)));
        let current = Arc::clone(&base);
        let accounts: Accounts = Arc::new(move |sender| {
            let account = current.lock().unwrap_or_else(PoisonError::into_inner).clone();
            Ok(Account { sender: sender.unwrap_or(account.sender), ..account })
        });
        Ok(Self {
            uploads: folder_of_uploads(&queue)?,
            queue,
            clock: options.clock,
            accounts,
            ca_file: None,
            rates: options.rates.clone(),
            sessions: Sessions::default(),
            heartbeat: Heartbeat::beating(),
            undo_for: options.undo_for,
            copying: Mutex::new(()),
            takes_receipts: true,
            is_rehearsal: true,
            hours: LocalHours::default(),
            opt_out_words: options.opt_out_words.clone(),
            base: "/rehearsal",
            simulated: Some(base),
            rehearsals: Mutex::new(vec![rehearsal]),
            worker: Mutex::new(None),
        })
    }

    /// From here on campaigns that start are sent to a provider with these faults, whose low balance, if it is to have
    /// one, pays for half of `n_recipients`. Campaigns that are under way stay with theirs.
    pub(crate) async fn choose_faults(
        &self,
        faulty: Faulty,
        n_recipients: u64,
    ) -> Result<(), RehearsalError> {
        let Some(simulated) = &self.simulated else { return Ok(()) };
        let rehearsal = faulty.rehearsal(self.queue.clone(), n_recipients, self.clock).await?;
        {
            let mut account = simulated.lock().unwrap_or_else(PoisonError::into_inner);
            *account = rehearsal.account(Some(account.sender));
        }
        self.rehearsals.lock().await.push(rehearsal);
        Ok(())
    }

    /// Tops up the balance of every simulated provider, as an operator would before a campaign is resumed.
    pub(crate) async fn top_up(&self) {
        for rehearsal in self.rehearsals.lock().await.iter() {
            rehearsal.simulator().top_up(TOP_UP);
        }
    }

    /// Removes files that no draft needs: what a crash has left of uploads and checks. Only before anybody is let in:
    /// an upload under way has no draft yet.
    pub(crate) async fn sweep(&self) -> Result<(), QueueError> {
        let drafts = self.queue.drafts().await?;
        let Ok(entries) = std::fs::read_dir(&self.uploads) else { return Ok(()) };
        for entry in entries.flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            let is_needed = drafts.iter().any(|draft| name.starts_with(&draft.upload));
            if is_needed {
                continue;
            }
            let removed = match std::fs::remove_file(entry.path()) {
                Err(_) => std::fs::remove_dir_all(entry.path()),
                removed => removed,
            };
            if let Err(error) = removed {
                tracing::warn!(%error, "an abandoned upload cannot be removed");
            }
        }
        Ok(())
    }

    /// Keeps the worker, to wait for it at the end.
    pub(crate) async fn work(&self, worker: JoinHandle<()>) {
        *self.worker.lock().await = Some(worker);
    }

    /// Waits for the worker, and ends the simulator.
    pub(crate) async fn close(&self) {
        if let Some(worker) = self.worker.lock().await.take() {
            // A panic in it has been reported by the runtime.
            let _ended = worker.await;
        }
        for rehearsal in self.rehearsals.lock().await.drain(..) {
            if let Err(error) = rehearsal.stop().await {
                tracing::warn!(%error, "a rehearsal's receiver did not end well");
            }
        }
        self.queue.clone().close().await;
    }
}

/// The rehearsal's database, beside the one of that path.
pub fn rehearsal_of(database: &Path) -> PathBuf {
    beside(database, "-rehearsal")
}

/// The path with something added to its last part.
pub(crate) fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name: OsString = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

/// Makes the folder of uploads, which nobody else may look into.
fn folder_of_uploads(queue: &Queue) -> Result<PathBuf, ConsoleError> {
    let path = queue.uploads();
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(&path).map_err(|source| ConsoleError::Uploads { path: path.clone(), source })?;
    Ok(path)
}
