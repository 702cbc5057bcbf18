//! How fast, when and how carefully a campaign is sent: the form of the start page, and the options of `catalink create`
//! that say the same.

use std::time::Duration;

use axum::{
    Form,
    extract::Path,
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

use super::{choices::quoted, failure::Failure, frame::Visit, uploads::in_the_making, words::EN};
use crate::{
    config::parse_number,
    domain::{
        NewCampaign, OnUnknown, Timestamp,
        time::{SendingHours, parse_duration, parse_zone},
    },
};

/// The form; what it does not have stays as it is.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Limits {
    mps: Option<f64>,
    in_flight_max: Option<u32>,
    start_at: Option<String>,
    hours_from: Option<String>,
    hours_to: Option<String>,
    time_zone: Option<String>,
    sender: Option<String>,
    canary: Option<String>,
    canary_wait: Option<String>,
    /// In per cent.
    canary_share: Option<f64>,
    attempts_max: Option<u32>,
    retry_initial: Option<String>,
    retry_interval_max: Option<String>,
    on_unknown: Option<String>,
    wa_source: Option<String>,
    with_token: Option<String>,
}

/// How fast and when. The start is one page, so this comes back to it.
pub(super) async fn limits(
    visit: Visit,
    Path(name): Path<String>,
    Form(form): Form<Limits>,
) -> Result<Response, Failure> {
    let (campaign, draft) = in_the_making(&visit, &name).await?;
    let plan = form.plan(campaign.plan)?;
    visit.queue.begin_draft_at(draft.campaign, None).await?;
    if !visit.queue.replace_plan(draft.campaign, plan).await? {
        return Err(Failure::Refused(EN.no_draft.to_string()));
    }
    Ok(Redirect::to(&format!("{}/start", visit.campaign_path(&name))).into_response())
}

fn refused(error: &dyn std::error::Error) -> Failure {
    Failure::Refused(error.to_string())
}

/// A text that says something.
fn said(text: &str) -> Option<String> {
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}

impl Limits {
    fn plan(self, old: NewCampaign) -> Result<NewCampaign, Failure> {
        let mut plan = old;
        plan.mps = self.mps.unwrap_or(plan.mps);
        plan.in_flight_max = self.in_flight_max.unwrap_or(plan.in_flight_max);
        plan.attempts_max = self.attempts_max.unwrap_or(plan.attempts_max);
        if let Some(text) = self.time_zone {
            plan.time_zone = said(&text);
        }
        let zone = match &plan.time_zone {
            Some(zone) => parse_zone(zone).map_err(|error| refused(&error))?,
            None => jiff::tz::TimeZone::UTC,
        };
        if let Some(text) = self.start_at {
            plan.start_at = said(&text).map(|text| instant(&text, &zone)).transpose()?;
        }
        if let (Some(from), Some(to)) = (self.hours_from, self.hours_to) {
            plan.hours = match (said(&from), said(&to)) {
                (None, None) => None,
                (from, to) => {
                    let hours = format!("{}-{}", from.unwrap_or_default(), to.unwrap_or_default());
                    Some(SendingHours::parse(&hours).map_err(|error| refused(&error))?)
                }
            };
        }
        if let Some(text) = self.sender {
            let sender = said(&text).map(|text| parse_number("sender", &text));
            plan.sender = sender.transpose().map_err(|error| refused(&error))?;
        }
        if let Some(text) = self.canary {
            let number = |text: String| text.parse().map_err(|_| Failure::Refused(EN.canary_bad.with(text)));
            plan.canary = said(&text).map(number).transpose()?;
        }
        plan.canary_share = self.canary_share.map_or(plan.canary_share, |share| share / 100.0);
        for (text, duration) in [
            (self.canary_wait, &mut plan.canary_wait),
            (self.retry_initial, &mut plan.retry.initial),
            (self.retry_interval_max, &mut plan.retry.interval_max),
        ] {
            if let Some(text) = text {
                *duration = parse_duration(text.trim()).map_err(|error| refused(&error))?;
            }
        }
        if let Some(choice) = self.on_unknown.as_deref().and_then(OnUnknown::from_name) {
            plan.on_unknown = choice;
        }
        plan.wa_source = self.wa_source.unwrap_or(plan.wa_source);
        plan.with_token = self.with_token.map_or(plan.with_token, |word| word == "yes");
        plan.check().map_err(|error| refused(&error))?;
        Ok(plan)
    }
}

/// An instant with its offset, or a date and a time of the zone, as a browser's field gives it.
fn instant(text: &str, zone: &jiff::tz::TimeZone) -> Result<Timestamp, Failure> {
    if let Ok(at) = Timestamp::parse(text) {
        return Ok(at);
    }
    let refused = || Failure::Refused(EN.start_at_bad.with(text));
    let local: jiff::civil::DateTime = text.parse().map_err(|_| refused())?;
    let at = local.to_zoned(zone.clone()).map_err(|_| refused())?;
    Ok(Timestamp(at.timestamp().as_millisecond()))
}

/// An instant as a browser's field takes it: a date and a time of the plan's zone.
pub(super) fn local(at: Timestamp, zone: Option<&str>) -> String {
    let zone = zone.and_then(|zone| parse_zone(zone).ok()).unwrap_or(jiff::tz::TimeZone::UTC);
    let Ok(instant) = jiff::Timestamp::from_millisecond(at.0) else { return String::new() };
    instant.to_zoned(zone).strftime("%Y-%m-%dT%H:%M").to_string()
}

