//! What a campaign costs, in a sentence.

use crate::report::{Cost, count, counted};

/// An amount for each currency, and how many messages have no rate: `1.40 USD for 1,000 messages; no rate for 3`.
pub fn sums(cost: &Cost) -> String {
    let sums = cost.sums.iter().map(|(currency, (n, amount))| {
        format!("{amount} {currency} for {}", counted(*n, "message", "messages"))
    });
    let mut text = sums.collect::<Vec<_>>().join(" and ");
    if cost.n_without_rate > 0 {
        let unknown = format!("no rate for {}", count(cost.n_without_rate));
        text = if text.is_empty() { unknown } else { format!("{text}; {unknown}") };
    }
    text
}

/// What is to be expected before a start.
pub fn expected(cost: &Cost) -> String {
    format!("By your rates it costs {}, if all are delivered.", sums(cost))
}
