//! What the provider's book and the database must have to do with each other, at every moment.

use std::{
    collections::{BTreeMap, HashMap},
    time::{Duration, Instant},
};

use super::{
    fates::{Entry, Kind},
    mail,
    world::{ATTEMPTS_MAX, Campaign, Line, Rows, Silence, Snapshot, World},
};
use crate::support::metronome::lateness;

/// What was said to be silent is silent so long after the word returned.
const SILENT_AFTER: Duration = Duration::from_millis(100);

/// No two requests travel equally long.
const TRAVEL: Duration = Duration::from_millis(30);

/// A jump of the clock is noticed after so long.
const CLOCK_SEEN_AFTER: Duration = Duration::from_secs(1);

/// How long before its arrival something may have held up a request.
const HELD_UP: Duration = Duration::from_millis(250);

/// A machine that kept the metronome waiting may have kept the program waiting a few times as long: it has several
/// threads in a row to be woken.
const LATENESS_FACTOR: u32 = 4;

/// Rows of a death that are in flight: twice the places, on the wire and in the batch behind it.
const DOUBTS_PER_PLACE: u64 = 2;

pub type Key<'e> = (&'e str, &'e str);

pub fn by_key(entries: &[Entry]) -> HashMap<Key<'_>, Vec<&Entry>> {
    let mut found = HashMap::<Key<'_>, Vec<&Entry>>::new();
    for entry in entries {
        found.entry((&entry.campaign, &entry.to)).or_default().push(entry);
    }
    found
}

impl World {
    /// Holds the book and the database against each other. What happens meanwhile is allowed for: the book is read
    /// before and after.
    pub fn check(&mut self) -> Snapshot {
        let before = self.book.entries();
        let snapshot = self.look();
        let after = self.book.entries();
        let (before, after) = (by_key(&before), by_key(&after));
        for campaign in self.campaigns.iter().filter(|campaign| !campaign.is_purged) {
            let Some(rows) = snapshot.campaigns.get(&campaign.name) else {
                self.fail("no campaign is lost", &campaign.name);
            };
            self.check_figures(campaign, rows);
            for (to, line) in &rows.lines {
                let key = (campaign.name.as_str(), to.as_str());
                let [before, after] =
                    [&before, &after].map(|book| book.get(&key).map(Vec::as_slice).unwrap_or_default());
                if let Some(law) = broken_law(campaign, to, line, before, after, self.n_deaths > 0) {
                    let entries = self.entries_in_words(campaign, after);
                    self.fail(law, &format!("{} {to} is {line:?} after{entries}", campaign.name));
                }
            }
        }
        for (campaign, to) in after.keys() {
            let rows = snapshot.campaigns.get(*campaign);
            let is_purged = self.campaigns.iter().any(|known| known.name == *campaign && known.is_purged);
            if !is_purged && !rows.is_some_and(|rows| rows.lines.contains_key(*to)) {
                self.fail("nobody is messaged who is on no list", &format!("{campaign} {to}"));
            }
        }
        for (number, silences) in &self.suppressed {
            if silences.last().is_some_and(|last| last.until.is_none())
                && !snapshot.suppressed.contains(number)
            {
                self.fail("an opt-out is in force until somebody lifts it", number);
            }
        }
        mail::check(self, &snapshot, &after);
        snapshot
    }

    pub fn entries_in_words(&self, campaign: &Campaign, entries: &[&Entry]) -> String {
        let entry =
            |entry: &&Entry| format!("\n  {:.3} {} {:?}", self.after_start(entry.at), entry.fate, entry.id);
        let word = |word: &super::world::Word| {
            let name = if word.is_resend { "resolve --resend" } else { "retry" };
            let n = word.whom.as_ref().map(std::collections::HashSet::len);
            format!("\n  {:.3} {name} for {n:?}", self.after_start(word.called))
        };
        let entries = entries.iter().map(entry).collect::<String>();
        entries + "\n words:" + &campaign.words.iter().map(word).collect::<String>()
    }

    /// The rows are those that were imported, and the counters are the rows.
    fn check_figures(&self, campaign: &Campaign, rows: &Rows) {
        if rows.total() != campaign.n_rows {
            let what = format!("{}: {} rows of {}", campaign.name, rows.total(), campaign.n_rows);
            self.fail("every imported row is there", &what);
        }
        for (rows, counters) in
            [(&rows.n_by_status, &rows.counters), (&rows.deliveries, &rows.delivery_counters)]
        {
            if rows != counters {
                self.fail("the counters are the rows", &format!("{}: {rows:?}, {counters:?}", campaign.name));
            }
        }
    }

