//! What all pages share: the queue they work on, the rehearsal, the limits on sign-in.

use std::{net::IpAddr, sync::Arc};

use tokio::sync::{Mutex, watch};

use super::{
    access::{second_factor::Tickets, throttle::Throttle},
    setup::{ConsoleError, Options, Reach},
    workspace::{self, Workspace},
};

/// What all pages share.
pub(crate) struct Shared {
    pub(super) workspace: Arc<Workspace>,
    rehearsal: Mutex<Option<Arc<Workspace>>>,
    pub(super) throttle: Throttle,
    pub(super) tickets: Tickets,
    pub(super) options: Options,
    pub(super) stop: watch::Receiver<bool>,
}

impl Shared {
    pub(super) fn new(options: Options, workspace: Arc<Workspace>, stop: watch::Receiver<bool>) -> Self {
        let (throttle, tickets) = (Throttle::new(), Tickets::default());
        Self { workspace, rehearsal: Mutex::new(None), throttle, tickets, options, stop }
    }

    /// The address by which somebody who knocks is counted. Behind a proxy that is not a trusted one everybody has the
    /// proxy's, which says nothing about who it is.
    pub(super) fn address(&self, caller: IpAddr) -> Option<IpAddr> {
        let is_known = self.options.reach == Reach::Loopback || !self.options.trusted_proxies.is_empty();
        is_known.then_some(caller)
    }

    /// The rehearsal's workspace: a queue of its own, and a simulator. Made when somebody first goes there.
    pub(super) async fn rehearsal(&self) -> Result<Arc<Workspace>, ConsoleError> {
        let mut rehearsal = self.rehearsal.lock().await;
        if let Some(workspace) = &*rehearsal {
            return Ok(Arc::clone(workspace));
        }
        let workspace = Arc::new(Workspace::rehearsal(&self.options).await?);
        workspace.sweep().await?;
        workspace.work(tokio::spawn(workspace::worker::run(Arc::clone(&workspace), self.stop.clone()))).await;
        Ok(Arc::clone(rehearsal.insert(workspace)))
    }

    /// Ends the rehearsal, if somebody has been there.
    pub(super) async fn close_rehearsal(&self) {
        if let Some(rehearsal) = self.rehearsal.lock().await.take() {
            rehearsal.close().await;
        }
    }
}
