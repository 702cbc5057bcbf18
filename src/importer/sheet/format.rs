//! A cell as the sheet shows it: its number under its format code.

use std::collections::HashMap;

use ssfmt::{DateSystem, FormatOptions, NumberFormat};

use super::workbook::{guarded, number};

/// 9999-12-31, as spreadsheets count days.
const DAY_LAST: f64 = 2_958_466.0;

/// Excel's longest format code.
const CODE_CHARS_MAX: usize = 255;

/// A number of so many digits may be a telephone number, which an exponent would damage.
const LONG_DIGITS_MIN: usize = 7;

/// The formats of a workbook.
#[derive(Debug, Default)]
pub(crate) struct Formats {
    /// By the number of the cell's style.
    by_style: Vec<Option<usize>>,
    formats: Vec<Format>,
    options: FormatOptions,
    /// The first cell whose format is not understood, and its code.
    pub(crate) unknown: Option<(String, String)>,
}

#[derive(Debug)]
struct Format {
    code: String,
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    /// As many digits as there are.
    General,
    Code {
        format: NumberFormat,
        is_date: bool,
        is_scientific: bool,
    },
    /// A date or a time that each computer shows in its own way; the code is one that nobody misreads.
    OfComputer(NumberFormat),
    Unknown,
}

impl Formats {
    #[cfg(test)]
    fn new(styles: impl IntoIterator<Item = (Option<u32>, String)>, is_1904: bool) -> Self {
        let mut formats = Self::default();
        formats.set(styles, is_1904);
        formats
    }

    /// Takes the format codes of the styles of a workbook, in order; with the number of a built-in format where there is
    /// one.
    pub(crate) fn set(&mut self, styles: impl IntoIterator<Item = (Option<u32>, String)>, is_1904: bool) {
        let mut known: HashMap<(Option<u32>, String), usize> = HashMap::new();
        let mut formats = Vec::new();
        let by_style = styles.into_iter().map(|(id, code)| {
            let place = *known.entry((id.filter(|id| *id < 164), code.clone())).or_insert_with(|| {
                formats.push(Format { kind: kind(id, &code), code });
                formats.len() - 1
            });
            Some(place)
        });
        self.by_style = by_style.collect();
        self.formats = formats;
        let date_system = if is_1904 { DateSystem::Date1904 } else { DateSystem::Date1900 };
        self.options = FormatOptions { date_system, ..FormatOptions::default() };
    }

    /// Appends what the sheet shows for a number in a cell of that style, from 0. Returns the plain number where more is
    /// shown than its digits: where a telephone number is read, that is what it was before it was dressed up.
    pub(crate) fn write(
        &mut self,
        value: f64,
        style: usize,
        (row, column): (u32, u32),
        text: &mut String,
    ) -> Option<String> {
        let place = self.by_style.get(style).copied().flatten();
        let Some(Format { kind, code }) = place.map(|place| &self.formats[place]) else {
            text.push_str(&general(value));
            return None;
        };
        let shown = match kind {
            Kind::General => None,
            Kind::OfComputer(_) | Kind::Code { is_date: true, .. } if !(0.0..DAY_LAST).contains(&value) => {
                None
            }
            Kind::Code { is_scientific: true, .. } if is_long(value) => None,
            Kind::OfComputer(format) | Kind::Code { format, .. } => {
                guarded(|| format.try_format(value, &self.options)).ok().and_then(Result::ok)
            }
            Kind::Unknown => {
                if self.unknown.is_none() {
                    self.unknown = Some((name_of(row, column), code.clone()));
                }
                None
            }
        };
        match shown {
            None if matches!(kind, Kind::Unknown) && is_date(code) && (0.0..DAY_LAST).contains(&value) => {
                text.push_str(&iso(value, &self.options));
                None
            }
            None => {
                text.push_str(&general(value));
                None
            }
            Some(shown) => {
                // Question marks only line figures up.
                let words: Vec<&str> = shown.split(' ').filter(|word| !word.is_empty()).collect();
                text.push_str(&if code.contains('?') { words.join(" ") } else { shown.trim().to_owned() });
                let plain = number(value);
                (plain != shown).then_some(plain)
            }
        }
    }
}

