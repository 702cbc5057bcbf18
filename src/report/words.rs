//! Figures as people read them.

use std::time::Duration;

use jiff::tz::TimeZone;

use super::texts::ReportWords;
use crate::{
    domain::{
        Timestamp,
        time::{Unit, spoken},
    },
    language::{self, Language, decimal},
};

/// `1234567` as `1,234,567`, or as the language of whoever is answered writes it.
pub fn count(n: u64) -> String {
    language::count(n, Language::current())
}

/// `n` of them in words: `1 message`, `2 messages`.
pub fn counted(n: u64, one: &str, many: &str) -> String {
    format!("{} {}", count(n), if n == 1 { one } else { many })
}

/// The share of `n` in `of`, to a tenth of a percent. It is `100 %` only when it is all of them, and `0 %` only when it
/// is none.
pub fn share(n: u64, of: u64) -> String {
    let words = ReportWords::current();
    if of == 0 || n == 0 {
        return words.share.with(0);
    }
    if n >= of {
        return words.share.with(100);
    }
    let permille = (u128::from(n) * 1000 + u128::from(of) / 2) / u128::from(of);
    match permille {
        0 => words.share_under.to_string(),
        1000 => words.share_over.to_string(),
        _ => {
            let percent = format!("{}.{}", permille / 10, permille % 10);
            words.share.with(decimal(&percent, Language::current()))
        }
    }
}

/// A duration: `40 s`, `12 min`, `3 h 20 min`, `2 d 4 h`.
pub(super) fn duration(duration: Duration) -> String {
    let words = ReportWords::current();
    let part = |(n, unit): (u64, Unit)| match unit {
        Unit::Days => words.days.with(n),
        Unit::Hours => words.hours.with(n),
        Unit::Minutes => words.minutes.with(n),
        Unit::Seconds => words.seconds.with(n),
    };
    match spoken(duration) {
        (0, ..) => words.no_time.to_string(),
        (n, unit, None) => part((n, unit)),
        (n, unit, Some(rest)) => format!("{} {}", part((n, unit)), part(rest)),
    }
}

/// The local date and time.
pub(super) fn instant(at: Timestamp, zone: &TimeZone) -> String {
    let words = ReportWords::current();
    let Some(local) = local(at, zone) else { return at.to_string() };
    let values = [
        local.day().to_string(),
        words.month.n(u64::try_from(local.month()).unwrap_or_default()),
        local.year().to_string(),
        local.strftime("%H:%M").to_string(),
    ];
    words.date.filled(values.map(Into::into))
}

/// The local time of the day.
pub(super) fn time_of_day(at: Timestamp, zone: &TimeZone) -> String {
    local(at, zone).map_or_else(|| at.to_string(), |local| local.strftime("%H:%M").to_string())
}

/// The local day without its year.
pub(super) fn day(at: Timestamp, zone: &TimeZone) -> String {
    let words = ReportWords::current();
    let Some(local) = local(at, zone) else { return at.to_string() };
    words.day.with2(local.day(), words.month_short.n(u64::try_from(local.month()).unwrap_or_default()))
}

/// The local day with that of the week, and the time: `Mon 23 Nov 09:00`.
pub(crate) fn weekday_and_time(at: Timestamp, zone: &TimeZone) -> String {
    let Some(local) = local(at, zone) else { return at.to_string() };
    let weekday = u64::try_from(local.weekday().to_monday_one_offset()).unwrap_or_default();
    format!("{} {} {}", ReportWords::current().weekday.n(weekday), day(at, zone), time_of_day(at, zone))
}

/// The instant where somebody is; none where it is out of all calendars.
pub(super) fn local(at: Timestamp, zone: &TimeZone) -> Option<jiff::Zoned> {
    jiff::Timestamp::from_millisecond(at.0).ok().map(|at| at.to_zoned(zone.clone()))
}

/// The same sentence with a large first letter.
pub(super) fn capitalized(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_all_or_nothing_only_when_it_is() {
        let table = [
            ((0, 0), "0 %"),
            ((0, 9), "0 %"),
            ((9, 9), "100 %"),
            ((1, 3), "33.3 %"),
            ((1, 1_000_000), "under 0.1 %"),
            ((999_999, 1_000_000), "over 99.9 %"),
            ((u64::MAX - 1, u64::MAX), "over 99.9 %"),
        ];
        for ((n, of), expected) in table {
            assert_eq!(share(n, of), expected);
        }
    }

    #[test]
    fn large_numbers_have_their_commas() {
        assert_eq!([0, 999, 1_000, 1_234_567].map(count), ["0", "999", "1,000", "1,234,567"]);
        assert_eq!(counted(1, "message", "messages"), "1 message");
    }

    #[test]
    fn dates_and_shares_are_written_as_the_language_does() {
        let at = Timestamp::parse("2026-03-09T08:05:00Z").unwrap();
        let told = |language: Language| {
            language.say(|| (instant(at, &TimeZone::UTC), weekday_and_time(at, &TimeZone::UTC), share(1, 3)))
        };
        let told: Vec<_> = Language::ALL.into_iter().map(told).collect();
        let owned =
            |(date, short, share): (&str, &str, &str)| (date.to_owned(), short.to_owned(), share.to_owned());
        assert_eq!(told[0], owned(("9 March 2026, 08:05", "Mon 9 Mar 08:05", "33.3 %")));
        assert_eq!(told[1], owned(("9. März 2026, 08:05", "Mo 9. März 08:05", "33,3 %")));
        assert_eq!(told[2], owned(("9 de marzo de 2026, 08:05", "lun 9 mar 08:05", "33,3 %")));
        assert_eq!(told[4], owned(("9 मार्च 2026, 08:05", "सोम 9 मार्च 08:05", "33.3 %")));
    }

    #[test]
    fn durations_are_rounded_down_to_what_matters() {
        let seconds = [0, 40, 719, 12_000, 187_300].map(Duration::from_secs);
        assert_eq!(seconds.map(duration), ["under a second", "40 s", "11 min", "3 h 20 min", "2 d 4 h"]);
    }
}
