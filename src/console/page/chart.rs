//! A campaign's rate over time, drawn as a path; no script, no style.

use crate::{console::workspace::telemetry::RateSample, queue::Minute};

/// The drawing's size, in its own units.
pub(crate) const WIDTH: i64 = 600;
pub(crate) const HEIGHT: i64 = 80;
const DRAWN_WIDTH: u16 = 600;
const DRAWN_HEIGHT: u16 = 80;

/// Messages per minute: a path for all that were settled, and one for the accepted among them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Chart {
    pub(crate) settled: String,
    pub(crate) accepted: String,
    pub(crate) peak: u64,
    /// From the first minute to the last.
    pub(crate) n_minutes: u64,
    pub(crate) first: i64,
    pub(crate) last: i64,
}

impl Chart {
    /// None before the first minute.
    pub(crate) fn of(minutes: &[Minute]) -> Option<Self> {
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

/// Points of the curve; more would only cost bytes.
const POINTS_MAX: usize = 150;

/// The rate of the last minutes as an area, and what was allowed as a line above it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RateCurve {
    pub(crate) rate: String,
    pub(crate) allowed: String,
    /// Messages per second at the upper edge.
    pub(crate) top: u64,
    /// From the left edge to now.
    pub(crate) n_seconds: u64,
}

impl RateCurve {
    /// The shortest time that is drawn: a campaign that has just begun fills the drawing from the right.
    const SECONDS_MIN: f64 = 60.0;

    /// None before there is a curve.
    pub(crate) fn of(samples: &[RateSample]) -> Option<Self> {
        let seconds = samples.first()?.age.as_secs_f64().max(Self::SECONDS_MIN);
        let highest = samples.iter().map(|beat| beat.rate.max(beat.allowed)).fold(1.0, f64::max);
        let top = highest * 1.1;
        let share = |value: f64| (1.0 - value / top) * f64::from(DRAWN_HEIGHT);
        let (mut rate, mut allowed) = (String::new(), String::new());
        let mut first_x = None;
        for few in samples.chunks(samples.len().div_ceil(POINTS_MAX).max(1)) {
            #[expect(clippy::cast_precision_loss, reason = "a handful")]
            let n = few.len() as f64;
            let mean = |value: fn(&RateSample) -> f64| few.iter().map(value).sum::<f64>() / n;
            let x = (1.0 - mean(|beat| beat.age.as_secs_f64()) / seconds).max(0.0) * f64::from(DRAWN_WIDTH);
            let step = if first_x.is_some() { 'L' } else { 'M' };
            first_x = first_x.or(Some(x));
            rate.push_str(&format!("{step}{x:.1} {:.1}", share(mean(|beat| beat.rate))));
            allowed.push_str(&format!("{step}{x:.1} {:.1}", share(mean(|beat| beat.allowed))));
        }
        rate.push_str(&format!("V{DRAWN_HEIGHT}H{:.1}Z", first_x?));
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "positive and small")]
        let (top, n_seconds) = (top.round() as u64, seconds.round() as u64);
        Some(Self { rate, allowed, top, n_seconds })
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_course_ends_at_the_right_edge_and_stays_under_the_upper_one() {
        assert_eq!(RateCurve::of(&[]), None);
        let samples: Vec<_> = (0..600_u32)
            .rev()
            .map(|s| RateSample { age: Duration::from_secs(s.into()), rate: 10.0, allowed: 20.0 })
            .collect();
        let curve = RateCurve::of(&samples).unwrap();
        assert_eq!((curve.top, curve.n_seconds), (22, 599));
        assert!(curve.allowed.starts_with('M') && curve.allowed.contains("L598."), "{}", curve.allowed);
        assert!(curve.rate.contains(" 43.6L") && curve.rate.ends_with('Z'), "{}", curve.rate);
        assert_eq!(curve.allowed.matches(' ').count(), POINTS_MAX);
        let samples = &samples[599..];
        assert_eq!(RateCurve::of(samples).unwrap().n_seconds, 60);
    }

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
