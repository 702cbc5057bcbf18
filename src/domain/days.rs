//! Days and times as people's files write them, where a column says by its other values which number is the day.

use std::str::FromStr;

use jiff::{civil, tz::TimeZone};
use serde::{Deserialize, Serialize};

use super::time::Timestamp;

/// The years that are read; what lies outside is no year.
const YEARS: std::ops::RangeInclusive<i16> = 1_990..=2_100;

/// Beginnings of the months' names in English, German, French, Spanish, Portuguese and Italian, January first.
const MONTHS: [&[&str]; 12] = [
    &["jan", "jän", "ene", "gen"],
    &["feb", "fev", "fév"],
    &["mar", "mär", "mrz"],
    &["apr", "avr", "abr"],
    &["may", "mai", "mag"],
    &["jun", "juin", "giu"],
    &["jul", "juil", "lug"],
    &["aug", "août", "aou", "ago"],
    &["sep", "set"],
    &["oct", "okt", "out", "ott"],
    &["nov"],
    &["dec", "dez", "déc", "dic"],
];

/// Words beside a day and a time that say nothing more.
const AROUND: &str = "t|at|um|uhr|mon|monday|tue|tuesday|wed|wednesday|thu|thursday|fri|friday|sat|saturday|sun|sunday|\
    montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag|mo|di|mi|do|fr|sa|so|st|nd|rd|th|er|de";

/// Which of the two goes first where both are numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DayOrder {
    DayFirst,
    MonthFirst,
}

/// That is no order of day and month.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{found}` is neither day-first nor month-first")]
pub struct DayOrderError {
    found: String,
}

impl DayOrder {
    pub const ALL: [Self; 2] = [Self::DayFirst, Self::MonthFirst];

    /// The name in options and in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::DayFirst => "day-first",
            Self::MonthFirst => "month-first",
        }
    }
}

impl FromStr for DayOrder {
    type Err = DayOrderError;

    fn from_str(text: &str) -> Result<Self, DayOrderError> {
        let found = || DayOrderError { found: text.to_owned() };
        Self::ALL.into_iter().find(|order| order.name() == text).ok_or_else(found)
    }
}

/// What a text says of an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Written {
    At(Timestamp),
    /// Two days, unless it is known which number is the day.
    TwoDays,
    /// None.
    Unreadable,
}

/// How a column writes its days, as far as its values show it: `03/04/2026` alone is in March or in April.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Days {
    is_day_first: bool,
    is_month_first: bool,
}

impl Days {
    /// As somebody has said.
    pub fn of(order: DayOrder) -> Self {
        Self { is_day_first: order == DayOrder::DayFirst, is_month_first: order == DayOrder::MonthFirst }
    }

    /// Takes note of a value.
    pub fn see(&mut self, text: &str) {
        if let Some(Parts { date: Date::Numbers { first, second, has_dots, .. }, .. }) = Parts::of(text) {
            self.is_day_first |= second <= 12 && (12 < first || has_dots);
            self.is_month_first |= first <= 12 && 12 < second;
        }
    }

    /// The instant that a value is for certain, in UTC where it names no zone. None where it could be two days, or is none.
    pub fn parse(self, text: &str) -> Option<Timestamp> {
        match self.read(text, &TimeZone::UTC) {
            Written::At(at) => Some(at),
            Written::TwoDays | Written::Unreadable => None,
        }
    }

    /// Reads RFC 3339, `2026-10-01 10:00`, `01.10.2026`, `31/10/2026 3:05 pm`, `1 Oct 2026`, seconds or milliseconds since 1970; in
    /// `zone` where it names none. A day without a time is its beginning.
    pub fn read(self, text: &str, zone: &TimeZone) -> Written {
        let text = text.trim();
        if let Ok(at) = Timestamp::parse(text) {
            return Written::At(at);
        }
        if let Some(at) = since_1970(text) {
            return Written::At(at);
        }
        let Some(parts) = Parts::of(text) else { return Written::Unreadable };
        match parts.date.day(self) {
            Ok(Some(day)) => parts.at(day, zone).map_or(Written::Unreadable, Written::At),
            Ok(None) => Written::TwoDays,
            Err(NoDay) => Written::Unreadable,
        }
    }
}

