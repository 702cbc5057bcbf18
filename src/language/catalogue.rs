//! A room's texts in each language, and what is made of them.

use std::{borrow::Borrow, fmt};

use fluent_bundle::{FluentArgs, FluentResource, FluentValue, concurrent::FluentBundle, types::FluentNumber};
use unic_langid::LanguageIdentifier;

use super::{Language, number};

/// The texts of a room in one language, read once.
pub(crate) struct Room {
    language: Language,
    bundle: FluentBundle<FluentResource>,
}

impl fmt::Debug for Room {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Room").field("language", &self.language).finish_non_exhaustive()
    }
}

impl Room {
    /// Reads a catalogue. What cannot be read of it is left out; a test of each room sees to it that there is nothing such.
    pub(crate) fn new(language: Language, source: &str) -> Self {
        let identifier: LanguageIdentifier = language.tag().parse().unwrap_or_default();
        let mut bundle = FluentBundle::new_concurrent(vec![identifier]);
        // Every language here is written from left to right, and a name in another direction has its own element.
        bundle.set_use_isolating(false);
        bundle.set_formatter(Some(match language {
            Language::En => |value, _| shown(value, Language::En),
            Language::De => |value, _| shown(value, Language::De),
            Language::Es => |value, _| shown(value, Language::Es),
            Language::Pt => |value, _| shown(value, Language::Pt),
            Language::Hi => |value, _| shown(value, Language::Hi),
        }));
        let resource = FluentResource::try_new(source.to_owned()).unwrap_or_else(|(resource, _)| resource);
        bundle.add_resource_overriding(resource);
        Self { language, bundle }
    }

    /// A text with its values; its key where it is not there.
    fn text(&self, key: &str, values: Option<&FluentArgs<'_>>) -> String {
        let Some(pattern) = self.bundle.get_message(key).and_then(|message| message.value()) else {
            return key.to_owned();
        };
        // A value that is missing is shown by its name.
        let mut errors = Vec::new();
        self.bundle.format_pattern(pattern, values, &mut errors).into_owned()
    }
}

/// A count in the digits of its language.
fn shown(value: &FluentValue<'_>, language: Language) -> Option<String> {
    let FluentValue::Number(FluentNumber { value, .. }) = value else { return None };
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "only counts are given")]
    let n = *value as u64;
    Some(number::count(n, language))
}

fn number_value(n: u64) -> FluentValue<'static> {
    #[expect(clippy::cast_precision_loss, reason = "no count is as large as 2^53")]
    let value = n as f64;
    FluentValue::Number(FluentNumber::new(value, fluent_bundle::types::FluentNumberOptions::default()))
}

/// A text in one language, perhaps with places for values. Its values are given in the order in which its room names them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Phrase {
    pub(crate) room: &'static Room,
    pub(crate) key: &'static str,
    pub(crate) values: &'static [&'static str],
}

/// Stands for a value around which a text is cut in two.
const PLACE: &str = "\u{fffc}";

impl Phrase {
    /// With its first values.
    pub(crate) fn filled<const N: usize>(self, values: [FluentValue<'_>; N]) -> String {
        let args = self.values.iter().copied().zip(values).collect();
        self.room.text(self.key, Some(&args))
    }

    /// The text for a count.
    pub(crate) fn n(self, n: impl Borrow<u64>) -> String {
        self.filled([number_value(*n.borrow())])
    }

    /// The text for a count, with another value.
    pub(crate) fn n_with(self, n: impl Borrow<u64>, value: impl fmt::Display) -> String {
        self.filled([number_value(*n.borrow()), text(value)])
    }

    /// The text for a count, with two other values.
    pub(crate) fn n_with2(
        self,
        n: impl Borrow<u64>,
        first: impl fmt::Display,
        second: impl fmt::Display,
    ) -> String {
        self.filled([number_value(*n.borrow()), text(first), text(second)])
    }

    /// The text with a value in its place.
    pub(crate) fn with(self, value: impl fmt::Display) -> String {
        self.filled([text(value)])
    }

    /// The text with two values in their places.
    pub(crate) fn with2(self, first: impl fmt::Display, second: impl fmt::Display) -> String {
        self.filled([text(first), text(second)])
    }

    /// The text with three values in their places.
    pub(crate) fn with3(
        self,
        first: impl fmt::Display,
        second: impl fmt::Display,
        third: impl fmt::Display,
    ) -> String {
        self.filled([text(first), text(second), text(third)])
    }

    /// The language that it is in.
    pub(crate) fn language(self) -> Language {
        self.room.language
    }

    /// What stands before the first value's place.
    pub(crate) fn before(self) -> String {
        self.cut("").0
    }

    /// What stands behind the first value's place.
    pub(crate) fn after(self) -> String {
        self.cut("").1
    }

    /// What stands before the first value's place and behind it, with the second value in its own.
    pub(crate) fn cut(self, second: &str) -> (String, String) {
        let text = self.with2(PLACE, second);
        text.split_once(PLACE).map_or_else(
            || (text.clone(), String::new()),
            |(before, after)| (before.to_owned(), after.to_owned()),
        )
    }

    /// For a script, which puts the values in itself: each place as its name in braces.
    pub(crate) fn for_script(self) -> String {
        let args = self.values.iter().map(|name| (*name, FluentValue::from(format!("{{{name}}}")))).collect();
        self.room.text(self.key, Some(&args))
    }
}

fn text(value: impl fmt::Display) -> FluentValue<'static> {
    FluentValue::from(value.to_string())
}