/// A length of time as it is typed: `15m`.
pub(super) fn duration(duration: Duration) -> String {
    let ms = duration.as_millis();
    let units = [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000)];
    let (unit, n) = units
        .into_iter()
        .find(|(_, unit_ms)| ms > 0 && ms.is_multiple_of(*unit_ms))
        .map_or(("ms", ms), |(unit, unit_ms)| (unit, ms / unit_ms));
    format!("{n}{unit}")
}

/// The command that makes such a campaign: the message, and what differs from the defaults.
pub(super) fn create_command(plan: &NewCampaign) -> String {
    let usual = NewCampaign::new("", "");
    let mut command = format!("catalink create {} --message {}", plan.name, quoted(&plan.message));
    let mut add = |is_said: bool, option: &str, value: String| {
        if is_said {
            command.push_str(&format!(" --{option} {}", quoted(&value)));
        }
    };
    add(plan.sender.is_some(), "sender", plan.sender.map(crate::domain::Phone::e164).unwrap_or_default());
    add((plan.mps - usual.mps).abs() > f64::EPSILON, "mps", plan.mps.to_string());
    add(plan.in_flight_max != usual.in_flight_max, "max-in-flight", plan.in_flight_max.to_string());
    add(plan.attempts_max != usual.attempts_max, "max-attempts", plan.attempts_max.to_string());
    let retry = plan.retry;
    add(retry.initial != usual.retry.initial, "retry-initial", duration(retry.initial));
    add(retry.interval_max != usual.retry.interval_max, "retry-max-interval", duration(retry.interval_max));
    add(plan.on_unknown != usual.on_unknown, "on-unknown", plan.on_unknown.name().to_owned());
    for (slot, name) in ["ref", "ref1", "ref2"].into_iter().enumerate() {
        add(plan.refs[slot].is_some(), name, plan.refs[slot].clone().unwrap_or_default());
    }
    add(plan.wa_source != usual.wa_source, "wa-source", plan.wa_source.clone());
    add(plan.start_at.is_some(), "start-at", plan.start_at.map(|at| at.to_string()).unwrap_or_default());
    let hours = plan.hours.as_ref().map(ToString::to_string);
    add(hours.is_some(), "window", hours.unwrap_or_default());
    add(plan.time_zone.is_some(), "time-zone", plan.time_zone.clone().unwrap_or_default());
    if let Some(canary) = plan.canary {
        add(true, "canary", canary.to_string());
        add(plan.canary_wait != usual.canary_wait, "canary-wait", duration(plan.canary_wait));
        let share = plan.canary_share;
        add((share - usual.canary_share).abs() > f64::EPSILON, "canary-share", share.to_string());
    }
    for (is_said, flag) in [(!plan.preview_url, " --no-preview-url"), (!plan.with_token, " --no-token")] {
        command.push_str(if is_said { flag } else { "" });
    }
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_without_an_offset_is_one_of_the_zone() {
        let zone = parse_zone("Asia/Kolkata").unwrap();
        let at = instant("2026-11-23T09:00", &zone).unwrap();
        assert_eq!(at.to_string(), "2026-11-23T03:30:00.000Z");
        assert_eq!(
            instant("2026-11-23T09:00:00+01:00", &zone).unwrap().to_string(),
            "2026-11-23T08:00:00.000Z"
        );
        assert!(instant("tomorrow", &zone).is_err());
        assert_eq!(local(at, Some("Asia/Kolkata")), "2026-11-23T09:00");
    }

    #[test]
    fn what_cannot_be_is_refused_and_what_is_not_said_stays() {
        let plan = || NewCampaign { mps: 7.0, canary: Some(5), ..NewCampaign::new("spring", "Hi") };
        let refused = |form: Limits| assert!(form.plan(plan()).is_err());
        refused(Limits { mps: Some(0.0), ..Limits::default() });
        refused(Limits { canary: Some("many".to_owned()), ..Limits::default() });
        refused(Limits { canary_share: Some(101.0), ..Limits::default() });
        refused(Limits { retry_initial: Some("5".to_owned()), ..Limits::default() });
        refused(Limits { time_zone: Some("Mars/Base".to_owned()), ..Limits::default() });
        let half = Limits {
            hours_from: Some("09:00".to_owned()),
            hours_to: Some(String::new()),
            ..Limits::default()
        };
        refused(half);
        assert_eq!(Limits::default().plan(plan()).unwrap(), plan());
        let none = Limits { canary: Some(String::new()), ..Limits::default() };
        assert_eq!(none.plan(plan()).unwrap().canary, None);
    }

    #[test]
    fn the_command_says_what_differs_from_the_defaults() {
        let plan = NewCampaign::new("spring", "It's {{name}}");
        assert_eq!(create_command(&plan), r"catalink create spring --message 'It'\''s {{name}}'");
        let plan = NewCampaign {
            mps: 0.5,
            canary: Some(50),
            canary_wait: Duration::from_mins(90),
            hours: SendingHours::parse("09:00-20:30").ok(),
            time_zone: Some("Asia/Kolkata".to_owned()),
            refs: [None, Some("{{City}}".to_owned()), None],
            with_token: false,
            ..NewCampaign::new("spring", "Hi")
        };
        assert_eq!(
            create_command(&plan),
            "catalink create spring --message Hi --mps 0.5 --ref1 '{{City}}' --window 09:00-20:30 \
             --time-zone Asia/Kolkata --canary 50 --canary-wait 90m --no-token"
        );
    }
}
