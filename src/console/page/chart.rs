//! A campaign's rate over the last minutes, drawn as a path; no script, no style. The bars over a whole campaign are drawn by
//! `report::chart`.

use crate::console::workspace::telemetry::RateSample;

/// The drawing's size, in its own units.
const DRAWN_WIDTH: u16 = 600;
const DRAWN_HEIGHT: u16 = 80;

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
}
