//! What a cell says where it has no value: the words and signs that other programs leave behind.

use serde::{Deserialize, Serialize};

/// Words that programs write for no value at all; also in brackets, and several in a row (`null null`).
const NOTHING: [&str; 9] =
    ["null", "undefined", "nan", "none", "nil", "nat", "#null", "dbnull", "system.dbnull"];

/// Words that say so only inside of brackets, as `(blank)` does.
const BRACKETED: &str = "|blank|empty|na|n/a|leer|vide|vacío|vacio|en blanco|vazio|em branco|vuoto|leeg|puste|пусто|boş|\
    空白|空|不明|not set|no value|no name|missing|unknown|";

/// Errors of spreadsheets that end in neither `!` nor `?`, in their languages.
const ERRORS: &str = "|#n/a|#nv|#n/d|#н/д|#i/t|#n/b|#yok|#na|#n/a n/a|#getting_data|#error|";

/// Words and signs that may be meant, and mostly stand for no value.
const DOUBTFUL: &str = "|n/a|na|n.a.|n.a|n. a.|n/d|nd|n.d.|n.d|s/n|s/d|s.d.|n.v.|k.a.|k. a.|н/д|xx|xxx|tbd|tba|tbc|\
    blank|empty|missing|unknown|unnamed|no name|noname|not available|not applicable|not provided|not set|no value|no data|\
    unbekannt|keine angabe|keine|leer|ohne|desconocido|desconocida|sin nombre|sin dato|sin datos|ninguno|ninguna|vacío|\
    inconnu|inconnue|sans nom|aucun|aucune|non renseigné|vide|desconhecido|desconhecida|sem nome|não informado|nenhum|\
    vazio|sconosciuto|senza nome|nessuno|onbekend|geen|brak|nieznany|неизвестно|нет|bilinmiyor|yok|无|無|なし|未知|不明|\
    invalid date|";

/// What a text is taken for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A value.
    Text,
    /// No value, and nobody would have meant it as one.
    Missing,
    /// Most likely no value; somebody has to say so.
    Doubtful,
}

/// What a text is taken for, where nothing was said about it.
pub fn kind(text: &str) -> Kind {
    let plain = text.trim_matches(is_beside);
    // `Nan` and `Nil` are names; `NaN`, `nan`, `nil` are not.
    if matches!(plain, "Nan" | "Nil") {
        return Kind::Doubtful;
    }
    let lower = plain.to_lowercase();
    if plain.is_empty() {
        Kind::Text
    } else if is_nothing(&lower) || is_error(plain, &lower) || is_left_over(plain, &lower) {
        Kind::Missing
    } else if is_among(&lower, DOUBTFUL) || plain.chars().all(is_mark) {
        Kind::Doubtful
    } else {
        Kind::Text
    }
}

/// What was said about texts of a list that may stand for no value, as they are compared: [`folded`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Values {
    /// These are values, whatever they look like.
    pub kept: Vec<String>,
    /// These are none.
    pub blank: Vec<String>,
}

impl Values {
    /// What a text is taken for.
    pub fn kind(&self, text: &str) -> Kind {
        if !self.kept.is_empty() || !self.blank.is_empty() {
            let text = folded(text);
            if self.kept.contains(&text) {
                return Kind::Text;
            }
            if self.blank.contains(&text) {
                return Kind::Missing;
            }
        }
        kind(text)
    }

    /// The text as a message has it: blank where it is no value.
    pub fn shown<'t>(&self, text: &'t str) -> &'t str {
        if self.kind(text) == Kind::Missing { "" } else { text }
    }
}

/// A text as it is compared: without case and what stands around it.
pub fn folded(text: &str) -> String {
    text.trim_matches(is_beside).to_lowercase()
}

fn is_beside(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{FEFF}' | '\u{200B}'..='\u{200F}' | '\u{2060}')
}

fn is_among(lower: &str, words: &str) -> bool {
    !lower.contains('|') && words.contains(&format!("|{lower}|"))
}

fn is_nothing(lower: &str) -> bool {
    let is_word = |word: &str| NOTHING.contains(&word);
    let inside = [('(', ')'), ('[', ']'), ('<', '>'), ('{', '}'), ('"', '"'), ('\'', '\'')]
        .into_iter()
        .find_map(|(open, close)| lower.strip_prefix(open)?.strip_suffix(close));
    lower.split_whitespace().all(is_word)
        || inside.is_some_and(|inside| is_word(inside) || is_among(inside, BRACKETED))
        || matches!(lower, "\\n" | "\\\\n" | "\\0" | "nan%" | "$nan" | "<na>" | "pd.na")
}

