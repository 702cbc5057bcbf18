//! The exit codes. README's table is held to this one by a test.

/// How a command ended, for scripts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Done: everyone accepted or rightly left out.
    Done,
    /// Error: nothing was done, or not all of it; standard error says what.
    Error,
    /// Usage: the command line is not understood.
    Usage,
    /// Finished, but some recipients failed or are in doubt; or there was nobody to send to.
    Incomplete,
    /// Paused by the provider, a limit or the operator; the campaign is kept.
    Paused,
    /// Another process is sending from this database.
    Taken,
    /// Interrupted safely: run it again to continue.
    Interrupted,
}

impl Exit {
    /// Every exit.
    pub const ALL: [Self; 7] = [
        Self::Done,
        Self::Error,
        Self::Usage,
        Self::Incomplete,
        Self::Paused,
        Self::Taken,
        Self::Interrupted,
    ];

    /// The number that the shell sees.
    pub const fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Error => 1,
            Self::Usage => 2,
            Self::Incomplete => 3,
            Self::Paused => 4,
            Self::Taken => 5,
            Self::Interrupted => 130,
        }
    }
}
