//! Instants, durations as people write them, and the hours of the day in which a campaign may send.

use std::{fmt, time::Duration};

use jiff::{civil, tz::TimeZone};
use serde::{Deserialize, Serialize};

/// An instant: milliseconds since 1970-01-01T00:00Z. Shows itself as RFC 3339 in UTC.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// This instant and `duration` more.
    #[must_use]
    pub fn plus(self, duration: Duration) -> Self {
        let ms = i64::try_from(duration.as_millis()).unwrap_or(i64::MAX);
        Self(self.0.saturating_add(ms))
    }

    /// This instant and `duration` less.
    #[must_use]
    pub fn minus(self, duration: Duration) -> Self {
        let ms = i64::try_from(duration.as_millis()).unwrap_or(i64::MAX);
        Self(self.0.saturating_sub(ms))
    }

    /// How long until `later`; zero when it has passed.
    pub fn until(self, later: Self) -> Duration {
        Duration::from_millis(u64::try_from(later.0.saturating_sub(self.0)).unwrap_or(0))
    }

    /// Reads RFC 3339, `2026-11-23T09:00:00+05:30`.
    pub fn parse(text: &str) -> Result<Self, TimeError> {
        text.parse::<jiff::Timestamp>()
            .map(|at| Self(at.as_millisecond()))
            .map_err(|_| TimeError::Instant { found: text.to_owned() })
    }
}

/// A time as somebody wrote it: an instant, or a date and a time of a zone that is said elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WrittenTime {
    Instant(Timestamp),
    Local(civil::DateTime),
}

impl WrittenTime {
    /// Reads RFC 3339, or a date and a time without an offset: `2026-11-23T09:00`, `2026-11-23 09:00:30`.
    pub fn parse(text: &str) -> Result<Self, TimeError> {
        let text = text.trim();
        if let Ok(at) = Timestamp::parse(text) {
            return Ok(Self::Instant(at));
        }
        // A date alone could mean its beginning or its end.
        let local = text.parse().ok().filter(|_| text.contains(':'));
        local.map(Self::Local).ok_or_else(|| TimeError::Instant { found: text.to_owned() })
    }

    /// The instant that it is in a zone. Where clocks are changed, a time may be missing or there twice.
    pub fn in_zone(self, zone: &TimeZone) -> Result<Timestamp, TimeError> {
        let local = match self {
            Self::Instant(at) => return Ok(at),
            Self::Local(local) => local,
        };
        let error = || TimeError::Unclear {
            found: local.strftime("%Y-%m-%d %H:%M").to_string(),
            zone: zone.iana_name().unwrap_or("UTC").to_owned(),
        };
        let at = zone.to_ambiguous_zoned(local).unambiguous().map_err(|_| error())?;
        Ok(Timestamp(at.timestamp().as_millisecond()))
    }
}

/// An instant as people read it: date, hour and minute in a zone, with the zone's name; `{:#}` has the seconds too.
#[derive(Debug, Clone, Copy)]
pub struct Told<'z>(pub Timestamp, pub &'z TimeZone);

impl fmt::Display for Told<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(at, zone) = self;
        match jiff::Timestamp::from_millisecond(at.0) {
            Ok(instant) => {
                let local = instant.to_zoned((*zone).clone());
                let format = if f.alternate() { "%Y-%m-%d %H:%M:%S" } else { "%Y-%m-%d %H:%M" };
                write!(f, "{} {}", local.strftime(format), zone.iana_name().unwrap_or("UTC"))
            }
            Err(_) => at.fmt(f),
        }
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match jiff::Timestamp::from_millisecond(self.0) {
            Ok(at) => write!(f, "{at:.3}"),
            Err(_) => write!(f, "{} ms", self.0),
        }
    }
}

/// Why a text is not a time.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TimeError {
    /// Not RFC 3339.
    #[error("`{found}` is not a time such as 2026-11-23T09:00:00+05:30")]
    Instant { found: String },
    /// A time that clocks skip, or show twice.
    #[error(
        "`{found}` is there twice or not at all in {zone}, because the clocks change; write its offset, such as {found}+02:00"
    )]
    Unclear { found: String, zone: String },
    /// Not a number with a unit.
    #[error("`{found}` is not a duration such as 200ms, 5s, 15m, 12h or 90d")]
    Duration { found: String },
    /// Not `HH:MM-HH:MM`.
    #[error("`{found}` is not a pair of hours such as 09:00-20:30")]
    Hours { found: String },
    /// Not a zone of the IANA database.
    #[error("`{found}` is not a time zone such as Asia/Kolkata")]
    Zone { found: String },
}