/// `#REF!`, `#NOMBRE?`, `#ЗНАЧ!`, `Err:502`, and the marks of a column that is too narrow.
fn is_error(plain: &str, lower: &str) -> bool {
    let inner = plain.strip_prefix('#').and_then(|rest| rest.strip_suffix(['!', '?']));
    let is_name = |text: &str| {
        !text.is_empty()
            && text.chars().all(|c| c.is_uppercase() || c.is_ascii_digit() || "/_¡¿ .".contains(c))
    };
    let of_office = lower.strip_prefix("err:").or_else(|| lower.strip_prefix("#err:"));
    inner.is_some_and(is_name)
        || is_among(lower, ERRORS)
        || of_office.is_some_and(|code| code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_digit()))
        || (2 <= plain.len() && plain.bytes().all(|byte| byte == b'#'))
}

/// A placeholder that another tool has not filled, or an object that it could not write.
fn is_left_over(plain: &str, lower: &str) -> bool {
    const AROUND: [(&str, &str); 13] = [
        ("{{", "}}"),
        ("{%", "%}"),
        ("{", "}"),
        ("[[", "]]"),
        ("[%", "%]"),
        ("*|", "|*"),
        ("%%", "%%"),
        ("%", "%"),
        ("${", "}"),
        ("#{", "}"),
        ("<<", ">>"),
        ("<%", "%>"),
        ("«", "»"),
    ];
    let is_name = |text: &str| text.chars().any(char::is_alphabetic) && text.chars().count() <= 80;
    let inside = |(open, close): (&str, &str)| plain.strip_prefix(open)?.strip_suffix(close);
    let is_one = |inside: &str| is_name(inside) && !inside.contains(['\n', '\r']);
    (lower.starts_with("[object ") && lower.ends_with(']'))
        || AROUND.into_iter().filter_map(inside).any(is_one)
}

/// A sign that nobody writes alone to say something.
fn is_mark(c: char) -> bool {
    c.is_whitespace()
        || "-_.?/\\*~'\"`,;:|=".contains(c)
        || matches!(
            c,
            '\u{2010}'..='\u{2015}' | '\u{2212}' | '…' | '·' | '•' | '¿' | '\u{30FC}' | '、' | '。' | '？'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_programs_leave_behind_is_no_value() {
        for text in [
            "NULL",
            "null ",
            "Null",
            "(null)",
            "[null]",
            "<null>",
            "None",
            "nan",
            "NaN",
            "nil",
            "undefined",
            "null null",
            "undefined  undefined",
            "\\N",
            "(blank)",
            "(leer)",
            "(vacío)",
            "<NA>",
            "#N/A",
            "#NV",
            "#REF!",
            "#NAME?",
            "#DIV/0!",
            "#NOMBRE?",
            "#¡REF!",
            "#ЗНАЧ!",
            "#Н/Д",
            "#WERT!",
            "#SPILL!",
            "Err:502",
            "#####",
            "[object Object]",
            "{{Name}}",
            "{{ first_name }}",
            "*|FNAME|*",
            "%FIRSTNAME%",
            "[[Name]]",
            "${name}",
            "<<Vorname>>",
            "«Prénom»",
            "{Name}",
            "%%name%%",
            "{!Contact.FirstName}",
        ] {
            assert_eq!(kind(text), Kind::Missing, "{text}");
        }
    }

    #[test]
    fn what_may_be_meant_is_asked_about() {
        for text in [
            "-",
            "--",
            "—",
            ".",
            "...",
            "?",
            "n/a",
            "N/A",
            "NA",
            "k.A.",
            "Unknown",
            "desconocido",
            "xx",
            "Nan",
            "s/d",
            "无",
        ] {
            assert_eq!(kind(text), Kind::Doubtful, "{text}");
        }
    }

    #[test]
    fn words_and_names_are_values() {
        for text in [
            "Asha",
            "Noneck",
            "Nandini",
            "Nullarbor",
            "#1",
            "#winning!",
            "50%",
            "10% off",
            "TRUE",
            "0",
            "No",
            "Na Li",
            "(Anna)",
            "[VIP]",
            "A.",
            "☺",
            "{",
            "%",
            "100 %",
            "",
            "#123",
            "+",
            "!",
            "José",
            "李",
            "Customer",
        ] {
            assert_eq!(kind(text), Kind::Text, "{text}");
        }
    }

    #[test]
    fn what_was_said_about_a_text_goes_first() {
        let values =
            Values { kept: vec!["null".to_owned()], blank: vec!["customer".to_owned(), "-".to_owned()] };
        assert_eq!(values.shown("Null"), "Null");
        assert_eq!(["Customer ", "-", "none"].map(|text| values.shown(text)), [""; 3]);
        assert_eq!(values.shown("--"), "--");
    }
}
