//! How the console is to be served, and why it cannot be.

use std::{fmt, io, net::SocketAddr, path::PathBuf, time::Duration};

use axum::Router;

use crate::{
    app::doctor::Accounts,
    clock::Clock,
    domain::{Phone, inbound::optout::OptOutWords, reach::hours::LocalHours},
    notifier::{Heartbeat, Notifier},
    queue::{Queue, QueueError},
    receiver::Gate,
    server::Network,
};

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
    pub base: String,
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
    pub queue: Queue,
    pub clock: Clock,
    /// The account that sends.
    pub accounts: Accounts,
    /// Further certificates to trust, in PEM form.
    pub ca_file: Option<PathBuf>,
    /// The price list of the operator.
    pub rates: Option<PathBuf>,
    /// What the settings page shows.
    pub facts: Facts,
    /// The largest file that is taken.
    pub upload_bytes_max: u64,
    /// How long a start can be taken back.
    pub undo_for: Duration,
    /// Behind TLS: browsers are told never to come without it.
    pub is_only_by_tls: bool,
    /// Proxies whose word about who asks is taken.
    pub trusted_proxies: Vec<Network>,
    /// When people of new campaigns are messaged, unless somebody says otherwise.
    pub hours: LocalHours,
    /// By what people ask to be left alone.
    pub opt_out_words: OptOutWords,
    /// What the provider's callbacks have to show; none takes none in.
    pub callbacks: Option<Gate>,
    /// What delivers notices; none where there are no channels.
    pub notifier: Option<Notifier>,
    /// The pulse of the worker.
    pub heartbeat: Heartbeat,
    /// What is served beside the console and the receiver; it has guards of its own.
    pub further: Router,
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
    Reachable { address: SocketAddr },
    /// An address that others can reach, and nobody who could sign in.
    #[error("{address} can be reached from other machines, and there is no user who could sign in")]
    NoUser { address: SocketAddr },
    /// The address cannot be listened on.
    #[error("cannot listen on {address}")]
    Listen {
        address: SocketAddr,
        #[source]
        source: io::Error,
    },
    /// The folder for uploads cannot be made.
    #[error("cannot make the folder `{}`", path.display())]
    Uploads {
        path: PathBuf,
        #[source]
        source: io::Error,
    },
    #[error("the queue cannot go on")]
    Queue(#[from] QueueError),
    /// The rehearsal's provider cannot be started.
    #[error("the rehearsal cannot begin")]
    Rehearsal(#[from] crate::app::rehearsal::RehearsalError),
    #[error("the server has stopped")]
    Serve(#[source] io::Error),
}
