//! The rate at which a campaign is done by a set time.

use crate::domain::{
    NewCampaign, Timestamp,
    campaign::{CampaignError, check_rate},
    time::{TimeError, Told},
};

/// The fastest rate that is computed: what the provider allows an account at most.
const MPS_MAX: f64 = 1_000.0;

/// How much faster than exactly needed, for retries and slow answers.
const RESERVE: f64 = 1.05;

/// Why a campaign cannot be done by its set time.
#[derive(Debug, thiserror::Error)]
pub enum FinishError {
    #[error("it is to be done by {finish_by}, which is over")]
    Over { finish_by: String },
    #[error("its sending hours leave no time until {finish_by}")]
    NoHours { finish_by: String },
    #[error(
        "to be done by {finish_by} it would have to send {needed:.0} messages a second, and an account may send 1,000"
    )]
    TooFast { finish_by: String, needed: f64 },
    #[error(
        "to be done by {finish_by} it has to send {needed:.1} messages a second, and {mps} were asked for"
    )]
    TooSlow { finish_by: String, needed: f64, mps: f64 },
    #[error(transparent)]
    Zone(#[from] TimeError),
    #[error(transparent)]
    Rate(#[from] CampaignError),
}

/// The rate for so many messages from `now` on; none where no time is set. `asked_for` is a rate that somebody has named.
pub fn rate(
    plan: &NewCampaign,
    n: u64,
    asked_for: Option<f64>,
    now: Timestamp,
) -> Result<Option<f64>, FinishError> {
    let Some(finish_by) = plan.reach.finish_by else { return Ok(None) };
    let zone = plan.zone()?;
    let told = || Told(finish_by, &zone).to_string();
    let begins_at = plan.start_at.map_or(now, |at| at.max(now));
    if finish_by <= begins_at {
        return Err(FinishError::Over { finish_by: told() });
    }
    let time = match &plan.hours {
        Some(hours) => hours.open_between(begins_at, finish_by, &zone),
        None => begins_at.until(finish_by),
    };
    if time.is_zero() {
        return Err(FinishError::NoHours { finish_by: told() });
    }
    #[expect(clippy::cast_precision_loss, reason = "a rate")]
    let needed = n as f64 / time.as_secs_f64();
    match asked_for {
        Some(mps) if mps < needed => return Err(FinishError::TooSlow { finish_by: told(), needed, mps }),
        Some(mps) => return Ok(Some(mps)),
        None => {}
    }
    if MPS_MAX < needed {
        return Err(FinishError::TooFast { finish_by: told(), needed });
    }
    let rate = (needed * RESERVE * 10.0).ceil() / 10.0;
    Ok(Some(check_rate(rate.clamp(0.1, MPS_MAX))?))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::domain::time::SendingHours;

    const NOW: Timestamp = Timestamp(1_790_000_000_000);

    fn plan(hours: u64) -> NewCampaign {
        let mut plan = NewCampaign::new("spring", "Hi");
        plan.reach.finish_by = Some(NOW.plus(Duration::from_hours(hours)));
        plan
    }

    #[test]
    fn the_rate_is_the_one_that_is_needed_and_a_little_more() {
        assert_eq!(rate(&plan(1), 36_000, None, NOW).unwrap(), Some(10.5));
        assert_eq!(rate(&plan(1), 1, None, NOW).unwrap(), Some(0.1));
        assert_eq!(rate(&NewCampaign::new("spring", "Hi"), 9, None, NOW).unwrap(), None);
        assert_eq!(rate(&plan(1), 36_000, Some(20.0), NOW).unwrap(), Some(20.0));
    }

    #[test]
    fn hours_in_which_nothing_is_sent_make_it_faster() {
        let mut plan = plan(24);
        plan.hours = Some(SendingHours::parse("09:00-12:00").unwrap());
        assert_eq!(rate(&plan, 108_000, None, NOW).unwrap(), Some(10.5));
    }

    #[test]
    fn what_cannot_be_done_in_time_is_said_with_the_rate_that_it_would_take() {
        let said = |plan: &NewCampaign, n, mps| rate(plan, n, mps, NOW).unwrap_err().to_string();
        assert!(said(&plan(1), 7_200_000, None).contains("2000 messages a second"));
        assert!(
            said(&plan(1), 36_000, Some(5.0))
                .contains("has to send 10.0 messages a second, and 5 were asked for")
        );
        assert!(said(&plan(0), 1, None).contains("which is over"));
    }
}
