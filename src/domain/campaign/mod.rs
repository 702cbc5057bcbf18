//! A campaign: one message to one recipient list, its limits, its state, and why it is paused.

pub mod canary;

use std::{fmt, time::Duration};

use jiff::tz::TimeZone;

use super::{
    message::{Template, TemplateError},
    reach::ReachPlan,
    recipient::phone::Phone,
    ruling::RetrySchedule,
    time::{SendingHours, TimeError, Timestamp, told_in},
};

/// The number of a campaign's row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CampaignId(pub i64);

/// Where a campaign stands. Whether a process is sending it at this moment is the queue's lease, not its state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum State {
    /// Not started, or with recipients that nobody has started yet.
    Draft,
    /// Started; the first message waits for its set time.
    Scheduled,
    /// Started and not at its end; survives the death of the process that sends it.
    Running,
    /// Stopped until someone resumes it; the cause says why.
    Paused,
    /// Nothing is left to send.
    Finished,
    /// Ended by the operator; nothing further is ever sent.
    Cancelled,
}

impl State {
    pub const ALL: [Self; 6] =
        [Self::Draft, Self::Scheduled, Self::Running, Self::Paused, Self::Finished, Self::Cancelled];

    /// The name in SQL, JSON and on screen.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Scheduled => "scheduled",
            Self::Running => "running",
            Self::Paused => "paused",
            Self::Finished => "finished",
            Self::Cancelled => "cancelled",
        }
    }

    /// The state of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }

    /// Where this state goes on `step`.
    pub fn after(self, step: Step) -> Result<Self, IllegalStep> {
        let to = match (self, step) {
            (Self::Draft | Self::Scheduled | Self::Running | Self::Finished, Step::Start) => Self::Running,
            (Self::Draft | Self::Scheduled | Self::Running, Step::Schedule) => Self::Scheduled,
            (Self::Draft | Self::Scheduled | Self::Running | Self::Paused, Step::Pause) => Self::Paused,
            (Self::Paused, Step::Resume) => Self::Running,
            (Self::Scheduled, Step::Unschedule) => Self::Draft,
            (Self::Running, Step::Finish) => Self::Finished,
            (Self::Finished, Step::Reopen) => Self::Running,
            (Self::Finished, Step::AddRecipients) => Self::Draft,
            (
                state @ (Self::Draft | Self::Scheduled | Self::Running | Self::Paused),
                Step::Reopen | Step::AddRecipients,
            ) => state,
            (Self::Draft | Self::Scheduled | Self::Running | Self::Paused | Self::Finished, Step::Cancel) => {
                Self::Cancelled
            }
            (from, step) => return Err(IllegalStep { from, step }),
        };
        Ok(to)
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// What can be done to a campaign, or happen to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Step {
    /// Someone runs it.
    Start,
    /// Someone runs it, and its set time has not come.
    Schedule,
    /// Its set time is taken back.
    Unschedule,
    /// The operator, the provider or a limit stops it.
    Pause,
    /// The operator lifts the pause.
    Resume,
    /// The queue is drained.
    Finish,
    /// Failed or doubtful recipients were put back.
    Reopen,
    /// A list was imported.
    AddRecipients,
    /// The operator ends it.
    Cancel,
}

impl Step {
    /// The name in the audit trail.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Schedule => "schedule",
            Self::Unschedule => "unschedule",
            Self::Pause => "pause",
            Self::Resume => "resume",
            Self::Finish => "finish",
            Self::Reopen => "reopen",
            Self::AddRecipients => "import",
            Self::Cancel => "cancel",
        }
    }
}

/// A step that does not exist.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a campaign that is {from} cannot {step:?}")]
pub struct IllegalStep {
    from: State,
    step: Step,
}

/// Why a campaign is paused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PauseCause {
    /// The operator said so.
    Operator,
    /// E110: the balance or credit limit is used up.
    LowBalance,
    /// RBC001: wrong SID or API key, or the key was revoked.
    Credentials,
    /// WA401, or WA-401 about the number: the sender's number is not usable.
    Sender,
    /// WA-401 about the account, or an answer that no recipient can be blamed for.
    Account,
    /// WAV2101: the account's limit for today is reached.
    DailyLimit,
    /// A run of permanent refusals: the message is wrong, not the people.
    Refusals,
    /// The provider was down for long.
    Outage,
    /// The canary's receipts were not good enough.
    Canary,
    /// The disk is full, or the database cannot be written.
    Storage,
    /// Too many of those who got the message asked to stop.
    OptOuts,
}

impl PauseCause {
    pub const ALL: [Self; 11] = [
        Self::Operator,
        Self::LowBalance,
        Self::Credentials,
        Self::Sender,
        Self::Account,
        Self::DailyLimit,
        Self::Refusals,
        Self::Outage,
        Self::Canary,
        Self::Storage,
        Self::OptOuts,
    ];

