//! A way to a server that can be held up, or cut at a chosen word.

use std::sync::{Arc, Mutex};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::watch,
};

/// What happens to what is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    Open,
    /// Nothing passes, and nobody is told.
    Stalled,
    /// The next commit is not passed on, and its connection ends; then the way is open again.
    CutBeforeCommit,
    /// The next commit is passed on, and its connection ends before the answer; then the way is open again.
    CutAfterCommit,
}

/// What a commit looks like on the wire: the text of a simple query (PostgreSQL's documentation, 55.7).
const COMMIT: &[u8] = b"commit\0";

#[derive(Debug)]
pub(super) struct Proxy {
    pub(super) port: u16,
    way: Arc<Mutex<Way>>,
    changed: watch::Sender<()>,
}

impl Proxy {
    pub(super) async fn to(server: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (way, changed) = (Arc::new(Mutex::new(Way::Open)), watch::Sender::new(()));
        let (ways, changes) = (Arc::clone(&way), changed.clone());
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(carry(client, server, Arc::clone(&ways), changes.subscribe()));
            }
        });
        Self { port, way, changed }
    }

    pub(super) fn set(&self, way: Way) {
        *self.way.lock().unwrap() = way;
        self.changed.send_replace(());
    }
}

async fn carry(mut client: TcpStream, server: u16, way: Arc<Mutex<Way>>, mut changed: watch::Receiver<()>) {
    let mut server = TcpStream::connect(("127.0.0.1", server)).await.unwrap();
    let (mut from_client, mut from_server) = (vec![0; 1 << 16], vec![0; 1 << 16]);
    loop {
        if *way.lock().unwrap() == Way::Stalled {
            if changed.changed().await.is_err() {
                return;
            }
            continue;
        }
        tokio::select! {
            n = client.read(&mut from_client) => {
                let n = n.unwrap_or(0);
                let said = &from_client[..n];
                let is_commit = said.windows(COMMIT.len()).any(|word| word == COMMIT);
                let now = *way.lock().unwrap();
                let is_cut = is_commit && matches!(now, Way::CutBeforeCommit | Way::CutAfterCommit);
                if is_cut {
                    *way.lock().unwrap() = Way::Open;
                }
                if n == 0 || is_cut && now == Way::CutBeforeCommit {
                    return;
                }
                if server.write_all(said).await.is_err() {
                    return;
                }
                if is_cut {
                    // The server has answered when there is something to read, and it stays here.
                    let _answered = server.read(&mut from_server).await;
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
