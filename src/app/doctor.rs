//! Whether everything is there that a campaign needs: settings, a database, the time, an account, the provider. Sends no
//! message. Both faces tell what is found, each in its own words.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use super::notices;
use crate::{
    clock::Clock,
    domain::{Phone, Timestamp},
    provider::{Account, Kaleyra, Limits, ProviderError, kaleyra::Probe},
    queue::{self, ChannelState, Queue, QueueError, ServerReport},
};

/// 2026-01-01: before it there was no catalink, so a clock that shows less is wrong.
const CLOCK_FLOOR: Timestamp = Timestamp(1_767_225_600_000);

/// A difference between a server's clock and ours that is worth a word: retries and sending hours go by ours.
pub const SKEW_MAX: Duration = Duration::from_secs(2);

/// There is no account: what is missing and how it is set, in the words of whoever reads the settings.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct NoAccount(pub String);

/// Gives the account for a campaign's own sender number, or for the one of the settings.
pub type Accounts = Arc<dyn Fn(Option<Phone>) -> Result<Account, NoAccount> + Send + Sync>;

/// What is looked at.
#[derive(Debug)]
pub struct Subject<'s> {
    /// The settings file, where there is one.
    pub settings: Option<PathBuf>,
    pub database: Database<'s>,
    /// What the clock shows.
    pub now: Timestamp,
    pub base: String,
    pub account: Result<Account, NoAccount>,
    /// Further certificates to trust.
    pub ca_file: Option<&'s Path>,
}

/// Where the campaigns are.
#[derive(Debug)]
pub enum Database<'s> {
    /// In one that nobody has opened yet.
    At(&'s queue::Database),
    /// In a queue that is in use.
    Open(&'s Queue),
}

/// One thing that was looked at.
#[derive(Debug)]
pub enum Finding {
    /// The settings file; none where flags and environment are all there is.
    Settings(Option<PathBuf>),
    /// The database can be read.
    Database {
        path: PathBuf,
        /// How many campaigns it holds.
        n_campaigns: u64,
    },
    /// The server that keeps the database.
    Server(ServerReport),
    /// There is no database yet; the first campaign makes it.
    NoDatabase {
        /// Where it will be.
        path: PathBuf,
    },
    /// The database cannot be used.
    BrokenDatabase(QueueError),
    /// What the clock shows, and whether that can be.
    Clock {
        now: Timestamp,
        /// Whether it is one at which catalink exists.
        is_plausible: bool,
    },
    /// A channel of notices: what came of the last ones.
    Channel(ChannelState),
    Provider(String),
    /// An account, with its key.
    Account {
        sid: String,
        /// The sender's own number.
        sender: Phone,
    },
    /// No account.
    NoAccount(NoAccount),
    /// Nothing can be asked with what is set.
    Unusable(ProviderError),
    /// What the provider says about the account and the sender's number.
    Reached(Probe),
}

impl Finding {
    /// Whether a campaign can do with it.
    pub fn is_fine(&self) -> bool {
        match self {
            Self::Settings(_)
            | Self::Database { .. }
            | Self::NoDatabase { .. }
            | Self::Provider(_)
            | Self::Account { .. } => true,
            Self::Server(report) => report.exposure.is_none() && report.skew <= SKEW_MAX,
            Self::Clock { is_plausible, .. } => *is_plausible,
            Self::Channel(state) => notices::is_well(state),
            Self::BrokenDatabase(_) | Self::NoAccount(_) | Self::Unusable(_) => false,
            Self::Reached(probe) => matches!(probe, Probe::Fine | Probe::Unclear(_)),
        }
    }
}

/// Looks at one thing after the other, and tells of each as soon as it is known. The provider is asked by one request.
pub async fn look(subject: Subject<'_>, mut tell: impl FnMut(Finding)) {
    let Subject { settings, database, now, base, account, ca_file } = subject;
    tell(Finding::Settings(settings));
    match database {
        Database::Open(queue) => in_queue(queue, &mut tell).await,
        Database::At(path) => match Queue::open_database_to_read(path).await {
            Ok(queue) => {
                in_queue(&queue, &mut tell).await;
                queue.close().await;
            }
            Err(QueueError::Missing { path }) => tell(Finding::NoDatabase { path }),
            Err(error) => tell(Finding::BrokenDatabase(error)),
        },
    }
    tell(Finding::Clock { now, is_plausible: CLOCK_FLOOR < now });
    tell(Finding::Provider(base));
    match account {
        Err(missing) => tell(Finding::NoAccount(missing)),
        Ok(account) => {
            tell(Finding::Account { sid: account.sid.clone(), sender: account.sender });
            match Kaleyra::new(account, &Limits::default(), ca_file) {
                Err(error) => tell(Finding::Unusable(error)),
                Ok(provider) => tell(Finding::Reached(provider.probe().await)),
            }
        }
    }
}

/// The campaigns, and the channels to which something has been sent.
async fn in_queue(queue: &Queue, tell: &mut impl FnMut(Finding)) {
    tell(campaigns(queue).await);
    match queue.server_report(|| Clock.now()).await {
        Ok(report) => report.into_iter().map(Finding::Server).for_each(&mut *tell),
        Err(error) => tell(Finding::BrokenDatabase(error)),
    }
    match queue.notice_channels().await {
        Ok(channels) => channels.into_iter().map(Finding::Channel).for_each(tell),
        Err(error) => tracing::debug!(%error, "the channels of notices cannot be read"),
    }
}

async fn campaigns(queue: &Queue) -> Finding {
    match (queue.n_campaigns().await, queue.withheld().await) {
        (Ok(_), Ok(Some(source))) => {
            Finding::BrokenDatabase(QueueError::Restored { path: queue.name(), source })
        }
        (Ok(n_campaigns), Ok(None)) => Finding::Database { path: queue.name(), n_campaigns },
        (Err(error), _) | (_, Err(error)) => Finding::BrokenDatabase(error),
    }
}
