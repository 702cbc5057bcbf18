//! The canary: whether the first messages arrived well enough for the rest to follow.

/// How the first messages of a campaign fared.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Canary {
    /// Messages that are out.
    pub n_out: u64,
    /// Those that arrived.
    pub n_arrived: u64,
    /// Those that did not, and will not.
    pub n_lost: u64,
    /// The share that has to arrive.
    pub share: f64,
}

impl Canary {
    /// Whether the rest may follow; none while that is open. `is_over` when nothing further is waited for.
    pub fn has_passed(&self, is_over: bool) -> Option<bool> {
        #[expect(clippy::cast_precision_loss, reason = "a canary has far fewer messages than 2^52")]
        let [n_out, n_arrived, n_lost] = [self.n_out, self.n_arrived, self.n_lost].map(|n| n as f64);
        // A hair below the share is the rounding of a decimal fraction.
        let needed = n_out * self.share - 1e-9;
        if n_arrived >= needed {
            Some(true)
        } else if is_over || n_out - n_lost < needed {
            Some(false)
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rest_follows_at_the_share_and_stays_when_it_is_out_of_reach() {
        let of = |n_arrived, n_lost, is_over| {
            Canary { n_out: 10, n_arrived, n_lost, share: 0.8 }.has_passed(is_over)
        };
        assert_eq!(of(7, 2, false), None);
        assert_eq!(of(8, 2, false), Some(true));
        assert_eq!(of(0, 3, false), Some(false));
        assert_eq!(of(7, 0, true), Some(false));
    }
}
