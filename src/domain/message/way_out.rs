//! What a message tells people to write who want no more of them: `Reply STOP to unsubscribe`. A promise that is not kept costs more
//! than none.

use crate::domain::inbound::optout::OptOutWords;

/// Words after which stands what to write.
const VERBS: &str = "reply|text|send|write|type|respond|answer|message|antworte|antworten|antwort|schreib|schreibe|schreiben|sende|\
    senden|schick|schicke|schicken|tippe|responde|responder|respóndenos|envía|envia|envíe|envie|enviar|escribe|escriba|manda|\
    mande|responda|digite|escreva|répondez|réponds|répondre|envoyez|envoie|tapez|écrivez|rispondi|rispondere|invia|scrivi|\
    digita|antwoord|stuur|typ|balas|ketik|kirim|yazın|gönderin|odpisz|wyślij|bhejein|bheje|likhein|likhe|लिखें|भेजें";

/// What may stand between the verb and what is to be written.
const BETWEEN: &str = "with|the|a|word|back|us|me|just|simply|only|mit|dem|das|wort|uns|einfach|bitte|nur|sie|con|la|el|palabra|\
    com|a|palavra|avec|par|le|mot|il|parola|please|now|an|here|hier|por|favor|met|dengan|kata|as|message|sms|whatsapp";

/// What joins two words of which either may be written.
const OR: &str = "or|oder|o|ou|of|atau|veya|lub|या|/";

/// Phrases by which a sentence speaks of an end of the messages. A word with a dash may go on.
const ENDS: &str = "stop-|unsubscrib-|opt out|optout|opt-out|opting out|no more|no longer|end messages|end these messages|\
    cancel messages|cancel these messages|cancel the messages|cancel subscription|cancel your subscription|leave this list|\
    leave the list|abmeld-|abzumelden|abbestell-|abzubestellen|austragen|auszutragen|keine nachrichten|keine weiteren|nicht mehr|\
    darte de baja|dar de baja|darse de baja|la baja|dejar de recibir|no más|no mas|desuscrib-|cancelar suscripción|\
    cancelar la suscripción|parar de receber|para sair|descadastr-|não receber|nao receber|não quer receber|cancelar inscrição|\
    désabonn-|desabonn-|désinscri-|desinscri-|ne plus|arrêter|arreter|disiscri-|non ricevere|cancellarti|annullare l'iscrizione|\
    afmeld-|uitschrijv-|berhenti|almak istemiyor-|abonelikten|iptal için|wypis-|zrezygn-|rezygn-|band karne|band karo|बंद करने|\
    रोकने|बंद करें";

/// The characters at which a sentence ends.
const SENTENCE_ENDS: [char; 7] = ['.', '!', '?', '\n', '।', ';', '。'];

/// A word of a sentence.
struct Word {
    /// In lower case, without punctuation.
    plain: String,
    /// As it would be typed.
    shown: String,
    /// In capitals, in digits, or in quotes or asterisks: set off from the words around it.
    is_set_off: bool,
}

fn words(sentence: &str) -> Vec<Word> {
    let spaced = sentence.replace('/', " / ");
    let of = |text: &str| {
        let shown: &str = text.trim_matches(|c: char| !c.is_alphanumeric() && c != '/' && !is_mark(c));
        let has_letters = shown.chars().any(char::is_alphanumeric);
        let is_quoted = text.starts_with(['"', '\'', '“', '„', '«', '‘', '*', '_', '”', '’']);
        let is_loud = has_letters && !shown.chars().any(char::is_lowercase) && shown.chars().count() > 1;
        let is_digit = has_letters && shown.chars().all(char::is_numeric);
        let has_case = shown.chars().any(|c| c.is_uppercase() || c.is_lowercase() || c.is_numeric());
        Word {
            plain: shown.to_lowercase(),
            shown: shown.to_owned(),
            is_set_off: has_letters && (is_quoted || (has_case && (is_loud || is_digit))),
        }
    };
    spaced.split_whitespace().map(of).filter(|word| !word.shown.is_empty()).collect()
}

/// Vowel signs of Indian scripts, which belong to the word.
fn is_mark(c: char) -> bool {
    ('\u{900}'..='\u{d7f}').contains(&c) && !matches!(c, '\u{964}' | '\u{965}' | '\u{970}')
}

fn is_among(word: &str, list: &str) -> bool {
    list.split('|').any(|known| known == word)
}

/// Whether words speak of an end of the messages.
fn speaks_of_end(words: &[Word]) -> bool {
    let is_same = |part: &str, word: &Word| match part.strip_suffix('-') {
        Some(beginning) => word.plain.starts_with(beginning),
        None => word.plain == part,
    };
    ENDS.split('|').any(|phrase| {
        let parts: Vec<&str> = phrase.split(' ').collect();
        words
            .windows(parts.len())
            .any(|found| parts.iter().zip(found).all(|(part, word)| is_same(part, word)))
    })
}

/// What people are told to write to be left alone, each once.
pub fn promised(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for sentence in text.split(SENTENCE_ENDS) {
        for word in of_sentence(&words(sentence)) {
            if !found.contains(&word) {
                found.push(word);
            }
        }
    }
    found
}

