//! A cell that is meant to be a telephone number -> the number, or why not.
//!
//! The order of the steps matters: cells are read as people write them first (`clean`), and only then by a numbering
//! plan (`rule`, `plan`).

mod clean;
mod habit;
mod plan;
mod renumbered;
mod rule;
#[cfg(test)]
mod strangers;
#[cfg(test)]
mod tests;

use std::str::FromStr;

pub(super) use habit::is_slip;
pub use habit::{Habit, Survey};
pub use plan::{Region, RegionError};
use serde::{Deserialize, Serialize};

use crate::domain::{Phone, RowCode};
use clean::Digits;

/// The fewest digits that a part of a cell must have to count as a number of its own.
const PART_DIGITS_MIN: usize = 7;

/// What is done with a cell that holds several numbers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Numbers {
    /// The first valid one is used.
    #[default]
    First,
    /// Each becomes a recipient of its own.
    All,
    /// The row is refused.
    Reject,
}

impl Numbers {
    /// The word for it, in options and in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::First => "first",
            Self::All => "all",
            Self::Reject => "reject",
        }
    }
}

/// A word that is not a policy.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{found}` is not one of first, all, reject")]
pub struct NumbersError {
    pub found: String,
}

impl FromStr for Numbers {
    type Err = NumbersError;

    fn from_str(text: &str) -> Result<Self, NumbersError> {
        match text {
            "first" => Ok(Self::First),
            "all" => Ok(Self::All),
            "reject" => Ok(Self::Reject),
            _ => Err(NumbersError { found: text.to_owned() }),
        }
    }
}

/// How digits without a plus are read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Rule {
    /// The country of numbers that are written without a country code.
    pub region: Option<Region>,
    /// The operator's word that numbers without a plus do include the country code. Digits that cannot be read so are
    /// still read as numbers of `region`.
    pub includes_country_code: bool,
    /// What the column as a whole shows of such digits.
    pub habit: Habit,
}

impl Rule {
    /// The rule for a number that is given by itself: digits without a plus are of `region`.
    pub fn of_region(region: Option<Region>) -> Self {
        Self { region, ..Self::default() }
    }
}

/// Why a cell is no number that can be written to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    pub code: RowCode,
    /// What was found and what to do, without the cell itself; lower case, no full stop.
    pub text: String,
}

/// What was assumed or fixed on the way to a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Mark {
    /// Nothing.
    None,
    /// `9.19876543210E11`, no digit lost.
    FromScientific,
    /// `919876543210.0`.
    FromFloat,
    /// `919,876,543,210`.
    FromGrouped,
    /// No plus, and no number of the default country, but valid with the country code in front, as most of the column.
    AssumedInternational,
    /// Mexico: `+52 1 …` without the 1.
    RepairedMexico,
    /// Brazil: an eight-digit mobile with the ninth digit.
    RepairedBrazil,
    /// A mobile as it was before its country's numbers got other digits (`renumbered`).
    Renumbered,
    /// Landline, `VoIP` or toll-free.
    NotMobile,
    /// One of several numbers in the cell.
    Multiple,
}

impl Mark {
    /// Every mark, in the order of its bit.
    pub const ALL: [Self; 10] = [
        Self::None,
        Self::FromScientific,
        Self::FromFloat,
        Self::FromGrouped,
        Self::AssumedInternational,
        Self::RepairedMexico,
        Self::RepairedBrazil,
        Self::Renumbered,
        Self::NotMobile,
        Self::Multiple,
    ];
}

/// A number and how it was come by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Number {
    pub phone: Phone,
    marks: u16,
}

impl Number {
    fn new(phone: Phone) -> Self {
        Self { phone, marks: 0 }
    }

    fn marked(mut self, mark: Mark) -> Self {
        self.marks |= 1 << mark as u16;
        self
    }

    /// True when `mark` applies.
    pub fn is(self, mark: Mark) -> bool {
        self.marks & (1 << mark as u16) != 0
    }
}

/// Reads a text that holds one number.
pub fn read(text: &str, rule: Rule) -> Result<Number, Refusal> {
    let mut numbers = Vec::new();
    read_cell(text, rule, Numbers::Reject, &mut numbers)?;
    numbers.pop().ok_or_else(missing)
}

