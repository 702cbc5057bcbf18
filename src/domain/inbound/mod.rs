//! What people write to a business number, and what else arrives where receipts do.

pub mod intake;
pub mod optout;

use std::fmt;

use sha2::{Digest, Sha256};

use super::{
    Phone, Timestamp,
    reach::{Opening, WindowSource},
};

/// One thing that is no receipt.
#[derive(Clone, PartialEq, Eq)]
pub struct Inbound {
    /// The provider's id; its older shapes have none.
    pub id: Option<String>,
    /// The business number; one older shape does not say it.
    pub business: Option<Phone>,
    /// Who wrote, in the spelling of the provider. None where the number is hidden.
    pub person: Option<Phone>,
    /// The provider's time; none where it gave none that can be read.
    pub at: Option<Timestamp>,
    pub event: Event,
    pub text: Option<String>,
    /// The ids of the messages that are answered or reacted to.
    pub quoted: Vec<String>,
    /// The product on whose page it was asked.
    pub product: Option<String>,
    /// The tags of the message that is answered.
    pub refs: [Option<String>; 3],
    pub is_forwarded: bool,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// The person wrote or sent: `text`, `image`, `location` …
    Wrote {
        kind: String,
    },
    /// The person pressed a button or chose from a list.
    Button,
    Order {
        items: Vec<OrderItem>,
    },
    Reaction {
        is_removed: bool,
    },
    /// Something that the provider does not pass on.
    Unsupported,
    /// The person set in `WhatsApp` whether marketing messages are welcome.
    Preference {
        is_stop: bool,
    },
    /// The person has another number from now on.
    NumberChanged {
        to: Phone,
    },
    /// Not written by the person: an echo of our own message, a system message, an error.
    NotWritten {
        kind: String,
    },
    /// The quality of the business number has changed.
    Quality {
        event: String,
        limit: Option<String>,
    },
}

/// One line of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderItem {
    pub product: String,
    pub quantity: u64,
    /// The price of one, as it came.
    pub price: Option<String>,
    pub currency: Option<String>,
}

impl Event {
    /// The name in SQL and JSON.
    pub fn kind(&self) -> &str {
        match self {
            Self::Wrote { kind } | Self::NotWritten { kind } => kind,
            Self::Button => "button",
            Self::Order { .. } => "order",
            Self::Reaction { is_removed: false } => "reaction",
            Self::Reaction { is_removed: true } => "reaction_removed",
            Self::Unsupported => "unsupported",
            Self::Preference { is_stop: true } => "preference_stop",
            Self::Preference { is_stop: false } => "preference_resume",
            Self::NumberChanged { .. } => "number_changed",
            Self::Quality { .. } => "quality",
        }
    }

    /// Whether the person did something that can be an answer.
    pub const fn is_answer(&self) -> bool {
        matches!(self, Self::Wrote { .. } | Self::Button | Self::Order { .. })
    }

    /// Whether it is a reply where it is tied to a message: a reaction to it is one too.
    pub const fn is_reply(&self) -> bool {
        self.is_answer() || matches!(self, Self::Reaction { is_removed: false } | Self::Unsupported)
    }

    /// Whether it opens a window, and then whether only by inference.
    const fn opens(&self) -> Option<bool> {
        match self {
            Self::Wrote { .. } | Self::Button | Self::Order { .. } => Some(false),
            Self::Reaction { is_removed: false } | Self::Unsupported => Some(true),
            Self::Reaction { is_removed: true }
            | Self::Preference { .. }
            | Self::NumberChanged { .. }
            | Self::NotWritten { .. }
            | Self::Quality { .. } => None,
        }
    }
}

impl Inbound {
    /// An event of which nothing else is known.
    pub fn of(event: Event) -> Self {
        let refs = [None, None, None];
        Self {
            id: None,
            business: None,
            person: None,
            at: None,
            event,
            text: None,
            quoted: Vec::new(),
            product: None,
            refs,
            is_forwarded: false,
        }
    }