fn of_sentence(words: &[Word]) -> Vec<String> {
    let mut found = Vec::new();
    let verbs = (0..words.len()).filter(|at| is_among(&words[*at].plain, VERBS) && !words[*at].is_set_off);
    let verbs: Vec<usize> = verbs.collect();
    for (n, verb) in verbs.iter().enumerate() {
        let end = verbs.get(n + 1).copied().unwrap_or(words.len());
        let begin = if n == 0 { 0 } else { verbs[n - 1] + 1 };
        let (before, after) = (&words[begin..*verb], &words[verb + 1..end]);
        let told = told(after);
        if told.is_empty() {
            // `Mit ENDE antworten`: what is to be written stands in front.
            let set_off: Vec<_> = before.iter().rev().take_while(|word| word.is_set_off).collect();
            if !set_off.is_empty() && (speaks_of_end(before) || speaks_of_end(after)) {
                found
                    .push(set_off.iter().rev().map(|word| word.shown.as_str()).collect::<Vec<_>>().join(" "));
            }
            continue;
        }
        let ends_before = n == 0 && speaks_of_end(before);
        for (at, (phrase, _)) in told.iter().enumerate() {
            // `STOP or END to unsubscribe`: what the last one is for, the ones before it are for too.
            let purpose = told[at..].iter().map(|(_, purpose)| *purpose).find(|purpose| !purpose.is_empty());
            if purpose.is_some_and(speaks_of_end) || (at == 0 && ends_before) {
                found.push(phrase.clone());
            }
        }
    }
    found
}

/// What is to be written after a verb, each with what it is for.
fn told(after: &[Word]) -> Vec<(String, &[Word])> {
    let mut told = Vec::new();
    let mut rest = after;
    let skip = |rest: &[Word]| {
        rest.iter().take_while(|word| !word.is_set_off && is_among(&word.plain, BETWEEN)).count()
    };
    rest = &rest[skip(rest)..];
    // Words that are set off are one phrase; a plain word alone counts where nothing is set off.
    let n_set_off = rest.iter().take_while(|word| word.is_set_off).count();
    let n_first = match (n_set_off, rest) {
        (0, [first, then, ..]) if is_purpose(then) && !is_purpose(first) => 1,
        (n, _) => n,
    };
    if n_first == 0 {
        return told;
    }
    let phrase = |words: &[Word]| words.iter().map(|word| word.shown.as_str()).collect::<Vec<_>>().join(" ");
    let mut current = phrase(&rest[..n_first]);
    rest = &rest[n_first..];
    loop {
        let next = rest.windows(2).position(|pair| is_among(&pair[0].plain, OR) && pair[1].is_set_off);
        let Some(at) = next else {
            told.push((current, rest));
            return told;
        };
        told.push((current, &rest[..at]));
        let n = rest[at + 1..].iter().take_while(|word| word.is_set_off).count();
        current = phrase(&rest[at + 1..at + 1 + n]);
        rest = &rest[at + 1 + n..];
    }
}

/// What stands before the purpose: `to unsubscribe`, `um sich abzumelden`.
fn is_purpose(word: &Word) -> bool {
    is_among(&word.plain, "to|if|for|um|zum|wenn|para|pour|per|si|se|om|untuk|falls")
}

/// Whether a message says how to be left alone: by a word that counts, or in any other way.
pub fn is_named(text: &str, counts: &OptOutWords) -> bool {
    let all: Vec<Word> = text.split(SENTENCE_ENDS).flat_map(words).collect();
    let is_word = |word: &Word| word.is_set_off && counts.has(&word.shown);
    speaks_of_end(&all) || all.iter().any(is_word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_promised_is_found_in_several_languages() {
        for (text, found) in [
            ("Reply STOP to unsubscribe", "STOP"),
            ("Reply QUIT2 to unsubscribe.", "QUIT2"),
            ("To opt out, reply with the word \"nope\".", "nope"),
            ("reply stop to unsubscribe", "stop"),
            ("Text *NO MORE* to stop receiving messages", "NO MORE"),
            ("Antworte ENDE, um dich abzumelden", "ENDE"),
            ("Zum Abmelden mit ENDE antworten", "ENDE"),
            ("Zum Abbestellen antworten Sie bitte mit STOPP.", "STOPP"),
            ("Responde BAJA para darte de baja", "BAJA"),
            ("Responde FIN para dejar de recibir mensajes", "FIN"),
            ("Envie SAIR para não receber mais", "SAIR"),
            ("Répondez ARRET pour ne plus recevoir de messages", "ARRET"),
            ("Rispondi FINE per non ricevere più messaggi", "FINE"),
            ("Reply 2 to stop these messages", "2"),
            ("Band karne ke liye STOP likhe", "STOP"),
        ] {
            assert_eq!(promised(text), [found], "{text}");
        }
        assert_eq!(promised("Reply STOP or ENOUGH to unsubscribe"), ["STOP", "ENOUGH"]);
        assert_eq!(promised("Reply YES to order or QUIT2 to unsubscribe"), ["QUIT2"]);
        assert_eq!(promised("Reply STOP to unsubscribe. Responde FIN para darte de baja."), ["STOP", "FIN"]);
    }

    #[test]
    fn what_is_told_for_another_purpose_is_no_promise() {
        for text in [
            "Reply YES to order",
            "Reply CATALOG to see more",
            "Reply to this message to unsubscribe",
            "Antworte JA, und wir melden uns",
            "Our shop never stops. Reply HELLO to talk to us",
            "Send us a message",
            "See https://wa.me/c/911161197855",
            "STOP by our shop today",
            "Reply YES for this top or this wristband",
            "Reply NO to cancel your appointment",
            "Reply YES for your Bajaj offer",
            "",
        ] {
            assert_eq!(promised(text), Vec::<String>::new(), "{text}");
        }
    }

    #[test]
    fn a_way_out_is_named_by_a_word_or_by_what_it_does() {
        let words = OptOutWords::default();
        for text in ["Reply STOP to unsubscribe", "STOP?", "Unsubscribe: https://a.b/c", "Abmelden mit ENDE"]
        {
            assert!(is_named(text, &words), "{text}");
        }
        for text in ["Hello {{name}}", "See https://wa.me/c/911161197855", ""] {
            assert!(!is_named(text, &words), "{text}");
        }
    }
}
