//! Random text from the system's source of randomness.

/// Sixteen hexadecimal digits: four bits of chance each.
pub const HEX: &[u8] = b"0123456789abcdef";

/// Lower-case letters and digits that are not mistaken for each other.
pub const LEGIBLE: &[u8] = b"abcdefghijkmnpqrstuvwxyz23456789";

/// `n` characters of an ASCII alphabet, each as likely as any other. Fails where the system has no randomness to give.
pub fn text(alphabet: &[u8], n: usize) -> Result<String, getrandom::Error> {
    text_from(alphabet, n, getrandom::fill)
}

/// As [`text`], from another source of bytes.
pub(crate) fn text_from(
    alphabet: &[u8],
    n: usize,
    mut fill: impl FnMut(&mut [u8]) -> Result<(), getrandom::Error>,
) -> Result<String, getrandom::Error> {
    let mut text = String::with_capacity(n);
    let mut bytes = [0; 32];
    while text.len() < n {
        fill(&mut bytes)?;
        // Bytes beyond a whole number of alphabets would favour its first characters.
        let fair = bytes.iter().filter(|byte| usize::from(**byte) < 256 / alphabet.len() * alphabet.len());
        text.extend(
            fair.map(|byte| char::from(alphabet[usize::from(*byte) % alphabet.len()])).take(n - text.len()),
        );
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_has_the_length_and_the_characters_that_were_asked_for() {
        for n in [0, 1, 20, 100] {
            let text = text(LEGIBLE, n).unwrap();
            assert_eq!(text.len(), n);
            assert!(text.bytes().all(|byte| LEGIBLE.contains(&byte)), "{text}");
        }
    }

    #[test]
    fn no_character_is_favoured() {
        // Every byte once: with an alphabet of 30, sixteen bytes are left out.
        let mut next = 0_u8;
        let every_byte = |bytes: &mut [u8]| {
            for byte in bytes {
                *byte = next;
                next = next.wrapping_add(1);
            }
            Ok(())
        };
        let alphabet = &LEGIBLE[..30];
        let text = text_from(alphabet, 240, every_byte).unwrap();
        for character in alphabet {
            assert_eq!(
                text.bytes().filter(|byte| byte == character).count(),
                8,
                "{}",
                char::from(*character)
            );
        }
    }
}