    /// What it is known by when it comes again: a hash of its id, or where it has none, of what it says. A hash, because an
    /// id holds the person's number.
    pub fn identity(&self) -> String {
        let mut hash = Sha256::new();
        let mut add = |part: &str| {
            hash.update(part.len().to_le_bytes());
            hash.update(part);
        };
        let digits = |phone: Option<Phone>| phone.map(|phone| phone.digits().to_string()).unwrap_or_default();
        if let Some(id) = &self.id {
            add(id);
        } else {
            add("");
            add(&digits(self.business.map(Phone::canonical)));
            add(&digits(self.person.map(Phone::canonical)));
            add(&self.at.map(|at| at.0.to_string()).unwrap_or_default());
            add(self.event.kind());
            add(self.text.as_deref().unwrap_or_default());
        }
        hash.finalize().iter().take(16).fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
    }

    /// When the person wrote: never later than its arrival.
    pub fn wrote_at(&self, arrived_at: Timestamp) -> Option<Timestamp> {
        self.at.map(|at| at.min(arrived_at))
    }

    /// The window that it opens. Without a person, a business number or a time it opens none.
    pub fn opening(&self, arrived_at: Timestamp) -> Option<Opening> {
        Some(Opening {
            is_weak: self.event.opens()?,
            sender: self.business?,
            person: self.person?,
            at: self.wrote_at(arrived_at)?,
            kind: self.event.kind().to_owned(),
            source: WindowSource::Inbound,
        })
    }
}

/// Without ids, which hold whole numbers, and without what the person wrote.
impl fmt::Debug for Inbound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Inbound")
            .field("business", &self.business)
            .field("person", &self.person)
            .field("at", &self.at)
            .field("kind", &self.event.kind())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrote() -> Inbound {
        Inbound {
            id: Some("wamid.HBgMOTE5ODAwMDAwMDAxFQ".to_owned()),
            business: Phone::from_digits(911_161_197_855).ok(),
            person: Phone::from_digits(919_800_000_001).ok(),
            at: Some(Timestamp(5_000)),
            text: Some("secret".to_owned()),
            ..Inbound::of(Event::Wrote { kind: "text".to_owned() })
        }
    }

    #[test]
    fn a_message_opens_a_window_at_its_own_time_and_never_later_than_it_came() {
        let at = |arrived_at| wrote().opening(Timestamp(arrived_at)).unwrap().at;
        assert_eq!((at(9_000), at(3_000)), (Timestamp(5_000), Timestamp(3_000)));
        let none = Timestamp(9_000);
        assert_eq!(Inbound { at: None, ..wrote() }.opening(none), None);
        assert_eq!(Inbound { person: None, ..wrote() }.opening(none), None);
        let weak = |event| Inbound { event, ..wrote() }.opening(none).map(|opening| opening.is_weak);
        assert_eq!(weak(Event::Reaction { is_removed: false }), Some(true));
        assert_eq!(weak(Event::Reaction { is_removed: true }), None);
        assert_eq!(weak(Event::Preference { is_stop: true }), None);
        assert_eq!(weak(Event::NotWritten { kind: "system".to_owned() }), None);
        assert_eq!(weak(Event::Order { items: Vec::new() }), Some(false));
    }

    #[test]
    fn what_comes_again_is_known_and_what_differs_is_another_message() {
        assert_eq!(wrote().identity(), Inbound { text: None, ..wrote() }.identity());
        let bare = Inbound { id: None, ..wrote() };
        assert_eq!(bare.identity(), bare.clone().identity());
        assert_ne!(bare.identity(), Inbound { text: None, ..bare.clone() }.identity());
        assert_ne!(bare.identity(), Inbound { at: None, ..bare.clone() }.identity());
        assert_ne!(bare.identity(), wrote().identity());
    }

    #[test]
    fn neither_the_id_nor_the_number_nor_the_words_show_in_a_log() {
        let shown = format!("{:?}", wrote());
        assert!(shown.contains("+91…0001"), "{shown}");
        for hidden in ["919800000001", "wamid", "secret"] {
            assert!(!shown.contains(hidden), "{shown}");
        }
    }
}