/// Reads the number of one person, given by itself: there is no list that could say what digits without a plus are, so
/// they are read only as numbers of `region`.
pub fn read_alone(text: &str, region: Option<Region>) -> Result<Number, Refusal> {
    if region.is_none() && !text.trim_start().starts_with(['+', '＋']) {
        return Err(Refusal {
            code: RowCode::PhoneAmbiguousCountry,
            text: "the country is not known; write the number with + and its country code, or say which country it is \
                   of (--region IN)"
                .to_owned(),
        });
    }
    read(text, Rule::of_region(region))
}

/// The region that a number is of; none where it is of no single one.
pub fn region_of(phone: Phone) -> Option<Region> {
    plan::region_of(phone)
}

/// The English name of the country that a number is of; empty for numbers of no country.
pub fn country_of(phone: Phone) -> &'static str {
    plan::country_of(phone)
}

/// Appends the numbers that a cell gives under the policy `several`, at least one, or says why there is none.
pub fn read_cell(text: &str, rule: Rule, several: Numbers, numbers: &mut Vec<Number>) -> Result<(), Refusal> {
    let trimmed = text.trim_ascii();
    if let Some(found) = plain(trimmed) {
        numbers.push(rule::judge(&found, rule)?);
        return Ok(());
    }
    let text = clean::normalise(text)?;
    if clean::is_placeholder(&text) {
        return Err(missing());
    }
    if let Some(digits) = clean::scientific(&text) {
        numbers.push(bare(digits?, rule)?.marked(Mark::FromScientific));
        return Ok(());
    }
    if let Some((digits, is_grouped)) = clean::float(&text) {
        let mark = if is_grouped { Mark::FromGrouped } else { Mark::FromFloat };
        numbers.push(bare(digits, rule)?.marked(mark));
        return Ok(());
    }
    let parts = parts(&text);
    if parts.len() < 2 {
        refuse_abbreviated(&text, rule)?;
        numbers.push(single(&text, rule)?);
        return Ok(());
    }
    // `0175 015/2424 3`: a separator within a number.
    if parts.iter().any(|part| single(part, rule).is_err())
        && let Ok(number) = single(&text, rule)
    {
        numbers.push(number);
        return Ok(());
    }
    read_parts(&parts, rule, several, numbers)
}

/// Appends every number of a cell, and says what is wrong where a part of it is none.
pub(super) fn read_every(text: &str, rule: Rule, numbers: &mut Vec<Number>) -> Result<(), Refusal> {
    let start = numbers.len();
    read_cell(text, rule, Numbers::All, numbers)?;
    if numbers[start..].iter().any(|number| number.is(Mark::Multiple)) {
        let text = clean::normalise(text)?;
        for part in parts(&text) {
            single(part, rule)?;
        }
    }
    Ok(())
}

/// By far the most cells: nothing but digits, perhaps a plus in front.
fn plain(text: &str) -> Option<Digits> {
    let digits = text.strip_prefix('+').unwrap_or(text);
    let is_plain =
        (PART_DIGITS_MIN..=15).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    is_plain.then(|| Digits {
        text: digits.to_owned(),
        is_international: digits.len() < text.len(),
        without_trunk_zero: None,
        doubt: None,
    })
}

fn bare(digits: String, rule: Rule) -> Result<Number, Refusal> {
    rule::judge(
        &Digits { text: digits, is_international: false, without_trunk_zero: None, doubt: None },
        rule,
    )
}

fn single(text: &str, rule: Rule) -> Result<Number, Refusal> {
    let found = clean::digits(text)?;
    let number = rule::judge(&found, rule)?;
    match found.doubt {
        None => Ok(number),
        Some(doubt) => Err(Refusal { code: RowCode::PhoneInvalid, text: doubt.to_owned() }),
    }
}

fn missing() -> Refusal {
    Refusal {
        code: RowCode::PhoneMissing,
        text: "there is no number; add one or leave the row out".to_owned(),
    }
}

