//! Facts in words, once for every face. A terminal names options to paste; a page has controls instead. What is said
//! on a page is in the language of its reader; at a terminal and for a program it is English.

pub mod cost;
pub mod error;
pub mod list;
pub mod notice;
pub mod pause;
pub mod question;
pub mod reach;
pub mod server;
mod texts;

use texts::WordingTexts;

use crate::report::count;

/// Who is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Face {
    /// Somebody at a terminal, or a script.
    Terminal,
    /// Somebody who looks at a page.
    Browser,
}

/// The most names in a sentence.
const NAMES_MAX: usize = 12;

impl Face {
    /// A name in a sentence: a column, a sheet, a file.
    fn name(self, name: &str) -> String {
        match self {
            Self::Terminal => format!("`{name}`"),
            Self::Browser => WordingTexts::current().quoted.with(name),
        }
    }

    /// The first few names.
    fn names<'n>(self, names: impl IntoIterator<Item = &'n String>) -> String {
        let mut shown: Vec<String> = names.into_iter().map(|name| self.name(name)).collect();
        let is_more = NAMES_MAX < shown.len();
        shown.truncate(NAMES_MAX);
        format!("{}{}", shown.join(", "), if is_more { ", …" } else { "" })
    }

    /// What a terminal says and a page does not, because it has a control for it.
    fn in_terminal(self, text: impl Into<String>) -> String {
        match self {
            Self::Terminal => text.into(),
            Self::Browser => String::new(),
        }
    }
}

/// Names in quotes: `a`, `b` and `c`; the first of them where there are many.
pub fn listed(names: &[String]) -> String {
    const NAMES_MAX: usize = 5;
    let mut shown: Vec<String> = names.iter().take(NAMES_MAX).map(|name| format!("`{name}`")).collect();
    if NAMES_MAX < names.len() {
        shown.push(format!("{} more", count((names.len() - NAMES_MAX) as u64)));
    }
    match shown.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
        None => String::new(),
    }
}

/// A text as it is typed in a shell.
pub fn shell_quoted(text: &str) -> String {
    let is_plain = text
        .chars()
        .all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | ':' | '/' | '+' | '=' | ','));
    if is_plain && !text.is_empty() { text.to_owned() } else { format!("'{}'", text.replace('\'', r"'\''")) }
}
