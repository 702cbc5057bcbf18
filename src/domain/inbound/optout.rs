//! Whether a message asks to be left alone: the words, and the rule.
//!
//! No regular expressions, and nothing but the first characters: a pattern on a long message must not hold up intake.

use super::{super::Phone, Event, Inbound};

/// How much of a message is compared. What is longer is no bare request to stop.
const CHARS_MAX: usize = 200;

/// The shortest word of which a near miss is taken for it.
const NEAR_CHARS_MIN: usize = 4;

/// Whole messages that ask to stop.
const WORDS: &[&str] = &[
    "stop",
    "stopall",
    "stop all",
    "unsubscribe",
    "opt out",
    "optout",
    "revoke",
    "stopp",
    "stoppen",
    "abmelden",
    "abbestellen",
    "arret",
    "arreter",
    "desabonner",
    "desinscrire",
    "baja",
    "dar de baja",
    "darme de baja",
    "sair",
    "sair da lista",
    "parar",
    "iptal",
    "mat bhejo",
    "band karo",
    "बंद करो",
    "मत भेजो",
];

/// Whole messages that ask to stop in the United States and Canada (FCC), and may mean something else elsewhere.
const NORTH_AMERICAN: &[&str] = &["cancel", "end", "quit", "remove"];

/// Whole messages that a person has to look at.
const MAYBE: &[&str] = &["cancelar", "remove me", "no more messages", "do not message me"];

/// Whole messages that lift an earlier request to stop.
const START: &[&str] = &["start", "unstop", "subscribe", "resubscribe", "opt in", "optin", "alta", "voltar"];

/// What people add to a request out of politeness.
const COURTESY: &[&str] = &[
    "thank you",
    "thanks",
    "thx",
    "please",
    "pls",
    "plz",
    "kindly",
    "bitte",
    "danke",
    "por favor",
    "gracias",
    "obrigado",
    "obrigada",
    "merci",
    "s il vous plait",
    "svp",
    "lutfen",
    "hi",
    "hello",
    "hola",
    "sir",
    "madam",
];

/// Everyday words that are one letter away from a word of the list.
const EVERYDAY: &[&str] = &[
    "shop", "step", "top", "stoop", "para", "pagar", "parir", "caja", "bajo", "said", "hair", "fair", "pair",
    "air",
];

/// What a message says about being messaged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It asks to stop, by this phrase.
    Asked {
        word: String,
    },
    /// It may; a person decides.
    Maybe {
        word: String,
    },
    /// It lifts an earlier request.
    Start {
        word: String,
    },
    No,
}

/// The phrases that count, in the form in which messages are compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OptOutWords {
    words: Vec<Vec<String>>,
    maybe: Vec<Vec<String>>,
    /// What was taken off the lists.
    not: Vec<Vec<String>>,
}

impl Default for OptOutWords {
    fn default() -> Self {
        Self::new(WORDS, MAYBE)
    }
}

impl OptOutWords {
    /// Whole messages that ask to stop, and those that a person has to look at. Phrases without a letter are left out.
    pub fn new(words: &[impl AsRef<str>], maybe: &[impl AsRef<str>]) -> Self {
        Self { words: phrases(words), maybe: phrases(maybe), not: Vec::new() }
    }

    /// The usual words and those that were set beside them, without those that were taken away. A usual word that is set as one to
    /// look at is no longer one that stops by itself.
    pub fn set(words: &[String], maybe: &[String], not: &[String]) -> Self {
        let (words, maybe) = (phrases(words), phrases(maybe));
        let is_set = |phrase: &Vec<String>| words.contains(phrase) || maybe.contains(phrase);
        let not: Vec<_> = phrases(not).into_iter().filter(|phrase| !is_set(phrase)).collect();
        let usual = Self::default();
        let is_left = |phrase: &Vec<String>| !not.contains(phrase) && !is_set(phrase);
        let all = |usual: Vec<Vec<String>>, set: &[Vec<String>]| {
            usual.into_iter().filter(is_left).chain(set.iter().cloned()).collect()
        };
        let (words, maybe) = (all(usual.words, &words), all(usual.maybe, &maybe));
        Self { words, maybe, not }
    }

