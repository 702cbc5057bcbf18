//! Placeholders in the notation of another tool, which would be sent as they stand.

use super::layout::fold;

/// The most characters between brackets that can be the name of a column.
const NAME_CHARS_MAX: usize = 60;

/// What opens a placeholder, what closes it, and whether it can hardly be anything else.
const NOTATIONS: [(&str, &str, bool); 9] = [
    ("*|", "|*", true),
    ("[[", "]]", true),
    ("<<", ">>", true),
    ("${", "}", true),
    ("#{", "}", true),
    ("{%", "%}", true),
    ("{", "}", false),
    ("[", "]", false),
    ("%", "%", false),
];

/// Names that other tools have for a column.
const ALIASES: [(&str, &[&str]); 4] = [
    ("fname", &["firstname", "name", "vorname"]),
    ("lname", &["lastname", "surname", "nachname"]),
    ("firstname", &["fname", "name"]),
    ("name", &["firstname", "fullname"]),
];

/// A placeholder in the notation of another tool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForeignTag {
    /// The text as it stands in the message.
    pub found: String,
    /// What is between its brackets.
    pub name: String,
    /// It can hardly be meant as text.
    pub is_certain: bool,
}

impl ForeignTag {
    /// The header that it names among these: in any spelling, or else under another tool's name for it.
    pub fn header<'h>(&self, headers: &'h [String]) -> Option<&'h String> {
        let name = fold(&self.name);
        let named = |name: &str| headers.iter().find(|header| fold(header) == name);
        let aliases = ALIASES.iter().find(|(alias, _)| self.is_certain && *alias == name);
        named(&name).or_else(|| aliases?.1.iter().find_map(|alias| named(alias)))
    }
}

/// Every such placeholder of a text, each once, in order. The text has no `{{ … }}` in it.
pub fn foreign_tags(text: &str) -> Vec<ForeignTag> {
    let mut found: Vec<ForeignTag> = Vec::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        match NOTATIONS.iter().find_map(|notation| tag_at(rest, notation)) {
            Some(tag) => {
                rest = &rest[tag.found.len()..];
                if !found.contains(&tag) {
                    found.push(tag);
                }
            }
            None => rest = &rest[c.len_utf8()..],
        }
    }
    found
}

fn tag_at(text: &str, (open, close, is_certain): &(&str, &str, bool)) -> Option<ForeignTag> {
    let inner = text.strip_prefix(open)?;
    let name = &inner[..inner.find(close)?];
    let is_name = !name.trim().is_empty()
        && name.chars().count() <= NAME_CHARS_MAX
        && name.contains(char::is_alphabetic)
        && !name.contains(['\n', '{', '}', '[', ']']);
    is_name.then(|| ForeignTag {
        found: text[..open.len() + name.len() + close.len()].to_owned(),
        name: name.trim().to_owned(),
        is_certain: *is_certain,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers() -> Vec<String> {
        ["Mobile", "First Name", "Order No"].map(str::to_owned).to_vec()
    }

    #[test]
    fn a_placeholder_of_another_tool_finds_its_column() {
        for (text, header) in [
            ("Hi {First Name}, see", "First Name"),
            ("Hi {first_name}!", "First Name"),
            ("Hi [[First Name]]", "First Name"),
            ("Hi *|FNAME|*", "First Name"),
            ("Hi <<Order-No>>", "Order No"),
            ("Hi ${firstName}", "First Name"),
            ("Hi %First Name%", "First Name"),
            ("Hi [First Name]", "First Name"),
        ] {
            let tags = foreign_tags(text);
            assert_eq!(tags.len(), 1, "{text}: {tags:?}");
            assert_eq!(tags[0].header(&headers()).map(String::as_str), Some(header), "{text}");
            assert!(text.contains(&tags[0].found));
        }
    }

    #[test]
    fn text_in_brackets_names_no_column() {
        for text in [
            "[sic] (today) {closed}",
            "50 % off, 20 % more",
            "a < b > c",
            "Rs. 500 [incl. GST]",
            "{} [] **",
            "{1}",
        ] {
            assert!(foreign_tags(text).iter().all(|tag| tag.header(&headers()).is_none()), "{text}");
        }
        assert!(foreign_tags("{% if vip %}x{% endif %}").iter().all(|tag| tag.is_certain));
        assert_eq!(foreign_tags("{% if vip %}x{% endif %}").len(), 2);
    }
}
