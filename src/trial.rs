//! Trials of the promise: die at a named point, shorten a span, move the clock.
//!
//! Each is asked for by a variable of the environment, and in debug builds alone: in a release build every function
//! here is a constant. Nothing here may change what the program does while no variable is set.

use std::time::Duration;

/// Ends the process here, as a crash would, where `CATALINK_CRASH_AT=point` says so; with `point:3`, the third time.
#[inline]
pub(crate) fn crash_point(point: &str) {
    #[cfg(debug_assertions)]
    switches::crash_at(point);
    #[cfg(not(debug_assertions))]
    let _ = point;
}

/// `usual`, unless `CATALINK_SPANS=name=ms,…` gives another span of that name.
#[inline]
pub(crate) fn span(name: &str, usual: Duration) -> Duration {
    #[cfg(debug_assertions)]
    return switches::get().spans.get(name).copied().unwrap_or(usual);
    #[cfg(not(debug_assertions))]
    {
        let _ = name;
        usual
    }
}

/// By how many milliseconds the wall clock is wrong: what the file `CATALINK_CLOCK` holds at this moment.
#[inline]
pub(crate) fn clock_error_ms() -> i64 {
    #[cfg(debug_assertions)]
    return switches::clock_error_ms();
    #[cfg(not(debug_assertions))]
    0
}

#[cfg(debug_assertions)]
mod switches {
    use std::{
        collections::HashMap,
        path::PathBuf,
        sync::{
            OnceLock,
            atomic::{AtomicU32, Ordering},
        },
        time::Duration,
    };

    /// What the environment asks for, read once.
    #[derive(Debug, Default)]
    pub(super) struct Switches {
        crash: Option<(String, AtomicU32)>,
        pub(super) spans: HashMap<String, Duration>,
        clock: Option<PathBuf>,
    }

    pub(super) fn get() -> &'static Switches {
        static SWITCHES: OnceLock<Switches> = OnceLock::new();
        SWITCHES.get_or_init(|| {
            let variable = |name: &str| std::env::var_os(name).and_then(|value| value.into_string().ok());
            Switches {
                crash: variable("CATALINK_CRASH_AT").map(|point| crash(&point)),
                spans: variable("CATALINK_SPANS").map(|spans| parse_spans(&spans)).unwrap_or_default(),
                clock: variable("CATALINK_CLOCK").map(PathBuf::from),
            }
        })
    }

    /// `point`, or `point:n`.
    fn crash(text: &str) -> (String, AtomicU32) {
        match text.rsplit_once(':').and_then(|(point, n)| Some((point, n.parse().ok()?))) {
            Some((point, n)) => (point.to_owned(), AtomicU32::new(n)),
            None => (text.to_owned(), AtomicU32::new(1)),
        }
    }

    fn parse_spans(text: &str) -> HashMap<String, Duration> {
        let span = |part: &str| {
            let (name, ms) = part.split_once('=')?;
            Some((name.to_owned(), Duration::from_millis(ms.parse().ok()?)))
        };
        text.split(',').filter_map(span).collect()
    }

    pub(super) fn crash_at(point: &str) {
        if let Some((wanted, left)) = &get().crash
            && wanted == point
            && left.fetch_sub(1, Ordering::SeqCst) == 1
        {
            std::process::abort();
        }
    }

    pub(super) fn clock_error_ms() -> i64 {
        let Some(path) = &get().clock else { return 0 };
        std::fs::read_to_string(path).ok().and_then(|text| text.trim().parse().ok()).unwrap_or_default()
    }
}
