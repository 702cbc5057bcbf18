//! Bytes -> text: finds the encoding of a file and decodes it in blocks.

use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom},
};

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{
    Decoder, Encoding, ISO_8859_2, ISO_8859_4, ISO_8859_6, ISO_8859_7, ISO_8859_8, ISO_8859_13, ISO_8859_15,
    UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1250, WINDOWS_1252, WINDOWS_1253, WINDOWS_1255, WINDOWS_1256,
    WINDOWS_1257,
};

use super::{
    codepages::CodePage,
    plausible::{self, Reading},
};
use crate::importer::number::Region;

/// How much is read at once.
const BLOCK_BYTES: usize = 128 << 10;

/// How much is looked at to see whether every other byte is NUL.
const PARITY_BYTES: usize = 64 << 10;

/// How many good multibyte characters there must be for each bad byte in a file that is still taken for UTF-8.
const GOOD_PER_BAD_MIN: u64 = 4;

/// Lines with other than ASCII characters that are looked at for plausible letters.
const LINES_MAX: usize = 400;

/// What a file's bytes stand for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Charset {
    /// Of the Encoding Standard.
    Standard(&'static Encoding),
    Page(&'static CodePage),
}

impl Charset {
    /// In lower case.
    pub(crate) fn name(self) -> String {
        match self {
            Self::Standard(encoding) => encoding.name().to_lowercase(),
            Self::Page(page) => page.name.to_owned(),
        }
    }

    pub(crate) fn text(self, bytes: &[u8]) -> String {
        match self {
            Self::Standard(encoding) => encoding.decode_without_bom_handling(bytes).0.into_owned(),
            Self::Page(page) => {
                let mut text = String::new();
                page.append(bytes, &mut text);
                text
            }
        }
    }
}

/// How a file's bytes are text.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Coding {
    pub(crate) charset: Charset,
    pub(crate) bom_bytes: u64,
    /// True when nobody said so: neither the operator nor a byte order mark.
    pub(crate) is_guess: bool,
    /// Bytes in a UTF-8 file that are not UTF-8; they are read as windows-1252.
    pub(crate) n_bad_bytes: u64,
}

/// The encoding of the whole file: the operator's word, a byte order mark, or the bytes themselves.
pub(crate) fn find(
    file: &mut File,
    named: Option<&str>,
    region: Option<Region>,
) -> Result<(Coding, Vec<Reading>), FindError> {
    file.seek(SeekFrom::Start(0))?;
    let mut head = Vec::with_capacity(PARITY_BYTES);
    Read::by_ref(file).take(PARITY_BYTES as u64).read_to_end(&mut head)?;
    let bom = Encoding::for_bom(&head);
    let known = |charset, bom_bytes| Coding { charset, bom_bytes, is_guess: false, n_bad_bytes: 0 };
    let standard = |encoding, bom_bytes| known(Charset::Standard(encoding), bom_bytes);
    if let Some(label) = named {
        let charset = labelled(label).ok_or_else(|| FindError::Unknown(label.to_owned()))?;
        let bom = bom.filter(|(found, _)| Charset::Standard(found) == charset);
        return Ok((known(charset, bom.map_or(0, |(_, length)| length as u64)), Vec::new()));
    }
    if let Some((encoding, length)) = bom
        && encoding != UTF_8
    {
        return Ok((standard(encoding, length as u64), Vec::new()));
    }
    if let Some(encoding) = by_parity(&head) {
        return Ok((Coding { is_guess: true, ..standard(encoding, 0) }, Vec::new()));
    }
    let bom_bytes = bom.map_or(0, |(_, length)| length as u64);
    file.seek(SeekFrom::Start(bom_bytes))?;
    let Surveyed { n_good, n_bad: n_bad_bytes, guess, lines } = survey(file, region)?;
    let is_utf_8 = n_bad_bytes == 0 || GOOD_PER_BAD_MIN * n_bad_bytes <= n_good || bom.is_some();
    if is_utf_8 {
        let coding = Coding { n_bad_bytes, is_guess: bom.is_none(), ..standard(UTF_8, bom_bytes) };
        return Ok((coding, Vec::new()));
    }
    let lines: Vec<&[u8]> = lines.iter().map(Vec::as_slice).collect();
    let (charset, readings) = plausible::settle(&lines, guess);
    Ok((Coding { is_guess: true, ..known(charset, 0) }, readings))
}

/// Why the encoding was not found.
pub(crate) enum FindError {
    Io(io::Error),
    /// No encoding is called so.
    Unknown(String),
}

