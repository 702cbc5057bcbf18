//! Passwords hashed and compared, and session tokens made.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use argon2::{Algorithm, Argon2, Block, Params, PasswordHash, Version, password_hash::phc::Output};
use data_encoding::BASE64_NOPAD;

use crate::random;

/// The fewest characters of a password.
pub const PASSWORD_CHARS_MIN: usize = 10;

/// The most bytes of a password that are looked at; a longer one is refused before any work is done on it.
const PASSWORD_BYTES_MAX: usize = 1_024;

/// Passwords hashed at once: each takes 19 MiB and a core.
pub(crate) const AT_ONCE: usize = 2;

/// The bytes of a salt and of a hash, as RFC 9106 recommends.
const SALT_BYTES: usize = 16;
const HASH_BYTES: usize = 32;

/// Blocks of a kibibyte for which room is made, more than are used: memory of 32 MiB or more comes from the system and
/// goes back to it at once. What is smaller may stay with the process, 19 MiB for every thread that has ever hashed
/// (glibc, `M_MMAP_THRESHOLD`). What is not used costs addresses alone.
const BLOCKS_MIN: usize = 33 * 1_024;

/// The room for hashing, wherever a password is hashed.
static ROOM: Room = Room { n_free: Mutex::new(AT_ONCE), is_free: Condvar::new() };

struct Room {
    n_free: Mutex<usize>,
    is_free: Condvar,
}

impl Room {
    fn lock(&self) -> MutexGuard<'_, usize> {
        self.n_free.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Does work that needs so many blocks, once there is room for it.
    fn with<T>(&self, n_blocks: usize, work: impl FnOnce(&mut [Block]) -> T) -> T {
        {
            let wait = self.is_free.wait_while(self.lock(), |n_free| *n_free == 0);
            *wait.unwrap_or_else(PoisonError::into_inner) -= 1;
        }
        let mut blocks = Vec::with_capacity(n_blocks.max(BLOCKS_MIN));
        blocks.resize(n_blocks, Block::default());
        let result = work(&mut blocks);
        drop(blocks);
        *self.lock() += 1;
        self.is_free.notify_one();
        result
    }
}

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
    let mut salt = [0; SALT_BYTES];
    getrandom::fill(&mut salt).map_err(|_| PasswordError::Hash)?;
    let params = Params::default();
    let (m, t, p) = (params.m_cost(), params.t_cost(), params.p_cost());
    let mut hash = [0; HASH_BYTES];
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    fill(&argon2, password, &salt, &mut hash).ok_or(PasswordError::Hash)?;
    let [salt, hash] = [&salt[..], &hash[..]].map(|bytes| BASE64_NOPAD.encode(bytes));
    Ok(format!("$argon2id$v=19$m={m},t={t},p={p}${salt}${hash}"))
}

fn fill(argon2: &Argon2<'_>, password: &str, salt: &[u8], hash: &mut [u8]) -> Option<()> {
    let work =
        |blocks: &mut [Block]| argon2.hash_password_into_with_memory(password.as_bytes(), salt, hash, blocks);
    ROOM.with(argon2.params().block_count(), work).ok()
}

/// Whether the password is the one of the hash. Where there is no hash the same work is done for nothing, so that the
/// time taken does not tell whether the user exists.
pub(crate) fn is_right(password: &str, hash: Option<&str>) -> bool {
    const NOBODY: &str =
        "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5bm9ib2R5bm9ib2R5$+JY7YhIYpdEFjYTpmzpB+cJVqnSTCEWxg4GCCgOxmjA";
    if password.len() > PASSWORD_BYTES_MAX {
        return false;
    }
    is_of(password, hash.unwrap_or(NOBODY)) == Some(true) && hash.is_some()
}

/// Whether the password is the one of that hash; none where that is no hash.
fn is_of(password: &str, hash: &str) -> Option<bool> {
    let known = PasswordHash::new(hash).ok()?;
    let version = known.version.map(Version::try_from).transpose().ok()?.unwrap_or_default();
    let algorithm = Algorithm::try_from(known.algorithm.as_str()).ok()?;
    let argon2 = Argon2::new(algorithm, version, Params::try_from(&known).ok()?);
    let expected = known.hash?;
    let mut found = vec![0; expected.len()];
    fill(&argon2, password, &known.salt?, &mut found)?;
    // Compares in a time that does not depend on where the two differ.
    Some(Output::new(&found).ok()? == expected)
}

/// 256 random bits in hexadecimal; none where the system has no randomness to give.
pub(crate) fn new_token() -> Option<String> {
    random::text(random::HEX, 64).ok()
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
    fn hashes_are_those_of_everybody_else() {
        use argon2::{PasswordHasher, PasswordVerifier};
        for password in ["correct horse", "battery staple", "correct horse"] {
            let ours = hash_password(password).unwrap();
            assert!(Argon2::default().verify_password(password.as_bytes(), ours.as_str()).is_ok(), "{ours}");
            let theirs: PasswordHash = Argon2::default().hash_password(password.as_bytes()).unwrap();
            assert!(is_right(password, Some(&theirs.to_string())));
            assert!(!is_right("something else", Some(&theirs.to_string())));
        }
        assert!(!is_right("correct horse", Some("no hash")));
    }

    #[test]
    fn many_at_once_share_the_room_of_a_few_and_leave_it() {
        let room = Room { n_free: Mutex::new(AT_ONCE), is_free: Condvar::new() };
        std::thread::scope(|scope| {
            for _ in 0..12 {
                scope.spawn(|| room.with(8, |_| assert!(*room.lock() < AT_ONCE)));
            }
        });
        assert_eq!(*room.lock(), AT_ONCE);
    }

    #[test]
    fn a_short_password_is_not_kept() {
        assert_eq!(hash_password("short"), Err(PasswordError::Short));
    }
}
