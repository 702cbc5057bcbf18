//! Whom free text reaches: whoever wrote to the business number within the last 24 hours (Meta, customer service window).

pub mod hours;
pub mod zones;

use std::{fmt, time::Duration};

use self::hours::LocalHours;
use super::{Phone, Timestamp, time::parse_duration};

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

/// At most so many messages to a person in a moving time, over all campaigns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cap {
    pub n_max: u32,
    pub within: Duration,
}

impl Cap {
    /// Reads `1/1d`, `3/12h`.
    pub fn parse(text: &str) -> Result<Self, ReachError> {
        let error = || ReachError::Cap { found: text.to_owned() };
        let (n, within) = text.split_once('/').ok_or_else(error)?;
        let n_max = n.trim().parse().ok().filter(|n| 1 <= *n).ok_or_else(error)?;
        let within =
            parse_duration(within.trim()).ok().filter(|within| !within.is_zero()).ok_or_else(error)?;
        Ok(Self { n_max, within })
    }
}

impl fmt::Display for Cap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.within.as_secs();
        match seconds {
            s if s % 86_400 == 0 => write!(f, "{}/{}d", self.n_max, s / 86_400),
            s if s % 3_600 == 0 => write!(f, "{}/{}h", self.n_max, s / 3_600),
            s => write!(f, "{}/{s}s", self.n_max),
        }
    }
}

/// The share of a list that is left unsent, so that what a campaign brought can be compared with what comes without it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HoldOut {
    share: f64,
}

impl HoldOut {
    /// Reads `5%`.
    pub fn parse(text: &str) -> Result<Self, ReachError> {
        let error = || ReachError::HoldOut { found: text.to_owned() };
        let percent: f64 = text.trim().trim_end_matches('%').trim().parse().map_err(|_| error())?;
        Self::of(percent / 100.0).ok_or_else(error)
    }

    /// Of a share above 0 and up to a half.
    pub fn of(share: f64) -> Option<Self> {
        (0.0 < share && share <= 0.5).then_some(Self { share })
    }

    pub fn share(self) -> f64 {
        self.share
    }

    /// Whether a person is held out whose hash is that: the same person always is, or never.
    pub fn holds(self, hash: u64) -> bool {
        #[expect(clippy::cast_precision_loss, reason = "a share of all hashes")]
        let place = hash as f64 / u64::MAX as f64;
        place < self.share
    }
}

impl fmt::Display for HoldOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}%", (self.share * 10_000.0).round() / 100.0)
    }
}

/// Why a limit on whom and when to message cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReachError {
    #[error("`{found}` is no days of the week, such as mon-sat or mon,wed,fri")]
    Days { found: String },
    #[error("`{found}` is no cap, such as 1/1d: so many messages to a person in such a time")]
    Cap { found: String },
    #[error("`{found}` is no share to leave out, such as 5%: above 0% and up to 50%")]
    HoldOut { found: String },
}

/// Whom a campaign is sent to, when, and until when.
#[derive(Debug, Clone, PartialEq)]
pub struct ReachPlan {
    /// None where nobody has chosen, which is [`Reach::Any`].
    pub chosen: Option<Reach>,
    /// So long before it closes a window counts as closed.
    pub margin: Duration,
    /// Rows that are not sent by then are skipped.
    pub not_after: Option<Timestamp>,
    /// By when it has to be done; the rate follows from it at the start.
    pub finish_by: Option<Timestamp>,
    /// When people want to be messaged.
    pub local: LocalHours,
    pub cap: Option<Cap>,
    pub hold_out: Option<HoldOut>,
}

impl Default for ReachPlan {
    /// Everybody at any time, with a margin of five minutes, for as long as it takes.
    fn default() -> Self {
        Self {
            chosen: None,
            margin: Duration::from_mins(5),
            not_after: None,
            finish_by: None,
            local: LocalHours::default(),
            cap: None,
            hold_out: None,
        }
    }
}

/// What a row waits for that is due and may not be sent yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum HeldBy {
    /// The hours in which the person wants to be messaged.
    Hours,
    /// The cap on messages to the person.
    Cap,
}

impl HeldBy {
    pub const ALL: [Self; 2] = [Self::Hours, Self::Cap];

    /// The name in SQL and JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Hours => "hours",
            Self::Cap => "cap",
        }
    }

    /// What holds of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|held| held.name() == name)
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
    /// The person had as many messages as the cap allows until the deadline passed.
    FrequencyCap,
    /// Left out to compare with.
    HeldOut,
}

impl SkipCode {
    pub const ALL: [Self; 4] = [Self::WindowClosed, Self::TooLate, Self::FrequencyCap, Self::HeldOut];

    /// The code in SQL, JSON and exports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::WindowClosed => "WINDOW_CLOSED",
            Self::TooLate => "TOO_LATE",
            Self::FrequencyCap => "FREQUENCY_CAP",
            Self::HeldOut => "HELD_OUT",
        }
    }

    /// What it means, as the row's error says it.
    pub const fn words(self) -> &'static str {
        match self {
            Self::WindowClosed => {
                "the person has not written within the last 24 hours, so the message would not arrive"
            }
            Self::TooLate => "the time after which nothing is sent had come",
            Self::FrequencyCap => "the person had as many messages as the cap allows",
            Self::HeldOut => "left out to compare with those who got the message",
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
    fn caps_and_shares_are_read_as_they_are_shown() {
        for text in ["1/1d", "3/12h", "2/90s"] {
            assert_eq!(Cap::parse(text).unwrap().to_string(), text);
        }
        for wrong in ["1", "0/1d", "1/0d", "a/1d", "1/day"] {
            assert!(Cap::parse(wrong).is_err(), "{wrong}");
        }
        assert_eq!(HoldOut::parse("5%").unwrap().to_string(), "5%");
        assert!((HoldOut::parse("2.5").unwrap().share() - 0.025).abs() < 1e-9);
        for wrong in ["0%", "60%", "some", "-1"] {
            assert!(HoldOut::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_share_of_all_hashes_is_held_out() {
        let hold_out = HoldOut::parse("10%").unwrap();
        let step = u64::MAX / 1_000;
        assert_eq!((0..1_000).filter(|n| hold_out.holds(n * step + step / 2)).count(), 100);
    }

    #[test]
    fn a_window_is_open_for_a_day_unless_a_later_message_was_refused() {
        assert_eq!(window(1_000, None).closes_at(), Some(Timestamp(1_000 + 86_400_000)));
        assert_eq!(window(1_000, Some(2_000)).closes_at(), None);
        // They wrote again after the message that was refused had left.
        assert_eq!(window(3_000, Some(2_000)).closes_at(), Some(Timestamp(3_000 + 86_400_000)));
    }
}
