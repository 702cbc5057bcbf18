//! From a cell as people write it to digits: invisible marks, wrappers, labels, links, floats.

use crate::domain::RowCode;

use super::Refusal;

/// The first code point of each script's ten decimal digits (Unicode, general category Nd).
const ZEROS: [u32; 45] = [
    0x660, 0x6F0, 0x7C0, 0x966, 0x9E6, 0xA66, 0xAE6, 0xB66, 0xBE6, 0xC66, 0xCE6, 0xD66, 0xDE6, 0xE50, 0xED0,
    0xF20, 0x1040, 0x1090, 0x17E0, 0x1810, 0x1946, 0x19D0, 0x1A80, 0x1A90, 0x1B50, 0x1BB0, 0x1C40, 0x1C50,
    0xA620, 0xA8D0, 0xA900, 0xA9D0, 0xA9F0, 0xAA50, 0xABF0, 0xFF10, 0x104A0, 0x1D7CE, 0x1D7D8, 0x1D7E2,
    0x1D7EC, 0x1D7F6, 0x1E950, 0x1FBF0, 0x11066,
];

/// Words that people put before or after a number.
const LABELS: &str = "whatsapp|wa|watsapp|mobile|mob|mobil|mobiltelefon|cell|cellphone|cellulare|cel|celular|cell phone|\
    handy|handynummer|hp|telephone|telefon|telefono|teléfono|telefone|tel|tlf|telf|tfn|tél|téléphone|\
    portable|phone|ph|fon|contact|call|number|no|nr|num|nomor|no hp|m|t|p|c|home|work|main|office|\
    primary|personal|móvil|movil|gsm|cep|мобильный|тел|моб|جوال|موبايل|मोबाइल|फोन";

/// Words that stand before an extension.
const EXTENSIONS: &str =
    "ext|extn|extension|x|xt|e|int|interno|anexo|ramal|poste|dw|durchwahl|nebenstelle|toestel|доб|#";

/// What cells hold where there is no number.
const PLACEHOLDERS: &str = "na|n/a|n.a.|n.a|null|(null)|none|nil|nan|undefined|unknown|#n/a|#ref!|#value!|#name?|#null!|#num!|\
    #div/0!|#error!|0|0.0|00|x|xx|xxx|tbd|tba|blank|(blank)|empty|missing|no phone|not available|\
    no number|keine|k.a.|\\n|[null]";

/// Digits and what was learned on the way to them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Digits {
    /// ASCII digits only.
    pub(super) text: String,
    /// True when they begin with a country code for certain: a plus, a `WhatsApp` link or address.
    pub(super) is_international: bool,
    /// The digits without a bracketed trunk zero, `(0)`, where there was one.
    pub(super) without_trunk_zero: Option<String>,
    /// Why they are no number even if they read as one.
    pub(super) doubt: Option<&'static str>,
}

fn refuse<T>(code: RowCode, text: impl Into<String>) -> Result<T, Refusal> {
    Err(Refusal { code, text: text.into() })
}

/// Digits of any script in ASCII, invisible marks dropped, look-alike punctuation unified, ends trimmed.
pub(super) fn normalise(text: &str) -> Result<String, Refusal> {
    let mut plain = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            ' '..='~' => plain.push(c),
            '\n' | '\r' | '\u{2028}' | '\u{2029}' => plain.push('\n'),
            '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{FE63}' | '\u{FF0D}' | '\u{30FC}' | '\u{2043}' => {
                plain.push('-');
            }
            '\u{FE62}' | '\u{207A}' => plain.push('+'),
            '\u{3001}' => plain.push(','),
            '\u{3002}' | '\u{B7}' | '\u{2022}' => plain.push('.'),
            _ if is_invisible(c) => {}
            _ => plain.push(unified(c)),
        }
    }
    let trimmed = plain.trim_matches(|c: char| c.is_whitespace() || c.is_control());
    if trimmed.chars().any(|c| c.is_control() && c != '\n') {
        return refuse(
            RowCode::PhoneControlChar,
            "there is an invisible character inside the number; type the number again",
        );
    }
    Ok(trimmed.to_owned())
}

