//! Names of campaigns: those that look alike, and the keys under which tokens know them.

use super::error::QueueError;

/// How alike a name must be to be offered instead of an unknown one.
const NEAR_NAMES_MAX: usize = 3;

/// Names that differ by a few letters, or that begin alike.
pub(super) fn near(name: &str, names: &[String]) -> Vec<String> {
    let mut scored: Vec<_> = names
        .iter()
        .map(|known| (distance(&name.to_lowercase(), &known.to_lowercase()), known))
        .filter(|(distance, known)| {
            *distance <= known.chars().count().div_ceil(3)
                || known.starts_with(name)
                || name.starts_with(known.as_str())
        })
        .collect();
    scored.sort();
    scored.into_iter().take(NEAR_NAMES_MAX).map(|(_, known)| known.clone()).collect()
}

/// The edit distance of Levenshtein.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut previous: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut current = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let replaced = previous[j] + usize::from(x != *y);
            current.push(replaced.min(previous[j + 1] + 1).min(current[j] + 1));
        }
        previous = current;
    }
    previous[b.len()]
}

/// Ten letters and digits that no other campaign has, in this database or another: 50 bits of chance.
pub(super) fn new_token_key() -> Result<String, QueueError> {
    const ALPHABET: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    let mut bytes = [0; 10];
    getrandom::fill(&mut bytes).map_err(|_| QueueError::Closed)?;
    Ok(bytes.iter().map(|byte| char::from(ALPHABET[usize::from(byte % 32)])).collect())
}
