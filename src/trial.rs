//! Trials of the promise: die at a named point, break one rule on purpose, shorten a span, move the clock.
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

/// Whether the rule of that name is to be broken (`CATALINK_MUTANT=name`), to show that a test notices.
#[inline]
pub(crate) fn mutant(name: &str) -> bool {
    #[cfg(debug_assertions)]
    return switches::get().mutant.as_deref() == Some(name);
    #[cfg(not(debug_assertions))]
    {
        let _ = name;
        false
    }
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
        pub(super) mutant: Option<String>,
        pub(super) spans: HashMap<String, Duration>,
        clock: Option<PathBuf>,
    }

    pub(super) fn get() -> &'static Switches {
        static SWITCHES: OnceLock<Switches> = OnceLock::new();
        SWITCHES.get_or_init(|| {
            let variable = |name: &str| std::env::var_os(name).and_then(|value| value.into_string().ok());
            Switches {
                crash: variable("CATALINK_CRASH_AT").map(|point| crash(&point)),
                mutant: variable("CATALINK_MUTANT"),
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

#[cfg(test)]
mod tests {
    use std::process::Command;

    /// Runs one test of this crate with a rule broken, and without.
    fn is_noticed(mutant: &str, by: &str) {
        let passes = |mutant: Option<&str>| {
            let mut command = Command::new(std::env::current_exe().unwrap());
            command.args([by, "--exact"]).env_remove("CATALINK_MUTANT").env("PROPTEST_MAX_SHRINK_ITERS", "0");
            let output = command.envs(mutant.map(|mutant| ("CATALINK_MUTANT", mutant))).output().unwrap();
            assert!(String::from_utf8_lossy(&output.stdout).contains("running 1 test"), "no test {by}");
            output.status.success()
        };
        assert!(!passes(Some(mutant)), "{by} did not notice {mutant}");
        assert!(passes(None), "{by} fails by itself");
    }

    #[test]
    fn a_claim_under_a_lease_that_was_lost_is_noticed() {
        is_noticed("claim-unfenced", "queue::tests::an_old_lease_claims_nothing");
    }

    #[test]
    fn a_settlement_without_its_where_is_noticed() {
        let by = "queue::tests::a_dead_process_leaves_doubts_and_its_late_answer_changes_nothing";
        is_noticed("settlement-unguarded", by);
    }

    #[test]
    fn a_recovery_back_to_the_queue_is_noticed_by_a_random_history() {
        let by = "queue::histories::no_history_messages_anybody_twice_or_forgets_anybody";
        is_noticed("recovery-to-queue", by);
    }

    #[test]
    fn a_governor_without_the_log_is_noticed() {
        let by = "sender::account::tests::no_sliding_second_holds_more_than_the_rate_and_little_is_lost";
        is_noticed("governor-alone", by);
    }
}
