//! The face in a browser: pages rendered here, a worker that runs started campaigns, and the doors to both.
//!
//! It changes a campaign by writing to the queue; the sender notices. Everything it serves is inside the binary.

mod access;
mod admin;
mod campaign;
mod drafts;
mod page;
mod routes;
mod workspace;

use std::{
    fmt, io,
    net::{IpAddr, SocketAddr},
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use tokio::{
    net::TcpListener,
    sync::{Mutex, watch},
};

pub use access::passwords::{PASSWORD_CHARS_MIN, PasswordError, hash_password};

use crate::{
    clock::Clock,
    domain::Phone,
    provider::Account,
    queue::{Queue, QueueError},
    receiver::{self, Gate},
    server::{self, Limits, Network},
};
use access::throttle::Doors;
use workspace::desk::Desk;

/// Gives the account for a campaign's own sender number, or for the one of the settings; or says in words what is
/// missing.
pub type Accounts = Arc<dyn Fn(Option<Phone>) -> Result<Account, String> + Send + Sync>;

/// The largest file that the console takes, unless the operator says otherwise.
pub const UPLOAD_BYTES_MAX: u64 = 2_000_000_000;

/// How long a start can be taken back, unless the operator says otherwise.
pub const UNDO_FOR: Duration = Duration::from_secs(8);

/// Whether others than this machine may reach the console.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Loopback only; any other address is refused.
    Loopback,
    /// A proxy in front of it ends TLS: the operator's explicit word. Somebody has to be able to sign in.
    BehindTls,
}

/// What the settings page shows. The key itself is not among it.
#[derive(Debug, Clone)]
pub struct Facts {
    /// The name of the pod.
    pub pod: String,
    /// The provider's address.
    pub base: String,
    /// The account's SID.
    pub sid: Option<String>,
    /// Whether there is an API key.
    pub has_key: bool,
    /// The sender's own business number.
    pub sender: Option<Phone>,
    /// The settings file, if there is one.
    pub settings_file: Option<PathBuf>,
}

/// How the console is to be served.
pub struct Options {
    /// Where to listen; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Who may reach it.
    pub reach: Reach,
    /// The queue.
    pub queue: Queue,
    /// The clock.
    pub clock: Clock,
    /// The account that sends.
    pub accounts: Accounts,
    /// Further certificates to trust, in PEM form.
    pub ca_file: Option<PathBuf>,
    /// What the settings page shows.
    pub facts: Facts,
    /// The largest file that is taken.
    pub upload_bytes_max: u64,
    /// How long a start can be taken back.
    pub undo_for: Duration,
    /// Proxies whose word about who asks is taken.
    pub trusted_proxies: Vec<Network>,
    /// What the provider's callbacks have to show; none takes none in.
    pub callbacks: Option<Gate>,
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options")
            .field("listen", &self.listen)
            .field("reach", &self.reach)
            .finish_non_exhaustive()
    }
}

