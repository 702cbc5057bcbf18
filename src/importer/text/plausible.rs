//! Whether a text has the letters that words have, or those of another encoding.

use encoding_rs::{Encoding, MACINTOSH, WINDOWS_1250, WINDOWS_1252, WINDOWS_1254, WINDOWS_1257};

use super::{codepages::CodePage, decode::Charset};

/// How much of a word is shown as a sample.
const SAMPLE_CHARS_MAX: usize = 40;

/// Letters that names in western languages often have; others are rare.
const COMMON: &str = "äöüßéèêáíóúñçãõàâôåøæÄÖÜÉÈÁÍÓÚÑÇÃÕÀÂÔÅØÆ";

/// What may follow a letter without being one.
const BESIDE_LETTERS: &str = "’‘®™°ªº·´`»”“–—…€";

/// What speaks against a reading of some bytes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Doubts {
    /// Characters that no word has in that place.
    n_bad: usize,
    /// Letters that few words have.
    n_rare: usize,
}

/// A reading that is as plausible as another one, with words that tell them apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reading {
    pub(crate) charset: Charset,
    pub(crate) samples: Vec<String>,
}

/// The encoding that gives `lines` plausible letters where the guess does not, and the readings to ask about where there
/// are several. Only lines with other than ASCII characters tell anything.
pub(crate) fn settle(lines: &[&[u8]], guess: &'static Encoding) -> (Charset, Vec<Reading>) {
    let guessed = Charset::Standard(guess);
    let n_high: usize = lines.iter().map(|line| line.iter().filter(|byte| !byte.is_ascii()).count()).sum();
    let n_guessed: usize =
        lines.iter().map(|line| guessed.text(line).chars().filter(|c| !c.is_ascii()).count()).sum();
    let of_guess = doubts(lines, guessed);
    // Letters that are all rare may be other letters, in a file of another kind of machine.
    let is_odd = n_guessed == of_guess.n_rare && is_western(guess);
    if n_guessed == 0 || (of_guess.n_bad * 2 < n_guessed && !is_odd) {
        return (guessed, Vec::new());
    }
    let pages = ["cp850", "cp437"].into_iter().filter_map(CodePage::named).map(Charset::Page);
    let others = [Charset::Standard(WINDOWS_1252), Charset::Standard(MACINTOSH)];
    let mut found: Vec<(Doubts, Charset)> =
        pages.chain(others).map(|charset| (doubts(lines, charset), charset)).collect();
    found.sort_by_key(|(doubts, _)| *doubts);
    let Some((best, charset)) = found.first().copied().filter(|(best, _)| *best < of_guess) else {
        return (guessed, Vec::new());
    };
    if n_high < best.n_bad * 10 || (is_odd && best != Doubts::default()) {
        return (guessed, Vec::new());
    }
    let mut readings: Vec<Reading> = Vec::new();
    // A dash between letters may be one.
    let n_dashes: usize =
        lines.iter().map(|line| guessed.text(line).chars().filter(|c| matches!(c, '–' | '—')).count()).sum();
    let is_possible = of_guess.n_bad <= n_dashes;
    let equal = found.into_iter().filter(|(doubts, _)| *doubts == best).map(|(_, charset)| charset);
    for charset in equal.chain(is_possible.then_some(guessed)) {
        let samples = lines.iter().take(3).map(|line| word(&charset.text(line))).collect();
        let reading = Reading { charset, samples };
        if readings.iter().all(|known| !is_same(lines, known.charset, charset)) {
            readings.push(reading);
        }
    }
    if readings.len() < 2 {
        readings.clear();
    }
    (charset, readings)
}

fn is_same(lines: &[&[u8]], one: Charset, other: Charset) -> bool {
    lines.iter().all(|line| one.text(line) == other.text(line))
}

/// Whether an encoding is one of Latin letters.
fn is_western(encoding: &'static Encoding) -> bool {
    [WINDOWS_1250, WINDOWS_1252, WINDOWS_1254, WINDOWS_1257].contains(&encoding)
}

/// The first word of a line with other than ASCII characters.
fn word(line: &str) -> String {
    let is_end = |c: char| c.is_whitespace() || matches!(c, ',' | ';' | '|' | '"');
    let word = line.split(is_end).find(|word| !word.is_ascii()).unwrap_or(line);
    word.chars().take(SAMPLE_CHARS_MAX).collect()
}

fn doubts(lines: &[&[u8]], charset: Charset) -> Doubts {
    let mut doubts = Doubts::default();
    for line in lines {
        let chars: Vec<char> = charset.text(line).chars().collect();
        for (at, c) in chars.iter().enumerate().filter(|(_, c)| !c.is_ascii()) {
            let before = |n: usize| at.checked_sub(n).and_then(|at| chars.get(at)).copied();
            if is_bad(*c, before(2), before(1), chars.get(at + 1).copied()) {
                doubts.n_bad += 1;
            } else if c.is_alphabetic() && !COMMON.contains(*c) {
                doubts.n_rare += 1;
            }
        }
    }
    doubts
}

/// Whether no word has this character between those.
fn is_bad(c: char, second_before: Option<char>, before: Option<char>, after: Option<char>) -> bool {
    let is_letter = |c: Option<char>| c.is_some_and(char::is_alphabetic);
    let is_upper = |c: Option<char>| c.is_some_and(char::is_uppercase);
    let is_lower = |c: Option<char>| c.is_some_and(char::is_lowercase);
    if c.is_control() || matches!(c, 'ƒ' | '\u{FFFD}' | '\u{2500}'..='\u{25FF}') {
        return true;
    }
    if !c.is_alphabetic() {
        let is_within = is_letter(before) && is_letter(after);
        return (is_letter(before) && !BESIDE_LETTERS.contains(c)) || (is_within && c != '’' && c != '·');
    }
    let is_latin = |c: char| c.is_ascii_alphabetic() || matches!(c, '\u{C0}'..='\u{24F}' | 'ª' | 'º');
    let is_mixed =
        |beside: Option<char>| beside.is_some_and(|beside| beside.is_ascii_alphabetic()) && !is_latin(c);
    // A capital goes before small letters, alone, and a small letter does not go between capitals.
    let is_second_capital = is_upper(before) && !is_letter(second_before) && is_lower(after);
    let is_late_capital = c.is_uppercase() && (is_lower(before) || is_second_capital);
    let is_low_among_capitals =
        c.is_lowercase() && (is_upper(after) || (is_upper(before) && is_upper(second_before)));
    is_mixed(before) || is_mixed(after) || is_late_capital || is_low_among_capitals
}