    /// Whether a message with that phrase alone asks to stop: what a campaign may promise.
    pub fn has(&self, phrase: &str) -> bool {
        self.words.contains(&tokens(phrase))
    }

    /// Whether a message with that phrase alone asks to stop where a business of `sender` is: words of North America alone count in
    /// North America.
    pub fn keeps(&self, phrase: &str, sender: Option<Phone>) -> bool {
        let said = tokens(phrase);
        let is_north_american =
            NORTH_AMERICAN.contains(&said.join(" ").as_str()) && !self.not.contains(&said);
        self.words.contains(&said) || (is_north_american && sender.is_some_and(is_of_north_america))
    }

    /// What an inbound message says. Of a button only its own words count, and nothing is guessed.
    pub fn judge(&self, inbound: &Inbound) -> Verdict {
        let Some(text) = inbound.text.as_deref() else { return Verdict::No };
        let verdict = self.judge_text(text, inbound.person);
        match (verdict, &inbound.event) {
            (Verdict::Asked { word }, Event::Wrote { .. } | Event::Order { .. }) if inbound.is_forwarded => {
                Verdict::Maybe { word }
            }
            (Verdict::Start { .. }, Event::Wrote { .. } | Event::Order { .. }) if inbound.is_forwarded => {
                Verdict::No
            }
            (Verdict::Maybe { .. }, Event::Button) => Verdict::No,
            (verdict, Event::Wrote { .. } | Event::Button | Event::Order { .. }) => verdict,
            (_, _) => Verdict::No,
        }
    }

    /// What a text says that `person` wrote.
    pub fn judge_text(&self, text: &str, person: Option<Phone>) -> Verdict {
        let (start, is_whole) = beginning(text);
        let said = without_courtesy(&tokens(start));
        let word = said.join(" ");
        if is_whole {
            if self.not.contains(&said) {
                return Verdict::No;
            }
            if self.words.contains(&said) {
                return Verdict::Asked { word };
            }
            if START.contains(&word.as_str()) {
                return Verdict::Start { word };
            }
            if NORTH_AMERICAN.contains(&word.as_str()) {
                return if person.is_some_and(is_of_north_america) {
                    Verdict::Asked { word }
                } else {
                    Verdict::Maybe { word }
                };
            }
            if self.maybe.contains(&said) {
                return Verdict::Maybe { word };
            }
        }
        let among_others =
            self.words.iter().find(|phrase| said.windows(phrase.len()).any(|part| part == *phrase));
        let near = || {
            let is_everyday = EVERYDAY.contains(&word.as_str());
            let words = self.words.iter().map(|phrase| phrase.join(" "));
            words.filter(|_| is_whole && !is_everyday).find(|phrase| is_near(&word, phrase))
        };
        match among_others.map(|phrase| phrase.join(" ")).or_else(near) {
            Some(word) => Verdict::Maybe { word },
            None => Verdict::No,
        }
    }
}

/// Whether a number is one of +1.
fn is_of_north_america(phone: Phone) -> bool {
    phone.digits() / 10_000_000_000 == 1
}

fn phrases(list: &[impl AsRef<str>]) -> Vec<Vec<String>> {
    list.iter().map(|phrase| tokens(phrase.as_ref())).filter(|phrase| !phrase.is_empty()).collect()
}

/// The characters that are compared, and whether no word follows them.
fn beginning(text: &str) -> (&str, bool) {
    match text.char_indices().nth(CHARS_MAX) {
        Some((end, _)) => (&text[..end], !text[end..].chars().any(char::is_alphanumeric)),
        None => (text, true),
    }
}

