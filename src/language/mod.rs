//! The languages of what people read: their catalogues, which one a browser asks for, and how each writes numbers.
//!
//! Texts are in Fluent's files beside this one, a folder for each language and a file for each room, and are in the binary. A
//! room declares its texts by `catalogue!`, so that a text that is not there does not compile, and one that is missing in a
//! language fails a test.

mod accept;
mod catalogue;
mod number;

use std::fmt;

pub(crate) use accept::preferred;
#[cfg(test)]
pub(crate) use catalogue::faults;
pub(crate) use catalogue::{Phrase, Room, catalogue};
pub use number::count;
pub(crate) use number::decimal;

/// A language that everything is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Language {
    #[default]
    En,
    De,
    Es,
    /// As in Brazil.
    Pt,
    Hi,
}

tokio::task_local! {
    /// Of whoever is answered at this moment.
    static LANGUAGE: Language;
}

impl Language {
    pub const ALL: [Self; 5] = [Self::En, Self::De, Self::Es, Self::Pt, Self::Hi];

    /// Its code, as in `<html lang>` and in `--language`.
    pub fn code(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::De => "de",
            Self::Es => "es",
            Self::Pt => "pt",
            Self::Hi => "hi",
        }
    }

    /// With the country whose words are used, where that differs.
    pub fn tag(self) -> &'static str {
        match self {
            Self::Pt => "pt-BR",
            Self::En | Self::De | Self::Es | Self::Hi => self.code(),
        }
    }

    /// Its name as its speakers write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::En => "English",
            Self::De => "Deutsch",
            Self::Es => "Español",
            Self::Pt => "Português",
            Self::Hi => "हिन्दी",
        }
    }

    /// One whose code or tag that is.
    pub(crate) fn from_tag(tag: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.tag() == tag || language.code() == tag)
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.code() == code)
    }

    /// The language of whoever is answered; English at a terminal, for a program, and where nobody asked.
    pub fn current() -> Self {
        LANGUAGE.try_with(|language| *language).unwrap_or_default()
    }

    /// Does something in this language. What it spawns is in English again.
    pub(crate) async fn speak<F: Future>(self, work: F) -> F::Output {
        LANGUAGE.scope(self, work).await
    }

    /// The same without waiting.
    pub(crate) fn say<T>(self, work: impl FnOnce() -> T) -> T {
        LANGUAGE.sync_scope(self, work)
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_nobody_has_chosen_is_english_and_a_choice_ends_with_its_work() {
        assert_eq!(Language::current(), Language::En);
        let spoken = Language::Hi.speak(async { Language::De.say(Language::current) }).await;
        assert_eq!((spoken, Language::current()), (Language::De, Language::En));
    }
}
