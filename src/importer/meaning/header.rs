//! Which row of a file is its header: a matter of what the rows say, not of their shape alone.

use super::lexicon;
use crate::importer::record::Record;

/// How many rows at the top may be titles.
const TITLE_ROWS_MAX: usize = 30;

/// The index of the header among the first rows of a file, or none.
pub(crate) fn find(rows: &[Record]) -> Option<usize> {
    let width = common_width(rows);
    let is_wide = |row: &Record| width.min(2) <= row.n_filled();
    let filled: Vec<(usize, &Record)> =
        rows.iter().enumerate().filter(|(_, row)| !row.is_blank() && !row.is_unbalanced).collect();
    // A title may hold a number of its own; it stands alone in its row.
    let first_data = filled.iter().position(|(_, row)| is_wide(row) && row.iter().any(looks_like_number));
    let above = &filled[..first_data.unwrap_or(filled.len()).min(TITLE_ROWS_MAX)];
    let by_word =
        above.iter().find(|(_, row)| is_wide(row) && row.iter().any(|cell| 50 <= lexicon::rank(cell)));
    if let Some((index, _)) = by_word.or_else(|| over_numbers(&filled)) {
        return Some(*index);
    }
    let (index, candidate) =
        above.iter().find(|(_, row)| is_wordy(row) && width * 6 <= row.n_filled() * 10)?;
    if let Some(at) = first_data {
        // `Ravi,n/a` above `Asha,98…` is a row with a missing number, not a header.
        let (_, data) = filled[at];
        let column = data.iter().position(looks_like_number)?;
        let cell = candidate.get(column).unwrap_or_default();
        if cell.trim().is_empty() || crate::importer::number::is_missing(cell) {
            return None;
        }
    }
    Some(*index)
}

/// The row whose cell names the number, over numbers and under none: so it is the header also below titles that hold
/// numbers, and where no other column has a name.
fn over_numbers<'f, 'r>(filled: &'f [(usize, &'r Record)]) -> Option<&'f (usize, &'r Record)> {
    filled.iter().enumerate().take(TITLE_ROWS_MAX).find_map(|(at, found)| {
        let (_, row) = found;
        let column = row.iter().position(|cell| lexicon::RANK_STRONG <= lexicon::rank(cell))?;
        let is_number = |(_, row): &(usize, &Record)| row.get(column).is_some_and(looks_like_number);
        let is_header = !row.iter().any(looks_like_number)
            && !filled[..at].iter().any(is_number)
            && filled.get(at + 1).is_some_and(is_number);
        is_header.then_some(found)
    })
}

/// The most common number of filled cells in a row.
fn common_width(rows: &[Record]) -> usize {
    let mut tally = std::collections::BTreeMap::new();
    for row in rows.iter().filter(|row| !row.is_blank()) {
        *tally.entry(row.n_filled()).or_insert(0_usize) += 1;
    }
    tally.into_iter().max_by_key(|(width, n)| (*n, *width)).map_or(1, |(width, _)| width)
}

/// True when every filled cell is words rather than a value.
fn is_wordy(row: &Record) -> bool {
    row.iter().filter(|cell| !cell.trim().is_empty()).all(|cell| {
        let n_digits = cell.chars().filter(char::is_ascii_digit).count();
        cell.chars().any(char::is_alphabetic) && n_digits <= 3 && !cell.contains('@')
    })
}

/// True when a cell might be a telephone number: seven digits or more, hardly a letter, and no date.
pub(crate) fn looks_like_number(cell: &str) -> bool {
    let n_digits = cell.chars().filter(|c| c.is_numeric()).count();
    let n_letters = cell.chars().filter(|c| c.is_alphabetic()).count();
    7 <= n_digits && n_letters <= 3 + n_digits && !crate::importer::number::is_date(cell.trim())
        || (n_letters <= 1 && 3 <= n_digits && cell.contains(['E', 'e']) && cell.contains('+'))
}
