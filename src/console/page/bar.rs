//! A bar in parts: how a whole is divided, drawn to scale.

/// One part of the bar, and its line in the legend.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Part {
    pub(crate) key: &'static str,
    pub(crate) n: u64,
    /// Where it begins and how wide it is, in thousandths of the bar.
    pub(crate) x: u64,
    pub(crate) width: u64,
}

/// The parts of a bar, in order; those that are empty have no width, and nothing that exists is too thin to be seen.
pub(crate) fn parts(counts: &[(&'static str, u64)]) -> Vec<Part> {
    const WHOLE: u64 = 1_000;
    const THINNEST: u64 = 4;
    let total: u64 = counts.iter().map(|(_, n)| n).sum();
    let mut widths: Vec<u64> = counts
        .iter()
        .map(|(_, n)| if *n == 0 { 0 } else { (n * WHOLE / total.max(1)).max(THINNEST) })
        .collect();
    let surplus: u64 = widths.iter().sum::<u64>().saturating_sub(WHOLE);
    let missing = if total == 0 { 0 } else { WHOLE.saturating_sub(widths.iter().sum()) };
    if let Some(widest) = widths.iter_mut().max() {
        *widest = (*widest + missing).saturating_sub(surplus);
    }
    let mut x = 0;
    counts
        .iter()
        .zip(widths)
        .map(|((key, n), width)| {
            let part = Part { key, n: *n, x, width };
            x += width;
            part
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_of_nothing_has_no_width() {
        assert!(parts(&[("a", 0), ("b", 0)]).iter().all(|part| part.width == 0));
    }

    #[test]
    fn one_of_a_million_is_seen_and_the_bar_stays_whole() {
        let parts = parts(&[("a", 1_000_000), ("b", 1), ("c", 0)]);
        let widths: Vec<_> = parts.iter().map(|part| part.width).collect();
        assert_eq!(widths, [996, 4, 0]);
        assert_eq!(parts[1].x, 996);
    }
}
