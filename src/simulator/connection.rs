//! Connections that can be cut after so many bytes, as a real network does and a web framework does not.

use std::{
    io,
    net::SocketAddr,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    task::{Context, Poll},
};

use axum::{
    extract::connect_info::Connected,
    serve::{IncomingStream, Listener},
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::{TcpListener, TcpStream},
};

/// How many more bytes a connection may send.
#[derive(Debug, Clone)]
pub(super) struct Allowance(Arc<AtomicU64>);

impl Allowance {
    /// Cuts the connection once `n_bytes` more have gone out.
    pub(super) fn cut_after(&self, n_bytes: u64) {
        self.0.store(n_bytes, Ordering::Relaxed);
    }
}

/// A listener whose connections can be cut.
#[derive(Debug)]
pub(super) struct Cuttable(pub(super) TcpListener);

/// A connection that can be cut.
#[derive(Debug)]
pub(super) struct CuttableStream {
    stream: TcpStream,
    allowance: Allowance,
}

impl Listener for Cuttable {
    type Io = CuttableStream;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (CuttableStream, SocketAddr) {
        let (stream, address) = Listener::accept(&mut self.0).await;
        // Fails only on a connection that is gone already.
        let _gone = stream.set_nodelay(true);
        (CuttableStream { stream, allowance: Allowance(Arc::new(AtomicU64::new(u64::MAX))) }, address)
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.0.local_addr()
    }
}

impl Connected<IncomingStream<'_, Cuttable>> for Allowance {
    fn connect_info(stream: IncomingStream<'_, Cuttable>) -> Self {
        stream.io().allowance.clone()
    }
}

impl AsyncRead for CuttableStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl AsyncWrite for CuttableStream {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let left = self.allowance.0.load(Ordering::Relaxed);
        if left == u64::MAX {
            return Pin::new(&mut self.stream).poll_write(cx, bytes);
        }
        let n_allowed = usize::try_from(left).unwrap_or(usize::MAX).min(bytes.len());
        if n_allowed == 0 {
            return Poll::Ready(Err(io::ErrorKind::ConnectionReset.into()));
        }
        let written = Pin::new(&mut self.stream).poll_write(cx, &bytes[..n_allowed]);
        if let Poll::Ready(Ok(n_written)) = &written {
            let n_written = u64::try_from(*n_written).unwrap_or(u64::MAX);
            self.allowance.cut_after(left.saturating_sub(n_written));
        }
        written
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
