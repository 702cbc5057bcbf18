//! Which campaigns somebody may have meant by a name that is none.

use crate::domain::Campaign;

/// How alike a name must be to be offered instead of an unknown one.
const NEAR_NAMES_MAX: usize = 3;

/// Names that differ by a few letters, or that begin alike.
pub(super) fn near(name: &str, campaigns: &[Campaign]) -> Vec<String> {
    let mut scored: Vec<_> = campaigns
        .iter()
        .map(|campaign| &campaign.plan.name)
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
