//! The time zone of a country that has one.

use crate::{domain::Phone, importer::number};

/// Each line a country (ISO 3166) and its zone: those whose zones have all had the same clock since 2025, from the IANA
/// time zone database's zone.tab (public domain).
const ZONES: &str = include_str!("zones.txt");

/// The zone of the country that a number is of, and the country's name; none where the country has several clocks.
pub fn of_number(phone: Phone) -> Option<(&'static str, &'static str)> {
    let region = number::region_of(phone)?;
    let lines = ZONES.lines().filter_map(|line| line.split_once(' '));
    let zone = lines.filter(|(country, _)| *country == region.code()).map(|(_, zone)| zone).next()?;
    Some((zone, region.name()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::parse_zone;

    #[test]
    fn a_country_with_one_clock_has_a_zone_and_one_with_several_has_none() {
        let zone = |text: &str| of_number(Phone::parse(text).unwrap());
        assert_eq!(zone("+911161197855"), Some(("Asia/Kolkata", "India")));
        assert_eq!(zone("+4930123456"), Some(("Europe/Berlin", "Germany")));
        assert_eq!(zone("+12125554567"), None);
        assert_eq!(zone("+5511961234567"), None);
    }

    #[test]
    fn every_zone_of_the_table_is_known() {
        for (country, zone) in ZONES.lines().filter_map(|line| line.split_once(' ')) {
            assert!(country.len() == 2 && parse_zone(zone).is_ok(), "{country} {zone}");
        }
        assert!(ZONES.lines().count() > 200);
    }
}
