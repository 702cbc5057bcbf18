//! The country rule: which country's number some digits are, and when not to guess.
//!
//! A message to a stranger is worse than a refused row, so two valid readings are refused, never weighed.

use crate::domain::RowCode;

use super::{
    Mark, Number, Refusal, Rule,
    clean::Digits,
    plan::{self, Kind, Reading, Region, Unknown},
};

/// The calling codes of the two countries whose old spellings are mended.
const MEXICO: i32 = 52;
const BRAZIL: i32 = 55;

/// The number that `found` is under `rule`.
pub(super) fn judge(found: &Digits, rule: Rule) -> Result<Number, Refusal> {
    let digits = found.text.as_str();
    if invented(digits) {
        return refuse_invented();
    }
    let abroad = digits.strip_prefix("00").map(|rest| rest.trim_start_matches('0'));
    if found.is_international || abroad.is_some() {
        let digits = abroad.unwrap_or(digits);
        return international(digits, found.without_trunk_zero.as_deref());
    }
    if let Some(number) = dialled_from_america(digits, rule.region) {
        return Ok(number);
    }
    if rule.includes_country_code && !digits.starts_with('0') {
        let number = international(digits, found.without_trunk_zero.as_deref());
        let is_settled = number.is_ok() || rule.region.is_none();
        if is_settled {
            return number;
        }
    }
    match rule.region {
        Some(region) => national(digits, region, rule.includes_country_code),
        None => without_country(digits),
    }
}

/// `011 91 98…`, as it is dialled from the countries of +1.
fn dialled_from_america(digits: &str, region: Option<Region>) -> Option<Number> {
    let rest =
        digits.strip_prefix("011").filter(|_| region.is_some_and(|region| region.calling_code() == 1))?;
    international(rest, None).ok()
}

fn international(digits: &str, without_trunk_zero: Option<&str>) -> Result<Number, Refusal> {
    let reading = plan::international(digits);
    let unknown = match reading {
        Ok(reading) => return accept(&reading, Mark::None),
        Err(unknown) => unknown,
    };
    if let Some((reading, mark)) = repaired(digits) {
        return accept(&reading, mark);
    }
    if let Some(Ok(reading)) = without_trunk_zero.map(plan::international) {
        return accept(&reading, Mark::None);
    }
    refuse(digits, unknown, None)
}

/// Numbers written as they were before their country's plan changed.
fn repaired(digits: &str) -> Option<(Reading, Mark)> {
    let (code, rest) = plan::split(digits)?;
    let (mended, mark) = match code {
        MEXICO if rest.len() == 11 => (format!("52{}", rest.strip_prefix('1')?), Mark::RepairedMexico),
        BRAZIL if rest.len() == 10 && (b'6'..=b'9').contains(&rest.as_bytes()[2]) => {
            (format!("55{}9{}", &rest[..2], &rest[2..]), Mark::RepairedBrazil)
        }
        _ => return None,
    };
    plan::international(&mended)
        .ok()
        .filter(|reading| reading.kind == Kind::Mobile)
        .map(|reading| (reading, mark))
}

fn national(digits: &str, region: Region, includes_country_code: bool) -> Result<Number, Refusal> {
    let here = plan::national(digits, region);
    if let Ok(reading) = &here
        && reading.kind == Kind::Mobile
    {
        return accept(reading, Mark::None);
    }
    let abroad = plan::international(digits);
    let in_full = format!("{}{}", region.calling_code(), digits.trim_start_matches('0'));
    match (&here, &abroad) {
        (_, Ok(reading)) if reading.kind == Kind::Mobile && is_of(reading, region) => {
            accept(reading, Mark::None)
        }
        (Ok(_), Ok(_)) => refuse_two(digits, region),
        (Ok(reading), Err(_)) => accept(reading, Mark::None),
        (Err(_), Ok(_)) if repaired(&in_full).is_some() => refuse_two(digits, region),
        (Err(_), Ok(reading)) => accept(reading, Mark::AssumedInternational),
        (Err(unknown), Err(_)) => {
            if let Some((reading, mark)) = repaired(&in_full).or_else(|| repaired(digits)) {
                return accept(&reading, mark);
            }
            refuse(digits, *unknown, (!includes_country_code).then_some(region))
        }
    }
}

