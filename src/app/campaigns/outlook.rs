//! Whether a campaign is being sent, what its rows wait for, and when it will be done: the same for every face.

use std::time::Duration;

use jiff::tz::TimeZone;

use crate::{
    domain::{
        Campaign, State, Status, Timestamp,
        reach::{HeldBy, Reach},
        time::TimeError,
    },
    queue::{Counts, Held, Queue, QueueError, SendingNow},
};

/// What a campaign that is on its way waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WaitsFor {
    /// Somebody to start a process that sends it: nobody does, or a person stopped it.
    Process,
    /// The time at which it starts.
    Start,
    /// The sending hours, or those of the people who are left.
    Hours,
    /// The cap on messages to the people who are left.
    Cap,
    /// The end of the silence that the provider asked for.
    Provider,
    /// The receipts of the first messages.
    Canary,
    /// People to write: whoever is left cannot be reached before.
    People,
    /// The time of the next attempt, for everybody who is left.
    Retry,
}

impl WaitsFor {
    /// The name in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Process => "process",
            Self::Start => "start",
            Self::Hours => "hours",
            Self::Cap => "cap",
            Self::Provider => "provider",
            Self::Canary => "canary",
            Self::People => "people",
            Self::Retry => "retry",
        }
    }

    /// What it is, in words that follow "waits for".
    pub const fn words(self) -> &'static str {
        match self {
            Self::Process => "a process that sends it",
            Self::Start => "its start",
            Self::Hours => "the hours in which it may send",
            Self::Cap => "the cap on messages to the people who are left",
            Self::Provider => "the provider, which asked for a pause",
            Self::Canary => "the receipts of the first messages",
            Self::People => "people to write",
            Self::Retry => "the next attempts",
        }
    }
}

/// What is to be expected of a campaign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outlook {
    /// The process that sends it; none where nobody does.
    pub sender_pid: Option<i64>,
    pub waits_for: Option<WaitsFor>,
    /// When that wait ends at the latest, where it is known.
    pub waits_until: Option<Timestamp>,
    /// What holds rows back, and how many.
    pub held: Vec<Held>,
    /// When the last row will have been sent at the campaign's rate, waits included; none where that is not known.
    pub ends_at: Option<Timestamp>,
    /// The zone in which the campaign's times are told.
    pub zone: TimeZone,
}

