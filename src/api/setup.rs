//! What the API works with.

use std::{fmt, path::PathBuf};

use crate::{
    app::{campaigns::creation::Defaults, doctor::Accounts},
    clock::Clock,
    queue::Queue,
};

/// How the API is to be served.
#[derive(Clone)]
pub struct Options {
    pub queue: Queue,
    pub clock: Clock,
    /// What of the settings new campaigns have.
    pub defaults: Defaults,
    /// The account that sends.
    pub accounts: Accounts,
    /// Further certificates to trust, in PEM form.
    pub ca_file: Option<PathBuf>,
    /// The largest file that is taken.
    pub upload_bytes_max: u64,
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options").finish_non_exhaustive()
    }
}