/// Seconds with ten digits, milliseconds with thirteen; a fraction says nothing more.
fn since_1970(text: &str) -> Option<Timestamp> {
    let whole = text.split('.').next().filter(|_| text.chars().all(|c| c.is_ascii_digit() || c == '.'))?;
    let number: i64 = whole.parse().ok()?;
    match whole.len() {
        10 => Some(Timestamp(number * 1_000)),
        13 => Some(Timestamp(number)),
        _ => None,
    }
}

/// A date that no calendar has.
struct NoDay;

/// The numbers and the month of a date.
#[derive(Debug, Clone, Copy)]
enum Date {
    /// The year first: `2026-10-01`, `20261001`.
    YearFirst([u32; 3]),
    /// The year last.
    Numbers { first: u32, second: u32, year: u32, has_dots: bool },
    /// The month by its name.
    Named { day: u32, month: u32, year: u32 },
}

impl Date {
    /// The day; none where it could be two.
    fn day(self, days: Days) -> Result<Option<civil::Date>, NoDay> {
        let of = |year: u32, month: u32, day: u32| {
            let small = |n: u32| i8::try_from(n).map_err(|_| NoDay);
            let year = i16::try_from(year).ok().filter(|year| YEARS.contains(year)).ok_or(NoDay)?;
            civil::Date::new(year, small(month)?, small(day)?).map(Some).map_err(|_| NoDay)
        };
        match self {
            Self::YearFirst([year, month, day]) | Self::Named { day, month, year } => of(year, month, day),
            Self::Numbers { first, second, year, .. } if 12 < first || first == second => {
                of(year, second, first)
            }
            Self::Numbers { first, second, year, .. } if 12 < second => of(year, first, second),
            Self::Numbers { first, second, year, has_dots } => {
                match (days.is_day_first || has_dots, days.is_month_first && !has_dots) {
                    (true, false) => of(year, second, first),
                    (false, true) => of(year, first, second),
                    (true, true) | (false, false) => Ok(None),
                }
            }
        }
    }
}

/// A text as its parts.
struct Parts {
    date: Date,
    /// Hours, minutes, seconds.
    clock: [u32; 3],
    /// Minutes east of Greenwich, where it says so.
    offset: Option<i32>,
}

/// A word, a number with its count of digits, or what stands between them.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    Number(u32, usize),
    Word(String),
    Sign(char),
}

impl Parts {
    fn of(text: &str) -> Option<Self> {
        let mut tokens = tokens(text)?;
        let offset = take_offset(&mut tokens);
        let mut clock = take_clock(&mut tokens);
        let is_afternoon = take_word(&mut tokens, "pm");
        let is_morning = take_word(&mut tokens, "am");
        let (date, rest) = date(&tokens)?;
        if clock.is_none() {
            clock = match rest.as_slice() {
                [] => None,
                [hour] if is_afternoon || is_morning => Some([*hour, 0, 0]),
                [hour, minute] => Some([*hour, *minute, 0]),
                [hour, minute, second] => Some([*hour, *minute, *second]),
                _ => return None,
            };
        } else if !rest.is_empty() {
            return None;
        }
        let [hour, minute, second] = clock.unwrap_or_default();
        let hour = match hour {
            12 if is_morning => 0,
            1..=11 if is_afternoon => hour + 12,
            hour => hour,
        };
        Some(Self { date, clock: [hour, minute, second], offset })
    }

