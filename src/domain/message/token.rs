//! The token in a free tag slot, by which a receipt finds its row even when no answer came.

use crate::domain::recipient::RecipientId;

/// What every token starts with, so that a person who reads one knows where it came from.
const PREFIX: &str = "catalink";

/// The token of one row: unique over all databases by the campaign's key, and within it by the row's number.
pub fn token(campaign_key: &str, recipient: RecipientId) -> String {
    format!("{PREFIX}-{campaign_key}-{}", recipient.0)
}

/// The campaign's key and the row that a token names; none where the text is not a token.
pub fn parse_token(text: &str) -> Option<(&str, RecipientId)> {
    let (key, number) = text.strip_prefix(PREFIX)?.strip_prefix('-')?.split_once('-')?;
    let number = number.parse().ok().filter(|number| *number > 0)?;
    (!key.is_empty()).then_some((key, RecipientId(number)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_read_back_and_nothing_else_is_taken_for_one() {
        let text = token("k3y", RecipientId(41));
        assert_eq!(parse_token(&text), Some(("k3y", RecipientId(41))));
        for text in [
            "",
            "catalink",
            "catalink-",
            "catalink-k3y",
            "catalink-k3y-",
            "catalink--4",
            "catalink-k-x",
            "other-k-4",
        ] {
            assert_eq!(parse_token(text), None, "{text}");
        }
    }
}
