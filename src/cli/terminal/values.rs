//! The values of options, as people write them: each error says what was meant to stand there.

use crate::{
    config::parse_number,
    domain::{
        Phone,
        campaign::{CampaignError, check_rate},
    },
};

/// Why a value cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ValueError {
    #[error("give a number, such as {example}")]
    NotANumber { example: &'static str },
    #[error("give a whole number from {min} on, such as {example}")]
    NotWhole { min: u32, example: &'static str },
    #[error("give a number from 0 to 1, such as 0.05")]
    NotAShare,
    #[error(transparent)]
    Rate(#[from] CampaignError),
}

/// A number of one's own or of somebody known: E.164, where spaces, dashes and a missing plus are forgiven.
pub(crate) fn phone(text: &str) -> Result<Phone, ValueError> {
    parse_number("the number", text).map_err(|_| ValueError::NotANumber { example: "+911161197855" })
}

/// Messages per second.
pub(crate) fn rate(text: &str) -> Result<f64, ValueError> {
    let mps = text.trim().parse().map_err(|_| ValueError::NotANumber { example: "20 or 0.5" })?;
    Ok(check_rate(mps)?)
}

/// How many, at least one.
pub(crate) fn count(text: &str) -> Result<u32, ValueError> {
    let found = text.trim().parse().ok().filter(|n| 1 <= *n);
    found.ok_or(ValueError::NotWhole { min: 1, example: "100" })
}

/// How many, where there can be very many.
pub(crate) fn large_count(text: &str) -> Result<u64, ValueError> {
    text.trim().parse().map_err(|_| ValueError::NotWhole { min: 0, example: "1000" })
}

/// A share of the whole.
pub(crate) fn share(text: &str) -> Result<f64, ValueError> {
    let found = text.trim().parse().ok().filter(|share| (0.0..=1.0).contains(share));
    found.ok_or(ValueError::NotAShare)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_that_cannot_be_used_is_answered_with_one_that_can() {
        let said = |error: ValueError| error.to_string();
        assert_eq!(said(rate("fast").unwrap_err()), "give a number, such as 20 or 0.5");
        assert!(said(rate("0").unwrap_err()).contains("from 0.01 to 100000"));
        assert_eq!(said(count("0").unwrap_err()), "give a whole number from 1 on, such as 100");
        assert_eq!(said(large_count("1e3").unwrap_err()), "give a whole number from 0 on, such as 1000");
        assert_eq!(said(share("5%").unwrap_err()), "give a number from 0 to 1, such as 0.05");
    }

    #[test]
    fn values_are_read_with_blanks_around_them() {
        assert_eq!((rate(" 0.5 ").unwrap(), count("3").unwrap(), share("1").unwrap()), (0.5, 3, 1.0));
        assert_eq!(large_count("0").unwrap(), 0);
    }
}