    fn at(&self, day: civil::Date, zone: &TimeZone) -> Option<Timestamp> {
        let [hour, minute, second] = self.clock.map(|n| i8::try_from(n).ok());
        let time = civil::Time::new(hour?, minute?, second?, 0).ok()?;
        let at = day.to_datetime(time);
        // Of an hour that comes twice, the first: nobody wrote later than they did.
        let Some(minutes) = self.offset else {
            return Some(Timestamp(zone.to_ambiguous_zoned(at).earlier().ok()?.timestamp().as_millisecond()));
        };
        let at = at.to_zoned(TimeZone::UTC).ok()?.timestamp().as_millisecond();
        Some(Timestamp(at - i64::from(minutes) * 60_000))
    }
}

/// None where there is a number that no date has.
fn tokens(text: &str) -> Option<Vec<Token>> {
    let text = text.to_lowercase().replace(['\u{a0}', '\u{202f}'], " ");
    let text = ["a.m.", "a. m."].iter().fold(text, |text, am| text.replace(am, "am"));
    let text = ["p.m.", "p. m."].iter().fold(text, |text, pm| text.replace(pm, "pm"));
    let mut tokens = Vec::new();
    let mut rest = text.as_str();
    while let Some(c) = rest.chars().next() {
        let is_digit = |c: char| c.is_ascii_digit();
        let len_of = |is: &dyn Fn(char) -> bool| rest.find(|c: char| !is(c)).unwrap_or(rest.len());
        let n_bytes = if is_digit(c) {
            let n_bytes = len_of(&is_digit);
            tokens.push(Token::Number(rest[..n_bytes].parse().ok()?, n_bytes));
            n_bytes
        } else if c.is_alphabetic() {
            let n_bytes = len_of(&char::is_alphabetic);
            tokens.push(Token::Word(rest[..n_bytes].to_owned()));
            n_bytes
        } else {
            if !c.is_whitespace() && c != ',' {
                tokens.push(Token::Sign(c));
            }
            c.len_utf8()
        };
        rest = &rest[n_bytes..];
    }
    Some(tokens)
}

/// Takes `utc`, `z`, `+05:30` or `+0530` from the end, behind a time.
fn take_offset(tokens: &mut Vec<Token>) -> Option<i32> {
    if let Some(Token::Word(word)) = tokens.last()
        && ["utc", "gmt", "z"].contains(&word.as_str())
    {
        tokens.pop();
        return Some(0);
    }
    let has_clock = |before: &[Token]| before.contains(&Token::Sign(':'));
    let (n_tokens, sign, hours, minutes) = match tokens.as_slice() {
        [before @ .., Token::Sign(sign @ ('+' | '-')), Token::Number(n, digits @ (2 | 4))]
            if has_clock(before) =>
        {
            let (hours, minutes) = if *digits == 4 { (n / 100, n % 100) } else { (*n, 0) };
            (2, *sign, hours, minutes)
        }
        [
            before @ ..,
            Token::Sign(sign @ ('+' | '-')),
            Token::Number(hours, 1 | 2),
            Token::Sign(':'),
            Token::Number(minutes, 2),
        ] if has_clock(before) => (4, *sign, *hours, *minutes),
        _ => return None,
    };
    let minutes = i32::try_from(hours * 60 + minutes).ok().filter(|minutes| *minutes < 24 * 60)?;
    tokens.truncate(tokens.len() - n_tokens);
    // `UTC+02:00` is one zone.
    if let Some(Token::Word(word)) = tokens.last()
        && ["utc", "gmt"].contains(&word.as_str())
    {
        tokens.pop();
    }
    Some(if sign == '-' { -minutes } else { minutes })
}

