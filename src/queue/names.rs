//! Campaign names: suggestions for misspelled names, and random keys for campaign tokens.

use super::error::QueueError;
use crate::random;

/// How many names are suggested instead of an unknown one.
const SUGGESTIONS_MAX: usize = 3;

/// Names that differ by a few letters, or that begin alike.
pub(super) fn near(name: &str, names: &[String]) -> Vec<String> {
    let mut scored: Vec<_> = names
        .iter()
        .map(|known| (strsim::levenshtein(&name.to_lowercase(), &known.to_lowercase()), known))
        .filter(|(distance, known)| {
            *distance <= known.chars().count().div_ceil(3)
                || known.starts_with(name)
                || name.starts_with(known.as_str())
        })
        .collect();
    scored.sort();
    scored.into_iter().take(SUGGESTIONS_MAX).map(|(_, known)| known.clone()).collect()
}

/// Ten letters and digits that no other campaign has, in this database or another: 50 bits of chance.
pub(super) fn new_token_key() -> Result<String, QueueError> {
    random::text(random::LEGIBLE, 10).map_err(no_randomness)
}

fn no_randomness(error: getrandom::Error) -> QueueError {
    QueueError::NoRandomness { reason: error.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_system_without_randomness_is_named_as_the_trouble() {
        let error = no_randomness(getrandom::Error::UNSUPPORTED);
        assert!(matches!(error, QueueError::NoRandomness { .. }), "{error}");
        assert!(error.to_string().starts_with("the system gave no random bytes"), "{error}");
    }

    #[test]
    fn a_misspelled_name_and_the_beginning_of_one_are_recognised() {
        let names = ["spring", "summer-26", "autumn"].map(str::to_owned);
        assert_eq!(near("sprnig", &names), ["spring"]);
        assert_eq!(near("Sumer-26", &names), ["summer-26"]);
        assert_eq!(near("aut", &names), ["autumn"]);
        assert!(near("winter", &names).is_empty());
    }
}
