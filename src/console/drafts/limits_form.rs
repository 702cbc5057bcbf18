//! How fast, when and how carefully a campaign is sent: the form of the start page, and the options of `catalink create`
//! that say the same.

use std::{collections::BTreeMap, str::FromStr, time::Duration};

use serde::Deserialize;

use crate::{
    app::wording::shell_quoted,
    config::{ConfigError, parse_number},
    console::page::{failure::Failure, frame::Visit, words::texts},
    domain::{
        NewCampaign, OnUnknown, Timestamp,
        campaign::CampaignError,
        reach::{Cap, HoldOut, Reach, ReachError, ReachPlan, hours::WeekDays},
        time::{SendingHours, TimeError, WrittenTime, parse_duration, parse_zone},
    },
    queue::Draft,
};

/// The form of the start page as it was typed; what it does not have stays as it is.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(transparent)]
pub(crate) struct LimitsForm(BTreeMap<String, String>);

/// Keeps the plan of a draft; a start that is under way would be one of another plan.
pub(crate) async fn keep(visit: &Visit, draft: &Draft, plan: NewCampaign) -> Result<(), Failure> {
    visit.queue.unschedule_draft(draft.campaign).await?;
    if visit.queue.replace_plan(draft.campaign, plan).await? {
        Ok(())
    } else {
        Err(Failure::Refused(texts().no_draft.to_string()))
    }
}

