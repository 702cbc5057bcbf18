//! Numbers as each language writes them.

use super::Language;

/// 1234567 as `1,234,567`, as `1.234.567`, or in India as `12,34,567`.
pub fn count(n: u64, language: Language) -> String {
    let digits = n.to_string();
    let separator = match language {
        Language::En | Language::Hi => ',',
        Language::De | Language::Es | Language::Pt => '.',
    };
    // Spanish leaves four digits together.
    if language == Language::Es && digits.len() == 4 {
        return digits;
    }
    let mut text = String::with_capacity(digits.len() + digits.len() / 2);
    for (index, digit) in digits.chars().enumerate() {
        let n_behind = digits.len() - index;
        let is_edge = match language {
            Language::Hi => n_behind == 3 || (n_behind > 3 && n_behind % 2 == 1),
            Language::En | Language::De | Language::Es | Language::Pt => n_behind.is_multiple_of(3),
        };
        if index > 0 && is_edge {
            text.push(separator);
        }
        text.push(digit);
    }
    text
}

/// `33.3` with the comma of the language.
pub(crate) fn decimal(text: &str, language: Language) -> String {
    match language {
        Language::En | Language::Hi => text.to_owned(),
        Language::De | Language::Es | Language::Pt => text.replace('.', ","),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_grouped_as_the_language_does() {
        let of = |language| [0, 999, 1_000, 11_932, 1_234_567].map(|n| count(n, language));
        assert_eq!(of(Language::En), ["0", "999", "1,000", "11,932", "1,234,567"]);
        assert_eq!(of(Language::De), ["0", "999", "1.000", "11.932", "1.234.567"]);
        assert_eq!(of(Language::Es), ["0", "999", "1000", "11.932", "1.234.567"]);
        assert_eq!(of(Language::Hi), ["0", "999", "1,000", "11,932", "12,34,567"]);
    }

    #[test]
    fn a_part_stands_behind_a_point_or_a_comma() {
        assert_eq!([Language::Hi, Language::Pt].map(|language| decimal("33.3", language)), ["33.3", "33,3"]);
    }
}
