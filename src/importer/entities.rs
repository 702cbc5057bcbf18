//! HTML entities that a web page or a shop system has left in cells (`O&#039;Brien`, `Tom &amp; Co`).

use std::borrow::Cow;

/// How often a text may have been encoded one time after another (`&amp;amp;`).
const ROUNDS_MAX: usize = 3;

/// The text with its entities decoded; none where it has none.
pub(super) fn decoded(text: &str) -> Option<String> {
    if !text.contains('&') {
        return None;
    }
    let mut found = None;
    for _ in 0..ROUNDS_MAX {
        match html_escape::decode_html_entities(found.as_deref().unwrap_or(text)) {
            Cow::Borrowed(_) => break,
            Cow::Owned(decoded) => found = Some(decoded),
        }
    }
    found
}
