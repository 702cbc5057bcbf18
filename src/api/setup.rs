//! What the API works with.

use std::fmt;

use crate::{app::creation::Defaults, clock::Clock, queue::Queue};

/// How the API is to be served.
#[derive(Clone)]
pub struct Options {
    pub queue: Queue,
    pub clock: Clock,
    /// What of the settings new campaigns have.
    pub defaults: Defaults,
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options").finish_non_exhaustive()
    }
}
