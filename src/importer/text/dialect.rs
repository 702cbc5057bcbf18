//! Which character tells the fields of a text file apart, and how quotes inside of quotes are written.

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
        return with(&body[length..], is_whole, delimiter);
    }
    let mut best = (0.0, 1, of(DELIMITERS[0], false));
    for delimiter in DELIMITERS {
        let dialect = of(delimiter, has_backslashes(body, is_whole, delimiter));
        let (score, n_fields) = score(body, is_whole, dialect);
        let is_better = best.0 < score || (best.0 <= score && best.1 < n_fields);
        if 1 < n_fields && is_better {
            best = (score, n_fields, dialect);
        }
    }
    Dialect { n_fields: Some(best.1), ..best.2 }
}

/// The number of fields under a delimiter that the operator named.
pub(crate) fn with(text: &str, is_whole: bool, delimiter: u8) -> Dialect {
    let body = text.trim_start_matches('\u{FEFF}');
    let dialect = of(delimiter, has_backslashes(body, is_whole, delimiter));
    Dialect { n_fields: Some(score(body, is_whole, dialect).1), ..dialect }
}

fn of(delimiter: u8, is_backslash: bool) -> Dialect {
    Dialect { delimiter, is_backslash, n_fields: None }
}

/// Whether quotes inside of quotes have a backslash in front throughout: some record has one that cannot be read
/// otherwise, and each record that has one can be read so. `"C:\\"` alone is a text that ends with a backslash.
fn has_backslashes(text: &str, is_whole: bool, delimiter: u8) -> bool {
    if !text.contains("\\\"") {
        return false;
    }
    let mut is_needed = false;
    let mut rest = text;
    let (mut escaped, mut doubled) = (Record::default(), Record::default());
    while !rest.is_empty() {
        escaped.clear();
        let End::At { offset, is_odd, .. } =
            records::parse(rest, of(delimiter, true), is_whole, &mut escaped)
        else {
            return is_needed && !is_whole;
        };
        if rest[..offset].contains("\\\"") {
            if is_odd || escaped.has_backslash_quote || escaped.has_doubled_quote {
                return false;
            }
            doubled.clear();
            let end = records::parse(&rest[..offset], of(delimiter, false), true, &mut doubled);
            is_needed |= end == End::Unfinished || doubled.has_backslash_quote;
        }
        rest = &rest[offset..];
    }
    is_needed
}

/// The share of records that have the most common number of fields, and that number. Rows with one field (titles,
/// footers) and quotes that do not fit the delimiter count against it.
fn score(text: &str, is_whole: bool, dialect: Dialect) -> (f64, usize) {
    let mut counts: Vec<usize> = Vec::new();
    let mut n_misfits = 0;
    let mut rest = text;
    let mut record = Record::default();
    while !rest.is_empty() && counts.len() < RECORDS_MAX {
        record.clear();
        let End::At { offset, .. } = records::parse(rest, dialect, is_whole, &mut record) else {
            let Some(end) = rest.find(['\n', '\r']) else { break };
            rest = &rest[end + 1..];
            continue;
        };
        let line = &rest[..offset];
        n_misfits += usize::from(has_misfit(line, dialect.delimiter));
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