/// What a format code is.
fn kind(id: Option<u32>, code: &str) -> Kind {
    // The code in the file is a placeholder for what the computer's settings say.
    let of_computer = match id {
        Some(14 | 27..=31 | 36 | 50..=54 | 57 | 58) => Some("yyyy-mm-dd"),
        Some(22) => Some("yyyy-mm-dd hh:mm"),
        Some(32..=35 | 55 | 56) => Some("hh:mm:ss"),
        _ if code.contains("[$-F800]") || code.contains("[$-x-sysdate]") => Some("yyyy-mm-dd"),
        _ if code.contains("[$-F400]") || code.contains("[$-x-systime]") => Some("hh:mm:ss"),
        _ => None,
    };
    if let Some(code) = of_computer {
        return NumberFormat::parse(code).map_or(Kind::Unknown, Kind::OfComputer);
    }
    let code = match id {
        _ if !code.is_empty() && code != "GENERAL" => code,
        Some(id) => builtin(id),
        None => "General",
    };
    if code.eq_ignore_ascii_case("general") || code == "@" {
        return Kind::General;
    }
    if CODE_CHARS_MAX < code.chars().count() || names_words_of_another_language(code) {
        return Kind::Unknown;
    }
    match guarded(|| NumberFormat::parse(code)) {
        Ok(Ok(format)) => {
            let is_date = format.is_date_format() && !bare(code).contains('[');
            let is_scientific = bare(code).contains("E+") || bare(code).contains("E-");
            Kind::Code { format, is_date, is_scientific }
        }
        Ok(Err(_)) | Err(_) => Kind::Unknown,
    }
}

/// The codes of built-in formats that a file does not have to write out (ECMA-376, 18.8.30).
fn builtin(id: u32) -> &'static str {
    match id {
        5 => "\"$\"#,##0_);(\"$\"#,##0)",
        6 => "\"$\"#,##0_);[Red](\"$\"#,##0)",
        7 => "\"$\"#,##0.00_);(\"$\"#,##0.00)",
        8 => "\"$\"#,##0.00_);[Red](\"$\"#,##0.00)",
        41 => "_(* #,##0_);_(* (#,##0);_(* \"-\"_);_(@_)",
        42 => "_($* #,##0_);_($* (#,##0);_($* \"-\"_);_(@_)",
        43 => "_(* #,##0.00_);_(* (#,##0.00);_(* \"-\"??_);_(@_)",
        44 => "_($* #,##0.00_);_($* (#,##0.00);_($* \"-\"??_);_(@_)",
        _ => ssfmt::format_code_from_id(id).unwrap_or("General"),
    }
}

/// The code without what is shown as it stands.
fn bare(code: &str) -> String {
    let mut plain = String::new();
    let mut chars = code.chars();
    while let Some(c) = chars.next() {
        match c {
            '"' => drop(chars.by_ref().find(|c| *c == '"')),
            '\\' | '_' | '*' => drop(chars.next()),
            // Colours, currencies and languages; what is left in brackets is time that has passed, and conditions.
            '[' => {
                let inside: String = chars.by_ref().take_while(|c| *c != ']').collect();
                if inside.chars().all(|c| matches!(c, 'h' | 'H' | 'm' | 'M' | 's' | 'S')) {
                    plain.push('[');
                    plain.push_str(&inside);
                }
            }
            c => plain.push(c),
        }
    }
    plain
}

fn is_date(code: &str) -> bool {
    bare(code).to_ascii_lowercase().contains(['y', 'd'])
}