impl PartialEq for Phrase {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.room, other.room) && self.key == other.key
    }
}

impl Eq for Phrase {}

impl fmt::Display for Phrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.room.text(self.key, None))
    }
}

/// The texts of a room: its type, its file, and each text by its key, with the names of its values in the order in which they
/// are given. The texts themselves are in the file of each language; a test that comes with this holds the two against each other.
macro_rules! catalogue {
    ($(#[$doc:meta])* $type:ident in $room:literal; $($key:ident $(($($value:ident),+))?,)*) => {
        $(#[$doc])*
        #[derive(Debug)]
        pub(crate) struct $type {
            $(pub(crate) $key: $crate::language::Phrase,)*
        }

        impl $type {
            const SOURCES: [&'static str; $crate::language::Language::ALL.len()] = [
                include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/language/en/", $room, ".ftl")),
                include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/language/de/", $room, ".ftl")),
                include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/language/es/", $room, ".ftl")),
                include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/language/pt/", $room, ".ftl")),
                include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/language/hi/", $room, ".ftl")),
            ];

            /// The texts in that language; the first to ask waits until its file is read.
            pub(crate) fn of(language: $crate::language::Language) -> &'static Self {
                use std::sync::OnceLock;
                const N: usize = $crate::language::Language::ALL.len();
                static ROOMS: [OnceLock<$crate::language::Room>; N] = [const { OnceLock::new() }; N];
                static WORDS: [OnceLock<$type>; N] = [const { OnceLock::new() }; N];
                let index = language as usize;
                WORDS[index].get_or_init(|| {
                    let source = Self::SOURCES[index];
                    let room = ROOMS[index].get_or_init(|| $crate::language::Room::new(language, source));
                    Self {
                        $($key: $crate::language::Phrase {
                            room,
                            key: stringify!($key),
                            values: &[$($(stringify!($value)),+)?],
                        },)*
                    }
                })
            }

            /// The texts in the language of whoever is answered.
            pub(crate) fn current() -> &'static Self {
                Self::of($crate::language::Language::current())
            }
        }

        #[cfg(test)]
        mod catalogues {
            #[test]
            fn each_language_says_all_of_it_with_the_same_values() {
                static KEYS: &[(&str, &[&str])] = &[$((stringify!($key), &[$($(stringify!($value)),+)?]),)*];
                let faults = $crate::language::faults(KEYS, super::$type::SOURCES);
                assert!(faults.is_empty(), "{}:\n{}", $room, faults.join("\n"));
            }
        }
    };
}
pub(crate) use catalogue;

#[cfg(test)]
pub(crate) use checks::faults;

#[cfg(test)]
mod checks {
    use std::collections::{BTreeMap, BTreeSet};

    use fluent_syntax::{
        ast::{Entry, Expression, InlineExpression, Pattern, PatternElement},
        parser,
    };

    use super::*;