impl From<io::Error> for FindError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// Labels as the Encoding Standard has them, and as other programs write them (`cp1252`, `utf-16-le`).
fn labelled(label: &str) -> Option<Charset> {
    let lower = label.trim().to_ascii_lowercase().replace('_', "-");
    let joined =
        lower.replace("utf-16-le", "utf-16le").replace("utf-16-be", "utf-16be").replace("utf8", "utf-8");
    let joined = match joined.as_str() {
        "mac-roman" | "macroman" | "mac" => "macintosh",
        "mac-cyrillic" => "x-mac-cyrillic",
        "mac-latin2" | "mac-central-europe" | "x-mac-ce" => "mac-centraleurope",
        "cp932" => "shift_jis",
        "cp936" => "gbk",
        "cp949" => "euc-kr",
        "cp950" => "big5",
        other => other,
    };
    Encoding::for_label(joined.as_bytes())
        .or_else(|| Encoding::for_label(label.trim().as_bytes()))
        .or_else(|| Encoding::for_label(joined.replace("cp", "windows-").as_bytes()))
        .filter(|encoding| *encoding != encoding_rs::REPLACEMENT)
        .map(Charset::Standard)
        .or_else(|| CodePage::named(joined).map(Charset::Page))
}

/// The encoding of two bytes a character that the head of a file is in, by its mark or without one.
pub(crate) fn wide(head: &[u8]) -> Option<&'static Encoding> {
    match Encoding::for_bom(head) {
        Some((encoding, _)) => Some(encoding).filter(|encoding| *encoding != UTF_8),
        None => by_parity(head),
    }
}

/// UTF-16 without a mark has NUL as every other byte, since delimiters, digits and line ends are ASCII.
fn by_parity(head: &[u8]) -> Option<&'static Encoding> {
    let pairs = head.len() / 2;
    let n_nul = |offset: usize| head.iter().skip(offset).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd) = (n_nul(0), n_nul(1));
    let is_most = |many: usize, few: usize| 2 <= many && pairs <= many * 5 && few * 20 <= many;
    if is_most(odd, even) {
        Some(UTF_16LE)
    } else if is_most(even, odd) {
        Some(UTF_16BE)
    } else {
        None
    }
}

/// What a file's bytes show.
struct Surveyed {
    /// Good multibyte characters of UTF-8.
    n_good: u64,
    n_bad: u64,
    /// What the encoding is if it is not UTF-8.
    guess: &'static Encoding,
    /// The first lines with other than ASCII characters.
    lines: Vec<Vec<u8>>,
}

/// Reads the rest of the file.
fn survey(file: &mut File, region: Option<Region>) -> io::Result<Surveyed> {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    let (mut n_good, mut n_bad) = (0, 0);
    let mut lines: Vec<Vec<u8>> = Vec::new();
    let mut seen = [false; 256];
    let mut see = |bytes: &[u8]| bytes.iter().for_each(|byte| seen[usize::from(*byte)] |= !byte.is_ascii());
    let mut block = vec![0; BLOCK_BYTES];
    let mut kept = 0;
    loop {
        let n_read = file.read(&mut block[kept..])?;
        let is_last = n_read == 0;
        let end = kept + n_read;
        if is_last || !block[..end].is_ascii() {
            detector.feed(&block[kept..end], is_last);
            keep_lines(&block[kept..end], &mut lines);
        }
        let mut rest = &block[..end];
        kept = 0;
        while !rest.is_empty() {
            let good = match std::str::from_utf8(rest) {
                Ok(good) => {
                    rest = &[];
                    good
                }
                Err(error) => {
                    let (good, bad) = rest.split_at(error.valid_up_to());
                    see(&bad[..error.error_len().unwrap_or(bad.len())]);
                    match error.error_len() {
                        Some(length) => {
                            n_bad += length as u64;
                            rest = &bad[length..];
                        }
                        None if is_last => {
                            n_bad += bad.len() as u64;
                            rest = &[];
                        }
                        None => {
                            kept = bad.len();
                            rest = &[];
                        }
                    }
                    std::str::from_utf8(good).unwrap_or_default()
                }
            };
            if !good.is_ascii() {
                see(good.as_bytes());
                n_good += good.chars().filter(|c| !c.is_ascii()).count() as u64;
            }
        }
        if is_last {
            let tld = region.map(|region| region.code().to_ascii_lowercase().replace("gb", "uk"));
            let guess = detector.guess(tld.as_deref().map(str::as_bytes), Utf8Detection::Deny);
            return Ok(Surveyed { n_good, n_bad, guess: as_windows_has_it(guess, &seen), lines });
        }
        block.copy_within(end - kept..end, 0);
    }
}

