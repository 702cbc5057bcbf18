//! Every text of the console, in two catalogues. The texts themselves are in the files of [`crate::language`].

mod admin;
mod campaigns;

use std::{borrow::Borrow, time::Duration};

pub(in crate::console) use admin::AdminWords;
pub(in crate::console) use campaigns::Words;

pub(in crate::console) use crate::language::Phrase;
use crate::{
    domain::{
        Delivery, State, Status,
        time::{Unit, spoken},
    },
    language::{Language, decimal},
    report,
};

/// The texts in the language of whoever is answered.
pub(in crate::console) fn texts() -> &'static Words {
    Words::current()
}

/// The texts around the campaigns, in the language of whoever is answered.
pub(in crate::console) fn admin_texts() -> &'static AdminWords {
    AdminWords::current()
}

/// 11932 as `11,932`.
pub(crate) fn number(n: impl Borrow<u64>) -> String {
    report::count(*n.borrow())
}

/// A size in bytes, with a unit that a person can read.
pub(crate) fn size(n_bytes: impl Borrow<u64>) -> String {
    const UNITS: [&str; 4] = ["B", "kB", "MB", "GB"];
    let mut unit = 0;
    let mut tenths = n_bytes.borrow().saturating_mul(10);
    while tenths >= 10_000 && unit + 1 < UNITS.len() {
        tenths /= 1_000;
        unit += 1;
    }
    if unit == 0 || tenths >= 100 {
        format!("{} {}", tenths / 10, UNITS[unit])
    } else {
        let n = decimal(&format!("{}.{}", tenths / 10, tenths % 10), Language::current());
        format!("{n} {}", UNITS[unit])
    }
}

/// A rate, with as many decimals as it needs.
pub(crate) fn rate(mps: impl Borrow<f64>) -> String {
    let mps = *mps.borrow();
    let is_whole = mps >= 10.0 || (mps - mps.round()).abs() < 0.005;
    if is_whole { format!("{mps:.0}") } else { decimal(&format!("{mps:.1}"), Language::current()) }
}

impl Words {
    /// The language that these are in, for `lang`.
    pub(crate) fn language(&self) -> &'static str {
        self.product.language().tag()
    }

    /// The languages that can be chosen, and whether these texts are in it.
    pub(crate) fn languages(&self) -> [(Language, bool); Language::ALL.len()] {
        Language::ALL.map(|language| (language, language == self.product.language()))
    }

    pub(crate) fn state(&self, state: State) -> Phrase {
        match state {
            State::Draft => self.state_draft,
            State::Scheduled => self.state_scheduled,
            State::Running => self.state_running,
            State::Paused => self.state_paused,
            State::Finished => self.state_finished,
            State::Cancelled => self.state_cancelled,
        }
    }

    pub(crate) fn status(&self, status: impl Borrow<Status>) -> Phrase {
        match status.borrow() {
            Status::Queued => self.status_queued,
            Status::Sending => self.status_sending,
            Status::Accepted => self.status_accepted,
            Status::Failed => self.status_failed,
            Status::InDoubt => self.status_in_doubt,
            Status::Rejected => self.status_rejected,
            Status::Duplicate => self.status_duplicate,
            Status::Suppressed => self.status_suppressed,
            Status::Cancelled => self.status_cancelled,
            Status::Skipped => self.status_skipped,
        }
    }

    pub(crate) fn status_named(&self, name: &str) -> String {
        Status::from_name(name).map_or_else(|| name.to_owned(), |status| self.status(status).to_string())
    }

    /// What receipts say, by its name in the funnel.
    pub(crate) fn receipt(&self, name: &str) -> Phrase {
        Delivery::from_name(name).map_or(self.no_receipt, |delivery| self.delivery(delivery))
    }

    pub(crate) fn delivery(&self, delivery: impl Borrow<Delivery>) -> Phrase {
        match delivery.borrow() {
            Delivery::Sent => self.delivery_sent,
            Delivery::Delivered => self.delivery_delivered,
            Delivery::Read => self.delivery_read,
            Delivery::Undelivered => self.delivery_undelivered,
        }
    }

    pub(crate) fn span_of(&self, n_seconds: impl Borrow<u64>) -> String {
        self.span(Duration::from_secs(*n_seconds.borrow()))
    }

    /// A length of time in words, in at most two parts.
    pub(crate) fn span(&self, duration: Duration) -> String {
        let part = |(n, unit): (u64, Unit)| match unit {
            Unit::Days => self.days.n(n),
            Unit::Hours => self.hours.n(n),
            Unit::Minutes => self.minutes.n(n),
            Unit::Seconds => self.seconds.n(n),
        };
        match spoken(duration) {
            (n, unit, None) => part((n, unit)),
            (n, unit, Some(rest)) => format!("{} {}", part((n, unit)), part(rest)),
        }
    }
}

