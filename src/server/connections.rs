//! The connections that are open: how many, whose, and which of them may be closed for another.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use tokio::{sync::Notify, time::Instant};

use super::Limits;

/// All open connections.
#[derive(Debug, Default)]
pub(super) struct Connections {
    open: Mutex<HashMap<u64, Arc<Connection>>>,
    n_so_far: AtomicU64,
}

/// One of them.
#[derive(Debug)]
pub(super) struct Connection {
    number: u64,
    address: IpAddr,
    standing: Mutex<Standing>,
    leave: Notify,
}

#[derive(Debug)]
struct Standing {
    n_answers: usize,
    idle_since: Instant,
}

/// An answer that is under way, until it is dropped.
#[derive(Debug)]
pub(super) struct Answering(Arc<Connection>);

impl Connections {
    /// Takes one more; where there are too many, the one that has been idle the longest has to leave, and where none is
    /// idle, nobody is taken.
    pub(super) fn enter(&self, address: IpAddr, limits: &Limits) -> Option<Arc<Connection>> {
        let address = address.to_canonical();
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if limits.is_counted(address) {
            let n_own = open.values().filter(|connection| connection.address == address).count();
            if n_own >= limits.per_address_max && !dismiss(&mut open, Some(address)) {
                return None;
            }
        }
        if open.len() >= limits.connections_max && !dismiss(&mut open, None) {
            return None;
        }
        let number = self.n_so_far.fetch_add(1, Ordering::Relaxed);
        let standing = Mutex::new(Standing { n_answers: 0, idle_since: Instant::now() });
        let connection = Arc::new(Connection { number, address, standing, leave: Notify::new() });
        open.insert(number, Arc::clone(&connection));
        Some(connection)
    }

    /// Lets the one leave that has been idle the longest.
    pub(super) fn make_room(&self) {
        dismiss(&mut self.open.lock().unwrap_or_else(PoisonError::into_inner), None);
    }

    #[cfg(test)]
    pub(super) fn has(&self, connection: &Connection) -> bool {
        self.open.lock().unwrap_or_else(PoisonError::into_inner).contains_key(&connection.number)
    }

    /// Takes note that one is closed.
    pub(super) fn leave(&self, connection: &Connection) {
        self.open.lock().unwrap_or_else(PoisonError::into_inner).remove(&connection.number);
    }
}

/// Sends away the one that has been idle the longest, of that address or of any. False where none is idle.
fn dismiss(open: &mut HashMap<u64, Arc<Connection>>, address: Option<IpAddr>) -> bool {
    let of_address = open.values().filter(|connection| address.is_none_or(|it| it == connection.address));
    let idle = of_address.filter_map(|connection| Some((connection.idle_since()?, connection.number)));
    let Some((_, number)) = idle.min() else { return false };
    if let Some(connection) = open.remove(&number) {
        connection.leave.notify_one();
    }
    true
}

impl Connection {
    fn standing(&self) -> std::sync::MutexGuard<'_, Standing> {
        self.standing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Since when no answer is under way; none while one is.
    fn idle_since(&self) -> Option<Instant> {
        let standing = self.standing();
        (standing.n_answers == 0).then_some(standing.idle_since)
    }

    /// Whether no answer is under way.
    pub(super) fn is_idle(&self) -> bool {
        self.idle_since().is_some()
    }

    /// Comes when the connection has to make room.
    pub(super) async fn has_to_leave(&self) {
        self.leave.notified().await;
    }

    /// An answer begins.
    pub(super) fn begin_answer(self: &Arc<Self>) -> Answering {
        self.standing().n_answers += 1;
        Answering(Arc::clone(self))
    }
}

impl Drop for Answering {
    fn drop(&mut self) {
        let mut standing = self.0.standing();
        standing.n_answers -= 1;
        standing.idle_since = Instant::now();
    }
}