/// Keeps the lines that tell something of the encoding, while there are few.
fn keep_lines(block: &[u8], lines: &mut Vec<Vec<u8>>) {
    let told = block.split(|byte| matches!(byte, b'\n' | b'\r')).filter(|line| !line.is_ascii());
    let room = LINES_MAX.saturating_sub(lines.len());
    lines.extend(told.take(room).map(<[u8]>::to_vec));
}

/// The encoding of Windows where it reads the bytes that were seen just as the ISO one does: it is the one that people
/// know, and nearly always the one that was used. Where they differ (0xA2 is ’ in one and Ά in the other), the text has
/// told which it is.
fn as_windows_has_it(guess: &'static Encoding, seen: &[bool; 256]) -> &'static Encoding {
    let siblings = [
        (ISO_8859_2, WINDOWS_1250),
        (ISO_8859_4, WINDOWS_1257),
        (ISO_8859_6, WINDOWS_1256),
        (ISO_8859_7, WINDOWS_1253),
        (ISO_8859_8, WINDOWS_1255),
        (ISO_8859_13, WINDOWS_1257),
        (ISO_8859_15, WINDOWS_1252),
    ];
    let Some((_, sibling)) = siblings.into_iter().find(|(iso, _)| *iso == guess) else { return guess };
    let bytes: Vec<u8> = (0..=u8::MAX).filter(|byte| seen[usize::from(*byte)]).collect();
    let is_same = guess.decode_without_bom_handling(&bytes) == sibling.decode_without_bom_handling(&bytes);
    if is_same { sibling } else { guess }
}

/// Decodes a file in blocks.
pub(crate) struct Text {
    file: File,
    block: Vec<u8>,
    /// Bytes at the start of `block` that the last decoding left over.
    kept: usize,
    decoder: Option<Decoder>,
    page: Option<&'static CodePage>,
    pub(crate) n_bytes_read: u64,
}

impl Text {
    /// Starts at the first byte after the byte order mark.
    pub(crate) fn open(file: &File, coding: Coding) -> io::Result<Self> {
        let mut file = file.try_clone()?;
        file.seek(SeekFrom::Start(coding.bom_bytes))?;
        let (decoder, page) = match coding.charset {
            Charset::Standard(encoding) if encoding == UTF_8 => (None, None),
            Charset::Standard(encoding) => (Some(encoding.new_decoder_without_bom_handling()), None),
            Charset::Page(page) => (None, Some(page)),
        };
        Ok(Self { file, block: vec![0; BLOCK_BYTES], kept: 0, decoder, page, n_bytes_read: coding.bom_bytes })
    }

    /// Appends the next block to `text`; false at the end of the file.
    pub(crate) fn append(&mut self, text: &mut String) -> io::Result<bool> {
        let n_read = self.file.read(&mut self.block[self.kept..])?;
        self.n_bytes_read += n_read as u64;
        let is_last = n_read == 0;
        let end = self.kept + n_read;
        if let Some(page) = self.page {
            page.append(&self.block[..end], text);
            return Ok(!is_last);
        }
        let Some(decoder) = &mut self.decoder else {
            self.kept = append_repaired(&mut self.block, end, is_last, text);
            return Ok(!is_last);
        };
        let length = decoder.max_utf8_buffer_length(end).unwrap_or(BLOCK_BYTES * 3);
        text.reserve(length);
        let (_, _, _) = decoder.decode_to_string(&self.block[..end], text, is_last);
        Ok(!is_last)
    }
}

/// Appends UTF-8, and reads what is not UTF-8 as windows-1252. Moves an incomplete character at the end to the front
/// of `block` and returns its length.
fn append_repaired(block: &mut [u8], end: usize, is_last: bool, text: &mut String) -> usize {
    let mut start = 0;
    while start < end {
        match std::str::from_utf8(&block[start..end]) {
            Ok(good) => {
                text.push_str(good);
                return 0;
            }
            Err(error) => {
                let bad = start + error.valid_up_to();
                text.push_str(std::str::from_utf8(&block[start..bad]).unwrap_or_default());
                let length = match error.error_len() {
                    None if !is_last => {
                        block.copy_within(bad..end, 0);
                        return end - bad;
                    }
                    length => length.unwrap_or(end - bad),
                };
                let (repaired, _) = WINDOWS_1252.decode_without_bom_handling(&block[bad..bad + length]);
                text.push_str(&repaired);
                start = bad + length;
            }
        }
    }
    0
}