    /// The name in SQL and JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Operator => "operator",
            Self::LowBalance => "low_balance",
            Self::Credentials => "credentials",
            Self::Sender => "sender",
            Self::Account => "account",
            Self::DailyLimit => "daily_limit",
            Self::Refusals => "refusals",
            Self::Outage => "outage",
            Self::Canary => "canary",
            Self::Storage => "storage",
            Self::OptOuts => "opt_outs",
        }
    }

    /// The cause of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|cause| cause.name() == name)
    }
}

impl fmt::Display for PauseCause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// A pause: its cause, and the words and the line that brought it about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pause {
    pub cause: PauseCause,
    /// The provider's code and words, or ours.
    pub detail: Option<String>,
    /// The line of the recipient whose answer it was.
    pub line: Option<u64>,
}

/// What to do with a recipient whose outcome is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnUnknown {
    /// Keep it in doubt until someone resolves it.
    Hold,
    /// Send again, at the operator's own risk of messaging someone twice.
    Resend,
}

impl OnUnknown {
    /// The name in SQL and on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Hold => "hold",
            Self::Resend => "resend",
        }
    }

    /// The choice of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Hold, Self::Resend].into_iter().find(|choice| choice.name() == name)
    }
}

/// Everything about a campaign that its creator decides. [`NewCampaign::check`] says whether it can be.
#[derive(Debug, Clone, PartialEq)]
pub struct NewCampaign {
    /// The name, unique in its queue.
    pub name: String,
    /// The text of the message, with its placeholders.
    pub message: String,
    /// Whether WhatsApp is asked to show a preview of the first link.
    pub preview_url: bool,
    /// The sender's own business number; none means the one of the settings.
    pub sender: Option<Phone>,
    /// Messages per second, at most.
    pub mps: f64,
    /// Requests on the wire at once, at most.
    pub in_flight_max: u32,
    /// Attempts per recipient, at most; those that the provider asked to repeat count, releases do not.
    pub attempts_max: u32,
    /// The delays between attempts.
    pub retry: RetrySchedule,
    /// What to do when an outcome is not known.
    pub on_unknown: OnUnknown,
    /// The value of the provider's `wa_source` field.
    pub wa_source: String,
    /// Templates of the tags `ref`, `ref1`, `ref2`; none means the file's column of that name, if there is one.
    pub refs: [Option<String>; 3],
    /// No message before this instant.
    pub start_at: Option<Timestamp>,
    /// No message outside these hours of `time_zone`.
    pub hours: Option<SendingHours>,
    /// The IANA zone of `hours`; UTC where none is set.
    pub time_zone: Option<String>,
    /// Send so many first and wait for their receipts.
    pub canary: Option<u32>,
    /// How long to wait for those receipts once the canary is out.
    pub canary_wait: Duration,
    /// The share of the canary that has to arrive.
    pub canary_share: f64,
    /// Whom it is sent to, and until when.
    pub reach: ReachPlan,
    /// Whether a free tag slot carries a token unique to the row.
    pub with_token: bool,
}

/// Why a campaign cannot be created.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum CampaignError {
    /// The name is empty, too long, or has characters that shells and paths trip over.
    #[error(
        "`{name}` cannot be a campaign's name: use 1 to 64 letters, digits, dots, dashes or underscores, not a dash first"
    )]
    Name { name: String },
    /// The rate is not a usable number.
    #[error("{mps} messages per second is not a rate: give a number from 0.01 to 100000")]
    Rate { mps: f64 },
    /// A limit that must be at least one is zero.
    #[error("{limit} is at least 1")]
    Zero { limit: &'static str },
    /// A share that is none.
    #[error("{share} is not a share of the canary: give a number above 0 and up to 1")]
    Share { share: f64 },
    /// The first delay is longer than the longest, or zero.
    #[error("the first retry delay is more than zero and no longer than the longest")]
    Delays,
    /// The message or a tag does not parse.
    #[error("the {part} is not a usable template")]
    Template {
        part: &'static str,
        #[source]
        source: TemplateError,
    },
    /// A `wa_source` that the provider does not know.
    #[error("`{found}` is not a source the provider knows; it knows {}", WA_SOURCES.join(", "))]
    WaSource { found: String },
}

/// The values of `wa_source` that the provider knows (Send Catalogue Link Messages, table of `extra_info`).
pub const WA_SOURCES: [&str; 13] = [
    "api",
    "clevertap",
    "zoho",
    "webengage",
    "shopify",
    "leadsquared",
    "responsys",
    "braze",
    "hubspot",
    "salesforce",
    "zapier",
    "eloqua",
    "moengage",
];

/// The slowest and the fastest rate, in messages per second.
pub const MPS: std::ops::RangeInclusive<f64> = 0.01..=100_000.0;

/// Says whether `mps` is a rate.
pub fn check_rate(mps: f64) -> Result<f64, CampaignError> {
    if MPS.contains(&mps) { Ok(mps) } else { Err(CampaignError::Rate { mps }) }
}