/// A unit in which a length of time is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    Days,
    Hours,
    Minutes,
    Seconds,
}

/// A length of time as people say it, rounded down: its largest unit, and the next one where it is not zero. From ten minutes on,
/// seconds say nothing. No time at all is 0 seconds.
pub fn spoken(duration: Duration) -> (u64, Unit, Option<(u64, Unit)>) {
    let s = duration.as_secs();
    let (n, unit, rest) = match s {
        0..60 => (s, Unit::Seconds, (0, Unit::Seconds)),
        60..600 => (s / 60, Unit::Minutes, (s % 60, Unit::Seconds)),
        600..3_600 => (s / 60, Unit::Minutes, (0, Unit::Seconds)),
        3_600..86_400 => (s / 3_600, Unit::Hours, (s % 3_600 / 60, Unit::Minutes)),
        _ => (s / 86_400, Unit::Days, (s % 86_400 / 3_600, Unit::Hours)),
    };
    (n, unit, Some(rest).filter(|(n, _)| *n != 0))
}

/// Reads a whole number with its unit: `200ms`, `5s`, `15m`, `12h`, `90d`.
pub fn parse_duration(text: &str) -> Result<Duration, TimeError> {
    let error = || TimeError::Duration { found: text.to_owned() };
    let unit_at = text.find(|c: char| !c.is_ascii_digit()).ok_or_else(error)?;
    let (number, unit) = text.split_at(unit_at);
    let ms_per_unit: u64 = match unit {
        "ms" => 1,
        "s" => 1_000,
        "m" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        _ => return Err(error()),
    };
    let number: u64 = number.parse().map_err(|_| error())?;
    number.checked_mul(ms_per_unit).map(Duration::from_millis).ok_or_else(error)
}

/// How long to wait where it cannot be computed when sending may begin.
const ASK_AGAIN: Duration = Duration::from_mins(1);

/// The local hours in which a campaign may send, such as 09:00-20:30; the end may lie on the next day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SendingHours {
    from: civil::Time,
    to: civil::Time,
}

impl SendingHours {
    /// Reads `HH:MM-HH:MM`.
    pub fn parse(text: &str) -> Result<Self, TimeError> {
        let error = || TimeError::Hours { found: text.to_owned() };
        let (from, to) = text.split_once('-').ok_or_else(error)?;
        let time = |part: &str| civil::Time::strptime("%H:%M", part.trim()).map_err(|_| error());
        let hours = Self { from: time(from)?, to: time(to)? };
        if hours.from == hours.to { Err(error()) } else { Ok(hours) }
    }

    /// How long after `now` sending may begin; zero inside the hours, and only there. Clock changes of the zone are
    /// honoured. Where the opening cannot be computed (an instant beyond the calendar), it is a time after which to ask
    /// again: people are not messaged at night because a clock is wrong.
    pub fn wait(&self, now: Timestamp, zone: &TimeZone) -> Duration {
        let Ok(instant) = jiff::Timestamp::from_millisecond(now.0) else { return ASK_AGAIN };
        let local = instant.to_zoned(zone.clone());
        let time = local.time();
        let inside = if self.from < self.to {
            self.from <= time && time < self.to
        } else {
            self.from <= time || time < self.to
        };
        if inside {
            return Duration::ZERO;
        }
        let mut opening = local.date().to_datetime(self.from);
        if time >= self.from {
            opening = opening.saturating_add(jiff::Span::new().days(1));
        }
        // Where the clock is set back, an opening comes twice, and the first of them may be over.
        let opens = [zone.to_ambiguous_zoned(opening).earlier(), zone.to_ambiguous_zoned(opening).later()];
        opens
            .into_iter()
            .flatten()
            .map(|opens| now.until(Timestamp(opens.timestamp().as_millisecond())))
            .find(|wait| !wait.is_zero())
            .unwrap_or(ASK_AGAIN)
    }

