//! What may be unwise about a message that could well be sent. Each finding explains itself.

use std::fmt;

use super::way_out;
use crate::domain::{inbound::optout::OptOutWords, recipient::phone::Phone};

/// Something a person should look at before sending.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lint {
    /// No link to a catalogue in the text.
    NoCatalogueLink,
    /// The catalogue link is not the first link, and only the first one is previewed.
    NotFirst { first: String },
    /// The link lacks `https://`, so it is not previewed.
    NoScheme { link: String },
    /// The catalogue is another number's.
    OtherSender {
        /// The digits in the link.
        digits: String,
    },
    /// The preview is switched off, so no product pictures are shown.
    PreviewOff,
    /// An emoji or a flag of which a part is missing, or a character that was lost.
    CutCharacter,
    /// Invisible marks of direction do not come in pairs, which turns the text after them around.
    UnpairedDirection,
    /// It tells people to write a word to be left alone that does not count as one.
    UnknownWord { word: String },
    /// It says nothing of how to be left alone.
    NoWayOut,
}

impl Lint {
    /// Whether such a message is not kept: it would break a promise. The others are a person's to judge.
    pub const fn is_error(&self) -> bool {
        matches!(self, Self::UnknownWord { .. })
    }
}

impl fmt::Display for Lint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoCatalogueLink => f.write_str("the message has no catalogue link (https://wa.me/c/ and the sender's digits)"),
            Self::NotFirst { first } => {
                write!(f, "WhatsApp previews the first link alone, and that is {first}, not the catalogue")
            }
            Self::NoScheme { link } => write!(f, "{link} needs https:// in front, or it is not previewed"),
            Self::OtherSender { digits } => {
                write!(f, "the link shows the catalogue of {digits}, which is not the sender's number")
            }
            Self::PreviewOff => f.write_str("the preview is switched off, so no product pictures are shown"),
            Self::CutCharacter => {
                f.write_str("an emoji, a flag or another character is cut in two, and will be shown as something else")
            }
            Self::UnpairedDirection => {
                f.write_str("an invisible mark of direction is opened and never closed, which turns the rest of the text around")
            }
            Self::UnknownWord { word } => {
                write!(f, "the message promises that `{word}` stops the messages, and that word is not on the list of words to stop")
            }
            Self::NoWayOut => {
                f.write_str("the message says nothing of how to be left alone, such as: Reply STOP to unsubscribe")
            }
        }
    }
}

/// Looks at the text of a message (a template's or a rendered one). Sources: Meta, share products; Meta, text messages. `words` are
/// those by which people ask to be left alone.
pub fn lint(text: &str, preview_url: bool, sender: Option<Phone>, words: &OptOutWords) -> Vec<Lint> {
    let mut found = Vec::new();
    let typed = text.split_whitespace();
    // In brackets, quotes or between asterisks, a link is still one.
    let bare = typed.map(|word| word.trim_start_matches(OPENING));
    let links: Vec<&str> = bare.filter(|word| is_link(word)).collect();
    match links.iter().find(|link| catalogue_digits(link).is_some()) {
        None => found.push(Lint::NoCatalogueLink),
        Some(link) => {
            let has_scheme = |link: &str| link.starts_with("https://") || link.starts_with("http://");
            if !has_scheme(link) {
                found.push(Lint::NoScheme { link: (*link).to_owned() });
            }
            if let Some(first) = links.iter().find(|link| has_scheme(link)).filter(|first| *first != link) {
                found.push(Lint::NotFirst { first: (*first).to_owned() });
            }
            let digits = catalogue_digits(link).unwrap_or_default();
            if sender.is_some_and(|sender| sender.digits().to_string() != digits) {
                found.push(Lint::OtherSender { digits: digits.to_owned() });
            }
            if !preview_url {
                found.push(Lint::PreviewOff);
            }
        }
    }
    if is_cut(text) {
        found.push(Lint::CutCharacter);
    }
    let count = |marks: &[char]| text.chars().filter(|c| marks.contains(c)).count();
    let embeddings = count(&['\u{202a}', '\u{202b}', '\u{202d}', '\u{202e}']);
    let isolates = count(&['\u{2066}', '\u{2067}', '\u{2068}']);
    if embeddings != count(&['\u{202c}']) || isolates != count(&['\u{2069}']) {
        found.push(Lint::UnpairedDirection);
    }
    found.extend(of_way_out(text, sender, words));
    found
}

/// What a message says of how to be left alone, and does not keep.
pub fn of_way_out(text: &str, sender: Option<Phone>, words: &OptOutWords) -> Vec<Lint> {
    let promised = way_out::promised(text).into_iter().filter(|word| !words.keeps(word, sender));
    let unknown: Vec<Lint> = promised.map(|word| Lint::UnknownWord { word }).collect();
    if unknown.is_empty() && !way_out::is_named(text, words) { vec![Lint::NoWayOut] } else { unknown }
}

