//! Passwords and session tokens: hashed, compared, made.

use argon2::{Argon2, PasswordHasher, PasswordVerifier};
use sha2::{Digest, Sha256};

/// The fewest characters of a password.
pub const PASSWORD_CHARS_MIN: usize = 10;

/// The most bytes of a password that are looked at; a longer one is refused before any work is done on it.
const PASSWORD_BYTES_MAX: usize = 1_024;

/// Why a password cannot be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// Too short to be one.
    #[error("a password has at least {PASSWORD_CHARS_MIN} characters")]
    Short,
    /// Longer than anybody types.
    #[error("a password has at most {PASSWORD_BYTES_MAX} bytes")]
    Long,
    /// The system gave no random salt, or no memory for the work.
    #[error("the password could not be hashed")]
    Hash,
}

/// The hash of a password (argon2id with the crate's defaults, which are OWASP's: 19 MiB, 2 passes), as `Queue::add_user`
/// takes it. Takes some tens of milliseconds of one core.
pub fn hash_password(password: &str) -> Result<String, PasswordError> {
    if password.chars().count() < PASSWORD_CHARS_MIN {
        return Err(PasswordError::Short);
    }
    if password.len() > PASSWORD_BYTES_MAX {
        return Err(PasswordError::Long);
    }
    let hash = Argon2::default().hash_password(password.as_bytes()).map_err(|_| PasswordError::Hash)?;
    Ok(hash.to_string())
}

/// Whether the password is the one of the hash. Where there is no hash the same work is done for nothing, so that the
/// time taken does not tell whether the user exists.
pub(super) fn is_right(password: &str, hash: Option<&str>) -> bool {
    const NOBODY: &str =
        "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5bm9ib2R5bm9ib2R5$+JY7YhIYpdEFjYTpmzpB+cJVqnSTCEWxg4GCCgOxmjA";
    if password.len() > PASSWORD_BYTES_MAX {
        return false;
    }
    let verified = Argon2::default().verify_password(password.as_bytes(), hash.unwrap_or(NOBODY));
    verified.is_ok() && hash.is_some()
}

/// 256 random bits in hexadecimal; none where the system has no randomness to give.
pub(super) fn new_token() -> Option<String> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).ok()?;
    Some(hex(&bytes))
}

/// The SHA-256 of a text, in hexadecimal.
pub(super) fn digest(text: &str) -> String {
    hex(&Sha256::digest(text.as_bytes()))
}

/// Bytes in hexadecimal.
pub(super) fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes
        .iter()
        .flat_map(|byte| [DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]])
        .map(char::from)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_password_and_an_unknown_user_are_both_refused() {
        let hash = hash_password("correct horse").unwrap();
        assert!(!is_right("correct hors", Some(&hash)));
        assert!(!is_right("correct horse", None));
        assert!(is_right("correct horse", Some(&hash)));
    }

    #[test]
    fn a_short_password_is_not_kept() {
        assert_eq!(hash_password("short"), Err(PasswordError::Short));
    }

    #[test]
    fn bytes_are_written_in_hexadecimal() {
        assert_eq!(hex(&[0, 15, 16, 255]), "000f10ff");
    }
}
