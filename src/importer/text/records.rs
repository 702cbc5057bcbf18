//! Text -> records: fields, quotes, and the physical line where each record starts.
//!
//! `csv::Position::line` cannot be used: it counts CRLF and CR files wrongly and points at blank lines. And one stray
//! quote would swallow the rest of the file; here it costs its own record.

use std::{
    fs::File,
    io::{self, Seek, SeekFrom},
};

use super::decode::{Coding, Text};
use crate::importer::record::Record;

/// A record that has not ended by then has an unbalanced quote. Excel's longest cell has 32,767 characters.
const RECORD_BYTES_MAX: usize = 256 << 10;

/// How much is kept of a line that is longer than that.
const LONG_LINE_KEPT_BYTES: usize = 4 << 10;

/// How much must be at hand to look for that line.
const LOOKAHEAD_BYTES: usize = 32 << 10;

/// How often the end of a quote is looked for beyond a record's greatest size; each time the file is read up to there.
const SEARCHES_MAX: usize = 4;

/// How many lines after an unbalanced quote are taken for the rest of its record, until one has the right fields.
const RESYNC_LINES_MAX: usize = 10;

/// The records of a text file.
pub(crate) struct Records {
    file: File,
    coding: Coding,
    text: Text,
    buffer: String,
    /// How much text was passed over before `buffer`, in bytes.
    n_passed: u64,
    n_searches: usize,
    /// Where the next record starts in `buffer`.
    at: usize,
    is_ended: bool,
    line: u64,
    /// The line in `buffer` is the rest of one that was too long; it is passed over.
    is_in_long_line: bool,
    dialect: Dialect,
}

/// How fields are told apart.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Dialect {
    pub(crate) delimiter: u8,
    /// Whether a backslash escapes a quote inside of quotes; otherwise a quote there is doubled.
    pub(crate) is_backslash: bool,
    /// How many fields a record should have, where that is known.
    pub(crate) n_fields: Option<usize>,
}

/// How a record ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// At this offset, after that many line ends.
    At { offset: usize, n_lines: u64, is_odd: bool },
    /// More text is needed.
    Unfinished,
}

impl Records {
    pub(crate) fn open(file: &File, coding: Coding, dialect: Dialect) -> io::Result<Self> {
        let text = Text::open(file, coding)?;
        let mut records = Self {
            file: file.try_clone()?,
            coding,
            text,
            buffer: String::new(),
            n_passed: 0,
            n_searches: 0,
            at: 0,
            is_ended: false,
            line: 1,
            is_in_long_line: false,
            dialect,
        };
        records.fill()?;
        records.pass_directive();
        Ok(records)
    }

    pub(crate) fn n_bytes_read(&self) -> u64 {
        self.text.n_bytes_read
    }

    /// Reads the next record; false at the end of the file.
    pub(crate) fn next(&mut self, record: &mut Record) -> io::Result<bool> {
        loop {
            if self.is_in_long_line {
                self.pass_long_line()?;
            }
            self.pass_mark();
            record.clear();
            record.line = self.line;
            let rest = &self.buffer[self.at..];
            if rest.is_empty() && self.is_ended {
                return Ok(false);
            }
            match parse(rest, self.dialect, self.is_ended, record) {
                End::At { offset, n_lines, is_odd }
                    if !self.is_astray(offset, n_lines, is_odd, record.len()) =>
                {
                    self.at += offset;
                    self.line += n_lines;
                    // Which text was meant is not known, and neither is where its fields end.
                    record.is_unbalanced |= record.has_backslash_quote;
                    return Ok(true);
                }
                End::Unfinished if !self.is_ended && rest.len() < RECORD_BYTES_MAX => self.fill()?,
                End::At { .. } if !self.is_ended && rest.len() < LOOKAHEAD_BYTES => self.fill()?,
                End::Unfinished if !self.is_ended => {
                    match self.find_end()? {
                        Some(end) => self.pass_oversized(&end, record)?,
                        None => self.give_up_quote(record),
                    }
                    return Ok(true);
                }
                End::At { .. } | End::Unfinished => {
                    self.give_up_quote(record);
                    return Ok(true);
                }
            }
        }
    }

    fn fill(&mut self) -> io::Result<()> {
        self.buffer.drain(..self.at);
        self.n_passed += self.at as u64;
        self.at = 0;
        self.is_ended |= !self.text.append(&mut self.buffer)?;
        Ok(())
    }