/// Characters that take part in no number and that nobody sees: those that Unicode calls default-ignorable (fillers,
/// joiners, marks of direction, variation selectors, tags), the blank Braille pattern, marks of annotation and of Arabic
/// numbers, and the keycap around a digit.
pub(super) fn is_invisible(c: char) -> bool {
    let is_ignorable = matches!(
        u32::from(c),
        0xAD | 0x34F
            | 0x61C
            | 0x115F..=0x1160
            | 0x17B4..=0x17B5
            | 0x180B..=0x180F
            | 0x200B..=0x200F
            | 0x202A..=0x202E
            | 0x2060..=0x206F
            | 0x3164
            | 0xFE00..=0xFE0F
            | 0xFEFF
            | 0xFFA0
            | 0xFFF0..=0xFFF8
            | 0x1BCA0..=0x1BCA3
            | 0x1D173..=0x1D17A
            | 0xE0000..=0xE0FFF
    );
    is_ignorable || matches!(u32::from(c), 0x2800 | 0xFFF9..=0xFFFB | 0x600..=0x605 | 0x20E3)
}

fn unified(c: char) -> char {
    let code = u32::from(c);
    if let Some(zero) = ZEROS.iter().find(|zero| (**zero..**zero + 10).contains(&code)) {
        return char::from_digit(code - zero, 10).expect("ten digits follow each zero");
    }
    match code {
        // The full-width forms repeat ASCII in its order.
        0xFF01..=0xFF5E => char::from_u32(code - 0xFEE0).unwrap_or(c),
        _ if c.is_whitespace() && !c.is_control() => ' ',
        _ => c,
    }
}

/// True when the cell says that there is no number.
pub(super) fn is_placeholder(text: &str) -> bool {
    let inner = text.trim_matches(|c: char| matches!(c, '"' | '\'' | '=' | '`' | '’' | ' ' | '+'));
    inner.chars().all(|c| matches!(c, '-' | '.' | '_' | '?' | '/' | ' ' | ',' | '*'))
        || is_among(inner, PLACEHOLDERS)
}

/// Digits of a number in scientific notation, `None` where the text is not one. Accepted only when at most the last
/// two integer digits are absent from the mantissa: Excel drops trailing zeros, but it also rounds.
pub(super) fn scientific(text: &str) -> Option<Result<String, Refusal>> {
    let inner = text.trim_matches(|c: char| matches!(c, '"' | '\'' | '=' | '`' | '’' | ' '));
    let (mantissa, exponent) = inner.split_once(['e', 'E'])?;
    let (whole, fraction) = mantissa.split_once(['.', ',']).unwrap_or((mantissa, ""));
    let whole = whole.trim_start_matches('+');
    let is_digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    let power = exponent.trim_start_matches('+');
    let is_small = power.strip_prefix('-').is_some_and(|power| !power.is_empty() && is_digits(power));
    if whole.is_empty() || !is_digits(whole) || !is_digits(fraction) || power.is_empty() {
        return None;
    }
    if !is_digits(power) && !is_small {
        return None;
    }
    let lost = |text: String| Some(refuse(RowCode::PhoneScientific, text));
    let Some(power) = power.parse::<usize>().ok().filter(|power| *power <= 30) else {
        return lost("a spreadsheet has turned this into a number without meaning".to_owned());
    };
    let absent = power.saturating_sub(fraction.trim_end_matches('0').len());
    if absent > 2 && fraction.len() < power {
        return lost(format!(
            "a spreadsheet has shortened this number and its last {} digits are lost; export again with the column as \
             text, or import the original workbook",
            power - fraction.len()
        ));
    }
    if fraction.trim_end_matches('0').len() > power {
        return lost("this is not a whole number".to_owned());
    }
    let mut digits = format!("{whole}{fraction}");
    digits.truncate(whole.len() + power);
    digits.extend(std::iter::repeat_n('0', (whole.len() + power).saturating_sub(digits.len())));
    Some(Ok(digits))
}

