//! Notices in words: the same that a terminal says, with the command that goes on.

use super::{Face, pause};
use crate::{
    domain::{
        PauseCause, Status, Timestamp,
        notice::{Happened, Place},
    },
    notifier::{Told, Worded},
    queue::{ChannelState, Counts},
    report::{self, count, counted},
};

/// What is told in words.
pub fn worded(told: &Told<'_>) -> Worded {
    let name = told.campaign.unwrap_or_default();
    let plain = |subject: String, text: String, what_to_do: String| Worded {
        subject,
        text,
        what_to_do,
        code_meaning: None,
    };
    match told.happened {
        None => plain(
            "this is a test of the notices".to_owned(),
            "Notices of this catalink arrive here.".to_owned(),
            String::new(),
        ),
        Some(Happened::Paused { cause, code, detail, place }) => {
            paused(name, cause, (code.as_deref(), detail.as_deref()), place, told.counts)
        }
        Some(Happened::Finished) => finished(name, told.counts),
        Some(Happened::Stalled { since }) => plain(
            format!("{name} does not move"),
            format!("Nothing has moved since {}, though it may send. {}", second(*since), waiting(told.counts)),
            format!("Look at catalink status {name}, and whether the provider can be reached: catalink doctor"),
        ),
        Some(Happened::Doubts { n }) => plain(
            format!("{name}: {} in doubt", counted(*n, "message is", "messages are")),
            "The process that sent it ended before their answers were recorded, so the provider may have taken them. \
             They are not sent again by themselves."
                .to_owned(),
            format!(
                "Wait for their receipts, or compare with the provider's report: catalink reconcile {name} REPORT.csv. Then: \
                 catalink resolve {name}"
            ),
        ),
        Some(Happened::Deadline { setting, at, n_waiting }) => {
            let (subject, text, what_to_do) = deadline(name, setting, *at, *n_waiting);
            plain(subject, text, what_to_do)
        }
        Some(Happened::Quality { event, limit, number }) => {
            let number = number.map(|number| format!(" +{number}")).unwrap_or_default();
            let limit = limit.as_ref().map(|limit| format!(", limit {limit}")).unwrap_or_default();
            plain(
                format!("the quality or the limit of the business number{number} has changed"),
                format!("The provider says: {event}{limit}."),
                "Look at the number in the provider's console. Send less for a while, and only to people who expect it."
                    .to_owned(),
            )
        }
        Some(Happened::Order { n_items, place }) => plain(
            format!("an order of {}", counted(*n_items, "item", "items")),
            place_of(place).map(|place| format!("It answers the message to {place}.")).unwrap_or_default(),
            String::new(),
        ),
        Some(Happened::Backup { last_at }) => {
            let last = match last_at {
                Some(at) => format!("The last backup is of {}.", second(*at)),
                None => "There has never been a backup.".to_owned(),
            };
            plain(
                "the backup of the database is old".to_owned(),
                format!("{last} Campaigns have been sent since. Without a backup nobody knows after a loss who was messaged."),
                "Make one: catalink backup FILE".to_owned(),
            )
        }
    }
}

/// How a channel is doing, in words.
pub fn standing(state: &ChannelState) -> String {
    let last = match (state.last_at, &state.last_error) {
        (None, _) => "nothing sent yet".to_owned(),
        (Some(at), None) => format!("last taken {}", second(at)),
        (Some(at), Some(error)) => format!("failed {}: {error}", second(at)),
    };
    let waiting = match state.n_waiting {
        0 => String::new(),
        n => format!("; {} waiting", count(n)),
    };
    let given_up = match state.n_given_up {
        0 => String::new(),
        n => format!("; {} given up", count(n)),
    };
    format!("{last}{waiting}{given_up}")
}

fn paused(
    name: &str,
    cause: &str,
    (code, detail): (Option<&str>, Option<&str>),
    place: &Place,
    counts: Option<&Counts>,
) -> Worded {
    let known = PauseCause::from_name(cause);
    let words = known.map_or_else(|| cause.to_owned(), |cause| pause::cause(cause, Face::Terminal));
    let said = [
        detail.map(|detail| format!("{}.", capitalized(detail))),
        place_of(place).map(|place| format!("It was the message to {place}.")),
        Some(waiting(counts)),
    ];
    let advice = code.and_then(report::advice);
    let remedy = known.map(|cause| pause::remedy(cause, Face::Terminal)).unwrap_or_default();
    let remedy = match remedy.as_str() {
        "" => String::new(),
        remedy => format!("{}, then: ", capitalized(remedy)),
    };
    Worded {
        subject: format!("{name} is paused: {words}"),
        text: said.into_iter().flatten().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" "),
        what_to_do: format!("{remedy}catalink resume {name}"),
        code_meaning: code.map(|_| advice.map_or_else(|| capitalized(&words), |advice| advice.meaning)),
    }
}