/// Takes `14:30`, `14:30:05` or `14:30:05.123` from wherever it stands.
fn take_clock(tokens: &mut Vec<Token>) -> Option<[u32; 3]> {
    let at = tokens
        .windows(3)
        .position(|part| matches!(part, [Token::Number(_, 1 | 2), Token::Sign(':'), Token::Number(_, 2)]))?;
    let number = |at: usize| match tokens.get(at) {
        Some(Token::Number(n, _)) => Some(*n),
        Some(Token::Word(_) | Token::Sign(_)) | None => None,
    };
    let is_sign =
        |at: usize, signs: &[char]| matches!(tokens.get(at), Some(Token::Sign(sign)) if signs.contains(sign));
    let (hour, minute) = (number(at)?, number(at + 2)?);
    let mut end = at + 3;
    let mut seconds = 0;
    if is_sign(end, &[':'])
        && let Some(second) = number(end + 1)
    {
        seconds = second;
        end += 2;
        if is_sign(end, &['.']) && number(end + 1).is_some() {
            end += 2;
        }
    }
    tokens.drain(at..end);
    Some([hour, minute, seconds])
}

fn take_word(tokens: &mut Vec<Token>, word: &str) -> bool {
    let before = tokens.len();
    tokens.retain(|token| !matches!(token, Token::Word(found) if found == word));
    tokens.len() < before
}

/// The month that a word names, from 1.
fn month(word: &str) -> Option<u32> {
    let is_of = |names: &&[&str]| names.iter().any(|name| word.starts_with(name));
    (1..).zip(&MONTHS).find(|(_, names)| is_of(names)).map(|(month, _)| month)
}