    /// After a death: no more in flight than twice the places.
    pub fn check_death(&mut self) {
        let snapshot = self.look();
        for campaign in &self.campaigns {
            let Some(rows) = snapshot.campaigns.get(&campaign.name) else { continue };
            let n_max = DOUBTS_PER_PLACE * campaign.places as u64;
            if rows.n("sending") > n_max {
                let what =
                    format!("{}: {} with {} places", campaign.name, rows.n("sending"), campaign.places);
                self.fail("a death leaves at most twice the places in doubt", &what);
            }
        }
    }

    /// What time has to do with it: silence, rates, and who was alive.
    pub fn check_times(&self) {
        let entries = self.book.entries();
        for entry in &entries {
            let is_in = |(from, until): &(Instant, Option<Instant>)| {
                *from <= entry.at && until.is_none_or(|until| !is_late(until, entry.at))
            };
            if !self.lives.iter().any(is_in) {
                self.fail("nothing arrives when nobody sends", &self.entry_in_words(entry));
            }
            let campaign = self.campaigns.iter().find(|campaign| campaign.name == entry.campaign);
            let of_campaign = campaign.map(|campaign| campaign.silences.as_slice()).unwrap_or_default();
            let of_number = self.suppressed.get(&entry.to).map(Vec::as_slice).unwrap_or_default();
            for silence in of_campaign.iter().chain(of_number) {
                if breaks(silence, entry.at) {
                    let words = self.entry_in_words(entry);
                    let from = self.after_start(silence.from);
                    self.fail("silence is kept", &format!("{words} after {} at {from:.3}", silence.why));
                }
            }
        }
        self.check_hours(&entries);
        self.check_rates(&entries);
        self.check_retry_after(&entries);
    }

    /// Nothing leaves before the set time, nor outside of the hours, by the program's own clock.
    fn check_hours(&self, entries: &[Entry]) {
        for entry in entries {
            let Some(campaign) = self.campaigns.iter().find(|one| one.name == entry.campaign) else {
                continue;
            };
            let long_ago = entry.at.checked_sub(CLOCK_SEEN_AFTER).unwrap_or(entry.at);
            let slack = CLOCK_SEEN_AFTER + lateness(long_ago, entry.at) * LATENESS_FACTOR;
            let walls = self.walls_ms(entry.at, slack);
            if !walls.iter().any(|wall| campaign.is_open(*wall)) {
                let what = format!("{}: {walls:?} {:?}", self.entry_in_words(entry), campaign.start_at);
                self.fail("nothing leaves at the wrong time", &what);
            }
        }
    }

    fn entry_in_words(&self, entry: &Entry) -> String {
        let at = self.after_start(entry.at);
        format!("a request for {} of {} arrived at {at:.3} ({})", entry.to, entry.campaign, entry.fate)
    }

    /// Never more than the rate of each campaign, nor of the fastest one for all together.
    fn check_rates(&self, entries: &[Entry]) {
        let all: Vec<Instant> = entries.iter().map(|entry| entry.at).collect();
        let rates = |from, until| {
            let of = |campaign| rate_between(campaign, from, until);
            self.campaigns.iter().map(of).fold(0.0, f64::max)
        };
        self.check_rate("all", &all, &rates);
        for campaign in &self.campaigns {
            let own = entries.iter().filter(|entry| entry.campaign == campaign.name);
            let own: Vec<Instant> = own.map(|entry| entry.at).collect();
            self.check_rate(&campaign.name, &own, &|from, until| rate_between(campaign, from, until));
        }
    }

    fn check_rate(&self, whose: &str, at: &[Instant], rate: &dyn Fn(Instant, Instant) -> f64) {
        let mut at = at.to_vec();
        at.sort_unstable();
        for (i, first) in at.iter().enumerate() {
            let mps = rate(*first, *first + Duration::from_secs(1));
            let span = Duration::from_secs_f64((1.0 / mps).max(1.0));
            // What held the first one up, before it arrived, counts as well.
            let from = first.checked_sub(HELD_UP).unwrap_or(*first);
            let slack = TRAVEL + lateness(from, *first + span) * LATENESS_FACTOR;
            let Some(window) = span.checked_sub(slack) else { continue };
            let until = *first + window;
            let n = at[i..].iter().take_while(|at| **at < until).count();
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a rate is small")]
            let n_max = mps.ceil().max(1.0) as usize;
            if n > n_max {
                let from = self.after_start(*first);
                let what =
                    format!("{whose}: {n} requests within {window:?} from {from:.3} at {mps} a second");
                self.fail("never more than the rate in any sliding second", &what);
            }
        }
    }

    /// Who asked for a second of silence gets it; what was on the wire by then is excused.
    fn check_retry_after(&self, entries: &[Entry]) {
        for asked in entries.iter().filter(|entry| entry.fate == "503, retry after") {
            let until = asked.at + Duration::from_secs(1).saturating_sub(TRAVEL);
            for entry in entries {
                if entry.at < until && entry.at > asked.at && is_late(asked.at, entry.at) {
                    let words = self.entry_in_words(entry);
                    let from = self.after_start(asked.at);
                    self.fail("Retry-After is kept", &format!("{words}, asked for at {from:.3}"));
                }
            }
        }
    }

