//! A telephone number in E.164 form (ITU-T E.164: `+`, country code, at most 15 digits).
//!
//! It shows itself masked; the whole number leaves only through [`Phone::e164`].

use std::fmt;

/// A number that is known to be E.164. Held as its digits without the plus, which is also how the queue stores it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Phone(u64);

/// Why a text is not E.164.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PhoneError {
    /// No leading plus.
    #[error("a number starts with `+` and its country code")]
    NoPlus,
    /// Something other than a digit after the plus.
    #[error("`{found}` is not a digit")]
    NotADigit {
        /// The character that was found.
        found: char,
    },
    /// Fewer than 7 or more than 15 digits, or a country code of zero.
    #[error("a number has 7 to 15 digits and no leading zero after the `+`")]
    Length,
}

impl Phone {
    /// The fewest and the most digits a number may have.
    const DIGITS: std::ops::RangeInclusive<usize> = 7..=15;

    /// Reads `+` and digits, nothing else. Looser spellings are the importer's business.
    pub fn parse(text: &str) -> Result<Self, PhoneError> {
        let digits = text.strip_prefix('+').ok_or(PhoneError::NoPlus)?;
        if let Some(found) = digits.chars().find(|c| !c.is_ascii_digit()) {
            return Err(PhoneError::NotADigit { found });
        }
        if !Self::DIGITS.contains(&digits.len()) || digits.starts_with('0') {
            return Err(PhoneError::Length);
        }
        digits.parse().map(Self).map_err(|_| PhoneError::Length)
    }

    /// The number whose digits are `digits`, as the queue stores it.
    pub fn from_digits(digits: u64) -> Result<Self, PhoneError> {
        Self::parse(&format!("+{digits}"))
    }

    /// The digits without the plus.
    pub fn digits(self) -> u64 {
        self.0
    }

    /// The whole number, `+` and digits. For the provider, the queue and exports; never for a log.
    pub fn e164(self) -> String {
        format!("+{}", self.0)
    }
}

/// `+91…6776`: the first two digits and the last four.
impl fmt::Display for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.0.to_string();
        write!(f, "+{}…{}", &digits[..2], &digits[digits.len() - 4..])
    }
}

impl fmt::Debug for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Phone({self})")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_number_keeps_every_digit() {
        assert_eq!(Phone::parse("+919591417776").unwrap().e164(), "+919591417776");
    }

    #[test]
    fn a_number_shows_itself_masked() {
        let phone = Phone::parse("+919591417776").unwrap();
        assert_eq!(format!("{phone} {phone:?}"), "+91…7776 Phone(+91…7776)");
    }

    #[test]
    fn what_is_not_e164_is_refused_with_its_reason() {
        assert_eq!(Phone::parse("919591417776"), Err(PhoneError::NoPlus));
        assert_eq!(Phone::parse("+91 9591"), Err(PhoneError::NotADigit { found: ' ' }));
        assert_eq!(Phone::parse("+123456"), Err(PhoneError::Length));
        assert_eq!(Phone::parse("+1234567890123456"), Err(PhoneError::Length));
        assert_eq!(Phone::parse("+0123456789"), Err(PhoneError::Length));
    }

    proptest! {
        #[test]
        fn a_number_is_e164_or_refused(text in "\\+?[0-9 ]{0,18}") {
            let digits = text.strip_prefix('+').unwrap_or_default();
            let is_e164 = (7..=15).contains(&digits.len())
                && digits.bytes().all(|digit| digit.is_ascii_digit())
                && !digits.starts_with('0');
            let parsed = Phone::parse(&text);
            prop_assert_eq!(parsed.is_ok(), is_e164, "{}", text);
            if let Ok(phone) = parsed {
                prop_assert_eq!(phone.e164(), text);
                prop_assert_eq!(Phone::from_digits(phone.digits()), Ok(phone));
                prop_assert_eq!(phone.to_string().bytes().filter(u8::is_ascii_digit).count(), 6);
            }
        }
    }
}
