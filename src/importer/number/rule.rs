//! The country rule: which country's number some digits are, and when not to guess.
//!
//! A message to a stranger is worse than a refused row. Two valid readings are refused, never weighed, and digits without
//! a plus are a number of another country only where the column as a whole is written so: one digit too many or too few
//! makes a sixth of all Indian numbers valid somewhere else.

use crate::domain::RowCode;

use super::{
    Habit, Mark, Number, Refusal, Rule,
    clean::Digits,
    plan::{self, Kind, Reading, Region, Unknown},
    renumbered::repaired,
};

/// The number that `found` is under `rule`.
pub(super) fn judge(found: &Digits, rule: Rule) -> Result<Number, Refusal> {
    let digits = found.text.as_str();
    if invented(digits) {
        return refuse_invented();
    }
    let abroad = digits.strip_prefix("00").map(|rest| rest.trim_start_matches('0'));
    if found.is_international || abroad.is_some() {
        let number = international(abroad.unwrap_or(digits), found.without_trunk_zero.as_deref());
        return match (rule.region, &number) {
            (Some(region), Ok(number)) if !found.is_international => {
                refuse_doubled_zero(digits, region, rule, *number)
            }
            _ => number,
        };
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
        Some(region) => national(digits, region, rule),
        None => without_country(digits, rule.habit),
    }
}

/// `00151…` is an American number, and a German one whose first digit was typed twice; `0029…` one of Saint Helena, and an
/// Indian one, `07029…`, that lost a digit.
fn refuse_doubled_zero(digits: &str, region: Region, rule: Rule, number: Number) -> Result<Number, Refusal> {
    let is_settled = rule.includes_country_code || rule.habit == Habit::International;
    let is_mobile_here = |meant: String| {
        plan::national(&meant, region)
            .is_ok_and(|here| here.kind == Kind::Mobile && here.phone != number.phone)
    };
    let rest = digits.trim_start_matches('0');
    let (first, others) = rest.split_at(rest.len().min(1));
    if !is_settled
        && (is_mobile_here(format!("0{rest}"))
            || is_mobile_here(format!("0{first}0{others}"))
            || ('1'..='9').any(|lost| is_mobile_here(format!("0{lost}0{rest}"))))
    {
        return refuse_two(&number.phone.e164(), region);
    }
    Ok(number)
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

fn national(digits: &str, region: Region, rule: Rule) -> Result<Number, Refusal> {
    let here = plan::national(digits, region);
    if let Ok(reading) = &here
        && reading.kind == Kind::Mobile
    {
        return accept(reading, Mark::None);
    }
    let abroad = plan::international(digits);
    // Old Ivorian mobiles begin with a 0 of their own, elsewhere it is the trunk prefix.
    let of_old = || {
        let code = region.calling_code();
        repaired(&format!("{code}{digits}"))
            .or_else(|| repaired(&format!("{code}{}", digits.trim_start_matches('0'))))
    };
    match (&here, &abroad) {
        (_, Ok(reading)) if reading.kind == Kind::Mobile && is_of(reading, region) => {
            accept(reading, Mark::None)
        }
        (Ok(here), Ok(abroad)) if here.phone == abroad.phone => accept(here, Mark::None),
        (Ok(_), Ok(abroad)) => refuse_two(&abroad.phone.e164(), region),
        (Ok(reading), Err(_)) => accept(reading, Mark::None),
        (Err(_), Ok(abroad)) if of_old().is_some() => refuse_two(&abroad.phone.e164(), region),
        (Err(_), Ok(reading)) => foreign(reading, Mark::AssumedInternational, region, rule),
        (Err(unknown), Err(_)) => {
            if let Some((reading, mark)) = of_old() {
                return accept(&reading, mark);
            }
            if let Some((reading, mark)) = repaired(digits) {
                return foreign(&reading, mark, region, rule);
            }
            refuse(digits, *unknown, (!rule.includes_country_code).then_some(region))
        }
    }
}

/// Digits without a plus that are no number of `region`, and with the country code in front are one of another country:
/// taken so only where the column is written so, or the operator says it.
fn foreign(reading: &Reading, mark: Mark, region: Region, rule: Rule) -> Result<Number, Refusal> {
    if is_of(reading, region) || rule.includes_country_code || rule.habit == Habit::International {
        return accept(reading, mark);
    }
    let (e164, there) = (reading.phone.e164(), plan::country_of(reading.phone));
    Err(Refusal {
        code: RowCode::PhoneAmbiguousCountry,
        text: format!(
            "this is no number of {}; with the country code in front it would be {e164}{}{there}; check the digits, or \
             write it with + if it is that number",
            region.name(),
            if there.is_empty() { "" } else { ", a number of " },
        ),
    })
}

pub(super) fn is_of(reading: &Reading, region: Region) -> bool {
    reading.phone.digits().to_string().starts_with(&region.calling_code().to_string())
}

/// Digits with neither plus nor country. Ten digits are a national number of so many countries that they are read
/// only when the operator says what they are.
fn without_country(digits: &str, habit: Habit) -> Result<Number, Refusal> {
    if invented(digits) {
        return refuse_invented();
    }
    match in_full(digits) {
        Some((reading, mark)) if is_full(digits, &reading) && habit != Habit::National => {
            accept(&reading, mark)
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

/// Digits read with the country code in front, also as the country's plan was before.
pub(super) fn in_full(digits: &str) -> Option<(Reading, Mark)> {
    let reading = plan::international(digits).ok().map(|reading| (reading, Mark::AssumedInternational));
    reading.or_else(|| repaired(digits))
}

/// True for digits without a plus that say by themselves that they begin with a country code.
pub(super) fn is_full(digits: &str, reading: &Reading) -> bool {
    10 < digits.len() && reading.kind == Kind::Mobile
}

fn refuse_two(e164: &str, region: Region) -> Result<Number, Refusal> {
    Err(Refusal {
        code: RowCode::PhoneAmbiguousCountry,
        text: format!(
            "this is a number of {} and, read with the country code in front, also {e164}; write it with +, or say \
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
