//! Numbers of people as those see them who only look: enough to tell two apart, too little to call one.

/// The fewest digits of what may be somebody's number.
const DIGITS_MIN: usize = 7;

/// A text in which every number that may be somebody's has its middle taken out: `+91…01`.
pub(crate) fn masked(text: &str) -> String {
    let is_part = |c: char| c.is_ascii_digit() || matches!(c, ' ' | '-' | '(' | ')' | '.' | '/' | '\u{a0}');
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit() || c == '+') {
        let (before, from) = rest.split_at(start);
        shown.push_str(before);
        let plus = usize::from(from.starts_with('+'));
        let end = from[plus..].find(|c: char| !is_part(c)).map_or(from.len(), |end| end + plus);
        // What stands behind the last digit is no part of the number.
        let end = from[..end].rfind(|c: char| c.is_ascii_digit()).map_or(end.max(1), |last| last + 1);
        let (number, after) = from.split_at(end);
        let digits: String = number.chars().filter(char::is_ascii_digit).collect();
        if digits.len() < DIGITS_MIN {
            shown.push_str(number);
        } else {
            let (first, last) = (&digits[..2], &digits[digits.len() - 2..]);
            shown.push_str(&format!("{}{first}…{last}", if plus == 1 { "+" } else { "" }));
        }
        rest = after;
    }
    shown + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_loses_its_middle_and_other_figures_stay() {
        assert_eq!(masked("+919800000001"), "+91…01");
        assert_eq!(masked("call 0171/123 45-67 now"), "call 01…67 now");
        assert_eq!(masked("line 12, 45 of 300 + more"), "line 12, 45 of 300 + more");
        assert_eq!(masked("محمد 9800000002, Pune"), "محمد 98…02, Pune");
        assert_eq!(masked("+ 1"), "+ 1");
        assert_eq!(masked(""), "");
    }
}
