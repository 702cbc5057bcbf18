//! The standing adversary: random histories of everything that people, the provider and the machine can do to the real
//! program, and after every step its database is held against the provider's own book.
//!
//! `CATALINK_HISTORIES=200 cargo test --test it adversary::histories -- --nocapture` lives through two hundred of them
//! and says what they came to; `CATALINK_SEED=… cargo test --test it adversary::histories` repeats one. A seed fixes what
//! is done and what the provider answers, not the moments at which a busy machine does it.

mod acts;
mod fates;
mod histories;
mod laws;
mod mail;
#[cfg(target_os = "linux")]
mod power;
mod processes;
mod world;

/// Promises that the histories hold the program to beyond what it has always held. One that is taken out of this list
/// is not tried; `CATALINK_HELD=all`, or some of the names, tries others for once.
///
/// - `start-at`: a campaign with a set time begins at that time in every face.
/// - `silence`: within 100 ms after a pause, a cancel, a suppression or an opt-out, also at low rates.
/// - `rate-over-restarts`: one log of requests for the account, over processes and campaigns.
/// - `cancel-then-kill`: a cancellation is finished by whoever looks next.
/// - `copies`: a whole folder that was copied sends nothing.
/// - `contradictions`: a 2xx with a failure's code, 408 and 499 are in doubt, a zipped body is read.
/// - `receipts`: whatever ties a receipt to a row makes it count, and an opt-out counts wherever it comes.
/// - `sentinel`: a power cut while the first sentinel is written withholds nothing.
/// - `kept-doubts`: `retry` without a code leaves doubts alone that `resolve --keep` has closed.
/// - `idle-callers`: a connection on which half a head came keeps nobody from ending.
/// - `hang-up`: SIGHUP is a clean stop.
const HELD: [&str; 11] = [
    "start-at",
    "silence",
    "rate-over-restarts",
    "cancel-then-kill",
    "copies",
    "contradictions",
    "receipts",
    "sentinel",
    "kept-doubts",
    "idle-callers",
    "hang-up",
];

pub fn held(promise: &str) -> bool {
    let is_asked_for = std::env::var_os("CATALINK_HELD").and_then(|list| list.into_string().ok());
    let is_meant = |list: &str| list.split(',').any(|name| name == promise || name == "all");
    HELD.contains(&promise) || is_asked_for.is_some_and(|list| is_meant(&list))
}