    /// Where the record ends that is larger than any; none where its quote is never closed or closes like a stray one,
    /// so that the lines after it are rows of their own. What is inside of a quote is never taken for rows.
    fn find_end(&mut self) -> io::Result<Option<Extent>> {
        self.n_searches += 1;
        if SEARCHES_MAX < self.n_searches {
            return Ok(None);
        }
        // Both read through the same offset.
        let position = self.file.stream_position()?;
        let found = self.search();
        self.file.seek(SeekFrom::Start(position))?;
        found
    }

    fn search(&self) -> io::Result<Option<Extent>> {
        let mut text = Text::open(&self.file, self.coding)?;
        let mut n_ahead = self.n_passed + self.at as u64;
        let mut scan = Scan::new(self.dialect);
        let mut block = String::new();
        loop {
            block.clear();
            let is_more = text.append(&mut block)?;
            let start = n_ahead.min(block.len() as u64);
            n_ahead -= start;
            let start = usize::try_from(start).unwrap_or(block.len());
            match scan.take(&block.as_bytes()[start..], !is_more) {
                None => {}
                Some(Ending::Astray) => return Ok(None),
                Some(Ending::Whole(extent)) => {
                    let n_expected = self.dialect.n_fields.unwrap_or(scan.n_fields);
                    return Ok((n_expected == scan.n_fields).then_some(extent));
                }
            }
        }
    }

    /// Makes a record of the head of one that is too large, and passes over the rest.
    fn pass_oversized(&mut self, extent: &Extent, record: &mut Record) -> io::Result<()> {
        record.clear();
        record.is_unbalanced = true;
        record.n_bytes_oversized = extent.n_bytes;
        let (length, _) = first_line(&self.buffer[self.at..]);
        let head = self.buffer[self.at..self.at + length].trim_end_matches(['\r', '\n']);
        record.push_str(&head[..head.floor_char_boundary(LONG_LINE_KEPT_BYTES)]);
        record.end_field();
        self.line += extent.n_lines;
        let mut n_left = extent.n_bytes;
        loop {
            let n_here = (self.buffer.len() - self.at) as u64;
            if n_left <= n_here || self.is_ended {
                self.at += usize::try_from(n_left.min(n_here)).unwrap_or_default();
                return Ok(());
            }
            n_left -= n_here;
            self.at = self.buffer.len();
            self.fill()?;
        }
    }

    /// Passes over the rest of a line that is longer than any record, in as much memory as any other takes.
    fn pass_long_line(&mut self) -> io::Result<()> {
        loop {
            let (length, has_end) = first_line(&self.buffer[self.at..]);
            // A CR at the end may be the first half of a CRLF.
            let is_whole = has_end && self.at + length < self.buffer.len();
            if is_whole || self.is_ended {
                self.at += length;
                self.line += u64::from(has_end);
                self.is_in_long_line = false;
                return Ok(());
            }
            self.at += if has_end { length - 1 } else { length };
            self.fill()?;
        }
    }

    /// Passes over `sep=;`, which Excel understands as a directive.
    fn pass_directive(&mut self) {
        self.pass_mark();
        if let Some((_, length, n_lines)) = directive(&self.buffer[self.at..]) {
            self.at += length;
            self.line += n_lines;
        }
    }

    /// Files that were pasted together carry byte order marks in the middle.
    fn pass_mark(&mut self) {
        while self.buffer[self.at..].starts_with('\u{FEFF}') {
            self.at += '\u{FEFF}'.len_utf8();
        }
    }

    /// True when a record over several lines is the work of a stray quote: its quote closes in the middle of a word,
    /// or it has the wrong fields while the line after its first has the right ones.
    fn is_astray(&self, offset: usize, n_lines: u64, is_odd: bool, n_fields: usize) -> bool {
        let rest = &self.buffer[self.at..];
        let spans_lines = 1 < n_lines || (n_lines == 1 && !rest[..offset].ends_with(['\n', '\r']));
        if !spans_lines {
            return false;
        }
        if is_odd {
            return true;
        }
        let Some(expected) = self.dialect.n_fields.filter(|expected| *expected != n_fields) else {
            return false;
        };
        let (first, _) = first_line(rest);
        n_fields_of(&rest[first..], self.dialect) == Some(expected)
    }

