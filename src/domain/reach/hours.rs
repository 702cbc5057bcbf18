//! The hours and days in which people want to be messaged, where they are.

use std::{fmt, time::Duration};

use jiff::{civil::Weekday, tz::TimeZone};

use super::ReachError;
use crate::domain::time::{SendingHours, Timestamp};

/// In whose time zone hours are meant.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum HoursZone {
    /// That of the person who is messaged.
    #[default]
    Recipient,
    /// That of the campaign.
    Campaign,
}

impl HoursZone {
    pub const ALL: [Self; 2] = [Self::Recipient, Self::Campaign];

    /// The name in SQL and on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Recipient => "recipient",
            Self::Campaign => "campaign",
        }
    }

    /// The choice of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|zone| zone.name() == name)
    }
}

/// Days of the week: `mon-sat`, `mon,wed,fri`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WeekDays {
    /// From Monday on.
    is_on: [bool; 7],
}

const NAMES: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

impl WeekDays {
    /// Reads days and spans of days, with commas between them.
    pub fn parse(text: &str) -> Result<Self, ReachError> {
        let error = || ReachError::Days { found: text.to_owned() };
        let day = |name: &str| {
            let name = name.trim().to_lowercase();
            NAMES.iter().position(|known| *known == name).ok_or_else(error)
        };
        let mut is_on = [false; 7];
        for part in text.split(',') {
            let (from, to) = part.split_once('-').unwrap_or((part, part));
            let (mut at, last) = (day(from)?, day(to)?);
            loop {
                is_on[at] = true;
                if at == last {
                    break;
                }
                at = (at + 1) % 7;
            }
        }
        Ok(Self { is_on })
    }

    fn has(self, day: Weekday) -> bool {
        usize::try_from(day.to_monday_zero_offset()).is_ok_and(|at| self.is_on[at])
    }
}

impl fmt::Display for WeekDays {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> =
            NAMES.iter().zip(self.is_on).filter(|(_, is_on)| *is_on).map(|(name, _)| *name).collect();
        f.write_str(&names.join(","))
    }
}

/// When people may be messaged, in a time zone that is looked at for each.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LocalHours {
    /// The hours of the day; none is all of them.
    pub hours: Option<SendingHours>,
    /// The days of the week; none is all of them.
    pub days: Option<WeekDays>,
    pub zone: HoursZone,
}

/// The hours in which people are messaged who were not asked when they want to be: from, to.
const DAYTIME: (i8, i8) = (9, 20);

/// The hours of a night: from, to.
const NIGHT: (i8, i8) = (22, 7);

/// Whether it is night in all of these zones; of none nothing is known.
pub fn is_night(at: Timestamp, zones: &[TimeZone]) -> bool {
    let Ok(instant) = jiff::Timestamp::from_millisecond(at.0) else { return false };
    let is_dark = |zone: &TimeZone| {
        let hour = instant.to_zoned(zone.clone()).hour();
        NIGHT.0 <= hour || hour < NIGHT.1
    };
    !zones.is_empty() && zones.iter().all(is_dark)
}

/// How far ahead hours are looked for that several zones have in common: longer than a week with a single day.
const AHEAD_MAX: Duration = Duration::from_hours(9 * 24);

impl LocalHours {
    /// 09:00 to 20:00 where the person is.
    pub fn daytime() -> Self {
        let hours = SendingHours::parse(&format!("{:02}:00-{:02}:00", DAYTIME.0, DAYTIME.1)).ok();
        Self { hours, ..Self::default() }
    }

    /// Whether nothing is said, so that anybody may be messaged at any time.
    pub fn is_always(&self) -> bool {
        self.hours.is_none() && self.days.is_none()
    }

    /// How long until somebody may be messaged who is in one of these zones: until it is inside the hours in every one of
    /// them. Where they have no hour in common, or there are none, `otherwise` is the zone that counts.
    pub fn wait(&self, now: Timestamp, zones: &[TimeZone], otherwise: &TimeZone) -> Duration {
        let zones = match self.zone {
            HoursZone::Recipient if !zones.is_empty() => zones,
            HoursZone::Recipient | HoursZone::Campaign => std::slice::from_ref(otherwise),
        };
        let mut at = now;
        while now.until(at) < AHEAD_MAX {
            let wait = zones.iter().map(|zone| self.wait_in(at, zone)).max().unwrap_or_default();
            if wait.is_zero() {
                return now.until(at);
            }
            at = at.plus(wait);
        }
        self.first_in(now, otherwise)
    }

    /// How long until the hours of one zone.
    fn first_in(&self, now: Timestamp, zone: &TimeZone) -> Duration {
        let mut at = now;
        while now.until(at) < AHEAD_MAX {
            let wait = self.wait_in(at, zone);
            if wait.is_zero() {
                break;
            }
            at = at.plus(wait);
        }
        now.until(at)
    }

