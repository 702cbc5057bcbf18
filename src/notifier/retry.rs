//! How long a notice that was not taken waits: a little longer each time, and a day in all.

use std::time::Duration;

use crate::trial;

const SECONDS: [u64; 10] = [5, 30, 120, 600, 1_800, 3_600, 7_200, 14_400, 21_600, 36_000];

/// The pause after an attempt, counted from 1; none after the last one.
pub(super) fn pause_after(attempt: u32) -> Option<Duration> {
    let index = usize::try_from(attempt.saturating_sub(1)).unwrap_or(usize::MAX);
    SECONDS.get(index).map(|seconds| trial::span("notice_retry", Duration::from_secs(*seconds)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pauses_grow_and_come_to_a_day() {
        let pauses: Vec<_> = (1..).map_while(pause_after).collect();
        assert!(pauses.is_sorted() && pauses.len() == SECONDS.len());
        let hours = pauses.iter().sum::<Duration>().as_secs_f64() / 3_600.0;
        assert!((23.0..=24.0).contains(&hours), "{hours} hours");
        assert_eq!((pause_after(11), pause_after(u32::MAX)), (None, None));
    }
}
