//! Secrets that are shown once and kept as digests: sessions of the console, tokens of programs.

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

use crate::random;

/// How every token of a program begins, so that whoever finds one knows what it is.
pub const PREFIX: &str = "clk_";

/// The random characters of a token: five bits of chance each.
const CHANCE_CHARS: usize = 32;

/// The longest name of a token.
const NAME_CHARS_MAX: usize = 64;

/// Why a token is not made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    #[error(
        "`{name}` cannot be a token's name: use 1 to 64 letters, digits, dots, dashes or underscores, not a dash first"
    )]
    Name { name: String },
    #[error("the system gives no random numbers to make a token of")]
    NoRandomness,
}

/// The text of a new token for a program.
pub fn new_token(name: &str) -> Result<String, TokenError> {
    let fits = (1..=NAME_CHARS_MAX).contains(&name.chars().count())
        && !name.starts_with('-')
        && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | '_'));
    if !fits {
        return Err(TokenError::Name { name: name.to_owned() });
    }
    let chance = random::text(random::LEGIBLE, CHANCE_CHARS).map_err(|_| TokenError::NoRandomness)?;
    Ok(format!("{PREFIX}{chance}"))
}

/// The SHA-256 of a text, in hexadecimal: what is kept of a secret that nobody can guess.
pub fn digest(text: &str) -> String {
    HEXLOWER.encode(&Sha256::digest(text.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_says_what_it_is_and_no_two_are_alike() {
        let (first, second) = (new_token("crm").unwrap(), new_token("crm").unwrap());
        assert!(first.starts_with("clk_") && first.len() == 36, "{first}");
        assert_ne!(first, second);
    }

    #[test]
    fn a_name_that_would_be_misread_in_the_audit_log_is_refused() {
        for name in ["", "-x", "a b", "a\nb", "x:y", &"n".repeat(65)] {
            assert_eq!(new_token(name), Err(TokenError::Name { name: name.to_owned() }), "{name}");
        }
        assert!(new_token("Über-crm_2.eu").is_ok());
    }
}