    /// What a pattern shows of its values, and by what it chooses.
    fn values<'s>(pattern: &Pattern<&'s str>, found: &mut BTreeSet<&'s str>) {
        for element in &pattern.elements {
            let PatternElement::Placeable { expression } = element else { continue };
            match expression {
                Expression::Inline(inline) => value(inline, found),
                Expression::Select { selector, variants } => {
                    value(selector, found);
                    for variant in variants {
                        values(&variant.value, found);
                    }
                }
            }
        }
    }

    fn value<'s>(inline: &InlineExpression<&'s str>, found: &mut BTreeSet<&'s str>) {
        match inline {
            InlineExpression::VariableReference { id } => {
                found.insert(id.name);
            }
            InlineExpression::StringLiteral { .. } | InlineExpression::NumberLiteral { .. } => {}
            InlineExpression::FunctionReference { .. }
            | InlineExpression::MessageReference { .. }
            | InlineExpression::TermReference { .. }
            | InlineExpression::Placeable { .. } => {
                panic!("a catalogue has values and literals only: {inline:?}")
            }
        }
    }

    /// What is wrong with a room's catalogues: what cannot be read, is missing, too much, said twice or with other values.
    pub(crate) fn faults(keys: &[(&str, &[&str])], sources: [&str; Language::ALL.len()]) -> Vec<String> {
        let mut faults = Vec::new();
        let wanted: BTreeMap<&str, BTreeSet<&str>> =
            keys.iter().map(|(key, values)| (*key, values.iter().copied().collect())).collect();
        for (language, source) in Language::ALL.into_iter().zip(sources) {
            let resource = parser::parse(source).unwrap_or_else(|(resource, errors)| {
                faults.extend(errors.iter().map(|error| format!("{language}: {error}")));
                resource
            });
            let room: &'static Room = Box::leak(Box::new(Room::new(language, source)));
            let mut there = BTreeSet::new();
            for entry in &resource.body {
                let message = match entry {
                    Entry::Message(message) => message,
                    Entry::Comment(_) | Entry::GroupComment(_) | Entry::ResourceComment(_) => continue,
                    Entry::Term(_) | Entry::Junk { .. } => {
                        faults.push(format!("{language}: no message: {entry:?}"));
                        continue;
                    }
                };
                let key = message.id.name;
                let mut found = BTreeSet::new();
                message.value.iter().for_each(|pattern| values(pattern, &mut found));
                match wanted.get(key) {
                    None => faults.push(format!("{language}: {key} is not used")),
                    Some(wanted) if *wanted != found => {
                        faults.push(format!("{language}: {key} has {found:?} instead of {wanted:?}"));
                    }
                    Some(_) => {}
                }
                if !there.insert(key) {
                    faults.push(format!("{language}: {key} is there twice"));
                }
            }
            let missing = wanted.keys().filter(|key| !there.contains(*key));
            faults.extend(missing.map(|key| format!("{language}: {key} is missing")));
            faults.extend(unsaid(room, keys).map(|fault| format!("{language}: {fault}")));
        }
        faults
    }

    /// Texts that cannot be said with a count of none, one, a few and many.
    fn unsaid(room: &'static Room, keys: &[(&str, &[&str])]) -> impl Iterator<Item = String> {
        let mut faults = Vec::new();
        for (key, values) in keys {
            for n in [0, 1, 2, 5, 1_000_000] {
                let args = values.iter().map(|name| (*name, number_value(n))).collect();
                let Some(pattern) = room.bundle.get_message(key).and_then(|message| message.value()) else {
                    continue;
                };
                let mut errors = Vec::new();
                let said = room.bundle.format_pattern(pattern, Some(&args), &mut errors);
                if !errors.is_empty() || said.trim().is_empty() {
                    faults.push(format!("{key} for {n}: {said:?} {errors:?}"));
                }
            }
        }
        faults.into_iter()
    }

    #[test]
    fn what_is_missing_too_much_or_with_other_values_is_found() {
        let en = "one = { $n ->\n    [one] a { $n }\n   *[other] b { $n }\n }\ntwo = x\n";
        let found = faults(&[("one", &["n"]), ("two", &[])], [en, "one = x\nthree = { $m }\n", en, en, en]);
        assert_eq!(
            found,
            ["de: one has {} instead of {\"n\"}", "de: three is not used", "de: two is missing"],
        );
    }

    #[test]
    fn each_language_counts_in_its_own_way() {
        let source = "rows = { $n ->\n    [one] one { $n }\n   *[other] many { $n }\n }\n";
        let said = |language, n| {
            let room: &'static Room = Box::leak(Box::new(Room::new(language, source)));
            Phrase { room, key: "rows", values: &["n"] }.n(n)
        };
        assert_eq!([0, 1, 12_345].map(|n| said(Language::En, n)), ["many 0", "one 1", "many 12,345"]);
        assert_eq!([0, 1, 12_345].map(|n| said(Language::De, n)), ["many 0", "one 1", "many 12.345"]);
        // In Hindi and in Brazil, none is counted as one.
        assert_eq!([0, 1, 123_456].map(|n| said(Language::Hi, n)), ["one 0", "one 1", "many 1,23,456"]);
        assert_eq!([0, 1, 2].map(|n| said(Language::Pt, n)), ["one 0", "one 1", "many 2"]);
    }
}
