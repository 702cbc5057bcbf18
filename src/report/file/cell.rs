//! A cell that a spreadsheet will not execute.

use std::borrow::Cow;

use crate::domain::Phone;

/// The text as a spreadsheet may open it: one that starts like a formula gets an apostrophe in front. A signed number is
/// none: it stays a number.
///
/// The first characters are those of OWASP's rule on CSV injection, and their fullwidth forms, which some spreadsheets
/// read as the plain ones. An apostrophe before them is what an import takes away again.
pub fn safe(text: &str) -> Cow<'_, str> {
    let is_formula = text.starts_with([
        '=', '+', '-', '@', '\t', '\r', '\n', '\0', '\u{FF1D}', '\u{FF0B}', '\u{FF0D}', '\u{FF20}',
    ]);
    if is_formula && !is_number(text) { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
}

/// A sign, digits, what people put between them, and perhaps a percent sign: nothing that could be executed.
fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix(['+', '-']).unwrap_or_default();
    let digits = digits.strip_suffix('%').unwrap_or(digits).trim_end();
    let is_part = |c: char| c.is_ascii_digit() || matches!(c, '.' | ',' | ' ' | '\u{a0}' | '\u{202f}' | '\'');
    digits.starts_with(|c: char| c.is_ascii_digit()) && digits.chars().all(is_part)
}

/// The text of a column of numbers. One that is E.164 stays as it is: a plus and digits can do nothing, and with an
/// apostrophe no other program would read it as a number.
pub fn safe_number(text: &str) -> Cow<'_, str> {
    if Phone::parse(text).is_ok() { Cow::Borrowed(text) } else { safe(text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_starts_like_a_formula_gets_an_apostrophe() {
        let formulas =
            ["=1+1", "+1+1", "-x", "@a", "\tx", "\rx", "\nx", "\0x", "＝1", "＋1", "－x", "＠a", "=", "-"];
        for text in formulas {
            assert_eq!(safe(text), format!("'{text}"));
        }
    }

    #[test]
    fn a_signed_number_stays_a_number() {
        for text in
            ["-75.68", "+5", "-1,299.50", "-1.299,50", "-15 %", "-15%", "+91 95914", "-1\u{202f}000,5"]
        {
            assert_eq!(safe(text), text);
        }
        for text in ["-1-1", "-.5+x", "-75.68a", "--5", "-1e5*2", "-A1", "-%", "+ 5"] {
            assert_eq!(safe(text), format!("'{text}"));
        }
    }

    #[test]
    fn other_text_is_left_alone() {
        for text in ["", "Asha", "'=1", " =1", "a=1", "2-1", "عائشة", "–"] {
            assert_eq!(safe(text), text);
        }
    }

    #[test]
    fn a_number_keeps_its_plus_and_a_formula_in_its_place_does_not() {
        assert_eq!(safe_number("+919591417776"), "+919591417776");
        assert_eq!(safe_number("+91 95914"), "+91 95914");
        assert_eq!(safe_number("+1+cmd|' /C calc'!A0"), "'+1+cmd|' /C calc'!A0");
    }
}
