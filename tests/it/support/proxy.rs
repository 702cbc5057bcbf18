//! A way to a server that can be held up, cut, cut at a chosen word, and led elsewhere.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicU16, Ordering},
    },
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::watch,
};

/// What happens to what is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    Open,
    /// Nothing passes, and nobody is told.
    Stalled,
    /// Every connection ends, and none comes about.
    Cut,
    /// What is sent to the server waits for so many milliseconds.
    Slow(u64),
    /// The next commit is not passed on, and its connection ends; then the way is open again.
    CutBeforeCommit,
    /// The next commit is passed on, and its connection ends before the answer; then the way is open again.
    CutAfterCommit,
}

/// What a commit looks like on the wire: the text of a simple query (PostgreSQL's documentation, 55.7).
const COMMIT: &[u8] = b"commit\0";

#[derive(Debug)]
pub struct Proxy {
    pub port: u16,
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    way: Mutex<Way>,
    changed: watch::Sender<()>,
    server: AtomicU16,
}

impl Shared {
    fn way(&self) -> Way {
        *self.way.lock().unwrap()
    }
}

impl Proxy {
    pub async fn to(server: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let shared = Arc::new(Shared {
            way: Mutex::new(Way::Open),
            changed: watch::Sender::new(()),
            server: AtomicU16::new(server),
        });
        let of_listener = Arc::clone(&shared);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(carry(client, Arc::clone(&of_listener)));
            }
        });
        Self { port, shared }
    }

    pub fn set(&self, way: Way) {
        *self.shared.way.lock().unwrap() = way;
        self.shared.changed.send_replace(());
    }

    /// New connections lead to another server.
    pub fn lead_to(&self, server: u16) {
        self.shared.server.store(server, Ordering::SeqCst);
    }
}

async fn carry(mut client: TcpStream, shared: Arc<Shared>) {
    let port = shared.server.load(Ordering::SeqCst);
    let Ok(mut server) = TcpStream::connect(("127.0.0.1", port)).await else { return };
    let mut changed = shared.changed.subscribe();
    let (mut from_client, mut from_server) = (vec![0; 1 << 16], vec![0; 1 << 16]);
    loop {
        match shared.way() {
            Way::Cut => return,
            Way::Stalled if changed.changed().await.is_err() => return,
            Way::Stalled => continue,
            Way::Open | Way::Slow(_) | Way::CutBeforeCommit | Way::CutAfterCommit => {}
        }
        tokio::select! {
            n = client.read(&mut from_client) => {
                let n = n.unwrap_or(0);
                if n == 0 || !pass(&from_client[..n], &mut server, &shared).await {
                    return;
                }
            }
            n = server.read(&mut from_server) => {
                let n = n.unwrap_or(0);
                if n == 0 || client.write_all(&from_server[..n]).await.is_err() {
                    return;
                }
            }
            _ = changed.changed() => {}
        }
    }
}

/// Passes on what the client has said. False where its connection ends here.
async fn pass(said: &[u8], server: &mut TcpStream, shared: &Shared) -> bool {
    let way = shared.way();
    if let Way::Slow(ms) = way {
        tokio::time::sleep(Duration::from_millis(ms)).await;
    }
    let is_commit = said.windows(COMMIT.len()).any(|word| word == COMMIT);
    let is_cut = is_commit && matches!(way, Way::CutBeforeCommit | Way::CutAfterCommit);
    if is_cut {
        *shared.way.lock().unwrap() = Way::Open;
    }
    if is_cut && way == Way::CutBeforeCommit || server.write_all(said).await.is_err() {
        return false;
    }
    if is_cut {
        // The server has answered when there is something to read, and it stays here.
        let _answered = server.read(&mut [0; 64]).await;
    }
    !is_cut
}