/// The whole part of `919876543210.0`, `919.876.543.210,00` and the like; the second is true when there were groups.
pub(super) fn float(text: &str) -> Option<(String, bool)> {
    let inner = text.trim_matches(|c: char| matches!(c, '"' | '\'' | '=' | '`' | '’' | ' '));
    let digits_of = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let (whole, fraction) = match inner.rfind(['.', ',']) {
        Some(at) if (1..=2).contains(&(inner.len() - at - 1)) => (&inner[..at], &inner[at + 1..]),
        _ => (inner, ""),
    };
    let is_float = !fraction.is_empty() && fraction.bytes().all(|b| b == b'0');
    if is_float && whole.len() >= 7 && digits_of(whole) {
        return Some((whole.to_owned(), false));
    }
    let whole = if is_float { whole } else { inner };
    let mut groups = whole.split([',', '.', '\'']);
    let first = groups.next().unwrap_or_default();
    let rest: Vec<&str> = groups.collect();
    let is_grouped = rest.len() >= 2
        && (1..=3).contains(&first.len())
        && digits_of(first)
        && rest.iter().all(|group| digits_of(group) && (2..=3).contains(&group.len()))
        && rest.last().is_some_and(|group| group.len() == 3);
    is_grouped.then(|| (format!("{first}{}", rest.concat()), true))
}

/// Takes quotes, formulas, link prefixes and labels off, and reads what is left.
pub(super) fn digits(text: &str) -> Result<Digits, Refusal> {
    let (inner, mut is_international) = unwrap(text);
    let inner = inner.as_str();
    if !inner.contains(|c: char| c.is_ascii_digit()) {
        return refuse(RowCode::PhoneNotANumber, "this holds no digits");
    }
    if has_extension(inner) {
        return refuse(
            RowCode::PhoneExtension,
            "WhatsApp cannot reach an extension; give a number of the person's own",
        );
    }
    if inner.contains(char::is_alphabetic) {
        return refuse(
            RowCode::PhoneLetters,
            "there are letters in this number (O for 0, l for 1?); write it in digits",
        );
    }
    let without_trunk_zero = inner.contains("(0)").then(|| only_digits(&inner.replacen("(0)", "", 1)));
    let lead = inner.trim_start_matches(|c: char| !c.is_ascii_digit() && c != '+');
    let after_plus = lead.trim_start_matches(['+', ' ']);
    is_international |= lead.starts_with('+');
    if after_plus.contains('+') {
        return refuse(RowCode::PhoneInvalid, "there is a plus sign inside this number");
    }
    Ok(Digits { text: only_digits(after_plus), is_international, without_trunk_zero, doubt: doubt(inner) })
}

fn only_digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

/// Why digits that read as a number are none all the same: results of a formula, dates, times, decimals, masked ones.
fn doubt(text: &str) -> Option<&'static str> {
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if text.strip_prefix('-').is_some_and(|rest| is_digits(&rest.replace('.', ""))) {
        return Some(
            "a spreadsheet has calculated with this number (+91-98… became a subtraction); export again with the \
             column as text",
        );
    }
    let is_foreign =
        |c| matches!(c, '*' | '?' | '%' | '=' | '<' | '>' | '@' | '^' | '$' | '€' | '£' | '\u{FFFD}');
    if text.contains(is_foreign) {
        return Some("this holds characters that do not belong into a number");
    }
    let bytes = text.as_bytes();
    let is_time = bytes.windows(3).any(|w| w[1] == b':' && w[0].is_ascii_digit() && w[2].is_ascii_digit());
    if is_date(text) || is_time {
        return Some("this looks like a date or a time");
    }
    let is_decimal = text.split_once('.').is_some_and(|(whole, fraction)| {
        7 <= whole.len() && is_digits(whole) && is_digits(fraction) && fraction.len() <= 2
    });
    is_decimal.then_some("this is not a whole number")
}

/// `2026-11-22`, `22.11.2026`, also with a time behind.
pub(super) fn is_date(text: &str) -> bool {
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let parts: Vec<&str> = text.split(['-', '/', '.', ' ', ':', 'T']).collect();
    let lengths = |parts: &[&str]| (parts[0].len(), parts[1].len(), parts[2].len());
    3 <= parts.len()
        && parts[..3].iter().all(|part| is_digits(part))
        && match lengths(&parts) {
            (4, 1..=2, 1..=2) => parts[0].starts_with("19") || parts[0].starts_with("20"),
            (1..=2, 1..=2, 4) => {
                parts.len() != 4 && (parts[2].starts_with("19") || parts[2].starts_with("20"))
            }
            _ => false,
        }
}

