//! Whom free text reaches: whoever wrote to the business number within the last 24 hours (Meta, customer service window).

use std::time::Duration;

use super::{Phone, Timestamp};

/// How long a window stays open after the person's last message.
pub const WINDOW: Duration = Duration::from_hours(24);

/// Windows that are older than this say nothing any more, and are deleted.
pub const WINDOW_KEPT: Duration = Duration::from_hours(48);

/// Whom a campaign is sent to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Reach {
    /// Everybody, whether or not the message can arrive.
    #[default]
    Any,
    /// Those whose window is open, soonest-closing first; the others are skipped at the end of the run.
    Open,
    /// Everybody as soon as they write.
    Wait,
}

impl Reach {
    pub const ALL: [Self; 3] = [Self::Any, Self::Open, Self::Wait];

    /// The name in SQL, JSON and on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Any => "any",
            Self::Open => "open",
            Self::Wait => "wait",
        }
    }

    /// The choice of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reach| reach.name() == name)
    }
}

/// Whom a campaign is sent to, and until when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReachPlan {
    /// None where nobody has chosen, which is [`Reach::Any`].
    pub chosen: Option<Reach>,
    /// So long before it closes a window counts as closed.
    pub margin: Duration,
    /// Rows that are not sent by then are skipped.
    pub not_after: Option<Timestamp>,
}

impl Default for ReachPlan {
    /// Everybody, with a margin of five minutes, for as long as it takes.
    fn default() -> Self {
        Self { chosen: None, margin: Duration::from_mins(5), not_after: None }
    }
}

impl ReachPlan {
    /// Whom it is sent to.
    pub fn reach(&self) -> Reach {
        self.chosen.unwrap_or_default()
    }
}

/// Why a recipient was skipped: the codes of the status `skipped`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SkipCode {
    /// The person has not written within the last 24 hours.
    WindowClosed,
    /// The campaign's deadline passed first.
    TooLate,
}

impl SkipCode {
    pub const ALL: [Self; 2] = [Self::WindowClosed, Self::TooLate];

    /// The code in SQL, JSON and exports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::WindowClosed => "WINDOW_CLOSED",
            Self::TooLate => "TOO_LATE",
        }
    }

    /// What it means, as the row's error says it.
    pub const fn words(self) -> &'static str {
        match self {
            Self::WindowClosed => {
                "the person has not written within the last 24 hours, so the message would not arrive"
            }
            Self::TooLate => "the time after which nothing is sent had come",
        }
    }
}

/// How it is known that a person wrote.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum WindowSource {
    /// The provider passed the message on.
    Inbound,
    /// A column of a list said when.
    List,
    /// The provider's downloaded report said when.
    Report,
}

impl WindowSource {
    pub const ALL: [Self; 3] = [Self::Inbound, Self::List, Self::Report];

    /// The name in SQL and JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Inbound => "inbound",
            Self::List => "list",
            Self::Report => "report",
        }
    }

    /// The source of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|source| source.name() == name)
    }
}

/// A person has written to a business number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opening {
    /// The business number.
    pub sender: Phone,
    /// Who wrote, in any spelling.
    pub person: Phone,
    pub at: Timestamp,
    /// What it was: `text`, `button`, `order` …
    pub kind: String,
    pub source: WindowSource,
    /// Inferred, and told apart in reports.
    pub is_weak: bool,
}

/// What is known of a person's window with a business number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Window {
    pub last_at: Timestamp,
    pub kind: String,
    pub source: WindowSource,
    pub is_weak: bool,
    /// When the last message left that the provider refused because the window was closed.
    pub closed_at: Option<Timestamp>,
}

impl Window {
    /// Until when it is open; none where a refusal has closed it.
    pub fn closes_at(&self) -> Option<Timestamp> {
        let is_refused = self.closed_at.is_some_and(|closed_at| self.last_at < closed_at);
        (!is_refused).then(|| self.last_at.plus(WINDOW))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn window(last_at: i64, closed_at: Option<i64>) -> Window {
        Window {
            last_at: Timestamp(last_at),
            kind: "text".to_owned(),
            source: WindowSource::Inbound,
            is_weak: false,
            closed_at: closed_at.map(Timestamp),
        }
    }

    #[test]
    fn a_window_is_open_for_a_day_unless_a_later_message_was_refused() {
        assert_eq!(window(1_000, None).closes_at(), Some(Timestamp(1_000 + 86_400_000)));
        assert_eq!(window(1_000, Some(2_000)).closes_at(), None);
        // They wrote again after the message that was refused had left.
        assert_eq!(window(3_000, Some(2_000)).closes_at(), Some(Timestamp(3_000 + 86_400_000)));
    }
}