fn finished(name: &str, counts: Option<&Counts>) -> Worded {
    let n = |status: Status| counts.map_or(0, |counts| counts.of(status));
    let figures = Status::ALL.into_iter().filter(|status| n(*status) > 0);
    let figures: Vec<_> =
        figures.map(|status| format!("{} {}", count(n(status)), status.name().replace('_', " "))).collect();
    let mut todo = Vec::new();
    if n(Status::Failed) > 0 {
        todo.push(format!("catalink report {name} --by code says why some failed; catalink retry {name} sends to them again."));
    }
    if n(Status::InDoubt) > 0 {
        todo.push(format!("catalink resolve {name} --keep closes the doubts without sending."));
    }
    Worded {
        subject: format!("{name} is finished: {} accepted", count(n(Status::Accepted))),
        text: format!(
            "Of {}: {}.",
            counted(counts.map_or(0, Counts::total), "row", "rows"),
            figures.join(", ")
        ),
        what_to_do: todo.join(" "),
        code_meaning: None,
    }
}

fn deadline(name: &str, setting: &str, at: Timestamp, n_waiting: u64) -> (String, String, String) {
    let people = counted(n_waiting, "person still waits", "people still wait");
    let then = if setting == "not_after" {
        "Whoever is not sent to by then is skipped."
    } else {
        "It is to be done by then, and goes on if it is not."
    };
    (
        format!("{name} has to be done by {}", second(at)),
        format!("{}. {then}", capitalized(&people)),
        format!("Look whether it moves: catalink status {name}. catalink rate {name} N makes it faster."),
    )
}

/// How many wait; nothing where that is not known.
fn waiting(counts: Option<&Counts>) -> String {
    let Some(counts) = counts else { return String::new() };
    let wait = counted(counts.n_open(), "recipient waits", "recipients wait");
    format!(
        "{} of {} accepted; {wait}.",
        count(counts.of(Status::Accepted)),
        counted(counts.total(), "row is", "rows are")
    )
}

/// `line 8 of list.csv`.
fn place_of(place: &Place) -> Option<String> {
    let line = place.line?;
    Some(match &place.file {
        Some(file) => format!("line {line} of {file}"),
        None => format!("line {line}"),
    })
}

/// An instant to the second: `2026-11-23 09:00:00 UTC`.
fn second(at: Timestamp) -> String {
    let text = at.to_string();
    match text.get(..19) {
        Some(text) => format!("{} UTC", text.replace('T', " ")),
        None => text,
    }
}

fn capitalized(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::notice::NoticeKind;

    fn told(happened: &Happened) -> Told<'_> {
        Told {
            webhook_id: "msg_a".to_owned(),
            topic: happened.kind().topic(),
            at: Timestamp(1_790_000_000_000),
            campaign: Some("spring"),
            state: Some("paused"),
            happened: Some(happened),
            counts: None,
        }
    }

    #[test]
    fn a_pause_says_what_happened_where_and_which_command_goes_on() {
        let place = Place { row: Some(7), file: Some("list.csv".to_owned()), line: Some(8) };
        let happened = Happened::Paused {
            cause: "low_balance".to_owned(),
            code: Some("E110".to_owned()),
            detail: None,
            place,
        };
        let worded = worded(&told(&happened));
        assert_eq!(worded.subject, "spring is paused: the balance is low (E110)");
        assert_eq!(worded.text, "It was the message to line 8 of list.csv.");
        assert_eq!(worded.what_to_do, "Top up the account, then: catalink resume spring");
        assert_eq!(worded.code_meaning.as_deref(), Some("The balance is low (E110)"));
    }

    #[test]
    fn every_kind_has_a_subject_of_one_line_and_says_what_to_do_where_something_can_be_done() {
        let at = Timestamp(1_790_000_000_000);
        let opt_outs = Happened::Paused {
            cause: "opt_outs".to_owned(),
            code: None,
            detail: Some("of 9 who got the message 3 asked to stop".to_owned()),
            place: Place::default(),
        };
        let all = [
            Happened::Paused {
                cause: "outage".to_owned(),
                code: None,
                detail: None,
                place: Place::default(),
            },
            Happened::Finished,
            Happened::Stalled { since: at },
            Happened::Doubts { n: 1 },
            Happened::Deadline { setting: "not_after".to_owned(), at, n_waiting: 12 },
            opt_outs,
            Happened::Quality { event: "FLAGGED".to_owned(), limit: None, number: None },
            Happened::Order { n_items: 2, place: Place::default() },
            Happened::Backup { last_at: Some(at) },
        ];
        assert_eq!(all.each_ref().map(Happened::kind), NoticeKind::ALL);
        for happened in &all {
            let worded = worded(&told(happened));
            assert!(!worded.subject.is_empty() && !worded.subject.contains('\n'), "{worded:?}");
            let has_none = matches!(happened.kind(), NoticeKind::Finished | NoticeKind::Order);
            assert_eq!(worded.what_to_do.is_empty(), has_none, "{worded:?}");
        }
    }
}
