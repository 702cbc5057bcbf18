//! Before a start: who of the list can be reached, and whether somebody has to say what becomes of the others.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::{
    domain::{
        Campaign, CampaignId, Phone, Timestamp,
        reach::{Reach, WINDOW, hours::is_night, zones},
        time::parse_zone,
    },
    queue::{Queue, QueueError, Reachable},
};

/// Who can be reached when a campaign starts now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Prospect {
    /// Those who wait.
    pub n_queued: u64,
    /// Those of them who have written within the last 24 hours, less the margin.
    pub n_open: u64,
    /// Those of them whose window closes before their turn comes at the campaign's rate.
    pub n_too_late: u64,
    /// Whether anything is known of who wrote to the sender.
    pub is_known: bool,
}

impl Prospect {
    /// Of a campaign that is sent from `sender` at `mps`.
    pub async fn of(
        queue: &Queue,
        campaign: &Campaign,
        sender: Phone,
        mps: f64,
        now: Timestamp,
    ) -> Result<Self, QueueError> {
        let margin = campaign.plan.reach.margin;
        let Reachable { n_queued, closings, is_known } =
            queue.reachable(campaign.id, sender, now.plus(margin)).await?;
        let n_open = closings.len() as u64;
        let n_too_late = n_too_late(closings.into_iter().map(|at| (at, 1)), margin, mps, now);
        Ok(Self { n_queued, n_open, n_too_late, is_known })
    }

    /// Of a list that is not in the queue yet, at `mps`.
    pub fn of_list(closings: &Closings, n_queued: u64, margin: Duration, mps: f64, now: Timestamp) -> Self {
        let open = || {
            let groups = closings.by_minute.iter().map(|(minute, n)| (Timestamp(minute * MINUTE_MS), *n));
            groups.filter(|(at, _)| now.plus(margin) < *at)
        };
        Self {
            n_queued,
            n_open: open().map(|(_, n)| n).sum(),
            n_too_late: n_too_late(open(), margin, mps, now),
            is_known: closings.is_known,
        }
    }

    /// Those who have not written, as far as is known: the provider accepts their message, and it never arrives.
    pub fn n_closed(&self) -> u64 {
        self.n_queued.saturating_sub(self.n_open)
    }

    /// Whether somebody has to choose: more than half cannot be reached, and nobody has said what becomes of them.
    pub fn has_to_be_chosen(&self, chosen: Option<Reach>) -> bool {
        self.is_known && chosen.is_none() && self.n_closed() * 2 > self.n_queued
    }
}

/// How many people are looked at to see whether it is night for most.
const LOOKED_AT: u32 = 20_000;

/// Of those who go first, for how many it is night at an instant, where that is most of them and the campaign waits for nobody's
/// morning.
pub async fn most_at_night(
    queue: &Queue,
    campaign: &Campaign,
    at: Timestamp,
) -> Result<Option<(u64, u64)>, QueueError> {
    let plan = &campaign.plan;
    if plan.hours.is_some() || plan.reach.local.hours.is_some() {
        return Ok(None);
    }
    let people = queue.first_to_go(campaign.id, LOOKED_AT).await?;
    let is_dark = |(phone, zone): &&(Phone, Option<String>)| match zone
        .as_deref()
        .and_then(|name| parse_zone(name).ok())
    {
        Some(zone) => is_night(at, &[zone]),
        None => is_night(at, zones::of_number(*phone)),
    };
    let (n, n_dark) = (people.len() as u64, people.iter().filter(is_dark).count() as u64);
    Ok((n < n_dark * 2).then_some((n_dark, n)))
}

const MINUTE_MS: i64 = 60_000;

/// When the windows of the people of a list close, by the minute: what is kept of a list that waits to be started.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Closings {
    /// The business number whose windows they are, digits only.
    sender: u64,
    is_known: bool,
    /// Minutes since 1970, and how many close in each.
    by_minute: Vec<(i64, u64)>,
}

impl Closings {
    /// Those of a list that was read into a queue of its own, with the windows that `queue` knows.
    pub async fn of_rows(
        queue: &Queue,
        rows: &Queue,
        campaign: CampaignId,
        sender: Phone,
        now: Timestamp,
    ) -> Result<Self, QueueError> {
        const AT_ONCE: u32 = 10_000;
        let mut after = None;
        loop {
            let openings = queue.openings(sender, now.minus(WINDOW), after, AT_ONCE).await?;
            let Some(last) = openings.last() else { break };
            after = Some(last.person);
            rows.open_windows(openings).await?;
        }
        let Reachable { closings, is_known, .. } = rows.reachable(campaign, sender, now).await?;
        let mut by_minute: Vec<(i64, u64)> = Vec::new();
        for at in closings {
            let minute = at.0.div_euclid(MINUTE_MS);
            match by_minute.last_mut() {
                Some((last, n)) if *last == minute => *n += 1,
                _ => by_minute.push((minute, 1)),
            }
        }
        Ok(Self { sender: sender.digits(), is_known, by_minute })
    }

    /// Whether they are about that business number.
    pub fn are_of(&self, sender: Phone) -> bool {
        self.sender == sender.digits()
    }
}

/// How many close before their turn, when those that close first go first and nobody waits for one that has closed.
fn n_too_late(
    closings: impl Iterator<Item = (Timestamp, u64)>,
    margin: Duration,
    mps: f64,
    now: Timestamp,
) -> u64 {
    let (mut n_sent, mut n_late) = (0_u32, 0);
    for (closes_at, n) in closings {
        for _ in 0..n {
            let turn = Duration::try_from_secs_f64(f64::from(n_sent) / mps).unwrap_or(Duration::MAX);
            if closes_at <= now.plus(turn).plus(margin) {
                n_late += 1;
            } else {
                n_sent = n_sent.saturating_add(1);
            }
        }
    }
    n_late
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_790_000_000_000);

    #[test]
    fn whoever_closes_before_their_turn_is_too_late_and_holds_nobody_up() {
        let margin = Duration::from_mins(5);
        let closings =
            || [301, 302, 302, 303, 304].map(|s| (NOW.plus(Duration::from_secs(s)), 1)).into_iter();
        // One a second: turns at 0, 1, 2 …; the second of those that close at 302 would go at 2.
        assert_eq!(n_too_late(closings(), margin, 1.0, NOW), 1);
        assert_eq!(n_too_late(closings(), margin, 10.0, NOW), 0);
        assert_eq!(n_too_late(closings(), margin, 0.1, NOW), 4);
    }

    #[test]
    fn it_has_to_be_chosen_where_more_than_half_cannot_be_reached_and_that_is_known() {
        let of = |n_open, is_known| Prospect { n_queued: 10, n_open, n_too_late: 0, is_known };
        assert!(of(4, true).has_to_be_chosen(None));
        assert!(!of(5, true).has_to_be_chosen(None));
        assert!(!of(0, false).has_to_be_chosen(None));
        assert!(!of(0, true).has_to_be_chosen(Some(Reach::Any)));
    }
}