    /// When so much time of sending is over that begins at `from`, as far as it lies within the hours; none where that
    /// takes years.
    pub fn end_of(&self, from: Timestamp, duration: Duration, zone: &TimeZone) -> Option<Timestamp> {
        const DAYS_MAX: u32 = 10_000;
        let (mut now, mut left) = (from, duration);
        for _ in 0..DAYS_MAX {
            now = now.plus(self.wait(now, zone));
            let open = self.open_for(now, zone)?;
            if left <= open {
                return Some(now.plus(left));
            }
            left -= open;
            now = now.plus(open);
        }
        None
    }

    /// How much time of sending lies between two instants.
    pub fn open_between(&self, from: Timestamp, until: Timestamp, zone: &TimeZone) -> Duration {
        let (mut now, mut open) = (from, Duration::ZERO);
        while now < until {
            now = now.plus(self.wait(now, zone));
            let Some(span) = self.open_for(now, zone).filter(|_| now < until) else { break };
            open += span.min(now.until(until));
            now = now.plus(span);
        }
        open
    }

    /// How long the hours last from `now` on, which is inside them.
    fn open_for(&self, now: Timestamp, zone: &TimeZone) -> Option<Duration> {
        let local = jiff::Timestamp::from_millisecond(now.0).ok()?.to_zoned(zone.clone());
        let mut closing = local.date().to_datetime(self.to);
        if self.to <= local.time() {
            closing = closing.saturating_add(jiff::Span::new().days(1));
        }
        let closes = zone.to_ambiguous_zoned(closing).later().ok()?;
        Some(now.until(Timestamp(closes.timestamp().as_millisecond())).max(Duration::from_secs(1)))
    }
}

impl fmt::Display for SendingHours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.from.strftime("%H:%M"), self.to.strftime("%H:%M"))
    }
}

/// Reads the name of an IANA zone.
pub fn parse_zone(name: &str) -> Result<TimeZone, TimeError> {
    TimeZone::get(name).map_err(|_| TimeError::Zone { found: name.to_owned() })
}