/// Why nothing can be said.
#[derive(Debug, thiserror::Error)]
pub enum OutlookError {
    #[error(transparent)]
    Queue(#[from] QueueError),
    #[error(transparent)]
    Zone(#[from] TimeError),
}

impl Outlook {
    /// What is to be expected of a campaign with these counts.
    pub async fn of(
        queue: &Queue,
        campaign: &Campaign,
        counts: &Counts,
        now: Timestamp,
    ) -> Result<Self, OutlookError> {
        let sending = queue.sending_now(campaign.id, now).await?;
        Ok(outlook(campaign, counts, sending, now)?)
    }
}

fn outlook(
    campaign: &Campaign,
    counts: &Counts,
    sending: SendingNow,
    now: Timestamp,
) -> Result<Outlook, TimeError> {
    let plan = &campaign.plan;
    let is_on_its_way = matches!(campaign.state, State::Running | State::Scheduled);
    let is_interrupted = campaign.interrupted_at.is_some();
    let sender_pid = sending.sender_pid.filter(|_| is_on_its_way && !is_interrupted);
    let held = sending.held;
    let zone = plan.zone()?;
    let nothing =
        Outlook { sender_pid, waits_for: None, waits_until: None, held, ends_at: None, zone: zone.clone() };
    if !is_on_its_way {
        return Ok(nothing);
    }
    let start = plan.start_at.filter(|at| now < *at);
    let opening = |from: Timestamp| match &plan.hours {
        Some(hours) => from.plus(hours.wait(from, &zone)),
        None => from,
    };
    let opens_at = opening(start.unwrap_or(now));
    let is_all_waiting = counts.of(Status::Sending) == 0 && counts.of(Status::Queued) > 0;
    let retry = sending.first_due_at.filter(|at| is_all_waiting && now < *at);
    let silence = Some(sending.silent_until).filter(|at| now < *at);
    let canary = sending.canary_ends_at.filter(|at| now < *at);
    let waits_for_people =
        plan.reach.reach() == Reach::Wait && is_all_waiting && !sending.is_anybody_reachable;
    let (waits_for, waits_until) = match (sender_pid, start, silence, canary, retry) {
        (None, ..) => (Some(WaitsFor::Process), None),
        (_, Some(_), ..) => (Some(WaitsFor::Start), Some(opens_at)),
        _ if now < opens_at => (Some(WaitsFor::Hours), Some(opens_at)),
        (_, _, Some(at), ..) => (Some(WaitsFor::Provider), Some(at)),
        (_, _, _, Some(at), _) => (Some(WaitsFor::Canary), Some(at)),
        _ if waits_for_people => (Some(WaitsFor::People), plan.reach.not_after),
        (.., Some(at)) => (Some(held_by(&nothing.held, at)), Some(at)),
        _ => (None, None),
    };
    if sender_pid.is_none() || plan.reach.reach() == Reach::Wait {
        // Nobody knows when people write.
        return Ok(Outlook { waits_for, waits_until, ..nothing });
    }
    let begins_at = waits_until.unwrap_or(now);
    let work = time_to_send(counts.n_open(), plan.mps);
    let ends_at = match &plan.hours {
        Some(hours) => hours.end_of(begins_at, work, &zone),
        None => Some(begins_at.plus(work)),
    };
    Ok(Outlook { waits_for, waits_until, ends_at, ..nothing })
}

/// What those wait for of whom the first is due at that instant.
fn held_by(held: &[Held], first_due_at: Timestamp) -> WaitsFor {
    match held.iter().find(|held| held.first_at == first_due_at).map(|held| held.by) {
        Some(HeldBy::Hours) => WaitsFor::Hours,
        Some(HeldBy::Cap) => WaitsFor::Cap,
        None => WaitsFor::Retry,
    }
}

/// How long so many messages take at a rate.
pub fn time_to_send(n: u64, mps: f64) -> Duration {
    #[expect(clippy::cast_precision_loss, reason = "an estimate")]
    let seconds = (n as f64 / mps).ceil();
    Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        domain::{NewCampaign, time::SendingHours},
        queue::tests::{NOW, World},
    };

    /// A campaign of 40 recipients at 20 a second, in Kolkata, that process 7 sends. NOW is in the evening there.
    async fn campaign(change: impl FnOnce(&mut NewCampaign)) -> (Campaign, Counts, SendingNow) {
        let world = World::with(40).await;
        let mut campaign = world.queue.campaign("spring").await.unwrap();
        campaign.state = State::Running;
        campaign.plan.time_zone = Some("Asia/Kolkata".to_owned());
        change(&mut campaign.plan);
        let counts = world.queue.counts(campaign.id).await.unwrap();
        (campaign, counts, SendingNow { sender_pid: Some(7), ..SendingNow::default() })
    }

    #[expect(clippy::unnecessary_wraps, reason = "as the facts have it")]
    fn after(seconds: u64) -> Option<Timestamp> {
        Some(NOW.plus(Duration::from_secs(seconds)))
    }

    #[tokio::test]
    async fn a_campaign_that_is_sent_ends_when_its_rows_are_through() {
        let (campaign, counts, sending) = campaign(|_| {}).await;
        let found = outlook(&campaign, &counts, sending.clone(), NOW).unwrap();
        assert_eq!(
            found,
            Outlook {
                sender_pid: Some(7),
                waits_for: None,
                waits_until: None,
                held: Vec::new(),
                ends_at: after(2),
                zone: campaign.plan.zone().unwrap()
            }
        );
    }

    #[tokio::test]
    async fn nothing_is_promised_of_a_campaign_that_nobody_sends() {
        let (mut campaign, counts, sending) = campaign(|_| {}).await;
        let alone = outlook(&campaign, &counts, SendingNow::default(), NOW).unwrap();
        assert_eq!((alone.waits_for, alone.ends_at), (Some(WaitsFor::Process), None));
        campaign.interrupted_at = Some(NOW);
        let stopped = outlook(&campaign, &counts, sending.clone(), NOW).unwrap();
        assert_eq!((stopped.sender_pid, stopped.waits_for), (None, Some(WaitsFor::Process)));
        campaign.state = State::Paused;
        let paused = outlook(&campaign, &counts, sending.clone(), NOW).unwrap();
        assert_eq!((paused.waits_for, paused.ends_at), (None, None));
    }

    #[tokio::test]
    async fn the_end_lies_behind_every_wait() {
        let (mut campaign, counts, sending) = campaign(|_| {}).await;
        let at = |found: Outlook| (found.waits_for, found.waits_until, found.ends_at);
        let retry = SendingNow { first_due_at: after(600), ..sending.clone() };
        let found = outlook(&campaign, &counts, retry.clone(), NOW).unwrap();
        assert_eq!(at(found), (Some(WaitsFor::Retry), after(600), after(602)));
        let canary = SendingNow { canary_ends_at: after(900), ..retry.clone() };
        let found = outlook(&campaign, &counts, canary.clone(), NOW).unwrap();
        assert_eq!(at(found), (Some(WaitsFor::Canary), after(900), after(902)));
        let silent = SendingNow { silent_until: NOW.plus(Duration::from_secs(30)), ..canary.clone() };
        let found = outlook(&campaign, &counts, silent.clone(), NOW).unwrap();
        assert_eq!(at(found), (Some(WaitsFor::Provider), after(30), after(32)));
        campaign.plan.start_at = after(60);
        let found = outlook(&campaign, &counts, silent.clone(), NOW).unwrap();
        assert_eq!(at(found), (Some(WaitsFor::Start), after(60), after(62)));
    }

    #[tokio::test]
    async fn a_campaign_outside_its_hours_waits_for_the_morning() {
        let (mut campaign, counts, sending) = campaign(|plan| {
            plan.hours = Some(SendingHours::parse("09:00-09:01").unwrap());
            plan.mps = 0.1;
        })
        .await;
        let now = Timestamp::parse("2026-11-23T08:00:00+05:30").unwrap();
        let found = outlook(&campaign, &counts, sending.clone(), now).unwrap();
        assert_eq!(found.waits_for, Some(WaitsFor::Hours));
        let in_zone = |at: Option<Timestamp>| at.unwrap().to_string();
        assert_eq!(in_zone(found.waits_until), "2026-11-23T03:30:00.000Z");
        // 400 seconds of work in hours of one minute a day.
        assert_eq!(in_zone(found.ends_at), "2026-11-29T03:30:40.000Z");
        campaign.plan.time_zone = Some("Nowhere/AtAll".to_owned());
        assert!(outlook(&campaign, &counts, sending.clone(), now).is_err());
    }
}
