//! Figures as people read them.

use std::time::Duration;

use jiff::tz::TimeZone;

use crate::domain::{
    Timestamp,
    time::{Unit, spoken},
};

/// `1234567` as `1,234,567`.
pub fn count(n: u64) -> String {
    let digits = n.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `n` of them in words: `1 message`, `2 messages`.
pub fn counted(n: u64, one: &str, many: &str) -> String {
    format!("{} {}", count(n), if n == 1 { one } else { many })
}

/// The share of `n` in `of`, to a tenth of a percent. It is `100 %` only when it is all of them, and `0 %` only when it
/// is none.
pub fn share(n: u64, of: u64) -> String {
    if of == 0 || n == 0 {
        return "0 %".to_owned();
    }
    if n >= of {
        return "100 %".to_owned();
    }
    let permille = (u128::from(n) * 1000 + u128::from(of) / 2) / u128::from(of);
    match permille {
        0 => "under 0.1 %".to_owned(),
        1000 => "over 99.9 %".to_owned(),
        _ => format!("{}.{} %", permille / 10, permille % 10),
    }
}

/// A duration: `40 s`, `12 min`, `3 h 20 min`, `2 d 4 h`.
pub(super) fn duration(duration: Duration) -> String {
    let part = |(n, unit): (u64, Unit)| match unit {
        Unit::Days => format!("{n} d"),
        Unit::Hours => format!("{n} h"),
        Unit::Minutes => format!("{n} min"),
        Unit::Seconds => format!("{n} s"),
    };
    match spoken(duration) {
        (0, ..) => "under a second".to_owned(),
        (n, unit, None) => part((n, unit)),
        (n, unit, Some(rest)) => format!("{} {}", part((n, unit)), part(rest)),
    }
}

/// The local date and time.
pub(super) fn instant(at: Timestamp, zone: &TimeZone) -> String {
    formatted(at, zone, "%-d %B %Y, %H:%M")
}

/// The local time in that format.
pub(super) fn formatted(at: Timestamp, zone: &TimeZone, format: &str) -> String {
    jiff::Timestamp::from_millisecond(at.0)
        .map_or_else(|_| at.to_string(), |at| at.to_zoned(zone.clone()).strftime(format).to_string())
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
    fn durations_are_rounded_down_to_what_matters() {
        let seconds = [0, 40, 719, 12_000, 187_300].map(Duration::from_secs);
        assert_eq!(seconds.map(duration), ["under a second", "40 s", "11 min", "3 h 20 min", "2 d 4 h"]);
    }
}
