//! In which time zones the owner of a number can be, by the number's first digits (Google's libphonenumber). A mobile of some
//! countries can be anywhere in them: then there are several.

use std::sync::LazyLock;

use jiff::tz::TimeZone;

use crate::domain::Phone;

const ZONES: &str = include_str!("zones.txt");

struct Map {
    /// Prefixes in their order as text, each with its place in `zones`.
    prefixes: Vec<(&'static str, usize)>,
    zones: Vec<Vec<TimeZone>>,
}

static MAP: LazyLock<Map> = LazyLock::new(|| {
    let mut map = Map { prefixes: Vec::new(), zones: Vec::new() };
    let lines = ZONES.lines().filter(|line| !line.starts_with('#'));
    for (names, prefixes) in lines.filter_map(|line| line.split_once(' ')) {
        let place = map.zones.len();
        map.zones.push(names.split('&').filter_map(|name| TimeZone::get(name).ok()).collect());
        map.prefixes.extend(prefixes.split(' ').map(|prefix| (prefix, place)));
    }
    map.prefixes.sort_unstable();
    map
});

/// The zones in which the number's owner can be; none where nothing is known of it.
pub fn of_number(phone: Phone) -> &'static [TimeZone] {
    let digits = phone.digits().to_string();
    let longest = (1..=digits.len()).rev().find_map(|n| {
        let prefix = digits.get(..n)?;
        let found = MAP.prefixes.binary_search_by(|(known, _)| (*known).cmp(prefix)).ok()?;
        MAP.prefixes.get(found)
    });
    longest.and_then(|(_, place)| MAP.zones.get(*place)).map_or(&[], Vec::as_slice)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_thousand_numbers_are_in_the_zones_that_google_says() {
        let sample = include_str!("zones_sample.txt");
        for (digits, expected) in sample.lines().filter_map(|line| line.split_once(' ')) {
            let Ok(phone) = Phone::from_digits(digits.parse().unwrap()) else { continue };
            let found: Vec<_> = of_number(phone).iter().filter_map(TimeZone::iana_name).collect();
            let expected: Vec<_> = expected.split('&').map(|name| TimeZone::get(name).unwrap()).collect();
            let expected: Vec<_> = expected.iter().filter_map(TimeZone::iana_name).collect();
            assert_eq!(found, expected, "{digits}");
        }
        assert_eq!(sample.lines().count(), 2_000);
    }

    #[test]
    fn every_zone_of_the_table_is_known_here() {
        let lines = ZONES.lines().filter(|line| !line.starts_with('#'));
        for (names, _) in lines.filter_map(|line| line.split_once(' ')) {
            for name in names.split('&') {
                assert!(TimeZone::get(name).is_ok(), "{name}");
            }
        }
        assert!(MAP.prefixes.len() > 3_000);
    }
}