/// Why the console cannot be served.
#[derive(Debug, thiserror::Error)]
pub enum ConsoleError {
    /// An address that others can reach, without the word that a proxy ends TLS.
    #[error(
        "{address} can be reached from other machines, where passwords and numbers would travel in the clear"
    )]
    Reachable {
        /// The address.
        address: SocketAddr,
    },
    /// An address that others can reach, and nobody who could sign in.
    #[error("{address} can be reached from other machines, and there is no user who could sign in")]
    NoUser {
        /// The address.
        address: SocketAddr,
    },
    /// The address cannot be listened on.
    #[error("cannot listen on {address}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The folder for uploads cannot be made.
    #[error("cannot make the folder `{}`", path.display())]
    Uploads {
        /// The folder.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The queue failed.
    #[error("the queue cannot go on")]
    Queue(#[from] QueueError),
    /// The rehearsal's simulator cannot be started.
    #[error("the rehearsal cannot begin")]
    Simulator(#[from] crate::simulator::SimulatorError),
    /// The server ended.
    #[error("the server has stopped")]
    Serve(#[source] io::Error),
}

/// What all pages share.
pub(crate) struct Shared {
    desk: Arc<Desk>,
    rehearsal: Mutex<Option<Arc<Desk>>>,
    doors: Doors,
    options: Options,
    stop: watch::Receiver<bool>,
}

/// A console that listens, and does not answer yet.
pub struct Console {
    listener: TcpListener,
    shared: Arc<Shared>,
    stop: watch::Sender<bool>,
    callbacks: Option<Gate>,
}

impl fmt::Debug for Console {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Console").field("options", &self.shared.options).finish_non_exhaustive()
    }
}

impl Console {
    /// Checks who could reach it, and listens.
    pub async fn open(mut options: Options) -> Result<Self, ConsoleError> {
        let address = options.listen;
        if !address.ip().is_loopback() {
            if options.reach == Reach::Loopback {
                return Err(ConsoleError::Reachable { address });
            }
            if !options.queue.has_users().await? {
                return Err(ConsoleError::NoUser { address });
            }
        }
        let listener =
            TcpListener::bind(address).await.map_err(|source| ConsoleError::Listen { address, source })?;
        let desk = Arc::new(Desk::real(&options)?);
        let callbacks = options.callbacks.take();
        desk.sweep().await?;
        let (stop, stopped) = watch::channel(false);
        let shared = Shared {
            desk,
            rehearsal: Mutex::new(None),
            doors: Doors::new(options.reach),
            options,
            stop: stopped,
        };
        Ok(Self { listener, shared: Arc::new(shared), stop, callbacks })
    }

    /// Where it listens.
    pub fn address(&self) -> Result<SocketAddr, ConsoleError> {
        self.listener.local_addr().map_err(ConsoleError::Serve)
    }

    /// Answers, and runs started campaigns, until `stop` turns true. Then it takes no more requests, and waits for what
    /// is on the wire to the provider.
    pub async fn serve(self, mut stop: watch::Receiver<bool>) -> Result<(), ConsoleError> {
        let Self { listener, shared, stop: stopping, callbacks } = self;
        let worker = tokio::spawn(workspace::worker::run(Arc::clone(&shared.desk), shared.stop.clone()));
        let mut app = routes::all(Arc::clone(&shared));
        if let Some(gate) = callbacks {
            app = app.merge(receiver::routes(shared.desk.queue.clone(), gate, shared.desk.clock));
        }
        let limits = Limits::default().trusting(shared.options.trusted_proxies.clone());
        let served = server::serve(listener, app, limits, receiver::is_callback, async move {
            // A stop signal whose sender is gone is a stop too.
            let _stopped = stop.wait_for(|is_stopped| *is_stopped).await;
            stopping.send_replace(true);
        })
        .await;
        // The worker ends by itself; a panic in it has been reported by the runtime.
        let _ended = worker.await;
        if let Some(rehearsal) = shared.rehearsal.lock().await.take() {
            rehearsal.close().await;
        }
        served.map_err(ConsoleError::Serve)
    }
}

impl Shared {
    /// The address by which somebody who knocks is counted. Behind a proxy that is not a trusted one everybody has the
    /// proxy's, which says nothing about who it is.
    fn address(&self, caller: IpAddr) -> Option<IpAddr> {
        let is_known = self.doors.reach == Reach::Loopback || !self.options.trusted_proxies.is_empty();
        is_known.then_some(caller)
    }

    /// The rehearsal's desk: a queue of its own, and a simulator. Made when somebody first goes there.
    async fn rehearsal(&self) -> Result<Arc<Desk>, ConsoleError> {
        let mut rehearsal = self.rehearsal.lock().await;
        if let Some(desk) = &*rehearsal {
            return Ok(Arc::clone(desk));
        }
        let desk = Arc::new(Desk::rehearsal(&self.options).await?);
        desk.sweep().await?;
        desk.work(tokio::spawn(workspace::worker::run(Arc::clone(&desk), self.stop.clone()))).await;
        Ok(Arc::clone(rehearsal.insert(desk)))
    }
}

/// The rehearsal's database, beside the one of that path.
pub fn rehearsal_of(database: &Path) -> PathBuf {
    workspace::desk::beside(database, "-rehearsal")
}

/// Serves the console until `stop` turns true; `listening` is told the address once it answers.
pub async fn serve(
    options: Options,
    listening: impl FnOnce(SocketAddr),
    stop: watch::Receiver<bool>,
) -> Result<(), ConsoleError> {
    let console = Console::open(options).await?;
    listening(console.address()?);
    console.serve(stop).await
}