    /// At the end nothing is under way.
    pub fn check_end(&self, snapshot: &Snapshot) {
        for campaign in &self.campaigns {
            let rows = &snapshot.campaigns[&campaign.name];
            let is_over = rows.state == "finished" || rows.state == "cancelled";
            let n_open = rows.n("queued") + rows.n("sending");
            if !is_over || n_open > 0 {
                let figures: &BTreeMap<_, _> = &rows.n_by_status;
                self.fail(
                    "every row has an answer",
                    &format!("{} {}: {figures:?}", campaign.name, rows.state),
                );
            }
        }
    }
}

fn is_late(from: Instant, at: Instant) -> bool {
    at > from + SILENT_AFTER && at > from + SILENT_AFTER + lateness(from, at) * LATENESS_FACTOR
}

fn breaks(silence: &Silence, at: Instant) -> bool {
    silence.until.is_none_or(|until| at < until) && is_late(silence.from, at)
}

/// The fastest rate that was in force at some time between.
fn rate_between(campaign: &Campaign, from: Instant, until: Instant) -> f64 {
    let is_in = |rate: &&super::world::Rate| rate.from <= until && rate.until.is_none_or(|end| end >= from);
    campaign.rates.iter().filter(is_in).map(|rate| rate.mps).fold(0.0, f64::max)
}

/// Which law a row and its requests break.
pub fn broken_law(
    campaign: &Campaign,
    to: &str,
    line: &Line,
    before: &[&Entry],
    after: &[&Entry],
    somebody_died: bool,
) -> Option<&'static str> {
    if !is_at_most_once(campaign, to, after) {
        return Some("nobody is messaged twice without a word");
    }
    let n_again = after.iter().filter(|entry| entry.kind == Kind::Again).count();
    if n_again > ATTEMPTS_MAX * (1 + campaign.words.len()) {
        return Some("no more attempts than the maximum");
    }
    let last = before.last().filter(|entry| entry.kind != Kind::Pending);
    let may_have_it = after.iter().any(|entry| entry.kind.may_have_it());
    let last_after = after.last().map(|entry| entry.kind);
    match line.status.as_str() {
        "queued" | "cancelled" | "suppressed" => {
            let last = last.filter(|entry| entry.kind.is_final())?;
            let is_put_back = campaign.words.iter().any(|word| word.returned >= last.at);
            let is_sent_again = campaign.resends && last.kind == Kind::Unknown;
            (!is_put_back && !is_sent_again)
                .then_some("nobody waits, or counts as never sent, whose request had an answer")
        }
        "accepted" => (!may_have_it).then_some("who is accepted here is in the provider's book"),
        "failed" => {
            let by_hand = matches!(line.code.as_deref(), Some("IN_DOUBT" | "WAV2101"));
            let is_refused = matches!(last_after, Some(Kind::Refused | Kind::Again));
            (!by_hand && !is_refused).then_some("nobody fails without a refusal")
        }
        "in_doubt" => match line.code.as_deref() {
            Some("INTERRUPTED") => (!somebody_died).then_some("nobody is in doubt by a death that was none"),
            Some("TIMEOUT" | "BROKEN") => None,
            _ => (!matches!(last_after, Some(Kind::Unknown | Kind::Contradiction)))
                .then_some("nobody is in doubt whose answer is plain"),
        },
        "sending" => None,
        _ => Some("no row is where nothing leads to"),
    }
}

/// Each request behind one that may have been taken needs a word of its own.
fn is_at_most_once(campaign: &Campaign, to: &str, entries: &[&Entry]) -> bool {
    let mut n_used = 0;
    let needs_word =
        |pair: &&[&Entry]| pair[0].kind.is_final() && !(campaign.resends && pair[0].kind == Kind::Unknown);
    entries.windows(2).filter(needs_word).all(|pair| {
        let is_for = |word: &super::world::Word| {
            // A doubt that was closed by hand counts as failed, and yet `retry` for all is no word for it.
            let is_doubt = matches!(pair[0].kind, Kind::Unknown | Kind::Contradiction);
            let is_of_kind = word.is_resend || !is_doubt;
            let is_whom = word.whom.as_ref().is_none_or(|whom| whom.contains(to));
            is_of_kind && is_whom && word.returned >= pair[0].at && word.called <= pair[1].at
        };
        let found = campaign.words[n_used..].iter().position(is_for);
        if let Some(at) = found {
            n_used += at + 1;
        }
        found.is_some()
    })
}
