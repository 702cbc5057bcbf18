//! A message as it looks on a phone, and what is odd about its links.

use std::collections::BTreeSet;

use super::{frame::Frame, words::texts};
use crate::{
    console::drafts::list::options::variables,
    domain::{
        Layout, NewCampaign, Phone, Template,
        inbound::optout::OptOutWords,
        message::{
            BODY_UTF16_MAX, RenderError,
            layout::Place,
            lint::{Lint, lint},
        },
    },
    queue::ResultRow,
};

/// A piece of the text in the bubble.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Piece {
    pub(crate) kind: Kind,
    pub(crate) text: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Text,
    Link,
    /// A value that the row lacks.
    Hole,
}

impl Piece {
    pub(crate) fn is_link(&self) -> bool {
        self.kind == Kind::Link
    }

    pub(crate) fn is_hole(&self) -> bool {
        self.kind == Kind::Hole
    }
}

/// One row's message.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Bubble {
    pub(crate) pieces: Vec<Piece>,
    /// In UTF-16 units, as the provider's limit is counted.
    pub(crate) n_chars: usize,
    pub(crate) is_missing: bool,
}

/// What stands around the name of a missing value, while the text is in one piece: no keyboard types it.
const HOLE: [char; 2] = ['\u{E000}', '\u{E001}'];

impl Bubble {
    /// The message of a row; values that it lacks are holes in it.
    pub(crate) fn of(template: &Template, layout: &Layout, row: &ResultRow) -> Self {
        let places: Vec<_> = template.variables().iter().map(|name| layout.place_of(name)).collect();
        let to = row.to();
        let mut holes = BTreeSet::new();
        let text = loop {
            let marks: Vec<_> =
                template.variables().iter().map(|name| format!("{}{name}{}", HOLE[0], HOLE[1])).collect();
            let rendered = template.render(|variable| {
                if holes.contains(&template.variables()[variable]) {
                    return Some(marks[variable].as_str());
                }
                match places[variable]? {
                    Place::To => to.as_deref(),
                    Place::Ref(slot) => row.refs[slot].as_deref().map(|text| layout.values.shown(text)),
                    Place::Cell(index) => {
                        row.cells.as_ref()?.get(index).map(|text| layout.values.shown(text))
                    }
                }
            });
            match rendered {
                Ok(text) => break text,
                // Each turn makes one more hole, and there are no more than there are variables.
                Err(RenderError::Missing { variable } | RenderError::Filter { variable })
                    if holes.insert(variable.clone()) => {}
                Err(_) => break String::new(),
            }
        };
        let n_chars = text.chars().filter(|c| !HOLE.contains(c)).map(char::len_utf16).sum();
        Self { pieces: pieces(&text), n_chars, is_missing: !holes.is_empty() }
    }

    /// The message as a visitor sees it.
    pub(crate) fn seen_by(self, f: &Frame) -> Self {
        let pieces = self.pieces.into_iter();
        let pieces = pieces.map(|piece| match piece.kind {
            Kind::Text => Piece { text: f.seen(&piece.text), ..piece },
            Kind::Link | Kind::Hole => piece,
        });
        Self { pieces: pieces.collect(), ..self }
    }

    /// The link that WhatsApp shows as a card above the text: the first one, where that is asked for.
    pub(crate) fn card(&self, preview_url: bool) -> Option<String> {
        let link = self.pieces.iter().find(|piece| piece.is_link()).filter(|_| preview_url)?;
        Some(link.text.split_once("://").map_or(link.text.as_str(), |(_, rest)| rest).to_owned())
    }

    pub(crate) fn is_too_long(&self) -> bool {
        self.n_chars > BODY_UTF16_MAX
    }
}