impl AdminWords {
    /// A deed of the audit trail; one that is not known here by its own name.
    pub(crate) fn deed(&self, command: &str) -> String {
        let phrase = match command {
            "create" => self.deed_create,
            "start" => self.deed_start,
            "schedule" => self.deed_schedule,
            "pause" => self.deed_pause,
            "resume" => self.deed_resume,
            "finish" => self.deed_finish,
            "reopen" => self.deed_reopen,
            "cancel" => self.deed_cancel,
            "import" => self.deed_import,
            "mend" => self.deed_mend,
            "remove list" => self.deed_remove_list,
            "edit" => self.deed_edit,
            "rename" => self.deed_rename,
            "delete" => self.deed_delete,
            "retry" => self.deed_retry,
            "resolve" => self.deed_resolve,
            "rate" => self.deed_rate,
            "suppress" => self.deed_suppress,
            "unsuppress" => self.deed_unsuppress,
            "purge" => self.deed_purge,
            "test" => self.deed_test,
            "undo" => self.deed_undo,
            "discard" => self.deed_discard,
            "interrupt" => self.deed_interrupt,
            "continue" => self.deed_continue,
            "download" => self.deed_download,
            "reconcile" => self.deed_reconcile,
            "refused sign-in" => self.deed_sign_in,
            "sign-in" => self.deed_signed_in,
            "user invite" => self.deed_invite,
            "password" => self.deed_password,
            "second factor" => self.deed_factor,
            "archive" => self.deed_archive,
            "unarchive" => self.deed_unarchive,
            "restored" => self.deed_restored,
            "user add" => self.deed_user_add,
            "user remove" => self.deed_user_remove,
            "notify test" => self.deed_notify_test,
            other => return other.to_owned(),
        };
        phrase.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Phone, inbound::optout::OptOutWords, message::lint::of_way_out};

    #[test]
    fn a_count_of_one_has_its_own_words() {
        let words = Words::of(Language::En);
        assert_eq!(words.send_n.n(1), "Send 1 message");
        assert_eq!(words.send_n.n(11_932), "Send 11,932 messages");
    }

    #[test]
    fn sizes_have_a_unit_that_fits() {
        let sizes = || [0, 999, 1_500, 20_000_000, 1_250_000_000].map(|n: u64| size(n));
        assert_eq!(sizes(), ["0 B", "999 B", "1.5 kB", "20 MB", "1.2 GB"]);
        assert_eq!(Language::De.say(sizes)[2], "1,5 kB");
    }

    #[test]
    fn values_that_look_like_places_are_not_filled_again() {
        assert_eq!(Words::of(Language::En).of_n.with2("{ $total }", "b"), "{ $total } of b");
    }

    #[test]
    fn the_message_that_a_campaign_begins_with_names_a_way_out_that_counts_in_every_language() {
        for language in Language::ALL {
            let text = Words::of(language).message_first.with("https://wa.me/c/911161197855");
            let sender = Phone::parse("+911161197855").ok();
            assert_eq!(of_way_out(&text, sender, &OptOutWords::default()), [], "{text}");
        }
    }

    #[test]
    fn a_text_is_cut_around_its_value_and_a_script_finds_the_places_by_name() {
        let words = Words::of(Language::En);
        assert_eq!(words.tested_at.cut("12"), ("Tested ".to_owned(), " on …12.".to_owned()));
        assert_eq!(words.upload_progress.for_script(), "{done} of {total} uploaded");
    }
}