/// Why what was typed cannot be a campaign's settings.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LimitsRefusal {
    #[error("{}", texts().number_bad.with(.0))]
    Number(String),
    #[error("{}", texts().canary_bad.with(.0))]
    Canary(String),
    #[error("{}", texts().start_at_bad.with(.0))]
    StartAt(String),
    #[error("{}", texts().start_at_past)]
    StartAtPast,
    /// At once, and at a time as well.
    #[error("{}", texts().start_both)]
    NowAndThen,
    #[error("{}", texts().start_no_time)]
    NoStartAt,
    /// One end of the sending hours without the other.
    #[error("{}", texts().start_hours_half)]
    HalfHours,
    #[error("{}", texts().limits_no_zone)]
    NoZone,
    #[error(transparent)]
    Time(#[from] TimeError),
    #[error(transparent)]
    Reach(#[from] ReachError),
    #[error(transparent)]
    Sender(#[from] ConfigError),
    #[error(transparent)]
    Plan(#[from] CampaignError),
}

/// A text that says something.
fn filled(text: &str) -> Option<&str> {
    Some(text).filter(|text| !text.is_empty())
}

impl LimitsForm {
    /// What stands in a field.
    pub(crate) fn field(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(|text| text.trim())
    }

    /// What was typed there, blanks included.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    fn number<T: FromStr>(&self, name: &str, number: &mut T) -> Result<(), LimitsRefusal> {
        if let Some(text) = self.field(name) {
            *number = text.parse().map_err(|_| LimitsRefusal::Number(text.to_owned()))?;
        }
        Ok(())
    }

    fn duration(&self, name: &str, duration: &mut Duration) -> Result<(), LimitsRefusal> {
        if let Some(text) = self.field(name) {
            *duration = parse_duration(text)?;
        }
        Ok(())
    }

    /// Whom and when, for each person.
    fn reach(&self, plan: &mut ReachPlan, zone: &jiff::tz::TimeZone) -> Result<(), LimitsRefusal> {
        if let Some(text) = self.field("reach") {
            plan.chosen = filled(text).and_then(Reach::from_name);
        }
        if let (Some(from), Some(to)) = (self.field("local_from"), self.field("local_to")) {
            plan.local.hours = match (filled(from), filled(to)) {
                (None, None) => None,
                (Some(from), Some(to)) => Some(SendingHours::parse(&format!("{from}-{to}"))?),
                (Some(_), None) | (None, Some(_)) => return Err(LimitsRefusal::HalfHours),
            };
        }
        if let Some(text) = self.field("local_days") {
            plan.local.days = filled(text).map(WeekDays::parse).transpose()?;
        }
        if let Some(text) = self.field("cap") {
            plan.cap = filled(text).map(Cap::parse).transpose()?;
        }
        if let Some(text) = self.field("hold_out") {
            plan.hold_out = filled(text).map(HoldOut::parse).transpose()?;
        }
        for (name, place) in [("not_after", &mut plan.not_after), ("finish_by", &mut plan.finish_by)] {
            if let Some(text) = self.field(name) {
                *place = filled(text).map(|text| moved(text, *place, zone)).transpose()?;
            }
        }
        Ok(())
    }

    /// The plan with what was typed; or what is wrong with it.
    pub(crate) fn plan(&self, old: NewCampaign, now: Timestamp) -> Result<NewCampaign, LimitsRefusal> {
        let mut plan = old;
        self.number("mps", &mut plan.mps)?;
        self.number("in_flight_max", &mut plan.in_flight_max)?;
        self.number("attempts_max", &mut plan.attempts_max)?;
        if let Some(text) = self.field("time_zone") {
            plan.time_zone = filled(text).map(str::to_owned);
        }
        let zone = match &plan.time_zone {
            Some(zone) => parse_zone(zone)?,
            None => jiff::tz::TimeZone::UTC,
        };
        let start_at = match (self.field("when"), self.field("start_at")) {
            // Without scripts nobody clears the field; what was planned before is not meant where somebody says now.
            (Some("now"), Some(text)) if text == value(&plan, "start_at") => Some(""),
            (Some("now"), Some(text)) if !text.is_empty() => return Err(LimitsRefusal::NowAndThen),
            (Some("later"), Some("") | None) => return Err(LimitsRefusal::NoStartAt),
            (_, typed) => typed,
        };
        if let Some(text) = start_at {
            let start_at = filled(text).map(|text| moved(text, plan.start_at, &zone)).transpose()?;
            if start_at != plan.start_at && start_at.is_some_and(|at| at < now) {
                return Err(LimitsRefusal::StartAtPast);
            }
            plan.start_at = start_at;
        }
        if let (Some(from), Some(to)) = (self.field("hours_from"), self.field("hours_to")) {
            plan.hours = match (filled(from), filled(to)) {
                (None, None) => None,
                (Some(from), Some(to)) => Some(SendingHours::parse(&format!("{from}-{to}"))?),
                (Some(_), None) | (None, Some(_)) => return Err(LimitsRefusal::HalfHours),
            };
        }
        if plan.hours.is_some() && plan.time_zone.is_none() {
            return Err(LimitsRefusal::NoZone);
        }
        if let Some(text) = self.field("sender") {
            plan.sender = filled(text).map(|text| parse_number("sender", text)).transpose()?;
        }
        if let Some(text) = self.field("canary") {
            let number = |text: &str| text.parse().map_err(|_| LimitsRefusal::Canary(text.to_owned()));
            plan.canary = filled(text).map(number).transpose()?;
        }
        if self.field("canary_share").is_some() {
            self.number("canary_share", &mut plan.canary_share)?;
            plan.canary_share /= 100.0;
        }
        self.duration("canary_wait", &mut plan.canary_wait)?;
        self.duration("retry_initial", &mut plan.retry.initial)?;
        self.duration("retry_interval_max", &mut plan.retry.interval_max)?;
        if let Some(choice) = self.field("on_unknown").and_then(OnUnknown::from_name) {
            plan.on_unknown = choice;
        }
        if let Some(source) = self.field("wa_source") {
            source.clone_into(&mut plan.wa_source);
        }
        self.reach(&mut plan.reach, &zone)?;
        plan.with_token = self.field("with_token").map_or(plan.with_token, |word| word == "yes");
        plan.check()?;
        Ok(plan)
    }
}

/// What stands in a field of the form where nothing else was typed.
pub(crate) fn value(plan: &NewCampaign, field: &str) -> String {
    let hours = plan.hours.as_ref().map(ToString::to_string).unwrap_or_default();
    let (from, to) = hours.split_once('-').unwrap_or_default();
    let own_hours = plan.reach.local.hours.as_ref().map(ToString::to_string).unwrap_or_default();
    let (local_from, local_to) = own_hours.split_once('-').unwrap_or_default();
    match field {
        "mps" => plan.mps.to_string(),
        "in_flight_max" => plan.in_flight_max.to_string(),
        "attempts_max" => plan.attempts_max.to_string(),
        "time_zone" => plan.time_zone.clone().unwrap_or_default(),
        "start_at" => plan.start_at.map(|at| local(at, plan.time_zone.as_deref())).unwrap_or_default(),
        "hours_from" => from.to_owned(),
        "hours_to" => to.to_owned(),
        "sender" => plan.sender.map(crate::domain::Phone::e164).unwrap_or_default(),
        "canary" => plan.canary.map(|n| n.to_string()).unwrap_or_default(),
        "canary_share" => format!("{:.0}", plan.canary_share * 100.0),
        "canary_wait" => duration(plan.canary_wait),
        "retry_initial" => duration(plan.retry.initial),
        "retry_interval_max" => duration(plan.retry.interval_max),
        "on_unknown" => plan.on_unknown.name().to_owned(),
        "wa_source" => plan.wa_source.clone(),
        "reach" => plan.reach.chosen.map(|reach| reach.name().to_owned()).unwrap_or_default(),
        "local_from" => local_from.to_owned(),
        "local_to" => local_to.to_owned(),
        "local_days" => plan.reach.local.days.map(|days| days.to_string()).unwrap_or_default(),
        "cap" => plan.reach.cap.map(|cap| cap.to_string()).unwrap_or_default(),
        "hold_out" => plan.reach.hold_out.map(|share| share.to_string()).unwrap_or_default(),
        "not_after" => {
            plan.reach.not_after.map(|at| local(at, plan.time_zone.as_deref())).unwrap_or_default()
        }
        "finish_by" => {
            plan.reach.finish_by.map(|at| local(at, plan.time_zone.as_deref())).unwrap_or_default()
        }
        "with_token" => (if plan.with_token { "yes" } else { "no" }).to_owned(),
        _ => String::new(),
    }
}

/// The instant that was typed: the earlier one where its minute stands in the field still.
fn moved(
    text: &str,
    earlier: Option<Timestamp>,
    zone: &jiff::tz::TimeZone,
) -> Result<Timestamp, LimitsRefusal> {
    match earlier.filter(|at| local(*at, zone.iana_name()) == text) {
        Some(at) => Ok(at),
        None => instant(text, zone),
    }
}

/// An instant with its offset, or a date and a time of the zone, as a browser's field gives it.
fn instant(text: &str, zone: &jiff::tz::TimeZone) -> Result<Timestamp, LimitsRefusal> {
    let refused = |_| LimitsRefusal::StartAt(text.to_owned());
    Ok(WrittenTime::parse(text).map_err(refused)?.in_zone(zone)?)
}

/// An instant as a browser's field takes it: a date and a time of the plan's zone.
fn local(at: Timestamp, zone: Option<&str>) -> String {
    let zone = zone.and_then(|zone| parse_zone(zone).ok()).unwrap_or(jiff::tz::TimeZone::UTC);
    let Ok(instant) = jiff::Timestamp::from_millisecond(at.0) else { return String::new() };
    instant.to_zoned(zone).strftime("%Y-%m-%dT%H:%M").to_string()
}

/// A length of time as it is typed: `15m`.
fn duration(duration: Duration) -> String {
    let ms = duration.as_millis();
    let units = [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000)];
    let (unit, n) = units
        .into_iter()
        .find(|(_, unit_ms)| ms > 0 && ms.is_multiple_of(*unit_ms))
        .map_or(("ms", ms), |(unit, unit_ms)| (unit, ms / unit_ms));
    format!("{n}{unit}")
}

/// The command that makes such a campaign: the message, and what differs from the defaults.
pub(crate) fn create_command(plan: &NewCampaign) -> String {
    let usual = NewCampaign::new("", "");
    let mut command = format!("catalink create {} --message {}", plan.name, shell_quoted(&plan.message));
    let mut add = |is_said: bool, option: &str, value: String| {
        if is_said {
            command.push_str(&format!(" --{option} {}", shell_quoted(&value)));
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
    let ReachPlan { chosen, margin, not_after, finish_by, local: own, cap, hold_out } = &plan.reach;
    let usual = &usual.reach;
    add(chosen.is_some(), "reach", chosen.map(|reach| reach.name().to_owned()).unwrap_or_default());
    add(*margin != usual.margin, "window-margin", duration(*margin));
    add(not_after.is_some(), "not-after", not_after.map(|at| at.to_string()).unwrap_or_default());
    add(finish_by.is_some(), "finish-by", finish_by.map(|at| at.to_string()).unwrap_or_default());
    let own_hours = own.hours.as_ref().map(ToString::to_string);
    add(own_hours.is_some(), "hours", own_hours.unwrap_or_default());
    add(own.zone != usual.local.zone, "hours-zone", own.zone.name().to_owned());
    add(own.days.is_some(), "days", own.days.map(|days| days.to_string()).unwrap_or_default());
    add(cap.is_some(), "cap", cap.map(|cap| cap.to_string()).unwrap_or_default());
    add(hold_out.is_some(), "hold-out", hold_out.map(|share| share.to_string()).unwrap_or_default());
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
        let now = Timestamp(1_800_000_000_000);
        let typed = |fields: &[(&str, &str)]| {
            let fields = fields.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned()));
            LimitsForm(fields.collect()).plan(plan(), now)
        };
        for wrong in [
            ("mps", "0"),
            ("mps", "fast"),
            ("canary", "many"),
            ("canary_share", "101"),
            ("retry_initial", "5"),
            ("time_zone", "Mars/Base"),
            ("start_at", "2020-01-01T10:00"),
            ("local_days", "someday"),
            ("cap", "1"),
            ("hold_out", "90%"),
            ("not_after", "soon"),
        ] {
            assert!(typed(&[wrong]).is_err(), "{wrong:?}");
        }
        assert!(typed(&[("hours_from", "09:00"), ("hours_to", "")]).is_err());
        assert_eq!(typed(&[]).unwrap(), plan());
        assert_eq!(typed(&[("canary", "")]).unwrap().canary, None);
        // What the page shows of a plan is the plan.
        let fields = [
            "mps",
            "start_at",
            "hours_from",
            "hours_to",
            "time_zone",
            "canary",
            "canary_share",
            "with_token",
            "reach",
            "local_from",
            "local_to",
            "local_days",
            "cap",
            "hold_out",
            "not_after",
        ];
        let shown: BTreeMap<_, _> =
            fields.map(|field| (field.to_owned(), value(&plan(), field))).into_iter().collect();
        assert_eq!(LimitsForm(shown).plan(plan(), now).unwrap(), plan());
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
            reach: ReachPlan {
                chosen: Some(Reach::Wait),
                cap: Cap::parse("1/1d").ok(),
                ..ReachPlan::default()
            },
            with_token: false,
            ..NewCampaign::new("spring", "Hi")
        };
        assert_eq!(
            create_command(&plan),
            "catalink create spring --message Hi --mps 0.5 --ref1 '{{City}}' --window 09:00-20:30 \
             --time-zone Asia/Kolkata --canary 50 --canary-wait 90m --reach wait --cap 1/1d --no-token"
        );
    }
}