fn read_parts(
    parts: &[&str],
    rule: Rule,
    several: Numbers,
    numbers: &mut Vec<Number>,
) -> Result<(), Refusal> {
    let mut first_refusal = None;
    let start = numbers.len();
    for part in parts {
        match single(part, rule) {
            Ok(number) if numbers[start..].iter().any(|known| known.phone == number.phone) => {}
            Ok(number) => numbers.push(number.marked(Mark::Multiple)),
            Err(refusal) => drop(first_refusal.get_or_insert(refusal)),
        }
    }
    if numbers.len() == start {
        return Err(first_refusal.unwrap_or_else(missing));
    }
    let n_found = numbers.len() - start;
    match several {
        Numbers::All => {}
        Numbers::First => numbers.truncate(start + 1),
        Numbers::Reject if n_found == 1 && first_refusal.is_none() => {}
        Numbers::Reject => {
            numbers.truncate(start);
            return Err(Refusal {
                code: RowCode::PhoneMultiple,
                text: format!("there are {} numbers in this cell; keep one", parts.len()),
            });
        }
    }
    Ok(())
}

/// The numbers in a cell, where there are several: parts of seven or more digits between the separators that people
/// use. Shorter parts are labels, area codes or groups, and leave the cell whole when only one long part remains.
fn parts(text: &str) -> Vec<&str> {
    let is_long = |part: &&str| PART_DIGITS_MIN <= part.bytes().filter(u8::is_ascii_digit).count();
    let mut parts: Vec<&str> =
        text.split([';', ',', '/', '|', '\n', '&']).flat_map(words).filter(is_long).collect();
    if parts.len() < 2 {
        // `+91 98… +91 97…`
        let starts: Vec<usize> = text.match_indices('+').map(|(at, _)| at).chain([text.len()]).collect();
        parts = starts.windows(2).map(|pair| &text[pair[0]..pair[1]]).filter(is_long).collect();
        if starts.first().is_some_and(|first| is_long(&&text[..*first])) {
            parts.insert(0, &text[..starts[0]]);
        }
    }
    parts
}

/// Splits at `:::` and at words such as “or”.
fn words(text: &str) -> impl Iterator<Item = &str> {
    const WORDS: [&str; 12] =
        [":::", " or ", " and ", " und ", " oder ", " ou ", " et ", " o ", " e ", " y ", " dan ", " atau "];
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let whole = rest?;
        let cut = WORDS.iter().filter_map(|word| Some((find_ignoring_case(whole, word)?, word.len()))).min();
        let Some((at, length)) = cut else { return rest.take() };
        rest = Some(&whole[at + length..]);
        Some(&whole[..at])
    })
}

fn find_ignoring_case(text: &str, word: &str) -> Option<usize> {
    text.as_bytes().windows(word.len()).position(|window| window.eq_ignore_ascii_case(word.as_bytes()))
}

/// `0171-3920009/10` is two numbers, the second written short; joined they would be a third one. In `+49 1750152/4243`
/// what stands before the separator is no number, and the whole is one.
fn refuse_abbreviated(text: &str, rule: Rule) -> Result<(), Refusal> {
    let n_digits = |text: &str| text.bytes().filter(u8::is_ascii_digit).count();
    let Some((first, rest)) = text.split_once(['/', '&', ';', '|', '\n']) else { return Ok(()) };
    if 9 <= n_digits(first)
        && (1..PART_DIGITS_MIN).contains(&n_digits(rest))
        && !rest.contains(char::is_alphabetic)
        && (single(first, rule).is_ok() || single(text, rule).is_err())
    {
        let text = "there seem to be two numbers, the second shortened; write one in full".to_owned();
        return Err(Refusal { code: RowCode::PhoneMultiple, text });
    }
    Ok(())
}

/// True when a cell says that there is no number: `n/a`, `-`, `null`.
pub(super) fn is_missing(text: &str) -> bool {
    clean::normalise(text).is_ok_and(|text| clean::is_placeholder(&text))
}

/// True for a character that nobody sees in a cell.
pub(super) fn is_invisible(c: char) -> bool {
    clean::is_invisible(c)
}

/// True when a cell is a date.
pub(super) fn is_date(text: &str) -> bool {
    clean::is_date(text)
}
