//! Which language a browser asks for.

use super::Language;

/// The first language of an `Accept-Language` that there is, by the weights it gives; none where it names none of them. A
/// country is not looked at: `pt-PT` is read as `pt`.
pub(crate) fn preferred(header: &str) -> Option<Language> {
    let mut best: Option<(Language, f32)> = None;
    for range in header.split(',') {
        let mut parts = range.split(';');
        let code = parts.next().unwrap_or_default().trim().split('-').next().unwrap_or_default();
        let Some(language) = Language::from_code(&code.to_ascii_lowercase()) else { continue };
        let weight =
            parts.find_map(|part| part.trim().strip_prefix("q=")).map_or(Some(1.0), |q| q.parse().ok());
        // What is no number from 0 to 1 says nothing, and 0 says no.
        let Some(weight) = weight.filter(|weight| (0.001..=1.0).contains(weight)) else { continue };
        // Of the same weight, the one that stands first.
        if best.is_none_or(|(_, known)| known < weight) {
            best = Some((language, weight));
        }
    }
    best.map(|(language, _)| language)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_language_of_ours_or_no_weight_says_nothing() {
        for header in
            ["", "*", "fr", "fr-CH, it;q=0.9", "de;q=0", "de;q=x", "de;q=2", ";;,", "deutsch", "q=1"]
        {
            assert_eq!(preferred(header), None, "{header}");
        }
    }

    #[test]
    fn the_weightiest_counts_and_of_equals_the_first() {
        for (header, language) in [
            ("de", Language::De),
            ("DE-at,en;q=0.5", Language::De),
            ("fr-CH, fr;q=0.9, en;q=0.8, de;q=0.7, *;q=0.5", Language::En),
            ("en;q=0.7, hi;q=0.8", Language::Hi),
            ("es, pt", Language::Es),
            ("pt-PT;q=1.0", Language::Pt),
            ("ta, hi-IN ; q=0.6 , en ;q=0.4", Language::Hi),
        ] {
            assert_eq!(preferred(header), Some(language), "{header}");
        }
    }
}
