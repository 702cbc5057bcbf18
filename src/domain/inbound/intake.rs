//! How messages of people are taken in: by what they ask to be left alone, when too many do, and whether their words are kept.

use std::{fmt, time::Duration};

use super::optout::OptOutWords;

/// What is settled before a message is taken in.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Intake {
    pub words: OptOutWords,
    pub stops: StopLimit,
    /// How long what people write is kept; none is not at all.
    pub keep_text: Option<Duration>,
}

/// When so many of those who got a campaign's message ask to stop that it pauses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StopLimit {
    /// In hundredths of a percent; none where it never pauses for that.
    share: Option<u32>,
    /// Of fewer deliveries a share says nothing.
    delivered_min: u64,
}

/// Why a text is no share.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{found}` is no share such as 2%, above 0% and up to 100%, and not `never`")]
pub struct StopShareError {
    found: String,
}

impl Default for StopLimit {
    /// Two percent of at least two hundred.
    fn default() -> Self {
        Self { share: Some(200), delivered_min: 200 }
    }
}

impl StopLimit {
    /// With another number of deliveries from which on it counts.
    #[must_use]
    pub const fn with_min(self, delivered_min: u64) -> Self {
        Self { delivered_min, ..self }
    }

    /// With another share: `2%`, `0.5%`, or `never`.
    pub fn with_share(self, text: &str) -> Result<Self, StopShareError> {
        let error = || StopShareError { found: text.to_owned() };
        if text.trim() == "never" {
            return Ok(Self { share: None, ..self });
        }
        let percent: f64 =
            text.trim().strip_suffix('%').and_then(|n| n.trim().parse().ok()).ok_or_else(error)?;
        let hundredths = (percent * 100.0).round();
        if !(1.0..=10_000.0).contains(&hundredths) {
            return Err(error());
        }
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 1 and 10,000")]
        let share = hundredths as u32;
        Ok(Self { share: Some(share), ..self })
    }

    /// Whether a campaign pauses of whose messages so many were delivered, and so many people asked to stop.
    pub fn is_reached(self, n_asked: u64, n_delivered: u64) -> bool {
        let Some(share) = self.share else { return false };
        let (asked, delivered) = (u128::from(n_asked), u128::from(n_delivered));
        0 < n_asked && self.delivered_min <= n_delivered && delivered * u128::from(share) <= asked * 10_000
    }
}

impl fmt::Display for StopLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.share {
            Some(share) => write!(f, "{}% of at least {}", f64::from(share) / 100.0, self.delivered_min),
            None => f.write_str("never"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_percent_of_two_hundred_are_four_people_and_fewer_deliveries_say_nothing() {
        let limit = StopLimit::default();
        assert!(limit.is_reached(4, 200) && limit.is_reached(20, 1_000));
        assert!(!limit.is_reached(3, 200) && !limit.is_reached(199, 199) && !limit.is_reached(19, 1_000));
        let half = limit.with_share("0.5%").unwrap().with_min(0);
        assert!(half.is_reached(1, 200) && !half.is_reached(1, 201) && !half.is_reached(0, 0));
        assert!(!limit.with_share("never").unwrap().is_reached(200, 200));
        assert_eq!(
            (limit.to_string(), half.to_string()),
            ("2% of at least 200".into(), "0.5% of at least 0".into())
        );
    }

    #[test]
    fn what_is_no_share_is_refused() {
        for wrong in ["2", "0%", "101%", "x%", "", "-1%", "NaN%"] {
            assert!(StopLimit::default().with_share(wrong).is_err(), "{wrong}");
        }
    }
}
