//! Delivery receipts: posted in every order, twice, early, by id or by token; and whether what got its 200 is reflected.

use std::{collections::HashMap, time::Instant};

use super::{
    fates::Entry,
    world::{Silence, Snapshot, TOKEN, World},
};
use crate::support::{crash::Dice, live::post};

/// What a receipt says, and how much that proves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Said {
    Sent,
    NotSent,
    Undelivered,
    OptedOut,
    Delivered,
    Read,
}

impl Said {
    fn delivery(self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::NotSent | Self::Undelivered | Self::OptedOut => "undelivered",
            Self::Delivered => "delivered",
            Self::Read => "read",
        }
    }

    fn members(self) -> &'static str {
        match self {
            Self::Sent => r#""status":"sent""#,
            Self::NotSent => r#""status":"not sent","code":"WAV2101","reason":"limit""#,
            Self::Undelivered => r#""status":"failed","error_code":"131026","error":"no""#,
            Self::OptedOut => r#""status":"failed","error_code":"131050","error":"stop""#,
            Self::Delivered => r#""status":"delivered""#,
            Self::Read => r#""status":"read""#,
        }
    }

    fn rank(self) -> u8 {
        match self {
            Self::Sent => 0,
            Self::NotSent | Self::Undelivered | Self::OptedOut => 1,
            Self::Delivered => 2,
            Self::Read => 3,
        }
    }
}

/// By what a receipt says which message it is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Names {
    token: bool,
    /// The id of the answer.
    id: bool,
    /// An id of which the answer knows nothing.
    other: bool,
}

/// A receipt that got its 200.
#[derive(Debug, Clone)]
pub struct Posted {
    pub campaign: String,
    pub to: String,
    /// When its message had arrived.
    pub sent_at: Instant,
    pub said: Said,
    pub names: Names,
    /// Nobody knows whether it was taken: its receiver died.
    pub is_unsure: bool,
}

fn names(dice: &mut Dice, entry: &Entry) -> Names {
    let id = entry.id.is_some();
    match dice.below(6) {
        0..2 => Names { token: true, id: false, other: dice.below(2) == 0 },
        2..4 if id => Names { token: false, id, other: dice.below(2) == 0 },
        4 => Names { token: false, id: false, other: true },
        _ => Names { token: true, id, other: dice.below(2) == 0 },
    }
}

