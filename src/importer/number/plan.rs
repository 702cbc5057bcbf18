//! The numbering plans of the world: the only place that names the library that knows them.
//!
//! `rlibphonenumber` gives the same answers as Google's library on all 20,000 numbers of the fixture
//! `tests/fixtures/importer/numbers.csv`. It is never given a cell as it came: it would read `919876543210.0` as
//! +91 9198765432100, and `1-800-FLOWERS` as a number.

use std::{collections::HashMap, fmt, str::FromStr, sync::LazyLock};

use rlibphonenumber::{
    PHONE_NUMBER_UTIL, ParseError, PhoneNumber, PhoneNumberType, ValidationError,
    get_national_significant_number_owned,
};

use serde::{Deserialize, Serialize};

use crate::domain::{Phone, message::layout::fold};

use super::clean;

/// Each line a region: its ISO 3166 code, its English name, then other names and codes for it (names from Unicode CLDR).
const COUNTRIES: &str = include_str!("countries.txt");

/// The calling code that North America shares; some of its islands have short numbers that are completed.
const NORTH_AMERICA: i32 = 1;

/// A country (or territory) with a numbering plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Region(rlibphonenumber::Region);

/// A text that names no region.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{found}` is not a country; write its two letters, such as IN or DE")]
pub struct RegionError {
    pub found: String,
}

/// What kind of line a number is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A mobile, or in countries that do not tell them apart (+1) any ordinary line.
    Mobile,
    /// Landline, `VoIP`, toll-free: `WhatsApp` Business runs on these, too.
    Fixed,
    /// Premium rate, shared cost, pager, voicemail: nobody to write to.
    Barred,
}

/// A number that its country's plan knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reading {
    pub(super) phone: Phone,
    pub(super) kind: Kind,
    /// The number without its country code.
    pub(super) national: String,
}

/// Why the plan does not know a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unknown {
    TooShort,
    TooLong,
    NoSuchCountry,
    NotInPlan { country_code: i32 },
}

impl Region {
    pub fn code(self) -> String {
        self.0.to_string()
    }

    /// The calling code, such as 91.
    pub fn calling_code(self) -> i32 {
        PHONE_NUMBER_UTIL.get_country_code_for_region(self.0).unwrap_or_default()
    }

    /// The name in English, for sentences.
    pub fn name(self) -> &'static str {
        let code = self.code();
        let line = COUNTRIES.lines().find(|line| line.starts_with(&code)).unwrap_or_default();
        line.split('|').nth(1).unwrap_or(line)
    }

    /// The country that a cell names: its ISO code, its name in one of twenty languages, or a calling code
    /// (`91`, `+91`, `0091`, `India (+91)`). It forgives what a cell with a number is forgiven: quotes, invisible
    /// characters, digits of other scripts, `91.0`.
    pub fn from_cell(text: &str) -> Option<Self> {
        static NAMES: LazyLock<HashMap<String, Region>> = LazyLock::new(|| {
            let mut names = HashMap::new();
            for line in COUNTRIES.lines() {
                let region = line.split('|').next().and_then(|code| code.parse().ok());
                for name in line.split('|') {
                    region.map(|region| names.entry(fold(name)).or_insert(region));
                }
            }
            names
        });
        let text = clean::normalise(text).ok()?;
        let text = without_fraction(text.trim_matches(|c: char| QUOTES.contains(c) || c.is_whitespace()));
        if let Some(region) = NAMES.get(&fold(text)) {
            return Some(*region);
        }
        let is_fraction = |three: &[u8]| {
            three[0].is_ascii_digit() && matches!(three[1], b'.' | b',') && three[2].is_ascii_digit()
        };
        if text.as_bytes().windows(3).any(is_fraction) {
            return None;
        }
        let digits: String = text.chars().filter(char::is_ascii_digit).collect();
        let calling_code: i32 = digits.trim_start_matches('0').parse().ok()?;
        let region = PHONE_NUMBER_UTIL.get_region_for_country_code(calling_code)?;
        let named = fold(text).trim_matches(|c: char| c.is_ascii_digit()).to_owned();
        // `Canada (+1)` is Canada, not the first country of +1; `Narnia (+1)` is nothing.
        if named.is_empty() { Some(Self(region)) } else { NAMES.get(&named).copied() }
    }
}

impl TryFrom<String> for Region {
    type Error = RegionError;

    fn try_from(text: String) -> Result<Self, RegionError> {
        text.parse()
    }
}

impl From<Region> for String {
    fn from(region: Region) -> Self {
        region.code()
    }
}

/// What people and programs put around a cell so that it stays text.
const QUOTES: &str = "\"'’‘“”„`´=«»";

/// `91.0` is 91.
fn without_fraction(text: &str) -> &str {
    match text.split_once(['.', ',']) {
        Some((whole, fraction))
            if !fraction.is_empty()
                && fraction.bytes().all(|b| b == b'0')
                && whole.trim_start_matches('+').bytes().all(|b| b.is_ascii_digit()) =>
        {
            whole
        }
        _ => text,
    }
}

