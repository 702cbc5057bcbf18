//! Which character tells the fields of a text file apart.

use super::records::{self, Dialect, End};
use crate::importer::record::Record;

/// What is considered, in the order in which ties are settled.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// How many records are looked at.
const RECORDS_MAX: usize = 500;

/// The delimiter that cuts the records at the start of a file into equally many fields, and that number.
pub(crate) fn find(text: &str, is_whole: bool) -> Dialect {
    let body = text.trim_start_matches('\u{FEFF}');
    if let Some((delimiter, length, _)) = records::directive(body) {
        let n_fields = score(&body[length..], is_whole, delimiter).1;
        return Dialect { delimiter, n_fields: Some(n_fields) };
    }
    let mut best = (0.0, 1, DELIMITERS[0]);
    for delimiter in DELIMITERS {
        let (score, n_fields) = score(body, is_whole, delimiter);
        let is_better = best.0 < score || (best.0 <= score && best.1 < n_fields);
        if 1 < n_fields && is_better {
            best = (score, n_fields, delimiter);
        }
    }
    Dialect { delimiter: best.2, n_fields: Some(best.1) }
}

/// The number of fields under a delimiter that the operator named.
pub(crate) fn with(text: &str, is_whole: bool, delimiter: u8) -> Dialect {
    Dialect { delimiter, n_fields: Some(score(text.trim_start_matches('\u{FEFF}'), is_whole, delimiter).1) }
}

/// The share of records that have the most common number of fields, and that number. Rows with one field (titles,
/// footers) and quotes that do not fit the delimiter count against it.
fn score(text: &str, is_whole: bool, delimiter: u8) -> (f64, usize) {
    let mut counts: Vec<usize> = Vec::new();
    let mut n_misfits = 0;
    let mut rest = text;
    let mut record = Record::default();
    while !rest.is_empty() && counts.len() < RECORDS_MAX {
        record.clear();
        let End::At { offset, .. } = records::parse(rest, delimiter, is_whole, &mut record) else {
            let Some(end) = rest.find(['\n', '\r']) else { break };
            rest = &rest[end + 1..];
            continue;
        };
        let line = &rest[..offset];
        n_misfits += usize::from(has_misfit(line, delimiter));
        rest = &rest[offset..];
        if !record.is_blank() {
            counts.push(record.len());
        }
    }
    let mut tally: Vec<(usize, usize)> = Vec::new();
    for count in &counts {
        match tally.iter_mut().find(|(known, _)| known == count) {
            Some((_, n)) => *n += 1,
            None => tally.push((*count, 1)),
        }
    }
    let Some((n_fields, n)) = tally.into_iter().max_by_key(|(n_fields, n)| (*n, *n_fields)) else {
        return (0.0, 1);
    };
    #[expect(clippy::cast_precision_loss, reason = "at most 500 records")]
    let share = (n as f64 - n_misfits as f64 / 2.0) / counts.len() as f64;
    (share, n_fields)
}

/// `"a";"b"` read with commas: a quote that closes before something else.
fn has_misfit(line: &str, delimiter: u8) -> bool {
    let bytes = line.as_bytes();
    bytes.windows(3).any(|w| {
        w[0] == b'"'
            && w[2] == b'"'
            && w[1] != delimiter
            && DELIMITERS.contains(&w[1])
            && !bytes.contains(&delimiter)
    })
}
