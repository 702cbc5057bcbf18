//! What all pages share: the queue they work on, the rehearsal, the limits on sign-in.

use std::{net::IpAddr, sync::Arc};

use tokio::sync::{Mutex, watch};

use super::{
    access::throttle::Doors,
    setup::{ConsoleError, Options, Reach},
    workspace::{self, desk::Desk},
};

/// What all pages share.
pub(crate) struct Shared {
    pub(super) desk: Arc<Desk>,
    rehearsal: Mutex<Option<Arc<Desk>>>,
    pub(super) doors: Doors,
    pub(super) options: Options,
    pub(super) stop: watch::Receiver<bool>,
}

impl Shared {
    pub(super) fn new(options: Options, desk: Arc<Desk>, stop: watch::Receiver<bool>) -> Self {
        Self { desk, rehearsal: Mutex::new(None), doors: Doors::new(options.reach), options, stop }
    }

    /// The address by which somebody who knocks is counted. Behind a proxy that is not a trusted one everybody has the
    /// proxy's, which says nothing about who it is.
    pub(super) fn address(&self, caller: IpAddr) -> Option<IpAddr> {
        let is_known = self.doors.reach == Reach::Loopback || !self.options.trusted_proxies.is_empty();
        is_known.then_some(caller)
    }

    /// The rehearsal's desk: a queue of its own, and a simulator. Made when somebody first goes there.
    pub(super) async fn rehearsal(&self) -> Result<Arc<Desk>, ConsoleError> {
        let mut rehearsal = self.rehearsal.lock().await;
        if let Some(desk) = &*rehearsal {
            return Ok(Arc::clone(desk));
        }
        let desk = Arc::new(Desk::rehearsal(&self.options).await?);
        desk.sweep().await?;
        desk.work(tokio::spawn(workspace::worker::run(Arc::clone(&desk), self.stop.clone()))).await;
        Ok(Arc::clone(rehearsal.insert(desk)))
    }

    /// Ends the rehearsal, if somebody has been there.
    pub(super) async fn close_rehearsal(&self) {
        if let Some(rehearsal) = self.rehearsal.lock().await.take() {
            rehearsal.close().await;
        }
    }
}