impl FromStr for Region {
    type Err = RegionError;

    fn from_str(text: &str) -> Result<Self, RegionError> {
        let upper = text.trim().to_ascii_uppercase();
        let code = if upper == "UK" { "GB" } else { upper.as_str() };
        let region: Option<rlibphonenumber::Region> = code.parse().ok();
        region
            .map(Self)
            .filter(|region| code.len() == 2 && region.calling_code() != 0)
            .ok_or_else(|| RegionError { found: text.to_owned() })
    }
}

impl fmt::Display for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.code())
    }
}

/// The number as the library reads it, whether its plan knows it or not.
fn parse(text: &str, region: Option<Region>) -> Result<PhoneNumber, Unknown> {
    PHONE_NUMBER_UTIL.parse(text, region.map(|region| region.0)).map_err(|error| match error {
        ParseError::InvalidCountryCode => Unknown::NoSuchCountry,
        ParseError::TooLongNsn => Unknown::TooLong,
        ParseError::TooShortAfterIdd | ParseError::TooShortNsn | ParseError::NotANumber(_) => {
            Unknown::TooShort
        }
    })
}

/// The name of the country that a number is of; empty for numbers of no country.
pub(super) fn country_of(phone: Phone) -> &'static str {
    region_of(phone).map_or("", Region::name)
}

/// The region that a number is of; none where it is of no single one.
pub(super) fn region_of(phone: Phone) -> Option<Region> {
    let number = parse(&phone.e164(), None).ok()?;
    PHONE_NUMBER_UTIL.get_region_for_number(&number).map(Region)
}

/// Whether numbers of mobiles in `region` may have so many digits, without the country code.
pub(super) fn is_length_of_mobiles(n_digits: usize, region: Region) -> bool {
    let exponent = u32::try_from(n_digits).ok().and_then(|n_digits| n_digits.checked_sub(1));
    let Some(national_number) = exponent.and_then(|exponent| 10_u64.checked_pow(exponent)) else {
        return false;
    };
    let number =
        PhoneNumber { country_code: region.calling_code(), national_number, ..PhoneNumber::default() };
    PHONE_NUMBER_UTIL.is_possible_number_for_type_with_reason(&number, PhoneNumberType::Mobile).is_ok()
}

/// Digits that begin with a country code.
pub(super) fn international(digits: &str) -> Result<Reading, Unknown> {
    let as_it_is = split(digits).and_then(|(country_code, rest)| unchanged(country_code, rest));
    match as_it_is {
        Some(reading) => Ok(reading),
        None => parse(&format!("+{digits}"), None).and_then(|number| verdict(&number)),
    }
}

/// Digits as they are dialled within `region`; its own country code in front is understood, too.
pub(super) fn national(digits: &str, region: Region) -> Result<Reading, Unknown> {
    // Digits that begin with the country's own code are read without it where that is valid, too.
    let own_code = region.calling_code();
    let may_be_international = digits.starts_with(own_code.to_string().as_str());
    match (!may_be_international).then(|| unchanged(own_code, digits)).flatten() {
        Some(reading) => Ok(reading),
        None => parse(digits, Some(region)).and_then(|number| verdict(&number)),
    }
}

/// The reading of a number whose digits are valid as they stand, which needs no parsing and so is three times as fast.
/// A test holds it to what parsing gives.
fn unchanged(country_code: i32, national: &str) -> Option<Reading> {
    let is_short = country_code == NORTH_AMERICA && national.len() != 10;
    if national.starts_with('0') || is_short || !(5..=14).contains(&national.len()) {
        return None;
    }
    let national_number = national.parse().ok()?;
    verdict(&PhoneNumber { country_code, national_number, ..PhoneNumber::default() }).ok()
}

/// The country code of digits that begin with one, and the rest.
pub(super) fn split(digits: &str) -> Option<(i32, &str)> {
    if digits.starts_with('0') {
        return None;
    }
    (1..=3usize.min(digits.len())).find_map(|length| {
        let code = digits[..length].parse().ok()?;
        PHONE_NUMBER_UTIL.get_region_for_country_code(code).map(|_| (code, &digits[length..]))
    })
}

fn verdict(number: &PhoneNumber) -> Result<Reading, Unknown> {
    let kind = match PHONE_NUMBER_UTIL.get_number_type(number) {
        PhoneNumberType::Mobile | PhoneNumberType::FixedLineOrMobile => Kind::Mobile,
        PhoneNumberType::FixedLine
        | PhoneNumberType::TollFree
        | PhoneNumberType::VoIP
        | PhoneNumberType::PersonalNumber
        | PhoneNumberType::UAN => Kind::Fixed,
        PhoneNumberType::PremiumRate
        | PhoneNumberType::SharedCost
        | PhoneNumberType::Pager
        | PhoneNumberType::VoiceMail => Kind::Barred,
        PhoneNumberType::Unknown => return Err(unknown(number)),
    };
    let national = get_national_significant_number_owned(number);
    let phone = Phone::parse(&format!("+{}{national}", number.country_code));
    phone.map(|phone| Reading { phone, kind, national }).map_err(|_| unknown(number))
}