fn pieces(text: &str) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut push = |kind, text: &str| {
        if text.is_empty() {
            return;
        }
        match pieces.last_mut() {
            Some(last) if last.kind == kind && kind == Kind::Text => last.text.push_str(text),
            _ => pieces.push(Piece { kind, text: text.to_owned() }),
        }
    };
    for (index, part) in text.split(HOLE[0]).enumerate() {
        let rest = match part.split_once(HOLE[1]) {
            Some((name, rest)) if index > 0 => {
                push(Kind::Hole, name);
                rest
            }
            _ => part,
        };
        for word in rest.split_inclusive(char::is_whitespace) {
            let bare = word.trim_end();
            if bare.starts_with("https://") || bare.starts_with("http://") {
                let link = bare.trim_end_matches(['.', ',', ';', ':', '!', '?', ')']);
                push(Kind::Link, link);
                push(Kind::Text, &word[link.len()..]);
            } else {
                push(Kind::Text, word);
            }
        }
    }
    pieces
}

/// Variables of the message and of the tags that no column of the file gives.
pub(crate) fn unknown(plan: &NewCampaign, layout: &Layout) -> Vec<String> {
    let variables = variables(&plan.message, &plan.refs).into_iter();
    variables.filter(|name| layout.place_of(name).is_none()).collect()
}

/// What a person should look at before such a message is sent, in sentences.
pub(crate) fn lints(
    text: &str,
    preview_url: bool,
    sender: Option<Phone>,
    words: &OptOutWords,
) -> Vec<String> {
    lint(text, preview_url, sender, words).into_iter().map(lint_text).collect()
}

/// One of them.
pub(crate) fn lint_text(odd: Lint) -> String {
    match odd {
        Lint::NoCatalogueLink => texts().lint_no_catalogue.to_string(),
        Lint::NotFirst { first } => texts().lint_not_first.with(first),
        Lint::NoScheme { link } => texts().lint_no_scheme.with(link),
        Lint::OtherSender { digits } => texts().lint_other_number.with(digits),
        Lint::PreviewOff => texts().lint_preview_off.to_string(),
        Lint::CutCharacter => texts().lint_cut.to_string(),
        Lint::UnpairedDirection => texts().lint_direction.to_string(),
        Lint::UnknownWord { word } => texts().lint_unknown_word.with(word),
        Lint::NoWayOut => texts().lint_no_way_out.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::queue::tests::filled;

    fn row(cells: &[&str]) -> ResultRow {
        let cells = cells.iter().map(|&cell| cell.to_owned()).collect();
        ResultRow { cells: Some(cells), ..filled::row() }
    }

    fn layout() -> Layout {
        let headers = ["Mobile", "Name", "City"].map(str::to_owned).to_vec();
        Layout::new(headers, vec![0], [None, None, None], std::collections::BTreeMap::new())
    }

    #[test]
    fn a_missing_value_is_a_hole_and_not_counted_as_sent() {
        let template = Template::parse("Hi {{Name}} of {{City}}, see https://wa.me/c/91.").unwrap();
        let bubble = Bubble::of(&template, &layout(), &row(&["", "Pune"]));
        assert!(bubble.is_missing);
        let shown: Vec<_> = bubble.pieces.iter().map(|piece| (piece.kind, piece.text.as_str())).collect();
        assert_eq!(
            shown,
            [
                (Kind::Text, "Hi "),
                (Kind::Hole, "Name"),
                (Kind::Text, " of Pune, see "),
                (Kind::Link, "https://wa.me/c/91"),
                (Kind::Text, "."),
            ]
        );
    }

    #[test]
    fn a_default_fills_the_hole() {
        let template = Template::parse("Hi {{Name | default('friend')}}").unwrap();
        let bubble = Bubble::of(&template, &layout(), &row(&["", ""]));
        assert_eq!((bubble.is_missing, bubble.n_chars), (false, 9));
    }

    #[test]
    fn odd_links_are_told() {
        let sender = Phone::parse("+911161197855").ok();
        let lints = |text: &str, preview_url, sender| {
            lints(&format!("{text} STOP?"), preview_url, sender, &OptOutWords::default())
        };
        assert_eq!(lints("no link", true, sender), [texts().lint_no_catalogue.to_string()]);
        assert_eq!(lints("https://wa.me/c/911161197855", true, sender), Vec::<String>::new());
        assert_eq!(lints("https://wa.me/c/1", true, sender), [texts().lint_other_number.with(1)]);
        assert_eq!(lints("wa.me/c/911161197855", false, sender).len(), 2);
    }
}
