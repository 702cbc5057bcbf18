//! Turns whatever came over the wire into one short line that may be shown and stored.

/// The longest line, in characters.
const LINE_CHARS_MAX: usize = 300;

/// The first words of a text, HTML taken out, as one line; none where there are none.
pub(super) fn line_of(text: &str) -> Option<String> {
    let plain = if looks_like_html(text) { without_tags(text) } else { text.to_owned() };
    let line = shortened(&plain);
    (!line.is_empty()).then_some(line)
}

/// One line without control characters, at most so long.
pub(super) fn shortened(text: &str) -> String {
    let mut line = String::new();
    let words = text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty());
    let mut n_chars = 0;
    for word in words {
        if n_chars > 0 {
            line.push(' ');
            n_chars += 1;
        }
        for c in word.chars() {
            if n_chars >= LINE_CHARS_MAX {
                line.push('…');
                return line;
            }
            line.push(c);
            n_chars += 1;
        }
    }
    line
}

/// The text with every occurrence of `secret` taken out.
pub(super) fn without(text: &str, secret: &str) -> String {
    if secret.is_empty() { text.to_owned() } else { text.replace(secret, "…") }
}

fn looks_like_html(text: &str) -> bool {
    let start: String = text.trim_start().chars().take(200).collect::<String>().to_ascii_lowercase();
    start.starts_with('<') || start.contains("<html")
}

/// The title where there is one, or else the text between the tags, scripts and styles left out.
fn without_tags(html: &str) -> String {
    let lower = html.to_ascii_lowercase();
    if let Some(title) = between(html, &lower, "<title", "</title").filter(|title| !title.trim().is_empty()) {
        return title.to_owned();
    }
    let mut text = String::new();
    let mut at = 0;
    while let Some(open) = lower[at..].find('<') {
        text.push_str(&html[at..at + open]);
        text.push(' ');
        let tag = at + open;
        let skipped = ["script", "style"].into_iter().find(|name| lower[tag + 1..].starts_with(name));
        let end = match skipped {
            Some(name) => lower[tag..].find(&format!("</{name}")).map(|close| tag + close),
            None => Some(tag),
        };
        let close = end.and_then(|end| lower[end..].find('>').map(|close| end + close + 1));
        let Some(close) = close else { return text };
        at = close;
    }
    text.push_str(&html[at..]);
    text
}

/// What stands between the end of the tag `open` and the tag `close`.
fn between<'t>(html: &'t str, lower: &str, open: &str, close: &str) -> Option<&'t str> {
    let start = lower.find(open)?;
    let start = start + lower[start..].find('>')? + 1;
    let end = start + lower[start..].find(close)?;
    Some(&html[start..end])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_page_becomes_its_title_or_its_words() {
        let page = "<!DOCTYPE html><HTML><head><Title>502 Bad\nGateway</title></head><body>x</body></html>";
        assert_eq!(line_of(page).as_deref(), Some("502 Bad Gateway"));
        let page = "<html><style>p{}</style><p>Access<br>denied</p><script>let a = '<b>';</script></html>";
        assert_eq!(line_of(page).as_deref(), Some("Access denied"));
        assert_eq!(line_of(" \n "), None);
        assert_eq!(line_of("<br>"), None);
    }

    #[test]
    fn a_long_text_is_cut_and_control_characters_are_left_out() {
        let line = line_of(&"é".repeat(1_000)).unwrap();
        assert_eq!(line.chars().count(), LINE_CHARS_MAX + 1);
        assert_eq!(shortened("a\u{1b}[31mb\0\r\nc"), "a [31mb c");
    }

    #[test]
    fn a_secret_is_taken_out() {
        assert_eq!(without("key K3Y and K3Y", "K3Y"), "key … and …");
        assert_eq!(without("key", ""), "key");
    }

    proptest! {
        #[test]
        fn nothing_makes_it_panic(text in "(<|>|/|title|script|İ|[a-z ]){0,40}") {
            drop(line_of(&text));
        }
    }
}
