//! How a column writes numbers that have no plus: with the country code in front, or without.
//!
//! One cell cannot say it. An Indian number with a digit too many is a valid number of Sri Lanka, so only cells that are no
//! slip of a number of the country count.

use super::{
    Region,
    clean::{self, Digits},
    plan::{self, Kind},
    rule::{in_full, is_full, is_of},
};

/// One full number among more than so many others is likely a slip.
const EXCEPTION_SHARE: u64 = 4;

/// How the digits without a plus in a column are written, as far as the column as a whole shows it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Habit {
    /// There is nothing else to see.
    #[default]
    Unknown,
    /// Most of the cells are full international numbers.
    International,
    /// Most of the cells are not.
    National,
}

/// What the cells of a column were found to be.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Survey {
    n_full: u64,
    n_others: u64,
    /// Whether the digits without a plus are of a region at all.
    has_region: bool,
}

impl Survey {
    /// Takes note of a cell whose digits without a plus are of `region`.
    pub fn see(&mut self, text: &str, region: Option<Region>) {
        let Some(found) = super::plain(text.trim_ascii()).or_else(|| first(text)) else { return };
        if found.text.len() < super::PART_DIGITS_MIN {
            return;
        }
        self.has_region |= region.is_some();
        match is_international(&found, region) {
            Some(true) => self.n_full += 1,
            Some(false) => self.n_others += 1,
            None => {}
        }
    }

    /// What the column shows.
    pub fn habit(self) -> Habit {
        let Self { n_full, n_others, has_region } = self;
        if n_others < n_full {
            return Habit::International;
        }
        // Without a region a full number is read as one, unless it is the exception.
        let is_national = if has_region { 0 < n_others } else { n_full * EXCEPTION_SHARE < n_others };
        if is_national { Habit::National } else { Habit::Unknown }
    }
}

/// The digits of the first number in a cell.
fn first(text: &str) -> Option<Digits> {
    let text = clean::normalise(text).ok().filter(|text| !clean::is_placeholder(text))?;
    let bare = |text: String| Digits { text, is_international: false, without_trunk_zero: None, doubt: None };
    if let Some(digits) = clean::scientific(&text) {
        return digits.ok().map(bare);
    }
    if let Some((digits, _)) = clean::float(&text) {
        return Some(bare(digits));
    }
    clean::digits(super::parts(&text).first().copied().unwrap_or(&text)).ok()
}

/// Whether these are a full international number without plus; none where they can be a slip of a number of `region`.
fn is_international(found: &Digits, region: Option<Region>) -> Option<bool> {
    let digits = found.text.as_str();
    if found.is_international || digits.starts_with('0') {
        return Some(false);
    }
    let Some((abroad, _)) = in_full(digits) else { return Some(false) };
    let Some(region) = region else { return Some(is_full(digits, &abroad)) };
    if abroad.kind != Kind::Mobile || (!is_of(&abroad, region) && is_mobile(digits, region)) {
        return Some(false);
    }
    if !is_of(&abroad, region) && is_slip(digits, region) {
        return None;
    }
    Some(true)
}

fn is_mobile(digits: &str, region: Region) -> bool {
    plan::national(digits, region).is_ok_and(|reading| reading.kind == Kind::Mobile)
}

/// True where one digit typed twice, left out, or exchanged with the next one leads from a number of a mobile in `region`
/// to these digits.
pub(crate) fn is_slip(digits: &str, region: Region) -> bool {
    let pairs = || digits.as_bytes().windows(2).enumerate().map(|(at, pair)| (at, pair[0], pair[1]));
    let is_doubled = || {
        pairs().any(|(at, first, second)| {
            first == second && is_mobile(&format!("{}{}", &digits[..at], &digits[at + 1..]), region)
        })
    };
    let is_exchanged = || {
        pairs().any(|(at, first, second)| {
            let exchanged =
                format!("{}{}{}{}", &digits[..at], char::from(second), char::from(first), &digits[at + 2..]);
            first != second && is_mobile(&exchanged, region)
        })
    };
    is_doubled() || is_exchanged() || has_lost_a_digit(digits, region)
}

fn has_lost_a_digit(digits: &str, region: Region) -> bool {
    let code = region.calling_code().to_string();
    let is_with =
        |at: usize, digit: char| is_mobile(&format!("{}{digit}{}", &digits[..at], &digits[at..]), region);
    // With the country code in front, only one of its own digits can be the lost one: these begin with another code.
    code.chars().enumerate().any(|(at, digit)| is_with(at, digit))
        || (plan::is_length_of_mobiles(digits.len() + 1, region)
            && (0..=digits.len()).any(|at| ('0'..='9').any(|digit| is_with(at, digit))))
}