fn is_of(reading: &Reading, region: Region) -> bool {
    reading.phone.digits().to_string().starts_with(&region.calling_code().to_string())
}

/// Digits with neither plus nor country. Ten digits are a national number of so many countries that they are read
/// only when the operator says what they are.
fn without_country(digits: &str) -> Result<Number, Refusal> {
    if invented(digits) {
        return refuse_invented();
    }
    match plan::international(digits) {
        Ok(reading) if 10 < digits.len() && reading.kind == Kind::Mobile => {
            accept(&reading, Mark::AssumedInternational)
        }
        _ if digits.len() < 7 => refuse(digits, Unknown::TooShort, None),
        _ if 15 < digits.len() => refuse(digits, Unknown::TooLong, None),
        _ => Err(Refusal {
            code: RowCode::PhoneAmbiguousCountry,
            text: "the country is not known; write the number with + and its country code, or say which country these \
                   numbers are of"
                .to_owned(),
        }),
    }
}

fn refuse_two(digits: &str, region: Region) -> Result<Number, Refusal> {
    Err(Refusal {
        code: RowCode::PhoneAmbiguousCountry,
        text: format!(
            "this is a number of {} and, read with the country code in front, also +{digits}; write it with +, or say \
             once for the file that its numbers include the country code",
            region.name()
        ),
    })
}

fn accept(reading: &Reading, mark: Mark) -> Result<Number, Refusal> {
    if invented(&reading.national) {
        return refuse_invented();
    }
    match reading.kind {
        Kind::Barred => Err(Refusal {
            code: RowCode::PhoneType,
            text: "this is a premium-rate, pager or voicemail number; nobody reads WhatsApp there".to_owned(),
        }),
        Kind::Mobile => Ok(Number::new(reading.phone).marked(mark)),
        Kind::Fixed => Ok(Number::new(reading.phone).marked(mark).marked(Mark::NotMobile)),
    }
}

fn refuse_invented() -> Result<Number, Refusal> {
    let text = "this is an invented number; ask for the real one".to_owned();
    Err(Refusal { code: RowCode::PhonePlaceholder, text })
}

/// 9999999999, 1234567890, 9876543210: one digit repeated, or digits counted up or down.
fn invented(digits: &str) -> bool {
    let is_one_digit = digits.bytes().all(|byte| Some(byte) == digits.bytes().next());
    7 <= digits.len()
        && (is_one_digit || ["01234567890", "09876543210"].iter().any(|run| run.contains(digits)))
}

fn refuse(digits: &str, unknown: Unknown, region: Option<Region>) -> Result<Number, Refusal> {
    if invented(digits) || plan::split(digits).is_some_and(|(_, rest)| invented(rest)) {
        return refuse_invented();
    }
    let country = region.map_or_else(String::new, |region| format!(" for {}", region.name()));
    let (code, text) = match unknown {
        _ if 17 < digits.len() => {
            (RowCode::PhoneTooLong, "this has too many digits; are there two numbers in the cell?".to_owned())
        }
        Unknown::TooShort => {
            (RowCode::PhoneTooShort, format!("{} digits are too few{country}", digits.len()))
        }
        Unknown::TooLong => (RowCode::PhoneTooLong, format!("{} digits are too many{country}", digits.len())),
        Unknown::NoSuchCountry => {
            (RowCode::PhoneInvalidCountry, "no country has this country code".to_owned())
        }
        Unknown::NotInPlan { country_code } => {
            let country = if region.is_some() { country } else { format!(" of +{country_code}") };
            (RowCode::PhoneInvalid, format!("there is no such number{country}; check it"))
        }
    };
    Err(Refusal { code, text })
}
