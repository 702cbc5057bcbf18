//! A new campaign as a program asks for it: the options of `create`, by their names.

use std::{fmt::Display, time::Duration};

use serde::Deserialize;
use utoipa::ToSchema;

use crate::api::requests::{input::invalid, problem::Problem};
use crate::{
    app::{campaigns::creation::PlanError, wording::error::Explained},
    config::parse_number,
    domain::{
        NewCampaign, OnUnknown, Timestamp,
        reach::{
            Cap, HoldOut, Reach,
            hours::{HoursZone, WeekDays},
        },
        time::{SendingHours, parse_duration, parse_zone},
    },
};

/// The options of `create`; what is not said has the same default as there.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wanted {
    #[schema(min_length = 1, max_length = 64)]
    name: String,
    message: String,
    sender: Option<String>,
    /// Whether the sender's catalogue link is added to the end of the message.
    #[serde(default)]
    pub(crate) catalogue: bool,
    #[schema(minimum = 0.01, maximum = 100_000)]
    mps: Option<f64>,
    #[schema(minimum = 1)]
    max_in_flight: Option<u32>,
    max_attempts: Option<u32>,
    retry_initial: Option<String>,
    retry_max_interval: Option<String>,
    on_unknown: Option<String>,
    preview_url: Option<bool>,
    #[serde(rename = "ref")]
    ref0: Option<String>,
    ref1: Option<String>,
    ref2: Option<String>,
    wa_source: Option<String>,
    start_at: Option<String>,
    window: Option<String>,
    time_zone: Option<String>,
    canary: Option<u32>,
    canary_wait: Option<String>,
    canary_share: Option<f64>,
    #[schema(pattern = "^(open|wait|any)$")]
    reach: Option<String>,
    window_margin: Option<String>,
    not_after: Option<String>,
    finish_by: Option<String>,
    hours: Option<String>,
    hours_zone: Option<String>,
    days: Option<String>,
    cap: Option<String>,
    hold_out: Option<String>,
    token: Option<bool>,
}

impl Wanted {
    /// The campaign that is asked for, with the defaults of `create`.
    pub(crate) fn plan(self) -> Result<NewCampaign, Problem> {
        let mut plan = NewCampaign::new(self.name, self.message);
        plan.sender = read("sender", self.sender, |text| parse_number("sender", text))?;
        plan.refs = [self.ref0, self.ref1, self.ref2];
        plan.start_at = read("start_at", self.start_at, Timestamp::parse)?;
        plan.hours = read("window", self.window, SendingHours::parse)?;
        plan.time_zone = read("time_zone", self.time_zone, |text| parse_zone(text).map(|_| text.to_owned()))?;
        plan.canary = self.canary;
        if plan.canary.is_none() && (self.canary_wait.is_some() || self.canary_share.is_some()) {
            return Err(invalid("canary_wait and canary_share need canary"));
        }
        set(&mut plan.mps, self.mps);
        set(&mut plan.in_flight_max, self.max_in_flight);
        set(&mut plan.attempts_max, self.max_attempts);
        set(&mut plan.preview_url, self.preview_url);
        set(&mut plan.wa_source, self.wa_source);
        set(&mut plan.canary_share, self.canary_share);
        set(&mut plan.with_token, self.token);
        set(&mut plan.retry.initial, duration("retry_initial", self.retry_initial)?);
        set(&mut plan.retry.interval_max, duration("retry_max_interval", self.retry_max_interval)?);
        set(&mut plan.canary_wait, duration("canary_wait", self.canary_wait)?);
        set(
            &mut plan.on_unknown,
            chosen("on_unknown", self.on_unknown, OnUnknown::from_name, "hold, resend")?,
        );
        let reach = &mut plan.reach;
        reach.chosen =
            chosen("reach", self.reach, Reach::from_name, &Reach::ALL.map(Reach::name).join(", "))?;
        reach.not_after = read("not_after", self.not_after, Timestamp::parse)?;
        reach.finish_by = read("finish_by", self.finish_by, Timestamp::parse)?;
        reach.local.hours = read("hours", self.hours, SendingHours::parse)?;
        reach.local.days = read("days", self.days, WeekDays::parse)?;
        reach.cap = read("cap", self.cap, Cap::parse)?;
        reach.hold_out = read("hold_out", self.hold_out, HoldOut::parse)?;
        set(&mut reach.margin, duration("window_margin", self.window_margin)?);
        let zones = HoursZone::ALL.map(HoursZone::name).join(", ");
        set(&mut reach.local.zone, chosen("hours_zone", self.hours_zone, HoursZone::from_name, &zones)?);
        Ok(plan)
    }
}

fn set<T>(place: &mut T, given: Option<T>) {
    if let Some(value) = given {
        *place = value;
    }
}

fn read<T, E: Display>(
    field: &str,
    text: Option<String>,
    parse: impl Fn(&str) -> Result<T, E>,
) -> Result<Option<T>, Problem> {
    text.map(|text| parse(&text).map_err(|error| invalid(format!("{field}: {error}")))).transpose()
}

fn duration(field: &str, text: Option<String>) -> Result<Option<Duration>, Problem> {
    read(field, text, parse_duration)
}

fn chosen<T>(
    field: &str,
    text: Option<String>,
    parse: fn(&str) -> Option<T>,
    known: &str,
) -> Result<Option<T>, Problem> {
    let found = |text: String| {
        parse(&text).ok_or_else(|| invalid(format!("{field}: `{text}` is not known; there are {known}")))
    };
    text.map(found).transpose()
}

impl From<PlanError> for Problem {
    fn from(error: PlanError) -> Self {
        let Explained { words, hint, .. } = Explained::from(&error);
        let problem = invalid(words.join(": "));
        match hint {
            Some(hint) => problem.hint(hint),
            None => problem,
        }
    }
}