/// True when a joiner joins nothing, a skin tone or a variant stands alone, one letter of a flag is missing, or a
/// character could not be read.
fn is_cut(text: &str) -> bool {
    let is_edge = |c: Option<char>| c.is_none_or(char::is_whitespace);
    let mut before = None;
    let mut n_letters_of_flag = 0;
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        let is_of_flag = matches!(c, '\u{1f1e6}'..='\u{1f1ff}');
        n_letters_of_flag += usize::from(is_of_flag);
        let ends_flag = is_of_flag && !matches!(rest.peek(), Some('\u{1f1e6}'..='\u{1f1ff}'));
        let is_part = match c {
            '\u{fffd}' => true,
            '\u{200d}' => is_edge(before) || is_edge(rest.peek().copied()),
            '\u{fe0f}' | '\u{1f3fb}'..='\u{1f3ff}' => is_edge(before),
            _ => ends_flag && n_letters_of_flag % 2 == 1,
        };
        if is_part {
            return true;
        }
        before = Some(c);
    }
    false
}

/// What may stand right in front of a link.
const OPENING: [char; 12] = ['(', '[', '<', '"', '\'', '*', '_', '~', '“', '„', '«', '‘'];

fn is_link(word: &str) -> bool {
    ["https://", "http://", "wa.me/", "www."].iter().any(|start| word.starts_with(start))
}

/// The digits of a catalogue link: `wa.me/c/` and a number with its country code, without a plus.
fn catalogue_digits(link: &str) -> Option<&str> {
    let rest = link.split_once("wa.me/c/")?.1;
    let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    (end > 0).then(|| &rest[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is found beside the way out.
    fn of(text: &str) -> Vec<Lint> {
        let found = lint(text, true, Phone::parse("+911161197855").ok(), &OptOutWords::default());
        found.into_iter().filter(|finding| *finding != Lint::NoWayOut).collect()
    }

    #[test]
    fn a_promised_word_that_does_not_count_is_an_error_and_no_way_out_is_none() {
        let of =
            |text: &str, sender: &str| of_way_out(text, Phone::parse(sender).ok(), &OptOutWords::default());
        let unknown = |word: &str| vec![Lint::UnknownWord { word: word.to_owned() }];
        assert_eq!(of("Reply QUIT2 to unsubscribe", "+911161197855"), unknown("QUIT2"));
        assert_eq!(of("Antworte ENDE zum Abmelden", "+4930123456"), unknown("ENDE"));
        assert!(of("Antworte ENDE zum Abmelden", "+4930123456")[0].is_error());
        assert_eq!(of("Reply STOP to unsubscribe", "+911161197855"), []);
        // What stops in North America may mean something else elsewhere.
        assert_eq!(of("Reply END to unsubscribe", "+12125554567"), []);
        assert_eq!(of("Reply END to unsubscribe", "+911161197855"), unknown("END"));
        assert_eq!(of("Hi", "+911161197855"), [Lint::NoWayOut]);
        assert!(!Lint::NoWayOut.is_error());
        let set = OptOutWords::set(&["quit2".to_owned()], &[], &[]);
        assert_eq!(of_way_out("Reply QUIT2 to unsubscribe", None, &set), []);
    }

    #[test]
    fn a_plain_catalogue_message_has_nothing_to_say() {
        assert_eq!(of("Hi {{name}}, see https://wa.me/c/911161197855"), []);
    }

    #[test]
    fn each_finding_names_what_it_found() {
        assert_eq!(of("Hi"), [Lint::NoCatalogueLink]);
        assert_eq!(of("wa.me/c/911161197855"), [Lint::NoScheme { link: "wa.me/c/911161197855".to_owned() }]);
        assert_eq!(
            of("https://example.com and https://wa.me/c/911161197855"),
            [Lint::NotFirst { first: "https://example.com".to_owned() }]
        );
        assert_eq!(
            of("https://wa.me/c/4915112345678"),
            [Lint::OtherSender { digits: "4915112345678".to_owned() }]
        );
        let words = OptOutWords::default();
        assert_eq!(lint("https://wa.me/c/9 STOP?", false, None, &words), [Lint::PreviewOff]);
        assert_eq!(
            of("(wa.me/c/911161197855)"),
            [Lint::NoScheme { link: "wa.me/c/911161197855)".to_owned() }]
        );
        assert_eq!(of("\u{202b}https://wa.me/c/911161197855").len(), 2);
    }

    #[test]
    fn what_is_cut_in_two_is_found_and_what_is_whole_is_not() {
        const LINK: &str = "https://wa.me/c/911161197855";
        for whole in ["👨‍👩‍👧", "🇮🇳🇩🇪", "👍🏽", "❤️", "क्‍ष"] {
            assert_eq!(of(&format!("{whole} {LINK}")), [], "{whole}");
        }
        for cut in ["👨\u{200d}", "🇮", "\u{1f3fd}", "\u{fffd}"] {
            assert_eq!(of(&format!("{cut} {LINK}")), [Lint::CutCharacter], "{cut}");
        }
    }
}
