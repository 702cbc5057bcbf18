//! The country that a number belongs to, by its calling code.

use rlibphonenumber::PHONE_NUMBER_UTIL;

use crate::domain::Phone;

/// What stands for a number whose calling code no country has (ISO 3166, user-assigned).
const NOWHERE: &str = "ZZ";

/// The ISO 3166 code of a number's country. Where several share a calling code (+1, +7, +44) the number's own digits
/// tell them apart; one that no plan knows is taken for the main country of its code.
pub fn country(phone: Phone) -> String {
    let text = phone.e164();
    let known = PHONE_NUMBER_UTIL
        .parse(&text, None)
        .ok()
        .and_then(|number| PHONE_NUMBER_UTIL.get_region_for_number(&number));
    known.or_else(|| main_region(&text[1..])).map_or_else(|| NOWHERE.to_owned(), |region| region.to_string())
}

/// No calling code is the beginning of another, so the first that is known is the one.
fn main_region(digits: &str) -> Option<rlibphonenumber::Region> {
    (1..=3)
        .filter_map(|length| digits.get(..length)?.parse().ok())
        .find_map(|code| PHONE_NUMBER_UTIL.get_region_for_country_code(code))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> String {
        country(Phone::parse(text).unwrap())
    }

    #[test]
    fn countries_that_share_a_code_are_told_apart() {
        let table = [
            ("+14155552671", "US"),
            ("+16135550123", "CA"),
            ("+18765550123", "JM"),
            ("+79161234567", "RU"),
            ("+77011234567", "KZ"),
            ("+447400123456", "GB"),
            ("+447781123456", "GG"),
            ("+919591417776", "IN"),
            ("+390612345678", "IT"),
            ("+971501234567", "AE"),
        ];
        for (text, expected) in table {
            assert_eq!(of(text), expected, "{text}");
        }
    }

    #[test]
    fn a_number_of_no_plan_still_has_the_country_of_its_code() {
        assert_eq!(of("+910000000000"), "IN");
        assert_eq!(of("+10000000000"), "US");
    }

    #[test]
    fn a_code_of_no_country_is_nowhere() {
        assert_eq!(of("+9990000000"), "ZZ");
    }
}