    /// How long until it may be inside, in one zone: to the next opening, or to the next day.
    fn wait_in(&self, now: Timestamp, zone: &TimeZone) -> Duration {
        if let Some(days) = self.days {
            let Ok(instant) = jiff::Timestamp::from_millisecond(now.0) else { return Duration::from_mins(1) };
            let local = instant.to_zoned(zone.clone());
            if !days.has(local.weekday()) {
                let tomorrow = local.tomorrow().and_then(|day| day.start_of_day());
                let at = tomorrow.map_or(now.plus(Duration::from_hours(1)), |day| {
                    Timestamp(day.timestamp().as_millisecond())
                });
                return now.until(at).max(Duration::from_secs(1));
            }
        }
        self.hours.as_ref().map_or(Duration::ZERO, |hours| hours.wait(now, zone))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Phone, reach::zones};

    fn hours(hours: &str, days: Option<&str>) -> LocalHours {
        LocalHours {
            hours: Some(SendingHours::parse(hours).unwrap()),
            days: days.map(|days| WeekDays::parse(days).unwrap()),
            zone: HoursZone::Recipient,
        }
    }

    /// When somebody with that number may be messaged.
    fn opens(local: &LocalHours, number: u64, now: &str) -> String {
        let now = Timestamp::parse(now).unwrap();
        let zones = zones::of_number(Phone::from_digits(number).unwrap());
        let kolkata = TimeZone::get("Asia/Kolkata").unwrap();
        now.plus(local.wait(now, zones, &kolkata)).to_string()
    }

    #[test]
    fn everybody_waits_for_their_own_morning() {
        let day = hours("09:00-20:00", None);
        let at = |number| opens(&day, number, "2026-11-24T05:00:00Z");
        assert_eq!(at(919_820_010_507), "2026-11-24T05:00:00.000Z", "10:30 in India");
        assert_eq!(at(491_711_234_567), "2026-11-24T08:00:00.000Z", "06:00 in Germany");
        assert_eq!(at(12_125_554_567), "2026-11-24T14:00:00.000Z", "midnight in New York");
    }

    #[test]
    fn a_night_is_one_where_it_is_dark_in_every_zone() {
        let of = |number, at: &str| {
            is_night(Timestamp::parse(at).unwrap(), zones::of_number(Phone::from_digits(number).unwrap()))
        };
        // 23:00 and 22:00, 06:59 and 07:00 in India.
        assert!(of(919_820_010_507, "2026-11-24T17:30:00Z") && of(919_820_010_507, "2026-11-24T16:30:00Z"));
        assert!(of(919_820_010_507, "2026-11-24T01:29:00Z") && !of(919_820_010_507, "2026-11-24T01:30:00Z"));
        assert!(!of(919_820_010_507, "2026-11-24T16:29:00Z"));
        // 22:30 in Lisbon is 21:30 on the Azores.
        assert!(!of(351_912_345_678, "2026-11-24T22:30:00Z") && of(351_912_345_678, "2026-11-24T23:30:00Z"));
        assert!(!is_night(Timestamp(0), &[]));
        assert_eq!(LocalHours::daytime().hours.unwrap().to_string(), "09:00-20:00");
    }

    #[test]
    fn where_a_number_can_be_in_several_zones_it_is_inside_the_hours_of_all() {
        // A Portuguese mobile can be on the Azores (-1) as in Lisbon (0).
        let day = hours("09:00-20:00", None);
        let mobile = 351_912_345_678;
        assert_eq!(zones::of_number(Phone::from_digits(mobile).unwrap()).len(), 2);
        let at = opens(&day, mobile, "2026-11-24T05:00:00Z");
        assert_eq!(at, "2026-11-24T10:00:00.000Z", "09:00 on the Azores, 10:00 in Lisbon");
        let evening = opens(&day, mobile, "2026-11-24T20:30:00Z");
        assert_eq!(evening, "2026-11-25T10:00:00.000Z", "still 19:30 on the Azores");
    }

    #[test]
    fn where_no_hour_is_common_the_campaigns_zone_counts() {
        // A toll-free number of +1 can be anywhere from Guam to Bermuda.
        let day = hours("09:00-10:00", None);
        let at = opens(&day, 18_005_554_567, "2026-11-24T05:00:00Z");
        assert_eq!(at, "2026-11-25T03:30:00.000Z", "09:00 in Kolkata, the campaign's zone");
    }

    #[test]
    fn a_day_that_is_not_meant_is_waited_over() {
        let week = hours("09:00-20:00", Some("mon-sat"));
        // Sunday noon in India.
        assert_eq!(opens(&week, 919_820_010_507, "2026-11-22T06:30:00Z"), "2026-11-23T03:30:00.000Z");
        assert_eq!(WeekDays::parse("sat-mon,WED").unwrap().to_string(), "mon,wed,sat,sun");
        for wrong in ["", "funday", "mon-", "1-5"] {
            assert!(WeekDays::parse(wrong).is_err(), "{wrong}");
        }
    }
}