/// Held against the lengths of mobiles: the general lengths of India run from 8 to 13 digits and would excuse much.
fn unknown(number: &PhoneNumber) -> Unknown {
    let country_code = number.country_code;
    match PHONE_NUMBER_UTIL.is_possible_number_for_type_with_reason(number, PhoneNumberType::Mobile) {
        Err(ValidationError::TooShort) => Unknown::TooShort,
        Err(ValidationError::TooLong) => Unknown::TooLong,
        Err(ValidationError::InvalidCountryCode) => Unknown::NoSuchCountry,
        Ok(_) | Err(ValidationError::InvalidLength) => Unknown::NotInPlan { country_code },
    }
}

#[cfg(test)]
mod tests {
    use rlibphonenumber::PhoneNumberFormat;

    use super::*;

    // Made with PyPI phonenumbers 9.0.43 and a seeded generator: 2,000 numbers each of ten countries in sixteen
    // spellings (E.164, digits only, national, 00, trunk 0, RFC 3966, `(0)`, hyphens, cut short, made longer, noise).
    #[test]
    fn the_plans_agree_with_googles_library_on_every_number_of_the_fixture() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/importer/numbers.csv");
        let mut n_rows = 0;
        for row in csv::Reader::from_path(path).unwrap().records() {
            let row = row.unwrap();
            let (raw, region): (_, Region) = (&row[0], row[1].parse().unwrap());
            let (e164, is_valid, kind) = match parse(raw, Some(region)) {
                Err(_) => (String::new(), false, String::new()),
                Ok(number) => (
                    PHONE_NUMBER_UTIL.format(&number, PhoneNumberFormat::E164).into_owned(),
                    PHONE_NUMBER_UTIL.is_valid_number(&number),
                    format!("{:?}", PHONE_NUMBER_UTIL.get_number_type(&number)).to_uppercase(),
                ),
            };
            let found = format!("{e164},{},{kind}", u8::from(is_valid));
            assert_eq!(
                found,
                format!("{},{},{}", &row[2], &row[3], row[4].replace('_', "")),
                "{raw} in {region}"
            );
            n_rows += 1;
        }
        assert_eq!(n_rows, 20_000);
    }

    #[test]
    fn a_number_that_needs_no_parsing_reads_as_if_it_were_parsed() {
        let mut seed = 20_261_122_u64;
        let mut random = |below: u64| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) % below
        };
        let mut n_compared = 0;
        for region in PHONE_NUMBER_UTIL.get_supported_regions().map(Region) {
            for _ in 0..100 {
                let n_digits = 6 + u32::try_from(random(7)).unwrap();
                let subscriber =
                    (10_u64.pow(n_digits - 1) + random(9 * 10_u64.pow(n_digits - 1))).to_string();
                if unchanged(region.calling_code(), &subscriber).is_some() {
                    let digits = format!("{}{subscriber}", region.calling_code());
                    let parsed =
                        |number: Result<PhoneNumber, Unknown>| number.and_then(|number| verdict(&number));
                    assert_eq!(
                        international(&digits),
                        parsed(parse(&format!("+{digits}"), None)),
                        "{digits}"
                    );
                    let found = national(&subscriber, region);
                    assert_eq!(found, parsed(parse(&subscriber, Some(region))), "{subscriber} in {region}");
                    n_compared += 1;
                }
            }
        }
        assert!(1_000 < n_compared, "{n_compared}");
    }

    #[test]
    fn a_cell_names_its_country_by_code_name_or_calling_code() {
        let region = |text: &str| Region::from_cell(text).map(Region::code).unwrap_or_default();
        for text in ["IN", "ind", "India", "Indien", "भारत", "91", "+91", "0091", "India (+91)", "IN +91"]
        {
            assert_eq!(region(text), "IN", "{text}");
        }
        // As spreadsheets and exports leave a cell.
        for text in [
            "91.0",
            "91.00",
            "91,0",
            "+91.0",
            "'91",
            "'+91",
            " +91 ",
            "\"91\"",
            "=\"91\"",
            "=\"+91\"",
            "’91",
            "(+91)",
            "(91)",
            "+91-",
            "00 91",
            "\u{200e}+91",
            "\u{a0}91\u{a0}",
            "٩١",
            "९१",
            "９１",
            "'India",
            "\"IN\"",
            "`IN",
            "91.",
        ] {
            assert_eq!(region(text), "IN", "{text:?}");
        }
        assert_eq!((region("1.0"), region("44.0"), region("'65"), region("=\"971\"")).0, "US");
        assert_eq!(
            (region("44.0"), region("'65"), region("=\"971\"")),
            ("GB".into(), "SG".into(), "AE".into())
        );
        for text in ["91.5", "0.0", "9.1", "", "'", "91.0.0"] {
            assert_eq!(region(text), "", "{text:?}");
        }
        assert_eq!(region("Canada (+1)"), "CA");
        assert_eq!(region("1"), "US");
        assert_eq!(region("Narnia"), "");
        assert_eq!(region("Narnia (+1)"), "");
    }
}