    /// Makes the record of its first line alone, and goes on at the next line that has the right fields.
    fn give_up_quote(&mut self, record: &mut Record) {
        record.clear();
        record.is_unbalanced = true;
        let rest = &self.buffer[self.at..];
        let (mut offset, has_end) = first_line(rest);
        if !has_end && !self.is_ended {
            let head = rest.floor_char_boundary(LONG_LINE_KEPT_BYTES);
            record.push_str(&rest[..head]);
            record.end_field();
            self.is_in_long_line = true;
            return;
        }
        for field in rest[..offset].trim_end_matches(['\r', '\n']).split(char::from(self.dialect.delimiter)) {
            record.push_str(field);
            record.end_field();
        }
        let mut n_lines = u64::from(has_end);
        if let Some(expected) = self.dialect.n_fields {
            let mut ahead = offset;
            for n_passed in 0..RESYNC_LINES_MAX {
                if rest.len() <= ahead {
                    break;
                }
                if n_fields_of(&rest[ahead..], self.dialect) == Some(expected) {
                    offset = ahead;
                    n_lines += n_passed as u64;
                    break;
                }
                ahead += first_line(&rest[ahead..]).0;
            }
        }
        self.at += offset;
        self.line += n_lines;
    }
}

/// How far a record goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Extent {
    n_bytes: u64,
    n_lines: u64,
}

/// How a record that was followed has ended.
enum Ending {
    Whole(Extent),
    /// Never, or with a quote that closes in the middle of a word.
    Astray,
}

/// Follows one record through its text, block by block, without keeping it.
struct Scan {
    dialect: Dialect,
    state: State,
    extent: Extent,
    n_fields: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    FieldStart,
    Plain,
    Quoted,
    /// Behind a backslash inside of quotes that may escape what follows.
    Escape,
    /// Behind a quote inside of quotes: the end of them, or the first of two.
    QuoteEnd,
    /// Behind a CR, which a LF may belong to; the flag says whether it stands in quotes.
    Cr(bool),
}

impl Scan {
    fn new(dialect: Dialect) -> Self {
        let extent = Extent { n_bytes: 0, n_lines: 0 };
        Self { dialect, state: State::FieldStart, extent, n_fields: 1 }
    }

    /// Takes the next block, and says when the record is over.
    fn take(&mut self, block: &[u8], is_last: bool) -> Option<Ending> {
        for byte in block {
            if self.state == State::Cr(false) {
                self.extent.n_bytes += u64::from(*byte == b'\n');
                return Some(Ending::Whole(self.extent));
            }
            let is_crlf = self.state == State::Cr(true) && *byte == b'\n';
            self.extent.n_bytes += 1;
            self.extent.n_lines += u64::from(matches!(byte, b'\n' | b'\r') && !is_crlf);
            let is_quoted = matches!(self.state, State::Quoted | State::Escape | State::Cr(true));
            self.state = match (*byte, self.state) {
                (b'"' | b'\\', State::Escape) => State::Quoted,
                (b'\\', _) if is_quoted && self.dialect.is_backslash => State::Escape,
                (b'"', State::FieldStart | State::QuoteEnd) => State::Quoted,
                (b'"', _) if is_quoted => State::QuoteEnd,
                (b'\r', _) => State::Cr(is_quoted),
                (_, _) if is_quoted => State::Quoted,
                (b'\n', _) => return Some(Ending::Whole(self.extent)),
                (byte, _) if byte == self.dialect.delimiter => {
                    self.n_fields += 1;
                    State::FieldStart
                }
                // A quote that closes in the middle of a word is a stray one.
                (_, State::QuoteEnd) => return Some(Ending::Astray),
                (_, _) => State::Plain,
            };
        }
        let is_open = matches!(self.state, State::Quoted | State::Escape | State::Cr(true));
        is_last.then_some(if is_open { Ending::Astray } else { Ending::Whole(self.extent) })
    }
}

/// The delimiter in a first line `sep=;`, the length of that line, and how many line ends it has.
pub(crate) fn directive(text: &str) -> Option<(u8, usize, u64)> {
    let (end, has_end) = first_line(text);
    let line = text[..end].trim_end_matches(['\r', '\n']).trim_matches('"');
    let rest = line.get(..4).filter(|head| head.eq_ignore_ascii_case("sep=")).and_then(|_| line.get(4..))?;
    let delimiter = *rest.as_bytes().first()?;
    (rest.len() == 1 && delimiter.is_ascii()).then_some((delimiter, end, u64::from(has_end)))
}

/// The length of the first physical line with its end, and whether it has one.
fn first_line(text: &str) -> (usize, bool) {
    match text.find(['\n', '\r']) {
        Some(at) if text[at..].starts_with("\r\n") => (at + 2, true),
        Some(at) => (at + 1, true),
        None => (text.len(), false),
    }
}

