//! What all answers share: the settings, and what goes on in this process.

use std::ops::Deref;

use super::{requests::limits::Limits, resources::imports::Progress, setup::Options};

/// What all answers share.
pub(super) struct Shared {
    options: Options,
    pub(super) progress: Progress,
    pub(super) limits: Limits,
}

impl Shared {
    pub(super) fn new(options: Options) -> Self {
        Self { options, progress: Progress::default(), limits: Limits::new() }
    }
}

impl Deref for Shared {
    type Target = Options;

    fn deref(&self) -> &Options {
        &self.options
    }
}