/// Says whether `name` can be a campaign's.
pub fn check_name(name: &str) -> Result<(), CampaignError> {
    let fits = (1..=64).contains(&name.chars().count())
        && !name.starts_with('-')
        && !matches!(name, "." | "..")
        && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | '_'));
    if fits { Ok(()) } else { Err(CampaignError::Name { name: name.to_owned() }) }
}

impl NewCampaign {
    /// A campaign with the default limits. The delays span about half an hour in ten attempts, as the provider
    /// advises for WA500 (three retries in 5, 10 and 15 minutes), and start sooner.
    pub fn new(name: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            message: message.into(),
            preview_url: true,
            sender: None,
            mps: 20.0,
            in_flight_max: 256,
            attempts_max: 10,
            retry: RetrySchedule { initial: Duration::from_secs(5), interval_max: Duration::from_mins(10) },
            on_unknown: OnUnknown::Hold,
            wa_source: "api".to_owned(),
            refs: [None, None, None],
            start_at: None,
            hours: None,
            time_zone: None,
            canary: None,
            canary_wait: Duration::from_mins(15),
            canary_share: 0.8,
            reach: ReachPlan::default(),
            with_token: true,
        }
    }

    /// Says whether the campaign can be created.
    pub fn check(&self) -> Result<(), CampaignError> {
        check_name(&self.name)?;
        check_rate(self.mps)?;
        for (limit, n) in [
            ("the number of requests in flight", self.in_flight_max),
            ("the number of attempts", self.attempts_max),
            ("the canary", self.canary.unwrap_or(1)),
        ] {
            if n == 0 {
                return Err(CampaignError::Zero { limit });
            }
        }
        if !(self.canary_share > 0.0 && self.canary_share <= 1.0) {
            return Err(CampaignError::Share { share: self.canary_share });
        }
        if self.retry.initial.is_zero() || self.retry.initial > self.retry.interval_max {
            return Err(CampaignError::Delays);
        }
        if !WA_SOURCES.contains(&self.wa_source.as_str()) {
            return Err(CampaignError::WaSource { found: self.wa_source.clone() });
        }
        let parts = [("message", Some(&self.message))]
            .into_iter()
            .chain(["ref", "ref1", "ref2"].into_iter().zip(self.refs.iter().map(Option::as_ref)));
        for (part, text) in parts {
            if let Some(text) = text {
                Template::parse(text).map_err(|source| CampaignError::Template { part, source })?;
            }
        }
        Ok(())
    }

    /// The zone in which the campaign's times are meant and told: UTC where none is set.
    pub fn zone(&self) -> Result<TimeZone, TimeError> {
        told_in(None, self.time_zone.as_deref())
    }
}

/// A campaign as the queue holds it.
#[derive(Debug, Clone, PartialEq)]
pub struct Campaign {
    pub id: CampaignId,
    /// What its creator decided.
    pub plan: NewCampaign,
    pub state: State,
    /// Why it is paused; some exactly when it is.
    pub pause: Option<Pause>,
    /// True from a resume until the first acceptance: one message at a time.
    pub is_probing: bool,
    /// The part of the row tokens that is unique to this campaign.
    pub token_key: String,
    /// The account of its first request, as [`crate::provider::Account::identity`] names it; none before.
    pub account: Option<String>,
    /// When a person stopped its sending, with Ctrl-C for instance. It is not sent until a person starts it again.
    pub interrupted_at: Option<Timestamp>,
    /// When it was created.
    pub created_at: Timestamp,
    /// By whom, where that is known.
    pub created_by: Option<String>,
    /// When the first message could leave.
    pub started_at: Option<Timestamp>,
    /// When the last recipient was settled.
    pub finished_at: Option<Timestamp>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn campaign() -> NewCampaign {
        NewCampaign::new("spring", "See https://wa.me/c/911161197855")
    }

    #[test]
    fn a_rate_of_zero_is_refused() {
        let error = NewCampaign { mps: 0.0, ..campaign() }.check().unwrap_err();
        assert_eq!(
            error.to_string(),
            "0 messages per second is not a rate: give a number from 0.01 to 100000"
        );
        assert!(NewCampaign { mps: f64::NAN, ..campaign() }.check().is_err());
    }

    #[test]
    fn names_are_safe_in_a_shell() {
        for name in ["", "-x", "a b", "a/b", "a;b", ".", ".."] {
            assert!(NewCampaign { name: name.to_owned(), ..campaign() }.check().is_err(), "{name}");
        }
        for name in ["spring-26", "frühling.2026", "x_1"] {
            assert_eq!(NewCampaign { name: name.to_owned(), ..campaign() }.check(), Ok(()), "{name}");
        }
    }

    #[test]
    fn a_paused_campaign_is_not_started_and_a_cancelled_one_never_again() {
        assert!(State::Paused.after(Step::Start).is_err());
        assert_eq!(State::Paused.after(Step::Resume), Ok(State::Running));
        for step in [Step::Start, Step::Pause, Step::Resume, Step::Reopen, Step::AddRecipients] {
            assert!(State::Cancelled.after(step).is_err(), "{step:?}");
        }
    }
}
