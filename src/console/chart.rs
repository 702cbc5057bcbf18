//! A campaign's rate over time, drawn as a path; no script, no style.

use crate::queue::Minute;

/// The drawing's size, in its own units.
pub(super) const WIDTH: i64 = 600;
pub(super) const HEIGHT: i64 = 80;

/// Messages per minute: a path for all that were settled, and one for the accepted among them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Chart {
    pub(super) settled: String,
    pub(super) accepted: String,
    /// The highest minute.
    pub(super) peak: u64,
    /// From the first minute to the last.
    pub(super) n_minutes: u64,
    pub(super) first: i64,
    pub(super) last: i64,
}

impl Chart {
    /// None before the first minute.
    pub(super) fn of(minutes: &[Minute]) -> Option<Self> {
        let first = minutes.first()?.minute;
        let last = minutes.last()?.minute;
        let n_minutes = u64::try_from(last - first + 1).ok()?;
        let peak = minutes.iter().map(|minute| minute.n_settled).max().filter(|peak| *peak > 0)?;
        // More bars than units of width would only cost bytes.
        let n_bars = n_minutes.min(240);
        let mut bars = vec![(0_u64, 0_u64, 0_u64); usize::try_from(n_bars).ok()?];
        for minute in minutes {
            let at = u64::try_from(minute.minute - first).ok()? * n_bars / n_minutes;
            let bar = bars.get_mut(usize::try_from(at).ok()?)?;
            bar.0 += minute.n_settled;
            bar.1 += minute.n_accepted;
        }
        let tallest = bars.iter().map(|bar| bar.0).max().filter(|tallest| *tallest > 0)?;
        let path = |value: &dyn Fn(&(u64, u64, u64)) -> u64| {
            let mut path = String::new();
            let width = WIDTH / i64::try_from(bars.len()).unwrap_or(1).max(1);
            let width = width.clamp(1, 40);
            for (index, bar) in bars.iter().enumerate() {
                let height = i64::try_from(value(bar) * 80 / tallest).unwrap_or(HEIGHT);
                let x = i64::try_from(index).unwrap_or_default() * width;
                if height > 0 {
                    path.push_str(&format!("M{x} {HEIGHT}v-{height}h{}v{height}z", (width - 1).max(1)));
                }
            }
            path
        };
        Some(Self { settled: path(&|bar| bar.0), accepted: path(&|bar| bar.1), peak, n_minutes, first, last })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_settled_draws_nothing() {
        assert_eq!(Chart::of(&[]), None);
        assert_eq!(Chart::of(&[Minute { minute: 1, n_accepted: 0, n_settled: 0 }]), None);
    }

    #[test]
    fn a_gap_stays_a_gap_and_the_peak_is_as_high_as_the_drawing() {
        let minute = |minute, n| Minute { minute, n_accepted: n / 2, n_settled: n };
        let chart = Chart::of(&[minute(10, 100), minute(12, 50)]).unwrap();
        assert_eq!((chart.n_minutes, chart.peak), (3, 100));
        assert_eq!(chart.settled, "M0 80v-80h39v80zM80 80v-40h39v40z");
        assert_eq!(chart.accepted, "M0 80v-40h39v40zM80 80v-20h39v20z");
    }
}