fn body(entry: &Entry, said: Said, names: Names) -> String {
    let mut members = vec![said.members().to_owned()];
    if names.token {
        members.push(format!(r#""ref1":"{}""#, entry.token));
    }
    if let Some(id) = entry.id.as_ref().filter(|_| names.id) {
        members.push(format!(r#""message_id":"{id}""#));
    }
    if names.other {
        members.push(format!(r#""id":"wamid.{}""#, entry.token));
    }
    format!("{{{}}}", members.join(","))
}

/// What one message's receipts say, in the order in which they are posted.
fn sequence(dice: &mut Dice) -> Vec<Said> {
    let mut list = match dice.below(12) {
        0..5 => vec![Said::Sent, Said::Delivered, Said::Read],
        5..8 => vec![Said::Sent, Said::Delivered],
        8 => vec![Said::Sent, Said::Undelivered],
        9 => vec![Said::NotSent],
        10 => vec![Said::OptedOut],
        _ => vec![Said::Undelivered, Said::Sent, Said::Delivered],
    };
    if dice.below(12) == 0 {
        list.push(Said::OptedOut);
    }
    for i in (1..list.len()).rev() {
        list.swap(i, usize::try_from(dice.below(i as u64 + 1)).unwrap());
    }
    if dice.below(4) == 0 {
        list.push(dice.one_of(&list));
    }
    list
}

impl World {
    /// The address of somebody who takes receipts.
    pub fn mailbox(&mut self) -> Option<String> {
        let console = self.sender.as_ref().and_then(|sender| sender.address.clone());
        console.or_else(|| self.receiver.as_ref().map(|(_, address)| address.clone()))
    }

    /// Posts the receipts of some messages, of the latest ones with preference.
    pub fn post_receipts(&mut self, n_messages: u64, dice: &mut Dice) {
        let Some(address) = self.mailbox() else { return };
        let entries = self.book.entries();
        if entries.is_empty() {
            return;
        }
        let mut n_posted = 0;
        for _ in 0..n_messages {
            let reach = if dice.below(2) == 0 { 8 } else { entries.len() as u64 };
            let back = 1 + usize::try_from(dice.below(reach)).unwrap();
            let list = sequence(dice);
            let named: Vec<_> = list.iter().map(|_| dice.next()).collect();
            let Some(entry) = entries.len().checked_sub(back).map(|at| &entries[at]) else { continue };
            let is_told = self.posted.iter().any(|old| old.campaign == entry.campaign && old.to == entry.to);
            if !entry.kind.may_have_it() || is_told || entry.token.is_empty() {
                continue;
            }
            for (said, roll) in list.into_iter().zip(named) {
                n_posted +=
                    usize::from(self.post_one(&address, entry, said, names(&mut Dice::new(roll), entry)));
            }
        }
        if n_posted > 0 {
            self.note(&format!("{n_posted} receipts are posted"));
        }
    }

    fn post_one(&mut self, address: &str, entry: &Entry, said: Said, names: Names) -> bool {
        let posted = Posted {
            campaign: entry.campaign.clone(),
            to: entry.to.clone(),
            sent_at: entry.at,
            said,
            names,
            is_unsure: true,
        };
        let path = format!("/callbacks/{TOKEN}");
        let answer = post(address, &path, "", &body(entry, said, names));
        let is_taken = match answer {
            Some((200, _)) => true,
            Some((503, _)) | None => false,
            Some((status, text)) => self.fail("every receipt is taken", &format!("{status} {text}")),
        };
        self.posted.push(Posted { is_unsure: !is_taken, ..posted });
        let is_known = names.token || self.is_tied(entry, names);
        // What was purged is nobody's any more.
        let is_purged = self.campaigns.iter().any(|one| one.name == entry.campaign && one.is_purged);
        if is_taken && said == Said::OptedOut && is_known && !is_purged {
            self.hush_number(&entry.to, "an opt-out by receipt");
        }
        if is_taken {
            self.count("receipts");
        }
        is_taken
    }

    /// Whether that message's ids are known to belong to its row by now, however little its answer said.
    fn is_tied(&self, entry: &Entry, names: Names) -> bool {
        let of_message =
            |old: &&Posted| old.campaign == entry.campaign && old.to == entry.to && !old.is_unsure;
        let ties =
            |old: &Posted| old.names.token && (old.names.id && names.id || old.names.other && names.other);
        self.posted.iter().filter(of_message).any(ties)
    }

    /// From now on nobody may message that number.
    pub fn hush_number(&mut self, number: &str, why: &str) {
        let silences = self.suppressed.entry(number.to_owned()).or_default();
        if silences.last().is_none_or(|last| last.until.is_some()) {
            silences.push(Silence { from: Instant::now(), until: None, why: why.to_owned() });
        }
    }
}

/// Holds the receipts that got their 200 against the rows.
pub fn check(world: &World, snapshot: &Snapshot, book: &HashMap<(&str, &str), Vec<&Entry>>) {
    let mut by_row = HashMap::<(&str, &str), Vec<&Posted>>::new();
    for posted in &world.posted {
        by_row.entry((&posted.campaign, &posted.to)).or_default().push(posted);
    }
    for (key, posted) in by_row {
        let is_purged = world.campaigns.iter().any(|campaign| campaign.name == key.0 && campaign.is_purged);
        let entries = book.get(&key).map(Vec::as_slice).unwrap_or_default();
        let is_of_last = posted
            .iter()
            .all(|posted| entries.last().is_some_and(|last| last.at == posted.sent_at) && !posted.is_unsure);
        let Some(line) = snapshot.campaigns.get(key.0).and_then(|rows| rows.lines.get(key.1)) else {
            continue;
        };
        let is_closed =
            matches!(line.status.as_str(), "sending" | "failed" | "queued" | "cancelled" | "suppressed");
        if is_purged || !is_of_last || is_closed {
            continue;
        }
        let knows_id = |id: bool| id && line.message_id.as_deref() == entries.last().unwrap().id.as_deref();
        let ties = |a: &Posted, b: &Posted| {
            (a.names.token || knows_id(a.names.id))
                && (a.names.id && b.names.id || a.names.other && b.names.other)
        };
        let counts = |one: &&&Posted| {
            one.names.token || knows_id(one.names.id) || posted.iter().any(|other| ties(other, one))
        };
        let Some(most) = posted.iter().filter(counts).max_by_key(|posted| posted.said.rank()) else {
            continue;
        };
        let has_opted_out = posted.iter().any(|one| one.said == Said::OptedOut && counts(&one));
        let was_lifted =
            world.suppressed.get(key.1).is_some_and(|list| list.iter().any(|one| one.until.is_some()));
        if has_opted_out && !was_lifted && !snapshot.suppressed.contains(key.1) {
            world.fail("an opt-out counts wherever it comes", &format!("{} {}: {posted:?}", key.0, key.1));
        }
        if line.status != "accepted" || line.delivery.as_deref() != Some(most.said.delivery()) {
            // A receipt more is fine: what is known by an id of which nobody has told us may count as well.
            let is_more = posted.iter().any(|one| line.delivery.as_deref() == Some(one.said.delivery()));
            if line.status == "accepted" && is_more && !posted.iter().all(|one| counts(&one)) {
                continue;
            }
            let list: Vec<_> = posted.iter().map(|posted| (posted.said, posted.names)).collect();
            let what = format!("{} {}: {line:?} after {list:?}", key.0, key.1);
            world.fail("a receipt that got its 200 is reflected", &what);
        }
    }
}
