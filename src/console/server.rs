//! Listens, answers, and runs started campaigns, until told to stop.

use std::{fmt, net::SocketAddr, sync::Arc};

use axum::Router;
use tokio::{net::TcpListener, sync::watch};

use super::{
    routes,
    setup::{ConsoleError, Options, Reach},
    shared::Shared,
    workspace::{self, Workspace},
};
use crate::{
    receiver::{self, Gate},
    server::{self, Limits},
};

/// A console that listens, and does not answer yet.
pub struct Console {
    listener: TcpListener,
    shared: Arc<Shared>,
    stop: watch::Sender<bool>,
    callbacks: Option<Gate>,
    further: Router,
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
        let workspace = Arc::new(Workspace::real(&options)?);
        let callbacks = options.callbacks.take();
        let further = std::mem::take(&mut options.further);
        workspace.sweep().await?;
        let (stop, stopped) = watch::channel(false);
        let shared = Shared::new(options, workspace, stopped);
        Ok(Self { listener, shared: Arc::new(shared), stop, callbacks, further })
    }

    pub fn address(&self) -> Result<SocketAddr, ConsoleError> {
        self.listener.local_addr().map_err(ConsoleError::Serve)
    }

    /// Answers, and runs started campaigns, until `stop` turns true. Then it takes no more requests, and waits for what
    /// is on the wire to the provider.
    pub async fn serve(self, mut stop: watch::Receiver<bool>) -> Result<(), ConsoleError> {
        let Self { listener, shared, stop: stopping, callbacks, further } = self;
        let worker = tokio::spawn(workspace::worker::run(Arc::clone(&shared.workspace), shared.stop.clone()));
        let mut app = routes::all(Arc::clone(&shared)).merge(further);
        if let Some(gate) = callbacks {
            app = app.merge(receiver::routes(shared.workspace.queue.clone(), gate, shared.workspace.clock));
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
        shared.close_rehearsal().await;
        served.map_err(ConsoleError::Serve)
    }
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
