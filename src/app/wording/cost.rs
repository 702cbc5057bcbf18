//! What a campaign costs, in a sentence.

use super::texts::WordingTexts;
use crate::report::Cost;

/// An amount for each currency, and how many messages have no rate: `1.40 USD for 1,000 messages; no rate for 3`.
pub fn sums(cost: &Cost) -> String {
    let texts = WordingTexts::current();
    let sums = cost.sums.iter();
    let sums = sums.map(|(currency, (n, amount))| texts.cost_sum.n_with(*n, format!("{amount} {currency}")));
    let mut text = sums.reduce(|first, next| texts.and.with2(first, next)).unwrap_or_default();
    if cost.n_without_rate > 0 {
        let unknown = texts.cost_no_rate.n(cost.n_without_rate);
        text = if text.is_empty() { unknown } else { format!("{text}; {unknown}") };
    }
    text
}

/// What is to be expected before a start.
pub fn expected(cost: &Cost) -> String {
    WordingTexts::current().cost_expected.with(sums(cost))
}