/// `[$-407]d. MMMM yyyy`: the months are German, and only English ones are known.
fn names_words_of_another_language(code: &str) -> bool {
    let lower = code.to_ascii_lowercase();
    let languages =
        lower.match_indices("[$").filter_map(|(at, _)| lower[at..].split_once(']')?.0.split_once('-'));
    // The low ten bits are the language, 9 is English; `en-GB` is written out.
    let is_english = |name: &str| {
        let id = u32::from_str_radix(name.split(',').next().unwrap_or_default(), 16);
        name.starts_with("en") || id.is_ok_and(|id| id & 0x3FF == 9 && id >> 24 == 0)
    };
    let has_words = ["mmm", "ddd", "aaa"].iter().any(|word| bare(&lower).contains(word));
    let is_calendar = lower.contains("[$-107") || bare(&lower).contains('e') && bare(&lower).contains('g');
    (has_words && languages.clone().any(|(_, name)| !is_english(name))) || is_calendar
}

fn iso(value: f64, options: &FormatOptions) -> String {
    let code = if value.fract() == 0.0 { "yyyy-mm-dd" } else { "yyyy-mm-dd hh:mm:ss" };
    NumberFormat::parse(code).map_or_else(|_| number(value), |format| format.format(value, options))
}

/// A number without a format: whole ones with all their digits, others as short as a sheet shows them.
fn general(value: f64) -> String {
    if value.fract() == 0.0 || !(1e-4..1e9).contains(&value.abs()) {
        return number(value);
    }
    // Eleven characters with the point, as Excel has it.
    let n_whole = number(value.abs().trunc()).len();
    let text = format!("{value:.*}", 10_usize.saturating_sub(n_whole).max(1));
    let short = text.trim_end_matches('0').trim_end_matches('.');
    if short.is_empty() || short == "-" { number(value) } else { short.to_owned() }
}

fn is_long(value: f64) -> bool {
    value.fract() == 0.0 && LONG_DIGITS_MIN <= number(value.abs()).len()
}

/// Whether this is what an exponent makes of a number whose digits may matter.
pub(crate) fn is_damaging(shown: &str, value: f64) -> bool {
    is_long(value) && shown.to_ascii_uppercase().contains("E+")
}