/// The words of a text without case, accents, punctuation and emoji. Letters that stand alone (`S T O P`) are one word.
fn tokens(text: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    for c in text.chars().map(half_width).flat_map(char::to_lowercase) {
        match c {
            // The full stops of Indian scripts stand among their letters.
            '\u{964}' | '\u{965}' | '\u{970}' => words.push(String::new()),
            // Accents of their own, joiners, and what chooses the look of an emoji.
            '\u{300}'..='\u{36f}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2060}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{ad}' => {}
            _ if c.is_alphanumeric() || ('\u{900}'..='\u{d7f}').contains(&c) => {
                if let Some(word) = words.last_mut() {
                    word.push_str(without_accent(c).unwrap_or(c.encode_utf8(&mut [0; 4])));
                }
            }
            _ if words.last().is_some_and(|word| !word.is_empty()) => words.push(String::new()),
            _ => {}
        }
    }
    words.retain(|word| !word.is_empty());
    let is_spelt = words.len() > 2 && words.iter().all(|word| word.chars().count() == 1);
    if is_spelt { vec![words.concat()] } else { words }
}

/// The plain letter, digit or sign of a full-width one.
fn half_width(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        c => c,
    }
}

fn without_accent(c: char) -> Option<&'static str> {
    Some(match c {
        'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' | 'ā' | 'ă' | 'ą' => "a",
        'ç' | 'ć' | 'č' => "c",
        'è' | 'é' | 'ê' | 'ë' | 'ē' | 'ę' | 'ě' => "e",
        'ğ' => "g",
        'ì' | 'í' | 'î' | 'ï' | 'ı' | 'ī' => "i",
        'ł' => "l",
        'ñ' | 'ń' | 'ň' => "n",
        'ò' | 'ó' | 'ô' | 'õ' | 'ö' | 'ø' | 'ő' => "o",
        'ř' => "r",
        'ś' | 'š' | 'ş' | 'ș' => "s",
        'ţ' | 'ț' => "t",
        'ù' | 'ú' | 'û' | 'ü' | 'ū' | 'ů' | 'ű' => "u",
        'ý' | 'ÿ' => "y",
        'ź' | 'ż' | 'ž' => "z",
        'ß' => "ss",
        _ => return None,
    })
}

fn without_courtesy(words: &[String]) -> Vec<String> {
    let mut left = Vec::with_capacity(words.len());
    let mut rest = words;
    while let Some((first, others)) = rest.split_first() {
        let is_next = |phrase: &&&str| {
            let n = phrase.split(' ').count();
            rest.len() >= n && phrase.split(' ').zip(rest).all(|(word, found)| word == found)
        };
        if let Some(phrase) = COURTESY.iter().find(is_next) {
            rest = &rest[phrase.split(' ').count()..];
        } else {
            left.push(first.clone());
            rest = others;
        }
    }
    left
}