/// The text without what was put around it; true when a `WhatsApp` link or address says that it is international.
fn unwrap(text: &str) -> (String, bool) {
    let mut inner = text.trim();
    let mut is_international = false;
    loop {
        let before = inner;
        inner = inner.trim_matches(|c: char| {
            c.is_whitespace()
                || matches!(
                    c,
                    '"' | '\''
                        | '’'
                        | '‘'
                        | '‚'
                        | '“'
                        | '”'
                        | '„'
                        | '`'
                        | '´'
                        | '='
                        | '«'
                        | '»'
                        | '<'
                        | '>'
                )
        });
        if let Some(address) = without_address(inner) {
            inner = address;
            is_international = true;
        }
        inner = without_label(without_trailing_label(inner));
        if inner == before {
            break;
        }
    }
    match linked(inner) {
        Some(number) => (number, true),
        None => (inner.to_owned(), is_international),
    }
}

/// The number in `https://wa.me/9190…?text=…`, `api.whatsapp.com/send?phone=…`.
fn linked(text: &str) -> Option<String> {
    let lower = text.to_ascii_lowercase();
    let at = match lower.find("wa.me/") {
        Some(at) => at + "wa.me/".len(),
        None => lower.contains("whatsapp").then(|| lower.find("phone=")).flatten()? + "phone=".len(),
    };
    let number = text[at..].split(['?', '&', '#', '/']).next().unwrap_or_default();
    Some(number.replace("%2B", "").replace("%2b", "").replace("%20", " "))
}

/// `9190…@c.us` without its domain, `9190…:12@s.whatsapp.net` also without its device.
fn without_address(text: &str) -> Option<&str> {
    let lower = text.to_ascii_lowercase();
    let domain = ["@c.us", "@s.whatsapp.net"].into_iter().find(|domain| lower.ends_with(domain))?;
    text[..text.len() - domain.len()].split(':').next()
}

fn is_among(word: &str, list: &str) -> bool {
    let lower = word.to_lowercase();
    list.split('|').any(|known| known == lower)
}

fn is_label(word: &str) -> bool {
    is_among(word.trim_matches(|c: char| !c.is_alphanumeric()), LABELS)
}

/// `Mob: 98…`, `tel:+91…`, `p:+91…`, `📱 98…` without what stands in front.
fn without_label(text: &str) -> &str {
    let text = text.trim_start_matches(|c: char| {
        !c.is_alphanumeric() && !c.is_ascii_punctuation() && !c.is_whitespace() && c != '\u{FFFD}'
    });
    let end = text.find(|c: char| c.is_ascii_digit() || matches!(c, '+' | '(')).unwrap_or(text.len());
    let label = text[..end].trim_end_matches([' ', ':', '.', '-', '#', '=', '/', '_']);
    let words = label.split([' ', '.', ':', '-', '/']).filter(|word| !word.is_empty());
    let mut is_known = !label.is_empty();
    for word in words {
        is_known &= is_label(word) || ["sms", "callto"].contains(&word.to_ascii_lowercase().as_str());
    }
    if is_known { text[end..].trim_start() } else { text }
}

/// `98… (WhatsApp)`, `98… mobile`, `98… ✅` without what stands behind.
fn without_trailing_label(text: &str) -> &str {
    let text = text.trim_end_matches(|c: char| !c.is_alphanumeric() && !c.is_ascii() && c != '\u{FFFD}');
    let Some(last) = text.rfind(|c: char| c.is_ascii_digit()) else { return text };
    let tail = &text[last + 1..];
    let word = tail.trim_matches(|c: char| !c.is_alphanumeric());
    let is_known = !word.is_empty() && word.split([' ', '/', '-']).all(is_label);
    // One letter right behind the digits is a typing error, not a label.
    let is_apart = tail.starts_with(|c: char| !c.is_alphanumeric());
    if is_known && is_apart { &text[..=last] } else { text.trim_end_matches(['.', ',', ';']) }
}

fn has_extension(text: &str) -> bool {
    let body = text.trim_end_matches(|c: char| c.is_ascii_digit());
    let n_digits = text.len() - body.len();
    let body = body.trim_end_matches([' ', '.', ':', '=', ')', '(']);
    let word_at = body
        .char_indices()
        .rev()
        .take_while(|(_, c)| c.is_alphabetic() || *c == '#')
        .last()
        .map_or(body.len(), |(at, _)| at);
    let n_before = body[..word_at].chars().filter(char::is_ascii_digit).count();
    (1..=7).contains(&n_digits) && 6 <= n_before && is_among(&body[word_at..], EXTENSIONS)
}