/// `C5`.
fn name_of(row: u32, column: u32) -> String {
    let mut letters = String::new();
    let mut rest = column + 1;
    while 0 < rest {
        letters.insert(0, char::from(b'A' + u8::try_from((rest - 1) % 26).unwrap_or_default()));
        rest = (rest - 1) / 26;
    }
    format!("{letters}{}", u64::from(row) + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(value: f64, code: &str) -> String {
        let mut text = String::new();
        Formats::new([(None, code.to_owned())], false).write(value, 0, (0, 0), &mut text);
        text
    }

    #[test]
    fn a_number_reads_as_its_format_shows_it() {
        for (value, code, wanted) in [
            (46361.0, "dd/mm/yyyy", "05/12/2026"),
            (46361.0, "yyyy-mm-dd", "2026-12-05"),
            (46_361.604_166_666_7, "dd.mm.yyyy hh:mm", "05.12.2026 14:30"),
            (46361.0, "d mmm yyyy", "5 Dec 2026"),
            (46361.0, "[$-409]dddd, mmmm d, yyyy", "Saturday, December 5, 2026"),
            (46361.0, "[$-4009]dd-mmm-yy", "05-Dec-26"),
            (46361.0, "mmm\\-yy;@", "Dec-26"),
            (0.770_833_333_333_333_4, "h:mm AM/PM", "6:30 PM"),
            (0.770_833_333_333_333_4, "hh:mm", "18:30"),
            (1.25, "[h]:mm", "30:00"),
            (1.25, "[hh]:mm:ss", "30:00:00"),
            (0.0625, "[mm]:ss", "90:00"),
            (0.15, "0%", "15%"),
            (0.075, "0.0 %", "7.5 %"),
            (1299.5, "\"₹\"#,##0.00", "₹1,299.50"),
            (1299.5, "[$₹-4009]\\ #,##0.00", "₹ 1,299.50"),
            (1299.5, "[$$-409]#,##0.00", "$1,299.50"),
            (19.9, "0.00 €", "19.90 €"),
            (19.9, "#,##0.00\\ [$€-407]", "19.90 €"),
            (-1299.5, "#,##0.00_);[Red](#,##0.00)", "(1,299.50)"),
            (
                1299.5,
                "_-* #,##0.00\\ \"kr\"_-;\\-* #,##0.00\\ \"kr\"_-;_-* \"-\"??\\ \"kr\"_-;_-@_-",
                "1,299.50 kr",
            ),
            (12_345_678.0, "[>=10000000]##\\,##\\,##\\,##0;[>=100000]##\\,##\\,##0;##,##0", "1,23,45,678"),
            (1_234_567.0, "#,##0", "1,234,567"),
            (1_500_000.0, "0.0,,\"M\"", "1.5M"),
            (42.0, "00000", "00042"),
            (9_823_456_710.0, "\"+91\"0", "+919823456710"),
            (2_025_550_123.0, "(000) 000-0000", "(202) 555-0123"),
            (2_025_550_123.0, "[<=9999999]###-####;(###) ###-####", "(202) 555-0123"),
            (7.0, "\"No. \"0", "No. 7"),
            (2.0, "0\" pcs\"", "2 pcs"),
            (0.5, "# ?/?", "1/2"),
            (1.25, "# ??/??", "1 1/4"),
            (3.0, "0", "3"),
            (2.6, "0", "3"),
            (1.0 / 3.0, "General", "0.333333333"),
            (19.9 * 3.0, "General", "59.7"),
            (919_823_456_710.0, "General", "919823456710"),
            (919_823_456_710.0, "0.00E+00", "919823456710"),
            (1234.0, "0.00E+00", "1.23E+03"),
            (9_823_456_710.0, "dd/mm/yyyy", "9823456710"),
            (42.0, "@", "42"),
            (0.0, "0;-0;\"free\"", "free"),
        ] {
            assert_eq!(shown(value, code), wanted, "{value} in {code}");
        }
    }

    #[test]
    fn built_in_formats_need_no_code() {
        let of = |id: u32, value: f64| {
            let mut text = String::new();
            Formats::new([(Some(id), String::new())], false).write(value, 0, (0, 0), &mut text);
            text
        };
        assert_eq!(of(2, 1299.5), "1299.50");
        assert_eq!(of(4, 1299.5), "1,299.50");
        assert_eq!(of(9, 0.15), "15%");
        assert_eq!(of(15, 46361.0), "5-Dec-26");
        assert_eq!(of(18, 0.770_833_333_333_333_4), "6:30 PM");
        assert_eq!(of(44, 1299.5), "$1,299.50");
        assert_eq!(of(46, 1.25), "30:00:00");
        // Each computer shows them in its own way.
        assert_eq!(of(14, 46361.0), "2026-12-05");
        assert_eq!(of(22, 46_361.604_166_666_7), "2026-12-05 14:30");
    }

    #[test]
    fn a_workbook_of_1904_counts_its_days_from_there() {
        let mut text = String::new();
        Formats::new([(None, "yyyy-mm-dd".to_owned())], true).write(44899.0, 0, (0, 0), &mut text);
        assert_eq!(text, "2026-12-05");
    }

    #[test]
    fn a_format_that_is_not_understood_leaves_the_plain_value_and_names_the_first_cell() {
        let german = "[$-407]d. MMMM yyyy";
        let mut formats = Formats::new([(None, german.to_owned())], false);
        let mut text = String::new();
        assert_eq!(formats.write(46361.0, 0, (4, 27), &mut text), None);
        formats.write(46361.0, 0, (5, 0), &mut String::new());
        assert_eq!(text, "2026-12-05");
        assert_eq!(formats.unknown, Some(("AB5".to_owned(), german.to_owned())));
        assert_eq!(shown(46361.0, "[$-407]dd.mm.yyyy"), "05.12.2026");
    }

    #[test]
    fn the_plain_number_is_kept_beside_what_is_shown() {
        let mut formats = Formats::new([(None, "[$$-409]#,##0.00".to_owned())], false);
        let plain = formats.write(9_823_456_710.0, 0, (0, 0), &mut String::new());
        assert_eq!(plain.as_deref(), Some("9823456710"));
    }
}