/// The zone in which times are told: the one that is asked for, else the campaign's own, else UTC.
pub fn told_in(wanted: Option<&str>, own: Option<&str>) -> Result<TimeZone, TimeError> {
    wanted.or(own).map_or(Ok(TimeZone::UTC), parse_zone)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_without_an_offset_is_one_of_the_zone_unless_the_clocks_change_there() {
        let berlin = parse_zone("Europe/Berlin").unwrap();
        let at = |text: &str| WrittenTime::parse(text).and_then(|time| time.in_zone(&berlin));
        for text in ["2026-11-23T09:00", "2026-11-23 09:00:00", "2026-11-23T13:30:00+05:30"] {
            assert_eq!(at(text).unwrap().to_string(), "2026-11-23T08:00:00.000Z", "{text}");
        }
        assert_eq!(
            Told(at("2026-07-01 09:00").unwrap(), &berlin).to_string(),
            "2026-07-01 09:00 Europe/Berlin"
        );
        for text in ["2026-10-25T02:30", "2026-03-29 02:30"] {
            let refused = at(text).unwrap_err().to_string();
            assert!(refused.contains("because the clocks change") && refused.contains("+02:00"), "{refused}");
        }
        for text in ["2026-11-23", "tomorrow", "09:00", "2026-13-01T09:00"] {
            assert!(matches!(at(text), Err(TimeError::Instant { .. })), "{text}");
        }
    }

    #[test]
    fn durations_carry_their_unit() {
        assert_eq!(parse_duration("200ms"), Ok(Duration::from_millis(200)));
        assert_eq!(parse_duration("15m"), Ok(Duration::from_mins(15)));
        assert_eq!(parse_duration("90d"), Ok(Duration::from_hours(90 * 24)));
        for wrong in ["", "5", "s", "5 s", "-5s", "1.5s", "99999999999999999999d"] {
            assert!(parse_duration(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn instants_are_read_and_shown_as_rfc_3339() {
        let at = Timestamp::parse("2026-11-23T09:00:00+05:30").unwrap();
        assert_eq!(at.to_string(), "2026-11-23T03:30:00.000Z");
    }

    #[test]
    fn sending_waits_for_the_morning_and_not_inside_the_hours() {
        let zone = parse_zone("Asia/Kolkata").unwrap();
        let hours = SendingHours::parse("09:00-20:30").unwrap();
        let wait = |at: &str| hours.wait(Timestamp::parse(at).unwrap(), &zone);
        assert_eq!(wait("2026-11-23T10:00:00+05:30"), Duration::ZERO);
        assert_eq!(wait("2026-11-23T08:00:00+05:30"), Duration::from_hours(1));
        assert_eq!(wait("2026-11-23T20:30:00+05:30"), Duration::from_mins(750));
    }

    #[test]
    fn what_takes_longer_than_the_hours_ends_on_another_day() {
        let zone = parse_zone("Asia/Kolkata").unwrap();
        let hours = SendingHours::parse("09:00-21:00").unwrap();
        let end = |from: &str, hours_of_work: u64| {
            let from = Timestamp::parse(from).unwrap();
            hours.end_of(from, Duration::from_hours(hours_of_work), &zone).unwrap().to_string()
        };
        assert_eq!(end("2026-11-23T10:00:00+05:30", 1), "2026-11-23T05:30:00.000Z");
        assert_eq!(end("2026-11-23T20:00:00+05:30", 2), "2026-11-24T04:30:00.000Z");
        assert_eq!(end("2026-11-23T23:00:00+05:30", 25), "2026-11-26T04:30:00.000Z");
        let [monday, wednesday] = ["2026-11-23T10:00:00+05:30", "2026-11-25T10:00:00+05:30"]
            .map(|at| Timestamp::parse(at).unwrap());
        assert_eq!(hours.open_between(monday, wednesday, &zone), Duration::from_hours(24));
        assert_eq!(hours.open_between(wednesday, monday, &zone), Duration::ZERO);
        let night = SendingHours::parse("22:00-06:00").unwrap();
        let from = Timestamp::parse("2026-11-23T05:00:00+05:30").unwrap();
        let end = night.end_of(from, Duration::from_hours(2), &zone).unwrap();
        assert_eq!(end.to_string(), "2026-11-23T17:30:00.000Z");
    }

    #[test]
    fn nothing_is_sent_at_an_instant_that_no_calendar_holds() {
        let hours = SendingHours::parse("00:00-23:59").unwrap();
        for beyond in [i64::MIN, i64::MAX] {
            assert!(!hours.wait(Timestamp(beyond), &TimeZone::UTC).is_zero(), "{beyond}");
        }
        let last = Timestamp(jiff::Timestamp::MAX.as_millisecond());
        let hours = SendingHours::parse("09:00-10:00").unwrap();
        assert!(!hours.wait(last, &TimeZone::UTC).is_zero());
    }

    #[test]
    fn sending_waits_for_the_second_opening_when_the_clock_was_set_back_before_the_first_was_used() {
        let zone = parse_zone("America/New_York").unwrap();
        let hours = SendingHours::parse("01:45-06:00").unwrap();
        let wait = |at: &str| hours.wait(Timestamp::parse(at).unwrap(), &zone);
        assert_eq!(wait("2026-11-01T01:30:00-04:00"), Duration::from_mins(15));
        assert_eq!(wait("2026-11-01T01:50:00-04:00"), Duration::ZERO);
        assert_eq!(wait("2026-11-01T01:30:00-05:00"), Duration::from_mins(15));
    }

    #[test]
    fn sending_waits_beyond_an_opening_that_the_clock_skips() {
        let zone = parse_zone("America/New_York").unwrap();
        let hours = SendingHours::parse("02:30-06:00").unwrap();
        let at = Timestamp::parse("2026-03-08T01:59:00-05:00").unwrap();
        assert!(!hours.wait(at, &zone).is_zero());
    }

    #[test]
    fn hours_may_cross_midnight() {
        let zone = parse_zone("UTC").unwrap();
        let hours = SendingHours::parse("22:00-06:00").unwrap();
        let wait = |at: &str| hours.wait(Timestamp::parse(at).unwrap(), &zone);
        assert_eq!(wait("2026-11-23T23:00:00Z"), Duration::ZERO);
        assert_eq!(wait("2026-11-23T05:59:00Z"), Duration::ZERO);
        assert_eq!(wait("2026-11-23T06:00:00Z"), Duration::from_hours(16));
    }
}