/// Whether one letter more, less or other, or two neighbours exchanged, makes one of the other.
fn is_near(found: &str, word: &str) -> bool {
    let (found, word) = (found.chars().collect::<Vec<_>>(), word.chars().collect::<Vec<_>>());
    if word.len() < NEAR_CHARS_MIN || found.len().abs_diff(word.len()) > 1 {
        return false;
    }
    let start = found.iter().zip(&word).take_while(|(one, other)| one == other).count();
    let (found, word) = (&found[start..], &word[start..]);
    match (found, word) {
        ([], _) | (_, []) => true,
        ([a, b, found @ ..], [c, d, word @ ..]) if (a, b) == (d, c) && found == word => true,
        _ if found.len() == word.len() => found[1..] == word[1..],
        _ if found.len() > word.len() => found[1..] == *word,
        _ => *found == word[1..],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Text, what it is elsewhere, and what it is for a number of +1.
    const SAID: &str = include_str!("phrases.tsv");

    fn judge(text: &str, person: u64) -> &'static str {
        let person = Phone::from_digits(person).unwrap();
        match OptOutWords::default().judge_text(text, Some(person)) {
            Verdict::Asked { .. } => "out",
            Verdict::Maybe { .. } => "maybe",
            Verdict::Start { .. } => "in",
            Verdict::No => "no",
        }
    }

    #[test]
    fn what_people_write_is_asked_maybe_start_or_nothing() {
        for line in SAID.lines().skip(1) {
            let [text, elsewhere, north_america] = line.split('\t').collect::<Vec<_>>()[..] else {
                panic!("{line}");
            };
            assert_eq!(judge(text, 919_800_000_001), elsewhere, "{text}");
            assert_eq!(judge(text, 14_155_550_123), north_america, "{text} in +1");
        }
    }

    #[test]
    fn a_forwarded_stop_is_looked_at_and_a_button_is_never_guessed() {
        let words = OptOutWords::default();
        let wrote = Inbound {
            text: Some("STOP".to_owned()),
            ..Inbound::of(Event::Wrote { kind: "text".to_owned() })
        };
        assert!(matches!(words.judge(&wrote), Verdict::Asked { .. }));
        assert!(matches!(words.judge(&Inbound { is_forwarded: true, ..wrote }), Verdict::Maybe { .. }));
        let button = |text: &str| Inbound { text: Some(text.to_owned()), ..Inbound::of(Event::Button) };
        assert!(matches!(words.judge(&button("Stop")), Verdict::Asked { .. }));
        assert_eq!(words.judge(&button("Do not stop the music")), Verdict::No);
    }

    #[test]
    fn words_that_are_set_stand_beside_the_usual_ones_and_a_word_can_be_taken_away() {
        let set = |words: &[&str], maybe: &[&str], not: &[&str]| {
            let owned =
                |list: &[&str]| -> Vec<String> { list.iter().map(|word| (*word).to_owned()).collect() };
            OptOutWords::set(&owned(words), &owned(maybe), &owned(not))
        };
        let words = set(&["Não quero", "  ", "cancelar"], &["hmm", "baja"], &["Stop", "end", "parar"]);
        let asked = |word: &str| Verdict::Asked { word: word.to_owned() };
        let maybe = |word: &str| Verdict::Maybe { word: word.to_owned() };
        let us = Phone::from_digits(14_155_550_123).ok();
        assert!(words.has("nao QUERO!") && words.has("unsubscribe") && !words.has("stop") && !words.has(""));
        assert_eq!(words.judge_text("Não quero.", None), asked("nao quero"));
        assert_eq!(words.judge_text("unsubscribe", None), asked("unsubscribe"));
        assert_eq!(words.judge_text("Cancelar", None), asked("cancelar"));
        assert_eq!(words.judge_text("Hmm", None), maybe("hmm"));
        assert_eq!(words.judge_text("Baja", None), maybe("baja"), "one to look at");
        for word in ["STOP", "Stop please", "parar"] {
            assert_eq!(words.judge_text(word, None), Verdict::No, "{word}");
        }
        assert_eq!(words.judge_text("END", us), Verdict::No);
        assert!(!words.keeps("END", us) && words.keeps("QUIT", us) && !words.keeps("QUIT", None));
        assert_eq!(set(&["stop"], &[], &["stop"]).judge_text("stop", None), asked("stop"));
    }

    #[test]
    fn the_words_beside_an_order_or_a_picture_are_judged_like_a_text() {
        let words = OptOutWords::default();
        let order = Inbound {
            text: Some("Stop. Thank you".to_owned()),
            ..Inbound::of(Event::Order { items: Vec::new() })
        };
        assert!(matches!(words.judge(&order), Verdict::Asked { .. }));
        assert!(matches!(words.judge(&Inbound { is_forwarded: true, ..order }), Verdict::Maybe { .. }));
        let picture = Inbound {
            text: Some("STOP".to_owned()),
            ..Inbound::of(Event::Wrote { kind: "image".to_owned() })
        };
        assert!(matches!(words.judge(&picture), Verdict::Asked { .. }));
    }

    #[test]
    fn of_a_hundred_kilobytes_only_the_beginning_is_compared() {
        let long = "a ".repeat(50_000);
        assert_eq!(judge(&format!("{long}STOP"), 919_800_000_001), "no");
        assert_eq!(judge(&format!("STOP {long}"), 919_800_000_001), "maybe");
        assert_eq!(judge(&format!("STOP{}", " ".repeat(100_000)), 919_800_000_001), "out");
        assert_eq!(judge(&format!("STOP{}no, go on", " ".repeat(100_000)), 919_800_000_001), "maybe");
    }
}
