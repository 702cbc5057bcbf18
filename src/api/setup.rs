//! What the API works with.

use std::fmt;

use crate::{clock::Clock, queue::Queue};

/// How the API is to be served.
#[derive(Clone)]
pub struct Options {
    pub queue: Queue,
    pub clock: Clock,
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options").finish_non_exhaustive()
    }
}
