//! A telephone number in E.164 form (ITU-T E.164: `+`, country code, at most 15 digits).
//!
//! It shows itself masked; the whole number leaves only through [`Phone::e164`]. Three countries write one mobile in two
//! ways, and `WhatsApp` often in another than lists do: [`Phone::canonical`] is the same for both.

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

    /// One number for a person, however it is written: Argentine mobiles without the 9 after +54, Mexican ones without the
    /// former 1 after +52, Brazilian ones with the ninth digit. It says who a person is; what is sent is the number itself.
    #[must_use]
    pub fn canonical(self) -> Self {
        self.spellings().0
    }

    /// The canonical number, and how else the same mobile is written, where its country has two ways.
    pub fn spellings(self) -> (Self, Option<Self>) {
        const TEN_DIGITS: u64 = 10_000_000_000;
        const EIGHT_DIGITS: u64 = 100_000_000;
        const NINTH: u64 = 9 * EIGHT_DIGITS;
        let (code, national) = (self.0 / TEN_DIGITS, self.0 % TEN_DIGITS);
        match code {
            // 54 9 11 6677-3399, in a call within the country 11 15 6677-3399, is nobody else than 54 11 6677-3399.
            54 | 549 => (Self(54 * TEN_DIGITS + national), Some(Self(549 * TEN_DIGITS + national))),
            52 | 521 => (Self(52 * TEN_DIGITS + national), Some(Self(521 * TEN_DIGITS + national))),
            // 55, an area of two digits, and a mobile, which began with 6 to 9 before it got its ninth digit.
            55 if (6..=9).contains(&(national % EIGHT_DIGITS / 10_000_000)) => {
                let (area, subscriber) = (national / EIGHT_DIGITS, national % EIGHT_DIGITS);
                let area = (5_500 + area) * EIGHT_DIGITS * 10;
                (Self(area + NINTH + subscriber), Some(self))
            }
            550..=559 if self.has_ninth_digit() => {
                let without = self.0 / (EIGHT_DIGITS * 10) * EIGHT_DIGITS + self.0 % EIGHT_DIGITS;
                (self, Some(Self(without)))
            }
            _ => (self, None),
        }
    }

    /// 55, an area of two digits, the ninth digit, and a mobile that began with 6 to 9 before.
    fn has_ninth_digit(self) -> bool {
        let subscriber = self.0 % 1_000_000_000;
        subscriber / 100_000_000 == 9 && (6..=9).contains(&(subscriber / 10_000_000 % 10))
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
    fn one_person_has_one_canonical_number_however_it_is_written() {
        let both = |one: &str, other: &str| {
            let (one, other) = (Phone::parse(one).unwrap(), Phone::parse(other).unwrap());
            assert_eq!((one.canonical(), other.canonical()), (one, one));
            assert_eq!((one.spellings(), other.spellings()), ((one, Some(other)), (one, Some(other))));
        };
        both("+541166773399", "+5491166773399");
        both("+542966412345", "+5492966412345");
        both("+525512345678", "+5215512345678");
        both("+529991234567", "+5219991234567");
        both("+5575988251234", "+557588251234");
        both("+5511961234567", "+551161234567");
    }

    #[test]
    fn a_number_with_one_spelling_is_its_own_canonical_number() {
        for number in [
            // Brazilian landlines, and mobiles that never had eight digits.
            "+551133334444",
            "+5511933334444",
            // Other countries, other lengths.
            "+919591417776",
            "+12125552671",
            "+5491166",
            "+52155123456",
            "+54911667733990",
            "+550123456",
            "+51987654321",
            "+498912345678",
        ] {
            let phone = Phone::parse(number).unwrap();
            assert_eq!(phone.spellings(), (phone, None), "{number}");
        }
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
                let (canonical, other) = phone.spellings();
                prop_assert_eq!(canonical.canonical(), canonical);
                prop_assert!(phone == canonical || Some(phone) == other);
                prop_assert_eq!(phone.to_string().bytes().filter(u8::is_ascii_digit).count(), 6);
            }
        }
    }
}
