//! SIGINT, SIGTERM, and SIGHUP (a terminal that is closed, a connection that is lost): the first one asks to stop safely,
//! the second one to leave at once.

use crate::cli::Failure;

/// Which signal came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Signal {
    /// Ctrl-C: a person at the terminal.
    Interrupt,
    /// SIGTERM: the system, or whoever manages the process.
    Terminate,
    /// The terminal was closed, or the connection to it was lost.
    HangUp,
}

/// Listens from the moment it is made, so that no signal finds the program unprepared.
#[cfg(unix)]
pub(crate) struct Signals {
    interrupted: tokio::signal::unix::Signal,
    terminated: tokio::signal::unix::Signal,
    hung_up: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    /// Begins to listen.
    pub(crate) fn listen() -> Result<Self, Failure> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            interrupted: signal(SignalKind::interrupt())?,
            terminated: signal(SignalKind::terminate())?,
            hung_up: signal(SignalKind::hangup())?,
        })
    }

    /// Waits for the next one.
    pub(crate) async fn next(&mut self) -> Signal {
        tokio::select! {
            _ = self.interrupted.recv() => Signal::Interrupt,
            _ = self.terminated.recv() => Signal::Terminate,
            _ = self.hung_up.recv() => Signal::HangUp,
        }
    }
}

/// A file that may not grow any further (`ulimit -f`) is an error of the write then, as on a full disk, and no death.
#[cfg(unix)]
pub(crate) fn survive_size_limits() -> Result<(), Failure> {
    use tokio::signal::unix::{SignalKind, signal};
    /// SIGXFSZ, on all systems that this is built for.
    const FILE_TOO_LARGE: i32 = 25;
    // Whoever has listened once is never ended by it, also when nobody listens any more.
    drop(signal(SignalKind::from_raw(FILE_TOO_LARGE))?);
    Ok(())
}

/// There is no such signal.
#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "as on other systems")]
pub(crate) fn survive_size_limits() -> Result<(), Failure> {
    Ok(())
}

/// Listens for Ctrl-C alone, where there is nothing else.
#[cfg(not(unix))]
pub(crate) struct Signals;

#[cfg(not(unix))]
impl Signals {
    /// Begins to listen.
    pub(crate) fn listen() -> Result<Self, Failure> {
        Ok(Self)
    }

    /// Waits for the next one.
    pub(crate) async fn next(&mut self) -> Signal {
        drop(tokio::signal::ctrl_c().await);
        Signal::Interrupt
    }
}
