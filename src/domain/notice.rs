//! What an operator is told of without looking: kinds of notices, and the facts of each.
//!
//! A notice leaves the house, so nothing in it is about a person: no number, no name, no word that the provider or somebody
//! else wrote. A row and a line are places, which only those can look up who may see the list.

use serde::{Deserialize, Serialize};

use super::{
    Phone, Timestamp,
    campaign::{Pause, PauseCause},
};

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NoticeKind {
    /// A campaign was paused.
    Paused,
    /// A campaign is at its end.
    Finished,
    /// A campaign is running and nothing moves, though it may.
    Stalled,
    /// A process died, and nobody knows whether some messages were taken.
    Doubts,
    /// A campaign has to be done soon, and people still wait.
    Deadline,
    /// A campaign was paused because too many asked to stop.
    OptOuts,
    /// The provider says that the quality or the limit of a business number has changed.
    Quality,
    /// Somebody ordered.
    Order,
    /// The last backup is old.
    Backup,
}

impl NoticeKind {
    pub const ALL: [Self; 9] = [
        Self::Paused,
        Self::Finished,
        Self::Stalled,
        Self::Doubts,
        Self::Deadline,
        Self::OptOuts,
        Self::Quality,
        Self::Order,
        Self::Backup,
    ];

    /// The name in SQL and in the setting `events`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Paused => "paused",
            Self::Finished => "finished",
            Self::Stalled => "stalled",
            Self::Doubts => "doubts",
            Self::Deadline => "deadline",
            Self::OptOuts => "opt_outs",
            Self::Quality => "quality",
            Self::Order => "order",
            Self::Backup => "backup",
        }
    }

    /// The kind of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// The `type` of a body.
    pub const fn topic(self) -> &'static str {
        match self {
            Self::Paused => "campaign.paused",
            Self::Finished => "campaign.finished",
            Self::Stalled => "campaign.stalled",
            Self::Doubts => "campaign.doubts",
            Self::Deadline => "campaign.deadline",
            Self::OptOuts => "campaign.opt_outs",
            Self::Quality => "number.quality",
            Self::Order => "order.received",
            Self::Backup => "backup.old",
        }
    }

    /// What a channel is told of unless its settings say otherwise: orders may be many.
    pub fn usual() -> Vec<Self> {
        Self::ALL.into_iter().filter(|kind| *kind != Self::Order).collect()
    }
}

/// The facts of what happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum Happened {
    Paused {
        cause: String,
        /// The provider's code, where it was the provider.
        #[serde(skip_serializing_if = "Option::is_none")]
        code: Option<String>,
        /// Our own words, where it was a limit of ours.
        #[serde(skip_serializing_if = "Option::is_none")]
        detail: Option<String>,
        #[serde(flatten)]
        place: Place,
    },
    Finished,
    Stalled {
        /// Since when nothing has moved.
        since: Timestamp,
    },
    Doubts {
        /// How many messages are in doubt since then.
        n: u64,
    },
    Deadline {
        /// The setting: `not_after` or `finish_by`.
        setting: String,
        at: Timestamp,
        n_waiting: u64,
    },
    Quality {
        event: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        limit: Option<String>,
        /// The business number, digits only.
        #[serde(skip_serializing_if = "Option::is_none")]
        number: Option<u64>,
    },
    Order {
        n_items: u64,
        #[serde(flatten)]
        place: Place,
    },
    Backup {
        /// When the last one was made; none where there was never one.
        #[serde(skip_serializing_if = "Option::is_none")]
        last_at: Option<Timestamp>,
    },
}

/// Where in a list it was.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The number of the row, as the console's addresses have it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub row: Option<i64>,
    /// The name of the list.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u64>,
}

impl Happened {
    /// A pause, without what the provider or a person wrote.
    pub fn paused(pause: &Pause, place: Place) -> Self {
        let detail = pause.detail.as_deref();
        let (code, detail) = match pause.cause {
            PauseCause::LowBalance
            | PauseCause::Credentials
            | PauseCause::Sender
            | PauseCause::Account
            | PauseCause::DailyLimit
            | PauseCause::Refusals => (detail.and_then(code), None),
            // What receipts said comes after the figures.
            PauseCause::Canary => (None, detail.and_then(|detail| detail.split(';').next())),
            PauseCause::Outage | PauseCause::Storage | PauseCause::OptOuts => (None, detail),
            PauseCause::Operator => (None, None),
        };
        Self::Paused {
            cause: pause.cause.name().to_owned(),
            code: code.map(str::to_owned),
            detail: detail.map(str::to_owned),
            place,
        }
    }