/// The date, and the numbers behind it; none where there are words that are of no date.
fn date(tokens: &[Token]) -> Option<(Date, Vec<u32>)> {
    let mut numbers: Vec<(u32, usize)> = Vec::new();
    let (mut named, mut n_before) = (None, 0);
    let mut signs = Vec::new();
    for token in tokens {
        match token {
            Token::Number(n, digits) => numbers.push((*n, *digits)),
            Token::Word(word) if AROUND.split('|').any(|known| known == word) => {}
            Token::Word(word) => {
                named = Some(month(word).filter(|_| named.is_none())?);
                n_before = numbers.len();
            }
            Token::Sign('.' | '-' | '/') if numbers.len() < 3 => {
                signs.extend(if let Token::Sign(sign) = token { Some(*sign) } else { None });
            }
            Token::Sign('-' | '.') => {}
            Token::Sign(_) => return None,
        }
    }
    let year = |(n, digits): (u32, usize)| match digits {
        4 => Some(n),
        2 => Some(2_000 + n),
        _ => None,
    };
    let plain = |rest: &[(u32, usize)]| rest.iter().map(|(n, _)| *n).collect::<Vec<_>>();
    if let Some(month) = named {
        let [one, other, rest @ ..] = numbers.as_slice() else { return None };
        let (day, in_year) = if one.1 == 4 { (other, one) } else { (one, other) };
        let date = Date::Named { day: day.0, month, year: year(*in_year)? };
        return (n_before < 3).then(|| (date, plain(rest)));
    }
    match numbers.as_slice() {
        [(n, 8), rest @ ..] => Some((Date::YearFirst([n / 10_000, n / 100 % 100, n % 100]), plain(rest))),
        [(year, 4), (month, 1 | 2), (day, 1 | 2), rest @ ..] => {
            Some((Date::YearFirst([*year, *month, *day]), plain(rest)))
        }
        [(first, 1 | 2), (second, 1 | 2), last, rest @ ..] if signs.len() >= 2 => {
            let has_dots = signs.starts_with(&['.', '.']);
            let date = Date::Numbers { first: *first, second: *second, year: year(*last)?, has_dots };
            Some((date, plain(rest)))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::parse_zone;

    /// Each value of a column, as the whole column has it read.
    fn of(column: &[&str]) -> Vec<String> {
        let mut days = Days::default();
        for text in column {
            days.see(text);
        }
        column.iter().map(|text| days.parse(text).map_or_else(String::new, |at| at.to_string())).collect()
    }

    #[test]
    fn a_day_is_read_where_it_can_be_one_day_alone() {
        let first_of_october = "2026-10-01T00:00:00.000Z";
        for text in [
            "2026-10-01",
            "2026/10/1",
            "01.10.2026",
            "1.10.2026",
            "01.10.26",
            "20261001",
            "2026-10-01 00:00:00",
            "2026-10-01 12:00 AM",
            "1 Oct 2026",
            "1-Oct-26",
            "Thu, 1 October 2026",
            "October 1, 2026",
            "1. Oktober 2026",
            "1er octobre 2026",
            "1 de octubre de 2026",
        ] {
            assert_eq!(of(&[text]), [first_of_october], "{text}");
        }
        assert_eq!(of(&["01/10/2026", "31/10/2026"]), [first_of_october, "2026-10-31T00:00:00.000Z"]);
        assert_eq!(of(&["01/10/26", "31/10/26"])[0], first_of_october);
        assert_eq!(of(&["10/01/2026 3:05 pm", "10/31/2026"])[0], "2026-10-01T15:05:00.000Z");
        assert_eq!(of(&["10/01/2026 3:05 p.m.", "10/31/2026"])[0], "2026-10-01T15:05:00.000Z");
        assert_eq!(of(&["2026-10-01T10:00:00+05:30"]), ["2026-10-01T04:30:00.000Z"]);
        assert_eq!(of(&["10/10/2026"]), ["2026-10-10T00:00:00.000Z"]);
        for text in [
            "01/10/2026",
            "yesterday",
            "",
            "2026",
            "45678",
            "2026-13-01",
            "01/10/26",
            "9/9",
            "10:11 29",
            "2 days ago",
            "2026-10-01 25:00",
            "2026-10-01 10:00 IST",
            "919800000001",
            "10:11:12",
        ] {
            assert_eq!(of(&[text]), [""], "{text}");
        }
    }

    #[test]
    fn of_a_column_that_is_written_in_both_ways_only_what_is_certain_is_read() {
        let read = of(&["31/10/2026", "10/31/2026", "01/10/2026"]);
        assert_eq!(read, ["2026-10-31T00:00:00.000Z", "2026-10-31T00:00:00.000Z", ""]);
        assert_eq!(Days::default().read("01/10/2026", &TimeZone::UTC), Written::TwoDays);
        let said = |order| Days::of(order).parse("01/10/2026").map(|at| at.to_string());
        assert_eq!(said(DayOrder::DayFirst).as_deref(), Some("2026-10-01T00:00:00.000Z"));
        assert_eq!(said(DayOrder::MonthFirst).as_deref(), Some("2026-01-10T00:00:00.000Z"));
    }

    #[test]
    fn a_time_is_in_the_zone_that_it_names_or_else_in_that_of_the_campaign() {
        let kolkata = parse_zone("Asia/Kolkata").unwrap();
        let read = |text: &str| match Days::default().read(text, &kolkata) {
            Written::At(at) => at.to_string(),
            other @ (Written::TwoDays | Written::Unreadable) => format!("{other:?}"),
        };
        for text in [
            "2026-10-01T04:30:00Z",
            "2026-10-01 04:30:00 UTC",
            "2026-10-01 10:00:00",
            "2026-10-01T10:00",
            "2026-10-01 10:00:00.123456",
            "2026-10-01 00:30:00-04:00",
            "2026-10-01 00:30:00 -0400",
            "2026-10-01 04:30 +00",
            "2026-10-01 06:30 UTC+02:00",
            "01.10.2026, 10:00 Uhr",
            "01.10.2026 10.00",
            "10:00 01.10.2026",
            "Oct 1, 2026 at 10 AM",
            "1790829000",
            "1790829000000",
            "1790829000.25",
        ] {
            assert_eq!(read(text), "2026-10-01T04:30:00.000Z", "{text}");
        }
        assert_eq!(read("2026-10-01"), "2026-09-30T18:30:00.000Z", "the beginning of the day");
    }

    #[test]
    fn no_text_is_a_panic() {
        for text in ["٣/٤/٢٠٢٦", "99999999999999999999", "-/-/-", "::::", "1:2:3:4:5", "\u{202f}", "İ 1 2"]
        {
            assert_eq!(of(&[text]), [""], "{text}");
        }
    }
}