/// How many fields the record at the start of `text` has, if it ends as it should.
fn n_fields_of(text: &str, dialect: Dialect) -> Option<usize> {
    let mut record = Record::default();
    match parse(text, dialect, true, &mut record) {
        End::At { is_odd: false, .. } => Some(record.len()),
        End::At { .. } | End::Unfinished => None,
    }
}

/// Parses the record at the start of `text` into `record` (RFC 4180, and what people make of it). `is_whole` says that
/// nothing follows `text`. A record is odd when a field over several lines closes its quote in the middle of a word.
pub(crate) fn parse(text: &str, dialect: Dialect, is_whole: bool, record: &mut Record) -> End {
    let delimiter = dialect.delimiter;
    let bytes = text.as_bytes();
    let mut at = 0;
    let mut n_lines = 0;
    let mut is_odd = false;
    loop {
        if bytes.get(at) == Some(&b'"') {
            let n_lines_before = n_lines;
            let Some(quoted) = parse_quoted(text, at + 1, dialect.is_backslash, record) else {
                return End::Unfinished;
            };
            at = quoted.end;
            n_lines += quoted.n_lines;
            record.has_doubled_quote |= quoted.has_doubled;
            let next = bytes.get(at);
            if next.is_none() && !is_whole {
                return End::Unfinished;
            }
            let is_closed = matches!(next, None | Some(b'\n' | b'\r')) || next == Some(&delimiter);
            is_odd |= !is_closed && n_lines_before < n_lines;
            record.has_backslash_quote |= !is_closed && quoted.has_backslash;
        }
        let plain = bytes[at..].iter().position(|b| *b == delimiter || *b == b'\n' || *b == b'\r');
        let Some(plain) = plain else {
            record.push_str(&text[at..]);
            record.end_field();
            return if is_whole { End::At { offset: bytes.len(), n_lines, is_odd } } else { End::Unfinished };
        };
        record.push_str(&text[at..at + plain]);
        record.end_field();
        at += plain;
        match (bytes[at], bytes.get(at + 1)) {
            (found, _) if found == delimiter => at += 1,
            (b'\r', None) if !is_whole => return End::Unfinished,
            (b'\r', Some(b'\n')) => return End::At { offset: at + 2, n_lines: n_lines + 1, is_odd },
            _ => return End::At { offset: at + 1, n_lines: n_lines + 1, is_odd },
        }
    }
}

/// A quoted part of a field.
#[derive(Debug, Default)]
struct Quoted {
    /// The offset behind the closing quote.
    end: usize,
    n_lines: u64,
    /// Whether a quote in it is doubled.
    has_doubled: bool,
    /// Whether a quote in it, or the one that closes it, has a backslash in front.
    has_backslash: bool,
}

/// Parses from behind an opening quote; none where it is never closed.
fn parse_quoted(text: &str, start: usize, is_backslash: bool, record: &mut Record) -> Option<Quoted> {
    let bytes = text.as_bytes();
    let mut quoted = Quoted { end: start, ..Quoted::default() };
    loop {
        let at = quoted.end;
        let is_special = |byte: &u8| *byte == b'"' || (is_backslash && *byte == b'\\');
        let length = bytes[at..].iter().position(is_special)?;
        let part = &text[at..at + length];
        quoted.n_lines += n_line_ends(part);
        record.push_str(part);
        let (found, next) = (bytes[at + length], bytes.get(at + length + 1));
        quoted.end = at + length + 1;
        quoted.has_backslash |= found == b'"' && part.ends_with('\\');
        match (found, next) {
            (b'"', Some(b'"')) => {
                quoted.has_doubled = true;
                record.push_str("\"");
                quoted.end += 1;
            }
            (b'"', _) => return Some(quoted),
            (_, Some(b'"')) => {
                quoted.has_backslash = true;
                record.push_str("\"");
                quoted.end += 1;
            }
            (_, Some(b'\\')) => {
                record.push_str("\\");
                quoted.end += 1;
            }
            (_, Some(_)) => record.push_str("\\"),
            (_, None) => return None,
        }
    }
}

/// LF, CRLF and CR each end a line.
fn n_line_ends(text: &str) -> u64 {
    let bytes = text.as_bytes();
    let ends = bytes.iter().enumerate().filter(|(at, byte)| match byte {
        b'\n' => true,
        b'\r' => bytes.get(at + 1) != Some(&b'\n'),
        _ => false,
    });
    ends.count() as u64
}