    /// What the provider says of a business number, where it is made of words of theirs.
    pub fn quality(event: &str, limit: Option<&str>, number: Option<Phone>) -> Self {
        Self::Quality {
            event: code(event).unwrap_or("CHANGED").to_owned(),
            limit: limit.and_then(code).map(str::to_owned),
            number: number.map(Phone::digits),
        }
    }

    pub fn kind(&self) -> NoticeKind {
        match self {
            Self::Paused { cause, .. } if cause == PauseCause::OptOuts.name() => NoticeKind::OptOuts,
            Self::Paused { .. } => NoticeKind::Paused,
            Self::Finished => NoticeKind::Finished,
            Self::Stalled { .. } => NoticeKind::Stalled,
            Self::Doubts { .. } => NoticeKind::Doubts,
            Self::Deadline { .. } => NoticeKind::Deadline,
            Self::Quality { .. } => NoticeKind::Quality,
            Self::Order { .. } => NoticeKind::Order,
            Self::Backup { .. } => NoticeKind::Backup,
        }
    }
}

/// The code at the beginning of what the provider said, where it is one: short, and not only digits, so that it is nobody's
/// number.
fn code(said: &str) -> Option<&str> {
    const CHARACTERS_MAX: usize = 40;
    let code = said.split(':').next().unwrap_or_default().trim();
    let is_code = code.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'));
    let is_number = code.chars().filter(char::is_ascii_digit).count() > 6;
    (is_code && !is_number && (1..=CHARACTERS_MAX).contains(&code.len())).then_some(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paused(cause: PauseCause, detail: &str) -> Happened {
        let pause = Pause { cause, detail: Some(detail.to_owned()), line: None };
        Happened::paused(&pause, Place::default())
    }

    #[test]
    fn what_the_provider_wrote_is_left_out_but_for_its_code() {
        let told = |cause, detail| serde_json::to_string(&paused(cause, detail)).unwrap();
        let refused = told(PauseCause::Refusals, "WA400: +919810000001 is not Asha's number");
        assert_eq!(refused, r#"{"what":"paused","cause":"refusals","code":"WA400"}"#);
        for number in ["919810000001: no", "+91 98100: no", "", "a long story without a code"] {
            assert!(!told(PauseCause::Sender, number).contains("code"), "{number}");
        }
        let canary = told(PauseCause::Canary, "of the first 9 messages 1 arrived; 8 × +919810000001 blocked");
        assert!(canary.contains("1 arrived\"") && !canary.contains("98100"), "{canary}");
        assert!(!told(PauseCause::Operator, "Asha called").contains("Asha"));
    }

    #[test]
    fn facts_come_back_as_they_were_written_down() {
        let place = Place { row: Some(7), file: Some("list.csv".to_owned()), line: Some(8) };
        let pause =
            Pause { cause: PauseCause::LowBalance, detail: Some("E110: low".to_owned()), line: Some(8) };
        let all = [
            Happened::paused(&pause, place.clone()),
            Happened::Finished,
            Happened::Stalled { since: Timestamp(5) },
            Happened::Doubts { n: 3 },
            Happened::Deadline { setting: "not_after".to_owned(), at: Timestamp(9), n_waiting: 2 },
            Happened::Quality { event: "DOWNGRADE".to_owned(), limit: None, number: Some(911_161_197_855) },
            Happened::Order { n_items: 2, place },
            Happened::Backup { last_at: None },
        ];
        for happened in all {
            let text = serde_json::to_string(&happened).unwrap();
            assert_eq!(serde_json::from_str::<Happened>(&text).unwrap(), happened, "{text}");
        }
    }

    #[test]
    fn an_opt_out_spike_is_a_kind_of_its_own_and_orders_have_to_be_asked_for() {
        assert_eq!(
            paused(PauseCause::OptOuts, "of 9 who got it 3 asked to stop").kind(),
            NoticeKind::OptOuts
        );
        assert!(!NoticeKind::usual().contains(&NoticeKind::Order));
        for kind in NoticeKind::ALL {
            assert_eq!(NoticeKind::from_name(kind.name()), Some(kind));
        }
    }
}
