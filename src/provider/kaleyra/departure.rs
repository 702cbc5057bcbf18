//! The moment at which a request's bytes leave this machine.
//!
//! A connection may take seconds to come about, and what was allowed when a request began may be forbidden by then. So
//! the body asks just before the first bytes of a request are written: hyper takes a body's first frame when the
//! connection is ready, and writes the head together with it.

use std::{
    fmt,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll},
};

use bytes::Bytes;
use http_body::{Frame, SizeHint};

/// Whether the bytes of a request may leave: asked once, at the last moment, and never after a request was given up.
#[derive(Clone)]
pub struct Leave(Arc<dyn Fn() -> bool + Send + Sync>);

impl Leave {
    /// Leave if `may_leave` says so when the connection is ready. It must not block.
    pub fn when(may_leave: impl Fn() -> bool + Send + Sync + 'static) -> Self {
        Self(Arc::new(may_leave))
    }

    /// Leave as soon as the connection is ready.
    pub fn at_once() -> Self {
        Self::when(|| true)
    }
}

impl fmt::Debug for Leave {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Leave")
    }
}

/// What became of a request's bytes.
#[derive(Debug, Default)]
pub(super) struct Departure {
    has_left: AtomicBool,
    is_withheld: AtomicBool,
}

impl Departure {
    /// Whether any byte of the message may have left.
    pub(super) fn has_left(&self) -> bool {
        self.has_left.load(Ordering::SeqCst)
    }

    /// Whether the request was kept here because it was not allowed to leave.
    pub(super) fn is_withheld(&self) -> bool {
        self.is_withheld.load(Ordering::SeqCst)
    }
}

/// A request was not allowed to leave.
#[derive(Debug, thiserror::Error)]
#[error("the request was not allowed to leave")]
struct NotAllowed;

/// The bytes of one request, which ask before they leave.
#[derive(Debug)]
pub(super) struct AskingBody {
    bytes: Option<Bytes>,
    leave: Leave,
    departure: Arc<Departure>,
}

impl AskingBody {
    pub(super) fn new(body: String, leave: Leave) -> (Self, Arc<Departure>) {
        let departure = Arc::<Departure>::default();
        (Self { bytes: Some(body.into()), leave, departure: Arc::clone(&departure) }, departure)
    }
}

impl http_body::Body for AskingBody {
    type Data = Bytes;
    type Error = Box<dyn std::error::Error + Send + Sync>;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        let Some(bytes) = self.bytes.take() else { return Poll::Ready(None) };
        if !(self.leave.0)() {
            self.departure.is_withheld.store(true, Ordering::SeqCst);
            return Poll::Ready(Some(Err(Box::new(NotAllowed))));
        }
        self.departure.has_left.store(true, Ordering::SeqCst);
        Poll::Ready(Some(Ok(Frame::data(bytes))))
    }

    fn is_end_stream(&self) -> bool {
        self.bytes.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.bytes.as_ref().map_or(0, |bytes| bytes.len() as u64))
    }
}
